//! A heat map in characters.

use crate::PlotError;
use crate::colormap::{LEVELS, sign, terminal};
use crate::heatmap::{HeatMap, levels};
use crate::text::{RESET, cut, x_axis, x_ticks};

impl HeatMap {
    /// The heat map as lines of text, like [`Figure::to_text`](crate::Figure::to_text): blocks in
    /// 256 colours, or from light to heavy without. Rows that do not fit are averaged.
    ///
    /// # Errors
    /// [`PlotError`] if there is nothing to plot or if a row's length differs.
    pub fn to_text(&self, width: usize, height: usize, colour: bool) -> Result<String, PlotError> {
        let (width, height) = (width.clamp(20, 1_000), height.clamp(6, 1_000));
        let (x, value) = self.spans()?;
        let head = usize::from(!self.title.is_empty());
        // Beside the rows: title, axis, numbers, label and scale.
        let rows = self.merged_rows(height.saturating_sub(head + 4).max(1));
        let widest = rows.iter().map(|r| r.0.chars().take(width).count()).max().unwrap_or(0);
        let margin = widest.min(width / 3) + 1;
        let columns = width.saturating_sub(margin + 1).max(1);
        // A name's cells stand around it; others last from their own place to the next.
        let count = self.cells_across(columns);
        let bins = self.bins(&x, count);
        let mut lines = Vec::new();
        if head > 0 {
            lines.push(cut(&self.title, width));
        }
        for (name, values) in &rows {
            let mut line = format!("{:>w$}│", cut(name, margin - 1), w = margin);
            let cells = levels(values, &bins, count, &value);
            let cells: Vec<_> =
                (0..columns).filter_map(|i| cells.get(i * count / columns)).copied().collect();
            for stretch in cells.chunk_by(|a, b| a == b) {
                match stretch.first().copied().flatten() {
                    Some(level) => line.push_str(&blocks(level, stretch.len(), colour)),
                    None => line.push_str(&" ".repeat(stretch.len())),
                }
            }
            lines.push(line);
        }
        let ticks = x_ticks(&self.x, &x, columns);
        x_axis(&mut lines, &ticks, Some(&ticks.label(&self.x)), (margin, columns));
        let (low, high) = value.ends();
        let (first, last) = (blocks(0, 2, colour), blocks(LEVELS - 1, 2, colour));
        let label = cut(&self.value.text(), width / 2);
        lines.push(format!("{label}  {first} {}  {last} {}", short(low), short(high)));
        lines.iter_mut().for_each(|l| l.truncate(l.trim_end().len()));
        Ok(lines.join("\n") + "\n")
    }
}

/// So many blocks of a level.
pub(crate) fn blocks(level: u8, count: usize, colour: bool) -> String {
    if colour {
        return format!("\u{1b}[38;5;{}m{}{RESET}", terminal(level), "█".repeat(count));
    }
    String::from(sign(level)).repeat(count)
}

/// A number to three figures.
pub(crate) fn short(value: f64) -> String {
    if value == 0.0 || (1e-2..1e6).contains(&value.abs()) {
        let text = format!("{value:.2}");
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    format!("{value:.2e}")
}
