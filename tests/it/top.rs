//! `bioxen top`: snapshots through pipes, and the monitor in a real pseudo-terminal.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const BIOXEN: &str = env!("CARGO_BIN_EXE_bioxen");

fn top(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(BIOXEN)
        .arg("top")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// A folder with a script and a state that it saved.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let script =
        "let cell = quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]); run(2.min);
        print(\"half way\"); run(2.min); save_hypervisor(\"all.state\");";
    fs::write(folder.path().join("a.rhai"), script).unwrap();
    folder
}

#[test]
fn snapshots_need_no_terminal() {
    let folder = folder();
    let output = top(folder.path(), &["a.rhai", "--json"]);
    assert!(output.status.success(), "{output:?}");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["now_min"], &told["vms"][0]["id"]), (&4.0.into(), &"default".into()));
    assert!(told["growth_rate_per_h"].as_f64().unwrap() > 0.5, "{told}");
    assert_eq!(told["vms"][0]["phase"], "exponential");
    let output = top(folder.path(), &["out/all.state", "--once"]);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("4.0 min  growth 1.") && text.contains("default"), "{text}");
}

#[test]
fn what_cannot_be_watched_is_told() {
    let folder = folder();
    for (arguments, code, expected) in [
        (&["a.rhai"][..], 2, "--once and --json"),
        (&["none.state", "--once"], 2, "give a script (.rhai) or a saved state"),
        (&["a.rhai", "--speed", "x"], 2, "invalid value"),
    ] {
        let output = top(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
    fs::write(folder.path().join("bad.rhai"), "run(1.min); nothing_such();").unwrap();
    let output = top(folder.path(), &["bad.rhai", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("nothing_such"));
    fs::write(folder.path().join("bad.state"), "no state").unwrap();
    assert_eq!(top(folder.path(), &["bad.state", "--once"]).status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn keys_work_and_the_terminal_is_given_back() {
    let folder = folder();
    let script = "quick_start_vm(\"ecoli\"); run(1.min); print(\"half\"); run(999.min);";
    fs::write(folder.path().join("long.rhai"), script).unwrap();
    for leave in ["q", "\u{3}"] {
        // A shell around it, to see in which mode the terminal is left.
        let line = format!(
            "cd '{}' && stty rows 24 cols 80 && '{BIOXEN}' top long.rhai --speed 2; echo code=$?; stty -a | tr ';' '\\n' | grep -oE -- '-?icanon'",
            folder.path().display()
        );
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]);
        let mut session = rexpect::session::spawn_command(shell, Some(30_000)).unwrap();
        session.exp_string("[1/h]").unwrap();
        session.exp_string("half").unwrap();
        // The order of the VMs is told; what stays the same is not drawn again.
        let mut pressed = |keys, expected| {
            session.send(keys).unwrap();
            session.flush().unwrap();
            session.exp_string(expected).unwrap();
        };
        pressed("s", "ATP");
        pressed(" ", "paused");
        // The screen that was there before comes back.
        pressed(leave, "\u{1b}[?1049l");
        session.exp_string("code=0").unwrap();
        let mode = session.exp_regex("-?icanon").unwrap().1;
        assert_eq!(mode, "icanon");
    }
}
