//! Programs and files that use up, hang or overwrite.
//!
//! Nothing here has a bound that a busy machine misses: a program is waited for until it ends, and
//! given up after minutes only so that a hang fails a test and not the whole run.

#[cfg(unix)]
mod files;
mod growth;
#[cfg(unix)]
mod overwriting;
#[cfg(unix)]
mod signals;
mod values;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// After this a program hangs.
const PATIENCE: Duration = Duration::from_secs(400);

/// The command, in a folder of its own.
fn bioxen(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.current_dir(folder).stdin(Stdio::null());
    command.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
    command
}

/// Waits for a program, and gives all it printed.
fn ended(mut child: Child, what: &str) -> Output {
    let read = |stream: Option<Box<dyn std::io::Read + Send>>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut stream) = stream {
                std::io::Read::read_to_end(&mut stream, &mut bytes).unwrap();
            }
            bytes
        })
    };
    let out = read(child.stdout.take().map(|s| Box::new(s) as _));
    let err = read(child.stderr.take().map(|s| Box::new(s) as _));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("it hangs: {what}");
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    Output { status, stdout: out.join().unwrap(), stderr: err.join().unwrap() }
}

fn started(mut command: Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Runs a command to its end.
fn done(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = bioxen(folder);
    command.args(arguments);
    ended(started(command), &arguments.join(" "))
}

/// Runs a script; its exit code and what it said. A signal has no code.
fn run(script: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.rhai"), script).unwrap();
    let output = done(folder.path(), &[&["run", "s.rhai"], arguments].concat());
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
