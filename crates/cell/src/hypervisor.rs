//! Genomes as virtual machines: their life cycle, what they may use of the host, and the
//! simulation of host and guests together.
//!
//! A [`Hypervisor`] owns one host cell ([`crate::chassis`]) and the VMs on it. Guest genes are
//! expressed by the equations of [`expression`]; their ribosomes come out of the host's through
//! the competition of [`crate::chassis::competition`]. Nothing about contention is scripted.

pub mod archive;
pub mod biology;
pub mod carbon;
mod copies;
pub mod culture;
pub mod cycle;
pub mod error;
pub mod export;
pub mod expression;
mod held;
pub mod limits;
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
pub mod vm;

pub use archive::ArchiveError;
pub use biology::BiologicalType;
pub use culture::{Culture, GrowthPhase};
pub use cycle::CellCycle;
pub use error::HypervisorError;
pub use export::HostModel;
pub use held::{Held, HeldBack};
pub use limits::{Allocation, Limits, Resource};
pub use medium::Medium;
pub use model::RunningModel;
pub use optimize::Reallocation;
pub use plasmid::Plasmid;
pub use population::Control;
pub use rules::{MinimalFunction, Rules};
pub use run::{Grid, Part, Present, Progress, Recorder, Report, Run, Sample, VmFailure, VmSample};
pub use solver::Solver;
pub use state::{TRANSITIONS, Transition, VmState};
use status::Own;
pub use status::VmStatus;
pub use vm::{LOG_LENGTH, Log, LogEntry, LogKind, Made, OperonStatus, Promoter, Vm, VmSpec};

use std::sync::Arc;

