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
use symbolic::{Place, Symbolic};

/// The most numbers in the factors. A matrix that needs more is not sparse.
const MAX_FILL: usize = 30_000_000;
/// A pivot that is this much smaller than the numbers it is the sum of has lost its digits.
const MAX_CANCELLATION: f64 = 1e-10;

/// The factors of a sparse matrix of fixed pattern.
///
/// # Examples
/// ```
/// use bioxen_engine::ode::SparseLu;
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
    /// Where each entry of the matrix goes; duplicates add up.
    places: Vec<Place>,
    /// The multipliers.
    lower: Vec<f64>,
    upper: Vec<f64>,
    diagonal: Vec<f64>,
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
            lower: vec![0.0; symbolic.lower.columns.len()],
            upper: vec![0.0; symbolic.upper.columns.len()],
            diagonal: vec![1.0; dim],
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
        self.symbolic.fill()
    }

    /// Factors the matrix whose entries are `entries`, in the order in which they were named; says
    /// whether it could. A singular matrix, or one with an entry that is not finite, cannot.
    pub fn factor(&mut self, entries: &[f64]) -> bool {
        self.fallback = None;
        self.fill_in(entries);
        if self.eliminate() {
            return true;
        }
        self.fill_in(entries);
        let Self { symbolic, lower, upper, diagonal, .. } = self;
        self.fallback = PivotingLu::new(symbolic, lower, diagonal, upper);
        self.fallback.is_some()
    }

    fn fill_in(&mut self, entries: &[f64]) {
        self.lower.fill(0.0);
        self.upper.fill(0.0);
        self.diagonal.fill(0.0);
        for (place, entry) in self.places.iter().zip(entries) {
            match *place {
                Place::Lower(at) => self.lower[at as usize] += entry,
                Place::Diagonal(at) => self.diagonal[at as usize] += entry,
                Place::Upper(at) => self.upper[at as usize] += entry,
            }
        }
    }

    /// Replaces the matrix by its factors, row by row; false if a pivot is worthless.
    fn eliminate(&mut self) -> bool {
        let Symbolic { lower: lower_rows, upper: upper_rows, .. } = &self.symbolic;
        let row = &mut self.row;
        for i in 0..row.len() {
            let (lower, upper) = (lower_rows.range(i), upper_rows.range(i));
            let lower_columns = &lower_rows.columns[lower.clone()];
            let upper_columns = &upper_rows.columns[upper.clone()];
            for (&value, &j) in self.lower[lower.clone()].iter().zip(lower_columns) {
                row[j as usize] = value;
            }
            for (&value, &j) in self.upper[upper.clone()].iter().zip(upper_columns) {
                row[j as usize] = value;
            }
            row[i] = self.diagonal[i];
            let mut size = row[i].abs().max(1.0);
            for (value, &k) in self.lower[lower].iter_mut().zip(lower_columns) {
                let factor = row[k as usize] * self.inverse_diagonal[k as usize];
                *value = factor;
                let range = upper_rows.range(k as usize);
                let columns = &upper_rows.columns[range.clone()];
                for (u, &j) in self.upper[range].iter().zip(columns) {
                    row[j as usize] -= factor * u;
                }
                size = size.max(row[i].abs());
            }
            for (value, &j) in self.upper[upper].iter_mut().zip(upper_columns) {
                *value = row[j as usize];
            }
            let pivot = row[i];
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
        let Symbolic { order, lower, upper, .. } = &self.symbolic;
        let x = &mut self.row;
        for (x, &from) in x.iter_mut().zip(order) {
            *x = b[from as usize];
        }
        match &mut self.fallback {
            Some(fallback) => fallback.solve(x),
            None => {
                for i in 0..x.len() {
                    let row = lower.range(i);
                    x[i] -= dot(&self.lower[row.clone()], &lower.columns[row], x);
                }
                for i in (0..x.len()).rev() {
                    let row = upper.range(i);
                    let sum = dot(&self.upper[row.clone()], &upper.columns[row], x);
                    x[i] = (x[i] - sum) * self.inverse_diagonal[i];
                }
            }
        }
        for (x, &to) in x.iter().zip(order) {
            b[to as usize] = *x;
        }
    }
}

/// Rows longer than this are summed up in several sums.
const LONG: usize = 16;

/// The product of a sparse row with a vector.
#[inline]
pub(super) fn dot(values: &[f64], columns: &[u32], x: &[f64]) -> f64 {
    if values.len() > LONG {
        return long_dot(values, columns, x);
    }
    values.iter().zip(columns).fold(0.0, |sum, (v, &j)| sum + v * x[j as usize])
}

/// The same, in four sums that do not wait for each other.
#[inline(never)]
fn long_dot(values: &[f64], columns: &[u32], x: &[f64]) -> f64 {
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
