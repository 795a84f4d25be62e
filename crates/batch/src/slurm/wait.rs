//! Waiting for shards that a cluster computes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::{Resources, log, queued, submit};
use crate::error::BatchError;
use crate::lock::Run;

/// How often is looked for the files of shards.
const LOOK: Duration = Duration::from_millis(500);
/// How soon Slurm is asked for the first time; each time it is asked half as often, as it serves others, too.
const ASK: Duration = Duration::from_secs(1);
/// How seldom it is asked at the most.
const SELDOM: Duration = Duration::from_secs(16);
/// How long a file may take to be seen that another machine has written: file systems remember for a
/// while what was not there.
const SEEN: Duration = Duration::from_secs(15);

/// How the message of a shard begins that fails.
const ERROR: &str = "error: ";

/// Shards and the jobs that compute them.
pub type Jobs = BTreeMap<u64, String>;

/// How waiting ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waited {
    /// No shard is under way any more. Those that failed, and why.
    Ended(Vec<(u64, String)>),
    /// The user did not want to wait. The jobs that go on.
    Interrupted(BTreeSet<String>),
}

/// Submits those shards that are not queued already; `program` is as for [`submit`]. Gives the jobs of all, and the number of the new one with its
/// shards.
///
/// # Errors
/// [`BatchError::Slurm`], [`BatchError::File`].
pub fn start(
    run: &Run,
    shards: &[u64],
    asked: &Resources,
    program: &[String],
) -> Result<(Jobs, Option<(String, usize)>), BatchError> {
    let mut jobs = Jobs::new();
    for (job, shard) in queued(run)? {
        if shards.contains(&shard) {
            jobs.insert(shard, job);
        }
    }
    let new: Vec<u64> = shards.iter().copied().filter(|shard| !jobs.contains_key(shard)).collect();
    if new.is_empty() {
        return Ok((jobs, None));
    }
    let asked = run.lock().slurm.with(asked);
    let job = submit(run, &asked, &new, program)?;
    jobs.extend(new.iter().map(|shard| (*shard, job.clone())));
    Ok((jobs, Some((job, new.len()))))
}

/// Waits until the files of all shards are there, or Slurm no longer knows those whose files are not. `progress`
/// is told how many are there, and of how many; `stopped` ends the waiting.
pub fn wait(
    run: &Run,
    jobs: Jobs,
    progress: &mut dyn FnMut(u64, u64),
    stopped: &dyn Fn() -> bool,
) -> Waited {
    let all = jobs.len() as u64;
    let mut open = jobs;
    // Since when Slurm no longer knows them.
    let mut gone: BTreeMap<u64, Instant> = BTreeMap::new();
    let (mut asked, mut pause) = (Instant::now(), ASK);
    let mut failed = Vec::new();
    loop {
        open.retain(|shard, _| !run.shard(*shard).exists());
        progress(all - open.len() as u64, all);
        if open.is_empty() {
            break;
        }
        if stopped() {
            return Waited::Interrupted(open.into_values().collect());
        }
        if asked.elapsed() >= pause {
            (asked, pause) = (Instant::now(), (2 * pause).min(SELDOM));
            // A Slurm that does not answer for a moment is asked again.
            if let Ok(queued) = queued(run) {
                for (shard, job) in &open {
                    if queued.contains(&(job.clone(), *shard)) {
                        gone.remove(shard);
                    } else {
                        gone.entry(*shard).or_insert(asked);
                    }
                }
            }
        }
        open.retain(|shard, job| {
            let Some(since) = gone.get(shard) else { return true };
            let said = log(run, job, *shard);
            // One that says what went wrong has no file that is still to be seen.
            let has_failed = said.as_ref().is_some_and(|said| said.contains(ERROR));
            if !has_failed && since.elapsed() < SEEN {
                return true;
            }
            let said = said.unwrap_or_else(|| "it left no message".to_owned());
            failed.push((*shard, format!("job {job} ended without its file: {said}")));
            false
        });
        std::thread::sleep(LOOK);
    }
    failed.sort();
    Waited::Ended(failed)
}
