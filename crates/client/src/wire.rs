//! Ways to a session.

use std::sync::mpsc::Receiver;

use super::connection::Channel;
use super::error::ClientError;
use super::message::Message;

/// What comes over a wire.
#[derive(Debug)]
pub enum Wired {
    /// A message.
    Message(Channel, Box<Message>),
    /// The session lives.
    Beat,
    /// Nothing more will come.
    End(String),
}

/// A way to a session, here or over other machines.
pub trait Wire: Send + Sync {
    /// Sends a message; it is on its way when this returns.
    ///
    /// # Errors
    /// When the way is cut.
    fn send(&self, channel: Channel, message: Message) -> Result<(), ClientError>;
}

/// A wire, and what comes over it.
pub type Line = (Box<dyn Wire>, Receiver<Wired>);
