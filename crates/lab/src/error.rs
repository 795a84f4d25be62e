//! What can go wrong in a laboratory.

use std::path::Path;
use std::sync::Arc;

use bioxen_base::nearest::hint;
use bioxen_base::units::Time;
use bioxen_cell::chassis::ChassisError;
use bioxen_cell::factory::FactoryError;
use bioxen_cell::factory::config_file::ConfigError;
use bioxen_cell::hypervisor::{ArchiveError, HypervisorError};
use bioxen_engine::EngineError;
use bioxen_genome::GenomeError;
use thiserror::Error;

/// An error of the laboratory.
#[derive(Debug, Error, Clone)]
#[non_exhaustive]
pub enum LabError {
    /// A VM, a gene, an allocation.
    #[error(transparent)]
    Hypervisor(#[from] HypervisorError),
    /// The host.
    #[error(transparent)]
    Chassis(#[from] ChassisError),
    /// A VM type or a biological type.
    #[error(transparent)]
    Factory(#[from] FactoryError),
    /// A genome.
    #[error(transparent)]
    Genome(std::sync::Arc<GenomeError>),
    /// A configuration.
    #[error(transparent)]
    Config(Box<ConfigError>),
    /// A saved state.
    #[error(transparent)]
    Archive(Box<ArchiveError>),
    /// A file that could not be written or read.
    #[error("`{path}` could not be {action}: {reason}")]
    File {
        /// The path.
        path: String,
        /// `read` or `written`.
        action: &'static str,
        /// What the system says.
        reason: String,
    },
    /// A cell cannot have that name.
    #[error("`{given}` cannot be the name of a new chassis: {reason}")]
    ChassisName {
        /// The name.
        given: String,
        /// Why not.
        reason: &'static str,
    },
    /// No cell has that name.
    #[error("unknown chassis `{given}`{}; valid: {}", hint(.nearest.as_deref()), .valid.join(", "))]
    UnknownChassis {
        /// What was asked for.
        given: String,
        /// The nearest.
        nearest: Option<String>,
        /// All names.
        valid: Vec<String>,
    },
    /// Only one cell runs at a time.
    #[error(
        "chassis `{running}` is running; another becomes the current one when the run has ended"
    )]
    ChassisInRun {
        /// The cell that runs.
        running: String,
    },
    /// A run inside of a run.
    #[error(
        "a run is under way; what an event calls cannot run the cell itself, it happens in no time"
    )]
    NestedRun,
    /// The medium can only be chosen before the first VM is there.
    #[error(
        "the nutrient of the chassis is {present}; a VM cannot bring its own, use set_nutrient"
    )]
    NutrientFixed {
        /// The present quality.
        present: f64,
    },
    /// A configuration for another type.
    #[error("the configuration is one of {has}, and the VM is to be one of {wanted}")]
    OtherType {
        /// The type of the configuration.
        has: String,
        /// The type that was asked for.
        wanted: &'static str,
    },
    /// A pattern of ids without a place for the number.
    #[error("`{given}` has no {{}}, where the number of the VM goes, such as \"colony_{{}}\"")]
    NoPlace {
        /// The pattern.
        given: String,
    },
    /// An event in the past.
    #[error("it is {now} of cell time already; an event cannot be set at {asked}")]
    Past {
        /// Cell time.
        now: Time,
        /// When it was to happen.
        asked: Time,
    },
    /// What an event did failed.
    #[error("event {event}, at {at} of cell time: {error}")]
    Event {
        /// What it is: `at(10 min)`.
        event: String,
        /// When it happened.
        at: Time,
        /// What went wrong.
        error: Box<LabError>,
    },
    /// A snapshot of another VM.
    #[error(
        "this is a snapshot of VM `{of}`, which cannot become VM `{to}`; clone_vm makes a VM from another"
    )]
    ForeignSnapshot {
        /// The VM that it shows.
        of: String,
        /// The VM that was to be restored.
        to: String,
    },
    /// A snapshot of a VM that is gone, whose id another one has.
    #[error("VM `{id}` was another one when the snapshot was taken: {was}, and is {is}")]
    OtherVm {
        /// The id.
        id: String,
        /// What it was.
        was: String,
        /// What it is.
        is: String,
    },
    /// VMs of one cell that are to run in several places.
    #[error(
        "chassis `{chassis}` runs on {here}, and the VM is to run on {asked}; all VMs of a chassis run in the \
         same place: give it a chassis of its own"
    )]
    OtherPlace {
        /// The cell.
        chassis: String,
        /// Where it lives.
        here: String,
        /// Where the VM is to run.
        asked: String,
    },
    /// A VM that is to run elsewhere without a place.
    #[error("a VM of the type `{infrastructure}` needs a place that was opened: use create_at")]
    NoPlaceFor {
        /// The infrastructure.
        infrastructure: &'static str,
    },
    /// Something went wrong in another place, or on the way there.
    #[error(transparent)]
    Place(Arc<dyn std::error::Error + Send + Sync>),
    /// Parts that are not those of a laboratory.
    #[error("its contents are not those of a laboratory: {reason}")]
    Parts {
        /// What is wrong.
        reason: &'static str,
    },
    /// A calculation that was interrupted.
    #[error("interrupted")]
    Stopped,
    /// A run that was interrupted.
    #[error("interrupted at {minutes:.2} min of cell time")]
    Interrupted {
        /// Cell time reached [min].
        minutes: f64,
    },
}

impl LabError {
    pub(crate) fn file(path: &Path, action: &'static str, error: &std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), action, reason: error.to_string() }
    }
}

impl From<GenomeError> for LabError {
    fn from(error: GenomeError) -> Self {
        Self::Genome(error.into())
    }
}

impl From<ConfigError> for LabError {
    fn from(error: ConfigError) -> Self {
        Self::Config(Box::new(error))
    }
}

impl From<ArchiveError> for LabError {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Hypervisor(HypervisorError::Engine(EngineError::Stopped { .. })) => {
                Self::Stopped
            }
            error => Self::Archive(Box::new(error)),
        }
    }
}
