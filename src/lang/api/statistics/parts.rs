//! What the functions of statistics share.

use rhai::Map;

use crate::hypervisor::Solver;
use crate::lang::error::raise;
use crate::lang::number::{names, only, time, whole};
use crate::lang::repeat::Repetition;
use crate::lang::value::moments;
use crate::lang::{LangError, RhaiResultOf, Trace};
use crate::units::Time;

/// Mean and variance over the samples of a trace.
pub(super) fn spread(trace: &Trace, quantity: &str) -> RhaiResultOf<(f64, f64)> {
    trace.column(quantity).map(|c| moments(&c.values)).map_err(raise)
}

/// What the options of an ensemble say.
pub(super) fn repetition(options: &Map) -> Result<Repetition, LangError> {
    only("ensemble", options, &["quantities", "seed", "solver", "sample_every"])?;
    let mut own = Repetition::default();
    if let Some(value) = options.get("quantities") {
        own.quantities = names("the quantities of ensemble", value)?;
    }
    if let Some(value) = options.get("seed") {
        let expected = "a whole number, zero or more";
        own.seed = Some(whole("the seed of ensemble", value, 0..=i64::MAX, expected)? as u64);
    }
    if let Some(value) = options.get("solver") {
        own.solver = Some(Solver::parse(&value.to_string())?);
    }
    if let Some(value) = options.get("sample_every") {
        own.sample_every = Some(time("sample_every of ensemble", value)?);
    }
    Ok(own)
}

/// Half-life of a quantity that falls exponentially: by the slope of its logarithm, least squares.
pub(super) fn falling(trace: &Trace, quantity: &str) -> Result<Time, LangError> {
    let column = trace.column(quantity)?;
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
