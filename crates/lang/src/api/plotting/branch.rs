//! Figures of branches of steady states.

use std::collections::BTreeSet;

use rhai::Map;

use crate::look::{Look, choice};
use crate::number::{kind, map, names, only, some_names};
use crate::{FigureValue, LangError, Table};
use bioxen_plot::{Axis, Figure, Panel, Scale, Series, Style};
use bioxen_table::Value;

/// What a figure needs of what `continuation` gives.
struct Branch {
    table: Table,
    parameter: String,
    of: Vec<String>,
    log: bool,
}

impl Branch {
    fn read(found: &Map) -> Result<Self, LangError> {
        let part = |key: &str| {
            found.get(key).cloned().ok_or_else(|| LangError::WrongType {
                what: "the map given to plot".to_owned(),
                expected: "what `continuation` gives; the columns of a table can be drawn with \
                           `plot(table(#{..}))`",
                got: format!("one without `{key}`"),
            })
        };
        let table = part("table")?;
        let wrong = || LangError::WrongType {
            what: "`table` of the map given to plot".to_owned(),
            expected: "the table that `continuation` gives",
            got: kind(&table),
        };
        Ok(Self {
            parameter: part("parameter")?.to_string(),
            of: names("of", &part("of")?)?,
            log: part("log")?.as_bool().unwrap_or(false),
            table: table.clone().try_cast::<Table>().ok_or_else(wrong)?,
        })
    }

    fn numbers(&self, name: &str) -> Result<Vec<f64>, LangError> {
        Ok(self.table.column(name)?.numbers("a figure")?.to_vec())
    }

    /// The stretches of the branch: their first and last rows, and whether they are stable. Neighbours share a row.
    fn stretches(&self) -> Result<Vec<(usize, usize, bool)>, LangError> {
        let stable = self.table.column("stable")?;
        let is = |row: usize| stable.values().get(row) == Value::Truth(true);
        let mut found: Vec<(usize, usize, bool)> = Vec::new();
        for row in 0..self.table.rows() {
            match found.last_mut() {
                Some((_, last, was)) if *was == is(row) => *last = row,
                Some(&mut (_, last, _)) => found.push((last, row, is(row))),
                None => found.push((row, row, is(row))),
            }
        }
        Ok(found)
    }

    /// The rows at which something is special, by what it is.
    fn specials(&self) -> Result<Vec<(String, Vec<usize>)>, LangError> {
        let column = self.table.column("special")?;
        let kinds: Vec<Option<String>> = (0..self.table.rows())
            .map(|row| match column.values().get(row) {
                Value::Text(text) => Some(text.to_string()),
                _ => None,
            })
            .collect();
        let all: BTreeSet<&String> = kinds.iter().flatten().collect();
        let rows = |kind: &String| {
            (0..kinds.len()).filter(|row| kinds[*row].as_ref() == Some(kind)).collect()
        };
        Ok(all.into_iter().map(|kind| (kind.clone(), rows(kind))).collect())
    }
}

/// A figure of what `continuation` gives.
pub(super) fn branch(found: &Map, options: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot", options, &["labels", "log", "y"])?;
    let branch = Branch::read(found)?;
    let labels = options.get("labels").map(|value| map("labels", value)).transpose()?;
    let labels = labels.unwrap_or_default();
    only("labels", &labels, &["x", "y"])?;
    let label = |key: &str| labels.get(key).map(ToString::to_string);
    let usual = if branch.log { "x" } else { "" };
    let log = choice(options, "log", &["", "x", "y", "xy"])?.unwrap_or(usual);
    let scale = |axis: char| if log.contains(axis) { Scale::Log } else { Scale::Linear };
    let wanted = match options.get("y") {
        Some(value) => some_names("y", value)?,
        None => branch.of.clone(),
    };
    let (x, stretches) = (branch.numbers(&branch.parameter)?, branch.stretches()?);
    let unit = |name: &str| -> Result<String, LangError> {
        Ok(branch.table.column(name)?.unit().unwrap_or_default().to_owned())
    };
    let across = label("x").unwrap_or_else(|| branch.parameter.clone());
    let across = Axis { scale: scale('x'), ..Axis::new(across, unit(&branch.parameter)?) };
    let mut panels: Vec<Panel> = Vec::new();
    for quantity in &wanted {
        let y = branch.numbers(quantity)?;
        let mut series = Vec::new();
        let mut listed = [false, false];
        for (first, last, stable) in &stretches {
            let name = if *stable { quantity.clone() } else { format!("{quantity}, unstable") };
            let (x, y) = (x[*first..=*last].to_vec(), y[*first..=*last].to_vec());
            let mut one = Series::line(name, x, y);
            (one.dashed, one.key) = (!stable, quantity.clone());
            one.unlisted = std::mem::replace(&mut listed[usize::from(*stable)], true);
            series.push(one);
        }
        for (kind, rows) in branch.specials()? {
            let at = |values: &[f64]| rows.iter().map(|row| values[*row]).collect::<Vec<f64>>();
            let mut one = Series::line(kind, at(&x), at(&y)).with_style(Style::Points);
            one.unlisted = panels.iter().any(|p| p.series.iter().any(|s| s.name == one.name));
            series.push(one);
        }
        let of_unit = unit(quantity)?;
        match panels.iter_mut().find(|panel| panel.y.unit == of_unit) {
            Some(panel) => {
                panel.series.extend(series);
                panel.y.label = label("y").unwrap_or_default();
            }
            None => {
                let y = Axis::new(label("y").unwrap_or_else(|| quantity.clone()), of_unit);
                let y = Axis { scale: scale('y'), ..y };
                panels.push(Panel { title: None, x: across.clone(), y, series });
            }
        }
    }
    let title = look.title(format!("Steady states of {}", wanted.join(", ")));
    look.figure(Figure { title, panels })
}
