//! One leap, or the decision not to.

use super::Tau;
use crate::engine::EngineError;
use crate::engine::ssa::COUNT_LIMIT;

/// A leap takes about as long for each reaction of the network as an exact event does.
const COST: f64 = 1.0;
/// A leap must replace at least so many times the events that take as long; the paper says ten
/// events, whatever the size of the network.
const LEAST_GAIN: f64 = 2.0;
const LEAST_EVENTS: f64 = 10.0;
/// Exact events for each reaction of the network before a leap is considered again.
const PATIENCE: f64 = 2.0;
const LEAST_PATIENCE: f64 = 100.0;

impl Tau {
    /// Leaps once, if that pays; whether it did.
    pub(super) fn leap(&mut self, t_end: f64) -> Result<bool, EngineError> {
        let model = self.exact.model().clone();
        let total = self.exact.fill_propensities(&mut self.rates)?;
        let (time, x) = (self.exact.time(), self.exact.state());
        let critical: Vec<bool> = (0..self.rates.len())
            .map(|r| {
                let left = model
                    .changes
                    .row(r)
                    .iter()
                    .filter(|c| c.delta < 0)
                    .map(|c| (x[c.species as usize] / -f64::from(c.delta)).floor());
                left.fold(f64::INFINITY, f64::min) < self.options.critical
            })
            .collect();
        let mut longest =
            self.bounds.longest(&model, x, &self.rates, &critical, self.options.epsilon);
        let rest = t_end - time;
        let worth = LEAST_EVENTS.max(LEAST_GAIN * COST * self.rates.len() as f64);
        let mut rare = 0.0;
        for (rate, _) in self.rates.iter().zip(&critical).filter(|(_, critical)| **critical) {
            rare += rate;
        }
        loop {
            // Once more than half of a leap is rare events, it ends with one of them.
            let step = longest.min(rest).min(1.0 / rare);
            if total * step < worth {
                return Ok(false);
            }
            let rng = self.exact.rng_mut();
            let until_rare = rng.exponential() / rare;
            let fires = until_rare <= longest && until_rare <= rest;
            let step = if fires { until_rare } else { longest.min(rest) };
            for ((firing, &rate), &critical) in
                self.firings.iter_mut().zip(&self.rates).zip(&critical)
            {
                *firing = if critical || rate == 0.0 { 0.0 } else { rng.poisson(rate * step) };
            }
            if fires {
                let mut target = rng.uniform_below_one() * rare;
                let mut chosen = None;
                for (r, &rate) in self.rates.iter().enumerate().filter(|&(r, _)| critical[r]) {
                    if rate > 0.0 {
                        chosen = Some(r);
                        if target < rate {
                            break;
                        }
                        target -= rate;
                    }
                }
                if let Some(r) = chosen {
                    self.firings[r] = 1.0;
                }
            }
            if self.try_firings()? {
                let end = if step == rest { t_end } else { time + step };
                let events = self.firings.iter().sum::<f64>() as u64;
                self.exact.jump(&self.next, end, events);
                self.leaps += 1;
                self.refusals = 0;
                return Ok(true);
            }
            // A count would have been negative.
            longest = step / 2.0;
        }
    }

    /// The state after the firings, unless a count would be negative.
    fn try_firings(&mut self) -> Result<bool, EngineError> {
        let model = self.exact.model();
        self.next.clear();
        self.next.extend_from_slice(self.exact.state());
        for (reaction, &firings) in self.firings.iter().enumerate() {
            if firings > 0.0 {
                for change in model.changes.row(reaction) {
                    self.next[change.species as usize] += firings * f64::from(change.delta);
                }
            }
        }
        for (id, (&value, &species)) in self.next.iter().zip(&model.is_species).enumerate() {
            if species && value < 0.0 {
                return Ok(false);
            }
            if species && value >= COUNT_LIMIT {
                let quantity = model.quantities[id].clone();
                let time = self.exact.time();
                return Err(EngineError::PopulationOverflow { quantity, value, time });
            }
        }
        Ok(true)
    }

    /// How far to go exactly before a leap is considered again: longer after each refusal.
    pub(super) fn stretch(&self) -> f64 {
        let total: f64 = self.rates.iter().sum();
        let events = LEAST_PATIENCE.max(PATIENCE * self.rates.len() as f64);
        self.exact.time() + events * f64::from(1u32 << self.refusals.min(6)) / total
    }
}
