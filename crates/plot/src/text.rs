//! Figures for a terminal, drawn with braille characters.

mod grid;
mod marks;

use crate::PlotError;
use crate::body::Body;
use crate::chart::{Chart, Trace, charts};
use crate::figure::{Axis, Figure, Style};
use crate::font::plain;
use crate::palette::Palette;
use crate::span::Span;
use crate::text::grid::Grid;
use crate::text::marks::draw;
use crate::ticks::Ticks;
use crate::trace::inside;
use bioxen_engine::StopToken;

/// The smallest plot [characters].
const LEAST: (usize, usize) = (10, 3);
/// The largest number of series named below a panel.
const NAMED: usize = 12;

impl Figure {
    /// The figure as lines of text with braille dots, `width` characters wide and about `height` lines
    /// high. With `colour`, series are told apart by the colours of a 256-colour terminal; without, by
    /// letters at their ends.
    ///
    /// A plot is at least 10 characters wide and 3 high, so many panels may need more than `height`.
    ///
    /// # Errors
    /// [`PlotError`] if there is nothing to plot or if arrays or ranges do not fit.
    ///
    /// ```
    /// use bioxen_plot::{Axis, Figure, Panel, Series};
    ///
    /// let panel = Panel {
    ///     x: Axis::new("Time", "min"),
    ///     series: vec![Series::line("lacZ", vec![0.0, 60.0], vec![0.0, 3.0])],
    ///     ..Panel::default()
    /// };
    /// let figure = Figure { title: "Induction".into(), panels: vec![panel] };
    /// let text = figure.to_text(60, 15, false)?;
    /// assert!(text.starts_with("Induction\n") && text.contains("Time [min]"));
    /// # Ok::<(), bioxen_plot::PlotError>(())
    /// ```
    pub fn to_text(&self, width: usize, height: usize, colour: bool) -> Result<String, PlotError> {
        // No terminal is larger; this bounds the memory.
        let (width, height) = (width.clamp(20, 1_000), height.min(1_000));
        let charts = charts(self, &StopToken::new())?;
        let around: usize = charts.iter().map(|c| overhead(c, width)).sum();
        let head = usize::from(!self.title.is_empty());
        let rows = height.saturating_sub(around + head) / charts.len().max(1);
        let mut lines = Vec::new();
        if head > 0 {
            lines.push(cut(&self.title, width));
        }
        for chart in &charts {
            panel(&mut lines, chart, width, rows.max(LEAST.1), colour);
        }
        lines.iter_mut().for_each(|l| l.truncate(l.trim_end().len()));
        Ok(lines.join("\n") + "\n")
    }
}

/// The lines of a panel beside its plot: heading, axis, numbers and label, one line of legend.
fn overhead(chart: &Chart, width: usize) -> usize {
    let label = chart.panel.y.text();
    1 + heading(chart, &label, width).len()
        + if chart.x_labelled { 2 } else { 0 }
        + usize::from(!chart.has_one_name())
}

/// What stands above a panel: its heading and the label of its axis, in lines of their own where one is
/// too narrow for both.
fn heading(chart: &Chart, label: &str, width: usize) -> Vec<String> {
    let title = chart.panel.title.clone().unwrap_or_default();
    let both: Vec<&str> = [title.as_str(), label].into_iter().filter(|t| !t.is_empty()).collect();
    let both = both.join(" · ");
    if both.chars().count() <= width || title.is_empty() {
        return vec![cut(&both, width)];
    }
    let mut lines: Vec<String> = Vec::new();
    for word in title.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.push(label.to_owned());
    lines.iter().map(|line| cut(line, width)).collect()
}

fn panel(lines: &mut Vec<String>, chart: &Chart, width: usize, rows: usize, colour: bool) {
    let y_ticks = Ticks::of(&chart.panel.y, &chart.y, (rows / 2).clamp(2, 6));
    let widest = y_ticks.marks.iter().map(|m| m.1.chars().count()).max().unwrap_or(0);
    let margin = widest.min(width / 3) + 1;
    let columns = width.saturating_sub(margin + 1).max(LEAST.0);
    lines.extend(heading(chart, &y_ticks.label(&chart.panel.y), width));
    let mut grid = Grid::new(columns, rows);
    let behind = |t: &&Trace| t.series.muted && t.series.style == Style::Points;
    let front = chart.traces.iter().filter(|t| !behind(t));
    for trace in chart.traces.iter().filter(behind).chain(front) {
        // Without colours filled areas would look like one.
        draw(&mut grid, chart, trace, colour || chart.has_one_name());
    }
    if !colour && !chart.has_one_name() {
        for trace in chart.traces.iter().filter(|t| !t.series.muted) {
            for end in ends(chart, trace) {
                grid.letter(end, letter(trace.colour), trace.colour);
            }
        }
    }
    // The row of a mark, as the grid rounds it.
    let row = |place: f64| (((1.0 - place) * (rows * 4 - 1) as f64).round() as usize) / 4;
    for (i, cells) in grid.lines().enumerate() {
        let mark = y_ticks.marks.iter().find(|m| row(m.0) == i);
        let number = mark.map_or("", |m| m.1.as_str());
        let axis = if mark.is_some() { '┤' } else { '│' };
        let mut line = format!("{:>w$}{axis}", cut(number, margin - 1), w = margin);
        let mut last = None;
        for cell in cells {
            let series = if colour { cell.series } else { None };
            if series != last {
                line.push_str(&series.map_or_else(|| RESET.to_owned(), paint));
                last = series;
            }
            line.push(cell.symbol());
        }
        if last.is_some() {
            line.push_str(RESET);
        }
        lines.push(line);
    }
    let ticks = x_ticks(&chart.panel.x, &chart.x, columns);
    let label = chart.x_labelled.then(|| ticks.label(&chart.panel.x));
    x_axis(lines, &ticks, label.as_deref(), (margin, columns));
    legend(lines, chart, width, colour);
}

