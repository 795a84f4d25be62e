//! Runs of the current cell.

use std::sync::Arc;

use super::World;
use crate::scripted::Scripted;
use crate::{LangError, Output};
use bioxen_base::units::Time;
use bioxen_cell::hypervisor::Report;
use bioxen_engine::Trajectory;
use bioxen_lab::{Run, Step};

impl World {
    /// Goes on with a run until something is to be done; the front end learns how far it is.
    ///
    /// # Errors
    /// As [`Run::step`].
    pub fn step(&mut self, run: &mut Run) -> Result<Step<Arc<Scripted>>, LangError> {
        let (stop, sink) = (self.stop(), &mut self.sink);
        let mut report = |report| match report {
            Report::Progress(progress) => sink(Output::Progress(progress)),
            Report::Sample(sample) => sink(Output::Sample(sample)),
        };
        let step = run.step(&mut self.lab, &mut report, &stop);
        for failure in run.take_failed() {
            (self.sink)(Output::Remark(format!("{failure}; the others and the host go on")));
            self.failures.push(failure);
        }
        Ok(step?)
    }

    /// Lets the current cell live, without its events.
    ///
    /// # Errors
    /// When a solver fails, or the user interrupts.
    pub fn live(&mut self, duration: Time) -> Result<(), LangError> {
        let mut run = Run::begin(&mut self.lab, duration, false)?;
        let outcome = loop {
            match self.step(&mut run) {
                Ok(Step::Ended) => break Ok(()),
                Ok(_) => {}
                Err(error) => break Err(error),
            }
        };
        run.finish(&mut self.lab);
        outcome
    }

    /// What a run would record now, as a trace of one row. Nothing lives on.
    ///
    /// # Errors
    /// When it would be too much.
    pub fn present(&self) -> Result<Trajectory, LangError> {
        Ok(self.lab.hypervisor().present()?)
    }
}
