//! `bioxen sweep` and `bioxen shard`: what users call. tests/sweeps has what needs other programs.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const BIOXEN: &str = env!("CARGO_BIN_EXE_bioxen");

const SCRIPT: &str = r#"
let dose = param("dose", 1.mM);
let strength = param("strength", 1.0);
quick_start_vm("ecoli", "cell").set_limits("host");
start_transcription(["lacZ"], #{strength: strength});
let trace = run(2.min);
#{mrna: trace.final("lacZ.mrna"), dose_again: dose, word: `s${strength}`, course: trace}
"#;

const PLAN: &str = r#"
script = "dose.rhai"
seed = 7
replicates = 3
[parameters]
dose = ["0.1 mM", "1000 uM"]
strength = [0.5, 2.0]
"#;

fn bioxen(home: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(BIOXEN);
    command.args(arguments).current_dir(home).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn home(script: &str, plan: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("dose.rhai"), script).unwrap();
    fs::write(home.path().join("dose.toml"), plan).unwrap();
    home
}

/// What was said on standard error by a call that ends with a code.
fn told(home: &Path, arguments: &[&str], code: i32) -> String {
    let output = bioxen(home, arguments);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {} {said}", text(&output.stdout));
    said
}

#[test]
fn any_number_of_workers_and_any_cut_give_the_same_bytes() {
    let home = home(SCRIPT, PLAN);
    let mut all = Vec::new();
    for (folder, arguments) in [
        ("a", ["--jobs", "1", "--shards", "1"]),
        ("b", ["--jobs", "2", "--shard-size", "1"]),
        ("c", ["--jobs", "2", "--shards", "5"]),
    ] {
        told(
            home.path(),
            &[&["sweep", "dose.toml", "-q", "--out", folder][..], &arguments].concat(),
            0,
        );
        let read = |name: &str| fs::read(home.path().join(folder).join(name)).unwrap();
        all.push(["results.parquet", "statistics.parquet"].map(read));
    }
    assert!(all[1] == all[0] && all[2] == all[0]);
}

#[test]
fn a_sweep_is_told_summarised_and_drawn() {
    let home = home(SCRIPT, PLAN);
    let lock = bioxen(home.path(), &["sweep", "lock", "dose.toml", "--shards", "4"]);
    assert_eq!(text(&lock.stdout), "dose.sweep/lock.json\n");
    let status = bioxen(home.path(), &["sweep", "status", "dose.sweep", "--json"]);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(status["missing"], serde_json::json!([0, 1, 2, 3]));
    let shard = bioxen(home.path(), &["shard", "dose.sweep/lock.json", "--index", "3"]);
    assert_eq!(text(&shard.stdout), "shard 3 is written\n");
    let shard = bioxen(home.path(), &["shard", "dose.sweep", "--index", "3"]);
    assert_eq!(text(&shard.stdout), "shard 3 was there already\n");
    let said = told(home.path(), &["sweep", "merge", "dose.sweep"], 1);
    assert!(said.contains("3 of 4 shards cannot be merged: shard 0 (missing)"), "{said}");
    let done = bioxen(home.path(), &["sweep", "resubmit", "dose.sweep", "--json"]);
    let done: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!((&done["rows"], &done["failed_rows"]), (&12.into(), &serde_json::json!([])));
    let summary = bioxen(home.path(), &["sweep", "summary", "dose.sweep", "--output", "mrna"]);
    let shown = text(&summary.stdout);
    assert!(shown.contains("strength") && shown.contains("5 % to 95 %"), "{shown}");
    for (file, arguments) in [
        ("curve.svg", vec!["--output", "mrna"]),
        ("map.svg", vec!["--output", "mrna", "--heat", "strength"]),
        ("time.svg", vec!["--output", "course.cell.lacZ.mrna"]),
        ("at.svg", vec!["--output", "course.cell.lacZ.mrna", "--time", "1", "--x", "strength"]),
    ] {
        let call = [&["sweep", "summary", "dose.sweep", "--plot", file][..], &arguments].concat();
        told(home.path(), &call, 0);
        let picture = fs::read_to_string(home.path().join(file)).unwrap();
        assert!(picture.contains("mrna") && !picture.contains("NaN"), "{file}");
    }
    let said = told(home.path(), &["sweep", "summary", "dose.sweep", "--output", "mran"], 2);
    assert!(said.contains("did you mean `mrna`?"), "{said}");
}

#[test]
fn a_row_that_fails_is_told_and_the_others_are_there() {
    let script = "let x = param(\"x\", 1.0); if x == 2.0 { throw \"no two\" } x * 2";
    let home = home(script, "script = \"dose.rhai\"\n[parameters]\nx = [1.0, 2.0, 3.0]");
    let said = told(home.path(), &["sweep", "dose.toml"], 1);
    assert!(said.contains("1 row of 3 failed") && said.contains("point 1 (x = 2.0)"), "{said}");
    assert!(said.contains("no two (dose.rhai, line 1, column 40)"), "{said}");
    let table = "print(read_parquet(\"dose.sweep/results.parquet\")[\"value\"][2]);";
    fs::write(home.path().join("sum.rhai"), table).unwrap();
    assert_eq!(text(&bioxen(home.path(), &["run", "sum.rhai"]).stdout), "6.0\n");
    // The first row is tried before all others.
    fs::write(home.path().join("dose.rhai"), script.replace("2.0", "1.0")).unwrap();
    let said = told(home.path(), &["sweep", "dose.toml", "--out", "b"], 1);
    assert!(said.contains("the first row (x = 1.0) fails, so nothing was started"), "{said}");
}

#[test]
fn what_is_wrong_is_told_before_anything_runs() {
    let home = home(SCRIPT, PLAN);
    let plan = home.path().join("dose.toml");
    for (from, to, part) in [
        ("dose =", "doze =", "did you mean `dose`?"),
        ("replicates", "replicate", "did you mean `replicates`?"),
        ("0.1 mM", "0.1 mmol", "mmol"),
        ("1000 uM", "1000 s", "point 2 (dose = 1000 s"),
        ("dose.rhai", "done.rhai", "done.rhai"),
        (
            "[parameters]",
            "outputs = [\"protein\"]\n[parameters]",
            "the plan wants the output `protein`",
        ),
        (
            "[parameters]",
            "[statistics]\nhistograms = [\"mran\"]\n[parameters]",
            "did you mean `mrna`?",
        ),
        (
            "[parameters]",
            "[traces]\nkeep = 1\nmax_bytes = 10\n[parameters]",
            "more than traces.max_bytes = 10",
        ),
    ] {
        fs::write(&plan, PLAN.replace(from, to)).unwrap();
        let output = bioxen(home.path(), &["sweep", "dose.toml", "--out", "x.sweep"]);
        let said = text(&output.stderr);
        assert!(matches!(output.status.code(), Some(1 | 2)), "{said}");
        assert!(said.starts_with("error: ") && said.contains(part), "{to}: {said}");
        assert!(!home.path().join("x.sweep/results.parquet").exists());
        let _ = fs::remove_dir_all(home.path().join("x.sweep"));
    }
    let said = told(home.path(), &["sweep"], 2);
    assert!(said.contains("a plan is missing"), "{said}");
    let said = told(home.path(), &["shard", "nowhere", "--index", "0"], 1);
    assert!(said.contains("nowhere"), "{said}");
}

#[test]
fn a_script_reads_what_was_frozen_and_nothing_else() {
    let script = "import \"more\" as more; more::twice(read_csv(\"data.csv\")[\"x\"].sum())";
    let plan = "script = \"dose.rhai\"\nfiles = [\"data.csv\", \"more.rhai\"]";
    let home = home(script, plan);
    fs::write(home.path().join("data.csv"), "x\n1\n2\n").unwrap();
    fs::write(home.path().join("more.rhai"), "fn twice(x) { 2 * x }").unwrap();
    told(home.path(), &["sweep", "dose.toml"], 0);
    fs::write(home.path().join("data.csv"), "x\n5\n").unwrap();
    let said = told(home.path(), &["sweep", "dose.toml"], 2);
    assert!(said.contains("holds another sweep: `data.csv` has changed since"), "{said}");
    fs::write(home.path().join("dose.toml"), plan.replace("\"data.csv\", ", "")).unwrap();
    let said = told(home.path(), &["sweep", "dose.toml", "--out", "b"], 1);
    assert!(said.contains("data.csv"), "{said}");
}

#[test]
fn what_is_wrong_with_an_output_leaves_the_rows() {
    let script = "let x = param(\"x\", 1); if x == 2 { #{v: \"two\", big: 1} } else { #{v: 9007199254740993, w: 5.mM} }";
    let home = home(script, "script = \"dose.rhai\"\n[parameters]\nx = [1, 2, 3]");
    let said = told(home.path(), &["sweep", "dose.toml"], 1);
    assert!(
        said.contains(
            "all rows are there, but the output `v` is a whole number at row 0 and a text at row 1"
        ),
        "{said}"
    );
    let read = "let t = read_parquet(\"dose.sweep/results.parquet\"); print(t[\"v\"][0]); print(t[\"w\"][2]);";
    fs::write(home.path().join("read.rhai"), read).unwrap();
    assert_eq!(
        text(&bioxen(home.path(), &["run", "read.rhai"]).stdout),
        "9007199254740993\n5 mM\n"
    );
}

#[test]
fn parameters_that_are_texts_stay_texts() {
    let script = "param(\"w\", \"a\") + param(\"d\", [1, 2]).len()";
    let plan = "script = \"dose.rhai\"\n[design]\nkind = \"zip\"\n[parameters]\nw = [\"5 mM\", \"60 s\"]\nd = [\"1, 2\", \"3 s\"]";
    let home = home(script, &plan.replace("3 s", "3, 4, 5"));
    told(home.path(), &["sweep", "dose.toml"], 0);
    let read = "let t = read_parquet(\"dose.sweep/results.parquet\"); print(t[\"w\"]); print(t[\"value\"]);";
    fs::write(home.path().join("read.rhai"), read).unwrap();
    let shown = text(&bioxen(home.path(), &["run", "read.rhai"]).stdout);
    assert_eq!(shown, "[\"5 mM\", \"60 s\"]\n[\"5 mM2\", \"60 s3\"]\n");
}

#[test]
fn designs_that_fill_space_are_drawn_as_points_and_maps_have_a_column_for_each_value() {
    let script = "let x = param(\"x\", 1.0); let y = param(\"y\", 1.0); x * y";
    let plan = "script = \"dose.rhai\"\n[design]\nkind = \"latin_hypercube\"\npoints = 7\n[parameters]\n\
                x = {from = 1, to = 5}\ny = {from = 1, to = 2}";
    let home = home(script, plan);
    told(home.path(), &["sweep", "dose.toml", "-q"], 0);
    let said =
        told(home.path(), &["sweep", "summary", "dose.sweep", "--x", "x", "--plot", "p.svg"], 0);
    assert!(said.contains("each point is drawn, and no curve"), "{said}");
    fs::write(
        home.path().join("dose.toml"),
        "script = \"dose.rhai\"\n[parameters]\nx = [1, 2, 3, 20]\ny = [1, 2]",
    )
    .unwrap();
    told(home.path(), &["sweep", "dose.toml", "-q", "--out", "b"], 0);
    told(home.path(), &["sweep", "summary", "b", "--heat", "y", "--plot", "h.svg"], 0);
    let map = fs::read_to_string(home.path().join("h.svg")).unwrap();
    for name in [">1<", ">2<", ">3<", ">20<"] {
        assert!(map.contains(name), "{name}");
    }
}

#[test]
fn options_of_slurm_are_for_slurm() {
    let home = home(SCRIPT, PLAN);
    let said = told(home.path(), &["sweep", "dose.toml", "--throttle", "2"], 2);
    assert!(said.contains("--throttle and --no-wait are for --on slurm"), "{said}");
}

#[test]
fn options_of_sweep_say_where_it_runs() {
    let home = tempfile::tempdir().unwrap();
    for (options, part) in [
        ("on: \"slurn\"", "did you mean `slurm`?"),
        ("partition: \"a\"", "the option `partition` of sweep is for #{on: \"slurm\"}"),
        ("on: \"slurm\", throttle: 0", "throttle"),
        ("on: \"slurm\", memory: \"a b\"", "memory `a b` holds more than letters"),
        ("on: \"slurm\", folder: \"../x\"", "../x"),
        ("on: \"here\", shard: 3", "shard"),
    ] {
        let script = format!("sweep([1, 2], |x| x, #{{{options}}})");
        fs::write(home.path().join("a.rhai"), script).unwrap();
        let said = told(home.path(), &["run", "a.rhai"], 1);
        assert!(said.contains(part), "{options}: {said}");
    }
    fs::write(home.path().join("a.rhai"), "print(sweep([1, 2], |x| x, #{on: \"here\"}))").unwrap();
    told(home.path(), &["run", "a.rhai"], 0);
}
