//! Traces that are kept whole, as one table.

use std::collections::HashMap;

use bioxen_table::{Column, Table, Values};

use crate::error::BatchError;
use crate::lock::Lock;
use crate::shard;
use crate::writing::{TIME, wholes};

/// The traces so far.
#[derive(Default)]
pub(super) struct Kept {
    points: Vec<u64>,
    times: Vec<f64>,
    places: HashMap<String, usize>,
    columns: Vec<(String, Option<String>, Vec<f64>)>,
    rows: Vec<u64>,
}

impl Kept {
    pub(super) fn take(&mut self, kept: shard::Kept) {
        let before = self.times.len();
        self.points.extend(std::iter::repeat_n(kept.row, kept.times.len()));
        self.rows.push(kept.row);
        for (name, unit, numbers) in kept.columns {
            let at = *self.places.entry(name.clone()).or_insert_with(|| {
                self.columns.push((name, unit, Vec::new()));
                self.columns.len() - 1
            });
            let cells = &mut self.columns[at].2;
            cells.resize(before, f64::NAN);
            cells.extend(numbers);
        }
        self.times.extend(kept.times);
    }

    /// A line for each point, replicate and time; nothing if no trace was kept.
    pub(super) fn table(self, lock: &Lock) -> Result<Option<Table>, BatchError> {
        if self.rows.is_empty() {
            return Ok(None);
        }
        let rows = self.times.len();
        let of = |f: fn(crate::lock::Row) -> u64| self.points.iter().map(move |n| f(lock.row(*n)));
        let mut columns = vec![
            wholes("point", of(|row| row.point)),
            wholes("replicate", of(|row| row.replicate)),
            Column::new(TIME, Values::Number(self.times.clone().into())).in_unit("min"),
        ];
        for (name, unit, mut numbers) in self.columns {
            numbers.resize(rows, f64::NAN);
            let column = Column::new(&name, Values::Number(numbers.into()));
            columns.push(column.with_unit(unit.as_deref()));
        }
        Ok(Some(Table::new(columns)?))
    }
}
