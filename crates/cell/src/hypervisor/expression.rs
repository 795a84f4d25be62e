//! How strongly a genome's transcription units are expressed in a medium, from measured facts.
//!
//! The equations of a transcription unit with `m` transcripts, each of which carries all genes of the unit,
//! and of a gene `g` of it with `p` proteins:
//!
//! ```text
//!      -> m        (lambda / lambda_0) * F / F_ref * s * k        transcription
//!    m ->          d + lambda                                     decay and dilution
//!    m -> m + p    (eps / n) * (rho / k) * u * R / D              translation, for each gene
//!    p ->          delta + lambda                                 degradation and dilution
//! ```
//!
//! * The abundances of single genes (TPM) become transcripts of units as [`units`] says: nucleotides are
//!   conserved. What differs between the genes of a unit is a factor `a` of their translation.
//! * `k` follows from the native number of transcripts, `k = M (d + lambda_0)`.
//! * `d` of *E. coli* is the decay of what is translated, faster than the chemical decay that is measured
//!   as the loss of sequence: one factor on all of them closes the account of the RNA that is made
//!   ([`Expression::lifetime_factor`]).
//! * Growth is the protein made minus the protein degraded: `lambda = (eps B - sum of delta n p) / M`.
//!   So the mass of host and guests stays `M`.
//! * `rho = rho_0 * translation efficiency * a` turns a real transcript into the host model's unit of weight.
//!   `rho_0` is the only factor that is calibrated for a genome.
//!   For *E. coli* it closes the account: the whole native genome at native strength has the same
//!   weight as the host's whole expression, `sum of rho m / k = D - 1`. A foreign genome is not part of
//!   that account. Its level comes from its own proteins per mRNA: the whole genome at native strength
//!   makes as many proteins in the unburdened host as were counted in its own cell.
//!
//! The mRNA of *E. coli* is the mRNA per protein that Dennis and Bremer (2008) measured at the growth
//! rate, times the cell's protein, over the mean length of a gene. That of Syn3A is 375, the
//! sum of mean counts in the simulations of Fu et al., *J. Phys. Chem. B* (2025); its proteins are
//! those that Breuer et al., *eLife* 8:e36842 (2019) counted. Only their sum is used, so the counts
//! of single proteins stay a test.

mod levels;
mod units;

pub use units::UnitExpression;
pub(super) use units::{Member, Transcript};

use super::biology::BiologicalType;
use super::error::HypervisorError;
use crate::chassis::glucose::growth_on_glucose;
use crate::chassis::{Chassis, host};
use crate::package::{PackagedGene, Translation};
use bioxen_genome::regulation::REFERENCE;
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

/// The transcripts of one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitRates {
    /// Native mean number of transcripts.
    pub native_transcripts: f64,
    /// Transcription from the open promoter of native strength [1/h].
    pub transcription_per_h: f64,
    /// The most transcripts that can be started in the reference cell, at all copies of the gene of a
    /// chromosome [1/h].
    pub most_per_h: f64,
    /// Decay of a transcript, without dilution [1/h]: how fast it stops being translated.
    pub decay_per_h: f64,
    /// Chemical decay, without dilution [1/h]: how fast its sequence is lost, as measured.
    pub chemical_decay_per_h: f64,
    /// From its first to its last base [nt].
    pub length_nt: f64,
}

/// The expression of one gene of a transcript.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GeneRates {
    /// Its translation relative to what the transcript alone would give: its own abundance beside
    /// that of the unit.
    pub share: f64,
    /// Weight of one transcript for this gene, relative to one of the host model.
    pub rho: f64,
    /// Length of the protein [aa].
    pub length_aa: f64,
    /// Length of the gene [nt].
    pub length_nt: f64,
    /// Degradation of the protein, without dilution [1/h].
    pub protein_decay_per_h: f64,
    /// Rate at which an inhibitor inactivates a ribosome that translates it [1/h].
    pub inactivation_per_h: f64,
}

