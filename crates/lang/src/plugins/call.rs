//! The functions of a plug-in in an engine.

use std::any::TypeId;
use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, Map, Module, NativeCallContext, Shared};

use super::{Function, LIBRARY, Loaded};
use crate::RhaiResultOf;
use crate::error::{LangError, raise};
use crate::value::Vm;
use crate::world::with;

/// How deeply values are searched for functions.
const DEPTH: usize = 8;

/// Adds the functions of a plug-in to an engine. They can be called once the plug-in is loaded.
pub fn register(engine: &mut Engine, loaded: &Arc<Loaded>) {
    engine.register_static_module(format!("plug-in {}", loaded.name()), loaded.closures.clone());
    for (at, function) in loaded.functions.iter().enumerate() {
        let (name, count) = (function.doc.name.as_str(), function.doc.parameters.len());
        let mut types = vec![TypeId::of::<Dynamic>(); count];
        if let Some(first) = types.first_mut().filter(|_| function.doc.of_vm) {
            *first = TypeId::of::<Vm>();
        }
        let of = Arc::clone(loaded);
        engine.register_raw_fn(
            name,
            &types,
            move |context: NativeCallContext<'_>, given: &mut [&mut Dynamic]| {
                // Copies: what the function is given stays with the caller.
                let values = given.iter().map(|value| value.flatten_clone()).collect();
                call(&context, &of, &of.functions[at], values)
            },
        );
        if function.doc.of_vm {
            let of = Arc::clone(loaded);
            engine.register_raw_fn(
                name,
                &types[1..],
                move |context: NativeCallContext<'_>, given: &mut [&mut Dynamic]| {
                    let id = with(&context, |world| world.current().map(str::to_owned))?;
                    let vm = std::iter::once(Dynamic::from(Vm { id }));
                    let values =
                        vm.chain(given.iter().map(|value| value.flatten_clone())).collect();
                    call(&context, &of, &of.functions[at], values)
                },
            );
        }
    }
}

/// The plug-in whose code makes a call, its closures among it: their library tells.
pub(crate) fn of_call(context: &NativeCallContext<'_>) -> Option<Arc<str>> {
    let name = |library: &Shared<Module>| library.id()?.strip_prefix(LIBRARY).map(Arc::from);
    context.namespaces().iter().rev().find_map(name)
}

/// Calls a function of a plug-in, which sees the functions of its plug-in and of the language.
fn call(
    context: &NativeCallContext<'_>,
    loaded: &Loaded,
    function: &Function,
    mut values: Vec<Dynamic>,
) -> RhaiResultOf<Dynamic> {
    let name = loaded.name();
    let before = with(context, |world| {
        if !world.plugins.has(loaded) {
            return Err(LangError::PluginNotLoaded {
                plugin: name.to_owned(),
                function: function.doc.name.clone(),
            });
        }
        // Files are closed until it has ended.
        Ok(world.options.allowed.closed_by.replace(name.into()))
    })?;
    let mut global = context.engine().new_global_runtime_state();
    global.lib = [loaded.library.clone()].into_iter().collect();
    if values.iter().any(|value| holds_function(value, DEPTH)) {
        // A function that is given needs those of its own text. What is last is looked at first.
        global.lib.extend(context.namespaces().iter().cloned());
        global.lib.push(loaded.library.clone());
    }
    global.source = Some(function.source.as_str().into());
    // Functions of plug-ins that call each other come here each time.
    global.level = context.call_level() + 1;
    let inner = NativeCallContext::new_with_all_fields(
        context.engine(),
        &function.doc.name,
        Some(&function.source),
        &global,
        context.call_position(),
    );
    let outcome =
        FnPtr::from(function.definition.clone()).call_raw(&inner, None, values.as_mut_slice());
    let closed = with(context, |world| {
        world.options.allowed.closed_by = before;
        Ok::<_, LangError>(())
    });
    match (outcome, closed) {
        (Ok(value), Ok(())) => Ok(value),
        (Ok(_), Err(error)) => Err(error),
        (Err(error), _) => Err(told(error)),
    }
}

/// Whether a value is a function or holds one.
fn holds_function(value: &Dynamic, depth: usize) -> bool {
    if value.is_fnptr() {
        return true;
    }
    if depth == 0 {
        // Nobody looks deeper; it may.
        return true;
    }
    if let Some(array) = value.read_lock::<Array>() {
        return array.iter().any(|value| holds_function(value, depth - 1));
    }
    let map = value.read_lock::<Map>();
    map.is_some_and(|map| map.values().any(|value| holds_function(value, depth - 1)))
}

/// What was thrown in a plug-in is an error of the script that calls it.
fn told(error: Box<EvalAltResult>) -> Box<EvalAltResult> {
    match *error {
        // A plug-in could not end a script by its own word.
        EvalAltResult::Exit(..) => raise(LangError::NotAvailable { what: "exit() in a plug-in" }),
        _ => error,
    }
}
