//! What can be wrong with a configuration.

use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;

use super::Problem;
use bioxen_genome::GenomeError;

/// Why a configuration cannot be used.
#[derive(Debug, Error, Clone)]
#[non_exhaustive]
pub enum ConfigError {
    /// The name says neither TOML nor JSON.
    #[error(
        "{} does not say what it is; end it in .toml or .json",
        if path.as_os_str().is_empty() { "an empty path".to_owned() } else { bioxen_base::visible::path(path) }
    )]
    Ending {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read or written.
    #[error("{} could not be {action}: {reason}", bioxen_base::visible::path(path))]
    File {
        /// The file.
        path: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// What the system says.
        reason: String,
    },
    /// It is neither TOML nor JSON.
    #[error("{origin} cannot be read: {reason}")]
    Syntax {
        /// The file.
        origin: String,
        /// Where and why.
        reason: String,
    },
    /// It says what cannot be.
    #[error("{origin}: {}", problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; "))]
    Invalid {
        /// The file.
        origin: String,
        /// Everything that is wrong.
        problems: Vec<Problem>,
    },
    /// Its genome cannot be read.
    #[error(transparent)]
    Genome(Arc<GenomeError>),
}
