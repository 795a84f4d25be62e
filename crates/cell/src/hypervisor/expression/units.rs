//! Abundances of genes as transcripts of units.
//!
//! With `T` the abundance of a gene [TPM] and `L` its length, a unit has the abundance
//! `T_U = sum of T L / sum of L`, so that the nucleotides of its transcripts are those that were measured, and its
//! decay is `sum of T L d / sum of T L`, so that their turnover is. What is left of the abundance of a single gene
//! is signal (Schmidt's proteins follow it) and becomes a factor of its translation,
//! `a = (T + c) / (T_U + c)`; below some 5 TPM it is noise, which the pseudo-count `c` takes away.

mod internal;

use super::{GeneRates, Scale, UnitRates, per_hour};
use crate::chassis::{measured, parameters as p, polymerase};
use bioxen_genome::{Gene, Genome};

/// The pseudo-count `c` [TPM]: fitted to the proteins of Schmidt et al. (2016), flat from 3 to 10.
const PSEUDO_COUNT_TPM: f64 = 5.0;
/// Genes below this length are too short to be sequenced [nt]: beside longer ones their abundance says nothing.
const SHORTEST_NT: u32 = 150;

/// A gene that is transcribed with others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Member {
    /// Its place in the genome.
    pub(in super::super) index: usize,
    /// Its abundance [TPM].
    pub(in super::super) tpm: f64,
    /// The activity of its promoter where that was measured; 1 is open.
    pub(in super::super) reference: f64,
}

/// A transcription unit in one medium.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitExpression {
    /// The places of its genes, in rising order.
    pub genes: Vec<usize>,
    /// Its transcripts.
    pub rates: UnitRates,
    /// Of each gene.
    pub gene_rates: Vec<GeneRates>,
    /// Its abundance as it was measured [TPM].
    pub abundance_tpm: f64,
    /// For each gene its part of the nucleotides, over the activity of the promoter where they were measured.
    open: Vec<f64>,
    /// Activity of its promoter for each gene where abundances were measured.
    pub(super) references: Vec<f64>,
}

impl UnitExpression {
    /// A unit whose genes all answer to their promoter alike.
    pub(in super::super) fn alike(
        genes: Vec<usize>,
        rates: UnitRates,
        gene_rates: Vec<GeneRates>,
    ) -> Self {
        let (open, references) = (vec![1.0; genes.len()], vec![1.0; genes.len()]);
        Self { genes, rates, gene_rates, abundance_tpm: 0.0, open, references }
    }

    /// Activity of the promoter, 1 being open, where regulators give each gene such an activity. Where they
    /// act differently on the genes, the transcript follows the mean, and each gene differs from it in its
    /// translation by a factor, which comes with it.
    pub fn activity(&self, of: impl Fn(usize) -> f64) -> (f64, Vec<f64>) {
        let single: Vec<f64> = self.genes.iter().map(|&gene| of(gene)).collect();
        let alike = |all: &[f64]| all.windows(2).all(|pair| pair[0] == pair[1]);
        if alike(&single) && alike(&self.references) {
            return (single.first().copied().unwrap_or(1.0), vec![1.0; single.len()]);
        }
        let all: f64 = self.open.iter().sum();
        let mean = self.open.iter().zip(&single).map(|(w, f)| w * f).sum::<f64>() / all;
        let native = self.open.iter().zip(&self.references).map(|(w, f)| w * f).sum::<f64>() / all;
        let own = |(now, reference): (&f64, &f64)| {
            if mean > 0.0 { now / reference * native / mean } else { 1.0 }
        };
        (mean, single.iter().zip(&self.references).map(own).collect())
    }

    /// Takes the weight of an mRNA of efficiency 1.
    pub(super) fn weigh(&mut self, rho_0: f64) {
        self.gene_rates.iter_mut().for_each(|gene| gene.rho *= rho_0);
    }
}

