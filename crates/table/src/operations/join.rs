//! Joining two tables by what is equal in both.

use crate::column::{Column, Values};
use crate::error::TableError;
use crate::keys::Groups;
use crate::table::Table;

/// The most rows that a join makes; more is a mistake in the keys.
const MOST_ROWS: u64 = 100_000_000;

/// Which rows a join keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Join {
    /// Those that have a partner.
    #[default]
    Inner,
    /// All of the left; what has no partner is missing on the right.
    Left,
}

impl Table {
    /// Every row with every row of the other table that has the same keys, in the order of the left rows
    /// and then of the right ones. Columns of the right whose names the left has get the suffix. A key
    /// that is missing is equal to none. Numbers and whole numbers meet; units of keys must fit.
    pub fn join(
        &self,
        right: &Self,
        keys: &[&str],
        how: Join,
        suffix: &str,
    ) -> Result<Self, TableError> {
        if keys.is_empty() {
            return Err(TableError::Nothing { doing: "a join", what: "key" });
        }
        let (ours, theirs) = (self.all(keys)?, right.all(keys)?);
        for (a, b) in ours.iter().zip(&theirs) {
            if a.kind().with(b.kind()).is_none() {
                return Err(TableError::Keys {
                    key: a.name().to_owned(),
                    left: a.kind(),
                    right: b.kind(),
                });
            }
            a.same_unit(b, "joining")?;
        }
        let (left_rows, right_rows) = pairs(&ours, &theirs, self.rows(), right.rows(), how)?;
        let mut columns: Vec<Column> =
            self.columns().iter().map(|c| c.with_values(c.values().taken(&left_rows))).collect();
        for column in right.columns().iter().filter(|c| !keys.contains(&c.name())) {
            let clashes = self.has(column.name());
            let name =
                if clashes { format!("{}{suffix}", column.name()) } else { column.name().into() };
            let values = column.values().taken_or_missing(&name, &right_rows)?;
            columns.push(column.with_values(values).named(&name));
        }
        Self::checked(columns, left_rows.len(), self.meta().clone())
    }
}

/// The rows that go together; no right one where there is no partner.
type Pairs = (Vec<usize>, Vec<Option<usize>>);

fn pairs(
    ours: &[&Column],
    theirs: &[&Column],
    left: usize,
    right: usize,
    how: Join,
) -> Result<Pairs, TableError> {
    let values = |columns: &[&Column]| -> Vec<Values> {
        columns.iter().map(|c| c.values().clone()).collect()
    };
    let (a, b) = (values(ours), values(theirs));
    let groups = Groups::across(&[(a.iter().collect(), left), (b.iter().collect(), right)]);
    let mut partners: Vec<Vec<usize>> = vec![Vec::new(); groups.first.len()];
    for row in (0..right).filter(|row| b.iter().all(|v| !v.is_missing(*row))) {
        partners[groups.of[left + row]].push(row);
    }
    let count: u64 = (0..left).map(|row| partners[groups.of[row]].len().max(1) as u64).sum();
    if count > MOST_ROWS {
        return Err(TableError::TooLarge { what: "rows of a join", has: count, most: MOST_ROWS });
    }
    let mut found: Pairs = (Vec::new(), Vec::new());
    for row in 0..left {
        let known = a.iter().all(|v| !v.is_missing(row));
        let partners: &[usize] = if known { &partners[groups.of[row]] } else { &[] };
        for partner in partners {
            found.0.push(row);
            found.1.push(Some(*partner));
        }
        if partners.is_empty() && how == Join::Left {
            found.0.push(row);
            found.1.push(None);
        }
    }
    Ok(found)
}
