//! Sessions on other machines, over SSH.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;
use std::time::Duration;

use bioxen::client::{Far, Line};
use bioxen::remote::ssh::{Ssh, SshConfig};
use bioxen::remote::{Received, Transport};
use clap::Args;
use serde_json::{Map, Value};

use super::super::failure::Failure;

/// How long one looks whether something has come, before one looks whether something is to be sent.
const LOOK: Duration = Duration::from_millis(5);
/// For the other side to take what is sent.
const PATIENCE: Duration = Duration::from_secs(30);

/// How another machine is reached.
#[derive(Debug, Args)]
pub(crate) struct FarArgs {
    /// Port of the SSH server [default: 22]
    #[arg(long, value_name = "N")]
    ssh_port: Option<u16>,
    /// File of your private key [default: the SSH agent is asked]
    #[arg(long, value_name = "FILE")]
    ssh_key: Option<PathBuf>,
    /// File with the keys of machines [default: ~/.ssh/known_hosts]
    #[arg(long, value_name = "FILE")]
    known_hosts: Option<PathBuf>,
    /// The fingerprint of the machine's key, as `ssh-keygen -lf` prints it
    #[arg(long, value_name = "SHA256:..")]
    host_key_sha256: Option<String>,
    /// The program there [default: bioxen]
    #[arg(long, value_name = "PATH")]
    binary: Option<String>,
}

/// A session on another machine.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    user: Option<String>,
    host: String,
    session: String,
}

impl Place {
    /// `USER@HOST:NAME` or `HOST:NAME`; nothing if it is neither.
    pub(super) fn of(text: &str) -> Option<Self> {
        let (place, session) = text.rsplit_once(':')?;
        let (user, host) = match place.rsplit_once('@') {
            Some((user, host)) => (Some(user.to_owned()), host),
            None => (None, place),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Some(Self { user, host, session: session.to_owned() })
    }
}

/// A line to a session on another machine.
pub(super) fn reach(place: &Place, args: &FarArgs) -> Result<Line, Failure> {
    let mut config = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            config.insert(key.to_owned(), value);
        }
    };
    let text = |path: &Option<PathBuf>| path.as_ref().map(|p| Value::from(p.display().to_string()));
    put("host", Some(place.host.clone().into()));
    put("ssh_user", place.user.clone().map(Value::from));
    put("ssh_port", args.ssh_port.map(Value::from));
    put("ssh_key_path", text(&args.ssh_key));
    put("known_hosts", text(&args.known_hosts));
    put("host_key_sha256", args.host_key_sha256.clone().map(Value::from));
    put("binary", args.binary.clone().map(Value::from));
    let config = SshConfig::read(&config)?;
    let transport = Ssh::new(config).attach(&place.session)?;
    let (to_far, orders) = channel();
    let (incoming, came) = channel();
    thread::Builder::new()
        .name("ssh".to_owned())
        .spawn(move || carry(transport, &orders, &incoming))?;
    let input = Incoming { came, rest: Vec::new(), at: 0 };
    Ok(Far::open(input, Outgoing(to_far))?)
}

/// Passes bytes both ways until one side ends.
fn carry(
    mut transport: Box<dyn Transport>,
    orders: &Receiver<Vec<u8>>,
    incoming: &Sender<Result<Vec<u8>, String>>,
) {
    loop {
        loop {
            match orders.try_recv() {
                Ok(bytes) => {
                    if let Err(error) = transport.send(&bytes, PATIENCE) {
                        let _ = incoming.send(Err(error.to_string()));
                        return;
                    }
                }
                Err(TryRecvError::Empty) => break,
                // Nobody needs the other side any more.
                Err(TryRecvError::Disconnected) => return,
            }
        }
        let mut bytes = Vec::new();
        let told = match transport.receive(&mut bytes, LOOK) {
            Ok(Received::Bytes) => Ok(bytes),
            Ok(Received::Nothing) => continue,
            Ok(Received::End(ending)) => Err(ending.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let ends = told.is_err();
        if incoming.send(told).is_err() || ends {
            return;
        }
    }
}

/// What comes from the other side, as bytes.
struct Incoming {
    came: Receiver<Result<Vec<u8>, String>>,
    rest: Vec<u8>,
    at: usize,
}

impl Read for Incoming {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.rest.len() {
            match self.came.recv() {
                Ok(Ok(bytes)) => (self.rest, self.at) = (bytes, 0),
                Ok(Err(reason)) => return Err(io::Error::other(reason)),
                Err(_) => return Ok(0),
            }
        }
        let count = into.len().min(self.rest.len() - self.at);
        into[..count].copy_from_slice(&self.rest[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// What goes to the other side.
struct Outgoing(Sender<Vec<u8>>);

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.send(bytes.to_vec()).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_from_names() {
        let place = |user: Option<&str>, host: &str| Place {
            user: user.map(str::to_owned),
            host: host.to_owned(),
            session: "lab".to_owned(),
        };
        assert_eq!(Place::of("me@h.org:lab"), Some(place(Some("me"), "h.org")));
        assert_eq!(Place::of("h.org:lab"), Some(place(None, "h.org")));
        assert_eq!(Place::of("me@[::1]:lab"), Some(place(Some("me"), "::1")));
        assert_eq!(Place::of("lab"), None);
    }
}
