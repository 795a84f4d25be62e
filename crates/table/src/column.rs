//! Columns: a name, a unit, cells of one kind.

use std::sync::Arc;

use crate::error::TableError;
use crate::value::{Kind, Value};

mod arithmetic;

/// The greatest whole number up to which a number with digits holds every one: 2^53 (IEEE 754 binary64
/// has 53 bits of significand).
const EXACT: u64 = 1 << 53;

/// The cells of a column, shared by all tables that have it.
#[derive(Debug, Clone)]
pub enum Values {
    /// Numbers; what is missing is not a number.
    Number(Arc<[f64]>),
    /// Whole numbers. Nothing is missing: a column of whole numbers of which one is missing is of numbers.
    Whole(Arc<[i64]>),
    /// Texts.
    Text(Arc<[Option<Arc<str>>]>),
    /// True or false.
    Truth(Arc<[Option<bool>]>),
}

impl Values {
    /// How many cells there are.
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

    /// Their kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Number(_) => Kind::Number,
            Self::Whole(_) => Kind::Whole,
            Self::Text(_) => Kind::Text,
            Self::Truth(_) => Kind::Truth,
        }
    }

    /// One cell; missing where there is none.
    pub fn get(&self, row: usize) -> Value {
        match self {
            Self::Number(v) => v.get(row).copied().into(),
            Self::Whole(v) => v.get(row).copied().into(),
            Self::Text(v) => v.get(row).cloned().flatten().map_or(Value::Missing, Value::Text),
            Self::Truth(v) => v.get(row).copied().flatten().into(),
        }
    }

    /// Whether a cell is missing.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Number(v) => v.get(row).is_none_or(|x| x.is_nan()),
            Self::Whole(v) => v.get(row).is_none(),
            Self::Text(v) => v.get(row).is_none_or(Option::is_none),
            Self::Truth(v) => v.get(row).is_none_or(Option::is_none),
        }
    }

    /// All cells in turn.
    pub fn iter(&self) -> impl Iterator<Item = Value> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// As numbers, if one can calculate with them.
    pub fn numbers(&self) -> Option<Arc<[f64]>> {
        match self {
            Self::Number(v) => Some(v.clone()),
            Self::Whole(v) => Some(v.iter().map(|x| *x as f64).collect()),
            _ => None,
        }
    }

    /// From cells of one kind. Whole numbers among numbers, or among which one is missing, become numbers.
    /// If all are missing, they are numbers.
    pub fn from_cells(column: &str, cells: &[Value]) -> Result<Self, TableError> {
        let mut kind: Option<Kind> = None;
        for (row, cell) in cells.iter().enumerate() {
            let Some(other) = cell.kind() else { continue };
            kind = Some(other.joining(kind, column, row)?);
        }
        Self::of_kind(column, kind.unwrap_or(Kind::Number), cells)
    }

    /// From cells that are all of a kind, or can be without a loss.
    pub(crate) fn of_kind(column: &str, kind: Kind, cells: &[Value]) -> Result<Self, TableError> {
        let number = |row: usize, cell: &Value| match cell {
            Value::Whole(x) if x.unsigned_abs() > EXACT => {
                Err(TableError::LostDigits { column: column.to_owned(), row: row + 1, value: *x })
            }
            cell => Ok(cell.number().unwrap_or(f64::NAN)),
        };
        let wholes = || -> Option<Arc<[i64]>> {
            cells.iter().map(|c| if let Value::Whole(x) = c { Some(*x) } else { None }).collect()
        };
        Ok(match kind {
            Kind::Whole if let Some(wholes) = wholes() => Self::Whole(wholes),
            Kind::Whole | Kind::Number => {
                let numbers: Result<Vec<f64>, _> =
                    cells.iter().enumerate().map(|(row, cell)| number(row, cell)).collect();
                Self::Number(numbers?.into())
            }
            Kind::Text => Self::Text(
                cells
                    .iter()
                    .map(|c| if let Value::Text(t) = c { Some(t.clone()) } else { None })
                    .collect(),
            ),
            Kind::Truth => Self::Truth(cells.iter().map(Value::truth).collect()),
        })
    }

    /// The cells of these rows.
    pub(crate) fn taken(&self, rows: &[usize]) -> Self {
        fn pick<T: Clone>(cells: &[T], rows: &[usize]) -> Arc<[T]> {
            rows.iter().filter_map(|row| cells.get(*row).cloned()).collect()
        }
        match self {
            Self::Number(v) => Self::Number(pick(v, rows)),
            Self::Whole(v) => Self::Whole(pick(v, rows)),
            Self::Text(v) => Self::Text(pick(v, rows)),
            Self::Truth(v) => Self::Truth(pick(v, rows)),
        }
    }

    /// The cells of these rows; missing where there is none.
    pub(crate) fn taken_or_missing(
        &self,
        column: &str,
        rows: &[Option<usize>],
    ) -> Result<Self, TableError> {
        if let Some(all) = rows.iter().copied().collect::<Option<Vec<usize>>>() {
            return Ok(self.taken(&all));
        }
        let cells: Vec<Value> =
            rows.iter().map(|row| row.map_or(Value::Missing, |r| self.get(r))).collect();
        Self::of_kind(column, self.kind(), &cells)
    }
}

