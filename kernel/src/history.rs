//! The history of executed cells, in a file that all kernels of a user share.

use std::collections::{BTreeSet, VecDeque};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use bioxen::durable;
use serde_json::{Value, json};

use crate::together::is_at;

/// Cells that the file keeps when it is tidied.
const MOST: usize = 10_000;
/// Cells whose outputs are remembered.
const RECENT: usize = 500;
/// Time between two looks at a file that another kernel has locked.
const LOOK: Duration = Duration::from_millis(5);
/// Looks of a kernel that begins, and of one that adds a cell. Who holds the file for longer sleeps;
/// what is added meanwhile is whole all the same.
const LOOKS_TO_BEGIN: u32 = 2000;
const LOOKS_TO_ADD: u32 = 100;

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The kernel's number, from 1.
    pub session: i64,
    /// The cell's number, from 1.
    pub line: i64,
    /// What was written.
    pub input: String,
    /// What it gave; nothing of earlier kernels.
    pub output: Option<String>,
}

/// All cells, the oldest first. The file has them; memory holds the last ones of this kernel, so
/// that it does not grow.
#[derive(Debug)]
pub struct History {
    recent: VecDeque<Entry>,
    session: i64,
    path: Option<PathBuf>,
    /// The file, open at its end, once a cell was added.
    file: Option<File>,
}

impl History {
    /// Goes on in a file. A file that cannot be used leaves a history of this kernel alone; a line
    /// that is no cell is passed over.
    pub fn open(path: Option<&Path>) -> Self {
        let begun = path.and_then(|path| Some((begin(path).ok()?, path.to_owned())));
        let (session, path) = begun.map_or((1, None), |(session, path)| (session, Some(path)));
        Self { recent: VecDeque::new(), session, path, file: None }
    }

    /// Where a user's history is: `$BIOXEN_HISTORY`, or a file in the user's folder of data.
    pub fn usual_path() -> Option<PathBuf> {
        let variable = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        if let Some(path) = variable("BIOXEN_HISTORY") {
            return Some(path);
        }
        let data = variable("XDG_DATA_HOME")
            .or_else(|| variable("APPDATA"))
            .or_else(|| variable("HOME").map(|home| home.join(".local/share")))?;
        Some(data.join("bioxen").join("history.jsonl"))
    }

    /// Whether a history can be kept in a file; makes it if it is not there.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check(path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        locked(path, None, LOOKS_TO_ADD).map(drop)
    }

    /// Adds a cell.
    pub fn add(&mut self, line: i64, input: &str, output: Option<String>) {
        let entry = Entry { session: self.session, line, input: input.to_owned(), output };
        if let Some(path) = &self.path {
            let file = append(path, self.file.take(), &line_of(&entry));
            self.file = file.map_err(|_| self.path = None).ok();
        }
        if self.recent.len() >= RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(entry);
    }

    /// The last `n` cells.
    pub fn tail(&self, n: usize) -> Vec<Entry> {
        let mut all = self.all();
        all.split_off(all.len().saturating_sub(n))
    }

    /// The cells of a session from one line to before another; session 0 is this one, -1 the one
    /// before.
    pub fn range(&self, session: i64, start: i64, stop: Option<i64>) -> Vec<Entry> {
        let session = if session <= 0 { self.session.saturating_add(session) } else { session };
        let mut all = self.all();
        all.retain(|e| {
            e.session == session && e.line >= start && stop.is_none_or(|stop| e.line < stop)
        });
        all
    }

    /// The last `n` cells, or all, that a pattern with `*` and `?` describes; the same text once
    /// only if `unique`.
    pub fn search(&self, pattern: &str, n: Option<usize>, unique: bool) -> Vec<Entry> {
        let pattern: Vec<char> = pattern.chars().collect();
        let mut seen = BTreeSet::new();
        let mut found: Vec<Entry> = self
            .all()
            .into_iter()
            .rev()
            .filter(|e| matches(&pattern, &e.input))
            .filter(|e| !unique || seen.insert(e.input.clone()))
            .take(n.unwrap_or(usize::MAX))
            .collect();
        found.reverse();
        found
    }

    /// Everything, with the outputs that are known.
    fn all(&self) -> Vec<Entry> {
        let Some(path) = &self.path else { return self.recent.iter().cloned().collect() };
        let (mut all, _) = read(path);
        let mut known = self.recent.iter().peekable();
        for entry in all.iter_mut().filter(|e| e.session == self.session) {
            while known.next_if(|k| k.line < entry.line).is_some() {}
            if let Some(same) = known.next_if(|k| k.line == entry.line) {
                entry.output.clone_from(&same.output);
            }
        }
        all
    }
}

