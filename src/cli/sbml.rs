//! `bioxen sbml`: simulate an SBML model.

mod stats;
mod table;

use std::path::PathBuf;
use std::time::Instant;

use bioxen::engine::rng::Seed;
use bioxen::engine::simulate::{Settings, Stochastic, deterministic};
use bioxen::engine::{EngineError, StopToken, ode};
use bioxen::network::sbml::{self, Model, SbmlError};
use clap::{Args, Subcommand, ValueEnum};
use thiserror::Error;

use stats::Stats;
use table::Table;

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Simulate a model and print a table of its quantities in time.
    ///
    /// The table has a column `time` and one for each species, as an amount, and for each other
    /// quantity that rules or events change. With more than one run it has the columns `X-mean`
    /// and `X-sd` for each of them instead.
    Run(Run),
}

/// The arguments of `bioxen sbml run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The model: SBML Level 3 core, or Level 2.
    model: PathBuf,
    /// The time at which to end, in the model's own unit; it begins at 0.
    #[arg(long, value_parser = positive)]
    t_end: f64,
    /// The number of rows of the table, evenly spaced, with the first at 0 and the last at the
    /// end.
    #[arg(long, value_parser = clap::value_parser!(u32).range(2..=10_000_000))]
    points: u32,
    /// How to simulate.
    #[arg(long, value_enum, default_value_t = Solver::Ssa)]
    solver: Solver,
    /// What all random numbers follow from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The number of runs, each with random numbers of its own.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    runs: u64,
    /// Where to write the table as CSV [default: standard output].
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print how long it took as JSON, on standard output; the table then goes to --out only.
    #[arg(long)]
    stats: bool,
    /// Threads for several runs, 0 for as many as there are processors. The result does not
    /// depend on it.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// The tolerance of the ode solver, relative to each value.
    #[arg(long, default_value_t = 1e-6, value_parser = positive)]
    rtol: f64,
    /// The tolerance of the ode solver near zero, in the model's own units.
    #[arg(long, default_value_t = 1e-9, value_parser = positive)]
    atol: f64,
}

/// How to simulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Solver {
    /// Exact stochastic simulation, event by event.
    Ssa,
    /// Differential equations.
    Ode,
}

/// What can go wrong.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(crate) enum CliError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The table cannot be printed.
    #[error("cannot print: {0}")]
    Print(#[from] std::io::Error),
    /// The model cannot be read.
    #[error("{}: {source}", path.display())]
    Model {
        /// The file.
        path: PathBuf,
        /// Why.
        source: SbmlError,
    },
    /// The model cannot be simulated.
    #[error("{}: {source}{hint}", path.display())]
    Simulation {
        /// The file.
        path: PathBuf,
        /// Why.
        source: EngineError,
        /// What would work.
        hint: &'static str,
    },
    /// Several runs of what is always the same.
    #[error("--solver ode gives the same in each run: use --runs 1, or --solver ssa")]
    SameRuns,
    /// The threads cannot be started.
    #[error("cannot start threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The statistics cannot be printed.
    #[error("cannot print the statistics: {0}")]
    Json(#[from] serde_json::Error),
}

/// Carries out a subcommand.
///
/// # Errors
/// See [`CliError`].
pub(crate) fn run(command: &Command) -> Result<(), CliError> {
    let Command::Run(run) = command;
    run.run()
}

impl Run {
    fn run(&self) -> Result<(), CliError> {
        if self.solver == Solver::Ode && self.runs > 1 {
            return Err(CliError::SameRuns);
        }
        let file = |source| CliError::File { path: self.model.clone(), source };
        let text = std::fs::read_to_string(&self.model).map_err(file)?;
        let model = sbml::read(&text)
            .map_err(|source| CliError::Model { path: self.model.clone(), source })?;
        let last = f64::from(self.points - 1);
        let grid: Vec<f64> = (0..self.points).map(|i| self.t_end * f64::from(i) / last).collect();
        let (table, stats) = match self.solver {
            Solver::Ssa => self.stochastic(&model, &grid),
            Solver::Ode => self.equations(&model, &grid),
        }?;
        if let Some(path) = &self.out {
            let file = |source| CliError::File { path: path.clone(), source };
            let out = std::fs::File::create(path).map_err(file)?;
            table.write(&mut std::io::BufWriter::new(out)).map_err(file)?;
        } else if !self.stats {
            table.write(&mut std::io::BufWriter::new(std::io::stdout().lock()))?;
        }
        if self.stats { stats.print() } else { Ok(()) }
    }

    fn failed(&self, source: EngineError) -> CliError {
        let hint = match (&source, self.solver) {
            (EngineError::NotACount { .. } | EngineError::Unsupported { .. }, Solver::Ssa) => {
                " (--solver ode may do)"
            }
            _ => "",
        };
        CliError::Simulation { path: self.model.clone(), source, hint }
    }

    fn stochastic(&self, model: &Model, grid: &[f64]) -> Result<(Table, Stats), CliError> {
        let stop = StopToken::new();
        let seed = Seed::new(self.seed);
        let failed = |source| self.failed(source);
        let begin = Instant::now();
        let simulation = Stochastic::new(&model.network, 0.0).map_err(failed)?;
        let setup = begin.elapsed().as_secs_f64();
        let quantities = table::quantities(model);
        let begin = Instant::now();
        let (table, events) = if self.runs == 1 {
            let mut table = Table::new(model, &quantities, grid);
            let mut record = |_: usize, values: &[f64]| table.push(&quantities, values);
            let events = simulation.run(seed, grid, &stop, &mut record).map_err(failed)?;
            (table, events)
        } else {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads).build()?;
            let sums = pool
                .install(|| simulation.ensemble(seed, self.runs, grid, &stop))
                .map_err(failed)?;
            (Table::of_means(model, &quantities, grid, &sums), sums.events)
        };
        Ok((table, Stats::new(events, begin.elapsed().as_secs_f64(), setup)))
    }

    fn equations(&self, model: &Model, grid: &[f64]) -> Result<(Table, Stats), CliError> {
        let options = ode::Options { rtol: self.rtol, atol: self.atol, ..ode::Options::default() };
        let settings = Settings { seed: self.seed, ode: options, ..Settings::default() };
        let begin = Instant::now();
        let trajectory = deterministic(&model.network, grid, &settings, &StopToken::new())
            .map_err(|source| self.failed(source))?;
        let seconds = begin.elapsed().as_secs_f64();
        let quantities = table::quantities(model);
        let table = Table::of_trajectory(model, &quantities, &trajectory);
        Ok((table, Stats::new(0, seconds, 0.0)))
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("must be a number above 0".to_owned()),
    }
}
