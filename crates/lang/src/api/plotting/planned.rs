//! Figures of the columns of a table.

use rhai::{Array, Dynamic, Map};

use crate::api::tables::column_names;
use crate::cells::unit_of;
use crate::look::{Look, choice};
use crate::number::{kind, map, names, only, plain};
use crate::series::Unit;
use crate::value::cell_text;
use crate::{FigureValue, LangError, Table};
use bioxen_plot::{AxisLook, Columns, ErrorOf, Field, Figure, Kind, Plan, Scale};

/// Up to so many rows have points on their line, if no style is asked for.
pub(super) const FEW: usize = 60;

/// The options of a figure of a table beside those of every figure.
pub(super) const OPTIONS: [&str; 11] = [
    "x", "y", "error", "group", "style", "points", "log", "x_range", "y_range", "labels", "legend",
];

/// The columns of a table as a figure takes them.
fn fields(table: &Table) -> Vec<Field> {
    let field = |column: &bioxen_table::Column| match column.values().numbers() {
        Some(numbers) => {
            Field::numbers(column.name(), column.unit().unwrap_or_default(), numbers.to_vec())
        }
        None => Field::names(column.name(), column.values().iter().map(|cell| cell_text(&cell))),
    };
    table.columns().iter().map(field).collect()
}

fn wrong(what: &str, expected: &'static str, got: &Dynamic) -> LangError {
    LangError::WrongType { what: what.to_owned(), expected, got: kind(got) }
}

fn name(options: &Map, key: &'static str) -> Result<Option<String>, LangError> {
    let Some(value) = options.get(key).filter(|value| !value.is_unit()) else { return Ok(None) };
    let name = value.clone().into_string();
    name.map(Some).map_err(|_| wrong(key, "the name of a column", value))
}

fn truth(options: &Map, key: &'static str, usual: bool) -> Result<bool, LangError> {
    let Some(value) = options.get(key) else { return Ok(usual) };
    value.as_bool().map_err(|_| wrong(key, "true or false", value))
}

/// The ends of an axis in its unit.
fn range(
    options: &Map,
    key: &'static str,
    unit: Option<Unit>,
) -> Result<(Option<f64>, Option<f64>), LangError> {
    let Some(value) = options.get(key) else { return Ok((None, None)) };
    let expected = "two numbers, or quantities of the unit of the axis, such as [0, 10]";
    let end = |value: &Dynamic| match value {
        value if value.is_unit() => Ok(None),
        value => plain(value)
            .or_else(|| unit.and_then(|unit| unit.read(value)))
            .map(Some)
            .ok_or_else(|| wrong(key, expected, value)),
    };
    match value.read_lock::<Array>().as_deref().map(Vec::as_slice) {
        Some([low, high]) => Ok((end(low)?, end(high)?)),
        _ => Err(wrong(key, expected, value)),
    }
}

fn errors(options: &Map) -> Result<Vec<ErrorOf>, LangError> {
    let Some(value) = options.get("error").filter(|value| !value.is_unit()) else {
        return Ok(Vec::new());
    };
    let expected = "a column, or an array with a column, a pair of columns or () for each of `y`";
    let one = |value: &Dynamic| {
        if value.is_unit() {
            return Ok(ErrorOf::None);
        }
        if let Ok(name) = value.clone().into_string() {
            return Ok(ErrorOf::Distance(name));
        }
        match names("error", value).ok().as_deref() {
            Some([low, high]) => Ok(ErrorOf::Ends(low.clone(), high.clone())),
            _ => Err(wrong("error", expected, value)),
        }
    };
    match value.read_lock::<Array>() {
        Some(all) => all.iter().map(one).collect(),
        None => Ok(vec![one(value)?]),
    }
}

/// The labels of x and y.
fn labels(options: &Map) -> Result<[Option<String>; 2], LangError> {
    let Some(value) = options.get("labels") else { return Ok([None, None]) };
    let given = map("labels", value)?;
    only("labels", &given, &["x", "y"])?;
    let label = |key: &str| given.get(key).map(ToString::to_string);
    Ok(["x", "y"].map(label))
}

/// The figure of a table that options ask for.
pub(super) fn planned(table: &Table, options: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot", options, &OPTIONS)?;
    look.figure(figure(table, options, &look, false)?)
}

/// What is to be drawn of a table; `beside` if others stand beside it.
pub(super) fn figure(
    table: &Table,
    options: &Map,
    look: &Look,
    beside: bool,
) -> Result<Figure, LangError> {
    let group = name(options, "group")?;
    let wanted = options.get("y").map(|y| column_names("y", y)).transpose()?;
    let is_number = |name: &str| table.column(name).is_ok_and(|c| c.kind().is_numeric());
    let free = |name: &&str| Some(*name) != group.as_deref();
    let numeric = table.names().filter(|name| is_number(name)).count();
    // A column that is alone is drawn over the number of its rows.
    let usual_x = table.names().filter(free).find(|name| {
        let is_wanted = wanted.as_ref().is_some_and(|y| y.iter().any(|y| y == name));
        !is_wanted && (numeric > 1 || !is_number(name))
    });
    let style = name(options, "style")?.map(|style| Kind::of_name(&style)).transpose()?;
    let gathers = matches!(style, Some(Kind::Box | Kind::Violin));
    let x = match name(options, "x")? {
        Some(x) => Some(x),
        // Boxes stand above the names of their columns.
        None if gathers && group.is_none() && usual_x.is_none_or(is_number) => None,
        None => usual_x.map(str::to_owned),
    };
    let error = errors(options)?;
    let is_error = |name: &str| {
        error.iter().any(|error| match error {
            ErrorOf::None => false,
            ErrorOf::Distance(of) => of == name,
            ErrorOf::Ends(low, high) => low == name || high == name,
        })
    };
    let y = wanted.unwrap_or_else(|| {
        let others = table.names().filter(free).filter(|name| Some(*name) != x.as_deref());
        others.filter(|name| is_number(name) && !is_error(name)).map(str::to_owned).collect()
    });
    let names_across = x.as_deref().is_some_and(|x| table.has(x) && !is_number(x));
    let unit = |name: Option<&str>| {
        name.and_then(|name| table.column(name).ok()).and_then(|c| c.unit()).and_then(unit_of)
    };
    let log = choice(options, "log", &["x", "y", "xy"])?.unwrap_or_default();
    let against = x.as_ref().map_or_else(String::new, |x| format!(" against {x}"));
    let points = truth(options, "points", false)?;
    let x_range = range(options, "x_range", unit(x.as_deref()))?;
    let y_range = range(options, "y_range", unit(y.first().map(String::as_str)))?;
    let [x_label, y_label] = labels(options)?;
    let scale = |axis: char| if log.contains(axis) { Scale::Log } else { Scale::Linear };
    let plan = Plan {
        title: look.title(format!("{}{against}", y.join(", "))),
        style: style.unwrap_or(match (names_across, table.rows() <= FEW) {
            (true, _) => Kind::Bars,
            (false, true) => Kind::Both,
            (false, false) => Kind::Line,
        }),
        points,
        x: AxisLook { label: x_label, scale: scale('x'), range: x_range },
        y: AxisLook { label: y_label, scale: scale('y'), range: y_range },
        legend: truth(options, "legend", true)?,
        columns: Columns { x, y, error, group },
        beside,
    };
    Ok(plan.figure(&fields(table))?)
}
