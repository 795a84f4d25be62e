//! What is to happen in cell time.

use rhai::plugin::*;
use rhai::{Array, Dynamic, FnPtr, Map};

use crate::error::raise;
use crate::later::Later;
use crate::number::time as time_of;
use crate::scripted::{Event, Scripted};
use crate::world::with;
use crate::{EventHandle, LangError, RhaiResultOf};
use bioxen_base::units::{Duration, Time};
use bioxen_cell::hypervisor::HypervisorError;
use bioxen_lab::{LabError, Trigger};

fn set(
    context: &NativeCallContext,
    to: &str,
    (trigger, condition): (Trigger, Option<Later>),
    action: FnPtr,
) -> RhaiResultOf<EventHandle> {
    let position = context.call_position();
    let action = Later::new(context, to, action)?;
    with(context, |world| {
        let scripted = Scripted { condition, action, position };
        let number = world.lab.events_mut().add(trigger, scripted.into());
        Ok::<_, LangError>(EventHandle { number, of_population: false })
    })
}

/// What scripts learn of an event.
pub(super) fn record(event: &Event, of_population: bool) -> Map {
    let next = event.due().map_or(Dynamic::UNIT, |t| Dynamic::from(Duration::from(t)));
    Map::from([
        ("handle".into(), Dynamic::from(EventHandle { number: event.number, of_population })),
        ("kind".into(), event.trigger.name().into()),
        ("label".into(), event.label().into()),
        ("next".into(), next),
    ])
}

/// What is to happen in cell time.
#[export_module]
pub mod functions {
    /// Calls a function once during a run, when cell time reaches `time`. Events at the same time happen
    /// in the order in which they were set.
    ///
    /// * `time` - cell time since the session began, such as `10.min`
    /// * `action` - a function without parameters
    ///
    /// Returns a handle, with which the event can be cancelled. No cell time passes during the call, so
    /// the function cannot run the cell itself.
    ///
    /// # Errors
    /// If `time` is not a time, or is in the past.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// at(1.min, || start_transcription(["lacZ"]));
    /// let trace = run(5.min);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn at(
        context: NativeCallContext,
        time: Dynamic,
        action: FnPtr,
    ) -> RhaiResultOf<EventHandle> {
        let asked = time_of("the time of at", &time).map_err(raise)?;
        let now = with(&context, |world| Ok::<_, LangError>(world.lab.hypervisor().now()))?;
        if asked < now {
            return Err(raise(LabError::Past { now, asked }));
        }
        super::set(&context, "at", (Trigger::At { time: asked }, None), action)
    }

    /// Calls a function again and again during runs. The first call comes when `interval` has passed.
    ///
    /// * `interval` - cell time from one call to the next, such as `5.min`
    /// * `action` - a function without parameters
    ///
    /// Returns a handle, with which the event can be cancelled.
    ///
    /// # Errors
    /// If `interval` is not a positive time.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// every(1.min, || print(now()));
    /// run(5.min);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn every(
        context: NativeCallContext,
        interval: Dynamic,
        action: FnPtr,
    ) -> RhaiResultOf<EventHandle> {
        let interval = time_of("the interval of every", &interval).map_err(raise)?;
        if interval <= Time::ZERO {
            let what = "an interval";
            let error = HypervisorError::Duration { what, given: interval };
            return Err(raise(error));
        }
        let now = with(&context, |world| Ok::<_, LangError>(world.lab.hypervisor().now()))?;
        super::set(
            &context,
            "every",
            (Trigger::Every { interval, next: now + interval }, None),
            action,
        )
    }

    /// Calls a function whenever a condition becomes true. A run checks the condition at each sample
    /// (every 10 s unless `sample_every` sets another interval). If it is true at the first check, the
    /// function is called, too.
    ///
    /// * `condition` - a function that returns true or false
    /// * `action` - a function without parameters
    ///
    /// Returns a handle, with which the event can be cancelled.
    ///
    /// # Errors
    /// During the run, if the condition returns something else.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// start_transcription(["lacZ"]);
    /// when(|| protein("lacZ") > 5, || stop_transcription(["lacZ"]));
    /// run(10.min);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn when(
        context: NativeCallContext,
        condition: FnPtr,
        action: FnPtr,
    ) -> RhaiResultOf<EventHandle> {
        let condition = Later::new(&context, "when", condition)?;
        super::set(&context, "when", (Trigger::When { held: false }, Some(condition)), action)
    }

    /// Cancels an event. Returns false if the event has already happened for the last time, or was
    /// cancelled before.
    ///
    /// # Example
    /// ```rhai
    /// let tick = every(1.min, || print(now()));
    /// run(2.min);
    /// tick.cancel();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn cancel(context: NativeCallContext, event: EventHandle) -> RhaiResultOf<bool> {
        if event.of_population {
            return Err(raise(LangError::Noticed {
                message: "this event is one of a population, which cancels it itself".to_owned(),
                help: vec!["p.cancel(event), where p is the population".to_owned()],
            }));
        }
        with(&context, |world| Ok::<_, LangError>(world.lab.cancel(event.number)))
    }

    /// The pending events of the current chassis, in the order in which they were set. Each is a record of
    /// `handle` (to cancel it), `kind` (`"at"`, `"every"` or `"when"`), `label`, and `next`, the cell time
    /// at which it happens next; nothing, `()`, for `when`, since that time is unknown.
    ///
    /// # Example
    /// ```rhai
    /// every(5.min, || print(now()));
    /// for event in events() { print(event.label); }
    /// events()[0].handle.cancel();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn events(context: NativeCallContext) -> RhaiResultOf<Array> {
        with(&context, |world| {
            let all = world.lab.events().iter().map(|event| record(event, false).into());
            Ok::<_, LangError>(all.collect())
        })
    }

    /// Cancels all events of the current chassis and returns their number.
    ///
    /// # Example
    /// ```rhai
    /// at(1.min, || print(now()));
    /// cancel_all()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn cancel_all(context: NativeCallContext) -> RhaiResultOf<i64> {
        with(&context, |world| {
            let count = world.lab.events().len();
            world.lab.events_mut().clear();
            Ok::<_, LangError>(count as i64)
        })
    }

    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn event_to_string(event: &mut EventHandle) -> String {
        format!("event {}", event.number)
    }
}
