//! Elimination with exchanges of rows, for the rare matrix that needs them.

use super::symbolic::Symbolic;

/// The diagonal is preferred to a pivot that is not larger by more than this.
const PREFERENCE: f64 = 0.1;

/// The factors of a matrix, column by column (Gilbert and Peierls, SIAM J. Sci. Stat. Comput.
/// 9:862, 1988, without their search for the columns involved: this is not the usual path).
#[derive(Debug, Clone)]
pub(super) struct PivotingLu {
    /// The row that became the pivot of each column.
    pivots: Vec<u32>,
    /// Below each pivot: rows and multipliers.
    lower: Vec<Vec<(u32, f64)>>,
    /// Above each pivot: the numbers of pivots, ascending, and values; the pivot's own is last.
    upper: Vec<Vec<(u32, f64)>>,
    work: Vec<f64>,
}

impl PivotingLu {
    /// Factors the matrix that stands in the places of its factors. None if it is singular.
    pub(super) fn new(
        pattern: &Symbolic,
        lower: &[f64],
        diagonal: &[f64],
        upper: &[f64],
    ) -> Option<Self> {
        let dim = diagonal.len();
        let mut columns = vec![Vec::new(); dim];
        for i in 0..dim {
            columns[i].push((i as u32, diagonal[i]));
            for (rows, values) in [(&pattern.lower, lower), (&pattern.upper, upper)] {
                for at in rows.range(i).filter(|&at| values[at] != 0.0) {
                    columns[rows.columns[at] as usize].push((i as u32, values[at]));
                }
            }
        }
        let mut lu = Self {
            pivots: Vec::with_capacity(dim),
            lower: Vec::with_capacity(dim),
            upper: Vec::with_capacity(dim),
            work: vec![0.0; dim],
        };
        // For each row the column whose pivot it is.
        let mut pivot_of = vec![u32::MAX; dim];
        for (j, column) in columns.iter().enumerate() {
            lu.push_column(j as u32, column, &mut pivot_of)?;
        }
        Some(lu)
    }

    fn push_column(&mut self, j: u32, column: &[(u32, f64)], pivot_of: &mut [u32]) -> Option<()> {
        let x = &mut self.work;
        x.fill(0.0);
        for &(i, value) in column {
            x[i as usize] = value;
        }
        let mut upper = Vec::new();
        for (k, &pivot) in self.pivots.iter().enumerate() {
            let value = x[pivot as usize];
            if value != 0.0 {
                upper.push((k as u32, value));
                for &(i, factor) in &self.lower[k] {
                    x[i as usize] -= factor * value;
                }
            }
        }
        let open = |i: &usize| pivot_of[*i] == u32::MAX;
        let largest =
            (0..x.len()).filter(open).max_by(|&a, &b| x[a].abs().total_cmp(&x[b].abs()))?;
        let diagonal = j as usize;
        let keep = open(&diagonal) && x[diagonal].abs() >= PREFERENCE * x[largest].abs();
        let pivot = if keep { diagonal } else { largest };
        let value = x[pivot];
        if !(value.abs() > 0.0 && value.is_finite()) {
            return None;
        }
        let below = |&i: &usize| pivot_of[i] == u32::MAX && i != pivot && x[i] != 0.0;
        self.lower.push((0..x.len()).filter(below).map(|i| (i as u32, x[i] / value)).collect());
        upper.push((j, value));
        self.upper.push(upper);
        self.pivots.push(pivot as u32);
        pivot_of[pivot] = j;
        Some(())
    }

    /// Replaces `b` by the solution.
    pub(super) fn solve(&mut self, b: &mut [f64]) {
        for (&pivot, lower) in self.pivots.iter().zip(&self.lower) {
            let value = b[pivot as usize];
            if value != 0.0 {
                for &(i, factor) in lower {
                    b[i as usize] -= factor * value;
                }
            }
        }
        for (j, upper) in self.upper.iter().enumerate().rev() {
            let Some((&(_, pivot), above)) = upper.split_last() else { continue };
            let value = b[self.pivots[j] as usize] / pivot;
            self.work[j] = value;
            for &(k, factor) in above {
                b[self.pivots[k as usize] as usize] -= factor * value;
            }
        }
        b.copy_from_slice(&self.work);
    }
}
