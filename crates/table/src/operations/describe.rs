//! A table about a table.

use crate::column::Column;
use crate::error::TableError;
use crate::statistics as stat;
use crate::table::Table;
use crate::value::Value;

impl Table {
    /// A row for each column: its name, unit and kind, how many cells are there and how many are missing,
    /// and of numbers the mean, the standard deviation, the extremes and the quartiles.
    pub fn describe(&self) -> Result<Self, TableError> {
        let of = |cell: &dyn Fn(&Column) -> Value| -> Vec<Value> {
            self.columns().iter().map(cell).collect()
        };
        let missing = |c: &Column| (0..c.len()).filter(|row| c.values().is_missing(*row)).count();
        let number = |function: &dyn Fn(&[f64]) -> f64| {
            of(&|c| c.values().numbers().map(|numbers| function(&numbers)).into())
        };
        let texts = |cells: Vec<Value>| -> crate::column::Values {
            let texts: Vec<Option<std::sync::Arc<str>>> =
                cells.iter().map(|c| c.text().map(Into::into)).collect();
            texts.into()
        };
        let numbers = |name: &str, function: &dyn Fn(&[f64]) -> f64| {
            let cells: Vec<f64> =
                number(function).iter().map(|c| c.number().unwrap_or(f64::NAN)).collect();
            Column::new(name, cells)
        };
        let counts = |function: &dyn Fn(&Column) -> usize| -> Vec<i64> {
            self.columns().iter().map(|c| function(c) as i64).collect()
        };
        Self::new(vec![
            Column::new("column", texts(of(&|c| c.name().into()))),
            Column::new("unit", texts(of(&|c| c.unit().into()))),
            Column::new("kind", texts(of(&|c| c.kind().word().into()))),
            Column::new("count", counts(&|c| c.len() - missing(c))),
            Column::new("missing", counts(&missing)),
            numbers("mean", &stat::mean),
            numbers("sd", &stat::sd),
            numbers("min", &stat::min),
            numbers("q25", &|v| stat::quantile(v, 0.25)),
            numbers("median", &stat::median),
            numbers("q75", &|v| stat::quantile(v, 0.75)),
            numbers("max", &stat::max),
        ])
    }
}
