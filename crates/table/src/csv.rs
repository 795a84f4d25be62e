//! Tables as comma separated values, as spreadsheets and instruments write them.
//!
//! What a file does not say is guessed, and everything guessed that decides a result is told by a remark:
//! what separates the columns, decimal commas, units, what is missing, times.

mod arena;
mod decode;
mod guess;
mod header;
mod records;
mod scalar;
mod typing;
mod write;

pub use write::CsvStyle;

pub(crate) use decode::decode;
pub(crate) use header::parted;
pub(crate) use scalar::{is_missing, is_over, number, seconds_of};

use guess::delimiter;
use records::Records;
pub(crate) use records::place;

use crate::error::TableError;
use crate::meta::Meta;
use crate::table::Table;
use crate::value::Kind;

/// How much of a file is read; the caller says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes.
    pub bytes: u64,
    /// The most rows.
    pub rows: u64,
    /// The most columns.
    pub columns: u64,
}

impl Default for Limits {
    /// 1 GiB, a hundred million rows, ten thousand columns.
    fn default() -> Self {
        Self { bytes: 1 << 30, rows: 100_000_000, columns: 10_000 }
    }
}

impl Limits {
    pub(crate) fn check_bytes(&self, bytes: usize) -> Result<(), TableError> {
        check("bytes of the file", bytes as u64, self.bytes)
    }

    pub(crate) fn check_rows(&self, rows: usize) -> Result<(), TableError> {
        check("rows", rows as u64, self.rows)
    }

    pub(crate) fn check_columns(&self, columns: usize) -> Result<(), TableError> {
        check("columns", columns as u64, self.columns)
    }
}

fn check(what: &'static str, has: u64, most: u64) -> Result<(), TableError> {
    if has > most { Err(TableError::TooLarge { what, has, most }) } else { Ok(()) }
}

/// How the bytes of a file are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8, or UTF-16 if the file begins with its mark.
    #[default]
    Unicode,
    /// ISO 8859-1, where every byte is the character of its number.
    Latin1,
}

/// What separates whole numbers from fractions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decimal {
    /// `1.5`
    Point,
    /// `1,5`
    Comma,
}

/// What happens with rows that are too long or too short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ragged {
    /// They are errors.
    #[default]
    Refuse,
    /// What is too much is left out, what lacks is missing; a remark says how often.
    Relax,
}

/// What happens with columns of one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Duplicates {
    /// They are errors.
    #[default]
    Refuse,
    /// The second `OD` becomes `OD_2`; a remark says so.
    Number,
}

/// How a file is read. What is not said is guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvOptions {
    /// What separates columns, and whole numbers from fractions.
    pub separators: Separators,
    /// How the bytes are characters.
    pub encoding: Encoding,
    /// Whether the first line has the names of the columns; otherwise they are `column_1` and so on.
    pub header: bool,
    /// Rows that are too long or too short.
    pub ragged: Ragged,
    /// Columns of one name.
    pub duplicates: Duplicates,
    /// Words that are missing values beside the usual ones.
    pub missing: Vec<String>,
    /// The kinds of columns by their names; others are found from their cells.
    pub kinds: Vec<(String, Kind)>,
    /// How much is read.
    pub limits: Limits,
}

/// The signs of a file that separate; what is not said is guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Separators {
    /// What separates the columns.
    pub delimiter: Option<u8>,
    /// What separates whole numbers from fractions.
    pub decimal: Option<Decimal>,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self {
            separators: Separators::default(),
            encoding: Encoding::default(),
            header: true,
            ragged: Ragged::default(),
            duplicates: Duplicates::default(),
            missing: Vec::new(),
            kinds: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// A table that was read, and what was guessed.
#[derive(Debug, Clone, PartialEq)]
pub struct CsvRead {
    /// The table.
    pub table: Table,
    /// What was guessed that decides a result, in sentences.
    pub remarks: Vec<String>,
    /// The line in which each row begins, from one.
    pub lines: Vec<u64>,
}

impl Table {
    /// From comma separated values; see [`CsvOptions`].
    ///
    /// # Examples
    /// ```
    /// use bioxen_table::{CsvOptions, Table};
    /// let text = "# seed: 7\ntime [min];OD600\n0;0,05\n10;NA\n";
    /// let read = Table::from_csv(text.as_bytes(), &CsvOptions::default())?;
    /// assert_eq!(read.table.column("time")?.unit(), Some("min"));
    /// assert_eq!(read.table.cell(0, "OD600")?.number(), Some(0.05));
    /// assert_eq!(read.table.meta().seed, Some(7));
    /// assert!(read.remarks.iter().any(|r| r.contains("decimal comma")));
    /// # Ok::<(), bioxen_table::TableError>(())
    /// ```
    pub fn from_csv(bytes: &[u8], options: &CsvOptions) -> Result<CsvRead, TableError> {
        options.limits.check_bytes(bytes.len())?;
        let text = decode(bytes, options.encoding)?;
        let (meta, declared, skipped) = header::comments(&text);
        let mut remarks = Vec::new();
        let body = text.get(skipped.bytes..).unwrap_or_default();
        let separator = match options.separators.delimiter {
            Some(given) => given,
            None => delimiter(body, &mut remarks),
        };
        let records = Records::read(body, separator, skipped.lines, options, &mut remarks)?;
        let titles = header::titles(&records, options, &mut remarks)?;
        let typed = typing::Typing { options, separator, declared: declared.as_deref() };
        let columns = typed.columns(titles, &records, &mut remarks)?;
        let table = Table::checked(columns, records.lines.len(), meta)?;
        Ok(CsvRead { table, remarks, lines: records.lines })
    }
}

/// Where the columns begin, and what stands before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Skipped {
    bytes: usize,
    lines: u64,
}

/// What the lines before the columns say: knowledge, the kinds of the columns, and where they end.
type Comments = (Meta, Option<Vec<Kind>>, Skipped);

#[cfg(test)]
mod tests;
