//! Singular values, by rotations from one side.

use super::{Matrix, dot, norm, sweep};

/// A matrix as `U S V^T`.
#[derive(Debug, Clone, PartialEq)]
pub struct Svd {
    /// The columns of `U` that belong to the singular values; zeros where a value is 0.
    pub u: Vec<Vec<f64>>,
    /// The singular values, the largest first.
    pub values: Vec<f64>,
    /// The columns of `V`.
    pub v: Vec<Vec<f64>>,
}

/// Sweeps until all columns are orthogonal; more than a dozen are needed by no matrix of numbers.
const SWEEPS: usize = 60;

/// The singular value decomposition by Hestenes' one-sided Jacobi method (Golub & Van Loan, *Matrix
/// Computations*, 4th ed. 2013, section 8.6.3).
pub fn svd(matrix: &Matrix) -> Svd {
    let n = matrix.columns();
    let mut a: Vec<Vec<f64>> = (0..n).map(|j| matrix.column(j)).collect();
    let mut v: Vec<Vec<f64>> = (0..n).map(|j| Matrix::identity(n).column(j)).collect();
    sweep(n, SWEEPS, |p, q| orthogonalise(&mut a, &mut v, p, q));
    let mut order: Vec<(f64, usize)> = a.iter().map(|c| norm(c)).zip(0..n).collect();
    order.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
    let unit = |c: &[f64], s: f64| -> Vec<f64> {
        c.iter().map(|x| if s > 0.0 { x / s } else { 0.0 }).collect()
    };
    Svd {
        u: order.iter().map(|&(s, j)| unit(&a[j], s)).collect(),
        values: order.iter().map(|&(s, _)| s).collect(),
        v: order.iter().map(|&(_, j)| v[j].clone()).collect(),
    }
}

/// Turns two columns until they are orthogonal; whether they were not.
fn orthogonalise(a: &mut [Vec<f64>], v: &mut [Vec<f64>], p: usize, q: usize) -> bool {
    let (alpha, beta) = (dot(&a[p], &a[p]), dot(&a[q], &a[q]));
    let gamma = dot(&a[p], &a[q]);
    // Written so that not-a-number turns nothing.
    if !(gamma.abs() > f64::EPSILON * (alpha * beta).sqrt() && gamma.abs() > f64::MIN_POSITIVE) {
        return false;
    }
    let zeta = (beta - alpha) / (2.0 * gamma);
    let t = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
    let c = 1.0 / t.hypot(1.0);
    let s = c * t;
    for columns in [a, v] {
        let (left, right) = columns.split_at_mut(q);
        for (x, y) in left[p].iter_mut().zip(right[0].iter_mut()) {
            (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
        }
    }
    true
}
