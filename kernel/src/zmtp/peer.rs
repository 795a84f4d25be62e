//! One connection, and the known facts about the peer at its other end.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use super::outbox::Outbox;
use super::stream::Stream;
use crate::sync::lock;

/// Most topics to which a peer may subscribe.
const MOST_TOPICS: usize = 256;
/// Most bytes of all topics of a peer.
const TOPIC_BYTES: usize = 64 << 10;

/// Who sent something: a connection, and the name that it gave itself, if any. Several connections
/// may have one name, such as those of clients that share a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The connection; no two of a kernel have the same.
    pub number: u64,
    /// The name; empty for none.
    pub identity: Arc<[u8]>,
    /// Through which door it came.
    pub door: Door,
    /// The account of a guest, as the system knows it.
    pub account: Option<Arc<str>>,
}

/// Through which sockets somebody comes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Door {
    /// Those of the user whose kernel it is.
    #[default]
    Own,
    /// Those of a group, each of whose members has an account of its own; those that were opened last have the
    /// largest number.
    Group(u64),
}

impl Door {
    /// Whether guests come through it.
    pub fn is_for_guests(self) -> bool {
        matches!(self, Self::Group(_))
    }
}

/// What a peer has shown of itself; when there are too many, who has shown less goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// It has not even greeted.
    Stranger,
    /// It has greeted.
    Silent,
    /// It has subscribed or sent a heartbeat.
    Busy,
    /// It has the key.
    Known,
}

/// A connection.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) number: u64,
    door: Door,
    account: Option<Arc<str>>,
    pub(super) stream: Stream,
    pub(super) outbox: Outbox,
    topics: Mutex<Vec<Vec<u8>>>,
    standing: AtomicU8,
    identity: OnceLock<Arc<[u8]>>,
}

impl Peer {
    pub(super) fn new(number: u64, door: Door, stream: Stream) -> Self {
        Self {
            number,
            door,
            account: if door.is_for_guests() { stream.account().map(Into::into) } else { None },
            stream,
            outbox: Outbox::default(),
            topics: Mutex::default(),
            standing: AtomicU8::new(Standing::Stranger as u8),
            identity: OnceLock::new(),
        }
    }

    pub(super) fn close(&self) {
        self.outbox.close();
        self.stream.close();
    }

    /// It has greeted, and gave itself a name.
    pub(super) fn greet(&self, identity: Vec<u8>) -> Caller {
        let identity = self.identity.get_or_init(|| identity.into()).clone();
        self.rise(Standing::Silent);
        Caller { number: self.number, identity, door: self.door, account: self.account.clone() }
    }

    /// Whether the system says who it is, as it must of a guest.
    pub(super) fn is_known_to_the_system(&self) -> bool {
        self.door == Door::Own || self.account.is_some()
    }

    /// The name that it gave itself, once it has greeted.
    pub(super) fn identity(&self) -> Option<&Arc<[u8]>> {
        self.identity.get()
    }

    pub(super) fn standing(&self) -> Standing {
        match self.standing.load(Ordering::Relaxed) {
            0 => Standing::Stranger,
            1 => Standing::Silent,
            2 => Standing::Busy,
            _ => Standing::Known,
        }
    }

    /// It has shown more of itself; nobody falls.
    pub(super) fn rise(&self, to: Standing) {
        self.standing.fetch_max(to as u8, Ordering::Relaxed);
    }

    /// Adds a topic, if there is room for it.
    pub(super) fn subscribe(&self, topic: &[u8]) -> bool {
        let mut topics = lock(&self.topics);
        let bytes: usize = topics.iter().map(Vec::len).sum();
        let room = topics.len() < MOST_TOPICS && bytes + topic.len() <= TOPIC_BYTES;
        if room {
            topics.push(topic.to_vec());
        }
        room
    }

    pub(super) fn unsubscribe(&self, topic: &[u8]) {
        let mut topics = lock(&self.topics);
        if let Some(place) = topics.iter().position(|t| t == topic) {
            topics.remove(place);
        }
    }

    /// Whether it wants what begins so.
    pub(super) fn wants(&self, topic: &[u8]) -> bool {
        lock(&self.topics).iter().any(|t| topic.starts_with(t))
    }
}
