//! Errors of the layers below as errors of the language.

use super::LangError;
use crate::parameters::ParameterError;
use crate::value::is_pattern;
use bioxen_cell::hypervisor::HypervisorError;
use bioxen_genome::GenomeError;
use bioxen_lab::LabError;
use bioxen_plot::{PlanError, PlotError};
use bioxen_plugin::PluginError;
use bioxen_table::TableError;

impl From<HypervisorError> for LangError {
    fn from(error: HypervisorError) -> Self {
        match error {
            HypervisorError::UnknownVm { id, .. } if is_pattern(&id) => {
                let instead = "broadcast(pattern, || ..) calls a function for each that fits";
                Self::OneOnly { given: id, what: "VM", instead }
            }
            error => Self::Hypervisor(error),
        }
    }
}

impl From<LabError> for LangError {
    fn from(error: LabError) -> Self {
        match error {
            LabError::Hypervisor(error) => error.into(),
            LabError::Chassis(error) => error.into(),
            LabError::Factory(error) => error.into(),
            LabError::Genome(error) => Self::Genome(error),
            LabError::Stopped => Self::Stopped,
            LabError::Interrupted { minutes } => Self::Interrupted { minutes },
            error => Self::Lab(error.into()),
        }
    }
}

impl From<PluginError> for LangError {
    fn from(error: PluginError) -> Self {
        Self::Plugin(Box::new(error))
    }
}

impl From<GenomeError> for LangError {
    fn from(error: GenomeError) -> Self {
        Self::Genome(std::sync::Arc::new(error))
    }
}

impl From<ParameterError> for LangError {
    fn from(error: ParameterError) -> Self {
        Self::Parameter(Box::new(error))
    }
}

impl From<PlotError> for LangError {
    fn from(error: PlotError) -> Self {
        match error {
            PlotError::Interrupted => Self::Stopped,
            error => Self::Plot(std::sync::Arc::new(error)),
        }
    }
}

impl From<PlanError> for LangError {
    fn from(error: PlanError) -> Self {
        Self::Plot(std::sync::Arc::new(error.into()))
    }
}

impl From<TableError> for LangError {
    fn from(error: TableError) -> Self {
        Self::Table(Box::new(error))
    }
}
