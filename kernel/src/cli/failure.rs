//! Why a command failed.

use std::io;
use std::path::PathBuf;

use crate::serve::ServeError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(super) enum Failure {
    /// The kernel.
    #[error("{source}")]
    Serve {
        /// Why.
        source: ServeError,
    },
    /// A call without a command.
    #[error("nothing to do: try `bioxen-kernel install --user`, or --help")]
    NothingToDo,
    /// A file that cannot be written or taken away.
    #[error("cannot change {path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A name that a kernel cannot have.
    #[error("`{name}` is no name of a kernel: letters, digits, `-`, `_` and `.` make one")]
    Name {
        /// What was given.
        name: String,
    },
    /// No folder can be found.
    #[error("there is no {what}: give --prefix DIR")]
    NoPlace {
        /// What was looked for.
        what: &'static str,
    },
    /// Something that the doctor found.
    #[error("{count} of the checks failed")]
    Unwell {
        /// How many.
        count: usize,
    },
    /// The terminal.
    #[error("cannot write: {source}")]
    Terminal {
        /// Why not.
        #[from]
        source: io::Error,
    },
}
