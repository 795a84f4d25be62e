//! The five sockets of a kernel, and the pen with which everything is written.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::wire::{Connection, Incoming, Outgoing, Signer, WireError, Writer};
use crate::zmtp::{Endpoint, Event, Handler, Role, Socket, ZmtpError};

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
    pub fn open(connection: &mut Connection, inboxes: &Inboxes) -> Result<Self, PostError> {
        let writer = Writer::new(Signer::new(connection.key()));
        let topic = format!("kernel.{}", writer.session());
        let pen = Arc::new(Pen { writer, topic });
        let iopub = Arc::new(std::sync::OnceLock::new());
        let [shell, control, broadcast, stdin, heartbeat] = connection.endpoints();
        let router = |endpoint: &Endpoint, inbox: &Sender<Incoming>| {
            Socket::bind(Role::Router, endpoint, letterbox(pen.clone(), inbox.clone()))
        };
        let shell = router(&shell, &inboxes.shell)?;
        let control = router(&control, &inboxes.control)?;
        let stdin = router(&stdin, &inboxes.stdin)?;
        let heartbeat = Socket::bind(Role::Echo, &heartbeat, Arc::new(|_| {}))?;
        let socket =
            Socket::bind(Role::Publisher, &broadcast, doorman(pen.clone(), iopub.clone()))?;
        let endpoints = [&shell, &control, &socket, &stdin, &heartbeat].map(Socket::endpoint);
        connection.settle(endpoints)?;
        // It is set once, here.
        let _ = iopub.set(socket);
        Ok(Self { pen, shell, control, stdin, iopub, heartbeat })
    }

    fn socket(&self, channel: Channel) -> &Socket {
        match channel {
            Channel::Shell => &self.shell,
            Channel::Control => &self.control,
            Channel::Stdin => &self.stdin,
        }
    }

    /// Answers a message.
    pub fn reply(&self, channel: Channel, to: &Incoming, content: Value) {
        self.send(channel, &to.route, Outgoing::new(&to.reply_type(), &to.parent, content));
    }

    /// Sends to one peer, the first of `route`.
    pub fn send(&self, channel: Channel, route: &[Vec<u8>], message: Outgoing<'_>) {
        let Some((identity, inner)) = route.split_first() else { return };
        self.socket(channel).send(identity, &self.pen.writer.frames(inner, message));
    }

    /// Tells everyone.
    pub fn publish(&self, message: Outgoing<'_>) {
        let topic = self.pen.topic(message.msg_type);
        if let Some(iopub) = self.iopub.get() {
            iopub.publish(&self.pen.writer.frames(&[topic], message));
        }
    }

    /// Tells everyone what the kernel is doing: `starting`, `busy` or `idle`.
    pub fn status(&self, parent: &[u8], state: &str) {
        self.publish(Outgoing::new("status", parent, json!({ "execution_state": state })));
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
fn letterbox(pen: Arc<Pen>, inbox: Sender<Incoming>) -> Handler {
    Arc::new(move |event| {
        if let Event::Message { identity, frames } = event {
            let frames = std::iter::once(identity).chain(frames).collect();
            if let Ok(message) = Incoming::read(frames, pen.writer.signer()) {
                // The inbox is closed when the kernel ends.
                let _ = inbox.send(message);
            }
        }
    })
}

/// Greets subscribers, so that they know when they will hear everything (protocol 5.4).
fn doorman(pen: Arc<Pen>, iopub: Arc<std::sync::OnceLock<Socket>>) -> Handler {
    Arc::new(move |event| {
        if let (Event::Subscribed { identity, topic }, Some(socket)) = (event, iopub.get()) {
            let subscription = String::from_utf8_lossy(&topic);
            let content = json!({ "subscription": subscription });
            let message = Outgoing::new("iopub_welcome", b"{}", content);
            socket.send(&identity, &pen.writer.frames(&[topic], message));
        }
    })
}
