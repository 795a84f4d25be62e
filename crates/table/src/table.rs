//! Tables: columns of one length.

use std::sync::Arc;

use bioxen_base::nearest::nearest;

use crate::column::Column;
use crate::error::TableError;
use crate::meta::Meta;
use crate::value::Value;

#[cfg(test)]
mod tests;

/// Columns of one length, with unique names. A copy costs nothing, and nothing changes a table: every
/// operation makes another, which shares the columns that stay.
///
/// # Examples
/// ```
/// use bioxen_table::{Column, Table};
/// let table = Table::new(vec![
///     Column::new("time", vec![0.0, 1.0, 2.0]).in_unit("h"),
///     Column::new("strain", vec!["a", "b", "a"]),
/// ])?;
/// assert_eq!((table.rows(), table.columns().len()), (3, 2));
/// assert_eq!(table.column("tme").unwrap_err().to_string(),
///     "unknown column `tme` (did you mean `time`?); valid: time, strain");
/// # Ok::<(), bioxen_table::TableError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    inner: Arc<Inner>,
}

#[derive(Debug, PartialEq)]
struct Inner {
    columns: Vec<Column>,
    rows: usize,
    meta: Meta,
}

impl Default for Table {
    fn default() -> Self {
        Self::of(Vec::new(), 0, Meta::default())
    }
}

impl Table {
    /// From columns, which have one length and unique names.
    pub fn new(columns: Vec<Column>) -> Result<Self, TableError> {
        let rows = columns.first().map_or(0, Column::len);
        Self::checked(columns, rows, Meta::default())
    }

    pub(crate) fn checked(
        columns: Vec<Column>,
        rows: usize,
        meta: Meta,
    ) -> Result<Self, TableError> {
        let mut names = std::collections::HashSet::new();
        for (at, column) in columns.iter().enumerate() {
            if column.name().is_empty() {
                return Err(TableError::NoName { number: at + 1 });
            }
            if !names.insert(column.name()) {
                return Err(TableError::Duplicate { name: column.name().to_owned() });
            }
            if column.len() != rows {
                return Err(TableError::Lengths {
                    column: column.name().to_owned(),
                    has: column.len(),
                    first: columns.first().map_or("", |c| c.name()).to_owned(),
                    expected: rows,
                });
            }
        }
        Ok(Self::of(columns, rows, meta))
    }

    /// Of columns that are known to fit.
    pub(crate) fn of(columns: Vec<Column>, rows: usize, meta: Meta) -> Self {
        Self { inner: Arc::new(Inner { columns, rows, meta }) }
    }

    /// From rows of names and cells. The columns are all names there are, in the order in which they are
    /// first seen; what a row does not say is missing in it.
    ///
    /// # Examples
    /// ```
    /// use bioxen_table::{Table, Value};
    /// let rows = [vec![("a", Value::from(1.5))], vec![("b", true.into()), ("a", 2_i64.into())]];
    /// let table = Table::from_rows(&rows)?;
    /// assert_eq!(table.names().collect::<Vec<_>>(), ["a", "b"]);
    /// assert_eq!(table.cell(0, "b")?, Value::Missing);
    /// # Ok::<(), bioxen_table::TableError>(())
    /// ```
    pub fn from_rows<K: AsRef<str>>(rows: &[Vec<(K, Value)>]) -> Result<Self, TableError> {
        let mut places = std::collections::HashMap::new();
        let mut columns: Vec<(&str, Vec<Value>)> = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            for (name, value) in row {
                let name = name.as_ref();
                let at = *places.entry(name).or_insert_with(|| {
                    columns.push((name, Vec::new()));
                    columns.len() - 1
                });
                let cells = &mut columns[at].1;
                if cells.len() > number {
                    return Err(TableError::Duplicate { name: name.to_owned() });
                }
                cells.resize(number, Value::Missing);
                cells.push(value.clone());
            }
        }
        let columns: Result<Vec<Column>, TableError> = columns
            .into_iter()
            .map(|(name, mut cells)| {
                cells.resize(rows.len(), Value::Missing);
                Column::from_cells(name, &cells)
            })
            .collect();
        Self::checked(columns?, rows.len(), Meta::default())
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.inner.rows
    }

    /// The columns.
    pub fn columns(&self) -> &[Column] {
        &self.inner.columns
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.inner.columns.iter().map(Column::name)
    }

    /// What is known of it beside its columns.
    pub fn meta(&self) -> &Meta {
        &self.inner.meta
    }

    /// The same table with other knowledge about it.
    pub fn with_meta(&self, meta: Meta) -> Self {
        Self::of(self.inner.columns.clone(), self.rows(), meta)
    }

    /// A column by its name.
    pub fn column(&self, name: &str) -> Result<&Column, TableError> {
        self.at(name).map(|at| &self.inner.columns[at])
    }

    /// Where a column stands, from zero.
    pub(crate) fn at(&self, name: &str) -> Result<usize, TableError> {
        self.names()
            .position(|n| n == name)
            .ok_or_else(|| TableError::unknown_column(name, self.names()))
    }

    /// Several columns by their names.
    pub(crate) fn all(&self, names: &[&str]) -> Result<Vec<&Column>, TableError> {
        names.iter().map(|name| self.column(name)).collect()
    }

    /// Whether there is a column of that name.
    pub fn has(&self, name: &str) -> bool {
        self.names().any(|n| n == name)
    }

    /// The name that is nearest to a wrong one.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.names())
    }

    /// One cell, by its row from zero and its column.
    pub fn cell(&self, row: usize, column: &str) -> Result<Value, TableError> {
        let column = self.column(column)?;
        if row >= self.rows() {
            return Err(TableError::Range {
                what: "a row",
                range: "less than the number of rows (counted from zero)",
                given: row.to_string(),
            });
        }
        Ok(column.values().get(row))
    }

    /// One row, from zero; every cell is missing where there is none.
    pub fn row(&self, at: usize) -> Row<'_> {
        Row { table: self, at }
    }

    /// All rows in turn.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows()).map(|at| self.row(at))
    }

    /// The rows of these numbers, in their order.
    pub(crate) fn taken(&self, rows: &[usize]) -> Self {
        let columns =
            self.columns().iter().map(|c| c.with_values(c.values().taken(rows))).collect();
        Self::of(columns, rows.len(), self.meta().clone())
    }
}

/// One row of a table.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table,
    at: usize,
}

impl<'a> Row<'a> {
    /// Its number, from zero.
    pub fn number(&self) -> usize {
        self.at
    }

    /// The cell of a column; missing if there is no such column.
    pub fn get(&self, column: &str) -> Value {
        self.table.column(column).map_or(Value::Missing, |c| c.values().get(self.at))
    }

    /// The cell of a column, which there must be.
    pub fn cell(&self, column: &str) -> Result<Value, TableError> {
        self.table.cell(self.at, column)
    }

    /// All cells with the names of their columns.
    pub fn cells(&self) -> impl Iterator<Item = (&'a str, Value)> + use<'a> {
        let at = self.at;
        self.table.columns().iter().map(move |c| (c.name(), c.values().get(at)))
    }
}
