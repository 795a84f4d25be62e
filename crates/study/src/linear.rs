//! Dense linear algebra for small matrices: what fits and stability need, and no more.
//!
//! Ours and not a crate's: the matrices have a few dozen columns, one-sided Jacobi finds small singular
//! values to full relative accuracy (Demmel & Veselić, *SIAM J. Matrix Anal. Appl.* 13:1204, 1992), which is
//! what tells parameters apart, and every loop here ends on any input, not-a-number included.

mod arnoldi;
mod eigen;
mod solve;
mod svd;
mod symmetric;

pub use arnoldi::arnoldi;
pub use eigen::{Eigenvalue, eigenvalues};
pub use solve::{Lu, cholesky};
pub use svd::{Svd, svd};
pub use symmetric::symmetric;

use std::ops::{Index, IndexMut};

/// Turns pairs of columns, all in each sweep, until a sweep turns none or there were too many.
fn sweep(columns: usize, most: usize, mut turn: impl FnMut(usize, usize) -> bool) {
    for _ in 0..most {
        let mut turned = false;
        for p in 0..columns {
            for q in p + 1..columns {
                turned |= turn(p, q);
            }
        }
        if !turned {
            break;
        }
    }
}

/// A matrix of numbers, row by row.
///
/// # Examples
/// ```
/// use bioxen_study::linear::Matrix;
/// let m = Matrix::from_rows(&[vec![1.0, 2.0], vec![3.0, 4.0]]);
/// assert_eq!(m[(1, 0)], 3.0);
/// assert_eq!(m.times(&[1.0, 1.0]), [3.0, 7.0]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    data: Vec<f64>,
}

impl Matrix {
    /// All zeros.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, data: vec![0.0; rows * columns] }
    }

    /// Ones on the diagonal.
    pub fn identity(n: usize) -> Self {
        let mut m = Self::zeros(n, n);
        (0..n).for_each(|i| m[(i, i)] = 1.0);
        m
    }

    /// From its rows; those that are shorter than the first end in zeros.
    pub fn from_rows(rows: &[Vec<f64>]) -> Self {
        let mut m = Self::zeros(rows.len(), rows.first().map_or(0, Vec::len));
        for (i, row) in rows.iter().enumerate() {
            for (j, &v) in row.iter().enumerate().take(m.columns) {
                m[(i, j)] = v;
            }
        }
        m
    }

    /// From its columns; those that are shorter than the first end in zeros.
    pub fn from_columns(columns: &[Vec<f64>]) -> Self {
        Self::from_rows(columns).transposed()
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// A row.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.data[i * self.columns..(i + 1) * self.columns]
    }

    /// A column.
    pub fn column(&self, j: usize) -> Vec<f64> {
        (0..self.rows).map(|i| self[(i, j)]).collect()
    }

    /// Rows and columns exchanged.
    pub fn transposed(&self) -> Self {
        let mut m = Self::zeros(self.columns, self.rows);
        for i in 0..self.rows {
            for j in 0..self.columns {
                m[(j, i)] = self[(i, j)];
            }
        }
        m
    }

    /// Times a vector, which has as many numbers as the matrix has columns.
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.rows).map(|i| dot(self.row(i), vector)).collect()
    }

    /// Times a matrix, which has as many rows as this has columns.
    pub fn product(&self, other: &Self) -> Self {
        let mut m = Self::zeros(self.rows, other.columns);
        for i in 0..self.rows {
            for (k, &a) in self.row(i).iter().enumerate() {
                for j in 0..other.columns {
                    m.data[i * other.columns + j] += a * other.data[k * other.columns + j];
                }
            }
        }
        m
    }

    /// Whether all of it is numbers.
    pub fn is_finite(&self) -> bool {
        self.data.iter().all(|v| v.is_finite())
    }
}

impl Index<(usize, usize)> for Matrix {
    type Output = f64;

    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.data[i * self.columns + j]
    }
}

impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.data[i * self.columns + j]
    }
}

/// The sum of products.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The Euclidean length; squares that would overflow or vanish are scaled.
pub(crate) fn norm(a: &[f64]) -> f64 {
    let largest = a.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    if largest == 0.0 || !largest.is_finite() {
        return if a.iter().any(|v| v.is_nan()) { f64::NAN } else { largest };
    }
    if (1e-140..1e140).contains(&largest) {
        return dot(a, a).sqrt();
    }
    largest * a.iter().map(|v| (v / largest).powi(2)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests;
