//! What is told goes to whoever waits for a cell, or above the line that is being typed.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bioxen::client::{Client, Told};

use super::super::super::failure::Failure;
use super::log::{Others, foreign};

/// Prints a line above the one that is being typed.
pub(crate) type Printer = Box<dyn FnMut(String) + Send>;

/// Presses of Ctrl-C within this time belong together.
const TOGETHER: Duration = Duration::from_secs(1);

/// Lines that wait to be printed at most; who types is not flooded.
const MOST_WAITING: usize = 500;
/// Between two looks whether the dialogue waits for a cell.
const LOOK: Duration = Duration::from_millis(20);

/// What the threads share. Nothing is held while somebody waits, so that nobody waits for another.
struct Ways {
    /// Whether the dialogue waits for a cell.
    listening: AtomicBool,
    /// Lines that are still to be printed.
    waiting: AtomicUsize,
    lines: Sender<String>,
    session: String,
    others: Mutex<Others>,
}

/// Passes on what is told: to whoever waits for a cell, or above the line that is being typed.
pub(crate) struct Router {
    ways: Arc<Ways>,
    lines: Option<Receiver<String>>,
}

impl Router {
    /// Begins to pass on; gives what comes while the dialogue listens.
    pub(super) fn start(
        told: Receiver<Told>,
        client: &Client,
    ) -> Result<(Self, Receiver<Told>), Failure> {
        let (lines, to_print) = channel();
        let ways = Arc::new(Ways {
            listening: AtomicBool::new(false),
            waiting: AtomicUsize::new(0),
            lines,
            session: client.session().to_owned(),
            others: Mutex::default(),
        });
        let (sender, listened) = channel();
        let own = ways.clone();
        thread::Builder::new().name("router".to_owned()).spawn(move || {
            while let Ok(one) = told.recv() {
                if !own.listening.load(Ordering::SeqCst) {
                    own.print(&one);
                } else if sender.send(one).is_err() {
                    return;
                }
            }
        })?;
        Ok((Self { ways, lines: Some(to_print) }, listened))
    }

    /// Whether the dialogue waits for a cell.
    pub(super) fn listen(&self, listening: bool) {
        self.ways.listening.store(listening, Ordering::SeqCst);
    }

    /// Prints what came while the dialogue listened, and is for nobody there.
    pub(super) fn hand_back(&self, one: &Told) {
        self.ways.print(one);
    }

    /// What somebody else does, in a line, as it is told to this client; not all of what is much.
    pub(super) fn foreign(&self, one: &Told) -> Option<String> {
        self.ways.foreign(one)
    }

    pub(super) fn print_with(&mut self, mut printer: Printer) {
        let Some(lines) = self.lines.take() else { return };
        let ways = self.ways.clone();
        // The editor takes lines when it likes, and the thread that passes on must not wait for it. What others
        // do is no reason to fail.
        let _ = thread::Builder::new().name("printer".to_owned()).spawn(move || {
            while let Ok(line) = lines.recv() {
                while ways.listening.load(Ordering::SeqCst) {
                    thread::sleep(LOOK);
                }
                ways.waiting.fetch_sub(1, Ordering::SeqCst);
                printer(line);
            }
        });
    }
}

impl Ways {
    fn foreign(&self, one: &Told) -> Option<String> {
        let line = foreign(one, &self.session)?;
        self.others.lock().unwrap_or_else(PoisonError::into_inner).limit(one, line)
    }

    fn print(&self, one: &Told) {
        if self.waiting.load(Ordering::SeqCst) >= MOST_WAITING {
            return;
        }
        if let Some(line) = self.foreign(one) {
            self.waiting.fetch_add(1, Ordering::SeqCst);
            // Nobody prints where nobody types.
            let _ = self.lines.send(line + "\n");
        }
    }
}

/// Presses of Ctrl-C, counted by the thread of signals.
#[derive(Debug, Clone, Default)]
pub(crate) struct Presses {
    count: Arc<AtomicU32>,
    last: Arc<Mutex<Option<Instant>>>,
}

impl Presses {
    /// One more.
    pub(crate) fn press(&self) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let again = last.is_some_and(|at| at.elapsed() < TOGETHER);
        *last = Some(Instant::now());
        self.count.store(if again { 2 } else { 1 }, Ordering::SeqCst);
    }

    /// How many there were since they were taken: none, one, or two that belong together.
    pub(super) fn take(&self) -> u32 {
        self.count.swap(0, Ordering::SeqCst)
    }

    /// Forgets those of before.
    pub(super) fn forget(&self) {
        self.count.store(0, Ordering::SeqCst);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
