//! The steady state of the current cell, as a map for scripts.

use rhai::{Array, Dynamic, Map, NativeCallContext};

use super::error::raise;
use super::number::{kind, only};
use super::value::Trace;
use super::world::with;
use super::{LangError, RhaiResultOf, Table};
use bioxen_base::units::{Duration, Time, TimeUnit};
use bioxen_cell::hypervisor::{Search, SteadyState};
use bioxen_engine::Trajectory;
use bioxen_engine::trajectory::Kind;
use bioxen_study::linear::Eigenvalue;
use bioxen_study::newton::Stability;
use bioxen_table::Column;

/// What is left out of steady states, as far as there is any of it.
pub(crate) const EVENTS: &str = "events and conditions that are still to come are left out";

/// What is said of copies of plasmids.
const PLASMIDS: &str =
    "copies of plasmids are those of the mean cell; a run records a cell that grows and divides";

/// The steady state of the current cell.
///
/// # Errors
/// When an option is wrong, there is no steady state, none is found, or the user interrupts.
pub fn steady_state(context: &NativeCallContext, options: &Map) -> RhaiResultOf<Map> {
    let search = search(options).map_err(raise)?;
    let (cell, stop, events) = with(context, |world| {
        let events = !world.lab.events().is_empty();
        Ok::<_, LangError>((world.lab.hypervisor().clone(), world.stop(), events))
    })?;
    let found = cell.steady_state(search, &stop);
    if stop.is_stopped() {
        return Err(raise(LangError::Stopped));
    }
    let plasmids = cell.vms().iter().any(|vm| vm.plasmids().next().is_some());
    told(found.map_err(raise)?, search, (events, plasmids)).map_err(raise)
}

fn search(options: &Map) -> Result<Search, LangError> {
    only("steady_state", options, &["run"])?;
    let Some(value) = options.get("run") else { return Ok(Search::Run) };
    match value.as_bool() {
        Ok(true) => Ok(Search::Run),
        Ok(false) => Ok(Search::Here),
        Err(_) => Err(LangError::WrongType {
            what: "run".to_owned(),
            expected: "true or false",
            got: kind(value),
        }),
    }
}

fn told(
    found: SteadyState,
    search: Search,
    (events, plasmids): (bool, bool),
) -> Result<Map, LangError> {
    let mut told: Array = Vec::new();
    if !found.reached {
        told.push("a run from the present does not come to this state: it goes on changing".into());
    }
    if search == Search::Here && found.stability != Stability::Stable {
        told.push("a run does not stay in this state, since a small disturbance grows".into());
    }
    if events {
        told.push(EVENTS.into());
    }
    if plasmids {
        told.push(PLASMIDS.into());
    }
    let growth = found.values.column("host.growth_rate_per_h").and_then(|c| c.values.first());
    let growth = growth.copied().unwrap_or_default();
    let how = match found.hours {
        0.0 => format!("Newton's method, {} steps", found.steps),
        hours => format!("Newton's method, {} steps, {hours:.0} h ahead", found.steps),
    };
    let slowest = found.eigenvalues.first().map(|s| 1.0 / s.re.abs());
    let map = [
        ("stable", (found.stability == Stability::Stable).into()),
        ("stability", found.stability.to_string().into()),
        ("growth_rate", growth.into()),
        ("doubling_time", hours(std::f64::consts::LN_2 / growth)),
        ("slowest", slowest.map_or(Dynamic::UNIT, hours)),
        ("eigenvalues", eigenvalues(&found.eigenvalues).into()),
        ("genes", Dynamic::from(genes(&found.values)?)),
        // Newton's method alone says nothing of runs.
        ("reached", if search == Search::Here { Dynamic::UNIT } else { found.reached.into() }),
        ("rest", found.rest.into()),
        ("found", how.into()),
        ("told", told.into()),
        ("values", Dynamic::from(Trace::new(found.values))),
    ];
    Ok(map.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

/// A time, or nothing where it is longer than there are.
pub(crate) fn hours(hours: f64) -> Dynamic {
    let time = Time::checked_seconds(hours * 3600.0);
    time.map_or(Dynamic::UNIT, |time| Dynamic::from(Duration::new(time, TimeUnit::Minute)))
}

fn eigenvalues(all: &[Eigenvalue]) -> Array {
    let one = |s: &Eigenvalue| {
        let map: Map = [("re".into(), s.re.into()), ("im".into(), s.im.into())].into();
        map.into()
    };
    all.iter().map(one).collect()
}

/// A row for each gene that a VM has mapped.
fn genes(values: &Trajectory) -> Result<Table, LangError> {
    let (mut vms, mut names) = (Vec::new(), Vec::new());
    let (mut mrna, mut protein) = (Vec::new(), Vec::new());
    for column in &values.columns {
        let value = column.values.first().copied().unwrap_or(f64::NAN);
        match column.kind {
            Kind::Mrna => {
                vms.push(column.subject.vm.as_deref().unwrap_or_default().to_owned());
                names.push(column.subject.of.as_deref().unwrap_or_default().to_owned());
                mrna.push(value);
            }
            Kind::Protein => protein.push(value),
            _ => {}
        }
    }
    let columns = vec![
        Column::new("vm", vms),
        Column::new("gene", names),
        Column::new("mrna", mrna).in_unit("molecules"),
        Column::new("protein", protein).in_unit("molecules"),
    ];
    Ok(Table::new(columns)?)
}
