//! What can go wrong.

use std::io;
use std::path::PathBuf;

/// Why a session cannot be talked with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// No session has the name.
    #[error("there is no session `{name}`{}; {}", bioxen_base::nearest::hint(nearest.as_deref()), others(known))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The nearest name.
        nearest: Option<String>,
        /// All names.
        known: Vec<String>,
    },
    /// A session cannot have the name.
    #[error("`{name}` cannot be the name of a session; use 1 to 40 letters, digits, `-` and `_`")]
    Name {
        /// What was given.
        name: String,
    },
    /// There is no group of the name.
    #[error("there is no group `{name}`; `getent group` lists the groups of this machine")]
    Group {
        /// What was given.
        name: String,
    },
    /// The user is not in the group.
    #[error("you are no member of the group {group}; `id` tells your groups")]
    NoMember {
        /// Its number.
        group: u32,
    },
    /// There is no user of the name.
    #[error("there is no user `{name}` on this machine")]
    User {
        /// What was given.
        name: String,
    },
    /// A user shares no session of the name with this one.
    #[error(
        "`{user}` shares no session `{name}` with a group of yours; `bioxen session list` lists those that are shared"
    )]
    NotOffered {
        /// Who might share it.
        user: String,
        /// Its name.
        name: String,
    },
    /// There is a session of the name.
    #[error("there is a session `{name}` already; `bioxen attach {name}` attaches to it")]
    Taken {
        /// Its name.
        name: String,
    },
    /// A session has ended and left its files.
    #[error(
        "the session `{name}` has ended without taking its files away; `bioxen session list --gc` does"
    )]
    Stale {
        /// Its name.
        name: String,
    },
    /// A file cannot be used.
    #[error("cannot use {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A connection file does not say what is needed.
    #[error("{} has no usable `{field}`: {expected} is needed", path.display())]
    Field {
        /// The file.
        path: PathBuf,
        /// The field.
        field: &'static str,
        /// What is needed.
        expected: &'static str,
    },
    /// A socket of the session cannot be reached.
    #[error("the session does not answer at {endpoint}: {reason}")]
    Connect {
        /// The socket.
        endpoint: String,
        /// Why not.
        reason: String,
    },
    /// The session has gone.
    #[error("the session is gone: {reason}")]
    Gone {
        /// How that showed.
        reason: String,
    },
    /// The session refuses.
    #[error("{message}")]
    Refused {
        /// The kind of the refusal.
        kind: String,
        /// What the session says.
        message: String,
    },
    /// The session answers something else.
    #[error("the session answers `{kind}` with something else: {reason}")]
    Answer {
        /// The question.
        kind: String,
        /// What is wrong.
        reason: String,
    },
    /// A message cannot be read.
    #[error("a message cannot be read: {reason}")]
    Message {
        /// Why not.
        reason: String,
    },
    /// The system gives no thread or no runtime.
    #[error("the system does not let the client start: {source}")]
    System {
        /// Why not.
        #[from]
        source: io::Error,
    },
}

fn others(known: &[String]) -> String {
    if known.is_empty() {
        return "no session runs; `bioxen session start NAME` starts one".to_owned();
    }
    format!("there are: {}", known.join(", "))
}
