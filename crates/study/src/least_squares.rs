//! Fits by least squares.
//!
//! A Levenberg-Marquardt method in the form of Moré (*Lecture Notes in Mathematics* 630:105, 1978): steps within a
//! region of trust, measured in units that the columns of the Jacobian give, whose size follows how well the linear
//! model foretold the last step. The subproblem is solved by singular values, which tell at once what the
//! data do not determine.
//!
//! * **Bounds** are kept by projection: what would leave them is put on them, and a parameter that stands at a
//!   bound and would go on is held there for the step. It has no standard error then.
//! * **Logarithmic scale**: the logarithm is varied. Values, errors and covariances are those of the value itself,
//!   to first order.
//! * **It ends** where the residuals are orthogonal to everything the parameters can change, by the relative offset of
//!   Bates & Watts (*Technometrics* 23:179, 1981): how far the parameters are from the optimum in units of their
//!   own uncertainty. Where residuals vanish, it ends when the steps do.

mod degeneracy;
mod iterate;
mod jacobian;
mod report;
mod trust;

pub use degeneracy::{Degeneracy, Undetermined};
pub use report::{Criteria, Errors, Fit, Misfit};

use crate::evaluate::all_finite;
use crate::linear::{Matrix, dot};
use crate::{Space, StudyError};
use bioxen_engine::StopToken;
use std::fmt::{self, Display};

/// How derivatives are formed where the model does not give them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Differences {
    /// One more evaluation for each parameter; to half of the digits.
    Forward,
    /// Two for each parameter; to two thirds of the digits.
    Central,
    /// Forward until near the optimum, then central.
    #[default]
    Automatic,
}

/// What is known of the noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sigma {
    /// Its size is estimated from the residuals.
    #[default]
    Estimated,
    /// The residuals are in units of it.
    Known,
}

/// How to fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The relative offset at which the fit has converged: how far the parameters may be from the optimum, in units
    /// of their uncertainty.
    pub tolerance: f64,
    /// The most steps.
    pub most_iterations: usize,
    /// How derivatives are formed.
    pub differences: Differences,
    /// The relative error of what the model computes, such as the tolerance of its solver.
    pub precision: f64,
    /// What is known of the noise.
    pub sigma: Sigma,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tolerance: 1e-9,
            most_iterations: 1000,
            differences: Differences::Automatic,
            precision: f64::EPSILON,
            sigma: Sigma::Estimated,
        }
    }
}

/// Why a fit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// The residuals are orthogonal to what the parameters can change.
    Converged,
    /// The steps have become too small to matter.
    SmallSteps,
    /// The model meets the data exactly.
    Exact,
    /// No step is better any more, to the precision of the model.
    Precision,
    /// All parameters stand at bounds.
    AtBounds,
    /// As many steps as were allowed.
    MostIterations,
    /// A stop was asked for.
    Stopped,
    /// No step is better, though the derivatives promise it: the model is not smooth here, or its precision is
    /// below what was said.
    Stuck,
    /// The model failed around the best point.
    NoDerivative(String),
}

impl Ended {
    /// Whether the end is an optimum.
    pub fn is_optimum(&self) -> bool {
        use Ended::*;
        matches!(self, Converged | SmallSteps | Exact | Precision | AtBounds)
    }
}

impl Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Converged => "converged: the residuals are orthogonal to all that the parameters can change",
            Self::SmallSteps => "converged: the steps have become too small to matter",
            Self::Exact => "converged: the model meets the data exactly",
            Self::Precision => "converged: no step is better, to the precision of the model",
            Self::AtBounds => "converged: all parameters stand at their bounds",
            Self::MostIterations => "not converged: as many steps as were allowed",
            Self::Stopped => "stopped on request",
            Self::Stuck => "not converged: no step is better, though the derivatives promise it; the model may not be smooth",
            Self::NoDerivative(reason) => {
                return write!(f, "not converged: the model fails around the best point: {reason}");
            }
        })
    }
}

/// Fits the parameters of a model, given as its residuals: what it predicts less what was measured, in units of the
/// noise where that is known. Derivatives are formed by differences, side by side on all threads.
///
/// What fails, or is not a number, is worse than any fit.
///
/// # Errors
/// [`StudyError::StartFails`], [`StudyError::NoDerivative`] at the start, [`StudyError::TooFewData`] without residuals.
///
/// # Examples
/// ```
/// use bioxen_study::least_squares::{Options, fit};
/// use bioxen_study::{Parameter, Space};
/// let (t, y) = ([0.0, 1.0, 2.0, 3.0], [10.1, 6.0, 3.7, 2.2]);
/// let space = Space::new(vec![Parameter::new("a", 1.0), Parameter::new("k", 1.0).log()])?;
/// let residuals = |p: &[f64]| {
///     Ok::<_, String>(t.iter().zip(&y).map(|(t, y)| p[0] * (-p[1] * t).exp() - y).collect())
/// };
/// let fit = fit(&space, residuals, &Options::default(), &bioxen_engine::StopToken::new())?;
/// assert!(fit.ended.is_optimum());
/// assert!((fit.value("k")? - 0.5).abs() < 0.02);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
pub fn fit<E: Display>(
    space: &Space,
    residuals: impl Fn(&[f64]) -> Result<Vec<f64>, E> + Sync,
    options: &Options,
    stop: &StopToken,
) -> Result<Fit, StudyError> {
    let residuals = |x: &[f64]| squared(all_finite(residuals(x)));
    iterate::run(space, &residuals, None, options, stop)
}

