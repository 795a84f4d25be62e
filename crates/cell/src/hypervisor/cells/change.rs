//! What happens to all cells of a population at once: another medium, other promoters, new genes.

use std::collections::HashMap;

use super::gather::{Gathered, gather};
use super::{Cells, Hypervisor, HypervisorError};
use crate::cells::{CellPopulation, CellsError, Origin};
use crate::hypervisor::vm::Vm;

impl Cells {
    /// Changes host and VMs as a function does it to a cell with the mean of all, as [`Self::adopt`].
    ///
    /// # Errors
    /// Those of the function and of [`Self::adopt`]. Then nothing has changed.
    pub fn change<T, E: From<HypervisorError>>(
        &mut self,
        change: impl FnOnce(&mut Hypervisor) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut host = self.mean();
        let value = change(&mut host)?;
        self.adopt(host)?;
        Ok(value)
    }

    /// The host with its VMs as a cell with the mean of all has them.
    pub fn mean(&self) -> Hypervisor {
        let mut mean = self.clone();
        mean.take_mean();
        mean.host
    }

    /// Gives the cells a host and VMs that were [`Self::mean`] and have changed. What is new begins with no
    /// molecule, but plasmids with their number; genes that are gone take their molecules with them.
    ///
    /// # Errors
    /// If a VM was made, ended or halted, the host ran, or the genes do not fit into the memory. Then nothing has
    /// changed.
    pub fn adopt(&mut self, host: Hypervisor) -> Result<(), HypervisorError> {
        let mut after = Self { host, ..self.clone() };
        after.take_genes(&self.host)?;
        *self = after;
        Ok(())
    }

    /// Gives the cells the genes that the VMs have now.
    fn take_genes(&mut self, before: &Hypervisor) -> Result<(), HypervisorError> {
        let live = |host: &Hypervisor| -> Vec<String> {
            let told = |vm: &Vm| match vm.is_live() {
                true => vm.id().to_owned(),
                false => format!("{} ({})", vm.id(), vm.state()),
            };
            host.vms.iter().map(told).collect()
        };
        let (had, has) = (live(before), live(&self.host));
        if had != has {
            return Err(CellsError::OtherVms { before: had, after: has }.into());
        }
        if self.host.clock != before.clock {
            return Err(CellsError::RanAlone.into());
        }
        self.host.forget_what_has_changed();
        let growth = self.growth_per_h();
        let dosage = self.population.plan().dosage;
        let old = self.origins(&before.vms);
        let Gathered { placed, guests, means } = gather(&self.host.vms, growth, dosage)?;
        let limit = self.population.plan().memory_limit;
        let n = self.population.cells().len();
        let bytes = CellPopulation::bytes(n, &guests) + self.population.tree_bytes(0.0);
        if bytes > limit {
            let what = format!("a population of {n} cells with {} genes", guests.proteins.len());
            return Err(CellsError::Memory { what, bytes, limit }.into());
        }
        self.placed = placed;
        let new = self.origins(&self.host.vms);
        let mut keys: Vec<(&Key, usize)> = new.iter().map(|(key, at)| (key, *at)).collect();
        keys.sort_by_key(|(_, at)| *at);
        let nearest_kin = |key: &Key| match key {
            Key::Plasmid { .. } => None,
            Key::Unit { .. } | Key::Protein { .. } => {
                let kin =
                    old.iter().filter(|(other, _)| !new.contains_key(*other) && key.is_kin(other));
                kin.map(|(_, at)| *at).min()
            }
        };
        let origins: Vec<Origin> = keys
            .iter()
            .map(|(key, at)| match old.get(*key) {
                Some(&from) => Origin::Old(from),
                None if matches!(key, Key::Plasmid { .. }) => Origin::New(means[*at]),
                None => nearest_kin(key).map_or(Origin::New(0.0), Origin::Old),
            })
            .collect();
        // What a gene has made from transcripts that are no more is kept where it has its first place.
        let mut more: Vec<(usize, usize)> = Vec::new();
        for (key, &at) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
            let taken = origins.contains(&Origin::Old(at));
            if let (Key::Protein { .. }, false) = (key, taken) {
                let heir = keys.iter().find(|(other, _)| key.is_kin(other));
                more.extend(heir.map(|(_, to)| (at, *to)));
            }
        }
        more.sort_unstable();
        self.population.regroup(guests.checked()?, (&origins, &more));
        if let Some(own) = &mut self.own {
            let conditions = self.host.chassis.conditions();
            for chassis in own {
                chassis.set_nutrient(conditions.nutrient);
                chassis.set_inhibition(conditions.inhibition);
            }
        }
        Ok(())
    }

    /// Where each number of a cell is, by what it counts.
    fn origins(&self, vms: &[Vm]) -> HashMap<Key, usize> {
        let units: usize = self.placed.iter().map(|placed| placed.units.len()).sum();
        let genes: usize = self.placed.iter().map(|placed| placed.genes.len()).sum();
        let mut places = HashMap::new();
        for placed in &self.placed {
            let vm = &vms[placed.vm];
            let population = vm.population();
            let id = vm.id();
            let name = |index: usize| vm.gene(index).name().to_owned();
            for (unit, at) in population.units().iter().zip(placed.units.clone()) {
                let own = &population.genes()[unit.genes()];
                let members: Vec<String> = own.iter().map(|gene| name(gene.index)).collect();
                for (gene, entry) in members.iter().zip(unit.genes()) {
                    let (vm, gene, unit) = (id.to_owned(), gene.clone(), members.clone());
                    let place = units + placed.genes.start + entry;
                    places.insert(Key::Protein { vm, gene, unit }, place);
                }
                places.insert(Key::Unit { vm: id.to_owned(), genes: members }, at);
            }
            for (number, &plasmid) in placed.plasmids.iter().enumerate() {
                let name = vm.all_plasmids()[plasmid].facts().name().to_owned();
                let place = units + genes + placed.first_plasmid + number;
                places.insert(Key::Plasmid { vm: id.to_owned(), name }, place);
            }
        }
        places
    }
}

/// What a number of a cell counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Unit { vm: String, genes: Vec<String> },
    Protein { vm: String, gene: String, unit: Vec<String> },
    Plasmid { vm: String, name: String },
}

impl Key {
    /// Whether two units share a gene, or two numbers of proteins are of one.
    fn is_kin(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unit { vm, genes }, Self::Unit { vm: of, genes: others }) => {
                vm == of && genes.iter().any(|gene| others.contains(gene))
            }
            (Self::Protein { vm, gene, .. }, Self::Protein { vm: of, gene: other, .. }) => {
                vm == of && gene == other
            }
            _ => false,
        }
    }
}
