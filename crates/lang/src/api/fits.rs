//! Fits to what was measured.

mod pictured;

use rhai::plugin::*;
use rhai::{Array, Dynamic, FnPtr, Map};

use super::json::of_fit;
use crate::error::raise;
use crate::fitting::{self, Wishes};
use crate::series::Series;
use crate::world::with;
use crate::{FigureValue, Fit, LangError, RhaiResultOf};
use bioxen_engine::StopToken;
use bioxen_study::hill::{self, Trend};
use pictured::pictured;

/// The points of the curve that a fit gives for figures.
const CURVE: usize = 100;

/// A Hill curve through doses and responses.
fn hill(doses: &[Dynamic], responses: &[Dynamic], stop: &StopToken) -> Result<Map, LangError> {
    let (doses, responses) =
        (Series::read("dose_response", doses)?, Series::read("dose_response", responses)?);
    let found = hill::fit(&doses.values, &responses.values, stop)?;
    let fit = &found.fit;
    let (mut map, mut errors) = (Map::new(), Map::new());
    for (name, unit) in [("lower", responses.unit), ("upper", responses.unit), ("ec50", doses.unit)]
    {
        map.insert(name.into(), unit.give(fit.value(name)?)?);
        let error = fit.standard_error(name)?;
        let error = if error.is_finite() { unit.give(error)? } else { Dynamic::UNIT };
        errors.insert(name.into(), error);
    }
    map.insert("n".into(), fit.value("n")?.into());
    errors.insert("n".into(), fit.standard_error("n")?.into());
    map.insert("errors".into(), errors.into());
    map.insert("r_squared".into(), found.r_squared.into());
    map.insert("rising".into(), (found.trend == Trend::Rising).into());
    let told: Array = found.remarks.iter().map(|remark| remark.to_string().into()).collect();
    map.insert("told".into(), told.into());
    // A curve for figures, even on a logarithmic axis where there is one.
    let above = doses.values.iter().copied().filter(|dose| *dose > 0.0);
    let (low, high) = above.fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), dose| {
        (low.min(dose), high.max(dose))
    });
    let step = (high / low).ln() / (CURVE - 1) as f64;
    let at = |i: usize| if i + 1 == CURVE { high } else { low * (step * i as f64).exp() };
    let places: Vec<f64> = (0..CURVE).map(at).collect();
    let give = |unit: crate::series::Unit, values: &mut dyn Iterator<Item = f64>| {
        values.map(|x| unit.give(x)).collect::<Result<Array, LangError>>()
    };
    let mut curve = Map::new();
    curve.insert("dose".into(), give(doses.unit, &mut places.iter().copied())?.into());
    let fitted = give(responses.unit, &mut places.iter().map(|dose| found.at(*dose)))?;
    curve.insert("response".into(), fitted.into());
    map.insert("curve".into(), curve.into());
    Ok(map)
}

