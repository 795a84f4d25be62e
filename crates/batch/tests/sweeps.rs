//! What must hold of every sweep, whoever computes it and however it is cut.

#![allow(clippy::unwrap_used, reason = "it is a test")]

use std::path::{Path, PathBuf};

use bioxen_batch::{
    BatchError, Cell, Model, Outcome, Output, Plan, Row, Run, Samples, Stopped, lock, merge, shard,
    status,
};
use bioxen_table::{Table, Value};

/// Gives numbers that come from the seed, and now and then something else.
struct Toy<'a> {
    run: &'a Run,
    evaluated: u64,
    change: &'a dyn Fn(Row, &mut Outcome),
}

fn number(seed: u64, place: u64) -> f64 {
    let mixed = (seed ^ (place << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 11) as f64 / 1e13
}

impl Model for Toy<'_> {
    fn evaluate(&mut self, row: Row) -> Result<Outcome, Stopped> {
        self.evaluated += 1;
        let point = &self.run.lock().points.points[row.point as usize];
        let strength = point.first().and_then(|s| s.quantity()).map_or(0.0, |q| q.0);
        if row.number % 11 == 5 {
            return Err(Stopped::Failed { why: format!("no value at {}", row.number) });
        }
        let times: Vec<f64> = (0..5).map(f64::from).collect();
        let column = |name: &str, at: u64| {
            let numbers = (0..5).map(|i| strength + number(row.seed, 10 * at + i)).collect();
            (name.to_owned(), Some("molecules".to_owned()), numbers)
        };
        let mut columns = vec![column("a", 1)];
        if row.number % 3 != 1 {
            columns.push(column("b", 2));
        }
        let output = |name: &str, value| Output { name: name.to_owned(), unit: None, value };
        let mut outcome = Outcome {
            outputs: vec![
                output("mean", Some(Cell::Number(number(row.seed, 0)))),
                output("count", Some(Cell::Whole((row.seed % 100) as i64))),
                output("text", Some(Cell::Text(format!("w{}", row.seed % 3)))),
            ],
            samples: vec![Samples { times, columns }],
            remarks: vec![format!("row {} was long", row.number)],
        };
        outcome.outputs[0].unit = Some("uM".to_owned());
        (self.change)(row, &mut outcome);
        Ok(outcome)
    }
}

const PLAN: &str = "script = \"toy.rhai\"\nseed = 5\nreplicates = 13\n[parameters]\nk = [\"1 mM\", \"2000 uM\", \"3 mM\"]\n\
                    word = [\"x\", \"y\"]\n[statistics]\nhistograms = [\"count\", \"a\"]\n[traces]\nkeep = 2\n";

fn frozen(folder: &Path, name: &str, text: &str) -> Run {
    std::fs::write(folder.join("toy.rhai"), "1").unwrap();
    lock::freeze(&Plan::read(text).unwrap(), folder, &folder.join(name), "1.0.0").unwrap()
}

fn compute(run: &Run, change: &dyn Fn(Row, &mut Outcome)) {
    for index in 0..run.lock().shards.count {
        shard::run(run, index, &mut Toy { run, evaluated: 0, change }, &mut |_, _| {}).unwrap();
    }
}

fn files(run: &Run) -> Vec<(PathBuf, Vec<u8>)> {
    let merged = merge(run).unwrap();
    let name = |path: &Path| PathBuf::from(path.file_name().unwrap());
    merged.files.iter().map(|(path, _)| (name(path), std::fs::read(path).unwrap())).collect()
}

#[test]
fn any_cut_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    let sizes = [1, 2, 7, 13, 30, 78, 1000].map(|size| format!("shard_size = {size}"));
    let counts = [1, 4, 7, 50, 78, 1000].map(|count| format!("shards = {count}"));
    for cut in sizes.iter().chain(&counts) {
        let run = frozen(folder.path(), &format!("{cut}.sweep"), &format!("{cut}\n{PLAN}"));
        let rows = (0..run.lock().shards.count).map(|index| run.lock().rows_of(index).unwrap().1);
        assert_eq!((rows.clone().sum::<u64>(), rows.min() > Some(0)), (78, true));
        compute(&run, &|_, _| {});
        all.push(files(&run));
    }
    assert_eq!(all[0].len(), 4);
    for other in &all[1..] {
        assert!(*other == all[0]);
    }
}

