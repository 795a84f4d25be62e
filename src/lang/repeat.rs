//! The same run many times with other chance.

use rayon::prelude::*;

use super::error::LangError;
use super::value::Ensemble;
use super::world::World;
use crate::engine::Trajectory;
use crate::hypervisor::{Hypervisor, HypervisorError};
use crate::units::Time;

/// The most values that all runs together may record; 0.4 GB.
const MOST_VALUES: u64 = 50_000_000;

/// Runs the cell of a world `n` times from where it stands. Repetition `i`, from 0, takes the
/// random streams `i + 1` of the seed, so that the result is the same on any number of threads.
///
/// # Errors
/// When events are set, the runs would record too much, one fails, or the user interrupts.
pub fn repeat(world: &World, n: u64, duration: Time) -> Result<Ensemble, LangError> {
    if !world.events.is_empty() {
        return Err(LangError::NotAvailable { what: "an ensemble of runs with events" });
    }
    if duration <= Time::ZERO {
        let what = "an ensemble";
        return Err(HypervisorError::Duration { what, given: duration }.into());
    }
    let columns = world.present()?.columns.len();
    let rows = (duration.micros() / world.hypervisor.sample_every().micros()) as u64 + 2;
    let samples = rows.saturating_mul(n);
    if samples.saturating_mul(columns as u64) > MOST_VALUES {
        return Err(HypervisorError::TooManySamples { samples, columns }.into());
    }
    let (cell, stop): (&Hypervisor, _) = (&world.hypervisor, &world.stop);
    let one = |i: u64| -> Result<Trajectory, LangError> {
        let mut copy = cell.clone();
        copy.set_replicate(i + 1);
        let run = copy.run(duration, &mut |_| {}, stop)?;
        if run.completed {
            return Ok(run.trace);
        }
        Err(LangError::Interrupted { minutes: cell.now().minutes() })
    };
    // The first error by number, not by time, is the one that is told.
    let runs: Vec<Result<_, LangError>> = (0..n).into_par_iter().map(one).collect();
    let runs: Vec<Trajectory> = runs.into_iter().collect::<Result<_, _>>()?;
    Ok(Ensemble::new(runs))
}
