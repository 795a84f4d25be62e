//! One reaction at a time: for models whose events must be looked at after each.

use std::sync::Arc;

use super::stochastic::Jumper;
use crate::engine::rng::Rng;
use crate::engine::{EngineError, StopToken};
use crate::network::{Compiled, QuantityId};

/// Gillespie's direct method with a table of which reactions depend on what.
#[derive(Debug, Clone)]
pub(super) struct Direct {
    model: Arc<Compiled>,
    /// For each quantity: the reactions that read it.
    readers: Arc<Vec<Vec<u32>>>,
    rng: Rng,
    x: Vec<f64>,
    propensities: Vec<f64>,
    time: f64,
    events: u64,
    stack: Vec<f64>,
}

impl Direct {
    /// A simulation at time `time` in the network's initial state.
    ///
    /// # Errors
    /// [`EngineError::BadRate`].
    pub(super) fn new(model: Arc<Compiled>, time: f64, rng: Rng) -> Result<Self, EngineError> {
        let count = model.reaction_count();
        let mut readers = vec![Vec::new(); model.quantity_count()];
        for reaction in 0..count {
            let factors = model.factors.row(reaction).iter().copied();
            let changes = model.changes.row(reaction).iter().map(|c| c.species);
            let inputs = model.kinetics[reaction].inputs();
            let mut read: Vec<u32> = inputs.into_iter().chain(factors).chain(changes).collect();
            read.sort_unstable();
            read.dedup();
            for quantity in read {
                readers[quantity as usize].push(reaction as u32);
            }
        }
        let mut direct = Direct {
            readers: Arc::new(readers),
            rng,
            x: model.initial.clone(),
            propensities: vec![0.0; count],
            time,
            events: 0,
            stack: Vec::new(),
            model,
        };
        (0..count).try_for_each(|reaction| direct.refresh(reaction))?;
        Ok(direct)
    }

    fn refresh(&mut self, reaction: usize) -> Result<(), EngineError> {
        let k = self.model.k[reaction];
        let rate = self.model.propensity(reaction, k, &self.x, &mut self.stack);
        if !(rate >= 0.0 && rate.is_finite()) {
            return Err(EngineError::BadRate {
                reaction: self.model.reactions[reaction].clone(),
                rate,
                time: self.time,
            });
        }
        self.propensities[reaction] = rate;
        Ok(())
    }

    fn refresh_readers(&mut self, quantity: usize) -> Result<(), EngineError> {
        let readers = Arc::clone(&self.readers);
        readers[quantity].iter().try_for_each(|&reaction| self.refresh(reaction as usize))
    }
}

impl Jumper for Direct {
    fn seed(&mut self, rng: Rng) {
        self.rng = rng;
    }

    fn state(&self) -> &[f64] {
        &self.x
    }

    fn events(&self) -> u64 {
        self.events
    }

    fn time(&self) -> f64 {
        self.time
    }

    fn set(&mut self, quantity: QuantityId, value: f64) -> Result<(), EngineError> {
        let index = quantity.index();
        let whole = value >= 0.0 && value.fract() == 0.0 && value.is_finite();
        if self.model.is_species[index] && !whole {
            let quantity = self.model.quantities[index].clone();
            return Err(EngineError::NotACount { quantity, value });
        }
        self.x[index] = value;
        self.refresh_readers(index)
    }

    fn advance(&mut self, t_end: f64, stop: &StopToken) -> Result<(), EngineError> {
        if self.events.is_multiple_of(1024) && stop.is_stopped() {
            return Err(EngineError::Stopped { time: self.time });
        }
        let total: f64 = self.propensities.iter().sum();
        let next = self.time + self.rng.exponential() / total;
        // With nothing left to happen the next time is infinite or not a number.
        if next.is_nan() || next > t_end {
            self.time = t_end;
            return Ok(());
        }
        let mut left = self.rng.uniform() * total;
        let mut chosen = None;
        for (reaction, &propensity) in self.propensities.iter().enumerate() {
            if propensity > 0.0 {
                chosen = Some(reaction);
                left -= propensity;
                if left <= 0.0 {
                    break;
                }
            }
        }
        self.time = next;
        let Some(chosen) = chosen else { return Ok(()) };
        self.events += 1;
        let model = Arc::clone(&self.model);
        for change in model.changes.row(chosen) {
            self.x[change.species as usize] += f64::from(change.delta);
        }
        model.changes.row(chosen).iter().try_for_each(|c| self.refresh_readers(c.species as usize))
    }
}
