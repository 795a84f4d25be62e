//! The limit on the nesting of values.
//!
//! Dropping a value drops the values that it holds, and so on: each level needs room on the stack. Rhai
//! does not limit this for closures, which hold their captured values. So variables are checked when
//! they are read; not every time, but often enough.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rhai::{Array, Dynamic, EvalContext, FnPtr, Map};

use super::RhaiResultOf;
use super::error::{LangError, raise};
use super::value::Population;

/// The most levels. Each needs about 300 bytes of the stack of [`super::stack`] in a debug build to go,
/// and about 600 to be looked at.
pub const DEEPEST: usize = 120_000;
/// The least number of reads from one look to the next.
const OFTEN: u32 = 64;
/// The most values that one look looks at.
const MOST: usize = 4 * DEEPEST;

/// When to look at what is read.
#[derive(Debug, Default)]
pub struct Looks {
    /// How many reads pass before the next look.
    left: AtomicU32,
    /// Keeps looks out of step with loops; always the same numbers.
    step: AtomicU32,
}

impl Looks {
    /// A variable is read.
    ///
    /// # Errors
    /// When its value is nested too deeply.
    pub fn at(&self, name: &str, index: usize, context: &EvalContext) -> RhaiResultOf<()> {
        let left = self.left.load(Relaxed);
        if left > 0 {
            self.left.store(left - 1, Relaxed);
            return Ok(());
        }
        let scope = context.scope();
        // Variables are counted from the last, which comes first.
        let value = match index.checked_sub(1) {
            Some(place) => scope.iter_raw().nth(place).map(|(_, _, value)| value),
            None => scope.get(name),
        };
        let mut look = Look { left: MOST, path: BTreeSet::new() };
        let deep = value.is_some_and(|value| look.is_deep(value, DEEPEST));
        self.wait(MOST - look.left);
        if deep {
            return Err(raise(LangError::NestedTooDeeply { name: name.to_owned(), most: DEEPEST }));
        }
        Ok(())
    }

    /// What was looked at pays for itself: the more it was, the longer nobody looks.
    fn wait(&self, seen: usize) {
        let step = self.step.load(Relaxed).wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.step.store(step, Relaxed);
        let seen = u32::try_from(seen / 4).unwrap_or(u32::MAX / 4);
        let reads = OFTEN.max(seen);
        self.left.store(reads + (step >> 16) % reads, Relaxed);
    }
}

/// A look at a value.
struct Look {
    /// How many more values may be looked at.
    left: usize,
    /// The shared values on the way: some hold themselves.
    path: BTreeSet<usize>,
}

impl Look {
    /// Whether a value has more levels than are left. What is too large to be looked at has not.
    fn is_deep(&mut self, value: &Dynamic, levels: usize) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        if levels == 0 {
            return true;
        }
        if value.is_shared() {
            // A value that is in use now cannot be looked into.
            let Some(inner) = value.read_lock::<Dynamic>() else { return false };
            let place = std::ptr::from_ref::<Dynamic>(&inner).addr();
            if !self.path.insert(place) {
                return false;
            }
            let deep = self.is_deep(&inner, levels);
            self.path.remove(&place);
            return deep;
        }
        if let Some(function) = value.read_lock::<FnPtr>() {
            return function.iter_curry().any(|value| self.is_deep(value, levels - 1));
        }
        if let Some(population) = value.read_lock::<Population>() {
            let functions = population.events.iter().flat_map(|event| event.action.functions());
            let mut caught = functions.flat_map(FnPtr::iter_curry);
            return caught.any(|value| self.is_deep(value, levels - 1));
        }
        if let Some(array) = value.read_lock::<Array>() {
            return array.iter().any(|value| self.is_deep(value, levels - 1));
        }
        if let Some(map) = value.read_lock::<Map>() {
            return map.values().any(|value| self.is_deep(value, levels - 1));
        }
        false
    }
}
