//! The VMs of a host: making, finding, changing and removing them, and their reports.

use super::Hypervisor;
use super::error::HypervisorError;
use super::limits::{Capacity, Limits, Resource};
use super::status::{Own, Transcription, VmStatus};
use super::vm::{LogKind, Vm, VmSpec};
use crate::chassis::polymerase::Pool;
use crate::chassis::{Competition, HostRates};
use bioxen_base::nearest::nearest;
use std::sync::Arc;

/// Refuses an allocation of more than the host has, where the limit of the VM is that of the host.
fn within_host(
    resource: Resource,
    asked: f64,
    available: f64,
    (most, host): (f64, f64),
) -> Result<(), HypervisorError> {
    // A limit that stood before the host became smaller stands.
    let more = asked > available && asked != most && asked.is_finite();
    if most == host && more {
        return Err(HypervisorError::OverHost { resource, asked, available });
    }
    Ok(())
}

impl Hypervisor {
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
        let host = self.capacity()?;
        let mut vm = Vm::new(spec, self.vms_created, &host, Arc::clone(&self.medium))?;
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
        let host = self.capacity()?;
        self.vm_mut(id)?.set_limits(limits, host)
    }

    /// What the host has of what VMs hold at one moment.
    ///
    /// # Errors
    /// When the host does not settle in its medium.
    pub fn capacity(&self) -> Result<Capacity, HypervisorError> {
        let ribosomes = self.chassis.state().ribosomes;
        Ok(Capacity { ribosomes, polymerases: self.pool()?.total })
    }

    /// The RNA polymerases that mRNA of host and guests may have in the present medium: all but those on
    /// stable RNA.
    ///
    /// # Errors
    /// When the host does not settle in its medium.
    pub fn polymerases_for_mrna(&self) -> Result<f64, HypervisorError> {
        Ok(self.pool()?.for_mrna())
    }

    fn pool(&self) -> Result<Pool, HypervisorError> {
        Ok(Pool::at(self.settled(self.full_nutrient())?.rates().growth_per_h))
    }

    /// The host's RNA polymerases in its medium; not known where the host does not settle in it.
    pub(super) fn polymerases(&self) -> f64 {
        self.capacity().map_or(f64::NAN, |host| host.polymerases)
    }

    /// Allocates ribosomes to a VM; as many as its limit are no quota beside that.
    ///
    /// # Errors
    /// When there is none of that id; when the number is not finite, not positive, over the limit, or
    /// more than the host has. Then nothing has changed.
    pub fn allocate_ribosomes(&mut self, id: &str, count: f64) -> Result<(), HypervisorError> {
        let available = self.chassis.state().ribosomes;
        let vm = self.vm_mut(id)?;
        let limits = (vm.limits().max_ribosomes, Limits::HOST.max_ribosomes);
        within_host(Resource::Ribosomes, count, available, limits)?;
        vm.allocate_ribosomes(count)
    }

    /// Allocates RNA polymerases to a VM; as many as its limit are no quota beside that.
    ///
    /// # Errors
    /// When there is none of that id; when the number is not finite, not positive, over the limit, or
    /// more than the host has. Then nothing has changed.
    pub fn allocate_polymerases(&mut self, id: &str, count: f64) -> Result<(), HypervisorError> {
        let available = self.capacity()?.polymerases;
        let vm = self.vm_mut(id)?;
        let limits = (vm.limits().max_polymerases, Limits::HOST.max_polymerases);
        within_host(Resource::Polymerases, count, available, limits)?;
        vm.allocate_polymerases(count)
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

    pub(super) fn status_of(
        &self,
        place: usize,
        (rates, competition): &(HostRates, Competition),
    ) -> VmStatus {
        let vm = &self.vms[place];
        let before = self.vms[..place].iter().filter(|vm| vm.is_live()).count();
        let live = vm.is_live().then_some(before);
        let own = Own {
            ribosomes: competition.ribosomes.of(live),
            transcription: Transcription {
                polymerases: competition.polymerases.held.of(live),
                speed: competition.polymerases.speed,
            },
            hungry: self.medium.starves(),
        };
        let mut status = VmStatus::new(vm, &self.chassis, rates, own);
        status.held_back = self.held.list().into_iter().filter(|held| held.vm == vm.id()).collect();
        status
    }

    pub(super) fn unknown(&self, id: &str) -> HypervisorError {
        let nearest = nearest(id, self.vms.iter().map(Vm::id)).map(str::to_owned);
        HypervisorError::UnknownVm { id: id.to_owned(), nearest }
    }
}
