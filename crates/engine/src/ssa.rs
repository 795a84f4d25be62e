//! Exact stochastic simulation (Gillespie, *J. Phys. Chem.* 81:2340, 1977).
//!
//! The direct method: an exponential waiting time by the total propensity, then one reaction in
//! proportion to its own. Which of two arrangements keeps the propensities is decided when the
//! network is compiled: a flat table for small networks, groups with sum trees (see
//! [`bioxen_network::compile`]) for all others.

mod check;
mod flat;
mod grouped;
mod leaping;
mod tree;

#[cfg(test)]
mod tests;

use super::rng::Rng;
use super::trajectory::simulates;
use super::{EngineError, StopToken};
use bioxen_network::compile::Leaf;
use bioxen_network::{Compiled, NetworkError, QuantityId, ReactionId};
use check::{check_rate, check_value, overflow};
use flat::Flat;
use grouped::Grouped;
use std::sync::Arc;

/// Work, in events or the updates of one leaf, between two looks at the stop token: about a
/// millisecond.
const POLL: usize = 8192;
/// So many events at one and the same time are no simulation any more.
const STUCK: u64 = 100_000;
/// Counts are whole numbers below this.
pub(crate) const COUNT_LIMIT: f64 = 9_007_199_254_740_992.0;

/// An exact stochastic simulation in progress: a state, a time and a stream of random numbers.
///
/// A clone is a snapshot: it goes on exactly as the original does.
///
/// # Examples
/// ```
/// use bioxen_engine::rng::{Rng, Seed};
/// use bioxen_engine::ssa::Ssa;
/// use bioxen_engine::StopToken;
/// use bioxen_network::{Compiled, Network, RateLaw};
///
/// // A messenger made 2 times and lost 0.1 times per minute.
/// let mut network = Network::default();
/// let m = network.species("m", 0.0);
/// let law = |k| RateLaw::MassAction { k, factors: vec![] };
/// network.reaction("make", &[], &[(m, 1)], law(2.0));
/// network.reaction("lose", &[(m, 1)], &[], law(0.1));
///
/// let model = Compiled::new(&network)?.into();
/// let mut ssa = Ssa::new(model, Rng::new(Seed::new(1)))?;
/// ssa.advance(1000.0, &StopToken::new())?;
/// assert_eq!(ssa.time(), 1000.0);
/// assert!((1.0..60.0).contains(&ssa.state()[m.index()]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Ssa {
    model: Arc<Compiled>,
    rng: Rng,
    world: World,
    sums: Sums,
    /// Working space.
    changing: Vec<(u32, f64)>,
}

/// How the propensities are kept.
#[derive(Debug, Clone)]
enum Sums {
    Flat(Box<Flat>),
    Grouped(Grouped),
}

/// The state of a simulation, apart from what is derived from it.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) time: f64,
    pub(crate) events: u64,
    /// All quantities; then a 1 and a place for changes that mean nothing.
    pub(crate) x: Vec<f64>,
    /// The rate constant of each reaction, by `Compiled::slot`.
    pub(crate) k: Vec<f64>,
}

impl Ssa {
    /// A simulation at time 0 in the network's initial state.
    ///
    /// # Errors
    /// [`EngineError::Unsupported`] for a network that is no jump process,
    /// [`EngineError::NotACount`] for a species that does not start at a whole number, and
    /// [`EngineError::BadRate`] for a rate that is not a finite number of at least 0.
    pub fn new(model: Arc<Compiled>, rng: Rng) -> Result<Self, EngineError> {
        if let Some(obstacle) = &model.obstacle {
            return Err(EngineError::Unsupported {
                solver: "stochastic",
                construct: obstacle.construct,
                name: obstacle.name.clone(),
            });
        }
        let mut x = model.quantities.initial.clone();
        x.extend([1.0, 0.0]);
        let slots =
            if model.flat { model.reactions.k.len() } else { model.layout.leaves.kinds.len() };
        let mut world = World { time: 0.0, events: 0, x, k: vec![0.0; slots] };
        for id in 0..model.quantity_count() {
            check_value(&model, id, world.x[id])?;
        }
        for (reaction, &k) in model.reactions.k.iter().enumerate() {
            check_rate(&model, reaction, k, 0.0)?;
            world.k[model.slot(reaction)] = k;
        }
        let sums = if model.flat {
            world.x.resize(bioxen_network::compile::FLAT_PLACES, 0.0);
            Sums::Flat(Box::new(Flat::new(&model, &world)?))
        } else {
            Sums::Grouped(Grouped::new(&model, &world)?)
        };
        Ok(Self { model, rng, world, sums, changing: Vec::new() })
    }

