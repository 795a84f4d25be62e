//! Fits where the size of the noise is not the same everywhere, or is itself a parameter.
//!
//! The model gives for each measurement what it predicts and the standard deviation `s` of normal noise. What is minimised
//! is `-2 ln L = sum (r/s)^2 + 2 sum ln s + n ln 2 pi` ([`crate::noise`]). Least squares reach its minimum with a second residual
//! for each measurement, `sqrt(2 ln(s / reference) + lift)`, which stands for the logarithm (Raue et al., *PLoS ONE* 8:e74335,
//! 2013). With a lift of 1 and the current deviations as references the method's steps are those of Fisher's scoring, so the
//! references are renewed until they stay.
//!
//! Errors are those of Fisher's information for normal noise whose mean `p` and deviation follow parameters:
//! `I_ij = sum p_i p_j / s^2 + 2 sum (ln s)_i (ln s)_j`, indices being derivatives. It is what the second derivatives of
//! `-ln L` are on average, since a residual has the mean 0 and the variance `s^2`.

use crate::evaluate::all_finite;
use crate::least_squares::{self, Criteria, Differences, Ended, Fit, Misfit, Options, Sigma};
use crate::linear::Matrix;
use crate::profile::{self, Profile};
use crate::{Parameter, Space, StudyError};
use bioxen_engine::StopToken;
use std::f64::consts::{PI, SQRT_2};
use std::fmt::Display;

/// What a model says of measurements.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// What it predicts.
    pub values: Vec<f64>,
    /// The standard deviation of the noise of each.
    pub deviations: Vec<f64>,
}

/// The lift within a fit, whose references are renewed.
const NEAR: f64 = 1.0;

/// The lift within a profile, whose references stay: deviations may become seven times smaller.
const FAR: f64 = 4.0;

/// The most times that references are renewed.
const ROUNDS: usize = 40;

/// References are near enough once their logarithms move by no more than this.
const SETTLED: f64 = 0.1;

impl Expected {
    /// `-2 ln L`.
    ///
    /// # Errors
    /// [`StudyError::Lengths`]; [`StudyError::Data`] for a deviation that is not above 0.
    pub fn deviance(&self, measured: &[f64]) -> Result<f64, StudyError> {
        let off = self.off(measured)?;
        let terms = off.iter().zip(&self.deviations).map(|(r, s)| (r / s).powi(2) + 2.0 * s.ln());
        Ok(terms.sum::<f64>() + measured.len() as f64 * (2.0 * PI).ln())
    }

    /// What is predicted less what was measured.
    fn off(&self, measured: &[f64]) -> Result<Vec<f64>, StudyError> {
        let lengths = |left: &str, left_length| StudyError::Lengths {
            left: left.into(),
            left_length,
            right: "the measurements".into(),
            right_length: measured.len(),
        };
        if self.values.len() != measured.len() {
            return Err(lengths("the predictions", self.values.len()));
        }
        if self.deviations.len() != measured.len() {
            return Err(lengths("the standard deviations", self.deviations.len()));
        }
        if let Some(i) = self.deviations.iter().position(|s| !(*s > 0.0 && s.is_finite())) {
            return Err(StudyError::Data(format!(
                "the noise of measurement {} is {}; it must be above 0 (the prediction is {})",
                i + 1,
                self.deviations[i],
                self.values[i]
            )));
        }
        Ok(self.values.iter().zip(measured).map(|(p, m)| p - m).collect())
    }

    /// Residuals in units of the noise, and those that stand for its logarithm.
    fn residuals(
        &self,
        measured: &[f64],
        reference: &[f64],
        lift: f64,
    ) -> Result<Vec<f64>, String> {
        let off = self.off(measured).map_err(|error| error.to_string())?;
        let mut all: Vec<f64> = off.iter().zip(&self.deviations).map(|(r, s)| r / s).collect();
        for (s, reference) in self.deviations.iter().zip(reference) {
            let square = 2.0 * (s / reference).ln() + lift;
            if square.is_nan() || square <= 0.0 {
                return Err(format!("the noise of {s} is too far below {reference}"));
            }
            all.push(square.sqrt());
        }
        Ok(all)
    }
}

