//! The same run many times with other chance.

mod events;

use rayon::prelude::*;
use rhai::NativeCallContext;

use super::RhaiResultOf;
use super::api::packages::tell_models;
use super::error::{LangError, raise};
use super::held;
use super::output::Output;
use super::value::{Ensemble, Trace};
use super::world::{World, with};
use bioxen_base::units::Time;
use bioxen_cell::hypervisor::{Held, Hypervisor, HypervisorError, Solver};
use bioxen_engine::Trajectory;

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

/// Runs the cell of a world `n` times from where it stands. Repetition 0 is the run that the cell
/// itself would make; repetition `i` takes the random streams `i` of the seed, so that the result is
/// the same on any number of threads. With events, which are functions of the script, the
/// repetitions are made one after another.
///
/// # Errors
/// When the runs would record too much, one fails, or the user interrupts.
pub fn repeat(
    context: &NativeCallContext,
    n: u64,
    duration: Time,
    own: &Repetition,
) -> RhaiResultOf<Ensemble> {
    if duration <= Time::ZERO {
        let what = "an ensemble";
        return Err(raise(HypervisorError::Duration { what, given: duration }));
    }
    if let Some(solver) = own.solver {
        with(context, |world| {
            tell_models(world, solver);
            Ok::<_, LangError>(())
        })?;
    }
    if with(context, |world| Ok::<_, LangError>(world.events.is_empty()))? {
        return with(context, |world| in_parallel(world, n, duration, own));
    }
    events::one_after_another(context, n, duration, own)
}

/// How many samples a run has: the first, and one at the end of each interval.
fn samples_of(duration: Time, every: Time) -> u64 {
    1 + duration.micros().unsigned_abs().div_ceil(every.micros().unsigned_abs().max(1))
}

/// Refuses repetitions that would record more than memory holds.
fn affordable(
    cell: &Hypervisor,
    n: u64,
    duration: Time,
    columns: usize,
) -> Result<(), HypervisorError> {
    let rows = samples_of(duration, cell.sample_every());
    let samples = rows.saturating_mul(n);
    if samples.saturating_mul(columns as u64) > MOST_VALUES {
        return Err(HypervisorError::TooManySamples { samples, columns });
    }
    Ok(())
}

fn in_parallel(
    world: &mut World,
    n: u64,
    duration: Time,
    own: &Repetition,
) -> Result<Ensemble, LangError> {
    let prepared = own.prepare(&world.hypervisor)?;
    let present = Trace::new(world.present()?);
    // A name that is none is told before anything runs.
    let names = present.full_names(&own.quantities)?;
    let selected = !own.quantities.is_empty();
    let columns = if selected { names.len() } else { present.0.columns.len() };
    affordable(&prepared, n, duration, columns)?;
    let (cell, stop): (&Hypervisor, _) = (&prepared, &world.stop);
    let one = |i: u64| -> Result<(Trajectory, Held), LangError> {
        let mut copy = cell.clone();
        if i > 0 {
            copy.set_replicate(i);
        }
        let run = copy.run(duration, &mut |_| {}, stop)?;
        if let Some(failure) = run.failed.into_iter().next() {
            // Statistics over runs of which one stands still would be those of nothing.
            return Err(HypervisorError::Repetition { repetition: i + 1, of: n, failure }.into());
        }
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
