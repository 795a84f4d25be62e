//! The same run many times with different random numbers.

mod events;
mod functions;

use rhai::NativeCallContext;

use super::RhaiResultOf;
use super::api::packages::tell_models;
use super::error::{LangError, raise};
use super::held;
use super::value::{Ensemble, Trace};
use super::world::{World, with};
use bioxen_base::units::Time;
use bioxen_cell::hypervisor::HypervisorError;
use bioxen_lab::Repetition;
pub use functions::of_function;

/// What repetitions have of their own.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// What is not as in the cell; its columns follow from the quantities.
    pub repetition: Repetition,
    /// What is kept of what was recorded, by names and patterns; everything if nothing is named.
    pub quantities: Vec<String>,
}

impl Own {
    fn repetition(&self, columns: Option<Vec<String>>) -> Repetition {
        Repetition { columns, ..self.repetition.clone() }
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
    own: &Own,
) -> RhaiResultOf<Ensemble> {
    if duration <= Time::ZERO {
        let what = "an ensemble";
        return Err(raise(HypervisorError::Duration { what, given: duration }));
    }
    if let Some(solver) = own.repetition.solver {
        with(context, |world| {
            tell_models(world, solver);
            Ok::<_, LangError>(())
        })?;
    }
    if with(context, |world| Ok::<_, LangError>(world.lab.events().is_empty()))? {
        return with(context, |world| in_parallel(world, n, duration, own));
    }
    events::one_after_another(context, n, duration, own)
}

fn in_parallel(
    world: &mut World,
    n: u64,
    duration: Time,
    own: &Own,
) -> Result<Ensemble, LangError> {
    world.lab.idle()?;
    let cell = world.lab.hypervisor();
    let columns = if own.quantities.is_empty() {
        None
    } else {
        // A name that is none is told before anything runs.
        Some(Trace::new(cell.present()?).full_names(&own.quantities)?)
    };
    let own = own.repetition(columns);
    let (mut runs, held) = bioxen_lab::ensemble(cell, n, duration, &own, &world.stop())?;
    let list = held.list();
    for run in &mut runs {
        run.notes = held::notes(&list);
    }
    world.tell_held(&held);
    Ok(Ensemble::new(runs, held::notes(&list), world.interrupt.clone()))
}
