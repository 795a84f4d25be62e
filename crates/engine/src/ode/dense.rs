//! Small systems: a closure, differences for its Jacobian, and a full matrix.

use super::{EngineError, System};

/// A full matrix factored by Gaussian elimination with partial pivoting.
#[derive(Debug, Clone, Default)]
pub struct DenseLu {
    dim: usize,
    /// Row by row: the multipliers below the diagonal, the upper factor from it on.
    a: Vec<f64>,
    pivots: Vec<usize>,
}

impl DenseLu {
    /// Factors a matrix given row by row; `None` if it is singular or not square.
    ///
    /// # Examples
    /// ```
    /// use bioxen_engine::ode::DenseLu;
    ///
    /// let lu = DenseLu::new(vec![0.0, 2.0, 1.0, 3.0], 2).unwrap();
    /// let mut b = [2.0, 5.0];
    /// lu.solve(&mut b);
    /// assert_eq!(b, [2.0, 1.0]);
    /// ```
    pub fn new(mut a: Vec<f64>, dim: usize) -> Option<Self> {
        if a.len() != dim * dim {
            return None;
        }
        let mut pivots = Vec::with_capacity(dim);
        for k in 0..dim {
            let size = |row: usize| a[row * dim + k].abs();
            let pivot = (k..dim).max_by(|&i, &j| size(i).total_cmp(&size(j)))?;
            if !(size(pivot) > 0.0 && size(pivot).is_finite()) {
                return None;
            }
            pivots.push(pivot);
            if pivot != k {
                for j in 0..dim {
                    a.swap(k * dim + j, pivot * dim + j);
                }
            }
            let (above, below) = a.split_at_mut((k + 1) * dim);
            let upper = &above[k * dim..];
            for row in below.chunks_exact_mut(dim) {
                let factor = row[k] / upper[k];
                row[k] = factor;
                if factor != 0.0 {
                    row[k + 1..]
                        .iter_mut()
                        .zip(&upper[k + 1..])
                        .for_each(|(x, u)| *x -= factor * u);
                }
            }
        }
        Some(Self { dim, a, pivots })
    }

    /// Replaces `b` by the solution of `A x = b`.
    pub fn solve(&self, b: &mut [f64]) {
        let n = self.dim;
        for (k, &pivot) in self.pivots.iter().enumerate() {
            b.swap(k, pivot);
        }
        for i in 0..n {
            let row = &self.a[i * n..(i + 1) * n];
            b[i] -= row[..i].iter().zip(&b[..i]).map(|(l, x)| l * x).sum::<f64>();
        }
        for i in (0..n).rev() {
            let row = &self.a[i * n..(i + 1) * n];
            let sum = row[i + 1..].iter().zip(&b[i + 1..n]).map(|(u, x)| u * x).sum::<f64>();
            b[i] = (b[i] - sum) / row[i];
        }
    }

    /// Factors the matrix of an implicit step, the identity less `gamma` times the Jacobian, in the
    /// memory that is there.
    ///
    /// # Errors
    /// [`EngineError::StepFailure`] if it is singular.
    pub(crate) fn take_step(
        &mut self,
        jacobian: &[f64],
        dim: usize,
        t: f64,
        gamma: f64,
    ) -> Result<(), EngineError> {
        let mut a = std::mem::take(self).into_inner();
        a.clear();
        a.extend(jacobian.iter().map(|x| -gamma * x));
        (0..dim).for_each(|i| a[i * dim + i] += 1.0);
        let reason = "the matrix of the implicit equations is singular";
        let failure = EngineError::StepFailure { time: t, step: gamma, reason };
        *self = DenseLu::new(a, dim).ok_or(failure)?;
        Ok(())
    }

    /// Gives the matrix's memory back, to be filled again.
    pub fn into_inner(self) -> Vec<f64> {
        self.a
    }
}

