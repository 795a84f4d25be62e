//! `bioxen petab`: parameter estimation problems in the PEtab format.

mod files;
mod fit;
mod report;

use std::io::Write;
use std::path::PathBuf;

use bioxen::engine::StopToken;
use bioxen::engine::ensemble::MOST_THREADS;
use bioxen::engine::simulate::pool;
use bioxen::options;
use bioxen::petab::{Options, Petab, PetabError};
use bioxen::problem::Problem;
use clap::{Args, Subcommand};
use serde_json::json;
use thiserror::Error;

use super::failure::Failure;
use super::interrupt;
use super::output::{SIMULATION, apart, name};
pub(crate) use fit::Search;
pub(crate) use report::Told;

/// More than any pool has threads: each start has work for many.
pub(crate) const MUCH: u64 = 1 << 20;

/// Check, simulate and fit parameter estimation problems in the PEtab format
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen petab check problem.yaml
  bioxen petab simulate problem.yaml --out simulation.tsv
  bioxen petab fit problem.yaml --starts 20 --seed 1 --out fitted.tsv")]
pub(crate) struct PetabArgs {
    #[command(subcommand)]
    command: PetabCommand,
}

#[derive(Debug, Subcommand)]
enum PetabCommand {
    /// Read all files of a problem and tell everything that is wrong with them
    ///
    /// The exit code is 0 if nothing is wrong, otherwise 1.
    #[command(after_help = "Examples:
  bioxen petab check problem.yaml
  bioxen petab check problem.yaml --json")]
    Check(Check),
    /// Simulate a problem at its nominal parameters and print the simulation table
    ///
    /// The table is that of the measurements, with a column `simulation` in the place of `measurement`. The likelihood of
    /// the measurements goes to standard error, or to standard output with --out or --json.
    #[command(after_help = "Examples:
  bioxen petab simulate problem.yaml > simulation.tsv
  bioxen petab simulate problem.yaml --out simulation.tsv --json")]
    Simulate(Simulate),
    /// Fit the parameters of a problem that are estimated, from many starts
    ///
    /// Each start tries a few points of a Latin hypercube within the bounds, or by the initialization priors, with a short
    /// fit of each, and goes on with the best. The result does not depend on the number of threads.
    #[command(after_help = "Examples:
  bioxen petab fit problem.yaml
  bioxen petab fit problem.yaml --starts 100 --seed 7 --threads 4 --out fitted.tsv
  bioxen petab fit problem.yaml --from-nominal --starts 1 --json")]
    Fit(fit::Fit),
}

#[derive(Debug, Args)]
struct Check {
    /// The YAML file of the problem
    problem: PathBuf,
    /// Print JSON: whether the problem is valid, its size, and each problem with its place
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Simulate {
    /// The YAML file of the problem
    problem: PathBuf,
    /// The file for the simulation table [default: standard output]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Replace the file of --out even if it is not a table of an earlier call
    #[arg(long, requires = "out")]
    force: bool,
    /// Print the likelihood as JSON on standard output; the table then goes only to --out
    #[arg(long)]
    json: bool,
    /// Threads, at most 1024; 0 for the number of processors. The result does not depend on it.
    #[arg(long, default_value_t = 0, value_parser = options::whole::<usize>(0..=MOST_THREADS as u64))]
    threads: usize,
    /// The relative tolerance of the simulation
    #[arg(long, default_value_t = 1e-11, value_parser = options::positive)]
    rtol: f64,
    /// The absolute tolerance of the simulation, in units of what a model counts in
    #[arg(long, default_value_t = 1e-12, value_parser = options::positive)]
    atol: f64,
}

/// Why a problem was not simulated or fitted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(crate) enum PetabFailure {
    /// The files are wrong.
    #[error("{}", told(.0))]
    Problems(Vec<Problem>),
    /// The problem cannot be simulated or fitted.
    #[error("{0}")]
    Work(PetabError),
    /// The threads cannot be started.
    #[error("cannot start threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// All problems, one to a line.
fn told(problems: &[Problem]) -> String {
    let lines: Vec<String> =
        problems.iter().map(|p| bioxen::visible::visible(&p.to_string()).to_string()).collect();
    match lines.len() {
        1 => lines.concat(),
        count => format!("{count} problems:\n{}", lines.join("\n")),
    }
}

/// As a failure of the command.
pub(crate) fn failed(error: PetabError) -> Failure {
    match error {
        PetabError::Problems(all) => Failure::Petab(PetabFailure::Problems(all)),
        error if error.is_stop() => Failure::Interrupted { note: "interrupted".to_owned() },
        error => Failure::Petab(PetabFailure::Work(error)),
    }
}

/// Does what the arguments say.
///
/// # Errors
/// Files that cannot be read or written, problems that are wrong or not supported, and the user's interruption.
pub(crate) fn run(args: &PetabArgs, out: &mut dyn Write) -> Result<(), Failure> {
    match &args.command {
        PetabCommand::Check(check) => check.run(out),
        PetabCommand::Simulate(simulate) => simulate.run(out),
        PetabCommand::Fit(fit) => fit.run(out),
    }
}

/// What a signal sets.
pub(crate) fn stop() -> StopToken {
    let stop = StopToken::new();
    let token = stop.clone();
    interrupt::listen_once(move || token.stop());
    stop
}

/// Notes that nobody can read are no reason to fail.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn remarks(problem: &Petab) {
    problem.remarks.iter().for_each(|remark| note(&format!("warning: {remark}")));
}

