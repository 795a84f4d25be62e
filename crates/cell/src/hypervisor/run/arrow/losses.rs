//! What molecules lose to the proteases and small RNAs of their VM.
//!
//! A protein that waits for a protease is lost at the rate `u p`, where `u` is one number for all that wait: it
//! depends on their sum. A transcript that pairs is lost at the rate `w m`, where `w` depends on its partners. With
//! these numbers as they are the Jacobian is an arrow; what they do is a term of [`super::low_rank`] each.

use super::low_rank::Term;
use super::{Arrow, Guests, protein_at};
use crate::chassis::host::DIM;

/// The part of a rate by which it is changed for a difference; all is linear in it, but for the growth that the amino
/// acids feed.
const PART: f64 = 1e-6;

impl Guests {
    /// The place of the transcripts of a unit among the molecules.
    fn transcripts_at(&self, unit: usize) -> usize {
        unit + self.units[unit].genes().start
    }

    /// How many proteins wait for each protease.
    pub(super) fn waiting(&self, own: &[f64]) -> impl Iterator<Item = f64> {
        let queues = self.losses.queues.iter();
        queues.map(|queue| queue.waiting(|gene| own[protein_at(&self.genes, gene)]))
    }

    /// The transcripts of each unit that pairs.
    pub(super) fn pairing(&self, own: &[f64]) -> impl Iterator<Item = f64> {
        self.losses.paired().into_iter().map(|unit| own[self.transcripts_at(unit)])
    }

    /// Brings up to date how fast molecules are lost.
    pub(super) fn lose(&mut self, own: &[f64]) {
        if self.losses.is_empty() {
            return;
        }
        let felt = self.losses.felt(
            |_, queue| queue.waiting(|gene| own[protein_at(&self.genes, gene)]),
            |unit| own[self.transcripts_at(unit)],
        );
        self.losses.tell(&felt, &mut self.units, &mut self.genes);
    }
}

impl Arrow {
    /// What these numbers do, where all derivatives are `here`.
    pub(super) fn loss_terms(&mut self, y: &[f64], here: &[f64]) -> Vec<Term> {
        let mut terms = Vec::new();
        let mut first = DIM;
        let all: Vec<(usize, &[f64])> = self.molecules(y).collect();
        for (v, own) in all {
            for queue in 0..self.guests[v].losses.queues.len() {
                terms.push(self.queue_term((v, queue), (first, own), y, here));
            }
            let guests = &self.guests[v];
            for unit in guests.losses.paired() {
                let at = guests.transcripts_at(unit);
                // Nothing but these transcripts feels it.
                let mut column = vec![0.0; y.len()];
                column[first + at] = -own[at];
                let partner = |(unit, k): (usize, f64)| {
                    let at = guests.transcripts_at(unit);
                    (own[at] >= 0.0).then_some((first + at, k))
                };
                let row = guests.losses.partners(unit).filter_map(partner).collect();
                terms.push(Term { column, change: 1.0, row });
            }
            first += own.len();
        }
        terms
    }

    /// What a protease does, given by its VM and its place.
    fn queue_term(
        &mut self,
        (v, at): (usize, usize),
        (first, own): (usize, &[f64]),
        y: &[f64],
        here: &[f64],
    ) -> Term {
        let guests = &mut self.guests[v];
        let queue = guests.losses.queues[at].clone();
        let places: Vec<usize> =
            queue.substrates.iter().map(|gene| protein_at(&guests.genes, *gene)).collect();
        let waiting = places.iter().fold(0.0, |sum, place| sum + own[*place]);
        let slope = queue.slope(waiting);
        let row = places.iter().map(|place| (first + place, slope)).collect();
        let change = PART * (1.0 + queue.each_per_h(waiting));
        let before = self.tenants[v];
        let mut kept = Vec::with_capacity(places.len());
        for (gene, place) in queue.substrates.iter().zip(&places) {
            let gene = &mut guests.genes[*gene];
            kept.push(gene.degraded_per_h);
            gene.degraded_per_h += change;
            self.tenants[v].decayed_aa += change * own[*place] * gene.rates.length_aa;
        }
        let mut column = vec![0.0; y.len()];
        self.derivatives(y, &mut column);
        self.tenants[v] = before;
        for (gene, kept) in queue.substrates.iter().zip(kept) {
            self.guests[v].genes[*gene].degraded_per_h = kept;
        }
        for (moved, here) in column.iter_mut().zip(here) {
            *moved -= here;
        }
        Term { column, change, row }
    }
}
