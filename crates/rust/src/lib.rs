//! Rust cells: code of the user, compiled and run in a process of its own.
//!
//! Who talks to whom:
//!
//! ```text
//! front end ── RustCells ══ lines of JSON ══ bioxen-rust-cells ── the user's code, in a third process
//!                  ╚════════ files of values in a private folder ════════════╝
//! ```
//!
//! * [`protocol`] has the messages, which both ends share; each is a line.
//! * [`RustCells`] starts the program `bioxen-rust-cells`, sends it code, and tells a [`Host`] all that comes of
//!   it while it comes. The host also answers what the code asks of the session: values, and lines of the user.
//! * Values cross as files ([`bioxen_exchange::file`]) in a folder that only the user enters, and that is
//!   removed with the process. Nothing but names of such files crosses in messages.
//!
//! This crate does not know how Rust is compiled, and the kernel and the command need none of what that needs.

pub mod protocol;

mod client;
mod error;
mod find;
mod folder;
mod host;

pub use client::RustCells;
pub use error::RustError;
pub use find::{OVERRIDE, PROGRAM, find};
pub use host::{Host, Line};
