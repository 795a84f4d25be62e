//! Figures of several tables over each other, such as measurements over the curve of a model.

use super::PlanError;
use crate::figure::{Axis, Figure, Panel, Series};

/// Lays figures over each other, each with a name for the legend. Panels meet where the unit of their vertical
/// axis is the same. Series of one name have one colour where they are drawn differently, as points and the line
/// of their model.
///
/// # Errors
/// [`PlanError::Units`] if units of the horizontal axes differ, [`PlanError::NamesAndNumbers`] if only some of them
/// have names.
///
/// ```
/// use bioxen_plot::{Columns, Field, Kind, Plan, over};
///
/// let columns = Columns { x: Some("t".into()), y: vec!["y".into()], ..Columns::default() };
/// let plan = |style| Plan { columns: columns.clone(), style, ..Plan::default() };
/// let of = |t, y| [Field::numbers("t", "min", t), Field::numbers("y", "", y)];
/// let model = plan(Kind::Line).figure(&of(vec![0.0, 1.0], vec![1.0, 2.0]))?;
/// let data = plan(Kind::Points).figure(&of(vec![0.5], vec![1.6]))?;
/// let both = over(vec![("model".into(), model), ("measured".into(), data)])?;
/// assert_eq!(both.panels.len(), 1);
/// assert_eq!(both.panels[0].series[1].name, "measured");
/// # Ok::<(), bioxen_plot::PlanError>(())
/// ```
pub fn over(figures: Vec<(String, Figure)>) -> Result<Figure, PlanError> {
    let mut all = Figure::default();
    for (name, figure) in figures {
        if all.title.is_empty() {
            all.title = figure.title;
        }
        for panel in figure.panels {
            let panel = named(panel, &name);
            // One quantity in one table with a unit and in another without: nobody knows whether they agree.
            let differs = |other: &&Panel| {
                other.y.unit != panel.y.unit
                    && other.y.label == panel.y.label
                    && (other.y.unit.is_empty() || panel.y.unit.is_empty())
            };
            if let Some(other) = all.panels.iter().find(differs) {
                return Err(units(&other.y, &panel.y));
            }
            match all.panels.iter_mut().find(|other| other.y.unit == panel.y.unit) {
                Some(below) => lay(below, panel)?,
                None => all.panels.push(panel),
            }
        }
    }
    Ok(all)
}

/// The panel with its series named after their table; the key keeps what they were called in it.
fn named(mut panel: Panel, name: &str) -> Panel {
    let first = panel.series.first().map(|series| series.name.clone());
    let is_alone = panel.series.iter().all(|series| Some(&series.name) == first.as_ref());
    for series in &mut panel.series {
        series.key.clone_from(&series.name);
        series.name = match (is_alone, name.is_empty()) {
            (_, true) => continue,
            (true, false) => name.to_owned(),
            (false, false) => format!("{}, {name}", series.name),
        };
    }
    panel
}

/// Puts the series of a panel into another.
fn lay(below: &mut Panel, mut panel: Panel) -> Result<(), PlanError> {
    join(&mut below.x, &panel.x, &mut panel.series)?;
    // Columns of several names are told in the legend.
    if below.y.label != panel.y.label {
        below.y.label.clear();
    }
    recolour(&below.series, &mut panel.series);
    below.series.append(&mut panel.series);
    Ok(())
}

fn units(axis: &Axis, other: &Axis) -> PlanError {
    PlanError::Units { axis: axis.label.clone(), one: axis.unit.clone(), other: other.unit.clone() }
}

/// One horizontal axis for both; places of names move to those of the first axis.
fn join(axis: &mut Axis, other: &Axis, series: &mut [Series]) -> Result<(), PlanError> {
    if axis.is_named() != other.is_named() {
        return Err(PlanError::NamesAndNumbers { axis: axis.label.clone() });
    }
    if axis.unit != other.unit {
        return Err(units(axis, other));
    }
    if axis.label != other.label && !axis.label.is_empty() {
        axis.label = format!("{}, {}", axis.label, other.label);
    }
    if !axis.is_named() {
        return Ok(());
    }
    let places: Vec<f64> = other
        .categories
        .iter()
        .map(|name| match axis.categories.iter().position(|known| known == name) {
            Some(place) => place as f64,
            None => {
                axis.categories.push(name.clone());
                (axis.categories.len() - 1) as f64
            }
        })
        .collect();
    // Points of boxes and violins stand beside their place.
    let moved = |x: f64| {
        let near = x.round();
        places.get(near as usize).map_or(x, |place| place + (x - near))
    };
    for series in series {
        series.x.iter_mut().for_each(|x| *x = moved(*x));
    }
    Ok(())
}

/// Series that would have the colour and the style of others get a colour of their own.
fn recolour(below: &[Series], series: &mut [Series]) {
    let mut keys: Vec<String> = series.iter().map(|series| series.key.clone()).collect();
    keys.dedup();
    for key in keys {
        let styles: Vec<_> = series.iter().filter(|s| s.key == key).map(|s| s.style).collect();
        let is_taken = |key: &str| below.iter().any(|s| s.key == key && styles.contains(&s.style));
        let mut own = key.clone();
        let mut number = 1;
        while is_taken(&own) {
            number += 1;
            own = format!("{key} {number}");
        }
        series.iter_mut().filter(|s| s.key == key).for_each(|s| s.key.clone_from(&own));
    }
}
