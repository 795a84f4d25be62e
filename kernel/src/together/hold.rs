//! The lock beside a connection file: as long as it is held, the session lives.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why a session cannot have its connection file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HoldError {
    /// Another kernel has it.
    #[error("{path} is locked by a session that runs; end it, or choose another name")]
    Taken {
        /// The lock.
        path: PathBuf,
    },
    /// The lock cannot be made.
    #[error("cannot lock {path}: {source}")]
    Lock {
        /// The lock.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The connection file is for others to read, and with it the key.
    #[error("others can read or write {path} (mode {mode:03o}): a session needs mode 600")]
    Open {
        /// The connection file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The connection file does not say what a session needs.
    #[error("{path} is no connection file of a session: {expected} is expected")]
    Unfit {
        /// The connection file.
        path: PathBuf,
        /// What would be right.
        expected: &'static str,
    },
}

/// How often a lock is tried that somebody holds, and how long it takes in between.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(10);

/// A connection file whose lock this process holds.
#[derive(Debug)]
pub struct Hold {
    file: PathBuf,
    path: PathBuf,
    /// Locked as long as it is open.
    _lock: File,
}

impl Hold {
    /// Locks a connection file that only the user can read.
    ///
    /// # Errors
    /// When another session holds it, or others can read it.
    pub fn take(file: &Path) -> Result<Self, HoldError> {
        let path = file.with_extension("lock");
        let lock = locked(&path)?;
        let hold = Self { file: file.to_owned(), path, _lock: lock };
        hold.only_for_the_user()?;
        Ok(hold)
    }

    #[cfg(unix)]
    fn only_for_the_user(&self) -> Result<(), HoldError> {
        use std::os::unix::fs::PermissionsExt;
        let path = self.file.clone();
        let found = std::fs::metadata(&path)
            .map_err(|source| HoldError::Lock { path: path.clone(), source })?;
        let mode = found.permissions().mode() & 0o777;
        if mode & 0o077 == 0 { Ok(()) } else { Err(HoldError::Open { path, mode }) }
    }

    #[cfg(not(unix))]
    fn only_for_the_user(&self) -> Result<(), HoldError> {
        Ok(())
    }

    /// The session has ended: nobody can connect any more.
    pub fn end(self) {
        // It may be gone already.
        let _ = std::fs::remove_file(&self.file);
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        // While it is still locked, so that it is never that of another.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A file that only the user can read, locked until it is closed; it is made if it is not there.
///
/// # Errors
/// When another session has locked it.
pub(crate) fn locked(path: &Path) -> Result<File, HoldError> {
    let failed = |source| HoldError::Lock { path: path.to_owned(), source };
    let mut tries = TRIES;
    loop {
        let mut options = OpenOptions::new();
        // What a link of that name leads to is no lock of ours, but does no harm: nothing is written.
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let lock = options.open(path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            // Who lists sessions holds it for a moment.
            Err(TryLockError::WouldBlock) if tries > 0 => {
                tries -= 1;
                std::thread::sleep(PAUSE);
                continue;
            }
            Err(TryLockError::WouldBlock) => {
                return Err(HoldError::Taken { path: path.to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        // A session that ended meanwhile may have taken the file away.
        if is_at(&lock, path) {
            return Ok(lock);
        }
    }
}

/// Whether a file is still the one of that name.
#[cfg(unix)]
pub(crate) fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |m: std::fs::Metadata| (m.dev(), m.ino());
    let (open, named) = (file.metadata().map(place), std::fs::metadata(path).map(place));
    open.is_ok_and(|open| named.is_ok_and(|named| open == named))
}

#[cfg(not(unix))]
pub(crate) fn is_at(_: &File, _: &Path) -> bool {
    true
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn file(mode: u32) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lab.json");
        fs::write(&path, "{}").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (dir, path)
    }

    #[test]
    fn one_session_at_a_time_has_a_file() {
        let (dir, path) = file(0o600);
        let lock = dir.path().join("lab.lock");
        let first = Hold::take(&path).unwrap();
        assert_eq!(fs::metadata(&lock).unwrap().permissions().mode() & 0o777, 0o600);
        let second = Hold::take(&path).unwrap_err().to_string();
        assert!(second.contains("lab.lock is locked by a session that runs"), "{second}");
        drop(first);
        assert!(!lock.exists() && path.exists(), "one that could not begin leaves the file");
        // One that was killed leaves its lock, which nobody holds.
        fs::write(&lock, "").unwrap();
        Hold::take(&path).unwrap().end();
        assert!(!lock.exists() && !path.exists());
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let (dir, path) = file(0o640);
        let said = Hold::take(&path).unwrap_err().to_string();
        assert!(said.contains("(mode 640): a session needs mode 600"), "{said}");
        assert!(!dir.path().join("lab.lock").exists());
    }
}
