//! The contents of a package.

use semver::{Version, VersionReq};

use bioxen_base::units::short;
use bioxen_genome::HalfLives;
use bioxen_network::{Network, QuantityId};

/// A named set of genes, promoters and operons, or a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// Its name, which no other package has.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// What it says about itself.
    pub about: About,
    /// What else must, or must not, be installed.
    pub relations: Relations,
    /// The numbers that its user may give, with the values that they have.
    pub parameters: Vec<Parameter>,
    /// The DNA that it brings.
    pub construct: Construct,
    /// What its genes do to others.
    pub effects: Effects,
    /// The model that it is, if it is one.
    pub model: Option<Model>,
    /// The text that it was read from.
    pub text: String,
}

/// What a package says about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// What it does, in a sentence.
    pub description: String,
    /// Under what terms the file may be used.
    pub licence: String,
    /// The papers that its numbers come from.
    pub sources: Vec<String>,
    /// The biological types that it suits.
    pub types: Vec<String>,
}

/// The DNA of a package.
#[derive(Debug, Clone, PartialEq)]
pub struct Construct {
    /// Its genes.
    pub genes: Vec<PackagedGene>,
    /// Its promoters.
    pub promoters: Vec<Promoter>,
    /// Its transcription units.
    pub operons: Vec<Operon>,
}

/// What must, or must not, be installed with a package.
#[derive(Debug, Clone, PartialEq)]
pub struct Relations {
    /// What must be installed before it.
    pub dependencies: Vec<Requirement>,
    /// What must not be installed beside it.
    pub conflicts: Vec<Requirement>,
}

/// What the genes of a package do to promoters, proteins and transcripts.
#[derive(Debug, Clone, PartialEq)]
pub struct Effects {
    /// RNAs that lead a protein to a promoter.
    pub guides: Vec<Guide>,
    /// Proteases that degrade proteins, which wait for them together.
    pub proteases: Vec<Protease>,
    /// RNAs that pair with transcripts.
    pub small_rnas: Vec<SmallRna>,
}

/// A number that the user of a package may give.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// The value that it has.
    pub value: f64,
    /// The least that it may be.
    pub min: f64,
    /// The most that it may be.
    pub max: f64,
    /// Its unit, in words.
    pub unit: String,
    /// What it is, in words.
    pub description: String,
}

impl Default for Parameter {
    fn default() -> Self {
        let (name, unit, description) = Default::default();
        let (min, max) = (f64::NEG_INFINITY, f64::INFINITY);
        Self { name, value: 1.0, min, max, unit, description }
    }
}

impl Parameter {
    /// What it may be, in words.
    pub fn range(&self) -> String {
        match (self.min.is_finite(), self.max.is_finite()) {
            (true, true) => format!("from {} to {}", short(self.min), short(self.max)),
            (true, false) => format!("at least {}", short(self.min)),
            (false, true) => format!("at most {}", short(self.max)),
            (false, false) => "a finite number".to_owned(),
        }
    }
}

/// A package by name, in certain versions.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// Its name.
    pub name: String,
    /// The versions that are meant.
    pub versions: VersionReq,
}

/// A gene, which codes for a protein or whose RNA acts by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct PackagedGene {
    /// Its name.
    pub name: String,
    /// Whether its RNA is not translated.
    pub is_rna: bool,
    /// What it makes, in words.
    pub product: String,
    /// Length of the protein [aa]; 0 of a gene whose RNA acts by itself.
    pub length_aa: u32,
    /// Length of the coding sequence with its stop codon, or of the RNA [nt].
    pub length_nt: u32,
    /// How long its molecules live: mRNA as long as that of the host, and a protein for ever, where it
    /// is not said.
    pub half_lives: HalfLives,
    /// How well its mRNA is translated.
    pub translation: Translation,
    /// The functional class, as genomes have it.
    pub functional_class: Option<String>,
}

/// How well an mRNA is translated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Translation {
    /// Relative to the mean gene of the VM's genome.
    Efficiency(f64),
    /// Proteins made from one mRNA during its life, in the unburdened host.
    ProteinsPerMrna(f64),
}

/// How often a promoter that is fully open fires.
#[derive(Debug, Clone, PartialEq)]
pub enum Strength {
    /// mRNA made by all copies together [1/min], in the unburdened host.
    MrnaPerMin(f64),
    /// So many times the open promoter of a gene of the VM's genome.
    Native {
        /// The gene.
        gene: String,
        /// How many times.
        times: f64,
    },
}

