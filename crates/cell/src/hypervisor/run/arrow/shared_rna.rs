//! What the RNA of all genes does to each of them.
//!
//! Promoters compete for the RNA polymerases of the host, and RNA costs ATP. So where the promoters of a VM answer
//! to proteins, or its genes lie on plasmids, all derivatives depend on all these proteins and copies, by way of
//! one number for each such VM: the RNA `r` that it makes, a term of [`super::low_rank`].

use super::super::super::population::{opened, transcription_per_copy};
use super::low_rank::Term;
use super::{Arrow, Guests};
use crate::chassis::host::DIM;

/// The part of the RNA by which it is changed for a difference.
const PART: f64 = 1e-6;

impl Guests {
    /// Whether the RNA of the VM changes with its molecules.
    pub(super) fn makes_changing_rna(&self) -> bool {
        !(self.laws.is_empty() && self.plasmids.is_empty())
    }

    /// RNA made at full growth [nt/h].
    pub(super) fn rna_nt_per_h(&self, copies: &[f64]) -> f64 {
        let made = (0..self.units.len())
            .map(|i| self.transcription(i, copies) * self.units[i].rates.length_nt);
        made.sum()
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
    /// What the RNA of each VM in which it changes does, where all derivatives are `here`.
    pub(super) fn rna_terms(&mut self, y: &[f64], here: &[f64]) -> Vec<Term> {
        let mut rows = Vec::new();
        let mut first = DIM;
        for (v, own) in self.molecules(y) {
            let guests = &self.guests[v];
            if guests.makes_changing_rna() {
                rows.push((v, guests.rna_by_molecules(own, first)));
            }
            first += own.len();
        }
        let mut terms = Vec::with_capacity(rows.len());
        for (v, row) in rows {
            let before = self.tenants[v];
            let full = self.guests[v].unburdened_growth_per_h;
            let made = before.rna_nt * full;
            let change = PART * made.max(1.0);
            self.tenants[v].transcribe(made + change, full);
            let mut column = vec![0.0; y.len()];
            self.derivatives(y, &mut column);
            self.tenants[v] = before;
            for (moved, here) in column.iter_mut().zip(here) {
                *moved -= here;
            }
            terms.push(Term { column, change, row });
        }
        terms
    }
}
