//! Remarks: the decisions and assumptions made while reading an annotated sequence.

use thiserror::Error;

use super::super::abundance::Estimate;
use super::error::shorten;

/// Something an import had to decide, leave out or assume.
#[derive(Debug, Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum Remark {
    /// A gene was left out.
    #[error("left out {gene}: {reason}")]
    LeftOut {
        /// The gene.
        gene: String,
        /// Why.
        reason: &'static str,
    },
    /// A gene without a name got one from its place.
    #[error("a gene without a name was called {name}")]
    Named {
        /// The name it got.
        name: String,
    },
    /// A name was taken, and the gene got another.
    #[error("a second gene called {name} was renamed {given}")]
    Renamed {
        /// The name in the file.
        name: String,
        /// The name it got.
        given: String,
    },
    /// A gene and what it makes lie at one place and have different names.
    #[error(
        "{gene} lies at the very place of gene {}: they were taken for one gene, which answers to both names",
        shorten(others)
    )]
    OneGene {
        /// What it is called.
        gene: String,
        /// What the gene at its place is called.
        others: Vec<String>,
    },
    /// Several genes have one name.
    #[error("{} have the same name {name}; each is known by its locus tag", shorten(genes))]
    Shared {
        /// The name.
        name: String,
        /// The locus tags of the genes.
        genes: Vec<String>,
    },
    /// The sequence beside the annotation has another name.
    #[error(
        "the sequence `{found}` of the FASTA was taken for {name}: it is the only one of that length"
    )]
    OtherName {
        /// What the annotation calls its sequence.
        name: String,
        /// What the FASTA calls it.
        found: String,
    },
    /// The FASTA within the file does not have the sequence.
    #[error(
        "the FASTA in the file has no sequence of {name}, but {}; no bases were read",
        shorten(found)
    )]
    WithoutBases {
        /// What the annotation calls its sequence.
        name: String,
        /// What the FASTA has.
        found: Vec<String>,
    },
    /// The file has a sequence of its own.
    #[error("the file has a sequence of its own; the one of --fasta was not used")]
    FastaUnused,
    /// A gene has several proteins.
    #[error("{gene} has {count} proteins; the longest was taken")]
    SeveralProteins {
        /// The gene.
        gene: String,
        /// How many there are.
        count: usize,
    },
    /// A name had to be changed to be one word.
    #[error("the gene `{written}` was called {name}, which is one word")]
    Reworded {
        /// The name in the file.
        written: String,
        /// The name it got.
        name: String,
    },
    /// A gene is written so that it crosses the origin.
    #[error("{gene} was read as crossing the origin of the circular sequence")]
    Wraps {
        /// The gene.
        gene: String,
    },
    /// A coding sequence ends without a stop codon.
    #[error("{gene} has no stop codon at its end; all its {codons} codons were counted")]
    NoStop {
        /// The gene.
        gene: String,
        /// How many codons there are.
        codons: u32,
    },
    /// A coding sequence has a stop codon within.
    #[error(
        "{gene} has a stop codon at {at} of {codons} codons; its length is that of the annotation"
    )]
    StopWithin {
        /// The gene.
        gene: String,
        /// The codon, counted from 1.
        at: usize,
        /// How many codons there are.
        codons: usize,
    },
    /// Genes lie over each other so often that their bases were not all read.
    #[error("the genes lie over each other many times; the bases of the last ones were not read")]
    Crowded,
    /// A gene was taken for a coding sequence.
    #[error(
        "{gene} is annotated as a gene only; it reads from a start to a stop codon and was taken for a CDS"
    )]
    TakenAsCds {
        /// The gene.
        gene: String,
    },
    /// A gene of a protein has no coding sequence, and was taken for one.
    #[error(
        "{gene} is annotated as the gene of a protein, without a CDS; the whole of it was taken for one"
    )]
    WholeGene {
        /// The gene.
        gene: String,
    },
    /// A gene of a protein has no coding sequence, and cannot be one.
    #[error(
        "{gene} is annotated as the gene of a protein, without a CDS, and does not read as one from its first base to its last; it has no protein here (take an annotation with rows of type CDS)"
    )]
    WithoutCds {
        /// The gene.
        gene: String,
    },
    /// Nothing says what the genes make.
    #[error(
        "the annotation has genes only, and no CDS: nothing says what they make, and none is translated (take an annotation with CDS)"
    )]
    GenesOnly,
    /// A protein is too long for its gene.
    #[error(
        "{gene}: its protein of {protein} aa does not fit into {length} nt; its codons were counted"
    )]
    LongProtein {
        /// The gene.
        gene: String,
        /// The protein [aa].
        protein: u32,
        /// The coding sequence [nt].
        length: u64,
    },
    /// A protein is shorter than its gene.
    #[error(
        "{gene}: its protein has {protein} aa, and its {codons} codons make more; the protein of the file was taken"
    )]
    ShortProtein {
        /// The gene.
        gene: String,
        /// The protein [aa].
        protein: u32,
        /// How many codons there are.
        codons: u64,
    },
    /// Genes state genetic codes that differ.
    #[error(
        "genes state several genetic codes; each was read in its own, and table {table} was taken for the genome"
    )]
    SeveralTables {
        /// The table of the genome.
        table: u8,
    },
    /// The text is in an encoding that had to be guessed.
    #[error("line {line} is not UTF-8; the file was read as Latin-1")]
    AssumedLatin1 {
        /// The first line that says so.
        line: usize,
    },
    /// The topology is not stated, and a gene shows it.
    #[error(
        "the file does not state the topology; circular was assumed, since {gene} crosses the origin (`bioxen genome import --topology linear` writes a genome with the other)"
    )]
    AssumedCircular {
        /// The gene.
        gene: String,
    },
    /// Where the abundances come from.
    #[error("{counts}")]
    Abundances {
        /// How many of each.
        counts: Estimate,
    },
    /// The copies of a plasmid follow from its origin of replication.
    #[error(
        "{copies} copies were taken, those of origins of class {class} (`{label}`; {low} to {high}; {source_}); give another number if you know it"
    )]
    Copies {
        /// How many [copies per cell].
        copies: f64,
        /// The class of the origin.
        class: &'static str,
        /// What the file calls it.
        label: String,
        /// The least that is likely [copies per cell].
        low: f64,
        /// The most that is likely [copies per cell].
        high: f64,
        /// Where the number is from.
        source_: &'static str,
    },
    /// The file shows no origin that replicates in *E. coli*.
    #[error(
        "no origin of replication is annotated whose copies in E. coli are known; the number of copies must be given (--copies N, add_plasmid(file, N))"
    )]
    NoOrigin,
    /// A plasmid has operators of lac.
    #[error(
        "lac operators on a copy: {operators}; they take Lac repressor away from the lac operon"
    )]
    LacOperators {
        /// How many.
        operators: usize,
    },
    /// Genes of a plasmid that are transcribed by themselves.
    #[error(
        "transcribed by themselves: {}; they are taken for markers, each as strong as bla, {tpm} TPM a copy",
        shorten(genes)
    )]
    Markers {
        /// The genes.
        genes: Vec<String>,
        /// The abundance from one copy [TPM].
        tpm: f64,
    },
    /// Genes of a plasmid that were said to be transcribed by themselves.
    #[error(
        "transcribed by themselves, as given: {}; those whose file states no abundance as strongly as bla, {tpm} TPM a copy",
        shorten(genes)
    )]
    Given {
        /// The genes.
        genes: Vec<String>,
        /// The abundance from one copy where none is stated [TPM].
        tpm: f64,
    },
    /// Genes of a plasmid whose promoter is not known.
    #[error("not transcribed by themselves, since nothing is known of their promoters here: {}; `start_transcription(\"{}\", #{{tpm: 300}})` opens one, with its abundance from one copy", shorten(genes), genes.first().map_or("gene", String::as_str))]
    Silent {
        /// The genes.
        genes: Vec<String>,
    },
    /// The genetic code is not stated.
    #[error(
        "the file does not state the genetic code; table {table} was assumed (`bioxen genome import --translation-table N` writes a genome with another)"
    )]
    AssumedTable {
        /// The table assumed.
        table: u8,
    },
    /// The topology is not stated.
    #[error(
        "the file does not state the topology; linear was assumed (`bioxen genome import --topology circular` writes a genome with the other)"
    )]
    AssumedLinear,
}