impl GeneRates {
    /// Weight of one mRNA in the competition at an elongation rate [aa/h].
    pub fn weight(&self, elongation_aa_per_h: f64) -> f64 {
        self.rho / host::dissociation(elongation_aa_per_h, self.length_aa, self.inactivation_per_h)
    }

    /// Proteins made from one mRNA [1/h] for each free ribosome, at an elongation rate [aa/h].
    pub fn translation(&self, elongation_aa_per_h: f64) -> f64 {
        elongation_aa_per_h / self.length_aa * self.weight(elongation_aa_per_h)
    }
}

/// What is done about promoters inside of operons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum InternalPromoters {
    /// An operon is one transcript; what its genes differ by is a factor of their translation.
    #[default]
    Ignored,
    /// Each has transcripts of its own, as far as the genome knows of it.
    Separate,
}

/// A genome's expression in one medium.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// Growth of the unburdened host [1/h].
    pub unburdened_growth_per_h: f64,
    /// The same relative to that on glucose.
    pub relative_growth: f64,
    /// mRNA molecules of the native cell, as its genes are counted one by one.
    pub mrna_molecules: f64,
    /// Weight of an mRNA of efficiency 1 relative to one of the host model.
    pub rho_0: f64,
    units: Vec<UnitExpression>,
    /// For each gene the units that carry it, and its place there.
    unit_of: Vec<Vec<(usize, usize)>>,
    scale: Scale,
}

/// What turns the facts of one gene into rates, in one medium.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scale {
    /// mRNA molecules for each unit of abundance [1/TPM].
    mrna_per_tpm: f64,
    /// Half-life of an mRNA that was not measured [min].
    half_life_min: f64,
    /// Decay of what is translated over chemical decay.
    lifetime_factor: f64,
    growth_per_h: f64,
    elongation_aa_per_h: f64,
    /// Ribosomes that are free for one unit of weight.
    free_ribosomes: f64,
}

fn per_hour(half_life_min: f64) -> f64 {
    60.0 * std::f64::consts::LN_2 / half_life_min
}

impl Scale {
    /// Proteins made for one gene of a transcript in the unburdened host [1/h].
    fn translation(&self, rates: &GeneRates) -> f64 {
        rates.translation(self.elongation_aa_per_h) * self.free_ribosomes
    }

    /// Proteins at rest for each transcript in the unburdened host.
    fn proteins_per_transcript(&self, rates: &GeneRates) -> f64 {
        self.translation(rates) / (rates.protein_decay_per_h + self.growth_per_h)
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
        Self::calibrate_with(genome, biological_type, settled, InternalPromoters::Ignored)
    }

