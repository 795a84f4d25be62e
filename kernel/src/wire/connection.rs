//! The connection file: it says where a kernel listens.

use std::path::{Path, PathBuf};

use bioxen::durable;
use serde_json::{Map, Value};

use super::WireError;
use crate::zmtp::Endpoint;

/// The longest file of a connection [bytes].
const LARGEST: u64 = 1 << 20;

/// The five ports, in the order of [`Ports::NAMES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports(pub [u16; 5]);

impl Ports {
    /// What the file calls them.
    pub const NAMES: [&str; 5] =
        ["shell_port", "control_port", "iopub_port", "stdin_port", "hb_port"];
}

/// What a connection file says.
#[derive(Debug, Clone)]
pub struct Connection {
    path: PathBuf,
    /// The whole text, so that what others wrote into it stays.
    all: Map<String, Value>,
    ipc: bool,
    ip: String,
    ports: Ports,
    key: Vec<u8>,
}

impl Connection {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read or does not say what is needed.
    pub fn read(path: &Path) -> Result<Self, WireError> {
        let failed = |source| WireError::ConnectionFile { path: path.to_owned(), source };
        let field =
            |field, expected| WireError::ConnectionField { path: path.to_owned(), field, expected };
        let text = durable::read(path, LARGEST).map_err(failed)?;
        let all: Map<String, Value> =
            serde_json::from_slice(&text).map_err(|error| failed(std::io::Error::other(error)))?;
        let text = |key: &str, default: &str| match all.get(key) {
            None => Some(default.to_owned()),
            Some(value) => value.as_str().map(str::to_owned),
        };
        let transport = text("transport", "tcp");
        let ipc = match transport.as_deref() {
            Some("tcp") => false,
            Some("ipc") => true,
            _ => return Err(field("transport", "tcp or ipc")),
        };
        let ip = text("ip", "127.0.0.1").ok_or_else(|| field("ip", "an address"))?;
        // Without a key everybody on this machine is obeyed: that must be what was wanted.
        let key = all.get("key").and_then(Value::as_str).ok_or_else(|| {
            field(
                "key",
                "a text with which messages are signed, or \"\" to obey everybody on this machine",
            )
        })?;
        let key = key.as_bytes().to_vec();
        if text("signature_scheme", "hmac-sha256").as_deref() != Some("hmac-sha256") {
            return Err(field("signature_scheme", "hmac-sha256"));
        }
        let mut ports = [0; 5];
        for (port, name) in ports.iter_mut().zip(Ports::NAMES) {
            let number = match all.get(name) {
                None => Some(0),
                Some(value) => value.as_u64().and_then(|n| u16::try_from(n).ok()),
            };
            *port = number.ok_or_else(|| field(name, "a number from 0 to 65535"))?;
        }
        Ok(Self { path: path.to_owned(), all, ipc, ip, ports: Ports(ports), key })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The key with which messages are signed.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// Where to listen, in the order of [`Ports::NAMES`].
    pub fn endpoints(&self) -> [Endpoint; 5] {
        self.ports.0.map(|port| {
            if self.ipc {
                Endpoint::Ipc(PathBuf::from(format!("{}-{port}", self.ip)))
            } else {
                Endpoint::Tcp(self.ip.clone(), port)
            }
        })
    }

    /// Writes the ports that were found into the file, where it left them open.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn settle(&mut self, endpoints: [&Endpoint; 5]) -> Result<(), WireError> {
        let before = self.ports;
        for (i, endpoint) in endpoints.into_iter().enumerate() {
            if let Endpoint::Tcp(_, port) = endpoint {
                self.ports.0[i] = *port;
                self.all.insert(Ports::NAMES[i].to_owned(), (*port).into());
            }
        }
        if self.ports == before {
            return Ok(());
        }
        // In one step, so that nobody reads half of it; it holds a key, and keeps its mode.
        let text = Value::Object(self.all.clone()).to_string();
        durable::write(&self.path, text.as_bytes())
            .map_err(|source| WireError::ConnectionFile { path: self.path.clone(), source })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kernel.json");
        fs::write(&path, text).unwrap();
        (dir, path)
    }

    #[test]
    fn open_ports_are_written_back() {
        let (_dir, path) = file(r#"{"key": "k", "shell_port": 7, "other": [1]}"#);
        let mut connection = Connection::read(&path).unwrap();
        assert_eq!(connection.endpoints()[0], Endpoint::Tcp("127.0.0.1".into(), 7));
        let got = [7, 8, 9, 10, 11].map(|port| Endpoint::Tcp("127.0.0.1".into(), port));
        connection.settle(got.each_ref()).unwrap();
        let again = Connection::read(&path).unwrap();
        assert_eq!(again.endpoints(), got);
        assert_eq!((again.key(), &again.all["other"]), (&b"k"[..], &serde_json::json!([1])));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let error = |text| Connection::read(&file(text).1).unwrap_err().to_string();
        assert!(error(r#"{"transport": "udp"}"#).contains("tcp or ipc"));
        assert!(error(r#"{"key": "k", "hb_port": 70000}"#).contains("`hb_port`"));
        assert!(error(r#"{"key": "k", "signature_scheme": "hmac-md5"}"#).contains("hmac-sha256"));
        assert!(error("[").contains("cannot use"));
        for text in ["{}", r#"{"key": null}"#, r#"{"key": 7}"#] {
            assert!(error(text).contains("no usable `key`"), "{text}");
        }
        let (_dir, path) = file(r#"{"key": ""}"#);
        assert!(Connection::read(&path).unwrap().key().is_empty());
        let (_dir, path) =
            file(r#"{"key": "", "transport": "ipc", "ip": "/tmp/k", "shell_port": 1}"#);
        let endpoints = Connection::read(&path).unwrap().endpoints();
        assert_eq!(endpoints[0], Endpoint::Ipc("/tmp/k-1".into()));
    }
}
