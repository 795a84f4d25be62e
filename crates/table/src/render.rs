//! Tables as people read them: the first and last rows as text, Markdown or HTML.

use std::borrow::Cow;

use bioxen_base::units::short;
use bioxen_base::visible::visible;

use crate::column::Column;
use crate::table::Table;
use crate::value::Value;

/// The longest cell that is shown [characters].
const WIDEST: usize = 40;

/// How many rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extract {
    /// Of the first.
    pub head: usize,
    /// Of the last.
    pub tail: usize,
}

impl Default for Extract {
    fn default() -> Self {
        Self { head: 10, tail: 5 }
    }
}

/// What stands where rows are left out.
const DOTS: &str = "…";

/// A whole number with a space between thousands, as ISO 80000-1 writes it: `1 000 000`.
///
/// # Examples
/// ```
/// assert_eq!(bioxen_table::grouped(1_234_567), "1 234 567");
/// ```
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A number of things: `1 row`, `1 000 rows`.
pub(crate) fn counted(number: usize, one: &str) -> String {
    format!("{} {one}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// The cells of a column as texts of one style, with dots where rows are left out.
struct Shown {
    title: String,
    is_number: bool,
    cells: Vec<String>,
}

impl Table {
    /// `1 000 rows, 4 columns`
    pub fn size_words(&self) -> String {
        format!("{}, {}", counted(self.rows(), "row"), counted(self.columns().len(), "column"))
    }

    fn rows_shown(&self, extract: Extract) -> Vec<Option<usize>> {
        if extract.head.saturating_add(extract.tail) >= self.rows() {
            return (0..self.rows()).map(Some).collect();
        }
        let last = self.rows() - extract.tail..self.rows();
        (0..extract.head).map(Some).chain([None]).chain(last.map(Some)).collect()
    }

    fn shown(&self, extract: Extract) -> Vec<Shown> {
        let rows = self.rows_shown(extract);
        let texts = |column: &Column| -> Vec<String> {
            rows.iter()
                .map(|row| row.map_or_else(|| DOTS.to_owned(), |r| text(&column.values().get(r))))
                .collect()
        };
        self.columns()
            .iter()
            .map(|column| {
                let is_number = column.kind().is_numeric();
                let cells = if is_number { aligned(texts(column)) } else { texts(column) };
                Shown { title: cut(&visible(&column.title())), is_number, cells }
            })
            .collect()
    }

    /// As text: titles with units, a line, the rows; numbers with their points below each other.
    ///
    /// # Examples
    /// ```
    /// use bioxen_table::{Column, Extract, Table};
    /// let table = Table::new(vec![
    ///     Column::new("time", vec![0.0, 10.5]).in_unit("min"),
    ///     Column::new("strain", vec!["a", "b"]),
    /// ])?;
    /// let expected = "\
    /// time [min]  strain
    /// ----------  ------
    ///        0    a
    ///       10.5  b
    /// 2 rows, 2 columns
    /// ";
    /// assert_eq!(table.to_text(Extract::default()), expected);
    /// # Ok::<(), bioxen_table::TableError>(())
    /// ```
    pub fn to_text(&self, extract: Extract) -> String {
        let columns = self.shown(extract);
        let widths: Vec<usize> = columns.iter().map(width).collect();
        let mut lines = Vec::new();
        if !columns.is_empty() {
            lines.push(line(&columns, &widths, |c| c.title.clone()));
            lines.push(line(&columns, &widths, |c| "-".repeat(width(c))));
        }
        for row in 0..columns.first().map_or(0, |c| c.cells.len()) {
            lines.push(line(&columns, &widths, |c| c.cells[row].clone()));
        }
        lines.push(self.size_words());
        lines.join("\n") + "\n"
    }

    /// As a table of Markdown, with the size below it.
    pub fn to_markdown(&self, extract: Extract) -> String {
        let columns = self.shown(extract);
        let row = |cells: Vec<Cow<'_, str>>| format!("| {} |", cells.join(" | "));
        let mut lines = Vec::new();
        if !columns.is_empty() {
            lines.push(row(columns.iter().map(|c| markdown(&c.title)).collect()));
            lines.push(row(columns
                .iter()
                .map(|c| if c.is_number { "---:" } else { ":---" }.into())
                .collect()));
        }
        for at in 0..columns.first().map_or(0, |c| c.cells.len()) {
            lines.push(row(columns.iter().map(|c| markdown(c.cells[at].trim())).collect()));
        }
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(self.size_words());
        lines.join("\n") + "\n"
    }

    /// As a table of HTML, with the size below it. All text is escaped; there are no scripts and no styles
    /// but the alignment of numbers.
    pub fn to_html(&self, extract: Extract) -> String {
        let columns = self.shown(extract);
        let cell = |tag: &str, column: &Shown, text: &str| {
            let style = if column.is_number { " style=\"text-align:right\"" } else { "" };
            format!("<{tag}{style}>{}</{tag}>", html(text.trim()))
        };
        let mut text = "<table>\n<thead><tr>".to_owned();
        text.extend(columns.iter().map(|c| cell("th", c, &c.title)));
        text.push_str("</tr></thead>\n<tbody>\n");
        for at in 0..columns.first().map_or(0, |c| c.cells.len()) {
            text.push_str("<tr>");
            text.extend(columns.iter().map(|c| cell("td", c, &c.cells[at])));
            text.push_str("</tr>\n");
        }
        text.push_str(&format!("</tbody>\n</table>\n<p>{}</p>\n", self.size_words()));
        text
    }
}

fn text(value: &Value) -> String {
    match value {
        // A zero is shown as one, and the many digits of a sum are not.
        Value::Number(x) => short(*x),
        other => cut(&visible(&other.to_string())),
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= WIDEST {
        return text.to_owned();
    }
    text.chars().take(WIDEST - 1).chain(['…']).collect()
}

/// Numbers padded so that their points stand below each other.
fn aligned(cells: Vec<String>) -> Vec<String> {
    let behind = |cell: &str| {
        let is_number = cell.as_bytes().last().is_some_and(u8::is_ascii_digit);
        let tail = cell.find(['.', 'e']).map_or(0, |at| cell.len() - at);
        if is_number { tail } else { 0 }
    };
    let most = cells.iter().map(|cell| behind(cell)).max().unwrap_or(0);
    cells.into_iter().map(|cell| format!("{cell}{}", " ".repeat(most - behind(&cell)))).collect()
}

fn width(column: &Shown) -> usize {
    let cells = column.cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
    cells.max(column.title.chars().count())
}

fn line(columns: &[Shown], widths: &[usize], cell: impl Fn(&Shown) -> String) -> String {
    let cells: Vec<String> = columns
        .iter()
        .zip(widths)
        .map(|(column, width)| {
            let text = cell(column);
            let padding = " ".repeat(width.saturating_sub(text.chars().count()));
            if column.is_number { padding + &text } else { text + &padding }
        })
        .collect();
    cells.join("  ").trim_end().to_owned()
}

/// A text that is none of the marks of Markdown.
fn markdown(text: &str) -> Cow<'_, str> {
    const MARKS: [char; 9] = ['\\', '|', '`', '*', '_', '<', '&', '[', '~'];
    if !text.contains(MARKS) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::new();
    for c in text.chars() {
        if MARKS.contains(&c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    Cow::Owned(escaped)
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests;
