//! Tables of a script's own values.

use rhai::{Array, Dynamic, Map};

use crate::cells::column;
use crate::number::kind;
use crate::text::counted;
use crate::{LangError, Table};
use bioxen_base::nearest::nearest;

fn wrong(what: String, expected: &'static str, got: String) -> LangError {
    LangError::WrongType { what, expected, got }
}

fn unknown(key: &str, names: &[String]) -> LangError {
    LangError::UnknownName {
        kind: "column",
        given: key.to_owned(),
        nearest: nearest(key, names.iter().map(String::as_str)).map(str::to_owned),
        valid: names.to_vec(),
    }
}

/// The values of a row in the order of the names; of a map those under the names.
fn cells(number: usize, row: &Dynamic, names: &[String]) -> Result<Vec<Dynamic>, LangError> {
    if let Some(map) = row.read_lock::<Map>() {
        if let Some(key) = map.keys().find(|key| !names.iter().any(|name| name == key.as_str()))
            && number > 0
        {
            return Err(unknown(key, names));
        }
        // A row may lack what is not known of it.
        return Ok(names
            .iter()
            .map(|n| map.get(n.as_str()).cloned().unwrap_or_default())
            .collect());
    }
    let expected = "a map of names and values, or an array with a value for each name";
    let what = || format!("row {number} of table (counted from 0)");
    match row.read_lock::<Array>() {
        Some(array) if array.len() == names.len() => Ok(array.to_vec()),
        Some(array) => Err(wrong(
            what(),
            expected,
            format!("{} for {}", counted(array.len(), "value"), counted(names.len(), "name")),
        )),
        None => Err(wrong(what(), expected, kind(row))),
    }
}

/// A table of rows with these columns.
pub(super) fn tabled(rows: &[Dynamic], names: &[String]) -> Result<Table, LangError> {
    let mut columns: Vec<Vec<Dynamic>> = vec![Vec::with_capacity(rows.len()); names.len()];
    for (number, row) in rows.iter().enumerate() {
        for (column, value) in columns.iter_mut().zip(cells(number, row, names)?) {
            column.push(value);
        }
    }
    let columns: Vec<_> =
        names.iter().zip(&columns).map(|(n, c)| column("table", n, c)).collect::<Result<_, _>>()?;
    Ok(Table::new(columns)?)
}

/// The names of the columns of maps: the keys of the first, then what others add.
pub(super) fn union(rows: &[Dynamic]) -> Result<Vec<String>, LangError> {
    let expected = "an array of maps, or of arrays and then the names of their columns";
    if rows.is_empty() {
        let got = "an empty array".to_owned();
        return Err(wrong("the rows of table".to_owned(), expected, got));
    }
    let mut names: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (number, row) in rows.iter().enumerate() {
        let Some(map) = row.read_lock::<Map>() else {
            let what = match number {
                0 => "the rows of table".to_owned(),
                number => format!("row {number} of table (counted from 0)"),
            };
            return Err(wrong(what, expected, kind(row)));
        };
        names.extend(map.keys().filter(|key| seen.insert((*key).clone())).map(ToString::to_string));
    }
    Ok(names)
}

/// A table of columns, these in this order or all.
pub(super) fn of_columns(map: &Map, wanted: Option<&[String]>) -> Result<Table, LangError> {
    let all: Vec<String> = map.keys().map(ToString::to_string).collect();
    let of = |name: &String| {
        let values = map.get(name.as_str()).ok_or_else(|| unknown(name, &all))?;
        let Some(array) = values.read_lock::<Array>() else {
            let what = format!("the column `{name}` of table");
            return Err(wrong(what, "an array with a value for each row", kind(values)));
        };
        column("table", name, &array)
    };
    let columns = wanted.unwrap_or(&all).iter().map(of).collect::<Result<_, _>>()?;
    Ok(Table::new(columns)?)
}
