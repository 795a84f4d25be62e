//! Draws a laid-out figure: axes and curves by plotters, title and legends around them.

use plotters::chart::{ChartBuilder, LabelAreaPosition};
use plotters::style::text_anchor::HPos;
use plotters::style::{Color, ShapeStyle};

use crate::canvas::{Canvas, Picture};
use crate::chart::{Chart, Trace, charts};
use crate::depict::Depict;
use crate::figure::{Axis, Figure, Style};
use crate::font::Weight;
use crate::layout::{LABEL, LABEL_LINE, Layout, MARGIN, Place, SMALL, TICK_GAP, title_lines};
use crate::legend::{LEGEND_GAP, SAMPLE, SAMPLE_GAP};
use crate::palette::Palette;
use crate::series;
use crate::sheet::{Group, steps};
use crate::span::Span;
use crate::ticks::Ticks;
use crate::unit::Unit;
use crate::{Options, PlotError, font::Fonts};
use bioxen_engine::StopToken;

impl Depict for Figure {
    fn picture(&self, options: &Options, stop: &StopToken) -> Result<Picture, PlotError> {
        let charts = charts(self, stop)?;
        let fonts = Fonts::get()?;
        let title = title_lines(&self.title, options, fonts);
        let layout = Layout::new(&title, &charts, options, fonts)?;
        let canvas = Canvas::new(layout.width, layout.height, options, stop)?;
        canvas.title(&title)?;
        for (chart, place) in charts.iter().zip(&layout.panels) {
            panel(&canvas, chart, place, &layout)?;
        }
        Ok(canvas.finish(self.title.clone(), describe(&charts)))
    }
}

impl Figure {
    /// The figure as SVG text. The same figure gives the same text, byte for byte.
    ///
    /// Parts are marked with `data-role` (`panel`, `series`, `legend`, `entry`) and carry labels, units and
    /// ranges as further `data-` attributes. Names that had to be shortened appear in full when the pointer
    /// rests on them.
    ///
    /// # Errors
    /// [`PlotError`] if there is nothing to plot, if arrays or ranges do not fit, or if the size is
    /// impossible.
    ///
    /// ```
    /// use bioxen_plot::{Axis, Figure, Options, Panel, Series};
    ///
    /// let panel = Panel {
    ///     x: Axis::new("Time", "min"),
    ///     y: Axis::new("mRNA", "molecules"),
    ///     series: vec![Series::line("lacZ", vec![0.0, 1.0, 2.0], vec![0.0, 3.0, 4.0])],
    ///     ..Panel::default()
    /// };
    /// let figure = Figure { title: "Induction".into(), panels: vec![panel] };
    /// assert!(figure.to_svg(&Options::default())?.contains("Time [min]"));
    /// # Ok::<(), bioxen_plot::PlotError>(())
    /// ```
    pub fn to_svg(&self, options: &Options) -> Result<String, PlotError> {
        self.svg(options)
    }

    /// The figure as a PNG file's content, [`Options::scale`] pixels to each px.
    ///
    /// # Errors
    /// [`PlotError`] if there is nothing to plot, if arrays or ranges do not fit, or if the size is
    /// impossible.
    pub fn to_png(&self, options: &Options) -> Result<Vec<u8>, PlotError> {
        self.png(options)
    }
}

fn panel(canvas: &Canvas, chart: &Chart, place: &Place, layout: &Layout) -> Result<(), PlotError> {
    let Chart { panel, x, y, .. } = chart;
    let mut facts = Vec::new();
    axis_facts(
        &mut facts,
        ["data-x-label", "data-x-unit", "data-x-low", "data-x-high"],
        &panel.x,
        x,
    );
    axis_facts(
        &mut facts,
        ["data-y-label", "data-y-unit", "data-y-low", "data-y-high"],
        &panel.y,
        y,
    );
    canvas.sheet.open(Group { role: "panel", facts, ..Group::default() });
    let style = canvas.style(LABEL, Weight::Bold, canvas.palette.ink);
    for (i, line) in place.heading.iter().enumerate() {
        let above = place.heading.len() - 1 - i;
        let room = f64::from(layout.width) - MARGIN - place.plot.left;
        let line = canvas.fonts.elide(line, LABEL, Weight::Bold, room);
        let y = place.plot.top - LABEL / 2.0 - 3.0 - above as f64 * LABEL_LINE;
        canvas.text(&line, (place.plot.left, y), HPos::Left, &style)?;
    }
    frame(canvas, chart, place)?;
    legend(canvas, chart, place)?;
    canvas.sheet.close();
    Ok(())
}

