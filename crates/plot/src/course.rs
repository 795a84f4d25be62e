//! The usual figures of a trajectory.

use crate::PlotError;
use crate::figure::{Axis, Figure, Panel, Series, Style};
use crate::naming::{alike, common};
use bioxen_base::nearest::nearest;
use bioxen_engine::trajectory::{Column, Kind, Note, Trajectory};

/// Up to so many molecules are drawn as steps.
const FEW: f64 = 100.0;

/// The named columns over time, those of the same unit and kind in one panel. Without names: all.
///
/// Messengers and proteins are both counted in molecules, but a cell has thousands of times as many
/// proteins: they get panels of their own.
///
/// # Errors
/// [`PlotError::UnknownColumn`] for a name the trajectory lacks, with the nearest it has;
/// [`PlotError::NothingToPlot`] if it has no columns at all.
///
/// ```
/// use bioxen_engine::trajectory::{Column, Kind, Trajectory};
/// use bioxen_plot::{Options, time_course};
///
/// let lac_z = Column {
///     name: "demo.lacZ.mrna".into(),
///     kind: Kind::Mrna,
///     unit: "molecules".into(),
///     values: vec![0.0, 3.0, 4.0],
///     ..Column::default()
/// };
/// let trajectory = Trajectory {
///     time_unit: "min".into(),
///     times: vec![0.0, 1.0, 2.0],
///     columns: vec![lac_z],
///     ..Trajectory::default()
/// };
/// let figure = time_course(&trajectory, &["demo.lacZ.mrna"], "Induction")?;
/// assert_eq!(figure.panels[0].y.text(), "mRNA per reference cell [molecules]");
/// assert!(time_course(&trajectory, &["demo.lacz"], "").is_err());
/// # Ok::<(), bioxen_plot::PlotError>(())
/// ```
pub fn time_course(
    trajectory: &Trajectory,
    names: &[&str],
    title: &str,
) -> Result<Figure, PlotError> {
    let columns: Vec<&Column> = if names.is_empty() {
        trajectory.columns.iter().collect()
    } else {
        names.iter().map(|name| find(trajectory, name)).collect::<Result<_, _>>()?
    };
    if columns.is_empty() {
        return Err(PlotError::NothingToPlot { figure: title.to_owned() });
    }
    let mut groups: Vec<Vec<&Column>> = Vec::new();
    for column in columns {
        let same = |g: &&mut Vec<&Column>| g.first().is_some_and(|c| alike(c, column));
        match groups.iter_mut().find(same) {
            Some(group) => group.push(column),
            None => groups.push(vec![column]),
        }
    }
    let mut panels: Vec<Panel> =
        groups.iter().map(|g| panel(trajectory, &common(g), g, Style::Line)).collect();
    // What held a VM back decides on all that it makes.
    let shown = |note: &&Note| {
        note.vm.is_some() && groups.iter().flatten().any(|column| column.subject.vm == note.vm)
    };
    if let Some(first) = panels.first_mut() {
        first.title = heading(trajectory.notes.iter().filter(shown));
    }
    Ok(Figure { title: title.to_owned(), panels })
}

/// How the cell's resources went to its tenants: engaged ribosomes and RNA polymerases and shares of the
/// energy supply, stacked by virtual machine, and the host's energy level and growth rate.
///
/// Panels whose columns were not recorded are left out.
pub fn resources(trajectory: &Trajectory, title: &str) -> Figure {
    let of = |kind: Kind| -> Vec<&Column> {
        trajectory.columns.iter().filter(|c| c.kind == kind).collect()
    };
    let panels = [
        ("Engaged", of(Kind::Engaged), Style::Area),
        ("Engaged", of(Kind::Polymerases), Style::Area),
        ("ATP share", of(Kind::AtpShare), Style::Area),
        ("ATP level", of(Kind::AtpLevel), Style::Line),
        ("Growth rate", of(Kind::Growth), Style::Line),
    ];
    let panels = panels
        .into_iter()
        .filter(|(_, columns, _)| !columns.is_empty())
        .map(|(label, columns, style)| {
            let mut panel = panel(trajectory, label, &columns, style);
            let own = |note: &&Note| columns.iter().any(|c| c.name == note.column);
            panel.title = heading(trajectory.notes.iter().filter(own));
            if style == Style::Line {
                panel.y.range = wide(&columns);
            }
            for (series, column) in panel.series.iter_mut().zip(&columns) {
                series.name = match style {
                    Style::Area => column.subject.vm.as_deref().unwrap_or(label).to_owned(),
                    _ => label.to_owned(),
                };
            }
            panel
        })
        .collect();
    Figure { title: title.to_owned(), panels }
}

