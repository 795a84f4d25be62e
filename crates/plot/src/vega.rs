//! Figures as Vega-Lite 5, for tools that draw themselves.

mod marks;

use std::collections::BTreeSet;

use plotters::style::RGBColor;
use serde_json::{Map, Value, json};

use crate::chart::{Chart, Trace, charts};
use crate::figure::{Axis, Figure, Panel, Scale, Style};
use crate::palette::Palette;
use crate::series::dash;
use crate::trace::{Place, kept};
use crate::{Options, PlotError, Theme};
use bioxen_engine::StopToken;

/// The columns a series is thinned to, at most four values each.
const COLUMNS: usize = 1_500;

impl Figure {
    /// The figure as a Vega-Lite 5 specification with the data inside.
    ///
    /// Colours, units and ranges are those of [`Figure::to_svg`]; very long series are thinned to 6 000
    /// values that keep the peaks. Of the options only width and theme are used.
    ///
    /// # Errors
    /// [`PlotError`] if there is nothing to plot or if arrays or ranges do not fit.
    ///
    /// ```
    /// use bioxen_plot::{Axis, Figure, Options, Panel, Series};
    ///
    /// let panel = Panel {
    ///     x: Axis::new("Time", "min"),
    ///     series: vec![Series::line("lacZ", vec![0.0, 1.0], vec![0.0, 3.0])],
    ///     ..Panel::default()
    /// };
    /// let figure = Figure { title: "Induction".into(), panels: vec![panel] };
    /// let spec = figure.to_vega_lite(&Options::default())?;
    /// assert_eq!(spec["vconcat"][0]["layer"][0]["data"]["values"][1]["y"], 3.0);
    /// # Ok::<(), bioxen_plot::PlotError>(())
    /// ```
    pub fn to_vega_lite(&self, options: &Options) -> Result<Value, PlotError> {
        let palette = Palette::of(options.theme);
        let charts = charts(self, &StopToken::new())?;
        let panels: Vec<Value> = charts.iter().map(|c| panel(c, options, &palette)).collect();
        let content = json!({
            "vconcat": panels,
            "resolve": {"scale": {"color": "independent"}},
        });
        Ok(document(&self.title, options, content))
    }
}

/// What is around the data.
struct Frame {
    background: String,
    ink: String,
    muted: String,
    grid: String,
    named: &'static str,
}

impl Frame {
    fn of(theme: Theme) -> Self {
        if theme == Theme::Auto {
            // Vega draws once, whatever page it is in and becomes: the page shines through, and the
            // grey has the same contrast, 4.4 to 1, with white and with the near-black of dark pages.
            return Self {
                background: "transparent".into(),
                ink: GREY.into(),
                muted: GREY.into(),
                grid: "rgba(128,128,128,0.25)".into(),
                named: "auto",
            };
        }
        let palette = Palette::of(theme);
        Self {
            background: hex(palette.background),
            ink: hex(palette.ink),
            muted: hex(palette.muted),
            grid: hex(palette.grid),
            named: if theme == Theme::Dark { "dark" } else { "light" },
        }
    }
}

/// The ink on pages of either theme.
const GREY: &str = "#777777";

/// The colour of the series at this place. Black cannot be seen on pages that are dark.
pub(crate) fn series(theme: Theme, palette: &Palette, place: usize) -> String {
    let own = palette.series(place);
    if theme == Theme::Auto && own == RGBColor(0, 0, 0) { GREY.into() } else { hex(own) }
}

/// A specification of some content with title, schema and theme.
pub(crate) fn document(title: &str, options: &Options, mut content: Value) -> Value {
    let Frame { background, ink, muted, grid, named } = Frame::of(options.theme);
    let around = json!({
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {"text": title, "anchor": "start", "color": ink},
        "background": background,
        "config": {
            "axis": {
                "labelColor": muted,
                "titleColor": ink,
                "gridColor": grid,
                "domainColor": muted,
                "tickColor": muted,
            },
            "legend": {"labelColor": ink, "titleColor": ink},
            "title": {"color": ink},
            "text": {"color": ink},
            "view": {"stroke": null},
        },
        "usermeta": {"theme": named},
    });
    if let (Some(content), Value::Object(around)) = (content.as_object_mut(), around) {
        content.extend(around);
    }
    content
}

