//! A network as a jump process, with its rules and events.

use std::sync::Arc;

use super::crossings::Crossings;
use super::events::Queue;
use super::jump::Jumps;
use super::machine::Machine;
use super::missing::missing;
use super::plan::Plan;
use crate::rng::{Rng, Seed};
use crate::ssa::Ssa;
use crate::tau::{self, Tau};
use crate::{EngineError, Simulator, StopToken};
use bioxen_network::{Compiled, Network, QuantityId, Rule};

/// Places at which triggers are looked at that depend on time in a way that cannot be solved.
const LOOKS: f64 = 2000.0;

/// Events between two looks at the stop token.
const POLL: u64 = 1024;

/// A stochastic simulation in progress, which may end an advance at the next reaction.
pub(super) trait Jumper: Simulator {
    /// Reactions so far.
    fn events(&self) -> u64;
    /// Sets a quantity.
    fn set(&mut self, quantity: QuantityId, value: f64) -> Result<(), EngineError>;
}

impl Jumper for Ssa {
    fn events(&self) -> u64 {
        self.events()
    }

    fn set(&mut self, quantity: QuantityId, value: f64) -> Result<(), EngineError> {
        self.set(quantity, value)
    }
}

impl Jumper for Tau {
    fn events(&self) -> u64 {
        self.events()
    }

    fn set(&mut self, quantity: QuantityId, value: f64) -> Result<(), EngineError> {
        self.set(quantity, value)
    }
}

/// An exact simulation that stops after each reaction, for models whose events watch the state.
#[derive(Debug, Clone)]
struct Watched(Ssa);

impl Simulator for Watched {
    fn model(&self) -> &Compiled {
        self.0.model()
    }

    fn time(&self) -> f64 {
        self.0.time()
    }

    fn state(&self) -> &[f64] {
        self.0.state()
    }

    fn advance(&mut self, t_end: f64, stop: &StopToken) -> Result<(), EngineError> {
        if self.0.events().is_multiple_of(POLL) && stop.is_stopped() {
            return Err(EngineError::Stopped { time: self.0.time() });
        }
        self.0.step(t_end).map(|_| ())
    }

    fn rng_mut(&mut self) -> &mut Rng {
        self.0.rng_mut()
    }
}

impl Jumper for Watched {
    fn events(&self) -> u64 {
        self.0.events()
    }

    fn set(&mut self, quantity: QuantityId, value: f64) -> Result<(), EngineError> {
        self.0.set(quantity, value)
    }
}

/// A model ready for many runs.
#[derive(Debug)]
pub struct Stochastic {
    plan: Plan,
    crossings: Crossings,
    base: Base,
    /// Quantities that rules determine.
    assigned: Vec<bool>,
    model: Arc<Compiled>,
}

/// The same error; but where something is not a number for lack of a value, what lacks it.
fn named(network: &Network, error: EngineError) -> EngineError {
    let value = match &error {
        EngineError::BadRate { rate, .. } => *rate,
        EngineError::NotACount { value, .. } => *value,
        _ => 0.0,
    };
    match missing(network).first().filter(|_| value.is_nan()) {
        Some(missing) => missing.error(),
        None => error,
    }
}

#[derive(Debug, Clone)]
enum Base {
    /// No event watches the state, so that reactions may follow each other unseen.
    Unwatched(Box<Ssa>),
    Watched(Box<Watched>),
    Leaping(Box<Tau>),
}

impl Stochastic {
    /// Prepares a network for exact simulation from time 0: computes its initial state, puts its
    /// rules into its rate laws, takes net rates apart into the two directions of a reaction, and
    /// finds which of these are mass action.
    ///
    /// # Errors
    /// [`EngineError::Unsupported`] for what a jump process cannot have (rate rules, algebraic
    /// rules, `delay`, `rateOf`, rates that depend on time, stoichiometries that vary, net rates
    /// that fall below zero and are no difference of a rate there and a rate back), species
    /// that do not start at whole numbers, and rates that are negative or not finite.
    pub fn new(network: &Network) -> Result<Self, EngineError> {
        Self::exact(network).map_err(|error| named(network, error))
    }

    fn exact(network: &Network) -> Result<Self, EngineError> {
        let mut jumps = Jumps::new(network)?;
        let model = Arc::new(Compiled::consuming(std::mem::take(&mut jumps.network))?);
        let ssa = Ssa::new(Arc::clone(&model), Rng::new(Seed::default()))?;
        let base = match jumps.watches_state {
            true => Base::Watched(Box::new(Watched(ssa))),
            false => Base::Unwatched(Box::new(ssa)),
        };
        Self::with(network, jumps, model, base)
    }

    /// Prepares a network for tau-leaping from time 0.
    ///
    /// # Errors
    /// As [`Stochastic::new`]; and [`EngineError::Unsupported`] for events that watch what
    /// reactions change, since a leap may pass over the moment at which they fire.
    pub fn leaping(network: &Network, options: tau::Options) -> Result<Self, EngineError> {
        Self::by_leaps(network, options).map_err(|error| named(network, error))
    }

    fn by_leaps(network: &Network, options: tau::Options) -> Result<Self, EngineError> {
        let mut jumps = Jumps::new(network)?;
        if let Some(event) = network.events.first().filter(|_| jumps.watches_state) {
            return Err(EngineError::Unsupported {
                solver: "tau-leaping",
                construct: "an event that watches what reactions change",
                name: event.name.clone(),
            });
        }
        let model = Arc::new(Compiled::consuming(std::mem::take(&mut jumps.network))?);
        let tau = Tau::new(Arc::clone(&model), Rng::new(Seed::default()), options)?;
        Self::with(network, jumps, model, Base::Leaping(Box::new(tau)))
    }

