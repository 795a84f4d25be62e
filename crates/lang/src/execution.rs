//! Calls that act on another VM than the current one.

mod genes;

use std::sync::Arc;

use rhai::{AST, Array, Dynamic, EvalAltResult, Map, NativeCallContext, ParseError, Scope};

use super::RhaiResultOf;
use super::caught::Asked;
use super::error::LangError;
use super::later;
use super::limits::{TooMuch, USED_UP, UsedUp};
use super::reading;
use super::text::plain;
use super::value::Trace;
use super::world::with;
use bioxen_base::units::Duration;

/// How deeply texts may run texts.
const DEPTH: usize = 4;

/// Calls `f` with a VM as the current one, or with none.
///
/// # Errors
/// Those of `f`.
pub fn as_current<T>(
    context: &NativeCallContext,
    id: Option<&str>,
    f: impl FnOnce() -> RhaiResultOf<T>,
) -> RhaiResultOf<T> {
    let before = with(context, |world| {
        let before = (world.lab.cell().name.clone(), world.current_vm());
        match id {
            Some(id) => world.lab.attach(id)?,
            None => world.lab.detach(),
        }
        Ok::<_, LangError>(before)
    })?;
    let outcome = f();
    with(context, |world| {
        let (chassis, current) = before;
        // What was done may have replaced all chassis, and the VM that was current may be gone.
        if world.lab.has_cell(&chassis) {
            world.lab.use_cell(&chassis)?;
        }
        let there = current.filter(|id| world.lab.hypervisor().vm(id).is_ok());
        world.lab.set_attached(there);
        Ok::<_, LangError>(())
    })?;
    outcome
}

/// Calls `f`; if it fails, the cell is as it was before.
///
/// # Errors
/// Those of `f`.
pub fn undone_if_failed<T>(
    context: &NativeCallContext,
    f: impl FnOnce() -> RhaiResultOf<T>,
) -> RhaiResultOf<T> {
    let kept = with(context, |world| Ok::<_, LangError>(world.lab.keep()))?;
    let outcome = f();
    if outcome.is_err() {
        with(context, |world| {
            world.lab.put_back(kept);
            Ok::<_, LangError>(())
        })?;
    }
    outcome
}

/// Runs a text on a VM and tells what came of it.
///
/// # Errors
/// When there is no such VM, texts run texts too deeply, or the user interrupts.
pub fn execute(context: &NativeCallContext, id: &str, code: &str) -> RhaiResultOf<Map> {
    let code = plain(code);
    let mut scope = Scope::new();
    let text = reading::compile(context.engine(), &scope, &code);
    let code: Arc<str> = match &text {
        Ok((_, additions)) => additions.written(&code).into(),
        Err(_) => code.into(),
    };
    let text = text.map(|(text, _)| text);
    let (start, outer, inner) = with(context, |world| {
        let vm = world.lab.find(id)?;
        text.as_ref().map_or(Ok(()), |text| genes::check(vm, text))?;
        world.catches.note(&code);
        if world.captured.len() >= DEPTH {
            return Err(LangError::TooDeep { depth: DEPTH });
        }
        world.captured.push(Vec::new());
        world.enter_text(id, code.clone());
        let inner = world.budget.enter(world.options.limits.operations.on_vm);
        Ok((world.lab.hypervisor().now(), world.runs.on_vm.take(), inner))
    })?;
    let outcome = undone_if_failed(context, || {
        as_current(context, Some(id), || value_of(context, id, (&code, text), &mut scope))
    });
    let (lines, trace, elapsed) = with(context, |world| {
        world.budget.leave(inner);
        world.limit = None;
        world.texts.pop();
        let lines = world.captured.pop().unwrap_or_default();
        world.watch.delivered();
        let trace = std::mem::replace(&mut world.runs.on_vm, outer);
        Ok::<_, LangError>((lines, trace, world.lab.hypervisor().now() - start))
    })?;
    let (value, error) = match outcome {
        Ok(value) => (value, Dynamic::UNIT),
        Err(error) if super::running::is_interrupt(&error) => return Err(error),
        Err(error) => (Dynamic::UNIT, Dynamic::from(told(context, &error, &scope, code))),
    };
    let mut record = Map::new();
    let output: Array = lines.into_iter().map(Dynamic::from).collect();
    record.insert("value".into(), value);
    record.insert("output".into(), output.into());
    let trace = trace.map_or(Dynamic::UNIT, |t| Dynamic::from(Trace::new(t)));
    record.insert("trace".into(), trace);
    record.insert("elapsed".into(), Dynamic::from(Duration::from(elapsed)));
    record.insert("error".into(), error);
    Ok(record)
}

/// Evaluates a text that runs on a VM.
fn value_of(
    context: &NativeCallContext,
    id: &str,
    (code, text): (&Arc<str>, Result<AST, ParseError>),
    scope: &mut Scope<'_>,
) -> RhaiResultOf<Dynamic> {
    let engine = context.engine();
    let ast = text?;
    let value = engine.eval_ast_with_scope::<Dynamic>(scope, &ast)?;
    with(context, |world| {
        let imported = world.imported.borrow();
        Ok::<_, LangError>(later::keep((&ast, code.clone()), &imported, id, value))
    })
}

/// An error of a text in words, with its line. `scope` is what the text has left, `code` the text.
pub(super) fn told(
    context: &NativeCallContext,
    error: &EvalAltResult,
    scope: &Scope<'_>,
    code: Arc<str>,
) -> String {
    let mut innermost = error;
    while let EvalAltResult::ErrorInFunctionCall(_, _, inner, _)
    | EvalAltResult::ErrorInModule(_, inner, _) = innermost
    {
        innermost = inner;
    }
    let line = innermost.position().line().map(|l| format!("line {l}: ")).unwrap_or_default();
    if let EvalAltResult::ErrorTerminated(token, _) = innermost {
        if let Some(over) = token.read_lock::<TooMuch>() {
            return format!("{line}{}; {}", *over, over.help());
        }
        return match token.read_lock::<UsedUp>() {
            Some(used) => format!("{line}{USED_UP}; {}", used.advice("--max-execute-operations")),
            None => format!("{line}{USED_UP}"),
        };
    }
    let explain =
        with(context, |world| Ok::<_, LangError>(world.wording.explain.clone())).ok().flatten();
    let asked = Asked { error, engine: context.engine(), scope, text: Some(code) };
    match explain {
        Some(explain) => format!("{line}{}", explain(&asked).message),
        None => format!("{line}{innermost}"),
    }
}
