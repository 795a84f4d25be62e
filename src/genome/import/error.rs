//! What can be wrong with an annotated sequence, and what had to be decided about it.

use thiserror::Error;

use crate::nearest::hint;

/// Why no genome can be made of a file.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportError {
    /// The file is of no known format.
    #[error(
        "{origin}: is neither GenBank (starts with LOCUS) nor GFF3 (starts with ##gff-version 3) nor the original project's form"
    )]
    UnknownForm {
        /// The file.
        origin: String,
    },
    /// The file is a genome file already.
    #[error("{origin}: is a genome file already; there is nothing to import")]
    IsGenome {
        /// The file.
        origin: String,
    },
    /// The file breaks the rules of its format.
    #[error("{origin}:{line}: {reason}")]
    Syntax {
        /// The file.
        origin: String,
        /// The line, counted from 1.
        line: usize,
        /// What the parser says.
        reason: String,
    },
    /// The file breaks the rules of its format; its parser does not say where.
    #[error("{origin}: record {record}: {reason}")]
    Record {
        /// The file.
        origin: String,
        /// The record, counted from 1.
        record: usize,
        /// What the parser says.
        reason: String,
    },
    /// The file has no record.
    #[error("{origin}: has no annotated sequence")]
    NoRecord {
        /// The file.
        origin: String,
    },
    /// The file has several records.
    #[error("{origin}: has {} sequences; choose one with --record: {}", records.len(), shorten(records))]
    SeveralRecords {
        /// The file.
        origin: String,
        /// Their names.
        records: Vec<String>,
    },
    /// The file has no record of that name.
    #[error("{origin}: has no sequence `{name}`; it has {}{}", shorten(records), hint(nearest.as_deref()))]
    UnknownRecord {
        /// The file.
        origin: String,
        /// The name asked for.
        name: String,
        /// The names there are.
        records: Vec<String>,
        /// The nearest of them.
        nearest: Option<String>,
    },
    /// The length of the chromosome is nowhere stated.
    #[error(
        "{origin}: does not say how long the chromosome is; give its sequence with --fasta or its length with --length"
    )]
    UnknownLength {
        /// The file.
        origin: String,
    },
    /// The length of the chromosome cannot be.
    #[error("{origin}: states a length of {found} bp; it must be between 1 and {most}")]
    Length {
        /// The file.
        origin: String,
        /// The length stated [nt].
        found: u64,
        /// The most allowed [nt].
        most: u32,
    },
    /// The sequence is not the one that is annotated.
    #[error("{origin}: annotates {stated} bp, and the sequence has {found}")]
    OtherSequence {
        /// The file.
        origin: String,
        /// The length the annotation states [nt].
        stated: u32,
        /// The length of the sequence [nt].
        found: usize,
    },
    /// There are no genes.
    #[error("{origin}: annotates no gene")]
    NoGenes {
        /// The file.
        origin: String,
    },
    /// There are more genes than a genome may have.
    #[error("{origin}: annotates more than {limit} genes")]
    TooManyGenes {
        /// The file.
        origin: String,
        /// The limit.
        limit: usize,
    },
    /// A gene lies beyond the end of the chromosome.
    #[error(
        "{origin}: gene {gene} ends at {position}, and the sequence has {length} bp{}",
        if *linear { "; only on a circular one (--topology circular) may it go on" } else { "" }
    )]
    BeyondSequence {
        /// The file.
        origin: String,
        /// The gene.
        gene: String,
        /// Its end [nt].
        position: u64,
        /// The length of the chromosome [nt].
        length: u32,
        /// Whether the chromosome has ends.
        linear: bool,
    },
}

/// At most ten names.
fn shorten(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(10).map(String::as_str).collect();
    let more = if names.len() > shown.len() { ", ..." } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// Something an import had to decide, leave out or assume.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
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
    /// A gene has several proteins.
    #[error("{gene} has {count} proteins; the longest was taken")]
    SeveralProteins {
        /// The gene.
        gene: String,
        /// How many there are.
        count: usize,
    },
    /// A protein is too long for its gene.
    #[error(
        "{gene}: its protein of {protein} aa does not fit into {length} nt; its length was left empty"
    )]
    LongProtein {
        /// The gene.
        gene: String,
        /// The protein [aa].
        protein: u32,
        /// The gene [nt].
        length: u32,
    },
    /// The genetic code is not stated.
    #[error(
        "the file does not state the genetic code; table {table} was assumed (--translation-table)"
    )]
    AssumedTable {
        /// The table assumed.
        table: u8,
    },
    /// The topology is not stated.
    #[error("the file does not state the topology; linear was assumed (--topology)")]
    AssumedLinear,
}
