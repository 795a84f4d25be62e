//! Sorting.

use std::cmp::Ordering;

use crate::column::{Column, Values};
use crate::error::TableError;
use crate::table::Table;

/// Which way a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// The smallest first; `false` before `true`.
    #[default]
    Up,
    /// The greatest first.
    Down,
}

/// A column to sort by, and which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortKey<'a> {
    /// The column.
    pub column: &'a str,
    /// Which way.
    pub direction: Direction,
}

impl<'a> SortKey<'a> {
    /// The smallest first.
    pub const fn up(column: &'a str) -> Self {
        Self { column, direction: Direction::Up }
    }

    /// The greatest first.
    pub const fn down(column: &'a str) -> Self {
        Self { column, direction: Direction::Down }
    }
}

impl Table {
    /// Sorted by the first column, rows that are equal there by the second, and so on. Rows that are equal
    /// in all keep their order. What is missing comes last, whichever the direction. Texts are sorted by
    /// their characters (Unicode code points).
    pub fn sort(&self, keys: &[SortKey<'_>]) -> Result<Self, TableError> {
        let columns: Vec<(&Column, Direction)> = keys
            .iter()
            .map(|key| Ok((self.column(key.column)?, key.direction)))
            .collect::<Result<_, TableError>>()?;
        let mut rows: Vec<usize> = (0..self.rows()).collect();
        rows.sort_by(|a, b| {
            columns
                .iter()
                .map(|(column, direction)| order(column.values(), *direction, *a, *b))
                .find(|o| o.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        Ok(self.taken(&rows))
    }
}

fn order(values: &Values, direction: Direction, a: usize, b: usize) -> Ordering {
    match (values.is_missing(a), values.is_missing(b)) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let order = match values {
        Values::Number(v) => v[a].partial_cmp(&v[b]).unwrap_or(Ordering::Equal),
        Values::Whole(v) => v[a].cmp(&v[b]),
        Values::Text(v) => v[a].cmp(&v[b]),
        Values::Truth(v) => v[a].cmp(&v[b]),
    };
    if direction == Direction::Down { order.reverse() } else { order }
}
