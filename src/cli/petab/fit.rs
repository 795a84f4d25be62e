//! `bioxen petab fit`, and what it shares with `bioxen sbml fit`.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use bioxen::engine::ensemble::MOST_THREADS;
use bioxen::engine::simulate::pool;
use bioxen::options;
use bioxen::petab::{FitOptions, Fitted, Options, Petab};
use clap::Args;

use super::{MUCH, PetabFailure, Told, failed, files, remarks, stop};
use crate::cli::failure::Failure;
use crate::cli::output::{FITTED, apart};
use crate::cli::progress::Bar;

/// How to search.
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// Seed of the starts; the same seed gives the same result
    #[arg(long, default_value_t = 1, value_parser = options::seed)]
    pub(crate) seed: u64,
    /// Threads, at most 1024; 0 for the number of processors. The result does not depend on it.
    #[arg(long, default_value_t = 0, value_parser = options::whole::<usize>(0..=MOST_THREADS as u64))]
    pub(crate) threads: usize,
    /// The most steps of each start
    #[arg(long, default_value_t = 500, value_parser = options::whole::<usize>(1..=1_000_000))]
    pub(crate) iterations: usize,
    /// The relative tolerance of simulations while searching; the best fit goes on with 1e-11
    #[arg(long, default_value_t = 1e-8, value_parser = options::positive)]
    pub(crate) rtol: f64,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// The file for the parameter table with fitted values and standard errors
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Replace the file of --out even if it is not a table of an earlier call
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
}

/// The arguments of `bioxen petab fit`.
#[derive(Debug, Args)]
pub(super) struct Fit {
    /// The YAML file of the problem
    problem: PathBuf,
    /// The number of starts
    #[arg(long, default_value_t = 20, value_parser = options::whole::<usize>(1..=1_000_000))]
    starts: usize,
    /// The number of points that are tried for each start, with a short fit of each; the start goes on with the best
    #[arg(long, default_value_t = 5, value_parser = options::whole::<usize>(1..=1000))]
    candidates: usize,
    /// Begin the first start at the nominal values
    #[arg(long)]
    from_nominal: bool,
    #[command(flatten)]
    search: Search,
}

impl Fit {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let (problem, inputs) = files::read(&self.problem);
        let problem = problem.map_err(failed)?;
        remarks(&problem);
        let starts = (self.starts, self.candidates, self.from_nominal);
        self.search.run(&problem, &inputs, starts, out)
    }
}

impl Search {
    /// Fits a problem and reports.
    pub(crate) fn run(
        &self,
        problem: &Petab,
        inputs: &[PathBuf],
        (starts, candidates, from_nominal): (usize, usize, bool),
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        if let Some(path) = &self.out {
            apart(path, inputs.iter().map(PathBuf::as_path))?;
            FITTED.check(path, self.force)?;
        }
        let usual = FitOptions::default();
        let options = FitOptions {
            starts,
            candidates,
            seed: self.seed,
            from_nominal,
            most_iterations: self.iterations,
            simulation: Options { rtol: self.rtol, ..usual.simulation.clone() },
            polish: Options { rtol: usual.polish.rtol.min(self.rtol), ..usual.polish.clone() },
        };
        let stop = stop();
        let pool = pool(self.threads, MUCH).map_err(PetabFailure::from)?;
        let bar = Mutex::new(Bar::new(io::stderr().is_terminal()));
        let done = |done: usize| {
            bar.lock().unwrap_or_else(PoisonError::into_inner).starts(done, starts);
        };
        let fitted = pool.install(|| problem.fit(&options, &stop, &done));
        bar.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let fitted: Fitted = fitted.map_err(failed)?;
        if let Some(path) = &self.out {
            FITTED.write(path, problem.parameter_table(&fitted).as_bytes(), self.force)?;
        }
        let told = Told { problem, fitted: &fitted, seed: self.seed };
        match self.json {
            true => writeln!(out, "{}", serde_json::to_string_pretty(&told.json())?)?,
            false => told.write(out)?,
        }
        match fitted.stopped {
            true => Err(Failure::Interrupted {
                note: "interrupted: what is told is the best so far".to_owned(),
            }),
            false => Ok(()),
        }
    }
}
