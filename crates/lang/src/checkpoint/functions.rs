//! Functions as the texts that have defined them.
//!
//! Rhai names a closure by a hash of its body, which may be another one in another build. So closures
//! are told by their places in their text.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rhai::{AST, ASTNode, Expr, FnPtr, Module, Scope, Shared};

use super::CheckpointError;
use super::record::{TextKind, TextRecord};
use crate::later::CLOSURE;

/// Texts that have defined functions.
#[derive(Debug, Default)]
pub struct Texts {
    all: Vec<TextRecord>,
    closures: BTreeSet<String>,
    /// Those that ran on a VM, by where they lie.
    on_vms: HashMap<usize, u32>,
    /// Holds them so that no other lies in their place.
    held: Vec<Arc<str>>,
    /// Modules that can be made again, by where they lie. The session holds them.
    modules: HashMap<usize, u32>,
}

impl Texts {
    /// Takes a text in. Gives its number.
    pub fn add(&mut self, kind: TextKind, name: &str, text: &str, closures: Vec<String>) -> u32 {
        self.closures.extend(closures.iter().cloned());
        let (name, text) = (name.to_owned(), text.to_owned());
        self.all.push(TextRecord { name, text, kind, closures });
        (self.all.len() - 1) as u32
    }

    /// Takes a text on a VM in, with its functions. Gives its number.
    pub(super) fn on_vm(&mut self, code: &Arc<str>, functions: &Shared<Module>) -> u32 {
        let lies = Arc::as_ptr(code).addr();
        if let Some(known) = self.on_vms.get(&lies) {
            return *known;
        }
        let closures = closures_of(&AST::new_from_module(functions.clone()));
        let number = self.add(TextKind::OnVm, "a text on a VM", code, closures);
        self.on_vms.insert(lies, number);
        self.held.push(code.clone());
        number
    }

    /// A module can be made again.
    pub(super) fn add_module(&mut self, module: &Shared<Module>) {
        let number = self.modules.len() as u32;
        self.modules.insert(Shared::as_ptr(module).addr(), number);
    }

    /// The number of a module, if it can be made again.
    pub fn module(&self, module: &Shared<Module>) -> Option<u32> {
        self.modules.get(&Shared::as_ptr(module).addr()).copied()
    }

    /// Whether there is a closure of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.closures.contains(name)
    }

    /// All texts.
    pub fn finish(self) -> Vec<TextRecord> {
        self.all
    }
}

/// The names of the closures of a text, in its order.
pub fn closures_of(text: &AST) -> Vec<String> {
    let mut closures: Vec<_> = text
        .iter_fn_def()
        .filter(|function| function.name.starts_with(CLOSURE))
        .map(|function| {
            let body = &function.body;
            (body.start_position(), body.end_position(), function.name.to_string())
        })
        .collect();
    closures.sort();
    closures.into_iter().map(|(.., name)| name).collect()
}

/// A scope in which a text can be read, whatever the variables were when it was read first.
pub fn scope_for(text: &str) -> Scope<'static> {
    let mut scope = Scope::new();
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    let words: BTreeSet<&str> = words.filter(|word| !word.is_empty()).collect();
    for word in words {
        scope.push(word.to_owned(), ());
    }
    scope
}

/// Closures that were read again, by the names that they had.
#[derive(Debug, Default)]
pub(super) struct Known {
    functions: HashMap<String, FnPtr>,
    renamed: BTreeMap<String, String>,
}

impl Known {
    /// The closures of a text that was read again.
    pub(super) fn learn(&mut self, text: &TextRecord, again: &AST) -> Result<(), CheckpointError> {
        let names = closures_of(again);
        if names.len() != text.closures.len() {
            let name = &text.name;
            let reason = format!("a text that is read in another way now: {name}");
            return Err(CheckpointError::contents(reason));
        }
        let mut found: HashMap<String, FnPtr> = HashMap::new();
        again.walk(&mut |path| {
            if let Some(ASTNode::Expr(Expr::DynamicConstant(value, _))) = path.last()
                && let Some(function) = value.read_lock::<FnPtr>()
            {
                found.insert(function.fn_name().to_owned(), function.clone());
            }
            true
        });
        for (old, new) in text.closures.iter().zip(names) {
            if let Some(function) = found.get(&new) {
                self.functions.insert(old.clone(), function.clone());
            }
            self.renamed.insert(old.clone(), new);
        }
        Ok(())
    }

    /// The name that a function has now.
    pub(super) fn name<'a>(&'a self, old: &'a str) -> &'a str {
        self.renamed.get(old).map_or(old, String::as_str)
    }

    /// A function by the name that it had, without what it has caught.
    pub(super) fn function(&self, old: &str) -> Result<FnPtr, CheckpointError> {
        if let Some(function) = self.functions.get(old) {
            return Ok(function.clone());
        }
        let wrong = |_| CheckpointError::contents(format!("the function `{old}`, which is none"));
        FnPtr::new(old).map_err(wrong)
    }
}
