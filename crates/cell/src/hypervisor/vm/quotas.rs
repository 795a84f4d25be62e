//! The limits and the allocations of a VM.

use super::super::error::HypervisorError;
use super::super::limits::{Capacity, Limits, Resource, check, check_limits};
use super::Vm;
use super::log::LogKind;
use bioxen_base::units::some;

/// So many, or as many as the host has.
fn all_or(count: f64, most: f64, what: &str) -> String {
    if count >= most { format!("all {what}s that the host has") } else { some(count, what) }
}

impl Vm {
    /// Takes other limits; what is allocated follows ([`super::super::Allocation::within`]).
    ///
    /// # Errors
    /// When one is not finite and positive, exceeds the host, or is less than what is in use.
    pub(in super::super) fn set_limits(
        &mut self,
        limits: Limits,
        mut host: Capacity,
    ) -> Result<(), HypervisorError> {
        // A limit that stays is not asked for anew, whatever became of the host.
        if limits.max_ribosomes == self.limits.max_ribosomes {
            host.ribosomes = f64::INFINITY;
        }
        if limits.max_polymerases == self.limits.max_polymerases {
            host.polymerases = f64::INFINITY;
        }
        check_limits(&limits, &host)?;
        let resident = self.resident_kb();
        if limits.max_memory_kb < resident {
            return Err(HypervisorError::MemoryInUse { asked: limits.max_memory_kb, resident });
        }
        self.allocation = self.allocation.within(&self.limits, &limits);
        self.limits = limits;
        let Limits { max_ribosomes, max_polymerases, max_atp_percent, max_memory_kb } = limits;
        let polymerases = if max_polymerases < Limits::HOST.max_polymerases {
            format!("{max_polymerases:.0} RNA polymerases, ")
        } else {
            String::new()
        };
        self.note(
            LogKind::Allocation,
            format!(
                "limits of {max_ribosomes:.0} ribosomes, {polymerases}{max_atp_percent} % of the ATP, \
                 {max_memory_kb} kb of DNA memory"
            ),
        );
        Ok(())
    }

    /// Allocates ribosomes.
    ///
    /// # Errors
    /// When the number is not finite, not positive or over the limit.
    pub fn allocate_ribosomes(&mut self, count: f64) -> Result<(), HypervisorError> {
        self.allocation.ribosomes = check(Resource::Ribosomes, count, self.limits.max_ribosomes)?;
        self.note(LogKind::Allocation, all_or(count, Limits::HOST.max_ribosomes, "ribosome"));
        Ok(())
    }

    /// Allocates ribosomes that were calculated to lie within the limit.
    pub(in super::super) fn reallocate_ribosomes(&mut self, count: f64) {
        self.allocation.ribosomes = count;
    }

    /// Allocates RNA polymerases.
    ///
    /// # Errors
    /// When the number is not finite, not positive or over the limit.
    pub fn allocate_polymerases(&mut self, count: f64) -> Result<(), HypervisorError> {
        let most = self.limits.max_polymerases;
        self.allocation.polymerases = check(Resource::Polymerases, count, most)?;
        let told = all_or(count, Limits::HOST.max_polymerases, "RNA polymerase");
        self.note(LogKind::Allocation, told);
        Ok(())
    }

    /// Allocates a share of the host's ATP production [%].
    ///
    /// # Errors
    /// When the number is not finite, not positive or over the limit.
    pub fn allocate_atp(&mut self, percent: f64) -> Result<(), HypervisorError> {
        self.allocation.atp_percent = check(Resource::Atp, percent, self.limits.max_atp_percent)?;
        self.note(LogKind::Allocation, format!("{percent} % of the ATP"));
        Ok(())
    }

    /// Allocates DNA memory [kb].
    ///
    /// # Errors
    /// When the number is not finite, not positive, over the limit or less than what is in use.
    pub fn allocate_memory(&mut self, kb: f64) -> Result<(), HypervisorError> {
        let asked = check(Resource::Memory, kb, self.limits.max_memory_kb)?;
        let resident = self.resident_kb();
        if asked < resident {
            return Err(HypervisorError::MemoryInUse { asked, resident });
        }
        self.allocation.memory_kb = asked;
        self.note(LogKind::Allocation, format!("{asked} kb of DNA memory"));
        Ok(())
    }

    /// Sets who yields first when the host does not suffice.
    ///
    /// # Errors
    /// When the number is not one of 1 to 5.
    pub fn set_priority(&mut self, priority: f64) -> Result<(), HypervisorError> {
        if !(1.0..=5.0).contains(&priority) || priority.fract() != 0.0 {
            return Err(HypervisorError::Priority { given: priority });
        }
        self.allocation.priority = priority as u8;
        self.note(LogKind::Allocation, format!("priority {priority}"));
        Ok(())
    }
}
