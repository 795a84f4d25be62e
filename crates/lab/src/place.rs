//! Where a cell lives: in this process or elsewhere.
//!
//! Whatever the place, the laboratory has the whole cell as a [`Hypervisor`], which is looked at and
//! changed in the same way. A [`Place`] does what costs work: it lets the cell live on. So nothing but
//! the status of a VM depends on where that is.

use std::fmt;
use std::sync::Arc;

use bioxen_base::units::Time;
use bioxen_cell::factory::Infrastructure;
use bioxen_cell::hypervisor::{Grid, Hypervisor, Part, Recorder, Report};
use bioxen_engine::StopToken;
use serde_json::{Map, Value};

use super::error::LabError;

/// A part of a run.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    /// When the run records.
    pub grid: Grid,
    /// When the part ends.
    pub target: Time,
}

/// What a status tells of a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// The address of the machine, if it is another one.
    pub address: Option<String>,
    /// The link to it.
    pub link: Option<String>,
    /// The unique id of the machine, if it was made for the cell.
    pub uuid: Option<String>,
}

/// Where a cell lives. Places keep nothing of a cell that it has not itself, so that copies of a cell
/// share their place.
pub trait Place: fmt::Debug + Send + Sync {
    /// What kind of place it is.
    fn infrastructure(&self) -> Infrastructure;

    /// Two places with the same key are the same.
    fn key(&self) -> &str;

    /// Where it is, for a status.
    fn whereabouts(&self) -> Whereabouts;

    /// What a configuration says of it, without secrets, if it is another machine.
    fn reach(&self) -> Option<&Map<String, Value>> {
        None
    }

    /// Lets a cell live on, as [`Hypervisor::go_on`].
    ///
    /// # Errors
    /// As there, and when the place is lost; then the cell is as it was before.
    fn live(
        &self,
        cell: &mut Hypervisor,
        stretch: Stretch,
        recorder: &mut Recorder,
        report: &mut dyn FnMut(Report),
        stop: &StopToken,
    ) -> Result<Part, LabError>;
}

/// This process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Here;

impl Place for Here {
    fn infrastructure(&self) -> Infrastructure {
        Infrastructure::Basic
    }

    fn key(&self) -> &str {
        Infrastructure::Basic.name()
    }

    fn whereabouts(&self) -> Whereabouts {
        Whereabouts::default()
    }

    fn live(
        &self,
        cell: &mut Hypervisor,
        Stretch { grid, target }: Stretch,
        recorder: &mut Recorder,
        report: &mut dyn FnMut(Report),
        stop: &StopToken,
    ) -> Result<Part, LabError> {
        Ok(cell.go_on(grid, target, recorder, report, stop)?)
    }
}

/// This process, as a place.
pub fn here() -> Arc<dyn Place> {
    Arc::new(Here)
}

/// What a place is opened for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What kind of place it is.
    pub infrastructure: Infrastructure,
    /// What a configuration says of it.
    pub config: &'a Map<String, Value>,
    /// The cell that is to live there.
    pub chassis: &'a str,
    /// The VM for which it is opened.
    pub vm: &'a str,
}

/// Opens places by what a configuration says of them. A front end has one if it can reach others.
pub trait Places: fmt::Debug + Send + Sync {
    /// The key that the place would have. Nothing is reached for that.
    ///
    /// # Errors
    /// When something in the configuration is wrong.
    fn key(&self, wanted: Wanted<'_>) -> Result<String, LabError>;

    /// The place of an infrastructure that a configuration describes; the same one as before if it is
    /// open. `tell` learns what is being done if that may take long.
    ///
    /// # Errors
    /// When something in the configuration is wrong, the place cannot be reached, or it is stopped. Then
    /// nothing that was made for it is left, or the error says what is.
    fn open(
        &self,
        wanted: Wanted<'_>,
        tell: &mut dyn FnMut(String),
        stop: &StopToken,
    ) -> Result<Arc<dyn Place>, LabError>;

    /// What has happened to places that were closed since this was asked last, such as a machine that
    /// could not be destroyed.
    fn news(&self) -> Vec<String>;

    /// Closes all places, whoever still has one. `tell` learns what is being done, and what went wrong.
    /// A front end calls this at its end.
    fn close(&self, tell: &mut dyn FnMut(String));
}
