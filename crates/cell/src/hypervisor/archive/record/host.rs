//! The host of a saved state, if it can be one.

use super::super::{ArchiveError, contents};
use super::{HypervisorRecord, sound, sound_number};
use crate::chassis::energy::EnergyCoupling;
use crate::chassis::{HostState, Kinetics, Nutrient};
use crate::hypervisor::HypervisorError;
use crate::hypervisor::cycle::CellCycle;

impl HypervisorRecord {
    pub(in super::super) fn nutrient(&self) -> Result<Nutrient, ArchiveError> {
        Ok(Nutrient::new(self.nutrient).map_err(HypervisorError::from)?)
    }

    pub(in super::super) fn energy(&self) -> EnergyCoupling {
        if self.atp_coupled { EnergyCoupling::Coupled } else { EnergyCoupling::Published }
    }

    /// The kinetics of a host that is not the published one.
    pub(in super::super) fn kinetics(&self) -> Result<Option<Kinetics>, ArchiveError> {
        Ok(self.kinetics.map(Kinetics::from_array).transpose().map_err(HypervisorError::from)?)
    }

    pub(in super::super) fn cycle(&self) -> Result<CellCycle, ArchiveError> {
        CellCycle::at(self.grown).ok_or_else(|| contents(&"a cell grows by less than ln 2"))
    }

    pub(in super::super) fn host_state(&self) -> Result<HostState, ArchiveError> {
        sound(self.host)
    }

    pub(in super::super) fn inactivated(&self) -> Result<f64, ArchiveError> {
        sound_number(self.inactivated)
    }
}