fn panel(chart: &Chart, options: &Options, palette: &Palette) -> Value {
    // One entry for each name; series of one key have one colour under several names.
    let mut seen = BTreeSet::new();
    let own: Vec<&Trace> = chart
        .traces
        .iter()
        .filter(|t| t.series.name.is_empty() || seen.insert(t.series.name.as_str()))
        .collect();
    let names: Vec<&str> = own.iter().map(|t| t.series.name.as_str()).collect();
    let colors: Vec<String> =
        own.iter().map(|t| series(options.theme, palette, t.colour)).collect();
    let listed = own.iter().filter(|t| !t.series.unlisted).map(|t| t.series.name.as_str());
    let listed: Vec<&str> = listed.collect();
    let legend = match listed.len() {
        0 | 1 => Value::Null,
        few if few == names.len() => json!({"title": null}),
        _ => json!({"title": null, "values": listed}),
    };
    let color = json!({
        "field": "series",
        "type": "nominal",
        "scale": {"domain": names, "range": colors},
        "legend": legend,
    });
    let width = options.width.saturating_sub(180).max(100);
    let layers =
        Layers { chart, color: &color, width: f64::from(width), ink: Frame::of(options.theme).ink };
    let behind = |t: &&Trace| t.series.muted && t.series.style == Style::Points;
    let front = chart.traces.iter().filter(|t| !behind(t));
    let traces = chart.traces.iter().filter(behind).chain(front);
    let layers: Vec<Value> = traces.flat_map(|t| layers.of(t)).collect();
    json!({
        "width": width,
        "height": 200,
        "title": chart.panel.title,
        "layer": layers,
    })
}

/// The layers of a panel's series.
struct Layers<'a> {
    chart: &'a Chart<'a>,
    color: &'a Value,
    /// The width of the plot [px].
    width: f64,
    /// The colour of what lies on bars.
    ink: String,
}

impl Layers<'_> {
    /// A series' ribbon and error bars, if it has them, and the series itself.
    fn of(&self, trace: &Trace) -> Vec<Value> {
        let series = trace.series;
        let mut all = Vec::new();
        if let Some((low, high)) = &series.band {
            let mark = json!({"type": "area", "opacity": 0.2, "clip": true});
            all.push(self.layer(mark, self.between(), self.rows(trace, high, Some(low))));
        }
        if series.style.stands() && series.style != Style::Bars {
            all.extend(self.bodies(trace));
            return all;
        }
        let strokes = dash(trace).lengths();
        let mut mark = match series.style {
            Style::Area => json!({"type": "area", "opacity": 0.6, "clip": true, "line": true}),
            Style::Bars | Style::Box | Style::Violin => {
                json!({"type": "bar", "opacity": 0.75, "clip": true})
            }
            Style::Points if series.muted => {
                json!({"type": "point", "filled": true, "opacity": 0.35, "size": 14, "clip": true})
            }
            Style::Points => json!({"type": "point", "filled": true, "clip": true}),
            Style::Line => json!({"type": "line", "clip": true, "strokeDash": strokes}),
            Style::Step => json!({
                "type": "line", "clip": true, "strokeDash": strokes, "interpolate": "step-after",
            }),
        };
        let (mut encoding, lower) = match &trace.lower {
            Some(lower) => (self.between(), Some(lower.as_slice())),
            None => (self.up(), None),
        };
        let mut values = self.rows(trace, &trace.upper, lower);
        if series.style == Style::Bars {
            // A logarithmic axis has no zero to stand on.
            let log = self.chart.y.scale == Scale::Log;
            let base = if log { json!(self.chart.y.ends().0) } else { json!(0) };
            encoding.insert("y2".into(), json!({"datum": base}));
            if self.chart.panel.x.is_named() {
                mark["width"] = json!(self.pixels(trace.width));
            } else {
                encoding.insert("x2".into(), json!({"field": "x2"}));
                let half = trace.width / 2.0;
                for row in values.iter_mut().filter_map(Value::as_object_mut) {
                    let x = row.get("x").and_then(Value::as_f64);
                    row.insert("x".into(), json!(x.map(|x| x - half)));
                    row.insert("x2".into(), json!(x.map(|x| x + half)));
                }
            }
        }
        let own = self.layer(mark, encoding, values);
        // On bars, but behind points.
        let errors = self.errors(trace);
        if series.style == Style::Bars {
            all.push(own);
            all.extend(errors);
        } else {
            all.extend(errors);
            all.push(own);
        }
        all
    }

    fn layer(&self, mark: Value, mut encoding: Map<String, Value>, values: Vec<Value>) -> Value {
        let chart = self.chart;
        encoding.insert("x".into(), position("x", &chart.panel.x, chart.x.ends()));
        if chart.panel.x.is_named() {
            // Half a place to either side.
            let scale = json!({"domain": [-0.5, 0.5], "nice": false, "zero": false});
            let offset = json!({"field": "dx", "type": "quantitative", "scale": scale});
            encoding.insert("xOffset".into(), offset);
        }
        encoding.entry("color").or_insert(self.color.clone());
        let kind = |axis: &Axis| if axis.is_named() { "ordinal" } else { "quantitative" };
        let tooltip = json!([
            {"field": "series", "type": "nominal"},
            {"field": "x", "type": kind(&chart.panel.x)},
            {"field": "y", "type": kind(&chart.panel.y)},
        ]);
        encoding.entry("tooltip").or_insert(tooltip);
        json!({"data": {"values": values}, "mark": mark, "encoding": encoding})
    }

    fn up(&self) -> Map<String, Value> {
        let y = position("y", &self.chart.panel.y, self.chart.y.ends());
        Map::from_iter([("y".to_owned(), y)])
    }

    /// From `y2` to `y`.
    fn between(&self) -> Map<String, Value> {
        let mut encoding = self.up();
        encoding.insert("y2".into(), json!({"field": "y2"}));
        encoding
    }

    /// A width [unit of x] on the plot [px].
    fn pixels(&self, width: f64) -> f64 {
        let (low, high) = (self.chart.x.low, self.chart.x.high);
        (width / (high - low) * self.width * 10.0).round() / 10.0
    }

    /// A row of data: of which series, and where.
    fn row(&self, trace: &Trace, x: f64, y: f64) -> Map<String, Value> {
        let mut row = Map::new();
        row.insert("series".into(), json!(trace.series.name));
        let named = |axis: &Axis, v: f64| {
            let place = v.round();
            let name = (place >= 0.0).then(|| axis.categories.get(place as usize)).flatten();
            json!(name)
        };
        let Panel { x: across, y: up, .. } = self.chart.panel;
        let value = |axis: &Axis, v: f64| if axis.is_named() { named(axis, v) } else { finite(v) };
        row.insert("x".into(), value(across, x));
        if across.is_named() {
            row.insert("dx".into(), finite(x - x.round()));
        }
        row.insert("y".into(), value(up, y));
        row
    }

    /// The data of a series, a row for each value; what is not finite is null and makes a gap.
    fn rows(&self, trace: &Trace, y: &[f64], y2: Option<&[f64]>) -> Vec<Value> {
        let x = &trace.x;
        let plain = x.iter().zip(y).all(|(x, y)| x.is_finite() && y.is_finite());
        let row = |i: usize| {
            let at = |v: &[f64]| v.get(i).copied().unwrap_or(f64::NAN);
            let mut row = self.row(trace, at(x), at(y));
            if let Some(low) = y2 {
                row.insert("y2".into(), finite(at(low)));
            }
            Value::Object(row)
        };
        if y2.is_none() && plain && x.len() > COLUMNS * 4 {
            return shown(x, y).into_iter().map(row).collect();
        }
        // The edges of an area must keep their x values in common: every n-th.
        let every = x.len().div_ceil(COLUMNS * 4).max(1);
        (0..x.len()).step_by(every).map(row).collect()
    }
}

