//! How far measurements lie from what a model predicts.
//!
//! Each model of noise gives the standard deviation of every measurement, the negative logarithm of the likelihood of normal noise,
//! and residuals for least squares whose minimum is that of the likelihood.

use crate::StudyError;
use crate::least_squares::Sigma;
use std::f64::consts::PI;

/// The standard deviation of measurements.
#[derive(Debug, Clone, PartialEq)]
pub enum Noise {
    /// The same everywhere, and known.
    Constant(f64),
    /// A part of what is predicted.
    Proportional(f64),
    /// Both: `sqrt(constant^2 + (fraction * prediction)^2)`.
    ConstantAndProportional {
        /// The constant part.
        constant: f64,
        /// The part of what is predicted.
        fraction: f64,
    },
    /// Given for each measurement.
    PerPoint(Vec<f64>),
    /// The same everywhere, and estimated: the residuals are plain, and their size takes the place of a parameter.
    Estimated,
}

/// What is added under the root of a residual that stands for a logarithm, so that it stays above zero (Raue et al., *PLoS ONE*
/// 8:e74335, 2013, who add 50).
const LIFT: f64 = 50.0;

impl Noise {
    /// What a fit must know: whether residuals are in units of the noise.
    pub fn sigma(&self) -> Sigma {
        match self {
            Self::Estimated => Sigma::Estimated,
            _ => Sigma::Known,
        }
    }

    /// The standard deviation of each measurement, by what is predicted.
    ///
    /// # Errors
    /// [`StudyError::Data`] where one is not above 0, such as a proportional one at a prediction of 0, or is not known since it is
    /// estimated; [`StudyError::Lengths`].
    pub fn deviations(&self, predicted: &[f64]) -> Result<Vec<f64>, StudyError> {
        let all: Vec<f64> = match self {
            Self::Constant(sigma) => vec![*sigma; predicted.len()],
            Self::Proportional(fraction) => {
                predicted.iter().map(|p| (fraction * p).abs()).collect()
            }
            Self::ConstantAndProportional { constant, fraction } => {
                predicted.iter().map(|p| constant.hypot(fraction * p)).collect()
            }
            Self::PerPoint(given) => {
                same("the standard deviations", given.len(), "the predictions", predicted.len())?;
                given.clone()
            }
            Self::Estimated => {
                return Err(StudyError::Data(
                    "the standard deviation is estimated by the fit".into(),
                ));
            }
        };
        match all.iter().position(|s| !(*s > 0.0 && s.is_finite())) {
            None => Ok(all),
            Some(i) => Err(StudyError::Data(format!(
                "the noise of measurement {} is {}; it must be above 0 (the prediction is {})",
                i + 1,
                all[i],
                predicted[i]
            ))),
        }
    }

    /// The negative logarithm of the likelihood. Where the noise is estimated it is that of the best estimate.
    ///
    /// # Errors
    /// Those of [`Self::deviations`].
    ///
    /// # Examples
    /// ```
    /// use bioxen_study::noise::Noise;
    /// let nll = Noise::Constant(2.0).negative_log_likelihood(&[1.0, 5.0], &[1.0, 3.0])?;
    /// assert!((nll - (0.5 + 2.0 * 2f64.ln() + (2.0 * std::f64::consts::PI).ln())).abs() < 1e-12);
    /// # Ok::<(), bioxen_study::StudyError>(())
    /// ```
    pub fn negative_log_likelihood(
        &self,
        predicted: &[f64],
        measured: &[f64],
    ) -> Result<f64, StudyError> {
        same("the predictions", predicted.len(), "the measurements", measured.len())?;
        let n = measured.len() as f64;
        let off = predicted.iter().zip(measured).map(|(p, m)| p - m);
        if *self == Self::Estimated {
            let rss: f64 = off.map(|r| r * r).sum();
            return Ok(0.5 * n * ((2.0 * PI * rss / n).ln() + 1.0));
        }
        let deviations = self.deviations(predicted)?;
        let term = |(r, s): (f64, f64)| 0.5 * (r / s).powi(2) + s.ln();
        Ok(off.zip(deviations).map(term).sum::<f64>() + 0.5 * n * (2.0 * PI).ln())
    }

    /// Residuals whose sum of squares is, but for a constant, twice the negative logarithm of the likelihood (where the noise is
    /// estimated: whose least sum of squares is at its minimum). Where deviations follow predictions, or parameters of the fit, a
    /// second residual for each measurement stands for the logarithm of its deviation in units of `reference`, which must not
    /// change within a fit.
    ///
    /// # Errors
    /// Those of [`Self::deviations`]; [`StudyError::Data`] for a deviation that is a tenth of a billionth of the reference.
    pub fn residuals(
        &self,
        predicted: &[f64],
        measured: &[f64],
        reference: f64,
    ) -> Result<Vec<f64>, StudyError> {
        same("the predictions", predicted.len(), "the measurements", measured.len())?;
        let off = predicted.iter().zip(measured).map(|(p, m)| p - m);
        if *self == Self::Estimated {
            return Ok(off.collect());
        }
        let deviations = self.deviations(predicted)?;
        let mut all: Vec<f64> = off.zip(&deviations).map(|(r, s)| r / s).collect();
        if matches!(self, Self::PerPoint(_)) {
            return Ok(all);
        }
        for s in deviations {
            let square = 2.0 * (s / reference).ln() + LIFT;
            if square.is_nan() || square <= 0.0 {
                return Err(StudyError::Data(format!(
                    "the noise is {s}, too far below its reference, which is {reference}"
                )));
            }
            all.push(square.sqrt());
        }
        Ok(all)
    }
}

fn same(
    left: &str,
    left_length: usize,
    right: &str,
    right_length: usize,
) -> Result<(), StudyError> {
    match left_length == right_length {
        true => Ok(()),
        false => Err(StudyError::Lengths {
            left: left.into(),
            left_length,
            right: right.into(),
            right_length,
        }),
    }
}

#[cfg(test)]
mod tests;
