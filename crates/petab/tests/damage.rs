//! Files that are wrong: all that is wrong is told, and nothing panics or hangs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use bioxen_engine::StopToken;
use bioxen_engine::rng::{Rng, Seed};
use bioxen_petab::Options;
use common::{changed, files, read};

/// What is told of a problem with changed files.
fn told(name: &str, changes: &[(&str, &str)]) -> String {
    changed(name, changes).expect_err("it is wrong").to_string()
}

#[test]
fn all_problems_of_all_files_are_told_at_once() {
    let all = told(
        "outputs",
        &[
            ("first.tsv", "lin_n\tc\t1\t9.5\tscale;2 => lin_n\tcc\t-1\tmuch\tscale"),
            ("first.tsv", "1.5;offset\tsd => 1.5;ofset\tsd;sd"),
            ("second.tsv", "5.1\tlin_l => 5.1\tlin_ll"),
            ("second.tsv", "4\tlog_l => -4\tlog_l"),
            (
                "observables.tsv",
                "noiseParameter1_lin_l + 0.1 * X => noiseParameter1_lin_l + 0.1 * XX",
            ),
            ("observables.tsv", "0.4\tlaplace => 0.4\tlaplac"),
            ("parameters.tsv", "k\trate\tlog10\t0.01\t10 => k\trate\tlog11\t10\t0.01"),
            ("parameters.tsv", "sd\t\tlog10 => ssd\t\tlog10"),
            ("parameters.tsv", "normal\t0;1 => normal\t0"),
            ("conditions.tsv", "d\t2 => d\ttwo!"),
        ],
    );
    for part in [
        "first.tsv, line 2, column `simulationConditionId`: is `cc`, which is not the id of a condition (did you mean `c`?)",
        "first.tsv, line 2, column `time`: is `-1`; it must be a number of 0 or more, or inf",
        "first.tsv, line 2, column `measurement`: is `much`",
        "first.tsv, line 3, column `observableParameters`: names `ofset`, which the parameter table does not have (did you mean `offset`?)",
        "first.tsv, line 3, column `noiseParameters`: gives 2 values; the observable `lin_n` has 1",
        "second.tsv, line 2, column `observableId`: is `lin_ll`, which is not the id of an observable (did you mean `lin_l`?)",
        "second.tsv, line 4, column `measurement`: is -4; the observable is transformed",
        "observables.tsv, line 5, column `noiseFormula`: is `noiseParameter1_lin_l + 0.1 * XX`: character 31: neither",
        "observables.tsv, line 7, column `noiseDistribution`: is `laplac` (did you mean `laplace`?)",
        "parameters.tsv, line 2, column `parameterScale`: is `log11`",
        "parameters.tsv, line 2, column `upperBound`: is 0.01; the lower bound is 10",
        "parameters.tsv, line 5, column `parameterId`: is `ssd`, which neither a model nor a table uses (did you mean `sd`?)",
        "parameters.tsv, line 4, column `initializationPriorParameters`: is `0`; it must be two numbers",
        "conditions.tsv, line 3, column `offset_here`: is `two!`, which is neither a number nor an id",
    ] {
        assert!(all.contains(part), "{part}\n\n{all}");
    }
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    for (file, cases) in [
        (
            "problem.yaml",
            &[
                (
                    "format_version: 1 => format_version: 2",
                    "problem.yaml, line 1: format_version is `2`; only version 1",
                ),
                (
                    "problems: => problemes:",
                    "`problemes` is an unknown key (did you mean `problems`?)",
                ),
                ("model.xml => https://example.org/model.xml", "files are read from the disk only"),
                (
                    "  - model.xml =>   - model.xml\n  - model2.xml",
                    "names the models `model.xml` and `model2.xml` in one problem",
                ),
                ("format_version: 1 => x: &v 1\nformat_version: *v", "alias"),
                ("first.tsv => missing.tsv", "missing.tsv: cannot be read: there is no such file"),
                ("problems: => problems: [", "problem.yaml, line"),
            ][..],
        ),
        (
            "model.xml",
            &[("</model> => ", "model.xml: "), ("id=\"k\" => id=\"kk\"", "model.xml: ")][..],
        ),
        (
            "parameters.tsv",
            &[
                (
                    "parameterScale => scale",
                    "parameters.tsv, line 1: there is no column `parameterScale`",
                ),
                (
                    "nominalValue => NominalValue",
                    "the column `NominalValue` is unknown; did you mean `nominalValue`?",
                ),
                (
                    "k\trate => noiseParameter1_lin_n\trate",
                    "a placeholder, which the measurement table replaces",
                ),
                ("k\trate => X\trate", "a species of the model"),
                ("k\trate => offset_here\trate", "a column of the condition table"),
            ][..],
        ),
        (
            "conditions.tsv",
            &[
                ("offset_here => gone", "the column `gone` is a reaction"),
                ("offset_here => elsewhere", "the column `elsewhere` is nothing"),
            ][..],
        ),
        (
            "observables.tsv",
            &[
                (
                    "observableParameter2_lin_n => observableParameter3_lin_n",
                    "has no `observableParameter2`, but `observableParameter3`",
                ),
                (
                    "noiseParameter1_lin_l => noiseParameter1_log_l",
                    "is a placeholder of the observable `log_l`",
                ),
            ][..],
        ),
    ] {
        for &(change, part) in cases {
            let all = told("outputs", &[(file, change)]);
            assert!(all.contains(part), "{file}, {change}: {all}");
        }
    }
}