impl PartialEq for Values {
    /// What is missing is equal to what is missing.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b.iter()).all(|(x, y)| x == y || (x.is_nan() && y.is_nan()))
            }
            (Self::Whole(a), Self::Whole(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Truth(a), Self::Truth(b)) => a == b,
            _ => false,
        }
    }
}

impl From<Vec<f64>> for Values {
    fn from(v: Vec<f64>) -> Self {
        Self::Number(v.into())
    }
}

impl From<Vec<i64>> for Values {
    fn from(v: Vec<i64>) -> Self {
        Self::Whole(v.into())
    }
}

impl From<Vec<bool>> for Values {
    fn from(v: Vec<bool>) -> Self {
        Self::Truth(v.into_iter().map(Some).collect())
    }
}

impl From<Vec<Option<bool>>> for Values {
    fn from(v: Vec<Option<bool>>) -> Self {
        Self::Truth(v.into())
    }
}

impl From<Vec<&str>> for Values {
    fn from(v: Vec<&str>) -> Self {
        Self::Text(v.into_iter().map(|t| Some(t.into())).collect())
    }
}

impl From<Vec<String>> for Values {
    fn from(v: Vec<String>) -> Self {
        Self::Text(v.into_iter().map(|t| Some(t.into())).collect())
    }
}

impl From<Vec<Option<Arc<str>>>> for Values {
    fn from(v: Vec<Option<Arc<str>>>) -> Self {
        Self::Text(v.into())
    }
}

/// A column: its name, its unit and its cells.
///
/// # Examples
/// ```
/// use bioxen_table::Column;
/// let time = Column::new("time", vec![0.0, 10.0]).in_unit("min");
/// assert_eq!(time.title(), "time [min]");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    name: Arc<str>,
    unit: Option<Arc<str>>,
    values: Values,
}

impl Column {
    /// A column without a unit.
    pub fn new(name: &str, values: impl Into<Values>) -> Self {
        Self { name: name.into(), unit: None, values: values.into() }
    }

    /// From cells; see [`Values::from_cells`].
    pub fn from_cells(name: &str, cells: &[Value]) -> Result<Self, TableError> {
        Ok(Self::new(name, Values::from_cells(name, cells)?))
    }

    /// The same cells, said to be in a unit; an empty one is none. To calculate them anew, see
    /// [`Column::converted`].
    pub fn in_unit(self, unit: &str) -> Self {
        self.with_unit(Some(unit))
    }

    /// The same cells, said to be in a unit or in none.
    pub fn with_unit(self, unit: Option<&str>) -> Self {
        Self { unit: unit.filter(|u| !u.is_empty()).map(Into::into), ..self }
    }

    /// The same cells under another name.
    pub fn named(self, name: &str) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its unit.
    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }

    /// Its cells.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// Their kind.
    pub fn kind(&self) -> Kind {
        self.values.kind()
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Its name with its unit in brackets.
    pub fn title(&self) -> String {
        match &self.unit {
            Some(unit) => format!("{} [{unit}]", self.name),
            None => self.name.to_string(),
        }
    }

    /// As numbers; `doing` says for what, in the message that it has none.
    pub fn numbers(&self, doing: &str) -> Result<Arc<[f64]>, TableError> {
        self.values.numbers().ok_or_else(|| TableError::WrongKind {
            column: self.name.to_string(),
            is: self.kind(),
            doing: doing.to_owned(),
            wanted: "numbers",
        })
    }

    pub(crate) fn with_values(&self, values: Values) -> Self {
        Self { values, ..self.clone() }
    }
}
