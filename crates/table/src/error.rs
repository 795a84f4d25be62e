//! What can go wrong with a table.

use bioxen_base::nearest::{hint, nearest};
use bioxen_base::visible::visible;
use thiserror::Error;

use crate::value::Kind;

/// The most names that a message lists.
const MOST_LISTED: usize = 20;

/// An error of a table, its operations or its files.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TableError {
    /// No column has that name.
    #[error("unknown column `{given}`{}; valid: {}", hint(.nearest.as_deref()), .valid)]
    UnknownColumn {
        /// What was asked for.
        given: String,
        /// The nearest name.
        nearest: Option<String>,
        /// The names there are, as a list.
        valid: String,
    },
    /// No option, unit or other word is so.
    #[error("unknown {what} `{given}`{}; valid: {}", hint(.nearest.as_deref()), .valid)]
    UnknownWord {
        /// What it should be.
        what: &'static str,
        /// What was asked for.
        given: String,
        /// The nearest name.
        nearest: Option<String>,
        /// The names there are, as a list.
        valid: String,
    },
    /// No channel is that of the optical density.
    #[error(
        "no channel is called OD.., Abs.. or A600; say which it is with `channel`, or name them with \
         `read_plate(.., #{{channels: [\"OD600\"]}})`; there are: {valid}"
    )]
    NoDensity {
        /// The names of the channels.
        valid: String,
    },
    /// Columns of different lengths.
    #[error(
        "columns of a table are of one length; `{first}` has {expected} rows, `{column}` has {has}"
    )]
    Lengths {
        /// The column that differs.
        column: String,
        /// How many rows it has.
        has: usize,
        /// The first column.
        first: String,
        /// How many rows that has.
        expected: usize,
    },
    /// Two columns of one name.
    #[error("two columns have the name `{name}`; names of columns are unique")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// A column without a name.
    #[error("column {number} has no name")]
    NoName {
        /// Which, from one.
        number: usize,
    },
    /// A column is of another kind than needed.
    #[error("column `{column}` is of the kind {is}; {doing} needs {wanted}")]
    WrongKind {
        /// The column.
        column: String,
        /// Its kind.
        is: Kind,
        /// What needs another.
        doing: String,
        /// Which it needs.
        wanted: &'static str,
    },
    /// Cells of several kinds in one column.
    #[error(
        "column `{column}` has cells of the kinds {one} and {other}; the first {other} is in row {row}"
    )]
    Mixed {
        /// The column.
        column: String,
        /// The kind of the cells before.
        one: Kind,
        /// The kind of the cell that differs.
        other: Kind,
        /// Its row, from one.
        row: usize,
    },
    /// A whole number that a number with digits cannot hold.
    #[error(
        "column `{column}`, row {row}: {value} is too long for a column that is not of whole numbers only \
         (more than 2^53); make it a text, or fill what is missing"
    )]
    LostDigits {
        /// The column.
        column: String,
        /// The row, from one.
        row: usize,
        /// The number.
        value: i64,
    },
    /// A unit that is not that of the other.
    #[error(
        "{doing}: `{one}` is in [{one_unit}] and `{other}` in [{other_unit}]; convert one of them first, or say its unit"
    )]
    Units {
        /// What needs equal units.
        doing: &'static str,
        /// A column.
        one: String,
        /// Its unit.
        one_unit: String,
        /// Another.
        other: String,
        /// Its unit.
        other_unit: String,
    },
    /// A unit into which a column cannot be converted.
    #[error("column `{column}`{} cannot be converted to [{to}]{}; {reason}", unit_words(.from), hint(.nearest.as_deref()))]
    NotConvertible {
        /// The column.
        column: String,
        /// Its unit.
        from: Option<String>,
        /// The unit that was asked for.
        to: String,
        /// The nearest known unit.
        nearest: Option<String>,
        /// Why not.
        reason: String,
    },
    /// Keys that never meet.
    #[error("the key `{key}` is of the kind {left} on the left and {right} on the right")]
    Keys {
        /// The column.
        key: String,
        /// Its kind on the left.
        left: Kind,
        /// Its kind on the right.
        right: Kind,
    },
    /// Something that has one entry for each row has not.
    #[error("{what} has {has} entries; the table has {rows} rows")]
    Entries {
        /// What.
        what: &'static str,
        /// How many it has.
        has: usize,
        /// How many rows there are.
        rows: usize,
    },
    /// Nothing to work on.
    #[error("{doing} needs at least one {what}")]
    Nothing {
        /// What.
        doing: &'static str,
        /// Of what.
        what: &'static str,
    },
    /// Two rows that would go into the same cell.
    #[error(
        "rows {first} and {second} both say what `{column}` is where {place}; aggregate them first"
    )]
    Repeats {
        /// The new column.
        column: String,
        /// What identifies the cell.
        place: String,
        /// A row, from one.
        first: usize,
        /// Another.
        second: usize,
    },
    /// A number out of its range.
    #[error("{what} must be {range}, not {given}")]
    Range {
        /// What.
        what: &'static str,
        /// What is valid.
        range: &'static str,
        /// What was given.
        given: String,
    },
    /// More than the caller allows.
    #[error("too large: {what} ({has}, at most {most} are allowed)")]
    TooLarge {
        /// What.
        what: &'static str,
        /// How many there are.
        has: u64,
        /// How many may be.
        most: u64,
    },
    /// Something wrong at a place of a text file.
    #[error("{}{what}", place_words(*.line, .column.as_deref()))]
    Read {
        /// The line, from one; zero where there is none.
        line: u64,
        /// The column of the table.
        column: Option<String>,
        /// What is wrong.
        what: String,
    },
    /// Something wrong in a file that has no lines.
    #[error("no {format} that can be read: {what}")]
    Format {
        /// The format.
        format: &'static str,
        /// What is wrong.
        what: String,
    },
}

