//! The same run many times with other chance.

use rayon::prelude::*;

use super::error::LangError;
use super::held;
use super::output::Output;
use super::value::{Ensemble, Trace};
use super::world::World;
use crate::engine::Trajectory;
use crate::hypervisor::{Held, Hypervisor, HypervisorError, Solver};
use crate::units::Time;

/// The most values that all runs together may record; 0.4 GB.
const MOST_VALUES: u64 = 50_000_000;

/// What a repetition has of its own.
#[derive(Debug, Clone, Default)]
pub struct Repetition {
    /// The seed of all random streams, if not that of the cell.
    pub seed: Option<u64>,
    /// How the guests are simulated, if not as the cell.
    pub solver: Option<Solver>,
    /// How often it is recorded, if not as the cell.
    pub sample_every: Option<Time>,
    /// What is kept of what was recorded; everything if nothing is named.
    pub quantities: Vec<String>,
}

impl Repetition {
    fn prepare(&self, cell: &Hypervisor) -> Result<Hypervisor, HypervisorError> {
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
        Ok(cell)
    }
}

/// Runs the cell of a world `n` times from where it stands. Repetition `i`, from 0, takes the
/// random streams `i + 1` of the seed, so that the result is the same on any number of threads.
///
/// # Errors
/// When events are set, the runs would record too much, one fails, or the user interrupts.
pub fn repeat(
    world: &mut World,
    n: u64,
    duration: Time,
    own: &Repetition,
) -> Result<Ensemble, LangError> {
    if !world.events.is_empty() {
        return Err(LangError::NotAvailable { what: "an ensemble of runs with events" });
    }
    if duration <= Time::ZERO {
        let what = "an ensemble";
        return Err(HypervisorError::Duration { what, given: duration }.into());
    }
    let prepared = own.prepare(&world.hypervisor)?;
    let present = Trace::new(world.present()?);
    // A name that is none is told before anything runs.
    let kept = if own.quantities.is_empty() { present } else { present.select(&own.quantities)? };
    let columns = kept.0.columns.len();
    let names: Vec<String> = kept.0.columns.iter().map(|c| c.name.clone()).collect();
    let rows = (duration.micros() / prepared.sample_every().micros()) as u64 + 2;
    let samples = rows.saturating_mul(n);
    if samples.saturating_mul(columns as u64) > MOST_VALUES {
        return Err(HypervisorError::TooManySamples { samples, columns }.into());
    }
    let (cell, stop): (&Hypervisor, _) = (&prepared, &world.stop);
    let selected = !own.quantities.is_empty();
    let one = |i: u64| -> Result<(Trajectory, Held), LangError> {
        let mut copy = cell.clone();
        copy.set_replicate(i + 1);
        let run = copy.run(duration, &mut |_| {}, stop)?;
        if run.completed {
            let Trajectory { time_unit, times, mut columns, .. } = run.trace;
            if selected {
                columns.retain(|c| names.contains(&c.name));
                columns.sort_by_key(|c| names.iter().position(|name| *name == c.name));
            }
            let notes = held::notes(&run.held.list());
            return Ok((Trajectory { time_unit, times, columns, notes }, run.held));
        }
        Err(LangError::Interrupted { minutes: cell.now().minutes() })
    };
    // The first error by number, not by time, is the one that is told.
    let runs: Vec<Result<_, LangError>> = (0..n).into_par_iter().map(one).collect();
    let mut held = Held::default();
    let mut trajectories = Vec::with_capacity(runs.len());
    for run in runs {
        let (trajectory, own) = run?;
        held.merge(&own);
        trajectories.push(trajectory);
    }
    let held = held.list();
    held::remarks(&held).into_iter().for_each(|r| world.show(Output::Remark(r)));
    Ok(Ensemble::new(trajectories, held::notes(&held), world.stop.clone()))
}
