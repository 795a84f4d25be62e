//! Rows that say the same in some columns: the number of their group.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::column::{Column, Values};

/// What a cell is compared by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key<'a> {
    Missing,
    Whole(i64),
    Number(u64),
    Text(&'a str),
    Truth(bool),
}

/// A whole number is the same key whether it is of a column of numbers or of whole numbers.
fn number_key<'a>(x: f64) -> Key<'a> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if x.is_nan() {
        Key::Missing
    } else if x.fract() == 0.0 && x.abs() <= EXACT {
        Key::Whole(x as i64)
    } else {
        Key::Number(x.to_bits())
    }
}

fn key(values: &Values, row: usize) -> Key<'_> {
    match values {
        Values::Number(v) => v.get(row).map_or(Key::Missing, |x| number_key(*x)),
        Values::Whole(v) => v.get(row).map_or(Key::Missing, |x| Key::Whole(*x)),
        Values::Text(v) => v.get(row).and_then(|t| t.as_deref()).map_or(Key::Missing, Key::Text),
        Values::Truth(v) => v.get(row).copied().flatten().map_or(Key::Missing, Key::Truth),
    }
}

/// The groups of rows, numbered from zero in the order in which they are first seen.
#[derive(Debug)]
pub(crate) struct Groups {
    /// The group of each row.
    pub(crate) of: Vec<usize>,
    /// The first row of each group.
    pub(crate) first: Vec<usize>,
}

impl Groups {
    /// Of rows that say the same in all these columns. Without columns all rows are one group.
    pub(crate) fn new(columns: &[&Column], rows: usize) -> Self {
        let parts: Vec<(Vec<&Values>, usize)> =
            vec![(columns.iter().map(|c| c.values()).collect(), rows)];
        Self::across(&parts)
    }

    /// Of the rows of several tables behind each other, each with its columns in the same order.
    pub(crate) fn across(parts: &[(Vec<&Values>, usize)]) -> Self {
        let total = parts.iter().map(|(_, rows)| rows).sum();
        let width = parts.first().map_or(0, |(columns, _)| columns.len());
        let mut of = vec![0_usize; total];
        for column in 0..width {
            let mut keys: HashMap<(usize, Key<'_>), usize> = HashMap::new();
            let mut at = 0;
            for (columns, rows) in parts {
                for row in 0..*rows {
                    let next = keys.len();
                    of[at] = *keys.entry((of[at], key(columns[column], row))).or_insert(next);
                    at += 1;
                }
            }
        }
        Self::renumbered(of)
    }

    fn renumbered(mut of: Vec<usize>) -> Self {
        let mut numbers: HashMap<usize, usize> = HashMap::new();
        let mut first = Vec::new();
        for (row, group) in of.iter_mut().enumerate() {
            let number = match numbers.entry(*group) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    first.push(row);
                    *new.insert(first.len() - 1)
                }
            };
            *group = number;
        }
        Self { of, first }
    }

    /// The rows of each group.
    pub(crate) fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.first.len()];
        for (row, group) in self.of.iter().enumerate() {
            members[*group].push(row);
        }
        members
    }
}
