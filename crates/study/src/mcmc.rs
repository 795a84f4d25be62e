//! Samples from a distribution whose density is known but for a factor.
//!
//! Adaptive Metropolis (Haario, Saksman & Tamminen, *Bernoulli* 7:223, 2001): each chain learns the covariance of what it
//! has seen and proposes steps of that shape; how long they are is set so that about a quarter are accepted (Andrieu &
//! Thoms, *Stat. Comput.* 18:343, 2008, algorithm 4). Both stop with the warm-up, so that what is kept comes from a chain with a
//! fixed law. Several chains, side by side, tell whether they agree ([`Diagnostics`]).

mod chain;
mod diagnostics;

pub use diagnostics::{Diagnostics, diagnose};

use crate::evaluate::Failures;
use crate::linear::Matrix;
use crate::{Space, StudyError, statistics};
use bioxen_engine::StopToken;
use rayon::prelude::*;
use std::fmt::Display;

/// How to sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How many chains; four or more say whether they agree.
    pub chains: usize,
    /// Steps of each chain that are kept.
    pub steps: usize,
    /// Steps before, in which a chain finds its place and shape.
    pub warm_up: usize,
    /// Each so many steps one is kept.
    pub thinning: usize,
    /// Chooses the random numbers.
    pub seed: u64,
    /// The covariance of what is varied at the start, such as that of a fit: of logarithms for parameters on a logarithmic
    /// scale. Without it a tenth of each start, or 0.1 for logarithms.
    pub covariance: Option<Matrix>,
}

impl Default for Options {
    fn default() -> Self {
        Self { chains: 4, steps: 5000, warm_up: 5000, thinning: 1, seed: 0, covariance: None }
    }
}

/// One chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// The points that were kept.
    pub points: Vec<Vec<f64>>,
    /// The logarithm of the density at each.
    pub log_density: Vec<f64>,
    /// The part of proposals that were accepted after the warm-up.
    pub acceptance: f64,
}

/// Samples of all chains.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    /// The names of the parameters.
    pub names: Vec<String>,
    /// The chains.
    pub chains: Vec<Chain>,
    /// Mean, standard deviation, quantiles and agreement of each parameter.
    pub diagnostics: Vec<Diagnostics>,
    /// The best point that was seen, and the logarithm of its density.
    pub best: (Vec<f64>, f64),
    /// How often the density was evaluated and failed.
    pub failures: Failures,
    /// Whether a stop was asked for; the chains are shorter then, and as long as each other.
    pub stopped: bool,
}

impl Samples {
    /// A parameter's values of all chains, one chain after the other.
    ///
    /// # Errors
    /// [`StudyError::UnknownParameter`].
    pub fn of(&self, name: &str) -> Result<Vec<f64>, StudyError> {
        let i = index(&self.names, name)?;
        Ok(self.chains.iter().flat_map(|c| c.points.iter().map(move |p| p[i])).collect())
    }

    /// The interval with equal tails that holds so much of a parameter's samples.
    ///
    /// # Errors
    /// [`StudyError::UnknownParameter`].
    pub fn interval(&self, name: &str, level: f64) -> Result<(f64, f64), StudyError> {
        let sorted = statistics::sorted(&self.of(name)?);
        let tail = 0.5 * (1.0 - level);
        Ok((statistics::quantile(&sorted, tail), statistics::quantile(&sorted, 1.0 - tail)))
    }
}

fn index(names: &[String], name: &str) -> Result<usize, StudyError> {
    use bioxen_base::nearest::{hint, nearest};
    names.iter().position(|n| n == name).ok_or_else(|| StudyError::UnknownParameter {
        name: name.to_owned(),
        hint: hint(nearest(name, names.iter().map(String::as_str))),
        valid: names.join(", "),
    })
}