impl Scale {
    /// The most transcripts that can be started at all copies of a gene of a chromosome [1/h]. Its place on the
    /// chromosome is not looked at: copies are the genome equivalents of the cell.
    pub(super) fn most_per_h(&self) -> f64 {
        60.0 * polymerase::MOST_PER_MIN * polymerase::genomes(self.growth_per_h)
    }

    /// The rates of a transcript; weights are still relative to efficiency 1.
    pub(super) fn unit(&self, genome: &Genome, transcript: &Transcript) -> UnitExpression {
        let gene = |member: &Member| &genome.genes()[member.index];
        let Transcript { members, tpm, carried, length_nt } = transcript;
        let tpm = *tpm;
        let counts = counting(genome, members);
        let sum = |of: &dyn Fn(&Member) -> f64| -> f64 {
            let counted = members.iter().zip(&counts).filter(|(_, counts)| **counts);
            counted.map(|(member, _)| of(member)).sum()
        };
        let length = |member: &Member| f64::from(gene(member).place.length_nt);
        let seen = sum(&|m| m.tpm * length(m)) > 0.0;
        // Where nothing was seen, the genes are weighed by their lengths.
        let weight = |m: &Member| if seen { m.tpm * length(m) } else { length(m) };
        let decay =
            |m: &Member| per_hour(gene(m).half_lives.mrna_min.unwrap_or(self.half_life_min));
        let chemical_decay_per_h = sum(&|m| weight(m) * decay(m)) / sum(&weight);
        let decay_per_h = self.lifetime_factor * chemical_decay_per_h;
        let open: Vec<f64> = members
            .iter()
            .zip(&counts)
            .map(|(m, counts)| if *counts { weight(m) / m.reference } else { 0.0 })
            .collect();
        let native_transcripts = self.mrna_per_tpm * tpm;
        let opened = open.iter().sum::<f64>() / sum(&weight);
        let rates = UnitRates {
            native_transcripts,
            transcription_per_h: native_transcripts * (decay_per_h + self.growth_per_h) * opened,
            most_per_h: self.most_per_h(),
            decay_per_h,
            chemical_decay_per_h,
            length_nt: f64::from(*length_nt),
        };
        let gene_rates = members.iter().zip(&counts).zip(carried).map(|((m, counts), carried)| {
            // Where a gene is alone, this is 1.
            let share = (m.tpm + PSEUDO_COUNT_TPM) / (carried + PSEUDO_COUNT_TPM);
            gene_rates(gene(m), if *counts { share } else { 1.0 })
        });
        UnitExpression {
            genes: members.iter().map(|m| m.index).collect(),
            rates,
            gene_rates: gene_rates.collect(),
            abundance_tpm: tpm,
            open,
            references: members.iter().map(|m| m.reference).collect(),
        }
    }
}

/// The rates of a gene with a factor of its translation; its weight is relative to efficiency 1.
fn gene_rates(gene: &Gene, share: f64) -> GeneRates {
    // What makes no protein takes no ribosomes.
    let efficiency = gene.translation_efficiency.unwrap_or(1.0);
    GeneRates {
        share,
        rho: gene.protein_length.map_or(0.0, |_| efficiency * share),
        length_aa: f64::from(gene.protein_length.unwrap_or(1).max(1)),
        length_nt: f64::from(gene.place.length_nt),
        protein_decay_per_h: gene.half_lives.protein_min.map_or(0.0, per_hour),
        inactivation_per_h: 0.0,
    }
}

/// Which members tell of the abundance of their unit: those that are long enough to be sequenced, if there are any.
fn counting(genome: &Genome, members: &[Member]) -> Vec<bool> {
    let long = |m: &Member| genome.genes()[m.index].place.length_nt >= SHORTEST_NT;
    let any = members.iter().any(long);
    members.iter().map(|m| !any || long(m)).collect()
}

/// A transcript of an operon.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Transcript {
    /// Its genes, in rising order.
    pub(super) members: Vec<Member>,
    /// Its abundance [TPM].
    pub(super) tpm: f64,
    /// For each gene the abundance of all transcripts that carry it [TPM].
    pub(super) carried: Vec<f64>,
    /// From its first to its last base [nt]; genes of which nothing is known are transcribed, too.
    pub(super) length_nt: u32,
}