impl Check {
    fn run(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let (problem, _) = files::read(&self.problem);
        let shown = name(&self.problem);
        if self.json {
            let problems = match &problem {
                Err(PetabError::Problems(all)) => all.as_slice(),
                _ => &[],
            };
            let problems: Vec<_> = problems
                .iter()
                .map(|p| json!({ "where": p.path.trim_end_matches(':'), "what": p.what }))
                .collect();
            let size = problem.as_ref().ok().map(|p| {
                let [conditions, observables, models] = p.size();
                let (parameters, estimated) = (p.parameters.len(), p.estimated().len());
                json!({ "models": models, "conditions": conditions, "observables": observables,
                        "measurements": p.measurements(), "parameters": parameters, "estimated": estimated })
            });
            let report = json!({ "file": shown, "valid": problem.is_ok(), "size": size, "problems": problems });
            writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
            return problem.map(|_| ()).map_err(|_| Failure::Reported);
        }
        let problem = problem.map_err(failed)?;
        remarks(&problem);
        let [conditions, observables, models] = problem.size();
        writeln!(
            out,
            "{shown}: nothing wrong found: {}, {}, {}, {}, {} of {} estimated",
            many(models, "model"),
            many(conditions, "condition"),
            many(observables, "observable"),
            many(problem.measurements(), "measurement"),
            problem.estimated().len(),
            many(problem.parameters.len(), "parameter"),
        )?;
        Ok(())
    }
}

/// A count with its noun.
fn many(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

impl Simulate {
    fn run(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let (problem, inputs) = files::read(&self.problem);
        let problem = problem.map_err(failed)?;
        if let Some(path) = &self.out {
            apart(path, inputs.iter().map(PathBuf::as_path))?;
            SIMULATION.check(path, self.force)?;
        }
        remarks(&problem);
        let options = Options { rtol: self.rtol, atol: self.atol, ..Options::default() };
        let stop = stop();
        let pool = pool(self.threads, MUCH).map_err(PetabFailure::from)?;
        let nominal = problem.nominal().map_err(failed)?;
        let evaluated =
            pool.install(|| problem.evaluate(&nominal, &options, &stop)).map_err(failed)?;
        let table = problem.simulation_table(&evaluated);
        let (llh, chi2, points) =
            (evaluated.log_likelihood, evaluated.chi2, evaluated.points.len());
        if let Some(path) = &self.out {
            SIMULATION.write(path, table.as_bytes(), self.force)?;
        } else if !self.json {
            out.write_all(table.as_bytes())?;
        }
        let mut summary = format!("log-likelihood {llh:.6}, chi2 {chi2:.6}, {points} points");
        if evaluated.log_prior != 0.0 {
            summary.push_str(&format!(", logarithm of the priors {:.6}", evaluated.log_prior));
        }
        match (self.json, &self.out) {
            (true, _) => {
                let report = json!({ "log_likelihood": llh, "chi2": chi2, "points": points,
                                     "log_prior": evaluated.log_prior });
                writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
            }
            (false, Some(_)) => writeln!(out, "{summary}")?,
            (false, None) => note(&summary),
        }
        Ok(())
    }
}
