//! Tables: columns of one length.

use std::collections::HashSet;
use std::fmt;

use crate::ExchangeError;

/// The rows that [`fmt::Debug`] shows.
const HEAD: usize = 10;

/// The cells of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    /// Numbers; what is missing is not a number.
    Number(Vec<f64>),
    /// Whole numbers.
    Whole(Vec<i64>),
    /// Texts.
    Text(Vec<Option<String>>),
    /// True or false.
    Truth(Vec<Option<bool>>),
}

impl Cells {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Number(v) => v.len(),
            Self::Whole(v) => v.len(),
            Self::Text(v) => v.len(),
            Self::Truth(v) => v.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Their kind, in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Number(_) => "a column of numbers",
            Self::Whole(_) => "a column of whole numbers",
            Self::Text(_) => "a column of texts",
            Self::Truth(_) => "a column of truth values",
        }
    }

    /// A cell as text; `NA` where nothing is known.
    fn text(&self, row: usize) -> String {
        let known = match self {
            Self::Number(v) => v.get(row).filter(|x| !x.is_nan()).map(f64::to_string),
            Self::Whole(v) => v.get(row).map(i64::to_string),
            Self::Text(v) => v.get(row).cloned().flatten(),
            Self::Truth(v) => v.get(row).copied().flatten().map(|x| x.to_string()),
        };
        known.unwrap_or_else(|| "NA".to_owned())
    }
}

/// A column: a name, a unit, cells of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its unit; empty where there is none.
    pub unit: String,
    /// Its cells.
    pub cells: Cells,
}

impl Column {
    /// Without a unit.
    pub fn new(name: impl Into<String>, cells: impl Into<Cells>) -> Self {
        Self { name: name.into(), unit: String::new(), cells: cells.into() }
    }

    /// The same in a unit.
    #[must_use]
    pub fn in_unit(self, unit: impl Into<String>) -> Self {
        Self { unit: unit.into(), ..self }
    }

    /// Its numbers, whole ones among them.
    ///
    /// # Errors
    /// When it has none.
    pub fn numbers(&self) -> Result<Vec<f64>, ExchangeError> {
        match &self.cells {
            Cells::Number(v) => Ok(v.clone()),
            Cells::Whole(v) => Ok(v.iter().map(|x| *x as f64).collect()),
            _ => Err(self.is_not("a column of numbers")),
        }
    }

    /// Its whole numbers.
    ///
    /// # Errors
    /// When it has none.
    pub fn wholes(&self) -> Result<&[i64], ExchangeError> {
        match &self.cells {
            Cells::Whole(v) => Ok(v),
            _ => Err(self.is_not("a column of whole numbers")),
        }
    }

    /// Its texts.
    ///
    /// # Errors
    /// When it has none.
    pub fn texts(&self) -> Result<&[Option<String>], ExchangeError> {
        match &self.cells {
            Cells::Text(v) => Ok(v),
            _ => Err(self.is_not("a column of texts")),
        }
    }

    /// Its truth values.
    ///
    /// # Errors
    /// When it has none.
    pub fn truths(&self) -> Result<&[Option<bool>], ExchangeError> {
        match &self.cells {
            Cells::Truth(v) => Ok(v),
            _ => Err(self.is_not("a column of truth values")),
        }
    }

    fn is_not(&self, expected: &'static str) -> ExchangeError {
        ExchangeError::Kind { is: self.cells.kind(), expected }
    }
}

/// Columns of one length, with unique names.
#[derive(Clone, PartialEq, Default)]
pub struct Table {
    columns: Vec<Column>,
    rows: usize,
}

impl Table {
    /// From columns.
    ///
    /// # Errors
    /// When they are not of one length, or two have one name.
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Result<Self, ExchangeError> {
        let columns: Vec<Column> = columns.into_iter().collect();
        let rows = columns.first().map_or(0, |c| c.cells.len());
        let mut names = HashSet::new();
        for column in &columns {
            if column.name.is_empty() || !names.insert(column.name.as_str()) {
                return Err(ExchangeError::Name { name: column.name.clone() });
            }
            if column.cells.len() != rows {
                let (name, cells) = (column.name.clone(), column.cells.len());
                return Err(ExchangeError::Lengths { name, cells, expected: rows });
            }
        }
        Ok(Self { columns, rows })
    }