/// A promoter and what acts on it.
///
/// Its activity is `leak + (1 - leak) * product of f` over its regulators, with `x` the active
/// molecules of a regulator: `f = 1 / (1 + (x/half)^n)` for a repressor and
/// `f = (x/half)^n / (1 + (x/half)^n)` for an activator (Hill, *J. Physiol.* 40:iv, 1910). Of
/// regulators of which any one is enough, `1 - product of (1 - f)` stands in the place of their `f`.
#[derive(Debug, Clone, PartialEq)]
pub struct Promoter {
    /// Its name.
    pub name: String,
    /// Its strength.
    pub strength: Strength,
    /// The part of the strength that no regulator takes away, 0 to 1.
    pub leak: f64,
    /// The copies of it in the reference cell, if it lies on a plasmid: they limit how often all together can
    /// fire. Without a number there are as many as of the chromosome.
    pub copies: Option<f64>,
    /// What acts on it.
    pub regulators: Vec<Regulator>,
    /// Places of regulators of which any one is enough. No regulator stands in two of these lists.
    pub any: Vec<Vec<usize>>,
}

/// What a regulator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegulatorKind {
    /// It shuts the promoter.
    Repressor,
    /// It opens the promoter.
    Activator,
}

/// Where the molecules of a regulator come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// The protein of a gene of this package, or of one that it depends on.
    Protein(String),
    /// A number that does not change, such as a repressor of the host's own.
    Constant {
        /// Its name.
        name: String,
        /// How many there are [molecules].
        molecules: f64,
    },
}

/// What acts on a promoter.
#[derive(Debug, Clone, PartialEq)]
pub struct Regulator {
    /// What it does.
    pub kind: RegulatorKind,
    /// Where it comes from.
    pub source: Source,
    /// How many active molecules have half of the effect [molecules].
    pub half: f64,
    /// Hill coefficient.
    pub n: f64,
    /// The substance in the medium that acts on it.
    pub inducer: Option<Inducer>,
}

impl Regulator {
    /// Its name.
    pub fn name(&self) -> &str {
        match &self.source {
            Source::Protein(name) | Source::Constant { name, .. } => name,
        }
    }
}

/// An RNA that leads a protein, such as dCas9, to a promoter, where both block transcription (CRISPR
/// interference; Qi et al., *Cell* 152:1173, 2013).
///
/// With `D` molecules of the protein and `g` of each RNA that it binds, `D / (1 + sum of g/Kd)` are free, and
/// `C = free * g/Kd` are bound to this RNA: guides compete for the protein. The promoter fires
/// `1 / (1 + (max_fold - 1) C / (C + half))` times as often.
#[derive(Debug, Clone, PartialEq)]
pub struct Guide {
    /// The gene of the RNA, of this package or of one that it depends on.
    pub rna: String,
    /// The gene of the protein, likewise.
    pub protein: String,
    /// The promoter that is blocked.
    pub target: Target,
    /// By how much it is blocked at most.
    pub max_fold: f64,
    /// How many complexes block half of it [molecules].
    pub half: f64,
    /// How many molecules of the RNA bind half of the protein [molecules].
    pub kd: f64,
}

/// What a guide leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A promoter of its package, by its place.
    Promoter(usize),
    /// The promoter from which a gene of the genome is transcribed.
    Gene(String),
}

/// A protease that the proteins of several genes share, whose number does not change, such as ClpXP of the host.
///
/// With `E` molecules and `p` of each protein, `kcat E p / (km + sum of all p)` of one are degraded, beside its decay
/// and its dilution: proteins wait in one queue (Cookson et al., *Mol. Syst. Biol.* 2011; Mather et al.,
/// *Biophys. J.* 99:3172, 2010). Packages of a VM that name the same protease share it.
#[derive(Debug, Clone, PartialEq)]
pub struct Protease {
    /// Its name.
    pub name: String,
    /// How many there are [molecules].
    pub molecules: f64,
    /// How many proteins each degrades if it never waits [1/min].
    pub kcat_per_min: f64,
    /// With how many proteins it degrades half as many [molecules].
    pub km: f64,
    /// The genes of the proteins: of this package, of one that it depends on, or of the genome.
    pub substrates: Vec<String>,
}

