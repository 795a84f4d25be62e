//! The agent: lets cells live on for somebody elsewhere, by a protocol over two byte streams.
//!
//! One thread reads, since an interrupt comes while the agent works; one sends signs of life; the work is
//! done on the thread that calls [`serve`]. The agent ends when its input does, and by limits of its own:
//! the process outlives the link that carried its streams.

mod input;
mod work;

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bioxen_engine::StopToken;

use super::protocol::{Ask, Hello, Reply, Request, Told, Wrong};
use work::Cells;

/// How long an agent works and waits.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From one sign of life to the next, while it works.
    pub beat: Duration,
    /// The longest that one request may take.
    pub work: Duration,
    /// The longest that it waits for a request.
    pub idle: Duration,
    /// How long what is under way may take to end when nobody is there any more.
    pub grace: Duration,
    /// What ends the process after that.
    pub abandon: fn(),
}

impl Default for Limits {
    fn default() -> Self {
        let hours = |n: u64| Duration::from_secs(3600 * n);
        Self {
            beat: Duration::from_millis(500),
            work: hours(24 * 7),
            idle: hours(24),
            grace: Duration::from_secs(10),
            abandon: || {},
        }
    }
}

/// Why an agent ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Its input has ended, or nobody takes what it sends.
    Left,
    /// Nobody has asked for anything for too long.
    Idle,
}

/// A request that is carried out.
struct Job {
    id: u64,
    stop: StopToken,
    since: Instant,
    late: bool,
}

/// What the threads share.
struct Shared<W> {
    /// Nothing, once the agent has ended: who reads it learns that.
    output: Mutex<Option<W>>,
    job: Mutex<Option<Job>>,
    /// When nobody was there any more.
    left: Mutex<Option<Instant>>,
    /// Tells the thread of signs of life that the agent has ended.
    ended: (Mutex<bool>, Condvar),
}

/// What a lock holds; a thread that failed has left it whole.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<W: Write> Shared<W> {
    fn write(&self, frame: &impl serde::Serialize) {
        let line = serde_json::to_vec(frame).map_err(io::Error::other);
        let written = line.and_then(|mut line| {
            line.push(b'\n');
            let mut output = held(&self.output);
            let output = output.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
            output.write_all(&line)?;
            output.flush()
        });
        if written.is_err() {
            self.leave();
        }
    }

    fn tell(&self, id: u64, told: Told) {
        self.write(&Reply { id, told });
    }

    fn refuse(&self, id: u64, kind: Wrong, message: impl Into<String>) {
        self.tell(id, Told::Error { kind, message: message.into() });
    }

    /// Nobody is there any more: ends what is under way.
    fn leave(&self) {
        held(&self.left).get_or_insert_with(Instant::now);
        if let Some(job) = &*held(&self.job) {
            job.stop.stop();
        }
    }

    /// Ends a request, so that no sign of life follows its last reply.
    fn finish(&self, id: u64, told: Told) {
        let late = held(&self.job).take().is_some_and(|job| job.late);
        match told {
            Told::Done(done) if late && !done.completed => {
                self.refuse(id, Wrong::TimeLimit, "it took longer than the agent may work");
            }
            told => self.tell(id, told),
        }
    }

    /// Sends signs of life until the agent ends.
    fn beat(&self, limits: &Limits) {
        let (ended, told) = &self.ended;
        let mut over = held(ended);
        while !*over {
            let waited = told.wait_timeout(over, limits.beat);
            over = waited.unwrap_or_else(PoisonError::into_inner).0;
            if *over {
                return;
            }
            let since = *held(&self.left);
            if since.is_some_and(|since| since.elapsed() > limits.grace) {
                (limits.abandon)();
            }
            let mut job = held(&self.job);
            let Some(job) = &mut *job else { continue };
            if job.since.elapsed() > limits.work && !job.late {
                job.late = true;
                job.stop.stop();
            }
            if since.is_none() {
                self.beat_once(job.id);
            }
        }
    }

    /// While this holds the job, nothing ends it; so it must not wait for whoever does.
    fn beat_once(&self, id: u64) {
        // A frame that is just being written is a sign of life as well.
        let Ok(mut output) = self.output.try_lock() else { return };
        let Some(output) = output.as_mut() else { return };
        let line = serde_json::to_vec(&Reply { id, told: Told::Beat }).unwrap_or_default();
        let _ = output.write_all(&line).and_then(|()| output.write_all(b"\n"));
        let _ = output.flush();
    }
}

/// Serves until the input ends or a limit is reached.
///
/// # Examples
/// ```
/// use bioxen_remote::agent::{Ended, Limits, serve};
/// let asked = b"{\"id\":1,\"do\":\"ping\"}\n".as_slice();
/// let ended = serve(asked, Vec::new(), &Limits::default());
/// assert_eq!(ended, Ended::Left);
/// ```
pub fn serve(
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    limits: &Limits,
) -> Ended {
    let shared = Arc::new(Shared {
        output: Mutex::new(Some(output)),
        job: Mutex::new(None),
        left: Mutex::new(None),
        ended: (Mutex::new(false), Condvar::new()),
    });
    shared.write(&Hello::own());
    let (send, requests) = mpsc::sync_channel::<(Request, StopToken)>(1);
    let reader = Arc::clone(&shared);
    thread::spawn(move || input::read(input, &reader, &send));
    let beating = {
        let (shared, limits) = (Arc::clone(&shared), *limits);
        thread::spawn(move || shared.beat(&limits))
    };
    let mut cells = Cells::default();
    let ended = loop {
        match requests.recv_timeout(limits.idle) {
            Ok((request, stop)) => carry_out(&shared, &mut cells, request, &stop),
            Err(RecvTimeoutError::Disconnected) => break Ended::Left,
            Err(RecvTimeoutError::Timeout) => break Ended::Idle,
        }
        if held(&shared.left).is_some() {
            break Ended::Left;
        }
    };
    *held(&shared.ended.0) = true;
    shared.ended.1.notify_all();
    // It waits for nothing but its own interval.
    let _ = beating.join();
    *held(&shared.output) = None;
    ended
}

fn carry_out<W: Write>(
    shared: &Shared<W>,
    cells: &mut Cells,
    Request { id, ask }: Request,
    stop: &StopToken,
) {
    let told = match ask {
        Ask::Ping => Told::Pong,
        Ask::Interrupt => return,
        Ask::Plugin(plugin) => {
            let taken = catch_unwind(AssertUnwindSafe(|| cells.take_plugin(&plugin)));
            taken.unwrap_or_else(|_| {
                let message = "a fault in BioXen has met a plug-in on the other machine";
                Told::Error { kind: Wrong::Internal, message: message.to_owned() }
            })
        }
        Ask::Live(live) => {
            let mut tell = |told| shared.tell(id, told);
            let lived = catch_unwind(AssertUnwindSafe(|| cells.live(&live, &mut tell, stop)));
            lived.unwrap_or_else(|_| {
                let message = "a fault in BioXen has ended the run on the other machine";
                Told::Error { kind: Wrong::Internal, message: message.to_owned() }
            })
        }
    };
    shared.finish(id, told);
}
