//! Deferred functions: functions of a text that are called after the text has ended.
//!
//! A function of the session is looked up among the session's functions, so a later definition of the
//! same name is used. It acts on the current VM of the session, even while a text on a VM runs the
//! cell. A text on a VM has its own functions, which would be lost at its end. Deferred functions of
//! such a text keep these functions, act on that VM, and have the same limit of operations as a text on
//! a VM.

use std::sync::Arc;

use rhai::{
    AST, Array, Dynamic, EvalAltResult, FnPtr, ImmutableString, Map, Module, NativeCallContext,
    Position, Scope, Shared,
};

use super::RhaiResultOf;
use super::error::{LangError, raise};
use super::execution::{as_current, told};
use super::given::Given;
use super::imports::{self, Library};
use super::running::{is_exit, is_interrupt};
use super::world::with;

/// How the names begin that Rhai gives to closures; a hash of the body follows.
pub const CLOSURE: &str = "anon$";

/// What a function from a text on a VM is called where it is shown.
pub(crate) const NAME: &str = "closure";
/// How deeply a value is searched for functions.
const DEPTH: usize = 64;

/// A function of the script that is called later.
#[derive(Debug, Clone)]
pub struct Later {
    pub(crate) function: FnPtr,
    /// What its text had imported when it was given.
    pub(crate) imports: Imports,
    /// How many values it is given.
    pub(crate) values: usize,
    pub(crate) origin: Option<Origin>,
}

/// What a text has imported, under its names.
pub(crate) type Imports = Vec<(ImmutableString, Shared<Module>)>;

/// Where a function comes from that was written in a text on a VM.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// The functions of the text.
    pub(crate) functions: Shared<Module>,
    pub(crate) imports: Imports,
    /// The id of the VM.
    pub(crate) vm: String,
    /// The text itself.
    pub(crate) code: Arc<str>,
}

impl Later {
    /// A function that was given to the call of `context`, of our function `to`.
    ///
    /// # Errors
    /// Outside of a session; and when it cannot be called without values.
    pub fn new(context: &NativeCallContext, to: &str, function: FnPtr) -> RhaiResultOf<Self> {
        Self::taking(context, to, function, &[0])
    }

    /// The same of a function that takes one of some numbers of values.
    ///
    /// # Errors
    /// As [`Self::new`]; and when it takes none of these.
    pub fn taking(
        context: &NativeCallContext,
        to: &str,
        function: FnPtr,
        counts: &[usize],
    ) -> RhaiResultOf<Self> {
        let values = Given::new(context, to, &function).count(counts)?;
        let text = with(context, |world| Ok::<_, LangError>(world.texts.last().cloned()))?;
        let functions = context.namespaces().first().cloned();
        let imports = context.global_runtime_state().scan_imports_raw();
        let imports: Imports =
            imports.map(|(name, module)| (name.clone(), module.clone())).collect();
        let origin = text.zip(functions).map(|(text, functions)| Origin {
            functions,
            imports: imports.clone(),
            vm: text.vm,
            code: text.code,
        });
        Ok(Self { function, imports, values, origin })
    }

    /// The function itself.
    pub fn function(&self) -> &FnPtr {
        &self.function
    }

    /// The same with another function in the place of its own.
    pub fn with(&self, copy: &mut impl FnMut(&FnPtr) -> FnPtr) -> Self {
        Self { function: copy(&self.function), ..self.clone() }
    }

    /// The VM whose text it comes from; what comes from no such text has none.
    pub fn vm(&self) -> Option<&str> {
        self.origin.as_ref().map(|origin| origin.vm.as_str())
    }

    /// Calls it without arguments.
    ///
    /// # Errors
    /// Those of the function.
    pub fn call(&self, context: &NativeCallContext) -> RhaiResultOf<Dynamic> {
        self.call_with(context, Vec::new())
    }