/// The marks of an axis so many characters wide.
pub(crate) fn x_ticks(axis: &Axis, span: &Span, columns: usize) -> Ticks {
    let ticks = Ticks::of(axis, span, (columns / 10).max(2));
    if !axis.is_named() {
        return ticks;
    }
    // A name has its place, and a gap to the next; where that is nothing, some are left out.
    let slot = columns / ticks.marks.len().max(1);
    let room = if slot > 4 { slot - 1 } else { 8 };
    ticks.short(usize::MAX, |name| cut(name, room))
}

/// Where the letter of a series stands: at its end, and on an axis of names on each bar; at the median
/// of each box and violin.
fn ends(chart: &Chart, trace: &Trace) -> Vec<(f64, f64)> {
    let place = |x: f64, y: f64| chart.x.fraction(x).zip(chart.y.fraction(y));
    if matches!(trace.series.style, Style::Box | Style::Violin) {
        let middle = |b: &Body| match &b.shape {
            Some(shape) => place(b.x, shape.quartiles[1]),
            None => b.points.last().and_then(|y| place(b.x, *y)),
        };
        return trace.bodies.iter().filter_map(middle).filter(inside).collect();
    }
    let mut all: Vec<_> = places(chart, trace, &trace.upper).flatten().filter(inside).collect();
    if !(trace.series.style.stands() && chart.panel.x.is_named()) {
        all.drain(..all.len().saturating_sub(1));
    }
    all
}

/// The axis below the plot, with numbers and label if they stand here.
pub(crate) fn x_axis(
    lines: &mut Vec<String>,
    ticks: &Ticks,
    label: Option<&str>,
    (margin, columns): (usize, usize),
) {
    let mut axis = vec!['─'; columns];
    let mut numbers = vec![' '; margin + 1 + columns];
    let mut free = 0;
    for (place, text) in &ticks.marks {
        let column = (place * (columns * 2 - 1) as f64).round() as usize / 2;
        if let Some(sign) = axis.get_mut(column) {
            *sign = '┬';
        }
        let wide = text.chars().count();
        let centred = (margin + 1 + column).saturating_sub(wide / 2);
        let start = centred.min(numbers.len().saturating_sub(wide));
        if start < free {
            continue;
        }
        for (slot, sign) in numbers.iter_mut().skip(start).zip(text.chars()) {
            *slot = sign;
        }
        free = start + wide + 1;
    }
    lines.push(format!("{:>w$}{}", "└", axis.iter().collect::<String>(), w = margin + 1));
    if let Some(label) = label {
        lines.push(numbers.iter().collect());
        let label = cut(label, columns);
        let indent = margin + 1 + (columns.saturating_sub(label.chars().count())) / 2;
        lines.push(format!("{:indent$}{label}", ""));
    }
}

fn legend(lines: &mut Vec<String>, chart: &Chart, width: usize, colour: bool) {
    if chart.has_one_name() {
        return;
    }
    let (mut line, mut used) = (String::new(), 0);
    let mut add = |shown: String, wide: usize, lines: &mut Vec<String>| {
        if used > 0 && used + 2 + wide > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push_str("  ");
            used += 2;
        }
        line.push_str(&shown);
        used += wide;
    };
    let listed = chart.listed();
    for (trace, _) in listed.iter().take(NAMED) {
        let name = cut(&trace.series.name, width.saturating_sub(3));
        let wide = name.chars().count() + 3;
        let sample = if colour {
            format!("{}⠒⠒{RESET}", paint(trace.colour))
        } else {
            format!(" {}", letter(trace.colour))
        };
        add(format!("{sample} {name}"), wide, lines);
    }
    let more = listed.len().saturating_sub(NAMED);
    if more > 0 {
        let text = format!("+{more} more");
        let wide = text.chars().count();
        add(text, wide, lines);
    }
    lines.push(line);
}

/// Where a series' values lie.
fn places<'t>(
    chart: &'t Chart,
    trace: &'t Trace,
    y: &'t [f64],
) -> impl Iterator<Item = Option<(f64, f64)>> + 't {
    let x = trace.x.iter();
    x.zip(y).map(|(x, y)| chart.x.fraction(*x).zip(chart.y.fraction(*y)))
}

/// A text of at most `most` characters, without control characters that would move the cursor.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let mut letters: Vec<char> = text.chars().map(plain).take(most + 1).collect();
    if letters.len() > most {
        letters.truncate(most.saturating_sub(1));
        letters.push('…');
    }
    letters.into_iter().collect()
}

/// The letter of a series; after the last they begin again.
pub(crate) fn letter(place: usize) -> char {
    if place == Palette::MUTED {
        return '⠂';
    }
    let at = u8::try_from(place % 26).unwrap_or(0);
    char::from(b'a' + at)
}

pub(crate) const RESET: &str = "\u{1b}[0m";

/// The colour of a series: those of the 256-colour palette nearest to the figure's own.
pub(crate) fn paint(place: usize) -> String {
    const COLOURS: [u8; 8] = [32, 202, 36, 175, 214, 117, 250, 227];
    const GREY: u8 = 244;
    if place == Palette::MUTED {
        return format!("\u{1b}[38;5;{GREY}m");
    }
    let colour = COLOURS.get(place % COLOURS.len()).copied().unwrap_or(250);
    format!("\u{1b}[38;5;{colour}m")
}
