//! What can go wrong with a model in SBML.

use std::path::PathBuf;

use bioxen::engine::EngineError;
use bioxen::network::sbml::SbmlError;
use thiserror::Error;

use super::super::output::name;

/// Why a model was not simulated.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(crate) enum SbmlFailure {
    /// A file cannot be read or written.
    #[error("{}: {source}", name(path))]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The model cannot be read.
    #[error("{}: {source}", name(path))]
    Model {
        /// The file.
        path: PathBuf,
        /// Why.
        source: SbmlError,
    },
    /// The model cannot be simulated.
    #[error("{}: {source}{hint}", name(path))]
    Simulation {
        /// The file.
        path: PathBuf,
        /// Why.
        source: EngineError,
        /// What would work.
        hint: &'static str,
    },
    /// The model has no steady state, or none is found.
    #[error("{}: {source}", name(path))]
    Steady {
        /// The file.
        path: PathBuf,
        /// Why.
        source: bioxen::study::network::NetworkError,
    },
    /// The threads cannot be started.
    #[error("cannot start threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}
