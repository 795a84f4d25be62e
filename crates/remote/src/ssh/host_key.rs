//! Whether a host is the one that is meant.

use std::io::Read;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ssh2::{CheckResult, HashType, KnownHostFileKind, Session};

use super::config::{HostKey, SshConfig};
use crate::error::RemoteError;

/// The longest file of known keys that is read [bytes].
const LONGEST: u64 = 16 << 20;

/// Kinds of keys, as the protocol names them; none is all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Kinds(Vec<String>);

impl Kinds {
    /// What to ask the host for, one after the other. A fingerprint does not say of which kind its key is.
    pub(super) fn to_try(known: &Self, by: &HostKey) -> Vec<Self> {
        let one = |name: &str| Self(vec![name.to_owned()]);
        match by {
            HostKey::KnownHosts(_) => vec![known.clone()],
            HostKey::Sha256(_) => {
                let kinds = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"];
                std::iter::once(Self::default()).chain(kinds.map(one)).collect()
            }
        }
    }

    /// Their names, as they are asked for.
    pub(super) fn names(&self) -> Option<String> {
        // Keys of RSA sign in three ways.
        let all = |name: &String| match name.as_str() {
            "ssh-rsa" => "rsa-sha2-512,rsa-sha2-256,ssh-rsa".to_owned(),
            _ => name.clone(),
        };
        (!self.0.is_empty()).then(|| self.0.iter().map(all).collect::<Vec<_>>().join(","))
    }
}

/// One line of a file of known keys.
struct Entry<'a> {
    line: &'a str,
    revoked: bool,
    kind: &'a str,
    key: Vec<u8>,
}

fn entries(text: &str) -> impl Iterator<Item = Entry<'_>> {
    text.lines().filter_map(|line| {
        let line = line.trim();
        let revoked = line.strip_prefix("@revoked ");
        // Authorities are not followed.
        let bare = revoked.unwrap_or(line).trim_start();
        if bare.starts_with(['#', '@']) {
            return None;
        }
        let mut words = bare.split_whitespace();
        let (_, kind, key) = (words.next()?, words.next()?, words.next()?);
        let key = STANDARD.decode(key).ok()?;
        Some(Entry { line: bare, revoked: revoked.is_some(), kind, key })
    })
}

fn read(file: &Path) -> String {
    // A file that is not there knows no host.
    let Ok(file) = std::fs::File::open(file) else { return String::new() };
    let mut text = Vec::new();
    let _ = file.take(LONGEST).read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Whether a line is one of a host.
fn is_of(entry: &Entry<'_>, host: &str, port: u16) -> bool {
    let check = || {
        let session = Session::new()?;
        let mut known = session.known_hosts()?;
        known.read_str(entry.line, KnownHostFileKind::OpenSSH)?;
        Ok::<_, ssh2::Error>(known.check_port(host, port, &entry.key))
    };
    matches!(check(), Ok(CheckResult::Match))
}

impl HostKey {
    /// Of which kinds the keys are that are known of a host.
    pub(super) fn kinds(&self, host: &str, port: u16) -> Result<Kinds, RemoteError> {
        let Self::KnownHosts(file) = self else { return Ok(Kinds::default()) };
        let text = read(file);
        let mut kinds: Vec<String> = Vec::new();
        for entry in entries(&text).filter(|entry| !entry.revoked) {
            if !kinds.iter().any(|known| known == entry.kind) && is_of(&entry, host, port) {
                kinds.push(entry.kind.to_owned());
            }
        }
        Ok(Kinds(kinds))
    }
}

/// Refuses a host that is not known, or is not the one that is.
pub(super) fn check(session: &Session, config: &SshConfig) -> Result<(), RemoteError> {
    let host = format!("{}:{}", config.host, config.port);
    let sum = session.host_key_hash(HashType::Sha256).map(|sum| STANDARD_NO_PAD.encode(sum));
    let (Some((key, _)), Some(sum)) = (session.host_key(), sum) else {
        let reason = "it shows no key".to_owned();
        return Err(RemoteError::Unreachable { address: host, reason });
    };
    let found = format!("SHA256:{sum}");
    match &config.host_key {
        HostKey::Sha256(known) if *known == sum => Ok(()),
        HostKey::Sha256(_) => {
            let known = "host_key_sha256".to_owned();
            Err(RemoteError::ChangedHostKey { host, found, known })
        }
        HostKey::KnownHosts(file) => {
            let text = read(file);
            let known = file.display().to_string();
            let (mut same, mut other) = (false, false);
            for entry in entries(&text) {
                if entry.revoked && entry.key == key {
                    return Err(RemoteError::ChangedHostKey { host, found, known });
                }
                if !entry.revoked && is_of(&entry, &config.host, config.port) {
                    same |= entry.key == key;
                    other |= entry.key != key;
                }
            }
            match (same, other) {
                (true, _) => Ok(()),
                (false, true) => Err(RemoteError::ChangedHostKey { host, found, known }),
                (false, false) => Err(RemoteError::UnknownHostKey { host, found, known }),
            }
        }
    }
}
