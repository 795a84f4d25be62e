//! The texts that were evaluated, each on the disk before it was.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bioxen::durable;
use serde::{Deserialize, Serialize};

use crate::wire::timestamp;

/// A line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    /// A text that was evaluated.
    Text {
        /// Its place, from 1.
        seq: u64,
        /// Whose it is.
        who: String,
        /// When it was about to be evaluated.
        when: String,
        /// The text.
        code: String,
    },
    /// The session began again from what it was after that place.
    Back {
        /// The place.
        back_to: u64,
    },
}

/// The journal of a session.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    seq: u64,
}

impl Journal {
    /// Opens a file, or makes one that only the user can read. Places go on behind `least` and behind
    /// those in the file.
    pub(super) fn open(path: &Path, least: u64) -> io::Result<Self> {
        durable::keep_private(path)?;
        let lines = read(path)?;
        let last = lines.iter().map(|line| match line {
            Line::Text { seq, .. } => *seq,
            Line::Back { .. } => 0,
        });
        let seq = last.fold(least, u64::max);
        // Without a line that was cut off.
        rewrite(path, &lines)?;
        let file = OpenOptions::new().append(true).open(path)?;
        Ok(Self { path: path.to_owned(), file, seq })
    }

    /// The place of the last text.
    pub(super) fn seq(&self) -> u64 {
        self.seq
    }

    /// Adds a text. It is on the disk when this returns.
    pub(super) fn add(&mut self, who: &str, code: &str) -> io::Result<()> {
        // A text that could not be written has its place all the same.
        self.seq += 1;
        self.write(&Line::Text {
            seq: self.seq,
            who: who.to_owned(),
            when: timestamp(SystemTime::now()),
            code: code.to_owned(),
        })
    }

    /// The session begins again from what it was after a place.
    pub(super) fn go_back(&mut self, to: u64) -> io::Result<()> {
        self.write(&Line::Back { back_to: to })
    }

    /// The texts that a session lacks which is what it was after a place.
    pub(super) fn after(&self, seq: u64) -> Vec<String> {
        // What cannot be read any more was read when the file was opened.
        let lines = read(&self.path).unwrap_or_default();
        let mut texts: Vec<(u64, String)> = Vec::new();
        let mut back = None;
        for line in lines {
            match line {
                Line::Back { back_to } => back = Some(back_to),
                Line::Text { seq, code, .. } => {
                    // Someone has gone on, knowing what was lost then.
                    if let Some(to) = back.take() {
                        texts.retain(|(earlier, _)| *earlier <= to);
                    }
                    texts.push((seq, code));
                }
            }
        }
        texts.into_iter().filter(|(place, _)| *place > seq).map(|(_, code)| code).collect()
    }

    /// Forgets the texts up to a place.
    pub(super) fn forget_until(&mut self, place: u64) -> io::Result<()> {
        let mut lines = read(&self.path)?;
        lines.retain(|line| match line {
            Line::Text { seq, .. } => *seq > place,
            Line::Back { .. } => true,
        });
        // Of those in a row only the last counts, and none of those before all texts.
        let is_back = |line: &Line| matches!(line, Line::Back { .. });
        let first = lines.iter().position(|line| !is_back(line)).unwrap_or(lines.len());
        lines.drain(..first);
        rewrite(&self.path, &lines)?;
        self.file = OpenOptions::new().append(true).open(&self.path)?;
        Ok(())
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        self.file.write_all(written(line)?.as_bytes())?;
        self.file.sync_data()
    }
}

fn written(line: &Line) -> io::Result<String> {
    Ok(serde_json::to_string(line)? + "\n")
}

fn rewrite(path: &Path, lines: &[Line]) -> io::Result<()> {
    let text: String = lines.iter().map(written).collect::<Result<_, _>>()?;
    durable::write(path, text.as_bytes())
}

/// The lines of a file; one that is none is passed over.
fn read(path: &Path) -> io::Result<Vec<Line>> {
    let mut lines = Vec::new();
    let mut reader = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    while reader.by_ref().read_until(b'\n', &mut line)? > 0 {
        lines.extend(serde_json::from_slice::<Line>(&line).ok());
        line.clear();
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A journal in a folder of its own.
    fn new(seq: u64) -> (tempfile::TempDir, PathBuf, Journal) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        let journal = Journal::open(&path, seq).unwrap();
        (dir, path, journal)
    }

    #[test]
    fn a_line_that_was_cut_off_leaves_the_others() {
        let (_dir, path, mut journal) = new(0);
        journal.add("ada", "let é = \"\n\";").unwrap();
        journal.add("ben", "2").unwrap();
        let whole = fs::read(&path).unwrap();
        for end in 0..whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            let mut journal = Journal::open(&path, 0).unwrap();
            journal.add("eva", "new").unwrap();
            let texts = journal.after(0);
            assert_eq!(texts.last().unwrap(), "new", "{end}");
            assert!(texts.len() == 1 || texts[0] == "let é = \"\n\";", "{end}: {texts:?}");
        }
    }

    #[test]
    fn places_go_on_behind_checkpoints() {
        let (_dir, path, mut journal) = new(7);
        journal.add("ada", "a").unwrap();
        assert_eq!(journal.seq(), 8);
        journal.forget_until(8).unwrap();
        journal.add("ada", "b").unwrap();
        assert_eq!((journal.seq(), journal.after(8)), (9, vec!["b".to_owned()]));
        assert_eq!(Journal::open(&path, 3).unwrap().seq(), 9);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let (_dir, path, mut journal) = new(0);
        journal.add("ada", "a").unwrap();
        journal.forget_until(0).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
