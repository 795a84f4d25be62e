//! The limits of a VM on the resources of its host.

use std::fmt;

use super::HypervisorError;
use crate::chassis::measured::polymerases;
use crate::chassis::parameters::{CELL_MASS, HOUSEKEEPING, RIBOSOME_LENGTH};
use bioxen_base::units::short;

/// A resource that is allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource {
    /// Ribosomes that translate the VM's mRNA at one moment.
    Ribosomes,
    /// RNA polymerases that transcribe the VM's genes at one moment.
    Polymerases,
    /// A share of the host's ATP production.
    Atp,
    /// DNA that is mapped for expression.
    Memory,
}

impl Resource {
    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ribosomes => "ribosomes",
            Self::Polymerases => "RNA polymerases",
            Self::Atp => "ATP",
            Self::Memory => "DNA memory",
        }
    }

    /// Its unit.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Ribosomes => "ribosomes",
            Self::Polymerases => "RNA polymerases",
            Self::Atp => "%",
            Self::Memory => "kb",
        }
    }

    /// The option that limits it when a VM is created.
    pub fn option(self) -> &'static str {
        match self {
            Self::Ribosomes => "max_ribosomes",
            Self::Polymerases => "max_polymerases",
            Self::Atp => "max_atp",
            Self::Memory => "max_memory_kb",
        }
    }

    /// So much of it, in words.
    pub(super) fn amount(self, asked: f64) -> String {
        let asked = short(asked);
        match self {
            Self::Ribosomes => format!("{asked} ribosomes"),
            Self::Polymerases => format!("{asked} RNA polymerases"),
            Self::Atp => format!("{asked} % of ATP"),
            Self::Memory => format!("{asked} kb of DNA memory"),
        }
    }

    /// So much of it is too much, in words.
    pub(super) fn exceeds(self, asked: f64, limit: f64) -> String {
        let amount = self.amount(asked);
        if asked > self.most() {
            return format!("{amount} exceed what there is: {}", self.all());
        }
        let limit = short(limit);
        format!("{amount} exceed the VM's limit of {limit}")
    }

    /// A limit of so much exceeds what a host has, in words.
    pub(super) fn exceeds_host(self, asked: f64, available: f64) -> String {
        let amount = self.amount(asked);
        if asked > self.most() {
            return format!("a limit of {amount} exceeds the host: {}", self.all());
        }
        format!(
            "a limit of {amount} exceeds the host, which has {available:.0}; \"host\" in the place of \
             the limits sets none but the host's own"
        )
    }

    /// The most that any host has.
    pub fn most(self) -> f64 {
        match self {
            Self::Ribosomes => Limits::HOST.max_ribosomes,
            Self::Polymerases => Limits::HOST.max_polymerases,
            Self::Atp => Limits::HOST.max_atp_percent,
            Self::Memory => Limits::HOST.max_memory_kb,
        }
    }

    /// The same in words.
    fn all(self) -> String {
        let most = self.most();
        match self {
            Self::Ribosomes | Self::Polymerases => {
                format!("no host has {most:.0}; \"host\" sets no limit but its own")
            }
            Self::Atp => "100 % is all of the host's".to_owned(),
            Self::Memory => format!("{most:.0} kb is the most that a host has"),
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The most that may be allocated to a VM.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Ribosomes.
    pub max_ribosomes: f64,
    /// RNA polymerases.
    pub max_polymerases: f64,
    /// Share of the host's ATP production [%].
    pub max_atp_percent: f64,
    /// Resident DNA [kb].
    pub max_memory_kb: f64,
}

impl Limits {
    /// No limits but the host's own, `"host"` in scripts and files. A cell whose proteome, without its housekeeping part, were
    /// ribosomes only would have so many of them (65 410); no cell of that size was found to have more
    /// RNA polymerases (5121); all of the ATP; and more DNA than any bacterium has.
    pub const HOST: Self = Self {
        max_ribosomes: CELL_MASS * (1.0 - HOUSEKEEPING) / RIBOSOME_LENGTH,
        max_polymerases: CELL_MASS * polymerases::MOST_PER_PROTEIN,
        max_atp_percent: 100.0,
        max_memory_kb: 100_000.0,
    };

    /// What they come to on a host that has so much now: where there is no limit but the host's own, that.
    pub fn on_host(&self, host: &Capacity) -> Self {
        Self {
            max_ribosomes: Resource::Ribosomes.on_host(self.max_ribosomes, host),
            max_polymerases: Resource::Polymerases.on_host(self.max_polymerases, host),
            ..*self
        }
    }
}

/// What a host has of what VMs hold at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Capacity {
    /// Its ribosomes now.
    pub ribosomes: f64,
    /// Its RNA polymerases in the present medium.
    pub polymerases: f64,
}

impl Capacity {
    /// One that no limit exceeds.
    pub(super) const ENDLESS: Self = Self { ribosomes: f64::INFINITY, polymerases: f64::INFINITY };
}

