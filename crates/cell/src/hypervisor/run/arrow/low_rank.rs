//! What depends on many molecules by way of one number.
//!
//! Where the derivatives `f` of all depend on a number `s` that itself depends on many molecules, the Jacobian is the
//! arrow, plus `df/ds` times `ds/dy` for each such number. Systems with it are solved by the formula of Sherman,
//! Morrison and Woodbury (Golub and Van Loan, *Matrix Computations*, 2013, section 2.1.4).

use super::{Arrow, host_state};
use bioxen_engine::EngineError;
use bioxen_engine::ode::DenseLu;

/// One such number.
pub(super) struct Term {
    /// How `f` differs where `s` is changed.
    pub column: Vec<f64>,
    /// By how much that is.
    pub change: f64,
    /// `ds/dy`: places, and values.
    pub row: Vec<(usize, f64)>,
}

/// What is added to the solutions of the arrow.
#[derive(Debug, Clone)]
pub(super) struct LowRank {
    /// For each number: what the arrow makes of `gamma df/ds`.
    columns: Vec<Vec<f64>>,
    /// For each of them `ds/dy`.
    rows: Vec<Vec<(usize, f64)>>,
    lu: DenseLu,
}

impl Arrow {
    /// All that is not of the arrow, where the arrow has been factored at `y`.
    pub(super) fn low_rank(
        &mut self,
        (t, y): (f64, &[f64]),
        gamma: f64,
    ) -> Result<Option<LowRank>, EngineError> {
        let some =
            |guests: &super::Guests| guests.makes_changing_rna() || !guests.losses.is_empty();
        if !self.guests.iter().any(some) {
            return Ok(None);
        }
        let mut here = vec![0.0; y.len()];
        self.weigh(y, self.elongation(&host_state(y)));
        self.derivatives(y, &mut here);
        let mut terms = self.rna_terms(y, &here);
        terms.extend(self.loss_terms(y, &here));
        let (mut columns, mut rows) = (Vec::new(), Vec::new());
        for Term { mut column, change, row } in terms {
            column.iter_mut().for_each(|x| *x = gamma * *x / change);
            self.solve_arrow(&mut column);
            columns.push(column);
            rows.push(row);
        }
        let m = rows.len();
        let mut small = vec![0.0; m * m];
        for (i, row) in rows.iter().enumerate() {
            for (j, column) in columns.iter().enumerate() {
                small[i * m + j] = f64::from(u8::from(i == j)) - product(row, column);
            }
        }
        let lu = DenseLu::new(small, m).ok_or(EngineError::StepFailure {
            time: t,
            step: gamma,
            reason: "the Jacobian of host and guests is singular",
        })?;
        Ok(Some(LowRank { columns, rows, lu }))
    }
}

impl LowRank {
    /// Turns a solution of the arrow into one of the whole.
    pub(super) fn complete(&self, solution: &mut [f64]) {
        let mut parts: Vec<f64> = self.rows.iter().map(|row| product(row, solution)).collect();
        self.lu.solve(&mut parts);
        for (column, part) in self.columns.iter().zip(parts) {
            for (x, by) in solution.iter_mut().zip(column) {
                *x += part * by;
            }
        }
    }
}

fn product(row: &[(usize, f64)], column: &[f64]) -> f64 {
    row.iter().map(|(at, value)| value * column[*at]).sum()
}