    fn with(
        network: &Network,
        jumps: Jumps,
        model: Arc<Compiled>,
        base: Base,
    ) -> Result<Self, EngineError> {
        let crossings = if jumps.watches_time {
            Crossings::new(jumps.triggers.iter(), &jumps.moving)?
        } else {
            Crossings::default()
        };
        let mut assigned = vec![false; network.quantities.len()];
        for rule in &network.rules {
            if let Rule::Assignment(q, _) = rule {
                assigned[q.index()] = true;
            }
        }
        Ok(Stochastic { plan: jumps.plan, crossings, base, assigned, model })
    }

    /// The names of the quantities, in the order in which runs give their values.
    pub fn names(&self) -> &[String] {
        self.model.quantity_names()
    }

    /// One run: calls `record` with the number of each row of `grid` and all quantities then.
    /// Gives the number of reactions that happened.
    ///
    /// # Errors
    /// See [`Ssa::advance`]; and events that set counts to what is no count.
    pub fn run(
        &self,
        seed: Seed,
        grid: &[f64],
        stop: &StopToken,
        record: &mut dyn FnMut(usize, &[f64]),
    ) -> Result<u64, EngineError> {
        match &self.base {
            Base::Unwatched(ssa) => self.follow((**ssa).clone(), seed, grid, stop, record),
            Base::Watched(ssa) => self.follow((**ssa).clone(), seed, grid, stop, record),
            Base::Leaping(tau) => self.follow((**tau).clone(), seed, grid, stop, record),
        }
    }

    fn follow<J: Jumper>(
        &self,
        mut jumper: J,
        seed: Seed,
        grid: &[f64],
        stop: &StopToken,
        record: &mut dyn FnMut(usize, &[f64]),
    ) -> Result<u64, EngineError> {
        let mut rng = Rng::new(seed);
        let mut machine = Machine::start(&self.plan, 0.0)?;
        let mut queue = Queue::new(&machine, rng.next_u64());
        *jumper.rng_mut() = rng;
        let mut t = 0.0;
        if queue.process(&mut machine, t, stop)? {
            self.push(&machine, &mut jumper)?;
        }
        for (row, &at) in grid.iter().enumerate() {
            while t < at {
                t = self.stretch(&mut jumper, &mut machine, &mut queue, at, stop)?;
            }
            record(row, &machine.q[..self.model.quantity_count()]);
        }
        Ok(jumper.events())
    }

    /// Goes on to `at`, or to where an event is carried out or may be.
    fn stretch<J: Jumper>(
        &self,
        jumper: &mut J,
        machine: &mut Machine<'_>,
        queue: &mut Queue,
        at: f64,
        stop: &StopToken,
    ) -> Result<f64, EngineError> {
        let from = jumper.time();
        if stop.is_stopped() {
            return Err(EngineError::Stopped { time: from });
        }
        let mut limit = queue.next_due().map_or(at, |due| due.min(at)).max(from);
        if let Some(turn) = self.turn(machine, queue, from, limit)? {
            limit = turn;
        }
        jumper.advance(limit, stop)?;
        let t = jumper.time();
        machine.q[..self.model.quantity_count()].copy_from_slice(jumper.state());
        machine.update(t)?;
        if !self.plan.events.is_empty() && queue.process(machine, t, stop)? {
            self.push(machine, jumper)?;
        }
        Ok(t)
    }

    /// The first time after `from`, up to `to`, at which a trigger turns because of time alone.
    fn turn(
        &self,
        machine: &mut Machine<'_>,
        queue: &Queue,
        from: f64,
        to: f64,
    ) -> Result<Option<f64>, EngineError> {
        if self.crossings.is_empty() {
            return Ok(None);
        }
        let mut times = Vec::new();
        let last = self.crossings.between(from, to, &machine.q, &mut Vec::new(), &mut times);
        let to = last.unwrap_or(to);
        times.push(to);
        if self.crossings.opaque {
            let step = (to - from).max(to / LOOKS) / LOOKS.sqrt();
            let mut time = from + step;
            while time < to {
                times.push(time);
                let next = time + step;
                if next <= time {
                    // Among the smallest numbers a step may round to nothing.
                    break;
                }
                time = next;
            }
        }
        times.sort_unstable_by(f64::total_cmp);
        let mut changed = |t: f64| -> Result<bool, EngineError> {
            machine.update(t)?;
            Ok(queue.has_changed(machine, t))
        };
        let mut before = from;
        for time in times {
            if changed(time)? {
                return super::events::bisect(before, time, &mut changed).map(Some);
            }
            before = time;
        }
        Ok(last)
    }

    /// Takes over what events have set.
    fn push<J: Jumper>(&self, machine: &Machine<'_>, jumper: &mut J) -> Result<(), EngineError> {
        for (index, &assigned) in self.assigned.iter().enumerate() {
            let (new, old) = (machine.q[index], jumper.state()[index]);
            if !assigned && new != old && !(new.is_nan() && old.is_nan()) {
                jumper.set(QuantityId(index as u32), new)?;
            }
        }
        Ok(())
    }
}
