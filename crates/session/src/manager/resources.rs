//! What one VM may use of its host.

use super::Manager;
use bioxen_cell::hypervisor::{Allocation, Limits, Reallocation, Vm};
use bioxen_lang::LangError;
use bioxen_lang::api::resources::{left, used};

/// Amounts of what is allocated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// Ribosomes.
    pub ribosomes: f64,
    /// Share of the host's ATP [%].
    pub atp_percent: f64,
    /// Mapped DNA [kb].
    pub memory_kb: f64,
}

/// The resources of one VM.
pub struct ResourceManager<'a> {
    manager: &'a mut Manager,
    id: String,
}

impl<'a> ResourceManager<'a> {
    pub(super) fn new(manager: &'a mut Manager, id: &str) -> Self {
        Self { manager, id: id.to_owned() }
    }

    /// Allocates ribosomes.
    ///
    /// # Errors
    /// When the number is not finite, negative, zero or over the limit, each with its own error.
    pub fn allocate_ribosomes(&mut self, count: f64) -> Result<(), LangError> {
        let mut world = self.manager.session.world.borrow_mut();
        world.on(&self.id, |world| world.hypervisor.allocate_ribosomes(&self.id, count))
    }

    /// Allocates a share of the host's ATP production [%].
    ///
    /// # Errors
    /// As [`Self::allocate_ribosomes`].
    pub fn allocate_atp(&mut self, percent: f64) -> Result<(), LangError> {
        self.manager.with_vm(&self.id, |vm| vm.allocate_atp(percent))
    }

    /// Allocates DNA memory [kb].
    ///
    /// # Errors
    /// As [`Self::allocate_ribosomes`]; and when more is in use.
    pub fn allocate_memory(&mut self, kb: f64) -> Result<(), LangError> {
        self.manager.with_vm(&self.id, |vm| vm.allocate_memory(kb))
    }

    /// Sets who yields first when the host does not suffice, 1 to 5.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn set_priority(&mut self, priority: u8) -> Result<(), LangError> {
        self.manager.with_vm(&self.id, |vm| vm.set_priority(f64::from(priority)))
    }

    /// What is allocated.
    ///
    /// # Errors
    /// When the VM is gone.
    pub fn allocation(&self) -> Result<Allocation, LangError> {
        self.look(|vm| *vm.allocation())
    }

    /// The most that can be allocated.
    ///
    /// # Errors
    /// When the VM is gone.
    pub fn limits(&self) -> Result<Limits, LangError> {
        self.look(|vm| *vm.limits())
    }

    /// Sets other limits; what is allocated follows.
    ///
    /// # Errors
    /// When one is not finite and positive, exceeds the host, or is less than what is in use.
    pub fn set_limits(&mut self, limits: Limits) -> Result<(), LangError> {
        let mut world = self.manager.session.world.borrow_mut();
        world.on(&self.id, |world| world.hypervisor.set_limits(&self.id, limits))
    }

    /// What is used now.
    ///
    /// # Errors
    /// When the VM is gone.
    pub fn usage(&self) -> Result<Usage, LangError> {
        let mut world = self.manager.session.world.borrow_mut();
        let [ribosomes, atp_percent, memory_kb] = world.on(&self.id, |w| used(w, &self.id))?;
        Ok(Usage { ribosomes, atp_percent, memory_kb })
    }

    /// What could be used more, within what is allocated and what the host gives its guests.
    ///
    /// # Errors
    /// When the VM is gone.
    pub fn available(&self) -> Result<Usage, LangError> {
        let mut world = self.manager.session.world.borrow_mut();
        let [ribosomes, atp_percent, memory_kb] = world.on(&self.id, |world| {
            let used = used(world, &self.id)?;
            left(world, &self.id, used)
        })?;
        Ok(Usage { ribosomes, atp_percent, memory_kb })
    }

    /// Divides the ribosomes of all VMs of its chassis anew, towards equal relative speeds.
    ///
    /// # Errors
    /// When no VM translates anything.
    pub fn optimize(&mut self) -> Result<Vec<Reallocation>, LangError> {
        let mut world = self.manager.session.world.borrow_mut();
        world.on(&self.id, |world| world.hypervisor.optimize_allocation())
    }

    fn look<T>(&self, f: impl FnOnce(&Vm) -> T) -> Result<T, LangError> {
        Ok(f(self.manager.session.world.borrow().find(&self.id)?))
    }
}
