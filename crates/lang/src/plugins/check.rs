//! What the texts of a plug-in may say.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use rhai::{AST, ASTNode, Expr, Stmt};

use super::{Function, wrong};
use crate::LangError;
use crate::engine;
use bioxen_plugin::{Plugin, PluginError};

/// The names of the language, which are the same in all engines.
struct Known {
    /// Everything that can be called.
    names: BTreeSet<String>,
    /// What takes the path of a file.
    files: BTreeSet<String>,
}

/// What a text of a plug-in must not call, beside what takes the path of a file: other texts, the user, other
/// plug-ins, and functions by names that are not known before.
const DENIED: [(&str, &str); 9] = [
    ("execute", "runs a text, which could reach files"),
    ("execute_vm_sync", "runs a text, which could reach files"),
    ("execute_biological_process", "runs a text, which could reach files"),
    ("eval", "runs a text, which could reach files"),
    ("Fn", "names a function by a text; `|x| f(x)` is a function, too"),
    ("input", "asks the user, whom the functions of a plug-in do not ask"),
    (
        "load_plugin",
        "loads another plug-in; `[requires]` in plugin.toml names those that are needed",
    ),
    ("exit", "ends the script, which is its writer's to do"),
    ("reset", "forgets all cells, which are not the plug-in's"),
];

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let catalogue = engine::catalogue();
        let files = catalogue.functions().iter();
        let files = files.filter(|f| f.parameters.iter().any(|p| p.name == "path"));
        Known {
            names: catalogue.names().map(str::to_owned).collect(),
            files: files.map(|f| f.name.clone()).collect(),
        }
    })
}

/// Refuses what is no definition of a function, and what would reach outside.
pub(super) fn only_functions(ast: &AST) -> Result<(), String> {
    if let Some(first) = ast.statements().first() {
        return Err(format!(
            "has a statement outside of its functions at {}; it may have definitions (fn) alone",
            first.position()
        ));
    }
    let mut found = None;
    let mut refuse = |what: String| found = found.take().or(Some(what));
    ast.walk(&mut |path| {
        match path.last() {
            Some(ASTNode::Stmt(Stmt::Import(_, at))) => {
                refuse(format!("imports a script at {at}; all of a plug-in's texts are one"));
            }
            Some(ASTNode::Stmt(Stmt::FnCall(call, at))) => denied(&call.name, *at, &mut refuse),
            Some(ASTNode::Expr(Expr::FnCall(call, at) | Expr::MethodCall(call, at))) => {
                denied(&call.name, *at, &mut refuse);
            }
            _ => {}
        }
        true
    });
    found.map_or(Ok(()), Err)
}

fn denied(name: &str, at: rhai::Position, refuse: &mut impl FnMut(String)) {
    if let Some((_, why)) = DENIED.iter().find(|(denied, _)| *denied == name) {
        refuse(format!("calls `{name}` at {at}, which {why}"));
    } else if known().files.contains(name) {
        refuse(format!(
            "calls `{name}` at {at}, which takes the path of a file; the functions of a plug-in reach no files"
        ));
    }
}

/// Refuses functions that have the names of others.
pub(super) fn names(plugin: &Plugin, functions: &[Function]) -> Result<(), LangError> {
    // Of two with as many values, the one whose first is a VM is another than one that takes anything.
    let mut forms: BTreeSet<(&str, usize, bool)> = BTreeSet::new();
    for function in functions {
        let name = function.doc.name.as_str();
        if known().names.contains(name) {
            let owner = "a function of the language".to_owned();
            return Err(taken(plugin, name, owner));
        }
        let count = function.doc.parameters.len();
        let bare = function.doc.of_vm.then(|| (count - 1, false));
        for (count, of_vm) in [Some((count, function.doc.of_vm)), bare].into_iter().flatten() {
            if !forms.insert((name, count, of_vm)) {
                let what = format!(
                    "can be called in two ways with {count} values: one takes the current VM"
                );
                return Err(wrong(plugin, &format!("functions: `{name}`"), &what));
            }
        }
    }
    Ok(())
}

/// A function has the name of another.
pub(super) fn taken(plugin: &Plugin, name: &str, owner: String) -> LangError {
    let (plugin, given) = (plugin.name().to_owned(), name.to_owned());
    PluginError::Taken { name: plugin, what: "function", given, owner }.into()
}
