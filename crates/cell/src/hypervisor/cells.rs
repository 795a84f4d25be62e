//! The cell as a population of cells: each with its own size, division and molecules.
//!
//! It works on a copy: what happens to it happens to nobody else. Host and VMs are those of
//! the cell. In a shared host there is one chassis, whose load is the mean of the cells; hosts of their own have
//! one chassis each, which feels the molecules of its cell. Quotas and throttles act as they do in a run.
//! A VM that does not run lives in no cell; models of packages take no part.

mod change;
mod gather;
mod living;
mod names;
mod own;
#[cfg(test)]
mod tests;

pub use living::{Lived, Living};
pub use names::Found;

use super::error::HypervisorError;
use super::population::{GuestUnit, Surroundings, opened, transcription_per_copy};
use super::run::surroundings;
use super::{BiologicalType, Hypervisor};
use crate::cells::{Around, CellPopulation, CellsError, Guests, Moves, Plan, Rates, Unit};
use crate::chassis::{Chassis, Competition, HostRates, Tenant};
use bioxen_base::units::Time;
use bioxen_engine::StopToken;
use gather::{Gathered, Placed, gather, replication};

/// Whose host a cell lives on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Hosts {
    /// All cells share one, which feels their mean.
    #[default]
    Shared,
    /// Each cell has its own.
    Own,
}

impl Hosts {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Shared, Self::Own];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Own => "own",
        }
    }

    /// The one with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hosts| hosts.name() == name)
    }
}

/// A cell as a population of cells.
#[derive(Debug, Clone)]
pub struct Cells {
    host: Hypervisor,
    population: CellPopulation,
    placed: Vec<Placed>,
    /// The chassis of each cell, if it has its own.
    own: Option<Vec<Chassis>>,
    step: Time,
}

/// The longest coupling step: a four-hundredth of a fast generation.
const LONGEST_STEP: Time = Time::from_micros(10_000_000);

impl Hypervisor {
    /// The cell as a population of cells, on a copy of the host and of all VMs that run. Molecules begin at
    /// their present numbers, shared out by chance.
    ///
    /// # Errors
    /// Too few or too many cells, noise that is none, or more memory than the limit.
    ///
    /// # Examples
    /// ```
    /// use bioxen_base::units::Time;
    /// use bioxen_cell::cells::Plan;
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_cell::hypervisor::{Hosts, Hypervisor};
    /// use bioxen_engine::{StopToken, rng::Seed};
    /// let cell = Hypervisor::new(Nutrient::new(0.5)?)?;
    /// let mut cells = cell.cells(Plan::new(100, Seed::new(1)), Hosts::Shared)?;
    /// let minute = Time::from_minutes(1.0);
    /// let lived = cells.run(Time::from_minutes(40.0), minute, &mut |_, _| {}, &StopToken::new())?;
    /// assert!(lived.completed && cells.population().divisions() > 50);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cells(&self, plan: Plan, hosts: Hosts) -> Result<Cells, HypervisorError> {
        let growth = self.host_rates().growth_per_h;
        let Gathered { placed, guests, means } = gather(&self.vms, growth, plan.dosage)?;
        let bytes = match hosts {
            Hosts::Shared => 0,
            Hosts::Own => (plan.cells * size_of::<Chassis>()) as u64,
        };
        let needed = CellPopulation::bytes(plan.cells, &guests) + bytes;
        if needed > plan.memory_limit && (1..=crate::cells::MOST_CELLS).contains(&plan.cells) {
            let what = format!("a population of {} cells", plan.cells);
            return Err(CellsError::Memory { what, bytes: needed, limit: plan.memory_limit }.into());
        }
        let population = CellPopulation::new(plan, guests, growth, &means)?;
        let own = (hosts == Hosts::Own).then(|| vec![self.chassis.clone(); plan.cells]);
        let mut host = self.clone();
        host.forget_what_has_changed();
        Ok(Cells { host, population, placed, own, step: LONGEST_STEP })
    }
}