    /// The present time, in the network's own unit.
    pub fn time(&self) -> f64 {
        self.world.time
    }

    /// All quantities in the network's order; species are whole numbers.
    pub fn state(&self) -> &[f64] {
        &self.world.x[..self.model.quantity_count()]
    }

    /// How many reactions have fired.
    pub fn events(&self) -> u64 {
        self.world.events
    }

    /// The compiled network.
    pub fn model(&self) -> &Arc<Compiled> {
        &self.model
    }

    /// The stream of random numbers at its present place.
    pub fn rng(&self) -> &Rng {
        &self.rng
    }

    /// The stream of random numbers, to take from.
    pub fn rng_mut(&mut self) -> &mut Rng {
        &mut self.rng
    }

    /// The propensities of all reactions in the present state, from the rate laws [1/time].
    pub fn propensities(&self) -> Vec<f64> {
        let mut stack = Vec::new();
        (0..self.model.reaction_count())
            .map(|r| {
                let k = self.world.k[self.model.slot(r)];
                self.model.propensity(r, k, &self.world.x, &mut stack)
            })
            .collect()
    }

    /// The propensities of all reactions as the sums hold them [1/time]: what an event is drawn by.
    pub fn held_propensities(&self) -> Vec<f64> {
        match &self.sums {
            Sums::Flat(flat) => flat.propensities(&self.model, &self.world),
            Sums::Grouped(grouped) => grouped.propensities(&self.model, &self.world),
        }
    }

    /// Sets the time, for whoever restarts a simulation at another moment.
    pub fn set_time(&mut self, time: f64) {
        self.world.time = time;
    }

    /// Sets a quantity: a parameter to any finite number, a species to a whole number of at least
    /// 0. A factor that was taken out of the sums costs a few operations, whatever the number of
    /// reactions that carry it; anything else refreshes the reactions that depend on it.
    ///
    /// # Errors
    /// [`NetworkError::UnknownQuantity`], [`EngineError::NotACount`],
    /// [`EngineError::PopulationOverflow`], or [`EngineError::BadRate`] if a rate becomes
    /// something else than a finite number of at least 0. Nothing is changed then.
    pub fn set(&mut self, q: QuantityId, value: f64) -> Result<(), EngineError> {
        let id = q.index();
        if id >= self.model.quantity_count() {
            let count = self.model.quantity_count();
            let context = "set".to_owned();
            return Err(NetworkError::UnknownQuantity { context, id, count }.into());
        }
        check_value(&self.model, id, value)?;
        let before = std::mem::replace(&mut self.world.x[id], value);
        let result = self.refresh(id);
        if result.is_err() {
            self.world.x[id] = before;
            // What was valid before is valid again.
            self.refresh(id)?;
        }
        result
    }

    fn refresh(&mut self, id: usize) -> Result<(), EngineError> {
        match &mut self.sums {
            Sums::Flat(flat) => flat.refresh(&self.model, &self.world),
            Sums::Grouped(grouped) => grouped.refresh(&self.model, &self.world, id),
        }
    }

    /// Replaces the rate constants of mass-action reactions. The cost is a few nanoseconds each.
    ///
    /// # Errors
    /// [`EngineError::LengthMismatch`] if there is not one constant for each reaction,
    /// [`EngineError::UnknownReaction`], [`EngineError::Unsupported`] for a reaction of another
    /// law, and [`EngineError::BadRate`]. Nothing is changed then.
    pub fn set_rates(&mut self, reactions: &[ReactionId], k: &[f64]) -> Result<(), EngineError> {
        if reactions.len() != k.len() {
            return Err(EngineError::LengthMismatch { expected: reactions.len(), found: k.len() });
        }
        self.changing.clear();
        for (&reaction, &k) in reactions.iter().zip(k) {
            let slot = self.check_constant(reaction, k)?;
            self.changing.push((slot as u32, k));
        }
        let mut changing = std::mem::take(&mut self.changing);
        let result = self.exchange_rates(&mut changing);
        if result.is_err() {
            // Backwards, since a reaction may have been named twice.
            changing.reverse();
            self.exchange_rates(&mut changing)?;
        }
        self.changing = changing;
        result
    }

