//! Populations against exact results and against numbers of an independent program (marked so).

mod descent;
mod noise;
mod sizes;

use super::*;
use bioxen_base::units::Time;
use bioxen_engine::StopToken;
use bioxen_engine::rng::Seed;
use std::f64::consts::LN_2;

/// Decay of transcripts: a half-life of 5.2 min where cells double in 38 min; and the proteins that each makes.
const DECAY_PER_H: f64 = LN_2 * 38.0 / 5.2;
const PER_TRANSCRIPT: f64 = 0.4;

/// Genes of their own, with stable proteins of these means; and their rates at one generation an hour.
fn genes(means: &[f64]) -> (Guests, Rates, Vec<f64>) {
    Guests::stable(means, PER_TRANSCRIPT, DECAY_PER_H)
}

fn plan(cells: usize, noise: Preset, seed: u64) -> Plan {
    Plan { noise: Noise::preset(noise), keep_tree: false, ..Plan::new(cells, Seed::new(seed)) }
}

/// Lives for generations in steps of a fiftieth, and calls after each of them.
fn live(
    cells: &mut CellPopulation,
    rates: &Rates,
    generations: u32,
    mut each: impl FnMut(&CellPopulation),
) {
    let stop = StopToken::new();
    let step = Time::from_seconds(72.0);
    for _ in 0..generations {
        for _ in 0..50 {
            cells.step(step, &Around::Shared(rates), &stop).unwrap();
        }
        each(cells);
    }
}

/// Means and squared coefficients of variation, averaged over generations.
#[derive(Default)]
struct Mean {
    sum: Vec<f64>,
    n: f64,
}

impl Mean {
    fn add(&mut self, values: &[f64]) {
        self.sum.resize(values.len(), 0.0);
        self.sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        self.n += 1.0;
    }

    fn of(&self, at: usize) -> f64 {
        self.sum[at] / self.n
    }
}
