//! Simulates all models NAME.xml of a folder that have a reference NAME.csv, as differential
//! equations, and prints which columns are off: `cargo run --release --example biomodels DIR`.
//!
//! A reference has a column `time` and columns of amounts, parameters and compartments by their SBML
//! ids. At default tolerances a column is off if it differs by more than 1 % of its greatest value;
//! with `--tight` (rtol 1e-9 and tolerances near zero a thousand times closer than by default) if a
//! value differs by more than 1e-4 of it and 1e-6 of the column's greatest and 1e-12.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bioxen::engine::simulate::{Deterministic, Settings};
use bioxen::engine::{StopToken, ode};
use bioxen::network::sbml;
use rayon::prelude::*;

/// After which a model counts as failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// How a model went.
enum Outcome {
    /// All columns are right.
    Right,
    /// These are not, with how far they are off; those of which the run itself warns are told.
    Off(Vec<String>),
    /// It was not simulated.
    Failed(String),
}

/// A reference: names of columns and rows, the time first.
struct Reference {
    header: Vec<String>,
    rows: Vec<Vec<f64>>,
}

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let tight = arguments.iter().any(|a| a == "--tight");
    arguments.retain(|a| a != "--tight");
    let [dir] = &arguments[..] else {
        eprintln!("usage: biomodels DIR [--tight], DIR with files NAME.xml and NAME.csv");
        return ExitCode::from(2);
    };
    let Ok(entries) = std::fs::read_dir(dir) else {
        eprintln!("the folder {dir} cannot be read");
        return ExitCode::from(2);
    };
    let mut models: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "xml"))
        .filter(|path| path.with_extension("csv").exists())
        .collect();
    models.sort();
    let begin = Instant::now();
    let outcomes: Vec<(Outcome, f64)> = models
        .par_iter()
        .map(|path| {
            let begin = Instant::now();
            let outcome = compare(path, tight).unwrap_or_else(Outcome::Failed);
            (outcome, begin.elapsed().as_secs_f64())
        })
        .collect();
    let (mut right, mut off, mut failed) = (0, 0, 0);
    for (path, (outcome, seconds)) in models.iter().zip(&outcomes) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        match outcome {
            Outcome::Right => right += 1,
            Outcome::Off(columns) => {
                off += 1;
                println!("off     {name}  {}", columns.join(", "));
            }
            Outcome::Failed(why) => {
                failed += 1;
                println!("failed  {name}  {why}");
            }
        }
        if *seconds > 10.0 {
            println!("slow    {name}  {seconds:.0} s");
        }
    }
    println!("{right} right, {off} off, {failed} failed, of {} models", models.len());
    println!("in {:.1} s", begin.elapsed().as_secs_f64());
    if off + failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn compare(path: &Path, tight: bool) -> Result<Outcome, String> {
    let read = |path: &Path| std::fs::read_to_string(path).map_err(|e| e.to_string());
    let reference = reference(&read(&path.with_extension("csv"))?)?;
    let model = sbml::read(&read(path)?).map_err(|e| e.to_string())?;
    let ready = Deterministic::new(&model.network).map_err(|e| e.to_string())?;
    let grid: Vec<f64> = reference.rows.iter().map(|row| row[0]).collect();
    let start = grid.first().copied().unwrap_or(0.0);
    let atol_components = ready.tolerances(start, &model.sizes()).map_err(|e| e.to_string())?;
    let mut options = ode::Options { atol_components, ..ode::Options::default() };
    if tight {
        options.rtol = 1e-9;
        options.atol_components.iter_mut().for_each(|atol| *atol *= 1e-3);
    }
    let settings = Settings { start, ode: options, ..Settings::default() };
    let stop = StopToken::new();
    let begin = Instant::now();
    let (trajectory, doubtful) = std::thread::scope(|scope| {
        let run = scope.spawn(|| ready.run_to_scale(&grid, &settings, &stop));
        while !run.is_finished() {
            if begin.elapsed() > PATIENCE {
                stop.stop();
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        run.join().map_err(|_| "it panicked".to_owned())
    })?
    .map_err(|e| e.to_string())?;
    let mut wrong = Vec::new();
    for (place, name) in reference.header.iter().enumerate().skip(1) {
        let Some(column) = trajectory.column(name) else {
            wrong.push(format!("{name} is not there"));
            continue;
        };
        let want = reference.rows.iter().map(|row| row.get(place).copied().unwrap_or(f64::NAN));
        let want: Vec<f64> = want.collect();
        let greatest = want.iter().filter(|v| v.is_finite()).fold(0.0_f64, |g, v| g.max(v.abs()));
        let mut worst: Option<(f64, f64)> = None;
        for (&got, &want) in column.values.iter().zip(&want) {
            let difference = (got - want).abs();
            let allowed = match tight {
                true => 1e-4 * want.abs() + 1e-6 * greatest + 1e-12,
                false => 0.01 * greatest,
            };
            if got == want || got.is_nan() && want.is_nan() || difference <= allowed {
                continue;
            }
            let off = if difference.is_nan() { f64::INFINITY } else { difference / greatest };
            if worst.is_none_or(|(before, _)| off > before) {
                worst = Some((off, got));
            }
        }
        if let Some((off, _)) = worst {
            let told = if doubtful.contains(name) { " (warned of)" } else { "" };
            wrong.push(format!("{name} {off:.1e} of {greatest:.1e}{told}"));
        }
    }
    Ok(if wrong.is_empty() { Outcome::Right } else { Outcome::Off(wrong) })
}

fn reference(text: &str) -> Result<Reference, String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let split = |line: &str| -> Vec<String> {
        line.split(',').map(|s| s.trim().trim_matches('"').to_owned()).collect()
    };
    let header = split(lines.next().ok_or("the reference is empty")?);
    let number = |text: &String| {
        text.to_lowercase().parse::<f64>().map_err(|_| format!("`{text}` is not a number"))
    };
    let rows = lines
        .map(|line| split(line).iter().map(number).collect())
        .collect::<Result<Vec<Vec<f64>>, String>>()?;
    Ok(Reference { header, rows })
}
