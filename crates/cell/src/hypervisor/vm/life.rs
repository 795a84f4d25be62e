//! The life cycle of a VM.

use super::super::error::HypervisorError;
use super::super::run::VmFailure;
use super::super::state::{Transition, VmState};
use super::Vm;
use super::log::LogKind;

impl Vm {
    /// Begins to run, or begins again after a stop. The genes of its packages are mapped.
    ///
    /// # Errors
    /// When it runs or is paused, or its packages and plasmids do not fit into its memory. Then
    /// nothing has changed.
    pub fn start(&mut self) -> Result<(), HypervisorError> {
        let (state, started) = (self.state, self.state.try_after(&self.id, Transition::Start)?);
        // Plasmids take their room with the state, and packages what is left.
        self.state = started;
        if let Err(error) = self.check_plasmids_fit().and_then(|()| self.map_packages()) {
            self.state = state;
            return Err(error);
        }
        self.join_cell();
        self.open_constitutive_genes();
        self.note(LogKind::LifeCycle, format!("{started} by {}", Transition::Start.name()));
        Ok(())
    }

    /// Loses its mRNA and unmaps its DNA.
    ///
    /// # Errors
    /// When it has not been started.
    pub fn stop(&mut self) -> Result<(), HypervisorError> {
        self.move_by(Transition::Stop)?;
        self.population.lose_mrna();
        Ok(())
    }

    /// Freezes; its ribosomes go back to the host.
    ///
    /// # Errors
    /// When it does not run.
    pub fn pause(&mut self) -> Result<(), HypervisorError> {
        self.move_by(Transition::Pause)
    }

    /// Goes on after a pause.
    ///
    /// # Errors
    /// When it is not paused.
    pub fn resume(&mut self) -> Result<(), HypervisorError> {
        self.move_by(Transition::Resume)?;
        self.join_cell();
        Ok(())
    }

    pub(super) fn move_by(&mut self, transition: Transition) -> Result<(), HypervisorError> {
        self.state = self.state.try_after(&self.id, transition)?;
        self.note(LogKind::LifeCycle, format!("{} by {}", self.state, transition.name()));
        Ok(())
    }

    /// Freezes for good: what its genes do cannot be simulated any more. Only [`Self::stop`] helps.
    pub(in super::super) fn fail(&mut self, reason: &str) {
        self.state = VmState::Error;
        self.note(LogKind::Failure, reason.to_owned());
    }

    /// Why it could not be simulated any more, if it is in that state.
    pub fn failure(&self) -> Option<VmFailure> {
        if self.state != VmState::Error {
            return None;
        }
        let last = self.log.entries().filter(|entry| entry.kind == LogKind::Failure).last();
        let (at, reason) = match last {
            Some(entry) => (entry.time, entry.what.clone()),
            None => (self.now, "unknown".to_owned()),
        };
        Some(VmFailure { vm: self.id.clone(), at, reason })
    }
}
