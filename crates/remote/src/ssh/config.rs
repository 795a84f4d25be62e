//! How a host is reached.

use std::path::PathBuf;
use std::time::Duration;

use bioxen_base::durable::in_home;
use bioxen_base::nearest::{hint, nearest};
use serde_json::{Map, Value};

use crate::Secret;
use crate::error::RemoteError;
use crate::link::Patience;

/// What a configuration may say.
pub const KEYS: [&str; 16] = [
    "host",
    "ssh_user",
    "ssh_port",
    "ssh_key_path",
    "passphrase",
    "passphrase_env",
    "passphrase_command",
    "known_hosts",
    "host_key_sha256",
    "binary",
    "upload",
    "connect_timeout",
    "start_timeout",
    "silence_timeout",
    "interrupt_timeout",
    "run_timeout",
];

/// By what the host is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostKey {
    /// A file of keys, as ssh has it.
    KnownHosts(PathBuf),
    /// The SHA-256 of its key, in base64 without padding.
    Sha256(String),
}

/// Where the passphrase of a key comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passphrase {
    /// There is none.
    None,
    /// It was given.
    Given(Secret),
    /// A variable of the environment.
    Env(String),
    /// What a command prints.
    Command(String),
}

/// How a host is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshConfig {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who logs in.
    pub user: String,
    /// The file of the private key; without one the SSH agent is asked.
    pub key: Option<PathBuf>,
    /// That of the key.
    pub passphrase: Passphrase,
    /// By what the host is known.
    pub host_key: HostKey,
    /// The program there.
    pub binary: String,
    /// Whether the program of here is put there, if there is none or another version.
    pub upload: bool,
    /// How long is waited for a connection.
    pub connect: Duration,
    /// How long is waited for the agent.
    pub patience: Patience,
}

/// One wrong key.
fn wrong<T>(key: &str, reason: impl Into<String>) -> Result<T, RemoteError> {
    Err(RemoteError::Config { key: key.to_owned(), reason: reason.into() })
}

fn text(map: &Map<String, Value>, key: &str) -> Result<Option<String>, RemoteError> {
    match map.get(key) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
        Some(_) => wrong(key, "must be a text that is not empty"),
    }
}

fn seconds(map: &Map<String, Value>, key: &str, usual: Duration) -> Result<Duration, RemoteError> {
    let Some(value) = map.get(key) else { return Ok(usual) };
    let longest = 366.0 * 24.0 * 3600.0;
    match value.as_f64() {
        Some(s) if s >= 0.1 && s <= longest => Ok(Duration::from_secs_f64(s)),
        _ => wrong(key, "must be a time from 0.1 s to one year, or a number [s]"),
    }
}

impl SshConfig {
    /// Reads a configuration.
    ///
    /// # Errors
    /// The first thing that is wrong.
    ///
    /// # Examples
    /// ```
    /// use bioxen_remote::ssh::SshConfig;
    /// let config = serde_json::json!({"host": "lab.example.org", "ssh_user": "me"});
    /// let config = SshConfig::read(config.as_object().ok_or("a map")?)?;
    /// assert_eq!(config.address(), "me@lab.example.org:22");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(map: &Map<String, Value>) -> Result<Self, RemoteError> {
        if let Some(key) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
            let near = hint(nearest(key, KEYS));
            return wrong(key, format!("there is no such key{near}; valid: {}", KEYS.join(", ")));
        }
        let Some(host) = text(map, "host")? else {
            return wrong("host", "is missing: the name or address of the machine");
        };
        if host.chars().any(|c| c.is_whitespace() || c.is_control() || c == '@') {
            return wrong("host", "must be a name or an address; the user is `ssh_user`");
        }
        let user = text(map, "ssh_user")?.or_else(|| std::env::var("USER").ok());
        let Some(user) = user else { return wrong("ssh_user", "is missing: who logs in there") };
        let port = match map.get("ssh_port") {
            None => 22,
            Some(port) => match port.as_u64().and_then(|n| u16::try_from(n).ok()) {
                Some(port) if port > 0 => port,
                _ => return wrong("ssh_port", "must be a whole number from 1 to 65535"),
            },
        };
        let host_key = match (text(map, "known_hosts")?, text(map, "host_key_sha256")?) {
            (Some(_), Some(_)) => {
                return wrong("host_key_sha256", "give it or `known_hosts`, not both");
            }
            (_, Some(sum)) => HostKey::Sha256(fingerprint(&sum)?),
            (file, None) => {
                HostKey::KnownHosts(in_home(file.as_deref().unwrap_or("~/.ssh/known_hosts")))
            }
        };
        let usual = Patience::default();
        let connect = seconds(map, "connect_timeout", Duration::from_secs(15))?;
        let patience = Patience {
            start: seconds(map, "start_timeout", usual.start)?,
            silence: seconds(map, "silence_timeout", usual.silence)?,
            interrupt: seconds(map, "interrupt_timeout", usual.interrupt)?,
            run: seconds(map, "run_timeout", usual.run)?,
        };
        let binary = text(map, "binary")?.unwrap_or_else(|| "bioxen".to_owned());
        // It becomes part of a command line there.
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+~".contains(c);
        if !binary.chars().all(plain) || binary.starts_with('-') {
            return wrong("binary", "must be a path of letters, digits and / . _ - +");
        }
        let upload = match map.get("upload") {
            None => false,
            Some(Value::Bool(upload)) => *upload,
            Some(_) => return wrong("upload", "must be true or false"),
        };
        let key = text(map, "ssh_key_path")?.map(|text| in_home(&text));
        let passphrase = passphrase(map)?;
        if passphrase != Passphrase::None && key.is_none() {
            return wrong("passphrase", "is that of `ssh_key_path`, which is missing");
        }
        Ok(Self { host, port, user, key, passphrase, host_key, binary, upload, connect, patience })
    }

    /// Who is reached where.
    pub fn address(&self) -> String {
        format!("{}@{}:{}", self.user, self.host, self.port)
    }

    /// What is run there.
    pub fn command(&self) -> String {
        format!("{} agent --stdio", self.binary)
    }

    /// What is run there to attach to a session.
    pub(super) fn attaching(&self, session: &str) -> String {
        format!("{} attach {session} --stdio", self.binary)
    }

    /// What makes two places the same.
    pub fn key_of_place(&self) -> String {
        format!("ssh {} {}", self.address(), self.binary)
    }
}

