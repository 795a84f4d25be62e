//! Draws the series of a panel inside its coordinate system.

mod bodies;
mod errors;

pub(crate) use errors::reaches;

use plotters::chart::ChartContext;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::ranged1d::Ranged;
use plotters::element::Polygon;
use plotters::series::LineSeries;
use plotters::style::text_anchor::HPos;
use plotters::style::{Color, RGBColor};

use crate::PlotError;
use crate::canvas::Canvas;
use crate::chart::{Chart, Trace};
use crate::figure::Style;
use crate::font::Weight;
use crate::layout::LABEL;
use crate::palette::Palette;
use crate::sheet::{Dash, Group, Recorder, STEPS};
use crate::trace::{Place, clip, inside, runs, scatter, stairs, thin};

/// The width of a curve [steps].
pub(crate) const WIDTH: u32 = 17;
/// The radius of a marker [px].
pub(crate) const DOT: f64 = 3.0;
/// The opacity of an area, of a ribbon, of a box or violin, and of a bar.
pub(crate) const AREA: f64 = 0.6;
const RIBBON: f64 = 0.2;
pub(crate) const BODY: f64 = 0.35;
pub(crate) const BAR: f64 = 0.75;
/// The opacity of a marker of the background, and its size over that of others.
pub(crate) const CLOUD: f64 = 0.35;
pub(crate) const FAINT: f64 = 0.75;
/// The largest number of markers drawn for one series.
const MOST_DOTS: usize = 8_000;

/// Plotters' coordinate system, from 0 to 1 both ways.
pub(super) type Context<'a, X, Y> = ChartContext<'a, Recorder, Cartesian2d<X, Y>>;

/// The pattern of a series' line.
pub(crate) fn dash(trace: &Trace) -> Dash {
    let round = Palette::round(trace.place);
    Dash::of_round(if trace.series.dashed { round.max(1) } else { round })
}

/// Draws all series of a panel, markers last: a line would hide them. Ends before the next one if
/// the picture is not wanted any more.
pub(crate) fn draw<X, Y>(
    canvas: &Canvas,
    context: &mut Context<X, Y>,
    chart: &Chart,
) -> Result<(), PlotError>
where
    X: Ranged<ValueType = f64>,
    Y: Ranged<ValueType = f64>,
{
    let points = |t: &&Trace| t.series.style == Style::Points && !t.series.muted;
    let mut order: Vec<&Trace> = chart.traces.iter().filter(|t| !points(t)).collect();
    // Clouds of the background lie behind all else.
    order.sort_by_key(|t| !(t.series.muted && t.series.style == Style::Points));
    order.extend(chart.traces.iter().filter(points));
    for trace in order {
        canvas.unless_stopped()?;
        let series = trace.series;
        let facts = vec![
            ("data-name", series.name.clone()),
            ("data-style", format!("{:?}", series.style).to_lowercase()),
            ("data-count", series.x.len().to_string()),
        ];
        canvas.sheet.open(Group { role: "series", title: series.name.clone(), facts });
        Pen { canvas, context, chart, trace }.draw()?;
        canvas.sheet.close();
    }
    let seen = |t: &Trace| {
        let mut pairs = t.x.iter().zip(t.upper.iter());
        pairs.any(|(x, y)| chart.x.fraction(*x).is_some() && chart.y.fraction(*y).is_some())
    };
    if !chart.traces.iter().any(seen) {
        let (x, y) = pixels(context, (0.5, 0.5));
        let muted = canvas.style(LABEL, Weight::Regular, canvas.palette.muted);
        canvas.text("no data", (x, y), HPos::Center, &muted)?;
    }
    Ok(())
}

/// One series about to be drawn.
pub(super) struct Pen<'p, 'c, X: Ranged, Y: Ranged> {
    pub(super) canvas: &'p Canvas,
    pub(super) context: &'p mut Context<'c, X, Y>,
    pub(super) chart: &'p Chart<'p>,
    pub(super) trace: &'p Trace<'p>,
}

