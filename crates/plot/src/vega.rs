//! Figures as Vega-Lite 5, for tools that draw themselves.

use plotters::style::RGBColor;
use serde_json::{Map, Value, json};

use crate::chart::{Chart, Trace, charts};
use crate::figure::{Axis, Figure, Scale, Style};
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
    let own = || chart.traces.iter().filter(|t| t.colour == t.place);
    let names: Vec<&str> = own().map(|t| t.series.name.as_str()).collect();
    let colors: Vec<String> = own().map(|t| series(options.theme, palette, t.place)).collect();
    let legend = if names.len() > 1 { json!({"title": null}) } else { Value::Null };
    let color = json!({
        "field": "series",
        "type": "nominal",
        "scale": {"domain": names, "range": colors},
        "legend": legend,
    });
    let layers: Vec<Value> = chart.traces.iter().flat_map(|t| layers(chart, t, &color)).collect();
    json!({
        "width": options.width.saturating_sub(180).max(100),
        "height": 200,
        "title": chart.panel.title,
        "layer": layers,
    })
}

/// A series' ribbon, if it has one, and the series itself.
fn layers(chart: &Chart, trace: &Trace, color: &Value) -> Vec<Value> {
    let series = trace.series;
    let x = position("x", &chart.panel.x, chart.x.ends());
    let y = position("y", &chart.panel.y, chart.y.ends());
    let number = |field: &str| json!({"field": field, "type": "quantitative"});
    let tooltip = json!([{"field": "series", "type": "nominal"}, number("x"), number("y")]);
    let layer = |mark: Value, mut encoding: Map<String, Value>, values: Vec<Value>| {
        encoding.insert("x".into(), x.clone());
        encoding.insert("color".into(), color.clone());
        encoding.insert("tooltip".into(), tooltip.clone());
        json!({"data": {"values": values}, "mark": mark, "encoding": encoding})
    };
    let between = || {
        let mut encoding = Map::new();
        encoding.insert("y".into(), y.clone());
        encoding.insert("y2".into(), json!({"field": "y2"}));
        encoding
    };
    let mut all = Vec::new();
    if let Some((low, high)) = &series.band {
        let mark = json!({"type": "area", "opacity": 0.2, "clip": true});
        all.push(layer(mark, between(), rows(trace, high, Some(low))));
    }
    let strokes = dash(trace).lengths();
    let mark = match series.style {
        Style::Area => json!({"type": "area", "opacity": 0.6, "clip": true, "line": true}),
        Style::Bars => json!({"type": "bar", "opacity": 0.75, "clip": true}),
        Style::Points => json!({"type": "point", "filled": true, "clip": true}),
        Style::Line => json!({"type": "line", "clip": true, "strokeDash": strokes}),
        Style::Step => json!({
            "type": "line", "clip": true, "strokeDash": strokes, "interpolate": "step-after",
        }),
    };
    let (encoding, lower) = match &trace.lower {
        Some(lower) => (between(), Some(lower.as_slice())),
        None => {
            let mut encoding = Map::new();
            encoding.insert("y".into(), y.clone());
            (encoding, None)
        }
    };
    let mut encoding = encoding;
    let mut values = rows(trace, &trace.upper, lower);
    if series.style == Style::Bars {
        encoding.insert("x2".into(), json!({"field": "x2"}));
        encoding.insert("y2".into(), json!({"datum": 0}));
        let half = series.bar_width() / 2.0;
        for row in values.iter_mut().filter_map(Value::as_object_mut) {
            let x = row.get("x").and_then(Value::as_f64);
            row.insert("x".into(), json!(x.map(|x| x - half)));
            row.insert("x2".into(), json!(x.map(|x| x + half)));
        }
    }
    all.push(layer(mark, encoding, values));
    all
}

fn position(field: &str, axis: &Axis, (low, high): (f64, f64)) -> Value {
    let title = if axis.text().is_empty() { Value::Null } else { json!(axis.text()) };
    json!({"field": field, "type": "quantitative", "title": title, "scale": domain(axis, (low, high))})
}

/// The scale of an axis from end to end.
pub(crate) fn domain(axis: &Axis, (low, high): (f64, f64)) -> Value {
    let kind = match axis.scale {
        Scale::Linear => "linear",
        Scale::Log => "log",
    };
    json!({"type": kind, "domain": [low, high], "nice": false, "zero": false})
}

/// The data of a series, a row for each value; what is not finite is null and makes a gap.
fn rows(trace: &Trace, y: &[f64], y2: Option<&[f64]>) -> Vec<Value> {
    let name = &trace.series.name;
    let x = &trace.series.x;
    let finite = |v: f64| if v.is_finite() { json!(v) } else { Value::Null };
    let plain = x.iter().zip(y).all(|(x, y)| x.is_finite() && y.is_finite());
    let row = |i: usize| {
        let at = |v: &[f64]| v.get(i).map_or(Value::Null, |v| finite(*v));
        let mut row = json!({"series": name, "x": at(x), "y": at(y)});
        if let (Some(low), Some(map)) = (y2, row.as_object_mut()) {
            map.insert("y2".into(), at(low));
        }
        row
    };
    if y2.is_none() && plain && x.len() > COLUMNS * 4 {
        return shown(x, y).into_iter().map(row).collect();
    }
    // The edges of an area must keep their x values in common: every n-th.
    let every = x.len().div_ceil(COLUMNS * 4).max(1);
    (0..x.len()).step_by(every).map(row).collect()
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
