//! A session in a folder of its own, as most tests of scripts need it, and transcripts: scripts beside
//! what they give.

use std::cell::RefCell;
use std::fmt::Debug;
use std::rc::Rc;

use bioxen::lang::{Output, WorldOptions};
use bioxen::session::{Diagnostic, Session};

/// What a session has told since somebody looked.
pub(crate) type Lines = Rc<RefCell<Vec<String>>>;

/// A session that reads and writes in a folder of its own, with what it printed and remarked.
pub(crate) struct Desk {
    pub(crate) session: Session,
    pub(crate) printed: Lines,
    pub(crate) remarks: Lines,
    pub(crate) folder: tempfile::TempDir,
}

/// A desk whose chance begins with the seed 1.
pub(crate) fn desk() -> Desk {
    Desk::with(WorldOptions { seed: 1, ..WorldOptions::default() })
}

impl Desk {
    /// A desk with these options, but for the folders.
    pub(crate) fn with(options: WorldOptions) -> Self {
        Self::heard(options, |_| {})
    }

    /// A desk with these options, but for the folders; all that the session tells is heard.
    pub(crate) fn heard(options: WorldOptions, hear: impl FnMut(&Output) + 'static) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (printed, remarks) = (Lines::default(), Lines::default());
        let session = session(options, &folder, &printed, &remarks, hear);
        Self { session, printed, remarks, folder }
    }

    /// Another session, with the seed 1, in the same folder.
    pub(crate) fn anew(&mut self) -> &mut Self {
        let options = WorldOptions { seed: 1, ..WorldOptions::default() };
        self.session = session(options, &self.folder, &self.printed, &self.remarks, |_| {});
        self
    }

    /// The value of a text that must be right.
    pub(crate) fn value(&mut self, text: &str) -> String {
        let outcome = self.attempt(text);
        outcome.unwrap_or_else(|e| panic!("{text}\n{e}")).unwrap_or_default()
    }

    /// The value as a number, whatever its unit.
    pub(crate) fn number(&mut self, text: &str) -> f64 {
        let value = self.value(text);
        let number = value.split(' ').next().unwrap_or_default();
        number.parse().unwrap_or_else(|_| panic!("{text}: {value}"))
    }

    /// The value as an array of numbers.
    pub(crate) fn numbers(&mut self, text: &str) -> Vec<f64> {
        let value = self.value(text);
        let inner = value.trim_matches(['[', ']']);
        inner.split(", ").filter(|x| !x.is_empty()).map(|x| x.parse().unwrap()).collect()
    }

    /// Runs a text that must be right; gives what was printed since somebody looked.
    pub(crate) fn run(&mut self, text: &str) -> Vec<String> {
        self.value(text);
        self.printed.take()
    }

    /// What was remarked since somebody looked.
    pub(crate) fn remarks(&self) -> String {
        self.remarks.take().join("\n")
    }

    /// What becomes of a text that may be wrong.
    pub(crate) fn attempt(&mut self, text: &str) -> Result<Option<String>, Box<Diagnostic>> {
        self.session.eval(text, "test")
    }

    /// Why a text is wrong.
    pub(crate) fn wrong(&mut self, text: &str) -> Diagnostic {
        match self.attempt(text) {
            Err(error) => *error,
            Ok(value) => panic!("{text}\ngives {value:?}"),
        }
    }

    /// In which words a text is refused.
    pub(crate) fn message(&mut self, text: &str) -> String {
        self.wrong(text).message
    }

    /// A text is refused in words that contain these.
    pub(crate) fn refused(&mut self, text: &str, expected: &str) {
        let error = self.wrong(text);
        assert!(error.message.contains(expected), "{text}: {error}");
    }

    /// A text is refused in words that contain these, or with help that does.
    pub(crate) fn advised(&mut self, text: &str, expected: &str) {
        let error = self.wrong(text);
        let all = format!("{} {:?}", error.message, error.help);
        assert!(all.contains(expected), "{text}: {all}");
    }

