//! Small networks: all propensities anew at every event, without a branch that depends on chance.
//!
//! Sixteen products cost less than one wrong guess of the processor where a loop over dependents
//! ends. There is nothing to drift either.

mod build;

use super::{COUNT_LIMIT, World, check_rate, overflow};
use crate::engine::EngineError;
use crate::engine::rng::Rng;
use crate::network::Compiled;
use crate::network::compile::{FLAT_PLACES, FLAT_REACTIONS};

/// Columns of the table of propensities.
const COLUMNS: usize = 4;
const ROWS: usize = FLAT_REACTIONS / COLUMNS;
/// Where no reaction stands.
const NONE: u8 = u8::MAX;
/// Changes of one event that are made without a loop.
const CHANGES: usize = 4;

/// Four propensities `k * x[a] * (x[b] - shift)`: mass action up to the second order. Laws of
/// other forms write their value into `k`.
#[derive(Debug, Clone, Copy)]
struct Row {
    k: [f64; COLUMNS],
    shift: [f64; COLUMNS],
    a: [u8; COLUMNS],
    b: [u8; COLUMNS],
}

/// What an event changes.
#[derive(Debug, Clone, Copy)]
struct Event {
    delta: [f64; CHANGES],
    species: [u8; CHANGES],
}

/// The propensities of a small network.
#[derive(Debug, Clone)]
pub(super) struct Flat {
    rows: [Row; ROWS],
    /// By place in the table, column by column.
    events: [Event; FLAT_REACTIONS],
    /// The reactions by place, those of second order in the first rows.
    reactions: [u8; FLAT_REACTIONS],
    /// How many rows have any of second order, and how many there are.
    second: usize,
    filled: usize,
    /// Places of other laws.
    laws: Vec<u8>,
    /// Whether an event may change more species than [`CHANGES`].
    long: bool,
    /// The other laws have not been evaluated in the present state.
    stale: bool,
    stack: Vec<f64>,
}

impl Flat {
    /// Takes over constants, factors and laws.
    pub(super) fn refresh(&mut self, model: &Compiled, world: &World) -> Result<(), EngineError> {
        for place in 0..self.filled * COLUMNS {
            let reaction = self.reactions[place] as usize;
            if reaction == NONE as usize {
                continue;
            }
            let factors = model.factors.row(reaction);
            let factors: f64 = factors.iter().map(|&q| world.x[q as usize]).product();
            let k = world.k[reaction] * factors;
            check_rate(model, reaction, k, world.time)?;
            let (row, column) = (place % self.filled, place / self.filled);
            let row = &mut self.rows[row];
            // Pairs of one species are counted once.
            let half = if row.shift[column] == 0.0 { 1.0 } else { 0.5 };
            row.k[column] = k * half;
        }
        self.evaluate_laws(model, &world.x, &world.k, world.time)
    }

    fn evaluate_laws(
        &mut self,
        model: &Compiled,
        x: &[f64],
        k: &[f64],
        time: f64,
    ) -> Result<(), EngineError> {
        self.stale = true;
        for &place in &self.laws {
            let (place, reaction) = (place as usize, self.reactions[place as usize] as usize);
            let rate = model.propensity(reaction, k[reaction], x, &mut self.stack);
            check_rate(model, reaction, rate, time)?;
            self.rows[place % self.filled].k[place / self.filled] = rate;
        }
        self.stale = false;
        Ok(())
    }

    /// The state was changed from outside.
    pub(super) fn forget(&mut self) {
        self.stale = true;
    }

