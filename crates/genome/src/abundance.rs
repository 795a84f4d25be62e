//! Estimates of transcript abundances that were not measured.
//!
//! A genome can run even if only its annotation is known: the demand of its genes on the host depends
//! mostly on how they share one total. So each coding gene gets an abundance, marked in the column
//! `tpm_kind`:
//!
//! 1. by symbol, that of the gene of the same name in *E. coli*;
//! 2. where there is none and the protein's sequence is known, one predicted from its length and amino
//!    acids ([`model`]), shifted by the median difference of the genes that have both;
//! 3. else the median of the others, or one and the same for all.
//!
//! All are scaled to add up to a million. [`TpmKind::factor`] gives their accuracy for 90 of 100 genes.
//! The gain over the same abundance for all genes is real but small.

mod model;
mod table;

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

pub use table::{AbundanceTable, TableError};

use bioxen_base::statistics;

use super::error::GenomeError;
use super::gene::{Gene, TpmKind};
use super::index::Genome;
use super::shipped::shipped;

/// How often each amino acid occurs in the proteins of a genome, by locus tag.
pub(super) type AminoAcids = HashMap<String, [u32; 20]>;

/// The least abundance by symbol [TPM]: less was not seen, which is not none.
const LEAST: f64 = 0.1;
/// The sum of all abundances [TPM].
const TOTAL: f64 = 1e6;
/// The fewest genes with both a name and a prediction by which predictions are shifted.
const FEWEST: usize = 10;

/// What is done about coding genes of which no abundance is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Abundance {
    /// Nothing: they stay unknown, and cannot be transcribed without one.
    #[default]
    Unknown,
    /// By symbol from *E. coli*, then predicted from length and amino acids, then the median.
    Auto,
    /// One and the same for all, adding up to a million.
    Uniform,
    /// This one for all [TPM].
    Each(f64),
    /// Those of a table, which go before what the genome says, and [`Abundance::Auto`] for others.
    Table(AbundanceTable),
}

impl FromStr for Abundance {
    type Err = TableError;

    /// Reads `auto`, `uniform`, `none` or a number [TPM].
    fn from_str(text: &str) -> Result<Self, TableError> {
        match text {
            "auto" => Ok(Self::Auto),
            "uniform" => Ok(Self::Uniform),
            "none" => Ok(Self::Unknown),
            text => table::abundance(text).map(Self::Each),
        }
    }
}

/// Where the abundances of a genome's coding genes come from: how many of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Estimate {
    /// Of the genome itself.
    pub measured: usize,
    /// Given by the user.
    pub given: usize,
    /// Of the gene of that name in *E. coli*.
    pub by_symbol: usize,
    /// Predicted from length and amino acids.
    pub predicted: usize,
    /// The median of the others, or one and the same for all.
    pub assumed: usize,
}

impl Estimate {
    /// Counts those of a genome.
    pub fn of(genome: &Genome) -> Self {
        let mut counts = Self::default();
        for (_, gene) in genome.coding().filter(|(_, gene)| gene.tpm.is_some()) {
            *match gene.tpm_kind.unwrap_or(TpmKind::Measured) {
                TpmKind::Measured => &mut counts.measured,
                TpmKind::Given => &mut counts.given,
                TpmKind::Symbol => &mut counts.by_symbol,
                TpmKind::Predicted => &mut counts.predicted,
                TpmKind::Assumed => &mut counts.assumed,
            } += 1;
        }
        counts
    }

    /// Whether one of them is estimated.
    pub fn is_estimated(&self) -> bool {
        self.by_symbol + self.predicted + self.assumed > 0
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            (self.measured, "measured", None),
            (self.given, "given", None),
            (self.by_symbol, "by symbol from E. coli", TpmKind::Symbol.factor()),
            (self.predicted, "predicted from length and amino acids", TpmKind::Predicted.factor()),
            (self.assumed, "assumed equal", TpmKind::Assumed.factor()),
        ];
        let rows =
            rows.into_iter().filter(|(count, ..)| *count > 0).map(|(count, what, factor)| {
                let factor =
                    factor.map(|factor| format!(" (within a factor of {factor} for 90 %)"));
                format!("{count} {what}{}", factor.unwrap_or_default())
            });
        let rows: Vec<String> = rows.collect();
        write!(f, "abundances of transcripts (TPM): {}", rows.join(", "))?;
        if self.is_estimated() {
            write!(f, "; estimates hold for shares of the whole rather than for single genes")?;
        }
        Ok(())
    }
}

