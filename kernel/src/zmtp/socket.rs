//! A listening socket and its peers.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::ZmtpError;
use super::frame::{Limits, Part, encode, encode_command, read_metered};
use super::handshake::{Role, shake_hands};
use super::house::House;
use super::peer::{Caller, Peer, Standing};
use super::stream::{Endpoint, Listener, Stream};
use crate::sync::lock;

/// Most connections of a socket; of five sockets they stay below the usual limit of open files.
const MOST_PEERS: usize = 128;
/// How long a greeting may take, from its first to its last byte.
const PATIENCE: Duration = Duration::from_secs(30);
/// Stack of a thread that only moves bytes.
const STACK: usize = 256 << 10;
/// What may wait for one peer [bytes].
const OUTBOX: usize = 64 << 20;
/// What may wait for all peers of a socket, before each gets a small part only [bytes].
const OUTBOXES: usize = 512 << 20;
/// That part [bytes]; and what may wait of answers that are asked for without the key.
const SMALL_OUTBOX: usize = 1 << 20;
/// What an unfinished message takes before it is counted [bytes].
const UNCOUNTED: u64 = 64 << 10;

/// What happens on a socket.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A peer has come.
    Entered {
        /// Who.
        caller: Caller,
    },
    /// A peer sent a message.
    Message {
        /// Who.
        caller: Caller,
        /// What.
        frames: Vec<Vec<u8>>,
    },
    /// A peer subscribed.
    Subscribed {
        /// Who.
        caller: Caller,
        /// To topics with this beginning.
        topic: Vec<u8>,
    },
    /// A peer has gone.
    Left {
        /// Who.
        caller: Caller,
    },
}

/// Takes events; called on the thread of a connection, one after the other for each peer. Gives
/// whether the event proves that the peer has the key.
pub type Handler = Arc<dyn Fn(Event) -> bool + Send + Sync>;

/// A socket that listens until it is closed.
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
    house: Arc<House>,
    handler: Handler,
    /// By their numbers, the oldest first.
    peers: Mutex<BTreeMap<u64, Arc<Peer>>>,
    /// What waited for all of them when something was last told to everyone [bytes].
    waiting: AtomicUsize,
    closed: AtomicBool,
}

impl Socket {
    /// Listens and lets peers come.
    ///
    /// # Errors
    /// When the address is taken or is none.
    pub fn bind(
        role: Role,
        endpoint: &Endpoint,
        house: &Arc<House>,
        handler: Handler,
    ) -> Result<Self, ZmtpError> {
        let (listener, endpoint) = Listener::bind(endpoint, house.door())?;
        let (peers, waiting, closed) =
            (Mutex::default(), AtomicUsize::new(0), AtomicBool::new(false));
        let hall = Arc::new(Hall { role, house: house.clone(), handler, peers, waiting, closed });
        let door = hall.clone();
        spawn("accept", move || accept(&listener, &door))
            .map_err(|source| ZmtpError::Bind { endpoint: endpoint.to_string(), source })?;
        Ok(Self { endpoint, hall })
    }

    /// Where it listens, with the port that it got.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Whether a connection is there.
    pub fn has(&self, caller: &Caller) -> bool {
        lock(&self.hall.peers).contains_key(&caller.number)
    }

    /// Sends to one connection; if it has gone, to the last that came under the same name, as who
    /// comes back does. When there is none, nobody gets it, as ZeroMQ has it.
    pub fn send<T: AsRef<[u8]>>(&self, to: &Caller, frames: &[T]) {
        let peer = {
            let peers = lock(&self.hall.peers);
            let namesake = |p: &&Arc<Peer>| {
                !to.identity.is_empty() && p.identity().is_some_and(|i| *i == to.identity)
            };
            let found = peers.get(&to.number).or_else(|| peers.values().rev().find(namesake));
            found.cloned()
        };
        if let Some(peer) = peer
            && !peer.outbox.push(encode(frames), OUTBOX)
        {
            // Who leaves so many replies unread is not there any more.
            peer.close();
        }
    }

