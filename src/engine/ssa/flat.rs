//! Small networks: all propensities anew at every event, without a branch that depends on chance.
//!
//! Sixteen products cost less than one wrong guess of the processor where a loop over dependents
//! ends. There is nothing to drift either.

use super::{COUNT_LIMIT, World, check_rate, overflow};
use crate::engine::rng::Rng;
use crate::engine::{EngineError, StopToken};
use crate::network::Compiled;
use crate::network::compile::{FLAT_PLACES, FLAT_REACTIONS, Kinetics};

const REACTIONS: usize = FLAT_REACTIONS;
/// Columns of the table of propensities.
const COLUMNS: usize = 4;
const ROWS: usize = REACTIONS / COLUMNS;
/// Changes of one event that are made without a loop.
const CHANGES: usize = 4;
/// Events between two looks at the stop token.
const POLL: usize = 8192;

/// A rate that is `k * x[a] * (x[b] - shift)`: mass action up to the second order.
#[derive(Debug, Clone, Copy, Default)]
struct Product {
    k: f64,
    shift: f64,
    a: u8,
    b: u8,
}

#[derive(Debug, Clone, Copy)]
struct Event {
    species: [u8; CHANGES],
    delta: [f64; CHANGES],
}

/// The propensities of a small network.
#[derive(Debug, Clone)]
pub(super) struct Flat {
    rows: usize,
    products: [Product; REACTIONS],
    events: [Event; REACTIONS],
    rates: [[f64; COLUMNS]; ROWS],
    /// Reactions of other laws.
    laws: Vec<u8>,
    /// Whether an event may change more species than [`CHANGES`].
    long: bool,
    stack: Vec<f64>,
}

impl Flat {
    pub(super) fn new(model: &Compiled, world: &World) -> Result<Self, EngineError> {
        let one = model.quantity_count() as u8;
        // A place for each change that means nothing, so that none waits for another.
        let idle =
            Event { species: std::array::from_fn(|i| one + 1 + i as u8), delta: [0.0; CHANGES] };
        let mut flat = Self {
            rows: model.reaction_count().div_ceil(COLUMNS),
            products: [Product { k: 0.0, shift: 0.0, a: one, b: one }; REACTIONS],
            events: [idle; REACTIONS],
            rates: [[0.0; COLUMNS]; ROWS],
            laws: Vec::new(),
            long: false,
            stack: Vec::new(),
        };
        for reaction in 0..model.reaction_count() {
            let changes = model.changes.row(reaction);
            let event = &mut flat.events[reaction];
            flat.long |= changes.len() > CHANGES;
            for (i, change) in changes.iter().take(CHANGES).enumerate() {
                event.species[i] = change.species as u8;
                event.delta[i] = f64::from(change.delta);
            }
            let product = &mut flat.products[reaction];
            match &model.kinetics[reaction] {
                Kinetics::MassAction(reactants) => match **reactants {
                    [] => {}
                    [(s, 1)] => product.a = s as u8,
                    [(s, 2)] => (product.a, product.b, product.shift) = (s as u8, s as u8, 1.0),
                    [(s, 1), (t, 1)] => (product.a, product.b) = (s as u8, t as u8),
                    _ => flat.laws.push(reaction as u8),
                },
                _ => flat.laws.push(reaction as u8),
            }
        }
        flat.refresh(model, world)?;
        Ok(flat)
    }

    /// Takes over constants, factors and laws.
    pub(super) fn refresh(&mut self, model: &Compiled, world: &World) -> Result<(), EngineError> {
        for reaction in 0..model.reaction_count() {
            let factors = model.factors.row(reaction);
            let factors: f64 = factors.iter().map(|&q| world.x[q as usize]).product();
            let k = world.k[reaction] * factors;
            check_rate(model, reaction, k, world.time)?;
            let half = if self.products[reaction].shift == 0.0 { 1.0 } else { 0.5 };
            self.products[reaction].k = k * half;
        }
        self.evaluate_laws(model, world)
    }

    fn evaluate_laws(&mut self, model: &Compiled, world: &World) -> Result<(), EngineError> {
        for &reaction in &self.laws {
            let r = reaction as usize;
            let rate = model.propensity(r, world.k[r], &world.x, &mut self.stack);
            check_rate(model, r, rate, world.time)?;
            // Times 1 and 1.
            self.products[r].k = rate;
        }
        Ok(())
    }

