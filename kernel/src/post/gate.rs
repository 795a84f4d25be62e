//! Five sockets that belong together, and the key of those who come through them.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use super::letterbox::Office;
use super::{Channel, PostError};
use crate::messages::Welcome;
use crate::wire::{Connection, Outgoing, Signer, Writer};
use crate::zmtp::{Caller, Endpoint, Event, Handler, House, Role, Socket};

/// Five sockets.
#[derive(Debug)]
pub(super) struct Gate {
    pen: Arc<Pen>,
    house: Arc<House>,
    /// The connection file of a group, which is taken away with the sockets.
    file: Option<PathBuf>,
    shell: Socket,
    control: Socket,
    stdin: Socket,
    iopub: Arc<OnceLock<Socket>>,
    /// Lives for as long as the others.
    heartbeat: Socket,
}

/// What frames messages, and the beginning of all topics.
#[derive(Debug)]
pub(super) struct Pen {
    pub(super) writer: Writer,
    topic: String,
}

impl Pen {
    fn topic(&self, msg_type: &str) -> Vec<u8> {
        format!("{}.{msg_type}", self.topic).into_bytes()
    }
}

impl Gate {
    /// Opens all sockets, writing the ports that were left open into the connection file.
    pub(super) fn open(
        connection: &mut Connection,
        house: &Arc<House>,
        office: &Office,
    ) -> Result<Self, PostError> {
        let writer = Writer::new(Signer::new(connection.key()));
        let topic = format!("kernel.{}", writer.session());
        let pen = Arc::new(Pen { writer, topic });
        let iopub = Arc::new(OnceLock::new());
        let [shell, control, broadcast, stdin, heartbeat] = connection.endpoints();
        let router = |channel, endpoint: &Endpoint| {
            Socket::bind(Role::Router, endpoint, house, office.letterbox(channel, &pen))
        };
        let shell = router(Channel::Shell, &shell)?;
        let control = router(Channel::Control, &control)?;
        let stdin = router(Channel::Stdin, &stdin)?;
        let heartbeat = Socket::bind(Role::Echo, &heartbeat, house, Arc::new(|_| false))?;
        let doorman = doorman(pen.clone(), iopub.clone());
        let socket = Socket::bind(Role::Publisher, &broadcast, house, doorman)?;
        let endpoints = [&shell, &control, &socket, &stdin, &heartbeat].map(Socket::endpoint);
        connection.settle(endpoints)?;
        // It is set once, here.
        let _ = iopub.set(socket);
        let file = house.door().is_for_guests().then(|| connection.path().to_owned());
        Ok(Self { pen, house: house.clone(), file, shell, control, stdin, iopub, heartbeat })
    }

    pub(super) fn house(&self) -> &House {
        &self.house
    }

    /// Whether what is signed with the key of `other` is as if it were signed here.
    pub(super) fn has_the_key_of(&self, other: &Connection) -> bool {
        let probe = [b"probe"];
        self.pen.writer.signer().sign(&probe) == Signer::new(other.key()).sign(&probe)
    }

    fn socket(&self, channel: Channel) -> &Socket {
        match channel {
            Channel::Shell => &self.shell,
            Channel::Control => &self.control,
            Channel::Stdin => &self.stdin,
        }
    }

    fn sockets(&self) -> impl Iterator<Item = &Socket> {
        let asked = [&self.shell, &self.control, &self.stdin, &self.heartbeat];
        asked.into_iter().chain(self.iopub.get())
    }

    /// Sends a message to one connection.
    pub(super) fn send(
        &self,
        channel: Channel,
        to: &Caller,
        route: &[Vec<u8>],
        message: Outgoing<'_>,
    ) {
        self.socket(channel).send(to, &self.pen.writer.frames(route, message));
    }

    /// Whether a connection is there.
    pub(super) fn has(&self, channel: Channel, caller: &Caller) -> bool {
        self.socket(channel).has(caller)
    }

    /// Tells everyone who came through this gate.
    pub(super) fn publish(&self, message: Outgoing<'_>) {
        let topic = self.pen.topic(message.msg_type);
        if let Some(iopub) = self.iopub.get() {
            iopub.publish(&self.pen.writer.frames(&[topic], message));
        }
    }

    /// Waits for what is said to be sent, but not for those who do not read.
    pub(super) fn flush(&self, deadline: Instant) {
        let sockets = [Some(&self.shell), Some(&self.control), self.iopub.get()];
        for socket in sockets.into_iter().flatten() {
            socket.flush(deadline);
        }
    }

    /// Lets nobody in any more and parts with everybody, so that the key opens nothing.
    pub(super) fn close(&self) {
        self.sockets().for_each(Socket::close);
        self.clean_up();
    }

    /// Takes away what is left in the file system.
    pub(super) fn clean_up(&self) {
        let sockets = self.sockets().filter_map(|socket| match socket.endpoint() {
            Endpoint::Ipc(path) => Some(path),
            Endpoint::Tcp(..) => None,
        });
        for path in self.file.iter().chain(sockets) {
            // It may be gone already.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Greets subscribers, so that they know when they will hear everything (protocol 5.4).
fn doorman(pen: Arc<Pen>, iopub: Arc<OnceLock<Socket>>) -> Handler {
    Arc::new(move |event| {
        if let (Event::Subscribed { caller, topic }, Some(socket)) = (event, iopub.get()) {
            let subscription = String::from_utf8_lossy(&topic).into_owned();
            let message = Outgoing::told(b"{}", &Welcome { subscription });
            socket.send(&caller, &pen.writer.frames(&[topic], message));
        }
        false
    })
}
