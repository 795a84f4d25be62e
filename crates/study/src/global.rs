//! The best point of a whole region.
//!
//! Two methods, and a third for least squares: differential evolution crosses valleys, CMA-ES learns the shape of one,
//! and many local fits from all over the region ([`multi_start`]) are best where residuals are known. All of them evaluate
//! a generation side by side, and take it in the order of its members.

mod cma;
mod evolution;
mod multistart;

pub use multistart::{MultiStart, Start, multi_start};

use crate::evaluate::{Failures, Objective, finite};
use crate::{Range, StudyError};
use bioxen_engine::StopToken;
use rayon::prelude::*;
use std::fmt::{self, Display};

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Method {
    /// Differential evolution (Storn & Price, *J. Glob. Optim.* 11:341, 1997).
    #[default]
    DifferentialEvolution,
    /// Evolution with a covariance matrix that adapts (Hansen, arXiv:1604.00772).
    CmaEs,
}

/// How to search.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The method.
    pub method: Method,
    /// Chooses the random numbers.
    pub seed: u64,
    /// How many points there are in a generation; 0 for as many as the method advises.
    pub population: usize,
    /// The most evaluations.
    pub most_evaluations: usize,
    /// How near to each other the values of a generation must come, relative to the best, before it has converged; its
    /// points must be as near, relative to the ranges.
    pub tolerance: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            method: Method::default(),
            seed: 0,
            population: 0,
            most_evaluations: 20_000,
            tolerance: 1e-9,
        }
    }
}

/// Why a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ended {
    /// All points of a generation have met.
    Converged,
    /// As many evaluations as were allowed.
    MostEvaluations,
    /// A stop was asked for.
    Stopped,
}

impl Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Converged => "converged: all points of a generation have met",
            Self::MostEvaluations => "as many evaluations as were allowed",
            Self::Stopped => "stopped on request",
        })
    }
}

/// The best point that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimum {
    /// The names of the parameters.
    pub names: Vec<String>,
    /// Their values.
    pub values: Vec<f64>,
    /// The objective there.
    pub value: f64,
    /// How often it was evaluated and failed.
    pub failures: Failures,
    /// The best value after each generation.
    pub history: Vec<f64>,
    /// Why the search ended.
    pub ended: Ended,
}

/// Searches ranges for the smallest value of an objective. What fails, or is not a number, is worse than anything.
///
/// # Errors
/// [`StudyError::NoParameters`], [`StudyError::BadSetting`], [`StudyError::AllFail`] where no value was found, and
/// [`StudyError::Stopped`] where none was sought.
///
/// # Examples
/// ```
/// use bioxen_study::{Range, global::{Options, minimise}};
/// let ranges = [Range::new("x", -5.0, 5.0)?, Range::new("y", -5.0, 5.0)?];
/// let bowl = |p: &[f64]| Ok::<_, String>((p[0] - 1.0).powi(2) + (p[1] + 2.0).powi(2));
/// let best = minimise(&ranges, bowl, &Options::default(), &bioxen_engine::StopToken::new())?;
/// assert!((best.values[0] - 1.0).abs() < 1e-3 && (best.values[1] + 2.0).abs() < 1e-3);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
pub fn minimise<E: Display>(
    ranges: &[Range],
    objective: impl Fn(&[f64]) -> Result<f64, E> + Sync,
    options: &Options,
    stop: &StopToken,
) -> Result<Optimum, StudyError> {
    if ranges.is_empty() {
        return Err(StudyError::NoParameters { what: "a search" });
    }
    if !(options.tolerance >= 0.0 && options.tolerance.is_finite()) {
        let (setting, value) = ("the tolerance", options.tolerance);
        return Err(StudyError::BadSetting { setting, value, rule: "it must be 0 or more" });
    }
    let objective = |x: &[f64]| finite(objective(x));
    let mut search = Search::new(ranges, &objective, options, stop);
    let ended = match options.method {
        Method::DifferentialEvolution => evolution::run(&mut search),
        Method::CmaEs => cma::run(&mut search),
    };
    search.optimum(ended)
}

