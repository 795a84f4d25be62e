//! The sockets of a kernel, and the one place that writes to them.

mod gate;
mod letterbox;

use std::sync::mpsc::Sender;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::messages::{Nothing, State, Status};
use crate::together::Together;
use crate::wire::{Connection, Incoming, Outgoing, WireError};
use crate::zmtp::{Caller, Door, ZmtpError};
use gate::Gate;
use letterbox::Office;

/// How long a kernel that ends waits for its last words to be sent.
const LAST_WORDS: Duration = Duration::from_millis(1500);

/// A socket on which one is asked or asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Requests, in order.
    Shell,
    /// Requests that must not wait.
    Control,
    /// Questions to the user.
    Stdin,
}

impl Channel {
    /// How many there are.
    pub(crate) const COUNT: usize = 3;

    /// Its place among them.
    pub(crate) fn place(self) -> usize {
        self as usize
    }
}

/// Why a kernel cannot begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PostError {
    /// The connection file.
    #[error(transparent)]
    Wire {
        /// What is wrong.
        #[from]
        source: WireError,
    },
    /// The key of a group is that of the user.
    #[error("the connection file of a group has the key of the session itself")]
    SameKey,
    /// A socket.
    #[error(transparent)]
    Zmtp {
        /// What is wrong.
        #[from]
        source: ZmtpError,
    },
}

/// Where messages that came are handed over.
#[derive(Debug, Clone)]
pub struct Inboxes {
    /// Those of the shell.
    pub shell: Sender<Incoming>,
    /// Those of control.
    pub control: Sender<Incoming>,
    /// Answers of the user.
    pub stdin: Sender<Incoming>,
}

/// The sockets: five for the user whose kernel it is, and five more for a group, if it is shared with one.
#[derive(Debug)]
pub struct Post {
    office: Office,
    own: Gate,
    group: RwLock<Option<Arc<Gate>>>,
}

impl Post {
    /// Opens all sockets, writing the ports that were left open into the connection file.
    ///
    /// # Errors
    /// When a port is taken or the file cannot be written.
    pub fn open(
        connection: &mut Connection,
        inboxes: &Inboxes,
        together: &Arc<Together>,
    ) -> Result<Self, PostError> {
        let office = Office::new(inboxes.clone(), together.clone());
        let own = Gate::open(connection, &Arc::default(), &office)?;
        Ok(Self { office, own, group: RwLock::default() })
    }

    /// Opens sockets for a group beside those of the user, in the place of those that were open before.
    ///
    /// # Errors
    /// When one cannot be opened.
    pub fn open_for_a_group(&self, connection: &mut Connection) -> Result<(), PostError> {
        // Who has the one key must not have the other.
        if self.own.has_the_key_of(connection) {
            return Err(PostError::SameKey);
        }
        let mut group = self.group.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = group.take() {
            before.close();
        }
        let house = Arc::new(self.own.house().for_a_group());
        *group = Some(Arc::new(Gate::open(connection, &house, &self.office)?));
        Ok(())
    }

    /// Parts with all guests; whether the kernel was shared with a group.
    pub fn shut_the_group_out(&self) -> bool {
        let group = self.group.write().unwrap_or_else(PoisonError::into_inner).take();
        group.as_ref().inspect(|gate| gate.close()).is_some()
    }

    fn group(&self) -> Option<Arc<Gate>> {
        self.group.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does something with the gate through which somebody came, if it is open.
    fn at<T>(&self, door: Door, f: impl FnOnce(&Gate) -> T) -> Option<T> {
        match door {
            Door::Own => Some(f(&self.own)),
            Door::Group(_) => {
                let group = self.group();
                group.as_deref().filter(|gate| gate.house().door() == door).map(f)
            }
        }
    }

    /// Whether what somebody sent is still to be done: not if it came through a gate that is closed.
    pub fn is_welcome(&self, caller: &Caller) -> bool {
        self.at(caller.door, |_| ()).is_some()
    }

    /// Answers a message.
    pub fn reply(&self, channel: Channel, to: &Incoming, content: &impl Serialize) {
        self.reply_with(channel, to, content, &Nothing {});
    }

    /// Answers a message, and says something beside.
    pub fn reply_with(
        &self,
        channel: Channel,
        to: &Incoming,
        content: &impl Serialize,
        metadata: &impl Serialize,
    ) {
        let kind = to.reply_type();
        let message = Outgoing::new(&kind, &to.parent, content).with_metadata(metadata);
        self.at(to.caller.door, |gate| gate.send(channel, &to.caller, &to.route, message));
    }

    /// Asks the client whose cell is executed, the one at the other end of a connection of the shell.
    /// Gives the connection over which it is asked, if it has one for questions.
    pub fn ask(
        &self,
        sender: &Caller,
        route: &[Vec<u8>],
        question: Outgoing<'_>,
    ) -> Option<Caller> {
        let asked = self.office.partner((Channel::Shell, sender), Channel::Stdin)?;
        if !self.listens(&asked) {
            return None;
        }
        self.at(asked.door, |gate| gate.send(Channel::Stdin, &asked, route, question));
        Some(asked)
    }

    /// Whether who was asked is still there.
    pub fn listens(&self, asked: &Caller) -> bool {
        self.at(asked.door, |gate| gate.has(Channel::Stdin, asked)).unwrap_or(false)
    }

    /// Tells everyone.
    pub fn publish(&self, message: Outgoing<'_>) {
        if let Some(group) = self.group() {
            group.publish(message.clone());
        }
        self.own.publish(message);
    }

    /// Tells everyone what the kernel is doing.
    pub fn status(&self, parent: &[u8], execution_state: State) {
        self.publish(Outgoing::told(parent, &Status { execution_state }));
    }

    /// Waits for everything to be sent, but not for those who do not read.
    pub fn flush(&self) {
        let deadline = Instant::now() + LAST_WORDS;
        self.own.flush(deadline);
        if let Some(group) = self.group() {
            group.flush(deadline);
        }
    }

    /// Takes away what the sockets leave in the file system.
    pub fn clean_up(&self) {
        self.shut_the_group_out();
        self.own.clean_up();
    }
}