impl Protease {
    /// How many proteins all of it degrade at most [1/h].
    pub fn most_per_h(&self) -> f64 {
        60.0 * self.kcat_per_min * self.molecules
    }

    /// Its numbers, in words.
    pub(crate) fn numbers(&self) -> String {
        let (molecules, kcat, km) = (self.molecules, self.kcat_per_min, self.km);
        format!("molecules = {molecules}, kcat_per_min = {kcat}, km = {km}")
    }
}

/// A small RNA that pairs with the transcripts of a gene: both are lost together, at the rate `k s m` (Levine et
/// al., *PLoS Biol.* 2007). A transcript of several genes is lost as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct SmallRna {
    /// The gene of the RNA, of this package or of one that it depends on.
    pub rna: String,
    /// The gene: of this package, of one that it depends on, or of the genome.
    pub gene: String,
    /// How fast a pair of molecules meets [1/min].
    pub rate_per_min: f64,
}

/// A substance in the medium that takes a repressor off its promoter, or lets an activator bind.
///
/// With `c` its concentration, a repressor stays active to the part `1 / (1 + c/half)^n` (the form
/// of Gardner et al., *Nature* 403:339, 2000), an activator becomes so to the part
/// `(c/half)^n / (1 + (c/half)^n)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Inducer {
    /// Its name, as `medium` has it.
    pub substance: String,
    /// Its concentration of half binding [uM].
    pub half_um: f64,
    /// The exponent.
    pub n: f64,
}

impl Inducer {
    /// The part of a regulator that is active at a concentration [uM].
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::package::{Inducer, RegulatorKind};
    /// let iptg = Inducer { substance: "IPTG".into(), half_um: 30.0, n: 2.0 };
    /// assert_eq!(iptg.active(RegulatorKind::Repressor, 0.0), 1.0);
    /// assert_eq!(iptg.active(RegulatorKind::Repressor, 30.0), 0.25);
    /// assert_eq!(iptg.active(RegulatorKind::Activator, 30.0), 0.5);
    /// ```
    pub fn active(&self, kind: RegulatorKind, micromolar: f64) -> f64 {
        let relative = micromolar.max(0.0) / self.half_um;
        match kind {
            RegulatorKind::Repressor => (1.0 + relative).powf(-self.n),
            RegulatorKind::Activator => hill(relative, self.n),
        }
    }
}

/// `x^n / (1 + x^n)`, and 1 where the power is too large for a number.
pub(crate) fn hill(x: f64, n: f64) -> f64 {
    let power = x.max(0.0).powf(n);
    if power.is_finite() { power / (1.0 + power) } else { 1.0 }
}

/// Genes that are transcribed together from one promoter.
#[derive(Debug, Clone, PartialEq)]
pub struct Operon {
    /// Its name.
    pub name: String,
    /// The place of its promoter in the package.
    pub promoter: usize,
    /// The places of its genes in the package, in the order of transcription.
    pub genes: Vec<usize>,
    /// Length of the DNA that is mapped for it [nt].
    pub length_nt: u32,
}

/// A model that runs beside a VM.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The model in SBML, as it was read.
    pub sbml: String,
    /// The reactions, rules and events.
    pub network: Network,
    /// What is recorded of it: `(name, place among the network's quantities)`.
    pub observed: Vec<(String, usize)>,
    /// The amount of each species with the size of its compartment.
    pub sizes: Vec<(QuantityId, QuantityId)>,
    /// Cell time that its unit of time lasts [min].
    pub minutes_per_time_unit: f64,
    /// How many molecules its unit of substance is, if it says so.
    pub molecules_per_unit: Option<f64>,
    /// What of the document has no effect, in words.
    pub remarks: Vec<String>,
}

impl Package {
    /// The gene of that name, with its place.
    pub fn gene(&self, name: &str) -> Option<(usize, &PackagedGene)> {
        self.construct.genes.iter().enumerate().find(|(_, gene)| gene.name == name)
    }

    /// The operon that a gene belongs to; each gene has one.
    pub fn operon_of(&self, gene: usize) -> Option<&Operon> {
        self.construct.operons.iter().find(|operon| operon.genes.contains(&gene))
    }

    /// `name version`.
    pub fn label(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
}
