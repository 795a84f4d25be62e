//! The response of operons to the medium.
//!
//! The facts of *E. coli* ship inside the binary (`genomes/ecoli.regulation`): for each operon its
//! regulators, what acts on them, and by how much the promoter differs between the two ends of
//! their activity. The activity of an operon's promoter, 1 being open, is the product over its
//! regulators of
//!
//! ```text
//! repressor, attenuator: f = 1 / (1 + (r - 1) a)      activator: f = (1 + (r - 1) a) / r
//! ```
//!
//! with `r` the fold and `a` the active fraction of the regulator ([`Response`]). A repressor that loops
//! the DNA has a law of its own ([`Loops`]). Where folds of single genes were measured, `r` is that of the
//! gene.

mod circumstances;
mod levels;
mod loops;
mod operon;
mod parse;
mod response;

pub use circumstances::{Circumstances, Cyclase, REFERENCE};
pub use levels::{Level, level_of_operon, shipped_levels};
pub use loops::Loops;
pub use operon::Looped;
pub use parse::{RegulationError, RegulationFault};
pub use response::{CataboliteLine, Response, TwoStates};

use std::collections::HashMap;
use std::sync::OnceLock;

/// What a regulator does to transcription.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RegulatorKind {
    /// Shuts the promoter until its effectors take it off.
    Repressor,
    /// Shuts the promoter by loops between operators until its effectors take it off.
    Looping(Loops),
    /// Shuts the promoter once its effectors are there.
    Corepressor,
    /// Opens the promoter once its effectors are there.
    Activator,
    /// Ends transcription early once its effectors are there.
    Attenuator,
}

/// One regulator of an operon.
#[derive(Debug, Clone, PartialEq)]
pub struct Regulator {
    /// Its name.
    pub name: String,
    /// What it does.
    pub kind: RegulatorKind,
    /// The gene of a looping repressor, whose amount counts.
    pub gene: Option<String>,
    /// What acts on it, and how.
    pub effectors: Vec<(String, Response)>,
    /// Base-2 logarithm of the fold between the two ends of its activity.
    pub log2_fold: f64,
    /// The same for genes of the operon that differ.
    pub by_gene: Vec<(String, f64)>,
    /// Where the numbers are from.
    pub basis: String,
}

/// An operon and what regulates it.
#[derive(Debug, Clone, PartialEq)]
pub struct RegulatedOperon {
    /// Its name.
    pub name: String,
    /// Its genes, in the order of transcription.
    pub genes: Vec<String>,
    /// Its regulators.
    pub regulators: Vec<Regulator>,
}

/// What is there of each substance [mM].
pub trait Concentrations {
    /// Concentration of a substance [mM]; zero if it is not there.
    fn millimolar(&self, substance: &str) -> f64;
}

/// Glucose of the medium in which the transcript abundances were measured [mM]: 0.4 % in M9.
pub const REFERENCE_GLUCOSE_MM: f64 = 22.2;

/// The medium in which the transcript abundances were measured: glucose and nothing else that acts.
#[derive(Debug, Clone, Copy)]
pub struct ReferenceMedium;

impl Concentrations for ReferenceMedium {
    fn millimolar(&self, substance: &str) -> f64 {
        if substance == "glucose" { REFERENCE_GLUCOSE_MM } else { 0.0 }
    }
}

/// What is known of the regulation of *E. coli*.
///
/// # Errors
/// When the file inside the binary is damaged, which a test rules out.
pub fn shipped_regulation() -> Result<&'static [RegulatedOperon], RegulationError> {
    static SHIPPED: OnceLock<Result<Vec<RegulatedOperon>, RegulationError>> = OnceLock::new();
    let text = include_str!("../../../genomes/ecoli.regulation");
    SHIPPED.get_or_init(|| parse::parse(text)).as_deref().map_err(Clone::clone)
}

/// The operons of a table of regulation, in the format of `genomes/ecoli.regulation`.
///
/// # Errors
/// When a line cannot be read.
///
/// # Examples
/// ```
/// let text = "operon\tgenes\tregulator\tkind\teffectors\tlog2_fold\tby_gene\tbasis\n\
///             ara\taraB,araA\tAraC\tactivator\tarabinose=hill:400:1:1\t8.23\t\tassumed\n";
/// let operons = bioxen_genome::regulation::read(text)?;
/// assert_eq!(operons[0].genes, ["araB", "araA"]);
/// # Ok::<(), bioxen_genome::regulation::RegulationError>(())
/// ```
pub fn read(text: &str) -> Result<Vec<RegulatedOperon>, RegulationError> {
    parse::parse(text)
}

/// The regulated operon to which a gene belongs.
pub fn operon_of_gene(gene: &str) -> Option<&'static RegulatedOperon> {
    // Each gene of a genome asks when a VM is made.
    static OPERONS: OnceLock<HashMap<&str, &RegulatedOperon>> = OnceLock::new();
    let known = OPERONS.get_or_init(|| {
        let mut known = HashMap::new();
        for operon in shipped_regulation().unwrap_or_default() {
            for gene in &operon.genes {
                known.entry(gene.as_str()).or_insert(operon);
            }
        }
        known
    });
    known.get(gene).copied()
}

/// Inducers of regulators that come with packages, beside those of the operons here: of LuxR (AHL),
/// TetR (aTc), CymR (cumate), RhaR (rhamnose) and VanR (vanillate).
const FOREIGN_INDUCERS: [&str; 5] = ["AHL", "aTc", "cumate", "rhamnose", "vanillate"];

/// All substances that act on a regulator, in alphabetical order, glucose among them.
pub fn substances() -> Vec<&'static str> {
    let operons = shipped_regulation().unwrap_or_default();
    let regulators = operons.iter().flat_map(|o| &o.regulators);
    let mut names: Vec<&str> =
        regulators.flat_map(|r| &r.effectors).map(|(name, _)| name.as_str()).collect();
    names.push("glucose");
    names.extend(FOREIGN_INDUCERS);
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests;
