//! What goes on behind a cell: its threads, the programs that it has started, and the folder that it needs.

use std::fs;
use std::path::Path;

use bioxen_exchange::Value;
use bioxen_rust::protocol::Why;
use bioxen_rust::{RustCells, RustError};

use super::session::{Notes, PROGRAM, Rust};

/// A thread asks without end. While a cell runs it is answered, and between cells it is told why not; no other cell
/// is disturbed.
#[test]
fn threads_reach_the_session_while_a_cell_runs_and_disturb_no_other() {
    let mut rust = Rust::start();
    rust.value("let kept = 41;");
    let thread = r#"
use std::time::Duration;
std::thread::spawn(|| {
    let mut refused = String::new();
    loop {
        match bioxen::try_put("late", 5) {
            Err(error) => refused = error.to_string(),
            Ok(()) if !refused.is_empty() => break,
            Ok(()) => {}
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let _ = bioxen::try_put("done", refused);
});
1"#;
    assert_eq!(rust.value(thread), "1");
    let waiting = r#"while bioxen::try_get("done").is_err() { std::thread::sleep(std::time::Duration::from_millis(5)); } 2"#;
    assert_eq!(rust.value(waiting), "2");
    assert_eq!(rust.value("kept + 1"), "42");
    let said = format!("{:?}", rust.notes.variables.get("done"));
    assert!(said.contains("no Rust cell is running"), "{said}");
    assert_eq!(rust.notes.variables.get("late"), Some(&Value::from(5)));
    // What an earlier cell has made, and a later one calls, is that of the later one.
    rust.value("let later: Box<dyn Fn()> = Box::new(|| bioxen::put(\"later\", 6));");
    rust.value("later();");
    assert_eq!(rust.notes.variables.get("later"), Some(&Value::from(6)));
}

/// The end of the process is seen, though a program that it has started holds the ends of its streams.
#[test]
fn the_end_of_the_process_is_seen_beside_a_program_that_lives() {
    let mut rust = Rust::start();
    rust.value("let kept = 1; std::process::Command::new(\"sleep\").arg(\"600\").spawn()?; kept");
    let (why, _, rendered) = rust.fails("std::process::abort()");
    assert_eq!(why, Why::Died);
    assert!(rendered.contains("`kept`"), "{rendered}");
    assert_eq!((rust.value("2"), rust.value("3")), ("2".into(), "3".into()));
}

#[test]
fn a_folder_that_somebody_removes_is_missed_and_made_anew() {
    let mut rust = Rust::start();
    rust.value("let kept = 1;");
    let folder = rust.cells.folder().to_owned();
    fs::remove_dir_all(folder.join("values")).unwrap();
    rust.value("bioxen::put(\"a\", 1.5); bioxen::get(\"a\"); kept");
    fs::remove_dir_all(&folder).unwrap();
    let outcome = rust.cells.execute("In[9]", "kept", false, &mut rust.notes);
    let error = outcome.unwrap_err();
    assert!(matches!(error, RustError::FolderGone { .. }), "{error}");
    assert!(error.to_string().contains("the next Rust cell starts anew"), "{error}");
    drop(rust);
    let mut notes = Notes::default();
    let again = RustCells::start_program(Path::new(PROGRAM), &mut notes).unwrap();
    assert!(again.folder().is_dir());
}