/// The coordinate system and what is in it.
fn frame(canvas: &Canvas, chart: &Chart, place: &Place) -> Result<(), PlotError> {
    let palette = canvas.palette;
    let Place { plot, x, y, .. } = place;
    let (width, height) = (plot.right - MARGIN, plot.bottom + x.foot - plot.top);
    let area =
        canvas.root.clone().shrink((steps(MARGIN), steps(plot.top)), (steps(width), steps(height)));
    let mut context = ChartBuilder::on(&area)
        .set_label_area_size(LabelAreaPosition::Left, steps(plot.left - MARGIN))
        .set_label_area_size(LabelAreaPosition::Bottom, steps(x.foot))
        .build_cartesian_2d(Unit::new(&x.ticks), Unit::new(&y.ticks))?;
    canvas.sheet.open(Group { role: "axes", ..Group::default() });
    let number = |ticks: &Ticks, at: f64| {
        ticks.marks.iter().find(|m| m.0 == at).map(|m| m.1.clone()).unwrap_or_default()
    };
    let x_label = axis_label(canvas, &x.ticks, &chart.panel.x, plot.width());
    let names = x.names.filter(|_| chart.x_labelled);
    let x_format = |at: &f64| {
        if chart.x_labelled && names.is_none() { number(&x.ticks, *at) } else { String::new() }
    };
    let y_format = |at: &f64| number(&y.ticks, *at);
    let mut mesh = context.configure_mesh();
    mesh.bold_line_style(palette.grid.stroke_width(10))
        .axis_style(palette.muted.stroke_width(10))
        .label_style(canvas.style(SMALL, Weight::Regular, palette.muted))
        .axis_desc_style(canvas.style(LABEL, Weight::Regular, palette.ink))
        .set_all_tick_mark_size(steps(TICK_GAP / 2.0))
        .x_label_formatter(&x_format)
        .y_label_formatter(&y_format)
        .y_desc(if let [one] = y.label.as_slice() { one.as_str() } else { "" });
    if chart.x_labelled {
        mesh.x_desc(x_label);
    }
    if chart.panel.x.is_named() {
        // Bars and boxes mark their places themselves.
        mesh.disable_x_mesh();
    }
    mesh.draw()?;
    if let Some(names) = names {
        names.draw(canvas, &x.ticks, (plot.left, plot.right), plot.bottom)?;
    }
    if y.label.len() > 1 {
        let style = canvas.style(LABEL, Weight::Regular, palette.ink);
        for (i, line) in y.label.iter().enumerate() {
            let x = MARGIN + LABEL / 2.0 + i as f64 * LABEL_LINE;
            canvas.upwards(line, (x, plot.middle()), &style)?;
        }
    }
    canvas.sheet.close();
    series::draw(canvas, &mut context, chart)
}

/// The axis' label, shortened to fit; its unit last.
fn axis_label(canvas: &Canvas, ticks: &Ticks, axis: &Axis, room: f64) -> String {
    let fonts = canvas.fonts;
    let whole = ticks.label(axis);
    if fonts.width(&whole, LABEL, Weight::Regular) <= room {
        return whole;
    }
    let unit = ticks.label(&Axis { label: String::new(), ..axis.clone() });
    let rest = room - fonts.width(&format!(" {unit}"), LABEL, Weight::Regular);
    if rest < room / 3.0 {
        return fonts.elide(&whole, LABEL, Weight::Regular, room);
    }
    let label = fonts.elide(&axis.label, LABEL, Weight::Regular, rest);
    if unit.is_empty() { label } else { format!("{label} {unit}") }
}

