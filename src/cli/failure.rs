//! How a command ends when it does not end well.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use bioxen::session::Diagnostic;
use bioxen::visible::in_quotes;
use thiserror::Error;

use super::genome::GenomeFailure;
use super::interrupt::exit_code;
use super::output::name;

/// Why a command failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(crate) enum Failure {
    /// The call was wrong: a file that cannot be read, an impossible value.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
    },
    /// The script is wrong or failed.
    #[error("{0}")]
    Script(Box<Diagnostic>),
    /// The script is wrong in several places.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n"))]
    Check(Vec<Diagnostic>),
    /// The user interrupted.
    #[error("{note}")]
    Interrupted {
        /// What was kept.
        note: String,
    },
    /// Something about a configuration.
    #[error("error: {message}")]
    Config {
        /// What is wrong.
        message: String,
    },
    /// What was watched has failed.
    #[error("{message}")]
    Top {
        /// Why.
        message: String,
    },
    /// VMs could not be simulated any more, though the script ran to its end.
    #[error("{}", .0.iter().map(|one| format!("error: {one}")).collect::<Vec<_>>().join("\n"))]
    Vms(Vec<bioxen::hypervisor::VmFailure>),
    /// A failure that was reported where the user asked for it, such as inside JSON.
    #[error("")]
    Reported,
    /// The script ended with a code of its own: no failure of ours.
    #[error("")]
    Exit(u8),
    /// A shared session cannot be talked with.
    #[error("error: {0}")]
    Client(#[from] bioxen::client::ClientError),
    /// A session on another machine cannot be reached.
    #[error("error: {0}")]
    Remote(#[from] bioxen::remote::RemoteError),
    /// A session cannot be started.
    #[error("error: {message}")]
    Session {
        /// Why not.
        message: String,
    },
    /// A shared session was left; it goes on.
    #[error("")]
    Detached,
    /// A generated file does not say what it would say now.
    #[error("error: `{}` is not current; write it anew with `bioxen docs`", name(file))]
    Stale {
        /// The file.
        file: std::path::PathBuf,
    },
    /// A generated file is not there.
    #[error("error: there is no `{}`; write it with `bioxen docs`", name(file))]
    Absent {
        /// The file.
        file: std::path::PathBuf,
    },
    /// Something about a genome.
    #[error("error: {0}")]
    Genome(#[from] GenomeFailure),
    /// The host does not settle.
    #[error("error: {0}")]
    Chassis(#[from] bioxen::chassis::ChassisError),
    /// An SBML model cannot be read or simulated.
    #[error("error: {0}")]
    Sbml(#[from] super::sbml::SbmlFailure),
    /// A problem of parameter estimation is wrong, or cannot be simulated or fitted.
    #[error("error: {0}")]
    Petab(#[from] super::petab::PetabFailure),
    /// A sweep cannot go on.
    #[error("error: {0}")]
    Batch(Box<bioxen::batch::BatchError>),
    /// Rows or shards of a sweep failed.
    #[error("error: {message}")]
    Sweep {
        /// Which, and why.
        message: String,
    },
    /// No world could be made.
    #[error("error: {0}")]
    World(#[from] bioxen::lang::LangError),
    /// The output cannot be written.
    #[error("error: cannot write the output: {0}")]
    Output(#[from] io::Error),
    /// The output cannot be made JSON.
    #[error("error: cannot write the output as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Whether errors are shown in colour: on a terminal that knows it, to a user who wants it.
pub(crate) fn colour() -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let dumb = set("TERM").is_some_and(|term| term == "dumb");
    io::stderr().is_terminal() && set("NO_COLOR").is_none() && !dumb
}

impl From<bioxen::genome::GenomeError> for Failure {
    fn from(error: bioxen::genome::GenomeError) -> Self {
        Self::Genome(error.into())
    }
}

impl Failure {
    /// Tells the user, on `err`.
    pub(crate) fn tell(&self, err: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Reported | Self::Exit(_) | Self::Detached => Ok(()),
            // Whoever closed the pipe wants no more.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Self::Usage { message } => writeln!(err, "error: {}", in_quotes(message)),
            Self::Script(diagnostic) => writeln!(err, "{}", diagnostic.render(colour())),
            Self::Check(all) => {
                let texts: Vec<String> = all.iter().map(|d| d.render(colour())).collect();
                writeln!(err, "{}", texts.join("\n\n"))
            }
            other => writeln!(err, "{other}"),
        }
    }

    /// What `exit(code)` of a script says; 0 when the reader went away, 1 when the work failed, 2 when the call was wrong, 130 when the
    /// user interrupted, 143 and 129 when the program was asked to end.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Self::Detached => ExitCode::SUCCESS,
            Self::Exit(code) => ExitCode::from(*code),
            Self::Usage { .. } => ExitCode::from(2),
            Self::Interrupted { .. } => ExitCode::from(exit_code()),
            _ => ExitCode::FAILURE,
        }
    }
}
