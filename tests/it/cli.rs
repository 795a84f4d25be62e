//! The command line as it is used.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn bioxen(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bioxen"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The root of the sources, where scripts/ is.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn script(name: &str) -> String {
    root().join("scripts").join(name).display().to_string()
}

/// Runs a shipped script into a fresh folder.
fn run_shipped(name: &str, seed: &str) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    (bioxen(&["run", &script(name), "--seed", seed, "--out", &out]), folder)
}

/// Runs a text as a script; gives the output and the folder.
fn run_text(text: &str) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("protocol.rhai");
    fs::write(&file, text).unwrap();
    let out = folder.path().join("out").display().to_string();
    (bioxen(&["run", &file.display().to_string(), "--out", &out]), folder)
}

#[test]
fn lac_induction_writes_its_files_and_the_same_ones_again() {
    let (first, folder) = run_shipped("lac_induction.rhai", "1");
    assert!(first.status.success(), "{}", text(&first.stderr));
    let printed = text(&first.stdout);
    for word in ["lacZ.mrna", "demo.ribosomes", "host.growth_rate_per_h", "running"] {
        assert!(printed.contains(word), "{printed}");
    }
    for file in ["resources.svg", "expression.svg", "trace.csv"] {
        assert!(folder.path().join(file).is_file(), "{file}");
    }
    let csv = fs::read_to_string(folder.path().join("trace.csv")).unwrap();
    let header: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    assert_eq!(header[0], "time_min");
    for column in ["demo.lacZ.mrna", "demo.lacZ.protein", "host.growth_rate_per_h"] {
        assert!(header.contains(&column), "{header:?}");
    }
    let last: Vec<&str> = csv.lines().last().unwrap().split(',').collect();
    assert_eq!(last.len(), header.len());
    assert_eq!(last[0], "60");
    let (_, again) = run_shipped("lac_induction.rhai", "1");
    assert_eq!(csv, fs::read_to_string(again.path().join("trace.csv")).unwrap());
    let (_, other) = run_shipped("lac_induction.rhai", "2");
    assert_ne!(csv, fs::read_to_string(other.path().join("trace.csv")).unwrap());
}

#[test]
fn a_heavy_tenant_slows_the_other_and_the_host() {
    let (output, _folder) = run_shipped("two_tenants.rhai", "1");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    let change = |what: &str| -> f64 {
        let line = printed.lines().find(|l| l.contains(&format!("{what}: "))).unwrap();
        let number = line.split(": ").nth(1).unwrap().split(' ').next().unwrap();
        number.parse().unwrap()
    };
    assert!(change("syn.ribosomes") < -10.0, "{printed}");
    assert!(change("host.growth_rate_per_h") < -10.0, "{printed}");
}

#[test]
fn every_shipped_script_passes_the_check() {
    for entry in fs::read_dir(root().join("scripts")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "rhai") {
            let output = bioxen(&["check", &path.display().to_string()]);
            assert!(output.status.success(), "{}: {}", path.display(), text(&output.stderr));
        }
    }
}