/// Fits to what was measured.
#[export_module]
pub mod functions {
    /// Fits Hill's curve to doses and responses: the response goes from `lower` to `upper`, or back, and is
    /// half way at the dose `ec50`, with the steepness `n` (Hill 1910). Returns a map: `lower`, `upper`,
    /// `ec50`, `n`, their standard `errors`, `r_squared`, `rising`, `curve` with 100 doses and responses for
    /// a figure, and `told`, what there is to say, such as that the EC50 is outside of the doses.
    ///
    /// * `doses` - an array of at least four different doses, numbers or quantities, zero or more; a dose may
    ///   stand there several times
    /// * `responses` - an array of as many responses
    ///
    /// # Errors
    /// If the arrays have different lengths, the doses are too few or below zero, all responses are the same, or
    /// no curve can be found.
    ///
    /// # Example
    /// ```rhai
    /// let doses = [0.uM, 1.uM, 3.uM, 10.uM, 30.uM, 100.uM];
    /// let found = dose_response(doses, [2.0, 2.8, 5.0, 8.1, 9.5, 9.9]);
    /// print(`half way at ${found.ec50}, n = ${format(found.n, ".2f")}`);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn dose_response(
        context: NativeCallContext,
        doses: Array,
        responses: Array,
    ) -> RhaiResultOf<Map> {
        let stop = with(&context, |world| Ok::<_, LangError>(world.stop()))?;
        super::hill(&doses, &responses, &stop).map_err(raise)
    }

    /// Finds the parameters with which a function comes nearest to what was measured, by least squares
    /// (Levenberg-Marquardt; Moré 1978). The function is given a map of the parameters, and is evaluated in a copy
    /// of the whole laboratory as it is at the call, on all cores; afterwards nothing has changed. Each
    /// evaluation uses the same random numbers; for a smooth fit use the deterministic solver.
    ///
    /// Returns a fit, which shows as its report. Its properties: `values`, their standard `errors`, 95 % `intervals`,
    /// `correlation` (in the order of `names`), `predicted`, `residuals` (in units of the noise where that is known),
    /// `rss` (the sum of their squares), `sigma` (the noise), `noise` (in words), `log_likelihood`, `aic`, `aicc`,
    /// `bic`, `converged`, `ended` (why), `evaluations`, `method`, `told` (what the data do not determine), `table` (the
    /// parameters), `data` (measured beside predicted, both tables), and `report` (Markdown).
    ///
    /// * `parameters` - a map of names and starts, numbers or quantities; or maps with `start`, `min`, `max`,
    ///   `log: true` for what varies by factors, and `own` for what differs between data sets: `true`, or the names of
    ///   the sets that have a value of their own; the function is given these as a map, `p.scale.mutant`
    /// * `function` - a function of the map; it gives an array of what it predicts, or a map of arrays by data set
    /// * `measured` - an array of what was measured, numbers or quantities of one kind; a map of names and arrays for
    ///   several data sets; or a table, with the option `y`. `()` and NaN are left out
    ///
    /// # Errors
    /// If a parameter or a value cannot be used, the function fails with the starts or gives another number of
    /// values, or a run is in progress.
    ///
    /// # Example
    /// ```rhai
    /// let times = [0, 2, 4, 8];
    /// let found = fit(#{start: 100.0, rate: #{start: 1.0, log: true}},
    ///     |p| times.map(|t| p.start * exp(-p.rate * t)), [98.0, 61.0, 35.5, 13.2]);
    /// print(found.values);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn fit(
        context: NativeCallContext,
        parameters: Map,
        function: FnPtr,
        measured: Dynamic,
    ) -> RhaiResultOf<Fit> {
        fit_with(context, parameters, function, measured, Map::new())
    }

    /// The same with options.
    ///
    /// * `parameters` - a map of names and starts, or of maps with `start`, `min`, `max`, `log` and `own`
    /// * `function` - a function of the map; it gives an array of what it predicts, or a map of arrays by data set
    /// * `measured` - an array of what was measured, a map of arrays, or a table
    /// * `options` - a map of:
    /// * `sigma` - the standard deviation of what was measured, one or one for each value, or a map of these by data
    ///   set; by default it is estimated from the residuals
    /// * `noise` - `"estimated"` (one constant size for all, by default), `"constant"` (with `sigma`),
    ///   `"proportional"` to what is predicted, `"combined"` (both parts), or sizes, `#{constant: 2.0, fraction: 0.1}`,
    ///   each a number or `"estimated"`; or a map of these by data set, each with sizes of its own
    /// * `profile` - `true` takes the intervals from profiles of the likelihood (Raue et al. 2009), and says under
    ///   `identifiable` whether the data determine each parameter; an end that was not found is `()`
    /// * `level` - the probability of the intervals; by default 0.95
    /// * `method` - `"local"` (by default); `"multistart"`, from `starts` points (20 by default) of the region between
    ///   `min` and `max`; or `"global"`, a search of that region by differential evolution (Storn & Price 1997),
    ///   `"cma_es"` by that method (Hansen 2016), with at most `evaluations` (10000 by default), and a local fit from
    ///   its best point. They need `min` and `max`, and no `start`
    /// * `starts` - how many points a `"multistart"` begins at
    /// * `evaluations` - the most evaluations of a search
    /// * `mcmc` - `true`, or a map of `samples` of each chain (2000), `burn_in`, `chains` (4), `thinning` and `seed`: draws
    ///   samples of what the data leave possible, with a prior that is even on the scale of each parameter. The fit has
    ///   the tables `posterior` and `samples` then
    /// * `seed` - a whole number that chooses the random numbers of searches and samples; by default 0
    /// * `x` - where the values were measured, for the figure and `data`: an array, a map of arrays, or a column of
    ///   the table
    /// * `y` - the column of the table that was measured, or an array of columns, each a data set
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value, or a search lacks a bound.
    ///
    /// # Example
    /// ```rhai
    /// let found = fit(#{a: 1.0, b: 0.5}, |p| [0, 1, 2, 3].map(|x| p.a + p.b * x), [1.1, 2.9, 5.2, 6.8],
    ///     #{sigma: 0.2, profile: true});
    /// print(found.identifiable);
    /// ```
    #[rhai_fn(global, name = "fit", return_raw)]
    pub fn fit_with(
        context: NativeCallContext,
        parameters: Map,
        function: FnPtr,
        measured: Dynamic,
        options: Map,
    ) -> RhaiResultOf<Fit> {
        let wishes = Wishes::read(&options).map_err(raise)?;
        fitting::fit(&context, &parameters, &function, &measured, &wishes)
    }

    /// A figure of a fit: what was measured as points, and what the function predicts as a line, over the
    /// place `x` of each value if the fit knows it, else over its number.
    ///
    /// * `found` - what `fit` gave
    ///
    /// # Errors
    /// If nothing can be drawn.
    ///
    /// # Example
    /// ```rhai
    /// let times = [0, 2, 4, 8];
    /// let found = fit(#{start: 100.0, rate: 1.0}, |p| times.map(|t| p.start * exp(-p.rate * t)),
    ///     [98.0, 61.0, 35.5, 13.2], #{x: times});
    /// plot(found)
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_fit(found: Fit) -> RhaiResultOf<FigureValue> {
        pictured(&found, &Map::new()).map_err(raise)
    }

    /// The same with options.
    ///
    /// * `found` - what `fit` gave
    /// * `options` - a map of the options of every figure, and of:
    /// * `labels` - a map of labels of the axes, `x` and `y`
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value.
    ///
    /// # Example
    /// ```rhai
    /// let found = fit(#{a: 1.0}, |p| [1, 2, 3].map(|x| p.a * x), [1.1, 1.9, 3.2], #{x: [1, 2, 3]});
    /// plot(found, #{title: "A line", labels: #{x: "dose", y: "signal"}})
    /// ```
    #[rhai_fn(global, name = "plot", return_raw)]
    pub fn plot_fit_with(found: Fit, options: Map) -> RhaiResultOf<FigureValue> {
        pictured(&found, &options).map_err(raise)
    }

    /// The properties of a fit as a map.
    ///
    /// * `found` - what `fit` gave
    ///
    /// # Example
    /// ```rhai
    /// let found = fit(#{a: 1.0}, |p| [1, 2, 3].map(|x| p.a * x), [1.1, 1.9, 3.2]);
    /// print(found.to_map().keys());
    /// ```
    #[rhai_fn(global, pure)]
    pub fn to_map(found: &mut Fit) -> Map {
        (*found.told).clone()
    }

    /// The properties of a fit as JSON text; tables are arrays of their rows, and what is no number is `null`.
    ///
    /// * `found` - what `fit` gave
    ///
    /// # Errors
    /// If a parameter has a value that JSON cannot hold.
    ///
    /// # Example
    /// ```rhai
    /// let found = fit(#{a: 1.0}, |p| [1, 2, 3].map(|x| p.a * x), [1.1, 1.9, 3.2]);
    /// print(found.to_json().len() > 100);
    /// ```
    #[rhai_fn(global, name = "to_json", pure, return_raw)]
    pub fn fit_to_json(found: &mut Fit) -> RhaiResultOf<String> {
        of_fit(found).map_err(raise)
    }

    /// A property of a fit, such as `found.values` or `found["values"]`.
    ///
    /// # Errors
    /// If there is none of that name.
    ///
    /// # Example
    /// ```rhai
    /// let found = fit(#{a: 1.0}, |p| [1, 2, 3].map(|x| p.a * x), [1.1, 1.9, 3.2]);
    /// found["values"].a
    /// ```
    #[rhai_fn(global, index_get, pure, return_raw)]
    pub fn property(found: &mut Fit, name: &str) -> RhaiResultOf<Dynamic> {
        found.get(name).map_err(raise)
    }

    /// Whether a fit has a property: `"identifiable" in found`.
    ///
    /// * `found` - what `fit` gave
    /// * `name` - such as `"posterior"`
    ///
    /// # Example
    /// ```rhai
    /// let found = fit(#{a: 1.0}, |p| [1, 2, 3].map(|x| p.a * x), [1.1, 1.9, 3.2]);
    /// print(found.contains("posterior"));
    /// ```
    #[rhai_fn(global, name = "contains", pure)]
    pub fn has_property(found: &mut Fit, name: &str) -> bool {
        found.told.contains_key(name)
    }

    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn fit_to_string(found: &mut Fit) -> String {
        found.text.clone()
    }
}