    pub(super) fn advance(
        &mut self,
        model: &Compiled,
        world: &mut World,
        rng: &mut Rng,
        t_end: f64,
        stop: &StopToken,
    ) -> Result<(), EngineError> {
        self.evaluate_laws(model, world)?;
        loop {
            if stop.is_stopped() {
                return Err(EngineError::Stopped { time: world.time });
            }
            let before = world.time;
            if self.run(model, world, rng, t_end)? {
                world.time = t_end;
                return Ok(());
            }
            if world.time <= before {
                return Err(EngineError::StepFailure {
                    time: before,
                    step: 0.0,
                    reason: "events follow each other too fast for the time to advance",
                });
            }
        }
    }

    /// Some events; whether the end was reached.
    fn run(
        &mut self,
        model: &Compiled,
        world: &mut World,
        rng: &mut Rng,
        t_end: f64,
    ) -> Result<bool, EngineError> {
        let mut stream = rng.clone();
        let mut time = world.time;
        let mut done = Ok(false);
        let mut events = 0;
        let rows = self.rows.min(ROWS);
        while events < POLL {
            let Ok(x) = <&mut [f64; FLAT_PLACES]>::try_from(&mut world.x[..]) else { break };
            let mut columns = [0.0; COLUMNS];
            for (rates, products) in
                self.rates[..rows].iter_mut().zip(self.products.as_chunks::<COLUMNS>().0)
            {
                for ((rate, p), column) in rates.iter_mut().zip(products).zip(&mut columns) {
                    *column += p.k * x[p.a as usize] * (x[p.b as usize] - p.shift);
                    *rate = *column;
                }
            }
            let c1 = columns[0] + columns[1];
            let c2 = c1 + columns[2];
            let sum = c1 + (columns[2] + columns[3]);
            if !(sum > 0.0 && sum < f64::INFINITY) {
                done = if sum == 0.0 { Ok(true) } else { Err(self.culprit(model, time)) };
                break;
            }
            let next = time + stream.exponential() / sum;
            if next > t_end {
                done = Ok(true);
                break;
            }
            let target = stream.uniform_below_one() * sum;
            let starts = [0.0, columns[0], c1, c2];
            let column = usize::from(target >= columns[0])
                + usize::from(target >= c1)
                + usize::from(target >= c2);
            let rest = target - starts[column];
            let mut row = 0;
            for rates in &self.rates[..rows] {
                row += usize::from(rates[column] <= rest);
            }
            if row >= rows {
                // Rounding took the target to the very end: draw again.
                continue;
            }
            let reaction = (row * COLUMNS + column) % REACTIONS;
            time = next;
            events += 1;
            let event = &self.events[reaction];
            let mut most = 0.0f64;
            for (&species, delta) in event.species.iter().zip(event.delta) {
                let count = x[species as usize] + delta;
                x[species as usize] = count;
                most = most.max(count);
            }
            if self.long {
                for change in model.changes.row(reaction).iter().skip(CHANGES) {
                    let count = &mut world.x[change.species as usize];
                    *count += f64::from(change.delta);
                    most = most.max(*count);
                }
            }
            if most >= COUNT_LIMIT {
                world.time = time;
                done = Err(overflow(model, world, reaction));
                break;
            }
            if !self.laws.is_empty() {
                world.time = time;
                if let Err(error) = self.evaluate_laws(model, world) {
                    done = Err(error);
                    break;
                }
            }
        }
        *rng = stream;
        world.time = time;
        world.events += events as u64;
        done
    }

    /// Which reaction's rate is not finite.
    #[cold]
    fn culprit(&self, model: &Compiled, time: f64) -> EngineError {
        let rates = self.rates.as_flattened();
        let bad = |r: &usize| !rates[*r].is_finite();
        let r = (0..model.reaction_count()).find(bad).unwrap_or(0);
        EngineError::BadRate { reaction: model.reactions[r].clone(), rate: rates[r], time }
    }

    /// The propensities by reaction.
    pub(super) fn propensities(&self, model: &Compiled, world: &World) -> Vec<f64> {
        let rate = |p: &Product| p.k * world.x[p.a as usize] * (world.x[p.b as usize] - p.shift);
        self.products[..model.reaction_count()].iter().map(rate).collect()
    }
}
