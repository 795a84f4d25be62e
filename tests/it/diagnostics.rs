//! A hundred wrong programs, and what a user is told of them.
//!
//! Each program marks what is to blame by a comment below the line, `//  ^^^^` or, where a comment
//! has no room for that, `// ^ word`, so that the place is checked apart from the snapshot.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use bioxen::lang::{Limits, Operations, WorldOptions};
use bioxen::session::{Diagnostic, Session};

/// The most operations of a program, so that endless ones end.
const OPERATIONS: u64 = 200_000;
/// The most lines that an error may take.
const MOST_LINES: usize = 12;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics")
}

/// Name and text of each program, in order.
pub(crate) fn programs() -> Vec<(String, String)> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let scripts = files.filter(|path| path.extension().is_some_and(|e| e == "rhai"));
    let mut found: Vec<(String, String)> = scripts
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

/// Name, text and error of each program.
fn all() -> &'static [(String, String, Diagnostic)] {
    static ALL: OnceLock<Vec<(String, String, Diagnostic)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let explained = |(name, text): (String, String)| {
            let diagnostic = told(&name, &text);
            (name, text, diagnostic)
        };
        programs().into_iter().map(explained).collect()
    })
}

/// What a program is told, in a session of its own.
fn told(name: &str, text: &str) -> Diagnostic {
    let out = tempfile::tempdir().unwrap();
    let options = WorldOptions {
        out_dir: out.path().to_owned(),
        read_dir: PathBuf::from("tests/diagnostics"),
        seed: 1,
        limits: Limits {
            operations: Operations { text: Some(OPERATIONS), on_vm: Some(OPERATIONS / 2) },
            ..Limits::default()
        },
        ..WorldOptions::default()
    };
    let mut session = Session::new(options, Box::new(|_| {})).unwrap();
    match session.eval(text, &format!("{name}.rhai")) {
        Err(diagnostic) => *diagnostic,
        Ok(value) => panic!("{name} is right: {value:?}"),
    }
}

/// What a program marks: line, column and length.
fn marked(text: &str) -> Option<(usize, usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().enumerate().find_map(|(i, line)| {
        let marks = line.trim_start().strip_prefix("//")?.trim();
        if let Some(word) = marks.strip_prefix("^ ") {
            let at = lines[i - 1].find(word).unwrap();
            let column = lines[i - 1][..at].chars().count() + 1;
            return Some((i, column, word.chars().count()));
        }
        let caret = !marks.is_empty() && marks.chars().all(|c| c == '^');
        caret.then(|| (i, line.chars().position(|c| c == '^').unwrap() + 1, marks.len()))
    })
}

#[test]
fn what_is_wrong_is_said_in_words_that_a_beginner_understands() {
    for (name, _, diagnostic) in all() {
        insta::with_settings!({
            snapshot_path => folder(),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name.as_str(), diagnostic.to_string());
        });
    }
}

#[test]
fn the_caret_stands_under_what_is_to_blame() {
    let mut unmarked = Vec::new();
    let mut wrong = Vec::new();
    for (name, text, diagnostic) in all() {
        let Some((line, column, length)) = marked(text) else {
            unmarked.push(name);
            continue;
        };
        let found = diagnostic.position.map(|(line, column)| (line, column, diagnostic.length));
        if found != Some((line, column, length)) {
            wrong.push(format!("{name}: {line}:{column}, {length} characters\n{diagnostic}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    // Where a comment would change what is wrong.
    assert!(unmarked.len() <= 4, "{unmarked:?}");
}

/// Names of Rust and Rhai, which nobody who writes a protocol knows.
pub(super) const FOREIGN: [&str; 16] = [
    "i64",
    "f64",
    "&str",
    "&mut",
    "ImmutableString",
    "Dynamic",
    "FnPtr",
    "Rhai",
    "anon$",
    "::<",
    "alloc::",
    "core::",
    "get$",
    "index$",
    "Blob",
    "EvalAltResult",
];

#[test]
fn errors_are_short_and_free_of_foreign_names() {
    assert!(all().len() >= 100, "{} programs", all().len());
    for (name, text, diagnostic) in all() {
        let shown = diagnostic.to_string();
        assert!(shown.lines().count() <= MOST_LINES, "{name} takes too many lines:\n{shown}");
        assert!(shown.starts_with("error: "), "{name}:\n{shown}");
        let script = text.replace("//", "");
        for foreign in FOREIGN {
            let said =
                shown.lines().filter(|line| !line.contains(".rhai:") && !line.contains(" | "));
            for line in said {
                assert!(
                    !line.contains(foreign) || script.contains(foreign),
                    "{name} says {foreign}:\n{shown}"
                );
            }
        }
    }
}

#[test]
fn a_wrong_program_ends_with_one() {
    let out = tempfile::tempdir().unwrap();
    for (name, _) in programs() {
        let run = Command::new(env!("CARGO_BIN_EXE_bioxen"))
            .args(["run", "--quiet"])
            .args(["--max-operations", &OPERATIONS.to_string()])
            .args(["--max-execute-operations", &(OPERATIONS / 2).to_string(), "--out"])
            .arg(out.path())
            .arg(folder().join(format!("{name}.rhai")))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(1), "{name}");
        let error = String::from_utf8(run.stderr).unwrap();
        assert!(error.starts_with("error: ") && !error.contains('\u{1b}'), "{name}: {error}");
    }
}