fn axis_facts(
    facts: &mut Vec<(&'static str, String)>,
    names: [&'static str; 4],
    axis: &Axis,
    span: &Span,
) {
    let (low, high) = span.ends();
    let values = [axis.label.clone(), axis.unit.clone(), format!("{low:?}"), format!("{high:?}")];
    facts.extend(names.into_iter().zip(values));
}

fn legend(canvas: &Canvas, chart: &Chart, place: &Place) -> Result<(), PlotError> {
    let legend = &place.legend;
    if legend.entries.is_empty() {
        return Ok(());
    }
    let (x0, y0) = if legend.width() > 0.0 {
        (place.plot.right + 14.0, place.plot.top)
    } else {
        (MARGIN, place.plot.bottom + place.x.foot + LEGEND_GAP)
    };
    canvas.sheet.open(Group { role: "legend", ..Group::default() });
    let ink = canvas.style(SMALL, Weight::Regular, canvas.palette.ink);
    for entry in &legend.entries {
        let Some(trace) = chart.traces.get(entry.place) else { continue };
        let title = trace.series.name.clone();
        canvas.sheet.open(Group { role: "entry", title, facts: vec![] });
        let (x, y) = (x0 + entry.at.0, y0 + entry.at.1);
        sample(canvas, trace, (x, y))?;
        if let Some(also) = entry.also.and_then(|place| chart.traces.get(place)) {
            sample(canvas, also, (x, y))?;
        }
        canvas.text(&entry.text, (x + SAMPLE + SAMPLE_GAP, y), HPos::Left, &ink)?;
        canvas.sheet.close();
    }
    if legend.more > 0 {
        let muted = canvas.style(SMALL, Weight::Regular, canvas.palette.muted);
        let text = legend.rest_text();
        canvas.text(&text, (x0 + SAMPLE + SAMPLE_GAP, y0 + legend.rest()), HPos::Left, &muted)?;
    }
    canvas.sheet.close();
    Ok(())
}

/// What a series looks like, in the legend.
fn sample(canvas: &Canvas, trace: &Trace, (x, y): (f64, f64)) -> Result<(), PlotError> {
    let color = canvas.palette.series(trace.colour);
    let filled = |opacity: f64| -> ShapeStyle { color.mix(opacity).filled() };
    let patch = |opacity| canvas.rect((x, y - 5.0), (x + SAMPLE, y + 5.0), &filled(opacity));
    match trace.series.style {
        Style::Area => patch(series::AREA),
        Style::Bars => patch(series::BAR),
        Style::Box | Style::Violin => patch(series::BODY),
        Style::Points if trace.series.muted => {
            let at = (x + SAMPLE / 2.0, y);
            canvas.dot(at, series::DOT * series::FAINT, color.mix(series::CLOUD))
        }
        Style::Points => {
            let round = Palette::round(trace.colour);
            canvas.marker((x + SAMPLE / 2.0, y), series::DOT, round, color)
        }
        Style::Line | Style::Step => {
            canvas.sheet.dash(series::dash(trace));
            canvas.line(&[(x, y), (x + SAMPLE, y)], color.stroke_width(series::WIDTH))?;
            canvas.sheet.dash(Default::default());
            Ok(())
        }
    }
}

/// What a reader who cannot see the picture is told.
fn describe(charts: &[Chart]) -> String {
    const NAMED: usize = 12;
    let one = |chart: &Chart| {
        let all = chart.listed();
        let names: Vec<&str> = all.iter().take(NAMED).map(|t| t.0.series.name.as_str()).collect();
        let more = all.len().saturating_sub(NAMED);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        let (low, high) = chart.x.ends();
        let (x, y) = (chart.panel.x.text(), chart.panel.y.text());
        let along = if chart.panel.x.is_named() {
            format!("in {} places", chart.panel.x.categories.len())
        } else {
            format!("from {} to {}", brief(low), brief(high))
        };
        format!("{y} against {x} {along}: {}{rest}.", names.join(", "))
    };
    charts.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// A number to four figures, without needless zeros.
fn brief(value: f64) -> String {
    if value != 0.0 && !(1e-3..1e7).contains(&value.abs()) {
        return format!("{value:.3e}");
    }
    format!("{value:.4}").trim_end_matches('0').trim_end_matches('.').to_owned()
}
