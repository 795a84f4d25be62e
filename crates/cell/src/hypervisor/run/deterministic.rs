//! Host and guests as one system of differential equations.

use super::super::cycle::CellCycle;
use super::super::error::HypervisorError;
use super::super::{Hypervisor, Vm, culture};
use super::ahead::Ahead;
use super::arrow::Arrow;
use super::inactivated::Inactivated;
use crate::chassis::host::DIM;
use crate::chassis::{Competition, HostState};
use bioxen_base::units::Time;
use bioxen_engine::ode::{Bdf, Options};
use bioxen_engine::{EngineError, StopToken};

/// Relative tolerance of the integration.
pub(super) const RELATIVE: f64 = 1e-7;
/// Absolute tolerance [molecules]: below the native mean of the rarest transcripts.
pub(super) const ABSOLUTE: f64 = 1e-7;

/// An integration in progress. It steps past what is asked for and is read between its steps, so
/// that neither samples nor the ends of runs change a step. Its own time begins at zero.
#[derive(Debug, Clone)]
pub(in super::super) struct Integration {
    system: Arrow,
    integrator: Bdf,
    /// Host, guests and growth, where they were read last.
    state: Vec<f64>,
    beginning: Beginning,
    /// When it was read last.
    read: Time,
    /// Inactivated ribosomes where the last step began, and where it was read last.
    inactivated: (Inactivated, f64),
    /// All that it sets, as it was set last.
    shown: Vec<f64>,
    /// Whether its steps up to where it was read last are still to be made again.
    behind: bool,
}

/// Where an integration began.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Beginning {
    pub(in super::super) time: Time,
    pub(in super::super) state: Vec<f64>,
    /// Inactivated ribosomes.
    pub(in super::super) inactivated: f64,
    pub(in super::super) cycle: CellCycle,
}

impl Beginning {
    pub(super) fn of(hypervisor: &Hypervisor) -> Self {
        let mut state = hypervisor.chassis.state().to_array().to_vec();
        for vm in hypervisor.vms.iter().filter(|vm| vm.is_live()) {
            state.extend(vm.population().molecules());
            state.extend(vm.plasmid_densities());
        }
        // How far the cell has grown since.
        state.push(0.0);
        let inactivated = hypervisor.chassis.inactivated();
        Self { time: hypervisor.clock, state, inactivated, cycle: hypervisor.cycle }
    }
}

impl Integration {
    pub(super) fn new(hypervisor: &Hypervisor) -> Self {
        Self::from_beginning(hypervisor, Beginning::of(hypervisor))
    }

    fn from_beginning(hypervisor: &Hypervisor, beginning: Beginning) -> Self {
        let options = Options { rtol: RELATIVE, atol: ABSOLUTE, ..Options::default() };
        let inhibition = hypervisor.chassis.conditions().inhibition;
        let inactivated = Inactivated::new(inhibition, beginning.inactivated);
        Self {
            system: Arrow::new(&hypervisor.chassis, &hypervisor.vms),
            integrator: Bdf::new(0.0, &beginning.state, options),
            state: beginning.state.clone(),
            read: beginning.time,
            inactivated: (inactivated, beginning.inactivated),
            beginning,
            shown: Vec::new(),
            behind: false,
        }
    }

    /// The integration that began there and led to the present, as far as can be seen from it. Its
    /// steps are made again when the cell lives on, and never if it does not.
    pub(in super::super) fn again(hypervisor: &Hypervisor, beginning: Beginning) -> Option<Self> {
        let fits = beginning.state.len() == Beginning::of(hypervisor).state.len()
            && beginning.time <= hypervisor.clock;
        if !fits {
            return None;
        }
        let mut integration = Self::from_beginning(hypervisor, beginning);
        integration.read = hypervisor.clock;
        integration.shown = shown(hypervisor);
        integration.behind = true;
        Some(integration)
    }

    /// Makes its steps up to the present again, if that is to be done. False if they lead elsewhere.
    fn catches_up(
        &mut self,
        hypervisor: &Hypervisor,
        stop: &StopToken,
    ) -> Result<bool, EngineError> {
        if !self.behind {
            return Ok(true);
        }
        let mut again = Self::from_beginning(hypervisor, self.beginning.clone());
        match again.read_at(hypervisor.clock, &mut |_, _| {}, stop) {
            Ok(()) => {}
            Err(stopped @ EngineError::Stopped { .. }) => return Err(stopped),
            Err(_) => return Ok(false),
        }
        let mut seen = hypervisor.clone();
        again.show(&mut seen);
        let leads_here = again.goes_on_from(hypervisor);
        *self = again;
        Ok(leads_here)
    }

    pub(in super::super) fn beginning(&self) -> &Beginning {
        &self.beginning
    }

    /// Steps on until a time is reached, and reads the state there. `felt` is told how host and guests
    /// competed since it was read before, stretch by stretch: hours, and the competition.
    fn read_at(
        &mut self,
        time: Time,
        felt: &mut dyn FnMut(f64, &Competition),
        stop: &StopToken,
    ) -> Result<(), EngineError> {
        let since = |time: Time| (time - self.beginning.time).hours();
        let (mut from, hours) = (since(self.read), since(time));
        loop {
            let to = self.integrator.t().min(hours);
            if to > from {
                felt(to - from, self.system.competition());
                from = to;
            }
            if self.integrator.t() >= hours {
                break;
            }
            if stop.is_stopped() {
                return Err(EngineError::Stopped { time: self.integrator.t() });
            }
            let (begun, _) = self.inactivated;
            self.inactivated.0 = begun.at(self.integrator.t(), &self.integrator, &mut self.system);
            self.integrator.step(&mut self.system, None)?;
        }
        self.integrator.interpolate(hours, &mut self.state);
        let (begun, _) = self.inactivated;
        self.inactivated.1 = begun.at(hours, &self.integrator, &mut self.system).ribosomes();
        self.read = time;
        Ok(())
    }

