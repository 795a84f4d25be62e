//! How much there is: the mRNA of a cell, and levels of repressed operons from amounts of protein that were measured, where their transcripts are too
//! few to be.
//!
//! The open promoter makes as many transcripts `M` as give the first protein its part of the protein mass,
//! `M = fraction * mass / n / (proteins per transcript)`, and the other genes of the unit are translated so
//! that their proteins have the measured ratio to the first.

use super::{BiologicalType, Expression, SYN3A_MRNA, Scale, UnitExpression};
use crate::chassis::{measured, parameters as p};
use bioxen_genome::Genome;

impl Scale {
    /// Sets the levels of units whose proteins tell them. The others share what is left of the weight of the
    /// whole genome: their weights change by a factor, which is given.
    pub(super) fn levelled(
        &self,
        (genome, biological_type): (&Genome, BiologicalType),
        units: &mut [UnitExpression],
        whole: f64,
    ) -> f64 {
        let weight = |unit: &UnitExpression| {
            let genes = unit.gene_rates.iter();
            let one: f64 = genes.map(|gene| gene.weight(self.elongation_aa_per_h)).sum();
            unit.rates.native_transcripts * one
        };
        let (mut others, mut set) = (0.0, 0.0);
        for unit in units.iter_mut() {
            // Proteins are given, so that the weight does not depend on that of a transcript.
            let is_set = self.level(genome, biological_type, unit);
            *(if is_set { &mut set } else { &mut others }) += weight(unit);
        }
        let factor = (whole - set) / others;
        for unit in units.iter_mut() {
            unit.weigh(factor);
            self.level(genome, biological_type, unit);
        }
        factor
    }

    /// Sets the level of a unit if its proteins tell it, and says whether they do.
    fn level(
        &self,
        genome: &Genome,
        biological_type: BiologicalType,
        unit: &mut UnitExpression,
    ) -> bool {
        let name = |index: usize| genome.genes()[index].name();
        let first = unit.genes.first();
        let operon = first.and_then(|&index| biological_type.operon_of_gene(name(index)));
        let level = operon.and_then(|operon| biological_type.level_of_operon(&operon.name));
        let Some(level) = level else {
            return false;
        };
        let Some(at) = unit.genes.iter().position(|&index| name(index) == level.gene) else {
            return false;
        };
        let first = &mut unit.gene_rates[at];
        (first.rho, first.share) = (first.rho / first.share, 1.0);
        let (first, reference) = (*first, unit.references[at]);
        let proteins = self.proteins_per_transcript(&first);
        let transcripts = level.fraction * p::CELL_MASS / first.length_aa / proteins;
        let rates = &mut unit.rates;
        rates.transcription_per_h = transcripts * (rates.decay_per_h + self.growth_per_h);
        rates.native_transcripts = transcripts * reference;
        for (&index, gene) in unit.genes.iter().zip(&mut unit.gene_rates) {
            let Some(relative) = level.relative(name(index)) else { continue };
            let factor = relative * proteins / self.proteins_per_transcript(gene);
            (gene.rho, gene.share) = (gene.rho * factor, gene.share * factor);
        }
        true
    }
}

impl Expression {
    /// Abundance of the unit of a gene where it was measured [TPM], before any level of its proteins.
    pub fn abundance_tpm(&self, gene: usize) -> Option<f64> {
        Some(self.unit(gene)?.abundance_tpm)
    }
}

/// mRNA molecules of the native cell.
pub(super) fn mrna_molecules(
    genome: &Genome,
    biological_type: BiologicalType,
    growth_per_h: f64,
    abundances: f64,
) -> f64 {
    if let Some(counted) = biological_type.overrides().mrna_molecules {
        return counted;
    }
    match biological_type.base() {
        BiologicalType::Ecoli => {
            let weighted: f64 = genome
                .coding()
                .filter_map(|(_, g)| Some(g.tpm? * f64::from(g.place.length_nt)))
                .sum();
            let mean_length = weighted / abundances;
            p::CELL_MASS * measured::mrna_per_protein(growth_per_h) / mean_length
        }
        _ => SYN3A_MRNA,
    }
}
