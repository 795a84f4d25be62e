//! Runs the cases of the SBML Test Suite found below a folder, semantic and stochastic ones, and
//! prints what fails: `cargo run --release --example sbml-suite DIR [--round-trip]`. With
//! `--round-trip` each semantic case is read, written by our own writer, and read again first.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod case;
mod semantic;
mod stochastic;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use case::{Case, Kind, Outcome};
use rayon::prelude::*;

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let round_trip = arguments.iter().any(|a| a == "--round-trip");
    arguments.retain(|a| a != "--round-trip");
    let [dir] = &arguments[..] else {
        eprintln!("usage: sbml-suite DIR [--round-trip], DIR with cases of the SBML Test Suite");
        return ExitCode::from(2);
    };
    let mut folders = Vec::new();
    collect(Path::new(dir), &mut folders);
    folders.sort();
    if folders.is_empty() {
        eprintln!("no case found below {dir}: a case is a folder with a file NNNNN-settings.txt");
        return ExitCode::from(2);
    }
    let begin = Instant::now();
    let done = AtomicUsize::new(0);
    let outcomes: Vec<(Option<Kind>, PathBuf, Outcome)> = folders
        .into_par_iter()
        .map(|folder| {
            let (kind, outcome) = run(&folder, round_trip);
            done.fetch_add(1, Ordering::Relaxed);
            (kind, folder, outcome)
        })
        .collect();
    let mut failed = 0;
    for kind in [Some(Kind::Semantic), Some(Kind::Stochastic), None] {
        let of_kind: Vec<_> = outcomes.iter().filter(|(k, ..)| *k == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let (mut passed, mut wrong, mut unsupported) = (0, 0, 0);
        for (_, folder, outcome) in &of_kind {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            match outcome {
                Outcome::Passed => passed += 1,
                Outcome::PassedAgain(why) => {
                    passed += 1;
                    println!("passed      {name}  {why}");
                }
                Outcome::Failed(why) => {
                    wrong += 1;
                    println!("failed      {name}  {why}");
                }
                Outcome::Unsupported(why) => {
                    unsupported += 1;
                    println!("unsupported {name}  {why}");
                }
            }
        }
        let kind = kind.map_or("unreadable", Kind::name);
        println!("{kind}: {passed} passed, {wrong} failed, {unsupported} unsupported");
        failed += wrong;
    }
    println!("{} cases in {:.1} s", done.into_inner(), begin.elapsed().as_secs_f64());
    if failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn run(folder: &Path, round_trip: bool) -> (Option<Kind>, Outcome) {
    match Case::read(folder, round_trip) {
        Ok(case) => {
            let outcome = match case.kind {
                _ if case.package.is_some() => {
                    let package = case.package.as_deref().unwrap_or_default();
                    Outcome::Unsupported(format!("the package `{package}`"))
                }
                Kind::Semantic => semantic::run(&case),
                Kind::Stochastic => stochastic::run(&case),
            };
            (Some(case.kind), outcome)
        }
        Err(why) => (None, Outcome::Failed(why)),
    }
}

/// The folders below that hold a case.
fn collect(dir: &Path, folders: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    let mut is_case = false;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, folders);
        } else if entry.file_name().to_string_lossy().ends_with("-settings.txt") {
            is_case = true;
        }
    }
    if is_case {
        folders.push(dir.to_owned());
    }
}
