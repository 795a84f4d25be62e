//! Many quantities over time, as colours.

pub(crate) mod text;
mod vega;

use plotters::chart::{ChartBuilder, LabelAreaPosition};
use plotters::style::Color;
use plotters::style::text_anchor::HPos;

use crate::canvas::{Canvas, Picture};
use crate::colormap::{ColorBar, color, level};
use crate::course::find;
use crate::depict::Depict;
use crate::figure::Axis;
use crate::font::{Fonts, Weight};
use crate::layout::{LABEL, MARGIN, SMALL, TICK_GAP, check_size, title_height, title_lines};
use crate::names::Names;
use crate::naming::{common, molecule};
use crate::sheet::{Group, steps};
use crate::span::{Fit, Span};
use crate::ticks::Ticks;
use crate::unit::Unit;
use crate::{Options, PlotError};
use bioxen_engine::StopToken;
use bioxen_engine::trajectory::{Column, Trajectory};

/// The largest number of coloured cells; more are averaged.
const MOST_CELLS: usize = 8_000;
/// The height of a row that can be named [px].
const NAMED: f64 = 12.0;
/// The largest number of rows; more are averaged.
const MOST_ROWS: usize = 320;

/// A table of values as colours: a row for each quantity, time or another variable from left to right.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeatMap {
    /// The title; none if empty.
    pub title: String,
    /// The horizontal axis.
    pub x: Axis,
    /// Where the columns lie, ascending [unit of `x`]; 0, 1, 2 and so on where `x` has names.
    pub columns: Vec<f64>,
    /// The rows, from top to bottom: a name, and a value for each column.
    pub rows: Vec<(String, Vec<f64>)>,
    /// What the colours mean.
    pub value: Axis,
}

impl Depict for HeatMap {
    fn picture(&self, options: &Options, stop: &StopToken) -> Result<Picture, PlotError> {
        /// The tallest that the rows become by themselves [px].
        const TALLEST: f64 = 1800.0;
        let (x, value) = self.spans()?;
        let rows = self.merged_rows(MOST_ROWS);
        let count = rows.len() as f64;
        let fonts = Fonts::get()?;
        let title = title_lines(&self.title, options, fonts);
        let head = if title.is_empty() { 6.0 } else { title_height(&title) + 18.0 };
        // Names of rows and the bar of the colours are seldom wider.
        let about = f64::from(options.width) * 0.7;
        let names = self.x.is_named().then(|| Names::of(&self.x.categories, about, fonts));
        let foot = TICK_GAP + names.map_or(SMALL, |names| names.height) + 6.0 + LABEL;
        let around = 2.0 * MARGIN + head + foot;
        let height = if options.height == Options::AUTO_HEIGHT {
            // Each row has its name, as long as the picture is no scroll.
            let label = fonts.width(&self.value.text(), LABEL, Weight::Regular);
            // Neither is the label of the colours cut.
            let least = label.ceil().clamp(120.0, 400.0);
            around + (count * 18.0).clamp(least, (count * NAMED).clamp(640.0, TALLEST))
        } else {
            f64::from(options.height)
        };
        let holds = format!("for {} rows and the axis", rows.len());
        let height = check_size(options, height.ceil(), around + count.max(40.0), &holds)?;
        let canvas = Canvas::new(options.width, height, options, stop)?;
        let (top, bottom) = ((MARGIN + head).round(), (f64::from(height) - MARGIN - foot).round());
        let bar = ColorBar::new(&self.value, value, bottom - top);
        let inner = f64::from(options.width) - 2.0 * MARGIN;
        let named = rows
            .iter()
            .map(|r| canvas.fonts.width(&r.0, SMALL, Weight::Regular))
            .fold(0.0, f64::max)
            .min(inner * 0.28);
        let left = (MARGIN + named + 8.0).round();
        let right = (MARGIN + inner - bar.width(canvas.fonts)).round().max(left + 20.0);
        canvas.title(&title)?;
        self.axis(&canvas, (&x, names), (left, top), (right, bottom), foot)?;
        self.cells(&canvas, &rows, (&x, &value), [left, top, right, bottom])?;
        self.names(&canvas, &rows, named, [left, top, bottom])?;
        bar.draw(&canvas, right, (top, bottom))?;
        let (low, high) = value.ends();
        let description = format!(
            "Heat map of {} from {low:.4e} to {high:.4e} against {}, {} rows.",
            self.value.text(),
            self.x.text(),
            self.rows.len()
        );
        Ok(canvas.finish(self.title.clone(), description))
    }
}

