//! Letting the cell live while functions of the script wait for their time.
//!
//! A run is cut at every event, so that nothing of the world is in use while a function of the
//! script runs. What is recorded stays on the grid of samples that began with the run.

use std::cell::Cell;

use rhai::{Dynamic, EvalAltResult, FnPtr, NativeCallContext, Position};

use super::RhaiResultOf;
use super::error::{LangError, raise};
use super::events::{Event, Trigger};
use super::given::{Given, ends_the_script};
use super::held;
use super::later::Later;
use super::number::kind;
use super::value::{Growing, Trace};
use super::world::{World, with};
use bioxen_base::units::Time;
use bioxen_cell::hypervisor::{Held, HypervisorError, Progress, Run};
use bioxen_engine::Trajectory;

/// The most values that a run in parts may record; 0.8 GB.
const MOST_VALUES: usize = 100_000_000;

/// When a run records.
#[derive(Clone, Copy)]
struct Grid {
    start: Time,
    end: Time,
    every: Time,
}

/// Which of several runs it is, from 0.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Its number.
    pub number: u64,
    /// How many there are.
    pub of: u64,
}

/// A run in parts.
struct Running {
    grid: Grid,
    /// The one of several runs that it is.
    part: Option<Part>,
    recorded: Growing,
    held: Held,
    /// Reactions that have fired in earlier parts.
    events: u64,
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
    let mut running = with(context, |world| begin(world, duration))?;
    let outcome = live(context, &mut running, until);
    let mut recorded = std::mem::take(&mut running.recorded).finish();
    with(context, |world| {
        let held = std::mem::take(&mut running.held);
        if let Some(trace) = &mut recorded {
            trace.notes = held::notes(&held.list());
        }
        held::remarks(&held.list()).into_iter().for_each(|r| world.show(super::Output::Remark(r)));
        world.hypervisor.set_held(held);
        world.running = false;
        world.show(super::Output::RunEnded);
        if !world.captured.is_empty() {
            world.last_trace.clone_from(&recorded);
        }
        if let Err(error) = &outcome
            && is_interrupt(error)
        {
            world.interrupted.clone_from(&recorded);
            world.kept.clone_from(&recorded);
        }
        Ok::<_, LangError>(())
    })?;
    outcome?;
    recorded.map(Trace::new).ok_or_else(|| raise(LangError::NotAvailable { what: "an empty run" }))
}

/// Runs for `duration` as one of several runs: the front end learns how far all of them are, and
/// nothing else of this one.
///
/// # Errors
/// As [`run`].
pub fn repetition(
    context: &NativeCallContext,
    duration: Time,
    part: Part,
) -> RhaiResultOf<(Trajectory, Held)> {
    let mut running = with(context, |world| begin(world, duration))?;
    running.part = Some(part);
    let outcome = live(context, &mut running, None);
    with(context, |world| {
        world.running = false;
        Ok::<_, LangError>(())
    })?;
    outcome?;
    let mut recorded = running.recorded.finish().unwrap_or_default();
    recorded.notes = held::notes(&running.held.list());
    Ok((recorded, running.held))
}

fn begin(world: &mut World, duration: Time) -> Result<Running, LangError> {
    if world.running {
        return Err(LangError::NestedRun);
    }
    if duration <= Time::ZERO {
        let what = "a run";
        return Err(HypervisorError::Duration { what, given: duration }.into());
    }
    let start = world.hypervisor.now();
    let every = world.hypervisor.sample_every();
    world.running = true;
    let grid = Grid { start, end: start + duration, every };
    let (recorded, held) = (Growing::default(), Held::default());
    Ok(Running { grid, part: None, recorded, held, events: 0 })
}

fn live(
    context: &NativeCallContext,
    running: &mut Running,
    until: Option<&FnPtr>,
) -> RhaiResultOf<()> {
    loop {
        happen(context)?;
        let now = with(context, |world| Ok::<_, LangError>(world.hypervisor.now()))?;
        let sampled = running.grid.is_sample(now);
        if sampled {
            look(context)?;
        }
        if now >= running.grid.end {
            return Ok(());
        }
        if sampled && holds(context, until)? {
            return with(context, |world| running.present(world));
        }
        with(context, |world| {
            let watched = until.is_some() || world.events.has_conditions();
            running.part(world, watched)
        })?;
    }
}

impl Part {
    /// The progress of all runs, as if each went on where the one before ended.
    fn of_all(self, p: Progress) -> Progress {
        let (whole, past) = (p.end - p.start, i64::try_from(self.number).unwrap_or(i64::MAX));
        let times = |n: i64| Time::from_micros(whole.micros().saturating_mul(n));
        let end = p.start + times(i64::try_from(self.of).unwrap_or(i64::MAX));
        Progress { now: p.now + times(past), end, ..p }
    }
}