#[test]
fn the_settled_host_as_json() {
    let output = bioxen(&["chassis", "steady", "--nutrient", "0.5", "--json"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let number = |key: &str| value[key].as_f64().unwrap_or_else(|| panic!("no {key}"));
    assert!((number("growth_rate_per_h") / 1.55217 - 1.0).abs() < 1e-3);
    assert!((number("ribosome_fraction") / 0.175358 - 1.0).abs() < 1e-3);
    assert!((number("elongation_aa_per_s") / 18.34 - 1.0).abs() < 1e-3);
    assert!((number("ribosomes") / 27_976.4 - 1.0).abs() < 1e-3);
    assert!((number("charged_trna") / 13_696.0 - 1.0).abs() < 1e-3);
    assert!((number("uncharged_trna") / 63_224.0 - 1.0).abs() < 1e-3);
    assert!((number("atp_percent") - 92.0).abs() < 0.1);
}

#[test]
fn exit_codes_tell_a_wrong_call_from_a_failed_script() {
    let code = |arguments: &[&str]| bioxen(arguments).status.code();
    assert_eq!(code(&["run", "no_such_file.rhai"]), Some(2));
    assert_eq!(code(&["run", "."]), Some(2));
    assert_eq!(code(&["run"]), Some(2));
    assert_eq!(code(&["runn"]), Some(2));
    assert_eq!(code(&["chassis", "steady", "--nutrient", "-1"]), Some(2));
    assert_eq!(code(&["chassis", "steady", "--nutrient", "NaN"]), Some(2));
    assert_eq!(code(&["--help"]), Some(0));
    let (failed, folder) = run_text("let x = 1;\nstart_transcripton([\"lacZ\"]);");
    assert_eq!(failed.status.code(), Some(1));
    let message = text(&failed.stderr);
    assert!(message.contains("did you mean `start_transcription`?"), "{message}");
    assert!(message.contains("protocol.rhai:2:1"), "{message}");
    assert!(message.contains("^^^"), "{message}");
    let file = folder.path().join("protocol.rhai").display().to_string();
    let checked = bioxen(&["check", &file]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(text(&checked.stderr).contains("did you mean `start_transcription`?"));
}

#[test]
fn files_that_are_no_scripts_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("binary.rhai");
    fs::write(&file, [b'a', b'\n', 0xff, 0xfe]).unwrap();
    let output = bioxen(&["run", &file.display().to_string()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("not UTF-8 text (line 2)"));
    let output = bioxen(&["run", &folder.path().display().to_string()]);
    assert!(text(&output.stderr).contains("is a folder"));
}

#[test]
fn a_report_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.rhai");
    fs::write(&file, "create_bio_vm(\"demo\", \"syn3a\").start(); print(\"hello\"); run(1.min).to_csv(\"t.csv\"); 6 * 7").unwrap();
    let out = folder.path().join("out");
    let output = bioxen(&[
        "run",
        &file.display().to_string(),
        "--json",
        "--seed",
        "5",
        "--out",
        &out.display().to_string(),
    ]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["seed"], 5);
    assert_eq!((&value["value"], &value["text"]), (&42.into(), &"42".into()));
    assert_eq!(value["output"][0], "hello");
    assert_eq!(value["now_min"], 1.0);
    assert_eq!(value["vms"][0]["id"], "demo");
    assert_eq!(value["error"], serde_json::Value::Null);
    assert!(value["files"][0].as_str().unwrap().ends_with("t.csv"));
    fs::write(&file, "run(5)").unwrap();
    let output = bioxen(&["run", &file.display().to_string(), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["error"]["line"], 1);
    assert!(text(&output.stderr).is_empty());
}

#[test]
fn quiet_prints_only_what_the_script_prints() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.rhai");
    fs::write(&file, "print(\"hello\"); run(1.min).to_csv(\"t.csv\");").unwrap();
    let out = folder.path().join("out").display().to_string();
    let output = bioxen(&["run", &file.display().to_string(), "--quiet", "--out", &out]);
    assert_eq!(text(&output.stdout), "hello\n");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn a_script_from_standard_input() {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_bioxen"))
        .args(["run", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"print(1 + 1);").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(text(&output.stdout), "2\n");
}

#[test]
fn a_damaged_genome_file_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let whole = fs::read_to_string(root().join("genomes/syn3a.genome")).unwrap();
    let half = &whole[..whole.len() / 2];
    let half = &half[..half.char_indices().last().unwrap().0];
    fs::write(folder.path().join("half.genome"), half).unwrap();
    let file = folder.path().join("p.rhai");
    let call = "create_bio_vm(\"x\", \"syn3a\", \"basic\", #{genome_file: \"half.genome\"});";
    fs::write(&file, call).unwrap();
    let output = bioxen(&["run", &file.display().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    let message = text(&output.stderr);
    assert!(message.contains("half.genome"), "{message}");
    fs::write(&file, call.replace("half.genome", ".")).unwrap();
    let output = bioxen(&["run", &file.display().to_string()]);
    assert_eq!(output.status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.rhai");
    let text_of_script = "create_bio_vm(\"demo\", \"ecoli\").start(); \
                          at(1.min, || print(\"on its way\")); \
                          start_transcription([\"lacZ\"]); run(5000.h);";
    fs::write(&file, text_of_script).unwrap();
    let out = folder.path().join("out");
    let mut child = Command::new(env!("CARGO_BIN_EXE_bioxen"))
        .args(["run", &file.display().to_string(), "--out", &out.display().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Its first words say that it has recorded a minute.
    let mut reader = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut reader, &mut line).unwrap();
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    let csv = fs::read_to_string(out.join("interrupted.csv")).unwrap();
    assert!(csv.lines().count() > 2);
    let columns = csv.lines().next().unwrap().split(',').count();
    assert!(csv.lines().all(|l| l.split(',').count() == columns));
}

#[test]
fn it_runs_from_any_folder() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_bioxen"))
        .args(["genome", "list"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let printed = text(&output.stdout);
    for genome in ["syn3a", "ecoli", "minimal"] {
        assert!(printed.contains(genome), "{printed}");
    }
}
