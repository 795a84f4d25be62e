//! From fields to numbers, whole numbers, truths and texts.

use std::collections::HashMap;
use std::sync::Arc;

use super::arena::Arena;
use super::header::Title;
use super::records::Records;
use super::scalar::{has_padding, is_long, is_missing, is_over, noun, number, seconds_of, truth};
use super::{CsvOptions, Decimal};
use crate::column::{Column, Values};
use crate::error::{TableError, shown};
use crate::units::{Dimension, dimension, factor};
use crate::value::Kind;

/// The most different texts that are kept once only.
const MOST_SHARED: usize = 10_000;

/// What is needed to know of what kind the columns are.
pub(super) struct Typing<'a> {
    pub(super) options: &'a CsvOptions,
    pub(super) separator: u8,
    pub(super) declared: Option<&'a [Kind]>,
}

impl Typing<'_> {
    /// The columns of a file.
    pub(super) fn columns(
        &self,
        titles: Vec<Title>,
        records: &Records,
        remarks: &mut Vec<String>,
    ) -> Result<Vec<Column>, TableError> {
        for (name, _) in &self.options.kinds {
            if !titles.iter().any(|t| t.name == *name) {
                return Err(TableError::unknown_column(
                    name,
                    titles.iter().map(|t| t.name.as_str()),
                ));
            }
        }
        let declared = self.declared.filter(|kinds| kinds.len() == titles.len());
        let decimal = self.decimal(&titles, records, remarks);
        let mut columns = Vec::with_capacity(titles.len());
        for (number, title) in titles.into_iter().enumerate() {
            let given = self.options.kinds.iter().find(|(n, _)| *n == title.name).map(|(_, k)| *k);
            let known = given.or(declared.and_then(|kinds| kinds.get(number).copied()));
            let column = Typed {
                title: &title,
                fields: &records.columns[title.at],
                lines: &records.lines,
                decimal,
                missing: &self.options.missing,
                written_by_us: given.is_none() && known.is_some(),
            };
            columns.push(match known {
                Some(kind) => column.of_kind(kind)?,
                None => column.guessed(remarks)?,
            });
        }
        Ok(columns)
    }

    /// Decimal commas are looked for where the comma does not separate columns: some number is written with
    /// one, and none with a point.
    fn decimal(&self, titles: &[Title], records: &Records, remarks: &mut Vec<String>) -> Decimal {
        if let Some(given) = self.options.separators.decimal {
            return given;
        }
        if self.separator == b',' {
            return Decimal::Point;
        }
        let (mut comma, mut point) = (None, None);
        for title in titles {
            for (row, field) in records.columns[title.at].iter().enumerate() {
                let place = || {
                    (records.lines.get(row).copied().unwrap_or_default(), field.trim().to_owned())
                };
                if comma.is_none() && field.contains(',') && number(field, Decimal::Comma).is_some()
                {
                    comma = Some(place());
                }
                if point.is_none() && field.contains('.') && number(field, Decimal::Point).is_some()
                {
                    point = Some(place());
                }
            }
        }
        match (comma, point) {
            (Some((line, field)), None) => {
                remarks.push(format!(
                    "Numbers have a decimal comma, as `{}` in line {line}.",
                    shown(&field)
                ));
                Decimal::Comma
            }
            (Some((line, field)), Some((other, with))) => {
                remarks.push(format!(
                    "Numbers have a decimal point, as `{}` in line {other}; `{}` in line {line} is a text.",
                    shown(&with),
                    shown(&field)
                ));
                Decimal::Point
            }
            _ => Decimal::Point,
        }
    }
}

/// One column on its way.
struct Typed<'a> {
    title: &'a Title,
    fields: &'a Arena,
    lines: &'a [u64],
    decimal: Decimal,
    missing: &'a [String],
    /// The file says its kinds itself; then only what is empty is missing in a text.
    written_by_us: bool,
}

