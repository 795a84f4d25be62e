//! Packages and their models, as they are written down.

use super::super::{ArchiveError, contents};
use super::LONGEST_US;
use crate::hypervisor::HypervisorError;
use crate::hypervisor::model::{ModelState, RunningModel, Seen};
use crate::package::{self, Package};
use bioxen_base::units::Time;
use bioxen_engine::rng::Rng;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A package with all that it was read from, so that another catalogue changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PackageRecord {
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sbml: Option<String>,
}

impl PackageRecord {
    pub(super) fn of(package: &Package) -> Self {
        let sbml = package.model.as_ref().map(|model| model.sbml.clone());
        Self { text: package.text.clone(), sbml }
    }

    pub(super) fn restore(&self) -> Result<Arc<Package>, ArchiveError> {
        let beside = |_: &str| self.sbml.clone().ok_or_else(|| "it was not saved".to_owned());
        let read = package::read(&self.text, "a package of the state", &beside);
        Ok(Arc::new(read.map_err(HypervisorError::from)?))
    }
}

/// A model, without what follows from its package.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ModelRecord {
    begun_us: i64,
    lived_us: i64,
    values: Vec<f64>,
    random: [u64; 4],
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen: Option<SeenRecord>,
}

/// Where a model was when somebody looked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeenRecord {
    lived_us: i64,
    values: Vec<f64>,
    jumping: bool,
}

impl ModelRecord {
    pub(super) fn of(model: &RunningModel) -> Self {
        let (begun, state, seen) = model.saved();
        Self {
            begun_us: begun.micros(),
            lived_us: state.lived.micros(),
            values: state.values.clone(),
            random: state.rng.words(),
            seen: Some(SeenRecord {
                lived_us: seen.lived.micros(),
                values: seen.values.clone(),
                jumping: seen.jumping,
            }),
        }
    }

    pub(super) fn restore(self) -> Result<(Time, ModelState, Seen), ArchiveError> {
        let rng = Rng::from_words(self.random).ok_or_else(|| contents(&"a random stream is 0"))?;
        let times = [self.begun_us, self.lived_us];
        let seen = self.seen.as_ref().map(|seen| seen.lived_us);
        if times.into_iter().chain(seen).any(|us| !(0..=LONGEST_US).contains(&us)) {
            return Err(contents(&"a time of a model is none from 0 to 1000 years"));
        }
        let lived = Time::from_micros(self.lived_us);
        let seen = match self.seen {
            Some(SeenRecord { lived_us, values, jumping }) => {
                Seen { lived: Time::from_micros(lived_us), values, jumping }
            }
            None => Seen { lived, values: self.values.clone(), jumping: false },
        };
        let begun = Time::from_micros(self.begun_us);
        Ok((begun, ModelState { lived, values: self.values, rng }, seen))
    }
}
