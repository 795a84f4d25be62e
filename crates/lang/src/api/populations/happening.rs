//! What is to happen to a population while it lives.

use rhai::plugin::*;
use rhai::{Array, Dynamic, FnPtr};

use crate::api::events::record;
use crate::error::raise;
use crate::later::Later;
use crate::number::time as time_of;
use crate::scripted::Scripted;
use crate::{EventHandle, LangError, Population, RhaiResultOf};
use bioxen_base::units::{Duration, Time};
use bioxen_cell::hypervisor::HypervisorError;
use bioxen_lab::{LabError, Trigger};

fn set(
    context: &NativeCallContext,
    to: &str,
    population: &mut Population,
    (trigger, condition): (Trigger, Option<FnPtr>),
    action: FnPtr,
) -> RhaiResultOf<EventHandle> {
    let position = context.call_position();
    let later = |function: FnPtr| {
        apart(to, &function)?;
        // It gets the population if it takes something.
        Later::taking(context, to, function, &[1, 0])
    };
    let condition = condition.map(later).transpose()?;
    let scripted = Scripted { condition, action: later(action)?, position };
    let number = population.events.add(trigger, scripted.into());
    Ok(EventHandle { number, of_population: true })
}

/// Refuses a function that has caught the variable of the population itself: the call holds it now, as the run will.
fn apart(to: &str, function: &FnPtr) -> RhaiResultOf<()> {
    let held = |value: &Dynamic| value.is_shared() && value.read_lock::<Dynamic>().is_none();
    if !function.iter_curry().any(held) {
        return Ok(());
    }
    Err(raise(LangError::Noticed {
        message: format!("a function given to {to} uses the variable of its own population"),
        help: vec![
            "take the population as a parameter: p.when(|p| p.mean(\"lacZ\") > 5.0, |p| print(p.now()))"
                .to_owned(),
        ],
    }))
}

/// What is to happen to a population while it lives.
#[export_module]
pub mod functions {
    /// Calls a function once during a run of the population, when its time reaches `time`. What the function does to the current cell it
    /// does to all cells, as with `change`. If it takes a parameter, it is given the population, to read it or to set and
    /// cancel events. Events at the same time happen in the order in which they were set.
    ///
    /// A copy of a population has the same events. A file keeps none: they are functions of the script.
    ///
    /// * `time` - time since the population was made, such as `1.h`
    /// * `action` - a function without parameters, or of the population
    ///
    /// Returns a handle, with which the event can be cancelled.
    ///
    /// # Errors
    /// If `time` is not a time or is in the past, or the function uses the variable of the population itself. During the run
    /// those of `change`.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// manage_operons("lac", "release");
    /// let cells = population(20);
    /// cells.at(10.min, || add_inducer("IPTG", 1.mM));
    /// cells.run(30.min);
    /// print(cells.mean("lacZ") > 10.0);
    /// ```
    #[rhai_fn(global, name = "at", return_raw)]
    pub fn at_time_of_cells(
        context: NativeCallContext,
        population: &mut Population,
        time: Dynamic,
        action: FnPtr,
    ) -> RhaiResultOf<EventHandle> {
        let asked = time_of("the time of at", &time).map_err(raise)?;
        let now = population.cells.population().clock();
        if asked < now {
            return Err(raise(LabError::Past { now, asked }));
        }
        super::set(&context, "at", population, (Trigger::At { time: asked }, None), action)
    }

    /// Calls a function again and again during runs of the population, as `at` of a population does. The first call comes
    /// when `interval` has passed.
    ///
    /// * `interval` - time from one call to the next, such as `10.min`
    /// * `action` - a function without parameters, or of the population
    ///
    /// Returns a handle, with which the event can be cancelled.
    ///
    /// # Errors
    /// If `interval` is not a positive time, or the function uses the variable of the population itself. During the run those
    /// of `change`.
    ///
    /// # Example
    /// ```rhai
    /// let cells = population(20);
    /// cells.every(30.min, |p| print(p.mean("size")));
    /// cells.run(1.h);
    /// ```
    #[rhai_fn(global, name = "every", return_raw)]
    pub fn every_time_of_cells(
        context: NativeCallContext,
        population: &mut Population,
        interval: Dynamic,
        action: FnPtr,
    ) -> RhaiResultOf<EventHandle> {
        let interval = time_of("the interval of every", &interval).map_err(raise)?;
        if interval <= Time::ZERO {
            let error = HypervisorError::Duration { what: "an interval", given: interval };
            return Err(raise(error));
        }
        let next = population.cells.population().clock() + interval;
        super::set(&context, "every", population, (Trigger::Every { interval, next }, None), action)
    }

