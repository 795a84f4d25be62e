//! What rows gave, as columns.

use std::collections::HashMap;

use bioxen_table::units::factor;
use bioxen_table::{Column, Table, Value, Values};

use crate::error::BatchError;
use crate::lock::Lock;
use crate::model::Cell;
use crate::shard::Done;
use crate::writing::{Parameters, wholes};

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
                    self.columns.push(Given { name: name.clone(), unit: None, cells: Vec::new() });
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
                    return Err(BatchError::Kinds {
                        name: name.clone(),
                        one: told(first, *before),
                        other: told(unit, row),
                    });
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

    /// The columns, with a cell for each row.
    pub(super) fn columns(&mut self) -> Result<Vec<Column>, BatchError> {
        let rows = self.rows as usize;
        let column = |mut given: Given| {
            given.cells.resize(rows, Value::Missing);
            let unit = given.unit.and_then(|(unit, _)| unit);
            Ok(Column::from_cells(&given.name, &given.cells)?.with_unit(unit.as_deref()))
        };
        std::mem::take(&mut self.columns).into_iter().map(column).collect()
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
        wholes("seed", all.map(|number| lock.row(number).seed)),
    ];
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
