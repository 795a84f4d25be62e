//! `bioxen genome import`.

use std::io::Write;
use std::path::PathBuf;

use bioxen::genome::{self, ImportOptions, Topology};
use clap::Args;

use super::{GenomeFailure, LegacyArgs};

/// Make a genome file of an annotated sequence
///
/// Reads GenBank, GFF3 and the seven-field form of the original project; which of them a file is
/// is told from its contents. What an annotation does not hold, such as abundances and half-lives,
/// stays unknown.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen genome import NC_000913.gb -o mine.genome
  bioxen genome import annotation.gff3 --fasta sequence.fna -o mine.genome
  bioxen genome import two_replicons.gb --record NC_002695.2 -o chromosome.genome
  bioxen genome import old.genome --legacy-midpoint --length 543379 --topology circular -o new.genome")]
pub(super) struct ImportArgs {
    /// The annotated sequence
    file: PathBuf,
    /// The genome file to write
    #[arg(short, long, value_name = "OUT.genome")]
    out: PathBuf,
    /// Replace the genome file if there is one already
    #[arg(long)]
    force: bool,
    /// The sequence that a GFF3 file annotates: gives the length and the bases of each gene
    #[arg(long, value_name = "FASTA")]
    fasta: Option<PathBuf>,
    /// Which sequence to take where the file has several
    #[arg(long, value_name = "ACCESSION")]
    record: Option<String>,
    /// The genome's name [default: that of the file]
    #[arg(long)]
    name: Option<String>,
    /// The organism [default: as the file says]
    #[arg(long)]
    organism: Option<String>,
    /// Under which terms the annotation may be used [default: "not stated"]
    #[arg(long)]
    licence: Option<String>,
    /// Length of the chromosome in bp [default: as the file says]
    #[arg(long, value_name = "BP",
          value_parser = clap::value_parser!(u32).range(1..=i64::from(genome::MAX_LENGTH_NT)))]
    length: Option<u32>,
    /// Whether the chromosome is closed [default: as the file says]
    #[arg(long, value_parser = topology, value_name = "circular|linear")]
    topology: Option<Topology>,
    /// NCBI number of the genetic code [default: as the file says]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=33))]
    translation_table: Option<u8>,
    #[command(flatten)]
    legacy: LegacyArgs,
}

fn topology(word: &str) -> Result<Topology, String> {
    Topology::from_word(word).ok_or_else(|| format!("one of {}", Topology::WORDS.join(", ")))
}

/// Imports a file and says what was made of it.
pub(super) fn run(
    args: &ImportArgs,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<(), GenomeFailure> {
    let options = ImportOptions {
        name: args.name.clone().or_else(|| {
            let stem = args.out.file_stem()?;
            Some(stem.to_string_lossy().into_owned())
        }),
        organism: args.organism.clone(),
        licence: args.licence.clone(),
        record: args.record.clone(),
        length_nt: args.length,
        topology: args.topology,
        translation_table: args.translation_table,
        layout: args.legacy.layout(),
        fasta: args.fasta.clone(),
    };
    let imported = genome::import(&args.file, &options)?;
    for remark in &imported.remarks {
        writeln!(notes, "note: {remark}")?;
    }
    genome::write_file(&imported.genome, &args.out, args.force)?;
    let (genes, coding) = (imported.genome.genes().len(), imported.genome.coding().count());
    writeln!(out, "{}: {genes} genes, of which {coding} are translated", args.out.display())?;
    Ok(())
}
