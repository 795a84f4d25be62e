//! Being asked to stop while waiting.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What every wait looks at, many times a second.
pub trait Stop: Sync {
    /// Whether to end.
    fn is_stopped(&self) -> bool;
}

impl<F: Fn() -> bool + Sync> Stop for F {
    fn is_stopped(&self) -> bool {
        self()
    }
}

impl Stop for AtomicBool {
    fn is_stopped(&self) -> bool {
        self.load(Ordering::Relaxed)
    }
}

/// Is never asked to stop.
#[derive(Debug, Clone, Copy)]
pub struct Never;

impl Stop for Never {
    fn is_stopped(&self) -> bool {
        false
    }
}

/// How often a wait looks.
pub(crate) const LOOK: Duration = Duration::from_millis(20);

/// Waits; false when it was asked to stop.
pub(crate) fn pause(long: Duration, stop: &dyn Stop) -> bool {
    let end = Instant::now() + long;
    loop {
        if stop.is_stopped() {
            return false;
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        std::thread::sleep(left.min(LOOK));
    }
}