/// Takes a number in a file, even before the first cell, and tidies it if it has become long.
fn begin(path: &Path) -> io::Result<i64> {
    History::check(path)?;
    let mut file = locked(path, None, LOOKS_TO_BEGIN)?;
    let (entries, last) = read(path);
    let session = last.saturating_add(1);
    // A line that was cut off ends here.
    let number = format!("\n{}\n", json!([session]));
    if entries.len() > 2 * MOST {
        let kept = entries[entries.len() - MOST..].iter().map(line_of);
        // The old file or the new one, whatever happens meanwhile.
        durable::write(path, kept.chain([number]).collect::<String>().as_bytes())?;
        private(&File::open(path)?);
    } else {
        file.write_all(number.as_bytes())?;
    }
    Ok(session)
}

/// Adds a line to a file, in one piece; gives the file.
fn append(path: &Path, known: Option<File>, line: &str) -> io::Result<File> {
    let mut file = locked(path, known, LOOKS_TO_ADD)?;
    file.write_all(line.as_bytes())?;
    file.unlock()?;
    Ok(file)
}

/// The file, open at its end and locked until it is unlocked or dropped; it may be known. It may have been replaced by
/// a tidy one, also while one waits for the lock; then it is that.
fn locked(path: &Path, mut known: Option<File>, most: u32) -> io::Result<File> {
    let mut looks = 0;
    loop {
        let file = known.take().map_or_else(|| opened(path), Ok)?;
        while file.try_lock().is_err() && looks < most {
            looks += 1;
            thread::sleep(LOOK);
        }
        if looks >= most || is_at(&file, path) {
            return Ok(file);
        }
        looks += 1;
    }
}

fn opened(path: &Path) -> io::Result<File> {
    // Pipes and devices are no histories; opening a pipe would wait for a reader.
    if fs::metadata(path).is_ok_and(|m| !m.is_file()) {
        return Err(io::Error::from(io::ErrorKind::InvalidInput));
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    private(&file);
    Ok(file)
}

/// What a user writes is for nobody else to read.
fn private(file: &File) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let open =
            file.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o077 != 0);
        if open {
            // Someone else's file stays as it is.
            let _ = file.set_permissions(fs::Permissions::from_mode(0o600));
        }
    }
    #[cfg(not(unix))]
    let _ = file;
}

