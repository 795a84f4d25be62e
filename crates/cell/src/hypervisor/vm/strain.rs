//! What differs from the wild type in the control of catabolic operons.

use super::Vm;
use crate::hypervisor::biology::BiologicalType;
use crate::hypervisor::error::HypervisorError;
use bioxen_genome::regulation::Cyclase;

/// The largest gain of a permease that is accepted.
pub const LARGEST_GAIN: f64 = 1e4;

/// What differs from the wild type in the control of catabolic operons.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Strain {
    /// Whether the cell makes cAMP.
    pub cyclase: Cyclase,
    /// By how much the LacY of a fully induced cell concentrates IPTG, beside what only diffuses. It has no
    /// source, and is 0 unless it is given.
    pub permease_gain: f64,
}

impl Vm {
    /// What differs from the wild type in the control of catabolic operons.
    pub fn strain(&self) -> Strain {
        self.strain
    }

    /// Makes it another strain; operons answer at once.
    ///
    /// # Errors
    /// When it is no *E. coli*, or the gain is none from 0 to 10 000. Then nothing has changed.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_cell::factory::{Config, Infrastructure};
    /// use bioxen_cell::hypervisor::{BiologicalType, Hypervisor, Strain};
    /// use bioxen_genome::regulation::Cyclase;
    /// let mut hypervisor = Hypervisor::new(Nutrient::new(0.3)?)?;
    /// let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    /// let vm = hypervisor.create(config.spec("demo")?)?;
    /// vm.set_strain(Strain { cyclase: Cyclase::Deleted, permease_gain: 0.0 })?;
    /// let lac = &vm.operons()?[0];
    /// assert!((lac.regulated_activity * 50.0 * 1283.5 - 1.0).abs() < 1e-3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_strain(&mut self, strain: Strain) -> Result<(), HypervisorError> {
        self.must_be(&[BiologicalType::Ecoli], "strain")?;
        if !(0.0..=LARGEST_GAIN).contains(&strain.permease_gain) {
            return Err(HypervisorError::Gain { given: strain.permease_gain });
        }
        self.strain = strain;
        self.feel_regulators();
        Ok(())
    }
}
