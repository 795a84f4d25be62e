//! What a fit says.

use super::iterate::State;
use super::{Degeneracy, Ended, Sigma, Undetermined};
use crate::linear::{Matrix, norm, svd};
use crate::statistics::t_two_sided;
use crate::{Space, StudyError};

/// How sure the values of a fit are.
#[derive(Debug, Clone, PartialEq)]
pub struct Errors {
    /// The standard errors.
    pub standard: Vec<f64>,
    /// The covariances.
    pub covariance: Matrix,
    /// The correlations.
    pub correlation: Matrix,
}

/// What tells which of two models is better for its number of parameters: the one with less.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Criteria {
    /// Akaike's information criterion, -2 ln L + 2 k, with the whole normal likelihood; an estimated sigma counts as a
    /// parameter (Burnham & Anderson, *Model Selection and Multimodel Inference*, 2nd ed. 2002, sections 2.2 and 2.4).
    pub aic: f64,
    /// The same corrected for few data; infinite where there are too few.
    pub aicc: f64,
    /// Schwarz' criterion, -2 ln L + k ln n.
    pub bic: f64,
}

impl Criteria {
    /// Those of a deviance -2 ln L, for so many parameters and data.
    pub fn of(deviance: f64, parameters: usize, data: usize) -> Self {
        let (count, data) = (parameters as f64, data as f64);
        let aic = deviance + 2.0 * count;
        let left = data - count - 1.0;
        Self {
            aic,
            aicc: if left > 0.0 { aic + 2.0 * count * (count + 1.0) / left } else { f64::INFINITY },
            bic: deviance + count * data.ln(),
        }
    }
}

/// The result of a fit.
///
/// A standard error, and what goes with it in covariance and correlation, is not a number where there is none: for a
/// parameter at its bound, for one that the data do not determine, and where there are no more data than parameters
/// and the noise is to be estimated.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// What was fitted.
    pub space: Space,
    /// The best values.
    pub values: Vec<f64>,
    /// How sure they are.
    pub errors: Errors,
    /// How far they are from what was measured.
    pub misfit: Misfit,
    /// How many more residuals than parameters that may move.
    pub degrees_of_freedom: usize,
    /// The standard deviation of the noise: estimated, or 1 where it is known.
    pub sigma: f64,
    /// To compare it with fits of other models.
    pub criteria: Criteria,
    /// Steps that were tried.
    pub iterations: usize,
    /// How often the model was evaluated.
    pub evaluations: usize,
    /// How many of the steps failed.
    pub failures: usize,
    /// Why it ended.
    pub ended: Ended,
    /// What it leaves open.
    pub undetermined: Undetermined,
    /// What is known of the noise.
    pub known: Sigma,
}

/// How far a fit is from what was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Misfit {
    /// The residuals at the best values.
    pub residuals: Vec<f64>,
    /// Their derivatives by the parameters at the best values.
    pub jacobian: Matrix,
    /// The sum of their squares.
    pub rss: f64,
}

impl Fit {
    /// The best value of a parameter.
    ///
    /// # Errors
    /// [`StudyError::UnknownParameter`].
    pub fn value(&self, name: &str) -> Result<f64, StudyError> {
        Ok(self.values[self.space.index(name)?])
    }

    /// The standard error of a parameter.
    ///
    /// # Errors
    /// [`StudyError::UnknownParameter`].
    pub fn standard_error(&self, name: &str) -> Result<f64, StudyError> {
        Ok(self.errors.standard[self.space.index(name)?])
    }

    /// The interval of a parameter by its standard error and Student's t (the normal distribution where the noise is
    /// known), on its scale.
    ///
    /// # Errors
    /// [`StudyError::UnknownParameter`].
    pub fn interval(&self, name: &str, level: f64) -> Result<(f64, f64), StudyError> {
        let i = self.space.index(name)?;
        let scale = self.space.parameters()[i].scale;
        let value = self.values[i];
        let half = self.t(level) * self.errors.standard[i] / scale.slope(value);
        Ok((scale.outer(scale.inner(value) - half), scale.outer(scale.inner(value) + half)))
    }

    pub(crate) fn t(&self, level: f64) -> f64 {
        match self.known {
            Sigma::Known => t_two_sided(level, f64::INFINITY),
            Sigma::Estimated => t_two_sided(level, self.degrees_of_freedom as f64),
        }
    }
}

