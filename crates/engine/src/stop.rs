//! Asking a running simulation to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What one evaluation or run looks at, again and again, to learn whether it is to end. It is asked
/// once and stays asked: the next evaluation gets a token of its own from [`Interrupt::begin`].
///
/// # Examples
/// ```
/// let stop = bioxen_engine::StopToken::new();
/// let same = stop.clone();
/// same.stop();
/// assert!(stop.is_stopped());
/// ```
#[derive(Debug, Clone)]
pub struct StopToken {
    shared: Arc<Shared>,
    turn: u64,
}

/// Evaluations are numbered, and all up to one of these numbers are to end: so a stop that comes too
/// late for one evaluation does not end the next.
#[derive(Debug, Default)]
struct Shared {
    /// The number of the last evaluation.
    now: AtomicU64,
    /// One more than the number of the last evaluation that is to end.
    stopped: AtomicU64,
}

impl Shared {
    fn stop(&self, turn: u64) {
        self.stopped.fetch_max(turn + 1, Ordering::Relaxed);
    }

    fn is_stopped(&self, turn: u64) -> bool {
        self.stopped.load(Ordering::Relaxed) > turn
    }
}

impl StopToken {
    /// A token that is not set, of one run alone.
    pub fn new() -> Self {
        Interrupt::default().token()
    }

    /// Asks for a stop.
    pub fn stop(&self) {
        self.shared.stop(self.turn);
    }

    /// Whether a stop was asked for.
    pub fn is_stopped(&self) -> bool {
        self.shared.is_stopped(self.turn)
    }
}

impl Default for StopToken {
    fn default() -> Self {
        Self::new()
    }
}

/// What a front end holds to stop whatever is evaluated at the moment.
///
/// # Examples
/// ```
/// use bioxen_engine::Interrupt;
/// let interrupt = Interrupt::new();
/// let first = interrupt.begin();
/// interrupt.stop();
/// let second = interrupt.begin();
/// assert!(first.is_stopped() && !second.is_stopped());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<Shared>);

impl Interrupt {
    /// Of evaluations of which none has begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins the next evaluation, which nothing asked before ends.
    pub fn begin(&self) -> StopToken {
        let turn = self.0.now.fetch_add(1, Ordering::Relaxed) + 1;
        StopToken { shared: self.0.clone(), turn }
    }

    /// The token of the evaluation at the moment.
    pub fn token(&self) -> StopToken {
        StopToken { shared: self.0.clone(), turn: self.0.now.load(Ordering::Relaxed) }
    }

    /// Asks the evaluation at the moment to stop, and no later one.
    pub fn stop(&self) {
        self.0.stop(self.0.now.load(Ordering::Relaxed));
    }

    /// Whether the evaluation at the moment was asked to stop.
    pub fn is_stopped(&self) -> bool {
        self.0.is_stopped(self.0.now.load(Ordering::Relaxed))
    }
}
