//! Events from Rust, and a laboratory that drives its runs itself.

use std::fmt;
use std::sync::Arc;

use bioxen_base::units::Time;
use bioxen_cell::hypervisor::{Held, HypervisorError, Report, Run as RunResult};
use bioxen_engine::{StopToken, Trajectory};

use super::ensemble::{Repetition, affordable, alike, in_parallel, kept_columns};
use super::error::LabError;
use super::events::{Event, Trigger};
use super::lab::Lab;
use super::run::{Run, Step};

type Condition = Arc<dyn Fn(&Lab) -> bool + Send + Sync>;
type Action = Arc<dyn Fn(&mut Lab) -> Result<(), LabError> + Send + Sync>;

/// What an event does, as a function; copies of the laboratory share it.
#[derive(Clone)]
pub struct Call {
    condition: Option<Condition>,
    action: Action,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.condition.is_some() { "Call(when ..)" } else { "Call(..)" })
    }
}

impl Lab {
    /// A laboratory with one cell, [`crate::FIRST`], whose host is settled in the default medium.
    ///
    /// # Errors
    /// When the host does not settle.
    pub fn new(seed: u64) -> Result<Self, LabError> {
        Self::empty(seed)
    }

    fn set(
        &mut self,
        trigger: Trigger,
        condition: Option<Condition>,
        action: impl Fn(&mut Self) -> Result<(), LabError> + Send + Sync + 'static,
    ) -> u64 {
        self.events_mut().add(trigger, Call { condition, action: Arc::new(action) })
    }

    /// Sets what happens once in the current cell, at a time. Gives the number of the event.
    ///
    /// # Errors
    /// When that time has passed.
    pub fn at(
        &mut self,
        time: Time,
        action: impl Fn(&mut Self) -> Result<(), LabError> + Send + Sync + 'static,
    ) -> Result<u64, LabError> {
        let now = self.hypervisor().now();
        if time < now {
            return Err(LabError::Past { now, asked: time });
        }
        Ok(self.set(Trigger::At { time }, None, action))
    }

    /// Sets what happens again and again, first after one interval. Gives the number of the event.
    ///
    /// # Errors
    /// When the interval is not positive.
    pub fn every(
        &mut self,
        interval: Time,
        action: impl Fn(&mut Self) -> Result<(), LabError> + Send + Sync + 'static,
    ) -> Result<u64, LabError> {
        if interval <= Time::ZERO {
            let what = "the interval of an event";
            return Err(HypervisorError::Duration { what, given: interval }.into());
        }
        let next = self.hypervisor().now() + interval;
        Ok(self.set(Trigger::Every { interval, next }, None, action))
    }

    /// Sets what happens whenever a condition becomes true, at which is looked whenever something is
    /// recorded. Gives the number of the event.
    pub fn when(
        &mut self,
        condition: impl Fn(&Self) -> bool + Send + Sync + 'static,
        action: impl Fn(&mut Self) -> Result<(), LabError> + Send + Sync + 'static,
    ) -> u64 {
        self.set(Trigger::When { held: false }, Some(Arc::new(condition)), action)
    }

    /// Lets the current cell live for a while.
    ///
    /// # Errors
    /// When the duration is not positive or would record too much, a solver or an event fails.
    pub fn run(&mut self, duration: Time) -> Result<RunResult, LabError> {
        self.run_with(duration, None, &mut |_| {}, &StopToken::new())
    }

