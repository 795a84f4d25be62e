//! The steady state of sizes, found by cells without molecules.

use super::cell::Habits;
use super::guests::{Guests, Rates};
use super::noise::{Noise, SizeControl, Wander};
use super::population::{CellPopulation, Mode, Plan};
use bioxen_base::units::Time;
use bioxen_engine::StopToken;
use bioxen_engine::rng::{Rng, Seed};
use std::f64::consts::LN_2;

/// Where a cell begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Founder {
    pub size: f64,
    pub born_size: f64,
    pub divides_at: f64,
    pub clock: f64,
    /// Generations since its birth.
    pub age: f64,
}

/// Sizes in their steady state, with the mean 1 in a growing population.
#[derive(Debug, Clone, PartialEq)]
pub struct Normal {
    /// The mean size that is added from birth to division.
    pub added: f64,
    founders: Vec<Founder>,
    mode: Mode,
}

/// Cells without molecules that find it.
const CELLS: usize = 4096;
/// Steps of a generation.
const STEPS: u32 = 32;
/// Generations until sizes have forgotten how they began: an adder halves a deviation in each.
const FORGET: u32 = 10;
/// Generations over which the mean is taken.
const MEAN: u32 = 16;

/// The steady state of sizes for a noise; its mean in a growing population is 1.
pub fn normalised(noise: Noise, control: SizeControl, mode: Mode) -> Normal {
    let added = 0.5 / LN_2;
    let steady = noise.added == 0.0 && noise.partition == 0.0 && noise.clock.sd == 0.0;
    // Where sizes wander for ever there is no steady state to be found.
    if steady || control == SizeControl::Timer {
        return Normal { added, founders: Vec::new(), mode };
    }
    let noise = Noise { capacity: Wander::NONE, ..noise };
    let plan = Plan {
        noise,
        control,
        keep_tree: false,
        // The same cells for every population: what they find belongs to the noise.
        ..Plan::new(CELLS, Seed::new(0x5EED))
    };
    let habits = Habits { noise, control, added };
    let mut cells = CellPopulation::empty(plan, Guests::default(), habits);
    let normal = Normal { added, founders: Vec::new(), mode: Mode::Moran };
    let mut chance = Rng::new(Seed::new(0x5EED).lane(1));
    for _ in 0..CELLS {
        cells.found(normal.founder(&mut chance), 1.0, &[]);
    }
    let mut sum = 0.0;
    for generation in 0..FORGET + MEAN {
        for step in 0..STEPS {
            live(&mut cells);
            if generation >= FORGET && step % 8 == 0 {
                sum += cells.cells().iter().map(|cell| cell.size).sum::<f64>() / CELLS as f64;
            }
        }
    }
    let mean = sum / f64::from(MEAN * STEPS / 8);
    if mode == Mode::MotherMachine {
        cells.plan.mode = mode;
        (0..FORGET * STEPS).for_each(|_| live(&mut cells));
    }
    let now = cells.clock().hours();
    let founders = cells.cells().iter().map(|cell| Founder {
        size: cell.size / mean,
        born_size: cell.born_size / mean,
        divides_at: cell.divides_at / mean,
        clock: cell.clock,
        age: now - cell.born_at,
    });
    Normal { added: added / mean, founders: founders.collect(), mode }
}

/// One step; a generation takes an hour.
fn live(cells: &mut CellPopulation) {
    let rates = Rates { growth_per_h: LN_2, ..Rates::default() };
    let step = Time::from_micros(3_600_000_000 / i64::from(STEPS));
    // Without molecules nothing can go wrong, and nobody holds this token.
    let _ = cells.step(step, &super::step::Around::Shared(&rates), &StopToken::new());
}

impl Normal {
    /// A cell of the steady state, by chance.
    pub(super) fn founder(&self, chance: &mut Rng) -> Founder {
        if !self.founders.is_empty() {
            return self.founders[chance.below(self.founders.len() as u64) as usize];
        }
        // In a growing population the density of age a, from 0 to 1, is 2 ln 2 2^-a; in a line of descent
        // all ages are alike.
        let u = chance.uniform_below_one();
        let age = match self.mode {
            Mode::MotherMachine => u,
            Mode::Moran | Mode::Colony => -(1.0 - 0.5 * u).log2(),
        };
        let born_size = self.added;
        Founder {
            size: born_size * age.exp2(),
            born_size,
            divides_at: 2.0 * born_size,
            clock: 0.0,
            age,
        }
    }
}
