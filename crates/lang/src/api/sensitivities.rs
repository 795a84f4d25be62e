//! Which parameters matter.

use rhai::plugin::*;
use rhai::{FnPtr, Map};

use super::sweeps::ranges;
use crate::error::raise;
use crate::number::{kind, number, only, whole};
use crate::series::Unit;
use crate::studying::{Output, outputs};
use crate::{LangError, RhaiResultOf, Table};
use bioxen_study::Range;
use bioxen_study::sensitivity::{LEVELS, Scheme, Screening, SobolOptions, Stencil};
use bioxen_table::Column;

/// The relative step of derivatives: a simulation has the digits of its solver.
const STEP: f64 = 1e-3;

/// Trajectories of a screening.
const TRAJECTORIES: i64 = 20;

/// Points of each of the two samples of indices.
const SAMPLES: i64 = 256;

/// The most evaluations of one study.
const MOST: usize = 1_000_000;

fn few_enough(function: &'static str, points: usize) -> Result<(), LangError> {
    if points <= MOST {
        return Ok(());
    }
    Err(LangError::WrongType {
        what: format!("the number of evaluations of {function}"),
        expected: "at most 1000000",
        got: points.to_string(),
    })
}

/// Rows for each parameter and output, all outputs of the first parameter first.
struct Rows {
    parameters: Vec<String>,
    outputs: Vec<String>,
}

impl Rows {
    fn new(parameters: impl IntoIterator<Item = String>, found: &[Output]) -> Self {
        let outputs: Vec<String> = found.iter().map(|output| output.name.clone()).collect();
        let parameters = parameters.into_iter();
        let parameters = parameters.flat_map(|p| vec![p; outputs.len()]).collect();
        Self { parameters, outputs }
    }

    fn column(&self, name: &str, value: impl Fn(usize, usize) -> f64) -> Column {
        let each = self.parameters.len() / self.outputs.len().max(1);
        let values: Vec<f64> = (0..each)
            .flat_map(|p| (0..self.outputs.len()).map(move |o| (p, o)))
            .map(|(p, o)| value(p, o))
            .collect();
        Column::new(name, values)
    }

    fn words(&self, name: &str, value: impl Fn(usize, usize) -> String) -> Column {
        let each = self.parameters.len() / self.outputs.len().max(1);
        let values: Vec<String> = (0..each)
            .flat_map(|p| (0..self.outputs.len()).map(move |o| (p, o)))
            .map(|(p, o)| value(p, o))
            .collect();
        Column::new(name, values)
    }

    fn table(self, more: Vec<Column>) -> RhaiResultOf<Table> {
        let each = self.parameters.len() / self.outputs.len().max(1);
        let outputs: Vec<String> = (0..each).flat_map(|_| self.outputs.clone()).collect();
        let mut columns =
            vec![Column::new("parameter", self.parameters), Column::new("output", outputs)];
        columns.extend(more);
        Table::new(columns).map_err(raise)
    }
}

fn local(
    context: &NativeCallContext,
    given: &Map,
    function: &FnPtr,
    options: &Map,
) -> RhaiResultOf<Table> {
    only("sensitivity", options, &["step"]).map_err(raise)?;
    let step = options.get("step").map_or(Ok(STEP), |step| number("step", step)).map_err(raise)?;
    let (mut names, mut at, mut units) = (Vec::new(), Vec::new(), Vec::new());
    for (name, value) in given {
        let Some((x, unit)) = Unit::of(value) else {
            return Err(raise(LangError::WrongType {
                what: format!("`{name}` of sensitivity"),
                expected: "a number or a quantity",
                got: kind(value),
            }));
        };
        names.push(name.as_str());
        at.push(x);
        units.push(unit);
    }
    let stencil = Stencil::new(&names, &at, step).map_err(raise)?;
    let found = outputs(context, "sensitivity", function, stencil.design(), &units)?;
    let points = stencil.design().len();
    let values: Vec<Vec<f64>> =
        (0..points).map(|i| found.iter().map(|output| output.values[i]).collect()).collect();
    let local = stencil.local(&values).map_err(raise)?;
    let rows = Rows::new(local.names.clone(), &found);
    let columns = vec![
        rows.column("unscaled", |p, o| local.unscaled[(o, p)]),
        rows.column("scaled", |p, o| local.scaled[(o, p)]),
        rows.words("unit", |p, o| per(found[o].unit, units[p])),
    ];
    rows.table(columns)
}

