//! Small networks: all propensities are computed at every event, without branches that depend on random
//! numbers and without waiting for memory.
//!
//! The speed of such a loop is limited not by the number of operations, but by the chain of dependent
//! operations, from the change of a count to the choice of the next reaction. So each reaction has its
//! own copy of the counts of its reactants, in the order of the reactions, and an event adds a whole
//! row of differences to these: nothing is looked up by species. No sum is kept, so none can drift.

mod build;
mod run;

use super::{World, check_rate};
use crate::EngineError;
use bioxen_network::Compiled;
use bioxen_network::compile::FLAT_REACTIONS;
use wide::f64x2;

/// Columns of the table of propensities: the lanes of a vector.
const COLUMNS: usize = 2;
const ROWS: usize = FLAT_REACTIONS / COLUMNS;
/// Changes of one event that are made without a loop.
const CHANGES: usize = 4;
/// Where no reaction stands.
const NONE: u8 = u8::MAX;

/// What an event changes.
#[derive(Debug, Clone, Copy)]
struct Event {
    delta: [f64; CHANGES],
    species: [u8; CHANGES],
}

/// The table of a small network. The propensity at a place of it is `k * x[a] * (x[b] - shift)`:
/// mass action up to the second order; laws of other forms write their value into `k`.
///
/// Rows of second order come first; places are counted column by column.
#[derive(Debug, Clone)]
pub(super) struct Flat {
    /// How many rows there are, and in how many `b` counts.
    filled: usize,
    second: usize,
    k: Vec<[f64; COLUMNS]>,
    /// By place.
    a: Vec<u8>,
    b: Vec<u8>,
    shift: Vec<f64>,
    /// By place of the event, `filled` rows for each: how it changes `x[a]`.
    changes_a: Vec<f64x2>,
    /// The same with `second` rows, for `x[b]`.
    changes_b: Vec<f64x2>,
    /// By place.
    events: Vec<Event>,
    reactions: Vec<u8>,
    /// Places of other laws.
    laws: Vec<u8>,
    /// Whether there are other laws, or events that change more species than [`CHANGES`].
    unusual: bool,
    stack: Vec<f64>,
}

impl Flat {
    /// Takes over constants, factors and laws.
    pub(super) fn refresh(&mut self, model: &Compiled, world: &World) -> Result<(), EngineError> {
        for (place, &reaction) in self.reactions.iter().enumerate() {
            if reaction == NONE {
                continue;
            }
            let reaction = reaction as usize;
            let factors = model.factors.row(reaction);
            let factors: f64 = factors.iter().map(|&q| world.x[q as usize]).product();
            let k = world.k[reaction] * factors;
            check_rate(model, reaction, k, world.time)?;
            // Pairs of one species are counted once.
            let half = if self.shift[place] == 0.0 { 1.0 } else { 0.5 };
            self.k[place % self.filled][place / self.filled] = k * half;
        }
        self.evaluate_laws(model, world)
    }

    /// Takes over laws of other forms.
    fn evaluate_laws(&mut self, model: &Compiled, world: &World) -> Result<(), EngineError> {
        for &place in &self.laws {
            let place = place as usize;
            let reaction = self.reactions[place] as usize;
            let rate = model.propensity(reaction, world.k[reaction], &world.x, &mut self.stack);
            check_rate(model, reaction, rate, world.time)?;
            self.k[place % self.filled][place / self.filled] = rate;
        }
        Ok(())
    }

    /// Which reaction's rate is not finite.
    #[cold]
    fn culprit(&self, model: &Compiled, world: &World) -> EngineError {
        let rates = self.propensities(model, world);
        let r = rates.iter().position(|rate| !rate.is_finite()).unwrap_or(0);
        // A sum of finite rates may be infinite as well.
        let rate = rates.get(r).copied().unwrap_or(f64::INFINITY);
        EngineError::BadRate { reaction: model.reactions.names[r].clone(), rate, time: world.time }
    }

    /// The propensities by reaction.
    pub(super) fn propensities(&self, model: &Compiled, world: &World) -> Vec<f64> {
        let mut rates = vec![0.0; model.reaction_count()];
        for (place, &reaction) in self.reactions.iter().enumerate() {
            let k = self.k[place % self.filled][place / self.filled];
            let (a, b) = (world.x[self.a[place] as usize], world.x[self.b[place] as usize]);
            if let Some(rate) = rates.get_mut(reaction as usize) {
                *rate = k * a * (b - self.shift[place]);
            }
        }
        for &place in &self.laws {
            let r = self.reactions[place as usize] as usize;
            rates[r] = model.propensity(r, world.k[r], &world.x, &mut Vec::new());
        }
        rates
    }
}
