//! The phase of the dialogue. The effect of a signal depends on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use bioxen::lab::Places;
use bioxen::permissions::Closing;

use super::super::interrupt::{Wish, listen};
#[cfg(unix)]
use super::super::terminal::Modes;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// The user, or the pipe, is waited for.
    Reading,
    /// A text is evaluated.
    Busy,
    /// Neither.
    Between,
}

/// The phase now, seen from every thread.
#[derive(Debug, Clone)]
pub(super) struct Phases {
    now: Arc<AtomicU8>,
    /// Whether the dialogue is to end when what is evaluated has ended.
    ending: Arc<AtomicBool>,
    /// Whether the program is being left.
    leaving: Arc<AtomicBool>,
}

impl Phases {
    pub(super) fn new() -> Self {
        let now = Arc::new(AtomicU8::new(Phase::Between as u8));
        Self { now, ending: Arc::default(), leaving: Arc::default() }
    }

    pub(super) fn set(&self, phase: Phase) {
        self.now.store(phase as u8, Ordering::SeqCst);
    }

    fn is(&self, phase: Phase) -> bool {
        self.now.load(Ordering::SeqCst) == phase as u8
    }

    /// Whether somebody has asked the program to end while a text was evaluated.
    pub(super) fn is_ending(&self) -> bool {
        self.ending.load(Ordering::SeqCst)
    }

    /// Lets signals interrupt what is evaluated, by `heed`, which says whether it has done so. Ctrl-C at a `dialogue` never ends it: one that
    /// comes a moment too late interrupts nothing. A request to end is followed when the text has
    /// ended, and a second one at once.
    pub(super) fn listen(
        &self,
        heed: impl Fn(Wish) -> bool + Send + 'static,
        dialogue: bool,
        places: Option<Arc<dyn Places>>,
    ) {
        let phases = self.clone();
        #[cfg(unix)]
        let modes = Modes::now().filter(|_| dialogue);
        listen(move |wish| {
            let again = wish == Wish::End && phases.ending.swap(true, Ordering::SeqCst);
            if phases.is(Phase::Busy) && !again && heed(wish) {
                // Whoever evaluates ends it.
            } else if wish == Wish::End || !dialogue {
                // The line editor has its own modes, which nobody else would take back.
                #[cfg(unix)]
                if let Some(modes) = &modes {
                    modes.restore();
                }
                // Another wish ends it at once, whatever is left then.
                let leaving = phases.leaving.swap(true, Ordering::SeqCst);
                let places = places.clone().filter(|_| !leaving);
                std::thread::spawn(move || {
                    drop(places.as_ref().map(Closing::of));
                    wish.follow();
                });
            }
        });
    }
}
