//! All shards of a sweep, joined.

mod outputs;
mod statistics;
mod traces;

use std::path::PathBuf;

use bioxen_table::{Meta, Table};

use crate::error::{BatchError, ShardError};
use crate::lock::Run;
use crate::remarks;
use crate::shard::{Body, load, within};
use crate::spread::Spreads;
use crate::writing::{Parameters, put};
use outputs::Outputs;
use statistics::Rows;
use traces::Kept;

/// What was written, and what is to be said of it.
#[derive(Debug)]
pub struct Merged {
    /// The files, with the number of rows of each.
    pub files: Vec<(PathBuf, usize)>,
    /// A line for each row, with its parameters, its outputs and what went wrong.
    pub results: Table,
    /// A line for each point, output and time.
    pub statistics: Table,
    /// The rows that failed, and why.
    pub failed: Vec<(u64, String)>,
    /// What the script remarked, and how often.
    pub remarks: Vec<(String, u64)>,
    /// What was wrong with single outputs: their columns hold texts, or are left out. All else is there.
    pub problems: Vec<BatchError>,
}

/// Joins all shards and writes the results beside the lock.
///
/// `results.parquet` has a line for each row, `statistics.parquet` one for each point, output and time,
/// `histograms.parquet` and `traces.parquet` are written where the plan wants them. The same rows give the same
/// bytes, whatever the shards were.
///
/// # Errors
/// [`BatchError::Shards`] with all that are missing, cut off, damaged or of another sweep; [`BatchError::File`].
/// What is wrong with single outputs is among the problems of what is merged.
pub fn merge(run: &Run) -> Result<Merged, BatchError> {
    // What is missing is told before an hour of work.
    if let Some(index) = (0..run.lock().shards.count).find(|index| !run.shard(*index).exists()) {
        return Err(refused(run, (index, ShardError::Missing)));
    }
    let parameters = Parameters::new(&run.lock().points, &run.lock().wanted.texts)?;
    let mut joined = Joined::new(run, &parameters);
    for index in 0..run.lock().shards.count {
        match load(run, index) {
            Ok(body) => joined.take(body)?,
            Err(why) => return Err(refused(run, (index, why))),
        }
    }
    joined.finish()
}

/// The error with all shards that cannot be merged; one of them is known.
fn refused(run: &Run, known: (u64, ShardError)) -> BatchError {
    let mut wrong = run.wrong();
    if wrong.is_empty() {
        // It is whole now.
        wrong.push(known);
    }
    BatchError::Shards { folder: run.folder().to_owned(), count: run.lock().shards.count, wrong }
}

/// What has been joined so far.
struct Joined<'a> {
    run: &'a Run,
    parameters: &'a Parameters,
    outputs: Outputs,
    rows: Rows<'a>,
    kept: Kept,
    /// The point whose replicates are not all there yet.
    open: Option<(u64, Spreads)>,
    bytes: u64,
    /// Why no traces are kept.
    too_much: Option<BatchError>,
    failed: Vec<(u64, String)>,
    remarks: Vec<(String, u64)>,
}

impl<'a> Joined<'a> {
    fn new(run: &'a Run, parameters: &'a Parameters) -> Self {
        Self {
            run,
            parameters,
            outputs: Outputs::default(),
            rows: Rows::new(run.lock()),
            kept: Kept::default(),
            open: None,
            bytes: 0,
            too_much: None,
            failed: Vec::new(),
            remarks: Vec::new(),
        }
    }

    fn take(&mut self, body: Body) -> Result<(), BatchError> {
        self.bytes = self.bytes.saturating_add(body.bytes);
        if let Err(error) = within(self.bytes, self.run) {
            self.kept = Kept::default();
            self.too_much = Some(error);
        }
        for (text, count) in body.remarks {
            remarks::count(&mut self.remarks, text, count);
        }
        for done in body.rows {
            let number = self.outputs.rows();
            if let Some(why) = &done.failed {
                self.failed.push((number, why.clone()));
            }
            self.outputs.take(&body.names, done)?;
        }
        if self.too_much.is_none() {
            body.traces.into_iter().for_each(|kept| self.kept.take(kept));
        }
        for (point, spreads) in body.spreads {
            match &mut self.open {
                Some((open, before)) if *open == point => before.merge(spreads),
                _ => {
                    self.close()?;
                    self.open = Some((point, spreads));
                }
            }
        }
        Ok(())
    }

    /// Computes the statistics of a point over time, of which all replicates are there.
    fn close(&mut self) -> Result<(), BatchError> {
        match self.open.take() {
            Some((point, spreads)) => self.rows.take(point, spreads),
            None => Ok(()),
        }
    }

    fn finish(mut self) -> Result<Merged, BatchError> {
        self.close()?;
        let (run, lock) = (self.run, self.run.lock());
        let mut problems = Vec::from_iter(self.too_much.take());
        let columns = self.outputs.columns(lock, &mut problems)?;
        let (statistics, histograms, wrong) = self.rows.finish(&columns, self.parameters)?;
        problems.extend(wrong);
        let results = outputs::table(lock, self.parameters, columns, &self.failed)?;
        let traces = self.kept.table(lock)?;
        let meta = meta(run);
        let (results, statistics) =
            (results.with_meta(meta.clone()), statistics.with_meta(meta.clone()));
        let mut files = Vec::new();
        let mut write = |name: &str, table: &Table| -> Result<(), BatchError> {
            let path = run.folder().join(name);
            put(&path, table)?;
            files.push((path, table.rows()));
            Ok(())
        };
        write("results.parquet", &results)?;
        write("statistics.parquet", &statistics)?;
        if let Some(histograms) = histograms {
            write("histograms.parquet", &histograms.with_meta(meta.clone()))?;
        }
        if let Some(traces) = traces {
            write("traces.parquet", &traces.with_meta(meta))?;
        }
        let (failed, remarks) = (self.failed, self.remarks);
        Ok(Merged { files, results, statistics, failed, remarks, problems })
    }
}

/// Where the results come from. How the work was cut and who did it is no part of it.
fn meta(run: &Run) -> Meta {
    let lock = run.lock();
    let mut meta = Meta {
        seed: Some(lock.seed),
        version: Some(lock.version.clone()),
        script: lock.inputs.first().map(|input| input.sha256.clone()),
        more: Vec::new(),
    };
    meta.set("script_name", &lock.script);
    meta.set("sweep", &lock.identity);
    meta.set("points", &lock.points.points.len().to_string());
    meta.set("replicates", &lock.replicates.to_string());
    meta
}
