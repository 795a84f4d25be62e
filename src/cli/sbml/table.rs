//! The table of results.

use std::io::{self, Write};

use bioxen::engine::Trajectory;
use bioxen::engine::simulate::Statistics;
use bioxen::network::QuantityId;
use bioxen::network::sbml::{Model, SymbolKind};

/// Named columns.
#[derive(Debug)]
pub(super) struct Table {
    times: Vec<f64>,
    columns: Vec<(String, Vec<f64>)>,
}

/// The quantities worth a column: the species, and what else may change.
pub(super) fn quantities(model: &Model) -> Vec<QuantityId> {
    let fixed = model.network.fixed();
    let changes = |q: &QuantityId| fixed.get(q.index()) == Some(&false);
    let of = |symbol: &bioxen::network::sbml::Symbol| match symbol.kind {
        SymbolKind::Species { amount, .. } => Some(amount),
        SymbolKind::Compartment(q) | SymbolKind::Parameter(q) | SymbolKind::SpeciesReference(q) => {
            Some(q).filter(changes)
        }
        _ => None,
    };
    model.symbols.iter().filter_map(of).collect()
}

fn names(model: &Model, quantities: &[QuantityId]) -> Vec<String> {
    let name = |q: &QuantityId| model.network.quantities.get(q.index()).map(|q| q.name.clone());
    quantities.iter().map(|q| name(q).unwrap_or_default()).collect()
}

impl Table {
    /// An empty table for one run.
    pub(super) fn new(model: &Model, quantities: &[QuantityId], grid: &[f64]) -> Self {
        let names = names(model, quantities).into_iter();
        let columns = names.map(|name| (name, Vec::with_capacity(grid.len()))).collect();
        Table { times: grid.to_vec(), columns }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, quantities: &[QuantityId], values: &[f64]) {
        for ((_, column), q) in self.columns.iter_mut().zip(quantities) {
            column.push(values.get(q.index()).copied().unwrap_or(f64::NAN));
        }
    }

    /// The means and standard deviations of many runs.
    pub(super) fn of_means(
        model: &Model,
        quantities: &[QuantityId],
        grid: &[f64],
        sums: &Statistics,
    ) -> Self {
        let names = names(model, quantities);
        let column = |kind: &str, value: &dyn Fn(usize, usize) -> Option<f64>| {
            let columns = names.iter().zip(quantities).map(|(name, q)| {
                let values = |row| value(row, q.index()).unwrap_or(f64::NAN);
                (format!("{name}-{kind}"), (0..grid.len()).map(values).collect())
            });
            columns.collect::<Vec<(String, Vec<f64>)>>()
        };
        let mut columns = column("mean", &|row, q| sums.mean(row, q));
        columns.extend(column("sd", &|row, q| sums.sd(row, q)));
        Table { times: grid.to_vec(), columns }
    }

    /// What was recorded of a deterministic run.
    pub(super) fn of_trajectory(
        model: &Model,
        quantities: &[QuantityId],
        mut trajectory: Trajectory,
    ) -> Self {
        let mut take = |q: &QuantityId| {
            let column = trajectory.columns.get_mut(q.index());
            column.map(|column| std::mem::take(&mut column.values)).unwrap_or_default()
        };
        let columns =
            names(model, quantities).into_iter().zip(quantities.iter().map(&mut take)).collect();
        Table { times: trajectory.times, columns }
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
