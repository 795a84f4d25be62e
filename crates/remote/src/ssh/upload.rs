//! Putting the program of here on the other machine, when its user wishes that.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::SshConfig;
use crate::error::RemoteError;

/// The folders below the home folder there, the last of which holds programs.
const FOLDERS: [&str; 3] = [".cache", ".cache/bioxen", ".cache/bioxen/bin"];
/// Only its owner reads and runs it.
const PRIVATE: i32 = 0o700;
/// The most that is read of what a command says [bytes].
const LONGEST: u64 = 4096;
/// How much is sent at once [bytes].
const CHUNK: usize = 1 << 20;

/// The program of here, as it is put there.
struct Program {
    bytes: Vec<u8>,
    sum: String,
    /// Where it is put, below the home folder.
    path: String,
}

/// Puts the program there, unless it is there already. Gives the configuration that starts it, and what was done.
pub(super) fn upload(
    session: &ssh2::Session,
    config: &SshConfig,
) -> Result<(SshConfig, Option<String>), RemoteError> {
    let failed = |reason: String| RemoteError::Upload { host: config.host.clone(), reason };
    let program = Program::own().map_err(failed)?;
    let done = program.put(session).map_err(failed)?;
    let size = program.bytes.len() as f64 / 1e6;
    let told = done.then(|| {
        format!(
            "bioxen {} was put on {} as ~/{} ({size:.1} MB)",
            env!("CARGO_PKG_VERSION"),
            config.address(),
            program.path
        )
    });
    Ok((SshConfig { binary: program.path, ..config.clone() }, told))
}

/// The program `bioxen`: this one, or the one beside it when this is another front end.
fn own_path() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let name = format!("bioxen{}", std::env::consts::EXE_SUFFIX);
    let path = own.with_file_name(name);
    if path.is_file() {
        return Ok(path);
    }
    let here = bioxen_base::visible::path(own.parent().unwrap_or(Path::new(".")));
    Err(format!("there is no program `bioxen` in {here}"))
}

impl Program {
    fn own() -> Result<Self, String> {
        let path = own_path()?;
        let bytes = std::fs::read(&path)
            .map_err(|error| format!("{}: {error}", bioxen_base::visible::path(&path)))?;
        let sum = hex(&Sha256::digest(&bytes));
        let name = format!("bioxen-{}-{}", env!("CARGO_PKG_VERSION"), &sum[..16]);
        Ok(Self { path: format!("{}/{name}", FOLDERS[2]), bytes, sum })
    }

    /// Whether it had to be sent.
    fn put(&self, session: &ssh2::Session) -> Result<bool, String> {
        same_machine(&run(session, "uname -sm")?)?;
        if self.is_there(session, &self.path)? {
            return Ok(false);
        }
        let ssh = |error: ssh2::Error| format!("no files can be sent: {}", error.message());
        let files = session.sftp().map_err(ssh)?;
        for folder in FOLDERS {
            // One that is there is kept as it is.
            if files.stat(Path::new(folder)).is_err() {
                files.mkdir(Path::new(folder), PRIVATE).map_err(ssh)?;
            }
        }
        let part = format!("{}.{}", self.path, std::process::id());
        let sent = self.send(&files, &part).and_then(|()| {
            if !self.is_there(session, &part)? {
                return Err("what has come has another SHA-256 than what was sent".to_owned());
            }
            let rename = || files.rename(Path::new(&part), Path::new(&self.path), None);
            // A server does not put a file in the place of another one. It may be one that somebody else has sent
            // meanwhile; otherwise it is damaged.
            if rename().is_err() {
                if self.is_there(session, &self.path)? {
                    return Ok(false);
                }
                let _ = files.unlink(Path::new(&self.path));
                rename().map_err(ssh)?;
            }
            Ok(true)
        });
        if sent != Ok(true) {
            // It may not be there at all.
            let _ = files.unlink(Path::new(&part));
        }
        sent
    }

    fn send(&self, files: &ssh2::Sftp, part: &str) -> Result<(), String> {
        use ssh2::{OpenFlags, OpenType};
        let ssh = |error: ssh2::Error| format!("{part} cannot be written: {}", error.message());
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNCATE;
        let file = files.open_mode(Path::new(part), flags, PRIVATE, OpenType::File);
        let mut file = file.map_err(ssh)?;
        for chunk in self.bytes.chunks(CHUNK) {
            file.write_all(chunk).map_err(|error| format!("{part}: {error}"))?;
        }
        file.close().map_err(ssh)
    }

    /// Whether a file has what it should have.
    fn is_there(&self, session: &ssh2::Session, path: &str) -> Result<bool, String> {
        // The path is ours: letters, digits and `/ . - +`.
        let said = run(session, &format!("sha256sum {path} 2>/dev/null || echo none"))?;
        Ok(said.split_whitespace().next() == Some(self.sum.as_str()))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a constant command says.
fn run(session: &ssh2::Session, command: &str) -> Result<String, String> {
    let ssh = |error: ssh2::Error| format!("`{command}`: {}", error.message());
    let mut channel = session.channel_session().map_err(ssh)?;
    channel.exec(command).map_err(ssh)?;
    let mut said = String::new();
    let read = Read::by_ref(&mut channel).take(LONGEST).read_to_string(&mut said);
    read.map_err(|error| format!("`{command}`: {error}"))?;
    channel.wait_close().map_err(ssh)?;
    Ok(said)
}

/// Whether the program of here can run there: `uname -sm` names the system and the processor.
fn same_machine(said: &str) -> Result<(), String> {
    let (system, processor) = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", arch) => ("Linux", arch),
        ("macos", "aarch64") => ("Darwin", "arm64"),
        ("macos", arch) => ("Darwin", arch),
        (other, arch) => (other, arch),
    };
    let own = format!("{system} {processor}");
    // A shell that talks says something before.
    let last = said.lines().last().unwrap_or_default().trim();
    if last == own {
        return Ok(());
    }
    let there = bioxen_base::visible::visible(last).into_owned();
    Err(format!("it is {there}, and here it is {own}: install bioxen there"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_sent_to_machines_of_its_kind_alone() {
        let own = match std::env::consts::OS {
            "linux" => format!("Linux {}", std::env::consts::ARCH),
            _ => return,
        };
        assert_eq!(same_machine(&format!("Welcome\n{own}\n")), Ok(()));
        for other in ["Linux riscv64\n", "Plan9 386", ""] {
            assert!(same_machine(other).unwrap_err().contains("install bioxen there"), "{other}");
        }
    }
}