/// What all methods share: evaluation, and the best so far.
struct Search<'a> {
    ranges: &'a [Range],
    objective: Objective<'a>,
    options: &'a Options,
    stop: &'a StopToken,
    failures: Failures,
    best: Option<(Vec<f64>, f64)>,
    history: Vec<f64>,
    /// How far the values of the first generation reached, from 0.
    spread: f64,
}

impl<'a> Search<'a> {
    fn new(
        ranges: &'a [Range],
        objective: Objective<'a>,
        options: &'a Options,
        stop: &'a StopToken,
    ) -> Self {
        let failures = Failures::default();
        Self {
            ranges,
            objective,
            options,
            stop,
            failures,
            best: None,
            history: Vec::new(),
            spread: 0.0,
        }
    }

    /// The values at points of the unit cube, infinity where there is none; nothing once a stop was asked for or
    /// the evaluations are used up.
    fn generation(&mut self, points: &[Vec<f64>]) -> Result<Vec<f64>, Ended> {
        if self.failures.tried + points.len() > self.options.most_evaluations {
            return Err(Ended::MostEvaluations);
        }
        let (ranges, objective, stop) = (self.ranges, self.objective, self.stop);
        let evaluate = |unit: &Vec<f64>| {
            let x: Vec<f64> = ranges.iter().zip(unit).map(|(r, &u)| r.at(u)).collect();
            let value = (!stop.is_stopped()).then(|| objective(&x));
            (x, value)
        };
        let results: Vec<_> = points.par_iter().map(evaluate).collect();
        let mut values = Vec::with_capacity(points.len());
        let mut stopped = false;
        for (x, value) in results {
            let Some(value) = value else {
                stopped = true;
                continue;
            };
            let value = self.failures.worst(&x, value);
            values.push(value);
            if value < self.best.as_ref().map_or(f64::INFINITY, |b| b.1) {
                self.best = Some((x, value));
            }
        }
        if stopped {
            return Err(Ended::Stopped);
        }
        if self.history.is_empty() {
            let finite = values.iter().filter(|v| v.is_finite());
            let (low, high) = finite.fold((0.0f64, 0.0f64), |(l, h), &v| (l.min(v), h.max(v)));
            self.spread = high - low;
        }
        self.history.push(self.best.as_ref().map_or(f64::INFINITY, |b| b.1));
        Ok(values)
    }

    /// How near values must come: relative to the best, and where that is 0 to those of the first generation, of which
    /// the square of the tolerance counts.
    fn near(&self, low: f64) -> f64 {
        let tolerance = self.options.tolerance;
        tolerance * low.abs().max(tolerance * self.spread).max(f64::MIN_POSITIVE)
    }

    /// Whether all values, and all points, have met.
    fn has_met(&self, points: &[Vec<f64>], values: &[f64]) -> bool {
        let spread = |v: &mut dyn Iterator<Item = f64>| {
            let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
            v.for_each(|x| (low, high) = (low.min(x), high.max(x)));
            (low, high)
        };
        let (low, high) = spread(&mut values.iter().copied());
        let tolerance = self.options.tolerance;
        high.is_finite()
            && high - low <= self.near(low)
            && (0..self.ranges.len()).all(|j| {
                let (low, high) = spread(&mut points.iter().map(|p| p[j]));
                high - low <= tolerance.sqrt()
            })
    }

    fn optimum(self, ended: Ended) -> Result<Optimum, StudyError> {
        let names: Vec<String> = self.ranges.iter().map(|r| r.name().to_owned()).collect();
        let Some((values, value)) = self.best else { return Err(self.failures.error(&names)) };
        Ok(Optimum { names, values, value, failures: self.failures, history: self.history, ended })
    }
}

#[cfg(test)]
mod tests;
