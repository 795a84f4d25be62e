//! Interrupts. While a cell is compiled, the compiler is ended, and the session of Rust loses nothing. Once it
//! runs, its process has to be ended, and with it the variables of Rust.

use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::processes::{descendants, kill, reap};

/// Time between two looks for what is to be ended.
const LOOK: Duration = Duration::from_millis(20);

/// Time between two looks at whether the process of a cell that runs is still there.
const WATCH: Duration = Duration::from_millis(100);

/// What is to be ended.
#[derive(Debug)]
pub(crate) struct Stop {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The cell or question under way.
    current: Option<u64>,
    /// That which is to be ended.
    interrupted: Option<u64>,
    /// Whether the code of the cell has begun.
    runs: bool,
    /// Whether its process was ended.
    ended: bool,
    /// The process that runs cells.
    child: Option<Arc<Mutex<Child>>>,
}

impl State {
    fn is_due(&self) -> bool {
        self.current.is_some() && self.current == self.interrupted && !self.ended
    }
}

impl Stop {
    pub(crate) fn new() -> Arc<Self> {
        let stop = Arc::new(Self { state: Mutex::default(), changed: Condvar::new() });
        let other = stop.clone();
        thread::spawn(move || other.watch());
        stop
    }

    /// Learns of the process that runs cells.
    pub(crate) fn learn(&self, child: Arc<Mutex<Child>>) {
        self.lock().child = Some(child);
    }

    /// Begins a cell or question.
    pub(crate) fn begin(&self, id: u64) {
        let mut state = self.lock();
        (state.current, state.runs, state.ended) = (Some(id), false, false);
        self.changed.notify_all();
    }

    /// Notes that the code of the cell has begun.
    pub(crate) fn runs(&self) {
        self.lock().runs = true;
        self.changed.notify_all();
    }

    /// Ends a cell or question; whether it was interrupted.
    pub(crate) fn end(&self) -> bool {
        let mut state = self.lock();
        let interrupted = state.current.is_some() && state.current == state.interrupted;
        state.current = None;
        interrupted
    }

    /// Whether the present one is to be ended.
    pub(crate) fn is_interrupted(&self) -> bool {
        let state = self.lock();
        state.current.is_some() && state.current == state.interrupted
    }

    /// Ends that of the number, whether it is under way or comes next.
    pub(crate) fn interrupt(&self, id: u64) {
        self.lock().interrupted = Some(id);
        self.changed.notify_all();
    }

    /// Takes leave of what has ended, between cells.
    pub(crate) fn reap(&self) {
        let child = self.lock().child.clone();
        if let Some(child) = child.and_then(|child| Some(child.try_lock().ok()?.id())) {
            reap(Some(child));
        }
    }

    /// Ends all that descends from this process.
    pub(crate) fn end_all(&self) {
        let child = self.lock().child.clone();
        if let Some(child) = child {
            kill_child(&child);
        }
        descendants(None).into_iter().for_each(kill);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self) {
        let mut state = self.lock();
        loop {
            while !state.is_due() {
                if state.current.is_none() || !state.runs {
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                    continue;
                }
                if state.child.as_ref().is_some_and(has_ended) {
                    // A program that a cell has started may hold the ends of the streams of its process, and whoever
                    // waits for what comes would wait for that program.
                    descendants(None).into_iter().for_each(kill);
                    state.runs = false;
                    continue;
                }
                let waited = self.changed.wait_timeout(state, WATCH);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            let child = state.child.clone();
            if state.runs {
                // While the lock is held no other cell can begin.
                let all = descendants(None);
                state.ended = child.as_ref().is_none_or(kill_child);
                if state.ended {
                    // A program that the cell has started may hold the ends of its streams.
                    all.into_iter().for_each(kill);
                }
            } else {
                let own = child.and_then(|child| Some(child.try_lock().ok()?.id()));
                descendants(own).into_iter().for_each(kill);
            }
            drop(state);
            thread::sleep(LOOK);
            state = self.lock();
        }
    }
}

/// Whether the process that runs cells is no more. Who waits for its end holds the lock, and knows.
fn has_ended(child: &Arc<Mutex<Child>>) -> bool {
    child.try_lock().is_ok_and(|mut child| matches!(child.try_wait(), Ok(Some(_))))
}

/// Ends the process that runs cells; whether it was there to be ended. Who waits for its end holds the lock.
fn kill_child(child: &Arc<Mutex<Child>>) -> bool {
    let Ok(mut child) = child.try_lock() else { return false };
    // One that has ended by itself is as good.
    let _ = child.kill();
    true
}
