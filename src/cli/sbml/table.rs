//! The table of results.

use std::io::{self, Write};

use bioxen::engine::Trajectory;
use bioxen::engine::simulate::Statistics;
use bioxen::network::QuantityId;
use bioxen::network::sbml::{Model, SymbolKind};

/// Named columns, row by row.
#[derive(Debug)]
pub(super) struct Table {
    header: Vec<String>,
    times: Vec<f64>,
    /// All rows after each other, without the time.
    values: Vec<f64>,
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
        let values = Vec::with_capacity(grid.len() * quantities.len());
        Table { header: names(model, quantities), times: grid.to_vec(), values }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, quantities: &[QuantityId], values: &[f64]) {
        let value = |q: &QuantityId| values.get(q.index()).copied().unwrap_or(f64::NAN);
        self.values.extend(quantities.iter().map(value));
    }

    /// The means and standard deviations of many runs.
    pub(super) fn of_means(
        model: &Model,
        quantities: &[QuantityId],
        grid: &[f64],
        sums: &Statistics,
    ) -> Self {
        let names = names(model, quantities);
        let means = names.iter().map(|n| format!("{n}-mean"));
        let header = means.chain(names.iter().map(|n| format!("{n}-sd"))).collect();
        let mut values = Vec::with_capacity(2 * grid.len() * quantities.len());
        for row in 0..grid.len() {
            let mean = |q: &QuantityId| sums.mean(row, q.index()).unwrap_or(f64::NAN);
            let sd = |q: &QuantityId| sums.sd(row, q.index()).unwrap_or(f64::NAN);
            values.extend(quantities.iter().map(mean).chain(quantities.iter().map(sd)));
        }
        Table { header, times: grid.to_vec(), values }
    }

    /// What was recorded of a deterministic run.
    pub(super) fn of_trajectory(
        model: &Model,
        quantities: &[QuantityId],
        trajectory: &Trajectory,
    ) -> Self {
        let columns: Vec<&[f64]> = quantities
            .iter()
            .filter_map(|q| trajectory.columns.get(q.index()))
            .map(|c| c.values.as_slice())
            .collect();
        let rows = 0..trajectory.times.len();
        let values =
            rows.flat_map(|row| columns.iter().filter_map(move |c| c.get(row).copied())).collect();
        let header = names(model, quantities);
        Table { header, times: trajectory.times.clone(), values }
    }

    /// Writes the table as CSV; numbers are as short as they can be without loss.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "time")?;
        self.header.iter().try_for_each(|name| write!(out, ",{name}"))?;
        writeln!(out)?;
        let width = self.header.len();
        for (row, time) in self.times.iter().enumerate() {
            write!(out, "{time}")?;
            let values = self.values.iter().skip(row * width).take(width);
            values.into_iter().try_for_each(|value| write!(out, ",{value}"))?;
            writeln!(out)?;
        }
        out.flush()
    }
}
