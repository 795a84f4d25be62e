//! Random and damaged programs: whatever is typed, nothing panics, nothing hangs, and the session lives on.
//!
//! `make fuzz-language` tries a million inputs.

use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use bioxen::engine::Interrupt;
use bioxen::lang::{Limits, Operations, WorldOptions};
use bioxen::session::Session;
use proptest::prelude::*;
use proptest::sample::Index;

/// Programs without PROPTEST_CASES; each is 27 inputs.
const CASES: u32 = 200;
/// Places of the cursor in a program: without PROPTEST_CASES and with it.
const CURSORS: (usize, usize) = (12, 100);
/// The longest program [characters].
const LONGEST: usize = 3000;
/// How long a program may take before it is interrupted, as by a user.
const PATIENCE: Duration = Duration::from_millis(100);
/// How many operations it may do, which ends most endless loops sooner.
const OPERATIONS: u64 = 50_000;
/// What is a hang, on a machine that is busy with other things.
const HANG: Duration = Duration::from_secs(600);
/// Programs in one session.
const PROGRAMS: u32 = 40;
/// What is put into programs.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "#{",
    "\"",
    "`",
    "${",
    "'",
    "/*",
    "*/",
    "//",
    "\n",
    "\t",
    ";",
    ",",
    ".",
    "?.",
    "::",
    "..",
    "=",
    "==",
    "=>",
    "|",
    "|x| ",
    "+",
    "-",
    "!",
    "fn f(a) {",
    "let x = ",
    "if x ",
    " else ",
    "for i in 0..3 ",
    "while true ",
    "loop { ",
    "switch x { ",
    "import \"",
    "return ",
    "throw ",
    "try { ",
    " } catch (e) { ",
    "this",
    "0",
    "-1",
    "9223372036854775807",
    "1e308",
    "0x",
    " 0.0 / 0.0 ",
    ".min",
    ".kb",
    ".mM",
    ".percent",
    "\"lacZ\"",
    "größe",
    "🧬",
    "e\u{301}",
    "大腸菌",
    "\u{202e}",
    "\u{0}",
    "\\",
    "\\u{",
    "create_bio_vm(",
    "start_transcription([",
    "run(",
    "at(1.s, || ",
    "execute(",
    "ensemble(3, ",
    "plot(",
    "#\"",
    "eval(",
    "display(",
    ".update(",
    ".call(",
    ".execute(`|| ",
    ".value",
    "every(10.s, || ",
];

static CALLS: AtomicU64 = AtomicU64::new(0);

/// The shipped scripts, the wrong programs, the examples of the reference.
fn corpus() -> &'static [String] {
    static CORPUS: OnceLock<Vec<String>> = OnceLock::new();
    CORPUS.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = vec![String::new()];
        for folder in ["scripts", "tests/diagnostics"] {
            let mut paths: Vec<_> =
                std::fs::read_dir(root.join(folder)).unwrap().map(|e| e.unwrap().path()).collect();
            paths.retain(|path| path.extension().is_some_and(|e| e == "rhai"));
            paths.sort();
            found.extend(paths.iter().map(|path| std::fs::read_to_string(path).unwrap()));
        }
        let session = Session::new(WorldOptions::default(), Box::new(|_| {})).unwrap();
        let functions = session.catalogue().functions().iter();
        found.extend(functions.filter_map(|f| f.example()).map(str::to_owned));
        // Whole genomes and long runs are for other tests.
        found.retain(|text| !text.contains("coding_genes"));
        found.iter().map(|text| text.replace(".min", ".s").replace(".h", ".s")).collect()
    })
}

/// A change of a program: what, where, how much, and what with.
type Edit = (u8, Index, Index, Index);

fn edits() -> impl Strategy<Value = (Index, Vec<Edit>, Vec<Index>)> {
    let edit = (0..7_u8, any::<Index>(), any::<Index>(), any::<Index>());
    (
        any::<Index>(),
        prop::collection::vec(edit, 0..8),
        prop::collection::vec(any::<Index>(), cursors()),
    )
}

fn edited(base: Index, edits: &[Edit]) -> Vec<char> {
    let mut text: Vec<char> = base.get(corpus()).chars().take(LONGEST).collect();
    for (kind, at, extent, with) in edits {
        let at = at.index(text.len() + 1);
        let end = at + extent.index((text.len() - at).min(40) + 1);
        match kind {
            0 => drop(text.drain(at..end)),
            1 => drop(text.splice(at..at, with.get(PIECES).chars()).collect::<Vec<_>>()),
            2 => drop(text.splice(at..end, with.get(PIECES).chars()).collect::<Vec<_>>()),
            3 => text.truncate(at),
            4 => {
                // A piece of another program.
                let other: Vec<char> = with.get(corpus()).chars().take(LONGEST).collect();
                let from = extent.index(other.len() + 1);
                let to = (from + 60).min(other.len());
                text.splice(at..at, other[from..to].iter().copied());
            }
            5 => {
                let again: Vec<char> = text[at..end].repeat(1 + with.index(30));
                text.splice(at..at, again);
            }
            _ => {
                let other = with.index(text.len() + 1);
                if at < text.len() && other < text.len() {
                    text.swap(at, other);
                }
            }
        }
        text.truncate(LONGEST);
    }
    text
}

