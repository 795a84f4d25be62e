//! The molecules of a VM under the stochastic solvers.

use super::super::error::HypervisorError;
use super::simulation::Simulation;
use super::{Population, Surroundings};
use bioxen_engine::StopToken;

impl Population {
    /// Lives on for a time [h] in constant surroundings, stochastically: exactly, or by leaps where
    /// they pay. It has no clock: time that passes without this call does not pass for it.
    ///
    /// # Errors
    /// When the stop token is set, or a population cannot be counted any more.
    pub fn advance(
        &mut self,
        hours: f64,
        around: &Surroundings,
        unburdened_growth_per_h: f64,
        leaping: bool,
        stop: &StopToken,
    ) -> Result<(), HypervisorError> {
        if self.genes.is_empty() {
            return Ok(());
        }
        if self.simulation.as_ref().is_some_and(|s| s.stepper.is_leaping() != leaping) {
            self.drop_simulation();
        }
        let mut simulation = match self.simulation.take() {
            Some(simulation) => simulation,
            None => {
                self.compiled += 1;
                let (laws, losses) = (self.laws_in_force(), self.losses());
                let acting = (laws.as_slice(), &losses);
                Simulation::new(&self.units, &self.genes, acting, self.rng.clone(), leaping)?
            }
        };
        let mut felt = simulation.feel(&self.units, &self.genes, around, unburdened_growth_per_h);
        if simulation.outdated {
            felt = felt.and_then(|()| simulation.obey(&self.laws_in_force()));
        }
        if let Err(error) = felt {
            // Its place in the random stream is not lost.
            self.simulation = Some(simulation);
            return Err(error);
        }
        let outcome = simulation.stepper.advance(hours, stop);
        self.take_molecules(simulation.stepper.exact().state());
        self.simulation = Some(simulation);
        Ok(outcome?)
    }

    /// The same as far as a part of the time, from 0 to 1. One by one, that is where the whole of
    /// it comes past; between the two ends of leaps counts are interpolated.
    ///
    /// # Errors
    /// Those of [`Self::advance`].
    pub(in crate::hypervisor) fn look_into(
        &mut self,
        (hours, part): (f64, f64),
        around: &Surroundings,
        unburdened_growth_per_h: f64,
        leaping: bool,
    ) -> Result<(), HypervisorError> {
        let stop = StopToken::new();
        if !leaping {
            return self.advance(part * hours, around, unburdened_growth_per_h, leaping, &stop);
        }
        let before: Vec<f64> = self.molecules().collect();
        self.advance(hours, around, unburdened_growth_per_h, leaping, &stop)?;
        let between = self.molecules().zip(before);
        let between: Vec<f64> = between.map(|(b, a)| (a + part * (b - a)).round()).collect();
        self.set_molecules(&between);
        Ok(())
    }

    /// Forgets the compiled simulation but not its place in the random stream.
    pub(super) fn drop_simulation(&mut self) {
        if let Some(mut simulation) = self.simulation.take() {
            self.rng = simulation.stepper.exact_mut().rng_mut().clone();
            self.fired += simulation.stepper.exact().events();
        }
    }
}
