//! `bioxen sweep`: a script at many points, on all cores or on a cluster.

mod cluster;
mod local;
mod model;
mod report;
mod shard;
mod stopper;
mod together;

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use bioxen::batch::slurm::Resources;
use bioxen::batch::{BatchError, Plan, Run, Sharding, lock, status};
use bioxen::durable;
use bioxen::options::whole;
use clap::{Args, Subcommand, ValueEnum};

use super::failure::Failure;
use super::output::name;
pub(crate) use shard::{ShardArgs, run as run_shard};
use stopper::Stopper;

/// The largest plan [bytes].
const LARGEST: u64 = 64 << 20;
/// The version that locks and shards are of.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Run a script at many points, on all cores or on a cluster
///
/// A plan names a script, the values of its parameters, and how often each point is run. It is frozen
/// into a folder, cut into shards, computed and merged into Parquet. The same plan gives the same
/// bytes on any number of workers. A sweep that was interrupted goes on where it stopped.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  bioxen sweep dose.toml
  bioxen sweep dose.toml --jobs 4 --out results
  bioxen sweep dose.toml --on slurm --partition short --time 30 --memory 2G --throttle 50
  bioxen sweep dose.toml --on print > commands.txt
  bioxen sweep status dose.sweep
  bioxen sweep resubmit dose.sweep
  bioxen sweep merge dose.sweep
  bioxen sweep summary dose.sweep

A plan:
  script = \"dose.rhai\"
  seed = 7
  replicates = 100
  [parameters]
  dose = [\"0.1 mM\", \"1 mM\"]

Exit codes: 0 all rows have values, 1 a row or a shard failed, 2 the call or the plan was wrong, 130
interrupted (143 and 129 after SIGTERM and SIGHUP)."
)]
pub(crate) struct SweepArgs {
    #[command(subcommand)]
    command: Option<SweepCommand>,
    /// The plan, in TOML
    plan: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    work: WorkArgs,
    /// Do not run the first row before the others
    #[arg(long)]
    no_trial: bool,
}

/// Where a plan is frozen, and how it is cut.
#[derive(Debug, Args)]
struct PlaceArgs {
    /// Folder of the sweep [default: the plan with the ending .sweep]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Cut the rows into so many shards, whatever the plan says
    #[arg(long, value_name = "N", value_parser = whole::<u64>(1..=1000), conflicts_with = "shard_size")]
    shards: Option<u64>,
    /// Cut the rows into shards of so many, whatever the plan says
    #[arg(long, value_name = "N", value_parser = whole::<u64>(1..=u64::MAX))]
    shard_size: Option<u64>,
}

/// Who computes shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum On {
    /// Processes of this machine
    #[default]
    Local,
    /// A job array of Slurm
    Slurm,
    /// Nobody: print a command for each shard
    Print,
}

