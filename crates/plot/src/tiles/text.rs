//! Rectangles in characters.

use super::{Rule, Side, Spans, Tile, Tiles};
use crate::PlotError;
use crate::colormap::{LEVELS, level};
use crate::heatmap::text::{blocks, short};
use crate::text::{cut, x_axis, x_ticks};
use crate::ticks::Ticks;

/// What stands in one character's place.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Place {
    /// The values of the rectangles there: their sum and how many they are.
    sum: f64,
    count: u32,
    /// A line.
    line: Option<char>,
}

impl Tiles {
    /// The picture as lines of text, like [`Figure::to_text`](crate::Figure::to_text): blocks in
    /// 256 colours, or from light to heavy without. Where several rectangles meet, it has their mean.
    ///
    /// # Errors
    /// As [`Tiles::to_svg`].
    pub fn to_text(&self, width: usize, height: usize, colour: bool) -> Result<String, PlotError> {
        let (width, height) = (width.clamp(20, 1_000), height.clamp(6, 1_000));
        let spans = self.spans()?;
        let mut lines = Vec::new();
        if !self.title.is_empty() {
            lines.push(cut(&self.title, width));
        }
        lines.extend(wrapped(&self.note, width));
        let corners: Vec<&str> = self.corners.iter().map(|corner| corner.2.as_str()).collect();
        let corners = wrapped(&corners.join("; "), width);
        // Beside the rows: label, axis, numbers, label and scale.
        let free = height.saturating_sub(lines.len() + corners.len() + 5).max(4);
        let rows = match &self.side {
            Side::Numbers(_) => free,
            Side::Rows { .. } => {
                let each = if self.thickest.is_some() { 2.0 } else { 1.0 };
                free.min((spans.rows * each).min(1e6) as usize).max(1)
            }
        };
        let (marks, label) = self.marks(&spans, rows);
        lines.extend((!label.is_empty()).then(|| cut(&label, width)));
        let widest = marks.iter().map(|mark| mark.1.chars().count()).max().unwrap_or(0);
        let margin = widest.min(width / 3) + 1;
        let columns = width.saturating_sub(margin + 1).max(1);
        let mut grid = Grid { columns, rows, places: vec![Place::default(); columns * rows] };
        self.lines.iter().for_each(|rule| grid.rule(rule, &spans));
        self.tiles.iter().for_each(|tile| grid.tile(tile, &spans, self.thickest.is_some()));
        for (row, places) in grid.places.chunks(columns).enumerate() {
            let mark = marks.iter().find(|mark| grid.row(mark.0) == row);
            let name = cut(mark.map_or("", |mark| mark.1.as_str()), margin - 1);
            let axis = if mark.is_some() { '┤' } else { '│' };
            lines.push(format!("{name:>margin$}{axis}{}", line(places, &spans, colour)));
        }
        let ticks = x_ticks(&self.x, &spans.x, columns);
        x_axis(&mut lines, &ticks, Some(&ticks.label(&self.x)), (margin, columns));
        let (low, high) = spans.value.ends();
        let (first, last) = (blocks(0, 2, colour), blocks(LEVELS - 1, 2, colour));
        let label = cut(&self.value.text(), width / 2);
        lines.push(format!("{label}  {first} {}  {last} {}", short(low), short(high)));
        lines.extend(corners);
        lines.iter_mut().for_each(|line| line.truncate(line.trim_end().len()));
        Ok(lines.join("\n") + "\n")
    }

    /// What stands beside the vertical axis, and its label.
    fn marks(&self, spans: &Spans, rows: usize) -> (Vec<(f64, String)>, String) {
        match (&self.side, &spans.y) {
            (Side::Numbers(axis), Some(span)) => {
                let ticks = Ticks::of(axis, span, (rows / 2).clamp(2, 6));
                let label = ticks.label(axis);
                (ticks.marks, label)
            }
            (Side::Numbers(axis), None) => (Vec::new(), axis.text()),
            (Side::Rows { label, names, .. }, _) => {
                let place = |(y, name): &(f64, String)| Some((spans.up(*y)?, name.clone()));
                (names.iter().filter_map(place).collect(), label.clone())
            }
        }
    }
}

