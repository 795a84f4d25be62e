//! Closures live as long as something can call them, so that a long dialogue does not grow.
//!
//! Rhai keeps the body of a closure among the functions, under a name made from a hash; a variable holds
//! only that name. A closure is needed as long as a value or the body of another function names it.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{AST, ASTNode, Array, Dynamic, Expr, FnPtr, Map};

use super::texts::Source;
use bioxen_lang::Population;
use bioxen_lang::later::CLOSURE;

/// The most closures that are left alone.
const FEW: usize = 64;
/// The most values that are looked at; a session that has more keeps its closures.
const MOST_VALUES: usize = 2_000_000;
/// How deeply values may be nested.
const DEPTH: usize = 100;

/// When to look for closures that nothing needs.
#[derive(Debug)]
pub(super) struct Closures {
    /// Once there are more than this many.
    limit: usize,
}

impl Default for Closures {
    fn default() -> Self {
        Self { limit: FEW }
    }
}

impl Closures {
    /// Forgets the closures of a library that neither `values` nor its functions hold, once there are
    /// many: twice as many as the last time were needed, so that looking costs little for each.
    pub(super) fn tidy<'a>(
        &mut self,
        library: &mut AST,
        definitions: &mut BTreeMap<String, Source>,
        values: impl Iterator<Item = &'a Dynamic>,
        functions: impl Iterator<Item = &'a FnPtr>,
    ) {
        let count = |library: &AST| library.iter_functions().filter(|f| is_closure(f.name)).count();
        let before = count(library);
        if before <= self.limit {
            return;
        }
        self.limit = before * 2;
        let mut held = Held { names: BTreeSet::new(), shared: BTreeSet::new(), left: MOST_VALUES };
        let (mut values, mut functions) = (values, functions);
        let known = values.all(|value| held.by(value, DEPTH))
            && functions.all(|function| held.by_function(function, DEPTH));
        if !known {
            return;
        }
        let mut last = before;
        // A closure inside of one that goes is needed no more than that one.
        loop {
            let mut needed = held.names.clone();
            library.walk(&mut |path| {
                if let Some(ASTNode::Expr(Expr::DynamicConstant(value, _))) = path.last()
                    && let Some(function) = value.read_lock::<FnPtr>()
                {
                    needed.insert(function.fn_name().to_owned());
                }
                true
            });
            let needed = |name: &str| !is_closure(name) || needed.contains(name);
            library.retain_functions(|_, _, name, _| needed(name));
            definitions.retain(|name, _| needed(name));
            let left = count(library);
            if left == last {
                self.limit = FEW.max(left * 2);
                return;
            }
            last = left;
        }
    }
}

fn is_closure(name: &str) -> bool {
    name.starts_with(CLOSURE)
}

/// The functions that values hold.
struct Held {
    names: BTreeSet<String>,
    /// Where values lie that closures share and that were looked at: some hold themselves.
    shared: BTreeSet<usize>,
    /// How many more values may be looked at.
    left: usize,
}

impl Held {
    /// Finds all functions in a value; false if that would take too long.
    fn by(&mut self, value: &Dynamic, depth: usize) -> bool {
        if depth == 0 || self.left == 0 {
            return false;
        }
        self.left -= 1;
        if value.is_shared() {
            // A value that is in use now cannot be looked into.
            let Some(inner) = value.read_lock::<Dynamic>() else { return false };
            let place = std::ptr::from_ref::<Dynamic>(&inner).addr();
            return !self.shared.insert(place) || self.by(&inner, depth - 1);
        }
        if let Some(function) = value.read_lock::<FnPtr>() {
            return self.by_function(&function, depth);
        }
        if let Some(population) = value.read_lock::<Population>() {
            let mut functions = population.events.iter().flat_map(|event| event.action.functions());
            return functions.all(|function| self.by_function(function, depth));
        }
        if let Some(array) = value.read_lock::<Array>() {
            return array.iter().all(|value| self.by(value, depth - 1));
        }
        if let Some(map) = value.read_lock::<Map>() {
            return map.values().all(|value| self.by(value, depth - 1));
        }
        true
    }

    /// A function, and what it has caught.
    fn by_function(&mut self, function: &FnPtr, depth: usize) -> bool {
        self.names.insert(function.fn_name().to_owned());
        function.iter_curry().all(|value| self.by(value, depth.saturating_sub(1)))
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use super::*;
    use crate::Session;

    fn session() -> Session {
        Session::new(Default::default(), Box::new(|_| {})).unwrap()
    }

    fn left(session: &Session) -> usize {
        session.library.iter_functions().filter(|f| is_closure(f.name)).count()
    }

    fn all_right(session: &mut Session, texts: impl Iterator<Item = String>) {
        for text in texts {
            session.eval(&text, "a").unwrap();
        }
    }

    #[test]
    fn what_nothing_holds_goes() {
        let mut s = session();
        s.eval("fn f(x) { let g = |y| [y].map(|z| z + 1); g.call(x) } let kept = |x| f(x);", "a")
            .unwrap();
        for i in 0..1000 {
            s.eval(&format!("let gone = |a| [a].map(|b| b + {i});"), "a").unwrap();
            assert!(
                left(&s) <= FEW + 2 && s.texts.definitions.borrow().len() <= FEW + 3,
                "{i}: {}",
                left(&s)
            );
        }
        assert_eq!(s.eval("kept.call(1)", "a").unwrap().as_deref(), Some("[2]"));
    }

    #[test]
    fn what_is_held_stays_and_is_looked_at_seldom() {
        let mut s = session();
        let pushes = (0..300).map(|i| format!("all.push(|| {i});"));
        all_right(&mut s, iter::once("let all = [];".to_owned()).chain(pushes));
        assert!(left(&s) == 300 && s.closures.limit >= 300);
        let sum = s.eval("let sum = 0; for f in all { sum += f.call(); } sum", "a").unwrap();
        assert_eq!(sum.as_deref(), Some("44850"));
    }

    #[test]
    fn values_that_hold_themselves_are_looked_at_once() {
        let mut s = session();
        let round = "let inner = |x| x + 1; let round = (); round = #{f: |n| if n == 0 { 0 } else \
                     { inner.call(round.f.call(n - 1)) }};";
        s.eval(round, "a").unwrap();
        s.eval("let inner = 0;", "a").unwrap();
        for i in 0..200 {
            s.eval(&format!("let gone = || {i};"), "a").unwrap();
            assert!(left(&s) <= FEW + 1, "{i}: {}", left(&s));
        }
        assert_eq!(s.eval("let f = round.f; f.call(0)", "a").unwrap().as_deref(), Some("0"));
    }

    #[test]
    fn values_nested_too_deeply_keep_everything() {
        let mut s = session();
        s.eval("let deep = || `seven`; for i in 0..200 { deep = [deep]; }", "a").unwrap();
        all_right(&mut s, (0..100).map(|i| format!("let gone = || {i};")));
        assert_eq!(left(&s), 101);
    }
}
