//! Byte streams to an agent.

use std::fmt;
use std::time::Duration;

use super::error::RemoteError;

/// A pair of byte streams to an agent, and its errors in words.
pub trait Transport: Send {
    /// Sends all of it.
    ///
    /// # Errors
    /// When the link is lost, or the other side takes nothing for as long as `patience`.
    fn send(&mut self, bytes: &[u8], patience: Duration) -> Result<(), RemoteError>;

    /// Takes what has come, waiting no longer than `wait`.
    ///
    /// # Errors
    /// When the link is lost.
    fn receive(&mut self, into: &mut Vec<u8>, wait: Duration) -> Result<Received, RemoteError>;

    /// What the other side has said beside the protocol, in words for people: the end of it.
    fn said(&mut self) -> String;
}

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// Bytes.
    Bytes,
    /// Nothing in that time.
    Nothing,
    /// Nothing comes any more.
    End(Ending),
}

/// How an agent ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// How.
    pub how: How,
    /// What it said before, in words for people.
    pub said: String,
}

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// With an exit code.
    Exited(i32),
    /// By a signal.
    Killed(String),
    /// Nobody knows: the link was cut.
    Cut(String),
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.how {
            How::Exited(0) => write!(f, "the agent has ended")?,
            How::Exited(code) => write!(f, "the agent has ended with exit code {code}")?,
            How::Killed(signal) => write!(f, "the agent was killed by signal {signal}")?,
            How::Cut(why) => write!(f, "the link was cut: {why}")?,
        }
        if self.said.is_empty() { Ok(()) } else { write!(f, "; it said: {}", self.said) }
    }
}

/// The end of what a process says beside the protocol; nobody needs more.
#[derive(Debug, Default)]
pub(crate) struct Tail(Vec<u8>);

/// How much of it is kept [bytes].
const KEPT: usize = 4096;

impl Tail {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
        if self.0.len() > 2 * KEPT {
            self.0.drain(..self.0.len() - KEPT);
        }
    }

    /// The last lines of it, without what could act on a terminal.
    pub(crate) fn text(&self) -> String {
        let from = self.0.len().saturating_sub(KEPT);
        let text = String::from_utf8_lossy(&self.0[from..]);
        let lines: Vec<&str> =
            text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let last = lines[lines.len().saturating_sub(3)..].join(" / ");
        last.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    }
}