impl TableError {
    /// An unknown column, with its nearest name.
    pub fn unknown_column<'a>(given: &str, valid: impl Iterator<Item = &'a str> + Clone) -> Self {
        Self::UnknownColumn {
            given: shown(given),
            nearest: nearest(given, valid.clone()).map(shown),
            valid: listed(valid),
        }
    }

    /// An unknown word, with its nearest name.
    pub fn unknown_word<'a>(
        what: &'static str,
        given: &str,
        valid: impl Iterator<Item = &'a str> + Clone,
    ) -> Self {
        Self::UnknownWord {
            what,
            given: shown(given),
            nearest: nearest(given, valid.clone()).map(shown),
            valid: listed(valid),
        }
    }

    pub(crate) fn read(line: u64, what: impl Into<String>) -> Self {
        Self::Read { line, column: None, what: what.into() }
    }

    pub(crate) fn read_in(line: u64, column: &str, what: impl Into<String>) -> Self {
        Self::Read { line, column: Some(shown(column)), what: what.into() }
    }
}

/// A text of a user as a message shows it: without what is hidden, and not without end.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let text = visible(text);
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.into_owned(),
    }
}

/// Names as a list; not without end.
pub(crate) fn listed<'a>(names: impl Iterator<Item = &'a str> + Clone) -> String {
    let all = names.clone().count();
    if all == 0 {
        return "none".to_owned();
    }
    let mut list: Vec<String> = names.take(MOST_LISTED).map(shown).collect();
    if all > MOST_LISTED {
        list.push(format!("and {} more", all - MOST_LISTED));
    }
    list.join(", ")
}

fn unit_words(unit: &Option<String>) -> String {
    unit.as_ref().map(|u| format!(" [{u}]")).unwrap_or_default()
}

fn place_words(line: u64, column: Option<&str>) -> String {
    match (line, column) {
        (0, None) => String::new(),
        (0, Some(column)) => format!("column `{column}`: "),
        (line, None) => format!("line {line}: "),
        (line, Some(column)) => format!("line {line}, column `{column}`: "),
    }
}