/// The range of an axis of a property of the host, where nothing but a hundredth of it or less happens: a state
/// that hardly changes looks like one. Nothing where more happens.
fn wide(columns: &[&Column]) -> (Option<f64>, Option<f64>) {
    const PART: f64 = 0.01;
    let all = || columns.iter().flat_map(|c| &c.values).copied().filter(|v| v.is_finite());
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::MIN, f64::max));
    if !(low > 0.0 && low <= high && high - low < PART * high) {
        return (None, None);
    }
    let middle = 0.5 * (low + high);
    (Some(middle * (1.0 - PART)), Some(middle * (1.0 + PART)))
}

/// What is said above a panel.
fn heading<'n>(notes: impl Iterator<Item = &'n Note>) -> Option<String> {
    let texts: Vec<&str> = notes.map(|note| note.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// A quantity of many runs at each time: its middle, and what most runs lie between.
#[derive(Debug, Clone, PartialEq)]
pub struct Ribbon {
    /// The middle, with name and unit.
    pub middle: Column,
    /// The lower edge, as many values as the middle.
    pub low: Vec<f64>,
    /// The upper edge.
    pub high: Vec<f64>,
}

/// Quantities of many runs over time, each as a line in a ribbon; those of the same unit and kind in
/// one panel. `middle` says what the lines are, such as `mean`.
///
/// ```
/// use bioxen_engine::trajectory::{Column, Kind};
/// use bioxen_plot::{Ribbon, ribbons};
///
/// let (name, unit) = ("a.x.mrna".into(), "molecules".into());
/// let middle = Column { name, kind: Kind::Mrna, unit, values: vec![1.0, 2.0], ..Column::default() };
/// let ribbon = Ribbon { middle, low: vec![0.5, 1.0], high: vec![1.5, 3.0] };
/// let figure = ribbons((&[0.0, 1.0], "min"), &[ribbon], "mean ± sd", "Many cells");
/// assert_eq!(figure.panels[0].y.text(), "mRNA per reference cell, mean ± sd [molecules]");
/// ```
pub fn ribbons(
    (times, time_unit): (&[f64], &str),
    all: &[Ribbon],
    middle: &str,
    title: &str,
) -> Figure {
    let mut groups: Vec<Vec<&Ribbon>> = Vec::new();
    for ribbon in all {
        let same =
            |g: &&mut Vec<&Ribbon>| g.first().is_some_and(|r| alike(&r.middle, &ribbon.middle));
        match groups.iter_mut().find(same) {
            Some(group) => group.push(ribbon),
            None => groups.push(vec![ribbon]),
        }
    }
    let panel = |group: &Vec<&Ribbon>| {
        let columns: Vec<&Column> = group.iter().map(|r| &r.middle).collect();
        let label = format!("{}, {middle}", common(&columns));
        let unit = columns.first().map_or("", |c| c.unit.as_str());
        let series = group.iter().map(|r| Series {
            band: Some((r.low.clone(), r.high.clone())),
            ..Series::line(r.middle.name.clone(), times.to_vec(), r.middle.values.clone())
        });
        Panel {
            title: None,
            x: Axis::new("Time", time_unit),
            y: Axis::new(label, unit),
            series: series.collect(),
        }
    };
    Figure { title: title.to_owned(), panels: groups.iter().map(panel).collect() }
}

pub(crate) fn find<'t>(trajectory: &'t Trajectory, name: &str) -> Result<&'t Column, PlotError> {
    trajectory.column(name).ok_or_else(|| PlotError::UnknownColumn {
        name: name.to_owned(),
        nearest: nearest(name, trajectory.columns.iter().map(|c| c.name.as_str()))
            .map(str::to_owned),
    })
}

fn panel(trajectory: &Trajectory, label: &str, columns: &[&Column], style: Style) -> Panel {
    let y = Axis::new(label, columns.first().map_or("", |c| c.unit.as_str()));
    let series = columns
        .iter()
        .map(|c| {
            // Few molecules jump from one number to the next; a slanted line would show values never
            // taken. Among many the jumps cannot be seen.
            let jumps = |v: &f64| v.fract() == 0.0 && *v <= FEW;
            let whole = y.counts() && c.values.iter().all(jumps);
            let style = if style == Style::Line && whole { Style::Step } else { style };
            Series::line(c.name.clone(), trajectory.times.clone(), c.values.clone())
                .with_style(style)
        })
        .collect();
    Panel { title: None, x: Axis::new("Time", trajectory.time_unit.clone()), y, series }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hardly_changes_looks_so() {
        let wide = |values: &[f64]| {
            super::wide(&[&Column { values: values.to_vec(), ..Column::default() }])
        };
        let (low, high) = wide(&[0.9600, 0.960_05, f64::NAN]);
        let width = high.unwrap() - low.unwrap();
        assert!((0.019..0.021).contains(&(width / 0.96)) && low.unwrap() < 0.951);
        for left in [[0.9, 0.95].as_slice(), &[0.0, 0.0], &[-1.0, -1.0], &[f64::NAN], &[]] {
            assert_eq!(wide(left), (None, None), "{left:?}");
        }
    }
}
