//! The accepting side of ZMTP 3.0, the transport of ZeroMQ, for the socket kinds of a kernel.
//!
//! Written for a process that must outlive everything that its ports are sent: lengths are checked
//! before memory is taken, a connection that misbehaves is closed alone, a peer that does not read
//! loses its own messages only, and who has shown least of itself makes room when there are too many. See <https://rfc.zeromq.org/spec/23/>.

mod frame;
mod handshake;
mod house;
mod outbox;
mod peer;
mod socket;
mod stream;

pub use frame::{Limits, Part, encode, read_part};
pub use handshake::Role;
pub use house::House;
pub use peer::Caller;
pub use socket::{Event, Handler, Socket};
pub use stream::Endpoint;

use std::io;

/// Why a connection is closed or cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ZmtpError {
    /// The connection failed or ended.
    #[error("the connection failed: {source}")]
    Io {
        /// How.
        #[from]
        source: io::Error,
    },
    /// The other side does not speak ZMTP 3.
    #[error("no ZMTP 3 greeting: {what}")]
    Greeting {
        /// What is wrong with it.
        what: &'static str,
    },
    /// A command that cannot be read or is not expected.
    #[error("bad command: {what}")]
    Command {
        /// What is wrong with it.
        what: &'static str,
    },
    /// More than a peer may send.
    #[error("a message of {found} {unit}, at most {limit} are taken")]
    TooLarge {
        /// How many there were.
        found: u64,
        /// How many there may be.
        limit: u64,
        /// Of what.
        unit: &'static str,
    },
    /// An address on which nothing can listen.
    #[error("cannot listen on {endpoint}: {source}")]
    Bind {
        /// The address.
        endpoint: String,
        /// Why not.
        source: io::Error,
    },
}
