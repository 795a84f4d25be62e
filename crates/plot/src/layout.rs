//! The layout of a picture, in CSS pixels.

use crate::chart::Chart;
use crate::figure::Axis;
use crate::font::{Fonts, Weight};
use crate::legend::Legend;
use crate::names::Names;
use crate::ticks::Ticks;
use crate::{Options, PlotError};

/// The font size of the title [px].
pub(crate) const TITLE: f64 = 15.0;
/// From one line of the title to the next [px].
pub(crate) const TITLE_LINE: f64 = 19.0;
/// The least height at which a title may have two lines [px].
const ROOMY: u32 = 300;
/// The font size of panel headings and axis labels [px].
pub(crate) const LABEL: f64 = 12.0;
/// The font size of ticks and legends [px].
pub(crate) const SMALL: f64 = 11.0;
/// The air around everything [px].
pub(crate) const MARGIN: f64 = 12.0;
/// From the axis to the numbers at its ticks, twice the ticks' length [px].
pub(crate) const TICK_GAP: f64 = 8.0;
/// From one line of a legend to the next [px].
pub(crate) const LINE: f64 = 17.0;

/// From one line of a heading or of an axis' label to the next [px].
pub(crate) const LABEL_LINE: f64 = 15.0;
/// The most lines of a heading, and of the label of a y axis.
const HEADING: usize = 4;
const Y_LABEL: usize = 3;

const LEAST_WIDTH: u32 = 200;

/// The places of all panels.
pub(crate) struct Layout {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) panels: Vec<Place>,
}

/// The place of a panel: its plot and what stands around it.
pub(crate) struct Place {
    pub(crate) plot: Plot,
    /// The lines of the heading above the plot.
    pub(crate) heading: Vec<String>,
    pub(crate) x: XAxis,
    pub(crate) y: YAxis,
    pub(crate) legend: Legend,
}

/// A plot within a picture [px].
pub(crate) struct Plot {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

/// The x axis below a plot.
pub(crate) struct XAxis {
    pub(crate) ticks: Ticks,
    /// How its names stand, if it has names.
    pub(crate) names: Option<Names>,
    /// The room that it takes.
    pub(crate) foot: f64,
}

/// The y axis beside a plot.
pub(crate) struct YAxis {
    pub(crate) ticks: Ticks,
    /// The lines of its label.
    pub(crate) label: Vec<String>,
}

/// The lines of a title: two at most, where the picture has the height for them.
pub(crate) fn title_lines(title: &str, options: &Options, fonts: &Fonts) -> Vec<String> {
    if title.is_empty() {
        return Vec::new();
    }
    let high = options.height == Options::AUTO_HEIGHT || options.height >= ROOMY;
    let room = f64::from(options.width) - 2.0 * MARGIN;
    fonts.wrap(title, (TITLE, Weight::Bold), room, if high { 2 } else { 1 })
}

/// How high a title is, without the air below it [px].
pub(crate) fn title_height(lines: &[String]) -> f64 {
    TITLE + lines.len().saturating_sub(1) as f64 * TITLE_LINE
}

impl Plot {
    pub(crate) fn x(&self, place: f64) -> f64 {
        self.left + place * self.width()
    }

