//! What a text may use up: the same in a debug build and in a release.

use std::cell::Cell;
use std::rc::Rc;

use rhai::Engine;

use super::front_end::FrontEnd;

/// The most modules that one text may import, those of its modules included.
const MODULES: usize = 100;

/// Limits of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most operations of one text; none for what users run themselves.
    pub operations: Option<u64>,
    /// The most operations of a text that runs on a VM.
    pub execute_operations: Option<u64>,
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
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            operations: None,
            execute_operations: Some(100_000_000),
            call_depth: 64,
            expression_depth: 96,
            string_bytes: 16 * 1024 * 1024,
            array_values: 4_000_000,
            map_keys: 1_000_000,
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
pub struct Budget(Rc<Cell<u64>>);

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

impl Default for Budget {
    fn default() -> Self {
        Self(Rc::new(Cell::new(u64::MAX)))
    }
}

impl Budget {
    /// Grants a text its operations.
    pub fn grant(&self, operations: Option<u64>) {
        self.0.set(operations.unwrap_or(u64::MAX));
    }

    /// Spends one; false when none is left.
    pub fn spend(&self) -> bool {
        let left = self.0.get();
        if left == u64::MAX {
            return true;
        }
        self.0.set(left.saturating_sub(1));
        left > 0
    }

    /// Grants a text inside of another its operations, at most those that the other one has left.
    /// Gives what [`Self::leave`] needs.
    pub fn enter(&self, operations: Option<u64>) -> Inner {
        let outer = self.0.get();
        let granted = operations.unwrap_or(u64::MAX).min(outer);
        self.0.set(granted);
        Inner { outer, granted }
    }

    /// Goes back to the outer text, which has spent what the inner one has.
    pub fn leave(&self, inner: Inner) {
        let spent = inner.granted.saturating_sub(self.0.get());
        let left = if inner.outer == u64::MAX { u64::MAX } else { inner.outer - spent };
        self.0.set(left);
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
