//! What can go wrong with the process of Rust cells.

use std::io;
use std::path::PathBuf;

use crate::find::{OVERRIDE, PROGRAM};

/// Why Rust cells cannot be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RustError {
    /// The program is missing.
    #[error(
        "Rust cells need the program `{PROGRAM}`, which is neither in {} nor on PATH; `make rust-cells` in the \
         sources of BioXen builds it, and {OVERRIDE} can name it", folder.display()
    )]
    NoProgram {
        /// The folder in which it was looked for.
        folder: PathBuf,
    },
    /// The variable names a program that is not there.
    #[error("{OVERRIDE} names `{}`, which is no program; leave it out, or name one", path.display())]
    NotThere {
        /// What it names.
        path: PathBuf,
    },
    /// The tools of Rust are missing.
    #[error(
        "Rust cells are compiled with Rust's own tools, and `{program}` is not on PATH; \
         `curl --proto '=https' -sSf https://sh.rustup.rs | sh` installs them (https://rustup.rs)"
    )]
    NoToolchain {
        /// What is missing.
        program: String,
    },
    /// The linker is missing.
    #[error(
        "Rust cells need a C linker, and `{program}` is not on PATH; `apt-get install build-essential` installs \
         one on Debian and Ubuntu"
    )]
    NoLinker {
        /// What is missing.
        program: String,
    },
    /// The process cannot begin.
    #[error("Rust cells cannot start: {message}")]
    Unable {
        /// Why not.
        message: String,
    },
    /// The program is of another version of BioXen.
    #[error(
        "`{}` is of another version of BioXen (its protocol is {found}, and {expected} is needed); \
         `make rust-cells` builds the right one", path.display()
    )]
    Version {
        /// The program.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The right one.
        expected: u32,
    },
    /// The process has ended by itself.
    #[error(
        "the process of the Rust cells has ended ({status}); the next Rust cell starts another, without the \
         variables, functions and crates of this one{said}"
    )]
    Died {
        /// How it ended.
        status: String,
        /// The last that it said.
        said: String,
    },
    /// Somebody has removed the folder in which cells are compiled.
    #[error(
        "the folder `{}` of the Rust cells was removed while they used it; the next Rust cell starts anew, without \
         the variables, functions and crates of these", path.display()
    )]
    FolderGone {
        /// The folder.
        path: PathBuf,
    },
    /// Someone interrupted the start, or a question.
    #[error("interrupted")]
    Interrupted,
    /// A folder or file cannot be used.
    #[error("cannot use {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}
