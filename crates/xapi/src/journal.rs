//! What is being made, on the disk: so that nothing is left behind when the process is killed.
//!
//! A folder holds two files for each machine, which only their owner can read: a lock, which the process that
//! has the machine holds, and the entry, which is written whole or not at all, before each step that makes
//! something. Neither holds a password or a session.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use bioxen_base::durable;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::machine::Step;

/// Why the journal cannot be used.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("the journal of machines {path}: {reason}")]
pub struct JournalError {
    /// Where.
    pub path: String,
    /// What is wrong.
    pub reason: String,
}

/// The kind and the version of the files.
const KIND: &str = "machine";
const VERSION: u32 = 1;
/// The longest file that is read [bytes].
const LONGEST: u64 = 1 << 20;

/// What is known of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Its name in the pool, which no other has.
    pub(crate) label: String,
    /// What its user calls it.
    pub(crate) name: String,
    /// Where it is.
    #[serde(flatten)]
    pub(crate) origin: Origin,
    /// The last step that was begun.
    pub(crate) step: Option<Step>,
    /// The task that makes it.
    pub(crate) task: Option<String>,
    /// Its uuid, once it is there.
    pub(crate) uuid: Option<String>,
    /// The uuids of its own disks, once it is being destroyed.
    pub(crate) disks: Vec<String>,
}

/// The pool that a machine was made in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// The uuid of the pool.
    pub(crate) pool: String,
    /// The host that was talked to.
    pub(crate) host: String,
}

/// A folder of entries.
#[derive(Debug, Clone)]
pub struct Journal {
    folder: PathBuf,
}

/// An entry and its lock.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) entry: Entry,
    /// Whether its file holds something that cannot be read.
    pub(crate) is_damaged: bool,
    folder: PathBuf,
    _lock: File,
}

/// An entry as it is found.
#[derive(Debug)]
pub(crate) enum Found {
    /// A process has it.
    InUse(Option<Entry>, String),
    /// Nobody has it.
    Free(Box<Held>),
    /// Nobody has it, and its file cannot be read: before the first step, or damaged. Only its label is known.
    Unread(Box<Held>),
}

impl Journal {
    /// The journal in a folder, which is made if need be.
    ///
    /// # Errors
    /// When the folder cannot be made, or is none.
    pub fn open(folder: &Path) -> Result<Self, JournalError> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(|error| wrong(folder, &error))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Begins an entry.
    pub(crate) fn begin(&self, entry: Entry) -> Result<Held, JournalError> {
        let lock = self.lock(&entry.label)?.ok_or_else(|| {
            wrong(&self.folder, &io::Error::other(format!("`{}` is in use", entry.label)))
        })?;
        let held = Held { entry, is_damaged: false, folder: self.folder.clone(), _lock: lock };
        held.save()?;
        Ok(held)
    }

    /// All entries. Whose lock is free is held from then on.
    pub(crate) fn found(&self) -> Result<Vec<Found>, JournalError> {
        let mut labels = Vec::new();
        for file in fs::read_dir(&self.folder).map_err(|error| wrong(&self.folder, &error))? {
            let path = file.map_err(|error| wrong(&self.folder, &error))?.path();
            let stem = path.file_stem().and_then(|s| s.to_str()).map(str::to_owned);
            if path.extension().is_some_and(|e| e == ENTRY) {
                labels.extend(stem);
            }
        }
        labels.sort();
        let mut found = Vec::new();
        for label in labels {
            let lock = self.lock(&label)?;
            let path = self.folder.join(format!("{label}.{ENTRY}"));
            if !path.exists() {
                // It was forgotten meanwhile; so is the lock that was just made for it.
                let _ = fs::remove_file(self.folder.join(format!("{label}.{LOCK}")));
                continue;
            }
            let entry = read(&path).filter(|entry| entry.label == label);
            let folder = self.folder.clone();
            found.push(match (lock, entry) {
                (None, entry) => Found::InUse(entry, label),
                (Some(lock), Some(entry)) => {
                    Found::Free(Box::new(Held { entry, is_damaged: false, folder, _lock: lock }))
                }
                (Some(lock), None) => {
                    // One that is empty was killed before its first step.
                    let is_damaged = fs::metadata(&path).map_or(true, |about| about.len() > 0);
                    let entry = Entry { label, ..Entry::default() };
                    Found::Unread(Box::new(Held { entry, is_damaged, folder, _lock: lock }))
                }
            });
        }
        Ok(found)
    }