impl Resource {
    /// What is limited by the host alone is what the host has.
    fn on_host(self, given: f64, host: &Capacity) -> f64 {
        let all = match self {
            Self::Ribosomes => host.ribosomes,
            Self::Polymerases => host.polymerases,
            Self::Atp | Self::Memory => return given,
        };
        if given >= self.most() { all } else { given }
    }

    /// The most that may be asked for as a limit. Without a limit of its own a VM has that of the host,
    /// whatever becomes of the host.
    fn most_of(self, asked: f64, available: f64) -> f64 {
        if asked == self.most() { asked } else { available.min(self.most()) }
    }
}

/// Checks limits against a host that has so much.
///
/// # Errors
/// A different one for what is not finite, negative, zero, or more than the host has.
pub(super) fn check_limits(limits: &Limits, host: &Capacity) -> Result<(), HypervisorError> {
    let Limits { max_ribosomes, max_polymerases, max_atp_percent, max_memory_kb } = *limits;
    for (resource, asked, available) in [
        (Resource::Ribosomes, max_ribosomes, host.ribosomes),
        (Resource::Polymerases, max_polymerases, host.polymerases),
        (Resource::Atp, max_atp_percent, f64::INFINITY),
        (Resource::Memory, max_memory_kb, f64::INFINITY),
    ] {
        check(resource, asked, f64::INFINITY)?;
        let available = resource.most_of(asked, available);
        if asked > available {
            return Err(HypervisorError::OverChassis { resource, asked, available });
        }
    }
    Ok(())
}

/// What is allocated to a VM.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allocation {
    /// Ribosomes.
    pub ribosomes: f64,
    /// RNA polymerases.
    pub polymerases: f64,
    /// Share of the host's ATP production [%].
    pub atp_percent: f64,
    /// Resident DNA [kb].
    pub memory_kb: f64,
    /// 1 (yields first) to 5 (yields last).
    pub priority: u8,
}

impl Allocation {
    /// What is allocated when the limits change: all of a new limit where all of the old one was
    /// allocated, and never more than the new one.
    pub(super) fn within(&self, old: &Limits, new: &Limits) -> Self {
        let follow =
            |given: f64, old: f64, new: f64| if given >= old { new } else { given.min(new) };
        Self {
            ribosomes: follow(self.ribosomes, old.max_ribosomes, new.max_ribosomes),
            polymerases: follow(self.polymerases, old.max_polymerases, new.max_polymerases),
            atp_percent: follow(self.atp_percent, old.max_atp_percent, new.max_atp_percent),
            memory_kb: follow(self.memory_kb, old.max_memory_kb, new.max_memory_kb),
            priority: self.priority,
        }
    }

    /// What it comes to on a host that has so much now.
    pub fn on_host(&self, host: &Capacity) -> Self {
        Self {
            ribosomes: Resource::Ribosomes.on_host(self.ribosomes, host),
            polymerases: Resource::Polymerases.on_host(self.polymerases, host),
            ..*self
        }
    }

    /// The quota of RNA polymerases; infinite where there is none but the host's own.
    pub(super) fn polymerase_quota(&self) -> f64 {
        let endless = self.polymerases >= Limits::HOST.max_polymerases;
        if endless { f64::INFINITY } else { self.polymerases }
    }

    /// Everything the limits allow, at middle priority.
    pub fn full(limits: &Limits) -> Self {
        Self {
            ribosomes: limits.max_ribosomes,
            polymerases: limits.max_polymerases,
            atp_percent: limits.max_atp_percent,
            memory_kb: limits.max_memory_kb,
            priority: 3,
        }
    }
}

/// Checks a number that is to be allocated against its limit.
///
/// # Errors
/// A different one for what is not finite, negative, zero, or over the limit.
pub fn check(resource: Resource, asked: f64, limit: f64) -> Result<f64, HypervisorError> {
    if !asked.is_finite() {
        Err(HypervisorError::NotFinite { resource, asked })
    } else if asked < 0.0 {
        Err(HypervisorError::Negative { resource, asked })
    } else if asked == 0.0 {
        Err(HypervisorError::Zero { resource })
    } else if asked > limit {
        Err(HypervisorError::OverLimit { resource, asked, limit })
    } else {
        Ok(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_wrong_number_has_its_own_error() {
        let error = |asked| check(Resource::Ribosomes, asked, 100.0).unwrap_err();
        assert!(matches!(error(f64::NAN), HypervisorError::NotFinite { .. }));
        assert!(matches!(error(f64::INFINITY), HypervisorError::NotFinite { .. }));
        assert!(matches!(error(-1.0), HypervisorError::Negative { .. }));
        assert!(matches!(error(0.0), HypervisorError::Zero { .. }));
        assert!(matches!(error(100.5), HypervisorError::OverLimit { .. }));
        assert_eq!(check(Resource::Ribosomes, 100.0, 100.0), Ok(100.0));
    }
}
