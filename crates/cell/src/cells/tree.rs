//! Who descends from whom.

use super::cell::Cell;

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
