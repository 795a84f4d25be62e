//! Why a command failed.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use bioxen::nearest::{hint, nearest};

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
    /// A command that there is not.
    #[error(
        "there is no command `{given}`{}: install, uninstall or doctor is expected, or --help",
        hint(nearest.as_deref())
    )]
    UnknownCommand {
        /// What was given.
        given: String,
        /// The most similar one.
        nearest: Option<String>,
    },
    /// A value that JSON cannot hold.
    #[error("`{given}` is no UTF-8 text, which kernel.json can hold only")]
    NotText {
        /// What was given.
        given: String,
    },
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
    /// A name that a session cannot have.
    #[error("`{name}` is no name of a session: letters, digits, `-`, `_` and `.` make one")]
    SessionName {
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

impl Failure {
    pub(super) fn unknown_command(given: String) -> Self {
        let near = nearest(&given, ["install", "uninstall", "doctor"]).map(str::to_owned);
        Self::UnknownCommand { given, nearest: near }
    }

    /// 2 for a call that is wrong, as of an option that there is not; 1 for work that failed.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::UnknownCommand { .. } | Self::NothingToDo | Self::SessionName { .. } => {
                ExitCode::from(2)
            }
            _ => ExitCode::FAILURE,
        }
    }
}
