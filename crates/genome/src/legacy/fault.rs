//! What can be wrong with a row of the original project's form.

use thiserror::Error;

/// What is wrong with a row of the original project's form, and what would be right.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LegacyFault {
    /// The row has too few fields.
    #[error(
        "the row has {found} blank-separated fields where seven are needed: start, length, end, strand, type, gene id, description"
    )]
    FieldCount {
        /// Fields found.
        found: usize,
    },
    /// The strand is not one of two.
    #[error("`{found}` is not a strand: 1 or -1")]
    Strand {
        /// The field.
        found: String,
    },
    /// The type is not known.
    #[error("`{found}` is not a type: 1 protein, 0 RNA, 2 tRNA, 3 rRNA, 4 other RNA, 5 pseudogene")]
    Kind {
        /// The field.
        found: String,
    },
    /// The gene starts at base 0.
    #[error("a gene cannot start at 0: the first base is number 1")]
    StartsAtZero,
    /// Start, length and end contradict each other.
    #[error(
        "start {start}, length {length} and end {end} contradict each other: a gene from {start} to {end} has length end - start + 1 = {}",
        i64::from(*end) - i64::from(*start) + 1
    )]
    Inconsistent {
        /// The start [nt].
        start: u32,
        /// The length [nt].
        length: u32,
        /// The end [nt].
        end: u32,
    },
    /// The rows hold midpoints.
    #[error(
        "the rows do not hold start, length and end: in {distances} of {rows} the third number is the first minus the first of the row before, so they hold midpoint, half-length and distance; give --legacy-midpoint to read them so"
    )]
    IsMidpoint {
        /// Rows whose third number is that distance.
        distances: usize,
        /// All rows.
        rows: usize,
    },
    /// The rows do not hold midpoints.
    #[error(
        "the rows do not hold midpoint, half-length and distance: in {plain} of {rows} they are start, length and end; leave out --legacy-midpoint"
    )]
    IsPlain {
        /// Rows whose numbers are start, length and end.
        plain: usize,
        /// All rows.
        rows: usize,
    },
    /// The distance from the gene before is not what the midpoints say.
    #[error(
        "the distance {distance} is not that of the midpoint {middle} from the one before, {before}: a row is wrong or missing"
    )]
    Distance {
        /// This row's midpoint [nt].
        middle: u32,
        /// The midpoint of the row before [nt].
        before: u32,
        /// The distance stated [nt].
        distance: u32,
    },
    /// The gene would start before the first base.
    #[error("a gene with midpoint {middle} and half-length {half} would start before base 1")]
    BeforeOrigin {
        /// The midpoint [nt].
        middle: u32,
        /// The half-length [nt].
        half: u32,
    },
    /// The gene would not be a whole number of codons.
    #[error(
        "a protein-coding gene of half-length {half} has {least} or {} nt, and neither is a whole number of codons",
        least + 1
    )]
    NoCodons {
        /// The half-length [nt].
        half: u32,
        /// The smaller possible length [nt].
        least: u32,
    },
    /// The header states another number of genes.
    #[error("the header states {stated} genes and the file has {found}: lines were lost or added")]
    GeneCount {
        /// The number stated.
        stated: String,
        /// The rows found.
        found: usize,
    },
}
