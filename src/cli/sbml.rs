//! `bioxen sbml`: simulate an SBML model.

mod columns;
mod export;
mod failure;
mod fit;
mod stats;
mod steady;
mod table;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bioxen::durable;
use bioxen::engine::ensemble::MOST_THREADS;
use bioxen::engine::rng::Seed;
use bioxen::engine::simulate::{Deterministic, Settings, Stochastic, pool};
use bioxen::engine::{EngineError, StopToken, ode, tau};
use bioxen::lang::files::LARGEST;
use bioxen::network::sbml::{self, Model};
use bioxen::options;
use clap::{Args, Subcommand, ValueEnum};

use super::failure::Failure;
use super::interrupt;
use super::output::{TABLE, apart};
use columns::{Choice, Columns};
pub(crate) use failure::SbmlFailure;
use stats::Stats;
use table::Table;

/// The most values that a table and what it is made of may have: 800 MB.
const MOST_VALUES: u64 = 100_000_000;

/// Read, simulate and fit SBML models
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen sbml run model.xml --t-end 100 --points 101 --solver ode
  bioxen sbml run model.xml --t-end 100 --points 101 --runs 10000 --out means.csv --stats
  bioxen sbml steady model.xml --param k1 --from 0.1 --to 10")]
pub(crate) struct SbmlArgs {
    #[command(subcommand)]
    command: SbmlCommand,
}

#[derive(Debug, Subcommand)]
enum SbmlCommand {
    /// Simulate a model and print a table of its quantities in time
    ///
    /// The table has a column `time`, a column for each species, as an amount, and one for each other
    /// quantity that rules or events change. --concentrations, --all, --rates and --select choose
    /// other columns. With more than one run, each quantity X has the columns `X-mean` and `X-sd`
    /// instead. The model always begins at time 0, even if the table begins later.
    #[command(after_help = "Examples:
  bioxen sbml run model.xml --t-end 100 --points 101
  bioxen sbml run model.xml --t-end 100 --points 101 --solver ode --rtol 1e-9 --out course.csv
  bioxen sbml run model.xml --t-end 100 --points 11 --runs 10000 --stats --out means.csv
  bioxen sbml run model.xml --t-end 100 --solver ode --concentrations --rates
  bioxen sbml run model.xml --t-start 90 --t-end 100 --points 11 --solver ode --all
  bioxen sbml run model.xml --t-end 100 --solver ode --select 'A,[A],J0,k1'")]
    Run(Run),
    /// Find the steady state of a model, or follow its steady states along a parameter
    ///
    /// The state is the one to which the model comes from its start. The table has a row for each
    /// quantity; whether the state is stable, and the eigenvalues, stand on standard error. With --param
    /// the steady states are followed round folds, by pseudo-arclength continuation: the table has a row
    /// for each, and folds and other points at which behaviour changes stand on standard error, too.
    #[command(after_help = "Examples:
  bioxen sbml steady model.xml
  bioxen sbml steady model.xml --newton --concentrations
  bioxen sbml steady model.xml --param k1 --from 0.1 --to 10 --log --select A,B --out branch.csv")]
    Steady(steady::Steady),
    /// Write a VM and its host as an SBML model, for other simulators
    ///
    /// Time is in hours, amounts are molecules per cell.
    #[command(after_help = "Examples:
  bioxen sbml export scripts/lac_induction.rhai --vm demo -o lac.xml
  bioxen sbml export scripts/lac_induction.rhai --vm demo --frozen-host -o lac_ssa.xml")]
    Export(export::Export),
    /// Fit parameters of a model to time courses
    ///
    /// The data have a column `time`; the other columns are named after quantities of the model: an id for an amount, a
    /// parameter or a compartment, an id in brackets for a concentration, as in --select of `bioxen sbml run`. Empty cells
    /// were not measured. The noise of each column is normal, and its size is estimated as well.
    #[command(after_help = "Examples:
  bioxen sbml fit model.xml data.csv --fit k1
  bioxen sbml fit model.xml data.csv --fit k1=0.5:0.01..10 k2 --starts 20 --json")]
    Fit(fit::Fit),
}