impl Grid {
    /// Whether something is recorded at a time.
    fn is_sample(self, time: Time) -> bool {
        time == self.end || (time - self.start).micros() % self.every.micros() == 0
    }

    /// The first sample after a time.
    fn after(self, time: Time) -> Time {
        let passed = (time - self.start).micros() / self.every.micros();
        self.start + Time::from_micros((passed + 1) * self.every.micros())
    }
}

impl Running {
    /// Lives on to the next event or, if conditions are watched, to the next sample.
    fn part(&mut self, world: &mut World, watched: bool) -> Result<(), LangError> {
        let (grid, part) = (self.grid, self.part);
        let now = world.hypervisor.now();
        let event = world.events.next().unwrap_or(grid.end);
        let mut target = grid.end.min(event.max(now + Time::from_micros(1)));
        // The hypervisor counts its samples from where it begins: get back to the grid first.
        if watched || !grid.is_sample(now) {
            target = target.min(grid.after(now));
        }
        let (before, events) = (self.events, Cell::new(self.events));
        let whole = |p: Progress| {
            events.set(before + p.events);
            let progress = Progress { start: grid.start, end: grid.end, events: events.get(), ..p };
            part.map_or(progress, |part| part.of_all(progress))
        };
        let Run { trace, completed, held, .. } =
            world.run_part(target - now, &whole, part.is_none())?;
        self.held.merge(&held);
        self.events = events.get();
        let last = trace.times.last().copied();
        let wanted = |t| grid.is_sample(Time::from_minutes(t)) || !completed && Some(t) == last;
        self.recorded.add(trace, wanted);
        let (samples, columns) = self.recorded.size();
        if samples.saturating_mul(columns) > MOST_VALUES {
            let samples = samples as u64;
            return Err(HypervisorError::TooManySamples { samples, columns }.into());
        }
        if completed {
            return Ok(());
        }
        Err(world.interruption())
    }

    /// Records the present if nothing is recorded yet, as when a condition holds from the start.
    fn present(&mut self, world: &World) -> Result<(), LangError> {
        self.recorded.add(world.present()?, |_| true);
        Ok(())
    }
}

/// Calls what is due.
fn happen(context: &NativeCallContext) -> RhaiResultOf<()> {
    let due = || {
        with(context, |world| {
            let now = world.hypervisor.now();
            Ok::<_, LangError>(world.events.take_due(now))
        })
    };
    while let Some(event) = due()? {
        act(context, &event)?;
    }
    Ok(())
}

/// Looks at every condition, and calls what belongs to those that have become true.
fn look(context: &NativeCallContext) -> RhaiResultOf<()> {
    let conditions = with(context, |world| Ok::<_, LangError>(world.events.conditions()))?;
    for event in conditions {
        let Trigger::When { condition, .. } = &event.trigger else { continue };
        if outlived(context, &event)? {
            continue;
        }
        let holds = condition
            .call(context)
            .and_then(|value| truth(&value, "the condition of when"))
            .map_err(|error| at_its_setting(&event, condition, error))
            .map_err(|error| in_event(context, &event, error))?;
        let became =
            with(context, |world| Ok::<_, LangError>(world.events.note(event.number, holds)))?;
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

fn truth(value: &Dynamic, what: &str) -> RhaiResultOf<bool> {
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
    event.action.call(context).map(|_| ()).map_err(|error| in_event(context, event, error))
}

/// Whether an event was set by a text on a VM that is no more; such an event ends.
fn outlived(context: &NativeCallContext, event: &Event) -> RhaiResultOf<bool> {
    let Some(vm) = event.action.vm() else { return Ok(false) };
    with(context, |world| {
        let gone = world.find(vm).is_err();
        if gone {
            world.events.cancel(event.number);
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
    let now = with(context, |world| Ok::<_, LangError>(world.hypervisor.now()));
    let when = now.map(|t| t.to_string()).unwrap_or_default();
    let set = event.position.line().map(|line| format!(", set in line {line}")).unwrap_or_default();
    let what = format!("{EVENT}{}{set}, at {when} of cell time", event.label());
    let at = context.call_position();
    // A limit or the user ends the script, also where it would catch an error.
    if ends_the_script(&error) {
        let function = event.action.function();
        let closure = function.is_anonymous().then(|| function.fn_name().to_owned());
        let limit = Limit { event: what, closure, set: event.position, run: at };
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
    error.set_position(event.position);
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
