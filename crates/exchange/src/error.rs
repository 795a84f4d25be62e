//! What can be wrong with a value.

use std::fmt;
use std::io;
use std::path::PathBuf;

use bioxen_base::nearest::{hint, nearest};

/// The most names that an error lists.
const MOST_NAMES: usize = 12;

/// Why a value is not what it should be.
#[non_exhaustive]
pub enum ExchangeError {
    /// A value is of another kind.
    Kind {
        /// What it is.
        is: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A number that has no other form in which nothing is lost.
    Inexact {
        /// The number.
        number: String,
        /// What it should become.
        expected: &'static str,
    },
    /// A table or a map has nothing of that name.
    Unknown {
        /// What was looked for: a column, a key.
        what: &'static str,
        /// The name.
        name: String,
        /// The names that there are.
        valid: Vec<String>,
    },
    /// A short name stands for several columns.
    Ambiguous {
        /// The name.
        name: String,
        /// The columns.
        candidates: Vec<String>,
    },
    /// Two columns have one name, or a column has none.
    Name {
        /// The name.
        name: String,
    },
    /// Columns of a table are not of one length.
    Lengths {
        /// The column that differs.
        name: String,
        /// Its cells.
        cells: usize,
        /// Those of the first.
        expected: usize,
    },
    /// Values hold each other too deeply.
    Deep {
        /// How deeply they may.
        most: usize,
    },
    /// A file is no value.
    Damaged {
        /// The place in it [bytes].
        at: usize,
        /// What is expected there.
        expected: &'static str,
    },
    /// A file cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The session refused.
    Refused {
        /// What it said.
        message: String,
    },
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind { is, expected } => write!(f, "it is {is}, not {expected}"),
            Self::Inexact { number, expected } => {
                write!(f, "{number} cannot become {expected} without a loss")
            }
            Self::Unknown { what, name, valid } => {
                let near = hint(nearest(name, valid.iter().map(String::as_str)));
                let (shown, more) = listed(valid);
                write!(f, "unknown {what} `{name}`{near}; valid: {shown}{more}")
            }
            Self::Ambiguous { name, candidates } => {
                let (shown, more) = listed(candidates);
                write!(f, "`{name}` stands for several columns: {shown}{more}")
            }
            Self::Name { name } if name.is_empty() => write!(f, "a column has no name"),
            Self::Name { name } => write!(f, "there are two columns `{name}`"),
            Self::Lengths { name, cells, expected } => {
                write!(f, "the column `{name}` has {cells} cells, the first column has {expected}")
            }
            Self::Deep { most } => write!(f, "values hold each other more than {most} deep"),
            Self::Damaged { at, expected } => {
                write!(f, "the file is damaged: {expected} is expected at byte {at}")
            }
            Self::File { path, source } => write!(f, "cannot use {}: {source}", path.display()),
            Self::Refused { message } => write!(f, "{message}"),
        }
    }
}

/// The same as for people: what a cell shows of an error that `?` gives.
impl fmt::Debug for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ExchangeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// The first names, and how many more there are.
fn listed(names: &[String]) -> (String, String) {
    let shown = &names[..names.len().min(MOST_NAMES)];
    let more = match names.len() - shown.len() {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    (if shown.is_empty() { "none".to_owned() } else { shown.join(", ") }, more)
}
