//! Many runs of one cell.

use crate::text::counted;
use rhai::plugin::*;
use rhai::{Array, Dynamic, FnPtr, Map};

use super::results::{export, floats};
use super::statistics::repetition as own_of;
use crate::error::raise;
use crate::number::{only, time, whole};
use crate::repeat::{of_function, repeat};
use crate::value::{Ensemble, only_one};
use crate::{LangError, RhaiResultOf, Trace};

/// How many repetitions are asked for.
fn count(repetitions: &Dynamic) -> Result<u64, LangError> {
    let expected = "a whole number from 1 to 100000";
    whole("the repetitions of ensemble", repetitions, 1..=100_000, expected).map(|n| n as u64)
}

fn repeated(
    context: &NativeCallContext,
    repetitions: &Dynamic,
    duration: &Dynamic,
    options: &Map,
) -> RhaiResultOf<Ensemble> {
    let n = count(repetitions).map_err(raise)?;
    let duration = time("the duration of ensemble", duration).map_err(raise)?;
    repeat(context, n, duration, &own_of(options).map_err(raise)?)
}

fn of(
    context: &NativeCallContext,
    repetitions: &Dynamic,
    function: &FnPtr,
    options: &Map,
) -> RhaiResultOf<Dynamic> {
    let n = count(repetitions);
    only("ensemble", options, &["seed"]).map_err(raise)?;
    let seed = options.get("seed").map(|seed| {
        whole("seed", seed, 0..=i64::MAX, "a whole number, zero or more").map(|seed| seed as u64)
    });
    let seed = seed.transpose().map_err(raise)?;
    of_function(context, n.map_err(raise)? as usize, function, seed)
}

