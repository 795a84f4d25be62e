//! The folder of a durable session: checkpoints, and a journal of what was evaluated since.
//!
//! A text stands in the journal, and on the disk, before it is evaluated. So after a crash at any moment
//! the last checkpoint and the texts behind it say exactly what the session was.

mod journal;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use bioxen::durable;

use crate::together::{HoldError, locked};
use journal::Journal;

/// Checkpoints that are kept.
const KEPT: usize = 3;
/// The longest checkpoint that is read [bytes].
const LARGEST: u64 = 4 << 30;
/// How the names of checkpoints end.
const ENDING: &str = "checkpoint";
/// A checkpoint that is being written.
const NEXT: &str = "next";
/// How the name of one ends that cannot be read.
const UNREADABLE: &str = "unreadable";

/// Why a session cannot be durable.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeepError {
    /// The folder cannot be used.
    #[error("cannot keep the session in {path}: {source}")]
    Folder {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another session is kept there.
    #[error(transparent)]
    Taken {
        /// Which one.
        #[from]
        source: HoldError,
    },
}

/// Where and how often a session is kept.
#[derive(Debug, Clone)]
pub struct Durable {
    /// The folder.
    pub folder: PathBuf,
    /// Time between two checkpoints, at least.
    pub every: Duration,
}

/// A checkpoint in the folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Kept {
    /// The last text of the journal that it has.
    seq: u64,
    /// The number of the last cell that it has.
    pub(crate) count: i64,
}

impl Kept {
    /// Its file.
    pub(crate) fn name(&self) -> String {
        format!("{:012}-{}.{ENDING}", self.seq, self.count)
    }

    fn of(name: &str) -> Option<Self> {
        let (seq, count) = name.strip_suffix(ENDING)?.strip_suffix('.')?.split_once('-')?;
        Some(Self { seq: seq.parse().ok()?, count: count.parse().ok()? })
    }
}

/// Keeps one session.
#[derive(Debug)]
pub(crate) struct Keeper {
    folder: PathBuf,
    every: Duration,
    journal: Journal,
    /// The oldest first.
    kept: Vec<Kept>,
    last: Option<Instant>,
    /// Whether something was evaluated since the last checkpoint.
    dirty: bool,
    /// Locked as long as it is open.
    _lock: File,
}

impl Keeper {
    /// Opens a folder, or makes one that only the user can read.
    ///
    /// # Errors
    /// When it cannot be used, or another session is kept there.
    pub(crate) fn open(durable: &Durable) -> Result<Self, KeepError> {
        let folder = durable.folder.clone();
        let failed = |source| KeepError::Folder { path: folder.clone(), source };
        make_private(&folder).map_err(failed)?;
        let lock = locked(&folder.join("lock"))?;
        let mut kept = Vec::new();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            kept.extend(name.to_str().and_then(Kept::of));
        }
        kept.sort();
        let least = kept.last().map_or(0, |newest| newest.seq);
        let journal = Journal::open(&folder.join("journal.jsonl"), least).map_err(failed)?;
        let every = durable.every;
        Ok(Self { folder, every, journal, kept, last: None, dirty: false, _lock: lock })
    }

    /// The checkpoints, the newest first.
    pub(crate) fn kept(&self) -> Vec<Kept> {
        self.kept.iter().rev().cloned().collect()
    }

    /// The contents of a checkpoint, and when it was written.
    pub(crate) fn read(&self, kept: &Kept) -> io::Result<(Vec<u8>, SystemTime)> {
        let path = self.folder.join(kept.name());
        let when = fs::metadata(&path)?.modified()?;
        Ok((durable::read(&path, LARGEST)?, when))
    }

    /// Puts a checkpoint aside that cannot be read, so that it is not one of the last.
    pub(crate) fn put_aside(&mut self, kept: &Kept) -> PathBuf {
        let path = self.folder.join(kept.name());
        let aside = path.with_extension(UNREADABLE);
        self.kept.retain(|other| other != kept);
        // What cannot be moved is tried, and refused, again.
        if fs::rename(&path, &aside).is_ok() { aside } else { path }
    }

    /// The session goes on from a checkpoint, or from nothing. Gives the texts that were evaluated after
    /// it.
    pub(crate) fn go_on_from(&mut self, kept: Option<&Kept>) -> io::Result<Vec<String>> {
        let seq = kept.map_or(0, |kept| kept.seq);
        let lost = self.journal.after(seq);
        self.journal.go_back(seq)?;
        // What it goes on from is on the disk already.
        self.dirty = false;
        Ok(lost)
    }

    /// A text is about to be evaluated.
    pub(crate) fn note(&mut self, who: &str, code: &str) -> io::Result<()> {
        self.dirty = true;
        self.journal.add(who, code)
    }

    /// How long it is until the next checkpoint; nothing while there is nothing new.
    pub(crate) fn due(&self) -> Option<Duration> {
        let passed = self.last.map_or(self.every, |last| last.elapsed());
        self.dirty.then(|| self.every.saturating_sub(passed))
    }

    /// Whether a checkpoint would have something new.
    pub(crate) fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// No checkpoint could be made; the next one is tried when the next is due.
    pub(crate) fn pass_over(&mut self) {
        self.last = Some(Instant::now());
    }

    /// Writes a checkpoint, whole or not at all; the oldest go.
    pub(crate) fn store(&mut self, bytes: &[u8], count: i64) -> io::Result<()> {
        self.pass_over();
        let kept = Kept { seq: self.journal.seq(), count };
        let next = self.folder.join(NEXT);
        durable::keep_private(&next)?;
        durable::write(&next, bytes)?;
        fs::rename(&next, self.folder.join(kept.name()))?;
        sync(&self.folder)?;
        self.dirty = false;
        self.kept.retain(|other| *other != kept);
        self.kept.push(kept);
        while self.kept.len() > KEPT {
            let oldest = self.kept.remove(0);
            fs::remove_file(self.folder.join(oldest.name()))?;
        }
        // Behind an unreadable one the session goes on from the one before.
        let oldest = self.kept.first().map_or(0, |oldest| oldest.seq);
        self.journal.forget_until(oldest)
    }
}