impl HeatMap {
    /// The named columns of a trajectory, a row for each. Without names: all.
    ///
    /// # Errors
    /// [`PlotError::UnknownColumn`] for a name the trajectory lacks, with the nearest it has.
    pub fn of(trajectory: &Trajectory, names: &[&str], title: &str) -> Result<Self, PlotError> {
        let columns: Vec<&Column> = if names.is_empty() {
            trajectory.columns.iter().collect()
        } else {
            names.iter().map(|n| find(trajectory, n)).collect::<Result<_, _>>()?
        };
        // What the colours tell need not stand in every name.
        let kind = columns.first().and_then(|c| molecule(c));
        let one = kind.is_some() && columns.iter().all(|c| molecule(c) == kind);
        let short = |c: &Column| match (&c.subject.vm, &c.subject.of) {
            (Some(vm), Some(gene)) if one => format!("{vm}.{gene}"),
            _ => c.name.clone(),
        };
        let unit = columns.first().map_or("", |c| c.unit.as_str());
        let unit = if columns.iter().all(|c| c.unit == unit) { unit } else { "" };
        Ok(Self {
            title: title.to_owned(),
            x: Axis::new("Time", trajectory.time_unit.clone()),
            columns: trajectory.times.clone(),
            rows: columns.iter().map(|c| (short(c), c.values.clone())).collect(),
            value: Axis::new(common(&columns), unit),
        })
    }

    /// The same with each row as part of its own highest value [%].
    pub fn relative(mut self) -> Self {
        for (_, values) in &mut self.rows {
            let finite = values.iter().copied().filter(|v| v.is_finite());
            let highest = finite.fold(0.0, f64::max);
            for value in values.iter_mut() {
                // A row of nothing stays nothing.
                *value = if highest > 0.0 { *value / highest * 100.0 } else { *value };
            }
        }
        self.value = Axis::new(self.value.label, "% of its highest");
        self.value.range = (Some(0.0), Some(100.0));
        self
    }

    /// The heat map as SVG text, deterministic like [`Figure::to_svg`](crate::Figure::to_svg).
    ///
    /// With more than 320 rows or 8 000 cells neighbours are averaged; what is not finite stays blank.
    /// Values that differ by less than about a millionth of their size have one colour.
    ///
    /// # Errors
    /// [`PlotError`] if there is nothing to plot, if a row's length differs from that of `columns`, or if
    /// the size is impossible.
    ///
    /// ```
    /// use bioxen_plot::{Axis, HeatMap, Options};
    ///
    /// let map = HeatMap {
    ///     title: "Expression".into(),
    ///     x: Axis::new("Time", "min"),
    ///     columns: vec![0.0, 1.0, 2.0],
    ///     rows: vec![("lacZ".into(), vec![0.0, 4.0, 5.0]), ("lacY".into(), vec![1.0, 2.0, 3.0])],
    ///     value: Axis::new("mRNA", "molecules"),
    /// };
    /// assert!(map.to_svg(&Options::default())?.contains("mRNA [molecules]"));
    /// # Ok::<(), bioxen_plot::PlotError>(())
    /// ```
    pub fn to_svg(&self, options: &Options) -> Result<String, PlotError> {
        self.svg(options)
    }

    /// The heat map as a PNG file's content.
    ///
    /// # Errors
    /// As [`HeatMap::to_svg`].
    pub fn to_png(&self, options: &Options) -> Result<Vec<u8>, PlotError> {
        self.png(options)
    }

