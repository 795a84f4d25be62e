//! What can go wrong with a cell that lives elsewhere.

use bioxen_base::units::Time;
use thiserror::Error;

use super::protocol::{MAJOR, Protocol, Wrong};
use super::transport::Ending;

/// An error of a place, or of the way to it.
#[derive(Debug, Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum RemoteError {
    /// Something in the configuration of a place is wrong.
    #[error("{key}: {reason}")]
    Config {
        /// The key.
        key: String,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// The user has not allowed it.
    #[error(
        "the script may not reach {host}; allow it by --allow-remote {host}, before the name of the script"
    )]
    NotAllowed {
        /// The host.
        host: String,
    },
    /// No session can have the name.
    #[error("`{name}` cannot be the name of a session; use letters, digits, `-` and `_`")]
    SessionName {
        /// What was given.
        name: String,
    },
    /// The process of the agent could not be started.
    #[error("`{command}` could not be started: {reason}")]
    Start {
        /// The command.
        command: String,
        /// What the system says.
        reason: String,
    },
    /// The other machine does not answer.
    #[error("{address} cannot be reached: {reason}")]
    Unreachable {
        /// The address.
        address: String,
        /// What the system says.
        reason: String,
    },
    /// The host has another key than it should have.
    #[error(
        "the key of {host} is not the one that is known: it has {found}. Someone may be in between, or the \
         machine was made anew; ask its administrator before you change {known}"
    )]
    ChangedHostKey {
        /// The host.
        host: String,
        /// The fingerprint of the key that it has.
        found: String,
        /// Where the known key is.
        known: String,
    },
    /// Nothing is known about the key of the host.
    #[error(
        "the key of {host} is not known: it has {found}. Compare it with what its administrator says; then \
         give host_key_sha256: \"{found}\", or add it to {known} with ssh"
    )]
    UnknownHostKey {
        /// The host.
        host: String,
        /// The fingerprint of the key that it has.
        found: String,
        /// Where known keys are.
        known: String,
    },
    /// The user is not let in.
    #[error("{user}@{host} lets nobody in with {with}: {reason}")]
    Login {
        /// The user.
        user: String,
        /// The host.
        host: String,
        /// The key, or the SSH agent.
        with: String,
        /// What was said.
        reason: String,
    },
    /// There is no agent at the other end.
    #[error("`{command}` starts no agent: {ending}{}", missing(.ending))]
    NoAgent {
        /// The command.
        command: String,
        /// How it ended.
        ending: Ending,
    },
    /// Something else than an agent answers.
    #[error("what answers is no agent of BioXen; it says: {said}")]
    NotAgent {
        /// What it says.
        said: String,
    },
    /// Agent and user do not understand each other.
    #[error(
        "the agent is that of BioXen {version} and speaks protocol {}.{}, and here it is {}: install the same version on both sides",
        .theirs.major, .theirs.minor, MAJOR
    )]
    OtherProtocol {
        /// What the agent speaks.
        theirs: Protocol,
        /// The version of its program.
        version: String,
    },
    /// Nothing comes any more, though the link stands.
    #[error("nothing has come for {seconds} s: the machine or the agent stands still")]
    Frozen {
        /// For how long [s].
        seconds: u64,
    },
    /// The link is lost.
    #[error("{ending}")]
    Lost {
        /// How the agent ended.
        ending: Ending,
    },
    /// What came makes no sense.
    #[error("what came from the agent is damaged: {what}")]
    Damaged {
        /// What is wrong with it.
        what: String,
    },
    /// The agent could not do it.
    #[error("{message}")]
    Refused {
        /// What kind of error it is.
        kind: Wrong,
        /// In words.
        message: String,
    },
    /// A place has failed during a run.
    #[error(
        "{place}: {error}. The cell stands at {kept}, before {what}; nothing of it is kept{}",
        until(.reached)
    )]
    LostRun {
        /// The place.
        place: String,
        /// What went wrong.
        error: Box<RemoteError>,
        /// Cell time at which it stands.
        kept: Time,
        /// What was to be done.
        what: &'static str,
        /// Cell time that was reached, as far as is known.
        reached: Option<Time>,
    },
    /// The program could not be put there.
    #[error("bioxen could not be put on {host}: {reason}")]
    Upload {
        /// The host.
        host: String,
        /// Why.
        reason: String,
    },
    /// Something about a pool of machines.
    #[error("{reason}")]
    Pool {
        /// What is wrong.
        reason: String,
    },
    /// A machine was made, and its guest is of no use.
    #[error("the machine {machine} was made, but {error}; {undone}")]
    NoPlaceIn {
        /// Its name in the pool.
        machine: String,
        /// What went wrong.
        error: Box<RemoteError>,
        /// What became of the machine.
        undone: String,
    },
    /// There is no folder for the journal.
    #[error(
        "machines are written down in your home folder before they are made, and HOME is not set"
    )]
    NoJournal,
    /// It was asked to stop.
    #[error("stopped")]
    Stopped,
    /// A place cannot be used.
    #[error("{place}: {error}")]
    AtPlace {
        /// The place.
        place: String,
        /// What went wrong.
        error: Box<RemoteError>,
    },
}

macro_rules! pool {
    ($($error:ty),*) => {
        $(impl From<$error> for RemoteError {
            fn from(error: $error) -> Self {
                Self::Pool { reason: error.to_string() }
            }
        })*
    };
}

// Their causes are told in their words.
pool!(bioxen_xapi::ConfigError, bioxen_xapi::XapiError, bioxen_xapi::MachineError);

fn missing(ending: &Ending) -> &'static str {
    // What a shell says when there is no such program, or it may not be run.
    match ending.how {
        super::How::Exited(126 | 127) => {
            ". Install bioxen there, or say where it is by `binary`, such as \"/opt/bioxen/bin/bioxen\""
        }
        _ => "",
    }
}

fn until(reached: &Option<Time>) -> String {
    reached.map_or(String::new(), |time| format!(", though it had reached {time}"))
}
