//! Parts of the variance.

use super::Calls;
use crate::design::{Design, MOST_POINTS, Sobol as Sequence};
use crate::error::check_part;
use crate::evaluate::finite;
use crate::statistics::{mean, quantile, sorted};
use crate::{Range, StudyError};
use bioxen_engine::StopToken;
use bioxen_engine::rng::{Rng, Seed};
use rayon::prelude::*;
use std::fmt::Display;

/// How to estimate Sobol indices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SobolOptions {
    /// Points of each of the two samples; a power of 2 is best. It costs `samples * (parameters + 2)` evaluations.
    pub samples: usize,
    /// Chooses the random numbers.
    pub seed: u64,
    /// How many bootstrap samples there are for the intervals.
    pub bootstrap: usize,
    /// The probability of the intervals.
    pub level: f64,
}

impl Default for SobolOptions {
    fn default() -> Self {
        Self { samples: 1024, seed: 0, bootstrap: 1000, level: 0.95 }
    }
}

/// The indices of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// The parameter.
    pub name: String,
    /// The part of the variance that goes when the parameter is known.
    pub first: f64,
    /// Its bootstrap interval.
    pub first_interval: (f64, f64),
    /// The part of the variance that stays when all others are known.
    pub total: f64,
    /// Its bootstrap interval.
    pub total_interval: (f64, f64),
}

/// The Sobol indices of all parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Sobol {
    /// One for each parameter.
    pub indices: Vec<Index>,
    /// The mean of the output over the region.
    pub mean: f64,
    /// Its variance.
    pub variance: f64,
    /// How many points of the samples were used: those at which no evaluation failed.
    pub used: usize,
    /// How often the model was evaluated.
    pub calls: Calls,
}

/// Sobol indices over ranges, by their scales: the estimators of Saltelli et al. (*Comput. Phys. Commun.* 181:259, 2010, table 2 b) for
/// first order and of Jansen (*Comput. Phys. Commun.* 117:35, 1999) for the total, from two halves of one scrambled Sobol
/// sequence, with percentile intervals from samples drawn again (Archer, Saltelli & Sobol, *J. Stat. Comput. Simul.* 58:99, 1997).
///
/// # Errors
/// [`StudyError::NoParameters`], [`StudyError::TooManyPoints`], [`StudyError::TooManyDimensions`], [`StudyError::BadSetting`],
/// [`StudyError::AllFail`], [`StudyError::TooFewData`] and [`StudyError::Data`] where too little is left or nothing varies,
/// [`StudyError::Stopped`].
pub fn sobol<E: Display>(
    ranges: &[Range],
    model: impl Fn(&[f64]) -> Result<f64, E> + Sync,
    options: &SobolOptions,
    stop: &StopToken,
) -> Result<Sobol, StudyError> {
    let scheme = Scheme::new(ranges, options)?;
    let design = scheme.design();
    let sweep = design.evaluate(|_, p| finite(model(p)), stop);
    if sweep.stopped {
        return Err(StudyError::Stopped);
    }
    if let (Some(first), true) = (sweep.failures.first(), scheme.rows(&sweep.values).is_empty()) {
        let (at, reason) = (first.at.clone(), first.reason.clone());
        return Err(StudyError::AllFail { tried: design.len(), at, reason });
    }
    let mut found = scheme.indices(&sweep.values)?;
    found.calls.failures = sweep.failures;
    Ok(found)
}

/// The points of an estimate, for who evaluates them on their own, such as a model with several outputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheme {
    design: Design,
    options: SobolOptions,
}

impl Scheme {
    /// For each point of two samples A and B: A, B, and A with one coordinate after the other from B.
    ///
    /// # Errors
    /// [`StudyError::NoParameters`], [`StudyError::TooManyPoints`], [`StudyError::TooManyDimensions`],
    /// [`StudyError::BadSetting`].
    pub fn new(ranges: &[Range], options: &SobolOptions) -> Result<Self, StudyError> {
        let (d, n) = (ranges.len(), options.samples);
        check(d, options)?;
        let unit: Vec<Vec<f64>> = Sequence::new(2 * d, Some(options.seed))?.take(n).collect();
        let point = |u: &Vec<f64>, k: usize| -> Vec<f64> {
            let from = |j: usize| if k == 1 || k == j + 2 { u[d + j] } else { u[j] };
            ranges.iter().enumerate().map(|(j, r)| r.at(from(j))).collect()
        };
        let points = unit.iter().flat_map(|u| (0..d + 2).map(move |k| point(u, k))).collect();
        let names = ranges.iter().map(|r| r.name().to_owned()).collect();
        Ok(Self { design: Design { names, points }, options: *options })
    }

