//! The wire of a session on this machine: ZeroMQ.

use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{sleep, timeout};
use zeromq::prelude::*;
use zeromq::util::PeerIdentity;
use zeromq::{DealerSocket, ReqSocket, SocketOptions, SubSocket, ZmqError, ZmqMessage};

use super::connection::{Channel, Connection};
use super::error::ClientError;
use super::message::{Message, new_id};
use super::sign::Signer;
use super::wire::{Line, Wire, Wired};

/// For a socket to be there.
const CONNECT: Duration = Duration::from_secs(5);
/// Between two beats of the heart.
const BEAT: Duration = Duration::from_secs(1);
/// For a beat to come back; whoever is stopped for longer is given up.
const SILENCE: Duration = Duration::from_secs(60);

/// What is to be sent.
type Order = (Channel, Message);

/// The sockets live on a thread of their own.
struct Zmq {
    orders: UnboundedSender<Order>,
}

impl Wire for Zmq {
    fn send(&self, channel: Channel, message: Message) -> Result<(), ClientError> {
        let gone = |_| ClientError::Gone { reason: "its sockets are closed".to_owned() };
        self.orders.send((channel, message)).map_err(gone)
    }
}

/// Connects to the sockets of a connection file. They are closed when the wire is dropped.
///
/// # Errors
/// When one of them is not there or does not greet.
pub fn connect(connection: &Connection) -> Result<Line, ClientError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (incoming, received) = channel();
    let (orders, todo) = unbounded_channel();
    let (ready, begun) = channel();
    let (connection, signer) = (connection.clone(), Signer::new(&connection.key));
    thread::Builder::new().name("session".to_owned()).spawn(move || {
        runtime.block_on(async move {
            match Sockets::open(&connection).await {
                Ok(sockets) => {
                    // Who asked waits for this.
                    let _ = ready.send(Ok(()));
                    let reason = sockets.serve(todo, &incoming, &signer).await;
                    let _ = incoming.send(Wired::End(reason));
                }
                Err(error) => {
                    let _ = ready.send(Err(error));
                }
            }
        });
    })?;
    let gone = |_| ClientError::Gone { reason: "its thread has ended".to_owned() };
    begun.recv().map_err(gone)??;
    Ok((Box::new(Zmq { orders }), received))
}

struct Sockets {
    shell: DealerSocket,
    control: DealerSocket,
    stdin: DealerSocket,
    iopub: SubSocket,
    heart: ReqSocket,
}

async fn reached<S: Socket>(endpoint: &str, options: SocketOptions) -> Result<S, ClientError> {
    let failed = |reason: String| ClientError::Connect { endpoint: endpoint.to_owned(), reason };
    // A socket of the file system that is not there is not waited for.
    if let Some(path) = endpoint.strip_prefix("ipc://")
        && !std::path::Path::new(path).exists()
    {
        return Err(failed("there is no such socket".to_owned()));
    }
    let mut socket = S::with_options(options);
    match timeout(CONNECT, socket.connect(endpoint)).await {
        Ok(Ok(())) => Ok(socket),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Err(_) => Err(failed("nobody listens there".to_owned())),
    }
}

impl Sockets {
    async fn open(connection: &Connection) -> Result<Self, ClientError> {
        // The session finds by it who is to be asked for input.
        let identity = new_id();
        let options = || {
            let mut options = SocketOptions::default();
            if let Ok(identity) = identity.parse::<PeerIdentity>() {
                options.peer_identity(identity);
            }
            options
        };
        let at = |channel| connection.endpoint_of(channel);
        let shell = reached(&at(Channel::Shell), options()).await?;
        let control = reached(&at(Channel::Control), options()).await?;
        let stdin = reached(&at(Channel::Stdin), options()).await?;
        let mut iopub: SubSocket = reached(&at(Channel::Iopub), SocketOptions::default()).await?;
        let failed = |error: ZmqError| ClientError::Gone { reason: error.to_string() };
        iopub.subscribe("").await.map_err(failed)?;
        let heart = reached(&connection.heartbeat(), SocketOptions::default()).await?;
        Ok(Self { shell, control, stdin, iopub, heart })
    }

    /// Passes messages both ways until one side ends; says how.
    async fn serve(
        self,
        mut todo: UnboundedReceiver<Order>,
        incoming: &Sender<Wired>,
        signer: &Signer,
    ) -> String {
        let Self { shell, control, stdin, mut iopub, heart } = self;
        let (mut to_shell, mut of_shell) = shell.split();
        let (mut to_control, mut of_control) = control.split();
        let (mut to_stdin, mut of_stdin) = stdin.split();
        let beats = beating(heart, incoming);
        tokio::pin!(beats);
        loop {
            let (channel, came) = tokio::select! {
                order = todo.recv() => {
                    let Some((channel, message)) = order else { return "it was left".to_owned() };
                    let Ok(frames) = ZmqMessage::try_from(message.frames(signer)) else { continue };
                    let sent = match channel {
                        Channel::Shell => to_shell.send(frames).await,
                        Channel::Control => to_control.send(frames).await,
                        Channel::Stdin => to_stdin.send(frames).await,
                        Channel::Iopub => continue,
                    };
                    if let Err(error) = sent {
                        return error.to_string();
                    }
                    continue;
                }
                came = of_shell.recv() => (Channel::Shell, came),
                came = of_control.recv() => (Channel::Control, came),
                came = of_stdin.recv() => (Channel::Stdin, came),
                came = iopub.recv() => (Channel::Iopub, came),
                reason = &mut beats => return reason,
            };
            let frames: Vec<Bytes> = match came {
                Ok(message) => message.into_vec(),
                Err(error) => return error.to_string(),
            };
            // What nobody with the key has signed is nothing.
            let Ok(message) = Message::read(&frames, signer) else { continue };
            if incoming.send(Wired::Message(channel, Box::new(message))).is_err() {
                return "nobody listens any more".to_owned();
            }
        }
    }
}

/// Listens to the heart until it stands still; says how that showed.
async fn beating(mut heart: ReqSocket, incoming: &Sender<Wired>) -> String {
    loop {
        let beat = async {
            heart.send(ZmqMessage::from("beat")).await?;
            heart.recv().await
        };
        match timeout(SILENCE, beat).await {
            Ok(Ok(_)) => drop(incoming.send(Wired::Beat)),
            Ok(Err(_)) => {
                return "its process has ended, or it is not shared with you any more".to_owned();
            }
            Err(_) => return format!("it has been silent for {} s", SILENCE.as_secs()),
        }
        sleep(BEAT).await;
    }
}