impl Remark {
    /// Calls a gene by another name, where the remark is about that gene.
    pub fn rename(&mut self, from: &str, to: &str) {
        let name = match self {
            Remark::Named { name } | Remark::Reworded { name, .. } => name,
            Remark::Renamed { given, .. } => given,
            Remark::OneGene { gene, .. }
            | Remark::SeveralProteins { gene, .. }
            | Remark::Wraps { gene }
            | Remark::NoStop { gene, .. }
            | Remark::StopWithin { gene, .. }
            | Remark::TakenAsCds { gene }
            | Remark::WholeGene { gene }
            | Remark::WithoutCds { gene }
            | Remark::LongProtein { gene, .. }
            | Remark::ShortProtein { gene, .. }
            | Remark::AssumedCircular { gene } => gene,
            Remark::Markers { genes, .. }
            | Remark::Given { genes, .. }
            | Remark::Silent { genes } => {
                let same = genes.iter_mut().filter(|gene| *gene == from);
                same.for_each(|gene| to.clone_into(gene));
                return;
            }
            _ => return,
        };
        if name == from {
            to.clone_into(name);
        }
    }
}

/// How many remarks of one kind are told one by one.
const TOLD: usize = 5;

/// The remarks in words, the first of each kind and how many more there are.
///
/// ```
/// use bioxen_genome::{Remark, telling};
/// let named = |n: i32| Remark::Named { name: format!("CDS_{n}") };
/// let told = telling(&(1..100).map(named).collect::<Vec<_>>());
/// assert_eq!(told.len(), 6);
/// assert_eq!(told[5], "94 more remarks of this kind");
/// ```
pub fn telling(remarks: &[Remark]) -> Vec<String> {
    let mut told = Vec::new();
    let mut seen = Vec::new();
    for remark in remarks {
        let kind = std::mem::discriminant(remark);
        if seen.contains(&kind) {
            continue;
        }
        seen.push(kind);
        let same = || remarks.iter().filter(|other| std::mem::discriminant(*other) == kind);
        told.extend(same().take(TOLD).map(ToString::to_string));
        let more = same().count().saturating_sub(TOLD);
        if more > 0 {
            let remarks = if more == 1 { "remark" } else { "remarks" };
            told.push(format!("{more} more {remarks} of this kind"));
        }
    }
    told
}
