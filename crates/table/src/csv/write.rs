//! Writing comma separated values.

use std::fmt::Write as _;

use super::header::{KINDS, LONGEST_KEY, parted};
use crate::column::{Column, Values};
use crate::table::Table;

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvStyle {
    /// What separates the columns.
    pub delimiter: u8,
    /// Whether lines before the columns say what is known of the table, and the kinds of the columns. They
    /// begin with `#`, which not every program passes over.
    pub metadata: bool,
}

impl Default for CsvStyle {
    fn default() -> Self {
        Self { delimiter: b',', metadata: false }
    }
}

impl Table {
    /// As comma separated values by RFC 4180, but with line ends of one character: a line of titles with
    /// units, then the rows. Numbers read back the same; what is missing is empty.
    ///
    /// # Examples
    /// ```
    /// use bioxen_table::{Column, CsvStyle, Table};
    /// let table = Table::new(vec![Column::new("time", vec![0.5, f64::NAN]).in_unit("h")])?;
    /// assert_eq!(table.to_csv(CsvStyle::default()), "time [h]\n0.5\n\"\"\n");
    /// # Ok::<(), bioxen_table::TableError>(())
    /// ```
    pub fn to_csv(&self, style: CsvStyle) -> String {
        let mut text = String::new();
        if style.metadata {
            for (key, value) in self.meta().pairs() {
                let _ = writeln!(text, "# {}: {}", escaped_key(key), escaped(&value));
            }
            let kinds: Vec<&str> = self.columns().iter().map(|c| c.kind().word()).collect();
            let _ = writeln!(text, "# {KINDS}: {}", kinds.join(", "));
        }
        if self.columns().is_empty() {
            return text;
        }
        let separator = char::from(style.delimiter);
        let alone = self.columns().len() == 1;
        for (number, column) in self.columns().iter().enumerate() {
            if number > 0 {
                text.push(separator);
            }
            push(&mut text, &title(column), separator, alone);
        }
        text.push('\n');
        for row in 0..self.rows() {
            for (number, column) in self.columns().iter().enumerate() {
                if number > 0 {
                    text.push(separator);
                }
                cell(&mut text, column.values(), row, separator, alone);
            }
            text.push('\n');
        }
        text
    }
}

/// The title of a column; empty brackets where its name would read as a unit.
fn title(column: &Column) -> String {
    if column.unit().is_none() && parted(column.name(), &mut Vec::new()).0 != column.name() {
        return format!("{} []", column.name());
    }
    column.title()
}

/// A key for a comment line: as it is, if it reads back so.
fn escaped_key(key: &str) -> String {
    let reads_back = !key.contains([':', '\n', '\r', '"', '#'])
        && !key.is_empty()
        && key.trim() == key
        && key != KINDS
        && key.chars().count() <= LONGEST_KEY;
    if reads_back { key.to_owned() } else { serde_json::Value::from(key).to_string() }
}

/// A value for a comment line: as it is, if it reads back so.
fn escaped(value: &str) -> String {
    if value.is_empty()
        || value.contains(['\n', '\r', '"'])
        || value.starts_with("//")
        || value.trim() != value
    {
        return serde_json::Value::from(value).to_string();
    }
    value.to_owned()
}

fn cell(text: &mut String, values: &Values, row: usize, separator: char, alone: bool) {
    match values {
        Values::Number(v) => match v.get(row) {
            // The shortest digits that read back as the same number; 1 is 1.0, which is no whole number.
            Some(x) if !x.is_nan() => {
                let _ = write!(text, "{x:?}");
            }
            _ if alone => text.push_str("\"\""),
            _ => {}
        },
        Values::Whole(v) => {
            let _ = write!(text, "{}", v.get(row).copied().unwrap_or_default());
        }
        Values::Text(v) => {
            let field = v.get(row).and_then(|t| t.as_deref()).unwrap_or_default();
            push(text, field, separator, alone);
        }
        Values::Truth(v) => match v.get(row).copied().flatten() {
            Some(true) => text.push_str("true"),
            Some(false) => text.push_str("false"),
            None if alone => text.push_str("\"\""),
            None => {}
        },
    }
}

fn push(text: &mut String, field: &str, separator: char, alone: bool) {
    let quoted = field.contains([separator, '"', '\n', '\r'])
        || field.starts_with('#')
        || (alone && field.trim().is_empty());
    if !quoted {
        text.push_str(field);
        return;
    }
    text.push('"');
    for c in field.chars() {
        if c == '"' {
            text.push('"');
        }
        text.push(c);
    }
    text.push('"');
}
