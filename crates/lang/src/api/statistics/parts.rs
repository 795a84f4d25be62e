//! What the functions of statistics share.

use rhai::{Dynamic, ImmutableString, Map};

use crate::error::raise;
use crate::number::{kind, names, number, only, some_names, time, whole};
use crate::repeat::Own;
use crate::series::enough;
use crate::value::is_pattern;
use crate::{LangError, RhaiResultOf, Trace};
use bioxen_base::units::{Duration, Time};
use bioxen_cell::hypervisor::Solver;
use bioxen_engine::Column;

/// The one name that was given; nothing if several were, or a pattern.
pub(crate) fn one_name(quantity: &Dynamic) -> Option<ImmutableString> {
    let name = quantity.clone().into_immutable_string().ok()?;
    (!is_pattern(&name)).then_some(name)
}

/// The two times of a fold change.
pub(crate) fn change_times(from: &Dynamic, to: &Dynamic) -> RhaiResultOf<(Time, Time)> {
    let time = |what, given| time(what, given).map_err(raise);
    Ok((time("from of fold_change", from)?, time("to of fold_change", to)?))
}

/// Something of a quantity; of several, which an array or a pattern names, a map of it.
pub(crate) fn many(
    function: &str,
    trace: &Trace,
    quantity: &Dynamic,
    of: impl Fn(&Column) -> Result<Dynamic, LangError>,
) -> RhaiResultOf<Dynamic> {
    if let Some(name) = one_name(quantity) {
        let told = |error| raise(named(error, &name));
        return trace.column(&name).and_then(of).map_err(told);
    }
    let wanted = names(&format!("the quantity of {function}"), quantity).map_err(raise)?;
    let columns = trace.columns(&wanted).map_err(raise)?.into_iter();
    let each = columns.map(|(name, column)| Ok((name.into(), of(column)?)));
    let map: Map = each.collect::<Result<_, LangError>>().map_err(raise)?;
    Ok(map.into())
}

/// An error with the name that was given in place of the full one.
fn named(error: LangError, name: &str) -> LangError {
    let quantity = name.to_owned();
    match error {
        LangError::NotFalling { .. } => LangError::NotFalling { quantity },
        LangError::NoPeriod { why, .. } => LangError::NoPeriod { quantity, why },
        LangError::FromNothing { at, .. } => LangError::FromNothing { quantity, at },
        other => other,
    }
}

/// The same where it is a number.
pub(crate) fn each(
    function: &str,
    trace: &Trace,
    quantity: &Dynamic,
    of: impl Fn(&Column) -> Result<f64, LangError>,
) -> RhaiResultOf<Dynamic> {
    many(function, trace, quantity, |column| of(column).map(Dynamic::from_float))
}

/// A statistic that needs two samples.
pub(crate) fn spread(
    function: &'static str,
    trace: &Trace,
    quantity: &Dynamic,
    of: impl Fn(&[f64]) -> f64,
) -> RhaiResultOf<Dynamic> {
    each(function, trace, quantity, |column| {
        let known: Vec<f64> = column.values.iter().copied().filter(|x| x.is_finite()).collect();
        enough(function, &known)?;
        Ok(of(&known))
    })
}

fn unknown(function: &'static str) -> LangError {
    LangError::TooFew { function, needs: 1, has: 0 }
}

/// The greatest or least value.
pub(crate) fn extreme(
    function: &'static str,
    trace: &Trace,
    quantity: &Dynamic,
    better: fn(f64, f64) -> f64,
) -> RhaiResultOf<Dynamic> {
    each(function, trace, quantity, |column| {
        let known = column.values.iter().copied().filter(|x| !x.is_nan());
        known.reduce(better).ok_or_else(|| unknown(function))
    })
}

/// When a quantity is greatest or least.
pub(crate) fn when(
    function: &'static str,
    trace: &Trace,
    quantity: &Dynamic,
    greatest: bool,
) -> RhaiResultOf<Dynamic> {
    many(function, trace, quantity, |column| {
        let time = trace.time_of_extreme(column, greatest).ok_or_else(|| unknown(function))?;
        Ok(Dynamic::from(Duration::from(time)))
    })
}

/// The share of a quantile.
pub(crate) fn share_of(share: &Dynamic) -> RhaiResultOf<f64> {
    let p = number("the share of quantile", share).map_err(raise)?;
    if (0.0..=1.0).contains(&p) {
        return Ok(p);
    }
    Err(raise(LangError::WrongType {
        what: "the share of quantile".to_owned(),
        expected: "a number from 0 to 1",
        got: kind(share),
    }))
}

/// What the options of an ensemble say.
pub(crate) fn repetition(options: &Map) -> Result<Own, LangError> {
    only("ensemble", options, &["quantities", "seed", "solver", "sample_every"])?;
    let mut own = Own::default();
    if let Some(value) = options.get("quantities") {
        own.quantities = some_names("the quantities of ensemble", value)?;
    }
    if let Some(value) = options.get("seed") {
        let expected = "a whole number, zero or more";
        own.repetition.seed =
            Some(whole("the seed of ensemble", value, 0..=i64::MAX, expected)? as u64);
    }
    if let Some(value) = options.get("solver") {
        own.repetition.solver = Some(Solver::parse(&value.to_string())?);
    }
    if let Some(value) = options.get("sample_every") {
        own.repetition.sample_every = Some(time("sample_every of ensemble", value)?);
    }
    Ok(own)
}

/// Half-life of a quantity that falls exponentially: by the slope of its logarithm, least squares.
pub(super) fn falling(trace: &Trace, column: &Column) -> Result<Time, LangError> {
    let quantity = &column.name;
    if column.values.iter().any(|y| *y < 0.0) {
        return Err(LangError::NegativeFalling { quantity: quantity.to_owned() });
    }
    let pairs = trace.0.times.iter().zip(&column.values).filter(|(_, y)| **y > 0.0);
    let points: Vec<(f64, f64)> = pairs.map(|(t, y)| (*t, y.ln())).collect();
    let n = points.len() as f64;
    let (mt, my) = points.iter().fold((0.0, 0.0), |(a, b), (t, y)| (a + t / n, b + y / n));
    let (sxy, sxx) = points
        .iter()
        .fold((0.0, 0.0), |(xy, xx), (t, y)| (xy + (t - mt) * (y - my), xx + (t - mt) * (t - mt)));
    let slope = sxy / sxx;
    if points.len() < 2 || !slope.is_finite() || slope >= 0.0 {
        return Err(LangError::NotFalling { quantity: quantity.to_owned() });
    }
    Time::checked_seconds(-60.0 * std::f64::consts::LN_2 / slope)
        .ok_or_else(|| LangError::NotFalling { quantity: quantity.to_owned() })
}
