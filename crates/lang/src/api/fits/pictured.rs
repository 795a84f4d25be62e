//! Figures of fits.

use rhai::Map;

use crate::look::Look;
use crate::number::{map, only};
use crate::value::Part;
use crate::{FigureValue, Fit, LangError};
use bioxen_plot::{Axis, Figure, Panel, Series, Style};

/// Points over lines, a panel for each unit.
pub(super) fn pictured(fit: &Fit, options: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot", options, &["labels"])?;
    let labels = options.get("labels").map(|l| map("labels", l)).transpose()?.unwrap_or_default();
    only("labels", &labels, &["x", "y"])?;
    let label = |key: &str, usual: &str| {
        labels.get(key).map_or_else(|| usual.to_owned(), ToString::to_string)
    };
    let mut panels: Vec<Panel> = Vec::new();
    for part in fit.parts.iter() {
        let panel = match panels.iter().position(|panel| panel.y.unit == part.unit) {
            Some(known) => &mut panels[known],
            None => {
                let across = if part.x_unit.is_some() { "x" } else { "number" };
                panels.push(Panel {
                    title: None,
                    x: Axis::new(label("x", across), part.x_unit.unwrap_or_default()),
                    y: Axis::new(label("y", "measured"), part.unit),
                    series: Vec::new(),
                });
                let last = panels.len() - 1;
                &mut panels[last]
            }
        };
        panel.series.extend(series(part));
    }
    let title = look.title("What was measured, and the fit");
    look.figure(Figure { title, panels })
}

/// The points of a set, and the line of what is predicted in the same colour.
fn series(part: &Part) -> [Series; 2] {
    let name = part.name.clone().unwrap_or_else(|| "measured".to_owned());
    let unlisted = part.name.is_some();
    let fitted = if unlisted { format!("{name}, fitted") } else { "fitted".to_owned() };
    let split = |all: &[(f64, f64)]| all.iter().copied().unzip::<f64, f64, Vec<f64>, Vec<f64>>();
    let ((x, y), (along, curve)) = (split(&part.points), split(&part.curve));
    let points = Series { key: name.clone(), ..Series::line(name.clone(), x, y) };
    [
        Series { key: name, unlisted, ..Series::line(fitted, along, curve) },
        points.with_style(Style::Points),
    ]
}
