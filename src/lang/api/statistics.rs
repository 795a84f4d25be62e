//! Statistics of traces, and ensembles of runs.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "the plugin macro makes undocumented items and unwraps arguments it has checked"
)]

mod parts;

use parts::{falling, repetition, spread};
use rhai::plugin::*;
use rhai::{Array, Dynamic, FnPtr, Map};

use super::results::{floats, save};
use crate::lang::error::raise;
use crate::lang::number::{kind, names, number, time, whole};
use crate::lang::repeat::Repetition;
use crate::lang::value::{Ensemble, moments};
use crate::lang::world::with;
use crate::lang::{LangError, RhaiResultOf, Trace};
use crate::units::Duration;

/// Statistics of traces, and ensembles of runs.
#[export_module]
pub mod functions {
    /// The standard deviation of a quantity over the samples of a trace (with n - 1).
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]
    ///
    /// # Errors
    /// When the trace has none of that name, or several.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).sd("host.growth_rate_per_h")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn sd(trace: &mut Trace, quantity: &str) -> RhaiResultOf<f64> {
        super::spread(trace, quantity).map(|(_, variance)| variance.sqrt())
    }

    /// The squared coefficient of variation, variance / mean², over the samples of a trace: the
    /// noise of gene expression as Elowitz et al. (Science 297:1183, 2002) give it.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]
    ///
    /// # Errors
    /// When the trace has none of that name, or several.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).cv2("host.growth_rate_per_h")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn cv2(trace: &mut Trace, quantity: &str) -> RhaiResultOf<f64> {
        super::spread(trace, quantity).map(|(mean, variance)| variance / (mean * mean))
    }

    /// The Fano factor, variance / mean, over the samples of a trace: 1 for independent births and
    /// deaths, more for bursts.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]
    ///
    /// # Errors
    /// When the trace has none of that name, or several.
    ///
    /// # Source
    /// As a measure of noise in gene expression: Thattai & van Oudenaarden, *PNAS* 98:8614 (2001).
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).fano("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn fano(trace: &mut Trace, quantity: &str) -> RhaiResultOf<f64> {
        super::spread(trace, quantity).map(|(mean, variance)| variance / mean)
    }

    /// The half-life of a quantity that falls, from the slope of its logarithm over the trace
    /// (least squares; values of zero are left out).
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]
    ///
    /// # Errors
    /// When it does not fall, or the trace has none of that name.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// solver("deterministic");
    /// start_transcription(["lacZ"]);
    /// run(20.min);
    /// stop_transcription(["lacZ"]);
    /// print(run(30.min).half_life("lacZ.mrna"));
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn half_life(trace: &mut Trace, quantity: &str) -> RhaiResultOf<Duration> {
        super::falling(trace, quantity).map(Duration::from).map_err(raise)
    }

    /// A trace of some quantities only.
    ///
    /// * `quantities` - a name of the trace or an array of names, such as `["lacZ", "host.ribosomes"]`
    ///
    /// # Errors
    /// When the trace has none of a name, or several.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).select(["host.growth_rate_per_h", "host.ribosomes"])
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn select(trace: &mut Trace, quantities: Dynamic) -> RhaiResultOf<Trace> {
        let wanted = super::names("the quantities of select", &quantities).map_err(raise)?;
        trace.select(&wanted).map_err(raise)
    }

    /// Writes a trace as JSON: `time_unit`, `times`, and `columns` with `name`, `unit`, `values`;
    /// what is not known is `null`.
    ///
    /// * `path` - a file in the output folder
    ///
    /// # Errors
    /// When the path leads out of the output folder or cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// run(1.min).to_json("trace.json");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn to_json(context: NativeCallContext, trace: Trace, path: &str) -> RhaiResultOf<()> {
        with(&context, |world| {
            if !path.to_ascii_lowercase().ends_with(".json") {
                return Err(LangError::Ending { path: path.to_owned(), expected: ".json" });
            }
            let text = trace.to_json(&world.stop).ok_or(LangError::Stopped)?;
            save(world, path, &text)
        })
    }

    /// Parquet files are not written by this version: this always fails. `to_csv` and `to_json`
    /// write the same numbers, and every tool that reads Parquet reads these.
    ///
    /// * `path` - a file in the output folder
    ///
    /// # Errors
    /// Always.
    ///
    /// # Example
    /// ```rhai
    /// try { run(1.min).to_parquet("trace.parquet") } catch (error) { print(error.message) }
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn to_parquet(trace: Trace, path: &str) -> RhaiResultOf<()> {
        // They are there so that the error says what would be right, not that there is none such.
        let _ = (trace, path);
        let what = "to_parquet (to_csv and to_json write the same numbers)";
        Err(raise(LangError::NotAvailable { what }))
    }

    /// Runs the cell for each value of a parameter: not available in this version, and this always
    /// fails. A loop does it for a few values: keep everything with `snapshot_all` before it, and begin
    /// each turn with `restore_all`, so that every value meets the same cell.
    ///
    /// * `values` - an array
    /// * `action` - a function of one value
    ///
    /// # Errors
    /// Always.
    ///
    /// # Example
    /// ```rhai
    /// try { sweep([0.1, 0.3], |quality| quality) } catch (error) { print(error.message); }
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn sweep(values: Array, action: FnPtr) -> RhaiResultOf<()> {
        let _ = (values, action);
        Err(raise(LangError::NotAvailable {
            what: "sweep (a loop does it: let start = snapshot_all(); for value in values { restore_all(start); .. })",
        }))
    }

    /// Runs the cell many times from where it stands, each time with other chance, in parallel. The
    /// cell itself stays where it is. The result is the same on any number of threads.
    ///
    /// * `repetitions` - how many, 2 to 100000
    /// * `duration` - of each, such as `30.min`
    ///
    /// # Errors
    /// When a number is out of range, events are set (they would need the script), or more would be
    /// recorded than memory holds.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["lacZ"]);
    /// let cells = ensemble(10, 2.min);
    /// print(cells.mean("lacZ.mrna"));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn ensemble(
        context: NativeCallContext,
        repetitions: Dynamic,
        duration: Dynamic,
    ) -> RhaiResultOf<Ensemble> {
        with(&context, |world| {
            let expected = "a whole number from 2 to 100000";
            let n = whole("the repetitions of ensemble", &repetitions, 2..=100_000, expected)?;
            let duration = time("the duration of ensemble", &duration)?;
            crate::lang::repeat::repeat(world, n as u64, duration, &Repetition::default())
        })
    }

    /// The same with options.
    ///
    /// * `repetitions` - how many, 2 to 100000
    /// * `duration` - of each, such as `30.min`
    /// * `options` - a map of:
    /// * `quantities` - what is kept of each, a name or an array of names; everything unless given
    /// * `seed` - a whole number, zero or more; that of the cell unless given
    /// * `solver` - `"stochastic"`, `"tau_leap"` or `"deterministic"`; that of the cell unless given
    /// * `sample_every` - a time, such as `1.min`; as the cell unless given
    ///
    /// # Errors
    /// As without; and when an option is unknown, or is none of these.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["lacZ"]);
    /// ensemble(10, 2.min, #{quantities: "lacZ.mrna", seed: 7, sample_every: 1.min})
    /// ```
    #[rhai_fn(global, name = "ensemble", return_raw)]
    pub fn ensemble_with(
        context: NativeCallContext,
        repetitions: Dynamic,
        duration: Dynamic,
        options: Map,
    ) -> RhaiResultOf<Ensemble> {
        with(&context, |world| {
            let expected = "a whole number from 2 to 100000";
            let n = whole("the repetitions of ensemble", &repetitions, 2..=100_000, expected)?;
            let duration = time("the duration of ensemble", &duration)?;
            let own = super::repetition(&options)?;
            crate::lang::repeat::repeat(world, n as u64, duration, &own)
        })
    }

    /// How often the last values of a quantity came out: a map of `edges`, one more than there are
    /// bins, all equally wide from the least value to the greatest, and `counts`. The last bin has
    /// its upper edge, too.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules]
    /// * `bins` - how many, 1 to 10000
    ///
    /// # Errors
    /// When there is none of that name, or several, or the number of bins is out of range.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(20, 1.min).histogram("host.ribosomes", 5).counts
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn histogram(ensemble: &mut Ensemble, quantity: &str, bins: Dynamic) -> RhaiResultOf<Map> {
        let expected = "a whole number from 1 to 10000";
        let bins = whole("the bins of histogram", &bins, 1..=10_000, expected).map_err(raise)?;
        let values = ensemble.last(quantity).map_err(raise)?;
        let (edges, counts) = crate::lang::value::counted(&values, bins as usize);
        let counts: Array = counts.into_iter().map(Dynamic::from_int).collect();
        Ok(Map::from([("edges".into(), floats(&edges).into()), ("counts".into(), counts.into())]))
    }

    /// The times of an ensemble [min].
    ///
    /// # Example
    /// ```rhai
    /// ensemble(2, 1.min).times()
    /// ```
    #[rhai_fn(global, pure, name = "times")]
    pub fn ensemble_times(ensemble: &mut Ensemble) -> Array {
        floats(&ensemble.runs[0].times)
    }

    /// The mean of a quantity over the repetitions, at each time.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]
    ///
    /// # Errors
    /// When there is none of that name, or several.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(2, 1.min).mean("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, name = "mean", return_raw)]
    pub fn ensemble_mean(ensemble: &mut Ensemble, quantity: &str) -> RhaiResultOf<Array> {
        ensemble.over(quantity, |values| moments(values).0).map(|x| floats(&x)).map_err(raise)
    }

    /// The standard deviation of a quantity over the repetitions (with n - 1), at each time.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]
    ///
    /// # Errors
    /// When there is none of that name, or several.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(2, 1.min).sd("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, name = "sd", return_raw)]
    pub fn ensemble_sd(ensemble: &mut Ensemble, quantity: &str) -> RhaiResultOf<Array> {
        ensemble
            .over(quantity, |values| moments(values).1.sqrt())
            .map(|x| floats(&x))
            .map_err(raise)
    }

    /// A quantile of a quantity over the repetitions, at each time, by linear interpolation between
    /// order statistics (type 7 of Hyndman & Fan, Am. Stat. 50:361, 1996).
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]
    /// * `share` - from `0`, the least, to `1`, the greatest; `0.5` is the median
    ///
    /// # Errors
    /// When the share is not within 0 to 1, or there is none of that name, or several.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(5, 1.min).quantile("host.ribosomes", 0.5)
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn quantile(
        ensemble: &mut Ensemble,
        quantity: &str,
        share: Dynamic,
    ) -> RhaiResultOf<Array> {
        let p = number("the share of quantile", &share).map_err(raise)?;
        if !(0.0..=1.0).contains(&p) {
            return Err(raise(LangError::WrongType {
                what: "the share of quantile".to_owned(),
                expected: "a number from 0 to 1",
                got: kind(&share),
            }));
        }
        let at = |values: &[f64]| crate::lang::value::quantile(values, p);
        ensemble.over(quantity, at).map(|x| floats(&x)).map_err(raise)
    }

    /// The last values of a quantity, one for each repetition.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]
    ///
    /// # Errors
    /// When there is none of that name, or several.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(3, 1.min).final("host.ribosomes")
    /// ```
    #[rhai_fn(global, pure, name = "final", return_raw)]
    pub fn ensemble_final(ensemble: &mut Ensemble, quantity: &str) -> RhaiResultOf<Array> {
        ensemble.last(quantity).map(|x| floats(&x)).map_err(raise)
    }

    /// One repetition as a trace.
    ///
    /// * `number` - which, from 0
    ///
    /// # Errors
    /// When there is none of that number.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(3, 1.min).repetition(2)
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn repetition(ensemble: &mut Ensemble, number: Dynamic) -> RhaiResultOf<Trace> {
        let expected = "a whole number, counted from 0";
        let number = whole("the number of repetition", &number, i64::MIN..=i64::MAX, expected);
        let number = number.map_err(raise)?;
        let found = usize::try_from(number).ok().and_then(|i| ensemble.runs.get(i));
        let found = found.ok_or(LangError::NoRepetition { number, count: ensemble.runs.len() });
        found.map(|t| Trace::new(t.clone())).map_err(raise)
    }

    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn ensemble_to_string(ensemble: &mut Ensemble) -> String {
        let first = &ensemble.runs[0];
        let (count, columns) = (ensemble.runs.len(), first.columns.len());
        let times = first.times.len();
        let mut text = format!("ensemble of {count} runs, {columns} quantities at {times} times");
        for note in ensemble.notes.iter() {
            text.push_str(&format!("\nnote: {note}"));
        }
        text
    }
}
