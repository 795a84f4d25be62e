//! Reads regular files only: it never waits for a pipe, and never reads without a limit.

use std::fs::{File, FileType, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use thiserror::Error;

/// Why something that is there is not read.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
#[error("it is {found}, not a file")]
pub struct NotAFile {
    /// What it is.
    pub found: &'static str,
}

/// Opens a file for reading. Whether it is one is asked of what was opened, so that nothing can be
/// put in its place meanwhile; a named pipe is opened without waiting for somebody who writes.
///
/// # Errors
/// When it cannot be opened; with [`NotAFile`] inside when it is a folder, a pipe, a device or a
/// socket.
pub fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    without_waiting(&mut options);
    let opened = options.open(path);
    // A socket cannot be opened at all, and the system's reason for it says little.
    let about = match &opened {
        Ok(file) => file.metadata()?,
        Err(_) => match std::fs::metadata(path) {
            Ok(about) if !about.is_file() => about,
            _ => return opened,
        },
    };
    if about.is_file() {
        return opened;
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, NotAFile { found: kind(about.file_type()) }))
}

/// What something is that is no file.
pub(super) fn kind(found: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if found.is_fifo() {
            return "a named pipe";
        }
        if found.is_socket() {
            return "a socket";
        }
        if found.is_char_device() || found.is_block_device() {
            return "a device";
        }
    }
    if found.is_dir() { "a directory" } else { "something else" }
}

/// Reads a file of at most `most` bytes.
///
/// # Errors
/// As [`open`]; and when it is larger.
///
/// # Examples
/// ```
/// let bytes = bioxen_base::durable::read("Cargo.toml".as_ref(), 1 << 20)?;
/// assert!(bytes.starts_with(b"["));
/// assert!(bioxen_base::durable::read("Cargo.toml".as_ref(), 10).is_err());
/// assert!(bioxen_base::durable::read("src".as_ref(), 10).is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is larger than {}", size(most)),
        ));
    }
    Ok(bytes)
}

/// Reads a file of text.
///
/// # Errors
/// As [`read`]; and when it is not UTF-8.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// A size in the largest unit that it has whole.
fn size(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let whole =
        units.iter().find(|(_, shift)| bytes >> shift > 0 && (bytes >> shift) << shift == bytes);
    whole.map_or_else(
        || format!("{bytes} bytes"),
        |(unit, shift)| format!("{} {unit}", bytes >> shift),
    )
}

#[cfg(unix)]
fn without_waiting(options: &mut OpenOptions) {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    // The bits are those of the system, which takes them as an int.
    options.custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed());
}

#[cfg(not(unix))]
fn without_waiting(_: &mut OpenOptions) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_whole_units() {
        assert_eq!(size(16 << 20), "16 MiB");
        assert_eq!(size(1 << 30), "1 GiB");
        assert_eq!(size(1000), "1000 bytes");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_named_and_waited_for_by_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        let socket = folder.path().join("socket");
        let _bound = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        let said = |path: &Path| read(path, 100).unwrap_err().to_string();
        assert_eq!(said(&pipe), "it is a named pipe, not a file");
        assert_eq!(said(&link), "it is a named pipe, not a file");
        assert_eq!(said(&socket), "it is a socket, not a file");
        assert_eq!(said(folder.path()), "it is a directory, not a file");
        assert_eq!(said(Path::new("/dev/zero")), "it is a device, not a file");
        assert!(said(&folder.path().join("none")).contains("No such file"));
    }
}
