//! Tables as JSON: a list of rows, lists of cells by the names of their columns, or our own form, which
//! keeps units, kinds and what is known of the table.

mod read;
mod write;

/// The forms of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JsonForm {
    /// Our own: all that a table has comes back.
    #[default]
    Full,
    /// `[{"a": 1, "b": "x"}, ..]`
    Rows,
    /// `{"a": [1, ..], "b": ["x", ..]}`
    Columns,
}

/// The key by which our own form is known; its value is the version of the form.
const MARK: &str = "bioxen_table";
/// The version that is written.
const VERSION: i64 = 1;

#[cfg(test)]
mod tests;
