//! `bioxen shard`: one shard of a sweep.

use std::io::Write;
use std::path::PathBuf;

use bioxen::batch::{Run, shard};
use bioxen::options::whole;
use clap::Args;

use super::super::failure::Failure;
use super::VERSION;
use super::model::model;
use super::stopper::Stopper;

/// Compute one shard of a sweep
///
/// The shard is written whole or not at all, beside the lock. One that is there already is left as it is.
/// `bioxen sweep` calls this; so may any other engine, such as Snakemake.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen shard dose.sweep/lock.json --index 3

Exit codes: 0 the shard is there, also if rows of it failed; 1 it cannot be computed or written, 2 the
call was wrong, 130 interrupted.")]
pub(crate) struct ShardArgs {
    /// The lock, or the folder of the sweep
    lock: PathBuf,
    /// The number of the shard, from 0
    #[arg(long, value_name = "K", value_parser = whole::<u64>(0..=u64::MAX))]
    index: u64,
    /// Print a line after each row: how many are done, and of how many
    #[arg(long)]
    progress: bool,
}

/// Does what the arguments say.
pub(crate) fn run(args: &ShardArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let run = Run::open(&args.lock, VERSION)?;
    run.lock().rows_of(args.index)?;
    let stopper = Stopper::listening();
    let mut model = model(&run, &stopper)?;
    let mut told = |done: u64, of: u64| {
        if args.progress {
            // Whoever started this may be gone; the shard is worth as much.
            let _ = writeln!(out, "{done} of {of}").and_then(|()| out.flush());
        }
    };
    let ran = shard::run(&run, args.index, &mut *model, &mut told)?;
    if !args.progress {
        let failed = match ran.failed {
            0 => String::new(),
            1 => "; 1 row failed".to_owned(),
            n => format!("; {n} rows failed"),
        };
        let what = if ran.skipped { "was there already" } else { "is written" };
        writeln!(out, "shard {} {what}{failed}", args.index)?;
    }
    Ok(())
}
