//! A run of a population, which may stop on its way for what happens to it.

use super::{Cells, LONGEST_STEP};
use crate::cells::{CellsError, Course};
use crate::hypervisor::error::HypervisorError;
use crate::hypervisor::held::Held;
use crate::hypervisor::positive;
use bioxen_base::units::Time;
use bioxen_engine::StopToken;

/// What a run of a population gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Lived {
    /// What was recorded.
    pub course: Course,
    /// Whether it came to its end; if not, it was stopped.
    pub completed: bool,
    /// Who was held back by a quota, and for how long.
    pub held: Held,
}

/// A run of a population that is under way.
#[derive(Debug, Clone)]
pub struct Living {
    begun: Time,
    end: Time,
    every: Time,
    /// When it is recorded next.
    sample: Time,
    course: Course,
    held: Held,
}

impl Living {
    /// When it ends.
    pub fn end(&self) -> Time {
        self.end
    }

    /// What was recorded so far; what is recorded from now on is that of cells that have changed. The
    /// present is recorded if it is not yet.
    pub fn cut(&mut self, cells: &Cells) -> Course {
        cells.record(&mut self.course);
        std::mem::replace(&mut self.course, Course::new(&cells.population))
    }

    /// The same once the cells have changed: their quantities may be others.
    pub fn go_on_with(&mut self, cells: &Cells) {
        self.course = Course::new(&cells.population);
    }

    /// What it gave.
    pub fn finish(self, completed: bool) -> Lived {
        Lived { course: self.course, completed, held: self.held }
    }
}

impl Cells {
    /// Lives on for a time and records every so often, at the ends of steps, telling how far it is. Stopped in between, it is at the
    /// last complete step.
    ///
    /// # Errors
    /// When the duration is not positive, the tree would need too much memory, the host's equations cannot be
    /// integrated, or there are more molecules than can be counted.
    pub fn run(
        &mut self,
        duration: Time,
        every: Time,
        tell: &mut dyn FnMut(Time, f64),
        stop: &StopToken,
    ) -> Result<Lived, HypervisorError> {
        let mut living = self.begin(duration, every)?;
        let end = living.end;
        let completed = self.go_on(&mut living, end, tell, stop)?;
        Ok(living.finish(completed))
    }

    /// Begins a run that records every so often.
    ///
    /// # Errors
    /// When the duration is not positive, or the tree would need too much memory.
    pub fn begin(&self, duration: Time, every: Time) -> Result<Living, HypervisorError> {
        positive("a run", duration)?;
        let generations = duration.hours() * self.growth_per_h().max(0.0) / std::f64::consts::LN_2;
        let (bytes, limit) =
            (self.population.tree_bytes(generations), self.population.plan().memory_limit);
        if bytes > limit {
            let what = format!("the tree of {generations:.0} generations");
            return Err(CellsError::Memory { what, bytes, limit }.into());
        }
        let begun = self.population.clock();
        let mut course = Course::new(&self.population);
        self.record(&mut course);
        let (end, sample) = (begun + duration, begun + every);
        Ok(Living { begun, end, every, sample, course, held: Held::default() })
    }

    /// Goes on with a run until a time, at most until its end. Gives whether it came there; if not, it was stopped.
    ///
    /// # Errors
    /// When the host's equations cannot be integrated, or there are more molecules than can be counted.
    pub fn go_on(
        &mut self,
        living: &mut Living,
        until: Time,
        tell: &mut dyn FnMut(Time, f64),
        stop: &StopToken,
    ) -> Result<bool, HypervisorError> {
        self.host.begin_run();
        let until = until.min(living.end);
        let mut completed = true;
        while self.population.clock() < until {
            let to = self.after(self.population.clock()).min(until);
            match self.couple(to - self.population.clock(), stop) {
                Err(HypervisorError::Cells(CellsError::Stopped { .. })) => {
                    self.record(&mut living.course);
                    completed = false;
                    break;
                }
                other => other?,
            }
            if to >= living.sample || to == living.end {
                self.record(&mut living.course);
                while living.sample <= to {
                    living.sample = living.sample + living.every.max(self.step);
                }
            }
            let growth = living.course.growth_per_h.last().copied();
            tell(to - living.begun, growth.unwrap_or_else(|| self.growth_per_h()));
        }
        living.held.merge(self.host.held());
        Ok(completed)
    }

    /// The end of the step that a time is in: steps meet the same grid whatever is recorded.
    fn after(&self, now: Time) -> Time {
        let step = self.step.micros();
        Time::from_micros((now.micros() / step + 1) * step)
    }

    /// Whether something that is looked at every so often is looked at now: at the first end of a step at or
    /// behind each multiple of that time, wherever runs begin and end.
    pub fn is_looked_at(&self, every: Time) -> bool {
        let (now, step) = (self.population.clock().micros(), LONGEST_STEP.micros());
        now % step == 0 && now % every.micros().max(1) < step
    }

    /// When something is looked at next that is looked at every so often.
    pub fn next_look(&self, every: Time) -> Time {
        let (now, every) = (self.population.clock().micros(), every.micros().max(1));
        let (next, step) = ((now / every + 1).saturating_mul(every), LONGEST_STEP.micros());
        Time::from_micros(next.saturating_add(step - 1) / step * step)
    }

    /// Records the present, unless that was done.
    fn record(&self, course: &mut Course) {
        if course.hours.last() != Some(&self.population.clock().hours()) {
            course.record(&self.population, self.growth_per_h());
        }
    }
}
