//! What is told goes to whoever waits for a cell, or above the line that is being typed.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bioxen::client::{Client, Told};

use super::super::super::failure::Failure;
use super::log::foreign;

/// Prints a line above the one that is being typed.
pub(crate) type Printer = Box<dyn FnMut(String) + Send>;

/// Presses of Ctrl-C within this time belong together.
const TOGETHER: Duration = Duration::from_secs(1);

/// Where what is told goes.
#[derive(Default)]
struct Ways {
    /// Whether the dialogue waits for a cell.
    listening: bool,
    printer: Option<Printer>,
}

/// Passes on what is told.
pub(crate) struct Router(Arc<Mutex<Ways>>);

fn lock(ways: &Mutex<Ways>) -> MutexGuard<'_, Ways> {
    ways.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Router {
    /// Begins to pass on; gives what comes while the dialogue listens.
    pub(super) fn start(
        told: Receiver<Told>,
        client: &Client,
    ) -> Result<(Self, Receiver<Told>), Failure> {
        let ways = Arc::new(Mutex::new(Ways::default()));
        let (sender, listened) = channel();
        let (own, session) = (ways.clone(), client.session().to_owned());
        thread::Builder::new()
            .name("router".to_owned())
            .spawn(move || route(&told, &own, &sender, &session))?;
        Ok((Self(ways), listened))
    }

    /// Whether the dialogue waits for a cell.
    pub(super) fn listen(&self, listening: bool) {
        lock(&self.0).listening = listening;
    }

    pub(super) fn print_with(&self, printer: Printer) {
        lock(&self.0).printer = Some(printer);
    }
}

fn route(told: &Receiver<Told>, ways: &Mutex<Ways>, to_dialogue: &Sender<Told>, session: &str) {
    while let Ok(one) = told.recv() {
        let mut ways = lock(ways);
        if ways.listening {
            if to_dialogue.send(one).is_err() {
                return;
            }
        } else if let Some(printer) = &mut ways.printer
            && let Some(line) = foreign(&one, session)
        {
            printer(line + "\n");
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
