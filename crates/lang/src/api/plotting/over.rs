//! Several traces over each other, and measurements over the lines of models.

use rhai::{Array, Dynamic, Map};

use crate::look::{Look, choice};
use crate::number::{kind, some_names};
use crate::text::counted;
use crate::{FigureValue, LangError, Table, Trace};
use bioxen_plot::{Axis, Figure, Panel, Scale, Series, Style};
use bioxen_table::Column;

/// What can be drawn over another.
enum Thing {
    Trace(Trace),
    Table(Table),
}

/// Whether an array has traces or tables, and no numbers.
pub(super) fn is_several(array: &Array) -> bool {
    array.iter().any(|value| value.is::<Trace>() || value.is::<Table>())
}

fn things(array: &Array) -> Result<Vec<Thing>, LangError> {
    let one = |(number, value): (usize, &Dynamic)| {
        if let Some(trace) = value.read_lock::<Trace>() {
            return Ok(Thing::Trace(trace.clone()));
        }
        match value.read_lock::<Table>() {
            Some(table) => Ok(Thing::Table(table.clone())),
            None => Err(LangError::WrongType {
                what: format!("value {number} of the traces of plot (counted from 0)"),
                expected: "a trace, or a table of measurements",
                got: kind(value),
            }),
        }
    };
    if array.is_empty() {
        return Err(LangError::WrongType {
            what: "the traces of plot".to_owned(),
            expected: "an array with at least one trace or table",
            got: "an empty one".to_owned(),
        });
    }
    array.iter().enumerate().map(one).collect()
}

fn labels(things: &[Thing], map: &Map) -> Result<Vec<String>, LangError> {
    if let Some(value) = map.get("labels") {
        let labels = some_names("labels", value)?;
        if labels.len() != things.len() {
            return Err(LangError::WrongType {
                what: "labels".to_owned(),
                expected: "as many names as there are traces and tables",
                got: format!("{} for {}", counted(labels.len(), "name"), things.len()),
            });
        }
        return Ok(labels);
    }
    let traces = things.iter().filter(|thing| matches!(thing, Thing::Trace(_))).count();
    let tables = things.len() - traces;
    let (mut trace, mut table) = (0, 0);
    let numbered = |word: &str, number: &mut usize, all: usize| {
        *number += 1;
        if all == 1 { word.to_owned() } else { format!("{word} {number}") }
    };
    let label = |thing: &Thing| match thing {
        Thing::Trace(_) => numbered("trace", &mut trace, traces),
        Thing::Table(_) => numbered("measured", &mut table, tables),
    };
    Ok(things.iter().map(label).collect())
}

/// The times of a table: its column `time`, or else its first that has a unit of time [min].
fn times(table: &Table) -> Result<Vec<f64>, LangError> {
    let of_time = |column: &&Column| {
        let unit = column.unit().unwrap_or_default();
        column.kind().is_numeric() && matches!(unit, "s" | "min" | "h" | "d" | "ms")
    };
    let found = match table.has("time") {
        true => table.column("time")?,
        false => match table.columns().iter().find(of_time) {
            Some(column) => column,
            None => table.column("time")?,
        },
    };
    if found.unit().is_none() {
        return Err(LangError::WrongType {
            what: format!("`{}` of a table over a trace", found.name()),
            expected: "in a unit of time, such as in_unit(\"time\", \"min\")",
            got: "without a unit".to_owned(),
        });
    }
    Ok(found.converted("min")?.numbers("a time")?.to_vec())
}

/// A figure of what several traces and tables say of quantities.
pub(super) fn over(
    array: &Array,
    quantities: &Dynamic,
    map: &Map,
) -> Result<FigureValue, LangError> {
    let look = Look::read("plot", map, &["labels", "log"])?;
    let things = things(array)?;
    let labels = labels(&things, map)?;
    let wanted = some_names("the quantities of plot", quantities)?;
    let scale = match choice(map, "log", &["y"])? {
        Some(_) => Scale::Log,
        None => Scale::Linear,
    };
    let mut panels: Vec<Panel> = Vec::new();
    for quantity in &wanted {
        let unit = unit(&things, quantity)?;
        let (mut traces, mut tables) = (0, 0);
        for (thing, label) in things.iter().zip(&labels) {
            let name = match wanted.len() {
                1 => label.clone(),
                _ => format!("{quantity}, {label}"),
            };
            // A table has the colour of the trace of its place, if there is one.
            let (mut series, place) = match thing {
                Thing::Trace(trace) => {
                    let values = trace.column(quantity)?.values.clone();
                    traces += 1;
                    (Series::line(name, trace.0.times.clone(), values), traces - 1)
                }
                Thing::Table(table) => {
                    let values = table.column(quantity)?.numbers("a figure")?.to_vec();
                    tables += 1;
                    let series = Series::line(name, times(table)?, values);
                    (series.with_style(Style::Points), tables - 1)
                }
            };
            series.key = format!("{quantity} {place}");
            match panels.iter_mut().find(|panel| panel.y.unit == unit) {
                Some(panel) => panel.series.push(series),
                None => {
                    let y = Axis { scale, ..Axis::new(quantity, unit.clone()) };
                    let x = Axis::new("Time", "min");
                    panels.push(Panel { title: None, x, y, series: vec![series] });
                }
            }
        }
    }
    // A panel of several quantities tells them in its legend.
    for panel in panels.iter_mut().filter(|_| wanted.len() > 1) {
        let key = |series: &Series| series.key.rsplit_once(' ').map(|(name, _)| name.to_owned());
        let first = panel.series.first().and_then(key);
        if panel.series.iter().any(|series| key(series) != first) {
            panel.y.label.clear();
        }
    }
    let title = look.title(wanted.join(", "));
    look.figure(Figure { title, panels })
}

/// The unit that all say, or that some say and the others leave open.
fn unit(things: &[Thing], quantity: &str) -> Result<String, LangError> {
    let mut known: Option<String> = None;
    for thing in things {
        let unit = match thing {
            Thing::Trace(trace) => Some(trace.column(quantity)?.unit.clone()),
            Thing::Table(table) => table.column(quantity)?.unit().map(str::to_owned),
        };
        match (&known, unit) {
            (Some(known), Some(unit)) if !bioxen_table::units::are_same(known, &unit) => {
                return Err(LangError::WrongType {
                    what: format!("`{quantity}` of all traces and tables of plot"),
                    expected: "of one unit; `converted(..)` and `in_unit(..)` of a table change it",
                    got: format!("in [{known}] and in [{unit}]"),
                });
            }
            (None, Some(unit)) => known = Some(unit),
            _ => {}
        }
    }
    Ok(known.unwrap_or_default())
}
