//! Writing JSON.

use std::fmt::Write as _;

use super::{JsonForm, MARK, VERSION};
use crate::column::Column;
use crate::table::Table;
use crate::value::Value;

impl Table {
    /// As JSON. What is missing is `null`. Numbers read back the same; JSON has no infinite ones, which are
    /// the texts `inf` and `-inf` in our own form, and `null` in the others.
    ///
    /// # Examples
    /// ```
    /// use bioxen_table::{Column, JsonForm, Table};
    /// let table = Table::new(vec![Column::new("a", vec![1_i64, 2])])?;
    /// assert_eq!(table.to_json(JsonForm::Rows), "[\n{\"a\": 1},\n{\"a\": 2}\n]\n");
    /// assert_eq!(table.to_json(JsonForm::Columns), "{\n\"a\": [1, 2]\n}\n");
    /// # Ok::<(), bioxen_table::TableError>(())
    /// ```
    pub fn to_json(&self, form: JsonForm) -> String {
        match form {
            JsonForm::Rows => {
                let rows = self.iter().map(|row| {
                    let cells = row.cells().map(|(name, value)| entry(name, &cell(&value, false)));
                    format!("{{{}}}", cells.collect::<Vec<_>>().join(", "))
                });
                lines('[', rows, ']')
            }
            JsonForm::Columns => {
                lines('{', self.columns().iter().map(|c| entry(c.name(), &cells(c, false))), '}')
            }
            JsonForm::Full => self.full(),
        }
    }

    fn full(&self) -> String {
        let meta: Vec<String> =
            self.meta().pairs().map(|(key, value)| entry(key, &quoted(&value))).collect();
        let columns: Vec<String> = self
            .columns()
            .iter()
            .map(|c| {
                let unit = c.unit().map_or_else(|| "null".to_owned(), quoted);
                format!(
                    "{{{}, {}, {}, {}}}",
                    entry("name", &quoted(c.name())),
                    entry("unit", &unit),
                    entry("kind", &quoted(c.kind().word())),
                    entry("values", &cells(c, true))
                )
            })
            .collect();
        let parts = [
            entry(MARK, &VERSION.to_string()),
            entry("meta", &format!("{{{}}}", meta.join(", "))),
            entry("rows", &self.rows().to_string()),
            entry("columns", lines('[', columns.into_iter(), ']').trim_end()),
        ];
        lines('{', parts.into_iter(), '}')
    }
}

fn lines(open: char, items: impl Iterator<Item = String>, close: char) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() {
        return format!("{open}{close}\n");
    }
    format!("{open}\n{}\n{close}\n", items.join(",\n"))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn entry(key: &str, value: &str) -> String {
    format!("{}: {value}", quoted(key))
}

fn cells(column: &Column, is_full: bool) -> String {
    let mut text = "[".to_owned();
    for (number, value) in column.values().iter().enumerate() {
        let separator = if number > 0 { ", " } else { "" };
        let _ = write!(text, "{separator}{}", cell(&value, is_full));
    }
    text.push(']');
    text
}

fn cell(value: &Value, is_full: bool) -> String {
    match value {
        Value::Number(x) if x.is_finite() => format!("{x:?}"),
        Value::Number(x) if is_full => quoted(if *x > 0.0 { "inf" } else { "-inf" }),
        Value::Missing | Value::Number(_) => "null".to_owned(),
        Value::Whole(x) => x.to_string(),
        Value::Text(text) => quoted(text),
        Value::Truth(truth) => truth.to_string(),
    }
}
