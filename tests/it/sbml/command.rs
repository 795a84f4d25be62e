//! `bioxen sbml run`.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["sbml", "run"]).args(arguments);
    command.output().unwrap()
}

fn stdout(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

const MODEL: &str = "tests/models/immigration_death.xml";

#[test]
fn one_run_is_a_table_of_counts() {
    let arguments = [MODEL, "--t-end", "10", "--points", "6", "--seed", "3"];
    let table = stdout(&arguments);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!((lines[0], lines.len()), ("time,X", 7));
    assert_eq!(lines[1], "0,0");
    for line in &lines[1..] {
        let count: f64 = line.split(',').nth(1).unwrap().parse().unwrap();
        assert!(count >= 0.0 && count.fract() == 0.0, "{line}");
    }
    assert_eq!(table, stdout(&arguments));
    assert_ne!(table, stdout(&[MODEL, "--t-end", "10", "--points", "6", "--seed", "4"]));
}

#[test]
fn many_runs_are_means_and_deviations() {
    let base = [MODEL, "--t-end", "10", "--points", "2", "--runs", "500", "--threads"];
    let with = |threads| stdout(&[&base[..], &[threads]].concat());
    let table = with("1");
    assert_eq!(table.lines().next(), Some("time,X-mean,X-sd"));
    let last: Vec<f64> =
        table.lines().last().unwrap().split(',').map(|v| v.parse().unwrap()).collect();
    assert!((last[1] - 19.87).abs() < 1.0 && (last[2] - 4.46).abs() < 0.6, "{last:?}");
    assert_eq!(table, with("2"));
}

#[test]
fn leaping_is_a_solver() {
    let arguments = [MODEL, "--t-end", "40", "--points", "2", "--solver", "tau", "--runs", "100"];
    let table = stdout(&arguments);
    let mean: f64 = table.lines().last().unwrap().split(',').nth(1).unwrap().parse().unwrap();
    assert!((mean - 20.0).abs() < 2.0, "{mean}");
}

#[test]
fn equations_follow_the_mean() {
    let table = stdout(&[MODEL, "--t-end", "2", "--points", "2", "--solver", "ode"]);
    let last: f64 = table.trim_end().rsplit(',').next().unwrap().parse().unwrap();
    assert!((last - 20.0 * (1.0 - (-1.0_f64).exp())).abs() < 1e-4, "{last}");
}

#[test]
fn statistics_are_json_and_the_table_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("out.csv");
    let text = stdout(&[
        MODEL,
        "--t-end",
        "50",
        "--points",
        "11",
        "--stats",
        "--out",
        file.to_str().unwrap(),
    ]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    for key in ["events", "seconds", "ns_per_event", "setup_seconds"] {
        assert!(json[key].as_f64().unwrap() > 0.0, "{key} in {text}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 12);
}

#[test]
fn errors_name_the_file_and_the_place() {
    let output = run(&["tests/models/none.xml", "--t-end", "1", "--points", "2"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("tests/models/none.xml"));
    let output = run(&["Cargo.toml", "--t-end", "1", "--points", "2"]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("Cargo.toml") && message.contains("line 1"), "{message}");
    let output = run(&["tests/models/growing_cell.xml", "--t-end", "1", "--points", "2"]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("a rate rule") && message.contains("--solver ode"), "{message}");
    assert!(!run(&[MODEL, "--t-end", "-1", "--points", "2"]).status.success());
    assert!(!run(&[MODEL, "--t-end", "1", "--points", "1"]).status.success());
}
