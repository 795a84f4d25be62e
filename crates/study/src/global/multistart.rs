//! Local fits from all over a region.

use crate::design::unit_latin_hypercube;
use crate::evaluate::all_finite;
use crate::least_squares::{self, Fit};
use crate::{Parameter, Range, Space, StudyError};
use bioxen_engine::StopToken;
use rayon::prelude::*;
use std::fmt::Display;

/// What came of one start.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// Where it began.
    pub values: Vec<f64>,
    /// The sum of squares it reached; infinite where it failed or was not begun.
    pub rss: f64,
    /// Where it ended, or why it did not begin.
    pub outcome: Result<Vec<f64>, StudyError>,
}

/// Many fits.
#[derive(Debug, Clone, PartialEq)]
pub struct MultiStart {
    /// The best; of equals the first.
    pub best: Fit,
    /// All starts, the best first.
    pub starts: Vec<Start>,
    /// How many of them reached the best sum of squares, to one part in a million and what rounding leaves: few say that
    /// there may be a better one.
    pub at_best: usize,
    /// Whether a stop was asked for.
    pub stopped: bool,
}

/// Fits from the points of a Latin hypercube, side by side. The bounds of the ranges hold for the fits.
///
/// # Errors
/// [`StudyError::NoParameters`], [`StudyError::TooFewData`]; [`StudyError::AllFail`] where the model fails at every start,
/// and [`StudyError::Stopped`] where none was made.
pub fn multi_start<E: Display>(
    ranges: &[Range],
    residuals: impl Fn(&[f64]) -> Result<Vec<f64>, E> + Sync,
    starts: usize,
    seed: u64,
    options: &least_squares::Options,
    stop: &StopToken,
) -> Result<MultiStart, StudyError> {
    if starts == 0 {
        let (setting, value) = ("the number of starts", 0.0);
        return Err(StudyError::BadSetting { setting, value, rule: "it must be at least 1" });
    }
    let residuals = |x: &[f64]| all_finite(residuals(x));
    let centre = Space::new(ranges.iter().map(|r| Parameter::within(r, 0.5)).collect())?;
    let points = unit_latin_hypercube(starts, ranges.len(), seed)?;
    let one = |unit: &Vec<f64>| {
        let values: Vec<f64> = ranges.iter().zip(unit).map(|(r, &u)| r.at(u)).collect();
        let fit = match stop.is_stopped() {
            true => Err(StudyError::Stopped),
            false => centre
                .starting_at(&values)
                .and_then(|space| least_squares::fit(&space, residuals, options, stop)),
        };
        (values, fit)
    };
    let mut results: Vec<_> = points.par_iter().map(one).collect();
    let rss = |fit: &Result<Fit, StudyError>| fit.as_ref().map_or(f64::INFINITY, |f| f.misfit.rss);
    // Stable: of equals the first stays first.
    results.sort_by(|a, b| rss(&a.1).total_cmp(&rss(&b.1)));
    let at = |values: &[f64]| centre.describe(values);
    let first = &results[0];
    let best = match &first.1 {
        Ok(fit) => fit.clone(),
        Err(StudyError::StartFails { reason, .. } | StudyError::NoDerivative { reason, .. }) => {
            let reason = reason.clone();
            return Err(StudyError::AllFail { tried: starts, at: at(&first.0), reason });
        }
        Err(error) => return Err(error.clone()),
    };
    let scale: f64 = best.misfit.residuals.len() as f64 * f64::EPSILON;
    let limit = best.misfit.rss * (1.0 + 1e-6) + scale * scale;
    let starts: Vec<Start> = results
        .into_iter()
        .map(|(values, fit)| Start { values, rss: rss(&fit), outcome: fit.map(|f| f.values) })
        .collect();
    let at_best = starts.iter().filter(|s| s.rss <= limit).count();
    Ok(MultiStart { best, starts, at_best, stopped: stop.is_stopped() })
}
