//! Small dense linear systems.

use super::host::DIM;

/// The LU factors of a small matrix, with row exchanges.
#[derive(Debug, Clone)]
pub struct Factors {
    lu: [[f64; DIM]; DIM],
    row: [usize; DIM],
}

impl Factors {
    /// Factors a matrix; nothing when it is singular.
    pub fn new(mut lu: [[f64; DIM]; DIM]) -> Option<Self> {
        let mut row: [usize; DIM] = std::array::from_fn(|i| i);
        for k in 0..DIM {
            let pivot =
                (k..DIM).max_by(|&a, &b| lu[a][k].abs().total_cmp(&lu[b][k].abs())).unwrap_or(k);
            if lu[pivot][k] == 0.0 || !lu[pivot][k].is_finite() {
                return None;
            }
            lu.swap(k, pivot);
            row.swap(k, pivot);
            let pivot_row = lu[k];
            for below in lu.iter_mut().skip(k + 1) {
                let factor = below[k] / pivot_row[k];
                below[k] = factor;
                for j in k + 1..DIM {
                    below[j] -= factor * pivot_row[j];
                }
            }
        }
        Some(Self { lu, row })
    }

    /// Solves for one right-hand side.
    pub fn solve(&self, b: &[f64; DIM]) -> [f64; DIM] {
        let mut x: [f64; DIM] = std::array::from_fn(|i| b[self.row[i]]);
        for i in 1..DIM {
            for j in 0..i {
                x[i] -= self.lu[i][j] * x[j];
            }
        }
        for i in (0..DIM).rev() {
            for j in i + 1..DIM {
                x[i] -= self.lu[i][j] * x[j];
            }
            x[i] /= self.lu[i][i];
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_solution_comes_back() {
        let a: [[f64; DIM]; DIM] = std::array::from_fn(|i| {
            std::array::from_fn(|j| if i == j { 0.0 } else { 1.0 / (i + 2 * j + 1) as f64 })
        });
        let x: [f64; DIM] = std::array::from_fn(|i| i as f64 - 2.5);
        let b: [f64; DIM] = std::array::from_fn(|i| (0..DIM).map(|j| a[i][j] * x[j]).sum());
        let got = Factors::new(a).unwrap().solve(&b);
        for i in 0..DIM {
            assert!((got[i] - x[i]).abs() < 1e-8, "{got:?}");
        }
    }

    #[test]
    fn a_singular_matrix_is_noticed() {
        assert!(Factors::new([[0.0; DIM]; DIM]).is_none());
    }
}
