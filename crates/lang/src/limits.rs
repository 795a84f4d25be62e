//! The limits of a text: the same in debug and release builds.

use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rhai::Engine;

use super::front_end::FrontEnd;
use super::memory;

/// The most modules that one text may import, those of its modules included.
const MODULES: usize = 100;
/// The most text that is kept of texts on VMs [bytes]: what a value may hold.
const CAPTURED: u64 = 16 << 20;
/// How many operations pass before memory is looked at again.
const SELDOM: u8 = 16;

/// Limits of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most operations.
    pub operations: Operations,
    /// The most nested function calls.
    pub call_depth: usize,
    /// The deepest expression; half of it inside of functions.
    pub expression_depth: usize,
    /// The longest string [bytes].
    pub string_bytes: usize,
    /// The most values of an array, those of arrays inside of it included.
    pub array_values: usize,
    /// The most keys of a map, those of maps inside of it included.
    pub map_keys: usize,
    /// The most memory of the whole program [bytes], as far as [`memory`] knows it and the machine
    /// has it.
    pub memory_bytes: u64,
    /// The most text that is shown [bytes], for a front end that keeps all of it.
    pub shown_bytes: Option<u64>,
}

/// The most operations of texts; no limit where there is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operations {
    /// Of one text; none for what users run themselves.
    pub text: Option<u64>,
    /// Of a text that runs on a VM.
    pub on_vm: Option<u64>,
}

impl Default for Operations {
    fn default() -> Self {
        Self { text: None, on_vm: Some(100_000_000) }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            operations: Operations::default(),
            call_depth: 64,
            expression_depth: 96,
            string_bytes: 16 * 1024 * 1024,
            array_values: 4_000_000,
            map_keys: 1_000_000,
            memory_bytes: 4 << 30,
            shown_bytes: None,
        }
    }
}

impl Limits {
    /// Sets an engine to these limits, as far as it counts itself.
    pub fn apply(&self, engine: &mut Engine) {
        // Zero would mean without end to the engine.
        engine
            .set_max_call_levels(self.call_depth.max(1))
            .set_max_expr_depths(self.expression_depth.max(2), (self.expression_depth / 2).max(1))
            .set_max_string_size(self.string_bytes.max(1))
            .set_max_array_size(self.array_values.max(1))
            .set_max_map_size(self.map_keys.max(1))
            .set_max_modules(MODULES);
    }
}

/// How many operations are left; shared by the engine, which spends, and by what grants more.
#[derive(Debug, Clone)]
pub struct Budget(Arc<AtomicU64>);

/// What is said of a text that has used up its operations.
pub const USED_UP: &str = "the script has used up the operations it may do";

/// What stands for a text that has used up its operations, in place of an interrupt; it knows how
/// more could be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedUp(pub FrontEnd);

impl UsedUp {
    /// What a user can do; `option` is the one that sets the limit.
    pub fn advice(self, option: &str) -> String {
        let option = self.0.option(option, "N");
        format!("is there a loop without an end? {option} sets how many they are")
    }
}

/// What a text has too much of; it stands in place of an interrupt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooMuch {
    /// Text that the front end keeps; at most so many bytes.
    Shown(u64),
    /// Text of a text on a VM; at most so many bytes.
    Captured(u64),
    /// Memory of the program; at most so many bytes.
    Memory(u64),
}

impl TooMuch {
    /// What would be right.
    pub fn help(self) -> &'static str {
        match self {
            Self::Shown(_) => {
                "print less, write it to a file, or run it without --json and --report, which keep \
                 all that is printed"
            }
            Self::Captured(_) => "print less, or give a value back in place of it",
            Self::Memory(_) => {
                "is there a loop that lets something grow without an end? --max-memory sets how much \
                 it may be"
            }
        }
    }
}

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = |bytes: u64| bytes.div_ceil(1 << 20);
        match *self {
            Self::Shown(most) => write!(f, "the script has shown more than {} MiB", mib(most)),
            Self::Captured(most) => {
                write!(f, "the text on a VM has printed more than {} MiB", mib(most))
            }
            Self::Memory(most) => {
                write!(f, "the program uses more than {} MiB of memory", mib(most))
            }
        }
    }
}

/// What is used up beside operations; shared by the engine, which looks, and by what shows.
#[derive(Debug, Clone, Default)]
pub struct Watch(Arc<Watched>);

#[derive(Debug, Default)]
struct Watched {
    limits: Mutex<Limits>,
    /// Text that was shown, and that texts on VMs have printed [bytes].
    shown: AtomicU64,
    captured: AtomicU64,
    memory: AtomicU64,
    ticks: AtomicU8,
    over: Mutex<Option<TooMuch>>,
    /// Whether there is anything in `over`, which is looked at at every operation.
    is_over: AtomicBool,
    busy: AtomicBool,
}

impl Watch {
    /// A text of the session begins.
    pub fn begin(&self, limits: Limits) {
        let watched = &self.0;
        *lock(&watched.limits) = limits;
        watched.captured.store(0, Relaxed);
        watched.set_over(None);
        let most = memory::within_the_machine(limits.memory_bytes);
        // Whoever has too much already must be able to let it go.
        watched.memory.store(most.max(memory::in_use().saturating_add(most / 16)), Relaxed);
    }

