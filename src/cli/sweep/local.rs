//! Shards in processes of this machine.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bioxen::batch::{BatchError, Run, status};

use super::super::failure::Failure;
use super::super::progress::Bar;
use super::WorkArgs;
use super::stopper::Stopper;

/// How often is looked whether a process has ended.
const LOOK: Duration = Duration::from_millis(20);
/// How much of the end of a log is shown [bytes].
const SHOWN: u64 = 2000;

/// A process and its shard.
struct Worker {
    shard: u64,
    child: Child,
    log: std::path::PathBuf,
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
                    if ended.success() {
                        drop(std::fs::remove_file(&worker.log));
                    } else if !stopper.is_stopped() {
                        failed.push((worker.shard, said(ended, &worker.log)));
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
    let log = run.folder().join("logs").join(format!("local_{shard}.log"));
    let cannot = |doing: &'static str| {
        let path = log.clone();
        move |source| Failure::from(BatchError::File { doing, path, source })
    };
    let written = File::create(&log).map_err(cannot("cannot write the log"))?;
    let program = std::env::current_exe()?;
    let mut command = Command::new(&program);
    command.arg("shard").arg(run.path()).args(["--index", &shard.to_string(), "--progress"]);
    command
        .env("RAYON_NUM_THREADS", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(written);
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
    Ok(Worker { shard, child, log })
}

/// How a process ended, and the end of what it said.
fn said(ended: std::process::ExitStatus, log: &std::path::Path) -> String {
    let mut text = String::new();
    if let Ok(mut file) = File::open(log) {
        let length = file.metadata().map_or(0, |about| about.len());
        // The end is enough; what cannot be read is not told.
        let _ = file.seek(SeekFrom::Start(length.saturating_sub(SHOWN)));
        let mut bytes = Vec::new();
        let _ = file.read_to_end(&mut bytes);
        text = String::from_utf8_lossy(&bytes).trim().to_owned();
    }
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    if text.is_empty() { format!("it ended with {ended}") } else { text.to_owned() }
}
