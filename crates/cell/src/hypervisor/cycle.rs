//! The cell that is followed from birth to division.
//!
//! Dissolved molecules (mRNA, proteins, ribosomes) are counted in a reference cell of constant size.
//! It represents the mean of a growing cell, and growth acts on it as dilution: while the cell doubles,
//! each molecule remains with probability 1/2, as it would in one of two daughters. Halving at division
//! would count this twice, so these molecules are not halved. Plasmids are counted one by one and are
//! made and lost at certain moments, so they need the real cell. Its size is
//!
//! ```text
//! v = ln 2 * exp(g),   dg/dt = lambda,   and at g = ln 2 it divides: g = 0
//! ```
//!
//! relative to the reference cell, so that the mean of `v` over a generation is 1. A newborn has
//! `ln 2`, a cell that divides twice as much. After a division one daughter, chosen by chance, is
//! followed. `n` copies of a plasmid count as `n / v` in the reference cell. On average this number is
//! the same before and after a division, so the conversion creates and loses nothing.

use std::f64::consts::LN_2;

/// Where the cell is between birth and division.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CellCycle {
    grown: f64,
}

impl CellCycle {
    /// A cell that has grown by a factor of `exp(grown)` since its birth.
    pub(super) fn at(grown: f64) -> Option<Self> {
        (0.0..LN_2).contains(&grown).then_some(Self { grown })
    }

    /// Logarithm of its growth since its birth, from 0 to ln 2.
    pub fn grown(self) -> f64 {
        self.grown
    }

    /// Its size relative to that of the mean cell.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::hypervisor::CellCycle;
    /// assert_eq!(CellCycle::default().size(), 2.0_f64.ln());
    /// ```
    pub fn size(self) -> f64 {
        LN_2 * self.grown.exp()
    }

    /// Grows by a factor of `exp(by)`; gives how often it divides meanwhile.
    pub(super) fn grow(&mut self, by: f64) -> u32 {
        self.grown += by.max(0.0);
        let divisions = (self.grown / LN_2).floor();
        // Rounding must not leave it at the end of its cycle.
        self.grown = (self.grown - divisions * LN_2).clamp(0.0, LN_2 * (1.0 - f64::EPSILON));
        divisions.min(f64::from(u32::MAX)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_divides_when_it_has_doubled() {
        let mut cycle = CellCycle::default();
        assert_eq!(cycle.grow(0.5), 0);
        assert!((cycle.size() - LN_2 * 0.5_f64.exp()).abs() < 1e-15);
        assert_eq!(cycle.grow(0.5), 1);
        assert!((cycle.grown() - (1.0 - LN_2)).abs() < 1e-15);
        assert_eq!(cycle.grow(10.0 * LN_2), 10);
    }

    #[test]
    fn its_mean_size_is_that_of_the_reference_cell() {
        let n = 100_000;
        let mid = |i| (f64::from(i) + 0.5) / f64::from(n) * LN_2;
        let mean =
            (0..n).map(|i| CellCycle::at(mid(i)).unwrap().size()).sum::<f64>() / f64::from(n);
        assert!((mean - 1.0).abs() < 1e-9, "{mean}");
        assert_eq!(CellCycle::at(LN_2), None);
        assert_eq!(CellCycle::at(f64::NAN), None);
    }
}