    /// Sends to everyone who subscribed to the first frame.
    pub fn publish<T: AsRef<[u8]>>(&self, frames: &[T]) {
        let Some(topic) = frames.first() else { return };
        let message = encode(frames);
        let full = self.hall.waiting.load(Ordering::Relaxed) > OUTBOXES;
        let limit = if full { SMALL_OUTBOX } else { OUTBOX };
        let mut waiting = 0;
        for peer in lock(&self.hall.peers).values().filter(|p| p.wants(topic.as_ref())) {
            // A subscriber who does not read loses what does not fit, and nobody else does.
            peer.outbox.push(message.clone(), limit);
            waiting += peer.outbox.bytes();
        }
        self.hall.waiting.store(waiting, Ordering::Relaxed);
    }

    /// Lets nobody in any more, and parts with everybody who is there.
    pub fn close(&self) {
        let mut peers = lock(&self.hall.peers);
        self.hall.closed.store(true, Ordering::SeqCst);
        peers.values().for_each(|peer| peer.close());
        peers.clear();
        drop(peers);
        // Whoever waits for the next connection sees that there is none.
        self.endpoint.wake();
    }

    /// Waits until everything is written, but not beyond `deadline`.
    pub fn flush(&self, deadline: Instant) {
        let peers: Vec<_> = lock(&self.hall.peers).values().cloned().collect();
        for peer in peers {
            peer.outbox.flush(deadline);
        }
    }
}

fn spawn(name: &str, f: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(f).map(drop)
}

fn accept(listener: &Listener, hall: &Arc<Hall>) {
    while !hall.closed.load(Ordering::SeqCst) {
        let Ok(stream) = listener.accept() else {
            // Such as when there are too many open files: there will be fewer.
            hall.part_with_one();
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        let peer = Arc::new(Peer::new(hall.house.number(), hall.house.door(), stream));
        if !hall.admit(&peer) {
            peer.close();
            continue;
        }
        let (inside, guest) = (hall.clone(), peer.clone());
        let started = spawn("read", move || {
            // Whatever ends a connection ends it alone.
            let _ = inside.serve(&guest);
            inside.part_with(&guest);
        });
        if started.is_err() {
            hall.part_with(&peer);
        }
    }
}

/// Reads a stream until a moment.
struct Until<'a> {
    stream: &'a Stream,
    deadline: Instant,
}

impl Read for Until<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        let mut stream = self.stream;
        stream.read(buf)
    }
}

impl Hall {
    /// Lets a peer in; when there are too many, in the place of another. Whether there was room.
    fn admit(&self, peer: &Arc<Peer>) -> bool {
        if !peer.is_known_to_the_system() {
            return false;
        }
        let mut peers = lock(&self.peers);
        if self.closed.load(Ordering::SeqCst) {
            return false;
        }
        if peers.len() >= MOST_PEERS && !self.make_room(&mut peers) {
            return false;
        }
        peers.insert(peer.number, peer.clone());
        true
    }

    /// Parts with the peer that has shown least of itself, the oldest of those; never with one that
    /// is known to have the key.
    fn make_room(&self, peers: &mut BTreeMap<u64, Arc<Peer>>) -> bool {
        let standing = |p: &&Arc<Peer>| self.house.standing(p);
        let Some(least) = peers.values().min_by_key(standing).cloned() else { return false };
        if self.house.standing(&least) == Standing::Known {
            return false;
        }
        least.close();
        peers.remove(&least.number).is_some()
    }

    fn part_with_one(&self) {
        self.make_room(&mut lock(&self.peers));
    }

    fn part_with(&self, peer: &Peer) {
        peer.close();
        self.house.release(peer);
        lock(&self.peers).remove(&peer.number);
    }

