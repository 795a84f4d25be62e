//! VMs that come back from a file.

use std::sync::{Arc, OnceLock};

use super::inserts::Inserts;
use super::{Log, Made, Strain, Vm, check_id};
use crate::chassis::Chassis;
use crate::hypervisor::biology::BiologicalType;
use crate::hypervisor::cycle::CellCycle;
use crate::hypervisor::error::HypervisorError;
use crate::hypervisor::expression::{InternalPromoters, UnitExpression};
use crate::hypervisor::limits::{Allocation, Capacity, Limits, Resource, check, check_limits};
use crate::hypervisor::medium::Medium;
use crate::hypervisor::model::{ModelState, Seen};
use crate::hypervisor::plasmid::Plasmid;
use crate::hypervisor::population::{Population, SavedUnit};
use crate::hypervisor::rules::Rules;
use crate::hypervisor::state::VmState;
use crate::package::Package;
use bioxen_base::units::Time;
use bioxen_engine::rng::Rng;
use bioxen_genome::Genome;

/// What a VM is made from that was saved.
#[derive(Debug)]
pub(in super::super) struct Saved {
    pub(in super::super) id: String,
    pub(in super::super) biological_type: BiologicalType,
    pub(in super::super) chromosome: Arc<Genome>,
    /// With the genes of all plasmids.
    pub(in super::super) genome: Arc<Genome>,
    pub(in super::super) limits: Limits,
    pub(in super::super) rules: Rules,
    pub(in super::super) allocation: Allocation,
    pub(in super::super) state: VmState,
    pub(in super::super) uptime: Time,
    pub(in super::super) ordinal: u64,
    pub(in super::super) rng: Rng,
    pub(in super::super) packages: Vec<Arc<Package>>,
    /// Of each model, when it began, its state and what was seen of it.
    pub(in super::super) models: Vec<(Time, ModelState, Seen)>,
    pub(in super::super) units: Vec<SavedUnit>,
    /// Transcripts that one event makes on average.
    pub(in super::super) burst: f64,
    pub(in super::super) internal_promoters: InternalPromoters,
    pub(in super::super) strain: Strain,
    pub(in super::super) log: Log,
    pub(in super::super) plasmids: Vec<Plasmid>,
    pub(in super::super) plasmid_rng: Rng,
    /// Of the cell to which the copies of plasmids belong, if that is known.
    pub(in super::super) cell_size: Option<f64>,
    /// A seed of its own.
    pub(in super::super) seed: Option<u64>,
}

impl Vm {
    /// Which of the VMs that were ever made it is.
    pub(in super::super) fn ordinal(&self) -> u64 {
        self.ordinal
    }

    /// Takes another number, and so another place when all streams begin anew.
    pub(in super::super) fn renumber(&mut self, ordinal: u64) {
        self.ordinal = ordinal;
    }

    /// The VM that was saved, expressed as the medium has it.
    pub(in super::super) fn from_saved(
        saved: Saved,
        host_ribosomes: f64,
        settled: &Chassis,
        medium: &Arc<Medium>,
        cycle: CellCycle,
    ) -> Result<Self, HypervisorError> {
        check_id(&saved.id)?;
        check_limits(&saved.limits, &Capacity { ribosomes: host_ribosomes, ..Capacity::ENDLESS })?;
        check(Resource::Ribosomes, saved.allocation.ribosomes, saved.limits.max_ribosomes)?;
        let most = saved.limits.max_polymerases;
        check(Resource::Polymerases, saved.allocation.polymerases, most)?;
        check(Resource::Atp, saved.allocation.atp_percent, saved.limits.max_atp_percent)?;
        check(Resource::Memory, saved.allocation.memory_kb, saved.limits.max_memory_kb)?;
        let mut vm = Self {
            id: saved.id,
            biological_type: saved.biological_type,
            chromosome: saved.chromosome,
            genome: saved.genome,
            limits: saved.limits,
            rules: saved.rules,
            allocation: saved.allocation,
            state: saved.state,
            uptime: saved.uptime,
            ordinal: saved.ordinal,
            expression: None,
            population: Population::new(saved.rng),
            inserts: Inserts::default(),
            models: Vec::new(),
            medium: Arc::clone(medium),
            now: Time::ZERO,
            log: saved.log,
            plasmids: saved.plasmids,
            plasmid_rng: saved.plasmid_rng,
            size: saved.cell_size.unwrap_or_else(|| cycle.size()),
            met: None,
            made: Arc::new(Made { seed: saved.seed, ..Made::default() }),
            burst: saved.burst,
            internal_promoters: saved.internal_promoters,
            strain: saved.strain,
            regulated: OnceLock::new(),
        };
        vm.calibrate(settled)?;
        for package in &saved.packages {
            vm.insert(package)?;
        }
        if saved.models.len() != vm.models.len() {
            return Err(HypervisorError::ModelState { models: vm.models.len() });
        }
        let models = vm.models.len();
        for (model, (begun, state, seen)) in vm.models.iter_mut().zip(saved.models) {
            if !model.restore(begun, state, seen) {
                return Err(HypervisorError::ModelState { models });
            }
        }
        let mut units: Vec<(UnitExpression, SavedUnit)> = Vec::new();
        for unit in saved.units {
            let first = unit.genes.first().map_or(0, |(index, _)| *index);
            let all = vm.unit_expressions(first, unit.drive.assumed_tpm);
            let own =
                |e: &&UnitExpression| e.genes.iter().eq(unit.genes.iter().map(|(index, _)| index));
            let carrier = || all.iter().find(|e| e.genes.contains(&first));
            let expression = all.iter().find(own).or_else(carrier).cloned();
            let expression = expression.ok_or_else(|| HypervisorError::NoExpression {
                gene: vm.gene(first).name().to_owned(),
            })?;
            match units.iter_mut().find(|(known, _)| known.genes == expression.genes) {
                Some((_, known)) => known.join(unit),
                None => units.push((expression, unit)),
            }
        }
        let mut put = Vec::with_capacity(units.len());
        for (expression, mut unit) in units {
            let first = expression.genes[0];
            // Genes of the unit that were not saved have made nothing.
            let protein = |index: &usize| {
                let saved = unit.genes.iter().find(|(of, _)| of == index);
                (*index, saved.map_or(0.0, |(_, protein)| *protein))
            };
            unit.genes = expression.genes.iter().map(protein).collect();
            let folds = if vm.package_of(first).is_some() {
                vec![1.0; unit.genes.len()]
            } else {
                vm.unit_activity(&expression, unit.drive.control).1
            };
            let dosage = vm.dosage(first);
            put.push(unit.with(&expression, &folds, dosage));
        }
        vm.population.put(put);
        vm.feel_medium(medium);
        Ok(vm)
    }
}
