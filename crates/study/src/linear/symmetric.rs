//! Eigenvalues and vectors of symmetric matrices.

use super::{Matrix, sweep};

/// Sweeps until nothing is left beside the diagonal; more than a dozen are needed by no matrix of numbers.
const SWEEPS: usize = 60;

/// Eigenvalues, the largest first, and their vectors, of length 1, by the cyclic Jacobi method (Golub & Van
/// Loan, *Matrix Computations*, 4th ed. 2013, section 8.5). What is not symmetric is taken for the mean of it
/// and its transpose.
pub fn symmetric(matrix: &Matrix) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = matrix.rows().min(matrix.columns());
    let mut a = Matrix::zeros(n, n);
    for i in 0..n {
        for j in 0..n {
            a[(i, j)] = 0.5 * (matrix[(i, j)] + matrix[(j, i)]);
        }
    }
    let mut v = Matrix::identity(n);
    sweep(n, SWEEPS, |p, q| rotate(&mut a, &mut v, p, q));
    let mut order: Vec<(f64, usize)> = (0..n).map(|i| (a[(i, i)], i)).collect();
    order.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
    (order.iter().map(|o| o.0).collect(), order.iter().map(|o| v.column(o.1)).collect())
}

fn rotate(a: &mut Matrix, v: &mut Matrix, p: usize, q: usize) -> bool {
    let off = a[(p, q)];
    let size = (a[(p, p)] * a[(q, q)])
        .abs()
        .sqrt()
        .max(f64::EPSILON * (a[(p, p)].abs() + a[(q, q)].abs()));
    if !(off.abs() > f64::EPSILON * size && off.abs() > f64::MIN_POSITIVE) {
        return false;
    }
    let theta = (a[(q, q)] - a[(p, p)]) / (2.0 * off);
    let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let c = 1.0 / t.hypot(1.0);
    let s = c * t;
    let n = a.rows();
    for k in 0..n {
        let (x, y) = (a[(k, p)], a[(k, q)]);
        (a[(k, p)], a[(k, q)]) = (c * x - s * y, s * x + c * y);
    }
    for k in 0..n {
        let (x, y) = (a[(p, k)], a[(q, k)]);
        (a[(p, k)], a[(q, k)]) = (c * x - s * y, s * x + c * y);
        let (x, y) = (v[(k, p)], v[(k, q)]);
        (v[(k, p)], v[(k, q)]) = (c * x - s * y, s * x + c * y);
    }
    (a[(p, q)], a[(q, p)]) = (0.0, 0.0);
    true
}
