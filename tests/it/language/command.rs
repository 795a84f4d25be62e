//! What the command allows scripts, and what it writes for editors.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn bioxen(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

/// What a script of `run` says on standard error, and whether it went well.
fn run(folder: &Path, text: &str, options: &[&str]) -> (bool, String) {
    fs::create_dir_all(folder.join("scripts")).unwrap();
    fs::write(folder.join("scripts/p.rhai"), text).unwrap();
    let output = bioxen(folder, &[&["run", "scripts/p.rhai"], options].concat());
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn scripts_write_and_read_elsewhere_only_when_they_may() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let whole = at.join("figures/t.csv").display().to_string();
    for path in ["../figures/t.csv", &whole] {
        let text = format!("run(1.min).to_csv({path:?})");
        let (well, said) = run(at, &text, &[]);
        assert!(!well && said.contains("leads out of the output folder"), "{said}");
        assert!(!at.join("figures").exists(), "nothing is made");
        let (well, said) = run(at, &text, &["--allow-write", "other", "--allow-write", "figures"]);
        assert!(well, "{said}");
        assert!(at.join("figures/t.csv").is_file());
        fs::remove_dir_all(at.join("figures")).unwrap();
    }
    fs::create_dir_all(at.join("states")).unwrap();
    let save = "create_bio_vm(\"demo\", \"ecoli\").save(\"demo.vm\")";
    assert!(run(at, save, &["--out", "states"]).0);
    let load = "load_vm(\"../states/demo.vm\")";
    let (well, said) = run(at, load, &[]);
    assert!(!well && said.contains("folders from which scripts read"), "{said}");
    let (well, said) = run(at, load, &["--allow-read", "states"]);
    assert!(well, "{said}");
    // Imports are from the script's own folder, wherever the command is called.
    fs::write(at.join("scripts/lib.rhai"), "fn one() { 1 }").unwrap();
    let (well, said) = run(at, "import \"lib\" as lib; lib::one();", &[]);
    assert!(well, "{said}");
    fs::write(at.join("lib2.rhai"), "").unwrap();
    let (well, said) = run(at, "import \"../lib2\" as lib;", &["--allow-read", "."]);
    assert!(!well && said.contains("cannot be imported"), "{said}");
}

#[test]
fn limits_are_options() {
    let folder = tempfile::tempdir().unwrap();
    for (text, options, expected) in [
        ("loop {}", &["--max-operations", "1000"][..], "used up the operations"),
        ("fn f(n) { f(n + 1) } f(0)", &["--max-call-depth", "8"], "nested too deeply"),
        ("let s = \"aaaaaaaa\"; s += s;", &["--max-string", "10"], "too large"),
        ("let a = []; a.pad(20, 0);", &["--max-array", "10"], "too large"),
        ("let m = #{a: 1}; m.b = 2; m.c = 3; m", &["--max-map", "2"], "too large"),
        ("1", &["--max-call-depth", "100000"], "100000"),
    ] {
        let (well, said) = run(folder.path(), text, options);
        assert!(!well && said.contains(expected), "{text}: {said}");
    }
    let text = "let r = create_bio_vm(\"demo\", \"ecoli\").execute(\"loop {}\"); if r.error != () { throw r.error }";
    let (well, said) = run(folder.path(), text, &["--max-execute-operations", "1000"]);
    assert!(!well && said.contains("used up the operations"), "{said}");
}

#[test]
fn editors_get_their_file() {
    let folder = tempfile::tempdir().unwrap();
    let output = bioxen(folder.path(), &["docs", "--definitions", "a/definitions"]);
    assert!(output.status.success());
    let text = fs::read_to_string(folder.path().join("a/definitions/bioxen.d.rhai")).unwrap();
    assert!(
        text.contains("\nmodule static;\n") && text.contains("\nfn run(duration: ?) -> Trace;\n")
    );
}