    /// Each text is refused in words that contain these, or with help that does.
    pub(crate) fn all_advised(&mut self, cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            self.advised(text, expected);
        }
    }

    /// What was remarked since somebody looked, which contains these words.
    pub(crate) fn remarked(&self, expected: &str) -> String {
        let remarks = self.remarks();
        assert!(remarks.contains(expected), "{remarks}");
        remarks
    }

    /// A file beside the script, with its folders.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Plays a transcript, each line of which is one text for the session:
    ///
    /// ```text
    /// let a = [1, 2];       it must be right (and ends with a semicolon)
    /// a.len() => 2          it gives this value
    /// a.sort() =>           it gives no value
    /// a[2] !! it has 2      it is refused in words that contain these
    /// ```
    ///
    /// A line that is indented further goes on with the line before, and comments are passed over.
    pub(crate) fn transcript(&mut self, transcript: &str) {
        let lines: Vec<&str> = transcript.lines().filter(|line| !line.trim().is_empty()).collect();
        let depth = |line: &&str| line.len() - line.trim_start().len();
        let least = lines.iter().map(depth).min().expect("a transcript has lines");
        let further = |_: &&str, next: &&str| depth(next) > least;
        for lines in lines.chunk_by(further) {
            let text = lines.join("\n");
            let text = text.trim();
            if text.starts_with("//") {
                continue;
            }
            let (gives, refused) = (text.rfind(" =>"), text.rfind(" !! "));
            match gives.max(refused) {
                Some(at) if gives > refused => {
                    assert_eq!(self.value(&text[..at]), text[at + 3..].trim(), "{text}");
                }
                Some(at) => self.refused(&text[..at], text[at + 4..].trim()),
                None => {
                    assert!(text.ends_with(';'), "no `=>`, no `!!` and no `;`: {text}");
                    self.value(text);
                }
            }
        }
    }
}

fn session(
    options: WorldOptions,
    folder: &tempfile::TempDir,
    printed: &Lines,
    remarks: &Lines,
    mut hear: impl FnMut(&Output) + 'static,
) -> Session {
    let (read_dir, out_dir) = (folder.path().to_owned(), folder.path().to_owned());
    let sinks = (printed.clone(), remarks.clone());
    let sink = move |output| {
        hear(&output);
        match output {
            Output::Text(text) => sinks.0.borrow_mut().push(text),
            Output::Remark(text) => sinks.1.borrow_mut().push(text),
            _ => {}
        }
    };
    Session::new(WorldOptions { read_dir, out_dir, ..options }, Box::new(sink)).unwrap()
}

/// The rows of a table in a text: a row a line, whose cells stand apart by ` | `.
pub(crate) fn cells<const N: usize>(table: &str) -> Vec<[&str; N]> {
    let lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
    let rows: Vec<[&str; N]> = lines
        .map(|line| {
            let (line, empty) =
                line.strip_suffix(" |").map_or((line, None), |line| (line, Some("")));
            let cells: Vec<&str> = line.split(" | ").chain(empty).collect();
            cells.try_into().unwrap_or_else(|cells| panic!("not {N} cells: {cells:?}"))
        })
        .collect();
    assert!(!rows.is_empty(), "a table has rows");
    rows
}

/// What is made with so many threads.
pub(crate) fn with_threads<T: Send>(threads: usize, make: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(make)
}

/// What is made, which is the same on any number of threads.
pub(crate) fn on_any_threads<T: Send + PartialEq + Debug>(make: impl Fn() -> T + Sync) -> T {
    let one = with_threads(1, &make);
    for threads in [2, 3] {
        assert_eq!(one, with_threads(threads, &make), "on {threads} threads");
    }
    one
}

/// A transcript that says something wrong is noticed.
#[test]
fn transcripts_can_fail() {
    desk()
        .transcript("let a = [1, 2];\na\n    .len() => 2\n// a comment\na[2] !! it has 2\n(); =>");
    for wrong in ["1 + 1 => 3", "1 !! of", "let x = y;", "1 + 1", "oops !! strange", "1 => 1 =>"] {
        let failed = std::panic::catch_unwind(|| desk().transcript(wrong));
        assert!(failed.is_err(), "{wrong}");
    }
}
