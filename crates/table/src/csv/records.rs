//! The records of a file, by columns.

use super::CsvOptions;
use super::Ragged;
use super::arena::Arena;
use crate::error::{TableError, shown};
use crate::render::counted;

/// What a file has, before anything is a number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Records {
    /// The fields of the first record, if it has the names.
    pub(crate) titles: Vec<String>,
    /// The line of the first record.
    pub(crate) title_line: u64,
    /// The fields of the others.
    pub(crate) columns: Vec<Arena>,
    /// The line in which each of them begins.
    pub(crate) lines: Vec<u64>,
}

impl Records {
    /// Reads all records. `before` is how many lines stand before the text.
    pub(crate) fn read(
        text: &str,
        separator: u8,
        before: u64,
        options: &CsvOptions,
        remarks: &mut Vec<String>,
    ) -> Result<Self, TableError> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        let mut found = Self::default();
        let (mut long, mut short) = (0_u64, 0_u64);
        let mut last = (0, 0);
        let mut is_first = true;
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let line = error.position().map_or(0, |p| p.line() + before);
                    return Err(TableError::read(line, error.to_string()));
                }
            }
            last = place(text, record.position());
            last.1 += before;
            let line = last.1;
            if is_first {
                is_first = false;
                options.limits.check_columns(record.len())?;
                found.columns = vec![Arena::default(); record.len()];
                if options.header {
                    found.title_line = line;
                    found.titles = record.iter().map(str::to_owned).collect();
                    continue;
                }
            }
            options.limits.check_rows(found.lines.len() + 1)?;
            let extra =
                record.iter().skip(found.columns.len()).any(|field| !field.trim().is_empty());
            let lacks = record.len() < found.columns.len();
            if options.ragged == Ragged::Refuse && (extra || lacks) {
                unclosed(text, last)?;
                return Err(ragged(&found, &record, line));
            }
            long += u64::from(extra);
            short += u64::from(lacks);
            let mut fields = record.iter();
            for column in &mut found.columns {
                column.push(fields.next().unwrap_or_default());
            }
            found.lines.push(line);
        }
        unclosed(text, last)?;
        if short > 0 {
            remarks.push(format!("{} had too few fields; what lacks is missing.", rows(short)));
        }
        if long > 0 {
            remarks.push(format!(
                "{} had too many fields; what was too much is left out.",
                rows(long)
            ));
        }
        Ok(found)
    }
}

/// Where a record begins: its byte, and its line from one. The reader tells where it began to look, and
/// passes over lines that are empty.
pub(crate) fn place(text: &str, position: Option<&csv::Position>) -> (usize, u64) {
    let Some(position) = position else { return (0, 0) };
    let (byte, line) = (position.byte() as usize, position.line());
    let rest = text.as_bytes().get(byte..).unwrap_or_default();
    let passed = rest.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
    let lines = rest[..passed].iter().filter(|b| **b == b'\n').count();
    (byte + passed, line + lines as u64)
}

fn rows(count: u64) -> String {
    counted(count as usize, "row")
}

fn ragged(found: &Records, record: &csv::StringRecord, line: u64) -> TableError {
    let width = found.columns.len();
    let name = |at: usize| match found.titles.get(at).map(|t| t.trim()).filter(|t| !t.is_empty()) {
        Some(title) => format!("`{}`", shown(title)),
        None => format!("column {}", at + 1),
    };
    let (fields, columns) = (counted(record.len(), "field"), counted(width, "column"));
    let of = format!("{fields}, but there should be {columns}");
    let what = if record.len() > width {
        let extra = record.get(width).unwrap_or_default();
        format!(
            "{of}: `{}` stands behind the last, {}",
            shown(extra),
            name(width.saturating_sub(1))
        )
    } else {
        format!("{of}: {} is the first that lacks", name(record.len()))
    };
    TableError::read(line, what)
}

/// Whether a quote is opened in the last record and never closed: then the rest of the file is one field.
fn unclosed(text: &str, (byte, line): (usize, u64)) -> Result<(), TableError> {
    let record = text.get(byte..).unwrap_or_default();
    if !record.contains('"') || record.matches('"').count().is_multiple_of(2) {
        return Ok(());
    }
    // Quotes within a field that does not begin with one are characters as any other.
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(record.as_bytes());
    let lines = record.trim_end().matches('\n').count();
    let ends = reader.records().count();
    if lines > 0 && ends == 1 {
        return Err(TableError::read(line, "a quote (\") is opened in this row and never closed"));
    }
    Ok(())
}
