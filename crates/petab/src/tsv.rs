//! Tables as tab-separated values: columns with names, rows with line numbers.

use crate::report::{Report, Site};
use bioxen_base::nearest::{hint, nearest};

/// The most cells of a table.
const MOST: usize = 20_000_000;

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Table {
    pub(crate) file: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) line: usize,
    pub(crate) cells: Vec<String>,
}

impl Row {
    /// The text of a cell; none where it is empty or says that nothing is there.
    pub(crate) fn text(&self, column: Option<usize>) -> Option<&str> {
        let text = self.cells.get(column?)?.as_str();
        (!text.is_empty() && !text.eq_ignore_ascii_case("nan")).then_some(text)
    }
}

/// A number as tables write it.
pub(crate) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// Reads a table. What is wrong with its form is told.
pub(crate) fn read(file: &str, text: &str, report: &mut Report) -> Option<Table> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut table = Table { file: file.to_owned(), ..Table::default() };
    let mut cells = 0;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                report.file(file, &format!("is no table of tab-separated values: {error}"));
                return None;
            }
        };
        let line = record.position().map_or(0, |at| at.line() as usize);
        cells += record.len();
        if cells > MOST {
            report.line(file, line, "the table is too large");
            return None;
        }
        if record.iter().all(str::is_empty) {
            continue;
        }
        let row: Vec<String> = record.iter().map(str::to_owned).collect();
        if table.columns.is_empty() {
            table.columns = row;
            continue;
        }
        let (found, wanted) = (row.len(), table.columns.len());
        if row.iter().skip(wanted).any(|cell| !cell.is_empty()) {
            report.line(file, line, &format!("has {found} cells; the table has {wanted} columns"));
        }
        table.rows.push(Row { line, cells: row });
    }
    if table.columns.is_empty() {
        report.file(file, "is empty; the first line names the columns");
        return None;
    }
    while table.columns.last().is_some_and(String::is_empty) {
        table.columns.pop();
    }
    for (place, name) in table.columns.iter().enumerate() {
        if name.is_empty() {
            report.line(file, 1, &format!("column {} has no name", place + 1));
        } else if table.columns[..place].contains(name) {
            report.line(file, 1, &format!("the column `{name}` is there twice"));
        }
    }
    Some(table)
}

impl Table {
    /// The place of a column.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// Where a row stands.
    pub(crate) fn site(&self, row: &Row) -> Site {
        Site { file: self.file.clone(), line: row.line }
    }

    /// The place of a column that must be there.
    pub(crate) fn required(&self, name: &str, report: &mut Report) -> Option<usize> {
        let found = self.column(name);
        if found.is_none() {
            let near = hint(nearest(name, self.columns.iter().map(String::as_str)));
            let near = near.replace("did you mean", "is it");
            report.line(&self.file, 1, &format!("there is no column `{name}`{near}"));
        }
        found
    }

    /// Tells of columns that look like one with a meaning, but are none: a misspelt optional column would have no effect.
    pub(crate) fn misspelt(&self, known: &[&str], report: &mut Report) {
        for column in self.columns.iter().filter(|column| !known.contains(&column.as_str())) {
            let is_near = |name: &&&str| {
                let plain = |text: &str| text.to_lowercase().replace(['_', ' ', '-'], "");
                plain(name) == plain(column) && self.column(name).is_none()
            };
            if let Some(meant) = known.iter().find(is_near) {
                report.line(
                    &self.file,
                    1,
                    &format!("the column `{column}` is unknown; did you mean `{meant}`?"),
                );
            }
        }
    }

    /// A number of a row, which must be there and fit.
    pub(crate) fn number(
        &self,
        row: &Row,
        column: Option<usize>,
        range: &str,
        fits: impl Fn(f64) -> bool,
        report: &mut Report,
    ) -> Option<f64> {
        let place = column?;
        let name = &self.columns[place];
        let Some(text) = row.text(column) else {
            report.cell(
                &self.file,
                row.line,
                name,
                &format!("is empty; it must be a number {range}"),
            );
            return None;
        };
        let found = number(text).filter(|x| fits(*x));
        if found.is_none() {
            report.cell(
                &self.file,
                row.line,
                name,
                &format!("is `{text}`; it must be a number {range}"),
            );
        }
        found
    }

    /// The id of a row, which must be there, be one, and not be that of a row before.
    pub(crate) fn new_id(
        &self,
        row: &Row,
        column: Option<usize>,
        is_known: impl Fn(&str) -> bool,
        report: &mut Report,
    ) -> Option<String> {
        let id = self.id(row, column, report)?;
        if is_known(&id) {
            let name = &self.columns[column?];
            report.cell(&self.file, row.line, name, &format!("is `{id}`, which is there twice"));
            return None;
        }
        Some(id)
    }

    /// The id of a row, which must be there and be one.
    pub(crate) fn id(
        &self,
        row: &Row,
        column: Option<usize>,
        report: &mut Report,
    ) -> Option<String> {
        let place = column?;
        let name = &self.columns[place];
        let Some(text) = row.cells.get(place).filter(|text| !text.is_empty()) else {
            report.cell(&self.file, row.line, name, "is empty; each row needs an id");
            return None;
        };
        if !is_id(text) {
            let rule =
                "an id consists of letters, digits and underscores and does not begin with a digit";
            report.cell(&self.file, row.line, name, &format!("is `{text}`; {rule}"));
            return None;
        }
        Some(text.clone())
    }
}

/// Whether a text can be an id.
pub(crate) fn is_id(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
