//! What can be wrong with an annotated sequence.

use thiserror::Error;

use bioxen_base::nearest::hint;

/// Why no genome can be made of a file.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportError {
    /// A gene of a GFF3 file begins behind its end.
    #[error(
        "{origin}, line {line}: {gene} begins behind its end, and nothing says that the molecule is circular; exchange the two, or say Is_circular=true in the line of the region"
    )]
    Turned {
        /// The file.
        origin: String,
        /// The line.
        line: usize,
        /// The gene.
        gene: String,
    },
    /// The file is of no known format.
    #[error(
        "{origin} is neither GenBank (starts with LOCUS) nor GFF3 (starts with ##gff-version 3) nor SnapGene nor the original project's form{hint}"
    )]
    UnknownForm {
        /// The file.
        origin: String,
        /// What it looks like, and what to do then; empty if that is not known.
        hint: &'static str,
    },
    /// The file is no text and of no known format.
    #[error(
        "{origin}: is no text and no SnapGene file; save the sequence with its features as GenBank"
    )]
    Binary {
        /// The file.
        origin: String,
    },
    /// The file has a sequence and no features.
    #[error(
        "{origin}: is FASTA, which has a sequence and no genes; give its annotation, such as `bioxen genome import annotation.gff3 --fasta {origin}`, or a GenBank file, which has both"
    )]
    NoAnnotation {
        /// The file.
        origin: String,
    },
    /// A SnapGene file is not as it should be.
    #[error("{origin}: SnapGene, byte {byte}: {reason}; export it as GenBank from SnapGene")]
    SnapGene {
        /// The file.
        origin: String,
        /// Where, counted from 0.
        byte: usize,
        /// What is wrong.
        reason: String,
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
    /// A gene that is to be transcribed by itself is not there.
    #[error("{origin}: has no gene `{gene}`{}", hint(.nearest.as_deref()))]
    UnknownGene {
        /// The file.
        origin: String,
        /// The gene.
        gene: String,
        /// The nearest there is.
        nearest: Option<String>,
    },
    /// The file has no record.
    #[error("{origin}: has no annotated sequence")]
    NoRecord {
        /// The file.
        origin: String,
    },
    /// The file has several records.
    #[error("{origin}: has {} sequences; choose one with --record: {}; for a script, `bioxen genome import {origin} --record {} -o one.genome` makes a file of it", records.len(), shorten(records), records.first().map_or("NAME", String::as_str))]
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
    /// The FASTA has no sequence of the name that the annotation uses.
    #[error(
        "{origin}: annotates `{name}`, and the FASTA has {}; give the sequence of that name or rename the title of its line `>`",
        shorten(found)
    )]
    NoSequence {
        /// The file.
        origin: String,
        /// What the annotation calls its sequence.
        name: String,
        /// What the FASTA has.
        found: Vec<String>,
    },
    /// A sequence has letters that are no bases.
    #[error("{origin}: the sequence `{name}` has `{letter}` at {position}, which is no base of DNA; {}", if *letter == '-' { "take the gaps of its alignment out" } else { "give the sequence of the DNA, not of proteins" })]
    NoBase {
        /// The file.
        origin: String,
        /// What the FASTA calls the sequence.
        name: String,
        /// The first letter that is no base.
        letter: char,
        /// Where it is, counted from 1.
        position: usize,
    },
    /// There are no genes.
    #[error("{origin}: annotates no gene{}", .reason.as_deref().map(|r| format!(": {r}")).unwrap_or_default())]
    NoGenes {
        /// The file.
        origin: String,
        /// Why the first of its genes was left out, if it has some.
        reason: Option<String>,
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
        "{origin}:{}gene {gene} ends at {position}, and the sequence has {length} bp{}",
        if *line > 0 { format!("{line}: ") } else { " ".to_owned() },
        if *linear { "; only on a circular one (--topology circular) may it go on" } else { "" }
    )]
    BeyondSequence {
        /// The file.
        origin: String,
        /// The line of its feature, counted from 1; 0 where there are none.
        line: usize,
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
pub(super) fn shorten(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(10).map(String::as_str).collect();
    let more = if names.len() > shown.len() { ", ..." } else { "" };
    format!("{}{more}", shown.join(", "))
}
