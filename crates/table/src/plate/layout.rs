//! What is in the wells of a plate.

use std::collections::BTreeMap;

use bioxen_base::nearest::hint;

use super::{Plate, Well};
use crate::column::Column;
use crate::csv::{CsvOptions, CsvRead};
use crate::error::{TableError, shown};
use crate::table::Table;
use crate::value::Value;

/// The column of the wells.
const WELL: &str = "well";

/// What is in the wells: a table with a column `well`. The columns `strain`, `blank` and `include` are known;
/// all others are kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    /// All columns but that of the wells.
    table: Table,
    rows: BTreeMap<Well, usize>,
    /// The line of each row in its file.
    lines: Vec<u64>,
}

impl Layout {
    /// From a file of comma separated values with a column `well`.
    pub fn from_csv(bytes: &[u8]) -> Result<Self, TableError> {
        let CsvRead { table, lines, .. } = Table::from_csv(bytes, &CsvOptions::default())?;
        Self::of(&table, lines)
    }

    /// From a table with a column `well`.
    pub fn from_table(table: &Table) -> Result<Self, TableError> {
        Self::of(table, Vec::new())
    }

    fn of(table: &Table, lines: Vec<u64>) -> Result<Self, TableError> {
        let name = table.names().find(|n| n.eq_ignore_ascii_case(WELL)).map(str::to_owned);
        let name = name.ok_or_else(|| TableError::unknown_column(WELL, table.names()))?;
        let mut rows = BTreeMap::new();
        let line = |row: usize| lines.get(row).copied().unwrap_or_default();
        for (row, cell) in table.column(&name)?.values().iter().enumerate() {
            let Some(well) = cell.text().and_then(Well::parse) else {
                let what = format!("`{}` is no well such as A1 or H12", shown(&cell.to_string()));
                return Err(TableError::read_in(line(row), &name, what));
            };
            if let Some(first) = rows.insert(well, row) {
                let place = match line(first) {
                    0 => format!("in row {}", first + 1),
                    known => format!("in line {known}"),
                };
                let what = format!("well {well} is there already, {place}");
                return Err(TableError::read_in(line(row), &name, what));
            }
        }
        Ok(Self { table: table.drop(&[&name])?, rows, lines })
    }

    /// The names of its columns, without that of the wells.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.table.names()
    }

    /// Its wells.
    pub fn wells(&self) -> impl Iterator<Item = Well> {
        self.rows.keys().copied()
    }

    /// What it says of a well in a column; missing if it says nothing.
    pub fn get(&self, well: Well, column: &str) -> Value {
        self.rows.get(&well).map_or(Value::Missing, |row| self.table.row(*row).get(column))
    }

    /// Whether it has a column of that name.
    pub(super) fn check_column(&self, column: &str) -> Result<(), TableError> {
        self.table.column(column).map(drop)
    }

    /// Whether a well is a blank: its strain is `blank`, or a column `blank` is true.
    pub fn is_blank(&self, well: Well) -> bool {
        is_true(&self.get(well, "blank")) == Some(true)
            || self
                .get(well, "strain")
                .text()
                .is_some_and(|s| s.trim().eq_ignore_ascii_case("blank"))
    }

    /// Whether a well counts: a column `include` does not say that it does not.
    pub fn is_included(&self, well: Well) -> bool {
        is_true(&self.get(well, "include")) != Some(false)
    }

    /// Its columns for these wells, each well so many times.
    pub(super) fn columns(&self, wells: &[Well], times: usize) -> Result<Vec<Column>, TableError> {
        let rows: Vec<Option<usize>> = wells
            .iter()
            .flat_map(|w| std::iter::repeat_n(self.rows.get(w).copied(), times))
            .collect();
        let taken = |c: &Column| Ok(c.with_values(c.values().taken_or_missing(c.name(), &rows)?));
        self.table.columns().iter().map(taken).collect()
    }
}

/// What a cell of a column of yes and no says.
fn is_true(value: &Value) -> Option<bool> {
    match value {
        Value::Truth(truth) => Some(*truth),
        Value::Whole(x) => Some(*x != 0),
        Value::Number(x) => Some(*x != 0.0),
        Value::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "t" | "true" | "y" | "yes" | "1" | "blank" => Some(true),
            "f" | "false" | "n" | "no" | "0" => Some(false),
            _ => None,
        },
        Value::Missing => None,
    }
}

impl Plate {
    /// The same data with what is in their wells. A well of the layout that the data have not is an error
    /// that says its line, and so is a column of the name of a channel; wells that the layout does not name stay without a name.
    pub fn with_layout(&self, layout: &Layout) -> Result<Self, TableError> {
        let names: Vec<String> = self.wells.iter().map(Well::to_string).collect();
        for (well, row) in &layout.rows {
            if self.wells.contains(well) {
                continue;
            }
            let near = self.wells.iter().min_by_key(|w| w.distance(*well)).map(Well::to_string);
            let what = format!(
                "the data have no well `{well}`{}; they have {} wells, {} to {}",
                hint(near.as_deref()),
                names.len(),
                names.first().map_or("", String::as_str),
                names.last().map_or("", String::as_str)
            );
            let line = layout.lines.get(*row).copied().unwrap_or_default();
            return Err(TableError::read_in(line, WELL, what));
        }
        let taken =
            |name: &&str| *name == "time" || self.channels.iter().any(|c| c.name() == *name);
        if let Some(name) = layout.names().find(taken) {
            let what =
                "the layout has a column of the name of a channel or of the times; rename it";
            return Err(TableError::read_in(0, name, what));
        }
        Ok(Self { layout: layout.clone(), ..self.clone() })
    }

    /// The wells of which the layout says nothing.
    pub fn unnamed(&self) -> Vec<Well> {
        self.wells.iter().copied().filter(|w| !self.layout.rows.contains_key(w)).collect()
    }
}