/// The arguments of `bioxen sbml run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The model: SBML Level 3 core, or Level 2.
    model: PathBuf,
    /// The end time, in the model's own unit.
    #[arg(long, value_parser = options::positive)]
    t_end: f64,
    /// The time of the first row, in the model's own unit. The simulation itself begins at 0; earlier
    /// times are simulated, but not shown.
    #[arg(long, default_value_t = 0.0, value_parser = options::not_negative)]
    t_start: f64,
    /// The number of rows of the table, evenly spaced from --t-start to --t-end.
    #[arg(long, default_value_t = 101, value_parser = options::whole::<u32>(2..=10_000_000))]
    points: u32,
    #[command(flatten)]
    choice: Choice,
    /// The kind of simulation.
    #[arg(long, value_enum, default_value_t = Solver::Ssa)]
    solver: Solver,
    /// Seed of all random streams; the same seed gives the same result.
    #[arg(long, default_value_t = 1, value_parser = options::seed)]
    seed: u64,
    /// The number of runs, each with its own random numbers, at most 1000000000.
    #[arg(long, default_value_t = 1, value_parser = options::whole::<u64>(1..=1_000_000_000))]
    runs: u64,
    /// The file for the table, as CSV [default: standard output].
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print the times taken as JSON on standard output; the table then goes only to --out.
    #[arg(long)]
    stats: bool,
    /// Threads for several runs, at most 1024 and no more than there are runs; 0 for the number of
    /// processors. The result does not depend on it.
    #[arg(long, default_value_t = 0, value_parser = options::whole::<usize>(0..=MOST_THREADS as u64))]
    threads: usize,
    /// The relative tolerance of the ode solver.
    #[arg(long, default_value_t = 1e-6, value_parser = options::positive)]
    rtol: f64,
    /// The absolute tolerance of the ode solver, relative to the scale of each quantity. The scale is
    /// the smallest of the greatest value at the start, 1, and, for a species, the size of its
    /// compartment. If a quantity stays near the tolerance, the model is simulated once more with a
    /// tighter one. One that falls below it and grows again is followed down with the relative tolerance alone.
    #[arg(long, default_value_t = 1e-12, value_parser = options::positive)]
    atol: f64,
    /// Replace the file of --out even if it is not a table of an earlier call.
    #[arg(long, requires = "out")]
    force: bool,
}

/// How to simulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Solver {
    /// Exact stochastic simulation, event by event.
    Ssa,
    /// Differential equations.
    Ode,
    /// Tau-leaping: approximate stochastic simulation, with many events at once where that is faster.
    Tau,
}

/// Does what the arguments say.
///
/// # Errors
/// Files that cannot be read or written, models that are wrong or not supported, and the user's
/// interruption.
pub(crate) fn run(args: &SbmlArgs, out: &mut dyn Write) -> Result<(), Failure> {
    match &args.command {
        SbmlCommand::Run(run) => run.run(out),
        SbmlCommand::Export(export) => export.run(out),
        SbmlCommand::Steady(steady) => steady.run(out),
        SbmlCommand::Fit(fit) => fit.run(out),
    }
}

/// Reads a model, and tells its remarks.
fn read(path: &Path) -> Result<Model, Failure> {
    let file = |source| SbmlFailure::File { path: path.to_owned(), source };
    let text = durable::read_text(path, LARGEST).map_err(file)?;
    let wrong = |source| SbmlFailure::Model { path: path.to_owned(), source };
    let model = sbml::read(&text).map_err(wrong)?;
    for remark in &model.remarks {
        tell(&format!("warning: {remark}"));
    }
    Ok(model)
}

