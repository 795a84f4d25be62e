//! The same run many times with different random numbers.

use std::collections::HashMap;

use rayon::prelude::*;

use bioxen_base::units::Time;
use bioxen_cell::hypervisor::{Grid, Held, Hypervisor, HypervisorError, Present, Solver};
use bioxen_engine::{Column, StopToken, Trajectory};

use super::error::LabError;

/// The most values that all runs together may record; 0.4 GB.
pub const MOST_VALUES: u64 = 50_000_000;

/// What repetitions have of their own.
#[derive(Debug, Clone, Default)]
pub struct Repetition {
    /// The seed of all random streams, if not that of the cell.
    pub seed: Option<u64>,
    /// How the guests are simulated, if not as in the cell.
    pub solver: Option<Solver>,
    /// How often it is recorded, if not as in the cell.
    pub sample_every: Option<Time>,
    /// The columns that are kept, in this order; all if nothing is said.
    pub columns: Option<Vec<String>>,
}

impl Repetition {
    /// The cell of a repetition, counted from 0.
    ///
    /// # Errors
    /// When the interval of samples is not positive.
    pub fn prepare(&self, cell: &Hypervisor, number: u64) -> Result<Hypervisor, HypervisorError> {
        let mut cell = cell.clone();
        if let Some(seed) = self.seed {
            cell.set_seed(seed);
        }
        if let Some(solver) = self.solver {
            cell.set_solver(solver);
        }
        if let Some(every) = self.sample_every {
            cell.set_sample_every(every)?;
        }
        cell.become_repetition(number);
        Ok(cell)
    }

    /// How many columns are kept of a trajectory.
    pub(crate) fn width(&self, present: &Trajectory) -> usize {
        self.columns.as_ref().map_or(present.columns.len(), Vec::len)
    }
}

/// Refuses repetitions that would record more than memory holds.
///
/// # Errors
/// When they would, or the duration is not positive.
pub fn affordable(
    cell: &Hypervisor,
    n: u64,
    duration: Time,
    columns: usize,
) -> Result<(), HypervisorError> {
    if duration <= Time::ZERO {
        return Err(HypervisorError::Duration { what: "an ensemble", given: duration });
    }
    let rows = Grid::new(cell.now(), cell.now() + duration, cell.sample_every()).samples();
    let samples = rows.saturating_mul(n);
    if samples.saturating_mul(columns as u64) > MOST_VALUES {
        return Err(HypervisorError::TooManySamples { samples, columns });
    }
    Ok(())
}

/// Makes runs on all threads; the first error by number, not by time, is the one that is told.
pub(crate) fn in_parallel(
    n: u64,
    one: impl Fn(u64) -> Result<(Trajectory, Held), LabError> + Sync + Send,
) -> Result<(Vec<Trajectory>, Held), LabError> {
    let runs: Vec<Result<_, LabError>> = (0..n).into_par_iter().map(one).collect();
    let mut held = Held::default();
    let mut trajectories = Vec::with_capacity(runs.len());
    for run in runs {
        let (trajectory, own) = run?;
        held.merge(&own);
        trajectories.push(trajectory);
    }
    Ok((trajectories, held))
}

/// What is kept of a run.
pub(crate) fn kept_columns(mut run: Trajectory, own: &Repetition) -> Trajectory {
    if let Some(names) = &own.columns {
        let place: HashMap<&str, usize> =
            names.iter().enumerate().map(|(i, name)| (name.as_str(), i)).collect();
        run.columns.retain(|column| place.contains_key(column.name.as_str()));
        run.columns.sort_by_key(|column| place.get(column.name.as_str()).copied());
    }
    run
}

/// Lets copies of a cell live from where it stands, each with other chance, without
/// events. Repetition 0 is the run that the cell itself would make; repetition `i` takes the
/// random streams `i` of the seed, so that the result is the same on any number of threads.
///
/// # Errors
/// When the runs would record too much, one fails, or it is stopped.
pub fn ensemble(
    cell: &Hypervisor,
    n: u64,
    duration: Time,
    own: &Repetition,
    stop: &StopToken,
) -> Result<(Vec<Trajectory>, Held), LabError> {
    let prepared = own.prepare(cell, 0)?;
    affordable(&prepared, n, duration, own.width(&prepared.present()?))?;
    in_parallel(n, |number| {
        let mut copy = prepared.clone();
        copy.become_repetition(number);
        let run = copy.run(duration, &mut |_| {}, stop)?;
        if let Some(failure) = run.failed.into_iter().next() {
            // Statistics over runs of which one stands still would be those of nothing.
            let repetition = number + 1;
            return Err(HypervisorError::Repetition { repetition, of: n, failure }.into());
        }
        if !run.completed {
            return Err(LabError::Interrupted { minutes: prepared.now().minutes() });
        }
        Ok((kept_columns(run.trace, own), run.held))
    })
}

/// Runs with the same quantities. A gene that a VM of a run had not mapped made no molecules; of a VM
/// that was not in a run nothing is known.
pub fn alike(mut runs: Vec<Trajectory>) -> Vec<Trajectory> {
    let mut all: Vec<Column> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for column in runs.iter().flat_map(|run| &run.columns) {
        if !known.contains_key(&column.name) {
            known.insert(column.name.clone(), all.len());
            all.push(column.bare());
        }
    }
    for run in &mut runs {
        let same = run.columns.len() == all.len()
            && run.columns.iter().zip(&all).all(|(column, bare)| column.name == bare.name);
        if same {
            continue;
        }
        let rows = run.times.len();
        let present = Present::of(run);
        let mut columns: Vec<Option<Column>> = vec![None; all.len()];
        for column in std::mem::take(&mut run.columns) {
            let place = known[&column.name];
            columns[place] = Some(column);
        }
        let filled = columns.into_iter().zip(&all).map(|(column, bare)| {
            column.unwrap_or_else(|| bare.with(vec![present.absent(bare); rows]))
        });
        run.columns = filled.collect();
    }
    runs
}
