//! Tables below each other.

use crate::column::{Column, Values};
use crate::error::TableError;
use crate::table::Table;
use crate::value::{Kind, Value};

impl Table {
    /// The rows of all tables, one table below the other. Columns go together by their names, in the order
    /// in which they are first seen; what a table does not have is missing in its rows. Units must be
    /// equal, or unsaid. What is known of the first table stays.
    pub fn concat(tables: &[Self]) -> Result<Self, TableError> {
        let mut names: Vec<&str> = Vec::new();
        for table in tables {
            names.extend(table.names().filter(|n| !names.contains(n)).collect::<Vec<_>>());
        }
        let rows = tables.iter().map(Self::rows).sum();
        let columns: Result<Vec<Column>, TableError> =
            names.into_iter().map(|name| below(name, tables)).collect();
        let meta = tables.first().map(|t| t.meta().clone()).unwrap_or_default();
        Self::checked(columns?, rows, meta)
    }
}

fn below(name: &str, tables: &[Table]) -> Result<Column, TableError> {
    let mut model: Option<Column> = None;
    let mut kind: Option<Kind> = None;
    let mut row = 0;
    for table in tables {
        if let Ok(column) = table.column(name) {
            let unit = match &model {
                Some(known) => known.same_unit(column, "putting columns below each other")?,
                None => column.unit().map(str::to_owned),
            };
            model = Some(column.clone().with_unit(unit.as_deref()));
            // A column that has nothing goes with any.
            if !all_missing(column.values()) {
                kind = Some(column.kind().joining(kind, name, row)?);
            }
        }
        row += table.rows();
    }
    let model = model.unwrap_or_else(|| Column::new(name, Vec::<f64>::new()));
    let kind = kind.unwrap_or_else(|| model.kind());
    let mut cells: Vec<Value> = Vec::with_capacity(row);
    for table in tables {
        match table.column(name) {
            Ok(column) => cells.extend(column.values().iter()),
            Err(_) => cells.extend(std::iter::repeat_n(Value::Missing, table.rows())),
        }
    }
    Ok(model.with_values(Values::of_kind(name, kind, &cells)?))
}

fn all_missing(values: &Values) -> bool {
    (0..values.len()).all(|row| values.is_missing(row))
}
