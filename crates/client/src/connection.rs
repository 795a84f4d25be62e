//! The connection file of a session: where its sockets are, and the key with which messages are signed.

use std::fmt;
use std::path::{Path, PathBuf};

use bioxen_base::durable;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::ClientError;

/// The longest connection file [bytes].
const LARGEST: u64 = 1 << 20;

/// A channel of the protocol on which messages are sent or come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Requests that are answered in order.
    Shell,
    /// Requests that do not wait.
    Control,
    /// What everybody is told.
    Iopub,
    /// Questions to whoever runs a cell.
    Stdin,
}

/// What a connection file says.
#[derive(Clone)]
pub struct Connection {
    /// Where the file is.
    pub path: PathBuf,
    ipc: bool,
    ip: String,
    ports: [u16; 5],
    pub(crate) key: Vec<u8>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The key is nobody else's business.
        f.debug_struct("Connection").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Connection {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read or does not say what is needed.
    pub fn read(path: &Path) -> Result<Self, ClientError> {
        let failed = |source| ClientError::File { path: path.to_owned(), source };
        let bytes = durable::read(path, LARGEST).map_err(failed)?;
        let all: Map<String, Value> =
            serde_json::from_slice(&bytes).map_err(|e| failed(std::io::Error::other(e)))?;
        Self::of(path, &all)
    }

    fn of(path: &Path, all: &Map<String, Value>) -> Result<Self, ClientError> {
        let missing =
            |field, expected| ClientError::Field { path: path.to_owned(), field, expected };
        let text = |field: &str| all.get(field).and_then(Value::as_str);
        let ipc = match text("transport") {
            None | Some("tcp") => false,
            Some("ipc") => true,
            _ => return Err(missing("transport", "tcp or ipc")),
        };
        let ip = text("ip").unwrap_or("127.0.0.1").to_owned();
        let key = text("key").ok_or_else(|| missing("key", "a text"))?.as_bytes().to_vec();
        if !matches!(text("signature_scheme"), None | Some("hmac-sha256")) {
            return Err(missing("signature_scheme", "hmac-sha256"));
        }
        let mut ports = [0; 5];
        for (port, field) in ports.iter_mut().zip(FIELDS) {
            let found = all.get(field).and_then(Value::as_u64).and_then(|n| n.try_into().ok());
            *port = found
                .filter(|port| *port > 0)
                .ok_or_else(|| missing(field, "a number from 1 to 65535"))?;
        }
        Ok(Self { path: path.to_owned(), ipc, ip, ports, key })
    }

    /// Whether its sockets are those of the file system with this beginning.
    pub(crate) fn is_at(&self, base: &Path) -> bool {
        self.ipc && Path::new(&self.ip) == base
    }

    fn endpoint(&self, place: usize) -> String {
        let (ip, port) = (&self.ip, self.ports[place]);
        if self.ipc { format!("ipc://{ip}-{port}") } else { format!("tcp://{ip}:{port}") }
    }

    /// Where a channel's socket is.
    pub(crate) fn endpoint_of(&self, channel: Channel) -> String {
        self.endpoint(match channel {
            Channel::Shell => 0,
            Channel::Control => 1,
            Channel::Iopub => 2,
            Channel::Stdin => 3,
        })
    }

    /// Where the heart beats.
    pub(crate) fn heartbeat(&self) -> String {
        self.endpoint(4)
    }
}

/// The five ports, as the file names them.
const FIELDS: [&str; 5] = ["shell_port", "control_port", "iopub_port", "stdin_port", "hb_port"];

/// A connection file for sockets of the file system: `BASE-1` and so on.
pub(crate) fn over_ipc(base: &str, key: &str, name: &str) -> Map<String, Value> {
    let mut all = Map::new();
    let texts = [
        ("transport", "ipc"),
        ("ip", base),
        ("key", key),
        ("signature_scheme", "hmac-sha256"),
        ("kernel_name", "bioxen"),
        ("session", name),
    ];
    for (field, text) in texts {
        all.insert(field.to_owned(), text.into());
    }
    for (field, port) in FIELDS.into_iter().zip(1..) {
        all.insert(field.to_owned(), Value::from(port));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_file_is_said() {
        let read = |text: &str| {
            let all = serde_json::from_str(text).unwrap();
            Connection::of(Path::new("x.json"), &all).map_err(|error| error.to_string())
        };
        for (text, field) in [
            ("{}", "key"),
            (r#"{"key": "k"}"#, "shell_port"),
            (r#"{"key": "k", "shell_port": 70000}"#, "shell_port"),
            (r#"{"key": "k", "transport": "udp"}"#, "transport"),
            (r#"{"key": "k", "signature_scheme": "none"}"#, "signature_scheme"),
        ] {
            let told = read(text).unwrap_err();
            assert!(told.contains(&format!("no usable `{field}`")), "{text}: {told}");
        }
    }

    #[test]
    fn sockets_of_the_file_system_have_numbers() {
        let all = over_ipc("/run/x/lab", "secret", "lab");
        let connection = Connection::of(Path::new("lab.json"), &all).unwrap();
        assert_eq!(connection.endpoint_of(Channel::Shell), "ipc:///run/x/lab-1");
        assert_eq!(connection.endpoint_of(Channel::Iopub), "ipc:///run/x/lab-3");
        assert_eq!(connection.heartbeat(), "ipc:///run/x/lab-5");
        assert!(!format!("{connection:?}").contains("secret"));
    }
}
