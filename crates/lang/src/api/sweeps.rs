//! A function at many points.

use rhai::plugin::*;
use rhai::{Array, Dynamic, FnPtr, Map};

use super::tables::rows_of;
use crate::display::text_of;
use crate::error::raise;
use crate::number::{kind, only, whole};
use crate::series::Unit;
use crate::sweep::{self, Plan};
use crate::world::with;
use crate::{LangError, RhaiResultOf, Table};
use bioxen_study::design::{self, Design};
use bioxen_study::{Range, StudyError};

fn swept(
    context: &NativeCallContext,
    values: &Dynamic,
    function: &FnPtr,
    options: &Map,
) -> RhaiResultOf<Table> {
    let plan = Plan::read(options).map_err(raise)?;
    let shown = |value: &Dynamic| text_of(context, value);
    let rows = sweep::sweep(context, values, function, &plan, &shown)?;
    rows_of(rows.rows, &rows.names).map_err(raise)
}

/// The ranges of a design with the units of their ends.
pub(super) fn ranges(
    function: &'static str,
    ranges: &Map,
    log: &Dynamic,
) -> Result<Vec<(Range, Unit)>, LangError> {
    let is_log = |name: &str| -> Result<bool, LangError> {
        if log.is_unit() {
            return Ok(false);
        }
        match log.as_bool() {
            Ok(all) => Ok(all),
            Err(_) => Ok(crate::number::names("log", log)?.iter().any(|known| known == name)),
        }
    };
    if let Some(names) = log.read_lock::<Array>() {
        for name in names.iter().map(ToString::to_string) {
            if !ranges.contains_key(name.as_str()) {
                let valid: Vec<String> = ranges.keys().map(ToString::to_string).collect();
                let near = bioxen_base::nearest::nearest(&name, valid.iter().map(String::as_str));
                let nearest = near.map(str::to_owned);
                return Err(LangError::UnknownName {
                    kind: "parameter",
                    given: name,
                    nearest,
                    valid,
                });
            }
        }
    }
    let one = |(name, value): (&rhai::Identifier, &Dynamic)| {
        let wrong = || LangError::WrongType {
            what: format!("`{name}` of {function}"),
            expected: "an array of two numbers or quantities of one kind, such as [0.1, 10]",
            got: kind(value),
        };
        let ends = value.read_lock::<Array>().map(|ends| ends.to_vec()).ok_or_else(wrong)?;
        let [low, high] = ends.as_slice() else { return Err(wrong()) };
        let (low, unit) = Unit::of(low).ok_or_else(wrong)?;
        let high = unit.read(high).ok_or_else(wrong)?;
        let range = Range::new(name.as_str(), low, high)?;
        Ok((if is_log(name)? { range.log()? } else { range }, unit))
    };
    ranges.iter().map(one).collect()
}

/// The points of a design as an array of maps.
fn points(
    function: &'static str,
    given: &Map,
    count: &Dynamic,
    options: &Map,
    make: impl FnOnce(&[Range], usize, Option<u64>) -> Result<Design, StudyError>,
) -> Result<Array, LangError> {
    only(function, options, &["log", "seed"])?;
    if count.is_fnptr() {
        return Err(LangError::WrongType {
            what: format!("the number of points of {function}"),
            expected: "a whole number, since this makes points for sweep; `sobol_indices(ranges, function)` and `morris` study a function",
            got: kind(count),
        });
    }
    let expected = "a whole number from 1 to 100000";
    let count = whole("the number of points", count, 1..=100_000, expected)? as usize;
    let seed = options.get("seed").map(|seed| {
        whole("seed", seed, 0..=i64::MAX, "a whole number, zero or more").map(|seed| seed as u64)
    });
    let ranges = ranges(function, given, &options.get("log").cloned().unwrap_or_default())?;
    let plain: Vec<Range> = ranges.iter().map(|(range, _)| range.clone()).collect();
    let design = make(&plain, count, seed.transpose()?)?;
    let point = |point: &Vec<f64>| {
        let cell =
            |(x, (range, unit)): (&f64, &(Range, Unit))| Ok((range.name().into(), unit.give(*x)?));
        let map: Result<Map, LangError> = point.iter().zip(&ranges).map(cell).collect();
        map.map(Dynamic::from)
    };
    design.points.iter().map(point).collect()
}

