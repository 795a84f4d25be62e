//! A slice of the rows: computed, sealed, written whole or not at all.

use std::fs;
use std::path::Path;

use bioxen_base::durable::{self, SealError};
use serde::{Deserialize, Serialize};

use crate::error::{BatchError, ShardError};
use crate::lock::{FORMAT, Row, Run, file};
use crate::model::{Cell, Model, Output, Samples, Stopped};
use crate::remarks;
use crate::spread::Spreads;

/// The kind of the sealed file.
const KIND: &str = "shard";
/// The largest file of a shard [bytes].
const LARGEST: u64 = 16 << 30;
/// How many letters of an identity are shown.
const SHOWN: usize = 12;

/// What a shard holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Body {
    identity: String,
    first: u64,
    pub(crate) names: Vec<(String, Option<String>)>,
    pub(crate) rows: Vec<Done>,
    /// By the number of the point, in order.
    pub(crate) spreads: Vec<(u64, Spreads)>,
    pub(crate) traces: Vec<Kept>,
    /// What they take, also if they are not kept because it is too much [bytes].
    pub(crate) bytes: u64,
    pub(crate) remarks: Vec<(String, u64)>,
}

/// What a row gave.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Done {
    pub(crate) failed: Option<String>,
    /// The places of names, and the values.
    pub(crate) cells: Vec<(u32, Option<Cell>)>,
}

/// A trace that is kept whole.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) row: u64,
    pub(crate) times: Vec<f64>,
    pub(crate) columns: Vec<(String, Option<String>, Vec<f64>)>,
}

impl Kept {
    /// What it takes [bytes].
    fn bytes(&self) -> u64 {
        8 * (self.times.len() as u64).saturating_mul(self.columns.len() as u64 + 1)
    }
}

/// What [`run`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ran {
    /// Whether the shard was there already.
    pub skipped: bool,
    /// How many rows failed.
    pub failed: u64,
}

