//! What the RNA of all genes does to each of them.
//!
//! Promoters compete for the RNA polymerases of the host, and RNA costs ATP. So where the promoters of a VM answer
//! to proteins, or its genes lie on plasmids, all derivatives depend on all these proteins and copies, by way of
//! one number for each such VM: the RNA `r` that it makes. The Jacobian is the arrow, plus `df/dr` times `dr/dy`
//! for each of them; systems with it are solved by the formula of Sherman, Morrison and Woodbury (Golub and Van
//! Loan, *Matrix Computations*, 2013, section 2.1.4).

use super::super::super::population::{opened, transcription_per_copy};
use super::{Arrow, Guests, host_state};
use crate::chassis::host::DIM;
use bioxen_engine::EngineError;
use bioxen_engine::ode::DenseLu;

/// The part of the RNA by which it is changed for a difference.
const PART: f64 = 1e-6;

/// What is added to the solutions of the arrow.
#[derive(Debug, Clone)]
pub(super) struct SharedRna {
    /// For each VM with RNA that changes: what the arrow makes of `gamma df/dr`.
    columns: Vec<Vec<f64>>,
    /// For each of them `dr/dy`: places, and values.
    rows: Vec<Vec<(usize, f64)>>,
    lu: DenseLu,
}

impl Guests {
    /// Whether the RNA of the VM changes with its molecules.
    pub(super) fn makes_changing_rna(&self) -> bool {
        !(self.laws.is_empty() && self.plasmids.is_empty())
    }

    /// How the RNA that is made at full growth [nt/h] changes with proteins and copies; `first` is the place of the
    /// VM's first molecule.
    fn rna_by_molecules(&self, own: &[f64], first: usize) -> Vec<(usize, f64)> {
        let (own, copies) = own.split_at(self.molecules());
        let mut row = Vec::new();
        for (at, law) in &self.laws {
            let unit = &self.units[*at];
            let number = self.on[*at].map_or(unit.dosage.unwrap_or(1.0), |p| copies[p]);
            let full = opened(unit) * number * unit.rates.length_nt;
            let mut proteins: Vec<usize> = law.proteins().collect();
            proteins.sort_unstable();
            proteins.dedup();
            for by in proteins {
                let slope = law.slope(by, |gene| own[self.acting(gene)]);
                row.push((first + self.acting(by), full * slope));
            }
        }
        for (unit, on) in self.units.iter().zip(&self.on) {
            if let Some(plasmid) = on {
                let made = transcription_per_copy(unit) * unit.rates.length_nt;
                row.push((first + own.len() + plasmid, made));
            }
        }
        row
    }
}

impl Arrow {
    /// What the RNA does, where the arrow has been factored at `y`.
    pub(super) fn shared_rna(
        &mut self,
        (t, y): (f64, &[f64]),
        gamma: f64,
    ) -> Result<Option<SharedRna>, EngineError> {
        let mut rows = Vec::new();
        let mut first = DIM;
        for (v, own) in self.molecules(y) {
            let guests = &self.guests[v];
            if guests.makes_changing_rna() {
                rows.push((v, guests.rna_by_molecules(own, first)));
            }
            first += own.len();
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let mut here = vec![0.0; y.len()];
        self.weigh(y, self.elongation(&host_state(y)));
        self.derivatives(y, &mut here);
        let mut columns = Vec::with_capacity(rows.len());
        for (v, _) in &rows {
            let before = self.tenants[*v];
            let full = self.guests[*v].unburdened_growth_per_h;
            let made = before.rna_nt * full;
            let change = PART * made.max(1.0);
            self.tenants[*v].transcribe(made + change, full);
            let mut column = vec![0.0; y.len()];
            self.derivatives(y, &mut column);
            self.tenants[*v] = before;
            for (moved, here) in column.iter_mut().zip(&here) {
                *moved = gamma * (*moved - here) / change;
            }
            self.solve_arrow(&mut column);
            columns.push(column);
        }
        let rows: Vec<Vec<(usize, f64)>> = rows.into_iter().map(|(_, row)| row).collect();
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
        Ok(Some(SharedRna { columns, rows, lu }))
    }
}

impl SharedRna {
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