/// The genome with an abundance for each coding gene, as `how` says; `amino_acids` by locus tag.
///
/// # Errors
/// When a table names a gene that the genome does not have.
pub(super) fn estimate(
    genome: Genome,
    how: &Abundance,
    amino_acids: &AminoAcids,
) -> Result<Genome, GenomeError> {
    if *how == Abundance::Unknown {
        return Ok(genome);
    }
    let mut given: Vec<Option<f64>> = vec![None; genome.genes().len()];
    if let Abundance::Table(table) = how {
        for (index, tpm) in table.resolve(&genome)? {
            given[index] = Some(tpm);
        }
    }
    let ecoli = shipped("ecoli")?;
    let none_known = genome.coding().all(|(index, gene)| gene.tpm.or(given[index]).is_none());
    let mut genes = genome.genes().to_vec();
    let by_symbol = |index: usize| {
        let gene = &genome.genes()[index];
        let names = gene.names.symbol.iter().chain(&gene.names.synonyms).chain([&gene.locus_tag]);
        // Synonyms of *E. coli* are left out: many of them are words that mean other genes elsewhere.
        let same = |found: &&Gene, name: &str| {
            // Case tells betA from beta; only a protein's capital is forgiven.
            let mut letters = name.chars();
            let first = letters.next().map(|c| c.to_ascii_lowercase());
            let name_of_gene: String = first.into_iter().chain(letters).collect();
            found.names.symbol.as_ref() == Some(&name_of_gene) || found.locus_tag == name
        };
        let found = names.filter_map(|name| ecoli.gene(name).filter(|found| same(found, name)));
        found.into_iter().find_map(|gene| gene.tpm).map(|tpm| tpm.max(LEAST))
    };
    let predicted =
        |index: usize| amino_acids.get(&genome.genes()[index].locus_tag).and_then(model::predict);
    let coding: Vec<usize> = genome.coding().map(|(index, _)| index).collect();
    let known = |index: usize| given[index].or(genome.genes()[index].tpm);
    let (symbol_shift, shift) = shifts(&coding, known, by_symbol, predicted);
    for &index in &coding {
        let gene = &mut genes[index];
        let estimate = match how {
            _ if given[index].is_some() => given[index].map(|tpm| (tpm, TpmKind::Given)),
            _ if gene.tpm.is_some() => continue,
            Abundance::Each(tpm) => Some((*tpm, TpmKind::Given)),
            Abundance::Uniform => None,
            _ => by_symbol(index)
                .map(|tpm| (tpm * symbol_shift, TpmKind::Symbol))
                .or_else(|| Some((predicted(index)? * shift, TpmKind::Predicted))),
        };
        if let Some((tpm, kind)) = estimate {
            (gene.tpm, gene.tpm_kind) = (Some(tpm), Some(kind));
        }
    }
    let mut all: Vec<f64> = coding.iter().filter_map(|&index| genes[index].tpm).collect();
    let middle = median(&mut all).filter(|middle| *middle > 0.0).unwrap_or(1.0);
    for &index in &coding {
        let gene = &mut genes[index];
        if gene.tpm.is_none() {
            (gene.tpm, gene.tpm_kind) = (Some(middle), Some(TpmKind::Assumed));
        }
    }
    // Numbers that were given or measured are kept.
    let scaled = none_known && !matches!(how, Abundance::Each(_));
    let sum: f64 = coding.iter().filter_map(|&index| genes[index].tpm).sum();
    for &index in &coding {
        let factor = if scaled { TOTAL / sum } else { 1.0 };
        // Four digits are more than is known.
        genes[index].tpm = match (genes[index].tpm, genes[index].tpm_kind) {
            (tpm, None | Some(TpmKind::Measured | TpmKind::Given)) => tpm,
            (tpm, _) => tpm.map(|tpm| four_digits((tpm * factor).min(TOTAL))),
        };
    }
    Ok(genome.with_genes(genes))
}

/// What abundances by symbol, and predicted ones, are multiplied by to fit what is known: the medians
/// over the genes that have both.
fn shifts(
    coding: &[usize],
    known: impl Fn(usize) -> Option<f64>,
    by_symbol: impl Fn(usize) -> Option<f64>,
    predicted: impl Fn(usize) -> Option<f64>,
) -> (f64, f64) {
    type One<'a> = &'a dyn Fn(usize) -> Option<f64>;
    let ratio = |of: One<'_>, to: One<'_>| {
        let both = coding.iter().filter_map(|&index| Some(of(index)? / to(index)?));
        let mut ratios: Vec<f64> = both.filter(|ratio| *ratio > 0.0 && ratio.is_finite()).collect();
        median(&mut ratios).filter(|_| ratios.len() >= FEWEST)
    };
    let symbol_shift = ratio(&known, &by_symbol).unwrap_or(1.0);
    let shift = ratio(&known, &predicted)
        .or_else(|| ratio(&by_symbol, &predicted).map(|shift| shift * symbol_shift));
    (symbol_shift, shift.unwrap_or(1.0))
}

/// The median; `None` of nothing.
fn median(values: &mut [f64]) -> Option<f64> {
    Some(statistics::median(values)).filter(|median| !median.is_nan())
}

fn four_digits(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}
