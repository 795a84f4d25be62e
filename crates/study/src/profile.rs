//! How far a parameter can go before the fit is worse than the noise allows.
//!
//! The profile likelihood (Raue et al., *Bioinformatics* 25:1923, 2009): a parameter is held at one value after the other,
//! all others are fitted again, and the interval ends where the sum of squares has grown by the quantile of its
//! distribution: that of the normal distribution where the noise is known, else of Student's t, so that the interval of a linear
//! model is the exact one (Bates & Watts, *Nonlinear Regression Analysis*, 1988, section 6.1).

mod verdict;
mod walk;

pub use verdict::{Side, Verdict};

use crate::StudyError;
use crate::error::check_part;
use crate::evaluate::all_finite;
use crate::least_squares::{self, Fit};
use bioxen_engine::StopToken;
use rayon::prelude::*;
use std::fmt::Display;

/// How to profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The probability that the interval holds the true value.
    pub level: f64,
    /// The most points on each side.
    pub most_points: usize,
    /// How far to go on a logarithmic scale, as a factor; on a linear one, in multiples of the standard error or the
    /// value, whichever is larger, a thousandth of this.
    pub reach: f64,
    /// How the other parameters are fitted.
    pub fit: least_squares::Options,
}

impl Default for Options {
    fn default() -> Self {
        Self { level: 0.95, most_points: 100, reach: 1e6, fit: least_squares::Options::default() }
    }
}

/// A point of a profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The parameter's value.
    pub value: f64,
    /// The best sum of squares with it.
    pub rss: f64,
    /// All parameters there.
    pub values: Vec<f64>,
}

/// The profile of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The parameter.
    pub name: String,
    /// Its best value.
    pub value: f64,
    /// What ends the interval below.
    pub lower: Side,
    /// What ends it above.
    pub upper: Side,
    /// The sum of squares at the ends of the interval.
    pub threshold: f64,
    /// The profile, by ascending value.
    pub points: Vec<Point>,
    /// Whether the data determine the parameter.
    pub verdict: Verdict,
    /// A point that fits better than the fit did, which was no optimum then.
    pub better: Option<Point>,
}

/// Profiles one parameter of a fit, with the residuals and options of that fit.
///
/// # Errors
/// [`StudyError::UnknownParameter`], [`StudyError::BadSetting`]; [`StudyError::Data`] for a fit with as many parameters as data,
/// unless the noise is known, or without any residual.
///
/// # Examples
/// ```
/// use bioxen_study::{Parameter, Space, least_squares, profile};
/// let y = [1.1, 1.9, 3.2, 3.8];
/// let line = |p: &[f64]| {
///     Ok::<_, String>(y.iter().zip(1..).map(|(y, x)| p[0] * f64::from(x) - y).collect())
/// };
/// let stop = bioxen_engine::StopToken::new();
/// let space = Space::new(vec![Parameter::new("slope", 1.0)])?;
/// let fit = least_squares::fit(&space, line, &least_squares::Options::default(), &stop)?;
/// let profile = profile::profile(&fit, line, "slope", &profile::Options::default(), &stop)?;
/// let (low, high) = fit.interval("slope", 0.95)?;
/// assert!((profile.lower.end().unwrap_or(0.0) - low).abs() < 1e-6);
/// assert!((profile.upper.end().unwrap_or(0.0) - high).abs() < 1e-6);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
pub fn profile<E: Display>(
    fit: &Fit,
    residuals: impl Fn(&[f64]) -> Result<Vec<f64>, E> + Sync,
    name: &str,
    options: &Options,
    stop: &StopToken,
) -> Result<Profile, StudyError> {
    check(fit, options)?;
    let residuals = |x: &[f64]| all_finite(residuals(x));
    walk::run(fit, &residuals, fit.space.index(name)?, options, stop)
}

/// Profiles all parameters of a fit, side by side, in their order.
///
/// # Errors
/// Those of [`profile`].
pub fn profiles<E: Display>(
    fit: &Fit,
    residuals: impl Fn(&[f64]) -> Result<Vec<f64>, E> + Sync,
    options: &Options,
    stop: &StopToken,
) -> Result<Vec<Profile>, StudyError> {
    check(fit, options)?;
    let residuals = |x: &[f64]| all_finite(residuals(x));
    let all: Vec<_> = (0..fit.values.len())
        .into_par_iter()
        .map(|index| walk::run(fit, &residuals, index, options, stop))
        .collect();
    all.into_iter().collect()
}

fn check(fit: &Fit, options: &Options) -> Result<(), StudyError> {
    check_part("the level", options.level)?;
    if options.reach.is_nan() || options.reach <= 1.0 {
        let (setting, value) = ("the reach", options.reach);
        return Err(StudyError::BadSetting { setting, value, rule: "it must be above 1" });
    }
    if fit.sigma.is_nan() || fit.sigma <= 0.0 {
        return Err(StudyError::Data(
            "the size of the noise is not known, and the fit leaves nothing to estimate it from"
                .into(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
