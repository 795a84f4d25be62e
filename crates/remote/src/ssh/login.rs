//! Logging in, with a key from a file or from the SSH agent.

use std::process::{Command, Stdio};

use ssh2::Session;

use super::config::{Passphrase, SshConfig};
use crate::Secret;
use crate::error::RemoteError;

/// LIBSSH2_ERROR_FILE.
const FILE: i32 = -16;
/// LIBSSH2_ERROR_KEYFILE_AUTH_FAILED.
const KEYFILE: i32 = -48;

/// Logs in.
pub(super) fn log_in(session: &Session, config: &SshConfig) -> Result<(), RemoteError> {
    let refused = |with: String, reason: String| RemoteError::Login {
        user: config.user.clone(),
        host: config.host.clone(),
        with,
        reason,
    };
    let Some(key) = &config.key else {
        let with = "the keys of the SSH agent".to_owned();
        return with_agent(session, config).map_err(|reason| refused(with, reason));
    };
    let with = format!("the key {}", key.display());
    if let Err(error) = std::fs::File::open(key) {
        return Err(refused(with, format!("it cannot be read: {error}")));
    }
    let passphrase = passphrase(&config.passphrase)?;
    let passphrase = passphrase.as_ref().map(Secret::reveal);
    session.userauth_pubkey_file(&config.user, None, key, passphrase).map_err(|error| {
        let reason = match error.code() {
            // The key itself could not be used.
            ssh2::ErrorCode::Session(FILE | KEYFILE) if config.passphrase == Passphrase::None => {
                "it is no private key, or it is encrypted: give passphrase_env, passphrase_command, or \
                 load it into the SSH agent and leave ssh_key_path out"
            }
            ssh2::ErrorCode::Session(FILE | KEYFILE) => "it is no private key, or its passphrase is another",
            _ => error.message(),
        };
        refused(with, reason.to_owned())
    })
}

fn with_agent(session: &Session, config: &SshConfig) -> Result<(), String> {
    let said = |error: ssh2::Error| error.message().to_owned();
    let none = "no SSH agent is there; start one with ssh-agent, or give ssh_key_path";
    let mut agent = session.agent().map_err(said)?;
    agent.connect().map_err(|_| none.to_owned())?;
    agent.list_identities().map_err(said)?;
    let identities = agent.identities().map_err(said)?;
    let mut last = "it has no keys; add one with ssh-add".to_owned();
    for identity in &identities {
        match agent.userauth(&config.user, identity) {
            Ok(()) => return Ok(()),
            Err(error) => last = said(error),
        }
    }
    Err(last)
}

fn passphrase(from: &Passphrase) -> Result<Option<Secret>, RemoteError> {
    let wrong = |key: &str, reason: String| RemoteError::Config { key: key.to_owned(), reason };
    match from {
        Passphrase::None => Ok(None),
        Passphrase::Given(secret) => Ok(Some(secret.clone())),
        Passphrase::Env(name) => match std::env::var(name) {
            Ok(text) => Ok(Some(Secret::new(text))),
            Err(_) => Err(wrong("passphrase_env", format!("there is no variable {name}"))),
        },
        Passphrase::Command(command) => {
            let key = "passphrase_command";
            let mut words = command.split_whitespace();
            let program = words.next().unwrap_or_default();
            let mut process = Command::new(program);
            process.args(words).stdin(Stdio::null()).stderr(Stdio::inherit());
            let output = process.output();
            let output = output.map_err(|error| wrong(key, format!("{program}: {error}")))?;
            if !output.status.success() {
                return Err(wrong(key, format!("{program} has failed: {}", output.status)));
            }
            let text = String::from_utf8_lossy(&output.stdout);
            Ok(Some(Secret::new(text.lines().next().unwrap_or_default())))
        }
    }
}
