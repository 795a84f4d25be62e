//! What can be wrong at one place of a genome file.

use thiserror::Error;

use super::legacy::LegacyFault;
use bioxen_base::nearest::hint;

/// What is wrong at one place of a genome file, and what would be right.
#[derive(Debug, Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes are not text.
    #[error("the byte 0x{byte:02x} is not valid UTF-8 here; save the file as UTF-8")]
    Encoding {
        /// The byte.
        byte: u8,
    },
    /// The file is of a version this program does not know.
    #[error("version `{found}` is not known; this program reads version 1")]
    Version {
        /// The version stated.
        found: String,
    },
    /// A line is too long to be a gene.
    #[error("the line has {found} bytes; at most {limit} are allowed")]
    LongLine {
        /// Its length [bytes].
        found: usize,
        /// The limit [bytes].
        limit: usize,
    },
    /// A `#` line is no metadata line.
    #[error("`{found}` is not of the form `#key: value`")]
    NotMetadata {
        /// The line.
        found: String,
    },
    /// A metadata key is not known.
    #[error(
        "the key `{found}` is not known{}; a key of your own starts with `x-`",
        hint(*nearest)
    )]
    UnknownKey {
        /// The key.
        found: String,
        /// The nearest that is known.
        nearest: Option<&'static str>,
    },
    /// A metadata key is given twice.
    #[error("the key is already given in line {first}")]
    RepeatedKey {
        /// Where it is given first.
        first: usize,
    },
    /// A required metadata key is missing.
    #[error("the line `#{key}: ...` is missing above the column names")]
    MissingKey {
        /// The key.
        key: &'static str,
    },
    /// The column names are missing.
    #[error("the line that names the columns is missing")]
    MissingHeader,
    /// A column is not known.
    #[error(
        "the column `{found}` is not known{}; a column of your own starts with `x-`",
        hint(nearest.as_deref())
    )]
    UnknownColumn {
        /// The column.
        found: String,
        /// The nearest that is known, with its unit.
        nearest: Option<String>,
    },
    /// A column is known, but not in this unit.
    #[error("the column is written `{expected}`, not `{found}`")]
    WrongUnit {
        /// The column name as found.
        found: String,
        /// As it must be.
        expected: String,
    },
    /// A column is named twice.
    #[error("the column is named twice")]
    RepeatedColumn,
    /// A required column is missing.
    #[error("the column `{name}` is missing")]
    MissingColumn {
        /// The column, with its unit.
        name: String,
    },
    /// There are more `x-` columns than allowed.
    #[error("there are more than {limit} columns that start with `x-`")]
    TooManyColumns {
        /// The limit.
        limit: usize,
    },
    /// A line has more or fewer fields than there are columns.
    #[error("the line has {found} tab-separated fields where there are {expected} columns")]
    FieldCount {
        /// Fields found.
        found: usize,
        /// Columns named.
        expected: usize,
    },
    /// A required field is empty.
    #[error("the field is empty; it needs {expected}")]
    Missing {
        /// What it needs.
        expected: &'static str,
    },
    /// A field is not the number it should be.
    #[error("`{found}` is not {expected}")]
    NotANumber {
        /// The field.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A number is too small or too large.
    #[error("{found} is not between {least} and {most} {unit}")]
    OutOfRange {
        /// The number as written.
        found: String,
        /// The least allowed.
        least: f64,
        /// The most allowed.
        most: f64,
        /// Their unit.
        unit: &'static str,
    },
    /// A word is not one of those allowed.
    #[error("`{found}` is not one of {}{}", allowed.join(", "), hint(*nearest))]
    UnknownWord {
        /// The word.
        found: String,
        /// Those allowed.
        allowed: &'static [&'static str],
        /// The nearest of them.
        nearest: Option<&'static str>,
    },
    /// A text has a character it may not have.
    #[error("`{found}` contains {character:?}, which is not allowed here")]
    Character {
        /// The text.
        found: String,
        /// The character.
        character: char,
    },
    /// A text begins or ends with a blank.
    #[error("`{found}` begins or ends with a blank; remove it")]
    Blank {
        /// The text.
        found: String,
    },
    /// A name is longer than allowed.
    #[error("the name has {found} characters; at most {limit} are allowed")]
    LongName {
        /// Its length.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// Two genes have one locus tag.
    #[error("`{tag}` is already the locus tag of the gene in line {first}")]
    RepeatedTag {
        /// The tag.
        tag: String,
        /// Where it stands first.
        first: usize,
    },
    /// A gene ends before it starts on a chromosome with ends.
    #[error(
        "the gene starts at {start} and ends before that, at {end}; only on a circular genome may a gene do so"
    )]
    EndBeforeStart {
        /// Its start [nt].
        start: u32,
        /// Its end [nt].
        end: u32,
    },
    /// A gene lies beyond the end of the chromosome.
    #[error("position {position} lies beyond the genome, which is {length} bp long")]
    BeyondGenome {
        /// The position [nt].
        position: u32,
        /// The length of the chromosome [nt].
        length: u32,
    },
    /// A protein is longer than its gene allows.
    #[error("a protein of {protein} aa needs {} nt, and the gene has {gene}", u64::from(*protein) * 3)]
    LongProtein {
        /// The protein [aa].
        protein: u32,
        /// The gene [nt].
        gene: u32,
    },
    /// The bases do not add up to the gene.
    #[error("A, C, G and U add up to {sum} nt, and the gene has {gene}")]
    Composition {
        /// Their sum [nt].
        sum: u64,
        /// The gene [nt].
        gene: u32,
    },
    /// Only some of the bases are given.
    #[error("give A, C, G and U of a gene, or none of them")]
    PartComposition,
    /// The genes of an operon lie on both strands.
    #[error("the genes of operon `{operon}` lie on both strands; line {first} has the other")]
    SplitOperon {
        /// The operon.
        operon: String,
        /// Where its first gene stands.
        first: usize,
    },
    /// There are more genes than allowed.
    #[error("there are more than {limit} genes")]
    TooManyGenes {
        /// The limit.
        limit: usize,
    },
    /// There is no gene at all.
    #[error("there is no gene in the file")]
    NoGenes,
    /// The file stops before its last line.
    #[error(
        "the file stops after {found} genes without its last line, `#end {found}`: it was cut off"
    )]
    CutOff {
        /// The genes found.
        found: usize,
    },
    /// The last line states another number of genes.
    #[error(
        "the last line states {stated} genes and the file has {found}: lines were lost or added"
    )]
    GeneCount {
        /// The number stated.
        stated: String,
        /// The genes found.
        found: usize,
    },
    /// There is something after the last line.
    #[error("there is text after the last line, `#end ...`")]
    AfterEnd,
    /// A row of the original project's form is wrong.
    #[error(transparent)]
    Legacy(#[from] LegacyFault),
}
