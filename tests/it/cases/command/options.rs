//! Numbers that options take, and do not take.

use std::fs;

use super::{bioxen, refusal, with_model};

/// What is wrong with a number is said of the number, in words that can be followed.
#[test]
fn numbers_that_cannot_be_are_told_in_plain_words() {
    let folder = with_model();
    let run = ["sbml", "run", "m.xml", "--t-end", "1"];
    let with = |option: &'static str, value: &'static str| [&run[..], &[option, value]].concat();
    let cases: Vec<(Vec<&str>, &str)> = vec![
        (vec!["sbml", "run", "m.xml", "--t-end", "-1"], "must be a number above 0"),
        (with("--t-start", "-1"), "must be a number of 0 or more"),
        (with("--seed", "-1"), "must be a whole number of 0 or more"),
        (with("--rtol", "-1"), "must be a number above 0"),
        (with("--points", "0"), "must be a whole number from 2 to 10000000"),
        (with("--points", "-5"), "must be a whole number from 2 to 10000000"),
        (with("--threads", "100000"), "must be a whole number from 0 to 1024"),
        (with("--runs", "0"), "must be a whole number from 1 to 1000000000"),
        (with("--runs", "100000000000"), "must be a whole number from 1 to 1000000000"),
        (vec!["new", "--yes", "--max-ribosomes", "-5"], "must be a number above 0"),
        (vec!["new", "--yes", "--max-ribosomes", "nan"], "must be a number above 0"),
        (vec!["new", "--yes", "--max-atp", "inf"], "must be a number above 0"),
        (vec!["new", "--yes", "--max-memory-kb", "0"], "must be a number above 0"),
        (vec!["run", "x.rhai", "--seed", "-1"], "must be a whole number of 0 or more"),
        (vec!["run", "x.rhai", "--max-operations", "0"], "must be a whole number of 1 or more"),
        (vec!["run", "x.rhai", "--max-call-depth", "-1"], "must be a whole number from 1 to 256"),
        (vec!["top", "x.rhai", "--speed", "-1"], "must be a whole number from 0 to"),
        (vec!["genome", "validate", "x", "--limit", "-1"], "must be a whole number from 1 to"),
        (vec!["chassis", "steady", "--nutrient", "-1"], "it goes from 0.01"),
    ];
    for (arguments, expected) in cases {
        let (code, told) = refusal(folder.path(), &arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {told}");
        assert!(told.contains(expected), "{arguments:?}: {told}");
        for raw in ["unexpected argument", "18446744073709551615", "invalid digit", "Unknown"] {
            assert!(!told.contains(raw), "{arguments:?}: {told}");
        }
    }
}

/// More threads than runs are not started, and what does not fit into the memory is not begun.
#[test]
fn threads_and_memory_are_bounded() {
    let folder = with_model();
    let run = ["sbml", "run", "m.xml", "--t-end", "1", "--points", "3", "--runs"];
    let with = |runs, threads| {
        let output =
            bioxen(folder.path(), &[&run[..], &[runs, "--threads", threads, "--stats"]].concat());
        assert!(output.status.success(), "{output:?}");
        let stats: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        stats["peak_memory_bytes"].as_u64().unwrap_or(0)
    };
    // A stack of its own for each thread would be seen.
    assert!(with("2", "1024") < 200 << 20);
    assert!(with("200", "1024") < 1 << 30);
    let arguments = ["sbml", "run", "m.xml", "--t-end", "1", "--points", "10000000", "--all"];
    let (code, told) = refusal(folder.path(), &[&arguments[..], &["--runs", "5"]].concat());
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("do not fit into the memory: give at most"), "{told}");
}

/// Runs that nobody can wait for are given up at once, and what is only counted takes no memory.
#[cfg(unix)]
#[test]
fn a_request_to_end_is_followed_at_once() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};
    let folder = with_model();
    let mut child = Command::new(super::BIOXEN)
        .args(["sbml", "run", "m.xml", "--t-end", "1000", "--runs", "1000000000"])
        .current_dir(folder.path())
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(700));
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let kib =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next());
    assert!(kib.is_none_or(|kib| kib.parse::<u64>().unwrap() < 500_000), "{kib:?}");
    let asked = Instant::now();
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert!(asked.elapsed() < Duration::from_secs(5));
}
