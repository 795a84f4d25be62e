//! The contents of the file of a saved state.

mod host;
mod packages;
mod plugin;
mod units;

use packages::{ModelRecord, PackageRecord};
use plugin::PluginRecord;
use units::{GeneRecord, UnitRecord};

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ahead::AheadRecord;
use super::plasmid::PlasmidRecord;
use super::{ArchiveError, contents};
use crate::chassis::energy::EnergyCoupling;
use crate::chassis::kinetics::{Kinetic, Kinetics};
use crate::chassis::{Chassis, HostState};
use crate::hypervisor::cycle::CellCycle;
use crate::hypervisor::expression::InternalPromoters;
use crate::hypervisor::limits::{Allocation, Limits};
use crate::hypervisor::medium::Medium;
use crate::hypervisor::population::LARGEST_BURST;
use crate::hypervisor::vm::{LARGEST_GAIN, Log, LogKind, Saved, Strain, with_plasmids};
use crate::hypervisor::{Hypervisor, HypervisorError, Rules, Vm, VmState};
use bioxen_base::units::Time;
use bioxen_engine::rng::Rng;
use bioxen_genome::plasmid::PlasmidFacts;
use bioxen_genome::regulation::Cyclase;
use bioxen_genome::{self as genome, Gene, Genome};

/// The longest time [us]: 1000 years.
const LONGEST_US: i64 = 31_557_600_000_000_000;
/// More VMs than were ever made.
const MOST_MADE: u64 = 1 << 53;
/// Numbers of the host are below this: it has some 1e9 amino acids in its proteins.
const MOST_OF_HOST: f64 = 1e12;

fn composition(medium: &Medium) -> BTreeMap<String, f64> {
    medium.substances().map(|(name, mm)| (name.to_owned(), mm)).collect()
}

pub(super) fn is_nothing(x: &f64) -> bool {
    *x == 0.0
}

