//! The front end's end of Rust cells, with programs that only pretend to run any.
#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bioxen_exchange::{Value, file};
use bioxen_rust::protocol::{End, Forms, Stage, Stream, Why};
use bioxen_rust::{Host, Line, RustCells, RustError};

/// Notes all that it is told.
#[derive(Debug, Default)]
struct Notes {
    out: String,
    err: String,
    shown: Vec<Forms>,
    stages: Vec<Option<Stage>>,
    put: Vec<(String, Value)>,
    /// The cell is interrupted once it has printed this.
    stop_at: Option<&'static str>,
}

impl Host for Notes {
    fn print(&mut self, stream: Stream, text: &str) {
        match stream {
            Stream::Out => self.out.push_str(text),
            Stream::Err => self.err.push_str(text),
        }
    }

    fn show(&mut self, forms: Forms) {
        self.shown.push(forms);
    }

    fn stage(&mut self, stage: Option<Stage>, taken: Duration) {
        if taken.is_zero() {
            self.stages.push(stage);
        }
    }

    fn get(&mut self, name: &str) -> Result<Value, String> {
        match name {
            "dose" => Ok(Value::Number(1.5)),
            _ => Err(format!("there is no `{name}`")),
        }
    }

    fn put(&mut self, name: &str, value: Value) -> Result<(), String> {
        self.put.push((name.to_owned(), value));
        Ok(())
    }

    fn ask(&mut self, prompt: &str, _password: bool) -> Line {
        if prompt == "name? " { Line::Text("Ada".to_owned()) } else { Line::Nobody }
    }

    fn is_stopped(&self) -> bool {
        self.stop_at.is_some_and(|text| self.out.contains(text))
    }
}

const READY: &str = r#"
say() { printf '%s\n' "$1"; }
say '{"told":"hello","version":1}'
say '{"told":"stage","stage":"preparing"}'
say '{"told":"ready"}'
"#;

/// A shell script that pretends.
fn pretender(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("pretender");
    fs::write(&path, format!("#!/bin/sh\n{text}")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn start(text: &str, notes: &mut Notes) -> Result<RustCells, RustError> {
    let folder = tempfile::tempdir().unwrap();
    RustCells::start_program(&pretender(folder.path(), text), notes)
}

fn fails(text: &str) -> String {
    start(text, &mut Notes::default()).unwrap_err().to_string()
}

#[test]
fn a_cell_is_run_and_all_that_comes_of_it_is_told() {
    let mut notes = Notes::default();
    let script = format!(
        r#"{READY}
read -r cell
say 'no message'
say '{{"told":"printed","stream":"out","text":"one\ntwo"}}'
say '{{"told":"printed","stream":"err","text":"three\n"}}'
say '{{"told":"shown","forms":{{"text/html":"<b>4</b>"}}}}'
case "$cell" in *'"code":"1 + é"'*) ;; *) exit 3;; esac
say '{{"told":"ended","id":1,"end":{{"end":"done","forms":{{"text/plain":"2"}}}}}}'
read -r nothing
"#
    );
    let mut cells = start(&script, &mut notes).unwrap();
    let folder = cells.folder().to_owned();
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let end = cells.execute("In[1]", "1 + é", false, &mut notes).unwrap();
    assert_eq!(end, End::Done { forms: Forms::from([("text/plain".into(), "2".into())]) });
    assert_eq!((notes.out.as_str(), notes.err.as_str()), ("one\ntwo", "three\n"));
    assert_eq!(notes.shown, [Forms::from([("text/html".into(), "<b>4</b>".into())])]);
    let starts = [Some(Stage::Starting), Some(Stage::Preparing), None];
    assert_eq!(notes.stages, starts, "told when it begins and when it is over");
    drop(cells);
    assert!(!folder.exists(), "the folder goes with the process");
}

