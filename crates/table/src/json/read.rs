//! Reading JSON.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{MARK, VERSION};
use crate::column::{Column, Values};
use crate::csv::Limits;
use crate::error::{TableError, shown};
use crate::meta::Meta;
use crate::table::Table;
use crate::value::{Kind, Value};

/// A value of JSON whose keys keep their order.
#[derive(Debug, Clone, PartialEq)]
enum Json {
    Cell(Value),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Cell(Value::Missing))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Json, E> {
        Ok(Json::Cell(truth.into()))
    }

    fn visit_i64<E: Error>(self, x: i64) -> Result<Json, E> {
        Ok(Json::Cell(x.into()))
    }

    fn visit_u64<E: Error>(self, x: u64) -> Result<Json, E> {
        let whole = i64::try_from(x)
            .map_err(|_| E::custom(format!("{x} is too long for a whole number")))?;
        Ok(Json::Cell(whole.into()))
    }

    fn visit_f64<E: Error>(self, x: f64) -> Result<Json, E> {
        Ok(Json::Cell(x.into()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Cell(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = map.next_entry()? {
            items.push(item);
        }
        Ok(Json::Map(items))
    }
}

fn wrong(what: impl Into<String>) -> TableError {
    TableError::Format { format: "table in JSON", what: what.into() }
}

impl Table {
    /// From JSON: a list of rows, lists of cells by the names of their columns, or our own form.
    ///
    /// # Examples
    /// ```
    /// use bioxen_table::{Limits, Table, Value};
    /// let text = r#"[{"b": 1, "a": "x"}, {"a": "y"}]"#;
    /// let table = Table::from_json(text.as_bytes(), Limits::default())?;
    /// assert_eq!(table.names().collect::<Vec<_>>(), ["b", "a"]);
    /// assert_eq!(table.cell(1, "b")?, Value::Missing);
    /// # Ok::<(), bioxen_table::TableError>(())
    /// ```
    pub fn from_json(bytes: &[u8], limits: Limits) -> Result<Self, TableError> {
        limits.check_bytes(bytes.len())?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let json: Json = serde_json::from_slice(bytes).map_err(|error| wrong(error.to_string()))?;
        match json {
            Json::List(rows) => from_rows(rows, limits),
            Json::Map(entries) if entries.iter().any(|(key, _)| key == MARK) => {
                full(entries, limits)
            }
            Json::Map(entries) => from_columns(entries, limits),
            Json::Cell(_) => Err(wrong("a list of rows or an object of columns is needed")),
        }
    }
}

fn cell(json: Json, place: impl Fn() -> String) -> Result<Value, TableError> {
    match json {
        Json::Cell(value) => Ok(value),
        Json::List(_) => Err(wrong(format!("{} is a list, not one value", place()))),
        Json::Map(_) => Err(wrong(format!("{} is an object, not one value", place()))),
    }
}

fn from_rows(rows: Vec<Json>, limits: Limits) -> Result<Table, TableError> {
    limits.check_rows(rows.len())?;
    let mut made = Vec::with_capacity(rows.len());
    for (number, row) in rows.into_iter().enumerate() {
        let Json::Map(entries) = row else {
            return Err(wrong(format!("row {} is no object", number + 1)));
        };
        limits.check_columns(entries.len())?;
        let cells: Result<Vec<(String, Value)>, TableError> = entries
            .into_iter()
            .map(|(key, json)| {
                let value = cell(json, || format!("`{}` in row {}", shown(&key), number + 1))?;
                Ok((key, value))
            })
            .collect();
        made.push(cells?);
    }
    let table = Table::from_rows(&made)?;
    limits.check_columns(table.columns().len())?;
    Ok(table)
}

fn cells(name: &str, json: Json, limits: Limits) -> Result<Vec<Value>, TableError> {
    let Json::List(items) = json else {
        return Err(wrong(format!("`{}` is no list of cells", shown(name))));
    };
    limits.check_rows(items.len())?;
    let place = |row: usize| move || format!("`{}` in row {}", shown(name), row + 1);
    items.into_iter().enumerate().map(|(row, json)| cell(json, place(row))).collect()
}

fn from_columns(entries: Vec<(String, Json)>, limits: Limits) -> Result<Table, TableError> {
    limits.check_columns(entries.len())?;
    let columns: Result<Vec<Column>, TableError> = entries
        .into_iter()
        .map(|(name, json)| Column::from_cells(&name, &cells(&name, json, limits)?))
        .collect();
    Table::new(columns?)
}

/// Our own form.
fn full(entries: Vec<(String, Json)>, limits: Limits) -> Result<Table, TableError> {
    let mut meta = Meta::default();
    let (mut columns, mut rows) = (Vec::new(), None);
    for (key, json) in entries {
        match (key.as_str(), json) {
            (MARK, Json::Cell(Value::Whole(VERSION))) => {}
            (MARK, _) => return Err(wrong(format!("only version {VERSION} of the form is known"))),
            ("meta", Json::Map(pairs)) => {
                for (key, json) in pairs {
                    let value = cell(json, || format!("`{}` of `meta`", shown(&key)))?;
                    meta.set(&key, &value.text().map_or_else(|| value.to_string(), str::to_owned));
                }
            }
            ("rows", Json::Cell(Value::Whole(n))) => rows = usize::try_from(n).ok(),
            ("columns", Json::List(items)) => {
                limits.check_columns(items.len())?;
                for item in items {
                    columns.push(column(item, limits)?);
                }
            }
            ("meta" | "rows" | "columns", _) => {
                return Err(wrong(format!("`{key}` is not what it should be")));
            }
            _ => {
                let keys = [MARK, "meta", "rows", "columns"];
                return Err(TableError::unknown_word("key", &key, keys.into_iter()));
            }
        }
    }
    let rows = columns.first().map_or(rows.unwrap_or(0), Column::len);
    limits.check_rows(rows)?;
    Table::checked(columns, rows, meta)
}

fn column(json: Json, limits: Limits) -> Result<Column, TableError> {
    let Json::Map(entries) = json else { return Err(wrong("a column is no object")) };
    let (mut name, mut unit, mut kind, mut values) = (String::new(), None, None, None);
    for (key, json) in entries {
        match (key.as_str(), json) {
            ("name", Json::Cell(Value::Text(text))) => name = text.to_string(),
            ("unit", Json::Cell(Value::Missing)) => {}
            ("unit", Json::Cell(Value::Text(text))) => unit = Some(text),
            ("kind", Json::Cell(Value::Text(word))) => {
                let known = Kind::ALL.map(Kind::word);
                let unknown = || TableError::unknown_word("kind", &word, known.into_iter());
                kind = Some(Kind::of_word(&word).ok_or_else(unknown)?);
            }
            ("values", json) => values = Some(cells(&name, json, limits)?),
            _ => {
                let keys = ["name", "unit", "kind", "values"];
                return Err(TableError::unknown_word("key of a column", &key, keys.into_iter()));
            }
        }
    }
    let (Some(kind), Some(mut cells)) = (kind, values) else {
        return Err(wrong(format!("column `{}` says no `kind` or has no `values`", shown(&name))));
    };
    for (row, cell) in cells.iter_mut().enumerate() {
        let is_number = kind == Kind::Number;
        *cell = match std::mem::take(cell) {
            Value::Text(word) if is_number && &*word == "inf" => f64::INFINITY.into(),
            Value::Text(word) if is_number && &*word == "-inf" => f64::NEG_INFINITY.into(),
            other => other,
        };
        let found = cell.kind();
        if found.is_some_and(|k| k != kind && !(is_number && k == Kind::Whole))
            || (found.is_none() && kind == Kind::Whole)
        {
            let what = format!(
                "column `{}`, row {}: the cell is not of the kind {kind}",
                shown(&name),
                row + 1
            );
            return Err(wrong(what));
        }
    }
    Ok(Column::new(&name, Values::of_kind(&name, kind, &cells)?).with_unit(unit.as_deref()))
}