    fn spans(&self) -> Result<(Span, Span), PlotError> {
        let expected = self.columns.len();
        if let Some((name, values)) = self.rows.iter().find(|r| r.1.len() != expected) {
            return Err(PlotError::LengthMismatch {
                series: name.clone(),
                what: "the row",
                expected,
                found: values.len(),
            });
        }
        self.x.check_names()?;
        let nothing = || PlotError::NothingToPlot { figure: self.title.clone() };
        let all = || self.rows.iter().flat_map(|r| r.1.iter().copied());
        if !all().any(f64::is_finite) {
            return Err(nothing());
        }
        let zero = self.value.counts().then_some(0.0);
        let value =
            Span::measured(&self.value, Fit::Tight, all().chain(zero))?.ok_or_else(nothing)?;
        let x = Span::of(&self.x, Fit::Tight, self.columns.iter().copied())?.ok_or_else(nothing)?;
        Ok((x, value))
    }

    /// The rows, neighbours averaged if there are more than `most`.
    fn merged_rows(&self, most: usize) -> Vec<(String, Vec<f64>)> {
        let each = self.rows.len().div_ceil(most.max(1)).max(1);
        if each == 1 {
            return self.rows.clone();
        }
        let merge = |rows: &[(String, Vec<f64>)]| {
            let name = rows.first().map(|r| r.0.clone()).unwrap_or_default();
            let column = |i: usize| mean(rows.iter().filter_map(|r| r.1.get(i)).copied());
            (name, (0..self.columns.len()).map(column).collect())
        };
        self.rows.chunks(each).map(merge).collect()
    }

    /// How many cells a row has that may have `most`: one for each name, if there is room.
    fn cells_across(&self, most: usize) -> usize {
        if self.x.is_named() { self.x.categories.len().min(most) } else { most }
    }

    /// In which of `count` columns of equal width each value of `columns` falls.
    fn bins(&self, x: &Span, count: usize) -> Vec<Option<usize>> {
        let bin = |v: f64| {
            let place = x.fraction(v)?;
            let at = ((place * count as f64) as usize).min(count.saturating_sub(1));
            (0.0..=1.0).contains(&place).then_some(at)
        };
        self.columns.iter().map(|v| bin(*v)).collect()
    }

    fn axis(
        &self,
        canvas: &Canvas,
        (x, names): (&Span, Option<Names>),
        (left, top): (f64, f64),
        (right, bottom): (f64, f64),
        foot: f64,
    ) -> Result<(), PlotError> {
        let ticks = Ticks::of(&self.x, x, ((right - left) / 75.0).round() as usize);
        let size = (steps(right - left), steps(bottom - top + foot));
        let area = canvas.root.clone().shrink((steps(left), steps(top)), size);
        let mut context = ChartBuilder::on(&area)
            .set_label_area_size(LabelAreaPosition::Bottom, steps(foot))
            .build_cartesian_2d(Unit::new(&ticks), Unit::new(&Ticks::default()))?;
        let number = |at: &f64| {
            let mark = ticks.marks.iter().find(|m| m.0 == *at && names.is_none());
            mark.map(|m| m.1.clone()).unwrap_or_default()
        };
        canvas.sheet.open(Group { role: "axes", ..Group::default() });
        context
            .configure_mesh()
            .disable_mesh()
            .axis_style(canvas.palette.muted.stroke_width(10))
            .label_style(canvas.style(SMALL, Weight::Regular, canvas.palette.muted))
            .axis_desc_style(canvas.style(LABEL, Weight::Regular, canvas.palette.ink))
            .set_all_tick_mark_size(steps(TICK_GAP / 2.0))
            .x_label_formatter(&number)
            .x_desc(ticks.label(&self.x))
            .draw()?;
        if let Some(names) = names {
            names.draw(canvas, &ticks, (left, right), bottom)?;
        }
        canvas.sheet.close();
        Ok(())
    }