    /// The same with or without promoters inside of operons. Operons whose regulators are known are one transcript
    /// in any case.
    ///
    /// # Errors
    /// When the genome has no transcript abundances.
    pub fn calibrate_with(
        genome: &Genome,
        biological_type: BiologicalType,
        settled: &Chassis,
        internal: InternalPromoters,
    ) -> Result<Self, HypervisorError> {
        let host = settled.rates();
        let growth = host.growth_per_h;
        let abundances: f64 = genome.coding().filter_map(|(_, g)| g.tpm).sum();
        if abundances <= 0.0 {
            return Err(HypervisorError::NoAbundances { genome: genome.name.clone() });
        }
        let mrna_molecules = levels::mrna_molecules(genome, biological_type, growth, abundances);
        // Of a plug-in's type, what is not said is as in the type whose laws it follows.
        let like_ecoli = biological_type.base() == BiologicalType::Ecoli;
        let overrides = biological_type.overrides();
        let usual = if like_ecoli { ECOLI_HALF_LIFE_MIN } else { SYN3A_HALF_LIFE_MIN };
        let half_life_min = overrides.mrna_half_life_min.unwrap_or(usual);
        let mut scale = Scale {
            mrna_per_tpm: mrna_molecules / abundances,
            half_life_min,
            lifetime_factor: 1.0,
            growth_per_h: growth,
            elongation_aa_per_h: host.elongation_aa_per_h,
            free_ribosomes: settled.state().ribosomes / host.d,
        };
        // The abundances come from glucose minimal medium, where many operons are not open.
        let reference = |gene: &Gene| {
            let operon = biological_type.operon_of_gene(gene.name());
            operon.map_or(1.0, |operon| operon.activity(gene.name(), &REFERENCE))
        };
        let usable = |index: usize| {
            let gene = &genome.genes()[index];
            let (tpm, _) = gene.tpm.filter(|_| gene.is_coding()).zip(gene.protein_length)?;
            Some(units::Member { index, tpm, reference: reference(gene) })
        };
        let regulated = |member: &units::Member| {
            biological_type.operon_of_gene(genome.genes()[member.index].name()).is_some()
        };
        let apart = |operon: &[units::Member]| {
            internal == InternalPromoters::Separate && !operon.iter().any(regulated)
        };
        let transcripts = units::transcripts(genome, 0, usable, apart);
        if like_ecoli {
            scale.lifetime_factor = units::lifetime_factor(&scale, genome, &transcripts);
        }
        let mut units: Vec<UnitExpression> =
            transcripts.iter().map(|transcript| scale.unit(genome, transcript)).collect();
        let rho_0 = match like_ecoli {
            true => {
                let weight = |g: &GeneRates| g.weight(host.elongation_aa_per_h);
                (host.d - 1.0) / units::sum(&units, weight)
            }
            false => {
                let counted: f64 = genome.coding().filter_map(|(_, g)| g.protein_copies).sum();
                let counted = if counted > 0.0 { counted } else { SYN3A_PROTEINS };
                let proteins = overrides.proteins.unwrap_or(counted);
                proteins / units::sum(&units, |g| scale.proteins_per_transcript(g))
            }
        };
        units.iter_mut().for_each(|unit| unit.weigh(rho_0));
        let rho_0 = match like_ecoli {
            true => rho_0 * scale.levelled((genome, biological_type), &mut units, host.d - 1.0),
            false => rho_0,
        };
        let unit_of = units::places(&units, genome.genes().len());
        let relative_growth = growth / growth_on_glucose(settled.energy())?;
        let unburdened_growth_per_h = growth;
        Ok(Self {
            unburdened_growth_per_h,
            relative_growth,
            mrna_molecules,
            rho_0,
            units,
            unit_of,
            scale,
        })
    }

    /// The same with the genes of plasmids, which come behind the first `from`; their abundances
    /// are those of one copy.
    pub(super) fn with_replicon(&self, genome: &Genome, from: usize) -> Self {
        let mut whole = self.clone();
        whole.units.retain(|unit| unit.genes.iter().all(|&gene| gene < from));
        let usable = |index: usize| {
            let gene = &genome.genes()[index];
            let (tpm, _) = gene.tpm.zip(gene.protein_length)?;
            Some(units::Member { index, tpm, reference: 1.0 })
        };
        for transcript in units::transcripts(genome, from, usable, |_| false) {
            whole.units.push(self.assumed(genome, &transcript));
        }
        whole.unit_of = units::places(&whole.units, genome.genes().len());
        whole
    }

    /// The transcription units, in the order of their first genes.
    pub fn units(&self) -> &[UnitExpression] {
        &self.units
    }

