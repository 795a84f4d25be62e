//! Genomes as virtual machines: their life cycle, their limits on the host's resources, and the
//! simulation of host and guests together.
//!
//! A [`Hypervisor`] owns one host cell ([`crate::chassis`]) and the VMs on it. Guest genes are
//! expressed by the equations of [`expression`]; their ribosomes are taken from the host by the
//! competition of [`crate::chassis::competition`]. All contention follows from these equations.

pub mod archive;
pub mod biology;
pub mod carbon;
mod cells;
mod copies;
pub mod culture;
pub mod cycle;
pub mod elsewhere;
pub mod error;
pub mod export;
pub mod expression;
mod few;
mod held;
pub mod limits;
mod losses;
pub mod medium;
pub mod model;
mod optimize;
pub mod plasmid;
pub mod population;
mod promoter;
pub mod record;
pub mod rules;
pub mod run;
pub mod solver;
pub mod state;
pub mod status;
mod tenancy;
mod transcripts;
pub mod vm;

pub use archive::ArchiveError;
pub use biology::{
    BiologicalType, HostStart, MOST_TYPES, PluginName, PluginType, TypeFacts, TypeOverrides,
};
pub use cells::{Cells, Found, Hosts, Lived, Living};
pub use culture::{Culture, GrowthPhase};
pub use cycle::CellCycle;
pub use error::HypervisorError;
pub use export::HostModel;
pub use few::FewRegulators;
pub use held::{Held, HeldBack};
pub use limits::{Allocation, Capacity, Limits, Resource};
pub use medium::Medium;
pub use model::RunningModel;
pub use optimize::Reallocation;
pub use plasmid::Plasmid;
pub use population::Control;
pub use rules::{MinimalFunction, Rules};
pub use run::{
    Balance, Grid, Part, Present, Progress, Recorder, Report, Run, Sample, Search, SteadyState,
    VmFailure, VmSample, stability,
};
pub use solver::Solver;
pub use state::{TRANSITIONS, Transition, VmState};
pub use status::VmStatus;
pub use transcripts::CarriedGene;
pub use vm::{
    LOG_LENGTH, Log, LogEntry, LogKind, Made, OpenStrength, OperonStatus, Promoter, Strain, Vm,
    VmSpec,
};

use std::sync::Arc;

use crate::chassis::energy::EnergyCoupling;
use crate::chassis::{Chassis, Competition, HostRates, Kinetics, Nutrient};
use bioxen_base::units::Time;

/// One host cell and the VMs on it.
#[derive(Debug, Clone)]
pub struct Hypervisor {
    chassis: Chassis,
    vms: Vec<Vm>,
    clock: Time,
    solver: Solver,
    coupling_step: Time,
    sample_every: Time,
    seed: u64,
    vms_created: u64,
    medium: Arc<Medium>,
    culture: Option<Culture>,
    /// Quality of the medium with plenty of its carbon source.
    full_quality: Nutrient,
    cycle: CellCycle,
    /// Who was held back in the last run.
    held: Held,
    /// What runs know beyond the present.
    ahead: Option<run::Ahead>,
    /// Integrations that were begun.
    integrations: u64,
}

/// What was built anew, as tests look at it: what changes only a number builds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    /// Stochastic simulations that were compiled, of all VMs that there are.
    pub simulations: u64,
    /// Integrations of host and guests that were begun.
    pub integrations: u64,
}

