//! Several tables in one figure, such as measurements over the curve of a model.

use rhai::{Array, Dynamic, Map};

use super::planned::{FEW, OPTIONS, figure};
use crate::api::tables::column_names;
use crate::look::Look;
use crate::number::{kind, names, some_names};
use crate::text::counted;
use crate::{FigureValue, LangError, Table};

/// Whether an array has tables only.
pub(super) fn are_tables(array: &Array) -> bool {
    !array.is_empty() && array.iter().all(Dynamic::is::<Table>)
}

fn wrong(what: &str, expected: &'static str, got: String) -> LangError {
    LangError::WrongType { what: what.to_owned(), expected, got }
}

/// The names of the tables in the legend, which stand under `labels` or `legend`, and the options without them.
fn labels(options: &Map, count: usize) -> Result<(Vec<String>, Map), LangError> {
    let mut rest = options.clone();
    for key in ["labels", "legend"] {
        let Some(value) = options.get(key).filter(|value| value.is_array()) else { continue };
        let given = some_names(key, value)?;
        if given.len() != count {
            let got = format!("{} for {count}", counted(given.len(), "name"));
            return Err(wrong(key, "as many names as there are tables", got));
        }
        rest.remove(key);
        return Ok((given, rest));
    }
    Ok(((1..=count).map(|number| format!("table {number}")).collect(), rest))
}

/// The style of each table: what is asked for, or lines for many rows and points for few.
fn styles(options: &Map, tables: &[Table]) -> Result<Vec<Dynamic>, LangError> {
    let Some(value) = options.get("style") else {
        let usual = |table: &Table| if table.rows() > FEW { "line" } else { "points" };
        return Ok(tables.iter().map(|table| usual(table).into()).collect());
    };
    let Some(all) = value.read_lock::<Array>() else {
        return Ok(vec![value.clone(); tables.len()]);
    };
    let given = names("style", value)?;
    if given.len() != tables.len() {
        let got = format!("{} for {}", counted(given.len(), "style"), tables.len());
        return Err(wrong("style", "one style, or as many as there are tables", got));
    }
    Ok(all.clone())
}

/// The options for one of several tables: columns that only others have are left out.
fn own(options: &Map, table: &Table, all: &[Table]) -> Map {
    let is_elsewhere = |name: &str| !table.has(name) && all.iter().any(|other| other.has(name));
    let mut own = options.clone();
    let name = |value: &Dynamic| value.clone().into_string().ok();
    if options.get("group").and_then(name).is_some_and(|name| is_elsewhere(&name)) {
        own.remove("group");
    }
    let lacks = |value: &Dynamic| match value.read_lock::<Array>() {
        Some(pair) => pair.iter().filter_map(name).any(|name| is_elsewhere(&name)),
        None => name(value).is_some_and(|name| is_elsewhere(&name)),
    };
    let Some(error) = options.get("error") else { return own };
    let kept: Dynamic = match error.read_lock::<Array>() {
        Some(each) => {
            let one = |error: &Dynamic| if lacks(error) { Dynamic::UNIT } else { error.clone() };
            each.iter().map(one).collect::<Array>().into()
        }
        None if lacks(error) => Dynamic::UNIT,
        None => error.clone(),
    };
    own.insert("error".into(), kept);
    own
}

/// A table with its columns in the units that the first table has them in.
fn in_units_of(first: &Table, table: &Table) -> Table {
    first.columns().iter().fold(table.clone(), |table, column| {
        let unit = column.unit().filter(|unit| {
            let other = table.column(column.name()).ok().and_then(|c| c.unit());
            other.is_some_and(|other| other != *unit)
        });
        // What cannot be converted is told where the figure is made.
        match unit.map(|unit| table.converted(column.name(), unit)) {
            Some(Ok(converted)) => converted,
            _ => table,
        }
    })
}

/// A figure of several tables over each other.
pub(super) fn layers(array: &Array, options: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot", options, &OPTIONS)?;
    let tables: Vec<Table> =
        array.iter().filter_map(|value| value.read_lock::<Table>().map(|t| t.clone())).collect();
    let (names, options) = labels(options, tables.len())?;
    let styles = styles(&options, &tables)?;
    let wanted = options.get("y").map(|y| column_names("y", y)).transpose()?;
    let Some(first) = tables.first() else {
        return Err(wrong(
            "the tables of plot",
            "at least one",
            kind(&Dynamic::from(Array::new())),
        ));
    };
    let mut figures = Vec::new();
    for ((table, name), style) in tables.iter().zip(names).zip(styles) {
        let mut own = own(&options, table, &tables);
        own.insert("style".into(), style);
        if let Some(wanted) = &wanted {
            // Each table draws what it has of several columns.
            let here: Vec<&String> = wanted.iter().filter(|name| table.has(name)).collect();
            if !here.is_empty() {
                let here: Array = here.into_iter().map(|name| name.clone().into()).collect();
                own.insert("y".into(), here.into());
            }
        }
        figures.push((name, figure(&in_units_of(first, table), &own, &look, tables.len() > 1)?));
    }
    look.figure(bioxen_plot::over(figures)?)
}