    pub(crate) fn y(&self, place: f64) -> f64 {
        self.bottom - place * (self.bottom - self.top)
    }

    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Half way between top and bottom.
    pub(crate) fn middle(&self) -> f64 {
        (self.top + self.bottom) / 2.0
    }
}

impl Layout {
    /// Lays out the panels of a figure.
    pub(crate) fn new(
        title: &[String],
        charts: &[Chart],
        options: &Options,
        fonts: &Fonts,
    ) -> Result<Self, PlotError> {
        /// What is left free at the side of a heading [px].
        const AXIS: f64 = 90.0;
        const LEAST_PLOT: f64 = 36.0;
        /// XAxis this width a legend at the side would take too much from the plot.
        const SIDE_LEGEND: u32 = 460;
        let width = options.width;
        let beside = width >= SIDE_LEGEND;
        let inner = f64::from(width.max(LEAST_WIDTH)) - 2.0 * MARGIN;
        let mut legends: Vec<Legend> = charts
            .iter()
            .map(|c| {
                if beside {
                    Legend::beside(c, inner * 0.3, fonts)
                } else {
                    Legend::below(c, inner, fonts)
                }
            })
            .collect();
        // It may stand above the legend, too; numbers and label of the axis are seldom wider.
        let room = inner - AXIS;
        let headings: Vec<Vec<String>> = charts
            .iter()
            .map(|c| {
                let heading = c.panel.title.as_deref().unwrap_or_default();
                fonts.wrap(heading, (LABEL, Weight::Bold), room, HEADING)
            })
            .collect();
        let head = if title.is_empty() { 0.0 } else { title_height(title) + 12.0 };
        let side = legends.iter().map(Legend::width).fold(0.0, f64::max);
        // Numbers and label of the y axis are seldom wider.
        let about = inner - AXIS - if beside { side } else { 0.0 };
        let names = |c: &Chart| {
            let axis = &c.panel.x;
            axis.is_named().then(|| Names::of(&axis.categories, about, fonts))
        };
        let names: Vec<Option<Names>> = charts.iter().map(names).collect();
        let fixed: Vec<(f64, f64, f64)> = charts
            .iter()
            .zip(&legends)
            .zip(headings.iter().zip(&names))
            .map(|((c, l), (h, n))| (above(h), foot(c, *n), if beside { 0.0 } else { l.height() }))
            .collect();
        let around = 2.0 * MARGIN + head + fixed.iter().map(|f| f.0 + f.1 + f.2).sum::<f64>();
        let count = charts.len() as f64;
        let least = (around + LEAST_PLOT * count).ceil();
        let (height, plot) = if options.height == Options::AUTO_HEIGHT {
            let plot = match charts.len() {
                1 => 300.0,
                2 => 200.0,
                3 => 150.0,
                _ => 125.0,
            };
            ((around + plot * count).ceil(), plot)
        } else {
            (f64::from(options.height), (f64::from(options.height) - around) / count)
        };
        let holds = format!(
            "for {}{}, with axes and legends",
            if title.is_empty() { "" } else { "the title and " },
            if charts.len() == 1 {
                "1 panel".to_owned()
            } else {
                format!("{} panels", charts.len())
            },
        );
        let height = check_size(options, height, least, &holds)?;
        // Without room for all entries a legend at the side names fewer.
        if beside {
            for (legend, f) in legends.iter_mut().zip(&fixed) {
                legend.shorten(((plot + f.1) / LINE).floor() as usize, fonts);
            }
        }
        let y_ticks: Vec<Ticks> = charts
            .iter()
            .map(|c| {
                let ticks = Ticks::of(&c.panel.y, &c.y, (plot / 34.0).round().min(7.0) as usize);
                if !c.panel.y.is_named() {
                    return ticks;
                }
                let cut = |name: &str| fonts.elide(name, SMALL, Weight::Regular, inner * 0.35);
                ticks.short((plot / LINE) as usize, cut)
            })
            .collect();
        let widest = y_ticks
            .iter()
            .flat_map(|t| &t.marks)
            .map(|(_, text)| fonts.width(text, SMALL, Weight::Regular))
            .fold(0.0, f64::max);
        let labels: Vec<Vec<String>> =
            charts.iter().zip(&y_ticks).map(|(c, t)| y_label(t, &c.panel.y, plot, fonts)).collect();
        let lines = labels.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let left = MARGIN
            + LABEL
            + (lines - 1) as f64 * LABEL_LINE
            + 8.0
            + widest.min(inner * 0.35)
            + TICK_GAP;
        let side = legends.iter().map(Legend::width).fold(0.0, f64::max);
        let right =
            f64::from(width) - MARGIN - if beside && side > 0.0 { side + 14.0 } else { 10.0 };
        let mut top = MARGIN + head;
        let mut panels = Vec::new();
        let texts = headings.into_iter().zip(labels).zip(names);
        let parts = charts.iter().zip(legends).zip(y_ticks).zip(&fixed).zip(texts);
        for ((((chart, legend), y_ticks), f), ((heading, label), names)) in parts {
            let from = top + f.0;
            let ticks =
                Ticks::of(&chart.panel.x, &chart.x, ((right - left) / 75.0).round() as usize);
            panels.push(Place {
                plot: Plot { left, top: from, right, bottom: from + plot },
                heading,
                x: XAxis { ticks, names, foot: f.1 },
                y: YAxis { ticks: y_ticks, label },
                legend,
            });
            top = from + plot + f.1 + f.2;
        }
        Ok(Self { width, height, panels })
    }
}

fn above(heading: &[String]) -> f64 {
    match heading {
        [] => 6.0,
        [one] if one.is_empty() => 6.0,
        lines => LABEL + 10.0 + (lines.len() - 1) as f64 * LABEL_LINE,
    }
}

/// The lines of the label beside an axis, its unit last.
fn y_label(ticks: &Ticks, axis: &Axis, plot: f64, fonts: &Fonts) -> Vec<String> {
    // A little over the ends of a low plot is better than half a label.
    let room = plot + 14.0;
    fonts.wrap(&ticks.label(axis), (LABEL, Weight::Regular), room, Y_LABEL)
}

fn foot(chart: &Chart, names: Option<Names>) -> f64 {
    let texts = names.map_or(SMALL, |names| names.height);
    match (chart.x_labelled, chart.panel.x.text().is_empty()) {
        (true, false) => TICK_GAP + texts + 6.0 + LABEL,
        (true, true) => TICK_GAP + texts + 4.0,
        (false, _) => 12.0,
    }
}

/// The height as whole pixels, if the picture is neither too large nor too small.
pub(crate) fn check_size(
    options: &Options,
    height: f64,
    least: f64,
    holds: &str,
) -> Result<u32, PlotError> {
    let Options { width, scale, .. } = *options;
    let pixels = (f64::from(width) * scale).ceil() * (height * scale).ceil();
    let most = Options::MOST_PIXELS;
    let possible = scale.is_finite()
        && scale > 0.0
        && width >= LEAST_WIDTH
        && height >= least
        && f64::from(width).max(height) <= 32_000.0
        && pixels <= most as f64;
    if possible {
        return Ok(height as u32);
    }
    Err(PlotError::Size {
        width,
        height: height as u32,
        scale,
        least_width: LEAST_WIDTH,
        least_height: least as u32,
        holds: holds.to_owned(),
        most,
    })
}
