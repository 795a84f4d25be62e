//! What ends a sweep that the user interrupts.

use std::sync::{Arc, Mutex, PoisonError};

use bioxen::engine::Interrupt;

use super::super::interrupt;

/// A wish to stop, for everything that is under way.
#[derive(Debug, Clone)]
pub(super) struct Stopper {
    all: Interrupt,
    /// The row that is computed.
    row: Arc<Mutex<Option<Interrupt>>>,
}

impl Stopper {
    /// Listens to Ctrl-C; a second one ends the program at once.
    pub(super) fn listening() -> Self {
        let stopper = Self { all: Interrupt::new(), row: Arc::default() };
        let heard = stopper.clone();
        interrupt::listen_once(move || {
            heard.all.stop();
            if let Some(row) = &*heard.row.lock().unwrap_or_else(PoisonError::into_inner) {
                row.stop();
            }
        });
        stopper
    }

    /// From now on it ends this.
    pub(super) fn attend(&self, row: Interrupt) {
        let mut kept = self.row.lock().unwrap_or_else(PoisonError::into_inner);
        if self.all.is_stopped() {
            row.stop();
        }
        *kept = Some(row);
    }

    /// Whether somebody wants to stop.
    pub(super) fn is_stopped(&self) -> bool {
        self.all.is_stopped()
    }
}
