//! A plot of braille characters: two dots across and four down in each.

use crate::trace::Place;

/// What stands in one character's place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    dots: u8,
    /// The series drawn here last.
    pub(crate) series: Option<usize>,
    /// A letter instead of dots.
    letter: Option<char>,
}

impl Cell {
    /// The character to print.
    pub(crate) fn symbol(self) -> char {
        const BLANK: u32 = 0x2800;
        match self.letter {
            Some(letter) => letter,
            None if self.dots == 0 => ' ',
            None => char::from_u32(BLANK + u32::from(self.dots)).unwrap_or(' '),
        }
    }
}

/// The plot: places from 0 to 1 are mapped to dots.
pub(crate) struct Grid {
    columns: usize,
    rows: usize,
    cells: Vec<Cell>,
}

impl Grid {
    /// An empty plot of so many characters.
    pub(crate) fn new(columns: usize, rows: usize) -> Self {
        Self { columns, rows, cells: vec![Cell::default(); columns * rows] }
    }

    /// The dots across.
    pub(crate) fn across(&self) -> usize {
        self.columns * 2
    }

    /// The lines, from the top.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &[Cell]> {
        self.cells.chunks(self.columns.max(1))
    }

    /// Sets the dots of a line through places within the plot.
    pub(crate) fn line(&mut self, places: &[Place], series: usize) {
        for pair in places.windows(2) {
            let [from, to] = pair else { continue };
            let ((x0, y0), (x1, y1)) = (self.dot(*from), self.dot(*to));
            let longest = (x1 - x0).abs().max((y1 - y0).abs()).max(1);
            for step in 0..=longest {
                let along =
                    |a: i64, b: i64| a + ((b - a) * step * 2 + longest).div_euclid(longest * 2);
                self.set((along(x0, x1), along(y0, y1)), series);
            }
        }
    }

    /// Sets all dots between two places one above the other.
    pub(crate) fn bar(&mut self, low: Place, high: Place, series: usize) {
        let ((x, from), (_, to)) = (self.dot(high), self.dot(low));
        for y in from..=to {
            self.set((x, y), series);
        }
    }

    /// Writes a letter over the dots at a place.
    pub(crate) fn letter(&mut self, place: Place, letter: char, series: usize) {
        let (x, y) = self.dot(place);
        if let Some(cell) = self.cell(x, y) {
            cell.letter = Some(letter);
            cell.series = Some(series);
        }
    }

    /// The dot at a place, counted from the upper left.
    fn dot(&self, place: Place) -> (i64, i64) {
        let scale = |v: f64, count: usize| {
            (v.clamp(0.0, 1.0) * count.saturating_sub(1) as f64).round() as i64
        };
        (scale(place.0, self.columns * 2), scale(1.0 - place.1, self.rows * 4))
    }

    fn cell(&mut self, x: i64, y: i64) -> Option<&mut Cell> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        self.cells.get_mut(y / 4 * self.columns + x / 2)
    }

    fn set(&mut self, (x, y): (i64, i64), series: usize) {
        // The bits of a braille character: left column 1, 2, 3, 7, right column 4, 5, 6, 8.
        const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        let bit = BITS
            .get(y.rem_euclid(4) as usize)
            .and_then(|row| row.get(x.rem_euclid(2) as usize))
            .copied()
            .unwrap_or(0);
        if let Some(cell) = self.cell(x, y) {
            cell.dots |= bit;
            cell.series = Some(series);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(grid: &Grid) -> Vec<String> {
        grid.lines().map(|l| l.iter().map(|c| c.symbol()).collect()).collect()
    }

    #[test]
    fn lines_become_dots() {
        let mut grid = Grid::new(2, 1);
        grid.line(&[(0.0, 0.0), (1.0, 1.0)], 0);
        assert_eq!(text(&grid), ["⡠⠊"]);
        let mut flat = Grid::new(3, 2);
        flat.line(&[(0.0, 1.0), (1.0, 1.0)], 0);
        assert_eq!(text(&flat), ["⠉⠉⠉", "   "]);
    }

    #[test]
    fn bars_and_letters() {
        let mut grid = Grid::new(1, 1);
        grid.bar((0.0, 0.0), (0.0, 1.0), 0);
        assert_eq!(text(&grid), ["⡇"]);
        grid.letter((0.0, 0.0), 'a', 0);
        assert_eq!(text(&grid), ["a"]);
    }
}
