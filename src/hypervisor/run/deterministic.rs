//! Host and guests as one system of differential equations.

use super::super::error::HypervisorError;
use super::super::{Hypervisor, culture};
use super::arrow::Arrow;
use crate::chassis::HostState;
use crate::chassis::host::DIM;
use crate::engine::ode::{Bdf, Options};
use crate::engine::{EngineError, StopToken};
use crate::units::Time;

/// Relative tolerance of the integration.
const RELATIVE: f64 = 1e-7;
/// Absolute tolerance [molecules]: below the native mean of the rarest transcripts.
const ABSOLUTE: f64 = 1e-7;

/// The integration of one run; it steps past the samples and is read between its steps.
pub(super) struct Integration {
    system: Arrow,
    integrator: Bdf,
    state: Vec<f64>,
}

impl Integration {
    pub(super) fn new(hypervisor: &Hypervisor) -> Self {
        let mut state = hypervisor.chassis.state().to_array().to_vec();
        for vm in hypervisor.vms.iter().filter(|vm| vm.is_live()) {
            state.extend(vm.population().genes().iter().flat_map(|g| [g.mrna, g.protein]));
            state.extend(vm.plasmid_densities());
        }
        let options = Options { rtol: RELATIVE, atol: ABSOLUTE, ..Options::default() };
        let integrator = Bdf::new(hypervisor.clock.hours(), &state, options);
        Self { system: Arrow::new(&hypervisor.chassis, &hypervisor.vms), integrator, state }
    }
}

impl Hypervisor {
    /// Lives on to `target` while the glucose of the medium is used up: it is looked at in short
    /// steps, between which it is taken as constant.
    pub(super) fn live_in_batch(
        &mut self,
        target: Time,
        stop: &StopToken,
    ) -> Result<(), HypervisorError> {
        while self.clock < target {
            let from = self.clock;
            let to = (from + culture::STEP).min(target);
            let before = self.host_rates().growth_per_h;
            self.live_deterministically(&mut Integration::new(self), to, to, stop)?;
            let after = self.host_rates().growth_per_h;
            self.grow_culture(0.5 * (before + after), to - from);
        }
        Ok(())
    }

    /// Lives on to `target`. Stopped in between, everything is as it was at the last sample.
    pub(super) fn live_deterministically(
        &mut self,
        integration: &mut Integration,
        target: Time,
        end: Time,
        stop: &StopToken,
    ) -> Result<(), HypervisorError> {
        let Integration { system, integrator, state } = integration;
        while integrator.t() < target.hours() {
            if stop.is_stopped() {
                return Err(EngineError::Stopped { time: integrator.t() }.into());
            }
            let from = integrator.t();
            integrator.step(system, Some(end.hours()))?;
            let step = Time::from_hours(integrator.t() - from).micros() as f64;
            self.held.add(step, &self.vms, system.competition());
        }
        integrator.interpolate(target.hours(), state);
        let before = self.host_rates().growth_per_h;
        let mut host = [0.0; DIM];
        let (of_host, mut of_guests) = state.split_at(DIM);
        host.copy_from_slice(of_host);
        self.chassis.set_state(HostState::from_array(host));
        let step = target - self.clock;
        for vm in self.vms.iter_mut().filter(|vm| vm.is_live()) {
            let (own, rest) = of_guests.split_at(2 * vm.population().genes().len());
            vm.population_mut().set_molecules(own);
            let (own, rest) = rest.split_at(vm.plasmid_densities().len());
            vm.set_plasmid_densities(own);
            of_guests = rest;
            vm.live(step);
        }
        self.clock = target;
        // How many copies one cell has follows from their density and its size.
        let mean = 0.5 * (before + self.host_rates().growth_per_h);
        self.cycle.grow(mean * step.hours());
        for vm in &mut self.vms {
            vm.follow_density(self.cycle);
        }
        Ok(())
    }
}
