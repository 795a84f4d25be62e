//! One virtual machine: its genome, life cycle, allocation and molecules.

mod calibration;
mod copy;
mod inserts;
mod life;
pub(super) mod log;
mod mapping;
mod operons;
mod packages;
mod plasmids;
mod quotas;
mod saved;
mod sharing;
mod strain;
#[cfg(test)]
mod trial;

pub use log::{LOG_LENGTH, Log, LogEntry, LogKind};
pub use mapping::Promoter;
pub(super) use mapping::{MOST_TPM, STRONGEST};
pub use operons::{OpenStrength, OperonStatus};
pub(super) use plasmids::with_plasmids;
pub(super) use saved::Saved;
pub use strain::{LARGEST_GAIN, Strain};

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::biology::BiologicalType;
use super::cycle::CellCycle;
use super::error::HypervisorError;
use super::expression::{Expression, GeneRates, InternalPromoters, UnitRates};
use super::limits::{Allocation, Capacity, Limits, check_limits};
use super::medium::Medium;
use super::model::RunningModel;
use super::plasmid::Plasmid;
use super::population::{GuestUnit, LARGEST_BURST, Population};
use super::rules::Rules;
use super::state::VmState;
use crate::chassis::Tenant;
use crate::chassis::polymerase::Pool;
use bioxen_base::units::Time;
use bioxen_engine::rng::{Rng, Seed};
use bioxen_genome::{Abundance, Gene, Genome};
use inserts::Inserts;

/// The longest id of a VM [characters].
const LONGEST_ID: usize = 64;

/// What a VM is made from.
#[derive(Debug, Clone)]
pub struct VmSpec {
    /// Its id: letters, digits, `_` and `-`, beginning with a letter.
    pub id: String,
    /// What it is.
    pub biological_type: BiologicalType,
    /// The genome it runs.
    pub genome: Arc<Genome>,
    /// What it may use.
    pub limits: Limits,
    /// Which genes it may express.
    pub rules: Rules,
}

/// What a VM was made with, beside what it is: what a configuration of it would say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Made {
    /// The file of its genome, if it is not a shipped one and the file is known.
    pub genome_file: Option<PathBuf>,
    /// What was done about abundances that are not known.
    pub abundance: Abundance,
    /// The seed of its random stream, if it has its own.
    pub seed: Option<u64>,
}

/// A virtual machine.
#[derive(Debug, Clone)]
pub struct Vm {
    id: String,
    biological_type: BiologicalType,
    chromosome: Arc<Genome>,
    /// The chromosome and the genes of all plasmids behind it.
    genome: Arc<Genome>,
    limits: Limits,
    rules: Rules,
    allocation: Allocation,
    state: VmState,
    uptime: Time,
    ordinal: u64,
    expression: Option<Arc<Expression>>,
    population: Population,
    inserts: Inserts,
    models: Vec<RunningModel>,
    medium: Arc<Medium>,
    /// Cell time as the VM knows it.
    now: Time,
    log: Log,
    plasmids: Vec<Plasmid>,
    plasmid_rng: Rng,
    /// Size of the cell to which its copies belong.
    size: f64,
    /// Size of the cell as it is now, where whole copies are counted in it.
    met: Option<f64>,
    made: Arc<Made>,
    /// Transcripts that one event makes on average where nothing else is said; 0 for one by one.
    burst: f64,
    /// Whether promoters inside of operons have transcripts of their own.
    internal_promoters: InternalPromoters,
    strain: Strain,
    /// The genes of its chromosome that lie in regulated operons, in order; once somebody asks.
    regulated: OnceLock<Arc<[usize]>>,
}