    /// The lock of an entry; none when a process has it.
    fn lock(&self, label: &str) -> Result<Option<File>, JournalError> {
        let path = self.folder.join(format!("{label}.{LOCK}"));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|error| wrong(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(wrong(&path, &error)),
        }
    }
}

/// The extensions of the two files.
const ENTRY: &str = "machine";
const LOCK: &str = "lock";

impl Held {
    fn path(&self, extension: &str) -> PathBuf {
        self.folder.join(format!("{}.{extension}", self.entry.label))
    }

    /// Writes the entry.
    pub(crate) fn save(&self) -> Result<(), JournalError> {
        let path = self.path(ENTRY);
        let text = serde_json::to_string(&self.entry)
            .map_err(|error| wrong(&path, &io::Error::other(error)))?;
        let bytes = durable::seal(KIND, VERSION, &text);
        // A file that is replaced keeps its mode.
        durable::keep_private(&path)
            .and_then(|()| durable::write(&path, &bytes))
            .map_err(|error| wrong(&path, &error))
    }

    /// Why an entry that cannot be read is kept.
    pub(crate) fn damaged(&self) -> JournalError {
        let reason =
            "is damaged, and this pool has no machine of its name; if no other pool has, remove it";
        wrong(&self.path(ENTRY), &io::Error::other(reason))
    }

    /// Takes the entry away: nothing is left of the machine.
    pub(crate) fn forget(&self) -> Result<(), JournalError> {
        for path in [self.path(ENTRY), self.path(LOCK)] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(wrong(&path, &error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn read(path: &Path) -> Option<Entry> {
    let bytes = durable::read(path, LONGEST).ok()?;
    let (_, text) = durable::unseal(KIND, VERSION, &bytes).ok()?;
    serde_json::from_str(text).ok()
}

fn wrong(path: &Path, error: &io::Error) -> JournalError {
    JournalError { path: bioxen_base::visible::path(path), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(label: &str) -> Entry {
        Entry {
            label: label.to_owned(),
            name: "iso".to_owned(),
            origin: Origin { pool: "p".to_owned(), host: "h".to_owned() },
            step: Some(Step::Clone),
            ..Entry::default()
        }
    }

    #[test]
    fn an_entry_is_one_flat_object() {
        let text = serde_json::to_string(&entry("one")).unwrap();
        let expected = r#"{"label":"one","name":"iso","pool":"p","host":"h","step":"clone","task":null,"uuid":null,"disks":[]}"#;
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Entry>(expected).unwrap(), entry("one"));
    }

    #[test]
    fn what_is_in_use_is_told_apart_from_what_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("a/b")).unwrap();
        let held = journal.begin(entry("one")).unwrap();
        assert!(
            matches!(journal.found().unwrap().as_slice(), [Found::InUse(Some(e), _)] if *e == held.entry)
        );
        assert!(journal.begin(entry("one")).is_err());
        drop(held);
        let found = journal.found().unwrap();
        let [Found::Free(held)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(held.entry, entry("one"));
        held.forget().unwrap();
        drop(found);
        assert!(journal.found().unwrap().is_empty());
        assert_eq!(fs::read_dir(folder.path().join("a/b")).unwrap().count(), 0);
    }

    #[test]
    fn a_file_that_cannot_be_read_tells_its_label() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path()).unwrap();
        for text in ["", "#bioxen-machine 1 3 00\nabc", "anything"] {
            fs::write(folder.path().join("two.machine"), text).unwrap();
            let found = journal.found().unwrap();
            assert!(
                matches!(found.as_slice(), [Found::Unread(h)] if h.entry.label == "two"),
                "{text}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("new")).unwrap();
        let held = journal.begin(entry("one")).unwrap();
        held.save().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.path().join("new")), 0o700);
        for file in fs::read_dir(folder.path().join("new")).unwrap() {
            assert_eq!(mode(&file.unwrap().path()), 0o600);
        }
    }
}