    /// Sets host and guests to what was read.
    fn show(&mut self, hypervisor: &mut Hypervisor) {
        let grown = self.state.last().copied().unwrap_or_default();
        hypervisor.cycle = self.beginning.cycle;
        hypervisor.cycle.grow(grown);
        let size = hypervisor.cycle.size();
        set_state(hypervisor, &self.state, size);
        hypervisor.chassis.set_inactivated(self.inactivated.1);
        let lived = self.read - hypervisor.clock;
        hypervisor.vms.iter_mut().filter(|vm| vm.is_live()).for_each(|vm| vm.live(lived));
        hypervisor.clock = self.read;
        self.shown = shown(hypervisor);
    }

    /// Whether host and guests are what was read last, and still follow the same equations.
    pub(super) fn goes_on_from(&self, hypervisor: &Hypervisor) -> bool {
        self.read == hypervisor.clock
            && self.system.is_of(&hypervisor.chassis, &hypervisor.vms)
            && self
                .shown
                .iter()
                .map(|x| x.to_bits())
                .eq(shown(hypervisor).iter().map(|x| x.to_bits()))
    }
}

/// Sets the host and the molecules of the guests, in a cell of some size.
pub(super) fn set_state(hypervisor: &mut Hypervisor, state: &[f64], size: f64) {
    let (of_host, mut of_guests) = state.split_at(DIM);
    let mut host = [0.0; DIM];
    host.copy_from_slice(of_host);
    hypervisor.chassis.set_state(HostState::from_array(host));
    for vm in hypervisor.vms.iter_mut().filter(|vm| vm.is_live()) {
        let (own, rest) = of_guests.split_at(vm.population().length());
        vm.population_mut().set_molecules(own);
        let (own, rest) = rest.split_at(vm.plasmid_densities().len());
        vm.set_plasmid_densities(own, size);
        of_guests = rest;
    }
}

fn micros(hours: f64) -> f64 {
    Time::from_hours(hours).micros() as f64
}

/// All that an integration sets.
fn shown(hypervisor: &Hypervisor) -> Vec<f64> {
    let mut all = hypervisor.chassis.state().to_array().to_vec();
    all.extend([hypervisor.cycle.grown(), hypervisor.chassis.inactivated()]);
    for vm in hypervisor.vms.iter().filter(|vm| vm.is_live()) {
        all.extend(vm.population().molecules());
        all.extend(vm.all_plasmids().iter().map(|plasmid| plasmid.copies));
    }
    all
}

impl Hypervisor {
    /// Lives on to `target` while the glucose of the medium is used up: it is looked at in short
    /// steps, between which it is taken as constant. Steps meet the same grid whatever is recorded.
    pub(super) fn live_in_batch(
        &mut self,
        target: Time,
        stop: &StopToken,
    ) -> Result<(), HypervisorError> {
        while self.clock < target {
            let step = culture::STEP.micros();
            let end = Time::from_micros((self.clock.micros() / step + 1) * step);
            let to = end.min(target);
            self.live_within_step((to, end), |cell, integration| {
                let from = cell.clock;
                let before = cell.host_rates().growth_per_h;
                cell.integrations += u64::from(integration.is_none());
                let integration = integration.get_or_insert_with(|| Integration::new(cell));
                let Self { held, vms, .. } = cell;
                integration.read_at(to, &mut |hours, c| held.add(micros(hours), vms, c), stop)?;
                integration.show(cell);
                let after = cell.host_rates().growth_per_h;
                cell.grow_culture(0.5 * (before + after), to - from);
                Ok(())
            })?;
            if to == end {
                self.live_models(stop)?;
            }
        }
        Ok(())
    }

    /// The integration that goes on from the present. Another version of this program may have come
    /// elsewhere: then the present, as it was saved, counts.
    fn resumed(&mut self, stop: &StopToken) -> Result<Option<Box<Integration>>, HypervisorError> {
        let Some(Ahead::Integration(mut integration)) = self.ahead.take() else { return Ok(None) };
        match integration.catches_up(self, stop) {
            Ok(leads_here) => Ok(leads_here.then_some(integration)),
            Err(stopped) => {
                self.ahead = Some(Ahead::Integration(integration));
                Err(stopped.into())
            }
        }
    }

    /// Lives on to `target`. Stopped in between, everything is as it was at the last sample.
    pub(super) fn live_deterministically(
        &mut self,
        target: Time,
        stop: &StopToken,
    ) -> Result<(), HypervisorError> {
        while self.clock < target {
            let mut integration = match self.resumed(stop)? {
                Some(integration) => integration,
                None => {
                    self.integrations += 1;
                    Box::new(Integration::new(self))
                }
            };
            // Models end their pieces in the time of their VM, whatever is recorded.
            let piece = self.vms.iter().filter_map(Vm::next_piece).min();
            let to = piece.map_or(target, |left| target.min(self.clock + left));
            let Self { held, vms, .. } = self;
            let felt = &mut |hours, c: &Competition| held.add(micros(hours), vms, c);
            let read = integration.read_at(to, felt, stop);
            if read.is_ok() {
                integration.show(self);
            }
            self.ahead = Some(Ahead::Integration(integration));
            read?;
            if self.live_models(stop)? {
                // The VM of a model that failed lives no more.
                self.ahead = None;
            }
        }
        Ok(())
    }
}