impl Vm {
    pub(super) fn new(
        spec: VmSpec,
        ordinal: u64,
        host: &Capacity,
        medium: Arc<Medium>,
    ) -> Result<Self, HypervisorError> {
        check_id(&spec.id)?;
        check_limits(&spec.limits, host)?;
        let mut population = Population::new(Rng::new(Seed::new(0).lane(ordinal)));
        population.inhibit(medium.inhibition().inactivation_per_h());
        Ok(Self {
            allocation: Allocation::full(&spec.limits),
            id: spec.id,
            biological_type: spec.biological_type,
            chromosome: Arc::clone(&spec.genome),
            genome: spec.genome,
            limits: spec.limits,
            rules: spec.rules,
            state: VmState::Created,
            uptime: Time::ZERO,
            ordinal,
            expression: None,
            population,
            inserts: Inserts::default(),
            models: Vec::new(),
            medium,
            now: Time::ZERO,
            log: Log::default(),
            plasmids: Vec::new(),
            plasmid_rng: plasmids::plasmid_rng(Seed::new(0), ordinal),
            size: CellCycle::default().size(),
            met: None,
            made: Arc::default(),
            burst: 0.0,
            internal_promoters: InternalPromoters::Ignored,
            strain: Strain::default(),
            regulated: OnceLock::new(),
        })
    }

    /// What it was made with.
    pub fn made(&self) -> &Made {
        &self.made
    }

    /// Keeps which file its genome came from, and what was done about abundances.
    pub fn set_genome_file(&mut self, file: PathBuf, abundance: Abundance) {
        let made = Arc::make_mut(&mut self.made);
        (made.genome_file, made.abundance) = (Some(file), abundance);
    }

