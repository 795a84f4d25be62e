//! Shards in a job array of Slurm.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::time::{Duration, Instant};

use bioxen::batch::{Run, slurm};

use super::super::failure::Failure;
use super::super::progress::Bar;
use super::WorkArgs;
use super::stopper::Stopper;

/// How often is looked for the files of shards.
const LOOK: Duration = Duration::from_millis(500);
/// How often Slurm is asked, which serves others, too.
const ASK: Duration = Duration::from_secs(5);
/// How long a file may take to be seen that another machine has written: file systems remember for a
/// while what was not there.
const SEEN: Duration = Duration::from_secs(15);

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
    let mut jobs: BTreeMap<u64, String> = BTreeMap::new();
    let wanted: BTreeSet<u64> = shards.iter().copied().collect();
    for (job, shard) in slurm::queued(run)? {
        if wanted.contains(&shard) {
            jobs.insert(shard, job);
        }
    }
    let new: Vec<u64> = shards.iter().copied().filter(|shard| !jobs.contains_key(shard)).collect();
    if !new.is_empty() {
        let asked = run.lock().slurm.with(&work.resources());
        let program = std::env::current_exe()?;
        let program = [program.to_string_lossy().into_owned(), "shard".to_owned()];
        let job = slurm::submit(run, &asked, &new, &program)?;
        if !work.quiet {
            tell(&format!("submitted job {job}: {} shards", new.len()));
        }
        jobs.extend(new.iter().map(|shard| (*shard, job.clone())));
    }
    if work.no_wait {
        let note = format!("`bioxen sweep status {}` tells how far it is", run.folder().display());
        if !work.quiet {
            tell(&note);
        }
        return Ok(Vec::new());
    }
    wait(run, jobs, work, stopper)
}

/// Waits until the files of all shards are there, or Slurm no longer knows those whose files are not.
fn wait(
    run: &Run,
    jobs: BTreeMap<u64, String>,
    work: &WorkArgs,
    stopper: &Stopper,
) -> Result<Vec<(u64, String)>, Failure> {
    let mut bar = Bar::new(work.is_watched());
    let all = jobs.len() as u64;
    let mut open = jobs;
    // Since when Slurm no longer knows them.
    let mut gone: BTreeMap<u64, Instant> = BTreeMap::new();
    let mut asked = Instant::now();
    let mut failed = Vec::new();
    while !open.is_empty() {
        if stopper.is_stopped() {
            bar.clear();
            let ids: BTreeSet<&String> = open.values().collect();
            let ids: Vec<&str> = ids.into_iter().map(String::as_str).collect();
            let note = format!(
                "interrupted; job {} goes on: the same command waits for it again, and `scancel {}` ends it",
                ids.join(", "),
                ids.join(" ")
            );
            return Err(Failure::Interrupted { note });
        }
        open.retain(|shard, _| !run.shard(*shard).exists());
        if asked.elapsed() >= ASK {
            asked = Instant::now();
            // A Slurm that does not answer for a moment is asked again.
            if let Ok(queued) = slurm::queued(run) {
                for (shard, job) in &open {
                    if queued.contains(&(job.clone(), *shard)) {
                        gone.remove(shard);
                    } else {
                        gone.entry(*shard).or_insert(asked);
                    }
                }
            }
        }
        let lost: Vec<u64> =
            gone.iter().filter(|(_, since)| since.elapsed() > SEEN).map(|(s, _)| *s).collect();
        for shard in lost {
            gone.remove(&shard);
            if let Some(job) = open.remove(&shard) {
                let said = slurm::log(run, &job, shard);
                let said = said.unwrap_or_else(|| "it left no message".to_owned());
                failed.push((shard, format!("job {job} ended without its file: {said}")));
            }
        }
        bar.shards(all - open.len() as u64, all);
        std::thread::sleep(LOOK);
    }
    bar.clear();
    failed.sort();
    Ok(failed)
}

fn tell(line: &str) {
    // A note that nobody can read is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{line}");
}
