//! Tables as HTML. They have no colours but classes, which notebooks style by their theme.

use std::fmt::Write;

use super::{Row, rows};
use crate::Table;
use crate::value::significant;

/// The most rows that are written out; the middle of a longer table is left out.
const MOST_ROWS: usize = 200;

/// A text without markup, and without what HTML cannot hold.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(c),
            c if c.is_control() => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// Names and values, a row each.
pub(super) fn records(facts: &[(impl AsRef<str>, String)]) -> String {
    let mut html = String::from("<table class=\"dataframe bioxen-record\"><tbody>");
    for (name, value) in facts {
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
            escape(name.as_ref()),
            escape(value)
        );
    }
    html.push_str("</tbody></table>");
    html
}

/// Records, a row each, below their keys: the first of so many.
pub(super) fn list(head: &[String], records: &[Vec<String>], count: usize) -> String {
    let mut html = String::from("<table class=\"dataframe bioxen-table\"><thead><tr>");
    for name in head {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escape(name));
    }
    html.push_str("</tr></thead><tbody>");
    for record in records.iter().take(MOST_ROWS) {
        let cells: Vec<String> = record.iter().map(|c| format!("<td>{}</td>", escape(c))).collect();
        let _ = write!(html, "<tr>{}</tr>", cells.concat());
    }
    if count > MOST_ROWS {
        let (more, columns) = (count - MOST_ROWS, head.len());
        let _ = write!(html, "<tr><td colspan=\"{columns}\">… {more} rows …</td></tr>");
    }
    html.push_str("</tbody></table>");
    html
}

/// A table of numbers.
pub(super) fn table(table: &Table) -> String {
    let mut html = String::from("<table class=\"dataframe bioxen-table\"><thead><tr>");
    for (name, unit) in &table.headings {
        let unit = if unit.is_empty() { String::new() } else { format!(" [{}]", escape(unit)) };
        let _ = write!(html, "<th scope=\"col\">{}{unit}</th>", escape(name));
    }
    html.push_str("</tr></thead><tbody>");
    for row in rows(table, MOST_ROWS) {
        match row {
            Row::LeftOut(n) => {
                let columns = table.headings.len();
                let _ = write!(html, "<tr><td colspan=\"{columns}\">… {n} rows …</td></tr>");
            }
            Row::Values(values) => {
                html.push_str("<tr>");
                for value in values {
                    let _ = write!(html, "<td>{}</td>", significant(*value));
                }
                html.push_str("</tr>");
            }
        }
    }
    html.push_str("</tbody></table>");
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_becomes_markup() {
        let html = records(&[("<b>", "a & \"b\"".to_owned())]);
        assert!(html.contains("&lt;b&gt;") && html.contains("a &amp; &quot;b&quot;"), "{html}");
    }

    #[test]
    fn long_tables_lose_their_middle() {
        let rows = (0..1000).map(|i| vec![f64::from(i)]).collect();
        let html = table(&Table { headings: vec![("n".into(), "s".into())], rows });
        assert!(html.contains("<th scope=\"col\">n [s]</th>") && html.contains("… 800 rows …"));
        assert_eq!(html.matches("<tr>").count(), 202);
        assert!(html.contains("<td>99</td>") && html.contains("<td>900</td>"));
        assert!(!html.contains("<td>100</td>") && !html.contains("<td>899</td>"));
    }
}