    fn serve(&self, peer: &Arc<Peer>) -> Result<(), ZmtpError> {
        let deadline = Instant::now() + PATIENCE;
        let identity = shake_hands(
            &mut Until { stream: &peer.stream, deadline },
            &mut &peer.stream,
            self.role,
        )?;
        peer.stream.set_read_timeout(None)?;
        let caller = peer.greet(identity);
        let writer = peer.clone();
        spawn("write", move || {
            // The reader notices, too.
            let _ = writer.outbox.write_to(&writer.stream);
            writer.close();
        })?;
        (self.handler)(Event::Entered { caller: caller.clone() });
        let outcome = self.read(&caller, peer);
        // Who is told that it has left finds it here no more.
        self.part_with(peer);
        (self.handler)(Event::Left { caller });
        outcome
    }

    /// What a peer may send as one message.
    fn limits(&self, peer: &Peer) -> Limits {
        match self.role {
            Role::Router if self.house.standing(peer) == Standing::Known => Limits::default(),
            Role::Router => Limits { message_bytes: 64 << 20, ..Limits::default() },
            // Topics and heartbeats.
            Role::Publisher | Role::Echo => Limits { message_bytes: 64 << 10, frames: 64 },
        }
    }

    fn read(&self, caller: &Caller, peer: &Arc<Peer>) -> Result<(), ZmtpError> {
        let mut reader = BufReader::new(&peer.stream);
        loop {
            let mut counted = false;
            let part = read_metered(&mut reader, self.limits(peer), &mut |bytes| {
                if bytes <= UNCOUNTED {
                    return Ok(());
                }
                counted = true;
                self.house.hold(peer, bytes)
            })?;
            let frames = match part {
                Part::Message(frames) => frames,
                Part::Command(name, body) => {
                    self.command(caller, peer, &name, &body)?;
                    continue;
                }
            };
            match self.role {
                Role::Router => {
                    if (self.handler)(Event::Message { caller: caller.clone(), frames }) {
                        self.house.prove(peer);
                    }
                }
                Role::Echo => {
                    peer.rise(Standing::Busy);
                    answer(peer, encode(&frames))?;
                }
                Role::Publisher => match frames.first().and_then(|f| f.split_first()) {
                    Some((1, topic)) => self.subscribe(caller, peer, topic),
                    Some((0, topic)) => peer.unsubscribe(topic),
                    _ => {}
                },
            }
            if counted {
                self.house.release(peer);
            }
        }
    }

    fn command(
        &self,
        caller: &Caller,
        peer: &Peer,
        name: &[u8],
        body: &[u8],
    ) -> Result<(), ZmtpError> {
        match name {
            // Two bytes of time to live, then what the answer has to say.
            b"PING" => {
                let context = body.get(2..).unwrap_or_default();
                let pong = encode_command(b"PONG", context).into();
                if self.role == Role::Publisher {
                    // A subscriber may be slow for a while.
                    peer.outbox.push(pong, SMALL_OUTBOX);
                    return Ok(());
                }
                if self.house.standing(peer) == Standing::Known {
                    peer.outbox.push(pong, OUTBOX);
                    return Ok(());
                }
                answer(peer, pong)?;
            }
            b"PONG" => {}
            b"SUBSCRIBE" => self.subscribe(caller, peer, body),
            b"CANCEL" => peer.unsubscribe(body),
            _ => return Err(ZmtpError::Command { what: "it is not known" }),
        }
        Ok(())
    }

    fn subscribe(&self, caller: &Caller, peer: &Peer, topic: &[u8]) {
        if peer.subscribe(topic) {
            peer.rise(Standing::Busy);
            (self.handler)(Event::Subscribed { caller: caller.clone(), topic: topic.to_vec() });
        }
    }
}

/// Answers what can be asked without the key.
fn answer(peer: &Peer, message: Arc<[u8]>) -> Result<(), ZmtpError> {
    if peer.outbox.push(message, SMALL_OUTBOX) {
        return Ok(());
    }
    let (found, limit) = (peer.outbox.bytes() as u64, SMALL_OUTBOX as u64);
    Err(ZmtpError::TooLarge { found, limit, unit: "bytes unread" })
}
