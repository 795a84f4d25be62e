//! Calls that act on another VM than the current one.

use rhai::{Array, Dynamic, EvalAltResult, Map, NativeCallContext, Scope};

use super::RhaiResultOf;
use super::error::LangError;
use super::later;
use super::limits::{USED_UP, UsedUp};
use super::value::Trace;
use super::world::with;
use crate::units::Duration;

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
        let before = (world.chassis.clone(), world.current.clone());
        match id {
            Some(id) => world.attach(id)?,
            None => world.current = None,
        }
        Ok::<_, LangError>(before)
    })?;
    let outcome = f();
    with(context, |world| {
        let (chassis, current) = before;
        // What was done may have replaced all chassis, and the VM that was current may be gone.
        if world.made.contains(&chassis) {
            world.use_chassis(&chassis)?;
        }
        world.current = current.filter(|id| world.hypervisor.vm(id).is_ok());
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
    let kept = with(context, |world| Ok::<_, LangError>(world.keep()))?;
    let outcome = f();
    if outcome.is_err() {
        with(context, |world| {
            world.put_back(kept);
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
    let (start, outer, inner) = with(context, |world| {
        check_capability(world.find(id)?, code)?;
        if world.captured.len() >= DEPTH {
            return Err(LangError::TooDeep { depth: DEPTH });
        }
        world.captured.push(Vec::new());
        world.enter_text(id);
        let inner = world.budget.enter(world.options.limits.execute_operations);
        Ok((world.hypervisor.now(), world.last_trace.take(), inner))
    })?;
    let engine = context.engine();
    let outcome = undone_if_failed(context, || {
        as_current(context, Some(id), || {
            let mut scope = Scope::new();
            let ast = engine.compile_with_scope(&scope, code)?;
            let value = engine.eval_ast_with_scope::<Dynamic>(&mut scope, &ast)?;
            with(context, |world| {
                Ok::<_, LangError>(later::keep(&ast, &world.imported.borrow(), id, value))
            })
        })
    });
    let (lines, trace, elapsed) = with(context, |world| {
        world.budget.leave(inner);
        world.texts.pop();
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
    record.insert("elapsed".into(), Dynamic::from(Duration::from(elapsed)));
    record.insert("error".into(), error);
    Ok(record)
}

/// Refuses a text that names a gene which the rules of the VM forbid, before anything runs.
fn check_capability(vm: &crate::hypervisor::Vm, code: &str) -> Result<(), LangError> {
    let mut forbidden: Vec<(String, &'static str)> = Vec::new();
    for word in strings(code) {
        let gene = vm.gene_index(&word).ok().map(|index| vm.gene(index));
        if let Some(rule) = gene.and_then(|g| vm.rules().objection(g))
            && forbidden.iter().all(|(name, _)| *name != word)
        {
            forbidden.push((word, rule));
        }
    }
    let Some(&(_, rule)) = forbidden.first() else { return Ok(()) };
    let genes = forbidden.into_iter().map(|(name, _)| name).collect();
    let id = vm.id().to_owned();
    Err(crate::hypervisor::HypervisorError::Forbidden { id, genes, rule }.into())
}

/// What stands between the quotation marks of a text, comments left out.
fn strings(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', '`', '/']) {
        let (mark, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        let end = match (mark, after.as_bytes().first()) {
            (b'/', Some(b'/')) => after.find('\n'),
            (b'/', Some(b'*')) => after.find("*/").map(|end| end + 1),
            (b'/', _) => Some(0),
            _ => {
                let end = after.find(char::from(mark));
                found.push(after[..end.unwrap_or(after.len())].to_owned());
                end.map(|end| end + 1)
            }
        };
        let Some(end) = end else { break };
        rest = &after[end..];
    }
    found
}

/// An error in words, with its line.
pub(super) fn said(error: &EvalAltResult) -> String {
    let mut innermost = error;
    while let EvalAltResult::ErrorInFunctionCall(_, _, inner, _)
    | EvalAltResult::ErrorInModule(_, inner, _) = innermost
    {
        innermost = inner;
    }
    let line = innermost.position().line().map(|l| format!("line {l}: ")).unwrap_or_default();
    match innermost {
        EvalAltResult::ErrorRuntime(value, _) => match value.read_lock::<LangError>() {
            Some(ours) => format!("{line}{}", *ours),
            None => format!("{line}{value}"),
        },
        EvalAltResult::ErrorTerminated(token, _) => match token.read_lock::<UsedUp>() {
            Some(used) => {
                format!("{line}{USED_UP}; {}", used.advice("--max-execute-operations"))
            }
            None => format!("{line}{USED_UP}"),
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::strings;

    #[test]
    fn strings_are_found_and_comments_are_not() {
        let text = "a(\"x\"); // \"no\"\n/* \"nor\" */ b(`y`, 1 / 2, \"z\"); \"open";
        assert_eq!(strings(text), ["x", "y", "z", "open"]);
        assert_eq!(strings("\"é\" / /"), ["é"]);
    }
}
