//! Tables in groups.

use std::fmt;

use bioxen_table::Table;

/// A table whose rows are in groups: those that have the same values in some columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouped {
    /// The table.
    pub table: Table,
    /// The columns whose values make the groups.
    pub keys: Vec<String>,
    /// How many groups there are.
    pub count: usize,
}

impl Grouped {
    /// The names of the keys, as the table wants them.
    pub fn key_names(&self) -> Vec<&str> {
        self.keys.iter().map(String::as_str).collect()
    }
}

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = crate::text::counted(self.table.rows(), "row");
        let groups = crate::text::counted(self.count, "group");
        write!(f, "{rows} in {groups} by {}", self.keys.join(", "))
    }
}
