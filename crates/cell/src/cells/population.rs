//! Cells with their molecules.

use super::cell::{Cell, Habits};
use super::error::CellsError;
use super::guests::{Gene, Guests, Template};
use super::noise::{Noise, SizeControl};
use super::sizes::{self, Founder};
use super::tree::Tree;
use bioxen_base::units::Time;
use bioxen_engine::rng::{Rng, Seed};
use std::sync::Arc;

/// The most cells of a population.
pub const MOST_CELLS: usize = 100_000;

/// What happens to daughters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// The number of cells is constant: for each division a cell leaves by chance. It is a sample of a
    /// growing population at any time (a Moran process).
    #[default]
    Moran,
    /// All daughters stay, until there are too many; then half of the cells leave by chance.
    Colony,
    /// One daughter of each division stays: each cell is the end of one line of descent.
    MotherMachine,
}

impl Mode {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Moran, Self::Colony, Self::MotherMachine];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Moran => "moran",
            Self::Colony => "colony",
            Self::MotherMachine => "mother_machine",
        }
    }

    /// The one with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// What a population is to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// How many cells there are at the beginning.
    pub cells: usize,
    /// What happens to daughters.
    pub mode: Mode,
    /// How cells differ.
    pub noise: Noise,
    /// What decides when they divide.
    pub control: SizeControl,
    /// Whether genes of the chromosome are transcribed by their copies, which follow its replication.
    pub dosage: bool,
    /// Whether all cells that there were are kept.
    pub keep_tree: bool,
    /// The most cells of a colony.
    pub most: usize,
    /// Its random numbers.
    pub seed: Seed,
    /// The most memory it may need [bytes].
    pub memory_limit: u64,
    /// Threads that share the cells; the results are the same for any number.
    pub threads: usize,
}

impl Plan {
    /// So many cells as a growing population has them, with a seed.
    pub fn new(cells: usize, seed: Seed) -> Self {
        Self {
            cells,
            mode: Mode::default(),
            noise: Noise::preset(Default::default()),
            control: SizeControl::default(),
            dosage: false,
            keep_tree: true,
            most: (10 * cells).clamp(10_000, MOST_CELLS),
            seed,
            memory_limit: 2_000_000_000,
            threads: 1,
        }
    }
}

/// Cells with their molecules.
#[derive(Debug, Clone)]
pub struct CellPopulation {
    pub(super) plan: Plan,
    pub(super) guests: Arc<Guests>,
    pub(super) genes: Arc<[Gene]>,
    pub(super) habits: Habits,
    pub(super) cells: Vec<Cell>,
    /// Of each cell transcripts, proteins, copies of plasmids and of places on the chromosome.
    pub(super) counts: Vec<u32>,
    pub(super) clock: Time,
    pub(super) next_id: u64,
    /// Decides who leaves.
    pub(super) rng: Rng,
    pub(super) tree: Option<Tree>,
    /// Cells that one of these stands for, after some of a colony have left.
    pub(super) weight: f64,
    /// Logarithm of the factor by which the population has grown.
    pub(super) grown: f64,
    pub(super) divisions: u64,
}

/// The lane of the stream that decides who leaves, and of the first cell.
const LANES: u64 = 1 << 56;

impl CellPopulation {
    /// Cells in the steady state of their sizes, at a growth rate, with molecules that are distributed by
    /// chance about their mean in a cell of mean size: transcripts of each unit, proteins, copies of
    /// plasmids.
    ///
    /// # Errors
    /// Too few or too many cells, noise that is none, or more memory than the limit.
    pub fn new(
        plan: Plan,
        guests: Guests,
        growth_per_h: f64,
        means: &[f64],
    ) -> Result<Self, CellsError> {
        Self::check_size(&plan, &guests)?;
        let noise = plan.noise.checked()?;
        let normal = sizes::normalised(noise, plan.control, plan.mode);
        let habits = Habits { noise, control: plan.control, added: normal.added };
        let mut population = Self::empty(plan, guests.checked()?, habits);
        // In a host that does not grow the ages are those of a generation of one hour.
        let generation =
            std::f64::consts::LN_2 / if growth_per_h > 0.0 { growth_per_h } else { 1.0 };
        let mut chance = Rng::new(Seed { lane: LANES + 1, ..plan.seed });
        for _ in 0..plan.cells {
            let founder = normal.founder(&mut chance);
            population.found(founder, generation, means);
        }
        Ok(population)
    }

    fn check_size(plan: &Plan, guests: &Guests) -> Result<(), CellsError> {
        if plan.cells == 0 || plan.cells > MOST_CELLS {
            return Err(CellsError::Number { cells: plan.cells as u64 });
        }
        let cells = if plan.mode == Mode::Colony { plan.most.max(plan.cells) } else { plan.cells };
        let bytes = Self::bytes(cells, guests);
        if bytes > plan.memory_limit {
            let what =
                format!("a population of {cells} cells with {} genes", guests.proteins.len());
            return Err(CellsError::Memory { what, bytes, limit: plan.memory_limit });
        }
        Ok(())
    }

