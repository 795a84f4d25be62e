//! Populations as columns of numbers, from which they go on.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::cell::{Cell, Habits};
use super::guests::Guests;
use super::noise::{Noise, SizeControl, Wander};
use super::population::{CellPopulation, MOST_CELLS, Mode, Plan};
use super::sizes;
use super::tree::Tree;
use bioxen_base::units::Time;
use bioxen_engine::rng::{Rng, Seed};

/// A column of numbers: their bytes, the lowest first, in base 64.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Bytes(String);

impl Bytes {
    pub(super) fn of<const N: usize>(numbers: impl Iterator<Item = [u8; N]>) -> Self {
        Self(STANDARD.encode(numbers.flatten().collect::<Vec<u8>>()))
    }

    pub(super) fn floats(numbers: impl Iterator<Item = f64>) -> Self {
        Self::of(numbers.map(f64::to_le_bytes))
    }

    /// As many numbers as there are to be.
    pub(super) fn read<const N: usize>(&self, wanted: usize) -> Result<Vec<[u8; N]>, String> {
        let bytes = STANDARD.decode(&self.0).map_err(|e| e.to_string())?;
        if bytes.len() != N * wanted {
            return Err(format!("a column has {} bytes, not {}", bytes.len(), N * wanted));
        }
        Ok(bytes.as_chunks::<N>().0.to_vec())
    }

    pub(super) fn read_floats(&self, wanted: usize) -> Result<Vec<f64>, String> {
        Ok(self.read::<8>(wanted)?.into_iter().map(f64::from_le_bytes).collect())
    }

    pub(super) fn read_whole(&self, wanted: usize) -> Result<Vec<u64>, String> {
        Ok(self.read::<8>(wanted)?.into_iter().map(u64::from_le_bytes).collect())
    }
}

/// A population as it is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Saved {
    mode: String,
    control: String,
    added: f64,
    partition: f64,
    clock: [f64; 2],
    capacity: [f64; 2],
    dosage: bool,
    keep_tree: bool,
    most: usize,
    founders: usize,
    seed: u64,
    time_us: i64,
    next_id: u64,
    random: [u64; 4],
    weight: f64,
    grown: f64,
    divisions: u64,
    cells: usize,
    ids: Bytes,
    /// Size, size at birth, time of birth [h], size at division, noise of growth and of transcription, of each cell.
    sizes: Bytes,
    streams: Bytes,
    counts: Bytes,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tree: Option<super::tree::Saved>,
}

impl CellPopulation {
    /// It as columns.
    pub(crate) fn saved(&self) -> Saved {
        let Plan { cells: founders, mode, noise, control, dosage, keep_tree, most, seed, .. } =
            self.plan;
        let pair = |wander: Wander| [wander.sd, wander.generations];
        let numbers = self.cells.iter().flat_map(|cell| {
            [cell.size, cell.born_size, cell.born_at, cell.divides_at, cell.clock, cell.capacity]
        });
        let words = self.cells.iter().flat_map(|cell| cell.rng.words());
        Saved {
            mode: mode.name().to_owned(),
            control: control.name().to_owned(),
            added: noise.added,
            partition: noise.partition,
            clock: pair(noise.clock),
            capacity: pair(noise.capacity),
            dosage,
            keep_tree,
            most,
            founders,
            seed: seed.root,
            time_us: self.clock.micros(),
            next_id: self.next_id,
            random: self.rng.words(),
            weight: self.weight,
            grown: self.grown,
            divisions: self.divisions,
            cells: self.cells.len(),
            ids: Bytes::of(self.cells.iter().map(|cell| cell.id.to_le_bytes())),
            sizes: Bytes::floats(numbers),
            streams: Bytes::of(words.map(u64::to_le_bytes)),
            counts: Bytes::of(self.counts.iter().map(|n| n.to_le_bytes())),
            tree: self.tree.as_ref().map(Tree::saved),
        }
    }
}

