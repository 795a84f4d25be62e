//! The response of operons to the medium.
//!
//! The facts of *E. coli* ship inside the binary (`genomes/ecoli.regulation`): for each operon its
//! regulators, what acts on them, and by how much the promoter differs between the two ends of
//! their activity. An operon's activity is
//!
//! ```text
//! F = leak + (1 - leak) * product over the regulators of f,
//! repressor, attenuator: f = 1 / (1 + (r - 1) a)      activator: f = (1 + (r - 1) a) / r
//! ```
//!
//! with `r` the fold and `a` the active fraction of the regulator: 1 is the open promoter. `leak` is
//! chosen so that `F` in the reference medium is what was measured there, where it was.

mod parse;
mod response;

pub use parse::RegulationError;
pub use response::Response;

use std::sync::OnceLock;

/// What a regulator does to transcription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegulatorKind {
    /// Shuts the promoter until its effectors take it off.
    Repressor,
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
    /// Activity in the reference medium relative to the open promoter, where it was measured.
    pub reference: Option<f64>,
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

impl Regulator {
    /// The fraction of it that is active, 0 to 1.
    pub fn activity(&self, medium: &dyn Concentrations) -> f64 {
        self.effectors.iter().fold(1.0, |product, (substance, response)| {
            let bound = response.bound(substance, medium);
            product * if self.kind == RegulatorKind::Repressor { 1.0 - bound } else { bound }
        })
    }

    /// What it makes of the promoter of a gene when a fraction of it is active, 1 being open.
    pub fn factor(&self, gene: &str, active: f64) -> f64 {
        let own = self.by_gene.iter().find(|(name, _)| name == gene);
        let fold = own.map_or(self.log2_fold, |(_, log2)| *log2).exp2();
        let beyond = 1.0 + (fold - 1.0) * active;
        match self.kind {
            RegulatorKind::Activator => beyond / fold,
            _ => beyond.recip(),
        }
    }
}

impl RegulatedOperon {
    /// Activity of the promoter of one of its genes in a medium; 1 is open.
    ///
    /// # Examples
    /// ```
    /// use bioxen_genome::regulation::{ReferenceMedium, shipped_regulation};
    /// let lac = shipped_regulation()?.iter().find(|o| o.name == "lac").ok_or("no lac")?;
    /// assert!((lac.activity("lacZ", &ReferenceMedium) - 0.001).abs() < 1e-12);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn activity(&self, gene: &str, medium: &dyn Concentrations) -> f64 {
        self.with_leak(gene, self.product(gene, |regulator| regulator.activity(medium)))
    }

    /// Activity when every regulator shuts the promoter as far as it can.
    pub fn shut(&self, gene: &str) -> f64 {
        let product =
            self.product(gene, |r| if r.kind == RegulatorKind::Activator { 0.0 } else { 1.0 });
        self.with_leak(gene, product)
    }

    fn product(&self, gene: &str, active: impl Fn(&Regulator) -> f64) -> f64 {
        self.regulators.iter().fold(1.0, |product, r| product * r.factor(gene, active(r)))
    }

    fn with_leak(&self, gene: &str, product: f64) -> f64 {
        let Some(reference) = self.reference else { return product };
        let there = self.product(gene, |regulator| regulator.activity(&ReferenceMedium));
        let leak = ((reference - there) / (1.0 - there)).max(0.0);
        leak + (1.0 - leak) * product
    }
}

/// What is known of the regulation of *E. coli*.
///
/// # Errors
/// When the file inside the binary is damaged, which a test rules out.
pub fn shipped_regulation() -> Result<&'static [RegulatedOperon], RegulationError> {
    static SHIPPED: OnceLock<Result<Vec<RegulatedOperon>, RegulationError>> = OnceLock::new();
    let text = include_str!("../../../genomes/ecoli.regulation");
    match SHIPPED.get_or_init(|| parse::parse(text)) {
        Ok(operons) => Ok(operons),
        Err(error) => Err(error.clone()),
    }
}

/// The regulated operon to which a gene belongs.
pub fn operon_of_gene(gene: &str) -> Option<&'static RegulatedOperon> {
    let operons = shipped_regulation().unwrap_or_default();
    operons.iter().find(|operon| operon.genes.iter().any(|g| g == gene))
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
mod tests {
    use super::*;

    struct Only(&'static [(&'static str, f64)]);

    impl Concentrations for Only {
        fn millimolar(&self, substance: &str) -> f64 {
            self.0.iter().find(|(name, _)| *name == substance).map_or(0.0, |(_, c)| *c)
        }
    }

    fn operon(name: &str) -> &'static RegulatedOperon {
        shipped_regulation().unwrap().iter().find(|o| o.name == name).unwrap()
    }

    #[test]
    fn lac_is_a_thousandfold_and_glucose_takes_away_a_fiftieth() {
        let lac = operon("lac");
        let at = |medium| lac.activity("lacZ", &Only(medium));
        let induced = at(&[("IPTG", 1000.0)]);
        let shut = lac.activity("lacZ", &ReferenceMedium);
        assert!((induced / shut - 1000.0).abs() < 5.0, "{}", induced / shut);
        let beside_glucose = at(&[("IPTG", 1000.0), ("glucose", 22.2)]);
        let fold = induced / beside_glucose;
        assert!((45.0..=51.0).contains(&fold), "{fold}");
        // cAMP that is added restores it: (1 + 49 * 5/5.052)/50.
        let restored = at(&[("IPTG", 1000.0), ("glucose", 22.2), ("cAMP", 5.0)]);
        assert!((restored / induced - 0.99).abs() < 0.002, "{restored}");
    }

    #[test]
    fn trp_answers_as_it_was_measured() {
        // Curated fold changes of TrpR and of attenuation (log2): the table of operons.
        let trp = operon("trp");
        let measured = [("trpE", 2.46, 2.58), ("trpD", 2.08, 2.74), ("trpC", 1.63, 2.84)];
        for (gene, repressed, attenuated) in measured {
            let log2 = |i: usize| -trp.regulators[i].factor(gene, 1.0).log2();
            assert!((log2(0) - repressed).abs() < 1e-9 && (log2(1) - attenuated).abs() < 1e-9);
            let both = -(trp.activity(gene, &Only(&[("tryptophan", 100.0)]))
                / trp.activity(gene, &Only(&[])))
            .log2();
            assert!((both - repressed - attenuated).abs() < 0.01, "{gene}: {both}");
        }
    }

    #[test]
    fn unregulated_genes_have_no_operon_here() {
        assert!(operon_of_gene("tufA").is_none());
        assert_eq!(operon_of_gene("lacY").unwrap().name, "lac");
        assert!(substances().contains(&"IPTG") && substances().contains(&"glucose"));
    }

    #[test]
    fn every_activity_lies_between_nothing_and_open() {
        for operon in shipped_regulation().unwrap() {
            for gene in &operon.genes {
                for c in [0.0, 1e-3, 1.0, 1e3] {
                    let all: Vec<(&str, f64)> = substances().into_iter().map(|s| (s, c)).collect();
                    let f = operon.activity(gene, &Only(Box::leak(all.into_boxed_slice())));
                    assert!(f > 0.0 && f <= 1.0, "{} {gene} at {c}: {f}", operon.name);
                    assert!(operon.shut(gene) <= f + 1e-12);
                }
            }
        }
    }
}
