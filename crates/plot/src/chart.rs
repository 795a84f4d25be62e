//! A figure checked and measured: which values each panel shows, and what lies on what.

use std::borrow::Cow;

use crate::PlotError;
use crate::figure::{Axis, Figure, Panel, Series, Style};
use crate::span::{Fit, Span};
use bioxen_engine::StopToken;

/// A panel ready to be laid out.
pub(crate) struct Chart<'a> {
    pub(crate) panel: &'a Panel,
    pub(crate) x: Span,
    pub(crate) y: Span,
    /// Whether the x axis is labelled here, not only in a panel below.
    pub(crate) x_labelled: bool,
    pub(crate) traces: Vec<Trace<'a>>,
}

/// A series with the values it is drawn at.
pub(crate) struct Trace<'a> {
    pub(crate) series: &'a Series,
    /// Its place among the panel's series.
    pub(crate) place: usize,
    /// The place whose colour it has: that of the first series of its name.
    pub(crate) colour: usize,
    /// The values of its line; for an area, its own on top of those before it.
    pub(crate) upper: Cow<'a, [f64]>,
    /// For an area, the values it stands on.
    pub(crate) lower: Option<Vec<f64>>,
}

impl Chart<'_> {
    /// Whether there is nothing to tell apart: all series have one name.
    pub(crate) fn has_one_name(&self) -> bool {
        self.traces.iter().all(|trace| trace.colour == 0)
    }
}

/// Checks a figure and chooses what its axes show, which takes a while for millions of values.
pub(crate) fn charts<'f>(
    figure: &'f Figure,
    stop: &StopToken,
) -> Result<Vec<Chart<'f>>, PlotError> {
    let all: Vec<&Series> = figure.panels.iter().flat_map(|p| &p.series).collect();
    for series in &all {
        check(series)?;
    }
    if !all.iter().any(|s| s.x.iter().zip(&s.y).any(|(x, y)| x.is_finite() && y.is_finite())) {
        return Err(PlotError::NothingToPlot { figure: figure.title.clone() });
    }
    let last_of = |axis: &Axis| figure.panels.iter().rposition(|p| alike(&p.x, axis));
    let mut charts: Vec<Chart> = Vec::new();
    for (i, panel) in figure.panels.iter().enumerate() {
        PlotError::unless_stopped(stop)?;
        let known = charts.iter().find(|c| alike(&c.panel.x, &panel.x)).map(|c| c.x);
        let x = known.map_or_else(|| x_span(figure, panel), Ok)?;
        PlotError::unless_stopped(stop)?;
        let traces = stack(panel)?;
        let y = y_span(panel, &traces)?;
        charts.push(Chart { panel, x, y, x_labelled: last_of(&panel.x) == Some(i), traces });
    }
    Ok(charts)
}

fn check(series: &Series) -> Result<(), PlotError> {
    let expected = series.x.len();
    let mut arrays = vec![("y", series.y.len())];
    if let Some((low, high)) = &series.band {
        arrays.extend([("the lower band", low.len()), ("the upper band", high.len())]);
    }
    match arrays.into_iter().find(|(_, found)| *found != expected) {
        Some((what, found)) => {
            Err(PlotError::LengthMismatch { series: series.name.clone(), what, expected, found })
        }
        None => Ok(()),
    }
}

fn alike(a: &Axis, b: &Axis) -> bool {
    a.label == b.label && a.unit == b.unit && a.scale == b.scale
}

/// Puts each area on those before it. A gap in an area adds nothing to the ones above.
fn stack(panel: &Panel) -> Result<Vec<Trace<'_>>, PlotError> {
    let mut traces = Vec::new();
    let mut top: Option<(&Series, Vec<f64>)> = None;
    let first = |series: &Series, place: usize| {
        let same = |other: &Series| !other.name.is_empty() && other.name == series.name;
        panel.series.iter().position(same).unwrap_or(place)
    };
    for (place, series) in panel.series.iter().enumerate() {
        let colour = first(series, place);
        if series.style != Style::Area {
            let upper = Cow::Borrowed(series.y.as_slice());
            traces.push(Trace { series, place, colour, upper, lower: None });
            continue;
        }
        let lower = match top {
            Some((below, _)) if below.x != series.x => {
                return Err(PlotError::StackGrid {
                    series: series.name.clone(),
                    below: below.name.clone(),
                });
            }
            Some((_, values)) => values,
            None => vec![0.0; series.x.len()],
        };
        let upper: Vec<f64> = lower
            .iter()
            .zip(&series.y)
            .map(|(base, own)| if own.is_finite() { base + own } else { *base })
            .collect();
        top = Some((series, upper.clone()));
        traces.push(Trace { series, place, colour, upper: Cow::Owned(upper), lower: Some(lower) });
    }
    Ok(traces)
}