impl<X, Y> Pen<'_, '_, X, Y>
where
    X: Ranged<ValueType = f64>,
    Y: Ranged<ValueType = f64>,
{
    fn draw(&mut self) -> Result<(), PlotError> {
        let color = self.canvas.palette.series(self.trace.colour);
        if let Some((low, high)) = &self.trace.series.band {
            self.fill(low, high, color, RIBBON)?;
        }
        let upper = &self.trace.upper;
        if self.trace.series.style != Style::Bars {
            self.errors(color)?;
        }
        match (&self.trace.lower, self.trace.series.style) {
            (Some(lower), _) => {
                self.fill(lower, upper, color, AREA)?;
                self.curve(&edge(lower, upper), color, false)
            }
            (None, Style::Points) => self.dots(upper, color),
            (None, Style::Bars) => {
                self.bars(upper, color)?;
                // On the bars, in a colour that is seen on them.
                self.errors(self.canvas.palette.ink)
            }
            (None, Style::Box | Style::Violin) => self.bodies(color),
            (None, style) => self.curve(upper, color, style == Style::Step),
        }
    }

    fn curve(&mut self, y: &[f64], color: RGBColor, steps: bool) -> Result<(), PlotError> {
        let columns = self.columns();
        self.canvas.sheet.dash(dash(self.trace));
        for run in runs(self.places(y)) {
            if let [lone] = run.as_slice() {
                // A value between two gaps would vanish as a line.
                if inside(lone) {
                    let at = pixels(self.context, *lone);
                    self.canvas.marker(at, DOT * 0.7, 0, color)?;
                }
                continue;
            }
            let run = if steps { stairs(&run) } else { run };
            for part in clip(&thin(run, columns)) {
                self.context.draw_series(LineSeries::new(part, color.stroke_width(WIDTH)))?;
            }
        }
        self.canvas.sheet.dash(Dash::Solid);
        Ok(())
    }

    /// Fills between two curves.
    fn fill(
        &mut self,
        low: &[f64],
        high: &[f64],
        color: RGBColor,
        opacity: f64,
    ) -> Result<(), PlotError> {
        let columns = self.columns();
        let both: Vec<Option<(Place, Place)>> =
            self.places(low).zip(self.places(high)).map(|(l, h)| l.zip(h)).collect();
        for part in both.split(Option::is_none) {
            let edge = |side: fn(&(Place, Place)) -> Place| -> Vec<Place> {
                let places = part.iter().flatten().map(side);
                let within = places.filter(|p| (0.0..=1.0).contains(&p.0));
                thin(within.map(|p| (p.0, p.1.clamp(0.0, 1.0))).collect(), columns)
            };
            let mut outline = edge(|pair| pair.1);
            outline.extend(edge(|pair| pair.0).into_iter().rev());
            if outline.len() > 2 {
                let style = color.mix(opacity).filled();
                self.context.draw_series([Polygon::new(outline, style)])?;
            }
        }
        Ok(())
    }

    fn bars(&mut self, y: &[f64], color: RGBColor) -> Result<(), PlotError> {
        let Chart { x: across, y: up, .. } = self.chart;
        let half = self.trace.width / 2.0;
        let base = up.fraction(0.0).unwrap_or(0.0).clamp(0.0, 1.0);
        for (x, y) in self.trace.x.iter().zip(y) {
            let ends = across.fraction(x - half).zip(across.fraction(x + half));
            let (Some((from, to)), Some(top)) = (ends, up.fraction(*y)) else { continue };
            let (from, to, top) = (from.max(0.0), to.min(1.0), top.clamp(0.0, 1.0));
            if from >= to || top == base {
                continue;
            }
            let upper = pixels(self.context, (from, top.max(base)));
            let lower = pixels(self.context, (to, top.min(base)));
            // Air between bars that are wide enough to spare it.
            let air = if lower.0 - upper.0 > 4.0 { 0.5 } else { 0.0 };
            let style = color.mix(BAR).filled();
            self.canvas.rect((upper.0 + air, upper.1), (lower.0 - air, lower.1), &style)?;
        }
        Ok(())
    }

    fn dots(&mut self, y: &[f64], color: RGBColor) -> Result<(), PlotError> {
        let all: Vec<Place> = self.places(y).flatten().filter(inside).collect();
        let area = self.context.plotting_area().dim_in_pixel();
        // Markers less than half a px apart look like one.
        let cells = (f64::from(area.0) / STEPS * 2.0, f64::from(area.1) / STEPS * 2.0);
        // The values of a box or violin are less than what they make up.
        let own = |t: &Trace| t.colour == self.trace.colour && !t.bodies.is_empty();
        let radius = if self.chart.traces.iter().any(own) { DOT * 0.6 } else { DOT };
        for place in scatter(&all, cells, MOST_DOTS) {
            let at = pixels(self.context, place);
            if self.trace.series.muted {
                self.canvas.dot(at, DOT * FAINT, color.mix(CLOUD))?;
                continue;
            }
            self.canvas.marker(at, radius, Palette::round(self.trace.colour), color)?;
        }
        Ok(())
    }

    fn places<'y>(&self, y: &'y [f64]) -> impl Iterator<Item = Option<Place>> + use<'y, '_, X, Y> {
        let Chart { x: across, y: up, .. } = self.chart;
        let x = &self.trace.x;
        x.iter().zip(y).map(|(x, y)| across.fraction(*x).zip(up.fraction(*y)))
    }

    /// The columns that a picture of this width tells apart.
    fn columns(&self) -> usize {
        self.context.plotting_area().dim_in_pixel().0 as usize / STEPS as usize
    }
}

/// The upper edge of an area where there is any area beside it: the edge of nothing would hide that of
/// the area below.
fn edge(lower: &[f64], upper: &[f64]) -> Vec<f64> {
    let thick = |i: usize| matches!((lower.get(i), upper.get(i)), (Some(l), Some(u)) if u != l);
    // An area that is nothing at all still lies on the axis.
    let shown = |i: usize| (i > 0 && thick(i - 1)) || thick(i) || thick(i + 1);
    let bottom = lower.iter().all(|v| *v == 0.0);
    let at = |(i, value): (usize, &f64)| if bottom || shown(i) { *value } else { f64::NAN };
    upper.iter().enumerate().map(at).collect()
}

/// Where a place is on the picture [px].
pub(super) fn pixels<X, Y>(context: &Context<X, Y>, place: Place) -> (f64, f64)
where
    X: Ranged<ValueType = f64>,
    Y: Ranged<ValueType = f64>,
{
    let (x, y) = context.backend_coord(&place);
    (f64::from(x) / STEPS, f64::from(y) / STEPS)
}
