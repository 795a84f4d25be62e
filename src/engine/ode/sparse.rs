//! Sparse linear systems whose pattern stays the same while their numbers change: the matrices
//! `I - gamma * df/dy` of one network.
//!
//! The order of elimination and the pattern of the factors are found once. After that a
//! factorisation goes through fixed lists without any search, and takes the pivots on the
//! diagonal, as suits matrices that contain the identity. Where cancellation makes a pivot
//! worthless, that factorisation is repeated with exchanges of rows.

mod order;
mod pivoting;
mod symbolic;

#[cfg(test)]
mod tests;

use pivoting::PivotingLu;
use symbolic::Symbolic;

/// The most numbers in the factors. A matrix that needs more is not sparse.
const MAX_FILL: usize = 30_000_000;
/// A pivot that is this much smaller than the numbers it is the sum of has lost its digits.
const MAX_CANCELLATION: f64 = 1e-10;

/// The factors of a sparse matrix of fixed pattern.
///
/// # Examples
/// ```
/// use bioxen::engine::ode::SparseLu;
///
/// // Rows (2, 1) and (0, 4).
/// let mut lu = SparseLu::new(2, &[(0, 0), (0, 1), (1, 1)]).unwrap();
/// assert!(lu.factor(&[2.0, 1.0, 4.0]));
/// let mut b = [4.0, 8.0];
/// lu.solve(&mut b);
/// assert_eq!(b, [1.0, 2.0]);
/// ```
#[derive(Debug, Clone)]
pub struct SparseLu {
    symbolic: Symbolic,
    /// Where each entry of the matrix goes among `values`; duplicates add up.
    places: Vec<u32>,
    /// The multipliers left of the diagonal, the upper factor right of it.
    values: Vec<f64>,
    inverse_diagonal: Vec<f64>,
    /// A row while it is worked on; otherwise working space for solutions.
    row: Vec<f64>,
    /// The factors with rows exchanged, if the last factorisation needed that.
    fallback: Option<PivotingLu>,
}

impl SparseLu {
    /// Prepares for `dim` by `dim` matrices whose entries are at these rows and columns. An entry
    /// may be named more than once; the diagonal is always included.
    ///
    /// None if an entry is outside of the matrix or the factors need more than thirty million
    /// numbers.
    pub fn new(dim: usize, entries: &[(u32, u32)]) -> Option<Self> {
        if entries.iter().any(|&(i, j)| i as usize >= dim || j as usize >= dim) {
            return None;
        }
        let order = order::minimum_degree(dim, entries);
        let symbolic = Symbolic::new(dim, entries, order, MAX_FILL)?;
        let places = entries.iter().map(|&(i, j)| symbolic.place(i, j)).collect::<Option<_>>()?;
        Some(Self {
            values: vec![0.0; symbolic.columns.len()],
            inverse_diagonal: vec![1.0; dim],
            row: vec![0.0; dim],
            symbolic,
            places,
            fallback: None,
        })
    }

    /// The number of equations.
    pub fn dim(&self) -> usize {
        self.row.len()
    }

    /// How many numbers the factors have, which is what a solution costs.
    pub fn fill(&self) -> usize {
        self.values.len()
    }

    /// Factors the matrix whose entries are `entries`, in the order in which they were named; says
    /// whether it could. A singular matrix, or one with an entry that is not finite, cannot.
    pub fn factor(&mut self, entries: &[f64]) -> bool {
        self.values.fill(0.0);
        for (&place, entry) in self.places.iter().zip(entries) {
            self.values[place as usize] += entry;
        }
        self.fallback = None;
        if self.eliminate() {
            return true;
        }
        self.values.fill(0.0);
        for (&place, entry) in self.places.iter().zip(entries) {
            self.values[place as usize] += entry;
        }
        self.fallback = PivotingLu::new(&self.symbolic, &self.values);
        self.fallback.is_some()
    }

    /// Replaces the matrix in `values` by its factors, row by row; false if a pivot is worthless.
    fn eliminate(&mut self) -> bool {
        let Symbolic { starts, diagonals, columns, .. } = &self.symbolic;
        for i in 0..self.inverse_diagonal.len() {
            let (start, diagonal, end) =
                (starts[i] as usize, diagonals[i] as usize, starts[i + 1] as usize);
            let row_columns = &columns[start..end];
            for (value, &j) in self.values[start..end].iter().zip(row_columns) {
                self.row[j as usize] = *value;
            }
            let mut size = self.row[i].abs().max(1.0);
            for &k in &columns[start..diagonal] {
                let k = k as usize;
                let factor = self.row[k] * self.inverse_diagonal[k];
                self.row[k] = factor;
                if factor == 0.0 {
                    continue;
                }
                let upper = diagonals[k] as usize + 1..starts[k + 1] as usize;
                for (u, &j) in self.values[upper.clone()].iter().zip(&columns[upper]) {
                    self.row[j as usize] -= factor * u;
                }
                size = size.max(self.row[i].abs());
            }
            for (value, &j) in self.values[start..end].iter_mut().zip(row_columns) {
                *value = self.row[j as usize];
            }
            let pivot = self.row[i];
            // Written so that a NaN is refused too.
            if !(pivot.abs() > MAX_CANCELLATION * size && size < f64::INFINITY) {
                return false;
            }
            self.inverse_diagonal[i] = pivot.recip();
        }
        true
    }

    /// Replaces `b` by the solution of `A x = b` for the matrix factored last.
    pub fn solve(&mut self, b: &mut [f64]) {
        let Symbolic { starts, diagonals, columns, order, .. } = &self.symbolic;
        let x = &mut self.row;
        for (x, &from) in x.iter_mut().zip(order) {
            *x = b[from as usize];
        }
        match &mut self.fallback {
            Some(fallback) => fallback.solve(x),
            None => {
                for i in 0..x.len() {
                    let lower = starts[i] as usize..diagonals[i] as usize;
                    if !lower.is_empty() {
                        x[i] -= dot(&self.values[lower.clone()], &columns[lower], x);
                    }
                }
                for i in (0..x.len()).rev() {
                    let upper = diagonals[i] as usize + 1..starts[i + 1] as usize;
                    let sum = dot(&self.values[upper.clone()], &columns[upper], x);
                    x[i] = (x[i] - sum) * self.inverse_diagonal[i];
                }
            }
        }
        for (x, &to) in x.iter().zip(order) {
            b[to as usize] = *x;
        }
    }
}

/// The product of a sparse row with a vector, in four sums that do not wait for each other.
#[inline]
pub(super) fn dot(values: &[f64], columns: &[u32], x: &[f64]) -> f64 {
    let (values, value_rest) = values.as_chunks::<4>();
    let (columns, column_rest) = columns.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (v, j) in values.iter().zip(columns) {
        for i in 0..4 {
            sums[i] += v[i] * x[j[i] as usize];
        }
    }
    let rest = value_rest.iter().zip(column_rest).map(|(v, &j)| v * x[j as usize]).sum::<f64>();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}
