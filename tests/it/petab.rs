//! `bioxen petab` and `bioxen sbml fit`: what users call, over the small problems of the crate.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const BIOXEN: &str = env!("CARGO_BIN_EXE_bioxen");

fn bioxen(home: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(BIOXEN);
    command.args(arguments).current_dir(home).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A folder with copies of a problem.
fn home(problem: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let from =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("crates/petab/tests/problems").join(problem);
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, home.path().join(path.file_name().unwrap())).unwrap();
    }
    home
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_problem_is_checked_and_all_that_is_wrong_is_told() {
    let home = home("conversion");
    let output = bioxen(home.path(), &["petab", "check", "problem.yaml"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let expected = "problem.yaml: nothing wrong found: 1 model, 7 conditions, 2 observables, 14 measurements, \
                    2 of 3 parameters estimated\n";
    assert_eq!(text(&output.stdout), expected);
    for (file, old, new) in [
        ("conditions.tsv", "rest", "resst"),
        ("observables.tsv", "(A + B)", "(A + B"),
        ("measurements.tsv", "named", "nammed"),
    ] {
        let path = home.path().join(file);
        let content = fs::read_to_string(&path).unwrap().replacen(old, new, 1);
        fs::write(&path, content).unwrap();
    }
    let output = bioxen(home.path(), &["petab", "check", "problem.yaml"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let told = text(&output.stderr);
    assert!(told.starts_with("error: 3 problems:\n"), "{told}");
    for part in [
        "did you mean `rest`?",
        "observables.tsv, line 3",
        "measurements.tsv, line 6",
        "did you mean `named`?",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let output = bioxen(home.path(), &["petab", "check", "problem.yaml", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let report = json(&output);
    assert_eq!(
        (report["valid"].as_bool(), report["problems"].as_array().unwrap().len()),
        (Some(false), 3)
    );
    // No problem at all.
    let output = bioxen(home.path(), &["petab", "check", "other.yaml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("other.yaml: cannot be read"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_problem_is_simulated_into_a_table() {
    let home = home("decay");
    let output = bioxen(home.path(), &["petab", "simulate", "problem.yaml"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let table = text(&output.stdout);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        (lines.len(), lines[0]),
        (9, "observableId\tsimulationConditionId\tsimulation\ttime")
    );
    let value: f64 = lines[3].split('\t').nth(2).unwrap().parse().unwrap();
    assert!((value - 10.0 * (-0.5f64).exp()).abs() < 1e-7, "{value}");
    assert!(text(&output.stderr).starts_with("log-likelihood "));
    // Into a file, which is replaced, but no other kind of file is.
    for _ in 0..2 {
        let output = bioxen(home.path(), &["petab", "simulate", "problem.yaml", "--out", "s.tsv"]);
        assert!(output.status.success() && text(&output.stdout).starts_with("log-likelihood"));
    }
    assert_eq!(fs::read_to_string(home.path().join("s.tsv")).unwrap(), table);
    let output = bioxen(
        home.path(),
        &["petab", "simulate", "problem.yaml", "--out", "model.xml", "--force"],
    );
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    let report = json(&bioxen(home.path(), &["petab", "simulate", "problem.yaml", "--json"]));
    assert_eq!(report["points"].as_u64(), Some(8));
}

#[test]
fn a_problem_is_fitted_and_reported_the_same_on_any_number_of_threads() {
    let home = home("decay");
    let call = |threads: &str| {
        bioxen(
            home.path(),
            &["petab", "fit", "problem.yaml", "--starts", "4", "--threads", threads, "--json"],
        )
    };
    let (one, three) = (call("1"), call("3"));
    assert!(one.status.success(), "{}", text(&one.stderr));
    assert_eq!(one.stdout, three.stdout);
    let report = json(&one);
    assert_eq!((report["starts"].as_u64(), report["converged"].as_bool()), (Some(4), Some(true)));
    let k = &report["parameters"][0];
    let (value, error) = (k["value"].as_f64().unwrap(), k["standard_error"].as_f64().unwrap());
    assert!((value - 0.5).abs() < 4.0 * error && error < 0.1, "{k}");
    let output = bioxen(
        home.path(),
        &["petab", "fit", "problem.yaml", "--starts", "4", "--out", "fitted.tsv"],
    );
    let told = text(&output.stdout);
    for part in [
        "parameter",
        "standard error",
        "log-likelihood",
        "AIC",
        "of 4 starts reached the best",
        "converged",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // What was fitted is a parameter table: with it the problem has the likelihood that was told.
    fs::rename(home.path().join("fitted.tsv"), home.path().join("parameters.tsv")).unwrap();
    let again = json(&bioxen(home.path(), &["petab", "simulate", "problem.yaml", "--json"]));
    let difference =
        again["log_likelihood"].as_f64().unwrap() - report["log_likelihood"].as_f64().unwrap();
    assert!(difference.abs() < 1e-9, "{difference}");
}

#[test]
fn a_model_is_fitted_to_time_courses() {
    let home = home("decay");
    let mut data = "time,X\n".to_owned();
    for i in 0..8 {
        let t = 0.5 * f64::from(i);
        data.push_str(&format!(
            "{t},{}\n",
            5.0 * (-0.8 * t).exp() + 0.02 * f64::from((i * 5) % 3 - 1)
        ));
    }
    fs::write(home.path().join("data.csv"), data).unwrap();
    let output = bioxen(
        home.path(),
        &["sbml", "fit", "model.xml", "data.csv", "--fit", "k=0.1:0.01..10", "x0", "--json"],
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report = json(&output);
    let value = |i: usize| report["parameters"][i]["value"].as_f64().unwrap();
    assert!((value(0) - 0.8).abs() < 0.02 && (value(1) - 5.0).abs() < 0.1, "{report}");
    assert_eq!(report["parameters"][2]["id"], "sigma_X");
    for (arguments, code, part) in [
        (["k", "x1"], 1, "--fit x1: the model has nothing called `x1`"),
        (["k=much", "x0"], 2, "`much` is no number"),
    ] {
        let call = [&["sbml", "fit", "model.xml", "data.csv", "--fit"][..], &arguments].concat();
        let output = bioxen(home.path(), &call);
        assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains(part), "{}", text(&output.stderr));
    }
}
