//! `bioxen genome`: the shipped genomes, and genome files.

mod import;
mod summary;

use std::io::Write;
use std::path::{Path, PathBuf};

use bioxen::genome::{self, Genome, GenomeError, Layout};
use clap::{Args, Subcommand};
use serde_json::json;
use thiserror::Error;

use super::failure::Failure;
use super::output::name;
use import::ImportArgs;
use summary::Summary;

/// List, describe, check and import genomes
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen genome list
  bioxen genome info ecoli
  bioxen genome validate mine.genome
  bioxen genome import NC_000913.gb -o mine.genome")]
pub(crate) struct GenomeArgs {
    #[command(subcommand)]
    command: GenomeCommand,
}

#[derive(Debug, Subcommand)]
enum GenomeCommand {
    /// List the genomes that ship with BioXen
    #[command(after_help = "Examples:
  bioxen genome list
  bioxen genome list --json")]
    List {
        /// Print JSON instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Show the contents of a genome and their sources
    #[command(after_help = "Examples:
  bioxen genome info syn3a
  bioxen genome info ./mine.genome --json
  bioxen genome info old.genome --legacy-midpoint")]
    Info {
        /// A shipped genome or a genome file (write ./NAME for a file with the name of a shipped
        /// genome)
        #[arg(value_name = "NAME|FILE")]
        genome: PathBuf,
        #[command(flatten)]
        legacy: LegacyArgs,
        /// Print JSON instead of text
        #[arg(long)]
        json: bool,
    },
    /// Check a genome file and list all its faults
    ///
    /// The exit code is 0 if nothing is wrong, otherwise 1.
    #[command(after_help = "Examples:
  bioxen genome validate mine.genome
  bioxen genome validate mine.genome --json")]
    Validate {
        /// The genome file
        file: PathBuf,
        #[command(flatten)]
        legacy: LegacyArgs,
        /// List at most this many faults
        #[arg(long, value_name = "N", default_value_t = 1000,
              value_parser = bioxen::options::whole::<u32>(1..=100_000))]
        limit: u32,
        /// Print JSON instead of text
        #[arg(long)]
        json: bool,
    },
    /// Make a genome file from an annotated sequence (GenBank, SnapGene, GFF3, or the form of the
    /// original project)
    Import(Box<ImportArgs>),
}

/// How to read a file of the original project's form.
#[derive(Debug, Args)]
struct LegacyArgs {
    /// The first three fields of each row are midpoint, half-length and distance, as in the file
    /// that the original project ships, and not start, length and end
    #[arg(long)]
    legacy_midpoint: bool,
}

impl LegacyArgs {
    fn layout(&self) -> Layout {
        if self.legacy_midpoint { Layout::Midpoint } else { Layout::Plain }
    }
}

/// Why a `bioxen genome` command failed. Every one ends the program with 1.
#[derive(Debug, Error)]
#[non_exhaustive]
pub(crate) enum GenomeFailure {
    /// A genome cannot be read, made or written.
    #[error(transparent)]
    Genome(#[from] GenomeError),
    /// A genome file is not valid; the faults were printed.
    #[error("{}: {faults} {} found", name(file), if *faults == 1 { "fault" } else { "faults" })]
    Invalid {
        /// The file.
        file: PathBuf,
        /// How many faults were printed.
        faults: usize,
    },
}

/// Runs one `bioxen genome` command: its output goes to `out`, remarks on the way to `notes`.
pub(crate) fn run(
    args: &GenomeArgs,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<(), Failure> {
    match &args.command {
        GenomeCommand::List { json } => list(*json, out),
        GenomeCommand::Info { genome, legacy, json } => {
            let genome = find(genome, legacy.layout())?;
            let summary = Summary::of(&genome);
            if *json { print_json(out, &summary) } else { Ok(write!(out, "{summary}")?) }
        }
        GenomeCommand::Validate { file, legacy, limit, json } => {
            validate(file, legacy.layout(), *limit as usize, *json, out)
        }
        GenomeCommand::Import(args) => import::run(args, out, notes),
    }
}

fn list(json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let mut all = Vec::new();
    for name in genome::shipped_names() {
        all.push(Summary::of(&*genome::shipped(name)?));
    }
    if json {
        return print_json(out, &all);
    }
    writeln!(out, "{}", Summary::head())?;
    for genome in &all {
        writeln!(out, "{}", genome.row())?;
    }
    Ok(())
}

/// How files that may hold a genome end.
const FILES: [&str; 11] =
    ["genome", "gb", "gbk", "gbff", "genbank", "gff", "gff3", "dna", "json", "txt", "gz"];

/// The shipped genome of that name, or the one in that file.
fn find(genome: &Path, layout: Layout) -> Result<Genome, GenomeError> {
    let name = genome.to_str().unwrap_or_default();
    let is_path = name.contains(['/', '\\']) || name.ends_with(".genome");
    // What is no file either was meant for a name.
    let ending = genome.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let is_file = FILES.contains(&ending.to_lowercase().as_str());
    let is_name = !is_path && !is_file && (!name.contains('.') || !genome.exists());
    if is_name && layout == Layout::Plain {
        match genome::shipped(name) {
            Ok(genome) => return Ok((*genome).clone()),
            Err(error) if !genome.exists() => return Err(error),
            Err(_) => {}
        }
    }
    genome::read_with(&genome::read_bytes(genome)?, &super::output::name(genome), layout)
}

fn validate(
    file: &Path,
    layout: Layout,
    limit: usize,
    json: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let bytes = genome::read_bytes(file)?;
    let found = genome::check(&bytes, &name(file), layout, limit);
    if json {
        let faults: Vec<_> = found.iter().map(fault_json).collect();
        print_json(out, &json!({ "valid": faults.is_empty(), "faults": faults }))?;
    } else {
        for fault in &found {
            writeln!(out, "{fault}")?;
        }
        if found.is_empty() {
            writeln!(out, "{}: valid", name(file))?;
        }
    }
    match found.len() {
        0 => Ok(()),
        faults => Err(GenomeFailure::Invalid { file: file.to_owned(), faults }.into()),
    }
}

fn fault_json(error: &GenomeError) -> serde_json::Value {
    match error {
        GenomeError::Malformed { line, column, field, fault, .. } => {
            json!({ "line": line, "column": column, "field": field, "message": fault.to_string() })
        }
        _ => json!({ "message": error.to_string() }),
    }
}

fn print_json(out: &mut dyn Write, value: &impl serde::Serialize) -> Result<(), Failure> {
    Ok(writeln!(out, "{}", serde_json::to_string_pretty(value)?)?)
}
