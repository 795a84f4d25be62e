//! A figure checked and measured: which values each panel shows, and what lies on what.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::PlotError;
use crate::body::{Body, bodies};
use crate::figure::{Axis, Figure, Panel, Scale, Series, Style};
use crate::palette::Palette;
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
    /// The place whose colour it has: that of the first series of its key.
    pub(crate) colour: usize,
    /// Where its values lie; on an axis of names beside those of other series.
    pub(crate) x: Cow<'a, [f64]>,
    /// The width of its bars, boxes or violins [unit of x].
    pub(crate) width: f64,
    /// Its boxes or violins.
    pub(crate) bodies: Vec<Body>,
    /// The values of its line; for an area, its own on top of those before it.
    pub(crate) upper: Cow<'a, [f64]>,
    /// For an area, the values it stands on.
    pub(crate) lower: Option<Vec<f64>>,
}

impl Chart<'_> {
    /// Whether there is nothing to tell apart: all series have one name.
    pub(crate) fn has_one_name(&self) -> bool {
        let told_apart = |trace: &&Trace| !(trace.series.muted && trace.series.unlisted);
        self.traces.iter().filter(told_apart).all(|trace| trace.colour == 0)
    }

    /// The traces that a legend names, each with another of its name that is drawn in another way, as
    /// the measured points of a curve.
    pub(crate) fn listed(&self) -> Vec<(&Trace<'_>, Option<&Trace<'_>>)> {
        let mut all: Vec<(&Trace, Option<&Trace>)> = Vec::new();
        for trace in self.traces.iter().filter(|t| !t.series.unlisted) {
            let points = |t: &Trace| t.series.style == Style::Points;
            let partner = |entry: &&mut (&Trace, Option<&Trace>)| {
                let (first, second) = (entry.0, entry.1);
                let same = first.series.name == trace.series.name && first.colour == trace.colour;
                second.is_none() && same && points(first) != points(trace)
            };
            match all.iter_mut().find(partner) {
                Some(entry) if !trace.series.name.is_empty() => entry.1 = Some(trace),
                _ => all.push((trace, None)),
            }
        }
        all
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
    for axis in figure.panels.iter().flat_map(|p| [&p.x, &p.y]) {
        axis.check_names()?;
    }
    if !all.iter().any(|s| s.x.iter().zip(&s.y).any(|(x, y)| x.is_finite() && y.is_finite())) {
        return Err(PlotError::NothingToPlot { figure: figure.title.clone() });
    }
    let last_of = |axis: &Axis| figure.panels.iter().rposition(|p| alike(&p.x, axis));
    let mut charts: Vec<Chart> = Vec::new();
    for (i, panel) in figure.panels.iter().enumerate() {
        PlotError::unless_stopped(stop)?;
        let known = charts.iter().find(|c| alike(&c.panel.x, &panel.x)).map(|c| c.x);
        let x = known.map_or_else(|| x_span(figure, panel), Ok).map_err(|e| e.on_axis("x"))?;
        PlotError::unless_stopped(stop)?;
        let traces = stack(panel)?;
        let y = y_span(panel, &traces).map_err(|e| e.on_axis("y"))?;
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
    if let Some((low, high)) = &series.error {
        arrays.extend([("the lower error", low.len()), ("the upper error", high.len())]);
    }
    match arrays.into_iter().find(|(_, found)| *found != expected) {
        Some((what, found)) => {
            Err(PlotError::LengthMismatch { series: series.name.clone(), what, expected, found })
        }
        None => Ok(()),
    }
}

fn alike(a: &Axis, b: &Axis) -> bool {
    a.label == b.label && a.unit == b.unit && a.scale == b.scale && a.categories == b.categories
}

/// Puts each area on those before it, and bars, boxes and violins on an axis of names beside each
/// other. A gap in an area adds nothing to the ones above.
fn stack(panel: &Panel) -> Result<Vec<Trace<'_>>, PlotError> {
    let mut traces: Vec<Trace> = Vec::new();
    let mut top: Option<(&Series, Vec<f64>)> = None;
    let mut firsts: BTreeMap<&str, usize> = BTreeMap::new();
    let slots = Slots::of(panel);
    for (place, series) in panel.series.iter().enumerate() {
        let key = series.key();
        let colour = match key {
            _ if series.muted => Palette::MUTED,
            "" => place,
            key => *firsts.entry(key).or_insert(place),
        };
        let (x, width) = slots.place(series);
        let log = panel.y.drawn_scale() == Scale::Log;
        let mut bodies = bodies(series, &x, log);
        // Where all values are points, those of a box would be there twice.
        let dots =
            |s: &Series| s.style == Style::Points && s.key() == key && s.y.len() == series.y.len();
        if !bodies.is_empty() && panel.series.iter().any(dots) {
            bodies.iter_mut().for_each(|body| body.points.clear());
        }
        let (upper, lower) = if series.style == Style::Area {
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
            (Cow::Owned(upper), Some(lower))
        } else {
            (Cow::Borrowed(series.y.as_slice()), None)
        };
        traces.push(Trace { series, place, colour, x, width, bodies, upper, lower });
    }
    Ok(traces)
}

