//! Columns that all tables of a sweep have, and files of tables.

use std::path::Path;
use std::sync::Arc;

use bioxen_base::durable;
use bioxen_table::units::factor;
use bioxen_table::{Column, Table, Value, Values};

use crate::error::BatchError;
use crate::lock::{Lock, file};
use crate::points::Points;
use crate::setting::Setting;

/// The columns that every table of rows has.
const OWN: [&str; 4] = ["point", "replicate", "seed", "error"];
/// Those of statistics, histograms and traces.
const OTHERS: [&str; 10] =
    ["output", "unit", TIME, "count", "mean", "sd", "min", "max", "lower", "upper"];
/// The time of a sample, which is no parameter of that name.
pub(crate) const TIME: &str = "sample_time";

/// The parameters as columns, with a cell for each point.
pub(crate) struct Parameters {
    columns: Vec<Column>,
}

impl Parameters {
    /// Those whose names are among `texts` are told as they are written.
    pub(crate) fn new(points: &Points, texts: &[String]) -> Result<Self, BatchError> {
        let column = |(place, name): (usize, &String)| {
            let cells: Vec<&Setting> = points.points.iter().filter_map(|p| p.get(place)).collect();
            let as_written = || {
                let texts: Vec<Value> =
                    cells.iter().map(|cell| Value::Text(cell.to_string().into())).collect();
                Column::from_cells(name, &texts).map_err(BatchError::from)
            };
            if texts.contains(name) {
                return as_written();
            }
            let quantities: Option<Vec<(f64, &str)>> =
                cells.iter().map(|cell| cell.known_quantity()).collect();
            // A text with a unit is a quantity if all others are such, too.
            if let Some(all) = quantities
                && let Some((_, unit)) = all.first().copied()
                && let Some(numbers) = in_unit(&all, unit)
            {
                return Ok(Column::new(name, Values::Number(numbers.into())).in_unit(unit));
            }
            let values: Vec<Value> = cells.iter().map(|cell| cell.cell()).collect();
            // Whatever differs in kind is told as it was written.
            Column::from_cells(name, &values).or_else(|_| as_written())
        };
        let columns: Result<Vec<Column>, BatchError> =
            points.names.iter().enumerate().map(column).collect();
        Ok(Self { columns: columns? })
    }

    /// The columns, with a cell for each of some points.
    pub(crate) fn at(&self, points: &[u64]) -> Vec<Column> {
        let at = |column: &Column| {
            let values = match column.values() {
                Values::Number(all) => Values::Number(picked(all, points)),
                Values::Whole(all) => Values::Whole(picked(all, points)),
                Values::Text(all) => Values::Text(picked(all, points)),
                Values::Truth(all) => Values::Truth(picked(all, points)),
            };
            Column::new(column.name(), values).with_unit(column.unit())
        };
        self.columns.iter().map(at).collect()
    }
}

fn picked<T: Clone>(all: &[T], points: &[u64]) -> Arc<[T]> {
    points.iter().filter_map(|point| all.get(*point as usize).cloned()).collect()
}

/// Numbers in one unit, if all have one that can be converted.
fn in_unit(all: &[(f64, &str)], unit: &str) -> Option<Vec<f64>> {
    let one = |(number, other): &(f64, &str)| match *other == unit {
        true => Some(*number),
        false => Some(factor("a parameter", Some(other), unit).ok()?.of(*number)),
    };
    all.iter().map(one).collect()
}

/// A column of whole numbers.
pub(crate) fn wholes(name: &str, numbers: impl IntoIterator<Item = u64>) -> Column {
    let numbers: Arc<[i64]> = numbers.into_iter().map(|n| n as i64).collect();
    Column::new(name, Values::Whole(numbers))
}

/// What an output has the name of that is in the results already.
pub(crate) fn taken(lock: &Lock, name: &str) -> Option<BatchError> {
    let other = if OWN.contains(&name) {
        "a column of the results"
    } else if lock.points.names.iter().any(|known| known == name) {
        "a parameter of the plan"
    } else {
        return None;
    };
    Some(BatchError::Outputs(format!(
        "the output `{name}` has the name of {other}; give it another one"
    )))
}

/// Looks whether outputs have names of their own.
pub(crate) fn check_names<'a>(
    lock: &Lock,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<(), BatchError> {
    names.into_iter().find_map(|name| taken(lock, name)).map_or(Ok(()), Err)
}

/// Looks whether parameters have names that no column of the results has.
pub(crate) fn check_parameters(names: &[String]) -> Result<(), BatchError> {
    match names.iter().find(|name| OWN.contains(&name.as_str()) || OTHERS.contains(&name.as_str()))
    {
        None => Ok(()),
        Some(name) => Err(BatchError::Outputs(format!(
            "the parameter `{name}` has the name of a column of the results; give it another one"
        ))),
    }
}

/// Writes a table.
pub(crate) fn put(path: &Path, table: &Table) -> Result<(), BatchError> {
    let bytes = table.to_parquet()?;
    durable::publish(path, &bytes).map_err(file("cannot write", path))
}
