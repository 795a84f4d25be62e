//! Compares what is simulated for a folder of PEtab problems with the simulations that stand beside them.
//!
//! `cargo run --release -p bioxen-petab --example petab -- DIR` looks into each folder of DIR for a file `*.yaml`
//! and a file `simulatedData_*.tsv`, and prints a table. With `--fit N` it fits each problem from N starts, too; `--seed N` chooses other starts.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "examples print what they are examples of"
)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bioxen_engine::StopToken;
use bioxen_petab::{FitOptions, Options, Petab};

/// A simulated value may differ by so much of itself, or of the greatest value of its observable.
const RELATIVE: (f64, f64) = (1e-3, 1e-6);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(folder) = arguments.first() else {
        eprintln!("give the folder of the problems");
        std::process::exit(2);
    };
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<u64>().ok()
    };
    let starts = option("--fit").map(|starts| (starts as usize, option("--seed").unwrap_or(1)));
    println!(
        "| problem | points | log-likelihood | chi2 | values beyond tolerance | greatest difference | simulated in [ms] | fitted |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut yamls = Vec::new();
    find(Path::new(folder), &mut yamls);
    for yaml in yamls {
        let name = yaml.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        match row(&yaml, starts) {
            Ok(row) => println!("| {name} | {row} |"),
            Err(error) => println!("| {name} | {} | | | | | | |", error.replace('\n', "; ")),
        }
    }
}

fn find(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    all.sort();
    for path in all {
        if path.is_dir() {
            find(&path, into);
        } else if path.extension().is_some_and(|e| e == "yaml") {
            into.push(path);
        }
    }
}

fn row(yaml: &Path, starts: Option<(usize, u64)>) -> Result<String, String> {
    let folder = yaml.parent().unwrap_or(Path::new("."));
    let read =
        |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|error| error.to_string());
    let name = yaml.file_name().unwrap_or_default().to_string_lossy();
    let problem = Petab::read(&name, &read).map_err(|error| error.to_string())?;
    let nominal = problem.nominal().map_err(|error| error.to_string())?;
    let (options, stop) = (Options::default(), StopToken::new());
    let begin = Instant::now();
    let evaluated =
        problem.evaluate(&nominal, &options, &stop).map_err(|error| error.to_string())?;
    let passed = begin.elapsed().as_secs_f64() * 1e3;
    let ours = problem.simulation_table(&evaluated);
    let theirs = std::fs::read_dir(folder).map_err(|error| error.to_string())?;
    let theirs = theirs.flatten().map(|entry| entry.path()).find(|path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("simulatedData"))
    });
    let (wrong, greatest) = match theirs {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
            let (wrong, greatest) = compare(&ours, &text)?;
            (wrong.to_string(), format!("{greatest:.1e}"))
        }
        None => ("-".to_owned(), "-".to_owned()),
    };
    let fitted = match starts {
        None => "-".to_owned(),
        Some((starts, seed)) => {
            let begin = Instant::now();
            let fit =
                problem.fit(&FitOptions { starts, seed, ..FitOptions::default() }, &stop, &|_| {});
            let fit = fit.map_err(|error| error.to_string())?;
            let seconds = begin.elapsed().as_secs_f64();
            let (llh, reached) = (fit.best.log_likelihood, fit.reached);
            format!("{llh:.4}, {reached} of {starts} starts, {seconds:.1} s")
        }
    };
    let (points, llh, chi2) = (evaluated.points.len(), evaluated.log_likelihood, evaluated.chi2);
    Ok(format!("{points} | {llh:.4} | {chi2:.4} | {wrong} | {greatest} | {passed:.0} | {fitted}"))
}

/// What identifies a measurement, and what is simulated for it.
type Simulated = (Vec<String>, f64);

/// The simulated values of a table, sorted by what identifies a measurement: tables may have any order.
fn simulated(text: &str) -> Result<Vec<Simulated>, String> {
    let mut lines = text.lines().map(|line| line.split('\t').map(str::trim).collect::<Vec<_>>());
    let header = lines.next().ok_or("empty")?;
    let column = |name: &str| header.iter().position(|c| *c == name);
    let keys = [
        "observableId",
        "preequilibrationConditionId",
        "simulationConditionId",
        "time",
        "observableParameters",
    ];
    let keys = keys.map(column);
    let value = column("simulation").ok_or("no column simulation")?;
    let mut all = Vec::new();
    for row in lines.filter(|row| row.len() > 1) {
        let text = |place: &Option<usize>| {
            let cell = place.and_then(|place| row.get(place)).copied().unwrap_or_default();
            // Numbers are written in many ways.
            cell.parse::<f64>().map_or(cell.to_owned(), |number| format!("{number:020.9}"))
        };
        let value =
            row.get(value).and_then(|cell| cell.parse().ok()).ok_or("a simulation is no number")?;
        all.push((keys.iter().map(text).collect(), value));
    }
    all.sort_by(|a: &Simulated, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    Ok(all)
}

/// How many values differ beyond the tolerance, and the greatest difference in its units.
fn compare(ours: &str, theirs: &str) -> Result<(usize, f64), String> {
    let (ours, theirs) = (simulated(ours)?, simulated(theirs)?);
    if ours.len() != theirs.len() {
        return Err(format!(
            "{} simulated values, of which {} are published",
            ours.len(),
            theirs.len()
        ));
    }
    let mut most: HashMap<&str, f64> = HashMap::new();
    for (key, value) in &theirs {
        let most = most.entry(&key[0]).or_default();
        *most = most.max(value.abs());
    }
    let (mut wrong, mut greatest) = (0, 0.0f64);
    for ((key, our), (other, their)) in ours.iter().zip(&theirs) {
        if key != other {
            return Err(format!("`{}` is published, and not simulated", other.join(" ")));
        }
        let allowed = (RELATIVE.0 * their.abs()).max(RELATIVE.1 * most[key[0].as_str()]);
        let off = (our - their).abs() / allowed;
        if off.is_nan() || off > 1.0 {
            wrong += 1;
            eprintln!("{}: {our} for {their}", key.join(" "));
        }
        greatest = greatest.max(off);
    }
    Ok((wrong, greatest * RELATIVE.0))
}