/// Says something beside the table. A note that nobody can read is no reason to fail.
fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

impl Run {
    fn run(&self, out: &mut dyn Write) -> Result<(), Failure> {
        if self.solver == Solver::Ode && self.runs > 1 {
            let message = "--solver ode gives the same in each run: use --runs 1, or --solver ssa";
            return Err(Failure::Usage { message: message.to_owned() });
        }
        if let Some(path) = &self.out {
            apart(path, [self.model.as_path()])?;
            TABLE.check(path, self.force)?;
        }
        let model = read(&self.model)?;
        if model.units.time_s.is_none() {
            tell(
                "warning: the model states no known unit of time; the times of the table are in the unit of its rates",
            );
        }
        if self.t_start >= self.t_end {
            let (start, end) = (self.t_start, self.t_end);
            let message = format!("--t-start {start} is not before --t-end {end}");
            return Err(Failure::Usage { message });
        }
        let columns = Columns::new(&model, &self.choice)?;
        self.check_size(&model, &columns)?;
        let last = f64::from(self.points - 1);
        let length = self.t_end - self.t_start;
        let time = |i| match i == self.points - 1 {
            true => self.t_end,
            false => self.t_start + length * f64::from(i) / last,
        };
        let grid: Vec<f64> = (0..self.points).map(time).collect();
        let stop = StopToken::new();
        let token = stop.clone();
        interrupt::listen_once(move || token.stop());
        let (table, stats) = match self.solver {
            Solver::Ssa | Solver::Tau => self.stochastic((&model, &columns), &grid, &stop),
            Solver::Ode => self.equations((&model, &columns), &grid, &stop),
        }?;
        if let Some(path) = &self.out {
            let file = |source| SbmlFailure::File { path: path.clone(), source };
            let mut bytes = Vec::new();
            table.write(&mut bytes).map_err(file)?;
            TABLE.write(path, &bytes, self.force)?;
        } else if !self.stats {
            table.write(&mut std::io::BufWriter::new(&mut *out))?;
        }
        if self.stats {
            writeln!(out, "{}", serde_json::to_string(&stats)?)?;
        }
        Ok(())
    }

    /// Whether the memory holds what is asked for.
    fn check_size(&self, model: &Model, columns: &Columns) -> Result<(), Failure> {
        let width = match (self.solver, self.runs) {
            // The integrator keeps all it has.
            (Solver::Ode, _) => columns.names().len() + model.network.quantities.len(),
            (_, 1) => columns.names().len(),
            // Means and deviations, and those of a part of the runs.
            _ => 4 * columns.names().len(),
        };
        let most = MOST_VALUES / width.max(1) as u64;
        if u64::from(self.points) <= most {
            return Ok(());
        }
        let message = format!(
            "--points {} of {} columns do not fit into the memory: give at most {most}, or choose \
             columns with --select",
            self.points,
            columns.names().len()
        );
        Err(Failure::Usage { message })
    }

    fn failed(&self, source: EngineError, model: &Model) -> Failure {
        if let EngineError::Stopped { time } = source {
            return Failure::Interrupted { note: format!("interrupted at time {time}") };
        }
        let other =
            matches!(source, EngineError::NotACount { .. } | EngineError::Unsupported { .. });
        // Advice that can be followed.
        let may_do =
            other && self.solver != Solver::Ode && Deterministic::new(&model.network).is_ok();
        // What leaps cannot do, the exact method often can.
        let steps = self.solver == Solver::Tau && Stochastic::new(&model.network).is_ok();
        let hint = match (steps, may_do) {
            (true, true) => " (--solver ssa can, and --solver ode may do)",
            (true, false) => " (--solver ssa can)",
            (false, true) => " (--solver ode may do)",
            (false, false) => "",
        };
        Failure::Sbml(SbmlFailure::Simulation { path: self.model.clone(), source, hint })
    }