fn passphrase(map: &Map<String, Value>) -> Result<Passphrase, RemoteError> {
    let keys = ["passphrase", "passphrase_env", "passphrase_command"];
    if keys.iter().filter(|key| map.contains_key(**key)).count() > 1 {
        return wrong("passphrase", format!("give one of {}", keys.join(", ")));
    }
    Ok(match (text(map, keys[0])?, text(map, keys[1])?, text(map, keys[2])?) {
        (Some(given), _, _) => Passphrase::Given(Secret::new(given)),
        (_, Some(name), _) => Passphrase::Env(name),
        (_, _, Some(command)) => Passphrase::Command(command),
        _ => Passphrase::None,
    })
}

/// A fingerprint as ssh shows it, `SHA256:` and base64, or in hexadecimal digits.
fn fingerprint(given: &str) -> Result<String, RemoteError> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    let bare = given.strip_prefix("SHA256:").unwrap_or(given).trim_end_matches('=');
    let digits: String = bare.chars().filter(|c| *c != ':').collect();
    if digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16);
        let bytes: Result<Vec<u8>, _> = (0..64).step_by(2).map(byte).collect();
        return Ok(STANDARD_NO_PAD.encode(bytes.unwrap_or_default()));
    }
    match STANDARD_NO_PAD.decode(bare) {
        Ok(bytes) if bytes.len() == 32 => Ok(bare.to_owned()),
        _ => wrong(
            "host_key_sha256",
            "must be a fingerprint as `ssh-keygen -lf` prints it: SHA256: and 43 letters",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: &Value) -> Result<SshConfig, String> {
        SshConfig::read(value.as_object().unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_wrong_is_named_with_what_would_be_right() {
        for (config, named) in [
            (json!({"ssh_user": "me"}), "host: is missing"),
            (json!({"host": "a", "hots": 1}), "hots: there is no such key (did you mean `host`?)"),
            (json!({"host": "me@a"}), "the user is `ssh_user`"),
            (
                json!({"host": "a", "ssh_user": "b", "ssh_port": 0}),
                "ssh_port: must be a whole number",
            ),
            (json!({"host": "a", "ssh_user": "b", "ssh_port": 70000}), "from 1 to 65535"),
            (json!({"host": "a", "ssh_user": 3}), "ssh_user: must be a text"),
            (json!({"host": "a", "ssh_user": "b", "run_timeout": -1}), "run_timeout: must be"),
            (
                json!({"host": "a", "ssh_user": "b", "binary": "x; rm -r y"}),
                "binary: must be a path",
            ),
            (json!({"host": "a", "ssh_user": "b", "binary": "$(x)"}), "binary: must be a path"),
            (json!({"host": "a", "ssh_user": "b", "passphrase": "x"}), "which is missing"),
            (json!({"host": "a", "ssh_user": "b", "host_key_sha256": "SHA256:abc"}), "43 letters"),
            (
                json!({"host": "a", "ssh_user": "b", "known_hosts": "x", "host_key_sha256": "y"}),
                "not both",
            ),
        ] {
            let error = read(&config).unwrap_err();
            assert!(error.contains(named), "{config}: {error}");
        }
    }

    #[test]
    fn a_passphrase_is_in_no_message() {
        let config =
            json!({"host": "a", "ssh_user": "b", "ssh_key_path": "k", "passphrase": "horse"});
        let read = read(&config).unwrap();
        assert!(!format!("{read:?}").contains("horse"));
        assert!(!read.key_of_place().contains("horse"));
    }

    #[test]
    fn a_fingerprint_has_two_forms() {
        let hex = "00".repeat(32);
        let of = |text: &str| {
            read(&json!({"host": "a", "ssh_user": "b", "host_key_sha256": text})).unwrap().host_key
        };
        assert_eq!(of(&hex), of(&format!("SHA256:{}", "A".repeat(43))));
    }
}
