//! Transcription units and genes of a VM with their molecules.

use super::super::expression::{GeneRates, UnitExpression, UnitRates};
use super::Control;

/// How a promoter is opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// Relative strength.
    pub strength: f64,
    /// What its transcription depends on.
    pub drive: Drive,
    /// By how much its regulators change the translation of each gene; 1 where they act on all alike.
    pub folds: Vec<f64>,
    /// Copies of a unit of a plasmid in the reference cell; nothing for one of the chromosome.
    pub dosage: Option<f64>,
}

/// What the transcription from a promoter depends on, beside its strength.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drive {
    /// Who decides on it.
    pub control: Control,
    /// What that makes of it now; 1 is fully open.
    pub activity: f64,
    /// Transcripts that one event makes on average; 0 where it makes one.
    pub burst: f64,
    /// The abundance assumed for genes of which none was measured [TPM].
    pub assumed_tpm: Option<f64>,
}

/// A transcription unit with its transcripts, each of which carries all of its genes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GuestUnit {
    /// Its first gene, as a place among the genes of the population.
    pub(super) first: usize,
    /// How many genes it has.
    pub(super) count: usize,
    /// Relative strength of its promoter; nothing while it is closed.
    pub strength: Option<f64>,
    /// What its transcription depends on.
    pub drive: Drive,
    /// Its rates in the present medium.
    pub rates: UnitRates,
    /// Copies of a unit of a plasmid in the reference cell; nothing for one of the chromosome.
    pub dosage: Option<f64>,
    /// Transcripts [molecules].
    pub transcripts: f64,
    /// How fast each of them pairs with small RNAs, beside its decay [1/h].
    pub(in crate::hypervisor) paired_per_h: f64,
}

impl GuestUnit {
    /// Its genes, as places among the genes of the population, in the order of the genome.
    pub fn genes(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.count
    }

    /// How fast each of its transcripts is lost, without dilution [1/h].
    pub fn lost_per_h(&self) -> f64 {
        self.rates.decay_per_h + self.paired_per_h
    }
}

/// A gene with its proteins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GuestGene {
    /// Its place in the genome.
    pub index: usize,
    /// The place of its unit.
    pub unit: usize,
    /// Its rates in the present medium.
    pub rates: GeneRates,
    /// By how much the regulators of its promoter change its translation beside that of the other genes.
    pub fold: f64,
    /// Protein [molecules].
    pub protein: f64,
    /// How fast proteases degrade each of them, beside its decay [1/h].
    pub(in crate::hypervisor) degraded_per_h: f64,
}

impl GuestGene {
    /// Whether its RNA is not translated. Such a gene is alone in its unit, and its RNA is what acts.
    pub fn is_rna(&self) -> bool {
        self.rates.rho == 0.0
    }

    /// How fast each of its proteins is lost, without dilution [1/h].
    pub fn lost_per_h(&self) -> f64 {
        self.rates.protein_decay_per_h + self.degraded_per_h
    }

    /// Amino acids that this sets free, of one protein [1/h].
    pub fn decayed_aa_per_h(&self) -> f64 {
        self.lost_per_h() * self.rates.length_aa
    }

    /// Weight of one transcript for this gene in the competition at an elongation rate [aa/h].
    pub fn weight(&self, elongation_aa_per_h: f64) -> f64 {
        self.fold * self.rates.weight(elongation_aa_per_h)
    }

    /// Proteins made from one transcript [1/h] for each free ribosome, at an elongation rate [aa/h].
    pub fn translation(&self, elongation_aa_per_h: f64) -> f64 {
        self.fold * self.rates.translation(elongation_aa_per_h)
    }
}

/// A unit as it was saved, without the rates, which follow from the medium.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::hypervisor) struct SavedUnit {
    pub(in crate::hypervisor) strength: Option<f64>,
    pub(in crate::hypervisor) drive: Drive,
    pub(in crate::hypervisor) transcripts: f64,
    /// Places of the genes, and their proteins.
    pub(in crate::hypervisor) genes: Vec<(usize, f64)>,
}

impl SavedUnit {
    /// The unit with its rates in the present medium and its copies on a plasmid.
    pub(in crate::hypervisor) fn with(
        self,
        expression: &UnitExpression,
        folds: &[f64],
        dosage: Option<f64>,
    ) -> (GuestUnit, Vec<GuestGene>) {
        let Self { strength, drive, transcripts, genes } = self;
        let rates = expression.rates;
        let unit = GuestUnit {
            first: 0,
            count: 0,
            strength,
            drive,
            rates,
            dosage,
            transcripts,
            paired_per_h: 0.0,
        };
        let own = genes.iter().zip(&expression.gene_rates).zip(folds);
        let own = own.map(|((&(index, protein), &rates), &fold)| GuestGene {
            index,
            unit: 0,
            rates,
            fold,
            protein,
            degraded_per_h: 0.0,
        });
        (unit, own.collect())
    }

    /// Takes another part of the same unit, which older versions saved gene by gene. There is one number of
    /// transcripts then: the mean.
    pub(in crate::hypervisor) fn join(&mut self, other: Self) {
        let (own, more) = (self.genes.len() as f64, other.genes.len() as f64);
        let mean = (own * self.transcripts + more * other.transcripts) / (own + more);
        let whole = self.transcripts.fract() == 0.0 && other.transcripts.fract() == 0.0;
        self.transcripts = if whole { mean.round() } else { mean };
        self.genes.extend(other.genes);
    }
}