    /// Lets it live until a condition holds, at which is looked whenever something is recorded, but no
    /// longer than `longest`.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_until(
        &mut self,
        mut condition: impl FnMut(&Self) -> bool,
        longest: Time,
    ) -> Result<RunResult, LabError> {
        self.run_with(longest, Some(&mut condition), &mut |_| {}, &StopToken::new())
    }

    /// Lets it live, tells how far it is, and ends early when a condition holds or it is stopped. A
    /// stop is no error: what was recorded until then is returned.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_with(
        &mut self,
        duration: Time,
        mut until: Option<&mut dyn FnMut(&Self) -> bool>,
        report: &mut dyn FnMut(Report),
        stop: &StopToken,
    ) -> Result<RunResult, LabError> {
        let mut run = Run::begin(self, duration, until.is_some())?;
        let outcome = loop {
            let step = run.step(self, report, stop);
            let done = match step {
                Ok(Step::Ended) => break Ok(true),
                Ok(Step::Happens(event)) => self.happen(&event),
                Ok(Step::Look) => self.look(),
                Ok(Step::MayEnd) => {
                    if until.as_deref_mut().is_some_and(|holds| holds(self)) {
                        run.end_here(self);
                    }
                    Ok(())
                }
                Err(LabError::Interrupted { .. }) => break Ok(false),
                Err(error) => Err(error),
            };
            if let Err(error) = done {
                break Err(error);
            }
        };
        let failed = run.take_failed();
        let (trace, held) = run.finish(self);
        Ok(RunResult { trace, completed: outcome?, held, failed })
    }

    fn happen(&mut self, event: &Event<Call>) -> Result<(), LabError> {
        let action = Arc::clone(&event.action.action);
        action(self).map_err(|error| LabError::Event {
            event: event.label(),
            at: self.hypervisor().now(),
            error: Box::new(error),
        })
    }

    fn look(&mut self) -> Result<(), LabError> {
        for event in self.events().conditions() {
            let holds = event.action.condition.as_ref().is_some_and(|holds| holds(self));
            if self.events_mut().note(event.number, holds) {
                self.happen(&event)?;
            }
        }
        Ok(())
    }

    /// Lets copies of the laboratory live from where it stands, each with other chance and with its
    /// events. Repetition 0 is the run that the laboratory itself would make. The result is the same
    /// on any number of threads; the laboratory stays as it is.
    ///
    /// # Errors
    /// When the runs would record too much, one fails, or it is stopped.
    ///
    /// # Examples
    /// ```
    /// use bioxen_base::units::Time;
    /// use bioxen_engine::StopToken;
    /// use bioxen_lab::{Lab, Repetition};
    /// let mut lab = Lab::new(1)?;
    /// lab.quick_start_vm("ecoli", "demo")?;
    /// lab.with_vm("demo", |vm| vm.start_transcription(&["lacZ"], 1.0).map(drop))?;
    /// let own = Repetition::default();
    /// let (runs, _) = lab.ensemble(8, Time::from_minutes(2.0), &own, &StopToken::new())?;
    /// assert_eq!(runs.len(), 8);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ensemble(
        &self,
        n: u64,
        duration: Time,
        own: &Repetition,
        stop: &StopToken,
    ) -> Result<(Vec<Trajectory>, Held), LabError> {
        self.idle()?;
        let mut cell = self.clone();
        *cell.hypervisor_mut() = own.prepare(self.hypervisor(), 0)?;
        let present = cell.hypervisor().present()?;
        affordable(cell.hypervisor(), n, duration, own.width(&present))?;
        let (runs, held) = in_parallel(n, |number| {
            let mut copy = cell.clone();
            copy.hypervisor_mut().become_repetition(number);
            let lived = copy.run_with(duration, None, &mut |_| {}, stop)?;
            if let Some(failure) = lived.failed.into_iter().next() {
                // Statistics over runs of which one stands still would be those of nothing.
                let repetition = number + 1;
                return Err(HypervisorError::Repetition { repetition, of: n, failure }.into());
            }
            if !lived.completed {
                return Err(LabError::Interrupted { minutes: cell.hypervisor().now().minutes() });
            }
            Ok((kept_columns(lived.trace, own), lived.held))
        })?;
        Ok((alike(runs), held))
    }
}

impl<A> Lab<A> {
    /// Cancels an event of any cell. False if it has happened for the last time or was cancelled
    /// before.
    pub fn cancel(&mut self, number: u64) -> bool {
        self.cells.iter_mut().any(|cell| cell.events.cancel(number))
    }
}
