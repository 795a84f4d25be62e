//! The cell as a population of cells: each with its own size, division and molecules.
//!
//! It works on a copy: what happens to it happens to nobody else. Host and VMs are those of
//! the cell. In a shared host there is one chassis, whose load is the mean of the cells; hosts of their own have
//! one chassis each, which feels the molecules of its cell. Quotas and throttles act as they do in a run.
//! A VM that does not run lives in no cell; models of packages take no part.

mod names;
mod own;
#[cfg(test)]
mod tests;

pub use names::Found;

use std::ops::Range;

use super::error::HypervisorError;
use super::plasmid::MOST_REPLICATIONS_PER_H;
use super::population::{Surroundings, opened, transcription_per_copy};
use super::run::surroundings;
use super::vm::Vm;
use super::{Hypervisor, positive};
use crate::cells::{
    Answer, Around, CellPopulation, CellsError, Course, Guests, Moves, Plan, Protein, Rates,
    Replicon, Template, Unit,
};
use crate::chassis::{Chassis, Competition, HostRates, Tenant};
use bioxen_base::units::Time;
use bioxen_engine::StopToken;

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

/// Where the genes of a VM are among those of the population.
#[derive(Debug, Clone)]
struct Placed {
    /// Its place among the VMs.
    vm: usize,
    units: Range<usize>,
    genes: Range<usize>,
    /// Places of its plasmids among those of the VM, and the first among those of the population.
    plasmids: Vec<usize>,
    first_plasmid: usize,
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

/// What a run of a population gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Lived {
    /// What was recorded.
    pub course: Course,
    /// Whether it came to its end; if not, it was stopped.
    pub completed: bool,
}

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
        let mut placed = Vec::new();
        let mut guests = Guests::default();
        let (mut transcripts, mut proteins, mut copies) = (Vec::new(), Vec::new(), Vec::new());
        let live: Vec<usize> = (0..self.vms.len()).filter(|&at| self.vms[at].is_live()).collect();
        for &at in &live {
            let vm = &self.vms[at];
            let indices = vm.population().indices();
            if indices.count() != vm.population().genes().len() {
                return Err(HypervisorError::SplitInPopulation { id: vm.id().to_owned() });
            }
            let prefix = if live.len() > 1 { format!("{}.", vm.id()) } else { String::new() };
            placed.push(place(vm, at, &prefix, &mut guests));
            let population = vm.population();
            transcripts.extend(population.units().iter().map(|unit| unit.transcripts));
            proteins.extend(population.genes().iter().map(|gene| gene.protein));
            copies.extend(vm.copies_per_size().into_iter().map(|(_, copies)| copies));
        }
        let bytes = match hosts {
            Hosts::Shared => 0,
            Hosts::Own => (plan.cells * size_of::<Chassis>()) as u64,
        };
        let needed = CellPopulation::bytes(plan.cells, &guests) + bytes;
        if needed > plan.memory_limit && (1..=crate::cells::MOST_CELLS).contains(&plan.cells) {
            let what = format!("a population of {} cells", plan.cells);
            return Err(CellsError::Memory { what, bytes: needed, limit: plan.memory_limit }.into());
        }
        let means = [transcripts, proteins, copies].concat();
        let growth = self.host_rates().growth_per_h;
        let population = CellPopulation::new(plan, guests, growth, &means)?;
        let own = (hosts == Hosts::Own).then(|| vec![self.chassis.clone(); plan.cells]);
        let mut host = self.clone();
        host.forget_what_has_changed();
        Ok(Cells { host, population, placed, own, step: LONGEST_STEP })
    }
}

