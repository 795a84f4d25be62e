//! Genomes, plasmids and packages as users have them.

mod abundances;
mod forms;
mod names;
mod places;
mod plasmids;
mod products;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::{Command, Output as Ran};
use std::rc::Rc;

use bioxen::genome::{self, Gene, Genome, GenomeError, ImportOptions, Imported};
use bioxen::lang::{Output, WorldOptions};
use bioxen::session::Session;

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
    let row = |g: &Gene| (g.name().to_owned(), g.start, g.end, g.strand.word(), g.protein_length);
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

/// A session in a folder with the data, with what it printed and remarked.
struct Desk {
    session: Session,
    printed: Lines,
    remarks: Lines,
    folder: tempfile::TempDir,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(data("")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let printed = Rc::new(RefCell::new(Vec::new()));
    let remarks = Rc::new(RefCell::new(Vec::new()));
    Desk { session: session(folder.path(), &printed, &remarks), printed, remarks, folder }
}

type Lines = Rc<RefCell<Vec<String>>>;

fn session(folder: &Path, printed: &Lines, remarks: &Lines) -> Session {
    let sinks = (printed.clone(), remarks.clone());
    let options = WorldOptions {
        out_dir: folder.to_owned(),
        read_dir: folder.to_owned(),
        seed: 1,
        ..WorldOptions::default()
    };
    let sink = move |output| match output {
        Output::Text(text) => sinks.0.borrow_mut().push(text),
        Output::Remark(text) => sinks.1.borrow_mut().push(text),
        _ => {}
    };
    Session::new(options, Box::new(sink)).unwrap()
}

impl Desk {
    /// The same folder with another session.
    fn anew(&mut self) -> &mut Self {
        self.session = session(self.folder.path(), &self.printed, &self.remarks);
        self
    }

    /// Runs a script; gives what it printed.
    fn run(&mut self, text: &str) -> Vec<String> {
        if let Err(error) = self.session.eval(text, "t.rhai") {
            panic!("{text}: {error}");
        }
        self.printed.take()
    }

    fn wrong(&mut self, text: &str) -> String {
        self.session.eval(text, "t.rhai").unwrap_err().message
    }

    fn remarks(&self) -> String {
        self.remarks.take().join("\n")
    }
}

/// Runs `bioxen genome` in a folder.
fn command(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.arg("genome").args(arguments).current_dir(folder).output().unwrap()
}

fn notes(ran: &Ran) -> String {
    String::from_utf8_lossy(&ran.stderr).into_owned()
}
