//! What can go wrong between a plan and its results.

use std::path::PathBuf;

use bioxen_base::durable::SealError;
use bioxen_base::problem::Problem;
use thiserror::Error;

/// Why a sweep cannot go on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The plan is no TOML.
    #[error("the plan cannot be read: {why}")]
    Syntax {
        /// Where and why.
        why: String,
    },
    /// The plan says what cannot be.
    #[error("the plan is wrong: {}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Plan {
        /// All that is wrong.
        problems: Vec<Problem>,
    },
    /// A file cannot be read or written.
    #[error("{doing} `{}`: {source}", path.display())]
    File {
        /// What was tried.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The folder holds another sweep.
    #[error(
        "`{}` holds another sweep: {what}; give another folder with --out, or remove this one", folder.display()
    )]
    Other {
        /// The folder.
        folder: PathBuf,
        /// In what they differ.
        what: String,
    },
    /// The folder is somebody's, and no sweep's.
    #[error("`{}` holds `{name}`, which is no file of a sweep; give another folder with --out", folder.display())]
    Taken {
        /// The folder.
        folder: PathBuf,
        /// What it holds.
        name: String,
    },
    /// The lock is none, or was changed.
    #[error("`{}` is no lock that can be used: {why}", path.display())]
    Lock {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// An input is not what was locked.
    #[error(
        "the input `{name}` is not what was locked: {why}; put the locked file back, or lock the plan anew"
    )]
    Input {
        /// Its name.
        name: String,
        /// How it differs.
        why: String,
    },
    /// There is no such shard.
    #[error("there is no shard {index}: the sweep has {count}, numbered from 0")]
    NoShard {
        /// The number that was asked for.
        index: u64,
        /// How many there are.
        count: u64,
    },
    /// A row was interrupted.
    #[error(
        "interrupted at row {row}; what shard {index} had computed is lost, the other shards are not"
    )]
    Interrupted {
        /// The row.
        row: u64,
        /// The shard.
        index: u64,
    },
    /// The kept traces take too much.
    #[error(
        "the kept traces take {bytes} bytes, more than traces.max_bytes = {most}; keep fewer, or sample more seldom"
    )]
    Traces {
        /// What they take [bytes].
        bytes: u64,
        /// What they may take [bytes].
        most: u64,
    },
    /// Not all shards are there.
    #[error("{} of {count} shards cannot be merged: {}; run `bioxen sweep resubmit {}`", wrong.len(), told(wrong), folder.display())]
    Shards {
        /// The folder of the sweep.
        folder: PathBuf,
        /// How many there are.
        count: u64,
        /// Which are not there, and why.
        wrong: Vec<(u64, ShardError)>,
    },
    /// Rows do not fit together.
    #[error("the output `{name}` is {one} and {other}; a column has one kind and one unit")]
    Kinds {
        /// The output.
        name: String,
        /// What it is at first, and where.
        one: String,
        /// What it is later, and where.
        other: String,
    },
    /// The script did not give what the plan says.
    #[error("{0}")]
    Outputs(String),
    /// The samples of a trace are at other times in each replicate.
    #[error(
        "the samples of `{name}` are at {count} different sets of times at one point ({point}); sample at equal \
         distances, such as by sample_every(10.s)"
    )]
    Grids {
        /// The column.
        name: String,
        /// The point.
        point: String,
        /// How many sets of times there are.
        count: usize,
    },
    /// The command is not there.
    #[error("there is no command `bioxen` beside this program or on PATH, which computes shards")]
    Program,
    /// Slurm does not do what it is asked.
    #[error("Slurm: {0}")]
    Slurm(String),
    /// A table that cannot be made.
    #[error(transparent)]
    Table(#[from] bioxen_table::TableError),
}

/// Why a file of a shard is not taken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ShardError {
    /// It is not there.
    #[error("missing")]
    Missing,
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(std::io::Error),
    /// It is cut off, damaged, or something else.
    #[error("{0}")]
    Seal(#[from] SealError),
    /// It belongs to another sweep, or to an older state of this one.
    #[error("it belongs to the sweep {found}, and this is {expected}")]
    Foreign {
        /// The first letters of its identity.
        found: String,
        /// Those of this one.
        expected: String,
    },
    /// It holds other rows than its name says.
    #[error("it holds the rows from {found}, and not those from {expected}")]
    Rows {
        /// The first row that it holds.
        found: u64,
        /// The first row that it should hold.
        expected: u64,
    },
}

/// The most shards that a message names.
const NAMED: usize = 10;

fn told(wrong: &[(u64, ShardError)]) -> String {
    let one = |(index, why): &(u64, ShardError)| format!("shard {index} ({why})");
    let mut told: Vec<String> = wrong.iter().take(NAMED).map(one).collect();
    if wrong.len() > NAMED {
        told.push(format!("and {} more", wrong.len() - NAMED));
    }
    told.join(", ")
}