/// The unit of a derivative.
fn per(above: Unit, below: Unit) -> String {
    match (above.symbol(), below.symbol()) {
        (above, "") => above.to_owned(),
        (above, below) if above == below => String::new(),
        ("", below) => format!("1/{below}"),
        (above, below) => format!("{above}/{below}"),
    }
}

/// Ranges with their units, and the seed.
fn region(
    function: &'static str,
    given: &Map,
    options: &Map,
) -> Result<(Vec<Range>, Vec<Unit>, u64), LangError> {
    let log = options.get("log").cloned().unwrap_or_default();
    let (ranges, units) = ranges(function, given, &log)?.into_iter().unzip();
    let expected = "a whole number, zero or more";
    let seed = options.get("seed").map_or(Ok(0), |s| whole("seed", s, 0..=i64::MAX, expected))?;
    Ok((ranges, units, seed as u64))
}

fn screened(
    context: &NativeCallContext,
    given: &Map,
    function: &FnPtr,
    options: &Map,
) -> RhaiResultOf<Table> {
    let screening = || {
        only("morris", options, &["levels", "log", "seed", "trajectories"])?;
        let (ranges, units, seed) = region("morris", given, options)?;
        let count = |key: &'static str, usual: i64, most: i64, expected| {
            options.get(key).map_or(Ok(usual), |value| whole(key, value, 1..=most, expected))
        };
        let expected = "a whole number from 1 to 100000";
        let trajectories = count("trajectories", TRAJECTORIES, 100_000, expected)? as usize;
        let levels = count("levels", LEVELS as i64, 1000, "an even number from 2 to 1000")?;
        few_enough("morris", trajectories.saturating_mul(ranges.len() + 1))?;
        let screening = Screening::new(&ranges, trajectories, levels as usize, seed)?;
        Ok::<_, LangError>((screening, units))
    };
    let (screening, units) = screening().map_err(raise)?;
    let found = outputs(context, "morris", function, screening.design(), &units)?;
    let effects: Vec<_> = found
        .iter()
        .map(|output| {
            let values: Vec<Option<f64>> = output.values.iter().copied().map(Some).collect();
            screening.effects(&values)
        })
        .collect();
    let rows = Rows::new(screening.design().names.clone(), &found);
    let columns = vec![
        rows.column("mu", |p, o| effects[o][p].mu),
        rows.column("mu_star", |p, o| effects[o][p].mu_star),
        rows.column("sigma", |p, o| effects[o][p].sigma),
        rows.words("unit", |_, o| found[o].unit.symbol().to_owned()),
    ];
    rows.table(columns)
}

fn indices(
    context: &NativeCallContext,
    given: &Map,
    function: &FnPtr,
    options: &Map,
) -> RhaiResultOf<Table> {
    let scheme = || {
        only("sobol_indices", options, &["level", "log", "samples", "seed"])?;
        let (ranges, units, seed) = region("sobol_indices", given, options)?;
        let expected = "a whole number from 4 to 100000; a power of two is best";
        let samples = options
            .get("samples")
            .map_or(Ok(SAMPLES), |value| whole("samples", value, 4..=100_000, expected))?
            as usize;
        let level = options.get("level").map_or(Ok(0.95), |level| number("level", level))?;
        few_enough("sobol_indices", samples.saturating_mul(ranges.len() + 2))?;
        let options = SobolOptions { samples, seed, level, ..SobolOptions::default() };
        Ok::<_, LangError>((Scheme::new(&ranges, &options)?, units))
    };
    let (scheme, units) = scheme().map_err(raise)?;
    let found = outputs(context, "sobol_indices", function, scheme.design(), &units)?;
    let mut all = Vec::new();
    for output in &found {
        let values: Vec<Option<f64>> = output.values.iter().copied().map(Some).collect();
        let named = |error: LangError| match found.len() {
            1 => error,
            _ => LangError::Noticed {
                message: format!("`{}`: {error}", output.name),
                help: Vec::new(),
            },
        };
        all.push(scheme.indices(&values).map_err(|error| raise(named(error.into())))?.indices);
    }
    let rows = Rows::new(scheme.design().names.clone(), &found);
    let columns = vec![
        rows.column("first", |p, o| all[o][p].first),
        rows.column("first_low", |p, o| all[o][p].first_interval.0),
        rows.column("first_high", |p, o| all[o][p].first_interval.1),
        rows.column("total", |p, o| all[o][p].total),
        rows.column("total_low", |p, o| all[o][p].total_interval.0),
        rows.column("total_high", |p, o| all[o][p].total_interval.1),
    ];
    rows.table(columns)
}

