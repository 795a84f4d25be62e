//! Calls that act on another VM than the current one.

use rhai::{Array, Dynamic, EvalAltResult, Map, NativeCallContext, Scope};

use super::RhaiResultOf;
use super::error::LangError;
use super::value::Trace;
use super::world::with;

/// How deeply texts may run texts.
const DEPTH: usize = 4;

/// Calls `f` with a VM as the current one.
///
/// # Errors
/// Those of `f`.
pub fn as_current<T>(
    context: &NativeCallContext,
    id: &str,
    f: impl FnOnce() -> RhaiResultOf<T>,
) -> RhaiResultOf<T> {
    let before = with(context, |world| Ok::<_, LangError>(world.current.replace(id.to_owned())))?;
    let outcome = f();
    with(context, |world| {
        // The VM that was current may be gone.
        world.current = before.filter(|id| world.hypervisor.vm(id).is_ok());
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
    let kept = with(context, |world| {
        Ok::<_, LangError>((world.hypervisor.clone(), world.current.clone(), world.events.clone()))
    })?;
    let outcome = f();
    if outcome.is_err() {
        with(context, |world| {
            (world.hypervisor, world.current, world.events) = kept;
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
    let (start, outer) = with(context, |world| {
        world.hypervisor.vm(id)?;
        if world.captured.len() >= DEPTH {
            return Err(LangError::TooDeep { depth: DEPTH });
        }
        world.captured.push(Vec::new());
        Ok((world.hypervisor.now(), world.last_trace.take()))
    })?;
    let engine = context.engine();
    let outcome = undone_if_failed(context, || {
        as_current(context, id, || {
            let mut scope = Scope::new();
            let ast = engine.compile_with_scope(&scope, code)?;
            engine.eval_ast_with_scope::<Dynamic>(&mut scope, &ast)
        })
    });
    let (lines, trace, elapsed) = with(context, |world| {
        let lines = world.captured.pop().unwrap_or_default();
        let trace = std::mem::replace(&mut world.last_trace, outer);
        Ok::<_, LangError>((lines, trace, world.hypervisor.now() - start))
    })?;
    let (value, error) = match outcome {
        Ok(value) => (value, Dynamic::UNIT),
        Err(error) if super::running::is_interrupt(&error) => return Err(error),
        Err(error) => (Dynamic::UNIT, Dynamic::from(said(&error))),
    };
    let mut record = Map::new();
    let output: Array = lines.into_iter().map(Dynamic::from).collect();
    record.insert("value".into(), value);
    record.insert("output".into(), output.into());
    let trace = trace.map_or(Dynamic::UNIT, |t| Dynamic::from(Trace::new(t)));
    record.insert("trace".into(), trace);
    record.insert("elapsed".into(), Dynamic::from(elapsed));
    record.insert("error".into(), error);
    Ok(record)
}

/// An error in words, with its line.
fn said(error: &EvalAltResult) -> String {
    let mut innermost = error;
    while let EvalAltResult::ErrorInFunctionCall(_, _, inner, _) = innermost {
        innermost = inner;
    }
    let line = innermost.position().line().map(|l| format!("line {l}: ")).unwrap_or_default();
    match innermost {
        EvalAltResult::ErrorRuntime(value, _) => match value.read_lock::<LangError>() {
            Some(ours) => format!("{line}{}", *ours),
            None => format!("{line}{value}"),
        },
        other => other.to_string(),
    }
}
