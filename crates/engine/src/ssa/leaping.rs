//! The functions of the exact simulation that tau-leaping needs; it holds the state of both.

use super::check::check_rate;
use super::{Ssa, Sums};
use crate::EngineError;

impl Ssa {
    /// The propensity that a reaction would have if these were the quantities.
    pub(crate) fn propensity_at(&self, r: usize, x: &[f64], stack: &mut Vec<f64>) -> f64 {
        self.model.propensity(r, self.world.k[self.model.slot(r)], x, stack)
    }

    /// Writes the propensities, from the rate laws alone, and gives their sum.
    pub(crate) fn fill_propensities(&self, rates: &mut [f64]) -> Result<f64, EngineError> {
        self.fill_propensities_at(&self.world.x, rates)
    }

    /// The same if these were the quantities.
    pub(crate) fn fill_propensities_at(
        &self,
        x: &[f64],
        rates: &mut [f64],
    ) -> Result<f64, EngineError> {
        let mut stack = Vec::new();
        let mut sum = 0.0;
        for (r, rate) in rates.iter_mut().enumerate() {
            *rate = self.propensity_at(r, x, &mut stack);
            check_rate(&self.model, r, *rate, self.world.time)?;
            sum += *rate;
        }
        Ok(sum)
    }

    /// Goes to another state at once, as after many events.
    pub(crate) fn jump(&mut self, state: &[f64], time: f64, events: u64) {
        self.world.x[..state.len()].copy_from_slice(state);
        self.world.time = time;
        self.world.events += events;
        match &mut self.sums {
            // Takes all counts from the state at the start of each run.
            Sums::Flat(_) => {}
            Sums::Grouped(grouped) => grouped.forget(),
        }
    }
}
