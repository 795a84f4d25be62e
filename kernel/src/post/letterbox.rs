//! What comes through the sockets.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};

use super::gate::Pen;
use super::{Channel, Inboxes};
use crate::clients::Clients;
use crate::sync::lock;
use crate::together::Together;
use crate::wire::{Incoming, Proof, Seen};
use crate::zmtp::{Caller, Event, Handler};

/// What all letterboxes of a kernel share.
#[derive(Debug)]
pub(super) struct Office {
    inboxes: Inboxes,
    clients: Arc<Clients>,
    together: Arc<Together>,
    seen: Arc<Mutex<Seen>>,
}

impl Office {
    pub(super) fn new(inboxes: Inboxes, together: Arc<Together>) -> Self {
        Self { inboxes, clients: Arc::default(), together, seen: Arc::default() }
    }

    /// What takes the messages of a channel whose senders have the key of a pen.
    pub(super) fn letterbox(&self, channel: Channel, pen: &Arc<Pen>) -> Handler {
        let inbox = match channel {
            Channel::Shell => &self.inboxes.shell,
            Channel::Control => &self.inboxes.control,
            Channel::Stdin => &self.inboxes.stdin,
        };
        let letterbox = Letterbox {
            channel,
            pen: pen.clone(),
            inbox: inbox.clone(),
            clients: self.clients.clone(),
            together: self.together.clone(),
            seen: self.seen.clone(),
        };
        Arc::new(move |event| letterbox.take(event))
    }

    /// The connection of the same client on another channel.
    pub(super) fn partner(&self, of: (Channel, &Caller), on: Channel) -> Option<Caller> {
        self.clients.partner(of, on)
    }
}

/// Reads messages and puts them into an inbox. Whoever does not have the key gets no answer.
struct Letterbox {
    channel: Channel,
    pen: Arc<Pen>,
    inbox: Sender<Incoming>,
    clients: Arc<Clients>,
    together: Arc<Together>,
    /// One of all channels, so that no message acts on two.
    seen: Arc<Mutex<Seen>>,
}

impl Letterbox {
    /// Takes an event; whether it proves that the peer has the key.
    fn take(&self, event: Event) -> bool {
        match event {
            Event::Entered { caller } => self.clients.enter(self.channel, &caller),
            Event::Left { caller } => {
                self.clients.leave(self.channel, &caller);
                self.together.left(caller.number);
            }
            Event::Message { caller, frames } => {
                let read = Incoming::read(caller, frames, self.pen.writer.signer());
                let Ok(mut message) = read else { return false };
                message.name_truly(self.together.own_name());
                // A copy proves nothing, and what it asks for is done.
                if let Proof::Signed(digest) = message.proof
                    && !lock(&self.seen).is_new(digest)
                {
                    if !message.acts() {
                        let _ = self.inbox.send(message);
                    }
                    return false;
                }
                self.together.heard(&message);
                match self.channel {
                    Channel::Shell => self.together.hand_over(message, &self.inbox),
                    // The inbox is closed when the kernel ends.
                    Channel::Control | Channel::Stdin => drop(self.inbox.send(message)),
                }
                return true;
            }
            _ => {}
        }
        false
    }
}