/// Interrupts what takes long, again and again: an evaluation that begins forgets an interrupt.
fn watch(stop: Option<Interrupt>) {
    static WATCHED: Mutex<Option<(Interrupt, Instant)>> = Mutex::new(None);
    static STARTED: OnceLock<()> = OnceLock::new();
    STARTED.get_or_init(|| {
        std::thread::spawn(|| {
            loop {
                std::thread::sleep(Duration::from_millis(5));
                if let Some((stop, since)) = &*WATCHED.lock().unwrap()
                    && since.elapsed() > PATIENCE
                {
                    stop.stop();
                }
            }
        });
    });
    *WATCHED.lock().unwrap() = stop.map(|stop| (stop, Instant::now()));
}

fn timed<T>(what: &str, text: &str, f: impl FnOnce() -> T) -> T {
    CALLS.fetch_add(1, Ordering::Relaxed);
    let start = Instant::now();
    let value = f();
    assert!(start.elapsed() < HANG, "{what} hangs on {text:?}");
    value
}

fn fresh(folder: &Path) -> Session {
    let options = WorldOptions {
        out_dir: folder.join("out"),
        read_dir: folder.to_owned(),
        limits: Limits {
            operations: Operations { text: Some(OPERATIONS), on_vm: Some(OPERATIONS) },
            ..Limits::default()
        },
        ..WorldOptions::default()
    };
    Session::new(options, Box::new(|_| {})).unwrap()
}

/// Does with a text whatever a front end may do.
fn use_all(session: &mut Session, characters: &[char], cursors: &[Index]) {
    let text: String = characters.iter().collect();
    // Where to look for the text that kills the process, if one does.
    if let Some(path) = std::env::var_os("BIOXEN_FUZZ_LAST") {
        std::fs::write(path, &text).unwrap();
    }
    let length = characters.len();
    // One past the end, too.
    for cursor in cursors.iter().map(|c| c.index(length + 2)) {
        let found = timed("complete", &text, || session.complete(&text, cursor));
        assert!(found.start <= found.end && found.end <= length, "{text:?} {cursor}: {found:?}");
        assert!(found.start <= cursor, "{text:?} {cursor}: {found:?}");
        timed("inspect", &text, || session.inspect(&text, cursor, cursor % 2 == 0));
    }
    timed("is_complete", &text, || session.is_complete(&text));
    for problem in timed("check", &text, || session.check(&text, "check")).err().unwrap_or_default()
    {
        assert!(problem.render(true).contains("error"), "{text:?}");
    }
    watch(Some(session.interrupt()));
    let outcome = timed("eval", &text, || session.eval(&text, "fuzz"));
    watch(None);
    if let Err(problem) = outcome {
        let (shown, place) = (problem.render(false), problem.position);
        assert!(!problem.message.is_empty() && shown.starts_with("error: "), "{text:?}: {shown}");
        assert!(place.is_none_or(|(line, column)| line > 0 && column > 0), "{text:?}: {shown}");
    }
    let after = session.eval("1 + 1", "after").map_err(|e| e.to_string());
    assert_eq!(after, Ok(Some("2".to_owned())), "{text:?}");
}

/// Whether somebody has asked for many programs.
fn many() -> bool {
    std::env::var_os("PROPTEST_CASES").is_some()
}

fn cursors() -> usize {
    if many() { CURSORS.1 } else { CURSORS.0 }
}

fn cases() -> ProptestConfig {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if many() { config } else { ProptestConfig { cases: CASES, ..config } }
}

#[test]
fn whatever_is_typed_nothing_panics_or_hangs() {
    let folder = tempfile::tempdir().unwrap();
    // Several programs share a session, as cells of a notebook do.
    let kept: RefCell<Option<(Session, u32)>> = RefCell::new(None);
    let mut runner = proptest::test_runner::TestRunner::new(cases());
    let outcome = runner.run(&edits(), |(base, edits, cursors)| {
        let text = edited(base, &edits);
        let (mut session, used) = match kept.take() {
            Some((session, used)) if used < PROGRAMS => (session, used),
            _ => (fresh(folder.path()), 0),
        };
        use_all(&mut session, &text, &cursors);
        kept.replace(Some((session, used + 1)));
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    println!("{} inputs", CALLS.load(Ordering::Relaxed));
}

#[test]
fn nesting_of_any_kind_and_depth_leaves_the_stack() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = fresh(folder.path());
    for piece in [
        "(",
        "[",
        "{",
        "#{a: ",
        "!",
        "-",
        "f(",
        "a.b.",
        "1 + ",
        "if a { ",
        "else if a ",
        "|x| ",
        "`${",
        "/*",
        "x[",
        "switch 1 { 1 => ",
        "fn f() { ",
        "while a { ",
        "return ",
        "throw ",
        "do { ",
        "a = ",
        "let a = ",
        "try { ",
        "x?.",
        "a::",
        "1..",
        "(|| ",
        "\"a\" + ",
        "a && ",
        "for i in ",
        "#\"",
        "x(y)(",
    ] {
        for depth in [40, 3000] {
            let text: Vec<char> = piece.repeat(depth).chars().collect();
            use_all(&mut session, &text, &[]);
            let shown: String = text.iter().collect();
            session.complete(&shown, text.len());
            session.inspect(&shown, text.len(), true);
        }
    }
}
