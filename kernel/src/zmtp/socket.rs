//! A listening socket and its peers.

use std::collections::BTreeMap;
use std::fmt;
use std::io::BufReader;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::ZmtpError;
use super::frame::{Limits, Part, encode, encode_command, read_part};
use super::handshake::{Role, shake_hands};
use super::outbox::Outbox;
use super::stream::{Endpoint, Listener, Stream};
use crate::sync::lock;

/// Most connections of a socket.
const MOST_PEERS: usize = 512;
/// Most topics to which a peer may subscribe.
const MOST_TOPICS: usize = 256;
/// How long a greeting may take between two bytes.
const PATIENCE: Duration = Duration::from_secs(10);
/// Stack of a thread that only moves bytes.
const STACK: usize = 256 << 10;
/// What may wait for one peer [bytes].
const OUTBOX: usize = 64 << 20;

/// What happens on a socket.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A peer sent a message.
    Message {
        /// Who.
        identity: Vec<u8>,
        /// What.
        frames: Vec<Vec<u8>>,
    },
    /// A peer subscribed.
    Subscribed {
        /// Who.
        identity: Vec<u8>,
        /// To topics with this beginning.
        topic: Vec<u8>,
    },
}

/// Takes events; called on the thread of a connection, one after the other for each peer.
pub type Handler = Arc<dyn Fn(Event) + Send + Sync>;

/// A socket that listens for as long as the process lives.
pub struct Socket {
    endpoint: Endpoint,
    hall: Arc<Hall>,
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// Where the peers of a socket meet.
struct Hall {
    role: Role,
    handler: Handler,
    peers: Mutex<BTreeMap<Vec<u8>, Arc<Peer>>>,
    next: AtomicU32,
    connections: AtomicU32,
}

struct Peer {
    stream: Stream,
    outbox: Outbox,
    topics: Mutex<Vec<Vec<u8>>>,
}

impl Peer {
    fn close(&self) {
        self.outbox.close();
        self.stream.close();
    }
}

impl Socket {
    /// Listens and lets peers come.
    ///
    /// # Errors
    /// When the address is taken or is none.
    pub fn bind(role: Role, endpoint: &Endpoint, handler: Handler) -> Result<Self, ZmtpError> {
        let (listener, endpoint) = Listener::bind(endpoint)?;
        let hall = Arc::new(Hall {
            role,
            handler,
            peers: Mutex::default(),
            next: AtomicU32::new(1),
            connections: AtomicU32::new(0),
        });
        let door = hall.clone();
        spawn("accept", move || accept(&listener, &door))
            .map_err(|source| ZmtpError::Bind { endpoint: endpoint.to_string(), source })?;
        Ok(Self { endpoint, hall })
    }

    /// Where it listens, with the port that it got.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Sends to one peer. One who is gone or does not read gets nothing, as ZeroMQ has it.
    pub fn send<T: AsRef<[u8]>>(&self, identity: &[u8], frames: &[T]) {
        let peer = lock(&self.hall.peers).get(identity).cloned();
        if let Some(peer) = peer
            && !peer.outbox.push(encode(frames))
        {
            // Who leaves so many replies unread is not there any more.
            peer.close();
        }
    }

    /// Sends to everyone who subscribed to the first frame.
    pub fn publish<T: AsRef<[u8]>>(&self, frames: &[T]) {
        let Some(topic) = frames.first() else { return };
        let message = encode(frames);
        for peer in lock(&self.hall.peers).values() {
            if lock(&peer.topics).iter().any(|t| topic.as_ref().starts_with(t)) {
                // A subscriber who does not read loses what does not fit, and nobody else does.
                peer.outbox.push(message.clone());
            }
        }
    }