/// A system given by its right hand side alone, for up to some hundred equations.
///
/// # Examples
/// ```
/// use bioxen_engine::StopToken;
/// use bioxen_engine::ode::{DenseSystem, Options, solve};
///
/// let decay = |_t: f64, y: &[f64], dy: &mut [f64]| {
///     dy[0] = -y[0];
///     Ok(())
/// };
/// let mut system = DenseSystem::new(1, decay);
/// let grid = [0.0, 1.0, 2.0];
/// let solution = solve(&mut system, 0.0, &[1.0], &grid, Options::default(), &StopToken::new())?;
/// assert!((solution.row(2)[0] - (-2f64).exp()).abs() < 1e-5);
/// # Ok::<(), bioxen_engine::EngineError>(())
/// ```
#[derive(Debug, Clone)]
pub struct DenseSystem<F> {
    dim: usize,
    f: F,
    jacobian: Vec<f64>,
    lu: DenseLu,
    base: Vec<f64>,
    moved: Vec<f64>,
    y: Vec<f64>,
}

impl<F> DenseSystem<F>
where
    F: FnMut(f64, &[f64], &mut [f64]) -> Result<(), EngineError>,
{
    /// `dim` equations whose right hand side is `f(t, y, dy)`.
    pub fn new(dim: usize, f: F) -> Self {
        let zero = vec![0.0; dim];
        Self {
            dim,
            f,
            jacobian: vec![0.0; dim * dim],
            lu: DenseLu::default(),
            base: zero.clone(),
            moved: zero.clone(),
            y: zero,
        }
    }

    /// Forward differences, column by column.
    fn differences(&mut self, t: f64, y: &[f64]) -> Result<(), EngineError> {
        let n = self.dim;
        (self.f)(t, y, &mut self.base)?;
        self.y.copy_from_slice(y);
        let scale = y.iter().fold(0.0, |scale: f64, y| scale.max(y.abs())).max(1.0);
        for (j, &here) in y.iter().enumerate() {
            // A component near zero moves by as much as the others' size makes visible.
            let there = here + f64::EPSILON.sqrt() * here.abs().max(1e-6 * scale);
            self.y[j] = there;
            (self.f)(t, &self.y, &mut self.moved)?;
            self.y[j] = here;
            for i in 0..n {
                self.jacobian[i * n + j] = (self.moved[i] - self.base[i]) / (there - here);
            }
        }
        Ok(())
    }
}

impl<F> System for DenseSystem<F>
where
    F: FnMut(f64, &[f64], &mut [f64]) -> Result<(), EngineError>,
{
    fn dim(&self) -> usize {
        self.dim
    }

    fn rhs(&mut self, t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), EngineError> {
        (self.f)(t, y, dy)
    }

    fn factor(&mut self, t: f64, y: &[f64], gamma: f64) -> Result<(), EngineError> {
        self.differences(t, y)?;
        self.refactor(t, y, gamma)
    }

    fn refactor(&mut self, t: f64, _y: &[f64], gamma: f64) -> Result<(), EngineError> {
        self.lu.take_step(&self.jacobian, self.dim, t, gamma)
    }

    fn solve(&mut self, b: &mut [f64]) {
        self.lu.solve(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_that_needs_pivoting_is_solved() {
        // Rows (0 1 2), (1 0 3), (4 -3 8) and x = (1, 2, 3).
        let a = vec![0.0, 1.0, 2.0, 1.0, 0.0, 3.0, 4.0, -3.0, 8.0];
        let mut b = [8.0, 10.0, 22.0];
        DenseLu::new(a, 3).unwrap().solve(&mut b);
        for (got, want) in b.iter().zip([1.0, 2.0, 3.0]) {
            assert!((got - want).abs() < 1e-14, "{b:?}");
        }
    }

    #[test]
    fn a_singular_matrix_is_refused() {
        assert!(DenseLu::new(vec![1.0, 2.0, 2.0, 4.0], 2).is_none());
        assert!(DenseLu::new(vec![f64::NAN], 1).is_none());
        assert!(DenseLu::new(vec![1.0, 2.0], 2).is_none());
    }

    #[test]
    fn differences_find_the_jacobian() {
        let f = |_t: f64, y: &[f64], dy: &mut [f64]| {
            dy[0] = y[0] * y[1];
            dy[1] = 3.0 * y[0];
            Ok(())
        };
        let mut system = DenseSystem::new(2, f);
        system.differences(0.0, &[2.0, 5.0]).unwrap();
        for (got, want) in system.jacobian.iter().zip([5.0, 2.0, 3.0, 0.0]) {
            assert!((got - want).abs() < 1e-6, "{:?}", system.jacobian);
        }
    }
}
