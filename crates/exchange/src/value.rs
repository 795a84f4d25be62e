//! Values.

use std::collections::BTreeMap;

use crate::{Column, ExchangeError, Table};

/// A number with a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// How many of its unit.
    pub amount: f64,
    /// The symbol of its unit, such as `min`.
    pub unit: String,
}

/// A value of a session.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Nothing,
    /// True or false.
    Truth(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A number with a unit.
    Quantity(Quantity),
    /// Values in a row.
    List(Vec<Value>),
    /// Values by name.
    Map(BTreeMap<String, Value>),
    /// Columns of one length; what a run recorded is one, too.
    Table(Table),
}

impl Value {
    /// What it is, in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Truth(_) => "a truth value",
            Self::Whole(_) => "a whole number",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Quantity(_) => "a quantity",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Table(_) => "a table",
        }
    }

    /// As a number. The number of a quantity is asked of [`Self::quantity`], which says the unit.
    ///
    /// # Errors
    /// When it is none, or a whole number that no number of this kind equals.
    ///
    /// # Examples
    /// ```
    /// use bioxen_exchange::Value;
    /// assert_eq!(Value::Whole(3).number()?, 3.0);
    /// assert!(Value::Whole((1 << 53) + 1).number().is_err());
    /// # Ok::<(), bioxen_exchange::ExchangeError>(())
    /// ```
    pub fn number(&self) -> Result<f64, ExchangeError> {
        match self {
            Self::Number(x) => Ok(*x),
            // The saturated end of the whole numbers is no whole number of this kind.
            Self::Whole(x) if *x as f64 as i64 == *x && *x != i64::MAX => Ok(*x as f64),
            Self::Whole(x) => {
                Err(ExchangeError::Inexact { number: x.to_string(), expected: "a number" })
            }
            _ => Err(self.is_not("a number")),
        }
    }

    /// As a whole number.
    ///
    /// # Errors
    /// When it is none.
    pub fn whole(&self) -> Result<i64, ExchangeError> {
        match self {
            Self::Whole(x) => Ok(*x),
            _ => Err(self.is_not("a whole number")),
        }
    }

    /// As a truth value.
    ///
    /// # Errors
    /// When it is none.
    pub fn truth(&self) -> Result<bool, ExchangeError> {
        match self {
            Self::Truth(x) => Ok(*x),
            _ => Err(self.is_not("a truth value")),
        }
    }

    /// As a text.
    ///
    /// # Errors
    /// When it is none.
    pub fn text(&self) -> Result<&str, ExchangeError> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err(self.is_not("a text")),
        }
    }

    /// As a number with a unit.
    ///
    /// # Errors
    /// When it is none.
    pub fn quantity(&self) -> Result<&Quantity, ExchangeError> {
        match self {
            Self::Quantity(quantity) => Ok(quantity),
            _ => Err(self.is_not("a quantity")),
        }
    }

    /// As values in a row.
    ///
    /// # Errors
    /// When it is none.
    pub fn list(&self) -> Result<&[Value], ExchangeError> {
        match self {
            Self::List(values) => Ok(values),
            _ => Err(self.is_not("a list")),
        }
    }

    /// As values by name.
    ///
    /// # Errors
    /// When it is none.
    pub fn map(&self) -> Result<&BTreeMap<String, Value>, ExchangeError> {
        match self {
            Self::Map(values) => Ok(values),
            _ => Err(self.is_not("a map")),
        }
    }

    /// As a table.
    ///
    /// # Errors
    /// When it is none.
    pub fn table(&self) -> Result<&Table, ExchangeError> {
        match self {
            Self::Table(table) => Ok(table),
            _ => Err(self.is_not("a table")),
        }
    }

    /// What a map has under a key.
    ///
    /// # Errors
    /// When it is no map, or has no such key.
    ///
    /// # Examples
    /// ```
    /// use bioxen_exchange::Value;
    /// let status = Value::from([("state", "running")]);
    /// assert_eq!(status.get("state")?.text()?, "running");
    /// assert_eq!(status.get("sate").unwrap_err().to_string(),
    ///     "unknown key `sate` (did you mean `state`?); valid: state");
    /// # Ok::<(), bioxen_exchange::ExchangeError>(())
    /// ```
    pub fn get(&self, key: &str) -> Result<&Value, ExchangeError> {
        let map = self.map()?;
        map.get(key).ok_or_else(|| ExchangeError::Unknown {
            what: "key",
            name: key.to_owned(),
            valid: map.keys().cloned().collect(),
        })
    }

    /// A column of a table, as [`Table::column`] gives it.
    ///
    /// # Errors
    /// When it is no table, or has no such column.
    pub fn column(&self, name: &str) -> Result<&Column, ExchangeError> {
        self.table()?.column(name)
    }

    pub(crate) fn is_not(&self, expected: &'static str) -> ExchangeError {
        ExchangeError::Kind { is: self.kind(), expected }
    }
}
