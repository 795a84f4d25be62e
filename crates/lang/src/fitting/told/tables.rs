//! The tables of a fit: its parameters, and its data.

use super::super::sets::Set;
use super::{Telling, unit_of};
use crate::{LangError, Table};
use bioxen_table::Column;

impl Telling<'_> {
    /// A row for each parameter, and each size of the noise that was estimated.
    pub(super) fn table(&self) -> Result<Table, LangError> {
        let fit = self.fit();
        let names: Vec<String> = fit.space.names().iter().map(|&name| name.to_owned()).collect();
        let finite = |x: f64| if x.is_finite() { x } else { f64::NAN };
        let ends = self.intervals()?;
        let units: Vec<String> =
            (0..names.len()).map(|i| unit_of(self.model, i).to_owned()).collect();
        let numbers = |all: Vec<f64>| all.into_iter().map(finite).collect::<Vec<f64>>();
        let columns = vec![
            Column::new("parameter", names),
            Column::new("value", fit.values.clone()),
            Column::new("error", numbers(fit.errors.standard.clone())),
            Column::new("low", numbers(ends.iter().map(|e| e.0).collect())),
            Column::new("high", numbers(ends.iter().map(|e| e.1).collect())),
            Column::new("unit", units),
            Column::new("verdict", self.verdicts()),
        ];
        Ok(Table::new(columns)?)
    }

    /// A row for each value that was measured.
    pub(super) fn data(&self, deviations: &[f64]) -> Result<Table, LangError> {
        let sets = self.model.sets;
        let mut columns = Vec::new();
        if sets.are_named() {
            let names = sets.all.iter().flat_map(|s| vec![s.label().to_owned(); s.values.len()]);
            columns.push(Column::new("set", names.collect::<Vec<String>>()));
        }
        let places = sets.all.iter().flat_map(|set| set.places.iter().map(|p| *p as i64));
        columns.push(Column::new("index", places.collect::<Vec<i64>>()));
        if let Some(x) = sets.all.iter().find_map(|set| set.x.as_ref()) {
            let at = |set: &Set| -> Vec<f64> {
                let x = set.x.as_ref().map_or(&[][..], |x| &x.values);
                set.places.iter().map(|p| x.get(*p).copied().unwrap_or(f64::NAN)).collect()
            };
            let values: Vec<f64> = sets.all.iter().flat_map(at).collect();
            columns.push(Column::new("x", values).in_unit(x.unit.symbol()));
        }
        let one_unit = sets.have_one_unit();
        let unit = if one_unit { sets.all[0].unit.symbol() } else { "" };
        let measured = &self.model.measured;
        let residuals: Vec<f64> = self.predicted.iter().zip(measured).map(|(p, m)| p - m).collect();
        for (name, values) in [
            ("measured", measured.clone()),
            ("predicted", self.predicted.clone()),
            ("residual", residuals),
            ("sigma", deviations.to_vec()),
        ] {
            columns.push(Column::new(name, values).in_unit(unit));
        }
        if !one_unit {
            let units =
                sets.all.iter().flat_map(|s| vec![s.unit.symbol().to_owned(); s.values.len()]);
            columns.push(Column::new("unit", units.collect::<Vec<String>>()));
        }
        Ok(Table::new(columns)?)
    }
}