/// The part of a category's place that its bars fill together.
const FILLED: f64 = 0.8;

/// Which series stand beside which: bars on an axis of names, boxes and violins on any.
struct Slots<'p> {
    /// The keys, from left to right.
    keys: Vec<&'p str>,
    /// The distance of two places [unit of x].
    unit: f64,
}

impl<'p> Slots<'p> {
    fn of(panel: &'p Panel) -> Self {
        let named = panel.x.is_named();
        let mut seen = BTreeSet::new();
        let stands = |s: &&Series| s.style.stands() && (named || s.style != Style::Bars);
        let standing = || panel.series.iter().filter(stands);
        let keys = standing().map(Series::key).filter(|key| seen.insert(*key)).collect();
        let least = || standing().map(Series::bar_width).fold(f64::INFINITY, f64::min);
        Self { keys, unit: if named { 1.0 } else { least() } }
    }

    /// The places of a series' values, and the width of what stands there. What has the key of bars or
    /// boxes stands where they do.
    fn place<'s>(&self, series: &'s Series) -> (Cow<'s, [f64]>, f64) {
        let own = Cow::Borrowed(series.x.as_slice());
        let count = self.keys.len() as f64;
        let width = self.unit * FILLED / count;
        match self.keys.iter().position(|key| *key == series.key()) {
            Some(slot) if self.keys.len() > 1 => {
                let shift = (slot as f64 - (count - 1.0) / 2.0) * width;
                (series.x.iter().map(|x| x + shift).collect(), width)
            }
            Some(_) => (own, width),
            // Bars at numbers fill their places; nothing else has a width.
            None if series.style.stands() => (own, series.bar_width()),
            None => (own, 0.0),
        }
    }
}

/// The x span that a panel shares with all panels that have the same x axis.
fn x_span(figure: &Figure, panel: &Panel) -> Result<Span, PlotError> {
    let family: Vec<&Panel> = figure.panels.iter().filter(|p| alike(&p.x, &panel.x)).collect();
    let asked = |end: fn(&Axis) -> Option<f64>| family.iter().find_map(|p| end(&p.x));
    let range = (asked(|a| a.range.0), asked(|a| a.range.1));
    let axis = Axis { range, ..panel.x.clone() };
    let series = || family.iter().flat_map(|p| &p.series);
    // Time runs from its first to its last value; anything else gets some air.
    let time = matches!(axis.unit.as_str(), "s" | "min" | "h" | "d");
    let curves = !series().any(|s| s.style == Style::Points || s.style.stands());
    let fit = if time && (curves || axis.label == "Time") { Fit::Tight } else { Fit::Loose };
    let ends = series().flat_map(|s| {
        let half = if s.style.stands() { s.bar_width() / 2.0 } else { 0.0 };
        s.x.iter().flat_map(move |x| [x - half, x + half])
    });
    let span = Span::of(&axis, fit, ends)?;
    Ok(span.unwrap_or_else(|| Span::empty(panel.x.drawn_scale())))
}

fn y_span(panel: &Panel, traces: &[Trace]) -> Result<Span, PlotError> {
    let filled = |t: &Trace| matches!(t.series.style, Style::Area | Style::Bars);
    let fit =
        if traces.iter().any(filled) || panel.y.counts() { Fit::FromZero } else { Fit::Loose };
    let values = traces.iter().flat_map(|t| {
        let band = t.series.band.iter().flat_map(|(low, high)| low.iter().chain(high));
        let error = t.series.error.iter().flat_map(|(low, high)| low.iter().chain(high));
        let bars = t.series.style == Style::Bars;
        // An area begins at zero wherever its values lie.
        let floor = t.lower.iter().flatten().chain(bars.then_some(&0.0));
        t.upper.iter().chain(floor).chain(band).chain(error).copied()
    });
    Ok(Span::measured(&panel.y, fit, values)?.unwrap_or_else(|| Span::empty(panel.y.drawn_scale())))
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
    fn boxes_stand_side_by_side_and_bars_at_numbers_do_not() {
        let series = |name: &str, style| {
            Series::line(name, vec![0.0, 2.0, 4.0], vec![1.0; 3]).with_style(style)
        };
        let places = |style| {
            let f =
                figure(vec![series("a", style), series("b", style), series("a", Style::Points)]);
            let charts = charts(&f, &StopToken::new()).unwrap();
            charts[0].traces.iter().map(|t| (t.x[1], t.width)).collect::<Vec<_>>()
        };
        assert_eq!(places(Style::Bars)[..2], [(2.0, 2.0), (2.0, 2.0)]);
        let boxes = places(Style::Box);
        assert_eq!(boxes, [(1.6, 0.8), (2.4, 0.8), (1.6, 0.8)]);
        assert_eq!(places(Style::Violin), boxes);
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
