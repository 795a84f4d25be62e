//! Other genes for cells that live.

use std::sync::Arc;

use super::guests::{Guests, Template};
use super::population::{CellPopulation, copies_at};

/// Where a number of a cell comes from, when the genes change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Origin {
    /// From its place among the old ones.
    Old(usize),
    /// It is new: by chance, with this mean in a cell of mean size.
    New(f64),
}

impl CellPopulation {
    /// Gives the cells other genes. `origins` tells where each number comes from: transcripts, proteins, copies
    /// of plasmids in turn; and which old ones are added to which new ones.
    pub(crate) fn regroup(
        &mut self,
        guests: Guests,
        (origins, more): (&[Origin], &[(usize, usize)]),
    ) {
        let (old, stride) = (Arc::clone(&self.guests), self.guests.stride());
        let mut counts = Vec::with_capacity(self.cells.len() * guests.stride());
        // The chromosome keeps what it has replicated: in another medium than before that is not what cells
        // of that growth have.
        let mut next = old.first_locus();
        let had: Vec<Option<usize>> = (old.units.iter())
            .map(|unit| {
                let locus = matches!(unit.template, Template::Locus(_)).then_some(next);
                next += usize::from(locus.is_some());
                locus
            })
            .collect();
        let kept = |at: usize| match origins.get(at) {
            Some(Origin::Old(from)) => had.get(*from).copied().flatten(),
            _ => None,
        };
        for (place, cell) in self.cells.iter_mut().enumerate() {
            let before = &self.counts[place * stride..(place + 1) * stride];
            let from = counts.len();
            counts.extend(origins.iter().map(|origin| match *origin {
                Origin::Old(at) => before.get(at).copied().unwrap_or(0),
                Origin::New(mean) if mean > 0.0 => cell.rng.poisson(mean * cell.size) as u32,
                Origin::New(_) => 0,
            }));
            for &(at, to) in more {
                counts[from + to] = counts[from + to].saturating_add(before[at]);
            }
            counts.extend(guests.units.iter().enumerate().filter_map(|(at, unit)| {
                let Template::Locus(place) = unit.template else { return None };
                let steady = || copies_at(cell.size, guests.replication.before(place));
                Some(kept(at).and_then(|at| before.get(at).copied()).unwrap_or_else(steady))
            }));
        }
        if let Some(tree) = &mut self.tree {
            let (first, genes) = (old.first_protein(), old.first_replicon() - old.first_protein());
            let own = guests.first_protein()..guests.first_replicon();
            let from = own.map(|at| match origins.get(at) {
                Some(Origin::Old(at)) => at.checked_sub(first).filter(|at| *at < genes),
                _ => None,
            });
            tree.regroup(&from.collect::<Vec<_>>());
        }
        self.counts = counts;
        self.genes = guests.genes().into();
        self.guests = Arc::new(guests);
    }
}
