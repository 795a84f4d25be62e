//! The five sockets of a kernel, and the one place that writes to them.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::clients::Clients;
use crate::messages::{Nothing, State, Status, Welcome};
use crate::sync::lock;
use crate::together::Together;
use crate::wire::{Connection, Incoming, Outgoing, Proof, Seen, Signer, WireError, Writer};
use crate::zmtp::{Caller, Endpoint, Event, Handler, House, Role, Socket, ZmtpError};

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

/// The sockets.
#[derive(Debug)]
pub struct Post {
    pen: Arc<Pen>,
    clients: Arc<Clients>,
    shell: Socket,
    control: Socket,
    stdin: Socket,
    iopub: Arc<std::sync::OnceLock<Socket>>,
    /// Lives for as long as the others.
    heartbeat: Socket,
}

/// What frames messages, and the beginning of all topics.
#[derive(Debug)]
struct Pen {
    writer: Writer,
    topic: String,
}

impl Pen {
    fn topic(&self, msg_type: &str) -> Vec<u8> {
        format!("{}.{msg_type}", self.topic).into_bytes()
    }
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
        let writer = Writer::new(Signer::new(connection.key()));
        let topic = format!("kernel.{}", writer.session());
        let pen = Arc::new(Pen { writer, topic });
        let iopub = Arc::new(std::sync::OnceLock::new());
        let [shell, control, broadcast, stdin, heartbeat] = connection.endpoints();
        let house = Arc::new(House::default());
        let clients = Arc::new(Clients::default());
        let seen = Arc::new(Mutex::new(Seen::default()));
        let router = |channel, endpoint: &Endpoint, inbox: &Sender<Incoming>| {
            let letterbox = Letterbox {
                channel,
                pen: pen.clone(),
                inbox: inbox.clone(),
                clients: clients.clone(),
                together: together.clone(),
                seen: seen.clone(),
            };
            let handler: Handler = Arc::new(move |event| letterbox.take(event));
            Socket::bind(Role::Router, endpoint, &house, handler)
        };
        let shell = router(Channel::Shell, &shell, &inboxes.shell)?;
        let control = router(Channel::Control, &control, &inboxes.control)?;
        let stdin = router(Channel::Stdin, &stdin, &inboxes.stdin)?;
        let heartbeat = Socket::bind(Role::Echo, &heartbeat, &house, Arc::new(|_| false))?;
        let doorman = doorman(pen.clone(), iopub.clone());
        let socket = Socket::bind(Role::Publisher, &broadcast, &house, doorman)?;
        let endpoints = [&shell, &control, &socket, &stdin, &heartbeat].map(Socket::endpoint);
        connection.settle(endpoints)?;
        // It is set once, here.
        let _ = iopub.set(socket);
        Ok(Self { pen, clients, shell, control, stdin, iopub, heartbeat })
    }

    fn socket(&self, channel: Channel) -> &Socket {
        match channel {
            Channel::Shell => &self.shell,
            Channel::Control => &self.control,
            Channel::Stdin => &self.stdin,
        }
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
        let frames = self.pen.writer.frames(&to.route, message);
        self.socket(channel).send(&to.caller, &frames);
    }

    /// Asks the client whose cell is executed, the one at the other end of a connection of the shell.
    /// Gives the connection over which it is asked, if it has one for questions.
    pub fn ask(
        &self,
        sender: &Caller,
        route: &[Vec<u8>],
        question: Outgoing<'_>,
    ) -> Option<Caller> {
        let asked = self.clients.partner((Channel::Shell, sender), Channel::Stdin)?;
        if !self.listens(&asked) {
            return None;
        }
        self.stdin.send(&asked, &self.pen.writer.frames(route, question));
        Some(asked)
    }

    /// Whether who was asked is still there.
    pub fn listens(&self, asked: &Caller) -> bool {
        self.stdin.has(asked)
    }

    /// Tells everyone.
    pub fn publish(&self, message: Outgoing<'_>) {
        let topic = self.pen.topic(message.msg_type);
        if let Some(iopub) = self.iopub.get() {
            iopub.publish(&self.pen.writer.frames(&[topic], message));
        }
    }

    /// Tells everyone what the kernel is doing.
    pub fn status(&self, parent: &[u8], execution_state: State) {
        self.publish(Outgoing::told(parent, &Status { execution_state }));
    }

    /// Waits for everything to be sent, but not for those who do not read.
    pub fn flush(&self) {
        let deadline = Instant::now() + LAST_WORDS;
        let sockets = [Some(&self.shell), Some(&self.control), self.iopub.get()];
        for socket in sockets.into_iter().flatten() {
            socket.flush(deadline);
        }
    }

    /// Takes away what the sockets leave in the file system.
    pub fn clean_up(&self) {
        let sockets =
            [Some(&self.shell), Some(&self.control), Some(&self.stdin), Some(&self.heartbeat)];
        for socket in sockets.into_iter().chain([self.iopub.get()]).flatten() {
            if let Endpoint::Ipc(path) = socket.endpoint() {
                // It may be gone already.
                let _ = std::fs::remove_file(path);
            }
        }
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
                let Ok(message) = Incoming::read(caller, frames, self.pen.writer.signer()) else {
                    return false;
                };
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

/// Greets subscribers, so that they know when they will hear everything (protocol 5.4).
fn doorman(pen: Arc<Pen>, iopub: Arc<std::sync::OnceLock<Socket>>) -> Handler {
    Arc::new(move |event| {
        if let (Event::Subscribed { caller, topic }, Some(socket)) = (event, iopub.get()) {
            let subscription = String::from_utf8_lossy(&topic).into_owned();
            let message = Outgoing::told(b"{}", &Welcome { subscription });
            socket.send(&caller, &pen.writer.frames(&[topic], message));
        }
        false
    })
}