    /// Memory of so many cells, without their tree [bytes].
    pub fn bytes(cells: usize, guests: &Guests) -> u64 {
        cells as u64 * (size_of::<Cell>() as u64 + 4 * guests.stride() as u64)
    }

    /// Memory that its tree will need after so many more generations [bytes].
    pub fn tree_bytes(&self, generations: f64) -> u64 {
        let Some(tree) = &self.tree else { return 0 };
        let divisions = match self.plan.mode {
            Mode::Moran | Mode::MotherMachine => self.cells.len() as f64 * generations,
            Mode::Colony => {
                let most = self.plan.most as f64;
                let growing = (most / self.cells.len() as f64).log2().clamp(0.0, generations);
                most.min(self.cells.len() as f64 * generations.exp2())
                    + most * (generations - growing)
            }
        };
        (tree.len() as f64 + 2.0 * divisions.max(0.0)) as u64
            * Tree::bytes(self.guests.proteins.len())
    }

    /// No cell.
    pub(super) fn empty(plan: Plan, guests: Guests, habits: Habits) -> Self {
        let tree = plan.keep_tree.then(|| Tree::new(guests.proteins.len()));
        Self {
            plan,
            habits,
            cells: Vec::with_capacity(plan.cells),
            counts: Vec::with_capacity(plan.cells * guests.stride()),
            genes: guests.genes().into(),
            guests: Arc::new(guests),
            clock: Time::ZERO,
            next_id: 0,
            rng: Rng::new(Seed { lane: LANES, ..plan.seed }),
            tree,
            weight: 1.0,
            grown: 0.0,
            divisions: 0,
        }
    }

    /// The stream of a cell.
    pub(super) fn stream(&self, id: u64) -> Rng {
        Rng::new(Seed { lane: LANES + 2 + id, ..self.plan.seed })
    }

    /// Adds a cell.
    pub(super) fn found(&mut self, founder: Founder, generation_h: f64, means: &[f64]) {
        let id = self.next_id;
        self.next_id += 1;
        let mut rng = self.stream(id);
        let capacity = self.habits.noise.capacity.sd;
        let cell = Cell {
            id,
            size: founder.size,
            born_size: founder.born_size,
            born_at: -founder.age * generation_h,
            divides_at: founder.divides_at,
            clock: founder.clock,
            capacity: if capacity > 0.0 { capacity * rng.normal() } else { 0.0 },
            rng: rng.clone(),
        };
        let from = self.counts.len();
        let known = self.guests.first_locus();
        for at in 0..known {
            let mean = means.get(at).copied().unwrap_or(0.0);
            self.counts.push(rng.poisson(mean * cell.size) as u32);
        }
        let replication = self.guests.replication;
        let loci = self.guests.units.iter().filter_map(|unit| match unit.template {
            Template::Locus(place) => Some(copies_at(cell.size, replication.before(place))),
            _ => None,
        });
        self.counts.extend(loci);
        let proteins = from + self.guests.first_protein()..from + self.guests.first_replicon();
        if let Some(tree) = &mut self.tree {
            // Nothing is known of the time before.
            let now = Cell { born_at: 0.0, born_size: cell.size, ..cell.clone() };
            tree.put(&now, None, &self.counts[proteins]);
        }
        self.cells.push(Cell { rng, ..cell });
    }

    /// The cells.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The genes.
    pub fn guests(&self) -> &Guests {
        &self.guests
    }

    /// The genes, each once.
    pub fn genes(&self) -> &[Gene] {
        &self.genes
    }

    /// What it was made with.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The time that it has lived.
    pub fn clock(&self) -> Time {
        self.clock
    }

    /// All cells that there were, if they are kept.
    pub fn tree(&self) -> Option<&Tree> {
        self.tree.as_ref()
    }

    /// Divisions so far.
    pub fn divisions(&self) -> u64 {
        self.divisions
    }

    /// Cells that one of these stands for, after some of a colony have left.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// Logarithm of the factor by which the number of cells has grown.
    pub fn grown(&self) -> f64 {
        self.grown
    }

    /// Threads that share the cells from now on.
    pub fn set_threads(&mut self, threads: usize) {
        self.plan.threads = threads;
    }
}

/// Copies of a place on the chromosome in a cell of some size: they double when it has
/// `2^(-before) / ln 2` for each (Cooper & Helmstetter, *J. Mol. Biol.* 31:519, 1968).
pub(super) fn copies_at(size: f64, before: f64) -> u32 {
    let mut copies = 1;
    while size >= doubles_at(f64::from(copies), before) && copies < 1 << 16 {
        copies *= 2;
    }
    copies
}

/// The size at which copies of a place double.
pub(super) fn doubles_at(copies: f64, before: f64) -> f64 {
    copies * (-before).exp2() / std::f64::consts::LN_2
}