/// Computes a shard and writes it, unless it is there. `progress` is told after each row how many are done, and
/// of how many.
///
/// # Errors
/// [`BatchError::Input`] for changed inputs, [`BatchError::Interrupted`],
/// [`BatchError::File`] if it cannot be written; a disk that is full leaves no part of a file.
pub fn run(
    run: &Run,
    index: u64,
    model: &mut dyn Model,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Ran, BatchError> {
    let (first, count) = run.lock().rows_of(index)?;
    run.check_inputs()?;
    if let Ok(body) = load(run, index) {
        return Ok(Ran { skipped: true, failed: body.failed() });
    }
    let mut body = Body::new(run, first);
    for (done, number) in (first..first + count).enumerate() {
        let row = run.lock().row(number);
        match model.evaluate(row) {
            Ok(outcome) => {
                let told = outcome.remarks.into_iter();
                told.for_each(|text| remarks::count(&mut body.remarks, text, 1));
                body.take(run, row, outcome.outputs, outcome.samples);
            }
            Err(Stopped::Failed { why }) => body.fail(row, why),
            Err(Stopped::Interrupted) => {
                return Err(BatchError::Interrupted { row: number, index });
            }
        }
        progress(done as u64 + 1, count);
    }
    body.spreads.iter_mut().for_each(|(_, spreads)| spreads.settle());
    let packed = postcard::to_allocvec(&body).unwrap_or_default();
    let path = run.shard(index);
    let parent = path.parent().unwrap_or(run.folder());
    fs::create_dir_all(parent).map_err(file("cannot make the folder", parent))?;
    let sealed = durable::seal_bytes(KIND, FORMAT, &packed);
    durable::publish(&path, &sealed).map_err(file("cannot write the shard", &path))?;
    Ok(Ran { skipped: false, failed: body.failed() })
}

/// Holds what kept traces take against what they may take.
pub(crate) fn within(bytes: u64, run: &Run) -> Result<(), BatchError> {
    let most = run.lock().wanted.traces.max_bytes;
    if bytes > most { Err(BatchError::Traces { bytes, most }) } else { Ok(()) }
}

impl Body {
    fn new(run: &Run, first: u64) -> Self {
        Self {
            identity: run.lock().identity.clone(),
            first,
            names: Vec::new(),
            rows: Vec::new(),
            spreads: Vec::new(),
            traces: Vec::new(),
            bytes: 0,
            remarks: Vec::new(),
        }
    }

    /// How many rows failed.
    pub(crate) fn failed(&self) -> u64 {
        self.rows.iter().filter(|row| row.failed.is_some()).count() as u64
    }

    fn spreads(&mut self, row: Row) -> &mut Spreads {
        if self.spreads.last().is_none_or(|(point, _)| *point != row.point) {
            self.spreads.push((row.point, Spreads::from(row.replicate)));
        }
        let last = self.spreads.len() - 1;
        &mut self.spreads[last].1
    }

    fn fail(&mut self, row: Row, why: String) {
        self.spreads(row).add(Vec::new());
        self.rows.push(Done { failed: Some(why), cells: Vec::new() });
    }

    fn take(&mut self, run: &Run, row: Row, outputs: Vec<Output>, samples: Vec<Samples>) {
        let mut cells = Vec::with_capacity(outputs.len());
        for output in outputs {
            let named = (output.name, output.unit);
            let place = self.names.iter().position(|known| *known == named);
            let place = place.unwrap_or_else(|| {
                self.names.push(named);
                self.names.len() - 1
            });
            cells.push((place as u32, output.value));
        }
        self.rows.push(Done { failed: None, cells });
        if row.replicate < run.lock().wanted.traces.keep {
            for Samples { times, columns } in samples.clone() {
                let kept = Kept { row: row.number, times, columns };
                self.bytes = self.bytes.saturating_add(kept.bytes());
                self.traces.push(kept);
            }
            if within(self.bytes, run).is_err() {
                self.traces.clear();
            }
        }
        self.spreads(row).add(samples);
    }

    /// Whether what it holds can be what it says.
    fn is_whole(&self, count: u64) -> bool {
        let names = self.names.len();
        self.rows.len() as u64 == count
            && self.rows.iter().flat_map(|r| &r.cells).all(|(place, _)| (*place as usize) < names)
            && self.spreads.iter().all(|(_, spreads)| spreads.is_whole())
            && self.traces.iter().all(|kept| {
                let fits = |column: &(String, Option<String>, Vec<f64>)| {
                    column.2.len() == kept.times.len()
                };
                (self.first..self.first + count).contains(&kept.row)
                    && kept.columns.iter().all(fits)
            })
    }
}

/// Whether a shard is there and whole.
pub(crate) fn look(run: &Run, index: u64) -> Result<(), ShardError> {
    load(run, index).map(|_| ())
}

/// Reads a shard.
pub(crate) fn load(run: &Run, index: u64) -> Result<Body, ShardError> {
    let bytes = bytes_of(&run.shard(index))?;
    let (_, packed) = durable::unseal_bytes(KIND, FORMAT, &bytes)?;
    let short = |identity: &str| identity.chars().take(SHOWN).collect::<String>();
    let body: Body = postcard::from_bytes(packed).map_err(|_| SealError::Damaged)?;
    if body.identity != run.lock().identity {
        return Err(ShardError::Foreign {
            found: short(&body.identity),
            expected: short(&run.lock().identity),
        });
    }
    let (first, count) = run.lock().rows_of(index).map_err(|_| ShardError::Missing)?;
    if body.first != first {
        return Err(ShardError::Rows { found: body.first, expected: first });
    }
    if !body.is_whole(count) {
        return Err(SealError::Damaged.into());
    }
    Ok(body)
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, ShardError> {
    durable::read(path, LARGEST).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ShardError::Missing,
        _ => ShardError::Unreadable(error),
    })
}