    /// Where to evaluate the model.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The points at which the model gave something everywhere.
    fn rows(&self, values: &[Option<f64>]) -> Vec<Vec<f64>> {
        let width = self.design.names.len() + 2;
        values.chunks(width).filter_map(|row| row.iter().copied().collect()).collect()
    }

    /// The indices, by what the model gave at each point; a point of the samples is left out where it gave nothing.
    ///
    /// # Errors
    /// [`StudyError::TooFewData`] and [`StudyError::Data`] where too little is left or nothing varies.
    pub fn indices(&self, values: &[Option<f64>]) -> Result<Sobol, StudyError> {
        let (design, options) = (&self.design, &self.options);
        let rows = self.rows(values);
        if rows.len() < 4 {
            let (what, given) = ("a Sobol index", rows.len());
            return Err(StudyError::TooFewData { what, needed: 4, given });
        }
        let both: Vec<f64> = rows.iter().flat_map(|r| [r[0], r[1]]).collect();
        let centre = mean(&both);
        let variance = both.iter().map(|v| (v - centre).powi(2)).sum::<f64>() / both.len() as f64;
        let (low, high) =
            both.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
        if high - low <= 1e-13 * low.abs().max(high.abs()) {
            let nothing = match high > low {
                false => format!("the output is {low} everywhere; nothing varies it"),
                true => format!(
                    "the output is near {low} everywhere; what varies, {}, is no more than rounding of such a number",
                    high - low
                ),
            };
            return Err(StudyError::Data(nothing));
        }
        // Around the mean, where the estimators vary less.
        let rows: Vec<Vec<f64>> =
            rows.iter().map(|r| r.iter().map(|v| v - centre).collect()).collect();
        let all: Vec<usize> = (0..rows.len()).collect();
        let point = estimate(&rows, &all);
        let again = |b: usize| {
            let mut rng = Rng::new(Seed::new(options.seed).replicate(b as u64).lane(u64::MAX));
            let drawn: Vec<usize> =
                all.iter().map(|_| rng.below(rows.len() as u64) as usize).collect();
            estimate(&rows, &drawn)
        };
        let samples: Vec<Estimates> = (0..options.bootstrap).into_par_iter().map(again).collect();
        let tail = 0.5 * (1.0 - options.level);
        let interval = |of: &dyn Fn(&Estimates) -> f64| {
            let values = sorted(&samples.iter().map(of).collect::<Vec<_>>());
            (quantile(&values, tail), quantile(&values, 1.0 - tail))
        };
        let index = |(j, name): (usize, &String)| Index {
            name: name.clone(),
            first: point[j].0,
            first_interval: interval(&|s| s[j].0),
            total: point[j].1,
            total_interval: interval(&|s| s[j].1),
        };
        Ok(Sobol {
            indices: design.names.iter().enumerate().map(index).collect(),
            mean: centre,
            variance,
            used: rows.len(),
            calls: Calls { count: design.len(), failures: Vec::new() },
        })
    }
}

fn check(d: usize, options: &SobolOptions) -> Result<(), StudyError> {
    if d == 0 {
        return Err(StudyError::NoParameters { what: "a Sobol index" });
    }
    let points = options.samples.saturating_mul((d + 2).saturating_mul(d));
    if points > MOST_POINTS * 10 {
        let most = MOST_POINTS * 10;
        return Err(StudyError::TooManyPoints { what: "the sample", points, most });
    }
    if options.samples < 4 {
        let (setting, value) = ("the number of samples", options.samples as f64);
        return Err(StudyError::BadSetting { setting, value, rule: "it must be at least 4" });
    }
    check_part("the level", options.level)
}

/// First order and total of each parameter.
type Estimates = Vec<(f64, f64)>;

/// The estimates from the rows that are chosen.
fn estimate(rows: &[Vec<f64>], chosen: &[usize]) -> Estimates {
    let d = rows.first().map_or(0, |r| r.len() - 2);
    let n = chosen.len() as f64;
    let (mut sum, mut squares) = (0.0, 0.0);
    let mut parts = vec![(0.0, 0.0); d];
    for &i in chosen {
        let row = &rows[i];
        let (a, b) = (row[0], row[1]);
        sum += a + b;
        squares += a * a + b * b;
        for (part, &ab) in parts.iter_mut().zip(&row[2..]) {
            part.0 += b * (ab - a);
            part.1 += 0.5 * (a - ab) * (a - ab);
        }
    }
    let variance = squares / (2.0 * n) - (sum / (2.0 * n)).powi(2);
    parts.into_iter().map(|(f, t)| (f / n / variance, t / n / variance)).collect()
}