#[test]
fn statistics_are_those_of_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    let run = frozen(folder.path(), "a.sweep", &format!("shard_size = 5\n{PLAN}"));
    compute(&run, &|_, _| {});
    let merged = merge(&run).unwrap();
    let results = &merged.results;
    assert_eq!((results.rows(), merged.failed.len()), (78, 7));
    assert_eq!(merged.remarks, [("row 0 was long".to_owned(), 71)]);
    assert_eq!(results.column("k").unwrap().unit(), Some("mM"));
    assert_eq!(results.cell(77, "k").unwrap(), Value::Number(3.0));
    assert_eq!(results.cell(30, "k").unwrap(), Value::Number(2.0));
    assert_eq!(results.cell(5, "error").unwrap(), Value::Text("no value at 5".into()));
    let traces = Table::from_parquet(
        &std::fs::read(&merged.files[3].0).unwrap(),
        bioxen_table::Limits::default(),
    )
    .unwrap();
    // Two replicates of six points at five times; two rows of those failed (5 is a third one).
    assert_eq!(traces.column("a").unwrap().unit(), Some("molecules"));
    for row in merged.statistics.iter() {
        let (point, output) = (row.get("point").number().unwrap(), row.get("output"));
        if output != Value::Text("mean".into()) {
            continue;
        }
        let of = |r: &bioxen_table::Row<'_>| r.get("point").number() == Some(point);
        let numbers: Vec<f64> =
            results.iter().filter(of).filter_map(|r| r.get("mean").number()).collect();
        let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
        assert_eq!(row.get("count"), Value::Whole(numbers.len() as i64));
        assert!((row.get("mean").number().unwrap() / mean - 1.0).abs() < 1e-12);
        assert_eq!(row.get("unit"), Value::Text("uM".into()));
    }
    // Over time, by hand from the rows of a single one.
    let at = |output: &str, time: f64| {
        let found = merged.statistics.iter().find(|row| {
            row.get("point").number() == Some(0.0)
                && row.get("output") == Value::Text(output.into())
                && row.get("sample_time").number() == Some(time)
        });
        let row = found.unwrap();
        (row.get("count").number().unwrap(), row.get("mean").number().unwrap())
    };
    let there = |b: bool| (0..13u64).filter(move |n| n % 11 != 5 && (!b || n % 3 != 1));
    for (output, place, b) in [("a", 1, false), ("b", 2, true)] {
        let numbers: Vec<f64> =
            there(b).map(|n| 1.0 + number(run.lock().row(n).seed, 10 * place + 3)).collect();
        let (n, mean) = at(output, 3.0);
        assert_eq!(n, numbers.len() as f64, "{output}");
        assert!((mean / (numbers.iter().sum::<f64>() / n) - 1.0).abs() < 1e-12, "{output}");
    }
}

#[test]
fn what_is_there_is_not_computed_again() {
    let folder = tempfile::tempdir().unwrap();
    let run = frozen(folder.path(), "a.sweep", &format!("shard_size = 40\n{PLAN}"));
    let none = |_: Row, _: &mut Outcome| {};
    let mut toy = Toy { run: &run, evaluated: 0, change: &none };
    let first = shard::run(&run, 1, &mut toy, &mut |_, _| {}).unwrap();
    assert_eq!((first.skipped, toy.evaluated), (false, 38));
    let again = shard::run(&run, 1, &mut toy, &mut |_, _| {}).unwrap();
    assert_eq!((again.skipped, again.failed, toy.evaluated), (true, first.failed, 38));
    let told = merge(&run).unwrap_err().to_string();
    assert!(told.contains("1 of 2 shards cannot be merged: shard 0 (missing)"), "{told}");
    assert!(shard::run(&run, 2, &mut toy, &mut |_, _| {}).is_err());
}

