//! `bioxen package`.

use std::fs;
use std::process::{Command, Output};

use super::mechanism::CIRCUIT;

fn bioxen(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bioxen")).args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn packages_are_listed_and_shown() {
    let list = bioxen(&["package", "list"]);
    assert!(list.status.success());
    assert!(text(&list.stdout).lines().any(|line| line.starts_with("toggle_switch")));
    let info = text(&bioxen(&["package", "info", "toggle_switch"]).stdout);
    insta::assert_snapshot!(info);
    let json = bioxen(&["package", "list", "--json"]);
    let all: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 8);
    let one = bioxen(&["package", "info", "repressilator_model", "--json"]);
    let one: serde_json::Value = serde_json::from_slice(&one.stdout).unwrap();
    assert_eq!(one["model"]["minutes_per_time_unit"], 1.0);
}

#[test]
fn wrong_packages_end_with_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("good.toml"), CIRCUIT).unwrap();
    fs::write(path("bad.toml"), CIRCUIT.replace("half", "hlaf")).unwrap();
    let good = bioxen(&["package", "validate", &path("good.toml")]);
    assert!(good.status.success() && text(&good.stdout).ends_with("good.toml: good\n"));
    let bad = bioxen(&["package", "validate", &path("bad.toml"), &path("good.toml")]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(text(&bad.stdout).contains("hlaf is an unknown key (did you mean `half`?)"));
    assert_eq!(text(&bad.stderr), "error: 1 of 2 packages cannot be used\n");
    let json = bioxen(&["package", "validate", "--json", &path("none.toml")]);
    assert_eq!(json.status.code(), Some(1));
    assert!(text(&json.stdout).contains("cannot be read"));
    let unknown = bioxen(&["package", "info", "togle_switch"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(text(&unknown.stderr).contains("did you mean `toggle_switch`?"));
    assert_eq!(bioxen(&["package"]).status.code(), Some(2));
}

/// The workflow of `scripts/packages.rhai`, with the numbers that it prints.
#[test]
fn the_script_shows_a_ring_and_a_burden() {
    let folder = tempfile::tempdir().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/packages.rhai");
    let out = folder.path().display().to_string();
    let run = bioxen(&["run", script, "--out", &out]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    let printed = text(&run.stdout);
    let number = |start: &str| -> f64 {
        let line = printed.lines().find_map(|line| line.strip_prefix(start));
        line.unwrap_or_else(|| panic!("no {start} in {printed}")).parse().unwrap()
    };
    assert!(number("Most TetR: ") > 1500.0);
    let left = number("Capacity left beside T7 expression: ");
    assert!((0.15..0.4).contains(&left), "{left}");
    assert!(folder.path().join("repressilator.png").is_file());
}
