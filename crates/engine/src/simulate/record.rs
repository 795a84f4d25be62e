//! Columns filled row by row at the times of a grid.

use super::Trajectory;
use crate::Column;

/// A trajectory being recorded.
#[derive(Debug)]
pub(super) struct Recorder<'g> {
    grid: &'g [f64],
    rows: usize,
    columns: Vec<Column>,
    /// Where the values of quantities end, and how many behind them are nobody's business.
    hidden: (usize, usize),
}

impl<'g> Recorder<'g> {
    /// One column for each quantity and one for the rate of each of these reactions. Between them stand
    /// so many values that are not recorded.
    pub(super) fn new(
        quantities: &[String],
        reactions: &[String],
        hidden: usize,
        grid: &'g [f64],
    ) -> Self {
        let hidden = (quantities.len(), hidden);
        let reactions = reactions.iter().map(|name| format!("rate of {name}"));
        let columns = quantities
            .iter()
            .cloned()
            .chain(reactions)
            .map(|name| Column {
                name,
                values: Vec::with_capacity(grid.len()),
                ..Column::default()
            })
            .collect();
        Recorder { grid, rows: 0, columns, hidden }
    }

    /// The next time to record.
    pub(super) fn next(&self) -> Option<f64> {
        self.grid.get(self.rows).copied()
    }

    /// Records all rows up to time `t` with these values.
    pub(super) fn record(&mut self, t: f64, values: &[f64]) {
        while self.next().is_some_and(|at| at <= t) {
            let (end, hidden) = self.hidden;
            let values = values.iter().take(end).chain(values.iter().skip(end + hidden));
            for (column, &value) in self.columns.iter_mut().zip(values) {
                column.values.push(value);
            }
            self.rows += 1;
        }
    }

    /// The trajectory.
    pub(super) fn finish(self) -> Trajectory {
        Trajectory {
            time_unit: String::new(),
            times: self.grid[..self.rows].to_vec(),
            columns: self.columns,
            notes: Vec::new(),
        }
    }
}