    /// Says whether a text is evaluated, and not only looked at.
    pub fn set_busy(&self, busy: bool) {
        self.0.busy.store(busy, Relaxed);
    }

    /// Whether a text is evaluated.
    pub fn is_busy(&self) -> bool {
        self.0.busy.load(Relaxed)
    }

    /// Something was shown; `captured` if a text on a VM keeps it.
    ///
    /// False when that is too much.
    pub fn shown(&self, bytes: usize, captured: bool) -> bool {
        let watched = &self.0;
        let (count, most) = if captured {
            (&watched.captured, Some(CAPTURED))
        } else {
            (&watched.shown, lock(&watched.limits).shown_bytes)
        };
        let all = count.load(Relaxed).saturating_add(bytes as u64);
        count.store(all, Relaxed);
        let Some(most) = most.filter(|most| all > *most) else { return true };
        let over = if captured { TooMuch::Captured(most) } else { TooMuch::Shown(most) };
        watched.set_over(Some(over));
        false
    }

    /// The output of a text on a VM belongs to the script from now on.
    pub fn delivered(&self) {
        self.0.captured.store(0, Relaxed);
        if matches!(self.0.over(), Some(TooMuch::Captured(_))) {
            self.0.set_over(None);
        }
    }

    /// What there is too much of.
    pub fn look(&self) -> Option<TooMuch> {
        let watched = &self.0;
        if watched.is_over.load(Relaxed) {
            return watched.over();
        }
        let ticks = watched.ticks.load(Relaxed);
        watched.ticks.store(if ticks == 0 { SELDOM } else { ticks - 1 }, Relaxed);
        let most = watched.memory.load(Relaxed);
        if ticks == 0 && most > 0 && memory::in_use() > most {
            // It stays too much until the text has ended: Rhai does not hand on every error.
            watched.set_over(Some(TooMuch::Memory(most)));
        }
        watched.over()
    }
}

impl Watch {
    /// The same, and memory is looked at now.
    pub fn look_closely(&self) -> Option<TooMuch> {
        self.0.ticks.store(0, Relaxed);
        self.look()
    }
}

impl Watched {
    fn over(&self) -> Option<TooMuch> {
        if self.is_over.load(Relaxed) { *lock(&self.over) } else { None }
    }

    fn set_over(&self, over: Option<TooMuch>) {
        *lock(&self.over) = over;
        self.is_over.store(over.is_some(), Relaxed);
    }
}

/// What is behind a lock; a panic elsewhere has left it whole.
fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for Budget {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(u64::MAX)))
    }
}

impl Budget {
    /// Grants a text its operations.
    pub fn grant(&self, operations: Option<u64>) {
        self.0.store(operations.unwrap_or(u64::MAX), Relaxed);
    }

    /// How many are left; without a limit nothing is said.
    pub fn left(&self) -> Option<u64> {
        Some(self.0.load(Relaxed)).filter(|left| *left != u64::MAX)
    }

    /// Spends one; false when none is left.
    pub fn spend(&self) -> bool {
        let left = self.0.load(Relaxed);
        if left == u64::MAX {
            return true;
        }
        self.0.store(left.saturating_sub(1), Relaxed);
        left > 0
    }

    /// Grants a text inside of another its operations, at most those that the other one has left.
    /// Gives what [`Self::leave`] needs.
    pub fn enter(&self, operations: Option<u64>) -> Inner {
        let outer = self.0.load(Relaxed);
        let granted = operations.unwrap_or(u64::MAX).min(outer);
        self.0.store(granted, Relaxed);
        Inner { outer, granted }
    }

    /// Goes back to the outer text, which has spent what the inner one has.
    pub fn leave(&self, inner: Inner) {
        let spent = inner.granted.saturating_sub(self.0.load(Relaxed));
        let left = if inner.outer == u64::MAX { u64::MAX } else { inner.outer - spent };
        self.0.store(left, Relaxed);
    }
}

/// What an outer text had left, and what the inner one was granted.
#[derive(Debug, Clone, Copy)]
pub struct Inner {
    outer: u64,
    granted: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spend(budget: &Budget, n: usize) -> usize {
        (0..n).filter(|_| budget.spend()).count()
    }

    #[test]
    fn an_inner_text_spends_what_is_the_outers() {
        let budget = Budget::default();
        assert_eq!(spend(&budget, 1000), 1000);
        budget.grant(Some(100));
        assert_eq!(spend(&budget, 10), 10);
        let inner = budget.enter(Some(50));
        assert_eq!(spend(&budget, 60), 50);
        budget.leave(inner);
        let inner = budget.enter(Some(1_000_000));
        assert_eq!(spend(&budget, 30), 30);
        budget.leave(inner);
        assert_eq!(spend(&budget, 100), 10);
    }

    #[test]
    fn an_inner_text_has_limits_when_the_outer_has_none() {
        let budget = Budget::default();
        let inner = budget.enter(Some(5));
        assert_eq!(spend(&budget, 9), 5);
        budget.leave(inner);
        assert_eq!(spend(&budget, 9), 9);
    }
}
