//! Shards in processes of this machine.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use bioxen::batch::{BatchError, Run, status};

use super::super::failure::Failure;
use super::super::progress::Bar;
use super::WorkArgs;
use super::stopper::Stopper;

/// How often is looked whether a process has ended.
const LOOK: Duration = Duration::from_millis(20);
/// How much of the end of what a process says is kept [bytes].
const SHOWN: usize = 2000;

/// A process and its shard.
struct Worker {
    shard: u64,
    child: Child,
    /// What it says on standard error, when it has ended.
    said: JoinHandle<String>,
}

/// Computes some shards. Gives those that failed, and why.
pub(super) fn compute(
    run: &Run,
    shards: &[u64],
    work: &WorkArgs,
    stopper: &Stopper,
) -> Result<Vec<(u64, String)>, Failure> {
    let mut waiting: VecDeque<u64> = shards.iter().copied().collect();
    let rows: u64 = shards.iter().filter_map(|s| run.lock().rows_of(*s).ok()).map(|r| r.1).sum();
    let done = Arc::new(AtomicU64::new(0));
    let mut bar = Bar::new(work.is_watched());
    let (mut workers, mut failed) = (Vec::new(), Vec::new());
    loop {
        while (workers.len() as u64) < work.workers() && !stopper.is_stopped() {
            let Some(shard) = waiting.pop_front() else { break };
            workers.push(start(run, shard, &done)?);
        }
        if workers.is_empty() {
            break;
        }
        let mut at = 0;
        while at < workers.len() {
            let worker: &mut Worker = &mut workers[at];
            if stopper.is_stopped() {
                // One that was told, too, has ended already.
                let _ = worker.child.kill();
            }
            match worker.child.try_wait()? {
                None => at += 1,
                Some(ended) => {
                    let worker = workers.swap_remove(at);
                    let said = worker.said.join().unwrap_or_default();
                    if !ended.success() && !stopper.is_stopped() {
                        failed.push((worker.shard, told(ended, &said)));
                    }
                }
            }
        }
        bar.rows(done.load(Ordering::Relaxed), rows);
        std::thread::sleep(LOOK);
    }
    bar.clear();
    failed.sort();
    if stopper.is_stopped() {
        let found = status(run, &Default::default());
        let note = format!(
            "interrupted; {} of {} shards are there, and `bioxen sweep resubmit {}` computes the others",
            found.done.len(),
            found.shards,
            run.folder().display()
        );
        return Err(Failure::Interrupted { note });
    }
    Ok(failed)
}

fn start(run: &Run, shard: u64, done: &Arc<AtomicU64>) -> Result<Worker, Failure> {
    let program = std::env::current_exe()?;
    let mut command = Command::new(&program);
    command.arg("shard").arg(run.path()).args(["--index", &shard.to_string(), "--progress"]);
    command
        .env("RAYON_NUM_THREADS", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|source| {
        Failure::from(BatchError::File { doing: "cannot start", path: program, source })
    })?;
    if let Some(told) = child.stdout.take() {
        let done = Arc::clone(done);
        // It ends when the process ends.
        std::thread::spawn(move || {
            let lines = BufReader::new(told).lines().map_while(Result::ok);
            for _ in lines {
                done.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    let errors = child.stderr.take();
    // A disk that is full must not swallow the reason.
    let said = std::thread::spawn(move || errors.map(end_of).unwrap_or_default());
    Ok(Worker { shard, child, said })
}

/// The end of what a process says, to the end.
fn end_of(mut from: impl Read) -> String {
    let (mut kept, mut part) = (Vec::new(), [0; 4096]);
    while let Ok(read @ 1..) = from.read(&mut part) {
        kept.extend_from_slice(&part[..read]);
        let over = kept.len().saturating_sub(SHOWN);
        kept.drain(..over);
    }
    String::from_utf8_lossy(&kept).trim().to_owned()
}

/// How a process ended, and what it said.
fn told(ended: std::process::ExitStatus, said: &str) -> String {
    let said = said.strip_prefix("error: ").unwrap_or(said);
    if said.is_empty() { format!("it ended with {ended}") } else { said.to_owned() }
}
