//! A population lives on, and what is to happen to it happens.

use std::sync::Arc;

use rhai::{Dynamic, NativeCallContext};

use super::changing::{adopt, in_mean};
use crate::error::raise;
use crate::running::{in_event_at, is_interrupt, truth};
use crate::scripted::Event;
use crate::world::with;
use crate::{LangError, Output, Population, RhaiResultOf, Table};
use bioxen_base::units::Time;
use bioxen_cell::hypervisor::{Living, Progress};
use bioxen_engine::StopToken;

/// Lives on; if it fails, nothing has changed. Interrupted, it is at the last whole step.
pub(super) fn lived(
    context: &NativeCallContext,
    population: &mut Population,
    duration: Time,
) -> RhaiResultOf<Table> {
    let (looks, stop) = with(context, |world| {
        Ok::<_, LangError>((world.lab.hypervisor().sample_every(), world.stop()))
    })?;
    // A sample of many cells is work: no more than a few hundred of a run.
    let every = looks.max(Time::from_micros(duration.micros() / 200));
    let living = population.cells.begin(duration, every);
    let mut run = Run {
        context,
        start: population.cells.population().clock(),
        living: living.map_err(LangError::from).map_err(raise)?,
        population: population.clone(),
        looks,
        stop,
        parts: Vec::new(),
    };
    let outcome = run.live();
    let Run { living, population: lived, mut parts, .. } = run;
    if let Err(error) = outcome {
        if is_interrupt(&error) {
            *population = lived;
        }
        with(context, |world| {
            world.show(Output::RunEnded);
            Ok::<_, LangError>(())
        })?;
        return Err(error);
    }
    let minutes = lived.cells.population().clock().minutes();
    let completed = lived.cells.population().clock() >= living.end();
    let last = living.finish(completed);
    *population = lived;
    with(context, |world| {
        world.show(Output::RunEnded);
        world.tell_held(&last.held);
        if !completed {
            return Err(LangError::Interrupted { minutes });
        }
        let course = population.course(&last.course)?;
        if parts.is_empty() {
            return Ok(course);
        }
        parts.push(course);
        Ok(Table::concat(&parts)?)
    })
}

/// A run of a population.
struct Run<'a> {
    context: &'a NativeCallContext<'a>,
    start: Time,
    living: Living,
    population: Population,
    /// How often conditions are looked at.
    looks: Time,
    stop: StopToken,
    /// What was recorded before each event.
    parts: Vec<Table>,
}

impl Run<'_> {
    /// Lives until the end, or until it is interrupted. After an error the population is as it was before the
    /// event that failed.
    fn live(&mut self) -> RhaiResultOf<()> {
        loop {
            let now = self.population.cells.population().clock();
            loop {
                let before = self.population.clone();
                let Some(event) = self.population.events.take_due(now) else { break };
                if let Err(error) = self.happens(&event) {
                    self.population = before;
                    return Err(error);
                }
            }
            let watched = self.population.events.has_conditions();
            if watched && self.population.cells.is_looked_at(self.looks) {
                self.look()?;
            }
            if now >= self.living.end() {
                return Ok(());
            }
            let watched = self.population.events.has_conditions();
            let next = self.population.events.next().unwrap_or(self.living.end());
            let mut until = next.max(now + Time::from_micros(1));
            if watched {
                until = until.min(self.population.cells.next_look(self.looks));
            }
            if !self.stretch(until)? {
                return Ok(());
            }
        }
    }

    /// Lives on until a time. False if it was interrupted.
    fn stretch(&mut self, until: Time) -> RhaiResultOf<bool> {
        let Self { living, population, stop, start, .. } = self;
        let (start, end) = (*start, living.end());
        with(self.context, |world| {
            let mut tell = |passed: Time, growth_per_h: f64| {
                world.show(Output::Progress(Progress {
                    now: start + passed,
                    start,
                    end,
                    growth_per_h,
                    events: 0,
                }));
            };
            let cells = Arc::make_mut(&mut population.cells);
            Ok::<_, LangError>(cells.go_on(living, until, &mut tell, stop)?)
        })
    }

    /// Looks at the conditions, and lets happen what belongs to those that have become true.
    fn look(&mut self) -> RhaiResultOf<()> {
        for event in self.population.events.conditions() {
            let Some(condition) = &event.action.condition else { continue };
            let cells = self.population.cells.clone();
            let shared = Dynamic::from(self.population.clone());
            let holds =
                in_mean(self.context, &cells, || condition.call_with(self.context, vec![shared]))
                    .and_then(|(value, _)| truth(&value, "the condition of when"))
                    .map_err(|error| self.told(&event, error))?;
            let before = self.population.clone();
            if self.population.events.note(event.number, holds)
                && let Err(error) = self.happens(&event)
            {
                self.population = before;
                return Err(error);
            }
        }
        Ok(())
    }

    /// An event happens: in the mean of the population, with the population itself as its argument.
    fn happens(&mut self, event: &Event) -> RhaiResultOf<()> {
        let cells = self.population.cells.clone();
        let given = Dynamic::from(self.population.clone()).into_shared();
        let action = || event.action.action.call_with(self.context, vec![given.clone()]);
        let (_, host) =
            in_mean(self.context, &cells, action).map_err(|error| self.told(event, error))?;
        // What it was given may have got or lost events, but must not have lived.
        let after = given.read_lock::<Population>().map(|population| population.clone());
        if let Some(after) = after {
            if !Arc::ptr_eq(&after.cells, &cells) {
                let error = raise(LangError::Noticed {
                    message: "a population cannot run or change while an event of it happens".to_owned(),
                    help: vec![
                        "what the function does to the current cell, such as add_inducer(\"IPTG\", 1.mM), it does to all cells; for more, run a copy: let copy = p; copy.run(1.h)"
                            .to_owned(),
                    ],
                });
                return Err(self.told(event, error));
            }
            self.population.events = after.events;
        }
        let part = self.living.cut(&cells);
        let part = self.population.course(&part).map_err(raise)?;
        self.parts.push(part);
        adopt(self.context, &mut self.population, host).map_err(|error| self.told(event, error))?;
        self.living.go_on_with(&self.population.cells);
        Ok(())
    }

    fn told(&self, event: &Event, error: Box<rhai::EvalAltResult>) -> Box<rhai::EvalAltResult> {
        let now = self.population.cells.population().clock();
        in_event_at(self.context, event, &format!("{now} of the population"), error)
    }
}