#[test]
fn shards_that_are_cut_off_damaged_foreign_or_stale_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("shard_size = 20\n{PLAN}");
    let run = frozen(folder.path(), "a.sweep", &text);
    compute(&run, &|_, _| {});
    let whole = std::fs::read(run.shard(1)).unwrap();
    let wrong = |bytes: &[u8]| {
        std::fs::write(run.shard(1), bytes).unwrap();
        let told = merge(&run).unwrap_err().to_string();
        assert!(told.contains("1 of 4 shards cannot be merged: shard 1 ("), "{told}");
        told
    };
    for length in [0, 1, 40, 90, whole.len() / 2, whole.len() - 1] {
        wrong(&whole[..length]);
    }
    assert!(wrong(&whole[..whole.len() - 1]).contains("was cut off"));
    for at in (0..whole.len()).step_by(97) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        wrong(&bytes);
    }
    assert!(wrong(&std::fs::read(run.shard(2)).unwrap()).contains("it holds the rows from 40"));
    let other = frozen(folder.path(), "b.sweep", &text.replace("seed = 5", "seed = 6"));
    compute(&other, &|_, _| {});
    assert!(wrong(&std::fs::read(other.shard(1)).unwrap()).contains("belongs to the sweep"));
    // It is computed anew in its place.
    compute(&run, &|_, _| {});
    assert_eq!(std::fs::read(run.shard(1)).unwrap(), whole);
    let left = status(&run, &Default::default());
    assert!(left.is_complete() && left.wanted().is_empty());
}

#[test]
fn a_folder_belongs_to_one_sweep() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("shard_size = 20\n{PLAN}");
    // What came to nothing may be mended.
    frozen(folder.path(), "a.sweep", &text.replace("13", "12"));
    let run = frozen(folder.path(), "a.sweep", &text);
    assert_eq!(run.lock().replicates, 13);
    compute(&run, &|_, _| {});
    assert_eq!(frozen(folder.path(), "a.sweep", &text).lock(), run.lock());
    std::fs::create_dir(folder.path().join("own")).unwrap();
    std::fs::write(folder.path().join("own/results.parquet"), "precious").unwrap();
    let plan = Plan::read(&text).unwrap();
    let own = folder.path().join("own");
    let told = lock::freeze(&plan, folder.path(), &own, "1.0.0").unwrap_err().to_string();
    assert!(told.contains("holds `results.parquet`, which is no file of a sweep"), "{told}");
    let freeze = |text: &str, script: &str| {
        std::fs::write(folder.path().join("toy.rhai"), script).unwrap();
        let plan = Plan::read(text).unwrap();
        lock::freeze(&plan, folder.path(), run.folder(), "1.0.0").unwrap_err().to_string()
    };
    for (text, script, told) in [
        (text.as_str(), "2", "`toy.rhai` has changed since"),
        (&text.replace("13", "14"), "1", "another seed or another number of replicates"),
        (&text.replace("\"y\"", "\"z\""), "1", "the plan has other points now"),
        (&text.replace("= 20", "= 21"), "1", "cut into other shards"),
        (&text.replace("keep = 2", "keep = 3"), "1", "the plan has changed since"),
    ] {
        let found = freeze(text, script);
        assert!(found.contains(told) && found.contains("a.sweep"), "{found}");
    }
    let wrong = Run::open(run.folder(), "1.0.1").unwrap_err().to_string();
    assert!(wrong.contains("BioXen 1.0.0 locked it, and this is 1.0.1"), "{wrong}");
    std::fs::write(run.script(), "2").unwrap();
    assert!(
        matches!(run.check_inputs(), Err(BatchError::Input { name, .. }) if name == "toy.rhai")
    );
    let lock = std::fs::read_to_string(run.path()).unwrap();
    std::fs::write(run.path(), lock.replace("\"seed\": 5", "\"seed\": 6")).unwrap();
    let wrong = Run::open(run.folder(), "1.0.0").unwrap_err().to_string();
    assert!(wrong.contains("it was changed after it was written"), "{wrong}");
}

