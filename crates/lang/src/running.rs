//! Runs the cell and calls the functions of the script when they are due.
//!
//! The laboratory says which action is due. Nothing of the world is borrowed while a function of the
//! script runs.

use rhai::{Dynamic, EvalAltResult, FnPtr, NativeCallContext, Position};

use super::RhaiResultOf;
use super::error::{LangError, raise};
use super::given::{Given, ends_the_script};
use super::held;
use super::later::Later;
use super::number::kind;
use super::scripted::Event;
use super::sweep::Rows;
use super::value::Trace;
use super::world::with;
use bioxen_base::units::Time;
use bioxen_cell::hypervisor::Held;
use bioxen_engine::Trajectory;
use bioxen_lab::{Repeated, Run, Step};

/// What is left of what was interrupted.
#[derive(Debug, Default)]
pub struct Interrupted {
    /// What a run recorded.
    pub run: Option<Trajectory>,
    /// The points of the last sweep.
    pub points: Option<Rows>,
}

/// Runs for `duration`, or until a condition holds at a sample.
///
/// # Errors
/// When the duration is not positive, a solver fails, the run is interrupted, or a function of the
/// script fails.
pub fn run(
    context: &NativeCallContext,
    duration: Time,
    until: Option<&FnPtr>,
) -> RhaiResultOf<Trace> {
    let mut run = with(context, |world| Run::begin(&mut world.lab, duration, until.is_some()))?;
    let outcome = live(context, &mut run, until);
    let trace = with(context, |world| {
        let (mut trace, held) = run.finish(&mut world.lab);
        let list = held.list();
        trace.notes = held::notes(&list);
        world.tell_held(&held);
        world.tell_few();
        world.show(super::Output::RunEnded);
        // A run that failed at once has recorded nothing.
        let recorded = (!trace.times.is_empty()).then_some(trace);
        if !world.captured.is_empty() {
            world.runs.on_vm.clone_from(&recorded);
        }
        if let Err(error) = &outcome
            && is_interrupt(error)
        {
            world.runs.interrupted.run.clone_from(&recorded);
            world.runs.kept.clone_from(&recorded);
        }
        Ok::<_, LangError>(recorded)
    })?;
    outcome?;
    trace.map(Trace::new).ok_or_else(|| raise(LangError::NotAvailable { what: "an empty run" }))
}

/// Runs for `duration` as one of several runs: the front end learns how far all of them are, and
/// nothing else of this one.
///
/// # Errors
/// As [`run`].
pub fn repetition(
    context: &NativeCallContext,
    duration: Time,
    repeated: Repeated,
) -> RhaiResultOf<(Trajectory, Held)> {
    let mut run = with(context, |world| {
        Run::begin(&mut world.lab, duration, false).map(|run| run.repeated(repeated))
    })?;
    let outcome = live(context, &mut run, None);
    let (mut recorded, held) =
        with(context, |world| Ok::<_, LangError>(run.finish(&mut world.lab)))?;
    outcome?;
    recorded.notes = held::notes(&held.list());
    Ok((recorded, held))
}

fn live(context: &NativeCallContext, run: &mut Run, until: Option<&FnPtr>) -> RhaiResultOf<()> {
    loop {
        match with(context, |world| world.step(run))? {
            Step::Happens(event) => act(context, &event)?,
            Step::Look => look(context)?,
            Step::MayEnd => {
                if holds(context, until)? {
                    with(context, |world| {
                        run.end_here(&world.lab);
                        Ok::<_, LangError>(())
                    })?;
                }
            }
            Step::Ended => return Ok(()),
        }
    }
}

/// Looks at every condition, and calls what belongs to those that have become true.
fn look(context: &NativeCallContext) -> RhaiResultOf<()> {
    let conditions = with(context, |world| Ok::<_, LangError>(world.lab.events().conditions()))?;
    for event in conditions {
        let Some(condition) = &event.action.condition else { continue };
        if outlived(context, &event)? {
            continue;
        }
        let holds = condition
            .call(context)
            .and_then(|value| truth(&value, "the condition of when"))
            .map_err(|error| at_its_setting(&event, condition, error))
            .map_err(|error| in_event(context, &event, error))?;
        let became = with(context, |world| {
            Ok::<_, LangError>(world.lab.events_mut().note(event.number, holds))
        })?;
        if became {
            act(context, &event)?;
        }
    }
    Ok(())
}

fn holds(context: &NativeCallContext, until: Option<&FnPtr>) -> RhaiResultOf<bool> {
    until.map_or(Ok(false), |condition| {
        let condition = Given::new(context, "run_until", condition).quietly();
        truth(&condition.call()?, "the condition of run_until")
    })
}

