//! Systems of linear equations.

use super::Matrix;

/// A square matrix, factored with partial pivoting.
#[derive(Debug, Clone, PartialEq)]
pub struct Lu {
    lu: Matrix,
    order: Vec<usize>,
    sign: f64,
}

impl Lu {
    /// Factors a square matrix; none where it is singular to the last bit, or not of numbers.
    pub fn new(matrix: &Matrix) -> Option<Self> {
        let n = matrix.rows();
        if n != matrix.columns() || !matrix.is_finite() {
            return None;
        }
        let (mut lu, mut order, mut sign) = (matrix.clone(), (0..n).collect::<Vec<_>>(), 1.0);
        for k in 0..n {
            let mut pivot = k;
            for i in k + 1..n {
                if lu[(i, k)].abs() > lu[(pivot, k)].abs() {
                    pivot = i;
                }
            }
            if lu[(pivot, k)] == 0.0 {
                return None;
            }
            if pivot != k {
                for j in 0..n {
                    (lu[(k, j)], lu[(pivot, j)]) = (lu[(pivot, j)], lu[(k, j)]);
                }
                order.swap(k, pivot);
                sign = -sign;
            }
            for i in k + 1..n {
                let factor = lu[(i, k)] / lu[(k, k)];
                lu[(i, k)] = factor;
                for j in k + 1..n {
                    lu[(i, j)] -= factor * lu[(k, j)];
                }
            }
        }
        Some(Self { lu, order, sign })
    }

    /// Solves for a right-hand side.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let n = self.order.len();
        let mut x: Vec<f64> = self.order.iter().map(|&i| right[i]).collect();
        for i in 0..n {
            for j in 0..i {
                x[i] -= self.lu[(i, j)] * x[j];
            }
        }
        for i in (0..n).rev() {
            for j in i + 1..n {
                x[i] -= self.lu[(i, j)] * x[j];
            }
            x[i] /= self.lu[(i, i)];
        }
        x
    }

    /// The determinant.
    pub fn determinant(&self) -> f64 {
        (0..self.order.len()).fold(self.sign, |d, i| d * self.lu[(i, i)])
    }
}

/// The lower triangle `L` with `L L^T` a symmetric matrix, of which the lower triangle is read; none where it
/// is not positive definite.
pub fn cholesky(matrix: &Matrix) -> Option<Matrix> {
    let n = matrix.rows();
    let mut l = Matrix::zeros(n, n);
    for j in 0..n {
        let mut diagonal = matrix[(j, j)];
        for k in 0..j {
            diagonal -= l[(j, k)] * l[(j, k)];
        }
        if !(diagonal > 0.0 && diagonal.is_finite()) {
            return None;
        }
        l[(j, j)] = diagonal.sqrt();
        for i in j + 1..n {
            let mut sum = matrix[(i, j)];
            for k in 0..j {
                sum -= l[(i, k)] * l[(j, k)];
            }
            l[(i, j)] = sum / l[(j, j)];
        }
    }
    Some(l)
}