    fn stochastic(
        &self,
        (model, columns): (&Model, &Columns),
        grid: &[f64],
        stop: &StopToken,
    ) -> Result<(Table, Stats), Failure> {
        let seed = Seed::new(self.seed);
        let failed = |source| self.failed(source, model);
        tell_moles(model);
        let begin = Instant::now();
        let simulation = match self.solver {
            Solver::Tau => Stochastic::leaping(&model.network, tau::Options::default()),
            _ => Stochastic::new(&model.network),
        };
        let simulation = simulation.map_err(failed)?;
        let setup = begin.elapsed().as_secs_f64();
        let begin = Instant::now();
        let width = columns.names().len();
        let (table, events) = if self.runs == 1 {
            let mut table = Table::new(columns, grid);
            let mut row = vec![0.0; width];
            let mut record = |at: usize, values: &[f64]| {
                columns.values(grid[at], values, &mut row);
                table.push(&row);
            };
            let events = simulation.run(seed, grid, stop, &mut record).map_err(failed)?;
            (table, events)
        } else {
            let pool = pool(self.threads, self.runs).map_err(SbmlFailure::from)?;
            let sums = pool
                .install(|| {
                    let row = |t: f64, q: &[f64], out: &mut [f64]| columns.values(t, q, out);
                    simulation.ensemble_of((width, &row), seed, self.runs, grid, stop)
                })
                .map_err(failed)?;
            (Table::of_means(columns, grid, &sums), sums.events)
        };
        Ok((table, Stats::new(events, begin.elapsed().as_secs_f64(), setup)))
    }

    fn equations(
        &self,
        (model, columns): (&Model, &Columns),
        grid: &[f64],
        stop: &StopToken,
    ) -> Result<(Table, Stats), Failure> {
        let failed = |source| self.failed(source, model);
        let begin = Instant::now();
        let system = Deterministic::new(&model.network).map_err(failed)?;
        let tolerances = system.tolerances(0.0, &model.sizes()).map_err(failed)?;
        let atol_components = tolerances.iter().map(|atol| atol * (self.atol / 1e-12)).collect();
        let ode = ode::Options { rtol: self.rtol, atol_components, ..ode::Options::default() };
        let rates = columns.has_rates();
        let settings = Settings { seed: self.seed, rates, ode, ..Settings::default() };
        let setup = begin.elapsed().as_secs_f64();
        let begin = Instant::now();
        let (trajectory, doubtful) = system.run_to_scale(grid, &settings, stop).map_err(failed)?;
        warn(&doubtful, columns);
        let seconds = begin.elapsed().as_secs_f64();
        let table = Table::of_trajectory(columns, model.network.quantities.len(), &trajectory);
        Ok((table, Stats::new(0, seconds, setup)))
    }
}

/// Chance counts molecules: tells where the model counts something else.
fn tell_moles(model: &Model) {
    if let Some(molecules) = model.units.molecules.filter(|&n| !sbml::is_a_molecule(n)) {
        let how = if molecules > 1.0 { "more" } else { "less" };
        // A note that nobody can read is no reason to fail.
        let _ = writeln!(
            std::io::stderr(),
            "warning: the model counts amounts in units of {molecules:.4e} molecules, and each unit is taken as one \
             molecule, with far {how} chance than there is; --solver ode takes amounts as they are"
        );
    }
}

/// Tells which columns are not worth much.
fn warn(doubtful: &[String], columns: &Columns) {
    let shown =
        |name: &&String| columns.names().iter().any(|n| n.trim_matches(['[', ']']) == **name);
    let names: Vec<&str> = doubtful.iter().filter(shown).map(String::as_str).collect();
    if !names.is_empty() {
        // A note that nobody can read is no reason to fail.
        let _ = writeln!(
            std::io::stderr(),
            "warning: always near the tolerance, and so of few true digits: {}; give a smaller --atol",
            names.join(", ")
        );
    }
}
