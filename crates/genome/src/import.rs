//! Makes a genome of an annotated sequence: GenBank, GFF3, SnapGene, or the original project's form.
//!
//! The parsers are our own: files of plasmid editors break many rules of their formats, and our errors
//! name the line. Facts that an annotation does not contain, such as half-lives, stay unknown in the
//! genome.

mod build;
#[cfg(test)]
mod cases;
mod code;
mod error;
mod fasta;
mod feature;
mod genbank;
mod gff;
mod group;
mod names;
mod operators;
mod origin;
mod plasmid;
mod protein;
mod record;
mod remark;
mod snapgene;
mod text;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub use error::ImportError;
pub use plasmid::PlasmidOptions;
pub use remark::{Remark, telling};

use super::abundance::{Abundance, AminoAcids, Estimate, estimate};
use super::clean::{genome_name, plain_text};
use super::error::GenomeError;
use super::file::{read_bytes, read_with};
use super::index::Genome;
use super::legacy::{self, Layout};
use super::metadata::{Metadata, Topology};
use super::reader::MAGIC;
pub(super) use snapgene::looks_snapgene;

use record::Record;

/// What an import is told about a genome. `None` means what the file says.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The genome's name; otherwise that of the file.
    pub name: Option<String>,
    /// The organism, in words.
    pub organism: Option<String>,
    /// Under which terms the annotation may be used.
    pub licence: Option<String>,
}

/// What an import is told of a sequence. `None` means what the file says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Molecule {
    /// Length of the chromosome [nt].
    pub length_nt: Option<u32>,
    /// Whether the chromosome is closed.
    pub topology: Option<Topology>,
    /// NCBI number of the genetic code.
    pub translation_table: Option<u8>,
}

/// What an import is told beyond what is in the file. `None` means what the file says.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// What is said about the genome.
    pub about: About,
    /// Which record to take where the file has several: its accession or name.
    pub record: Option<String>,
    /// What is said of the sequence.
    pub molecule: Molecule,
    /// What the rows of the original project's form hold.
    pub layout: Layout,
    /// The sequence that a GFF3 file annotates.
    pub fasta: Option<PathBuf>,
    /// What is done about abundances of transcripts, which no annotation has.
    pub abundance: Abundance,
    /// Makes a plasmid: with a number of copies, and genes that are transcribed by themselves.
    pub plasmid: Option<PlasmidOptions>,
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
/// use bioxen_genome::{ImportOptions, Topology, import};
/// let imported = import("../../tests/data/invented.gb", &ImportOptions::default())?;
/// assert_eq!(imported.genome.metadata.topology, Topology::Circular);
/// assert_eq!(imported.genome.gene("abcB").unwrap().protein_length, Some(40));
/// // Two genes have one name.
/// assert!(imported.remarks[0].to_string().contains("the same name abcA"));
/// # Ok::<(), bioxen_genome::GenomeError>(())
/// ```
///
/// # Errors
/// If the file cannot be read, is of no format known here, breaks the rules of its format, or does
/// not say how long the chromosome is; [`GenomeError::Import`] says what would help.
pub fn import(path: impl AsRef<Path>, options: &ImportOptions) -> Result<Imported, GenomeError> {
    let path = path.as_ref();
    let origin = path.display().to_string();
    let bytes = read_bytes(path)?;
    if bytes.starts_with(MAGIC.as_bytes()) {
        return Err(ImportError::IsGenome { origin }.into());
    }
    from_bytes(&bytes, &origin, options)
}

/// Reads a genome of any format known here: a genome file as it is, others as [`import`] does.
/// Abundances are those of [`ImportOptions::abundance`] where the file has none; of the other options
/// a genome file takes the plasmid's only. `origin` is what the file is called in messages.
///
/// ```
/// use bioxen_genome::{Abundance, ImportOptions, open};
/// let options = ImportOptions { abundance: Abundance::Auto, ..ImportOptions::default() };
/// let opened = open("../../tests/data/invented.gb", "invented.gb", &options)?;
/// assert!(opened.genome.coding().all(|(_, gene)| gene.tpm.is_some()));
/// # Ok::<(), bioxen_genome::GenomeError>(())
/// ```
///
/// # Errors
/// As [`import`], and those of [`super::read`].
pub fn open(
    path: impl AsRef<Path>,
    origin: &str,
    options: &ImportOptions,
) -> Result<Imported, GenomeError> {
    let bytes = read_bytes(path)?;
    if !bytes.starts_with(MAGIC.as_bytes()) {
        return from_bytes(&bytes, origin, options);
    }
    let genome = read_with(&bytes, origin, Layout::Plain)?;
    let mut imported = Imported { genome, remarks: Vec::new() };
    finish(&mut imported, None, options, &AminoAcids::new())?;
    Ok(imported)
}