    fn cells(
        &self,
        canvas: &Canvas,
        rows: &[(String, Vec<f64>)],
        (x, value): (&Span, &Span),
        [left, top, right, bottom]: [f64; 4],
    ) -> Result<(), PlotError> {
        let wide = right - left;
        let most = (MOST_CELLS / rows.len().max(1)).clamp(8, wide as usize / 2 + 1);
        let columns = if self.x.is_named() { most } else { most.min(self.columns.len()).max(1) };
        let columns = self.cells_across(columns);
        let bins = self.bins(x, columns);
        // Whole pixels, so that no seams show.
        let edge = |i: usize| (left + wide * i as f64 / columns as f64).round();
        for (i, (name, values)) in rows.iter().enumerate() {
            let title = name.clone();
            let facts = vec![("data-name", name.clone())];
            canvas.sheet.open(Group { role: "row", title, facts });
            let y = |i: usize| (top + (bottom - top) * i as f64 / rows.len() as f64).round();
            let levels = levels(values, &bins, columns, value);
            let mut start = 0;
            for stretch in levels.chunk_by(|a, b| a == b) {
                let end = start + stretch.len();
                if let Some(Some(level)) = stretch.first() {
                    let style = color(*level).filled();
                    canvas.rect((edge(start), y(i)), (edge(end), y(i + 1)), &style)?;
                }
                start = end;
            }
            canvas.sheet.close();
        }
        Ok(())
    }

    fn names(
        &self,
        canvas: &Canvas,
        rows: &[(String, Vec<f64>)],
        room: f64,
        [left, top, bottom]: [f64; 3],
    ) -> Result<(), PlotError> {
        let high = (bottom - top) / rows.len() as f64;
        // Names that would overlap are left out; the rows tell theirs to the pointer.
        let every = (NAMED / high).ceil().max(1.0) as usize;
        let style = canvas.style(SMALL, Weight::Regular, canvas.palette.ink);
        for (i, (name, _)) in rows.iter().enumerate().step_by(every) {
            let text = canvas.fonts.elide(name, SMALL, Weight::Regular, room);
            canvas.text(&text, (left - 8.0, top + (i as f64 + 0.5) * high), HPos::Right, &style)?;
        }
        Ok(())
    }
}

/// The colour of each column of a row: the mean of the values in it, or the last before it.
fn levels(values: &[f64], bins: &[Option<usize>], columns: usize, span: &Span) -> Vec<Option<u8>> {
    let mut held: Vec<Vec<f64>> = vec![Vec::new(); columns];
    for (value, bin) in values.iter().zip(bins) {
        if let Some(list) = bin.and_then(|b| held.get_mut(b)) {
            list.push(*value);
        }
    }
    let mut last = None;
    let mut all = Vec::with_capacity(columns);
    for list in held {
        if !list.is_empty() {
            last = span.fraction(mean(list.into_iter())).map(level);
        }
        all.push(last);
    }
    all
}

/// The mean of the finite values; not finite if there is none.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values.filter(|v| v.is_finite()) {
        count += 1.0;
        // A running mean: the sum of huge values would not be finite.
        sum += (value - sum) / count;
    }
    if count > 0.0 { sum } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_means_and_hold_over_empty_columns() {
        let span =
            Span::of(&Axis::default(), Fit::Tight, [0.0, 63.0].into_iter()).unwrap().unwrap();
        let bins = [Some(0), Some(0), Some(2), Some(3), None];
        let found = levels(&[10.0, 20.0, 63.0, f64::NAN, 5.0], &bins, 4, &span);
        assert_eq!(found, [Some(15), Some(15), Some(63), None]);
    }

    #[test]
    fn the_label_of_a_flat_map_is_whole() {
        let row = |name: &str| (name.to_owned(), vec![1.0, 2.0]);
        let map = HeatMap {
            columns: vec![0.0, 1.0],
            rows: vec![row("a"), row("b"), row("c")],
            value: Axis::new("Protein", "molecules"),
            ..HeatMap::default()
        };
        let svg = map.relative().to_svg(&Options::default()).unwrap();
        assert!(svg.contains(">Protein [% of its highest]<") && !svg.contains('…'), "{svg}");
    }

    #[test]
    fn means_leave_out_what_is_not_finite() {
        assert_eq!(mean([1.0, f64::NAN, 3.0].into_iter()), 2.0);
        assert_eq!(mean([f64::MAX, f64::MAX].into_iter()), f64::MAX);
        assert!(mean([].into_iter()).is_nan());
    }
}
