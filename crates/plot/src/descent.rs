//! Cells that descend from each other, as trees and as lines of descent.

mod choice;
mod family;

use crate::PlotError;
use crate::figure::Axis;
use crate::tiles::{Rule, Side, Tile, Tiles};
use choice::Choice;
use family::Family;

/// The most cells that are drawn.
const MOST_CELLS: usize = 4_000;
/// The most lines of descent of a kymograph.
const MOST_LINES: usize = 300;
/// The most rows that are named.
const MOST_NAMED: usize = 60;

/// What has become of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// It lives.
    Alive,
    /// It has divided.
    Divided,
    /// It has left the population.
    Left,
}

/// A cell from its birth to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Lived {
    /// Its number.
    pub id: u64,
    /// The number of its mother; of a cell whose mother is not known, none.
    pub parent: Option<u64>,
    /// When it was born [unit of time].
    pub born: f64,
    /// When it ended, or now [unit of time].
    pub ended: f64,
    /// What has become of it.
    pub end: End,
    /// A value at birth, and at the end or now.
    pub value: (f64, f64),
}

/// Cells that descend from each other, in any order.
///
/// ```
/// use bioxen_plot::{Axis, Descent, End, Lived, Options};
///
/// let cell = |id, parent, born, ended, end, value| Lived { id, parent, born, ended, end, value };
/// let family = Descent {
///     cells: vec![
///         cell(0, None, 0.0, 40.0, End::Divided, (800.0, 1600.0)),
///         cell(1, Some(0), 40.0, 60.0, End::Alive, (790.0, 1000.0)),
///         cell(2, Some(0), 40.0, 50.0, End::Left, (810.0, 900.0)),
///     ],
///     time: Axis::new("Time", "min"),
///     value: Axis::new("dnaK", "molecules"),
/// };
/// // The first daughter is above the second.
/// let tree = family.lineage("Lineage")?;
/// assert!(tree.tiles[1].y.0 < tree.tiles[2].y.0);
/// // Only cells that live have a line.
/// assert_eq!(family.kymograph("Lines")?.tiles.len(), 2);
/// # Ok::<(), bioxen_plot::PlotError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Descent {
    /// The cells.
    pub cells: Vec<Lived>,
    /// The time.
    pub time: Axis,
    /// What the values are.
    pub value: Axis,
}

impl Descent {
    /// The tree of the cells: time from left to right, a stroke for each cell with the colour of its value, a branch
    /// at each division with the first daughter above. At most 4000 cells are drawn; the note says which.
    ///
    /// # Errors
    /// [`PlotError::Descent`] for cells that no tree has, [`PlotError::NothingToPlot`] for none.
    pub fn lineage(&self, title: &str) -> Result<Tiles, PlotError> {
        /// The most rows whose ends are marked.
        const MOST_MARKED: usize = 400;
        /// The thickness of a cell [px].
        const THICK: f64 = 8.0;
        let family = Family::of(&self.cells, title)?;
        let choice = Choice::of_tree(&family, MOST_CELLS);
        let rows = family.rows(&choice.kept);
        let marked = rows.count <= MOST_MARKED;
        let mut lines = Vec::new();
        let mut tiles = Vec::new();
        let mut names = Vec::new();
        let mut line = |through: Vec<(f64, f64)>| lines.push(Rule { through, dashed: false });
        for &at in &family.order {
            let cell = &self.cells[at];
            let y = rows.middle[at];
            if !choice.kept[at] {
                // A daughter that has left at birth has no life to draw: a stub stands for it.
                let mother = family.mother[at].filter(|&mother| choice.kept[mother]);
                if let (true, true, Some(mother)) = (marked, family.stillborn(at), mother) {
                    let y = rows.middle[mother];
                    line(vec![(cell.born, y), (cell.born, y + 0.42)]);
                }
                continue;
            }
            let daughters = family.daughters(at).iter().filter(|&&d| choice.kept[d]);
            let heights: Vec<f64> = daughters.map(|&d| rows.middle[d]).collect();
            if let (Some(first), Some(last)) = (heights.first(), heights.last()) {
                let (first, last) = (first.min(y), last.max(y));
                if first < last {
                    line(vec![(cell.ended, first), (cell.ended, last)]);
                }
            }
            if marked && cell.end == End::Left {
                line(vec![(cell.ended, y - 0.3), (cell.ended, y + 0.3)]);
            }
            if heights.is_empty() && rows.count <= MOST_NAMED {
                names.push((y, cell.id.to_string()));
            }
            tiles.push(self.tile(at, (y - 0.5, y + 0.5)));
        }
        let mut note = vec![choice.note];
        let hidden = family.order.iter().filter(|&&at| family.stillborn(at)).count();
        if hidden > 0 {
            note.push(format!("{hidden} daughters that left at their birth have no stroke"));
        }
        note.push("between birth and end colours are interpolated".to_owned());
        Ok(self.picture(title, note, (tiles, lines), (rows.count, names), Some(THICK)))
    }

    /// The lines of descent of the cells that live: time from left to right, a row for each line, and the cells as
    /// bars with the colour of their value. A cell that several lines have in common is as high as all of
    /// them. At most 300 lines are drawn; the note says which. If no cell lives, all lines are drawn to their ends.
    ///
    /// # Errors
    /// As [`Descent::lineage`].
    pub fn kymograph(&self, title: &str) -> Result<Tiles, PlotError> {
        let family = Family::of(&self.cells, title)?;
        let choice = Choice::of_lines(&family, MOST_LINES, MOST_CELLS);
        let rows = family.rows(&choice.kept);
        let kept = || family.order.iter().copied().filter(|&at| choice.kept[at]);
        let tiles = kept().map(|at| self.tile(at, rows.ends[at])).collect();
        let named = rows.count <= MOST_NAMED;
        let last = |at: &usize| !family.daughters(*at).iter().any(|&d| choice.kept[d]);
        let names = kept().filter(last).filter(|_| named);
        let names = names.map(|at| (rows.middle[at], self.cells[at].id.to_string())).collect();
        let note = vec![choice.note, "between birth and end colours are interpolated".to_owned()];
        Ok(self.picture(title, note, (tiles, Vec::new()), (rows.count, names), None))
    }

    fn tile(&self, at: usize, y: (f64, f64)) -> Tile {
        let cell = &self.cells[at];
        let (from, to) = cell.value;
        let name = format!(
            "cell {}, {:.4} to {:.4} {}: {from:.6} to {to:.6} {}",
            cell.id, cell.born, cell.ended, self.time.unit, self.value.unit
        );
        Tile { x: (cell.born, cell.ended), y, value: cell.value, name }
    }

    fn picture(
        &self,
        title: &str,
        note: Vec<String>,
        (tiles, lines): (Vec<Tile>, Vec<Rule>),
        (rows, names): (usize, Vec<(f64, String)>),
        thickest: Option<f64>,
    ) -> Tiles {
        let mut note = note.join("; ");
        // The first word begins a sentence.
        if let Some(first) = note.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let label = if names.is_empty() { "Cells" } else { "Cell" };
        Tiles {
            title: title.to_owned(),
            note,
            x: self.time.clone(),
            side: Side::Rows { label: label.to_owned(), rows: rows as f64, names },
            value: self.value.clone(),
            tiles,
            lines,
            corners: Vec::new(),
            thickest,
        }
    }
}

#[cfg(test)]
mod tests;