    /// The units that carry a gene, and its rates there; none if its abundance is not known. There is one, unless
    /// promoters inside of operons are told apart.
    pub fn units_of(&self, gene: usize) -> impl Iterator<Item = (&UnitExpression, &GeneRates)> {
        let places = self.unit_of.get(gene).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|&(unit, at)| {
            let unit = self.units.get(unit)?;
            Some((unit, unit.gene_rates.get(at)?))
        })
    }

    /// The first unit that carries a gene, if its abundance is known.
    pub fn unit(&self, gene: usize) -> Option<&UnitExpression> {
        self.units_of(gene).next().map(|(unit, _)| unit)
    }

    /// The rates of a gene in the first unit that carries it, if its abundance is known.
    pub fn gene(&self, index: usize) -> Option<&GeneRates> {
        self.units_of(index).next().map(|(_, rates)| rates)
    }

    /// By how much transcripts stop being translated faster than their sequence is lost: the factor with
    /// which the native genome makes as much mRNA [nt/min] as Dennis and Bremer (2008) measured, from as
    /// much as they measured in the cell. 1 for genomes other than *E. coli*.
    pub fn lifetime_factor(&self) -> f64 {
        self.scale.lifetime_factor
    }

    /// Proteins that are made for a gene from one of its transcripts, in the unburdened host.
    pub fn proteins_per_transcript(&self, gene: usize) -> Option<f64> {
        self.unit(gene)?;
        let (mut proteins, mut transcripts) = (0.0, 0.0);
        for (unit, rates) in self.units_of(gene) {
            let native = unit.rates.native_transcripts;
            proteins += native * self.scale.translation(rates);
            transcripts += native * (unit.rates.decay_per_h + self.scale.growth_per_h);
        }
        Some(proteins / transcripts)
    }

    /// Transcripts that carry a gene in the native cell: its own among them, as its unit has them.
    pub fn native_transcripts(&self, gene: usize) -> Option<f64> {
        self.unit(gene)?;
        Some(self.units_of(gene).map(|(unit, _)| unit.rates.native_transcripts).sum())
    }

    /// Proteins of a gene at rest in the native cell.
    pub fn native_proteins(&self, gene: usize) -> Option<f64> {
        self.unit(gene)?;
        let made = self.units_of(gene).map(|(unit, rates)| {
            unit.rates.native_transcripts * self.scale.proteins_per_transcript(rates)
        });
        Some(made.sum())
    }

    /// A unit of which some abundances were not measured, as if they were those of its members. A gene
    /// that makes no protein is transcribed only.
    pub(super) fn assumed(&self, genome: &Genome, transcript: &Transcript) -> UnitExpression {
        let mut unit = self.scale.unit(genome, transcript);
        unit.weigh(self.rho_0);
        unit
    }

    /// The rates of the genes of a package that are transcribed together from a promoter which fires so often
    /// [1/h] in the unburdened host. What the package does not say of half-lives is as in the genome.
    pub fn packaged(
        &self,
        genes: &[&PackagedGene],
        opened_per_h: f64,
    ) -> (UnitRates, Vec<GeneRates>) {
        let scale = &self.scale;
        let length_nt: f64 = genes.iter().map(|gene| f64::from(gene.length_nt)).sum();
        let mean = |decay: &dyn Fn(&PackagedGene) -> f64| {
            let all = genes.iter().map(|gene| f64::from(gene.length_nt) * decay(gene));
            all.sum::<f64>() / length_nt
        };
        let default = per_hour(scale.half_life_min);
        let decay_per_h = mean(&|gene| {
            gene.half_lives.mrna_min.map_or(scale.lifetime_factor * default, per_hour)
        });
        let chemical_decay_per_h = mean(&|gene| gene.half_lives.mrna_min.map_or(default, per_hour));
        let lost_per_h = decay_per_h + scale.growth_per_h;
        let unit = UnitRates {
            native_transcripts: opened_per_h / lost_per_h,
            transcription_per_h: opened_per_h,
            most_per_h: scale.most_per_h(),
            decay_per_h,
            chemical_decay_per_h,
            length_nt,
        };
        let rates = genes.iter().map(|gene| {
            let mut rates = GeneRates {
                share: 1.0,
                // Ribosomes do not see an RNA that is not translated.
                rho: if gene.is_rna { 0.0 } else { self.rho_0 },
                length_aa: f64::from(gene.length_aa.max(1)),
                length_nt: f64::from(gene.length_nt),
                protein_decay_per_h: gene.half_lives.protein_min.map_or(0.0, per_hour),
                inactivation_per_h: 0.0,
            };
            rates.rho *= match gene.translation {
                Translation::Efficiency(efficiency) => efficiency,
                // A transcript lives for 1 / lost_per_h on average.
                Translation::ProteinsPerMrna(proteins) => {
                    proteins * lost_per_h / scale.translation(&rates)
                }
            };
            rates
        });
        (unit, rates.collect())
    }
}