/// Makes a folder that only the user can enter; one that is there stays as it is.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes the names of a folder to the disk.
fn sync(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeper(folder: &Path) -> Keeper {
        let durable = Durable { folder: folder.to_owned(), every: Duration::ZERO };
        Keeper::open(&durable).unwrap()
    }

    fn run(keeper: &mut Keeper, codes: &[&str]) {
        codes.iter().for_each(|code| keeper.note("ada", code).unwrap());
    }

    #[test]
    fn what_was_evaluated_after_a_checkpoint_is_known() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("deep/lab");
        let mut first = keeper(&folder);
        assert_eq!((first.due(), first.kept()), (None, vec![]));
        run(&mut first, &["a"]);
        assert_eq!(first.due(), Some(Duration::ZERO));
        first.store(b"A", 1).unwrap();
        assert_eq!(first.due(), None);
        run(&mut first, &["b", "c\nd"]);
        drop(first);
        let mut second = keeper(&folder);
        let kept = second.kept();
        assert_eq!(second.read(&kept[0]).unwrap().0, b"A");
        assert_eq!(kept[0].count, 1);
        assert_eq!(second.go_on_from(Some(&kept[0])).unwrap(), ["b", "c\nd"]);
        drop(second);
        // Nobody has gone on since: they are still lost.
        let mut third = keeper(&folder);
        assert_eq!(third.go_on_from(Some(&kept[0])).unwrap(), ["b", "c\nd"]);
        run(&mut third, &["b again"]);
        drop(third);
        assert_eq!(keeper(&folder).go_on_from(Some(&kept[0])).unwrap(), ["b again"]);
    }

    #[test]
    fn three_checkpoints_stay_with_their_journal() {
        let dir = tempfile::tempdir().unwrap();
        let mut keeper = keeper(dir.path());
        for i in 1..=6 {
            run(&mut keeper, &[&format!("cell {i}")]);
            keeper.store(format!("{i}").as_bytes(), i).unwrap();
        }
        let counts: Vec<i64> = keeper.kept().iter().map(|kept| kept.count).collect();
        assert_eq!(counts, [6, 5, 4]);
        let newest = keeper.kept()[0].clone();
        keeper.put_aside(&newest);
        let kept = keeper.kept()[0].clone();
        assert_eq!(keeper.go_on_from(Some(&kept)).unwrap(), ["cell 6"]);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 5, "3, journal, lock");
        drop(keeper);
        let text = fs::read_to_string(dir.path().join("journal.jsonl")).unwrap();
        assert!(text.contains("cell 5") && !text.contains("cell 4"), "{text}");
    }

    #[test]
    fn one_session_is_kept_in_a_folder() {
        let dir = tempfile::tempdir().unwrap();
        let _first = keeper(dir.path());
        let durable = Durable { folder: dir.path().to_owned(), every: Duration::ZERO };
        let said = Keeper::open(&durable).unwrap_err().to_string();
        assert!(said.contains("is locked"), "{said}");
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        let durable = Durable { folder: file, every: Duration::ZERO };
        assert!(
            Keeper::open(&durable).unwrap_err().to_string().contains("cannot keep the session")
        );
    }
}