    /// Some events; whether the end was reached.
    #[inline(always)]
    pub(super) fn run(
        &mut self,
        model: &Compiled,
        world: &mut World,
        rng: &mut Rng,
        t_end: f64,
        budget: usize,
    ) -> Result<bool, EngineError> {
        if self.stale {
            self.evaluate_laws(model, &world.x, &world.k, world.time)?;
        }
        let second = self.second.min(ROWS);
        let filled = self.filled.min(ROWS);
        let Some(x) = world.x.first_chunk_mut::<FLAT_PLACES>() else { return Ok(true) };
        // Sums down each column, including the row.
        let mut sums = [[0.0; COLUMNS]; ROWS];
        for _ in 0..budget.div_ceil(1 + self.laws.len()) {
            let mut columns = [0.0; COLUMNS];
            for (row, sums) in self.rows[..second].iter().zip(&mut sums) {
                for c in 0..COLUMNS {
                    let first = row.k[c] * x[row.a[c] as usize];
                    columns[c] += first * (x[row.b[c] as usize] - row.shift[c]);
                }
                *sums = columns;
            }
            for (row, sums) in self.rows[second..filled].iter().zip(&mut sums[second..]) {
                for c in 0..COLUMNS {
                    columns[c] += row.k[c] * x[row.a[c] as usize];
                }
                *sums = columns;
            }
            let two = columns[0] + columns[1];
            let sum = two + (columns[2] + columns[3]);
            let starts = [0.0, columns[0], two, two + columns[2]];
            let time = world.time + rng.exponential() / sum;
            // Not a number if the sum is neither.
            if !(time <= t_end && sum < f64::INFINITY) {
                return if sum < f64::INFINITY {
                    Ok(true)
                } else {
                    Err(self.culprit(model, world))
                };
            }
            let target = rng.uniform_below_one() * sum;
            // As many propensities end before the target, column by column.
            let mut before = [0u64; COLUMNS];
            for sums in &sums[..filled] {
                for c in 0..COLUMNS {
                    before[c] += u64::from(starts[c] + sums[c] <= target);
                }
            }
            let place = ((before[0] + before[1]) + (before[2] + before[3])) as usize;
            if place >= filled * COLUMNS {
                // Rounding took the target to the very end, or nothing can happen for ever.
                if sum == 0.0 {
                    return Ok(true);
                }
                continue;
            }
            let place = place % FLAT_REACTIONS;
            world.time = time;
            world.events += 1;
            let event = &self.events[place];
            let mut most = 0.0f64;
            for (&species, delta) in event.species.iter().zip(event.delta) {
                let count = x[species as usize] + delta;
                x[species as usize] = count;
                most = most.max(count);
            }
            if self.long {
                let changes = model.changes.row(self.reactions[place] as usize);
                for change in changes.iter().skip(CHANGES) {
                    x[change.species as usize] += f64::from(change.delta);
                    most = most.max(x[change.species as usize]);
                }
            }
            if most >= COUNT_LIMIT {
                return Err(overflow(model, world, self.reactions[place] as usize));
            }
            if !self.laws.is_empty() {
                self.evaluate_laws(model, x, &world.k, time)?;
            }
        }
        Ok(false)
    }

    /// Which reaction's rate is not finite.
    #[cold]
    fn culprit(&self, model: &Compiled, world: &World) -> EngineError {
        let rates = self.propensities(model, world);
        let r = rates.iter().position(|rate| !rate.is_finite()).unwrap_or(0);
        // A sum of finite rates may be infinite as well.
        let rate = rates.get(r).copied().unwrap_or(f64::INFINITY);
        EngineError::BadRate { reaction: model.reactions[r].clone(), rate, time: world.time }
    }

    /// The propensities by reaction.
    pub(super) fn propensities(&self, model: &Compiled, world: &World) -> Vec<f64> {
        let mut rates = vec![0.0; model.reaction_count()];
        for place in 0..self.filled * COLUMNS {
            let (row, c) = (&self.rows[place % self.filled], place / self.filled);
            let pairs = world.x[row.a[c] as usize] * (world.x[row.b[c] as usize] - row.shift[c]);
            if let Some(rate) = rates.get_mut(self.reactions[place] as usize) {
                *rate = row.k[c] * pairs;
            }
        }
        rates
    }
}
