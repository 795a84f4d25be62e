//! The lookahead in the file of a saved state: the beginning of the present step. The step from there
//! to the present is computed again when the file is read.

use serde::{Deserialize, Serialize};

use super::record::{HypervisorRecord, is_nothing};
use super::{ArchiveError, contents};
use crate::hypervisor::cycle::CellCycle;
use crate::hypervisor::run::{Ahead, Beginning, Integration};
use crate::hypervisor::{Hypervisor, Solver, culture};
use bioxen_base::units::Time;
use bioxen_engine::StopToken;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AheadRecord {
    /// The cell at the beginning of the step that the present looks into.
    Step(Box<HypervisorRecord>),
    Integration(IntegrationRecord),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IntegrationRecord {
    begun_us: i64,
    grown: f64,
    state: Vec<f64>,
    #[serde(default, skip_serializing_if = "is_nothing")]
    inactivated: f64,
}

impl AheadRecord {
    pub(super) fn of(h: &Hypervisor) -> Option<Self> {
        match h.ahead_of_present()? {
            Ahead::Step(step) => {
                Some(Self::Step(Box::new(HypervisorRecord::without_ahead(&step.base))))
            }
            Ahead::Integration(integration) => {
                Some(Self::Integration(IntegrationRecord::of(integration)))
            }
        }
    }

    /// What is known beyond the present of a cell that has been restored.
    pub(super) fn restore(
        self,
        h: &Hypervisor,
        stop: &StopToken,
    ) -> Result<Option<Ahead>, ArchiveError> {
        match self {
            Self::Step(base) => {
                let step = match h.solver() {
                    Solver::Deterministic => culture::STEP,
                    Solver::Stochastic | Solver::TauLeap => h.coupling_step,
                };
                let number = |time: Time| time.micros().div_euclid(step.micros());
                let begun = Time::from_micros(base.clock_us);
                if base.ahead.is_some() || begun > h.now() || number(begun) != number(h.now()) {
                    return Err(contents(&"its present is in no step that it knows"));
                }
                Ok(Some(Ahead::step(base.restore(stop)?, Fingerprint::of(h))))
            }
            // Another version may come elsewhere: then the present, as it was saved, counts.
            Self::Integration(record) => record.again(h),
        }
    }
}

impl IntegrationRecord {
    fn of(integration: &Integration) -> Self {
        let Beginning { time, state, inactivated, cycle } = integration.beginning();
        let (begun_us, grown) = (time.micros(), cycle.grown());
        Self { begun_us, grown, state: state.clone(), inactivated: *inactivated }
    }

    /// The integration that began there, if it led to the present.
    fn again(self, h: &Hypervisor) -> Result<Option<Ahead>, ArchiveError> {
        let Self { begun_us, grown, state, inactivated } = self;
        let sound = state.iter().all(|x| x.is_finite()) && inactivated >= 0.0;
        if !sound || !inactivated.is_finite() || begun_us < 0 {
            return Err(contents(&"a number of its integration is none"));
        }
        let cycle = CellCycle::at(grown);
        let cycle = cycle.ok_or_else(|| contents(&"a cell grows by less than ln 2"))?;
        let beginning = Beginning { time: Time::from_micros(begun_us), state, inactivated, cycle };
        let again = Integration::again(h, beginning);
        Ok(again.map(|integration| Ahead::Integration(Box::new(integration))))
    }
}

/// The integration of which a saved VM was a part, and the host where it stood. A VM that comes back to this very
/// place goes on with it, bit for bit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SharedRecord {
    clock_us: i64,
    host: Vec<f64>,
    integration: IntegrationRecord,
}

impl SharedRecord {
    pub(super) fn of(h: &Hypervisor) -> Option<Self> {
        let Ahead::Integration(integration) = h.ahead_of_present()? else { return None };
        Some(Self {
            clock_us: h.now().micros(),
            host: h.chassis().state().to_array().to_vec(),
            integration: IntegrationRecord::of(integration),
        })
    }

    /// What is known beyond the present, if it is that of the time when the VM was saved.
    pub(super) fn again(self, h: &Hypervisor) -> Result<Option<Ahead>, ArchiveError> {
        let bits = |state: &[f64]| state.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        // It is computed again only where it may fit.
        let here = h.solver() == Solver::Deterministic
            && h.culture().is_none()
            && h.now().micros() == self.clock_us
            && bits(&h.chassis().state().to_array()) == bits(&self.host);
        if here { self.integration.again(h) } else { Ok(None) }
    }
}

/// What decides about the further life of a cell, apart from what is known beyond the present.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Fingerprint(Box<HypervisorRecord>);

impl Fingerprint {
    pub(in super::super) fn of(h: &Hypervisor) -> Self {
        Self(Box::new(HypervisorRecord::of_present(h)))
    }
}
