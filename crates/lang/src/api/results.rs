//! Traces and tables.

use rhai::plugin::*;
use rhai::{Array, Dynamic};

use super::statistics::each;
use super::tables::files::{ends, known};
use crate::error::raise;
use crate::number::{names, time};
use crate::value::{only_one, significant};
use crate::world::with;
use crate::{LangError, RhaiResultOf, Table, Trace, World};
use bioxen_engine::StopToken;

pub(super) fn save(world: &mut World, path: &str, bytes: &[u8]) -> Result<(), LangError> {
    world.write(path, bytes)
}

/// Writes what is not too long to be waited for into a file whose name ends so.
pub(super) fn export(
    context: &NativeCallContext,
    (path, ending): (&str, &'static str),
    text: impl FnOnce(&StopToken) -> Option<Vec<u8>>,
) -> RhaiResultOf<()> {
    with(context, |world| {
        ends(path, ending)?;
        let text = text(&world.stop()).ok_or(LangError::Stopped)?;
        save(world, path, &text)
    })
}

pub(super) fn floats(values: &[f64]) -> Array {
    values.iter().map(|&x| Dynamic::from_float(x)).collect()
}

/// The names under which a table tells of what was asked for.
fn rows_of(trace: &Trace, quantities: &Dynamic) -> RhaiResultOf<Vec<String>> {
    let wanted = names("the quantities of table", quantities).map_err(raise)?;
    let columns = trace.columns(&wanted).map_err(raise)?;
    Ok(columns.into_iter().map(|(name, _)| name).collect())
}

/// Traces and tables.
#[export_module]
pub mod functions {
    /// The times of a trace [min].
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).times()
    /// ```
    #[rhai_fn(global, pure)]
    pub fn times(trace: &mut Trace) -> Array {
        floats(&trace.0.times)
    }

    /// The record of the last run that the user interrupted. A new interrupt replaces it.
    ///
    /// # Errors
    /// If no run was interrupted.
    ///
    /// # Example
    /// ```rhai
    /// try { plot(interrupted_trace()).show(); } catch { print("no run was interrupted"); }
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn interrupted_trace(context: NativeCallContext) -> RhaiResultOf<Trace> {
        with(&context, |world| {
            world.runs.kept.clone().map(Trace::new).ok_or(LangError::NotInterrupted)
        })
    }

    /// The names of all quantities that a trace recorded.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).names()
    /// ```
    #[rhai_fn(global, pure)]
    pub fn names(trace: &mut Trace) -> Array {
        trace.0.columns.iter().map(|c| Dynamic::from(c.name.clone())).collect()
    }

    /// The values of one quantity. Give its full name, the name without the VM if that is unambiguous, or
    /// the gene alone for its protein.
    ///
    /// # Errors
    /// If the name fits no quantity of the trace, or several.
    ///
    /// # Example
    /// ```rhai
    /// let trace = run(1.min);
    /// trace["host.growth_rate_per_h"]
    /// ```
    #[rhai_fn(global, index_get, pure, return_raw)]
    pub fn value_of(trace: &mut Trace, quantity: &str) -> RhaiResultOf<Array> {
        only_one(quantity).map_err(raise)?;
        trace.column(quantity).map(|c| floats(&c.values)).map_err(raise)
    }

    /// The last value of one quantity.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).final("host.growth_rate_per_h")
    /// ```
    #[rhai_fn(global, pure, name = "final", return_raw)]
    pub fn final_value(trace: &mut Trace, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        each("final", trace, &quantity, |c| Ok(c.values.last().copied().unwrap_or(f64::NAN)))
    }

    /// The mean of one quantity over all samples; unknown values are left out.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]; or several: an array of names, or a pattern such as
    ///   `"*.mrna"`; the result is then a map
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several.
    ///
    /// # Example
    /// ```rhai
    /// let trace = run(1.min);
    /// print(trace.mean("host.atp_percent"));
    /// print(trace.mean("host.*"));
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn mean(trace: &mut Trace, quantity: Dynamic) -> RhaiResultOf<Dynamic> {
        each("mean", trace, &quantity, |c| Ok(crate::value::mean(&c.values)))
    }

    /// The part of a trace between two times, both included.
    ///
    /// * `from` - the beginning, such as `10.min`
    /// * `to` - the end, such as `20.min`
    ///
    /// # Errors
    /// If an argument is not a time, or nothing was recorded between the two times.
    ///
    /// # Example
    /// ```rhai
    /// run(2.min).between(1.min, 2.min).mean("host.growth_rate_per_h")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn between(trace: &mut Trace, from: Dynamic, to: Dynamic) -> RhaiResultOf<Trace> {
        let from = time("the first time of between", &from).map_err(raise)?;
        let to = time("the second time of between", &to).map_err(raise)?;
        trace.between(from, to).map_err(raise)
    }

    /// Joins two traces, of which the second begins where the first ends. If a gene was not mapped in one
    /// of them, it has zero molecules there. If a VM did not exist, its values are unknown (`NaN`, empty in
    /// a file), and statistics leave them out.
    ///
    /// # Errors
    /// If the second does not begin where the first ends.
    ///
    /// # Example
    /// ```rhai
    /// let whole = run(1.min) + run(1.min);
    /// ```
    #[rhai_fn(global, name = "+", return_raw)]
    pub fn join(first: Trace, second: Trace) -> RhaiResultOf<Trace> {
        first.join(&second).map_err(raise)
    }

    /// Some quantities as a table, with a row for each sample.
    ///
    /// * `quantities` - a name of the trace, a pattern such as `"*.mrna"`, or an array of these, such
    ///   as `["lacZ", "host.ribosomes"]`
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several.
    ///
    /// # Example
    /// ```rhai
    /// print(run(1.min).table(["host.growth_rate_per_h"]));
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn table(trace: &mut Trace, quantities: Dynamic) -> RhaiResultOf<Table> {
        let wanted = rows_of(trace, &quantities)?;
        trace.table(&wanted, None).map_err(raise)
    }

    /// Some quantities as a table, with a row at every interval and one at the end. Between two samples a
    /// quantity is interpolated linearly; counts of molecules keep the value of the last sample.
    ///
    /// * `quantities` - a name of the trace, a pattern such as `"*.mrna"`, or an array of these, such
    ///   as `["lacZ", "host.ribosomes"]`
    /// * `interval` - from one row to the next, such as `5.min`
    ///
    /// # Errors
    /// If a name fits no quantity of the trace, or several; if the interval is not a positive time, or is
    /// shorter than that between samples (`sample_every`).
    ///
    /// # Example
    /// ```rhai
    /// print(run(10.min).table(["host.growth_rate_per_h"], 5.min));
    /// ```
    #[rhai_fn(global, pure, name = "table", return_raw)]
    pub fn table_every(
        trace: &mut Trace,
        quantities: Dynamic,
        interval: Dynamic,
    ) -> RhaiResultOf<Table> {
        let wanted = rows_of(trace, &quantities)?;
        let interval = time("the interval of table", &interval).map_err(raise)?;
        trace.table(&wanted, Some(interval)).map_err(raise)
    }

    /// Writes a trace as CSV (comma-separated values): first column `time_min`, then one for each
    /// quantity.
    ///
    /// * `path` - a file in the output folder
    ///
    /// # Errors
    /// If the path leads out of the output folder or cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).to_csv("trace.csv");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn to_csv(context: NativeCallContext, trace: Trace, path: &str) -> RhaiResultOf<()> {
        export(&context, (path, ".csv"), |stop| trace.to_csv(stop))
    }

    /// Notes about the conditions behind the numbers of a trace, in sentences: the quotas at which VMs were
    /// held back. Empty if no VM was held back.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["lacZ"]);
    /// print(run(30.min).notes());
    /// ```
    #[rhai_fn(global)]
    pub fn notes(trace: Trace) -> Array {
        trace.0.notes.iter().map(|note| Dynamic::from(note.to_string())).collect()
    }

    /// Writes a trace as JSON: `time_unit`, `times`, and `columns` with `name`, `unit`, `values`;
    /// unknown values are `null`.
    ///
    /// * `path` - a file in the output folder
    ///
    /// # Errors
    /// If the path leads out of the output folder or cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).to_json("trace.json");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn to_json(context: NativeCallContext, trace: Trace, path: &str) -> RhaiResultOf<()> {
        export(&context, (path, ".json"), |stop| trace.to_json(stop))
    }

    /// Writes a trace as Parquet, which pandas, R and DuckDB read: first column `time`, then one for each quantity,
    /// with the units, the notes, the seed, the version and the SHA-256 of the script in its metadata.
    /// `read_parquet` gives a table of it.
    ///
    /// * `path` - a file in the output folder
    ///
    /// # Errors
    /// If the path leads out of the output folder or cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).to_parquet("trace.parquet");
    /// print(read_parquet("trace.parquet").unit("time"));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn to_parquet(context: NativeCallContext, trace: Trace, path: &str) -> RhaiResultOf<()> {
        with(&context, |world| {
            ends(path, ".parquet")?;
            let table = trace.whole_table()?;
            let mut meta = table.meta().clone();
            let notes: Vec<String> = trace.0.notes.iter().map(ToString::to_string).collect();
            if !notes.is_empty() {
                meta.set("notes", &notes.join("\n"));
            }
            let bytes = known(world, &table.with_meta(meta)).to_parquet()?;
            save(world, path, &bytes)
        })
    }

    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn trace_to_string(trace: &mut Trace) -> String {
        let t = &trace.0;
        let (from, to) = (t.times.first(), t.times.last());
        let at = |x: Option<&f64>| x.map_or_else(String::new, |x| significant(*x));
        let mut text = format!(
            "trace of {} quantities at {} times from {} to {} {}",
            t.columns.len(),
            t.times.len(),
            at(from),
            at(to),
            t.time_unit
        );
        for note in &t.notes {
            text.push_str(&format!("\nnote: {note}"));
        }
        text
    }
}
