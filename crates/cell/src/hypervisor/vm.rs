//! One virtual machine: a genome, its life, its allocation and its molecules.

mod copy;
mod inserts;
pub(super) mod log;
mod mapping;
mod operons;
mod packages;
mod plasmids;
mod saved;

pub use log::{LOG_LENGTH, Log, LogEntry, LogKind};
pub use mapping::Promoter;
pub(super) use mapping::{MOST_TPM, STRONGEST};
pub use operons::OperonStatus;
pub(super) use plasmids::with_plasmids;
pub(super) use saved::Saved;

use std::path::PathBuf;
use std::sync::Arc;

use super::biology::BiologicalType;
use super::cycle::CellCycle;
use super::error::HypervisorError;
use super::expression::{Expression, GeneRates};
use super::limits::{Allocation, Limits, Resource, check, check_limits};
use super::medium::Medium;
use super::model::RunningModel;
use super::plasmid::Plasmid;
use super::population::Population;
use super::rules::Rules;
use super::run::VmFailure;
use super::state::{Transition, VmState};
use crate::chassis::{Chassis, Tenant};
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
}

impl Vm {
    pub(super) fn new(
        spec: VmSpec,
        ordinal: u64,
        host_ribosomes: f64,
        medium: Arc<Medium>,
    ) -> Result<Self, HypervisorError> {
        check_id(&spec.id)?;
        check_limits(&spec.limits, host_ribosomes)?;
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
            population: Population::new(Rng::new(Seed::new(0).lane(ordinal))),
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

    /// Begins to run, or begins again after a stop. The genes of its packages are mapped.
    ///
    /// # Errors
    /// When it runs or is paused, or its packages and plasmids do not fit into its memory. Then
    /// nothing has changed.
    pub fn start(&mut self) -> Result<(), HypervisorError> {
        let (state, started) = (self.state, self.state.try_after(&self.id, Transition::Start)?);
        // Plasmids take their room with the state, and packages what is left.
        self.state = started;
        if let Err(error) = self.check_plasmids_fit().and_then(|()| self.map_packages()) {
            self.state = state;
            return Err(error);
        }
        self.join_cell();
        self.open_constitutive_genes();
        self.note(LogKind::LifeCycle, format!("{started} by {}", Transition::Start.name()));
        Ok(())
    }

    /// Loses its mRNA and unmaps its DNA.
    ///
    /// # Errors
    /// When it has not been started.
    pub fn stop(&mut self) -> Result<(), HypervisorError> {
        self.move_by(Transition::Stop)?;
        self.population.lose_mrna();
        Ok(())
    }

    /// Freezes; its ribosomes go back to the host.
    ///
    /// # Errors
    /// When it does not run.
    pub fn pause(&mut self) -> Result<(), HypervisorError> {
        self.move_by(Transition::Pause)
    }

    /// Goes on after a pause.
    ///
    /// # Errors
    /// When it is not paused.
    pub fn resume(&mut self) -> Result<(), HypervisorError> {
        self.move_by(Transition::Resume)?;
        self.join_cell();
        Ok(())
    }

    fn move_by(&mut self, transition: Transition) -> Result<(), HypervisorError> {
        self.state = self.state.try_after(&self.id, transition)?;
        self.note(LogKind::LifeCycle, format!("{} by {}", self.state, transition.name()));
        Ok(())
    }

    /// Freezes for good: what its genes do cannot be simulated any more. Only [`Self::stop`] helps.
    pub(super) fn fail(&mut self, reason: &str) {
        self.state = VmState::Error;
        self.note(LogKind::Failure, reason.to_owned());
    }

    /// Why it could not be simulated any more, if it is in that state.
    pub fn failure(&self) -> Option<VmFailure> {
        if self.state != VmState::Error {
            return None;
        }
        let last = self.log.entries().filter(|entry| entry.kind == LogKind::Failure).last();
        let (at, reason) = match last {
            Some(entry) => (entry.time, entry.what.clone()),
            None => (self.now, "unknown".to_owned()),
        };
        Some(VmFailure { vm: self.id.clone(), at, reason })
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

    /// Takes other limits; what is allocated follows ([`Allocation::within`]).
    ///
    /// # Errors
    /// When one is not finite and positive, exceeds the host, or is less than what is in use.
    pub(super) fn set_limits(
        &mut self,
        limits: Limits,
        host_ribosomes: f64,
    ) -> Result<(), HypervisorError> {
        // A limit that stays is not asked for anew, whatever became of the host.
        let stays = limits.max_ribosomes == self.limits.max_ribosomes;
        check_limits(&limits, if stays { f64::INFINITY } else { host_ribosomes })?;
        let resident = self.resident_kb();
        if limits.max_memory_kb < resident {
            return Err(HypervisorError::MemoryInUse { asked: limits.max_memory_kb, resident });
        }
        self.allocation = self.allocation.within(&self.limits, &limits);
        self.limits = limits;
        let Limits { max_ribosomes, max_atp_percent, max_memory_kb } = limits;
        self.note(
            LogKind::Allocation,
            format!(
                "limits of {max_ribosomes:.0} ribosomes, {max_atp_percent} % of the ATP, \
                 {max_memory_kb} kb of DNA memory"
            ),
        );
        Ok(())
    }

    /// Allocates ribosomes.
    ///
    /// # Errors
    /// When the number is not finite, not positive or over the limit.
    pub fn allocate_ribosomes(&mut self, count: f64) -> Result<(), HypervisorError> {
        self.allocation.ribosomes = check(Resource::Ribosomes, count, self.limits.max_ribosomes)?;
        self.note(LogKind::Allocation, format!("{count} ribosomes"));
        Ok(())
    }

    /// Allocates ribosomes that were calculated to lie within the limit.
    pub(super) fn reallocate_ribosomes(&mut self, count: f64) {
        self.allocation.ribosomes = count;
    }

    /// Allocates a share of the host's ATP production [%].
    ///
    /// # Errors
    /// When the number is not finite, not positive or over the limit.
    pub fn allocate_atp(&mut self, percent: f64) -> Result<(), HypervisorError> {
        self.allocation.atp_percent = check(Resource::Atp, percent, self.limits.max_atp_percent)?;
        self.note(LogKind::Allocation, format!("{percent} % of the ATP"));
        Ok(())
    }

    /// Allocates DNA memory [kb].
    ///
    /// # Errors
    /// When the number is not finite, not positive, over the limit or less than what is in use.
    pub fn allocate_memory(&mut self, kb: f64) -> Result<(), HypervisorError> {
        let asked = check(Resource::Memory, kb, self.limits.max_memory_kb)?;
        let resident = self.resident_kb();
        if asked < resident {
            return Err(HypervisorError::MemoryInUse { asked, resident });
        }
        self.allocation.memory_kb = asked;
        self.note(LogKind::Allocation, format!("{asked} kb of DNA memory"));
        Ok(())
    }

    /// Sets who yields first when the host does not suffice.
    ///
    /// # Errors
    /// When the number is not one of 1 to 5.
    pub fn set_priority(&mut self, priority: f64) -> Result<(), HypervisorError> {
        if !(1.0..=5.0).contains(&priority) || priority.fract() != 0.0 {
            return Err(HypervisorError::Priority { given: priority });
        }
        self.allocation.priority = priority as u8;
        self.note(LogKind::Allocation, format!("priority {priority}"));
        Ok(())
    }

    pub(super) fn calibrate(&mut self, settled: &Chassis) -> Result<(), HypervisorError> {
        // Plasmids are no part of the native genome that closes the account.
        let native = Expression::calibrate(&self.chromosome, self.biological_type, settled)?;
        let expression = native.with_replicon(&self.genome, self.chromosome.genes().len());
        self.express_by(Arc::new(expression));
        Ok(())
    }

    /// The same for a new VM beside others; those of the same genome share what was calculated.
    pub(super) fn calibrate_beside(
        &mut self,
        others: &[Self],
        settled: &Chassis,
    ) -> Result<(), HypervisorError> {
        let growth_per_h = settled.rates().growth_per_h;
        let alike = |other: &&Self| {
            Arc::ptr_eq(&other.genome, &self.genome)
                && Arc::ptr_eq(&other.chromosome, &self.chromosome)
                && other.biological_type == self.biological_type
                && other.unburdened_growth() == growth_per_h
        };
        match others.iter().rev().find(alike).and_then(|other| other.expression.clone()) {
            Some(expression) => {
                self.express_by(expression);
                Ok(())
            }
            None => self.calibrate(settled),
        }
    }

    fn express_by(&mut self, expression: Arc<Expression>) {
        self.expression = Some(Arc::clone(&expression));
        self.calibrate_inserts();
        let (genome, inserts) = (&self.genome, &self.inserts);
        self.population.recalibrate(|gene| {
            match (gene.index.checked_sub(genome.genes().len()), gene.assumed_tpm) {
                (Some(number), _) => inserts.rates(number).copied(),
                (None, Some(tpm)) => Some(expression.assumed(&genome.genes()[gene.index], tpm)),
                (None, None) => expression.gene(gene.index).copied(),
            }
        });
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
        Tenant {
            weight: self.population.weight(elongation_aa_per_h),
            rna_nt: self.population.rna_nt_per_h() / self.unburdened_growth(),
            decayed_aa: self.population.decayed_aa_per_h(),
            quota: self.allocation.ribosomes,
            atp_share: self.allocation.atp_percent / 100.0,
            priority: f64::from(self.allocation.priority),
        }
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
