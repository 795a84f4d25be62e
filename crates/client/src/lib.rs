//! The other end of a session: whoever looks at it, works in it or shows it to others.
//!
//! A session is a kernel without a notebook. It speaks the messages of Jupyter over ZeroMQ
//! (<https://jupyter-client.readthedocs.io/en/stable/messaging.html>), and so does this crate, as their
//! client. [`Registry`] knows the sessions of this user, [`Client`] talks with one of them.
//!
//! Architecture invariant: nothing of cells, scripts or terminals; what a session says is passed on as it
//! is. Nothing below prints.

mod client;
mod connection;
mod error;
mod group;
mod message;
mod news;
mod registry;
mod relay;
mod sign;
mod wire;
mod zmq;

pub use client::{Client, Pending};
pub use connection::{Channel, Connection};
pub use error::ClientError;
pub use group::{Offered, can_offer, find_offered, offer, offered, withdraw};
pub use message::{Header, Message, new_id};
pub use news::{News, Outcome, Told};
pub use registry::{Known, Registry, Standing, Started};
pub use relay::{Far, relay};
pub use wire::{Line, Wire, Wired};
pub use zmq::connect;
