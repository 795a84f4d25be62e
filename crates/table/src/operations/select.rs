//! Choosing columns and rows.

use crate::column::Column;
use crate::error::TableError;
use crate::keys::Groups;
use crate::table::{Row, Table};

impl Table {
    /// These columns only, in this order.
    pub fn select(&self, names: &[&str]) -> Result<Self, TableError> {
        let columns = self.all(names)?.into_iter().cloned().collect();
        Self::checked(columns, self.rows(), self.meta().clone())
    }

    /// All columns but these.
    pub fn drop(&self, names: &[&str]) -> Result<Self, TableError> {
        self.all(names)?;
        let columns =
            self.columns().iter().filter(|c| !names.contains(&c.name())).cloned().collect();
        Ok(Self::of(columns, self.rows(), self.meta().clone()))
    }

    /// The same columns with other names: pairs of the old and the new name.
    pub fn rename(&self, names: &[(&str, &str)]) -> Result<Self, TableError> {
        let mut columns = self.columns().to_vec();
        for (old, new) in names {
            let at = self.at(old)?;
            columns[at] = columns[at].clone().named(new);
        }
        Self::checked(columns, self.rows(), self.meta().clone())
    }

    /// With a new column, or another in the place of that of the same name.
    pub fn with(&self, column: Column) -> Result<Self, TableError> {
        let is_alone = self.names().all(|name| name == column.name());
        let rows = if is_alone { column.len() } else { self.rows() };
        let mut columns = self.columns().to_vec();
        match self.names().position(|name| name == column.name()) {
            Some(at) => columns[at] = column,
            None => columns.push(column),
        }
        Self::checked(columns, rows, self.meta().clone())
    }

    /// A column in another unit; see [`Column::converted`].
    pub fn converted(&self, column: &str, unit: &str) -> Result<Self, TableError> {
        self.with(self.column(column)?.converted(unit)?)
    }

    /// The rows of which something is true.
    pub fn filter(&self, mut is_kept: impl FnMut(Row<'_>) -> bool) -> Self {
        let rows: Vec<usize> = (0..self.rows()).filter(|at| is_kept(self.row(*at))).collect();
        self.taken(&rows)
    }

    /// The rows at which a mask is true.
    pub fn masked(&self, mask: &[bool]) -> Result<Self, TableError> {
        if mask.len() != self.rows() {
            return Err(TableError::Entries {
                what: "the mask",
                has: mask.len(),
                rows: self.rows(),
            });
        }
        let rows: Vec<usize> = (0..self.rows()).filter(|at| mask[*at]).collect();
        Ok(self.taken(&rows))
    }

    /// The first rows, at most so many.
    pub fn head(&self, rows: usize) -> Self {
        self.taken(&(0..rows.min(self.rows())).collect::<Vec<_>>())
    }

    /// The last rows, at most so many.
    pub fn tail(&self, rows: usize) -> Self {
        self.taken(&(self.rows() - rows.min(self.rows())..self.rows()).collect::<Vec<_>>())
    }

    /// The first of all rows that say the same in these columns; in all, if none is named.
    pub fn unique(&self, names: &[&str]) -> Result<Self, TableError> {
        let columns =
            if names.is_empty() { self.columns().iter().collect() } else { self.all(names)? };
        Ok(self.taken(&Groups::new(&columns, self.rows()).first))
    }
}
