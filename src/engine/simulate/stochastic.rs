//! A network as a jump process, with its rules and events.

use std::sync::Arc;

use super::crossings::Crossings;
use super::direct::Direct;
use super::events::Queue;
use super::jump::Jumps;
use super::machine::Machine;
use super::plan::Plan;
use crate::engine::rng::{Rng, Seed};
use crate::engine::ssa::Ssa;
use crate::engine::{EngineError, StopToken};
use crate::network::{Compiled, Network, QuantityId, Rule};

/// Places at which triggers are looked at that depend on time in a way that cannot be solved.
const LOOKS: f64 = 2000.0;

/// A stochastic simulation in progress.
pub(super) trait Jumper: Clone + Send + Sync {
    /// Takes another stream of random numbers.
    fn seed(&mut self, rng: Rng);
    /// All quantities.
    fn state(&self) -> &[f64];
    /// Reactions so far.
    fn events(&self) -> u64;
    /// The time reached.
    fn time(&self) -> f64;
    /// Sets a quantity.
    fn set(&mut self, quantity: QuantityId, value: f64) -> Result<(), EngineError>;
    /// Goes on to a time, or to the next reaction if that is where it stops.
    fn advance(&mut self, t_end: f64, stop: &StopToken) -> Result<(), EngineError>;
}

impl Jumper for Ssa {
    fn seed(&mut self, rng: Rng) {
        *self.rng_mut() = rng;
    }

    fn state(&self) -> &[f64] {
        self.state()
    }

    fn events(&self) -> u64 {
        self.events()
    }

    fn time(&self) -> f64 {
        self.time()
    }

    fn set(&mut self, quantity: QuantityId, value: f64) -> Result<(), EngineError> {
        self.set(quantity, value)
    }

    fn advance(&mut self, t_end: f64, stop: &StopToken) -> Result<(), EngineError> {
        self.advance(t_end, stop)
    }
}

/// A model ready for many runs.
#[derive(Debug)]
pub struct Stochastic {
    start: f64,
    plan: Plan,
    crossings: Crossings,
    base: Base,
    /// Quantities that rules determine.
    assigned: Vec<bool>,
    names: Vec<String>,
}

#[derive(Debug, Clone)]
enum Base {
    /// No event watches the state, so that reactions may follow each other unseen.
    Unwatched(Box<Ssa>),
    Watched(Box<Direct>),
}

impl Stochastic {
    /// Prepares a network: computes its initial state, puts its rules into its rate laws, and
    /// finds which of these are mass action.
    ///
    /// # Errors
    /// [`EngineError::Unsupported`] for what a jump process cannot have (rate rules, algebraic
    /// rules, `delay`, `rateOf`, rates that depend on time, stoichiometries that vary), species
    /// that do not start at whole numbers, and rates that are negative or not finite.
    pub fn new(network: &Network, start: f64) -> Result<Self, EngineError> {
        let jumps = Jumps::new(network, start)?;
        let model = Arc::new(Compiled::new(&jumps.network)?);
        // The solver checks the network, whichever is used.
        let mut ssa = Ssa::new(Arc::clone(&model), Rng::new(Seed::default()))?;
        let base = if jumps.watches_state {
            Base::Watched(Box::new(Direct::new(model, start, Rng::new(Seed::default()))?))
        } else {
            ssa.set_time(start);
            Base::Unwatched(Box::new(ssa))
        };
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
        Ok(Stochastic {
            start,
            plan: Plan::new(&jumps.rest)?,
            crossings,
            base,
            assigned,
            names: network.quantities.iter().map(|q| q.name.clone()).collect(),
        })
    }

    /// The names of the quantities, in the order in which runs give their values.
    pub fn names(&self) -> &[String] {
        &self.names
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
            Base::Watched(direct) => self.follow((**direct).clone(), seed, grid, stop, record),
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
        let mut machine = Machine::start(&self.plan, self.start)?;
        let mut queue = Queue::new(&machine, rng.next_u64());
        jumper.seed(rng);
        let mut t = self.start;
        if queue.process(&mut machine, t)? {
            self.push(&machine, &mut jumper)?;
        }
        for (row, &at) in grid.iter().enumerate() {
            while t < at {
                t = self.stretch(&mut jumper, &mut machine, &mut queue, at, stop)?;
            }
            record(row, &machine.q[..self.names.len()]);
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
        let mut limit = queue.next_due().map_or(at, |due| due.min(at)).max(from);
        if let Some(turn) = self.turn(machine, queue, from, limit)? {
            limit = turn;
        }
        jumper.advance(limit, stop)?;
        let t = jumper.time();
        machine.q[..self.names.len()].copy_from_slice(jumper.state());
        machine.update(t)?;
        if !self.plan.events.is_empty() && queue.process(machine, t)? {
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
        let mut times = vec![to];
        self.crossings.between(from, to, &machine.q, &mut Vec::new(), &mut times);
        if self.crossings.opaque {
            let step = (to - from).max((to - self.start) / LOOKS) / LOOKS.sqrt();
            let mut time = from + step;
            while time < to {
                times.push(time);
                time += step;
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
        Ok(None)
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
