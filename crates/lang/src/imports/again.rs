//! Imported scripts of a session that goes on elsewhere: they are made again without being run.

use std::fmt::Write;
use std::sync::PoisonError;

use rhai::{AST, Dynamic, Engine, Module, NativeCallContext, Scope};

use super::{Inner, Library};
use crate::RhaiResultOf;
use crate::shared::Common;

/// Values under their names.
type Named = Vec<(String, Dynamic)>;

/// The function by which a script tells its constants; nobody calls one of his own so.
pub(super) const TELL: &str = "__constants_of_a_script";
/// How a path begins that stands for a module which is made again.
pub(super) const AGAIN: &str = "\u{0}";

/// The modules that a module names.
pub(super) fn inner_of(module: &Module) -> Inner {
    module.iter_sub_modules().map(|(name, inner)| (name.into(), inner.clone())).collect()
}

/// Lets scripts tell their constants when they have run, since Rhai hides them in their functions.
pub(crate) fn register(engine: &mut Engine, library: Common<Library>) {
    engine.register_raw_fn(TELL, [], move |context: NativeCallContext, _: &mut [&mut Dynamic]| {
        let constants = context.global_runtime_state().constants.clone();
        let constants = constants.as_ref().map(|known| {
            let known = known.read().unwrap_or_else(PoisonError::into_inner);
            known.iter().map(|(name, value)| (name.to_string(), value.clone())).collect()
        });
        library.borrow_mut().constants = constants.unwrap_or_default();
        Ok(())
    });
}

/// A module with the functions of a text, without running the text: its constants, and the variables that it
/// exports, are there already.
///
/// # Errors
/// When a name is none.
pub(crate) fn kept_module(
    engine: &Engine,
    library: &Common<Library>,
    text: &AST,
    inner: &Inner,
    (constants, variables): (&Named, Named),
) -> RhaiResultOf<Module> {
    let (mut scope, mut steps) = (Scope::new(), String::new());
    for (number, (name, _)) in inner.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(steps, "import \"\\x00{number}\" as {name};");
    }
    for (number, (name, value)) in constants.iter().enumerate() {
        scope.push_dynamic(format!("constant_{number}"), value.clone());
        let _ = writeln!(steps, "const {name} = constant_{number};");
    }
    let behind = constants.len()..;
    for (number, (name, value)) in behind.zip(variables) {
        let own = format!("variable_{number}");
        scope.push_dynamic(own.clone(), value);
        scope.set_alias(own, name);
    }
    let steps = engine.compile_with_scope(&scope, steps)?;
    let mut whole = text.clone_functions_only();
    whole.combine(steps);
    if let Some(name) = text.source() {
        whole.set_source(name);
    }
    library.borrow_mut().again = inner.iter().map(|(_, module)| module.clone()).collect();
    let module = Module::eval_ast_as_new(scope, &whole, engine);
    library.borrow_mut().again.clear();
    module
}
