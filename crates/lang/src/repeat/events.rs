//! Repetitions in which events happen.
//!
//! What events call belongs to the one script, so these repetitions are made one after another, each
//! from the same cells and the same events.

use std::collections::BTreeSet;

use rhai::NativeCallContext;

use super::{MOST_VALUES, Repetition, affordable};
use crate::chassis::Kept;
use crate::running::{self, Part};
use crate::value::{Ensemble, Trace};
use crate::world::with;
use crate::{LangError, Output, RhaiResultOf, held};
use bioxen_base::units::Time;
use bioxen_cell::hypervisor::{Held, HypervisorError};
use bioxen_engine::{Column, Trajectory};

pub(super) fn one_after_another(
    context: &NativeCallContext,
    n: u64,
    duration: Time,
    own: &Repetition,
) -> RhaiResultOf<Ensemble> {
    let kept = with(context, |world| {
        if world.running {
            return Err(LangError::NestedRun);
        }
        let columns = world.present()?.columns.len();
        affordable(&own.prepare(&world.hypervisor)?, n, duration, columns.min(1))?;
        Ok(world.keep())
    })?;
    let outcome = all(context, n, duration, own, &kept);
    let stop = with(context, |world| {
        world.put_back(kept);
        world.show(Output::RunEnded);
        Ok::<_, LangError>(world.stop.clone())
    })?;
    let (runs, held) = outcome?;
    let held = held.list();
    with(context, |world| {
        held::remarks(&held).into_iter().for_each(|r| world.show(Output::Remark(r)));
        Ok::<_, LangError>(())
    })?;
    Ok(Ensemble::new(alike(runs), held::notes(&held), stop))
}

fn all(
    context: &NativeCallContext,
    n: u64,
    duration: Time,
    own: &Repetition,
    kept: &Kept,
) -> RhaiResultOf<(Vec<Trajectory>, Held)> {
    let (mut runs, mut held) = (Vec::new(), Held::default());
    let mut values = 0_u64;
    let mut found = BTreeSet::new();
    for number in 0..n {
        with(context, |world| {
            world.put_back(kept.clone());
            world.hypervisor = own.prepare(&world.hypervisor)?;
            if number > 0 {
                world.hypervisor.set_replicate(number);
            }
            Ok::<_, LangError>(())
        })?;
        let (run, own_held) = running::repetition(context, duration, Part { number, of: n })?;
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
    Ok(std::rc::Rc::unwrap_or_clone(selected.0))
}

/// Runs with the same quantities: where an event did not bring one, there are no molecules of it, or
/// it is not known.
fn alike(mut runs: Vec<Trajectory>) -> Vec<Trajectory> {
    let mut all: Vec<Column> = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for column in runs.iter().flat_map(|run| &run.columns) {
        if known.insert(column.name.clone()) {
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
        let mut old = std::mem::take(&mut run.columns);
        run.columns = all
            .iter()
            .map(|bare| match old.iter().position(|c| c.name == bare.name) {
                Some(place) => old.swap_remove(place),
                None if bare.unit == "molecules" => bare.with(vec![0.0; rows]),
                None => bare.with(vec![f64::NAN; rows]),
            })
            .collect();
    }
    runs
}
