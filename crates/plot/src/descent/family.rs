//! Who descends from whom.

use super::{End, Lived};
use crate::PlotError;

/// Cells with their mothers and daughters, by their places.
pub(super) struct Family<'c> {
    pub(super) cells: &'c [Lived],
    pub(super) mother: Vec<Option<usize>>,
    /// The daughters of all, of each those of lower number first, and where those of each begin.
    daughters: Vec<usize>,
    first: Vec<usize>,
    /// Those without a mother.
    pub(super) founders: Vec<usize>,
    /// All, a mother before her daughters, the first of them with all her descendants before the second.
    pub(super) order: Vec<usize>,
}

/// The places of cells among rows, counted from the top.
pub(super) struct Rows {
    /// The middle of each cell: that of its first and last daughter.
    pub(super) middle: Vec<f64>,
    /// The rows of all its last descendants together.
    pub(super) ends: Vec<(f64, f64)>,
    pub(super) count: usize,
}

impl<'c> Family<'c> {
    /// # Errors
    /// When the cells are no trees.
    pub(super) fn of(cells: &'c [Lived], title: &str) -> Result<Self, PlotError> {
        if cells.is_empty() {
            return Err(PlotError::NothingToPlot { figure: title.to_owned() });
        }
        let wrong = |cell: &Lived, problem| PlotError::Descent { cell: cell.id, problem };
        let mut places: Vec<usize> = (0..cells.len()).collect();
        places.sort_by_key(|&at| cells[at].id);
        let twice = places.windows(2).find(|pair| cells[pair[0]].id == cells[pair[1]].id);
        if let Some(&[twice, _]) = twice {
            return Err(wrong(&cells[twice], "is there twice"));
        }
        for cell in cells {
            if !(cell.born.is_finite() && cell.ended.is_finite()) {
                return Err(wrong(cell, "has no finite times of birth and end"));
            }
            if cell.ended < cell.born {
                return Err(wrong(cell, "ends before it is born"));
            }
        }
        let find = |id: u64| places.binary_search_by_key(&id, |&at| cells[at].id).ok();
        let mother: Vec<Option<usize>> =
            cells.iter().map(|cell| cell.parent.and_then(find).map(|at| places[at])).collect();
        let mut first = vec![0; cells.len() + 1];
        mother.iter().flatten().for_each(|&mother| first[mother + 1] += 1);
        for at in 0..cells.len() {
            first[at + 1] += first[at];
        }
        // By number, whatever the order of the cells is.
        let (mut free, mut founders) = (first.clone(), Vec::new());
        let mut daughters = vec![0; first[cells.len()]];
        for &at in &places {
            match mother[at] {
                Some(mother) => {
                    daughters[free[mother]] = at;
                    free[mother] += 1;
                }
                None => founders.push(at),
            }
        }
        let order = Vec::with_capacity(cells.len());
        let mut family = Self { cells, mother, daughters, first, founders, order };
        let mut next: Vec<usize> = family.founders.iter().rev().copied().collect();
        let mut seen = vec![false; cells.len()];
        while let Some(at) = next.pop() {
            seen[at] = true;
            family.order.push(at);
            let daughters = family.first[at]..family.first[at + 1];
            next.extend(family.daughters[daughters].iter().rev());
        }
        match cells.iter().zip(&seen).find(|(_, seen)| !**seen) {
            Some((cell, _)) => Err(wrong(cell, "descends from itself")),
            None => Ok(family),
        }
    }

    /// The daughters of a cell, the first before the second.
    pub(super) fn daughters(&self, at: usize) -> &[usize] {
        &self.daughters[self.first[at]..self.first[at + 1]]
    }

    /// Whether a cell left at its birth.
    pub(super) fn stillborn(&self, at: usize) -> bool {
        let cell = &self.cells[at];
        cell.end == End::Left && cell.ended <= cell.born && self.mother[at].is_some()
    }

    /// The rows of some cells: one for each that has no daughter among them.
    pub(super) fn rows(&self, kept: &[bool]) -> Rows {
        let n = self.cells.len();
        let (mut middle, mut ends) = (vec![f64::NAN; n], vec![(f64::INFINITY, 0.0_f64); n]);
        let daughters = |at: usize| self.daughters(at).iter().copied().filter(|&d| kept[d]);
        let mut count = 0;
        for &at in self.order.iter().filter(|&&at| kept[at]) {
            if daughters(at).next().is_none() {
                ends[at] = (count as f64, count as f64 + 1.0);
                middle[at] = count as f64 + 0.5;
                count += 1;
            }
        }
        // Daughters come after their mothers in this order, so before them in the reverse.
        for &at in self.order.iter().rev().filter(|&&at| kept[at]) {
            if let (Some(first), Some(last)) = (daughters(at).next(), daughters(at).next_back()) {
                middle[at] = (middle[first] + middle[last]) / 2.0;
                ends[at] = (ends[first].0, ends[last].1);
            }
        }
        Rows { middle, ends, count }
    }
}