    /// Its columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Its columns alone.
    pub fn into_columns(self) -> Vec<Column> {
        self.columns
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The column that a name stands for, as in a script: its own name, or what is left of it without the VM
    /// (`lacZ.mrna`, `ribosomes`), or either without `.protein`.
    ///
    /// # Errors
    /// When there is none, or several.
    ///
    /// # Examples
    /// ```
    /// use bioxen_exchange::{Column, Table};
    /// let columns = ["demo.lacZ.protein", "demo.lacI.protein"];
    /// let table = Table::new(columns.map(|name| Column::new(name, vec![1.0])))?;
    /// assert_eq!(table.column("lacZ")?.name, "demo.lacZ.protein");
    /// assert_eq!(table.column("lacY").unwrap_err().to_string(),
    ///     "unknown column `lacY`; valid: demo.lacZ.protein, demo.lacI.protein");
    /// # Ok::<(), bioxen_exchange::ExchangeError>(())
    /// ```
    pub fn column(&self, name: &str) -> Result<&Column, ExchangeError> {
        let exact = |name: &str| self.columns.iter().find(|c| c.name == name);
        if let Some(column) = exact(name).or_else(|| exact(&format!("{name}.protein"))) {
            return Ok(column);
        }
        for ending in [format!(".{name}"), format!(".{name}.protein")] {
            let found: Vec<&Column> =
                self.columns.iter().filter(|c| c.name.ends_with(&ending)).collect();
            match found.as_slice() {
                [] => {}
                [one] => return Ok(one),
                several => {
                    let candidates = several.iter().map(|c| c.name.clone()).collect();
                    return Err(ExchangeError::Ambiguous { name: name.to_owned(), candidates });
                }
            }
        }
        let valid = self.columns.iter().map(|c| c.name.clone()).collect();
        Err(ExchangeError::Unknown { what: "column", name: name.to_owned(), valid })
    }
}

/// Its first rows; a cell shows it so.
impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.rows.min(HEAD);
        let column = |c: &Column| -> Vec<String> {
            let unit = if c.unit.is_empty() { "-".to_owned() } else { format!("[{}]", c.unit) };
            [c.name.clone(), unit].into_iter().chain((0..shown).map(|r| c.cells.text(r))).collect()
        };
        let columns: Vec<Vec<String>> = self.columns.iter().map(column).collect();
        let width = |c: &Vec<String>| c.iter().map(|text| text.chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = columns.iter().map(width).collect();
        for line in 0..shown + 2 {
            let cells = columns.iter().zip(&widths).map(|(c, w)| format!("{:>w$}", c[line]));
            writeln!(f, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        let (s, c) = (plural(self.rows), self.columns.len());
        write!(f, "{} row{s}, {c} column{}", self.rows, plural(c))
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

impl From<Vec<f64>> for Cells {
    fn from(cells: Vec<f64>) -> Self {
        Self::Number(cells)
    }
}

impl From<Vec<i64>> for Cells {
    fn from(cells: Vec<i64>) -> Self {
        Self::Whole(cells)
    }
}

impl From<Vec<bool>> for Cells {
    fn from(cells: Vec<bool>) -> Self {
        Self::Truth(cells.into_iter().map(Some).collect())
    }
}

impl From<Vec<String>> for Cells {
    fn from(cells: Vec<String>) -> Self {
        Self::Text(cells.into_iter().map(Some).collect())
    }
}

impl From<Vec<&str>> for Cells {
    fn from(cells: Vec<&str>) -> Self {
        Self::Text(cells.into_iter().map(|text| Some(text.to_owned())).collect())
    }
}

impl From<Vec<Option<String>>> for Cells {
    fn from(cells: Vec<Option<String>>) -> Self {
        Self::Text(cells)
    }
}

impl From<Vec<Option<bool>>> for Cells {
    fn from(cells: Vec<Option<bool>>) -> Self {
        Self::Truth(cells)
    }
}