pub(super) fn report(state: &State<'_>, ended: Ended) -> Fit {
    let (n, k) = (state.r.len(), state.z.len());
    let free = state.free();
    // A parameter that stands at a bound was fitted, too.
    let degrees_of_freedom = n.saturating_sub(k);
    let known = state.options.sigma;
    let sigma = match known {
        Sigma::Known => 1.0,
        Sigma::Estimated if degrees_of_freedom == 0 => f64::NAN,
        Sigma::Estimated => (state.rss / degrees_of_freedom as f64).sqrt(),
    };
    let values = state.space.outer(&state.z);
    let slopes: Vec<f64> =
        state.space.parameters().iter().zip(&values).map(|(p, &v)| p.scale.slope(v)).collect();
    let (mut covariance, degeneracies) = spread(state, &free, sigma);
    let mut jacobian = state.jacobian.clone();
    for j in 0..k {
        for i in 0..k {
            covariance[(i, j)] *= slopes[i] * slopes[j];
        }
        for i in 0..jacobian.rows() {
            jacobian[(i, j)] /= slopes[j];
        }
    }
    let standard_errors: Vec<f64> = (0..k).map(|j| covariance[(j, j)].sqrt()).collect();
    let mut correlation = covariance.clone();
    for i in 0..k {
        for j in 0..k {
            let size = standard_errors[i] * standard_errors[j];
            // A zero error, of an exact fit, leaves no correlation.
            correlation[(i, j)] = match (i == j && size.is_finite(), size > 0.0) {
                (true, _) => 1.0,
                (false, true) => (covariance[(i, j)] / size).clamp(-1.0, 1.0),
                (false, false) => f64::NAN,
            };
        }
    }
    let names = state.space.names();
    let at_bounds = (0..k).filter(|j| !free.contains(j)).map(|j| names[j].to_owned()).collect();
    let (twice, count) = match known {
        Sigma::Known => (state.rss + n as f64 * (2.0 * std::f64::consts::PI).ln(), k),
        Sigma::Estimated => {
            let mean = 2.0 * std::f64::consts::PI * state.rss / n as f64;
            (n as f64 * (mean.ln() + 1.0), k + 1)
        }
    };
    Fit {
        space: state.space.clone(),
        values,
        errors: Errors { standard: standard_errors, covariance, correlation },
        misfit: Misfit { residuals: state.r.clone(), jacobian, rss: state.rss },
        degrees_of_freedom,
        sigma,
        criteria: Criteria::of(twice, count, n),
        iterations: state.iterations,
        evaluations: state.evaluations,
        failures: state.failures.failed,
        ended,
        undetermined: Undetermined { at_bounds, degeneracies },
        known,
    }
}

/// The covariance of what is varied, and what is not determined.
fn spread(state: &State<'_>, free: &[usize], sigma: f64) -> (Matrix, Vec<Degeneracy>) {
    let k = state.z.len();
    let mut covariance = Matrix::zeros(k, k);
    (0..k * k).for_each(|i| covariance[(i / k, i % k)] = f64::NAN);
    let lengths: Vec<f64> = free.iter().map(|&j| norm(&state.jacobian.column(j))).collect();
    let unit = |v: f64| if v > 0.0 { v } else { 1.0 };
    let columns: Vec<Vec<f64>> = free
        .iter()
        .zip(&lengths)
        .map(|(&j, &l)| state.jacobian.column(j).iter().map(|v| v / unit(l)).collect())
        .collect();
    let d = svd(&Matrix::from_columns(&columns));
    let limit = state.smallest(false) * d.values.first().copied().unwrap_or(0.0);
    let rank = d.values.iter().filter(|s| **s > limit && **s > 0.0).count();
    let names = state.space.names();
    let free_names: Vec<&str> = free.iter().map(|&j| names[j]).collect();
    let mut unknown = vec![false; free.len()];
    let mut degeneracies = Vec::new();
    for v in &d.v[rank..] {
        // In units of what is varied, a column of zeros has no length to be measured by.
        let direction: Vec<f64> = v.iter().zip(&lengths).map(|(v, &l)| v / unit(l)).collect();
        degeneracies.push(Degeneracy::new(&free_names, &direction));
        for (unknown, v) in unknown.iter_mut().zip(v) {
            *unknown |= v.abs() > 1e-4;
        }
    }
    for (a, &i) in free.iter().enumerate() {
        for (b, &j) in free.iter().enumerate() {
            if !unknown[a] && !unknown[b] {
                let sum: f64 = (0..rank).map(|s| d.v[s][a] * d.v[s][b] / d.values[s].powi(2)).sum();
                covariance[(i, j)] = sigma * sigma * sum / (unit(lengths[a]) * unit(lengths[b]));
            }
        }
    }
    (covariance, degeneracies)
}
