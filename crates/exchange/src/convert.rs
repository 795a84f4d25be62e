//! Values of Rust as values, and back.

use std::collections::{BTreeMap, HashMap};

use crate::{ExchangeError, Quantity, Table, Value};

macro_rules! of_kind {
    ($($from:ty => $kind:ident),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$kind(value.into())
            }
        })*
    };
}

of_kind! {
    bool => Truth,
    i64 => Whole, i32 => Whole, i16 => Whole, i8 => Whole, u32 => Whole, u16 => Whole, u8 => Whole,
    f64 => Number, f32 => Number,
    String => Text, &str => Text,
    Quantity => Quantity,
    Table => Table,
}

impl From<()> for Value {
    fn from((): ()) -> Self {
        Self::Nothing
    }
}

impl From<&Value> for Value {
    fn from(value: &Value) -> Self {
        value.clone()
    }
}

impl From<&Table> for Value {
    fn from(table: &Table) -> Self {
        Self::Table(table.clone())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value> + Clone> From<&[T]> for Value {
    fn from(values: &[T]) -> Self {
        Self::List(values.iter().cloned().map(Into::into).collect())
    }
}

impl<T: Into<Value> + Clone> From<&Vec<T>> for Value {
    fn from(values: &Vec<T>) -> Self {
        values.as_slice().into()
    }
}

impl<K: Into<String>, V: Into<Value>, const N: usize> From<[(K, V); N]> for Value {
    fn from(values: [(K, V); N]) -> Self {
        Self::Map(values.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl<V: Into<Value>> From<BTreeMap<String, V>> for Value {
    fn from(values: BTreeMap<String, V>) -> Self {
        Self::Map(values.into_iter().map(|(key, value)| (key, value.into())).collect())
    }
}

impl<V: Into<Value>> From<HashMap<String, V>> for Value {
    fn from(values: HashMap<String, V>) -> Self {
        Self::Map(values.into_iter().map(|(key, value)| (key, value.into())).collect())
    }
}

impl TryFrom<usize> for Value {
    type Error = ExchangeError;

    fn try_from(value: usize) -> Result<Self, ExchangeError> {
        i64::try_from(value).map(Self::Whole).map_err(|_| ExchangeError::Inexact {
            number: value.to_string(),
            expected: "a whole number of a session",
        })
    }
}

macro_rules! into_kind {
    ($($to:ty, $how:expr);* $(;)?) => {
        $(impl TryFrom<Value> for $to {
            type Error = ExchangeError;

            fn try_from(value: Value) -> Result<Self, ExchangeError> {
                $how(value)
            }
        })*
    };
}

into_kind! {
    bool, |value: Value| value.truth();
    i64, |value: Value| value.whole();
    f64, |value: Value| value.number();
    String, |value: Value| match value {
        Value::Text(text) => Ok(text),
        other => Err(other.is_not("a text")),
    };
    Quantity, |value: Value| match value {
        Value::Quantity(quantity) => Ok(quantity),
        other => Err(other.is_not("a quantity")),
    };
    Table, |value: Value| match value {
        Value::Table(table) => Ok(table),
        other => Err(other.is_not("a table")),
    };
    Vec<Value>, |value: Value| match value {
        Value::List(values) => Ok(values),
        other => Err(other.is_not("a list")),
    };
    Vec<f64>, |value: Value| value.list()?.iter().map(Value::number).collect();
    Vec<i64>, |value: Value| value.list()?.iter().map(Value::whole).collect();
    Vec<String>, |value: Value| {
        value.list()?.iter().map(|text| text.text().map(str::to_owned)).collect()
    };
    BTreeMap<String, Value>, |value: Value| match value {
        Value::Map(values) => Ok(values),
        other => Err(other.is_not("a map")),
    };
}
