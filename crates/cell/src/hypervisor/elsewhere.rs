//! Cells that live elsewhere: what is sent there for a part of a run, and what comes back.
//!
//! The hypervisor here is a mirror: it can be looked at and changed as any other. Only what lives on is
//! simulated elsewhere, from its archive, by the same [`Hypervisor::go_on`].

use super::Hypervisor;
use super::archive::ArchiveError;
use super::held::Held;
use super::record::Recorder;
use super::vm::Vm;
use bioxen_engine::Trajectory;

/// What is sent.
#[derive(Debug, Clone)]
pub struct Leaving {
    /// The cell as the contents of a file.
    pub state: Vec<u8>,
    /// Whether the present has been recorded.
    pub recorded: bool,
    /// Who was held back since the run began.
    pub held: Held,
}

/// What comes back.
#[derive(Debug, Clone)]
pub struct Returning {
    /// The cell as the contents of a file.
    pub state: Vec<u8>,
    /// Rows that were recorded, each with its time [min] and then the values of all columns.
    pub rows: Vec<Vec<f64>>,
    /// Who was held back since the run began.
    pub held: Held,
}

impl Hypervisor {
    /// What somebody else needs to let this cell live on, as a part of a run that `recorder` records.
    ///
    /// # Errors
    /// As [`Self::save`].
    pub fn leave(&mut self, recorder: &mut Recorder) -> Result<Leaving, ArchiveError> {
        self.forget_what_has_changed();
        recorder.follow(&self.vms, self.culture.is_some());
        let recorded = recorder.last().is_some_and(|t| t >= self.clock.minutes());
        Ok(Leaving { state: self.save()?, recorded, held: self.held.clone() })
    }

    /// Becomes what this cell has become elsewhere.
    ///
    /// # Errors
    /// When the state cannot be read, is one of other VMs, or the rows are of other quantities. Then
    /// nothing has changed.
    pub fn come_back(
        &mut self,
        returning: Returning,
        recorder: &mut Recorder,
    ) -> Result<(), ArchiveError> {
        let Returning { state, rows, held } = returning;
        let mut other = Self::load(&state)?;
        let same = |(a, b): (&Vm, &Vm)| a.id() == b.id();
        let known = self.vms.len() == other.vms.len() && self.vms.iter().zip(&other.vms).all(same);
        if !known || other.clock < self.clock || !recorder.append(&rows) {
            return Err(ArchiveError::Contents { reason: "it is that of another cell".to_owned() });
        }
        recorder.check()?;
        for (vm, before) in other.vms.iter_mut().zip(&self.vms) {
            vm.take_origin(before);
        }
        other.held = held;
        *self = other;
        Ok(())
    }
}

/// The rows of a trajectory, each with its time and then its values.
pub fn rows(trace: &Trajectory) -> impl Iterator<Item = Vec<f64>> + '_ {
    trace.times.iter().enumerate().map(|(at, time)| {
        let values = trace.columns.iter().map(|column| column.values[at]);
        std::iter::once(*time).chain(values).collect()
    })
}
