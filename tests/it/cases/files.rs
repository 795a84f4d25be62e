//! Genomes, plasmids and packages as users have them.

mod abundances;
mod forms;
mod names;
mod places;
mod plasmids;
mod products;

use std::path::{Path, PathBuf};
use std::process::{Command, Output as Ran};

use bioxen::genome::{self, Gene, Genome, GenomeError, ImportOptions, Imported};

use crate::desk::Desk;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cases/files").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(data(name)).unwrap()
}

fn import(name: &str) -> Imported {
    genome::import(data(name), &ImportOptions::default()).unwrap()
}

/// Imports what is in memory, from a file of that name.
fn import_bytes(
    name: &str,
    bytes: &[u8],
    options: &ImportOptions,
) -> Result<Imported, GenomeError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    genome::import(path, options)
}

fn import_text(text: &str) -> Result<Imported, String> {
    import_bytes("t.gb", text.as_bytes(), &ImportOptions::default()).map_err(|e| e.to_string())
}

/// Name, first and last base, strand and protein of each gene.
fn genes(genome: &Genome) -> Vec<(String, u32, u32, &'static str, Option<u32>)> {
    let row = |g: &Gene| {
        (g.name().to_owned(), g.place.start, g.place.end, g.place.strand.word(), g.protein_length)
    };
    genome.genes().iter().map(row).collect()
}

fn told(imported: &Imported) -> String {
    genome::telling(&imported.remarks).join("\n")
}

/// A record of GenBank's form: its features and its bases.
fn record(topology: &str, features: &str, bases: &str) -> String {
    let length = bases.len();
    let lines =
        bases.as_bytes().chunks(60).enumerate().map(|(index, line)| {
            format!("{:>9} {}\n", index * 60 + 1, String::from_utf8_lossy(line))
        });
    let lines: String = lines.collect();
    format!(
        "LOCUS       mine {length} bp DNA {topology}\nFEATURES             Location/Qualifiers\n{features}ORIGIN\n{lines}//\n"
    )
}

/// A coding feature with one qualifier more.
fn cds(location: &str, qualifiers: &[&str]) -> String {
    let lines = qualifiers.iter().map(|q| format!("                     {q}\n"));
    format!("     CDS             {location}\n{}", lines.collect::<String>())
}

/// A gene of so many codons with a stop codon at its end.
fn frame(codons: usize) -> String {
    format!("atg{}taa", "gct".repeat(codons - 2))
}

/// A desk whose folder has the data.
fn desk() -> Desk {
    let desk = crate::desk::desk();
    for entry in std::fs::read_dir(data("")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), desk.folder.path().join(entry.file_name())).unwrap();
    }
    desk
}

/// Runs `bioxen genome` in a folder.
fn command(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.arg("genome").args(arguments).current_dir(folder).output().unwrap()
}

fn notes(ran: &Ran) -> String {
    String::from_utf8_lossy(&ran.stderr).into_owned()
}