    /// Calls a function whenever a condition on the population becomes true. A run looks at the condition every
    /// `sample_every` of the session, at the end of the step of 10 s in which that falls. If it is true at the first look, the
    /// function is called, too. Both functions are called as that of `at` of a population; what the condition changes does not
    /// stay.
    ///
    /// * `condition` - a function that returns true or false: of the population, or without parameters, of its mean cell
    /// * `action` - a function without parameters, or of the population
    ///
    /// Returns a handle, with which the event can be cancelled.
    ///
    /// # Errors
    /// If a function uses the variable of the population itself. During the run if the condition returns something else, and
    /// those of `change`.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// let cells = population(20);
    /// cells.when(|p| p.mean("dnaK") > 100.0, || stop_transcription(["dnaK"]));
    /// cells.run(30.min);
    /// ```
    #[rhai_fn(global, name = "when", return_raw)]
    pub fn when_of_cells(
        context: NativeCallContext,
        population: &mut Population,
        condition: FnPtr,
        action: FnPtr,
    ) -> RhaiResultOf<EventHandle> {
        let trigger = Trigger::When { held: false };
        super::set(&context, "when", population, (trigger, Some(condition)), action)
    }

    /// Cancels an event of a population. Returns false if it has already happened for the last time, or was cancelled
    /// before.
    ///
    /// * `event` - what `at`, `every` or `when` of the population gave
    ///
    /// # Errors
    /// If it is an event of the session.
    ///
    /// # Example
    /// ```rhai
    /// let cells = population(20);
    /// let tick = cells.every(10.min, |p| print(p.now()));
    /// cells.cancel(tick)
    /// ```
    #[rhai_fn(global, name = "cancel", return_raw)]
    pub fn cancel_of_cells(population: &mut Population, event: EventHandle) -> RhaiResultOf<bool> {
        if !event.of_population {
            return Err(raise(LangError::Noticed {
                message: "this event is one of the session, not of a population".to_owned(),
                help: vec!["event.cancel() cancels it".to_owned()],
            }));
        }
        Ok(population.events.cancel(event.number))
    }

    /// The pending events of a population, in the order in which they were set: records as of `events()`, with times of the
    /// population.
    ///
    /// # Example
    /// ```rhai
    /// let cells = population(20);
    /// cells.every(10.min, |p| print(p.now()));
    /// print(cells.events()[0].label);
    /// ```
    #[rhai_fn(global, name = "events", pure)]
    pub fn events_of_cells(population: &mut Population) -> Array {
        population.events.iter().map(|event| record(event, true).into()).collect()
    }

    /// Cancels all events of a population and returns their number.
    ///
    /// # Example
    /// ```rhai
    /// let cells = population(20);
    /// cells.at(10.min, |p| print(p.now()));
    /// cells.cancel_all()
    /// ```
    #[rhai_fn(global, name = "cancel_all")]
    pub fn cancel_all_of_cells(population: &mut Population) -> i64 {
        let count = population.events.len();
        population.events.clear();
        count as i64
    }

    /// The time of a population, since it was made.
    ///
    /// # Example
    /// ```rhai
    /// let cells = population(20);
    /// cells.run(10.min);
    /// cells.at(cells.now() + 5.min, |p| print(p.now()));
    /// ```
    #[rhai_fn(global, name = "now", pure)]
    pub fn now_of_cells(population: &mut Population) -> Duration {
        Duration::from(population.cells.population().clock())
    }
}
