//! The table of results.

use std::io::{self, Write};

use bioxen::engine::Trajectory;
use bioxen::engine::simulate::Statistics;

use super::columns::Columns;

/// Named columns.
#[derive(Debug)]
pub(super) struct Table {
    times: Vec<f64>,
    columns: Vec<(String, Vec<f64>)>,
}

impl Table {
    /// An empty table for one run.
    pub(super) fn new(columns: &Columns, grid: &[f64]) -> Self {
        let names = columns.names().iter().cloned();
        let columns = names.map(|name| (name, Vec::with_capacity(grid.len()))).collect();
        Table { times: grid.to_vec(), columns }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, values: &[f64]) {
        for ((_, column), value) in self.columns.iter_mut().zip(values) {
            column.push(*value);
        }
    }

    /// The means and standard deviations of many runs.
    pub(super) fn of_means(columns: &Columns, grid: &[f64], sums: &Statistics) -> Self {
        let names = columns.names();
        let column = |kind: &str, value: &dyn Fn(usize, usize) -> Option<f64>| {
            let columns = names.iter().enumerate().map(|(place, name)| {
                let values = |row| value(row, place).unwrap_or(f64::NAN);
                (format!("{name}-{kind}"), (0..grid.len()).map(values).collect())
            });
            columns.collect::<Vec<(String, Vec<f64>)>>()
        };
        let mut columns = column("mean", &|row, place| sums.mean(row, place));
        columns.extend(column("sd", &|row, place| sums.sd(row, place)));
        Table { times: grid.to_vec(), columns }
    }

    /// What was recorded of a deterministic run: of all quantities, and of the rates of reactions.
    pub(super) fn of_trajectory(
        columns: &Columns,
        quantities: usize,
        trajectory: &Trajectory,
    ) -> Self {
        let mut table = Table::new(columns, &trajectory.times);
        let mut row = vec![f64::NAN; trajectory.columns.len()];
        for at in 0..trajectory.times.len() {
            for (slot, column) in row.iter_mut().zip(&trajectory.columns) {
                *slot = column.values.get(at).copied().unwrap_or(f64::NAN);
            }
            for (place, (_, values)) in table.columns.iter_mut().enumerate() {
                values.push(columns.recorded(place, quantities, &row));
            }
        }
        table
    }

    /// Writes the table as CSV; numbers are as short as they can be without loss.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "time")?;
        self.columns.iter().try_for_each(|(name, _)| write!(out, ",{name}"))?;
        writeln!(out)?;
        for (row, time) in self.times.iter().enumerate() {
            write!(out, "{time}")?;
            let values = self.columns.iter().filter_map(|(_, column)| column.get(row));
            values.into_iter().try_for_each(|value| write!(out, ",{value}"))?;
            writeln!(out)?;
        }
        out.flush()
    }
}
