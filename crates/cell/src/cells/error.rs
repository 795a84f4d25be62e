//! What can go wrong with a population of cells.

use super::population::MOST_CELLS;
use bioxen_base::nearest::hint;
use thiserror::Error;

/// What can go wrong with a population of cells.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CellsError {
    /// Too few or too many cells.
    #[error("a population has 1 to {MOST_CELLS} cells, not {cells}")]
    Number {
        /// What was asked for.
        cells: u64,
    },
    /// It would not fit into memory.
    #[error(
        "{what} needs {} MB of memory, more than the limit of {} MB; take fewer cells or genes, or keep no tree",
        megabytes(*.bytes), megabytes(*.limit)
    )]
    Memory {
        /// What needs it.
        what: String,
        /// How much [bytes].
        bytes: u64,
        /// What is allowed [bytes].
        limit: u64,
    },
    /// A noise that is none.
    #[error("{what} must be {valid}, not {value}")]
    Noise {
        /// Which number.
        what: &'static str,
        /// What it may be.
        valid: &'static str,
        /// What it was.
        value: f64,
    },
    /// More molecules than can be counted.
    #[error("cell {id} has more molecules of {name} than can be counted (4294967295)")]
    Uncountable {
        /// The cell.
        id: u64,
        /// What there are too many of.
        name: String,
    },
    /// A rate that is no number.
    #[error("the rate of {name} is {value}; it must be a finite number of at least 0")]
    Rate {
        /// What is made or lost.
        name: String,
        /// Its rate [1/h].
        value: f64,
    },
    /// No quantity has this name.
    #[error("the population has no quantity `{name}`{}; valid: {}", hint(.nearest.as_deref()), listed(.valid))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The nearest there is.
        nearest: Option<String>,
        /// All there are.
        valid: Vec<String>,
    },
    /// Genes are to follow the replication of a chromosome of which nobody knows where it begins.
    #[error(
        "the genome `{genome}` of VM `{id}` does not say where its replication begins, so nobody knows when its genes double; \
         a line `#origin: 3925860 bp` in the genome file says it"
    )]
    NoOrigin {
        /// The VM.
        id: String,
        /// Its genome.
        genome: String,
    },
    /// Small RNAs pair with transcripts, which is not simulated in populations.
    #[error("VM `{id}` has small RNAs that pair with transcripts (`{}`), which populations do not simulate; a run of the cell itself does, and a population does without the package", .rnas.join("`, `"))]
    SmallRnas {
        /// The VM.
        id: String,
        /// The genes of the RNAs.
        rnas: Vec<String>,
    },
    /// The VMs of a population were made, ended or halted.
    #[error(
        "in a population VMs cannot be made, moved, paused, stopped or destroyed: there were {}, and now there are {}",
        listed(.before), if .after.is_empty() { "none".to_owned() } else { listed(.after) }
    )]
    OtherVms {
        /// The VMs that lived before.
        before: Vec<String>,
        /// Those that do now.
        after: Vec<String>,
    },
    /// The host of a population ran by itself.
    #[error(
        "a population lives on by its own `run`: while it is changed its host cannot run or be loaded, which would leave the cells behind"
    )]
    RanAlone,
    /// It was stopped.
    #[error("stopped at {hours} h")]
    Stopped {
        /// When, in the time of the cells [h].
        hours: f64,
    },
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

/// Names one after the other, not more than a reader takes in.
fn listed(names: &[String]) -> String {
    const MOST: usize = 12;
    let shown = names[..names.len().min(MOST)].join(", ");
    if names.len() > MOST { format!("{shown} and {} more", names.len() - MOST) } else { shown }
}