    /// Calls it with as many of a row of values, from the first, as it takes.
    ///
    /// # Errors
    /// Those of the function.
    pub fn call_with(
        &self,
        context: &NativeCallContext,
        mut row: Vec<Dynamic>,
    ) -> RhaiResultOf<Dynamic> {
        row.truncate(self.values);
        if let Some(origin) = &self.origin {
            return origin.call(context, &self.function, row);
        }
        let outer = with(context, |world| {
            let text = world.texts.first().map(|text| text.before.clone());
            Ok::<_, LangError>((text, world.functions.clone()))
        })?;
        // What runs the cell may be a text on a VM, which knows nothing of the session's functions.
        let (Some(current), Some(functions)) = outer else {
            let given = Given::new(context, NAME, &self.function).quietly();
            return given.call_with(row, &[self.values], None);
        };
        as_current(context, current.as_deref(), || {
            within(context, (&functions, &self.imports), &self.function, row)
        })
    }
}

/// Calls a function that finds others among `functions` and in what was imported.
fn within(
    context: &NativeCallContext,
    (functions, imports): (&Shared<Module>, &Imports),
    function: &FnPtr,
    arguments: Vec<Dynamic>,
) -> RhaiResultOf<Dynamic> {
    let engine = context.engine();
    let mut global = engine.new_global_runtime_state();
    global.lib.push(functions.clone());
    for (name, module) in imports {
        global.push_import(name.clone(), module.clone());
    }
    // What calls itself by way of us must reach its limit all the same.
    global.level = context.call_level() + 1;
    let inside =
        NativeCallContext::new_with_all_fields(engine, NAME, None, &global, Position::NONE);
    function.call_within_context(&inside, arguments)
}

impl Origin {
    fn call(
        &self,
        context: &NativeCallContext,
        function: &FnPtr,
        arguments: Vec<Dynamic>,
    ) -> RhaiResultOf<Dynamic> {
        let granted = with(context, |world| {
            world.enter_text(&self.vm, self.code.clone());
            Ok::<_, LangError>(world.budget.enter(world.options.limits.operations.on_vm))
        })?;
        let outcome = as_current(context, Some(&self.vm), || {
            within(context, (&self.functions, &self.imports), function, arguments)
        });
        with(context, |world| {
            world.budget.leave(granted);
            world.limit = None;
            world.texts.pop();
            Ok::<_, LangError>(())
        })?;
        let value = outcome.map_err(|error| self.told(context, error))?;
        Ok(self.keep(value, DEPTH))
    }

    /// An error with whose text it is in; its place is none of the script.
    fn told(&self, context: &NativeCallContext, error: Box<EvalAltResult>) -> Box<EvalAltResult> {
        if is_interrupt(&error) || is_exit(&error) {
            return error;
        }
        let reason = told(context, &error, &Scope::new(), self.code.clone());
        raise(LangError::TextOnVm { id: self.vm.clone(), reason })
    }

    /// A value whose functions can be called from anywhere.
    fn keep(&self, mut value: Dynamic, depth: usize) -> Dynamic {
        if depth == 0 {
            return value;
        }
        let inner = |value: &mut Dynamic| *value = self.keep(std::mem::take(value), depth - 1);
        if let Some(mut array) = value.write_lock::<Array>() {
            array.iter_mut().for_each(inner);
        } else if let Some(mut map) = value.write_lock::<Map>() {
            map.values_mut().for_each(inner);
        } else if let Some(mut function) = value.write_lock::<FnPtr>() {
            self.keep_function(&mut function);
        }
        value
    }

    fn keep_function(&self, function: &mut FnPtr) {
        let name = function.fn_name();
        if !self.functions.iter_script_fn_info().any(|(_, _, known, ..)| known == name) {
            return;
        }
        let (origin, inner) = (self.clone(), function.clone());
        let call = move |context: NativeCallContext, arguments: &mut [&mut Dynamic]| {
            let arguments = arguments.iter().map(|a| a.flatten_clone()).collect();
            origin.call(&context, &inner, arguments)
        };
        #[allow(deprecated, reason = "Rhai marks by this what may change in a later version")]
        if let Ok(kept) = FnPtr::from_fn(NAME, call) {
            *function = kept;
        }
    }
}

/// What a text on a VM has given, with functions that outlive it. `imported` is what the text has
/// imported.
pub fn keep(
    (text, code): (&AST, Arc<str>),
    imported: &Library,
    vm: &str,
    value: Dynamic,
) -> Dynamic {
    let written = imports::written(text);
    let imports = imported.found(&written).map(|(name, module)| (name.into(), module)).collect();
    let functions = text.shared_lib().clone();
    Origin { functions, imports, vm: vm.to_owned(), code }.keep(value, DEPTH)
}
