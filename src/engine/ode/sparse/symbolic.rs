//! The pattern of the factors.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The rows of both factors together, in the order of elimination, their columns ascending.
#[derive(Debug, Clone)]
pub(super) struct Symbolic {
    /// The unknowns from the first to be eliminated to the last.
    pub(super) order: Vec<u32>,
    /// When each unknown is eliminated.
    inverse: Vec<u32>,
    pub(super) starts: Vec<u32>,
    /// Where in its row the diagonal stands.
    pub(super) diagonals: Vec<u32>,
    pub(super) columns: Vec<u32>,
}

impl Symbolic {
    /// None if the factors have more than `max_fill` entries.
    pub(super) fn new(
        dim: usize,
        entries: &[(u32, u32)],
        order: Vec<u32>,
        max_fill: usize,
    ) -> Option<Self> {
        let mut inverse = vec![0; dim];
        for (at, &i) in order.iter().enumerate() {
            inverse[i as usize] = at as u32;
        }
        let mut rows = vec![Vec::new(); dim];
        for &(i, j) in entries {
            rows[inverse[i as usize] as usize].push(inverse[j as usize]);
        }
        let mut symbolic = Self {
            order,
            inverse,
            starts: vec![0],
            diagonals: Vec::with_capacity(dim),
            columns: Vec::new(),
        };
        let mut marks = vec![u32::MAX; dim];
        for (i, row) in rows.iter().enumerate() {
            symbolic.push_row(i as u32, row, &mut marks);
            if symbolic.columns.len() > max_fill {
                return None;
            }
        }
        Some(symbolic)
    }

    /// A row of the factors has the columns of the matrix's row, and those of every upper row
    /// that is subtracted from it.
    fn push_row(&mut self, i: u32, row: &[u32], marks: &mut [u32]) {
        let start = self.columns.len();
        let mut lower = BinaryHeap::new();
        let mut upper = Vec::new();
        let mut found = |j: u32, lower: &mut BinaryHeap<Reverse<u32>>| {
            if marks[j as usize] != i {
                marks[j as usize] = i;
                if j < i { lower.push(Reverse(j)) } else { upper.push(j) }
            }
        };
        found(i, &mut lower);
        row.iter().for_each(|&j| found(j, &mut lower));
        while let Some(Reverse(k)) = lower.pop() {
            self.columns.push(k);
            let after = self.diagonals[k as usize] + 1..self.starts[k as usize + 1];
            for at in after {
                found(self.columns[at as usize], &mut lower);
            }
        }
        upper.sort_unstable();
        self.diagonals.push(self.columns.len() as u32);
        self.columns.append(&mut upper);
        debug_assert!(self.columns[start..].is_sorted());
        self.starts.push(self.columns.len() as u32);
    }

    /// Where an entry of the matrix stands among the factors' entries.
    pub(super) fn place(&self, row: u32, column: u32) -> Option<u32> {
        let row = self.inverse[row as usize] as usize;
        let column = self.inverse[column as usize];
        let start = self.starts[row];
        let columns = &self.columns[start as usize..self.starts[row + 1] as usize];
        columns.binary_search(&column).ok().map(|at| start + at as u32)
    }
}