impl Hypervisor {
    /// A host settled in a medium, without VMs.
    ///
    /// # Errors
    /// When the host does not settle.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_cell::hypervisor::Hypervisor;
    /// let hypervisor = Hypervisor::new(Nutrient::new(0.5)?)?;
    /// assert!(hypervisor.host_rates().growth_per_h > 1.5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(nutrient: Nutrient) -> Result<Self, HypervisorError> {
        Self::with_energy(nutrient, EnergyCoupling::default())
    }

    /// The same, with or without the effect of ATP on elongation.
    ///
    /// # Errors
    /// When the host does not settle.
    pub fn with_energy(
        nutrient: Nutrient,
        energy: EnergyCoupling,
    ) -> Result<Self, HypervisorError> {
        Ok(Self {
            chassis: Chassis::settled_with(nutrient, energy)?,
            vms: Vec::new(),
            clock: Time::ZERO,
            solver: Solver::default(),
            coupling_step: Time::from_micros(1_000_000),
            sample_every: Time::from_micros(10_000_000),
            seed: 0,
            vms_created: 0,
            medium: Arc::default(),
            culture: None,
            full_quality: nutrient,
            cycle: CellCycle::default(),
            held: Held::default(),
            ahead: None,
            integrations: 0,
        })
    }

    /// What was built anew so far.
    pub fn built(&self) -> Built {
        let simulations = self.vms.iter().map(|vm| vm.population().compiled()).sum();
        Built { simulations, integrations: self.integrations }
    }

    /// The host.
    pub fn chassis(&self) -> &Chassis {
        &self.chassis
    }

    /// Cell time since the start.
    pub fn now(&self) -> Time {
        self.clock
    }

    /// Where the cell that is followed is between birth and division.
    pub fn cycle(&self) -> CellCycle {
        self.cycle
    }

    /// The VMs in the order of their creation.
    pub fn vms(&self) -> &[Vm] {
        &self.vms
    }

    /// How the guests are simulated.
    pub fn solver(&self) -> Solver {
        self.solver
    }

    /// Chooses how the guests are simulated.
    pub fn set_solver(&mut self, solver: Solver) {
        self.forget_what_has_changed();
        self.solver = solver;
    }

    /// The seed of all random streams.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Starts all random streams anew from a seed.
    pub fn set_seed(&mut self, seed: u64) {
        self.forget_what_has_changed();
        self.seed = seed;
        for vm in &mut self.vms {
            vm.reseed(seed);
        }
    }

    /// How often a run is recorded.
    pub fn sample_every(&self) -> Time {
        self.sample_every
    }

    /// Sets how often a run is recorded.
    ///
    /// # Errors
    /// When it is not positive.
    pub fn set_sample_every(&mut self, every: Time) -> Result<(), HypervisorError> {
        self.sample_every = positive("a sampling interval", every)?;
        Ok(())
    }

    /// Sets how often host and guests exchange what they feel of each other (1 s unless set).
    ///
    /// # Errors
    /// When it is not positive.
    pub fn set_coupling_step(&mut self, step: Time) -> Result<(), HypervisorError> {
        self.forget_what_has_changed();
        self.coupling_step = positive("a coupling step", step)?;
        Ok(())
    }

    /// Puts host and guests, as they are, into another medium.
    ///
    /// # Errors
    /// When a VM's expression cannot be calibrated in it; then nothing has changed.
    pub fn set_nutrient(&mut self, nutrient: Nutrient) -> Result<(), HypervisorError> {
        self.forget_what_has_changed();
        let settled = self.settled(nutrient)?;
        let mut vms = self.vms.clone();
        for vm in &mut vms {
            vm.calibrate(&settled)?;
        }
        self.vms = vms;
        self.full_quality = nutrient;
        self.feel_medium();
        Ok(())
    }

    /// Quality of the medium with plenty of its carbon source; the host may feel less, see
    /// [`carbon`].
    pub fn full_nutrient(&self) -> Nutrient {
        self.full_quality
    }

    /// A host at its own steady state in a medium.
    pub(crate) fn settled(&self, nutrient: Nutrient) -> Result<Chassis, HypervisorError> {
        Ok(self.chassis.settled_anew(nutrient)?)
    }

    /// What is dissolved in the medium and acts on promoters.
    pub fn medium(&self) -> &Medium {
        &self.medium
    }

    /// Sets what is dissolved in the medium; operons that follow their regulators answer at once,
    /// and the host feels how much carbon there is and what inhibits it.
    pub fn set_medium(&mut self, medium: Medium) {
        self.forget_what_has_changed();
        let medium = Arc::new(medium);
        if let Some(culture) = &mut self.culture {
            culture.fresh = Arc::clone(&medium);
        }
        self.put_medium(medium);
    }

    /// The same when it is the cells that changed it.
    fn put_medium(&mut self, medium: Arc<Medium>) {
        self.medium = medium;
        for vm in &mut self.vms {
            vm.feel_medium(&self.medium);
        }
        self.feel_medium();
    }

    /// Replaces the host by one at its own steady state in a medium, at which a chassis starts. VMs
    /// that are there already take their expression from it.
    ///
    /// # Errors
    /// When the host does not settle, or a VM's expression cannot be calibrated; then nothing has
    /// changed.
    pub fn settle_in(&mut self, nutrient: Nutrient) -> Result<(), HypervisorError> {
        self.forget_what_has_changed();
        let settled = self.settled(nutrient)?;
        self.set_nutrient(nutrient)?;
        self.chassis = settled;
        self.feel_medium();
        Ok(())
    }

    /// Replaces the host by one of other kinetics at its own steady state in the medium that there is. VMs that are
    /// there already take their expression from it.
    ///
    /// # Errors
    /// As [`Self::settle_in`]; then nothing has changed.
    pub fn settle_as(&mut self, kinetics: Kinetics) -> Result<(), HypervisorError> {
        let before = self.chassis.clone();
        self.chassis.set_kinetics(kinetics);
        let settled = self.settle_in(self.full_quality);
        if settled.is_err() {
            self.chassis = before;
        }
        settled
    }

    /// The host's rates beside its running guests.
    pub fn host_rates(&self) -> HostRates {
        self.rates().0
    }

    /// The host's rates and the competition of the live guests, in the order of [`Self::vms`].
    pub fn rates(&self) -> (HostRates, Competition) {
        run::present_rates(&self.chassis, &self.vms)
    }

    /// Says who was held back in what counts as the last run, if that had several parts.
    pub fn set_held(&mut self, held: Held) {
        self.held = held;
    }
}

fn positive(what: &'static str, time: Time) -> Result<Time, HypervisorError> {
    if time > Time::ZERO { Ok(time) } else { Err(HypervisorError::Duration { what, given: time }) }
}
