//! Populations that the sections share.

use super::Outcome;
use bioxen::cells::{
    Around, CellPopulation, Guests, Mode, Moments, Noise, Plan, Preset, Quantity, Rates,
};
use bioxen::engine::StopToken;
use bioxen::engine::rng::Seed;
use bioxen::units::Time;
use std::f64::consts::LN_2;

/// Decay of transcripts: a half-life of 5.2 min where cells double in 38 min; a generation takes an hour here.
const DECAY_PER_H: f64 = LN_2 * 38.0 / 5.2;
/// Proteins that each transcript makes, as in the program that the numbers come from.
const PER_TRANSCRIPT: f64 = 0.4;

/// Genes of their own with stable proteins of these means; what they feel; and where they begin.
pub(crate) struct Reporters {
    pub(crate) guests: Guests,
    pub(crate) rates: Rates,
    pub(crate) start: Vec<f64>,
}

impl Reporters {
    pub(crate) fn of(means: &[f64]) -> Self {
        let (guests, rates, start) = Guests::stable(means, PER_TRANSCRIPT, DECAY_PER_H);
        Self { guests, rates, start }
    }
}

/// A plan without a tree on all processors.
pub(crate) fn plan(cells: usize, noise: Noise, mode: Mode, seed: u64) -> Plan {
    Plan { noise, mode, keep_tree: false, threads: 2, ..Plan::new(cells, Seed::new(seed)) }
}

/// Steps of a generation, which takes an hour.
pub(crate) const STEPS: u32 = 50;

/// Lives for some generations, and calls after each step.
pub(crate) fn live(
    cells: &mut CellPopulation,
    rates: &Rates,
    generations: u32,
    mut each: impl FnMut(&CellPopulation, u32),
) -> Outcome<()> {
    let step = Time::from_seconds(3600.0 / f64::from(STEPS));
    for number in 0..generations * STEPS {
        cells.step(step, &Around::Shared(rates), &StopToken::new())?;
        each(cells, number);
    }
    Ok(())
}

/// Means over times.
#[derive(Default)]
pub(crate) struct Mean {
    sum: Vec<f64>,
    n: f64,
}

impl Mean {
    pub(crate) fn add(&mut self, values: &[f64]) {
        self.sum.resize(values.len(), 0.0);
        self.sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        self.n += 1.0;
    }

    pub(crate) fn of(&self, at: usize) -> f64 {
        self.sum.get(at).map_or(f64::NAN, |sum| sum / self.n)
    }
}

/// Of each reporter the mean count, CV² of the count and CV² of the concentration; then the mean size.
pub(crate) fn snapshot(preset: Preset, means: &[f64], seed: u64) -> Outcome<Mean> {
    let Reporters { guests, rates, start } = Reporters::of(means);
    let plan = plan(5000, Noise::preset(preset), Mode::Moran, seed);
    let mut cells = CellPopulation::new(plan, guests, LN_2, &start)?;
    live(&mut cells, &rates, 3, |_, _| ())?;
    let mut mean = Mean::default();
    live(&mut cells, &rates, 8, |cells, step| {
        if step % (STEPS / 2) == 0 {
            let mut row = Vec::new();
            for gene in 0..means.len() {
                let count = Moments::of(&cells.values(Quantity::Protein(gene)));
                let per_size = Moments::of(&cells.concentrations(Quantity::Protein(gene)));
                row.extend([count.mean, count.cv2(), per_size.cv2()]);
            }
            row.push(Moments::of(&cells.values(Quantity::Size)).mean);
            mean.add(&row);
        }
    })?;
    Ok(mean)
}

/// Coefficient of variation.
pub(crate) fn cv(values: &[f64]) -> f64 {
    Moments::of(values).cv2().sqrt()
}

/// Slope of the second numbers of pairs on the first, and their correlation coefficient.
pub(crate) fn slope(pairs: &[(f64, f64)]) -> (f64, f64) {
    let (_, slope, r2) = super::line(pairs);
    (slope, r2.sqrt().copysign(slope))
}