/// The medium of a composition.
pub(super) fn medium(composition: &BTreeMap<String, f64>) -> Result<Arc<Medium>, HypervisorError> {
    let mut medium = Medium::empty();
    for (substance, mm) in composition {
        medium.set(substance, *mm)?;
    }
    Ok(Arc::new(medium))
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HypervisorRecord {
    nutrient: f64,
    atp_coupled: bool,
    host: [f64; crate::chassis::host::DIM],
    pub(super) clock_us: i64,
    pub(super) solver: String,
    pub(super) coupling_us: i64,
    pub(super) sample_us: i64,
    pub(super) seed: u64,
    pub(super) vms_created: u64,
    pub(super) medium: BTreeMap<String, f64>,
    pub(super) biomass: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fresh_medium: Option<BTreeMap<String, f64>>,
    #[serde(default)]
    grown: f64,
    /// Ribosomes that an inhibitor has inactivated.
    #[serde(default, skip_serializing_if = "is_nothing")]
    inactivated: f64,
    /// The kinetics of a host that is not the published one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kinetics: Option<[f64; Kinetic::ALL.len()]>,
    pub(super) vms: Vec<VmRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ahead: Option<AheadRecord>,
}

/// A number of the host, if it can be one.
pub(super) fn sound_number(x: f64) -> Result<f64, ArchiveError> {
    let sound = (0.0..=MOST_OF_HOST).contains(&x);
    sound.then_some(x).ok_or_else(|| contents(&"a number of the host cannot be"))
}

/// The state of a host, if it can be one.
pub(super) fn sound(state: [f64; crate::chassis::host::DIM]) -> Result<HostState, ArchiveError> {
    state.into_iter().try_for_each(|x| sound_number(x).map(drop))?;
    Ok(HostState::from_array(state))
}

impl HypervisorRecord {
    pub(super) fn of(h: &Hypervisor) -> Self {
        Self { ahead: AheadRecord::of(h), ..Self::without_ahead(h) }
    }

    pub(super) fn without_ahead(h: &Hypervisor) -> Self {
        Self {
            nutrient: h.full_nutrient().value(),
            atp_coupled: h.chassis.energy() == EnergyCoupling::Coupled,
            host: h.chassis.state().to_array(),
            clock_us: h.clock.micros(),
            solver: h.solver.name().to_owned(),
            coupling_us: h.coupling_step.micros(),
            sample_us: h.sample_every.micros(),
            seed: h.seed,
            vms_created: h.vms_created,
            medium: composition(&h.medium),
            biomass: h.culture.as_ref().map(|c| c.biomass_g_per_l),
            fresh_medium: h.culture.as_ref().map(|c| composition(&c.fresh)),
            grown: h.cycle.grown(),
            inactivated: h.chassis.inactivated(),
            kinetics: Some(h.chassis.conditions().kinetics)
                .filter(|kinetics| *kinetics != Kinetics::PUBLISHED)
                .map(Kinetics::to_array),
            vms: h.vms.iter().map(VmRecord::of).collect(),
            ahead: None,
        }
    }

    /// What decides about the further life, apart from what is known beyond the present. How often
    /// it is recorded does not.
    pub(super) fn of_present(h: &Hypervisor) -> Self {
        Self { sample_us: 0, ..Self::without_ahead(h) }
    }

    /// Refuses times and numbers with which nothing could be calculated.
    pub(super) fn check_times(&self) -> Result<(), ArchiveError> {
        let times = [self.clock_us, self.coupling_us, self.sample_us];
        let uptimes = self.vms.iter().map(|vm| vm.uptime_us);
        if times.into_iter().chain(uptimes).any(|us| !(0..=LONGEST_US).contains(&us)) {
            return Err(contents(&"a time is none from 0 to 1000 years"));
        }
        if self.vms_created > MOST_MADE || self.vms.iter().any(|vm| vm.ordinal > MOST_MADE) {
            return Err(contents(&"so many VMs have never been made"));
        }
        Ok(())
    }
}

/// The genome by its name if it is a shipped one, else its whole text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum GenomeRecord {
    Shipped(String),
    Text(String),
    /// The one that the plug-in of its type brings.
    OfType,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VmRecord {
    pub(super) id: String,
    biological_type: String,
    /// Nothing for the types that are built in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    plugin: Option<PluginRecord>,
    genome: GenomeRecord,
    max_ribosomes: f64,
    /// Nothing where there is no limit but the host's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_polymerases: Option<f64>,
    max_atp_percent: f64,
    max_memory_kb: f64,
    essential_only: bool,
    minimal_functions_only: bool,
    ribosomes: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    polymerases: Option<f64>,
    atp_percent: f64,
    memory_kb: f64,
    priority: u8,
    state: String,
    uptime_us: i64,
    ordinal: u64,
    random: [u64; 4],
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    packages: Vec<PackageRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    models: Vec<ModelRecord>,
    #[serde(default)]
    units: Vec<UnitRecord>,
    /// Of files of version 2, in which each gene had mRNA of its own.
    #[serde(default, skip_serializing)]
    genes: Vec<GeneRecord>,
    #[serde(default)]
    burst: f64,
    #[serde(default)]
    internal_promoters: bool,
    /// Whether `cya` is deleted.
    #[serde(default)]
    without_cyclase: bool,
    #[serde(default)]
    permease_gain: f64,
    log: Vec<(i64, LogKind, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    plasmids: Vec<PlasmidRecord>,
    #[serde(default)]
    plasmid_random: Option<[u64; 4]>,
    /// Of the cell to which the copies of plasmids belong.
    #[serde(default)]
    cell_size: Option<f64>,
    /// A seed of its own, with which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    /// Of a file of this VM alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) shared: Option<super::ahead::SharedRecord>,
}

impl VmRecord {
    pub(super) fn of(vm: &Vm) -> Self {
        let genome = vm.chromosome();
        let shipped = genome::shipped(&genome.name).is_ok_and(|s| Arc::ptr_eq(&s, genome));
        let facts = vm.biological_type().plugin();
        let unit = |unit| UnitRecord::of(vm.population(), unit);
        let (limits, allocation) = (vm.limits(), vm.allocation());
        Self {
            id: vm.id().to_owned(),
            biological_type: vm.biological_type().name().to_owned(),
            plugin: facts.map(PluginRecord::of),
            genome: if facts.is_some_and(|facts| Arc::ptr_eq(&facts.genome, genome)) {
                GenomeRecord::OfType
            } else if shipped {
                GenomeRecord::Shipped(genome.name.clone())
            } else {
                GenomeRecord::Text(genome::write(genome))
            },
            max_ribosomes: limits.max_ribosomes,
            max_polymerases: limited(limits.max_polymerases),
            max_atp_percent: limits.max_atp_percent,
            max_memory_kb: limits.max_memory_kb,
            essential_only: vm.rules().essential_only,
            minimal_functions_only: vm.rules().minimal_functions_only,
            ribosomes: allocation.ribosomes,
            polymerases: limited(allocation.polymerases),
            atp_percent: allocation.atp_percent,
            memory_kb: allocation.memory_kb,
            priority: allocation.priority,
            state: vm.state().name().to_owned(),
            uptime_us: vm.uptime().micros(),
            ordinal: vm.ordinal(),
            random: vm.population().rng().words(),
            models: vm.models().iter().map(ModelRecord::of).collect(),
            packages: vm.packages().iter().map(|p| PackageRecord::of(p)).collect(),
            units: vm.population().units().iter().map(unit).collect(),
            genes: Vec::new(),
            burst: vm.burst(),
            internal_promoters: vm.internal_promoters() == InternalPromoters::Separate,
            without_cyclase: vm.strain().cyclase == Cyclase::Deleted,
            permease_gain: vm.strain().permease_gain,
            log: vm.log().entries().map(|e| (e.time.micros(), e.kind, e.what.clone())).collect(),
            plasmids: vm.all_plasmids().iter().map(PlasmidRecord::of).collect(),
            plasmid_random: Some(vm.plasmid_words()),
            cell_size: (!vm.all_plasmids().is_empty()).then(|| vm.cell_size()),
            seed: vm.made().seed,
            shared: None,
        }
    }

    pub(super) fn restore(
        self,
        host_ribosomes: f64,
        settled: &Chassis,
        medium: &Arc<Medium>,
        cycle: CellCycle,
    ) -> Result<Vm, ArchiveError> {
        let biological_type = PluginRecord::type_of(self.plugin.as_ref(), &self.biological_type)?;
        let chromosome: Arc<Genome> = match &self.genome {
            GenomeRecord::OfType => biological_type.genome().map_err(|e| contents(&e))?,
            GenomeRecord::Shipped(name) => genome::shipped(name).map_err(|e| contents(&e))?,
            GenomeRecord::Text(text) => {
                let genome = genome::read(text.as_bytes(), "the genome of the state");
                Arc::new(genome.map_err(|e| contents(&e))?)
            }
        };
        let facts: Vec<Arc<PlasmidFacts>> =
            self.plasmids.iter().map(PlasmidRecord::facts).collect::<Result<_, _>>()?;
        let genome = with_plasmids(&chromosome, facts.iter().map(AsRef::as_ref))?;
        let mut plasmids = Vec::with_capacity(facts.len());
        let mut first = chromosome.genes().len();
        for (record, facts) in self.plasmids.iter().zip(facts) {
            let genes = facts.genome().genes().len();
            plasmids.push(record.restore(facts, first)?);
            first += genes;
        }
        let state = VmState::ALL.into_iter().find(|s| s.name() == self.state);
        let state = state.ok_or_else(|| contents(&format!("`{}` is no state", self.state)))?;
        let mut log = Log::default();
        for (time, kind, what) in self.log {
            log.add(Time::from_micros(time), kind, what);
        }
        let mut packages = Vec::with_capacity(self.packages.len());
        for package in &self.packages {
            packages.push(package.restore()?);
        }
        let models = self.models.into_iter().map(ModelRecord::restore);
        let models = models.collect::<Result<Vec<_>, ArchiveError>>()?;
        let mut names: Vec<&str> = genome.genes().iter().map(Gene::name).collect();
        names.extend(
            packages.iter().flat_map(|p| &p.construct.genes).map(|gene| gene.name.as_str()),
        );
        let mut units = Vec::with_capacity(self.units.len());
        let old = self.genes.iter().map(UnitRecord::from);
        for unit in self.units.iter().cloned().chain(old) {
            units.push(unit.restore(&names)?);
        }
        if !(0.0..=LARGEST_BURST).contains(&self.burst) {
            return Err(contents(&"the size of bursts cannot be"));
        }
        if !(0.0..=LARGEST_GAIN).contains(&self.permease_gain) {
            return Err(contents(&"the gain of the permease cannot be"));
        }
        if !self.cell_size.is_none_or(|size| (0.5..2.0).contains(&size)) {
            return Err(contents(&"a cell has between ln 2 and 2 ln 2 of the mean size"));
        }
        if !(1..=5).contains(&self.priority) {
            return Err(contents(&"a priority is one of 1 to 5"));
        }
        let saved = Saved {
            id: self.id,
            biological_type,
            chromosome,
            genome,
            limits: Limits {
                max_ribosomes: self.max_ribosomes,
                max_polymerases: self.max_polymerases.unwrap_or(Limits::HOST.max_polymerases),
                max_atp_percent: self.max_atp_percent,
                max_memory_kb: self.max_memory_kb,
            },
            rules: Rules {
                essential_only: self.essential_only,
                minimal_functions_only: self.minimal_functions_only,
            },
            allocation: Allocation {
                ribosomes: self.ribosomes,
                polymerases: self.polymerases.unwrap_or(Limits::HOST.max_polymerases),
                atp_percent: self.atp_percent,
                memory_kb: self.memory_kb,
                priority: self.priority,
            },
            state,
            uptime: Time::from_micros(self.uptime_us),
            ordinal: self.ordinal,
            rng: random(self.random)?,
            packages,
            models,
            units,
            burst: self.burst,
            internal_promoters: match self.internal_promoters {
                true => InternalPromoters::Separate,
                false => InternalPromoters::Ignored,
            },
            strain: Strain {
                cyclase: if self.without_cyclase { Cyclase::Deleted } else { Cyclase::WildType },
                permease_gain: self.permease_gain,
            },
            log,
            plasmids,
            plasmid_rng: random(self.plasmid_random.unwrap_or([1; 4]))?,
            cell_size: self.cell_size,
            seed: self.seed,
        };
        Ok(Vm::from_saved(saved, host_ribosomes, settled, medium, cycle)?)
    }
}

/// RNA polymerases, where something else than the host limits them.
fn limited(polymerases: f64) -> Option<f64> {
    (polymerases < Limits::HOST.max_polymerases).then_some(polymerases)
}

fn random(words: [u64; 4]) -> Result<Rng, ArchiveError> {
    Rng::from_words(words).ok_or_else(|| contents(&"a random stream is 0"))
}