/// Adds the genes of a VM.
fn place(vm: &Vm, at: usize, prefix: &str, guests: &mut Guests) -> Placed {
    let population = vm.population();
    let (first_unit, first_gene) = (guests.units.len(), guests.proteins.len());
    let first_plasmid = guests.replicons.len();
    let laws = population.laws_in_force();
    let plasmids: Vec<(usize, f64)> = vm.copies_per_size();
    let name = |index: usize| format!("{prefix}{}", vm.gene(index).name());
    for (number, unit) in population.units().iter().enumerate() {
        let genes = unit.genes();
        let index = population.genes()[genes.start].index;
        let law = laws.iter().find(|(of, _)| *of == number).map(|(_, law)| law.clone());
        let of =
            plasmids.iter().position(|&(at, _)| vm.all_plasmids()[at].genes().contains(&index));
        guests.units.push(Unit {
            name: name(index),
            genes: first_gene + genes.start..first_gene + genes.end,
            template: of.map_or(Template::Size, |of| Template::Replicon(first_plasmid + of)),
            answer: law.map(|law| {
                Answer::new(move |proteins| law.activity(|gene| proteins(first_gene + gene)))
            }),
            lost_per_h: unit.rates.decay_per_h,
            burst: unit.burst,
        });
    }
    guests.proteins.extend(population.genes().iter().map(|gene| Protein {
        name: name(gene.index),
        lost_per_h: gene.rates.protein_decay_per_h,
    }));
    guests.replicons.extend(plasmids.iter().map(|&(at, _)| {
        let plasmid = &vm.all_plasmids()[at];
        Replicon {
            name: format!("{prefix}{}", plasmid.facts().name()),
            most_per_h: MOST_REPLICATIONS_PER_H,
            half: plasmid.half,
        }
    }));
    Placed {
        vm: at,
        units: first_unit..guests.units.len(),
        genes: first_gene..guests.proteins.len(),
        plasmids: plasmids.into_iter().map(|(at, _)| at).collect(),
        first_plasmid,
    }
}

impl Cells {
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
        match &self.own {
            None => surroundings(&self.host.chassis, &self.host.vms).0.growth_per_h,
            Some(own) => {
                let growth = own.iter().enumerate().map(|(at, chassis)| {
                    chassis.rates_with(&self.tenants(at, chassis)).0.growth_per_h
                });
                growth.sum::<f64>() / own.len() as f64
            }
        }
    }

    /// Lives on for a time and records every so often, at the ends of steps, telling how far it is. Stopped in between, it is at the
    /// last complete step.
    ///
    /// # Errors
    /// When the duration is not positive, the tree would need too much memory, the host's equations cannot be
    /// integrated, or there are more molecules than can be counted.
    pub fn run(
        &mut self,
        duration: Time,
        every: Time,
        tell: &mut dyn FnMut(Time, f64),
        stop: &StopToken,
    ) -> Result<Lived, HypervisorError> {
        positive("a run", duration)?;
        let growth = self.growth_per_h();
        let generations = duration.hours() * growth.max(0.0) / std::f64::consts::LN_2;
        let (bytes, limit) =
            (self.population.tree_bytes(generations), self.population.plan().memory_limit);
        if bytes > limit {
            let what = format!("the tree of {generations:.0} generations");
            return Err(CellsError::Memory { what, bytes, limit }.into());
        }
        let begun = self.population.clock();
        let end = begun + duration;
        let mut course = Course::new(&self.population);
        course.record(&self.population, growth);
        let mut sample = begun + every;
        while self.population.clock() < end {
            let now = self.population.clock();
            // Steps meet the same grid whatever is recorded.
            let step = self.step.micros();
            let to = Time::from_micros((now.micros() / step + 1) * step).min(end);
            match self.couple(to - now, stop) {
                Err(HypervisorError::Cells(CellsError::Stopped { .. })) => {
                    course.record(&self.population, self.growth_per_h());
                    return Ok(Lived { course, completed: false });
                }
                other => other?,
            }
            if to >= sample || to == end {
                course.record(&self.population, self.growth_per_h());
                while sample <= to {
                    sample = sample + every.max(self.step);
                }
            }
            tell(to - begun, course.growth_per_h.last().copied().unwrap_or(growth));
        }
        Ok(Lived { course, completed: true })
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
        let mut felt = Rates { growth_per_h: rates.growth_per_h, ..Rates::default() };
        for (tenant, placed) in self.placed.iter().enumerate() {
            let vm = &self.host.vms[placed.vm];
            let around = Surroundings::new(rates, ribosomes, competition, tenant);
            let relative = around.transcription * rates.growth_per_h / vm.unburdened_growth();
            let guests = &self.population.guests().units[placed.units.clone()];
            let made = vm.population().units().iter().zip(guests).map(|(unit, guest)| {
                // A promoter that answers to proteins does so in each cell.
                let made = match guest.answer {
                    Some(_) => opened(unit),
                    None => transcription_per_copy(unit),
                };
                (relative * made).max(0.0)
            });
            felt.transcription_per_h.extend(made);
            let genes = vm.population().genes().iter();
            felt.translation_per_h.extend(
                genes.map(|gene| gene.translation(around.elongation_aa_per_h) * around.ribosomes),
            );
        }
        felt
    }
}
