//! `bioxen genome import`.

use std::io::Write;
use std::path::{Path, PathBuf};

use bioxen::genome::plasmid::MOST_COPIES;
use bioxen::genome::{
    self, About, Abundance, AbundanceTable, GenomeError, ImportOptions, Molecule, PlasmidOptions,
    Topology,
};
use clap::Args;

use super::{GenomeFailure, LegacyArgs};
use crate::cli::failure::Failure;
use crate::cli::output::{apart, name};

/// Make a genome file of an annotated sequence
///
/// Reads GenBank (also as plasmid editors write it), SnapGene (.dna), GFF3 and the seven-field form of
/// the original project, also compressed by gzip; which of them a file is is told from its contents.
/// Notes report everything that is assumed, renamed or left out. Half-lives stay unknown.
///
/// A genome needs abundances of transcripts to run, but an annotation has none. They are estimated,
/// and marked in the column `tpm_kind`: by symbol from E. coli, else predicted from length and amino
/// acids, else the median. `--tpm` replaces these estimates.
///
/// `--plasmid` writes a file for `add_plasmid`: the number of copies follows from the origin of
/// replication, and selection markers are transcribed without a call.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen genome import NC_000913.gb -o mine.genome
  bioxen genome import NC_000913.gb.gz --tpm measured.tsv -o mine.genome
  bioxen genome import annotation.gff3 --fasta sequence.fna --tpm uniform -o mine.genome
  bioxen genome import two_replicons.gb --record NC_002695.2 -o chromosome.genome
  bioxen genome import pDemo.dna --plasmid -o pDemo.genome
  bioxen genome import part.gb --plasmid --copies 15 --constitutive GFP -o part.genome
  bioxen genome import old.genome --legacy-midpoint --length 543379 --topology circular -o new.genome

A table for --tpm has a gene and its TPM on each line, with a tab between them. Genes that it does not
name are estimated.")]
pub(super) struct ImportArgs {
    /// The annotated sequence
    file: PathBuf,
    /// The genome file to write
    #[arg(short, long, value_name = "OUT.genome")]
    out: PathBuf,
    /// Replace an existing genome file
    #[arg(long)]
    force: bool,
    /// The sequence that a GFF3 file annotates; it gives the length and the bases of each gene
    #[arg(long, value_name = "FASTA")]
    fasta: Option<PathBuf>,
    /// The sequence to import if the file has several
    #[arg(long, value_name = "ACCESSION")]
    record: Option<String>,
    /// The name of the genome [default: that of the file]
    #[arg(long)]
    name: Option<String>,
    /// The organism [default: as the file says]
    #[arg(long)]
    organism: Option<String>,
    /// Terms of use of the annotation [default: "not stated"]
    #[arg(long)]
    licence: Option<String>,
    /// Length of the chromosome in bp [default: as the file says]
    #[arg(long, value_name = "BP",
          value_parser = bioxen::options::whole::<u32>(1..=u64::from(genome::MAX_LENGTH_NT)))]
    length: Option<u32>,
    /// Topology of the chromosome [default: as the file says]
    #[arg(long, value_parser = topology, value_name = "circular|linear")]
    topology: Option<Topology>,
    /// NCBI number of the genetic code [default: as the file says]
    #[arg(long, value_name = "N", value_parser = bioxen::options::whole::<u8>(1..=33))]
    translation_table: Option<u8>,
    /// Abundance of transcripts if the file gives none: auto, uniform, none, a number of TPM, or a
    /// table [default: auto; for a plasmid that of bla for markers, none for other genes]
    #[arg(long, value_name = "auto|uniform|none|TPM|FILE")]
    tpm: Option<String>,
    /// Make a plasmid for add_plasmid
    #[arg(long)]
    plasmid: bool,
    /// Copies of the plasmid in a cell of mean size [default: those of its origin of replication]
    #[arg(long, value_name = "N", requires = "plasmid", value_parser = copies)]
    copies: Option<f64>,
    /// Incompatibility group: a cell keeps one plasmid of a group [default: that of its origin, else its
    /// name]
    #[arg(long, value_name = "NAME", requires = "plasmid")]
    incompatibility: Option<String>,
    /// Genes of the plasmid that are transcribed without a call, besides selection markers
    #[arg(long, value_name = "GENE,..", value_delimiter = ',', requires = "plasmid")]
    constitutive: Vec<String>,
    #[command(flatten)]
    legacy: LegacyArgs,
}

fn copies(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n| *n > 0.0 && *n <= MOST_COPIES);
    number.ok_or_else(|| format!("must be a number above 0 and at most {MOST_COPIES}"))
}

/// What `--tpm` says; a table if it is neither a word nor a number.
fn abundance(args: &ImportArgs) -> Result<Abundance, GenomeFailure> {
    let Some(given) = &args.tpm else {
        return Ok(if args.plasmid { Abundance::Unknown } else { Abundance::Auto });
    };
    match given.parse() {
        Ok(abundance) => Ok(abundance),
        Err(_) if Path::new(given).is_file() => {
            let table = AbundanceTable::open(Path::new(given), given);
            Ok(Abundance::Table(table.map_err(GenomeFailure::from)?))
        }
        Err(error) => Err(GenomeError::from(error).into()),
    }
}

fn topology(word: &str) -> Result<Topology, String> {
    Topology::from_word(word).ok_or_else(|| format!("one of {}", Topology::WORDS.join(", ")))
}

/// Imports a file and says what was made of it.
pub(super) fn run(
    args: &ImportArgs,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<(), Failure> {
    let table = args.tpm.as_ref().map(Path::new);
    apart(
        &args.out,
        [Some(args.file.as_path()), args.fasta.as_deref(), table].into_iter().flatten(),
    )?;
    let options = ImportOptions {
        about: About {
            name: args.name.clone().or_else(|| {
                let stem = args.out.file_stem()?;
                Some(stem.to_string_lossy().into_owned())
            }),
            organism: args.organism.clone(),
            licence: args.licence.clone(),
        },
        molecule: Molecule {
            length_nt: args.length,
            topology: args.topology,
            translation_table: args.translation_table,
        },
        record: args.record.clone(),
        layout: args.legacy.layout(),
        fasta: args.fasta.clone(),
        abundance: abundance(args)?,
        plasmid: args.plasmid.then(|| PlasmidOptions {
            copies: args.copies,
            group: args.incompatibility.clone(),
            constitutive: args.constitutive.clone(),
        }),
    };
    let imported = genome::import(&args.file, &options)?;
    for remark in genome::telling(&imported.remarks) {
        writeln!(notes, "note: {remark}")?;
    }
    genome::write_file(&imported.genome, &args.out, args.force)?;
    let (genes, coding) = (imported.genome.genes().len(), imported.genome.coding().count());
    writeln!(out, "{}: {genes} genes, of which {coding} are translated", name(&args.out))?;
    Ok(())
}
