//! How strongly a genome's genes are expressed in a medium, from measured facts.
//!
//! The equations of a guest gene `i` with `m` mRNA molecules and `p` proteins:
//!
//! ```text
//!      -> m        (lambda / lambda_0) * F / F_ref * s * k_tx     transcription
//!    m ->          ln 2 / h + lambda                              decay and dilution
//!    m -> m + p    (eps / n) * (rho / k) * u * R / D              translation
//!    p ->          delta + lambda                                 degradation and dilution
//! ```
//!
//! * `k_tx` follows from the measured transcript abundance: the native mean count is `f N`, with
//!   `f` the gene's share of the coding transcripts and `N` the mRNA molecules of the cell, and
//!   `k_tx = f N (ln 2 / h + lambda_0)`.
//! * Growth is the protein made minus the protein degraded: `lambda = (eps B - sum of delta n p) / M`.
//!   So the mass of host and guests stays `M`.
//! * `rho = rho_0 * translation efficiency` turns a real mRNA into the host model's unit of weight.
//!   `rho_0` is the only factor that is calibrated for a genome.
//!   For *E. coli* it closes the account: the whole native genome at native strength has the same
//!   weight as the host's whole expression, `sum of rho m / k = D - 1`. A foreign genome is not part of
//!   that account. Its level comes from its own proteins per mRNA: the whole genome at native strength
//!   makes as many proteins in the unburdened host as were counted in its own cell.
//!
//! `N` of *E. coli* is the mRNA per protein that Dennis and Bremer (2008) measured at the growth
//! rate, times the cell's protein, over the mean length of a transcript. That of Syn3A is 375, the
//! sum of mean counts in the simulations of Fu et al., *J. Phys. Chem. B* (2025); its proteins are
//! those that Breuer et al., *eLife* 8:e36842 (2019) counted. Only their sum is used, so the counts
//! of single proteins stay a test.

use super::biology::BiologicalType;
use super::error::HypervisorError;
use crate::chassis::{Chassis, host, measured, parameters as p};
use crate::package::{PackagedGene, Translation};
use bioxen_genome::regulation::{ReferenceMedium, operon_of_gene};
use bioxen_genome::{Gene, Genome};

/// Half-life of an *E. coli* mRNA that was not measured [min]: the mean of those that were.
pub const ECOLI_HALF_LIFE_MIN: f64 = 5.2;
/// Half-life of a Syn3A mRNA that was not measured [min]: the mean that follows from the
/// degradosome's rate in Thornburg et al., *Cell* 185:345 (2022).
pub const SYN3A_HALF_LIFE_MIN: f64 = 3.5;
/// mRNA molecules of a Syn3A cell.
pub const SYN3A_MRNA: f64 = 375.0;
/// Protein molecules of a Syn3A cell: the sum of the 424 proteins that Breuer et al. (2019) counted.
/// A genome of this type that brings counts of its own is calibrated on those.
pub const SYN3A_PROTEINS: f64 = 77_421.0;

/// The expression of one gene.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GeneRates {
    /// Native mean number of mRNA molecules.
    pub native_mrna: f64,
    /// Transcription from the open promoter of native strength [1/h].
    pub transcription_per_h: f64,
    /// Decay of its mRNA, without dilution [1/h].
    pub mrna_decay_per_h: f64,
    /// Weight of one mRNA relative to one of the host model.
    pub rho: f64,
    /// Length of the protein [aa].
    pub length_aa: f64,
    /// Length of the transcript [nt].
    pub length_nt: f64,
    /// Degradation of the protein, without dilution [1/h].
    pub protein_decay_per_h: f64,
}

impl GeneRates {
    /// Weight of one mRNA in the competition at an elongation rate [aa/h].
    pub fn weight(&self, elongation_aa_per_h: f64) -> f64 {
        self.rho / host::dissociation(elongation_aa_per_h, self.length_aa)
    }

    /// Amino acids that the degradation of one protein molecule sets free [1/h].
    pub fn decayed_aa_per_h(&self) -> f64 {
        self.protein_decay_per_h * self.length_aa
    }