/// Whether a pattern describes a whole text; `*` is any text, `?` any character.
fn matches(pattern: &[char], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where the last star stood, and how far it reaches.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p).is_some_and(|&c| c == '?' || c == text[t]) {
            p += 1;
            t += 1;
        } else if let Some((place, reach)) = star {
            star = Some((place, reach + 1));
            p = place + 1;
            t = reach + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

fn line_of(entry: &Entry) -> String {
    format!("{}\n", json!([entry.session, entry.line, entry.input]))
}

/// The cells of a file, and the highest number of a kernel.
fn read(path: &Path) -> (Vec<Entry>, i64) {
    let usual = fs::metadata(path).is_ok_and(|m| m.is_file());
    let Some(file) = usual.then(|| File::open(path).ok()).flatten() else {
        return Default::default();
    };
    let (mut entries, mut last) = (Vec::new(), 0);
    for line in BufReader::new(file).split(b'\n') {
        let Ok(line) = line else { break };
        let Ok(Value::Array(parts)) = serde_json::from_slice(&line) else { continue };
        let number = |i: usize| parts.get(i).and_then(Value::as_i64);
        let Some(session) = number(0) else { continue };
        last = last.max(session);
        // Kernels without a cell have only taken a number.
        if let (Some(line), Some(input)) = (number(1), parts.get(2).and_then(Value::as_str)) {
            entries.push(Entry { session, line, input: input.to_owned(), output: None });
        }
    }
    (entries, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(entries: &[Entry]) -> Vec<String> {
        entries.iter().map(|e| e.input.clone()).collect()
    }

    #[test]
    fn cells_are_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/history.jsonl");
        let mut first = History::open(Some(&path));
        first.add(1, "let a = 1;", None);
        first.add(2, "a\nb", Some("1".into()));
        assert_eq!(first.tail(1)[0].output.as_deref(), Some("1"));
        let mut second = History::open(Some(&path));
        second.add(1, "let a = 1;", None);
        assert_eq!(inputs(&second.tail(9)).last().unwrap(), "let a = 1;");
        assert_eq!(inputs(&second.range(-1, 2, None)), ["a\nb"]);
        assert_eq!(inputs(&second.range(0, 1, Some(2))), ["let a = 1;"]);
        assert!(second.range(7, 0, None).is_empty());
        assert_eq!(second.search("let*", None, false).len(), 2);
        assert_eq!(second.search("let*", None, true).len(), 1);
        assert_eq!(inputs(&second.search("*", Some(1), false)), ["let a = 1;"]);
        assert_eq!(inputs(&second.search("a?b", None, false)), ["a\nb"]);
        assert_eq!(History::open(Some(&path)).session, 3);
    }

    #[test]
    fn a_damaged_file_gives_what_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("history.jsonl");
        fs::write(&path, b"[1,1,\"x\"]\n\xff\xfe\n{}\n[\"a\"]\n[2,1").unwrap();
        let history = History::open(Some(&path));
        assert_eq!((inputs(&history.tail(9)), history.session), (vec!["x".to_owned()], 2));
        let mut lost = History::open(Some(Path::new("/dev/null/x")));
        assert!(lost.tail(3).is_empty());
        lost.add(1, "kept", None);
        assert_eq!(inputs(&lost.tail(3)), ["kept"]);
    }

    #[test]
    fn a_long_file_is_tidied_and_nothing_of_other_kernels_is_lost() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("history.jsonl");
        let mut first = History::open(Some(&path));
        first.add(1, "before", None);
        let mut text = fs::read_to_string(&path).unwrap();
        for i in 0..2 * MOST {
            text.push_str(&line_of(&Entry {
                session: 7,
                line: 1,
                input: format!("old {i}"),
                output: None,
            }));
        }
        fs::write(&path, text).unwrap();
        let second = History::open(Some(&path));
        assert_eq!(second.session, 8);
        // The first kernel goes on in the new file.
        first.add(2, "after", None);
        let all = inputs(&second.tail(usize::MAX));
        assert_eq!((all.len(), all.last().unwrap().as_str()), (MOST + 1, "after"));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn kernels_that_begin_at_once_have_numbers_of_their_own_and_lose_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("history.jsonl");
        let kernels: Vec<_> = (0..8)
            .map(|k| {
                let path = path.clone();
                std::thread::spawn(move || {
                    let mut history = History::open(Some(&path));
                    (0..20).for_each(|i| history.add(i, &format!("{k} {i}"), None));
                    history.session
                })
            })
            .collect();
        let numbers: BTreeSet<i64> = kernels.into_iter().map(|k| k.join().unwrap()).collect();
        assert_eq!(numbers.len(), 8);
        assert_eq!(History::open(Some(&path)).tail(usize::MAX).len(), 160);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("history.jsonl");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        History::open(Some(&path)).add(1, "x", None);
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        History::open(Some(&path));
        assert_eq!(mode(), 0o600);
        // A device stays as it is, and gives no history.
        let before = fs::metadata("/dev/null").unwrap().permissions().mode();
        History::open(Some(Path::new("/dev/null"))).add(1, "x", None);
        assert_eq!(fs::metadata("/dev/null").unwrap().permissions().mode(), before);
    }

    #[test]
    fn patterns() {
        let matches = |p: &str, t| super::matches(&p.chars().collect::<Vec<_>>(), t);
        assert!(matches("", "") && matches("*", "") && matches("a*c", "abbc"));
        assert!(!matches("a", "ab") && !matches("?", "") && !matches("a*c", "abcd"));
        let slow = "*a".repeat(30);
        assert!(!matches(&slow, &"a".repeat(29)));
    }
}