pub(crate) fn truth(value: &Dynamic, what: &str) -> RhaiResultOf<bool> {
    value.as_bool().map_err(|_| {
        raise(LangError::WrongType {
            what: what.to_owned(),
            expected: "true or false",
            got: kind(value),
        })
    })
}

fn act(context: &NativeCallContext, event: &Event) -> RhaiResultOf<()> {
    if outlived(context, event)? {
        return Ok(());
    }
    event.action.action.call(context).map(|_| ()).map_err(|error| in_event(context, event, error))
}

/// Whether an event was set by a text on a VM that is no more; such an event ends.
fn outlived(context: &NativeCallContext, event: &Event) -> RhaiResultOf<bool> {
    let Some(vm) = event.action.action.vm() else { return Ok(false) };
    with(context, |world| {
        let gone = world.lab.find(vm).is_err();
        if gone {
            world.lab.events_mut().cancel(event.number);
        }
        Ok::<_, LangError>(gone)
    })
}

/// An error with where the event was set, and when and where it happened.
fn in_event(
    context: &NativeCallContext,
    event: &Event,
    error: Box<EvalAltResult>,
) -> Box<EvalAltResult> {
    let now = with(context, |world| Ok::<_, LangError>(world.lab.hypervisor().now()));
    let when = now.map(|t| format!("{t} of cell time")).unwrap_or_default();
    in_event_at(context, event, &when, error)
}

/// The same with words for when it happened.
pub(crate) fn in_event_at(
    context: &NativeCallContext,
    event: &Event,
    when: &str,
    error: Box<EvalAltResult>,
) -> Box<EvalAltResult> {
    let set = event
        .action
        .position
        .line()
        .map(|line| format!(", set in line {line}"))
        .unwrap_or_default();
    let what = format!("{EVENT}{}{set}, at {when}", event.label());
    let at = context.call_position();
    // A limit or the user ends the script, also where it would catch an error.
    if ends_the_script(&error) {
        let function = event.action.action.function();
        let closure = function.is_anonymous().then(|| function.fn_name().to_owned());
        let limit = Limit { event: what, closure, set: event.action.position, run: at };
        if error.is_system_exception() && !is_interrupt(&error) {
            // Outside of a session nobody asks.
            let _ = with(context, |world| {
                world.limit = Some(limit);
                Ok::<_, LangError>(())
            });
        }
        return error;
    }
    EvalAltResult::ErrorInFunctionCall(what, String::new(), error, at).into()
}

/// An error about a condition that has no place of its own: it is that of the call which set it, in
/// the text that wrote the closure.
fn at_its_setting(
    event: &Event,
    condition: &Later,
    mut error: Box<EvalAltResult>,
) -> Box<EvalAltResult> {
    let function = condition.function();
    if !error.position().is_none() || condition.vm().is_some() || !function.is_anonymous() {
        return error;
    }
    error.set_position(event.action.position);
    let name = function.fn_name().to_owned();
    EvalAltResult::ErrorInFunctionCall(name, String::new(), error, Position::NONE).into()
}

/// The event in which a limit has ended the script: the error of a limit says nothing but its place, since it
/// must not be caught.
#[derive(Debug, Clone)]
pub struct Limit {
    event: String,
    /// The name of the closure that it called; a function that has a name is another text's, perhaps.
    closure: Option<String>,
    set: Position,
    run: Position,
}

impl Limit {
    /// The error of the limit with the event, for what tells it. `knows` says of a closure whether its text is
    /// known, in which it was set.
    pub fn told(
        self,
        mut error: Box<EvalAltResult>,
        knows: impl Fn(&str) -> bool,
    ) -> Box<EvalAltResult> {
        if let Some(closure) = self.closure.filter(|closure| knows(closure)) {
            error.set_position(self.set);
            error =
                EvalAltResult::ErrorInFunctionCall(closure, String::new(), error, Position::NONE)
                    .into();
        }
        EvalAltResult::ErrorInFunctionCall(self.event, String::new(), error, self.run).into()
    }
}

/// How the name of an event begins among the names of functions.
pub const EVENT: &str = "event ";

/// Whether an error is an interrupt by the user.
pub fn is_interrupt(error: &EvalAltResult) -> bool {
    match error {
        EvalAltResult::ErrorTerminated(token, _) => token.is_unit(),
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _)
        | EvalAltResult::ErrorInModule(_, inner, _) => is_interrupt(inner),
        EvalAltResult::ErrorRuntime(value, _) => {
            value.read_lock::<LangError>().is_some_and(|e| e.is_interrupt())
        }
        _ => false,
    }
}

/// Whether an error is an `exit`, which ends the script wherever it stands.
pub fn is_exit(error: &EvalAltResult) -> bool {
    match error {
        EvalAltResult::Exit(..) => true,
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _)
        | EvalAltResult::ErrorInModule(_, inner, _) => is_exit(inner),
        _ => false,
    }
}
