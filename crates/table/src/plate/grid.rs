//! The cells of an export, before anyone knows what they are.

use crate::csv::{Decimal, Encoding, Limits, decode, is_missing, is_over, number, place};
use crate::error::{TableError, shown};

/// A line of an export that is not empty.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) cells: Vec<String>,
}

impl Line {
    /// A cell without the spaces around it; empty where there is none.
    pub(super) fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", |cell| cell.trim())
    }

    /// How many cells are not empty.
    pub(super) fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.trim().is_empty()).count()
    }
}

/// The lines of an export.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) lines: Vec<Line>,
    pub(super) decimal: Decimal,
}

impl Grid {
    pub(super) fn read(
        bytes: &[u8],
        encoding: Encoding,
        limits: Limits,
        remarks: &mut Vec<String>,
    ) -> Result<Self, TableError> {
        limits.check_bytes(bytes.len())?;
        let text = match decode(bytes, encoding) {
            Ok(text) => text,
            // Instruments write degrees and microns in the bytes of their own country; numbers are the same.
            Err(error) => {
                let text = decode(bytes, Encoding::Latin1).map_err(|_| error.clone())?;
                let place = match error {
                    TableError::Read { line, .. } => format!(", since line {line} is not UTF-8"),
                    _ => String::new(),
                };
                remarks.push(format!("The file is read as Latin-1{place}."));
                text
            }
        };
        let separator = separator(&text);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(text.as_bytes());
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                TableError::read(error.position().map_or(0, csv::Position::line), error.to_string())
            })?;
            limits.check_rows(lines.len() + 1)?;
            limits.check_columns(record.len())?;
            let line = Line {
                number: place(&text, record.position()).1,
                cells: record.iter().map(str::to_owned).collect(),
            };
            if line.filled() > 0 {
                lines.push(line);
            }
        }
        let decimal = decimal(&lines, separator, remarks);
        Ok(Self { lines, decimal })
    }

    /// A measured value: a number, or missing. `over` counts the signals that were too strong.
    pub(super) fn value(
        &self,
        line: &Line,
        at: usize,
        what: &str,
        over: &mut usize,
    ) -> Result<f64, TableError> {
        let cell = line.cell(at);
        if let Some(x) = number(cell, self.decimal) {
            return Ok(x);
        }
        if is_over(cell) {
            *over += 1;
            return Ok(f64::NAN);
        }
        if is_missing(cell) {
            return Ok(f64::NAN);
        }
        Err(TableError::read_in(line.number, what, format!("`{}` is no number", shown(cell))))
    }
}

/// Tabs before semicolons before commas, if some lines have several.
fn separator(text: &str) -> u8 {
    let several =
        |c: char| text.lines().filter(|line| line.matches(c).count() >= 2).take(2).count() == 2;
    if several('\t') {
        b'\t'
    } else if several(';') {
        b';'
    } else {
        b','
    }
}

fn decimal(lines: &[Line], separator: u8, remarks: &mut Vec<String>) -> Decimal {
    if separator == b',' {
        return Decimal::Point;
    }
    let has = |sign: char, decimal: Decimal| {
        lines.iter().any(|line| {
            let is_one = |c: &String| c.contains(sign) && number(c, decimal).is_some();
            line.filled() > 1 && line.cells.iter().any(is_one)
        })
    };
    if has(',', Decimal::Comma) && !has('.', Decimal::Point) {
        remarks.push("Numbers have a decimal comma.".to_owned());
        return Decimal::Comma;
    }
    Decimal::Point
}