    /// Proteins made from one mRNA [1/h] for each free ribosome, at an elongation rate [aa/h].
    pub fn translation(&self, elongation_aa_per_h: f64) -> f64 {
        elongation_aa_per_h / self.length_aa * self.weight(elongation_aa_per_h)
    }
}

/// A genome's expression in one medium.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// Growth of the unburdened host [1/h].
    pub unburdened_growth_per_h: f64,
    /// mRNA molecules of the native cell.
    pub mrna_molecules: f64,
    /// Weight of an mRNA of efficiency 1 relative to one of the host model.
    pub rho_0: f64,
    genes: Vec<Option<GeneRates>>,
    scale: Scale,
}

/// What turns the facts of one gene into rates, in one medium.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scale {
    /// mRNA molecules for each unit of abundance [1/TPM].
    mrna_per_tpm: f64,
    /// Half-life of an mRNA that was not measured [min].
    half_life_min: f64,
    growth_per_h: f64,
    elongation_aa_per_h: f64,
    /// Ribosomes that are free for one unit of weight.
    free_ribosomes: f64,
}

impl Scale {
    /// Proteins made from one mRNA in the unburdened host [1/h].
    fn translation(&self, rates: &GeneRates) -> f64 {
        rates.translation(self.elongation_aa_per_h) * self.free_ribosomes
    }

    /// Proteins at rest for each mRNA in the unburdened host.
    fn proteins_per_mrna(&self, rates: &GeneRates) -> f64 {
        self.translation(rates) / (rates.protein_decay_per_h + self.growth_per_h)
    }

    /// The rates of a gene of that abundance, measured while its promoter was in the state
    /// `reference` relative to the open one; its weight is still relative to efficiency 1.
    fn rates(&self, gene: &Gene, tpm: f64, reference: f64) -> GeneRates {
        let per_hour = |half_life_min: f64| 60.0 * std::f64::consts::LN_2 / half_life_min;
        let half_life = gene.mrna_half_life_min.unwrap_or(self.half_life_min);
        let mrna_decay_per_h = per_hour(half_life);
        let native_mrna = self.mrna_per_tpm * tpm;
        // What makes no protein takes no ribosomes.
        let efficiency = gene.translation_efficiency.unwrap_or(1.0);
        GeneRates {
            native_mrna,
            transcription_per_h: native_mrna * (mrna_decay_per_h + self.growth_per_h) / reference,
            mrna_decay_per_h,
            rho: gene.protein_length.map_or(0.0, |_| efficiency),
            length_aa: f64::from(gene.protein_length.unwrap_or(1).max(1)),
            length_nt: f64::from(gene.length_nt),
            protein_decay_per_h: gene.protein_half_life_min.map_or(0.0, per_hour),
        }
    }
}

impl Expression {
    /// Calibrates a genome to a host at its own steady state.
    ///
    /// # Errors
    /// When the genome has no transcript abundances.
    pub fn calibrate(
        genome: &Genome,
        biological_type: BiologicalType,
        settled: &Chassis,
    ) -> Result<Self, HypervisorError> {
        let host = settled.rates();
        let growth = host.growth_per_h;
        let abundances: f64 = genome.coding().filter_map(|(_, g)| g.tpm).sum();
        if abundances <= 0.0 {
            return Err(HypervisorError::NoAbundances { genome: genome.name.clone() });
        }
        let mrna_molecules = mrna_molecules(genome, biological_type, growth, abundances);
        let half_life_min = match biological_type {
            BiologicalType::Ecoli => ECOLI_HALF_LIFE_MIN,
            BiologicalType::Syn3a | BiologicalType::MinimalCell => SYN3A_HALF_LIFE_MIN,
        };
        let mrna_per_tpm = mrna_molecules / abundances;
        let scale = Scale {
            mrna_per_tpm,
            half_life_min,
            growth_per_h: growth,
            elongation_aa_per_h: host.elongation_aa_per_h,
            free_ribosomes: settled.state().ribosomes / host.d,
        };
        let mut genes: Vec<Option<GeneRates>> = vec![None; genome.genes().len()];
        let mut weight_per_rho = 0.0;
        let mut proteins_per_rho = 0.0;
        for (index, gene) in genome.coding() {
            let (Some(tpm), Some(_)) = (gene.tpm, gene.protein_length) else { continue };
            // The abundances come from glucose minimal medium, where the lac operon, for one, is
            // at a thousandth of its open promoter.
            let reference = match (biological_type, operon_of_gene(gene.name())) {
                (BiologicalType::Ecoli, Some(operon)) => {
                    operon.activity(gene.name(), &ReferenceMedium)
                }
                _ => 1.0,
            };
            let rates = scale.rates(gene, tpm, reference);
            weight_per_rho += rates.native_mrna * rates.weight(host.elongation_aa_per_h);
            proteins_per_rho += rates.native_mrna * scale.proteins_per_mrna(&rates);
            genes[index] = Some(rates);
        }
        let rho_0 = match biological_type {
            BiologicalType::Ecoli => (host.d - 1.0) / weight_per_rho,
            BiologicalType::Syn3a | BiologicalType::MinimalCell => {
                let counted: f64 = genome.coding().filter_map(|(_, g)| g.protein_copies).sum();
                let proteins = if counted > 0.0 { counted } else { SYN3A_PROTEINS };
                proteins / proteins_per_rho
            }
        };
        for rates in genes.iter_mut().flatten() {
            rates.rho *= rho_0;
        }
        Ok(Self { unburdened_growth_per_h: growth, mrna_molecules, rho_0, genes, scale })
    }

