//! Makes a genome of an annotated sequence: GenBank, GFF3, or the original project's form.
//!
//! The parsers are `gb-io` and the `noodles` crates. What an annotation does not hold, such as
//! abundances, stays unknown in the genome.

mod build;
mod error;
mod fasta;
mod feature;
mod genbank;
mod gff;
mod guard;
mod record;

use std::path::{Path, PathBuf};

pub use error::{ImportError, Remark};

use super::clean::{genome_name, plain_text};
use super::error::GenomeError;
use super::file::{read_bytes, read_with, utf8};
use super::index::Genome;
use super::legacy::{self, Layout};
use super::metadata::{Metadata, Topology};
use super::reader::MAGIC;

/// What an import is told beyond what is in the file. `None` means what the file says.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The genome's name; otherwise that of the file.
    pub name: Option<String>,
    /// The organism, in words.
    pub organism: Option<String>,
    /// Under which terms the annotation may be used.
    pub licence: Option<String>,
    /// Which record to take where the file has several: its accession or name.
    pub record: Option<String>,
    /// Length of the chromosome [nt].
    pub length_nt: Option<u32>,
    /// Whether the chromosome is closed.
    pub topology: Option<Topology>,
    /// NCBI number of the genetic code.
    pub translation_table: Option<u8>,
    /// What the rows of the original project's form hold.
    pub layout: Layout,
    /// The sequence that a GFF3 file annotates.
    pub fasta: Option<PathBuf>,
}

/// A genome made from another format, and what had to be decided on the way.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The genome.
    pub genome: Genome,
    /// What had to be decided, left out or assumed.
    pub remarks: Vec<Remark>,
}

/// Reads an annotated sequence. Its format is told from its contents, not from its name.
///
/// ```
/// use bioxen::genome::{ImportOptions, Topology, import};
/// let imported = import("tests/data/invented.gb", &ImportOptions::default())?;
/// assert_eq!(imported.genome.metadata.topology, Topology::Circular);
/// assert_eq!(imported.genome.gene("abcB").unwrap().protein_length, Some(40));
/// assert!(imported.remarks.is_empty());
/// # Ok::<(), bioxen::genome::GenomeError>(())
/// ```
///
/// # Errors
/// If the file cannot be read, is of no format known here, breaks the rules of its format, or does
/// not say how long the chromosome is; [`GenomeError::Import`] says what would help.
pub fn import(path: impl AsRef<Path>, options: &ImportOptions) -> Result<Imported, GenomeError> {
    let path = path.as_ref();
    let origin = path.display().to_string();
    let bytes = read_bytes(path)?;
    let fasta = options.fasta.as_deref().map(fasta::read_file).transpose()?;
    import_text(&bytes, &origin, fasta, options)
}

/// Reads an annotated sequence from memory; `fasta` are the sequences it annotates, if given.
fn import_text(
    bytes: &[u8],
    origin: &str,
    fasta: Option<Vec<fasta::Sequence>>,
    options: &ImportOptions,
) -> Result<Imported, GenomeError> {
    let text = utf8(bytes, origin)?;
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut imported = if first.starts_with(MAGIC) {
        return Err(ImportError::IsGenome { origin: origin.to_owned() }.into());
    } else if legacy::looks_legacy(text) {
        let genome = read_with(bytes, origin, options.layout)?;
        let table = genome.metadata.translation_table;
        let assumed = options.translation_table.is_none();
        let table = assumed.then_some(Remark::AssumedTable { table });
        let linear = options.topology.is_none().then_some(Remark::AssumedLinear);
        Imported { genome, remarks: table.into_iter().chain(linear).collect() }
    } else {
        let records = if text.lines().take(50).any(|line| line.starts_with("LOCUS")) {
            genbank::read(text, origin)?
        } else if gff::looks_gff(first) {
            gff::read(text, origin, fasta)?
        } else {
            return Err(ImportError::UnknownForm { origin: origin.to_owned() }.into());
        };
        let record = record::choose(records, options.record.as_deref(), origin)?;
        build::build(record, options, origin)?
    };
    overrule(&mut imported.genome.metadata, options);
    imported.genome.name =
        options.name.as_deref().and_then(super::clean::word).unwrap_or_else(|| genome_name(origin));
    // What was made is held against the rules that every genome file keeps.
    let text = super::writer::write(&imported.genome);
    imported.genome = read_with(text.as_bytes(), origin, Layout::Plain)?;
    Ok(imported)
}

/// What was given by hand goes before what the file says.
fn overrule(metadata: &mut Metadata, options: &ImportOptions) {
    if let Some(organism) = &options.organism {
        metadata.organism = plain_text(organism);
    }
    if let Some(licence) = &options.licence {
        metadata.licences = vec![plain_text(licence)];
    }
    metadata.length_nt = options.length_nt.unwrap_or(metadata.length_nt);
    metadata.topology = options.topology.unwrap_or(metadata.topology);
    metadata.translation_table = options.translation_table.unwrap_or(metadata.translation_table);
}