    /// Takes from the VM that it was what no archive has: what it was made with.
    pub(super) fn take_origin(&mut self, before: &Self) {
        self.made = Arc::clone(&before.made);
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it is.
    pub fn biological_type(&self) -> BiologicalType {
        self.biological_type
    }

    /// Its chromosome: the genome without plasmids.
    pub fn chromosome(&self) -> &Arc<Genome> {
        &self.chromosome
    }

    /// The genome it runs, plasmids included.
    pub fn genome(&self) -> &Arc<Genome> {
        &self.genome
    }

    /// Where it is in its life.
    pub fn state(&self) -> VmState {
        self.state
    }

    /// Whether its molecules take part in the life of the cell.
    pub fn is_live(&self) -> bool {
        matches!(self.state, VmState::Running | VmState::Stopped)
    }

    /// Cell time for which it has run.
    pub fn uptime(&self) -> Time {
        self.uptime
    }

    /// What it may use.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Which genes it may express.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// What it has been given.
    pub fn allocation(&self) -> &Allocation {
        &self.allocation
    }

    /// Its molecules.
    pub fn population(&self) -> &Population {
        &self.population
    }

    pub(super) fn population_mut(&mut self) -> &mut Population {
        &mut self.population
    }

    /// Its expression in the present medium.
    pub fn expression(&self) -> Option<&Expression> {
        self.expression.as_deref()
    }

    /// What happened to it, with cell time.
    pub fn log(&self) -> &Log {
        &self.log
    }

    pub(super) fn note(&mut self, kind: LogKind, what: String) {
        self.log.add(self.now, kind, what);
    }

    /// Learns what time it is.
    pub(super) fn set_clock(&mut self, now: Time) {
        self.now = now;
    }

    pub(super) fn reseed(&mut self, seed: u64) {
        self.reseed_as(Seed::new(seed));
    }

    pub(super) fn live(&mut self, time: Time) {
        if self.state == VmState::Running {
            self.uptime = self.uptime + time;
        }
    }

    /// What the host feels of it at an elongation rate [aa/h].
    pub(super) fn tenant(&self, elongation_aa_per_h: f64) -> Tenant {
        let mut tenant = Tenant {
            weight: self.population.weight(elongation_aa_per_h),
            rna_nt: 0.0,
            polymerases: 0.0,
            polymerase_quota: self.allocation.polymerase_quota(),
            polymerases_for_mrna: Pool::at(self.unburdened_growth()).for_mrna(),
            decayed_aa: self.population.decayed_aa_per_h(),
            quota: self.allocation.ribosomes,
            atp_share: self.allocation.atp_percent / 100.0,
            priority: f64::from(self.allocation.priority),
        };
        tenant.transcribe(self.population.rna_nt_per_h(), self.unburdened_growth());
        tenant
    }

    /// Growth of the unburdened host in the medium [1/h].
    pub(super) fn unburdened_growth(&self) -> f64 {
        self.expression.as_ref().map_or(f64::INFINITY, |e| e.unburdened_growth_per_h)
    }

    /// The gene with a number: those of its genome come first, then those of its packages.
    pub fn gene(&self, index: usize) -> &Gene {
        let own = self.genome.genes();
        index
            .checked_sub(own.len())
            .and_then(|i| self.inserts.gene(i))
            .unwrap_or_else(|| &own[index])
    }

    /// All genes: those of its genome, then those of its packages.
    pub fn genes(&self) -> impl Iterator<Item = &Gene> {
        self.genome.genes().iter().chain(self.inserts.genes())
    }

    /// How many genes there are.
    pub fn gene_count(&self) -> usize {
        self.genome.genes().len() + self.inserts.genes().count()
    }

    /// The rates of the transcription unit of a gene in the present medium, if they are known.
    pub fn unit_rates(&self, index: usize) -> Option<UnitRates> {
        let units = self.unit_expressions(index, None);
        Some(units.into_iter().find(|unit| unit.genes.contains(&index))?.rates)
    }

    /// The name of a transcription unit: that of its gene, or of its operon.
    pub(super) fn unit_name(&self, unit: &GuestUnit) -> String {
        let genes = self.population.genes()[unit.genes()].iter();
        let names: Vec<&str> = genes.map(|gene| self.gene(gene.index).name()).collect();
        let first = self.population.genes()[unit.genes().start].index;
        let operon = self.gene(first).operon.as_ref().filter(|_| names.len() > 1);
        // Where promoters inside of it have transcripts of their own, these are named by their genes.
        let operon = operon.filter(|_| self.internal_promoters == InternalPromoters::Ignored);
        // An operon may be called like another gene.
        let operon = operon.filter(|name| self.gene_index(name).is_err());
        operon.cloned().unwrap_or_else(|| names.join("-"))
    }

    /// Whether promoters inside of operons have transcripts of their own.
    pub fn internal_promoters(&self) -> InternalPromoters {
        self.internal_promoters
    }

    /// Transcripts that one event makes on average where nothing else is said; 0 for one by one.
    pub fn burst(&self) -> f64 {
        self.burst
    }

    /// Sets how many transcripts one event makes on average, at all promoters of the VM, those that are open and
    /// those that will be.
    ///
    /// # Errors
    /// When it is no mean size of bursts. Then nothing has changed.
    pub fn set_burst(&mut self, burst: f64) -> Result<(), HypervisorError> {
        if !(0.0..=LARGEST_BURST).contains(&burst) {
            return Err(HypervisorError::Burst { given: burst });
        }
        self.burst = burst;
        self.population.set_burst(burst);
        Ok(())
    }

    /// The rates of a gene in the present medium, if they are known.
    pub fn rates(&self, index: usize) -> Option<&GeneRates> {
        match index.checked_sub(self.genome.genes().len()) {
            Some(number) => self.inserts.rates(number),
            None => self.expression.as_ref()?.gene(index),
        }
    }
}

fn check_id(id: &str) -> Result<(), HypervisorError> {
    let bad = |reason| Err(HypervisorError::BadId { id: id.chars().take(80).collect(), reason });
    if id.is_empty() {
        bad("it is empty")
    } else if id.chars().count() > LONGEST_ID {
        bad("it is longer than 64 characters")
    } else if id == "host" {
        bad("`host` is the name of the chassis")
    } else if id == "culture" {
        bad("`culture` is the name of what is recorded of a batch culture")
    } else if !id.starts_with(|c: char| c.is_ascii_alphabetic()) {
        bad("it must begin with a letter")
    } else if !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
        bad("it may have letters, digits, `_` and `-` only")
    } else {
        Ok(())
    }
}