fn finite(v: f64) -> Value {
    if v.is_finite() { json!(v) } else { Value::Null }
}

pub(crate) fn position(field: &str, axis: &Axis, (low, high): (f64, f64)) -> Value {
    let title = if axis.text().is_empty() { Value::Null } else { json!(axis.text()) };
    let kind = if axis.is_named() { "ordinal" } else { "quantitative" };
    let mut scale = domain(axis, (low, high));
    if let (true, Some(names)) = (field == "y", scale["domain"].as_array_mut())
        && axis.is_named()
    {
        // Vega-Lite begins at the top.
        names.reverse();
    }
    let mut position = json!({"field": field, "type": kind, "title": title, "scale": scale});
    let has_place =
        |zero: &f64| axis.drawn_scale() == Scale::Log && zero.is_finite() && *zero > 0.0;
    if let Some(zero) = axis.zero.filter(has_place) {
        // An end may lie beyond all numbers.
        let power = |end: f64| end.clamp(1e-300, 1e300).log10().floor() as i32;
        let decades = power(low)..=power(high);
        let numbers = decades.map(|power| 10f64.powi(power)).filter(|value| *value > zero * 1.3);
        let values: Vec<f64> = std::iter::once(zero).chain(numbers).collect();
        let label = format!("datum.value < {} ? '0' : datum.label", zero * 1.01);
        position["axis"] = json!({"values": values, "labelExpr": label});
    }
    position
}

/// The scale of an axis from end to end.
pub(crate) fn domain(axis: &Axis, (low, high): (f64, f64)) -> Value {
    if axis.is_named() {
        let places = axis.categories.iter().enumerate();
        let names: Vec<&str> = places
            .filter(|(i, _)| (low..=high).contains(&(*i as f64)))
            .map(|(_, name)| name.as_str())
            .collect();
        return json!({"type": "band", "domain": names, "padding": 0});
    }
    let kind = match axis.scale {
        Scale::Linear => "linear",
        Scale::Log => "log",
    };
    json!({"type": kind, "domain": [low, high], "nice": false, "zero": false})
}

/// Which values a picture of that many columns shows.
fn shown(x: &[f64], y: &[f64]) -> Vec<usize> {
    let (low, high) = x.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
    let span = (high * 0.5 - low * 0.5).max(f64::MIN_POSITIVE);
    let places: Vec<Place> =
        x.iter().zip(y).map(|(x, y)| ((x * 0.5 - low * 0.5) / span, *y)).collect();
    kept(&places, COLUMNS)
}

pub(crate) fn hex(color: plotters::style::RGBColor) -> String {
    format!("#{:02x}{:02x}{:02x}", color.0, color.1, color.2)
}