/// How shards are computed.
#[derive(Debug, Args)]
struct WorkArgs {
    /// Who computes the shards
    #[arg(long, value_enum, default_value_t = On::Local)]
    on: On,
    /// Shards that are computed at once on this machine [default: the number of cores]
    #[arg(long, short, value_name = "N", value_parser = whole::<u64>(1..=1000))]
    jobs: Option<u64>,
    /// Partition of Slurm
    #[arg(long, value_name = "NAME", help_heading = "Slurm")]
    partition: Option<String>,
    /// Time limit of a shard, as Slurm writes it: 30 (minutes), 2:00:00
    #[arg(long, value_name = "TIME", help_heading = "Slurm")]
    time: Option<String>,
    /// Memory of a shard, as Slurm writes it: 2G
    #[arg(long, value_name = "SIZE", help_heading = "Slurm")]
    memory: Option<String>,
    /// Account that is charged
    #[arg(long, value_name = "NAME", help_heading = "Slurm")]
    account: Option<String>,
    /// Module that is loaded before; repeatable
    #[arg(long, value_name = "NAME", help_heading = "Slurm")]
    module: Vec<String>,
    /// Shards that run at once at the most
    #[arg(long, value_name = "N", help_heading = "Slurm", value_parser = whole::<u64>(1..=100_000))]
    throttle: Option<u64>,
    /// Submit, and do not wait
    #[arg(long, help_heading = "Slurm")]
    no_wait: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum SweepCommand {
    Lock(LockArgs),
    Status(StatusArgs),
    Resubmit(ResubmitArgs),
    Merge(MergeArgs),
    Summary(report::SummaryArgs),
}

/// Freeze a plan into a folder without computing anything; prints the path of the lock
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen sweep lock dose.toml
  bioxen sweep lock dose.toml --out results --shards 100")]
struct LockArgs {
    /// The plan, in TOML
    plan: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Tell which shards are there
///
/// The exit code is 0 if all are there, and 1 otherwise.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen sweep status dose.sweep
  bioxen sweep status dose.sweep --json")]
struct StatusArgs {
    /// The folder of the sweep
    folder: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Compute the shards that are missing, and merge when all are there
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen sweep resubmit dose.sweep
  bioxen sweep resubmit dose.sweep --on slurm --memory 8G")]
struct ResubmitArgs {
    /// The folder of the sweep
    folder: PathBuf,
    #[command(flatten)]
    work: WorkArgs,
}

/// Join all shards into results.parquet and statistics.parquet
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen sweep merge dose.sweep")]
struct MergeArgs {
    /// The folder of the sweep
    folder: PathBuf,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl WorkArgs {
    fn resources(&self) -> Resources {
        Resources {
            partition: self.partition.clone(),
            time: self.time.clone(),
            memory: self.memory.clone(),
            account: self.account.clone(),
            modules: self.module.clone(),
            throttle: self.throttle,
        }
    }

    /// Looks whether the options belong together.
    fn check(&self) -> Result<(), Failure> {
        let asked = self.resources();
        if self.on != On::Slurm && (asked != Resources::default() || self.no_wait) {
            let message = "--partition, --time, --memory, --account, --module, --throttle and --no-wait are for --on slurm";
            return Err(Failure::Usage { message: message.to_owned() });
        }
        Ok(asked.check()?)
    }

    /// How many shards are computed at once on this machine.
    fn workers(&self) -> u64 {
        let cores = || std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
        self.jobs.unwrap_or_else(cores)
    }

    /// Whether how far it is is shown.
    fn is_watched(&self) -> bool {
        !self.quiet && !self.json && std::io::stderr().is_terminal()
    }
}

/// Does what the arguments say.
pub(crate) fn run(args: &SweepArgs, out: &mut dyn Write) -> Result<(), Failure> {
    match &args.command {
        None => sweep(args, out),
        Some(SweepCommand::Lock(args)) => {
            let run = frozen(&args.plan, &args.place)?.1;
            Ok(writeln!(out, "{}", run.path().display())?)
        }
        Some(SweepCommand::Status(args)) => told(args, out),
        Some(SweepCommand::Resubmit(args)) => {
            args.work.check()?;
            let run = Run::open(&args.folder, VERSION)?;
            together::complete(&run, &args.work, &Stopper::listening(), out)
        }
        Some(SweepCommand::Merge(args)) => {
            let run = Run::open(&args.folder, VERSION)?;
            report::merged(&run, args.quiet, args.json, out)
        }
        Some(SweepCommand::Summary(args)) => report::summary(args, out),
    }
}

fn sweep(args: &SweepArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let Some(path) = &args.plan else {
        let message = "a plan is missing; `bioxen sweep --help` shows one".to_owned();
        return Err(Failure::Usage { message });
    };
    args.work.check()?;
    let stopper = Stopper::listening();
    let (plan, run) = frozen(path, &args.place)?;
    let is_new = status(&run, &BTreeSet::new()).done.is_empty();
    if is_new && !args.no_trial && args.work.on != On::Print {
        model::trial(&run, &plan, &args.work, &stopper)?;
    }
    together::complete(&run, &args.work, &stopper, out)
}

/// Reads a plan and freezes it.
fn frozen(path: &Path, place: &PlaceArgs) -> Result<(Plan, Run), Failure> {
    let wrong = |message: String| Failure::Usage { message };
    let text = durable::read_text(path, LARGEST)
        .map_err(|error| wrong(format!("cannot read the plan `{}`: {error}", name(path))))?;
    let mut plan =
        Plan::read(&text).map_err(|error| wrong(format!("`{}`: {error}", name(path))))?;
    match (place.shards, place.shard_size) {
        (Some(count), _) => plan.sharding = Sharding::Shards(count),
        (_, Some(size)) => plan.sharding = Sharding::Size(size),
        _ => {}
    }
    let beside = path.parent().unwrap_or(Path::new(""));
    let folder = place.out.clone().unwrap_or_else(|| path.with_extension("sweep"));
    if folder == path {
        return Err(wrong(
            "the folder of the sweep is the plan itself; give another one with --out".to_owned(),
        ));
    }
    plan.wanted.texts = model::texts(&beside.join(&plan.script))?;
    let prepared = lock::Prepared::read(&plan, beside, VERSION);
    let run = prepared.map_err(|error| wrong(error.to_string()))?.freeze(&folder)?;
    Ok((plan, run))
}

fn told(args: &StatusArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let run = Run::open(&args.folder, VERSION)?;
    let running: BTreeSet<u64> = cluster::running(&run);
    let status = status(&run, &running);
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&status)?)?;
    } else {
        report::status(&run, &status, out)?;
    }
    if status.is_complete() { Ok(()) } else { Err(Failure::Reported) }
}

impl From<BatchError> for Failure {
    fn from(error: BatchError) -> Self {
        match error {
            BatchError::Plan { .. }
            | BatchError::Syntax { .. }
            | BatchError::Other { .. }
            | BatchError::Taken { .. }
            | BatchError::NoShard { .. } => Self::Usage { message: error.to_string() },
            BatchError::Interrupted { .. } => Self::Interrupted { note: error.to_string() },
            other => Self::Batch(Box::new(other)),
        }
    }
}
