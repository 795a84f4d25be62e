//! Messages of Jupyter's protocol 5.5: framing, signatures, the connection file.
//!
//! An invalid message still gets an error reply if its sender is known.

mod clock;
mod connection;
mod ids;
mod incoming;
mod outgoing;
mod seen;
mod sign;

pub use clock::timestamp;
pub use connection::{Connection, Ports};
pub use ids::{random_hex, random_uuid};
pub use incoming::Incoming;
pub use outgoing::{Outgoing, Writer};
pub use seen::{Digest, Seen};
pub use sign::{Proof, Signer};

use std::path::PathBuf;

/// What stands between the identities and the message proper.
pub const DELIMITER: &[u8] = b"<IDS|MSG>";

/// The version of the protocol that is spoken.
pub const PROTOCOL: &str = "5.5";

/// Why a message is dropped or a connection file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// Nothing says where the message begins.
    #[error("a message of {frames} frames without `<IDS|MSG>`")]
    NoDelimiter {
        /// How many frames there were.
        frames: usize,
    },
    /// Too few frames.
    #[error("a message with {found} frames after `<IDS|MSG>`, at least 5 make one")]
    TooFewFrames {
        /// How many there were.
        found: usize,
    },
    /// Someone who does not have the key.
    #[error("a message whose signature is wrong")]
    Signature,
    /// A connection file that cannot be read or written.
    #[error("cannot use the connection file {path}: {source}")]
    ConnectionFile {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A connection file whose text is not what it should be.
    #[error("the connection file {path} has no usable `{field}`: {expected} is expected")]
    ConnectionField {
        /// Which one.
        path: PathBuf,
        /// What is wrong.
        field: &'static str,
        /// What would be right.
        expected: &'static str,
    },
}