impl Saved {
    /// Whether genes follow replication.
    pub(crate) fn dosage(&self) -> bool {
        self.dosage
    }

    /// How many cells there are.
    pub(crate) fn cells(&self) -> usize {
        self.cells
    }

    /// The population with the genes that it had.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn restore(
        &self,
        guests: Guests,
        (memory_limit, threads): (u64, usize),
    ) -> Result<CellPopulation, String> {
        let plan = self.plan((memory_limit, threads))?;
        let n = self.cells;
        if n == 0 || n > MOST_CELLS.max(2 * self.most) {
            return Err(format!("a population cannot have {n} cells"));
        }
        if CellPopulation::bytes(n, &guests) > memory_limit {
            return Err(format!("{n} cells with their genes do not fit into the memory"));
        }
        let normal = sizes::normalised(plan.noise, plan.control, plan.mode);
        let habits = Habits { noise: plan.noise, control: plan.control, added: normal.added };
        let ids = self.ids.read_whole(n)?;
        let numbers = self.sizes.read_floats(6 * n)?;
        let streams = self.streams.read_whole(4 * n)?;
        let cells = ids.iter().zip(numbers.as_chunks::<6>().0).zip(streams.as_chunks::<4>().0);
        let cells: Option<Vec<Cell>> = cells
            .map(|((&id, &[size, born_size, born_at, divides_at, clock, capacity]), words)| {
                let sound = [size, born_size, born_at, divides_at, clock, capacity]
                    .iter()
                    .all(|x| x.is_finite())
                    && size > 0.0
                    && size < 1e9
                    && born_size > 0.0
                    && id < self.next_id;
                let rng = Rng::from_words(*words).filter(|_| sound)?;
                Some(Cell { id, size, born_size, born_at, divides_at, clock, capacity, rng })
            })
            .collect();
        let cells = cells.ok_or("a cell has a size or a number that cannot be")?;
        let counts = self.counts.read::<4>(n * guests.stride())?;
        let tree = match (&self.tree, self.keep_tree) {
            (Some(tree), true) => Some(tree.restore(self.next_id, guests.proteins.len())?),
            (None, false) => None,
            _ => return Err("its tree is missing".to_owned()),
        };
        let sound = self.weight >= 1.0 && self.weight.is_finite() && self.grown.is_finite();
        if !sound || !(0..=i64::MAX / 4).contains(&self.time_us) || self.next_id > 1 << 48 {
            return Err("a time or a number cannot be".to_owned());
        }
        Ok(CellPopulation {
            plan,
            genes: guests.genes().into(),
            guests: Arc::new(guests),
            habits,
            cells,
            counts: counts.into_iter().map(u32::from_le_bytes).collect(),
            clock: Time::from_micros(self.time_us),
            next_id: self.next_id,
            rng: Rng::from_words(self.random).ok_or("its random stream is none")?,
            tree,
            weight: self.weight,
            grown: self.grown,
            divisions: self.divisions,
        })
    }

    fn plan(&self, (memory_limit, threads): (u64, usize)) -> Result<Plan, String> {
        let wander = |[sd, generations]: [f64; 2]| Wander { sd, generations };
        let noise = Noise {
            added: self.added,
            partition: self.partition,
            clock: wander(self.clock),
            capacity: wander(self.capacity),
        };
        Ok(Plan {
            cells: self.founders,
            mode: Mode::named(&self.mode).ok_or_else(|| format!("no mode is `{}`", self.mode))?,
            noise: noise.checked().map_err(|e| e.to_string())?,
            control: SizeControl::named(&self.control)
                .ok_or_else(|| format!("no control of size is `{}`", self.control))?,
            dosage: self.dosage,
            keep_tree: self.keep_tree,
            most: self.most.min(MOST_CELLS),
            seed: Seed::new(self.seed),
            memory_limit,
            threads,
        })
    }
}
