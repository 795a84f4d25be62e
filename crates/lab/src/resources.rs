//! The limits and allocations of one VM.

use bioxen_cell::chassis::competition::TENANTS_LIMIT;
use bioxen_cell::chassis::parameters::HOUSEKEEPING;
use bioxen_cell::hypervisor::{Allocation, Hypervisor, HypervisorError, Limits, Reallocation, Vm};

use super::error::LabError;
use super::lab::Lab;

/// Amounts of what is allocated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// Ribosomes.
    pub ribosomes: f64,
    /// RNA polymerases.
    pub polymerases: f64,
    /// Share of the host's ATP use [%].
    pub atp_percent: f64,
    /// Mapped DNA [kb].
    pub memory_kb: f64,
}

/// What a VM uses now.
///
/// # Errors
/// When there is none of that id.
pub fn used(hypervisor: &Hypervisor, id: &str) -> Result<Usage, HypervisorError> {
    let status = hypervisor.status(id)?;
    Ok(Usage {
        ribosomes: status.engaged_ribosomes,
        polymerases: status.engaged_polymerases,
        atp_percent: hypervisor.atp_share(id)?,
        memory_kb: status.memory_kb_used,
    })
}

/// What a VM could use more, within what is allocated to it and what the host gives all its guests.
///
/// # Errors
/// When there is none of that id.
pub fn left(hypervisor: &Hypervisor, id: &str, used: Usage) -> Result<Usage, HypervisorError> {
    let given = hypervisor.vm(id)?.allocation();
    let host = TENANTS_LIMIT * (1.0 - HOUSEKEEPING) * hypervisor.chassis().state().ribosomes;
    let competition = hypervisor.rates().1;
    let engaged: f64 = competition.ribosomes.engaged.iter().sum();
    // Guests could have all that mRNA may have, and the others hold theirs.
    let transcribing: f64 = competition.polymerases.held.engaged.iter().sum();
    let left = |given: f64, used: f64| (given - used).max(0.0);
    Ok(Usage {
        // What others hold is theirs.
        ribosomes: left(given.ribosomes, used.ribosomes).min(left(host, engaged)),
        polymerases: left(given.polymerases, used.polymerases)
            .min(left(hypervisor.polymerases_for_mrna()?, transcribing)),
        atp_percent: left(given.atp_percent, used.atp_percent),
        memory_kb: left(given.memory_kb, used.memory_kb),
    })
}

/// The resources of one VM.
pub struct Resources<'a, A> {
    lab: &'a mut Lab<A>,
    id: String,
}

impl<A> Lab<A> {
    /// What a VM may use of its host and what it uses.
    ///
    /// # Errors
    /// When there is none of that id.
    ///
    /// # Examples
    /// ```
    /// use bioxen_lab::Lab;
    /// let mut lab = Lab::new(0)?;
    /// lab.quick_start_vm("ecoli", "demo")?;
    /// let mut resources = lab.resources("demo")?;
    /// resources.allocate_ribosomes(60.0)?;
    /// assert_eq!(resources.available()?.ribosomes, 60.0);
    /// assert!(resources.allocate_ribosomes(101.0).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resources(&mut self, id: &str) -> Result<Resources<'_, A>, LabError> {
        self.find(id)?;
        Ok(Resources { lab: self, id: id.to_owned() })
    }
}

impl<A> Resources<'_, A> {
    /// Allocates ribosomes.
    ///
    /// # Errors
    /// When the number is not finite, negative, zero or over the limit, each with its own error.
    pub fn allocate_ribosomes(&mut self, count: f64) -> Result<(), LabError> {
        self.lab.on(&self.id, |cell| cell.hypervisor.allocate_ribosomes(&self.id, count))
    }

    /// Allocates RNA polymerases.
    ///
    /// # Errors
    /// As [`Self::allocate_ribosomes`].
    ///
    /// # Examples
    /// ```
    /// use bioxen_lab::Lab;
    /// let mut lab = Lab::new(0)?;
    /// lab.quick_start_vm("ecoli", "demo")?;
    /// let mut resources = lab.resources("demo")?;
    /// // At first there is no limit but the host's own.
    /// resources.allocate_polymerases(60.0)?;
    /// assert_eq!(resources.available()?.polymerases, 60.0);
    /// assert!(resources.allocate_polymerases(5000.0).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn allocate_polymerases(&mut self, count: f64) -> Result<(), LabError> {
        self.lab.on(&self.id, |cell| cell.hypervisor.allocate_polymerases(&self.id, count))
    }

    /// Allocates a share of the host's ATP production [%].
    ///
    /// # Errors
    /// As [`Self::allocate_ribosomes`].
    pub fn allocate_atp(&mut self, percent: f64) -> Result<(), LabError> {
        self.lab.with_vm(&self.id, |vm| vm.allocate_atp(percent))
    }

    /// Allocates DNA memory [kb].
    ///
    /// # Errors
    /// As [`Self::allocate_ribosomes`]; and when more is in use.
    pub fn allocate_memory(&mut self, kb: f64) -> Result<(), LabError> {
        self.lab.with_vm(&self.id, |vm| vm.allocate_memory(kb))
    }

    /// Sets who yields first when the host does not suffice, 1 to 5.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn set_priority(&mut self, priority: u8) -> Result<(), LabError> {
        self.lab.with_vm(&self.id, |vm| vm.set_priority(f64::from(priority)))
    }

    /// What is allocated.
    ///
    /// # Errors
    /// When the VM is gone.
    pub fn allocation(&self) -> Result<Allocation, LabError> {
        self.look(|vm| *vm.allocation())
    }

    /// The most that can be allocated.
    ///
    /// # Errors
    /// When the VM is gone.
    pub fn limits(&self) -> Result<Limits, LabError> {
        self.look(|vm| *vm.limits())
    }

    /// Sets other limits; what is allocated follows.
    ///
    /// # Errors
    /// When one is not finite and positive, exceeds the host, or is less than what is in use.
    pub fn set_limits(&mut self, limits: Limits) -> Result<(), LabError> {
        self.lab.on(&self.id, |cell| cell.hypervisor.set_limits(&self.id, limits))
    }

    /// What is used now.
    ///
    /// # Errors
    /// When the VM is gone.
    pub fn usage(&self) -> Result<Usage, LabError> {
        Ok(used(self.lab.hypervisor_of(&self.id)?, &self.id)?)
    }

    /// What could be used more, within what is allocated and what the host gives its guests.
    ///
    /// # Errors
    /// When the VM is gone.
    pub fn available(&self) -> Result<Usage, LabError> {
        Ok(left(self.lab.hypervisor_of(&self.id)?, &self.id, self.usage()?)?)
    }

    /// Divides the ribosomes of all VMs of its cell anew, towards equal relative speeds.
    ///
    /// # Errors
    /// When no VM translates anything.
    pub fn optimize(&mut self) -> Result<Vec<Reallocation>, LabError> {
        self.lab.on(&self.id, |cell| cell.hypervisor.optimize_allocation())
    }

    fn look<T>(&self, f: impl FnOnce(&Vm) -> T) -> Result<T, LabError> {
        Ok(f(self.lab.find(&self.id)?))
    }
}
