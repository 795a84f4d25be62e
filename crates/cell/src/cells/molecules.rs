//! The molecules of a cell in a part of a step.

use super::cell::Cell;
use super::error::CellsError;
use super::guests::{Rates, Replication, Replicon, Template};
use super::kinetics::Turnover;
use super::population::{CellPopulation, doubles_at};
use super::step::Leg;
use bioxen_engine::rng::Rng;

impl CellPopulation {
    /// How much a promoter of a cell makes, relative to an open one in a cell of mean size: by what decides on it, by its
    /// copies and by the noise of transcription; for the size of the cell. `locus` is its place among those that follow
    /// replication, if it does.
    pub(crate) fn promoter(
        &self,
        place: usize,
        (unit, locus): (usize, usize),
        replication: Replication,
    ) -> f64 {
        let (guests, cell, counts) = (&self.guests, &self.cells[place], self.counts(place));
        let Some(of) = guests.units.get(unit) else { return 0.0 };
        let protein = |gene: usize| {
            let n = counts.get(guests.acting(gene)).copied().unwrap_or(0);
            f64::from(n) / cell.size
        };
        let copies = |at: usize| f64::from(counts.get(at).copied().unwrap_or(0)) / cell.size;
        let template = match of.template {
            Template::Size => 1.0,
            Template::Replicon(plasmid) => copies(guests.first_replicon() + plasmid),
            Template::Locus(on_arm) => {
                copies(guests.first_locus() + locus) * (-replication.before(on_arm)).exp2()
            }
        };
        let answer = of.answer.as_ref().map_or(1.0, |answer| answer.activity(&protein));
        answer * template * self.habits.noise.capacity.factor(cell.capacity)
    }
}

impl Leg<'_> {
    /// The molecules of a cell after a time [h] at a pace of its clock, with its size in the middle of it.
    pub(super) fn molecules(
        &self,
        cell: &mut Cell,
        counts: &mut [u32],
        rates: &Rates,
        (pace, hours, middle): (f64, f64, f64),
    ) -> Result<(), CellsError> {
        let guests = self.guests;
        let capacity = self.habits.noise.capacity.factor(cell.capacity);
        let (first_protein, first_replicon) = (guests.first_protein(), guests.first_replicon());
        let mut locus = guests.first_locus();
        let answers = guests.units.iter().any(|unit| unit.answer.is_some());
        // Promoters see the molecules at the beginning of the step.
        let before: Vec<f64> = if answers {
            let of = |gene| f64::from(counts[guests.acting(gene)]) / cell.size;
            (0..guests.proteins.len()).map(of).collect()
        } else {
            Vec::new()
        };
        // As long as the step, proteins wait for proteases as at its beginning.
        let degraded = guests.degraded(counts, cell.size);
        for (at, unit) in guests.units.iter().enumerate() {
            let template = match unit.template {
                Template::Size => middle,
                Template::Replicon(place) => {
                    counts.get(first_replicon + place).map_or(0.0, |&n| f64::from(n))
                }
                Template::Locus(place) => {
                    let generations = rates.replication.before(place);
                    let copies = f64::from(counts[locus]);
                    if middle >= doubles_at(copies, generations) && copies < 65536.0 {
                        counts[locus] *= 2;
                    }
                    locus += 1;
                    f64::from(counts[locus - 1]) * (-generations).exp2()
                }
            };
            let activity = unit.answer.as_ref().map_or(1.0, |answer| {
                answer.activity(&|gene| before.get(gene).copied().unwrap_or(0.0))
            });
            let births = rates.transcription_per_h[at] * activity * template * capacity * hours;
            let old = f64::from(counts[at]);
            let turnover = Turnover { births, deaths: unit.lost_per_h * hours, burst: unit.burst };
            let lived = if births > 0.0 || old > 0.0 {
                turnover.live(old, &mut cell.rng)
            } else {
                Default::default()
            };
            counts[at] = countable(lived.left).ok_or_else(|| self.too_many(cell, at))?;
            for gene in unit.genes.clone() {
                let place = first_protein + gene;
                let made = rates.translation_per_h[gene] * pace * lived.time * hours;
                let degraded = degraded.get(gene).copied().unwrap_or(0.0);
                let lost = (guests.proteins[gene].lost_per_h + degraded) * hours;
                let n = protein(f64::from(counts[place]), made, lost, &mut cell.rng);
                counts[place] = countable(n).ok_or_else(|| self.too_many(cell, place))?;
            }
        }
        for (at, replicon) in guests.replicons.iter().enumerate() {
            let place = first_replicon + at;
            let n = replicate(replicon, f64::from(counts[place]), middle, hours, &mut cell.rng);
            counts[place] = countable(n).ok_or_else(|| self.too_many(cell, place))?;
        }
        Ok(())
    }

    fn too_many(&self, cell: &Cell, at: usize) -> CellsError {
        CellsError::Uncountable { id: cell.id, name: self.guests.name(at).to_owned() }
    }
}

fn countable(n: f64) -> Option<u32> {
    (n < f64::from(u32::MAX)).then_some(n as u32)
}

/// Proteins after a step in which a mean number is made and each is lost at a rate.
fn protein(old: f64, made: f64, lost: f64, rng: &mut Rng) -> f64 {
    if lost <= 0.0 {
        return old + rng.poisson(made);
    }
    let left = rng.binomial(old, (-lost).exp());
    // Those that are made at any moment of the step are there at its end with this probability.
    left + rng.poisson(made * -(-lost).exp_m1() / lost)
}

/// Copies of a plasmid after a step, made one by one.
fn replicate(replicon: &Replicon, copies: f64, size: f64, hours: f64, rng: &mut Rng) -> f64 {
    let mut copies = copies;
    let mut left = hours;
    while (1.0..1e6).contains(&copies) {
        let rate = copies * replicon.most_per_h / (1.0 + copies / (size * replicon.half));
        left -= rng.exponential() / rate;
        if left.is_nan() || left < 0.0 {
            break;
        }
        copies += 1.0;
    }
    copies
}