/// The x span that a panel shares with all panels that have the same x axis.
fn x_span(figure: &Figure, panel: &Panel) -> Result<Span, PlotError> {
    let family: Vec<&Panel> = figure.panels.iter().filter(|p| alike(&p.x, &panel.x)).collect();
    let axis = Axis { range: family.iter().find_map(|p| p.x.range), ..panel.x.clone() };
    let series = || family.iter().flat_map(|p| &p.series);
    // Time runs from its first to its last value; anything else gets some air.
    let time = matches!(axis.unit.as_str(), "s" | "min" | "h" | "d");
    let curves = !series().any(|s| matches!(s.style, Style::Points | Style::Bars));
    let fit = if time && (curves || axis.label == "Time") { Fit::Tight } else { Fit::Loose };
    let ends = series().flat_map(|s| {
        let half = if s.style == Style::Bars { s.bar_width() / 2.0 } else { 0.0 };
        s.x.iter().flat_map(move |x| [x - half, x + half])
    });
    let span = Span::of(&axis, fit, ends)?;
    Ok(span.unwrap_or_else(|| Span::empty(panel.x.scale)))
}

fn y_span(panel: &Panel, traces: &[Trace]) -> Result<Span, PlotError> {
    let filled = |t: &Trace| matches!(t.series.style, Style::Area | Style::Bars);
    let fit =
        if traces.iter().any(filled) || panel.y.counts() { Fit::FromZero } else { Fit::Loose };
    let values = traces.iter().flat_map(|t| {
        let band = t.series.band.iter().flat_map(|(low, high)| low.iter().chain(high));
        let bars = t.series.style == Style::Bars;
        // An area begins at zero wherever its values lie.
        let floor = t.lower.iter().flatten().chain(bars.then_some(&0.0));
        t.upper.iter().chain(floor).chain(band).copied()
    });
    Ok(Span::of(&panel.y, fit, values)?.unwrap_or_else(|| Span::empty(panel.y.scale)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(series: Vec<Series>) -> Figure {
        Figure { panels: vec![Panel { series, ..Panel::default() }], ..Figure::default() }
    }

    #[test]
    fn areas_are_stacked() {
        let x = vec![0.0, 1.0, 2.0];
        let area = |y: [f64; 3]| Series::line("a", x.clone(), y.to_vec()).with_style(Style::Area);
        let f = figure(vec![area([1.0, 2.0, 3.0]), area([10.0, f64::NAN, 30.0])]);
        let charts = charts(&f, &StopToken::new()).unwrap();
        let traces = &charts[0].traces;
        assert_eq!(traces[0].lower.as_deref(), Some([0.0, 0.0, 0.0].as_slice()));
        assert_eq!(traces[1].lower.as_deref(), Some([1.0, 2.0, 3.0].as_slice()));
        assert_eq!(traces[1].upper.as_ref(), [11.0, 2.0, 33.0]);
        assert_eq!(charts[0].y.low, 0.0);
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        assert!(matches!(
            charts(&figure(vec![]), &StopToken::new()),
            Err(PlotError::NothingToPlot { .. })
        ));
        let nan = Series::line("n", vec![0.0], vec![f64::NAN]);
        assert!(matches!(
            charts(&figure(vec![nan]), &StopToken::new()),
            Err(PlotError::NothingToPlot { .. })
        ));
        let short = Series::line("s", vec![0.0, 1.0], vec![1.0]);
        let error = charts(&figure(vec![short]), &StopToken::new()).err().unwrap().to_string();
        assert_eq!(error, "series `s`: y has 1 values, but x has 2");
        let area = |x: f64| Series::line("a", vec![x], vec![1.0]).with_style(Style::Area);
        let uneven = figure(vec![area(0.0), area(1.0)]);
        assert!(matches!(charts(&uneven, &StopToken::new()), Err(PlotError::StackGrid { .. })));
    }

    #[test]
    fn panels_with_the_same_x_axis_share_its_range() {
        let panel = |x: Vec<f64>| Panel {
            x: Axis::new("Time", "min"),
            series: vec![Series::line("a", x.clone(), x)],
            ..Panel::default()
        };
        let f = Figure {
            panels: vec![panel(vec![0.0, 5.0]), panel(vec![2.0, 9.0])],
            ..Figure::default()
        };
        let charts = charts(&f, &StopToken::new()).unwrap();
        assert_eq!((charts[0].x.low, charts[0].x.high), (0.0, 9.0));
        assert_eq!(charts[0].x, charts[1].x);
        assert_eq!((charts[0].x_labelled, charts[1].x_labelled), (false, true));
    }
}