/// Reads an annotated sequence from memory.
fn from_bytes(
    bytes: &[u8],
    origin: &str,
    options: &ImportOptions,
) -> Result<Imported, GenomeError> {
    let mut decoded = None;
    let (records, remark) = if looks_snapgene(bytes) {
        (vec![snapgene::read(bytes, origin)?], None)
    } else {
        let (text, remark) = text::decode(bytes, origin)?;
        let text = decoded.insert(text);
        if legacy::looks_legacy(text) {
            return original(text, origin, options);
        }
        let fasta = options.fasta.as_deref().map(fasta::read_file).transpose()?;
        let mut records = records(text, origin, fasta.is_some())?;
        if let Some(sequences) = fasta {
            fasta::assign(&mut records, sequences);
        }
        (records, remark)
    };
    let mut record = record::choose(records, options.record.as_deref(), origin)?;
    if !record.bases.strangers.is_empty() {
        let (name, found) = (plain_text(&record.name), record.bases.strangers);
        return Err(ImportError::NoSequence { origin: origin.to_owned(), name, found }.into());
    }
    fasta::check(&record, origin)?;
    let mut built = build::build(&mut record, options, origin)?;
    let unused = options.fasta.is_some() && record.bases.titled.is_empty();
    let unused = unused.then_some(Remark::FastaUnused);
    built.remarks.splice(0..0, remark.into_iter().chain(record.remarks.drain(..)).chain(unused));
    let mut imported = Imported { genome: built.genome, remarks: built.remarks };
    overrule(&mut imported.genome.metadata, options);
    imported.genome.name = name(options, origin);
    if options.plasmid.is_some() {
        imported.genome = plasmid::tags(imported.genome, &built.untagged);
    }
    finish(&mut imported, Some(&record), options, &built.amino_acids)?;
    // What was made is held against the rules that every genome file keeps.
    let text = super::writer::write(&imported.genome);
    imported.genome = read_with(text.as_bytes(), origin, Layout::Plain)?;
    Ok(imported)
}

/// Reads a text that is GenBank or GFF3. Where a FASTA is given, too, its sequences go before those
/// within GFF3.
fn records(text: &str, origin: &str, fasta: bool) -> Result<Vec<Record>, ImportError> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if genbank::looks_genbank(text) {
        genbank::read(text, origin)
    } else if gff::looks_gff(text) {
        gff::read(text, origin, fasta)
    } else if first.starts_with('>') {
        Err(ImportError::NoAnnotation { origin: origin.to_owned() })
    } else {
        Err(ImportError::UnknownForm { origin: origin.to_owned(), hint: hint(first) })
    }
}

/// What a text of an unknown format may be, from its first line.
fn hint(first: &str) -> &'static str {
    let start = first.trim_start().to_ascii_lowercase();
    let begins = |what: &str| start.starts_with(what);
    if begins("id   ") {
        "; this looks like EMBL: save it as GenBank"
    } else if begins("<!doctype html") || begins("<html") {
        "; this is a web page: save the record itself, as GenBank (full)"
    } else if begins("<?xml") || begins("<") {
        "; this looks like XML: save it as GenBank"
    } else if begins("{") || begins("[") {
        "; this looks like JSON: save it as GenBank"
    } else if begins("@prefix") {
        "; this looks like SBOL: save it as GenBank"
    } else {
        ""
    }
}

/// Reads the original project's form.
fn original(text: &str, origin: &str, options: &ImportOptions) -> Result<Imported, GenomeError> {
    let genome = read_with(text.as_bytes(), origin, options.layout)?;
    let table = genome.metadata.translation_table;
    let assumed = options.molecule.translation_table.is_none();
    let table = assumed.then_some(Remark::AssumedTable { table });
    let linear = options.molecule.topology.is_none().then_some(Remark::AssumedLinear);
    let remarks = table.into_iter().chain(linear).collect();
    let mut imported = Imported { genome, remarks };
    overrule(&mut imported.genome.metadata, options);
    imported.genome.name = name(options, origin);
    finish(&mut imported, None, options, &AminoAcids::new())?;
    let text = super::writer::write(&imported.genome);
    imported.genome = read_with(text.as_bytes(), origin, Layout::Plain)?;
    Ok(imported)
}

fn name(options: &ImportOptions, origin: &str) -> String {
    let given = options.about.name.as_deref().and_then(super::clean::word);
    given.unwrap_or_else(|| genome_name(origin))
}

/// The names that several genes share, of which one makes a protein.
fn shared(genome: &Genome) -> Vec<Remark> {
    let mut seen = BTreeSet::new();
    let symbols = genome.genes().iter().filter_map(|gene| gene.names.symbol.as_deref());
    let names = symbols.filter(|name| genome.index_of(name).is_none() && seen.insert(*name));
    let remark = |name: &str| {
        let all = genome.all_named(name);
        if !all.iter().any(|&i| genome.genes()[i].is_coding()) {
            return None;
        }
        let genes = all.iter().map(|&i| genome.genes()[i].locus_tag.clone()).collect();
        Some(Remark::Shared { name: name.to_owned(), genes })
    };
    names.filter_map(remark).collect()
}

/// Adds what annotations do not have: abundances, and what makes a plasmid of a genome.
fn finish(
    imported: &mut Imported,
    record: Option<&Record>,
    options: &ImportOptions,
    amino_acids: &AminoAcids,
) -> Result<(), GenomeError> {
    // A genome file of our own was imported before.
    if record.is_some() {
        imported.remarks.extend(shared(&imported.genome));
    }
    if let Some(plasmid) = &options.plasmid {
        return plasmid::finish(imported, record, plasmid, &options.abundance);
    }
    let before = Estimate::of(&imported.genome);
    let genome = imported.genome.clone();
    imported.genome = estimate(genome, &options.abundance, amino_acids)?;
    let counts = Estimate::of(&imported.genome);
    if counts != before || counts.is_estimated() {
        imported.remarks.push(Remark::Abundances { counts });
        let notes = &mut imported.genome.metadata.statements.notes;
        let note = counts.to_string();
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    Ok(())
}

/// What was given by hand goes before what the file says.
fn overrule(metadata: &mut Metadata, options: &ImportOptions) {
    if let Some(organism) = &options.about.organism {
        metadata.organism = plain_text(organism);
    }
    if let Some(licence) = &options.about.licence {
        metadata.statements.licences = vec![plain_text(licence)];
    }
    metadata.length_nt = options.molecule.length_nt.unwrap_or(metadata.length_nt);
    metadata.topology = options.molecule.topology.unwrap_or(metadata.topology);
    metadata.translation_table =
        options.molecule.translation_table.unwrap_or(metadata.translation_table);
}
