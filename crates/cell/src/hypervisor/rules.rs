//! Which genes a VM may express.

use super::biology::BiologicalType;
use bioxen_genome::{Essentiality, Gene};

/// Rules on what a VM may express.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// Essential genes only; for Syn3A.
    pub essential_only: bool,
    /// Genes of the four minimal functions only; for the minimal cell, where it is always on unless
    /// switched off.
    pub minimal_functions_only: bool,
}

impl Rules {
    /// The rules of a biological type.
    pub fn of(biological_type: BiologicalType) -> Self {
        if let Some(facts) = biological_type.plugin() {
            return facts.rules;
        }
        Self {
            essential_only: false,
            minimal_functions_only: biological_type == BiologicalType::MinimalCell,
        }
    }

    /// What speaks against a gene, if anything does.
    pub fn objection(self, gene: &Gene) -> Option<&'static str> {
        if self.essential_only && gene.part.essentiality != Some(Essentiality::Essential) {
            Some("essential genes only")
        } else if self.minimal_functions_only && MinimalFunction::of(gene).is_none() {
            Some(
                "genes of dna_replication, protein_synthesis, energy_production and \
                 membrane_maintenance only",
            )
        } else {
            None
        }
    }
}

/// What a minimal cell must be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MinimalFunction {
    /// Copying, repairing and dividing its DNA.
    DnaReplication,
    /// From DNA to folded protein, and back to amino acids.
    ProteinSynthesis,
    /// Energy, and the nucleotides and cofactors that carry it.
    EnergyProduction,
    /// The membrane, and what passes it.
    MembraneMaintenance,
}

impl MinimalFunction {
    /// All four.
    pub const ALL: [Self; 4] = [
        Self::DnaReplication,
        Self::ProteinSynthesis,
        Self::EnergyProduction,
        Self::MembraneMaintenance,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::DnaReplication => "dna_replication",
            Self::ProteinSynthesis => "protein_synthesis",
            Self::EnergyProduction => "energy_production",
            Self::MembraneMaintenance => "membrane_maintenance",
        }
    }

    /// The function that a gene serves, by the functional class that its annotation gives (classes
    /// of Hutchison et al., *Science* 351:aad6253, 2016, and Breuer et al., *eLife* 8:e36842, 2019;
    /// their assignment to the four functions is ours). None for genes of unclear function.
    pub fn of(gene: &Gene) -> Option<Self> {
        Some(match gene.part.functional_class.as_deref()? {
            "DNA replication"
            | "DNA topology"
            | "DNA repair"
            | "DNA metabolism"
            | "Chromosome segregation" => Self::DnaReplication,
            "Transcription"
            | "Translation"
            | "tRNA modification"
            | "rRNA modification"
            | "Ribosome biogenesis"
            | "RNA"
            | "RNA metabolism"
            | "Protein folding"
            | "Protein export"
            | "Proteolysis" => Self::ProteinSynthesis,
            "Glucose transport & catabolism"
            | "Nucleotide salvage"
            | "Cofactor transport and salvage"
            | "Redox homeostasis" => Self::EnergyProduction,
            "Lipid salvage and biogenesis" | "Lipoprotein" | "Transport" | "Efflux" => {
                Self::MembraneMaintenance
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_genome::shipped;

    #[test]
    fn the_minimal_genome_falls_into_its_functions() {
        let genome = shipped("minimal").unwrap();
        let of = |symbol: &str| MinimalFunction::of(genome.gene(symbol).unwrap());
        assert_eq!(of("dnaA"), Some(MinimalFunction::DnaReplication));
        assert_eq!(of("rpoA"), Some(MinimalFunction::ProteinSynthesis));
        assert_eq!(of("rnsB"), Some(MinimalFunction::MembraneMaintenance));
        let outside = genome.coding().filter(|(_, g)| MinimalFunction::of(g).is_none()).count();
        assert!((1..100).contains(&outside), "{outside}");
    }
}