/// Samples from a density, given by its logarithm as a function of the parameters, without what does not depend on them.
/// Outside of the bounds the density is 0. It is a density of the values themselves: a logarithmic scale changes how steps
/// are taken, and not what is sampled; who wants a prior that is even in the logarithm divides by the value.
///
/// What fails, or is not a number, has no probability; minus infinity is no failure.
///
/// # Errors
/// [`StudyError::StartFails`] where the start has no density, [`StudyError::BadSetting`], [`StudyError::Lengths`],
/// [`StudyError::Stopped`] where nothing was kept.
///
/// # Examples
/// ```
/// use bioxen_study::mcmc::{Options, sample};
/// use bioxen_study::{Parameter, Space};
/// let space = Space::new(vec![Parameter::new("x", 1.0)])?;
/// let normal = |p: &[f64]| Ok::<_, String>(-0.5 * p[0] * p[0]);
/// let samples = sample(&space, normal, &Options::default(), &bioxen_engine::StopToken::new())?;
/// let x = &samples.diagnostics[0];
/// assert!(x.mean.abs() < 0.1 && (x.sd - 1.0).abs() < 0.1 && x.r_hat < 1.02);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
pub fn sample<E: Display>(
    space: &Space,
    log_density: impl Fn(&[f64]) -> Result<f64, E> + Sync,
    options: &Options,
    stop: &StopToken,
) -> Result<Samples, StudyError> {
    check(space, options)?;
    let density = |x: &[f64]| match log_density(x) {
        Ok(v) if v.is_nan() || v == f64::INFINITY => {
            Err(format!("the logarithm of the density is {v}"))
        }
        Ok(v) => Ok(v),
        Err(error) => Err(error.to_string()),
    };
    let start = space.starts();
    let fails = |reason| StudyError::StartFails { at: space.describe(&start), reason };
    if density(&start).map_err(fails)? == f64::NEG_INFINITY {
        return Err(fails("the density is 0".into()));
    }
    let run = |number: usize| chain::run(space, &density, options, number, stop);
    let mut results: Vec<_> = (0..options.chains).into_par_iter().map(run).collect();
    let shortest = results.iter().map(|r| r.chain.points.len()).min().unwrap_or(0);
    if shortest == 0 {
        return Err(StudyError::Stopped);
    }
    let wanted = options.steps / options.thinning;
    let mut failures = Failures::default();
    let mut best = (start.clone(), f64::NEG_INFINITY);
    for result in &mut results {
        result.chain.points.truncate(shortest);
        result.chain.log_density.truncate(shortest);
        failures.tried += result.failures.tried;
        failures.failed += result.failures.failed;
        if failures.first.is_none() {
            failures.first.clone_from(&result.failures.first);
        }
        if result.best.1 > best.1 {
            best.clone_from(&result.best);
        }
    }
    let chains: Vec<Chain> = results.into_iter().map(|r| r.chain).collect();
    let names: Vec<String> = space.names().iter().map(|&n| n.to_owned()).collect();
    let of = |i: usize| -> Vec<Vec<f64>> {
        chains.iter().map(|c| c.points.iter().map(|p| p[i]).collect()).collect()
    };
    let diagnostics = (0..names.len()).into_par_iter().map(|i| diagnose(&of(i))).collect();
    Ok(Samples { names, chains, diagnostics, best, failures, stopped: shortest < wanted })
}

fn check(space: &Space, options: &Options) -> Result<(), StudyError> {
    let rule = "it must be at least 1";
    for (setting, value) in [
        ("the number of chains", options.chains),
        ("the number of steps", options.steps / options.thinning.max(1)),
        ("the thinning", options.thinning),
    ] {
        if value == 0 {
            return Err(StudyError::BadSetting { setting, value: 0.0, rule });
        }
    }
    let kept = options.chains.saturating_mul(options.steps / options.thinning);
    let points = kept.saturating_mul(space.len());
    let most = crate::design::MOST_POINTS * 10;
    if points > most {
        return Err(StudyError::TooManyPoints { what: "the samples kept", points, most });
    }
    match &options.covariance {
        Some(c) if c.rows() != space.len() || c.columns() != space.len() => {
            Err(StudyError::Lengths {
                left: "the covariance".into(),
                left_length: c.rows(),
                right: "the model's parameters".into(),
                right_length: space.len(),
            })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
