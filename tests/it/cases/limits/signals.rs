//! Whatever a program does, it hears INT, TERM and HUP, and a reader that goes away.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use super::{bioxen, ended, started, text};

/// Signals, and how a program ends that was asked by them.
const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

/// Starts a script and waits until it has printed its first line.
fn begun(
    folder: &Path,
    script: &str,
    input: Stdio,
    more: &[&str],
) -> (Child, BufReader<ChildStdout>) {
    fs::write(folder.join("s.rhai"), script).unwrap();
    let mut command = bioxen(folder);
    command.args(["run", "s.rhai"]).args(more).stdin(input);
    let mut child = started(command);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "begun\n");
    (child, out)
}

fn send(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

#[test]
fn scripts_that_wait_or_work_end_when_they_are_asked() {
    let folder = tempfile::tempdir().unwrap();
    let scripts = [
        "print(\"begun\"); sleep(86400); print(\"over\");",
        "print(\"begun\"); sleep(1440.min); print(\"over\");",
        "print(\"begun\"); loop { try { sleep(10) } catch { } }",
        "print(\"begun\"); loop {}",
        "print(\"begun\"); let x = input(\"name? \"); print(\"got \" + x);",
        "at(1.min, || { print(\"begun\"); sleep(86400); }); run(2.min);",
        "print(\"begun\"); quick_start_vm(\"ecoli\"); run(5000.h);",
        "print(\"begun\"); quick_start_vm(\"ecoli\", \"demo\"); current_vm().execute(\"sleep(86400)\");",
        "print(\"begun\"); loop { plot_growth_law(); }",
    ];
    for script in scripts {
        for (signal, code) in SIGNALS {
            // Somebody holds the other end of the pipe, and says nothing.
            let (mut child, _out) = begun(folder.path(), script, Stdio::piped(), &["-q"]);
            let input = child.stdin.take();
            send(&child, signal);
            let output = ended(child, script);
            drop(input);
            let err = text(&output.stderr);
            assert_eq!(output.status.code(), Some(code), "{signal}: {script}\n{err}");
            assert!(err.contains("interrupted"), "{signal}: {script}\n{err}");
        }
    }
}

#[test]
fn half_a_line_of_input_is_waited_for_by_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let script = "print(\"begun\"); print(input()); print(input());";
    let (mut child, mut out) = begun(folder.path(), script, Stdio::piped(), &[]);
    let mut input = child.stdin.take().unwrap();
    input.write_all("one \u{e9}\nhalf of".as_bytes()).unwrap();
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "one \u{e9}\n");
    send(&child, "TERM");
    assert_eq!(ended(child, script).status.code(), Some(143));
    // The last line needs no end.
    let (mut child, mut out) = begun(folder.path(), script, Stdio::piped(), &[]);
    child.stdin.take().unwrap().write_all(b"one\r\ntwo").unwrap();
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!((rest.as_str(), ended(child, script).status.code()), ("one\ntwo\n", Some(0)));
}

#[test]
fn what_a_run_has_recorded_is_kept_by_every_signal_and_form() {
    let script = "quick_start_vm(\"ecoli\"); at(1.min, || print(\"begun\")); run(5000.h);";
    for ((signal, code), more) in SIGNALS.into_iter().zip([&[][..], &["--report", "r.html"], &[]]) {
        let folder = tempfile::tempdir().unwrap();
        let (child, _out) = begun(folder.path(), script, Stdio::null(), more);
        send(&child, signal);
        let output = ended(child, script);
        assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
        let kept = fs::read_to_string(folder.path().join("out/interrupted.csv")).unwrap();
        // A sample every ten seconds of cell time, and the heading.
        assert!(kept.lines().count() > 6, "{signal}: {kept}");
        assert!(text(&output.stderr).contains("out/interrupted.csv"));
        assert_eq!(folder.path().join("r.html").exists(), !more.is_empty());
    }
}

#[test]
fn the_points_of_a_sweep_are_kept() {
    let script = "let points = sweep(0..90000, |x| { if x == 0 { print(\"begun\"); } x * x }); print(points.len());";
    let folder = tempfile::tempdir().unwrap();
    let (child, _out) = begun(folder.path(), script, Stdio::null(), &[]);
    send(&child, "INT");
    let output = ended(child, script);
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    let kept = fs::read_to_string(folder.path().join("out/interrupted.csv")).unwrap();
    assert!(kept.starts_with("value,result\n0,0\n"), "{}", &kept[..kept.len().min(100)]);
    assert!(text(&output.stderr).contains("out/interrupted.csv"));
}

#[test]
fn json_of_an_interrupted_run_names_what_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    // Its text comes at the end, so its file says that it runs.
    let script = "quick_start_vm(\"ecoli\"); at(1.min, || save_hypervisor(\"there.state\")); \
                  run(5000.h);";
    fs::write(folder.path().join("s.rhai"), script).unwrap();
    let mut command = bioxen(folder.path());
    command.args(["run", "s.rhai", "--json"]);
    let child = started(command);
    let start = std::time::Instant::now();
    while !folder.path().join("out/there.state").exists() && start.elapsed() < super::PATIENCE {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    send(&child, "INT");
    let output = ended(child, script);
    assert_eq!(output.status.code(), Some(130));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let files = json["files"].to_string();
    assert!(files.contains("interrupted.csv") && files.contains("there.state"), "{files}");
}

#[test]
fn a_reader_that_goes_away_ends_the_script() {
    let folder = tempfile::tempdir().unwrap();
    // Without an end of its own.
    let script = "print(\"begun\"); loop { print(\"and on\"); }";
    let (child, out) = begun(folder.path(), script, Stdio::null(), &[]);
    drop(out);
    let output = ended(child, script);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
}

#[test]
fn a_dialogue_by_a_pipe_ends_when_it_is_asked() {
    for (signal, code) in SIGNALS {
        let folder = tempfile::tempdir().unwrap();
        let mut command = bioxen(folder.path());
        command.arg("repl").stdin(Stdio::piped());
        let mut child = started(command);
        let mut input = child.stdin.take().unwrap();
        input.write_all(b"print(\"begun\"); sleep(86400)\nprint(\"never\")\n").unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        send(&child, signal);
        let output = ended(child, "a dialogue");
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert_eq!((output.status.code(), rest.as_str()), (Some(code), ""), "{signal}");
    }
}

#[test]
fn times_of_sleep_that_cannot_be_are_refused() {
    let mut session = bioxen::session::Session::new(Default::default(), Box::new(|_| {})).unwrap();
    for wrong in [
        "1e300",
        "-1",
        "-0.5",
        "0.0 / 0.0",
        "1e400",
        "86401",
        "25.h",
        "\"2\"",
        "()",
        "[1]",
        "1.kb",
        "9223372036854775807",
        "-9223372036854775807",
        "true",
    ] {
        let error = session.eval(&format!("sleep({wrong})"), "test").unwrap_err();
        assert!(!error.interrupted && !error.message.contains("BioXen itself"), "{wrong}: {error}");
    }
    for right in ["0", "0.0", "0.001", "0.s", "0.01.s"] {
        session.eval(&format!("sleep({right});"), "test").unwrap_or_else(|e| panic!("{e}"));
    }
    // It is the machine's time, and none of the cell's.
    let before = std::time::Instant::now();
    session.eval("sleep(0.05.s); sleep(0.05);", "test").unwrap();
    assert!(before.elapsed().as_secs_f64() >= 0.1);
    assert_eq!(session.time_and_seed().0, 0.0);
}
