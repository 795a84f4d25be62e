//! Where a password stands, and how it is read: late, and into nothing that shows it.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use bioxen_base::durable::is_open_to_others;

use crate::error::XapiError;
use crate::secret::Secret;
use crate::stop::{LOOK, Stop, pause};

/// The longest password [bytes].
const LONGEST: u64 = 4096;

/// A password, or where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Password {
    /// Itself: `password`.
    Given(Secret),
    /// In a variable of the environment: `password_env`.
    Env(String),
    /// The first line that a command of the shell prints: `password_command`.
    Command(String),
    /// The first line of a file that nobody else can read: `password_file`.
    File(PathBuf),
}

impl Password {
    /// The password.
    pub(crate) fn read(&self, limit: Duration, stop: &dyn Stop) -> Result<Secret, XapiError> {
        let found = match self {
            Self::Given(secret) => return Ok(secret.clone()),
            Self::Env(name) => std::env::var(name).map_err(|error| match error {
                std::env::VarError::NotPresent => {
                    format!("the variable `{name}` of `password_env` is not set")
                }
                std::env::VarError::NotUnicode(_) => {
                    format!("the variable `{name}` of `password_env` is no UTF-8")
                }
            }),
            Self::Command(command) => run(command, limit, stop),
            Self::File(path) => from_file(path),
        };
        let text = found.map_err(XapiError::Password)?;
        let line = text.lines().next().unwrap_or_default();
        if line.is_empty() {
            return Err(XapiError::Password("it is empty".to_owned()));
        }
        Ok(Secret::new(line))
    }
}

fn from_file(path: &Path) -> Result<String, String> {
    let shown = bioxen_base::visible::path(path);
    if is_open_to_others(path) {
        return Err(format!("`password_file` {shown} can be read by others; chmod 600 {shown}"));
    }
    bioxen_base::durable::read_text(path, LONGEST)
        .map_err(|error| format!("`password_file` {shown}: {error}"))
}

/// What a command of the shell prints. It may ask on the terminal, by its errors; and it is ended when it takes
/// too long.
fn run(command: &str, limit: Duration, stop: &dyn Stop) -> Result<String, String> {
    let wrong = |reason: &str| format!("`password_command` {reason}");
    let mut shell = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
    shell.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(command);
    let child = shell.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| wrong(&error.to_string()))?;
    let (tell, told) = channel();
    let output = child.stdout.take();
    thread::spawn(move || {
        let mut text = Vec::new();
        let read = output.map(|o| o.take(LONGEST).read_to_end(&mut text));
        // Nobody listens any more when it took too long.
        let _ = tell.send((read, text));
    });
    let end = Instant::now() + limit;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => {}
            Err(error) => return Err(wrong(&error.to_string())),
        }
        if Instant::now() >= end || !pause(LOOK / 4, stop) {
            // It may have ended meanwhile.
            let _ = child.kill();
            let _ = child.wait();
            return Err(wrong("took longer than `api_timeout` allows, or was stopped"));
        }
    };
    if !status.success() {
        return Err(wrong(&format!("failed: {status}")));
    }
    let left = end.saturating_duration_since(Instant::now()).max(LOOK);
    let (_, text) = told.recv_timeout(left).map_err(|_| wrong("does not end its output"))?;
    String::from_utf8(text).map_err(|_| wrong("prints no UTF-8"))
}
