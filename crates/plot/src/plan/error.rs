//! What can be wrong with a plan.

use bioxen_base::nearest::hint;

/// Why columns and a plan do not make a figure.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// There is no such column.
    #[error("unknown column `{name}`{}; valid: {valid}", hint(nearest.as_deref()))]
    UnknownColumn {
        /// The name asked for.
        name: String,
        /// The most similar name there is.
        nearest: Option<String>,
        /// All names.
        valid: String,
    },
    /// There is no such kind of figure.
    #[error("unknown kind `{name}`{}; valid: {valid}", hint(nearest.as_deref()))]
    UnknownKind {
        /// The name asked for.
        name: String,
        /// The most similar name there is.
        nearest: Option<String>,
        /// All names.
        valid: String,
    },
    /// No column was named for y.
    #[error("a figure needs at least one column for y; valid: {valid}")]
    NothingUp {
        /// The columns of numbers.
        valid: String,
    },
    /// A column of names where numbers are needed.
    #[error("column `{column}` holds names, but {role} needs numbers")]
    NotNumbers {
        /// The column.
        column: String,
        /// What it is to be.
        role: &'static str,
    },
    /// Columns of one table have as many rows.
    #[error("column `{column}` has {found} rows, but `{other}` has {expected}")]
    Rows {
        /// The column.
        column: String,
        /// Its number of rows.
        found: usize,
        /// The first column that was asked for.
        other: String,
        /// The number of its rows.
        expected: usize,
    },
    /// Error bars for more or fewer columns than there are.
    #[error(
        "error bars are given for {found} columns, but y has {expected}; give them for all or none"
    )]
    Errors {
        /// How many were given.
        found: usize,
        /// The number of columns of y.
        expected: usize,
    },
    /// Boxes and violins show the spread themselves.
    #[error("boxes and violins have no error bars: they show the values themselves")]
    ErrorsOfMany,
    /// A distance below zero.
    #[error("column `{column}`, row {row}: the error {value} is below zero")]
    NegativeError {
        /// The column.
        column: String,
        /// The row, counted from 1.
        row: usize,
        /// The distance.
        value: f64,
    },
    /// A logarithm or a range of names.
    #[error("axis `{axis}`: its places are names, so it has no {what}")]
    Names {
        /// The axis' label.
        axis: String,
        /// What was asked for.
        what: &'static str,
    },
    /// A range of y for panels with different units.
    #[error("y has columns in {units}; a range of y needs columns of one unit")]
    RangeOfUnits {
        /// The units.
        units: String,
    },
    /// Two bars of one series at one place would hide each other.
    #[error(
        "series `{series}` has more than one bar at `{place}`; name a column to group by, or summarize the rows first"
    )]
    Repeated {
        /// The series.
        series: String,
        /// The place.
        place: String,
    },
    /// More series than anybody can tell apart.
    #[error(
        "a figure has at most {most} series, and this one would have {series}; choose fewer groups or columns"
    )]
    TooManySeries {
        /// How many there would be.
        series: usize,
        /// The most.
        most: usize,
    },
    /// Tables over each other have places in different units.
    #[error(
        "axis `{axis}`: one table has it {}, another {}; convert one, or say its unit",
        unit(one),
        unit(other)
    )]
    Units {
        /// The axis' label.
        axis: String,
        /// The unit of the first table.
        one: String,
        /// The other unit.
        other: String,
    },
    /// Tables over each other have names and numbers as places.
    #[error("axis `{axis}`: its places are names in one table and numbers in another")]
    NamesAndNumbers {
        /// The axis' label.
        axis: String,
    },
}

/// A unit as a message says it.
fn unit(unit: &str) -> String {
    if unit.is_empty() { "without a unit".to_owned() } else { format!("in [{unit}]") }
}
