//! What evaluates a row, and what it gives.

use serde::{Deserialize, Serialize};

use crate::error::BatchError;
use crate::lock::{Row, Run};
use crate::points::no_histogram;
use crate::shard::within;
use crate::writing::check_names;

/// Evaluates rows: a script with its parameters, say.
pub trait Model {
    /// Evaluates one row, each time from the beginning.
    ///
    /// # Errors
    /// [`Stopped::Failed`] if the row has no value, [`Stopped::Interrupted`] if the user wants to end.
    fn evaluate(&mut self, row: Row) -> Result<Outcome, Stopped>;
}

/// Why a row has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// The script failed.
    Failed {
        /// What went wrong.
        why: String,
    },
    /// The user wants to end.
    Interrupted,
}

/// A value of an output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// True or false.
    Truth(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// What a script gave for one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// The name.
    pub name: String,
    /// Its unit.
    pub unit: Option<String>,
    /// The value; nothing if it is missing.
    pub value: Option<Cell>,
}

/// What a script gave over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    /// The times [min].
    pub times: Vec<f64>,
    /// Names, units, and a number for each time; one that is missing is no number.
    pub columns: Vec<(String, Option<String>, Vec<f64>)>,
}

/// What a row gave.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// Numbers, texts and truth values.
    pub outputs: Vec<Output>,
    /// What was recorded over time.
    pub samples: Vec<Samples>,
    /// What was remarked on the way.
    pub remarks: Vec<String>,
}

/// Looks whether what a row gives fits into the results of a sweep: the names of outputs, and what all kept traces
/// would take.
///
/// # Errors
/// [`BatchError::Outputs`], [`BatchError::Traces`].
pub fn check(run: &Run, outcome: &Outcome) -> Result<(), BatchError> {
    let lock = run.lock();
    check_names(lock, outcome.outputs.iter().map(|output| output.name.as_str()))?;
    let is_number =
        |output: &&Output| matches!(output.value, None | Some(Cell::Number(_) | Cell::Whole(_)));
    let over_time = outcome.samples.iter().flat_map(|samples| &samples.columns);
    let numbers = outcome.outputs.iter().filter(is_number).map(|output| &output.name);
    let names: Vec<String> = numbers.chain(over_time.map(|column| &column.0)).cloned().collect();
    if let Some(name) = lock.wanted.statistics.histograms.iter().find(|name| !names.contains(name))
    {
        return Err(no_histogram(name, outcome.outputs.iter().map(|o| o.name.as_str()), &names));
    }
    let numbers =
        |samples: &Samples| samples.times.len() as u64 * (samples.columns.len() as u64 + 1);
    let one: u64 = outcome.samples.iter().map(numbers).sum();
    let kept = lock.wanted.traces.keep.min(lock.replicates) * lock.points.points.len() as u64;
    within(one.saturating_mul(8).saturating_mul(kept), run)
}