/// Fits the parameters of a model with its noise. The residuals of the result are in units of the noise; its criteria
/// count all parameters, and the whole likelihood.
///
/// # Errors
/// Those of [`least_squares::fit`]; [`StudyError::Stopped`].
///
/// # Examples
/// ```
/// use bioxen_study::likelihood::{Expected, fit};
/// use bioxen_study::{Parameter, Space};
/// let y = [1.0, 2.0, 4.0, 5.0];
/// let model = |p: &[f64]| {
///     Ok::<_, String>(Expected { values: vec![p[0]; 4], deviations: vec![p[1]; 4] })
/// };
/// let space = Space::new(vec![Parameter::new("mean", 1.0), Parameter::new("sd", 1.0).log()])?;
/// let options = bioxen_study::least_squares::Options::default();
/// let fit = fit(&space, &y, model, &options, &bioxen_engine::StopToken::new())?;
/// assert!((fit.value("mean")? - 3.0).abs() < 1e-6);
/// assert!((fit.value("sd")? - 2.5f64.sqrt()).abs() < 1e-6);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
pub fn fit<E: Display>(
    space: &Space,
    measured: &[f64],
    model: impl Fn(&[f64]) -> Result<Expected, E> + Sync,
    options: &Options,
    stop: &StopToken,
) -> Result<Fit, StudyError> {
    let options = Options { sigma: Sigma::Known, ..options.clone() };
    let mut here = space.clone();
    let fails = |at: &Space| {
        let at = at.describe(&at.starts());
        move |reason: String| StudyError::StartFails { at, reason }
    };
    let at = |values: &[f64]| model(values).map_err(|error| error.to_string());
    let mut expected = at(&here.starts()).map_err(fails(&here))?;
    let (mut evaluations, mut failures, mut iterations) = (1, 0, 0);
    let mut round = 0;
    let found = loop {
        round += 1;
        let reference = expected.deviations.clone();
        let residuals = |x: &[f64]| all_finite(at(x)?.residuals(measured, &reference, NEAR));
        let found = least_squares::fit(&here, residuals, &options, stop)?;
        evaluations += found.evaluations + 1;
        failures += found.failures;
        iterations += found.iterations;
        here = here.starting_at(&found.values)?;
        expected = at(&found.values).map_err(fails(&here))?;
        let moved = expected.deviations.iter().zip(&reference).map(|(a, b)| (a / b).ln().abs());
        let settled = moved.fold(0.0, f64::max) < SETTLED;
        if found.ended == Ended::Stopped || settled || round == ROUNDS {
            break found;
        }
    };
    let deviance = expected.deviance(measured)?;
    let off = expected.off(measured)?;
    let residuals: Vec<f64> = off.iter().zip(&expected.deviations).map(|(r, s)| r / s).collect();
    let rss = residuals.iter().map(|r| r * r).sum();
    let (n, k) = (measured.len(), found.values.len() - found.undetermined.at_bounds.len());
    let whole = Fit {
        misfit: Misfit { residuals, rss, ..found.misfit },
        degrees_of_freedom: n.saturating_sub(k),
        sigma: 1.0,
        criteria: Criteria::of(deviance, k, n),
        evaluations,
        failures,
        iterations,
        known: Sigma::Known,
        ..found
    };
    with_errors(whole, &expected, &at, &options, stop)
}

/// The fit with the errors of Fisher's information: that of residuals whose squares have it as their curvature.
fn with_errors(
    mut fit: Fit,
    best: &Expected,
    model: &(dyn Fn(&[f64]) -> Result<Expected, String> + Sync),
    options: &Options,
    stop: &StopToken,
) -> Result<Fit, StudyError> {
    let names = fit.space.names();
    let free: Vec<usize> = (0..names.len())
        .filter(|i| !fit.undetermined.at_bounds.iter().any(|n| n == names[*i]))
        .collect();
    let count = names.len();
    let none = || {
        let mut matrix = Matrix::zeros(count, count);
        (0..count * count).for_each(|i| matrix[(i / count, i % count)] = f64::NAN);
        matrix
    };
    (fit.errors.covariance, fit.errors.correlation) = (none(), none());
    fit.errors.standard = vec![f64::NAN; count];
    if free.is_empty() {
        return Ok(fit);
    }
    let all = fit.space.starting_at(&fit.values)?;
    let parameters: Vec<Parameter> = free.iter().map(|&i| all.parameters()[i].clone()).collect();
    let whole = |x: &[f64]| {
        let mut values = fit.values.clone();
        free.iter().zip(x).for_each(|(&i, v)| values[i] = *v);
        values
    };
    let residuals = |x: &[f64]| -> Result<Vec<f64>, String> {
        let now = model(&whole(x))?;
        let off = now.values.iter().zip(&best.values).zip(&best.deviations);
        let mut all: Vec<f64> = off.map(|((p, q), s)| (p - q) / s).collect();
        let logs = now.deviations.iter().zip(&best.deviations);
        all.extend(logs.map(|(s, t)| SQRT_2 * (s / t).ln()));
        Ok(all)
    };
    let options = Options { differences: Differences::Central, ..options.clone() };
    let space = Space::new(parameters)?;
    let curved = match least_squares::fit(&space, residuals, &options, stop) {
        Ok(curved) => curved,
        // No derivative, no errors: the values stand.
        Err(StudyError::NoDerivative { .. }) => return Ok(fit),
        Err(error) => return Err(error),
    };
    for (a, &i) in free.iter().enumerate() {
        fit.errors.standard[i] = curved.errors.standard[a];
        for (b, &j) in free.iter().enumerate() {
            fit.errors.covariance[(i, j)] = curved.errors.covariance[(a, b)];
            fit.errors.correlation[(i, j)] = curved.errors.correlation[(a, b)];
        }
    }
    fit.undetermined.degeneracies = curved.undetermined.degeneracies;
    fit.evaluations += curved.evaluations;
    Ok(fit)
}

/// Profiles the likelihood of all parameters of such a fit, side by side, in their order.
///
/// # Errors
/// Those of [`profile::profiles`]; [`StudyError::StartFails`].
pub fn profiles<E: Display>(
    fit: &Fit,
    measured: &[f64],
    model: impl Fn(&[f64]) -> Result<Expected, E> + Sync,
    options: &profile::Options,
    stop: &StopToken,
) -> Result<Vec<Profile>, StudyError> {
    let at = |values: &[f64]| model(values).map_err(|error| error.to_string());
    let fails = |reason| StudyError::StartFails { at: fit.space.describe(&fit.values), reason };
    let reference = at(&fit.values).map_err(fails)?.deviations;
    let residuals = |x: &[f64]| at(x)?.residuals(measured, &reference, FAR);
    let lifted = residuals(&fit.values).map_err(fails)?;
    let rss = lifted.iter().map(|r| r * r).sum();
    let misfit = Misfit { residuals: lifted, rss, ..fit.misfit.clone() };
    let fit = Fit { misfit, known: Sigma::Known, sigma: 1.0, ..fit.clone() };
    let inner = least_squares::Options { sigma: Sigma::Known, ..options.fit.clone() };
    let options = profile::Options { fit: inner, ..options.clone() };
    profile::profiles(&fit, residuals, &options, stop)
}

#[cfg(test)]
mod tests;
