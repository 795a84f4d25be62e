//! Cells on other machines.
//!
//! The laboratory of a user has each cell as a whole, wherever it lives. What costs work is done by an
//! **agent** ([`agent`]), a process of the same program on the other machine: it is given the archive of a
//! cell and what is to be done with it, and gives back what was recorded and the archive of what the cell
//! has become. It keeps nothing that its user has not.
//!
//! Agent and user speak a protocol of JSON lines ([`protocol`]) over any pair of byte streams
//! ([`Transport`]): the pipes of a child process ([`child`]) or a channel of SSH ([`ssh`]). A [`Link`] is
//! the user's end of it, and a [`RemotePlace`] is what the laboratory knows of it. For the infrastructure
//! `xcpng`, `bioxen_xapi` makes the other machine, which ends with the last cell in it ([`MachineConfig`]).

pub mod agent;
pub mod child;
mod error;
mod link;
mod machine;
mod news;
mod packed;
mod place;
mod places;
pub mod protocol;
pub mod ssh;
mod transport;

pub use bioxen_base::secret::Secret;
pub use error::RemoteError;
pub use link::{Answer, Link, Patience};
pub use machine::MachineConfig;
pub use place::{Connect, RemotePlace};
pub use places::{Allowed, RemotePlaces};
pub use transport::{Ending, How, Received, Transport};