/// Which parameters matter.
#[export_module]
pub mod functions {
    /// How much what a function gives changes with each parameter, at one point, by central differences. The
    /// function is evaluated in copies of the whole laboratory as it is at the call, on all cores, with the same
    /// random numbers each time; afterwards nothing has changed. With the deterministic solver the result is smooth.
    ///
    /// Returns a table with a row for each parameter and output: `unscaled` is dy/dp in the `unit` of the row,
    /// `scaled` is (p/y) dy/dp, the change of the output in percent for one percent of the parameter; unknown where
    /// the output is 0. It costs one evaluation, and two for each parameter.
    ///
    /// * `parameters` - a map of names and values, numbers or quantities
    /// * `function` - a function of the map; it gives a number or a quantity, or a map of such
    ///
    /// # Errors
    /// If there is no parameter, the function fails or gives something else (the error names the point), or a run is
    /// in progress.
    ///
    /// # Example
    /// ```rhai
    /// print(sensitivity(#{k: 2.0, n: 3.0}, |p| p.k ** p.n));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn sensitivity(
        context: NativeCallContext,
        parameters: Map,
        function: FnPtr,
    ) -> RhaiResultOf<Table> {
        super::local(&context, &parameters, &function, &Map::new())
    }

    /// The same with options.
    ///
    /// * `parameters` - a map of names and values
    /// * `function` - a function of the map
    /// * `options` - a map of:
    /// * `step` - how far to go to each side, relative to the value of a parameter (itself for a value of 0); by
    ///   default 0.001
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// solver("deterministic");
    /// print(sensitivity(#{strength: 1.0}, |p| {
    ///     start_transcription(["lacZ"], #{strength: p.strength});
    ///     run(10.min).final("lacZ.protein")
    /// }, #{step: 0.01}));
    /// ```
    #[rhai_fn(global, name = "sensitivity", return_raw)]
    pub fn sensitivity_with(
        context: NativeCallContext,
        parameters: Map,
        function: FnPtr,
        options: Map,
    ) -> RhaiResultOf<Table> {
        super::local(&context, &parameters, &function, &options)
    }

    /// Screens which of many parameters matter in a region, with few evaluations: 20 random ways through a grid of
    /// four levels, on which one parameter after the other makes a step of two thirds of its range (Morris 1991).
    /// Evaluations are in copies of the laboratory, as for `sweep`.
    ///
    /// Returns a table with a row for each parameter and output. Effects are changes of the output for a step across the
    /// whole range: `mu_star`, the mean of their sizes, is how much the parameter matters (Campolongo *et al.* 2007);
    /// `mu` is their mean; `sigma`, their standard deviation, is large where the effect is curved or depends on the others.
    ///
    /// * `ranges` - a map of names and ranges, such as `#{k: [0.1, 10], dose: [1.uM, 1.mM]}`
    /// * `function` - a function of a map of values; it gives a number or a quantity, or a map of such
    ///
    /// # Errors
    /// If there is no range, or one is not an array of two numbers or quantities, the lower first; if the function
    /// fails or gives something else (the error names the point), or a run is in progress.
    ///
    /// # Example
    /// ```rhai
    /// print(morris(#{a: [0.0, 1.0], b: [0.0, 1.0], c: [0.0, 1.0]}, |p| p.a + 5 * p.b * p.b));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn morris(context: NativeCallContext, ranges: Map, function: FnPtr) -> RhaiResultOf<Table> {
        super::screened(&context, &ranges, &function, &Map::new())
    }

    /// The same with options.
    ///
    /// * `ranges` - a map of names and ranges
    /// * `function` - a function of a map of values
    /// * `options` - a map of:
    /// * `trajectories` - how many ways, 1 to 100000; by default 20. Each costs one evaluation more than there are
    ///   parameters
    /// * `levels` - the levels of each parameter, an even number; by default 4
    /// * `log` - `true`, or the names of the parameters that vary by factors: their ranges are above zero
    /// * `seed` - a whole number, zero or more; by default 0
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value.
    ///
    /// # Example
    /// ```rhai
    /// print(morris(#{k: [0.1, 10.0], n: [1.0, 4.0]}, |p| 1 / (1 + p.k ** p.n),
    ///     #{trajectories: 10, log: ["k"], seed: 1}));
    /// ```
    #[rhai_fn(global, name = "morris", return_raw)]
    pub fn morris_with(
        context: NativeCallContext,
        ranges: Map,
        function: FnPtr,
        options: Map,
    ) -> RhaiResultOf<Table> {
        super::screened(&context, &ranges, &function, &options)
    }

    /// Which parts of the variance of an output come from which parameter, where all vary evenly over ranges: the
    /// indices of Sobol (estimators of Saltelli *et al.* 2010 and Jansen 1999). Evaluations are in copies of
    /// the laboratory, as for `sweep`. `sobol` gives only points, for `sweep`.
    ///
    /// Returns a table with a row for each parameter and output: `first`, the part of the variance that goes when the
    /// parameter is known; `total`, the part that stays when all others are known; and the ends of their 95 % bootstrap
    /// intervals. It costs 256 evaluations for each parameter, and 512 more.
    ///
    /// * `ranges` - a map of names and ranges, such as `#{k: [0.1, 10], dose: [1.uM, 1.mM]}`
    /// * `function` - a function of a map of values; it gives a number or a quantity, or a map of such
    ///
    /// # Errors
    /// If there is no range, or one is not an array of two numbers or quantities, the lower first; if the function
    /// fails or gives something else (the error names the point), or the same everywhere, or a run is in progress.
    ///
    /// # Example
    /// ```rhai
    /// print(sobol_indices(#{a: [0.0, 1.0], b: [0.0, 1.0]}, |p| p.a + 3 * p.b));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn sobol_indices(
        context: NativeCallContext,
        ranges: Map,
        function: FnPtr,
    ) -> RhaiResultOf<Table> {
        super::indices(&context, &ranges, &function, &Map::new())
    }

    /// The same with options.
    ///
    /// * `ranges` - a map of names and ranges
    /// * `function` - a function of a map of values
    /// * `options` - a map of:
    /// * `samples` - the points of each of two samples, 4 to 100000; a power of two is best; by default 256. Each
    ///   costs two evaluations more than there are parameters
    /// * `log` - `true`, or the names of the parameters that vary by factors: their ranges are above zero
    /// * `level` - the probability of the intervals; by default 0.95
    /// * `seed` - a whole number, zero or more; by default 0
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value.
    ///
    /// # Example
    /// ```rhai
    /// print(sobol_indices(#{k: [0.1, 10.0], n: [1.0, 4.0]}, |p| 1 / (1 + p.k ** p.n),
    ///     #{samples: 64, log: ["k"]}));
    /// ```
    #[rhai_fn(global, name = "sobol_indices", return_raw)]
    pub fn sobol_indices_with(
        context: NativeCallContext,
        ranges: Map,
        function: FnPtr,
        options: Map,
    ) -> RhaiResultOf<Table> {
        super::indices(&context, &ranges, &function, &options)
    }
}
