//! One cell, without its molecules.

use super::noise::{Noise, SizeControl};
use super::variates::{gamma, part};
use bioxen_engine::rng::Rng;

/// One cell, without its molecules.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Its number; no other cell of the population has had it.
    pub id: u64,
    /// Its size relative to the mean of a growing population.
    pub size: f64,
    /// Its size at birth.
    pub born_size: f64,
    /// When it was born [h].
    pub born_at: f64,
    /// The size at which it divides.
    pub divides_at: f64,
    /// The noise of its growth and translation.
    pub clock: f64,
    /// The noise of its transcription.
    pub capacity: f64,
    pub(super) rng: Rng,
}

/// What decides on size and noise of all cells of a population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Habits {
    pub noise: Noise,
    pub control: SizeControl,
    /// Mean size that is added from birth to division.
    pub added: f64,
}

impl Habits {
    /// The size at which a cell will divide that was born with `born`.
    pub(super) fn division(&self, born: f64, rng: &mut Rng) -> f64 {
        let added = self.added * gamma(self.noise.added, rng);
        self.control.division(born, added, self.added)
    }
}

impl Cell {
    /// Relative growth: the factor of its clock.
    pub(super) fn pace(&self, habits: &Habits) -> f64 {
        habits.noise.clock.factor(self.clock)
    }

    /// When within a step, as a part of it, it divides; nothing if it does not. `grown` is the growth of
    /// its logarithm of size in the whole step.
    pub(super) fn divides_within(&self, grown: f64) -> Option<f64> {
        let needed = (self.divides_at / self.size).ln();
        if needed > grown || needed.is_nan() {
            return None;
        }
        Some(if grown > 0.0 { (needed / grown).max(0.0) } else { 0.0 })
    }

    /// Its noises after a step that keeps a part of each.
    pub(super) fn wander(&mut self, habits: &Habits, kept: (f64, f64)) {
        let next = |z: f64, sd: f64, kept: f64, rng: &mut Rng| {
            if sd == 0.0 { 0.0 } else { kept * z + sd * (1.0 - kept * kept).sqrt() * rng.normal() }
        };
        self.clock = next(self.clock, habits.noise.clock.sd, kept.0, &mut self.rng);
        self.capacity = next(self.capacity, habits.noise.capacity.sd, kept.1, &mut self.rng);
    }

    /// The two daughters with their streams, and the part of the size of the first.
    pub(super) fn divide(
        &mut self,
        now: f64,
        habits: &Habits,
        ids: [u64; 2],
        streams: [Rng; 2],
    ) -> ([Cell; 2], f64) {
        let q = part(habits.noise.partition, &mut self.rng);
        let [a, b] = streams;
        let daughter = |id: u64, part: f64, mut rng: Rng| {
            let born = part * self.size;
            let divides_at = habits.division(born, &mut rng);
            Cell {
                id,
                size: born,
                born_size: born,
                born_at: now,
                divides_at,
                clock: self.clock,
                capacity: self.capacity,
                rng,
            }
        };
        ([daughter(ids[0], q, a), daughter(ids[1], 1.0 - q, b)], q)
    }
}