#[test]
fn outputs_that_do_not_fit_together_are_told_the_same_in_any_cut() {
    let folder = tempfile::tempdir().unwrap();
    type Change = &'static dyn Fn(Row, &mut Outcome);
    let unit: Change = &|row, outcome| {
        if row.number > 30 {
            outcome.outputs[0].unit = None;
        }
    };
    let kind: Change = &|row, outcome| {
        if row.number == 40 {
            outcome.outputs[1].value = Some(Cell::Text("many".into()));
        }
    };
    let grid: Change = &|row, outcome| {
        if row.number == 3 {
            outcome.samples[0].times[2] = 2.5;
        }
    };
    let name: Change = &|_, outcome| outcome.outputs[1].name = "seed".into();
    let parameter: Change = &|_, outcome| outcome.outputs[1].name = "k".into();
    let mut shown = String::new();
    for (number, change) in [unit, kind, grid, name, parameter].into_iter().enumerate() {
        let mut told = Vec::new();
        for size in [1, 9, 78] {
            let text = format!("shard_size = {size}\n{PLAN}");
            let text = text.replace("histograms = [\"count\", \"a\"]", "");
            let run = frozen(folder.path(), &format!("{number}-{size}.sweep"), &text);
            compute(&run, change);
            let merged = merge(&run).unwrap();
            // All rows are there, whatever is wrong with a column.
            assert_eq!(merged.results.rows(), 78);
            let problems: Vec<String> = merged.problems.iter().map(ToString::to_string).collect();
            told.push((problems.join("\n"), files(&run)));
        }
        assert!(told.iter().all(|other| *other == told[0]), "{}", told[0].0);
        shown.push_str(&told[0].0);
        shown.push('\n');
    }
    for part in [
        "the output `mean` is in uM at row 0 and without a unit at row 31",
        "the output `count` is a whole number at row 0 and a text at row 40",
        "the samples of `a` are at 2 different sets of times at one point (point 0: k = 1 mM, word = x)",
        "the output `seed` has the name of a column of the results",
        "the output `k` has the name of a parameter of the plan",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn units_of_one_quantity_are_converted_into_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let run = frozen(folder.path(), "a.sweep", &format!("shard_size = 4\n{PLAN}"));
    compute(&run, &|row, outcome| {
        outcome.outputs[0].value = Some(Cell::Number(if row.number < 40 { 2.0 } else { 0.5 }));
        let unit = if row.number < 40 { "uM" } else { "mM" };
        outcome.outputs[0].unit = Some(unit.to_owned());
    });
    let results = merge(&run).unwrap().results;
    assert_eq!(results.column("mean").unwrap().unit(), Some("uM"));
    let cells = [3, 77].map(|row| results.cell(row, "mean").unwrap());
    assert_eq!(cells, [Value::Number(2.0), Value::Number(500.0)]);
}

#[test]
fn kept_traces_take_no_more_than_they_may() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("shard_size = 20\n{PLAN}max_bytes = 1000\n");
    let run = frozen(folder.path(), "a.sweep", &text);
    let none = |_: Row, _: &mut Outcome| {};
    let mut toy = Toy { run: &run, evaluated: 0, change: &none };
    let outcome = toy.evaluate(run.lock().row(0)).unwrap();
    let told = bioxen_batch::check(&run, &outcome).unwrap_err().to_string();
    // Two of six points, five times, two columns and the times.
    assert!(told.contains("1440 bytes, more than traces.max_bytes = 1000"), "{told}");
}

#[test]
fn seeds_are_those_of_the_row_alone() {
    let folder = tempfile::tempdir().unwrap();
    let run = frozen(folder.path(), "a.sweep", PLAN);
    let seeds: std::collections::BTreeSet<u64> =
        (0..78).map(|number| run.lock().row(number).seed).collect();
    assert_eq!((seeds.len(), run.lock().row(0).seed), (78, 5));
    let more = frozen(folder.path(), "b.sweep", &PLAN.replace("13", "20"));
    // Point 1, replicate 0 in both.
    assert_eq!(more.lock().row(20).seed, run.lock().row(13).seed);
    assert!(seeds.iter().all(|seed| i64::try_from(*seed).is_ok()));
}