/// Residuals with their sum of squares.
fn squared(residuals: Result<Vec<f64>, String>) -> Result<(Vec<f64>, f64), String> {
    residuals.map(|r| {
        let square = dot(&r, &r);
        (r, square)
    })
}

/// The same for a model that gives its derivatives: a row for each residual, a column for each parameter, by the
/// parameters themselves and not by logarithms.
///
/// # Errors
/// Those of [`fit`].
pub fn fit_with_jacobian<E: Display>(
    space: &Space,
    residuals: impl Fn(&[f64]) -> Result<Vec<f64>, E> + Sync,
    jacobian: impl Fn(&[f64]) -> Result<Matrix, E> + Sync,
    options: &Options,
    stop: &StopToken,
) -> Result<Fit, StudyError> {
    let residuals = |x: &[f64]| squared(all_finite(residuals(x)));
    let jacobian = |x: &[f64]| finite_matrix(jacobian(x));
    iterate::run(space, &residuals, Some(&jacobian), options, stop)
}

fn finite_matrix<E: Display>(jacobian: Result<Matrix, E>) -> Result<Matrix, String> {
    match jacobian {
        Ok(m) if m.is_finite() => Ok(m),
        Ok(_) => Err("the Jacobian holds what is not a number".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Maximises a likelihood that is no sum of squares, such as one with noise whose size is estimated, by Fisher's
/// scoring (<https://en.wikipedia.org/wiki/Scoring_algorithm>).
///
/// `score` gives rows r and twice the negative logarithm of the likelihood, f; `jacobian` a matrix J with a row for each of
/// them, by the parameters themselves. J^T r must be the gradient of f/2, and J^T J is taken for its second derivative:
/// where it is the Fisher information, standard errors are those of the likelihood. A measurement y with a predicted mean m
/// and an estimated deviation s has two rows: (m - y)/s beside m'/s, and (1 - ((m - y)/s)^2)/sqrt 2 beside sqrt 2 s'/s.
/// [`Fit::rss`] is f where the fit ends; its criteria are those of plain residuals and mean nothing here.
///
/// # Errors
/// Those of [`fit`].
///
/// # Examples
/// ```
/// use bioxen_study::least_squares::{Options, Sigma, fit_scored};
/// use bioxen_study::linear::Matrix;
/// use bioxen_study::{Parameter, Space};
/// // The mean and the deviation of some numbers.
/// let y = [1.0, 2.0, 3.0, 6.0];
/// let space = Space::new(vec![Parameter::new("m", 0.0), Parameter::new("s", 1.0).log()])?;
/// let half = 0.5f64.sqrt();
/// let score = |p: &[f64]| {
///     let r: Vec<f64> = y.iter().map(|y| (p[0] - y) / p[1]).collect();
///     let f = r.iter().map(|r| r * r + 2.0 * p[1].ln()).sum::<f64>();
///     let rows = r.iter().flat_map(|r| [*r, (1.0 - r * r) * half]).collect();
///     Ok::<_, String>((rows, f))
/// };
/// let jacobian = |p: &[f64]| {
///     let two = |_: &f64| [vec![1.0 / p[1], 0.0], vec![0.0, 1.0 / half / p[1]]];
///     Ok::<_, String>(Matrix::from_rows(&y.iter().flat_map(two).collect::<Vec<_>>()))
/// };
/// let options = Options { sigma: Sigma::Known, ..Options::default() };
/// let fit = fit_scored(&space, score, jacobian, &options, &bioxen_engine::StopToken::new())?;
/// assert!((fit.value("m")? - 3.0).abs() < 1e-6 && (fit.value("s")? - 3.5f64.sqrt()).abs() < 1e-6);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
pub fn fit_scored<E: Display>(
    space: &Space,
    score: impl Fn(&[f64]) -> Result<(Vec<f64>, f64), E> + Sync,
    jacobian: impl Fn(&[f64]) -> Result<Matrix, E> + Sync,
    options: &Options,
    stop: &StopToken,
) -> Result<Fit, StudyError> {
    let score = |x: &[f64]| {
        let (rows, f) = score(x).map_err(|error| error.to_string())?;
        if !f.is_finite() {
            return Err(format!("the objective is {f}"));
        }
        Ok((all_finite(Ok::<_, String>(rows))?, f))
    };
    let jacobian = |x: &[f64]| finite_matrix(jacobian(x));
    iterate::run(space, &score, Some(&jacobian), options, stop)
}

#[cfg(test)]
mod tests;
