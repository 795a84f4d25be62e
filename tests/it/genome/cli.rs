//! `bioxen genome` as it is used.

use std::path::Path;
use std::process::{Command, Output};

/// Runs `bioxen genome` in a folder.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bioxen"))
        .arg("genome")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn sample(name: &str) -> String {
    format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A call fails and says why.
fn fails(folder: &Path, arguments: &[&str], told: &str) {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains(told), "{}", err(&output));
}

#[test]
fn the_shipped_genomes_are_listed_and_described_from_any_folder() {
    let folder = tempfile::tempdir().unwrap();
    let listed = run(folder.path(), &["list"]);
    assert_eq!(listed.status.code(), Some(0));
    let names: Vec<String> = out(&listed)
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect();
    assert_eq!(names, ["syn3a", "ecoli", "minimal"]);
    let all: serde_json::Value =
        serde_json::from_slice(&run(folder.path(), &["list", "--json"]).stdout).unwrap();
    assert_eq!(all[1]["genes"]["by_kind"]["CDS"], 4345);
    let ecoli = out(&run(folder.path(), &["info", "ecoli"]));
    assert!(ecoli.contains("4641652 bp, circular, genetic code 11"), "{ecoli}");
    assert!(ecoli.contains("MIT, (c) 2022 Covert Lab"), "{ecoli}");
    let info = run(folder.path(), &["info", "syn3a", "--json"]);
    let syn3a: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
    assert_eq!(syn3a["genes"]["total"], 496);
    assert_eq!(syn3a["known"]["protein copies"], 424);
    fails(folder.path(), &["info", "syn3"], "did you mean `syn3a`?");
}

#[test]
fn a_file_is_imported_checked_and_described() {
    let folder = tempfile::tempdir().unwrap();
    let source = sample("invented.gb");
    let import = ["import", source.as_str(), "-o", "mine.genome"];
    let made = run(folder.path(), &import);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    assert_eq!(out(&made), "mine.genome: 7 genes, of which 4 are translated\n");
    fails(folder.path(), &import, "exists already");
    let forced = run(folder.path(), &[&import[..], &["--force"]].concat());
    assert_eq!(forced.status.code(), Some(0));
    let valid = run(folder.path(), &["validate", "mine.genome"]);
    assert_eq!((valid.status.code(), out(&valid)), (Some(0), "mine.genome: valid\n".into()));
    let info = out(&run(folder.path(), &["info", "mine.genome"]));
    assert!(info.contains("Organism    Inventia exempli"), "{info}");
}

#[test]
fn a_faulty_file_is_refused_with_every_fault() {
    let folder = tempfile::tempdir().unwrap();
    let text = super::format::SMALL.replace("T_2", "T_1").replace("\t12.5\t", "\t-1\t");
    std::fs::write(folder.path().join("bad.genome"), text).unwrap();
    let refused = run(folder.path(), &["validate", "bad.genome"]);
    assert_eq!(refused.status.code(), Some(1));
    let lines: Vec<String> = out(&refused).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("bad.genome:13:27: tpm[TPM]: -1 is not between"), "{lines:?}");
    assert!(lines[1].starts_with("bad.genome:14:1: locus_tag: `T_1` is already"), "{lines:?}");
    assert!(err(&refused).contains("2 faults found"));
    let json = run(folder.path(), &["validate", "bad.genome", "--json"]);
    let found: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(found["valid"], false);
    assert_eq!(
        (&found["faults"][0]["line"], &found["faults"][0]["column"]),
        (&13.into(), &27.into())
    );
    let half = &super::format::SMALL[..super::format::SMALL.len() / 2];
    std::fs::write(folder.path().join("half.genome"), half).unwrap();
    assert_eq!(run(folder.path(), &["info", "half.genome"]).status.code(), Some(1));
    fails(folder.path(), &["validate", "."], "is a directory, not a genome file");
}

#[test]
fn the_original_projects_midpoints_are_refused_until_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "100 31 100 1 1 T_1 Product\n200 10 100 -1 0 T_2 Product\n";
    std::fs::write(folder.path().join("old.genome"), rows).unwrap();
    fails(
        folder.path(),
        &["import", "old.genome", "-o", "new.genome"],
        "midpoint, half-length and distance",
    );
    assert!(!folder.path().join("new.genome").exists());
    let asked = ["import", "old.genome", "--legacy-midpoint", "-o", "new.genome"];
    let made = run(folder.path(), &asked);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    assert!(err(&made).contains("note: the file does not state the topology"), "{}", err(&made));
    let info = run(folder.path(), &["info", "old.genome", "--legacy-midpoint"]);
    assert_eq!(info.status.code(), Some(0));
}

#[test]
fn every_command_has_help_with_examples() {
    let folder = tempfile::tempdir().unwrap();
    for command in [
        &["--help"][..],
        &["list", "--help"],
        &["info", "--help"],
        &["validate", "--help"],
        &["import", "--help"],
    ] {
        let help = run(folder.path(), command);
        assert_eq!(help.status.code(), Some(0));
        assert!(out(&help).contains("Examples:\n  bioxen genome "), "{}", out(&help));
    }
    assert_eq!(run(folder.path(), &["frobnicate"]).status.code(), Some(2));
}