impl Cells {
    /// The biological types of its VMs.
    pub fn biological_types(&self) -> impl Iterator<Item = BiologicalType> + '_ {
        self.host.vms().iter().map(|vm| vm.biological_type())
    }

    /// The host that the cells share, and the VMs, with the mean of all.
    pub(in crate::hypervisor) fn host(&self) -> &Hypervisor {
        &self.host
    }

    /// The hosts of the cells, if they have their own.
    pub(in crate::hypervisor) fn own_hosts(&self) -> Option<&[Chassis]> {
        self.own.as_deref()
    }

    /// Cells of a host, whose population is made with the genes of its VMs.
    pub(in crate::hypervisor) fn put_together<E: From<HypervisorError>>(
        host: Hypervisor,
        own: Option<Vec<Chassis>>,
        dosage: bool,
        population: impl FnOnce(Guests) -> Result<CellPopulation, E>,
    ) -> Result<Self, E> {
        let growth = host.host_rates().growth_per_h;
        let Gathered { placed, guests, .. } =
            gather(&host.vms, growth, dosage).map_err(HypervisorError::from)?;
        let population = population(guests)?;
        Ok(Self { host, population, placed, own, step: LONGEST_STEP })
    }

    /// The cells with their molecules.
    pub fn population(&self) -> &CellPopulation {
        &self.population
    }

    /// Whose host a cell lives on.
    pub fn hosts(&self) -> Hosts {
        if self.own.is_some() { Hosts::Own } else { Hosts::Shared }
    }

    /// Threads that share the cells from now on.
    pub fn set_threads(&mut self, threads: usize) {
        self.population.set_threads(threads);
    }

    /// Growth of the host [1/h]; of hosts of their own the mean.
    pub fn growth_per_h(&self) -> f64 {
        match self.growth_of_own() {
            None => surroundings(&self.host.chassis, &self.host.vms).0.growth_per_h,
            Some(growth) => growth.iter().sum::<f64>() / growth.len() as f64,
        }
    }

    /// Growth of the host of each cell [1/h], by its place; nothing where they share one.
    pub fn growth_of_own(&self) -> Option<Vec<f64>> {
        let growth = self
            .own
            .as_ref()?
            .iter()
            .enumerate()
            .map(|(at, chassis)| chassis.rates_with(&self.tenants(at, chassis)).0.growth_per_h);
        Some(growth.collect())
    }

    /// One coupling step.
    fn couple(&mut self, step: Time, stop: &StopToken) -> Result<(), HypervisorError> {
        match self.own {
            None => self.couple_shared(step, stop),
            Some(_) => self.couple_own(step, stop),
        }
    }

    fn couple_shared(&mut self, step: Time, stop: &StopToken) -> Result<(), HypervisorError> {
        self.take_mean();
        let (rates, mut tenants, competition) = surroundings(&self.host.chassis, &self.host.vms);
        let ribosomes = self.host.chassis.state().ribosomes;
        let felt = self.felt(&rates, ribosomes, &competition);
        self.host.held.add(step.micros() as f64, &self.host.vms, &competition);
        self.population.step(step, &Around::Shared(&felt), stop)?;
        self.take_mean();
        for (tenant, placed) in tenants.iter_mut().zip(&self.placed) {
            let after = self.host.vms[placed.vm].tenant(rates.elongation_aa_per_h);
            tenant.weight = 0.5 * (tenant.weight + after.weight);
            tenant.decayed_aa = 0.5 * (tenant.decayed_aa + after.decayed_aa);
        }
        self.host.chassis.advance(step.hours(), &tenants)?;
        self.grow_old(rates.growth_per_h, step);
        Ok(())
    }

    /// Time passes for what the cells share.
    fn grow_old(&mut self, growth_per_h: f64, step: Time) {
        for vm in &mut self.host.vms {
            vm.live(step);
        }
        self.host.clock = self.host.clock + step;
        self.host.grow_culture(growth_per_h, step);
    }

    /// The VMs of the copy have the mean of the cells: what a host feels that they share.
    fn take_mean(&mut self) {
        let mean = self.population.per_size();
        let (units, genes) =
            (self.population.guests().units.len(), self.population.guests().proteins.len());
        for placed in &self.placed {
            let vm = &mut self.host.vms[placed.vm];
            for (at, &plasmid) in placed.plasmids.iter().enumerate() {
                let copies = mean[units + genes + placed.first_plasmid + at];
                let of = vm.all_plasmids()[plasmid].genes();
                vm.population_mut().dose(&of, copies);
            }
            let molecules: Vec<f64> = vm
                .population()
                .units()
                .iter()
                .zip(placed.units.clone())
                .flat_map(|(unit, at)| {
                    let first = units + placed.genes.start;
                    let proteins = &mean[first + unit.genes().start..first + unit.genes().end];
                    std::iter::once(mean[at]).chain(proteins.iter().copied())
                })
                .collect();
            vm.population_mut().set_molecules(&molecules);
        }
    }

    /// What cells feel of a host with these rates.
    fn felt(&self, rates: &HostRates, ribosomes: f64, competition: &Competition) -> Rates {
        let replication = replication(rates.growth_per_h);
        let growth_per_h = rates.growth_per_h;
        let mut felt = Rates { growth_per_h, replication, ..Rates::default() };
        for (tenant, placed) in self.placed.iter().enumerate() {
            let vm = &self.host.vms[placed.vm];
            let around = Surroundings::new(rates, ribosomes, competition, tenant);
            let relative = around.transcription * rates.growth_per_h / vm.unburdened_growth();
            let guests = &self.population.guests().units[placed.units.clone()];
            let units = vm.population().units().iter().zip(guests);
            let made = units.map(|(unit, guest)| (relative * made(unit, guest)).max(0.0));
            felt.transcription_per_h.extend(made);
            let genes = vm.population().genes().iter();
            felt.translation_per_h.extend(
                genes.map(|gene| gene.translation(around.elongation_aa_per_h) * around.ribosomes),
            );
        }
        felt
    }
}

/// Transcription of a unit at full growth [1/h], beside which a cell has its own factors: a promoter that answers to
/// proteins does so in each cell.
fn made(unit: &GuestUnit, guest: &Unit) -> f64 {
    if guest.answer.is_some() { opened(unit) } else { transcription_per_copy(unit) }
}
