//! Tables as Markdown, as GitHub and notebooks have them.

use std::fmt::Write;

use bioxen_base::visible::visible;
use bioxen_table::grouped;

use crate::Table;
use crate::value::{cell_text, shown_rows};

/// The most rows that are written out; the middle of a longer table is left out.
const MOST_ROWS: usize = 60;

/// A text that stays one cell of a table, and has no markup.
fn cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '&' | '$' | '~' => {
                safe.push('\\');
                safe.push(c);
            }
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// Names and values, a row each.
pub(super) fn records(facts: &[(impl AsRef<str>, String)]) -> String {
    let mut text = String::from("| | |\n|---|---|\n");
    for (name, value) in facts {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {} | {} |", cell(name.as_ref()), cell(value));
    }
    text
}

/// Records, a row each, below their keys: the first of so many.
pub(super) fn list(head: &[String], records: &[Vec<String>], count: usize) -> String {
    let mut text = String::new();
    let row = |cells: &[String]| -> String {
        let cells: Vec<String> = cells.iter().map(|c| cell(c)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    text.push_str(&row(head));
    text.push_str(&format!("|{}\n", "---|".repeat(head.len())));
    records.iter().take(MOST_ROWS).for_each(|record| text.push_str(&row(record)));
    if count > MOST_ROWS {
        let _ = writeln!(text, "| … {} rows … |", count - MOST_ROWS);
    }
    text
}

/// A table: names with their units, then the rows.
pub(crate) fn table(table: &Table) -> String {
    whole(table, MOST_ROWS)
}

/// A table with at most so many rows; the middle of a longer one is left out.
pub(crate) fn whole(table: &Table, most: usize) -> String {
    let mut text = String::from("|");
    for column in table.columns() {
        let _ = write!(text, " {} |", cell(&visible(&column.title())));
    }
    text.push_str("\n|");
    for column in table.columns() {
        text.push_str(if column.kind().is_numeric() { "---:|" } else { ":---|" });
    }
    text.push('\n');
    for row in shown_rows(table.rows(), most, most / 2, most - most / 2) {
        match row {
            Err(n) => {
                let _ = writeln!(text, "| … {} rows … |", grouped(n));
            }
            Ok(row) => {
                text.push('|');
                for column in table.columns() {
                    let _ = write!(text, " {} |", cell(&cell_text(&column.values().get(row))));
                }
                text.push('\n');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_table::Column;

    #[test]
    fn nothing_in_a_value_becomes_markup() {
        let text = records(&[("a|b", "*x*\n[l](u) <b>".to_owned())]);
        let expected = "| | |\n|---|---|\n| a\\|b | \\*x\\* \\[l\\](u) \\<b\\> |\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn records_stand_below_their_keys() {
        let head = ["name".to_owned(), "value".to_owned()];
        let rows = vec![vec!["a|b".to_owned(), "1".to_owned()]; 70];
        let text = list(&head, &rows, rows.len());
        assert!(text.starts_with("| name | value |\n|---|---|\n| a\\|b | 1 |\n"), "{text}");
        assert!(text.lines().count() == 63 && text.ends_with("| … 10 rows … |\n"), "{text}");
    }

    #[test]
    fn long_tables_lose_their_middle() {
        let columns = vec![
            Column::new("n", (0..100).collect::<Vec<i64>>()).in_unit("s"),
            Column::new("x", vec![0.5; 100]),
        ];
        let text = table(&Table::new(columns).unwrap());
        assert!(text.starts_with("| n \\[s\\] | x |\n|---:|---:|\n| 0 | 0.5 |\n"), "{text}");
        assert_eq!(text.lines().count(), 63);
        assert!(text.contains("| 29 | 0.5 |\n| … 40 rows … |\n| 70 | 0.5 |\n"), "{text}");
    }
}