#[test]
fn values_cross_as_files_both_ways() {
    let home = tempfile::tempdir().unwrap();
    let value = Value::from(vec![1.0, f64::NAN, -0.0]);
    let prepared = home.path().join("value");
    file::write(&prepared, &value).unwrap();
    let mut notes = Notes::default();
    // The name of the file is at the end of the answer; what is got is kept for the test.
    let script = format!(
        r#"{READY}
read -r cell
say '{{"told":"wish","wish":1,"what":{{"wish":"get","name":"dose"}}}}'
read -r answer
name=$(printf '%s' "$answer" | sed 's/.*"file":"\([a-z0-9-]*\)".*/\1/')
cp "$1/values/$name" '{home}/got'
say '{{"told":"wish","wish":2,"what":{{"wish":"get","name":"nothing"}}}}'
read -r refused
printf '%s' "$refused" > '{home}/refused'
cp '{home}/value' "$1/values/put-1"
say '{{"told":"wish","wish":3,"what":{{"wish":"put","name":"back","file":"put-1"}}}}'
read -r answer
say '{{"told":"wish","wish":4,"what":{{"wish":"put","name":"back","file":"../../value"}}}}'
read -r outside
printf '%s' "$outside" > '{home}/outside'
say '{{"told":"wish","wish":5,"what":{{"wish":"input","prompt":"name? ","password":false}}}}'
read -r line
printf '%s' "$line" > '{home}/line'
say '{{"told":"ended","id":1,"end":{{"end":"done","forms":{{}}}}}}'
read -r nothing
"#,
        home = home.path().display()
    );
    let mut cells = start(&script, &mut notes).unwrap();
    cells.execute("In[1]", "x", false, &mut notes).unwrap();
    let read = |name: &str| fs::read_to_string(home.path().join(name)).unwrap();
    assert_eq!(file::read(&home.path().join("got")).unwrap(), Value::Number(1.5));
    assert!(read("refused").contains("there is no `nothing`"), "{}", read("refused"));
    assert!(read("outside").contains("is no file of a value"), "{}", read("outside"));
    assert!(read("line").contains("\"text\":\"Ada\""), "{}", read("line"));
    assert_eq!(notes.put.len(), 1);
    assert_eq!(file::encode(&notes.put[0].1).unwrap(), file::encode(&value).unwrap());
    let left = fs::read_dir(cells.folder().join("values")).unwrap().count();
    assert_eq!(left, 0, "no value stays behind a cell");
}

#[test]
fn an_interrupt_is_sent_once_and_its_end_comes_back() {
    let mut notes = Notes { stop_at: Some("now"), ..Notes::default() };
    let script = format!(
        r#"{READY}
read -r cell
say '{{"told":"printed","stream":"out","text":"now"}}'
read -r ask
case "$ask" in *'"ask":"interrupt"'*'"id":1'*) ;; *) exit 3;; esac
say '{{"told":"ended","id":1,"end":{{"end":"failed","why":"interrupted","message":"m","rendered":"r"}}}}'
read -r nothing
"#
    );
    let mut cells = start(&script, &mut notes).unwrap();
    let end = cells.execute("In[1]", "loop {}", false, &mut notes).unwrap();
    assert!(matches!(end, End::Failed { why: Why::Interrupted, .. }), "{end:?}");
}

#[test]
fn what_is_missing_is_said_in_words() {
    let hello = "printf '{\"told\":\"hello\",\"version\":1}\\n'\n";
    let missing = |program: &str| {
        format!(
            "{hello}printf '%s\\n' '{{\"told\":\"unable\",\"reason\":{{\"why\":\"toolchain\",\"program\":\"{program}\"}}}}'\n"
        )
    };
    let text = fails(&missing("cargo"));
    assert!(text.contains("`cargo` is not on PATH") && text.contains("rustup.rs"), "{text}");
    let text = fails(&missing("cc"));
    assert!(text.contains("C linker") && text.contains("build-essential"), "{text}");
    let text = fails("printf '{\"told\":\"hello\",\"version\":99}\\n'\n");
    assert!(text.contains("another version") && text.contains("make rust-cells"), "{text}");
    let text = fails("echo why >&2; exit 7\n");
    assert!(text.contains("exit status: 7") && text.contains("why"), "{text}");
    let nothing = RustCells::start_program(Path::new("/nonexistent"), &mut Notes::default());
    assert!(matches!(nothing, Err(RustError::File { .. })));
}

#[test]
fn a_process_that_ends_is_an_error_of_the_cell() {
    let mut notes = Notes::default();
    let mut cells =
        start(&format!("{READY}read -r cell\necho lost >&2\nexit 9\n"), &mut notes).unwrap();
    let error = cells.execute("In[1]", "x", false, &mut notes).unwrap_err().to_string();
    assert!(error.contains("exit status: 9") && error.contains("lost"), "{error}");
}

#[test]
fn a_process_that_does_not_end_by_itself_is_ended_with_its_children() {
    let home = tempfile::tempdir().unwrap();
    let mut notes = Notes::default();
    // It neither reads nor ends, and its child neither.
    let script =
        format!("sleep 600 &\necho $! > '{}/child'\n{READY}\nwait\n", home.path().display());
    let cells = start(&script, &mut notes).unwrap();
    let child = fs::read_to_string(home.path().join("child")).unwrap();
    let (own, folder) = (cells.process(), cells.folder().to_owned());
    drop(cells);
    assert!(!folder.exists() && !is_alive(own));
    // Who takes over orphans may need a moment to take note of the end.
    while is_alive(child.trim().parse().unwrap()) {
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}
