//! The constants of a session: what `global::NAME` is in functions.
//!
//! Rhai knows under `global` only the constants of the text that it evaluates, and those only that
//! stand behind the first function. Here they stay from one text to the next, as variables do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use rhai::{AST, Caches, Dynamic, Engine, EvalAltResult, ImmutableString, Locked, Scope, Shared};

/// All constants by their names, in the form in which Rhai shares them.
#[derive(Debug, Default)]
pub(super) struct Constants {
    known: Shared<Locked<BTreeMap<ImmutableString, Dynamic>>>,
}

impl Constants {
    /// Evaluates a text that sees the constants of those before; its own are seen by those to come.
    pub(super) fn evaluate(
        &self,
        engine: &Engine,
        scope: &mut Scope<'static>,
        text: &AST,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let before = scope.len();
        let mut global = engine.new_global_runtime_state();
        global.constants = Some(self.known.clone());
        global.lib.push(text.shared_lib().clone());
        #[allow(deprecated, reason = "Rhai marks by this what may change in a later version")]
        let outcome =
            engine.eval_statements_raw(&mut global, &mut Caches::new(), scope, text.statements());
        // A text that fails keeps what it has declared until then, as it keeps variables.
        let new = scope.len().saturating_sub(before);
        let mut seen = BTreeSet::new();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for (name, constant, value) in scope.iter_raw().take(new) {
            // The last of a name comes first.
            if constant && seen.insert(name) {
                known.insert(name.into(), value.flatten_clone());
            }
        }
        outcome
    }

    /// All with their values.
    pub(super) fn all(&self) -> Vec<(String, Dynamic)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().map(|(name, value)| (name.to_string(), value.clone())).collect()
    }

    /// One is known.
    pub(super) fn learn(&self, name: String, value: Dynamic) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(name.into(), value);
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        // Functions that are still held somewhere keep what they have seen.
        self.known = Shared::default();
    }
}

#[cfg(test)]
mod tests {
    use crate::Session;

    #[test]
    fn constants_are_seen_by_functions_of_later_texts() {
        let mut s = Session::new(Default::default(), Box::new(|_| {})).unwrap();
        let mut gives = |text: &str| s.eval(text, "a").map(Option::unwrap_or_default);
        assert_eq!(gives("const C = 1;").unwrap(), "");
        assert_eq!(gives("fn g() { global::C } g()").unwrap(), "1");
        assert_eq!(gives("const D = 2; fn gg() { global::D } gg()").unwrap(), "2");
        assert_eq!(gives("gg() + g()").unwrap(), "3");
        assert_eq!(gives("let f = |x| x + global::C; [1].map(f)").unwrap(), "[2]");
        assert_eq!(gives("global::D").unwrap(), "2");
        // A constant that is declared anew is the new one, also for functions of before.
        assert_eq!(gives("const D = 5; gg()").unwrap(), "5");
        assert_eq!(gives("gg() + f.call(1)").unwrap(), "7");
        // Texts that fail keep what they have declared until then.
        assert!(gives("const E = 9; throw 1").is_err());
        assert_eq!(gives("fn e() { global::E } e()").unwrap(), "9");
        assert!(gives("fn n() { global::NONE } n()").is_err());
        s.reset().unwrap();
        assert!(s.eval("fn g() { global::C } g()", "a").is_err());
    }
}
