//! Temporary files: readable by their user only, and removed when the program that made them is gone.

use std::collections::BTreeSet;
use std::collections::hash_map::RandomState;
use std::fs::{self, File, OpenOptions};
use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const BEGINS: &str = ".bioxen-";
const ENDS: &str = ".part";
/// The digits between them.
const DIGITS: usize = 16;
/// How often another name is tried.
const TRIES: usize = 16;
/// A file younger than this may not be locked yet by whoever has just made it.
const YOUNG: Duration = Duration::from_mins(1);
/// The most names of a folder that are looked at.
const MOST: usize = 10_000;
/// The most folders of which it is remembered that they were swept.
const FOLDERS: usize = 1_000;

/// A new file in a folder that only the user can read, with its name. It did not exist before, so
/// that no link can lead it elsewhere. If asked for, it is locked as long as it is open.
pub(super) fn make(folder: &Path, is_locked: bool) -> io::Result<(File, PathBuf)> {
    for _ in 0..TRIES {
        let path = folder.join(format!("{BEGINS}{:0DIGITS$x}{ENDS}", random()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(file) => {
                if is_locked {
                    // Where files cannot be locked, nothing is swept either.
                    let _ = file.try_lock();
                }
                return Ok((file, path));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "no free name for a temporary file"))
}

/// A number that nobody else can know: the keys of such a hasher come from the system's generator.
fn random() -> u64 {
    RandomState::new().hash_one(std::process::id())
}

fn is_ours(name: &str) -> bool {
    let digits = name.strip_prefix(BEGINS).and_then(|name| name.strip_suffix(ENDS));
    digits.is_some_and(|d| d.len() == DIGITS && d.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Removes what writers that were killed have left in a folder; once for each folder.
pub(super) fn sweep(folder: &Path) {
    static SWEPT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    {
        let mut swept = SWEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if swept.len() >= FOLDERS || !swept.insert(folder.to_owned()) {
            return;
        }
    }
    sweep_now(folder);
}

fn sweep_now(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.take(MOST).flatten() {
        let named = entry.file_name().to_str().is_some_and(is_ours);
        if named && entry.file_type().is_ok_and(|kind| kind.is_file()) && is_left(&entry.path()) {
            // What cannot be removed stays.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether nobody writes a temporary file any more: the system takes the lock of whoever ends.
fn is_left(path: &Path) -> bool {
    let Ok(file) = super::open(path) else { return false };
    let age = file.metadata().and_then(|about| about.modified()).map(|time| time.elapsed());
    matches!(age, Ok(Ok(age)) if age > YOUNG) && file.try_lock().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_dead_have_left_goes_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (open, written) = make(folder.path(), true).unwrap();
        let (closed, left) = make(folder.path(), true).unwrap();
        let (fresh, young) = make(folder.path(), true).unwrap();
        let others = ["notes.part", ".bioxen-0123.part", ".bioxen-zzzzzzzzzzzzzzzz.part"];
        let past = std::time::SystemTime::now() - 2 * YOUNG;
        for name in others {
            File::create(folder.path().join(name)).unwrap().set_modified(past).unwrap();
        }
        for file in [&open, &closed] {
            file.set_modified(past).unwrap();
        }
        drop((closed, fresh));
        sweep_now(folder.path());
        assert!(written.exists() && young.exists() && !left.exists());
        assert!(others.iter().all(|name| folder.path().join(name).exists()));
        drop(open);
        sweep_now(folder.path());
        assert!(!written.exists());
    }

    #[test]
    fn names_do_not_come_twice() {
        let all: BTreeSet<u64> = (0..10_000).map(|_| random()).collect();
        assert_eq!(all.len(), 10_000);
    }
}