/// A plot of characters.
struct Grid {
    columns: usize,
    rows: usize,
    places: Vec<Place>,
}

impl Grid {
    /// The row of a place from 0 at the foot to 1 at the top.
    fn row(&self, place: f64) -> usize {
        let down = (1.0 - place.clamp(0.0, 1.0)) * self.rows as f64;
        (down as usize).min(self.rows.saturating_sub(1))
    }

    fn column(&self, place: f64) -> usize {
        let across = place.clamp(0.0, 1.0) * self.columns as f64;
        (across as usize).min(self.columns.saturating_sub(1))
    }

    /// The places of a row from one column to another.
    fn stretch(&mut self, row: usize, from: usize, to: usize) -> &mut [Place] {
        let start = row * self.columns;
        self.places.get_mut(start + from..=start + to).unwrap_or_default()
    }

    fn rule(&mut self, rule: &Rule, spans: &Spans) {
        let place = |(x, y): &(f64, f64)| Some((spans.x.fraction(*x)?, spans.up(*y)?));
        let places: Vec<(f64, f64)> = rule.through.iter().filter_map(place).collect();
        for pair in places.windows(2) {
            let &[(x0, y0), (x1, y1)] = pair else { continue };
            let (from, to) = (self.column(x0.min(x1)), self.column(x0.max(x1)));
            let sign = match (rule.dashed, from == to) {
                (true, true) => '┊',
                (true, false) => '┄',
                (false, true) => '│',
                (false, false) => '─',
            };
            for row in self.row(y0.max(y1))..=self.row(y0.min(y1)) {
                self.stretch(row, from, to).iter_mut().for_each(|at| at.line = Some(sign));
            }
        }
    }

    fn tile(&mut self, tile: &Tile, spans: &Spans, stroke: bool) {
        let Some([left, right, foot, top]) = spans.place(tile) else { return };
        // What ends at the border of a place is not in the next.
        let inside = |from: f64, to: f64| (to - 1e-9).max(from);
        let (first, last) = (self.column(left), self.column(inside(left, right)));
        let rows = if stroke {
            let row = self.row((foot + top) / 2.0);
            row..=row
        } else {
            self.row(inside(foot, top))..=self.row((foot + 1e-9).min(top))
        };
        let columns = self.columns as f64;
        for row in rows {
            for (i, at) in self.stretch(row, first, last).iter_mut().enumerate() {
                let middle = ((first + i) as f64 + 0.5) / columns;
                let part = if right > left { (middle - left) / (right - left) } else { 0.5 };
                let value = tile.at(part.clamp(0.0, 1.0));
                if value.is_finite() {
                    (at.sum, at.count) = (at.sum + value, at.count + 1);
                }
            }
        }
    }
}

/// A row of places as it is printed.
fn line(places: &[Place], spans: &Spans, colour: bool) -> String {
    let shown = |place: &Place| match place.count {
        0 => (place.line, None),
        count => (None, spans.value.fraction(place.sum / f64::from(count)).map(level)),
    };
    let all: Vec<(Option<char>, Option<u8>)> = places.iter().map(shown).collect();
    let mut text = String::new();
    for stretch in all.chunk_by(|a, b| a == b) {
        match stretch.first() {
            Some((Some(sign), _)) => text.push_str(&sign.to_string().repeat(stretch.len())),
            Some((None, Some(level))) => text.push_str(&blocks(*level, stretch.len(), colour)),
            _ => text.push_str(&" ".repeat(stretch.len())),
        }
    }
    text
}

/// A text in lines of a width; none if it is empty.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| cut(line, width)).collect()
}
