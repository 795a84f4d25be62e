//! Output that nobody takes.

use std::fs;
use std::process::{Command, Stdio};

use super::{BIOXEN, with_model};

/// Every subcommand that prints, with what it needs.
fn calls() -> Vec<Vec<&'static str>> {
    vec![
        vec!["genome", "list"],
        vec!["genome", "list", "--json"],
        vec!["genome", "info", "syn3a"],
        vec!["genome", "info", "syn3a", "--json"],
        vec!["package", "list"],
        vec!["package", "list", "--json"],
        vec!["package", "info", "toggle_switch"],
        vec!["config", "template"],
        vec!["config", "schema"],
        vec!["chassis", "steady"],
        vec!["chassis", "steady", "--json"],
        vec!["sbml", "run", "m.xml", "--t-end", "1"],
        vec!["new", "--yes"],
        vec!["run", "s.rhai"],
        vec!["run", "s.rhai", "--json"],
        vec!["check", "s.rhai", "--json"],
        vec!["top", "s.rhai", "--json"],
        vec!["docs", "--search", "growth"],
        vec!["docs", "--json"],
        vec!["doctor"],
        vec!["completions", "bash"],
        vec!["man"],
        vec!["help"],
        vec!["--version"],
    ]
}

/// A reader that has gone wants no more: nothing is said of it, and nothing has failed.
#[cfg(unix)]
#[test]
fn a_reader_that_has_gone_is_no_error() {
    let folder = with_model();
    fs::write(folder.path().join("s.rhai"), "print(1);").unwrap();
    for call in calls() {
        let mut child = Command::new(BIOXEN)
            .args(&call)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*told), (Some(0), ""), "{call:?}");
    }
}

/// What cannot be written is an error, be it a version.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let folder = with_model();
    fs::write(folder.path().join("s.rhai"), "print(1);").unwrap();
    for call in calls() {
        let full = fs::File::create("/dev/full").unwrap();
        let output = Command::new(BIOXEN)
            .args(&call)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(full)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{call:?}: {told}");
        assert!(told.contains("error: cannot write the output"), "{call:?}: {told}");
    }
}
