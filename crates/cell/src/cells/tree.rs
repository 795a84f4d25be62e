//! Who descends from whom.

use super::cell::Cell;
use super::saved::Bytes;
use serde::{Deserialize, Serialize};

/// What has become of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It lives.
    Alive,
    /// It has divided.
    Divided,
    /// It has left the population, by chance.
    Left,
}

impl Fate {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alive => "alive",
            Self::Divided => "divided",
            Self::Left => "left",
        }
    }
}

/// All cells that there were, in columns; the number of a cell is its row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tree {
    parent: Vec<u32>,
    fate: Vec<Fate>,
    born_at: Vec<f64>,
    ended_at: Vec<f64>,
    born_size: Vec<f64>,
    ended_size: Vec<f64>,
    /// Proteins at birth and at the end, of each gene.
    proteins: Vec<[f32; 2]>,
    genes: usize,
}

/// Stands for a cell that has no mother here.
const NOBODY: u32 = u32::MAX;

impl Tree {
    /// Bytes of one cell of so many genes.
    pub(super) fn bytes(genes: usize) -> u64 {
        40 + 8 * genes as u64
    }

    pub(super) fn new(genes: usize) -> Self {
        Self { genes, ..Self::default() }
    }

    pub(super) fn put(&mut self, cell: &Cell, parent: Option<u64>, proteins: &[u32]) {
        self.parent.push(parent.and_then(|id| u32::try_from(id).ok()).unwrap_or(NOBODY));
        self.fate.push(Fate::Alive);
        self.born_at.push(cell.born_at);
        self.ended_at.push(f64::NAN);
        self.born_size.push(cell.born_size);
        self.ended_size.push(f64::NAN);
        self.proteins.extend(proteins.iter().map(|&n| [n as f32, f32::NAN]));
    }

    pub(super) fn end(&mut self, cell: &Cell, fate: Fate, at: f64, proteins: &[u32]) {
        let row = cell.id as usize;
        if row >= self.fate.len() {
            return;
        }
        self.fate[row] = fate;
        self.ended_at[row] = at;
        self.ended_size[row] = cell.size;
        let all = &mut self.proteins[row * self.genes..(row + 1) * self.genes];
        for (pair, &n) in all.iter_mut().zip(proteins) {
            pair[1] = n as f32;
        }
    }

    /// Gives the cells other genes, each with what one of the old ones had, or nothing.
    pub(super) fn regroup(&mut self, from: &[Option<usize>]) {
        let old = std::mem::take(&mut self.proteins);
        for row in 0..self.fate.len() {
            let alive = self.fate[row] == Fate::Alive;
            self.proteins.extend(from.iter().map(|at| match at {
                Some(at) => old[row * self.genes + at],
                None => [0.0, if alive { f32::NAN } else { 0.0 }],
            }));
        }
        self.genes = from.len();
    }

    /// How many cells there were.
    pub fn len(&self) -> usize {
        self.fate.len()
    }

    /// Whether there was none.
    pub fn is_empty(&self) -> bool {
        self.fate.is_empty()
    }

    /// Whether there was a cell of this number.
    pub fn has(&self, id: u64) -> bool {
        id < self.len() as u64
    }

    /// The mother of a cell; nothing for one that was there at the beginning.
    pub fn parent(&self, id: u64) -> Option<u64> {
        self.parent.get(id as usize).filter(|&&p| p != NOBODY).map(|&p| u64::from(p))
    }

    /// What has become of a cell.
    pub fn fate(&self, id: u64) -> Fate {
        self.fate[id as usize]
    }

    /// When a cell was born and when it ended [h]; NaN while it lives.
    pub fn times(&self, id: u64) -> (f64, f64) {
        (self.born_at[id as usize], self.ended_at[id as usize])
    }

    /// The size of a cell at birth and at its end; NaN while it lives.
    pub fn sizes(&self, id: u64) -> (f64, f64) {
        (self.born_size[id as usize], self.ended_size[id as usize])
    }

    /// The molecules of a protein at birth and at the end of a cell; NaN while it lives.
    pub fn proteins(&self, id: u64, gene: usize) -> (f64, f64) {
        let [born, ended] = self.proteins[id as usize * self.genes + gene];
        (f64::from(born), f64::from(ended))
    }

    /// It as columns.
    pub(super) fn saved(&self) -> Saved {
        let numbers = [&self.born_at, &self.ended_at, &self.born_size, &self.ended_size];
        Saved {
            parents: Bytes::of(self.parent.iter().map(|parent| parent.to_le_bytes())),
            fates: Bytes::of(self.fate.iter().map(|fate| [*fate as u8])),
            times: Bytes::floats(numbers.into_iter().flatten().copied()),
            proteins: Bytes::of(self.proteins.iter().flatten().map(|n| n.to_le_bytes())),
        }
    }

    /// A cell and those from which it descends, the oldest first.
    pub fn line(&self, id: u64) -> Vec<u64> {
        let mut line = Vec::new();
        let mut next = self.has(id).then_some(id);
        while let Some(id) = next {
            line.push(id);
            next = self.parent(id);
        }
        line.reverse();
        line
    }
}

/// A tree as it is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Saved {
    parents: Bytes,
    fates: Bytes,
    /// Times of birth and of the end, then sizes.
    times: Bytes,
    proteins: Bytes,
}

impl Saved {
    /// The tree of so many cells and genes.
    pub(super) fn restore(&self, cells: u64, genes: usize) -> Result<Tree, String> {
        let n = usize::try_from(cells).map_err(|e| e.to_string())?;
        let parent: Vec<u32> =
            self.parents.read::<4>(n)?.into_iter().map(u32::from_le_bytes).collect();
        let before = |(id, &parent): (usize, &u32)| parent == NOBODY || (parent as usize) < id;
        if !parent.iter().enumerate().all(before) {
            return Err("a cell is older than its mother".to_owned());
        }
        let fate: Option<Vec<Fate>> = self
            .fates
            .read::<1>(n)?
            .into_iter()
            .map(|[fate]| [Fate::Alive, Fate::Divided, Fate::Left].get(usize::from(fate)).copied())
            .collect();
        let times = self.times.read_floats(4 * n)?;
        let column = |at: usize| times[at * n..(at + 1) * n].to_vec();
        let proteins = self.proteins.read::<4>(2 * genes * n)?;
        let pairs = proteins.as_chunks::<2>().0.iter();
        Ok(Tree {
            parent,
            fate: fate.ok_or("a cell has an end that does not exist")?,
            born_at: column(0),
            ended_at: column(1),
            born_size: column(2),
            ended_size: column(3),
            proteins: pairs.map(|pair| pair.map(f32::from_le_bytes)).collect(),
            genes,
        })
    }
}
