//! One cell, and what kinds of cells there are.

use std::fmt;
use std::sync::Arc;

use bioxen_base::units::short;

use crate::error::TableError;

/// One cell of a table.
///
/// # Examples
/// ```
/// use bioxen_table::Value;
/// assert_eq!(Value::from(2.5), Value::Number(2.5));
/// assert_eq!(Value::from(f64::NAN), Value::Missing);
/// assert_eq!(Value::from("lacZ").to_string(), "lacZ");
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing was measured, or nothing was written.
    #[default]
    Missing,
    /// A number; one that is not a number is [`Value::Missing`].
    Number(f64),
    /// A whole number.
    Whole(i64),
    /// A text.
    Text(Arc<str>),
    /// True or false.
    Truth(bool),
}

impl Value {
    /// What kind it is of; nothing for what is missing.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Missing => None,
            Self::Number(_) => Some(Kind::Number),
            Self::Whole(_) => Some(Kind::Whole),
            Self::Text(_) => Some(Kind::Text),
            Self::Truth(_) => Some(Kind::Truth),
        }
    }

    /// As a number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(x) => Some(*x),
            Self::Whole(x) => Some(*x as f64),
            _ => None,
        }
    }

    /// As a text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// As a truth, if it is one.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Truth(truth) => Some(*truth),
            _ => None,
        }
    }

    /// Whether nothing is there.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

impl fmt::Display for Value {
    /// Numbers to seven digits, as people read them; files keep all.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("NA"),
            Self::Number(x) => f.write_str(&short(*x)),
            Self::Whole(x) => x.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Truth(truth) => truth.fmt(f),
        }
    }
}

impl From<f64> for Value {
    fn from(x: f64) -> Self {
        if x.is_nan() { Self::Missing } else { Self::Number(x) }
    }
}

impl From<i64> for Value {
    fn from(x: i64) -> Self {
        Self::Whole(x)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Numbers.
    Number,
    /// Whole numbers.
    Whole,
    /// Texts.
    Text,
    /// True or false.
    Truth,
}

impl Kind {
    /// All, in the order in which they are documented.
    pub const ALL: [Self; 4] = [Self::Number, Self::Whole, Self::Text, Self::Truth];

    /// Its word in files and messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Whole => "whole",
            Self::Text => "text",
            Self::Truth => "truth",
        }
    }

    /// The kind of that word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether one can calculate with it.
    pub const fn is_numeric(self) -> bool {
        matches!(self, Self::Number | Self::Whole)
    }

    /// The kind that holds both without a loss, if there is one.
    pub fn with(self, other: Self) -> Option<Self> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (a, b) if a.is_numeric() && b.is_numeric() => Some(Self::Number),
            _ => None,
        }
    }

    /// The kind of a column in which this one comes after others, in a row counted from 0.
    pub(crate) fn joining(
        self,
        others: Option<Self>,
        column: &str,
        row: usize,
    ) -> Result<Self, TableError> {
        let one = others.unwrap_or(self);
        one.with(self).ok_or_else(|| TableError::Mixed {
            column: column.to_owned(),
            one,
            other: self,
            row: row + 1,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