impl Typed<'_> {
    fn made(&self, values: Values) -> Column {
        Column::new(&self.title.name, values).with_unit(self.title.unit.as_deref())
    }

    fn is_missing(&self, field: &str) -> bool {
        is_missing(field) || is_over(field) || self.missing.iter().any(|m| m == field)
    }

    fn line(&self, row: usize) -> u64 {
        self.lines.get(row).copied().unwrap_or_default()
    }

    /// Of the kind that all fields are of that are not missing.
    fn guessed(&self, remarks: &mut Vec<String>) -> Result<Column, TableError> {
        let name = shown(&self.title.name);
        let (mut wholes, mut numbers) = (Some(Vec::new()), Some(Vec::new()));
        let mut gaps = false;
        let mut over: Vec<u64> = Vec::new();
        let mut padded = None;
        for (row, field) in self.fields.iter().enumerate() {
            let field = field.trim();
            if self.is_missing(field) {
                gaps = true;
                if is_over(field) {
                    over.push(self.line(row));
                }
                wholes = None;
                if let Some(all) = &mut numbers {
                    all.push(f64::NAN);
                }
                continue;
            }
            if has_padding(field) {
                padded = padded.or_else(|| Some(field.to_owned()));
            }
            wholes = wholes.and_then(|mut all: Vec<i64>| {
                all.push(field.parse().ok()?);
                Some(all)
            });
            numbers = numbers.and_then(|mut all: Vec<f64>| {
                // A whole number that is too long would lose digits.
                let x = number(field, self.decimal).filter(|_| !is_long(field))?;
                all.push(x);
                Some(all)
            });
            if wholes.is_none() && numbers.is_none() {
                break;
            }
        }
        if let (Some(example), true) = (&padded, wholes.is_some() || numbers.is_some()) {
            remarks.push(format!(
                "`{name}` is a text, since some of it begins with zeros, as `{}`.",
                shown(example)
            ));
            return Ok(self.texts());
        }
        if let Some(wholes) = wholes.filter(|_| !gaps && self.fields.len() > 0) {
            return Ok(self.made(wholes.into()));
        }
        if let Some(numbers) = numbers {
            self.tell_over(&over, remarks);
            return Ok(self.made(numbers.into()));
        }
        if let Some(truths) = self.truths() {
            return Ok(self.made(truths));
        }
        if let Some(times) = self.times(remarks)? {
            return Ok(times);
        }
        self.tell_stray(remarks);
        Ok(self.texts())
    }

    fn tell_over(&self, over: &[u64], remarks: &mut Vec<String>) {
        let Some(first) = over.first() else { return };
        let cells =
            if over.len() == 1 { "1 cell".to_owned() } else { format!("{} cells", over.len()) };
        remarks.push(format!(
            "`{}`: {cells} above what the instrument can measure, the first in line {first}, taken as missing.",
            shown(&self.title.name)
        ));
    }

    /// A column of numbers but for a few cells is more likely damaged than a text.
    fn tell_stray(&self, remarks: &mut Vec<String>) {
        let (mut numbers, mut strays, mut first) = (0_usize, 0_usize, None);
        for (row, field) in self.fields.iter().enumerate() {
            let field = field.trim();
            if self.is_missing(field) {
                continue;
            }
            if number(field, self.decimal).is_some() {
                numbers += 1;
            } else {
                strays += 1;
                first = first.or(Some((self.line(row), field)));
            }
        }
        if let Some((line, field)) = first.filter(|_| numbers >= 4 * strays) {
            remarks.push(format!(
                "`{}` is a text, since `{}` in line {line} is no number; {numbers} of its cells are.",
                shown(&self.title.name),
                shown(field)
            ));
        }
    }

    fn texts(&self) -> Column {
        let mut shared: HashMap<&str, Arc<str>> = HashMap::new();
        let texts: Vec<Option<Arc<str>>> = self
            .fields
            .iter()
            .map(|field| {
                let nothing = if self.written_by_us {
                    field.is_empty()
                } else {
                    self.is_missing(field.trim())
                };
                if nothing {
                    return None;
                }
                if let Some(known) = shared.get(field) {
                    return Some(known.clone());
                }
                let text: Arc<str> = field.into();
                if shared.len() < MOST_SHARED {
                    shared.insert(field, text.clone());
                }
                Some(text)
            })
            .collect();
        self.made(texts.into())
    }

    fn truths(&self) -> Option<Values> {
        let truths: Option<Vec<Option<bool>>> = self
            .fields
            .iter()
            .map(|field| {
                let field = field.trim();
                match truth(field) {
                    Some(t) => Some(Some(t)),
                    None => self.is_missing(field).then_some(None),
                }
            })
            .collect();
        truths.map(Into::into)
    }

    /// Times as `h:mm:ss`, if all are, in the unit that the column says, or in seconds.
    fn times(&self, remarks: &mut Vec<String>) -> Result<Option<Column>, TableError> {
        let seconds: Option<Vec<f64>> = self
            .fields
            .iter()
            .map(|field| {
                let field = field.trim();
                if self.is_missing(field) { Some(f64::NAN) } else { seconds_of(field) }
            })
            .collect();
        let Some(seconds) = seconds else { return Ok(None) };
        let unit = match self.title.unit.as_deref() {
            Some(unit) if dimension(unit) == Some(Dimension::Time) => unit,
            _ => "s",
        };
        let factor = factor(&self.title.name, Some("s"), unit)?;
        remarks.push(format!(
            "`{}`: times as h:mm:ss are converted to numbers [{unit}].",
            shown(&self.title.name)
        ));
        let numbers: Vec<f64> = seconds.into_iter().map(|s| factor.of(s)).collect();
        Ok(Some(Column::new(&self.title.name, numbers).in_unit(unit)))
    }

    /// Of a kind that is said; a cell that is of another is an error.
    fn of_kind(&self, kind: Kind) -> Result<Column, TableError> {
        if kind == Kind::Text {
            return Ok(self.texts());
        }
        let mut wholes = Vec::new();
        let mut numbers = Vec::new();
        let mut truths = Vec::new();
        for (row, field) in self.fields.iter().enumerate() {
            let field = field.trim();
            let missing = self.is_missing(field);
            let fits = match kind {
                Kind::Whole => field.parse().map(|x: i64| wholes.push(x)).is_ok(),
                Kind::Truth if missing => {
                    truths.push(None);
                    true
                }
                Kind::Truth => truth(field).map(|t| truths.push(Some(t))).is_some(),
                _ if missing => {
                    numbers.push(f64::NAN);
                    true
                }
                _ => number(field, self.decimal).map(|x| numbers.push(x)).is_some(),
            };
            if !fits {
                let what = if missing && kind == Kind::Whole {
                    "a cell is missing, which a column of whole numbers cannot have".to_owned()
                } else {
                    format!("`{}` is no {}", shown(field), noun(kind))
                };
                return Err(TableError::read_in(self.line(row), &self.title.name, what));
            }
        }
        Ok(self.made(match kind {
            Kind::Whole => wholes.into(),
            Kind::Truth => truths.into(),
            _ => numbers.into(),
        }))
    }
}
