//! Fits to what was measured.

use rhai::plugin::*;
use rhai::{Array, Dynamic, FnPtr, Map};

use crate::error::raise;
use crate::fitting::{self, Wishes};
use crate::series::Series;
use crate::world::with;
use crate::{LangError, RhaiResultOf};
use bioxen_engine::StopToken;
use bioxen_study::hill::{self, Trend};

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
    /// Returns a map: `values`, their standard `errors`, 95 % `intervals`, `correlation` (in the order of the
    /// names), `predicted`, `residuals`, `rss` (the sum of squares), `sigma` (the noise), `aic`, `aicc`, `bic`,
    /// `converged`, `ended` (why), `evaluations`, and `told`: what the data do not determine.
    ///
    /// * `parameters` - a map of names and starts, numbers or quantities; or maps with `start`, `min`, `max` and
    ///   `log: true` for what varies by factors
    /// * `function` - a function of the map; it gives an array of what it predicts
    /// * `measured` - an array of what was measured, numbers or quantities of one kind
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
        measured: Array,
    ) -> RhaiResultOf<Map> {
        fit_with(context, parameters, function, measured, Map::new())
    }

    /// The same with options.
    ///
    /// * `parameters` - a map of names and starts, or of maps with `start`, `min`, `max` and `log`
    /// * `function` - a function of the map; it gives an array of what it predicts
    /// * `measured` - an array of what was measured
    /// * `options` - a map of:
    /// * `sigma` - the standard deviation of what was measured, one or one for each value; by default it is
    ///   estimated from the residuals
    /// * `profile` - `true` takes the intervals from profiles of the likelihood (Raue et al. 2009), and says under
    ///   `identifiable` whether the data determine each parameter; an end that was not found is `()`
    /// * `level` - the probability of the intervals; by default 0.95
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value.
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
        measured: Array,
        options: Map,
    ) -> RhaiResultOf<Map> {
        let wishes = Wishes::read(&options).map_err(raise)?;
        fitting::fit(&context, &parameters, &function, &measured, &wishes)
    }
}
