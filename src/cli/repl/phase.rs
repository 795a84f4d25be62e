//! What a signal means depends on what is being done.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use bioxen::engine::StopToken;

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
pub(super) struct Phases(Arc<AtomicU8>);

impl Phases {
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicU8::new(Phase::Between as u8)))
    }

    pub(super) fn set(&self, phase: Phase) {
        self.0.store(phase as u8, Ordering::SeqCst);
    }

    fn is(&self, phase: Phase) -> bool {
        self.0.load(Ordering::SeqCst) == phase as u8
    }

    /// Lets signals interrupt what is evaluated. Ctrl-C at a `dialogue` never ends it: one that
    /// comes a moment too late interrupts nothing.
    pub(super) fn listen(&self, stop: StopToken, dialogue: bool) {
        let phases = self.clone();
        #[cfg(unix)]
        let modes = Modes::now().filter(|_| dialogue);
        listen(move |wish| {
            if phases.is(Phase::Busy) {
                stop.stop();
            } else if wish == Wish::End || !dialogue {
                // The line editor has its own modes, which nobody else would take back.
                #[cfg(unix)]
                if let Some(modes) = &modes {
                    modes.restore();
                }
                wish.follow();
            }
        });
    }
}
