//! A laboratory and its cells.

use std::sync::Arc;

use bioxen_cell::chassis::Nutrient;
use bioxen_cell::hypervisor::Hypervisor;
use bioxen_engine::rng::{Rng, Seed};

use super::call::Call;
use super::error::LabError;
use super::events::{Event, Events};
use super::place::{Place, here};

/// The name of the cell with which a laboratory begins.
pub const FIRST: &str = "ecoli";

/// A host with its VMs, in a medium and a time of its own.
#[derive(Debug, Clone)]
pub struct Cell<A = Call> {
    /// Its name.
    pub name: String,
    /// Its host and VMs.
    pub hypervisor: Hypervisor,
    /// What is to happen in its time.
    pub events: Events<A>,
    /// Where it lives.
    pub place: Arc<dyn Place>,
}

/// Cells, one of which is the current one: it is the one that runs, and on it acts what names no VM.
/// What an event does is an `A`.
#[derive(Debug, Clone)]
pub struct Lab<A = Call> {
    /// In the order in which they were made; never empty.
    pub(crate) cells: Vec<Cell<A>>,
    /// The place of the current one.
    pub(crate) current: usize,
    /// The VM that is attached to, on which acts what names no VM.
    pub(crate) attached: Option<String>,
    pub(crate) seed: u64,
    /// Whether a run is under way, so that no other can begin.
    pub(crate) running: bool,
}

impl<A> Lab<A> {
    /// A laboratory with one cell, [`FIRST`], whose host is settled in the default medium.
    ///
    /// # Errors
    /// When the host does not settle.
    pub fn empty(seed: u64) -> Result<Self, LabError> {
        let mut hypervisor = Hypervisor::new(Nutrient::default())?;
        hypervisor.set_seed(seed);
        let (name, events) = (FIRST.to_owned(), Events::default());
        let cell = Cell { name, hypervisor, events, place: here() };
        Ok(Self { cells: vec![cell], current: 0, attached: None, seed, running: false })
    }

    /// Puts one cell, [`FIRST`], at time zero in the place of all, with the seed of the beginning.
    ///
    /// # Errors
    /// When the host does not settle; then nothing has changed.
    pub fn reset(&mut self) -> Result<(), LabError> {
        let mut new = Self::empty(self.seed)?;
        // A handle never means another event than the one that it was given for.
        new.cells[0].events.number_on_from(self.cells[0].events.numbered());
        *self = new;
        Ok(())
    }

    /// The current cell.
    pub fn cell(&self) -> &Cell<A> {
        &self.cells[self.current]
    }

    /// The current cell, to change it.
    pub fn cell_mut(&mut self) -> &mut Cell<A> {
        &mut self.cells[self.current]
    }

    /// The host and the VMs of the current cell.
    pub fn hypervisor(&self) -> &Hypervisor {
        &self.cell().hypervisor
    }

    /// The host and the VMs of the current cell, to change them.
    pub fn hypervisor_mut(&mut self) -> &mut Hypervisor {
        &mut self.cell_mut().hypervisor
    }

    /// What is to happen in the time of the current cell.
    pub fn events(&self) -> &Events<A> {
        &self.cell().events
    }

    /// The same, to change it.
    pub fn events_mut(&mut self) -> &mut Events<A> {
        &mut self.cell_mut().events
    }

    /// All cells, in the order in which they were made.
    pub fn cells(&self) -> &[Cell<A>] {
        &self.cells
    }

    /// Takes the events of all cells away that are not to stay.
    pub fn retain_events(&mut self, stays: impl Fn(&Event<A>) -> bool) {
        self.cells.iter_mut().for_each(|cell| cell.events.retain(&stays));
    }

    /// Puts another action in the place of that of each event.
    pub fn each_action(&mut self, mut f: impl FnMut(&A) -> A) {
        self.cells.iter_mut().for_each(|cell| cell.events.each_action(&mut f));
    }

    /// Makes this laboratory the one of a number among many that begin alike: the same cells with other
    /// random numbers, in those that are there and in those to come. Number 0 is the laboratory itself,
    /// with another `seed` if one is given.
    pub fn become_one_of_many(&mut self, seed: Option<u64>, number: u64) {
        let other = |own: u64| {
            let root = seed.unwrap_or(own);
            let stream = Seed { point: number, ..Seed::new(root) };
            if number == 0 { root } else { Rng::new(stream).next_u64() }
        };
        if seed.is_none() && number == 0 {
            return;
        }
        self.seed = other(self.seed);
        for cell in &mut self.cells {
            cell.hypervisor.set_seed(other(cell.hypervisor.seed()));
        }
    }

    /// Whether a run is under way.
    pub fn is_running(&self) -> bool {
        self.running
    }

    /// Forgets a run that was left by an error.
    pub fn leave_run(&mut self) {
        self.running = false;
    }

    /// Refuses what cannot be done while a run is under way.
    ///
    /// # Errors
    /// While one is.
    pub fn idle(&self) -> Result<(), LabError> {
        if self.running { Err(LabError::NestedRun) } else { Ok(()) }
    }
}