#[test]
fn a_thousand_problems_are_counted() {
    let mut files = files("decay");
    let text = files.get_mut("measurements.tsv").unwrap();
    (0..1000).for_each(|_| text.push_str("y\tc\tmuch\t1\n"));
    let all = read(&files).unwrap_err().to_string();
    assert!(all.lines().count() < 110 && all.contains("and 900 problems more"), "{all}");
}

#[test]
fn texts_without_end_are_refused() {
    let mut all = files("decay");
    for text in
        ["[".repeat(200_000), "a: {".repeat(200_000), "- ".repeat(200_000), "\n- x".repeat(200_000)]
    {
        all.insert("problem.yaml".to_owned(), text);
        assert!(read(&all).is_err());
    }
    let mut all = files("decay");
    for formula in [
        "(".repeat(200_000),
        "X+".repeat(200_000),
        "-".repeat(200_000),
        format!("X{}", "^X".repeat(100_000)),
    ] {
        all.insert(
            "observables.tsv".to_owned(),
            format!("observableId\tobservableFormula\tnoiseFormula\ny\t{formula}\tsigma\n"),
        );
        assert!(read(&all).is_err());
    }
    // A long sum is a sum.
    let sum = format!("X{}", " + 0 * X".repeat(20_000));
    all.insert(
        "observables.tsv".to_owned(),
        format!("observableId\tobservableFormula\tnoiseFormula\ny\t{sum}\tsigma\n"),
    );
    assert!(read(&all).is_ok());
}

/// A text with one damage: cut off, a bit turned, cells exchanged, a line lost or doubled, a number that is none.
fn damaged(text: &str, rng: &mut Rng) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut below = |n: usize| rng.below(n.max(1) as u64) as usize;
    match below(6) {
        0 => bytes.truncate(below(bytes.len())),
        1 => {
            for _ in 0..=below(4) {
                let at = below(bytes.len());
                bytes[at] ^= 1 << below(8);
            }
        }
        2 | 3 => {
            let mut lines: Vec<Vec<&str>> =
                text.lines().map(|line| line.split('\t').collect()).collect();
            let (a, b) = (below(12), below(12));
            for line in &mut lines {
                let length = line.len();
                line.swap(a % length, b % length);
            }
            return lines.iter().map(|line| line.join("\t")).collect::<Vec<_>>().join("\n");
        }
        4 => {
            let mut lines: Vec<&str> = text.lines().collect();
            let at = below(lines.len());
            if below(2) == 0 {
                let _ = lines.remove(at);
            } else {
                lines.insert(at, lines[at])
            };
            return lines.join("\n");
        }
        _ => {
            let strange =
                ["nan", "inf", "-inf", "1e999", "-1", "0", "", ";", "\"", "1e-320", "sqrt(", "x/0"];
            let digits: Vec<usize> =
                (0..bytes.len()).filter(|&i| bytes[i].is_ascii_digit()).collect();
            if let Some(&at) = digits.get(below(digits.len())) {
                let new = strange[below(strange.len())].bytes();
                bytes.splice(at..=at, new);
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn damaged_files_never_panic_or_hang() {
    let mut rng = Rng::new(Seed::new(11).lane(0));
    let problems = ["decay", "conversion", "outputs", "two_models"].map(files);
    let (mut read_well, mut simulated) = (0, 0);
    for round in 0..2000 {
        let mut files = problems[round % 4].clone();
        let place = rng.below(files.len() as u64) as usize;
        let name = files.keys().nth(place).unwrap().clone();
        let text = damaged(&files[&name], &mut rng);
        files.insert(name, text);
        let Ok(problem) = read(&files) else { continue };
        read_well += 1;
        let Ok(nominal) = problem.nominal() else { continue };
        let options = Options { most_steps: 2000, ..Options::default() };
        simulated += usize::from(problem.evaluate(&nominal, &options, &StopToken::new()).is_ok());
    }
    // Much of what is damaged is still a problem, such as another number.
    assert!(read_well > 100 && read_well < 1900 && simulated > 50, "{read_well} {simulated}");
}
