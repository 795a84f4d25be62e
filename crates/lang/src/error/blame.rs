//! The part of a call that an error is about, so that the caret can mark it.

use super::LangError;
use bioxen_cell::hypervisor::HypervisorError;
use bioxen_cell::package::PackageError;
use bioxen_genome::GenomeError;
use bioxen_genome::plasmid::PlasmidError;
use bioxen_lab::LabError;
use bioxen_plot::{PlanError, PlotError};
use bioxen_plugin::PluginError;
use bioxen_table::TableError;

/// What in a call is to blame for an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame<'a> {
    /// A word that is written as a string or as a key, in the call or elsewhere.
    Word(&'a str),
    /// A word that is written in the call.
    OwnWord(&'a str),
    /// The argument for a parameter, the value of an option of that name, or the only argument.
    Parameter(&'a str),
    /// An argument by its place, from 0.
    Argument(usize),
    /// The call as a whole.
    Call,
}

impl LangError {
    /// What in the call is to blame.
    pub fn blame(&self) -> Blame<'_> {
        match self {
            Self::Placed { error, .. } => error.blame(),
            Self::Hypervisor(error) => of_hypervisor(error),
            Self::Lab(error) => match &**error {
                LabError::ChassisName { given, .. } | LabError::UnknownChassis { given, .. } => {
                    Blame::Word(given)
                }
                LabError::ForeignSnapshot { .. }
                | LabError::OtherVm { .. }
                | LabError::Past { .. } => Blame::Argument(0),
                _ => Blame::Call,
            },
            Self::Genome(error) if matches!(**error, GenomeError::Table(_)) => {
                Blame::Parameter("tpm")
            }
            Self::Genome(_) => Blame::Parameter("genome_file"),
            Self::Table(error) => of_table(error),
            Self::TableFile { path, .. } => Blame::Word(path),
            Self::Plot(error) => match &**error {
                PlotError::Plan(
                    PlanError::UnknownColumn { name, .. } | PlanError::UnknownKind { name, .. },
                ) => Blame::Word(name),
                _ => Blame::Call,
            },
            Self::Missing { what, .. } => Blame::Parameter(what),
            Self::Parameter(error) => error.name().map_or(Blame::Call, Blame::Word),
            Self::Chassis(_) => Blame::Parameter("nutrient"),
            // `the duration of run` is the parameter `duration`.
            Self::WrongType { what, .. } => {
                let name = what.split(" of ").next().unwrap_or(what);
                Blame::Parameter(name.strip_prefix("the ").unwrap_or(name))
            }
            Self::Plasmid(PlasmidError::Unknown { given, .. })
            | Self::UnknownOption { given, .. }
            | Self::UnknownName { given, .. }
            | Self::UnknownColumn { given, .. }
            | Self::NotFalling { quantity: given }
            | Self::NoPeriod { quantity: given, .. }
            | Self::FromNothing { quantity: given, .. }
            | Self::Format { given, .. }
            | Self::AmbiguousColumn { given, .. } => Blame::Word(given),
            Self::NoneFits { given, .. } | Self::OneOnly { given, .. } => Blame::OwnWord(given),
            Self::Plugin(error) => match &**error {
                PluginError::NoPlugin { path, .. } => Blame::Word(path),
                _ => Blame::Argument(0),
            },
            Self::Outside { path, .. }
            | Self::PluginFile { path, .. }
            | Self::OutsideReading { path, .. }
            | Self::Import { path, .. }
            | Self::ImportOutside { path }
            | Self::ImportCircle { path, .. }
            | Self::Ending { path, .. }
            | Self::Archive { path, .. }
            | Self::Config { path, .. }
            | Self::File { path, .. } => Blame::Word(path),
            Self::TooFew { .. } => Blame::Parameter("values"),
            Self::OutsideTrace { .. } => Blame::Parameter("time"),
            Self::Slice { .. } => Blame::Parameter("range"),
            Self::NoRepetition { .. } => Blame::Argument(0),
            _ => Blame::Call,
        }
    }
}

fn of_table(error: &TableError) -> Blame<'_> {
    match error {
        TableError::UnknownColumn { given, .. } | TableError::UnknownWord { given, .. } => {
            Blame::Word(given)
        }
        TableError::NotConvertible { to, .. } => Blame::Word(to),
        TableError::WrongKind { column, .. } => Blame::Word(column),
        _ => Blame::Call,
    }
}

fn of_hypervisor(error: &HypervisorError) -> Blame<'_> {
    match error {
        HypervisorError::UnknownGene { gene, .. }
        | HypervisorError::SharedName { gene, .. }
        | HypervisorError::NotCoding { gene, .. }
        | HypervisorError::NoExpression { gene }
        | HypervisorError::PlasmidGone { gene, .. }
        | HypervisorError::NotTranscribing { gene, .. } => Blame::Word(gene),
        HypervisorError::DuplicateVm { id }
        | HypervisorError::BadId { id, .. }
        | HypervisorError::UnknownVm { id, .. } => Blame::OwnWord(id),
        HypervisorError::UnknownBiologicalType { given, .. }
        | HypervisorError::UnknownOperon { given, .. }
        | HypervisorError::UnknownPlasmid { given, .. }
        | HypervisorError::UnknownSubstance { given, .. }
        | HypervisorError::UnknownSolver { given, .. }
        | HypervisorError::Package(
            PackageError::Unknown { given, .. } | PackageError::NotInstalled { given, .. },
        ) => Blame::Word(given),
        HypervisorError::Forbidden { genes, .. } => {
            genes.first().map_or(Blame::Call, |gene| Blame::Word(gene))
        }
        HypervisorError::NoGenes | HypervisorError::OutOfMemory { .. } => Blame::Argument(0),
        HypervisorError::Concentration { substance, .. } => Blame::Parameter(substance),
        HypervisorError::Priority { .. } => Blame::Parameter("priority"),
        HypervisorError::OverHost { resource, .. } => Blame::Parameter(resource.option()),
        HypervisorError::Strength { .. } => Blame::Parameter("strength"),
        HypervisorError::Abundance { .. } => Blame::Parameter("tpm"),
        HypervisorError::Biomass { .. } => Blame::Parameter("biomass"),
        HypervisorError::Duration { .. } => Blame::Parameter("duration"),
        HypervisorError::MemoryInUse { .. } => Blame::Argument(0),
        HypervisorError::OverChassis { resource, .. }
        | HypervisorError::NotFinite { resource, .. }
        | HypervisorError::Negative { resource, .. }
        | HypervisorError::Zero { resource }
        | HypervisorError::OverLimit { resource, .. } => Blame::Parameter(resource.option()),
        _ => Blame::Call,
    }
}
