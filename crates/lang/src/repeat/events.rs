//! Repetitions in which events happen.
//!
//! What events call belongs to the one script, so these repetitions are made one after another, each
//! from the same cells and the same events.

use std::collections::BTreeSet;
use std::sync::Arc;

use rhai::NativeCallContext;

use super::Own;
use crate::running;
use crate::scripted::Scripted;
use crate::value::{Ensemble, Trace};
use crate::world::with;
use crate::{LangError, Output, RhaiResultOf, held};
use bioxen_base::units::Time;
use bioxen_cell::hypervisor::{Held, HypervisorError};
use bioxen_engine::Trajectory;
use bioxen_lab::{MOST_VALUES, Moment, Repeated, affordable, alike};

pub(super) fn one_after_another(
    context: &NativeCallContext,
    n: u64,
    duration: Time,
    own: &Own,
) -> RhaiResultOf<Ensemble> {
    let kept = with(context, |world| {
        world.lab.idle()?;
        let columns = world.present()?.columns.len();
        let prepared = own.repetition(None).prepare(world.lab.hypervisor(), 0)?;
        affordable(&prepared, n, duration, columns.min(1))?;
        Ok::<_, LangError>(world.lab.keep())
    })?;
    let outcome = all(context, n, duration, own, &kept);
    let interrupt = with(context, |world| {
        world.lab.put_back(kept);
        world.show(Output::RunEnded);
        Ok::<_, LangError>(world.interrupt.clone())
    })?;
    let (runs, held) = outcome?;
    with(context, |world| {
        world.tell_held(&held);
        Ok::<_, LangError>(())
    })?;
    Ok(Ensemble::new(alike(runs), held::notes(&held.list()), interrupt))
}

fn all(
    context: &NativeCallContext,
    n: u64,
    duration: Time,
    own: &Own,
    kept: &Moment<Arc<Scripted>>,
) -> RhaiResultOf<(Vec<Trajectory>, Held)> {
    let (mut runs, mut held) = (Vec::new(), Held::default());
    let mut values = 0_u64;
    let mut found = BTreeSet::new();
    for number in 0..n {
        with(context, |world| {
            world.lab.put_back(kept.clone());
            let prepared = own.repetition(None).prepare(world.lab.hypervisor(), number)?;
            *world.lab.hypervisor_mut() = prepared;
            Ok::<_, LangError>(())
        })?;
        let (run, own_held) = running::repetition(context, duration, Repeated { number, of: n })?;
        held.merge(&own_held);
        let run = with(context, |_| {
            let run = if own.quantities.is_empty() {
                run
            } else {
                narrowed(run, &own.quantities, &mut found)?
            };
            values += (run.times.len() * run.columns.len()) as u64;
            if values > MOST_VALUES {
                let (samples, columns) = (n * run.times.len() as u64, run.columns.len());
                return Err(HypervisorError::TooManySamples { samples, columns }.into());
            }
            Ok::<_, LangError>(run)
        })?;
        runs.push(run);
    }
    // What an event has brought into one repetition may not be in another.
    if let Some(name) = own.quantities.iter().find(|name| !found.contains(*name)) {
        let last = Trace::new(runs.pop().unwrap_or_default());
        with(context, |_| last.columns(std::slice::from_ref(name)).map(|_| ()))?;
    }
    Ok((runs, held))
}

/// What is wanted of a run, as far as it has it; notes which names it has.
fn narrowed(
    run: Trajectory,
    wanted: &[String],
    found: &mut BTreeSet<String>,
) -> Result<Trajectory, LangError> {
    let run = Trace::new(run);
    let mut names: Vec<String> = Vec::new();
    for name in wanted {
        match run.full_names(std::slice::from_ref(name)) {
            Ok(new) => {
                found.insert(name.clone());
                let new: Vec<String> = new.into_iter().filter(|n| !names.contains(n)).collect();
                names.extend(new);
            }
            Err(LangError::UnknownColumn { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let selected = run.select(&names)?;
    Ok(Arc::unwrap_or_clone(selected.0))
}
