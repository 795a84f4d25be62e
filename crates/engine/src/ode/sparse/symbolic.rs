//! The pattern of the factors.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::ops::Range;

/// The off-diagonal rows of one factor, their columns ascending.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    pub(super) starts: Vec<u32>,
    pub(super) columns: Vec<u32>,
}

impl Rows {
    fn new(dim: usize) -> Self {
        let mut starts = Vec::with_capacity(dim + 1);
        starts.push(0);
        Self { starts, columns: Vec::new() }
    }

    fn end_row(&mut self) {
        self.starts.push(self.columns.len() as u32);
    }

    pub(super) fn range(&self, row: usize) -> Range<usize> {
        self.starts[row] as usize..self.starts[row + 1] as usize
    }

    fn find(&self, row: u32, column: u32) -> Option<u32> {
        let range = self.range(row as usize);
        let at = self.columns[range.clone()].binary_search(&column).ok()?;
        Some((range.start + at) as u32)
    }
}

/// Both factors in the order of elimination.
#[derive(Debug, Clone)]
pub(super) struct Symbolic {
    /// The unknowns from the first to be eliminated to the last.
    pub(super) order: Vec<u32>,
    /// When each unknown is eliminated.
    inverse: Vec<u32>,
    pub(super) lower: Rows,
    pub(super) upper: Rows,
}

/// Where an entry of the matrix goes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Lower(u32),
    Diagonal(u32),
    Upper(u32),
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
        let (lower, upper) = (Rows::new(dim), Rows::new(dim));
        let mut symbolic = Self { order, inverse, lower, upper };
        let mut marks = vec![u32::MAX; dim];
        for (i, row) in rows.iter().enumerate() {
            symbolic.push_row(i as u32, row, &mut marks);
            if symbolic.fill() > max_fill {
                return None;
            }
        }
        Some(symbolic)
    }

    /// The number of entries of both factors and the diagonal.
    pub(super) fn fill(&self) -> usize {
        self.lower.columns.len() + self.upper.columns.len() + self.order.len()
    }

    /// A row of the factors has the columns of the matrix's row, and those of every upper row
    /// that is subtracted from it.
    fn push_row(&mut self, i: u32, row: &[u32], marks: &mut [u32]) {
        let mut lower = BinaryHeap::new();
        let start = self.upper.columns.len();
        marks[i as usize] = i;
        let mut found = |j: u32, lower: &mut BinaryHeap<Reverse<u32>>, upper: &mut Vec<u32>| {
            if marks[j as usize] != i {
                marks[j as usize] = i;
                if j < i { lower.push(Reverse(j)) } else { upper.push(j) }
            }
        };
        row.iter().for_each(|&j| found(j, &mut lower, &mut self.upper.columns));
        while let Some(Reverse(k)) = lower.pop() {
            self.lower.columns.push(k);
            for at in self.upper.range(k as usize) {
                found(self.upper.columns[at], &mut lower, &mut self.upper.columns);
            }
        }
        self.upper.columns[start..].sort_unstable();
        self.lower.end_row();
        self.upper.end_row();
    }

    /// Where an entry of the matrix goes.
    pub(super) fn place(&self, row: u32, column: u32) -> Option<Place> {
        let row = self.inverse[row as usize];
        let column = self.inverse[column as usize];
        match column.cmp(&row) {
            Ordering::Less => self.lower.find(row, column).map(Place::Lower),
            Ordering::Equal => Some(Place::Diagonal(row)),
            Ordering::Greater => self.upper.find(row, column).map(Place::Upper),
        }
    }
}