impl Transcript {
    /// The one transcript of an operon, of which some genes can be used.
    pub(in super::super) fn whole(genome: &Genome, members: Vec<Member>) -> Self {
        let counts = counting(genome, &members);
        let length = |m: &Member| f64::from(genome.genes()[m.index].place.length_nt);
        let counted = || members.iter().zip(&counts).filter(|(_, counts)| **counts);
        let nt: f64 = counted().map(|(m, _)| m.tpm * length(m)).sum();
        let tpm = nt / counted().map(|(m, _)| length(m)).sum::<f64>();
        let carried = match members.as_slice() {
            // The mean of one may differ by rounding.
            [one] => vec![one.tpm],
            all => vec![tpm; all.len()],
        };
        let first = members.first().map(|m| m.index);
        let length_nt = first.map_or(0, |first| genome.transcription_unit_length(first));
        Self { members, tpm, carried, length_nt }
    }
}

/// The transcripts of the operons of the genes from one place on, in the order of their first genes, with those
/// members that can be used. Where an operon has promoters inside, they are told apart if that is `wanted` of it.
pub(super) fn transcripts(
    genome: &Genome,
    from: usize,
    usable: impl Fn(usize) -> Option<Member>,
    wanted: impl Fn(&[Member]) -> bool,
) -> Vec<Transcript> {
    let operons = members(genome, from, usable);
    let apart = |operon: Vec<Member>| match wanted(&operon) {
        true => internal::transcripts(genome, operon),
        false => vec![Transcript::whole(genome, operon)],
    };
    let mut found: Vec<Transcript> = operons.into_iter().flat_map(apart).collect();
    let genes = |t: &Transcript| -> Vec<usize> { t.members.iter().map(|m| m.index).collect() };
    found.sort_by_key(genes);
    found
}

/// The operons of the genes from one place on, with those members that can be used.
fn members(
    genome: &Genome,
    from: usize,
    usable: impl Fn(usize) -> Option<Member>,
) -> Vec<Vec<Member>> {
    let mut found = Vec::new();
    let mut seen = vec![false; genome.genes().len()];
    for first in from..seen.len() {
        if seen[first] {
            continue;
        }
        let mut all = genome.operon_of(first).to_vec();
        all.sort_unstable();
        all.iter().for_each(|&gene| seen[gene] = true);
        let members: Vec<Member> = all.into_iter().filter_map(&usable).collect();
        if !members.is_empty() {
            found.push(members);
        }
    }
    found
}

/// Decay of what is translated over chemical decay: what closes the account of the mRNA that is made.
pub(super) fn lifetime_factor(scale: &Scale, genome: &Genome, units: &[Transcript]) -> f64 {
    let (mut present, mut lost) = (0.0, 0.0);
    for transcript in units {
        let rates = scale.unit(genome, transcript).rates;
        let nt = rates.native_transcripts * rates.length_nt;
        present += nt;
        lost += nt * rates.chemical_decay_per_h;
    }
    let growth = scale.growth_per_h;
    let made = p::CELL_MASS * measured::mrna_synthesis_per_protein(growth);
    (made - growth * present) / lost
}

/// The sum over all genes, for each native transcript of their units.
pub(super) fn sum(units: &[UnitExpression], of: impl Fn(&GeneRates) -> f64) -> f64 {
    units.iter().fold(0.0, |sum, unit| {
        let genes = unit.gene_rates.iter().fold(0.0, |sum, gene| sum + of(gene));
        sum + unit.rates.native_transcripts * genes
    })
}

/// For each gene the units that carry it, and its place there.
pub(super) fn places(units: &[UnitExpression], genes: usize) -> Vec<Vec<(usize, usize)>> {
    let mut places = vec![Vec::new(); genes];
    for (unit, expression) in units.iter().enumerate() {
        for (at, &gene) in expression.genes.iter().enumerate() {
            if let Some(place) = places.get_mut(gene) {
                place.push((unit, at));
            }
        }
    }
    places
}