use crate::chassis::energy::EnergyCoupling;
use crate::chassis::{Chassis, Competition, HostRates, Nutrient};
use bioxen_base::nearest::nearest;
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
        self.feel_carbon();
        Ok(())
    }

    /// Quality of the medium with plenty of its carbon source; the host may feel less, see
    /// [`carbon`].
    pub fn full_nutrient(&self) -> Nutrient {
        self.full_quality
    }

    /// A host at its own steady state in a medium.
    pub(crate) fn settled(&self, nutrient: Nutrient) -> Result<Chassis, HypervisorError> {
        Ok(Chassis::settled_with(nutrient, self.chassis.energy())?)
    }

    /// What is dissolved in the medium and acts on promoters.
    pub fn medium(&self) -> &Medium {
        &self.medium
    }

    /// Sets what is dissolved in the medium; operons that follow their regulators answer at once,
    /// and the host feels how much carbon there is.
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
        self.feel_carbon();
    }

    /// Replaces the host by one at its own steady state in a medium, at which a chassis starts. VMs
    /// that are there already take their expression from it.
    ///
    /// # Errors
    /// When the host does not settle, or a VM's expression cannot be calibrated; then nothing has
    /// changed.
    pub fn settle_in(&mut self, nutrient: Nutrient) -> Result<(), HypervisorError> {
        self.forget_what_has_changed();
        let settled = Chassis::settled_with(nutrient, self.chassis.energy())?;
        self.set_nutrient(nutrient)?;
        self.chassis = settled;
        self.feel_carbon();
        Ok(())
    }

    /// Adds a VM in the state `created`.
    ///
    /// # Errors
    /// When the id is taken or unusable, or a limit exceeds the host.
    pub fn create(&mut self, spec: VmSpec) -> Result<&mut Vm, HypervisorError> {
        self.create_prepared(spec, |_| Ok(()))
    }

    /// Adds a VM that is prepared first.
    ///
    /// # Errors
    /// As [`Self::create`], and those of `prepare`; then nothing has changed.
    pub fn create_prepared(
        &mut self,
        spec: VmSpec,
        prepare: impl FnOnce(&mut Vm) -> Result<(), HypervisorError>,
    ) -> Result<&mut Vm, HypervisorError> {
        self.forget_what_has_changed();
        if self.vms.iter().any(|vm| vm.id() == spec.id) {
            return Err(HypervisorError::DuplicateVm { id: spec.id });
        }
        let settled = self.settled(self.full_nutrient())?;
        let host_ribosomes = self.chassis.state().ribosomes;
        let mut vm = Vm::new(spec, self.vms_created, host_ribosomes, Arc::clone(&self.medium))?;
        vm.calibrate_beside(&self.vms, &settled)?;
        vm.reseed(self.seed);
        vm.set_clock(self.clock);
        vm.set_cycle(self.cycle);
        vm.note(LogKind::Origin, format!("created with genome {}", vm.genome().name));
        prepare(&mut vm)?;
        self.vms_created += 1;
        self.vms.push(vm);
        let last = self.vms.len() - 1;
        Ok(&mut self.vms[last])
    }

    /// A VM by its id.
    ///
    /// # Errors
    /// When there is none; the error names the nearest.
    pub fn vm(&self, id: &str) -> Result<&Vm, HypervisorError> {
        self.vms.iter().find(|vm| vm.id() == id).ok_or_else(|| self.unknown(id))
    }

    /// A VM by its id, to change it.
    ///
    /// # Errors
    /// When there is none; the error names the nearest.
    pub fn vm_mut(&mut self, id: &str) -> Result<&mut Vm, HypervisorError> {
        self.forget_what_has_changed();
        let place = self.vms.iter().position(|vm| vm.id() == id).ok_or_else(|| self.unknown(id))?;
        let (now, cycle) = (self.clock, self.cycle);
        let vm = &mut self.vms[place];
        vm.set_clock(now);
        vm.meet_cell(cycle);
        Ok(vm)
    }

    /// Takes other limits for a VM, while it lives; what is allocated follows: all of a new limit where
    /// all of the old one was allocated, and never more than the new one.
    ///
    /// # Errors
    /// When there is none of that id; when a limit is not finite and positive, exceeds the host, or
    /// is less than what is in use. Then nothing has changed.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_cell::factory::{Config, Infrastructure};
    /// use bioxen_cell::hypervisor::{BiologicalType, Hypervisor, Limits};
    /// let mut hypervisor = Hypervisor::new(Nutrient::new(0.5)?)?;
    /// let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    /// hypervisor.create(config.spec("demo")?)?;
    /// let limits = Limits { max_ribosomes: 500.0, ..*hypervisor.vm("demo")?.limits() };
    /// hypervisor.set_limits("demo", limits)?;
    /// assert_eq!(hypervisor.vm("demo")?.allocation().ribosomes, 500.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_limits(&mut self, id: &str, limits: Limits) -> Result<(), HypervisorError> {
        let host_ribosomes = self.chassis.state().ribosomes;
        self.vm_mut(id)?.set_limits(limits, host_ribosomes)
    }

    /// Allocates ribosomes to a VM.
    ///
    /// # Errors
    /// When there is none of that id; when the number is not finite, not positive, over the limit, or
    /// more than the host has. Then nothing has changed.
    pub fn allocate_ribosomes(&mut self, id: &str, count: f64) -> Result<(), HypervisorError> {
        let available = self.chassis.state().ribosomes;
        let vm = self.vm_mut(id)?;
        let most = vm.limits().max_ribosomes;
        // A limit that stood before the host became smaller stands.
        if most == Limits::HOST.max_ribosomes && count > available && count.is_finite() {
            return Err(HypervisorError::OverHost { asked: count, available });
        }
        vm.allocate_ribosomes(count)
    }

    /// Removes a VM, whatever its state.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn destroy(&mut self, id: &str) -> Result<(), HypervisorError> {
        self.forget_what_has_changed();
        self.vm(id)?;
        self.vms.retain(|vm| vm.id() != id);
        Ok(())
    }

    /// The host's rates beside its running guests.
    pub fn host_rates(&self) -> HostRates {
        self.rates().0
    }

    /// The host's rates and the competition of the live guests, in the order of [`Self::vms`].
    pub fn rates(&self) -> (HostRates, Competition) {
        run::present_rates(&self.chassis, &self.vms)
    }

    /// What a VM would tell about itself.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn status(&self, id: &str) -> Result<VmStatus, HypervisorError> {
        let place = self.vms.iter().position(|vm| vm.id() == id).ok_or_else(|| self.unknown(id))?;
        Ok(self.status_of(place, &self.rates()))
    }

    /// What all VMs would tell about themselves.
    pub fn statuses(&self) -> Vec<VmStatus> {
        let rates = self.rates();
        (0..self.vms.len()).map(|place| self.status_of(place, &rates)).collect()
    }

    fn status_of(&self, place: usize, (rates, competition): &(HostRates, Competition)) -> VmStatus {
        let vm = &self.vms[place];
        let before = self.vms[..place].iter().filter(|vm| vm.is_live()).count();
        let live = vm.is_live().then_some(before);
        let of = |all: &[f64], none| live.and_then(|at| all.get(at)).copied().unwrap_or(none);
        let own = Own {
            bound: live.and_then(|at| competition.bounds().nth(at)).flatten(),
            engaged: of(&competition.engaged, 0.0),
            throttle: of(&competition.throttle, 1.0),
            shrunk: competition.shrunk,
            hungry: self.medium.starves(),
        };
        let mut status = VmStatus::new(vm, &self.chassis, rates, own);
        status.held_back = self.held.list().into_iter().filter(|held| held.vm == vm.id()).collect();
        status
    }

    /// Says who was held back in what counts as the last run, if that had several parts.
    pub fn set_held(&mut self, held: Held) {
        self.held = held;
    }

    fn unknown(&self, id: &str) -> HypervisorError {
        let nearest = nearest(id, self.vms.iter().map(Vm::id)).map(str::to_owned);
        HypervisorError::UnknownVm { id: id.to_owned(), nearest }
    }
}

fn positive(what: &'static str, time: Time) -> Result<Time, HypervisorError> {
    if time > Time::ZERO { Ok(time) } else { Err(HypervisorError::Duration { what, given: time }) }
}