    /// Waits until everything is written, but not beyond `deadline`.
    pub fn flush(&self, deadline: Instant) {
        let peers: Vec<_> = lock(&self.hall.peers).values().cloned().collect();
        for peer in peers {
            peer.outbox.flush(deadline);
        }
    }
}

fn spawn(name: &str, f: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(f).map(drop)
}

fn accept(listener: &Listener, hall: &Arc<Hall>) {
    loop {
        let Ok(stream) = listener.accept() else {
            // Such as when there are too many open files: they may become fewer.
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        if hall.connections.load(Ordering::Relaxed) as usize >= MOST_PEERS {
            stream.close();
            continue;
        }
        hall.connections.fetch_add(1, Ordering::Relaxed);
        let inside = hall.clone();
        let started = spawn("read", move || {
            // Whatever ends a connection ends it alone.
            let _ = inside.serve(stream);
            inside.connections.fetch_sub(1, Ordering::Relaxed);
        });
        if started.is_err() {
            hall.connections.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Hall {
    fn serve(&self, stream: Stream) -> Result<(), ZmtpError> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let identity = shake_hands(&mut &stream, &mut &stream, self.role)?;
        stream.set_read_timeout(None)?;
        let peer = Arc::new(Peer { stream, outbox: Outbox::new(OUTBOX), topics: Mutex::default() });
        let identity = self.enter(identity, &peer);
        let writer = peer.clone();
        spawn("write", move || {
            // The reader notices, too.
            let _ = writer.outbox.write_to(&writer.stream);
            writer.close();
        })?;
        let outcome = self.read(&identity, &peer);
        peer.close();
        let mut peers = lock(&self.peers);
        if peers.get(&identity).is_some_and(|p| Arc::ptr_eq(p, &peer)) {
            peers.remove(&identity);
        }
        outcome
    }

    /// Adds a peer. Who comes back under its name takes the place of its old connection; who has
    /// none gets one.
    fn enter(&self, identity: Vec<u8>, peer: &Arc<Peer>) -> Vec<u8> {
        let identity = if identity.is_empty() || self.role != Role::Router {
            let mut name = vec![0];
            name.extend(self.next.fetch_add(1, Ordering::Relaxed).to_be_bytes());
            name
        } else {
            identity
        };
        if let Some(old) = lock(&self.peers).insert(identity.clone(), peer.clone()) {
            old.close();
        }
        identity
    }

    fn read(&self, identity: &[u8], peer: &Peer) -> Result<(), ZmtpError> {
        let mut reader = BufReader::new(&peer.stream);
        loop {
            match (self.role, read_part(&mut reader, Limits::default())?) {
                (_, Part::Command(name, body)) => self.command(identity, peer, &name, &body)?,
                (Role::Router, Part::Message(frames)) => {
                    (self.handler)(Event::Message { identity: identity.to_vec(), frames });
                }
                (Role::Echo, Part::Message(frames)) => {
                    peer.outbox.push(encode(&frames));
                }
                (Role::Publisher, Part::Message(frames)) => {
                    match frames.first().and_then(|f| f.split_first()) {
                        Some((1, topic)) => self.subscribe(identity, peer, topic),
                        Some((0, topic)) => unsubscribe(peer, topic),
                        _ => {}
                    }
                }
            }
        }
    }

    fn command(
        &self,
        identity: &[u8],
        peer: &Peer,
        name: &[u8],
        body: &[u8],
    ) -> Result<(), ZmtpError> {
        match name {
            // Two bytes of time to live, then what the answer has to say.
            b"PING" => {
                let context = body.get(2..).unwrap_or_default();
                peer.outbox.push(encode_command(b"PONG", context).into());
            }
            b"PONG" => {}
            b"SUBSCRIBE" => self.subscribe(identity, peer, body),
            b"CANCEL" => unsubscribe(peer, body),
            _ => return Err(ZmtpError::Command { what: "it is not known" }),
        }
        Ok(())
    }

    fn subscribe(&self, identity: &[u8], peer: &Peer, topic: &[u8]) {
        {
            let mut topics = lock(&peer.topics);
            if topics.len() >= MOST_TOPICS {
                return;
            }
            topics.push(topic.to_vec());
        }
        let (identity, topic) = (identity.to_vec(), topic.to_vec());
        (self.handler)(Event::Subscribed { identity, topic });
    }
}

fn unsubscribe(peer: &Peer, topic: &[u8]) {
    let mut topics = lock(&peer.topics);
    if let Some(place) = topics.iter().position(|t| t == topic) {
        topics.remove(place);
    }
}
