//! What can go wrong with a genome.

use std::path::PathBuf;

use thiserror::Error;

use bioxen_base::nearest::hint;

use super::abundance::TableError;
use super::fault::Fault;
use super::import::ImportError;
use super::plasmid::PlasmidError;

/// An error of the genome layer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GenomeError {
    /// The file cannot be read.
    #[error("{}: cannot be read: {reason}", bioxen_base::visible::path(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        reason: std::io::Error,
    },
    /// The file cannot be written.
    #[error("{}: cannot be written: {reason}", bioxen_base::visible::path(path))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        reason: std::io::Error,
    },
    /// There is something already where a file is to be written.
    #[error(
        "{}: exists already and is not overwritten (without --force)",
        bioxen_base::visible::path(path)
    )]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The path leads to something that is no file.
    #[error("{}: is {found}, not a genome file", bioxen_base::visible::path(path))]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is.
        found: &'static str,
    },
    /// The file is larger than any genome this program can run.
    #[error("{origin}: is larger than {limit} bytes, the most a genome file may have")]
    TooLarge {
        /// The file.
        origin: String,
        /// The limit [bytes].
        limit: usize,
    },
    /// The file is compressed in a way that is not read here.
    #[error("{origin}: {what}; {remedy}")]
    Packed {
        /// The file.
        origin: String,
        /// What it is.
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A compressed file cannot be unpacked.
    #[error("{origin}: is a gzip file that is cut off or damaged ({reason}); get it anew")]
    Damaged {
        /// The file.
        origin: String,
        /// What the decoder says.
        reason: String,
    },
    /// There is nothing in the file.
    #[error("{origin}: is empty; a genome file starts with the line `#bioxen-genome 1`")]
    Empty {
        /// The file.
        origin: String,
    },
    /// The file is something else.
    #[error(
        "{origin}: is not a genome file: it starts with `{found}` where `#bioxen-genome 1` is expected{hint}"
    )]
    NotAGenome {
        /// The file.
        origin: String,
        /// How it starts.
        found: String,
        /// What it looks like, and what to do then; empty if that is not known.
        hint: &'static str,
    },
    /// The file was said to be of the original project's form, and is of BioXen's own.
    #[error(
        "{origin}: is of BioXen's own format, which holds no midpoints; leave out --legacy-midpoint"
    )]
    NotLegacy {
        /// The file.
        origin: String,
    },
    /// Something is wrong at one place in the file.
    #[error("{origin}:{line}:{column}: {field}: {fault}")]
    Malformed {
        /// The file.
        origin: String,
        /// The line, counted from 1.
        line: usize,
        /// The character in that line, counted from 1.
        column: usize,
        /// The column or key at fault.
        field: String,
        /// What is wrong, and what would be right.
        fault: Box<Fault>,
    },
    /// No genome can be made of a file of another format.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A plasmid is at fault.
    #[error(transparent)]
    Plasmid(#[from] PlasmidError),
    /// A table of abundances is at fault.
    #[error(transparent)]
    Table(#[from] TableError),
    /// No genome of that name is shipped.
    #[error("there is no shipped genome `{name}`; there are {}{}", known.join(", "), hint(*nearest))]
    UnknownGenome {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: &'static [&'static str],
        /// The nearest of them.
        nearest: Option<&'static str>,
    },
}

/// A piece of input short and plain enough to be quoted in a message.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut short = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == LONGEST {
            short.push_str("...");
            break;
        }
        if character.is_control() {
            short.extend(character.escape_default());
        } else {
            short.push(character);
        }
    }
    short
}