/// The table of points that were done.
///
/// # Errors
/// When a column has values of several kinds.
pub fn points_of(rows: crate::sweep::Rows) -> Result<Table, LangError> {
    rows_of(rows.rows, &rows.names)
}

/// A function at many points.
#[export_module]
pub mod functions {
    /// Calls a function for each of some values, each time in a copy of the whole laboratory as it is at
    /// the call, on all cores. Afterwards nothing has changed: not the cells, not the variables that the
    /// function uses. Returns a table with a row for each value: the value, and what the function gives.
    ///
    /// The result is the same on any number of threads. The first point uses the random numbers that the
    /// cells themselves would use, each other point its own. What the function prints appears in the order of
    /// the points. If it fails at a point, the error names the point. Files that
    /// it writes stay: give those of each point a name of their own.
    ///
    /// * `values` - an array of values, or of maps with the same keys; a range such as `0..10`; or a map of names and arrays, of which
    ///   all combinations are taken, the last name changing fastest: the function is given a map
    /// * `function` - a function of the value; it gives a number, a quantity, a string, or a map of such,
    ///   whose keys become columns
    ///
    /// # Errors
    /// If there is no value, or more than 100000 points, a run is in progress, or the function fails.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// solver("deterministic");
    /// let growth = sweep([0.2, 0.5, 1.0], |quality| {
    ///     set_nutrient(quality);
    ///     run(10.min).final("host.growth_rate_per_h")
    /// });
    /// print(growth);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn sweep(
        context: NativeCallContext,
        values: Dynamic,
        function: FnPtr,
    ) -> RhaiResultOf<Table> {
        super::swept(&context, &values, &function, &Map::new())
    }

    /// The same with options.
    ///
    /// * `values` - an array of values, or of maps; or a map of names and arrays
    /// * `function` - a function of the value, and, if it takes two, of the number of the point, from 0
    /// * `options` - a map of:
    /// * `repeats` - how often each point is run, with other random numbers; by default 1
    /// * `zip` - `true` takes the first values together, the second, and so on, in place of all
    ///   combinations
    /// * `seed` - a whole number, zero or more; by default that of the cell
    /// * `name` - the name of the column of plain values; by default `"value"`
    /// * `on` - `"here"`, or `"slurm"` for a job array of Slurm, which is waited for: the table is the same. The
    ///   function travels with the laboratory, what it has caught, functions and constants; files do not
    /// * `partition`, `time`, `memory`, `account`, `modules`, `throttle` - what is asked of Slurm: strings as Slurm
    ///   writes them, an array of strings, and how many shards run at once at the most
    /// * `shards` - how many tasks the array has, from 1 to 1000; by default 64
    /// * `folder` - the folder of the sweep in the output folder; by default `"sweep-....sweep"`. After an
    ///   interrupt the same call goes on with what is there
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value, with `zip` if the
    /// arrays have different lengths, and with `on` if the function has caught something that is no data, or
    /// Slurm refuses or loses a task.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// sweep(#{strength: [0.5, 2.0], minutes: [5, 10]}, |p| {
    ///     start_transcription(["lacZ"], #{strength: p.strength});
    ///     #{mrna: run(p.minutes.min).final("lacZ.mrna")}
    /// }, #{repeats: 3, seed: 7})
    /// ```
    #[rhai_fn(global, name = "sweep", return_raw)]
    pub fn sweep_with(
        context: NativeCallContext,
        values: Dynamic,
        function: FnPtr,
        options: Map,
    ) -> RhaiResultOf<Table> {
        super::swept(&context, &values, &function, &options)
    }

    /// The points of the last sweep that was interrupted, as far as they were done.
    ///
    /// # Errors
    /// If no sweep was interrupted.
    ///
    /// # Example
    /// ```rhai
    /// try { interrupted_table() } catch (error) { print(error.message); }
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn interrupted_table(context: NativeCallContext) -> RhaiResultOf<Table> {
        let rows = with(&context, |world| {
            let missing = || LangError::Noticed {
                message: "no sweep was interrupted, so interrupted_table() has nothing to give"
                    .to_owned(),
                help: Vec::new(),
            };
            world.runs.interrupted.points.clone().ok_or_else(missing)
        })?;
        points_of(rows).map_err(raise)
    }

    /// Points that fill a space of parameters evenly: each parameter has one value in each of as many equal
    /// parts of its range as there are points (McKay, Beckman & Conover 1979). Returns an array of maps, for
    /// `sweep`.
    ///
    /// * `ranges` - a map of names and ranges, such as `#{k: [0.1, 10], dose: [1.uM, 1.mM]}`
    /// * `count` - the number of points, 1 to 100000
    ///
    /// # Errors
    /// If there is no range, or one is not an array of two numbers or quantities, the lower first.
    ///
    /// # Example
    /// ```rhai
    /// latin_hypercube(#{strength: [0.5, 2.0], quality: [0.1, 1.0]}, 5)
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn latin_hypercube(ranges: Map, count: Dynamic) -> RhaiResultOf<Array> {
        latin_hypercube_with(ranges, count, Map::new())
    }

    /// The same with options.
    ///
    /// * `ranges` - a map of names and ranges
    /// * `count` - the number of points, 1 to 100000
    /// * `options` - a map of:
    /// * `log` - `true`, or the names of the parameters that vary by factors: their ranges are above zero
    /// * `seed` - a whole number, zero or more; by default 0
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value.
    ///
    /// # Example
    /// ```rhai
    /// latin_hypercube(#{dose: [1.uM, 1.mM]}, 4, #{log: true, seed: 3})
    /// ```
    #[rhai_fn(global, name = "latin_hypercube", return_raw)]
    pub fn latin_hypercube_with(ranges: Map, count: Dynamic, options: Map) -> RhaiResultOf<Array> {
        let make = |ranges: &[Range], n, seed: Option<u64>| {
            design::latin_hypercube(ranges, n, seed.unwrap_or_default())
        };
        super::points("latin_hypercube", &ranges, &count, &options, make).map_err(raise)
    }

    /// The first points of the sequence of Sobol, which fill a space of parameters more evenly than random
    /// points (direction numbers of Joe & Kuo 2008). Returns an array of maps, for `sweep`.
    ///
    /// * `ranges` - a map of names and ranges, such as `#{k: [0.1, 10], dose: [1.uM, 1.mM]}`
    /// * `count` - the number of points, 1 to 100000; a power of two is best
    ///
    /// # Errors
    /// If there is no range, more than 128, or one is not an array of two numbers or quantities, the lower
    /// first.
    ///
    /// # Example
    /// ```rhai
    /// sobol(#{strength: [0.5, 2.0], quality: [0.1, 1.0]}, 8)
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn sobol(ranges: Map, count: Dynamic) -> RhaiResultOf<Array> {
        sobol_with(ranges, count, Map::new())
    }

    /// The same with options.
    ///
    /// * `ranges` - a map of names and ranges
    /// * `count` - the number of points, 1 to 100000
    /// * `options` - a map of:
    /// * `log` - `true`, or the names of the parameters that vary by factors: their ranges are above zero
    /// * `seed` - a whole number, zero or more, that scrambles the sequence; by default it is not scrambled
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value.
    ///
    /// # Example
    /// ```rhai
    /// sobol(#{dose: [1.uM, 1.mM], quality: [0.1, 1.0]}, 4, #{log: ["dose"]})
    /// ```
    #[rhai_fn(global, name = "sobol", return_raw)]
    pub fn sobol_with(ranges: Map, count: Dynamic, options: Map) -> RhaiResultOf<Array> {
        super::points("sobol", &ranges, &count, &options, design::sobol).map_err(raise)
    }
}
