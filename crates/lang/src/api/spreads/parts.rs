//! What the statistics of ensembles share.

use rhai::{Dynamic, Map};

use super::super::results::floats;
use super::super::statistics::one_name;
use crate::error::raise;
use crate::number::names;
use crate::value::{mean, sd};
use crate::{Ensemble, LangError, RhaiResultOf, Table, Trace};
use bioxen_base::units::Time;
use bioxen_engine::{Column, Trajectory};

/// An array for a quantity; for several, which an array or a pattern names, a map of arrays.
pub(super) fn of_each(
    function: &str,
    ensemble: &Ensemble,
    quantity: &Dynamic,
    of: impl Fn(usize) -> Result<Vec<f64>, LangError>,
) -> RhaiResultOf<Dynamic> {
    let wanted = names(&format!("the quantity of {function}"), quantity).map_err(raise)?;
    let places = ensemble.places(&wanted).map_err(raise)?;
    if let (Some(_), [(_, place)]) = (one_name(quantity), places.as_slice()) {
        return of(*place).map(|values| floats(&values).into()).map_err(raise);
    }
    let each = places.into_iter();
    let each = each.map(|(name, place)| Ok((name.into(), floats(&of(place)?).into())));
    let map: Map = each.collect::<Result<_, LangError>>().map_err(raise)?;
    Ok(map.into())
}

/// A statistic over the repetitions, of which it needs some, at each time.
pub(super) fn over(
    function: &'static str,
    needs: usize,
    ensemble: &Ensemble,
    quantity: &Dynamic,
    statistic: impl Fn(&[f64]) -> f64,
) -> RhaiResultOf<Dynamic> {
    let has = ensemble.runs.len();
    if has < needs {
        return Err(raise(LangError::TooFew { function, needs, has }));
    }
    of_each(function, ensemble, quantity, |place| ensemble.at_place(place, &statistic))
}

/// A number of each repetition.
pub(super) fn per_run(
    function: &str,
    ensemble: &Ensemble,
    quantity: &Dynamic,
    of: impl Fn(&Trace, &Column) -> Result<f64, LangError>,
) -> RhaiResultOf<Dynamic> {
    of_each(function, ensemble, quantity, |place| {
        let each = ensemble.runs.iter().map(|run| {
            let columns = vec![run.columns[place].clone()];
            let (time_unit, times) = (run.time_unit.clone(), run.times.clone());
            let one = Trace::new(Trajectory { time_unit, times, columns, notes: Vec::new() });
            of(&one, &one.0.columns[0])
        });
        each.collect()
    })
}

/// Mean and standard deviation of some quantities as a table.
pub(super) fn tabled(
    ensemble: &Ensemble,
    quantities: &Dynamic,
    every: Option<Time>,
) -> RhaiResultOf<Table> {
    let has = ensemble.runs.len();
    if has < 2 {
        return Err(raise(LangError::TooFew { function: "table", needs: 2, has }));
    }
    let wanted = names("the quantities of table", quantities).map_err(raise)?;
    let first = &ensemble.runs[0];
    let mut columns = Vec::new();
    for (name, place) in ensemble.places(&wanted).map_err(raise)? {
        let unit = &first.columns[place].unit;
        let statistics = [("mean", 0), ("sd", 1)];
        for (statistic, which) in statistics {
            let of = if which == 0 { mean } else { sd };
            let values = ensemble.at_place(place, of).map_err(raise)?;
            columns.push(Column {
                name: format!("{name} {statistic}"),
                unit: unit.clone(),
                values,
                ..Column::default()
            });
        }
    }
    let wanted: Vec<String> = columns.iter().map(|c| c.name.clone()).collect();
    let (time_unit, times) = (first.time_unit.clone(), first.times.clone());
    let course = Trace::new(Trajectory { time_unit, times, columns, notes: Vec::new() });
    course.table(&wanted, every).map_err(raise)
}