    /// Puts rate constants in their slots, and what was there into the list.
    fn exchange_rates(&mut self, changing: &mut [(u32, f64)]) -> Result<(), EngineError> {
        match &mut self.sums {
            Sums::Flat(flat) => {
                for (slot, k) in changing {
                    std::mem::swap(&mut self.world.k[*slot as usize], k);
                }
                flat.refresh(&self.model, &self.world)
            }
            Sums::Grouped(grouped) => {
                grouped.exchange_rates(&self.model, &mut self.world, changing)
            }
        }
    }

    /// The slot of a reaction's rate constant, which may become `k`.
    #[inline(always)]
    fn check_constant(&self, reaction: ReactionId, k: f64) -> Result<usize, EngineError> {
        let r = reaction.index();
        let layout = &self.model.layout;
        let leaf = layout.leaf_of.get(r).map(|&leaf| layout.leaves.kinds[leaf as usize]);
        if !matches!(leaf, None | Some(Leaf::Law)) && (0.0..f64::INFINITY).contains(&k) {
            return Ok(self.model.slot(r));
        }
        Err(self.no_constant(reaction, k))
    }

    #[cold]
    fn no_constant(&self, reaction: ReactionId, rate: f64) -> EngineError {
        let r = reaction.index();
        let Some(name) = self.model.reactions.names.get(r).cloned() else {
            return EngineError::UnknownReaction { id: r, count: self.model.reaction_count() };
        };
        if self.model.reactions.kinetics[r].is_mass_action() {
            return EngineError::BadRate { reaction: name, rate, time: self.world.time };
        }
        EngineError::Unsupported {
            solver: "stochastic",
            construct: "setting the rate constant of a law that is not mass action",
            name,
        }
    }

    /// Runs until exactly `t_end`; does nothing if that is not later than the present time. No
    /// waiting time is carried over: the process has no memory, so a run in two parts has the
    /// same distribution as one in one.
    ///
    /// # Errors
    /// [`EngineError::Stopped`] soon after `stop` is set: the state is then that of the last event,
    /// and the next call goes on as if nothing had happened. [`EngineError::PopulationOverflow`],
    /// [`EngineError::BadRate`]; [`EngineError::StepFailure`] when events follow each other too
    /// fast for the time to advance. The state is then that after the last event, too.
    pub fn advance(&mut self, t_end: f64, stop: &StopToken) -> Result<(), EngineError> {
        self.advance_events(t_end, u64::MAX, stop)
    }

    /// As [`Ssa::advance`], but goes no further than about so many events.
    pub(crate) fn advance_events(
        &mut self,
        t_end: f64,
        events: u64,
        stop: &StopToken,
    ) -> Result<(), EngineError> {
        if t_end.is_nan() || t_end <= self.world.time {
            return Ok(());
        }
        let last = self.world.events.saturating_add(events);
        let mut moved = self.world.events;
        loop {
            if stop.is_stopped() {
                return Err(EngineError::Stopped { time: self.world.time });
            }
            let left = last.saturating_sub(self.world.events);
            if left == 0 {
                return Ok(());
            }
            let before = self.world.time;
            if self.run(t_end, left.min(POLL as u64) as usize)? {
                return Ok(());
            }
            if self.world.time > before {
                moved = self.world.events;
            } else if self.world.events - moved > STUCK {
                let reason = "events follow each other too fast for the time to advance";
                return Err(EngineError::StepFailure { time: before, step: 0.0, reason });
            }
        }
    }

    /// Fires the next reaction, if that happens before `t_end`; else goes to `t_end`. Whether one
    /// fired. For whoever has to look at every event: [`Ssa::advance`] is much faster.
    ///
    /// # Errors
    /// Those of [`Ssa::advance`], except for the stop.
    pub fn step(&mut self, t_end: f64) -> Result<bool, EngineError> {
        if t_end.is_nan() || t_end <= self.world.time {
            return Ok(false);
        }
        let before = self.world.events;
        while !self.run(t_end, 1)? {
            if self.world.events > before {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Some events, about as many as `budget` in the time they take; whether the end was reached.
    fn run(&mut self, t_end: f64, budget: usize) -> Result<bool, EngineError> {
        let (model, world, rng) = (&self.model, &mut self.world, &mut self.rng);
        let done = match &mut self.sums {
            Sums::Flat(flat) => flat.run(model, world, rng, t_end, budget),
            Sums::Grouped(grouped) => grouped.run(model, world, rng, t_end, budget),
        };
        if done? {
            self.world.time = t_end;
            return Ok(true);
        }
        Ok(false)
    }
}

simulates!(Ssa);
