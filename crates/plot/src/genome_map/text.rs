//! A genome in characters: cut open at its first position, in rows of two strands.

use crate::PlotError;
use crate::colormap::LEVELS;
use crate::genome_map::{Colours, GenomeMap, MapGene, Shade};
use crate::heatmap::text::{blocks, short};
use crate::text::{RESET, cut, letter, paint};
use crate::ticks::decimal_text;

/// The largest number of cells of a strand.
const MOST_CELLS: usize = 2_000;

/// What most of a cell is covered by: how many bases, and how it is coloured.
type Cover = Option<(f64, Option<Shade>)>;

impl GenomeMap {
    /// The genome as lines of text, like [`Figure::to_text`](crate::Figure::to_text): rows of two
    /// strands, `>` read to the right and `<` to the left, a cell in the colour of the gene that covers
    /// most of it. Without colours classes are letters.
    ///
    /// # Errors
    /// As [`GenomeMap::to_svg`].
    pub fn to_text(&self, width: usize, height: usize, colour: bool) -> Result<String, PlotError> {
        let (width, height) = (width.clamp(20, 1_000), height.clamp(6, 1_000));
        let colours = self.colours()?;
        const MARGIN: usize = 10;
        let columns = width.saturating_sub(MARGIN + 2).max(8);
        let rows = (height.saturating_sub(3) / 3).clamp(1, (MOST_CELLS / columns).max(1));
        let count = columns * rows;
        let [forward, reverse] = [true, false].map(|strand| self.covers(strand, count, &colours));
        let mut lines = Vec::new();
        if !self.title.is_empty() {
            lines.push(cut(&self.title, width));
        }
        let size =
            format!("{} bp, {} genes", decimal_text(i128::from(self.length), 0), self.genes.len());
        lines.push(cut(&format!("{} {size}", self.name), width));
        for row in 0..rows {
            let start = (self.length as f64 * (row * columns) as f64 / count as f64).floor() + 1.0;
            let position = cut(&decimal_text(start as i128, 0), MARGIN - 1);
            for (strand, sign) in [(&forward, '>'), (&reverse, '<')] {
                let label = if sign == '>' { position.as_str() } else { "" };
                let cells = strand.get(row * columns..(row + 1) * columns).unwrap_or_default();
                lines.push(format!("{label:>MARGIN$} {sign}{}", line(cells, colour)));
            }
        }
        lines.extend(legend(&colours, width, colour));
        lines.iter_mut().for_each(|l| l.truncate(l.trim_end().len()));
        Ok(lines.join("\n") + "\n")
    }

    /// The cells of a strand.
    fn covers(&self, forward: bool, count: usize, colours: &Colours) -> Vec<Cover> {
        let mut cells: Vec<Cover> = vec![None; count];
        let each = self.length as f64 / count as f64;
        for gene in self.genes.iter().filter(|g| g.forward == forward) {
            let shade = colours.shade(gene);
            for (from, to) in parts(gene, self.length) {
                let (first, last) = ((from / each) as usize, (to / each) as usize);
                for (i, cell) in cells.iter_mut().enumerate().take(last + 1).skip(first) {
                    let (low, high) = (i as f64 * each, (i + 1) as f64 * each);
                    let bases = high.min(to) - low.max(from);
                    if bases > cell.map_or(0.0, |c| c.0) {
                        *cell = Some((bases, shade));
                    }
                }
            }
        }
        cells
    }
}

/// The stretches of a gene, from 0: two if it runs over the origin.
fn parts(gene: &MapGene, length: u64) -> Vec<(f64, f64)> {
    let (start, end, length) = (gene.start as f64 - 1.0, gene.end as f64, length as f64);
    if gene.end < gene.start { vec![(start, length), (0.0, end)] } else { vec![(start, end)] }
}

fn line(cells: &[Cover], colour: bool) -> String {
    let mut text = String::new();
    for stretch in cells.chunk_by(|a, b| a.map(|c| c.1) == b.map(|c| c.1)) {
        let count = stretch.len();
        let part = match (stretch.first().copied().flatten().map(|c| c.1), colour) {
            (None, _) => " ".repeat(count),
            (Some(None), true) => format!("{}{}{RESET}", grey(), "█".repeat(count)),
            (Some(None), false) => "-".repeat(count),
            (Some(Some(Shade::Level(level))), _) => blocks(level, count, colour),
            (Some(Some(Shade::Class(place))), true) => {
                format!("{}{}{RESET}", paint(place), "█".repeat(count))
            }
            (Some(Some(Shade::Class(place))), false) => letter(place).to_string().repeat(count),
        };
        text.push_str(&part);
    }
    text
}

fn legend(colours: &Colours, width: usize, colour: bool) -> Vec<String> {
    match colours {
        Colours::Value(axis, span) => {
            let (low, high) = span.ends();
            let ends = [(0, low), (LEVELS - 1, high)]
                .map(|(level, value)| format!("{} {}", blocks(level, 2, colour), short(value)));
            vec![format!("{}  {}", cut(&axis.text(), width / 2), ends.join("  "))]
        }
        Colours::Class(classes) => {
            let other = if colour { format!("{}█{RESET}", grey()) } else { "-".to_owned() };
            let mut all: Vec<String> = classes
                .iter()
                .enumerate()
                .map(|(place, name)| {
                    let name = cut(name, width.saturating_sub(3));
                    if colour {
                        format!("{}█{RESET} {name}", paint(place))
                    } else {
                        format!("{} {name}", letter(place))
                    }
                })
                .collect();
            all.push(format!("{other} other"));
            all
        }
    }
}

fn grey() -> &'static str {
    "\u{1b}[38;5;245m"
}
