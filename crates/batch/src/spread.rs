//! What all replicates of a point gave over time.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::model::Samples;
use crate::moments::Moments;
use crate::sketches::Sketches;

/// How many sets of times of one column are told apart. One is right; the second shows that it is not.
const GRIDS: usize = 2;

/// How many replicates are counted together.
const TOGETHER: usize = 8;

/// Whether replicates have the same columns at the same times.
fn are_alike(one: &[Samples], other: &[Samples]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(one, other)| {
            one.times.len() == other.times.len()
                && one.times.iter().zip(&other.times).all(|(a, b)| a.to_bits() == b.to_bits())
                && one.columns.len() == other.columns.len()
                && one.columns.iter().zip(&other.columns).all(|(one, other)| {
                    one.0 == other.0 && one.1 == other.1 && one.2.len() == other.2.len()
                })
        })
}

/// The columns of one point, in the order in which they were first seen.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Spreads {
    /// The first replicate that is counted.
    pub(crate) first: u64,
    /// The one after the last.
    pub(crate) end: u64,
    pub(crate) columns: BTreeMap<String, Spread>,
    /// Replicates that are not counted yet.
    #[serde(skip)]
    waiting: Vec<Vec<Samples>>,
}

/// A column at one point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spread {
    /// Where it was first seen: the replicate and the place among the columns of that one.
    pub(crate) rank: (u64, u32),
    /// Its units, one unless replicates differ.
    pub(crate) units: Vec<Option<String>>,
    /// By the sets of times, one unless replicates differ.
    pub(crate) grids: Vec<Grid>,
}

/// The numbers at some times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Grid {
    /// [min]
    pub(crate) times: Vec<f64>,
    pub(crate) moments: Moments,
    pub(crate) sketches: Sketches,
}

impl Grid {
    fn new(times: &[f64]) -> Self {
        let sketches = Sketches::new(times.len());
        Self { times: times.to_vec(), moments: Moments::default(), sketches }
    }

    fn is_at(&self, times: &[f64]) -> bool {
        self.times.len() == times.len()
            && self.times.iter().zip(times).all(|(a, b)| a.to_bits() == b.to_bits())
    }
}

impl Spread {
    fn know_unit(&mut self, unit: &Option<String>) {
        if !self.units.contains(unit) && self.units.len() < GRIDS {
            self.units.push(unit.clone());
        }
    }

    /// The numbers at some times, of which the replicates before are missing.
    fn grid(&mut self, times: &[f64], first: u64, end: u64) -> Option<&mut Grid> {
        let place = self.grids.iter().position(|grid| grid.is_at(times));
        let place = match place {
            Some(place) => place,
            None if self.grids.len() >= GRIDS => return None,
            None => {
                let mut grid = Grid::new(times);
                grid.moments.skip(first, end);
                self.grids.push(grid);
                self.grids.len() - 1
            }
        };
        self.grids.get_mut(place)
    }
}

impl Spreads {
    /// Of replicates from a number on.
    pub(crate) fn from(first: u64) -> Self {
        Self { first, end: first, columns: BTreeMap::new(), waiting: Vec::new() }
    }

    /// Takes the next replicate, which may have failed. It is counted at once or a little later: numbers of
    /// several replicates that go to the same place in memory are faster together.
    pub(crate) fn add(&mut self, samples: Vec<Samples>) {
        let numbers: usize = samples.iter().map(|s| s.times.len() * s.columns.len()).sum();
        let is_alike = self.waiting.last().is_none_or(|last| are_alike(last, &samples));
        if !is_alike {
            self.settle();
        }
        self.waiting.push(samples);
        if self.waiting.len() >= TOGETHER || numbers == 0 {
            self.settle();
        }
    }

    /// Counts all replicates that wait.
    pub(crate) fn settle(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let Some(samples) = waiting.first() else { return };
        let (first, replicate) = (self.first, self.end);
        let replicates = replicate..replicate + waiting.len() as u64;
        let mut rank = 0;
        let mut seen: HashMap<&str, &Samples> = HashMap::new();
        for (at_block, block) in samples.iter().enumerate() {
            for (at_column, (name, unit, numbers)) in block.columns.iter().enumerate() {
                let at = (replicate, rank);
                rank += 1;
                if numbers.len() != block.times.len() || seen.contains_key(name.as_str()) {
                    continue;
                }
                seen.insert(name, block);
                let spread = self.columns.entry(name.clone()).or_insert_with(|| Spread {
                    rank: at,
                    units: Vec::new(),
                    grids: Vec::new(),
                });
                spread.know_unit(unit);
                let Some(grid) = spread.grid(&block.times, first, replicate) else { continue };
                let all: Vec<&[f64]> = waiting
                    .iter()
                    .map(|samples| samples[at_block].columns[at_column].2.as_slice())
                    .collect();
                for (replicate, numbers) in replicates.clone().zip(&all) {
                    grid.moments.add(replicate, Some(numbers));
                }
                for (place, sketch) in grid.sketches.open().iter_mut().enumerate() {
                    all.iter()
                        .filter_map(|numbers| numbers.get(place))
                        .for_each(|x| sketch.add(*x));
                }
            }
        }
        self.end = replicates.end;
        for (name, spread) in &mut self.columns {
            let block = seen.get(name.as_str());
            for grid in &mut spread.grids {
                if !block.is_some_and(|block| grid.is_at(&block.times)) {
                    grid.moments.skip(replicates.start, replicates.end);
                }
            }
        }
    }

    /// Takes the replicates that follow.
    pub(crate) fn merge(&mut self, after: Self) {
        let (first, end) = (self.first, self.end);
        let mut missing: Vec<&mut Spread> = Vec::new();
        let mut after_columns = after.columns;
        for (name, spread) in &mut self.columns {
            if !after_columns.contains_key(name) {
                missing.push(spread);
            }
        }
        for spread in missing {
            spread.grids.iter_mut().for_each(|grid| grid.moments.skip(after.first, after.end));
        }
        while let Some((name, theirs)) = after_columns.pop_first() {
            let spread = self.columns.entry(name).or_insert_with(|| Spread {
                rank: theirs.rank,
                units: Vec::new(),
                grids: Vec::new(),
            });
            spread.rank = spread.rank.min(theirs.rank);
            theirs.units.iter().for_each(|unit| spread.know_unit(unit));
            for grid in &mut spread.grids {
                if !theirs.grids.iter().any(|other| grid.is_at(&other.times)) {
                    grid.moments.skip(after.first, after.end);
                }
            }
            for other in theirs.grids {
                let Some(grid) = spread.grid(&other.times, first, end) else { continue };
                grid.moments.merge(other.moments);
                grid.sketches.merge(&other.sketches);
            }
        }
        self.end = after.end;
    }

    /// Whether all is of the length that it says.
    pub(crate) fn is_whole(&self) -> bool {
        self.columns.values().flat_map(|spread| &spread.grids).all(|grid| {
            let width = grid.times.len();
            grid.sketches.len() == width
                && grid.sketches.each(|_| {})
                && grid.moments.is_within(self.first, self.end, width)
        })
    }
}
