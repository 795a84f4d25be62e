//! What can go wrong with VMs.

mod words;

use super::biology::PluginName;
use thiserror::Error;
use words::{either, list_open, list_plasmids, some, to_the_base, two_plasmids};

use super::biology::BiologicalType;
use super::limits::Resource;
use super::population::LARGEST_BURST;
use super::state::VmState;
use crate::cells::CellsError;
use crate::chassis::ChassisError;
use crate::package::PackageError;
use bioxen_base::nearest::hint;
use bioxen_base::units::{Concentration, Time, short};
use bioxen_engine::EngineError;

/// An error of the hypervisor.
#[derive(Debug, Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum HypervisorError {
    /// The id is taken.
    #[error("there is a VM `{id}` already; choose another id")]
    DuplicateVm {
        /// The id.
        id: String,
    },
    /// The id cannot be used.
    #[error("`{id}` cannot be the id of a VM: {reason}")]
    BadId {
        /// The id.
        id: String,
        /// Why not.
        reason: &'static str,
    },
    /// There is no such VM.
    #[error("there is no VM `{id}`{}", hint(.nearest.as_deref()))]
    UnknownVm {
        /// The id.
        id: String,
        /// The nearest id.
        nearest: Option<String>,
    },
    /// There is no such biological type.
    #[error("unknown biological type `{given}`{}; valid: {}", hint(.nearest.as_deref()), .valid.join(", "))]
    UnknownBiologicalType {
        /// What was given.
        given: String,
        /// The nearest.
        nearest: Option<String>,
        /// All there are.
        valid: Vec<&'static str>,
    },
    /// A state needs a plug-in that is not there.
    #[error("plug-in {needed} is needed, and it is not loaded")]
    PluginMissing {
        /// The plug-in.
        needed: Box<PluginName>,
    },
    /// A state needs a plug-in that is there with other contents.
    #[error("plug-in `{}` has changed: {needed} is needed, and {found} is loaded", needed.plugin)]
    PluginChanged {
        /// The plug-in as it is needed.
        needed: Box<PluginName>,
        /// The plug-in as it is there.
        found: Box<PluginName>,
    },
    /// There is no room for another type of a plug-in.
    #[error(
        "this process has known {most} biological types of plug-ins, and keeps no more; start BioXen anew"
    )]
    TooManyTypes {
        /// How many are kept.
        most: usize,
    },
    /// There is no such solver.
    #[error("unknown solver `{given}`{}; valid: stochastic, tau_leap, deterministic", hint(.nearest.as_deref()))]
    UnknownSolver {
        /// What was given.
        given: String,
        /// The nearest.
        nearest: Option<String>,
    },
    /// The rules of the VM forbid the genes.
    #[error("VM `{id}` may express {rule}, and not {}", some(.genes))]
    Forbidden {
        /// The VM.
        id: String,
        /// The genes.
        genes: Vec<String>,
        /// The rule.
        rule: &'static str,
    },
    /// A number of copies that cannot be.
    #[error("{} copies of a plasmid are not possible; give a number above 0 up to 2000", short(*.given))]
    Copies {
        /// What was given.
        given: f64,
    },
    /// Nobody says how many copies there are.
    #[error(
        "plasmid {plasmid} does not say how many copies there are, and shows no origin of replication by which they are known; give a number"
    )]
    NoCopies {
        /// The plasmid.
        plasmid: String,
        /// What it was called in the call.
        given: String,
    },
    /// Two plasmids whose control of replication is one.
    #[error(
        "{} cannot be kept together: both are of the incompatibility group {group}",
        two_plasmids(plasmid, present)
    )]
    Incompatible {
        /// The plasmid.
        plasmid: String,
        /// The one that is there.
        present: String,
        /// Their group.
        group: String,
    },
    /// The cell outgrows any plasmid.
    #[error(
        "a cell that grows at {growth_per_h:.2}/h cannot keep a plasmid, which replicates 8.56 times an hour at most"
    )]
    TooFast {
        /// Growth rate [1/h].
        growth_per_h: f64,
    },
    /// The VM has no such plasmid.
    #[error("VM `{id}` has no plasmid `{given}`{}; {}", hint(.nearest.as_deref()), list_plasmids(.known))]
    UnknownPlasmid {
        /// The VM.
        id: String,
        /// What was given.
        given: String,
        /// The nearest.
        nearest: Option<String>,
        /// All it has.
        known: Vec<String>,
    },
    /// Genes of the plasmid bear names that are taken.
    #[error(
        "plasmid {plasmid} cannot join {genome}: the genome or a package has a gene of one of its names"
    )]
    PlasmidGenes {
        /// The plasmid.
        plasmid: String,
        /// The genome.
        genome: String,
    },
    /// The gene lies on a plasmid that is no more.
    #[error("`{gene}` lies on plasmid {plasmid}, of which there is no copy any more")]
    PlasmidGone {
        /// The gene.
        gene: String,
        /// Its plasmid.
        plasmid: String,
    },
    /// Cells in a batch culture use up their medium.
    #[error("a batch culture has no steady state: it uses up its medium")]
    SteadyInBatch,
    /// A model of a package is simulated apart from host and guests.
    #[error(
        "the steady state of VM `{id}` would leave out its package {package}, which is a model of its own"
    )]
    SteadyModel {
        /// The VM.
        id: String,
        /// The package.
        package: String,
    },
    /// No steady state was found.
    #[error("no steady state was found, though {} were calculated ahead: {reason}", Time::from_hours(*.hours))]
    NoSteadyState {
        /// Cell time that was lived through [h].
        hours: f64,
        /// What Newton's method said.
        reason: String,
    },
    /// Nobody translates anything.
    #[error(
        "no running VM translates anything, so there is nothing to divide; start a transcription and run first"
    )]
    NothingToOptimize,
    /// Nobody translates anything yet.
    #[error(
        "no running VM has mRNA yet, so there is nothing to divide; what is being transcribed makes some: run for a while first"
    )]
    NothingTranscribedYet,
    /// There is no such regulated operon.
    #[error("unknown regulated operon `{given}`{}; valid: {}", hint(.nearest.as_deref()), .known.join(", "))]
    UnknownOperon {
        /// What was given.
        given: String,
        /// The nearest.
        nearest: Option<String>,
        /// All there are.
        known: Vec<String>,
    },
    /// No regulator responds to that substance, and it neither feeds nor inhibits the host.
    #[error("unknown substance `{given}`{}; valid: {}", hint(.nearest.as_deref()), .known.join(", "))]
    UnknownSubstance {
        /// What was given.
        given: String,
        /// The nearest.
        nearest: Option<String>,
        /// All there are.
        known: Vec<String>,
    },
    /// A concentration that cannot be.
    #[error(
        "{} of {substance} are not possible; a concentration is zero or more, and at most {} mM",
        Concentration::fitting(*.given),
        short(*.most)
    )]
    Concentration {
        /// Of what.
        substance: String,
        /// What was given [mM].
        given: f64,
        /// The highest that is accepted [mM].
        most: f64,
    },
    /// A biomass that cannot be.
    #[error("a biomass of {} g/L is not possible; it is a positive number up to 100", short(*.given))]
    Biomass {
        /// What was given [g/L].
        given: f64,
    },
    /// The VM is of another biological type.
    #[error("VM `{id}` is of type {is}; {wanted} is for {} only", .types.join(" and "))]
    WrongType {
        /// The VM.
        id: String,
        /// What it is.
        is: BiologicalType,
        /// What was wanted.
        wanted: &'static str,
        /// The types that have it.
        types: Vec<&'static str>,
    },
    /// The VM's genome has no such gene.
    #[error("VM `{id}` ({genome}) has no gene `{gene}`{}", hint(.nearest.as_deref()))]
    UnknownGene {
        /// The VM.
        id: String,
        /// Its genome.
        genome: String,
        /// The gene.
        gene: String,
        /// The nearest.
        nearest: Option<String>,
    },
    /// Several genes share a name.
    #[error("`{gene}` could be {}; name one of them", either(.genes))]
    SharedName {
        /// The name.
        gene: String,
        /// The genes, by names of their own.
        genes: Vec<String>,
    },
    /// The gene makes no protein.
    #[error(
        "`{gene}` is no protein-coding gene but {kind}; only protein-coding genes are expressed"
    )]
    NotCoding {
        /// The gene.
        gene: String,
        /// What it is.
        kind: String,
    },
    /// How strongly the gene is expressed is not known.
    #[error(
        "the expression of `{gene}` is not known: the genome gives no transcript abundance (tpm) for it"
    )]
    NoExpression {
        /// The gene.
        gene: String,
    },
    /// The genome has nothing to calibrate expression with.
    #[error("genome `{genome}` gives no transcript abundance (tpm) for any protein-coding gene")]
    NoAbundances {
        /// The genome.
        genome: String,
    },
    /// The gene is not mapped.
    #[error("gene `{gene}` of VM `{id}` is not being transcribed{}", list_open(.transcribing))]
    NotTranscribing {
        /// The VM.
        id: String,
        /// The gene.
        gene: String,
        /// What is.
        transcribing: Vec<String>,
    },
    /// No genes were named.
    #[error("no gene was named; give at least one, such as [\"lacZ\"]")]
    NoGenes,
    /// A promoter strength is no positive number.
    #[error(
        "a promoter strength of {} is not possible; it is a positive number up to 10000, 1 for the native promoter",
        short(*.given)
    )]
    Strength {
        /// What was given.
        given: f64,
    },
    /// An abundance that cannot be assumed.
    #[error("an abundance of {} TPM is not possible; it is a positive number up to a million", short(*.given))]
    Abundance {
        /// What was given.
        given: f64,
    },
    /// Promoters inside of operons were to be told apart when it was too late.
    #[error(
        "VM `{id}` has transcribed genes already; whether operons have promoters inside is decided before that, right after it was made"
    )]
    TranscribedBefore {
        /// The VM.
        id: String,
    },
    /// A gain of a permease that cannot be.
    #[error("a permease gain of {given} is not possible; it is a number from 0 (none) to 10000")]
    Gain {
        /// What was given.
        given: f64,
    },
    /// Bursts that are not possible.
    #[error(
        "bursts of {} transcripts are not possible; it is a mean size from 0 (one by one) to {}",
        short(*.given),
        short(LARGEST_BURST)
    )]
    Burst {
        /// What was given.
        given: f64,
    },
    /// The move is not allowed in this state.
    #[error("VM `{id}` is in the state {state}, in which it cannot {wanted}; it can: {}", .allowed.join(", "))]
    Transition {
        /// The VM.
        id: String,
        /// Its state.
        state: VmState,
        /// The move.
        wanted: &'static str,
        /// What is allowed.
        allowed: Vec<&'static str>,
    },
    /// The VM does not run.
    #[error("VM `{id}` is {state}; {wanted} needs a running VM: {remedy} it first")]
    NotRunning {
        /// The VM.
        id: String,
        /// Its state.
        state: VmState,
        /// What was wanted.
        wanted: &'static str,
        /// The call that would make it run.
        remedy: &'static str,
    },
    /// The number is infinite or not a number.
    #[error("{} is no amount of {resource}; give a finite number above 0", short(*.asked))]
    NotFinite {
        /// What was to be allocated.
        resource: Resource,
        /// How much.
        asked: f64,
    },
    /// No priority is so.
    #[error(
        "{} is no priority; it is a whole number from 1, which yields first, to 5, which yields last",
        short(*.given)
    )]
    Priority {
        /// What was given.
        given: f64,
    },
    /// The number is negative.
    #[error("{} is a negative amount of {resource}; give a number above 0", short(*.asked))]
    Negative {
        /// What was to be allocated.
        resource: Resource,
        /// How much.
        asked: f64,
    },
    /// The number is zero.
    #[error(
        "an allocation of no {resource} would starve the VM; give a number above 0, or pause it"
    )]
    Zero {
        /// What was to be allocated.
        resource: Resource,
    },
    /// More than the VM's limit.
    #[error("{}", .resource.exceeds(*.asked, *.limit))]
    OverLimit {
        /// What was to be allocated.
        resource: Resource,
        /// How much.
        asked: f64,
        /// The limit.
        limit: f64,
    },
    /// More than the host has.
    #[error("{}", .resource.exceeds_host(*.asked, *.available))]
    OverChassis {
        /// What was to be allocated.
        resource: Resource,
        /// How much.
        asked: f64,
        /// What the host has.
        available: f64,
    },
    /// More than the host has, for a VM without a limit of its own.
    #[error("{} exceed the host, which has {available:.0}", .resource.amount(*.asked))]
    OverHost {
        /// What was to be allocated.
        resource: Resource,
        /// How much.
        asked: f64,
        /// What the host has.
        available: f64,
    },
    /// Less memory than is in use.
    #[error(
        "{} kb of DNA memory are less than the {resident:.2} kb in use; stop the transcription of some genes first",
        short(*.asked)
    )]
    MemoryInUse {
        /// What was asked [kb].
        asked: f64,
        /// What is resident [kb].
        resident: f64,
    },
    /// A second batch.
    #[error("the cells grow in a batch already")]
    InBatch,
    /// The genes do not fit.
    #[error(
        "mapping {genes} needs {} kb of DNA memory more; {} of the allocated {} kb are in use",
        to_the_base(*.needed),
        to_the_base(*.resident),
        to_the_base(*.allocated)
    )]
    OutOfMemory {
        /// The genes.
        genes: String,
        /// What they need [kb].
        needed: f64,
        /// What is resident [kb].
        resident: f64,
        /// What is allocated [kb].
        allocated: f64,
    },
    /// A time must be positive.
    #[error("{what} of {given} is not possible; give a positive time")]
    Duration {
        /// What the time is for.
        what: &'static str,
        /// What was given.
        given: Time,
    },
    /// A run would record more than memory holds.
    #[error(
        "{samples} samples of {columns} quantities are more than can be recorded; sample less often or run shorter"
    )]
    TooManySamples {
        /// The number of samples.
        samples: u64,
        /// The number of columns.
        columns: usize,
    },
    /// The state of a model does not fit it.
    #[error("the states of {models} models were to be there, and are not, or are those of others")]
    ModelState {
        /// How many models there are.
        models: usize,
    },
    /// A VM could not go on in one of many runs.
    #[error("in repetition {repetition} of {of}, {failure}")]
    Repetition {
        /// Which run, from 1.
        repetition: u64,
        /// How many there are.
        of: u64,
        /// The VM, and why.
        failure: super::VmFailure,
    },
    /// Something about a package.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The host failed.
    #[error(transparent)]
    Chassis(#[from] ChassisError),
    /// Something about a population of cells.
    #[error(transparent)]
    Cells(#[from] CellsError),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}
