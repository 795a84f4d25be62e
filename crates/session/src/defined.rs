//! The texts that have defined the functions of a session.

use std::collections::BTreeMap;
use std::sync::Arc;

use bioxen_lang::checkpoint::{TextKind, Texts, closures_of};
use rhai::AST;

/// A text with functions that are still there.
#[derive(Debug)]
pub(super) struct Definer {
    /// How many texts with functions came before it.
    number: u64,
    /// Whose text it was.
    name: String,
    /// The text as it was parsed.
    text: String,
    /// The names of its closures in its order.
    closures: Vec<String>,
}

/// By the name of a function and how many parameters it has, the text that defined it last.
#[derive(Debug, Default, Clone)]
pub(super) struct Defined {
    all: BTreeMap<(String, usize), Arc<Definer>>,
    count: u64,
}

impl Defined {
    /// A text with functions was parsed.
    pub(super) fn note(&mut self, ast: &AST, name: &str, text: &str) {
        let (name, text) = (name.to_owned(), text.to_owned());
        let closures = closures_of(ast);
        let definer = Arc::new(Definer { number: self.count, name, text, closures });
        self.count += 1;
        for function in ast.iter_functions() {
            let key = (function.name.to_owned(), function.params.len());
            self.all.insert(key, definer.clone());
        }
    }

    /// Forgets what the library of functions has forgotten.
    pub(super) fn tidy(&mut self, library: &AST) {
        let left = library.iter_functions().count();
        if left == self.all.len() {
            return;
        }
        let left: std::collections::BTreeSet<(&str, usize)> =
            library.iter_functions().map(|f| (f.name, f.params.len())).collect();
        self.all.retain(|(name, parameters), _| left.contains(&(name.as_str(), *parameters)));
    }

    /// All functions with their texts.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, usize, &Arc<Definer>)> {
        self.all.iter().map(|((name, parameters), by)| (name.as_str(), *parameters, by))
    }

    /// The texts that have defined functions, and which has defined which: the name, how many parameters, the number of
    /// the text.
    pub(super) fn texts(&self) -> (Texts, Vec<(String, u32, u32)>) {
        let mut all: Vec<_> = self.iter().collect();
        all.sort_by_key(|(_, _, by)| by.number);
        let (mut texts, mut functions) = (Texts::default(), Vec::new());
        let mut last = None;
        for (name, parameters, by) in all {
            let number = match last {
                Some((text, number)) if text == by.number => number,
                _ => texts.add(TextKind::Session, &by.name, &by.text, by.closures.clone()),
            };
            last = Some((by.number, number));
            functions.push((name.to_owned(), parameters as u32, number));
        }
        (texts, functions)
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.all.clear();
    }
}
