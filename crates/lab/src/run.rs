//! A run is an object that advances from one due action to the next.
//!
//! Nothing of the laboratory is borrowed while the action of an event is executed. So an action can do
//! anything except run the cell itself. Samples stay on the grid that began with the run. The recorder,
//! the compiled simulations and the integration are kept as long as nothing changes the equations.

use std::sync::Arc;

use bioxen_base::units::Time;
use bioxen_cell::hypervisor::{
    Grid, Held, HypervisorError, Part, Progress, Recorder, Report, VmFailure,
};
use bioxen_engine::{StopToken, Trajectory};

use super::error::LabError;
use super::events::Event;
use super::lab::Lab;
use super::place::Stretch;

/// Which of several runs it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeated {
    /// Its number, from 0.
    pub number: u64,
    /// How many there are.
    pub of: u64,
}

/// What whoever drives a run has to do next.
#[derive(Debug)]
pub enum Step<A> {
    /// An event happens: do what belongs to it.
    Happens(Event<A>),
    /// Something was recorded: look at the conditions of events.
    Look,
    /// Something was recorded: the run may end here, by [`Run::end_here`].
    MayEnd,
    /// The run has ended.
    Ended,
}

/// Where a run stands between two steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// What is due happens.
    Due,
    /// The conditions were looked at, or need not be.
    Looked,
    /// It goes on.
    Live,
    Ended,
}

/// A run of the current cell.
#[derive(Debug)]
pub struct Run {
    grid: Grid,
    /// Whether it may end before its time.
    watched: bool,
    repeated: Option<Repeated>,
    recorder: Recorder,
    phase: Phase,
    /// Reactions that have fired since it began.
    fired: u64,
    failed: Vec<VmFailure>,
}

impl Run {
    /// Begins a run of the current cell. `watched` if it may end before its time.
    ///
    /// # Errors
    /// When one is under way, the duration is not positive, or it would record too much.
    pub fn begin<A>(lab: &mut Lab<A>, duration: Time, watched: bool) -> Result<Self, LabError> {
        lab.idle()?;
        if duration <= Time::ZERO {
            return Err(HypervisorError::Duration { what: "a run", given: duration }.into());
        }
        let hypervisor = lab.hypervisor_mut();
        let start = hypervisor.now();
        let grid = Grid::new(start, start + duration, hypervisor.sample_every());
        let recorder = hypervisor.recorder((!watched).then_some(grid))?;
        hypervisor.begin_run();
        lab.running = true;
        let (repeated, phase, failed) = (None, Phase::Due, Vec::new());
        Ok(Self { grid, watched, repeated, recorder, phase, fired: 0, failed })
    }

    /// The same as one of several runs, whose progress is that of all.
    #[must_use]
    pub fn repeated(self, repeated: Repeated) -> Self {
        Self { repeated: Some(repeated), ..self }
    }

    /// Goes on until something is to be done.
    ///
    /// # Errors
    /// When a solver fails, too much is recorded, or it is stopped.
    pub fn step<A: Clone>(
        &mut self,
        lab: &mut Lab<A>,
        report: &mut dyn FnMut(Report),
        stop: &StopToken,
    ) -> Result<Step<A>, LabError> {
        loop {
            let now = lab.hypervisor().now();
            let sampled = self.grid.is_sample(now);
            match self.phase {
                Phase::Due => {
                    if let Some(event) = lab.events_mut().take_due(now) {
                        return Ok(Step::Happens(event));
                    }
                    self.phase = Phase::Looked;
                    if sampled && lab.events().has_conditions() {
                        return Ok(Step::Look);
                    }
                }
                Phase::Looked if now >= self.grid.end => {
                    self.phase = Phase::Ended;
                }
                Phase::Looked => {
                    self.phase = Phase::Live;
                    if sampled && self.watched {
                        return Ok(Step::MayEnd);
                    }
                }
                Phase::Live => {
                    self.live(lab, report, stop)?;
                    self.phase = Phase::Due;
                }
                Phase::Ended => return Ok(Step::Ended),
            }
        }
    }

    /// Ends the run now; the present is recorded if nothing is yet.
    pub fn end_here<A>(&mut self, lab: &Lab<A>) {
        if self.recorder.last().is_none() {
            lab.hypervisor().record_present(&mut self.recorder);
        }
        self.phase = Phase::Ended;
    }

    /// Lives on to the next event or, if something is watched, to the next sample.
    fn live<A>(
        &mut self,
        lab: &mut Lab<A>,
        report: &mut dyn FnMut(Report),
        stop: &StopToken,
    ) -> Result<(), LabError> {
        let watched = self.watched || lab.events().has_conditions();
        let event = lab.events().next().unwrap_or(self.grid.end);
        let cell = lab.cell_mut();
        let now = cell.hypervisor.now();
        let mut target = self.grid.end.min(event.max(now + Time::from_micros(1)));
        if watched {
            target = target.min(self.grid.after(now));
        }
        let (earlier, repeated) = (self.fired, self.repeated);
        let fired = &mut self.fired;
        let mut whole = |told: Report| match told {
            Report::Progress(p) => {
                let events = earlier + p.events;
                *fired = events;
                let progress = Progress { events, ..p };
                report(Report::Progress(repeated.map_or(progress, |r| r.of_all(progress))));
            }
            Report::Sample(_) if repeated.is_some() => {}
            sample @ Report::Sample(_) => report(sample),
        };
        let stretch = Stretch { grid: self.grid, target };
        let place = Arc::clone(&cell.place);
        let recorder = &mut self.recorder;
        let part = place.live(&mut cell.hypervisor, stretch, recorder, &mut whole, stop)?;
        let Part { completed, mut failed } = part;
        self.failed.append(&mut failed);
        if completed {
            return Ok(());
        }
        Err(LabError::Interrupted { minutes: cell.hypervisor.now().minutes() })
    }

    /// The VMs that could not go on, each once.
    pub fn take_failed(&mut self) -> Vec<VmFailure> {
        std::mem::take(&mut self.failed)
    }

    /// Leaves the laboratory free for another run; gives what was recorded, and who was held back.
    /// Without it the laboratory stays taken.
    pub fn finish<A>(self, lab: &mut Lab<A>) -> (Trajectory, Held) {
        lab.running = false;
        (self.recorder.finish(), lab.hypervisor().held().clone())
    }
}

impl Repeated {
    /// The progress of all runs, as if each went on where the one before ended.
    fn of_all(self, p: Progress) -> Progress {
        let (whole, past) = (p.end - p.start, i64::try_from(self.number).unwrap_or(i64::MAX));
        let times = |n: i64| Time::from_micros(whole.micros().saturating_mul(n));
        let end = p.start + times(i64::try_from(self.of).unwrap_or(i64::MAX));
        Progress { now: p.now + times(past), end, ..p }
    }
}
