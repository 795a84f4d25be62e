//! The accepting side of ZMTP 3.0, the transport of ZeroMQ, for the socket kinds of a kernel.
//!
//! The process must survive everything that is sent to its ports. Lengths are checked before memory is
//! allocated. A connection that breaks the protocol is closed; the others stay. A peer that does not read
//! loses only its own messages. If there are too many connections, the least trusted one is closed. See
//! <https://rfc.zeromq.org/spec/23/>.

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
pub use peer::{Caller, Door};
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