/// Many runs of one cell.
#[export_module]
pub mod functions {
    /// Runs the cell many times from its present state, each time with different random numbers, in
    /// parallel. The cell itself does not change. The result is the same on any number of threads. The
    /// first repetition is the run that the cell itself would make.
    ///
    /// Pending events (`at`, `every`, `when`) happen in every repetition; each repetition begins with the
    /// same events. Because they call functions of the script, such repetitions run one after another,
    /// with the same results. Changes that events make to the cells end with the repetition. Changes to
    /// variables and files, and printed text, stay.
    ///
    /// * `repetitions` - how many, 1 to 100000
    /// * `duration` - of each, such as `30.min`
    ///
    /// # Errors
    /// If a number is out of range, an event fails, a run is in progress, or the record does not fit into
    /// the memory.
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
        super::repeated(&context, &repetitions, &duration, &Map::new())
    }

    /// The same with options.
    ///
    /// * `repetitions` - how many, 1 to 100000
    /// * `duration` - of each, such as `30.min`
    /// * `options` - a map of:
    /// * `quantities` - the quantities to keep: a name, a pattern such as `"*.mrna"`, or an array of
    ///   these; by default all
    /// * `seed` - a whole number, zero or more; by default that of the cell
    /// * `solver` - `"stochastic"`, `"tau_leap"` or `"deterministic"`; by default that of the cell
    /// * `sample_every` - a time, such as `1.min`; by default that of the cell
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value.
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
        super::repeated(&context, &repetitions, &duration, &options)
    }

    /// Calls a function many times, each time in a copy of the whole laboratory with other random numbers, on all cores: for
    /// repetitions of populations, or of anything that a function does. If it gives what a run gives, of a cell or of a
    /// population, the result is an ensemble of these runs; if it gives numbers or maps of them, a table with a row for
    /// each repetition.
    ///
    /// Afterwards nothing has changed. The result is the same on any number of threads. The first repetition uses the random
    /// numbers that the cells themselves would use. A population without a `seed` of its own has another in each.
    ///
    /// * `repetitions` - how many, 1 to 100000
    /// * `function` - a function without parameters, or of the number of the repetition, from 0
    ///
    /// # Errors
    /// If the number is out of range, a run is in progress, the function fails, or what it gives differs in kind, or runs in
    /// times or quantities.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// let many = ensemble(3, || population(20).run(30.min));
    /// print(many.sd("dnaK.mean").len());
    /// ensemble(3, || { let p = population(20); p.run(30.min); #{cv2: p.cv2("dnaK")} })
    /// ```
    #[rhai_fn(global, name = "ensemble", return_raw)]
    pub fn ensemble_of(
        context: NativeCallContext,
        repetitions: Dynamic,
        function: FnPtr,
    ) -> RhaiResultOf<Dynamic> {
        super::of(&context, &repetitions, &function, &Map::new())
    }

    /// The same with options.
    ///
    /// * `repetitions` - how many, 1 to 100000
    /// * `function` - a function without parameters, or of the number of the repetition, from 0
    /// * `options` - a map of:
    /// * `seed` - a whole number, zero or more; by default that of the cell
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(3, || { let p = population(20); p.run(30.min); p.mean("size") }, #{seed: 7})
    /// ```
    #[rhai_fn(global, name = "ensemble", return_raw)]
    pub fn ensemble_of_with(
        context: NativeCallContext,
        repetitions: Dynamic,
        function: FnPtr,
        options: Map,
    ) -> RhaiResultOf<Dynamic> {
        super::of(&context, &repetitions, &function, &options)
    }

    /// The names of all quantities that an ensemble recorded.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(2, 1.min).names()
    /// ```
    #[rhai_fn(global, pure)]
    pub fn names(ensemble: &mut Ensemble) -> Array {
        ensemble.runs[0].columns.iter().map(|c| Dynamic::from(c.name.clone())).collect()
    }

    /// The values of one quantity: for each repetition, an array of its values over time.
    ///
    /// # Errors
    /// If the name fits no recorded quantity, or several.
    ///
    /// # Example
    /// ```rhai
    /// let cells = ensemble(3, 1.min);
    /// let first = cells["host.ribosomes"][0];
    /// ```
    #[rhai_fn(global, index_get, pure, return_raw)]
    pub fn value_of(ensemble: &mut Ensemble, quantity: &str) -> RhaiResultOf<Array> {
        only_one(quantity).map_err(raise)?;
        let places = ensemble.places(&[quantity.to_owned()]).map_err(raise)?;
        let place = places[0].1;
        Ok(ensemble.runs.iter().map(|run| floats(&run.columns[place].values).into()).collect())
    }

    /// Writes an ensemble as CSV (comma-separated values), with the repetitions one below the other. The
    /// first column is `repetition`, counted from 0, then `time_min`, then one column for each quantity.
    ///
    /// * `path` - a file in the output folder
    ///
    /// # Errors
    /// If the path leads out of the output folder or cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(3, 1.min).to_csv("cells.csv");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn to_csv(context: NativeCallContext, ensemble: Ensemble, path: &str) -> RhaiResultOf<()> {
        export(&context, (path, ".csv"), |stop| ensemble.to_csv(stop))
    }

    /// Writes an ensemble as JSON: `repetitions`, `time_unit`, `times`, and `columns` with `name`,
    /// `unit`, `values`, an array for each repetition; unknown values are `null`.
    ///
    /// * `path` - a file in the output folder
    ///
    /// # Errors
    /// If the path leads out of the output folder or cannot be written.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(3, 1.min).to_json("cells.json");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn to_json(context: NativeCallContext, ensemble: Ensemble, path: &str) -> RhaiResultOf<()> {
        export(&context, (path, ".json"), |stop| ensemble.to_json(stop))
    }

    /// All repetitions, as an array of traces.
    ///
    /// # Example
    /// ```rhai
    /// ensemble(3, 2.min).repetitions().map(|trace| trace.time_of_max("host.ribosomes"))
    /// ```
    #[rhai_fn(global, pure)]
    pub fn repetitions(ensemble: &mut Ensemble) -> Array {
        ensemble.runs.iter().map(|run| Dynamic::from(Trace::new(run.clone()))).collect()
    }

    /// A histogram of the last values of a quantity: a map of `edges` and `counts`. The bins are equally
    /// wide, from the smallest value to the largest; there is one edge more than there are bins. The last
    /// bin includes its upper edge.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules]
    /// * `bins` - how many, 1 to 10000
    ///
    /// # Errors
    /// If the name fits no recorded quantity, or several, or the number of bins is out of range.
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
        let (edges, counts) = crate::value::counted(&values, bins as usize);
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

    /// One repetition as a trace.
    ///
    /// * `number` - its number, from 0
    ///
    /// # Errors
    /// If there is no repetition with that number.
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
        let mut text = format!(
            "ensemble of {}, {columns} {} at {}",
            counted(count, "run"),
            if columns == 1 { "quantity" } else { "quantities" },
            counted(times, "time")
        );
        for note in ensemble.notes.iter() {
            text.push_str(&format!("\nnote: {note}"));
        }
        text
    }
}