    /// The same with the genes of plasmids, which come behind the first `from`; their abundances
    /// are those of one copy.
    pub(super) fn with_replicon(&self, genome: &Genome, from: usize) -> Self {
        let mut whole = self.clone();
        whole.genes.truncate(from);
        let added = genome.genes()[from..].iter().map(|gene| {
            let (tpm, _) = gene.tpm.zip(gene.protein_length)?;
            Some(self.assumed(gene, tpm))
        });
        whole.genes.extend(added);
        whole
    }

    /// The rates of a gene, if its abundance is known.
    pub fn gene(&self, index: usize) -> Option<&GeneRates> {
        self.genes.get(index)?.as_ref()
    }

    /// The rates of a gene of which no abundance was measured, if it had this one [TPM]. A gene
    /// that makes no protein is transcribed only.
    pub fn assumed(&self, gene: &Gene, tpm: f64) -> GeneRates {
        let mut rates = self.scale.rates(gene, tpm, 1.0);
        rates.rho *= self.rho_0;
        rates
    }

    /// The rates of a gene of a package whose open promoter fires so often [1/h] in the unburdened
    /// host. What the package does not say of half-lives is as in the genome.
    pub fn packaged(&self, gene: &PackagedGene, opened_per_h: f64) -> GeneRates {
        let per_hour = |half_life_min: f64| 60.0 * std::f64::consts::LN_2 / half_life_min;
        let scale = &self.scale;
        let mrna_decay_per_h = per_hour(gene.mrna_half_life_min.unwrap_or(scale.half_life_min));
        let lost_per_h = mrna_decay_per_h + scale.growth_per_h;
        let mut rates = GeneRates {
            native_mrna: opened_per_h / lost_per_h,
            transcription_per_h: opened_per_h,
            mrna_decay_per_h,
            rho: self.rho_0,
            length_aa: f64::from(gene.length_aa),
            length_nt: f64::from(gene.length_nt),
            protein_decay_per_h: gene.protein_half_life_min.map_or(0.0, per_hour),
        };
        rates.rho *= match gene.translation {
            Translation::Efficiency(efficiency) => efficiency,
            // An mRNA lives for 1 / lost_per_h on average.
            Translation::ProteinsPerMrna(proteins) => {
                proteins * lost_per_h / scale.translation(&rates)
            }
        };
        rates
    }
}

fn mrna_molecules(
    genome: &Genome,
    biological_type: BiologicalType,
    growth_per_h: f64,
    abundances: f64,
) -> f64 {
    match biological_type {
        BiologicalType::Ecoli => {
            let weighted: f64 =
                genome.coding().filter_map(|(_, g)| Some(g.tpm? * f64::from(g.length_nt))).sum();
            let mean_length = weighted / abundances;
            p::CELL_MASS * measured::mrna_per_protein(growth_per_h) / mean_length
        }
        BiologicalType::Syn3a | BiologicalType::MinimalCell => SYN3A_MRNA,
    }
}
