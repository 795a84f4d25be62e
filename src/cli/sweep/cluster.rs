//! Shards in a job array of Slurm.

use std::collections::BTreeSet;
use std::io::Write;

use bioxen::batch::Run;
use bioxen::batch::slurm::{self, Waited};

use super::super::failure::Failure;
use super::super::progress::Bar;
use super::WorkArgs;
use super::stopper::Stopper;

/// The shards that are queued or run in Slurm, as far as it can be asked.
pub(super) fn running(run: &Run) -> BTreeSet<u64> {
    let queued = slurm::queued(run).unwrap_or_default();
    queued.into_iter().map(|(_, shard)| shard).collect()
}

/// Computes some shards. Gives those that failed, and why. Shards that are queued already are waited for, and
/// not submitted again.
pub(super) fn compute(
    run: &Run,
    shards: &[u64],
    work: &WorkArgs,
    stopper: &Stopper,
) -> Result<Vec<(u64, String)>, Failure> {
    let (jobs, new) = slurm::start(run, shards, &work.resources(), &program()?)?;
    if let Some((job, count)) = new.filter(|_| !work.quiet) {
        tell(&format!("submitted job {job} with {} of {} shards", count, run.lock().shards.count));
    }
    if work.no_wait {
        if !work.quiet {
            tell(&format!("`bioxen sweep status {}` tells how far it is", run.folder().display()));
        }
        return Ok(Vec::new());
    }
    let mut bar = Bar::new(work.is_watched());
    let mut progress = |done, of| bar.shards(done, of);
    let waited = slurm::wait(run, jobs, &mut progress, &|| stopper.is_stopped());
    bar.clear();
    match waited {
        Waited::Ended(failed) => Ok(failed),
        Waited::Interrupted(jobs) => {
            let jobs: Vec<String> = jobs.into_iter().collect();
            let note = format!(
                "interrupted; job {} goes on: the same command waits for it again, and `scancel {}` ends it",
                jobs.join(", "),
                jobs.join(" ")
            );
            Err(Failure::Interrupted { note })
        }
    }
}

/// The command that computes a shard: this one.
pub(super) fn program() -> std::io::Result<[String; 2]> {
    let program = std::env::current_exe()?;
    Ok([program.to_string_lossy().into_owned(), "shard".to_owned()])
}

fn tell(line: &str) {
    // A note that nobody can read is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{line}");
}
