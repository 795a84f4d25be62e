//! What rows gave, as columns.

use std::collections::HashMap;

use bioxen_table::units::factor;
use bioxen_table::{Column, Kind, Table, TableError, Value, Values};

use crate::error::BatchError;
use crate::lock::{Lock, SENT};
use crate::model::Cell;
use crate::shard::Done;
use crate::writing::{Parameters, taken, wholes};

/// The outputs of all rows so far.
#[derive(Default)]
pub(super) struct Outputs {
    rows: u64,
    places: HashMap<String, usize>,
    /// In the order in which they were first seen.
    columns: Vec<Given>,
}

struct Given {
    name: String,
    /// The first unit, and the row that has it.
    unit: Option<(Option<String>, u64)>,
    cells: Vec<Value>,
    /// What is wrong with it.
    wrong: Option<BatchError>,
}

impl Outputs {
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Takes the next row.
    pub(super) fn take(
        &mut self,
        names: &[(String, Option<String>)],
        done: Done,
    ) -> Result<(), BatchError> {
        let row = self.rows;
        for (place, mut cell) in done.cells {
            let Some((name, unit)) = names.get(place as usize) else { continue };
            let at = match self.places.get(name) {
                Some(at) => *at,
                None => {
                    let cells = Vec::new();
                    self.columns.push(Given { name: name.clone(), unit: None, cells, wrong: None });
                    self.places.insert(name.clone(), self.columns.len() - 1);
                    self.columns.len() - 1
                }
            };
            let column = &mut self.columns[at];
            match &column.unit {
                // What is missing has no unit.
                _ if cell.is_none() => {}
                None => column.unit = Some((unit.clone(), row)),
                Some((first, _)) if first == unit => {}
                // Another unit of the same quantity is converted.
                Some((Some(first), _))
                    if unit.is_some() && convert(name, unit, first, &mut cell).is_some() => {}
                Some((first, before)) => {
                    let told = |unit: &Option<String>, row: u64| match unit {
                        Some(unit) => format!("in {unit} at row {row}"),
                        None => format!("without a unit at row {row}"),
                    };
                    column.wrong.get_or_insert_with(|| BatchError::Kinds {
                        name: name.clone(),
                        one: told(first, *before),
                        other: told(unit, row),
                    });
                    // Its unit must not get lost.
                    if let Some(Cell::Number(number)) = cell {
                        let unit = unit.as_deref().unwrap_or_default();
                        cell = Some(Cell::Text(format!("{number:?} {unit}").trim_end().to_owned()));
                    }
                }
            }
            column.cells.resize(row as usize, Value::Missing);
            column.cells.push(match cell {
                None => Value::Missing,
                Some(Cell::Truth(truth)) => Value::Truth(truth),
                Some(Cell::Whole(whole)) => Value::Whole(whole),
                Some(Cell::Number(number)) => Value::Number(number),
                Some(Cell::Text(text)) => Value::Text(text.into()),
            });
        }
        self.rows = row + 1;
        Ok(())
    }

    /// The columns, with a cell for each row. What cannot be one column is one of texts, and a problem.
    pub(super) fn columns(
        &mut self,
        lock: &Lock,
        problems: &mut Vec<BatchError>,
    ) -> Result<Vec<Column>, BatchError> {
        let rows = self.rows as usize;
        let mut columns = Vec::with_capacity(self.columns.len());
        for given in std::mem::take(&mut self.columns) {
            let Given { mut name, unit, mut cells, mut wrong } = given;
            cells.resize(rows, Value::Missing);
            let unit = unit.and_then(|(unit, _)| unit);
            if let Some(error) = taken(lock, &name) {
                name = format!("output.{name}");
                wrong = wrong.or(Some(error));
            }
            let column = match Column::from_cells(&name, &cells) {
                Ok(column) => column.with_unit(unit.as_deref()),
                Err(error) => {
                    wrong.get_or_insert_with(|| mixed(&name, &cells, error));
                    let texts: Vec<Value> =
                        cells.iter().map(|cell| as_text(cell, unit.as_deref())).collect();
                    Column::from_cells(&name, &texts)?
                }
            };
            columns.push(column);
            problems.extend(wrong);
        }
        Ok(columns)
    }
}

/// Why cells are not of one kind, with the rows.
fn mixed(name: &str, cells: &[Value], error: TableError) -> BatchError {
    let kinds = || cells.iter().enumerate().filter_map(|(row, cell)| Some((row, cell.kind()?)));
    let told = |(row, kind): (usize, Kind)| {
        let kind = match kind {
            Kind::Number => "a number",
            Kind::Whole => "a whole number",
            Kind::Text => "a text",
            Kind::Truth => "a truth value",
        };
        format!("{kind} at row {row}")
    };
    let is_text = |kind: Kind| matches!(kind, Kind::Text | Kind::Truth);
    let first = kinds().next();
    let other = first.and_then(|(_, one)| {
        kinds().find(|(_, kind)| *kind != one && (is_text(*kind) || is_text(one)))
    });
    match (first, other) {
        (Some(first), Some(other)) => {
            BatchError::Kinds { name: name.to_owned(), one: told(first), other: told(other) }
        }
        _ => BatchError::Table(error),
    }
}

fn as_text(cell: &Value, unit: Option<&str>) -> Value {
    match (cell, unit) {
        (Value::Missing | Value::Text(_), _) => cell.clone(),
        (cell, Some(unit)) => Value::Text(format!("{cell} {unit}").into()),
        (cell, None) => Value::Text(cell.to_string().into()),
    }
}

/// Changes a number from one unit into another, if it can be.
fn convert(name: &str, from: &Option<String>, to: &str, cell: &mut Option<Cell>) -> Option<()> {
    let factor = factor(name, from.as_deref(), to).ok()?;
    match cell {
        Some(Cell::Number(number)) => *number = factor.of(*number),
        _ => return None,
    }
    Some(())
}

/// A line for each row.
pub(super) fn table(
    lock: &Lock,
    parameters: &Parameters,
    outputs: Vec<Column>,
    failed: &[(u64, String)],
) -> Result<Table, BatchError> {
    let all = 0..lock.rows;
    let points: Vec<u64> = all.clone().map(|number| lock.row(number).point).collect();
    let mut columns = vec![
        wholes("point", points.iter().copied()),
        wholes("replicate", all.clone().map(|number| lock.row(number).replicate)),
    ];
    if lock.script != SENT {
        columns.push(wholes("seed", all.map(|number| lock.row(number).seed)));
    }
    columns.extend(parameters.at(&points));
    columns.extend(outputs);
    let mut errors: Vec<Option<std::sync::Arc<str>>> = vec![None; lock.rows as usize];
    for (row, why) in failed {
        if let Some(place) = errors.get_mut(*row as usize) {
            *place = Some(why.as_str().into());
        }
    }
    columns.push(Column::new("error", Values::Text(errors.into())));
    Ok(Table::new(columns)?)
}
