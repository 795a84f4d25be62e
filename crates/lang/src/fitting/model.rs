//! A function of the script beside what was measured.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rhai::{Array, Dynamic, EvalAltResult, Map};

use super::noise::{Noise, OfSet, scale};
use super::parameters::{Fitted, named};
use super::sets::{Set, Sets};
use crate::error::raise;
use crate::given::ends_the_script;
use crate::number::kind;
use crate::sweep::Pool;
use crate::text::counted;
use crate::{LangError, RhaiResultOf};
use bioxen_engine::StopToken;
use bioxen_study::least_squares::{self, Fit, Options, Sigma};
use bioxen_study::likelihood::{self, Expected};
use bioxen_study::profile::{self, Profile};
use bioxen_study::{Space, StudyError};

/// What a simulation gives has the digits of its solver.
const PRECISION: f64 = 1e-9;

/// How far from the optimum a likelihood may be left, in units of the uncertainty of the parameters: steps are
/// many where sizes of the noise are hardly determined.
const OFFSET: f64 = 1e-6;

/// A measurement that is small counts as this part of its set's size where weights follow measurements.
const LEAST: f64 = 0.05;

/// A function of the script beside what was measured.
pub(super) struct Model<'a> {
    pub(super) pool: &'a Pool,
    pub(super) fitted: &'a [Fitted],
    pub(super) sets: &'a Sets,
    pub(super) noise: &'a Noise,
    /// All that was measured.
    pub(super) measured: Vec<f64>,
    /// What the function said where it failed, and how often.
    failures: Mutex<BTreeMap<String, usize>>,
}

impl<'a> Model<'a> {
    pub(super) fn new(
        pool: &'a Pool,
        fitted: &'a [Fitted],
        sets: &'a Sets,
        noise: &'a Noise,
    ) -> Self {
        let (measured, failures) = (sets.measured(), Mutex::default());
        Self { pool, fitted, sets, noise, measured, failures }
    }

    /// What is to be said of a function that failed on the way: how often, and with which words most often.
    pub(super) fn failed(&self) -> Option<String> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = failures.values().sum();
        let (said, _) = failures.iter().max_by_key(|(_, times)| **times)?;
        let times = counted(all, "evaluation");
        Some(format!("the function failed at {times}, which count as infinitely bad: {said}"))
    }

    /// What the function gives where something was measured, in the units of that; a failure is noted.
    fn tried(&self, values: &[f64]) -> Result<Vec<f64>, String> {
        self.predicted(values).map_err(|error| {
            let said = words(&error);
            if !ends_the_script(&error) {
                let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
                *failures.entry(said.clone()).or_default() += 1;
            }
            said
        })
    }

    /// What the function gives where something was measured, in the units of that.
    pub(super) fn predicted(&self, values: &[f64]) -> RhaiResultOf<Vec<f64>> {
        let argument = named(self.fitted, values, |unit, x| unit.give(x)).map_err(raise)?;
        let value = self.pool.value(argument.into())?;
        let mut all = Vec::with_capacity(self.measured.len());
        if !self.sets.are_named() {
            self.one(&self.sets.all[0], &value, &mut all)?;
            return Ok(all);
        }
        let Some(map) = value.read_lock::<Map>() else {
            return Err(wrong(
                None,
                "a map of arrays with the names of the data sets",
                kind(&value),
            ));
        };
        for name in map.keys() {
            self.sets.known(name, "data set").map_err(raise)?;
        }
        for set in &self.sets.all {
            let name = set.label();
            match map.get(name) {
                Some(value) => self.one(set, value, &mut all)?,
                None => {
                    let names = map.keys().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                    let expected = "a map of arrays with the names of the data sets";
                    return Err(wrong(None, expected, format!("none for `{name}`, only {names}")));
                }
            }
        }
        Ok(all)
    }

    fn one(&self, set: &Set, value: &Dynamic, all: &mut Vec<f64>) -> RhaiResultOf<()> {
        let expected = "an array with a value for each value that was measured, of the same kind";
        let wrong = |got| wrong(set.name.as_deref(), expected, got);
        let Some(array) = value.read_lock::<Array>() else { return Err(wrong(kind(value))) };
        if array.len() != set.given {
            return Err(wrong(format!("{} for {}", array.len(), set.given)));
        }
        for &place in &set.places {
            let x = set.unit.read(&array[place]);
            all.push(x.ok_or_else(|| wrong(kind(&array[place])))?);
        }
        Ok(())
    }

    fn options(&self) -> Options {
        let usual = Options { precision: PRECISION, ..Options::default() };
        match self.noise {
            Noise::Plain { sigma, .. } => Options { sigma: *sigma, ..usual },
            Noise::Modelled(_) => Options { sigma: Sigma::Known, tolerance: OFFSET, ..usual },
        }
    }

    /// The residuals of plain least squares.
    fn residuals(&self, values: &[f64], weights: &[f64]) -> Result<Vec<f64>, String> {
        let predicted = self.tried(values)?;
        let pairs = predicted.iter().zip(&self.measured).zip(weights);
        Ok(pairs.map(|((p, m), w)| (p - m) * w).collect())
    }

    /// Predictions and deviations, by the values of the parameters and then of the sizes of the noise.
    fn expected(&self, noise: &[OfSet], values: &[f64]) -> Result<Expected, String> {
        let (own, sizes) = values.split_at(self.fitted.len().min(values.len()));
        let predicted = self.tried(own)?;
        let deviations = self.deviations(noise, &predicted, sizes);
        Ok(Expected { values: predicted, deviations })
    }

    /// The standard deviation of each value that was measured.
    pub(super) fn deviations(&self, noise: &[OfSet], predicted: &[f64], sizes: &[f64]) -> Vec<f64> {
        let found = Noise::with_sizes(noise, sizes);
        let mut all = Vec::with_capacity(predicted.len());
        for (((_, own), noise), (constant, fraction)) in
            self.sets.parts(predicted).zip(noise).zip(found)
        {
            match noise {
                OfSet::PerPoint(deviations) => all.extend(deviations),
                OfSet::Sizes { .. } => {
                    all.extend(own.iter().map(|p| f64::hypot(constant, fraction * p)));
                }
            }
        }
        all
    }

    /// What a fit makes as small as it can: the sum of squares, or `-2 ln L`. The values are those of the parameters
    /// and then of the sizes of the noise.
    pub(super) fn objective(&self, values: &[f64]) -> Result<f64, String> {
        match self.noise {
            Noise::Plain { weights, .. } => {
                Ok(self.residuals(values, weights)?.iter().map(|r| r * r).sum())
            }
            Noise::Modelled(noise) => {
                let expected = self.expected(noise, values)?;
                expected.deviance(&self.measured).map_err(|error| error.to_string())
            }
        }
    }

    /// The logarithm of the density of the parameters, but for a constant, with a prior that is even on the scale of
    /// each. An estimated size of all noise is integrated over, with the prior 1/sigma: the integral of
    /// `sigma^-(n+1) exp(-S / (2 sigma^2))` is proportional to `S^(-n/2)`, S being the sum of squares.
    pub(super) fn log_posterior(&self, space: &Space, values: &[f64]) -> Result<f64, String> {
        let objective = self.objective(values)?;
        let likelihood = match self.noise {
            Noise::Plain { sigma: Sigma::Estimated, .. } => {
                -0.5 * self.measured.len() as f64 * objective.ln()
            }
            _ => -0.5 * objective,
        };
        // The density is one of the values; even in the logarithm is one over the value.
        let prior = space.parameters().iter().zip(values);
        Ok(likelihood - prior.map(|(p, v)| p.scale.slope(*v).ln()).sum::<f64>())
    }

    /// Fits from the starts of a space of the parameters.
    ///
    /// # Errors
    /// Those of the study.
    pub(super) fn solve(&self, space: &Space, stop: &StopToken) -> Result<Fit, StudyError> {
        let options = self.options();
        match self.noise {
            Noise::Plain { weights, .. } => {
                least_squares::fit(space, |x: &[f64]| self.residuals(x, weights), &options, stop)
            }
            Noise::Modelled(noise) => {
                let (space, spent) = self.with_noise(space, noise, stop)?;
                let model = |x: &[f64]| self.expected(noise, x);
                let mut fit = likelihood::fit(&space, &self.measured, model, &options, stop)?;
                fit.evaluations += spent;
                Ok(fit)
            }
        }
    }

    /// The space with the sizes of the noise, which start at what a fit with plain weights leaves; and how often the
    /// function was evaluated for it.
    fn with_noise(
        &self,
        space: &Space,
        noise: &[OfSet],
        stop: &StopToken,
    ) -> Result<(Space, usize), StudyError> {
        let weights = self.plain_weights(noise);
        let options = Options { sigma: Sigma::Known, ..self.options() };
        let fit =
            least_squares::fit(space, |x: &[f64]| self.residuals(x, &weights), &options, stop)?;
        let space = space.starting_at(&fit.values)?;
        let fails = |reason| StudyError::StartFails { at: "the first fit".to_owned(), reason };
        let predicted = self.predicted(&fit.values).map_err(|e| fails(words(&e)))?;
        let off: Vec<f64> = predicted.iter().zip(&self.measured).map(|(p, m)| p - m).collect();
        let pairs: Vec<(f64, f64)> = off.into_iter().zip(predicted).collect();
        let parts: Vec<&[(f64, f64)]> = self.sets.parts(&pairs).map(|(_, own)| own).collect();
        let root = |own: &[(f64, f64)], of: &dyn Fn(&(f64, f64)) -> f64| {
            let squares = own.iter().map(of).filter(|x| x.is_finite());
            (squares.map(|x| x * x).sum::<f64>() / own.len() as f64).sqrt()
        };
        let unknown = self.noise.unknown();
        let start = |(set, follows): &(usize, bool)| match follows {
            false => root(parts[*set], &|(r, _)| *r),
            true => root(parts[*set], &|(r, p)| r / p),
        };
        let starts: Vec<f64> = unknown.iter().map(start).collect();
        let mut parameters = space.parameters().to_vec();
        parameters.extend(self.noise.parameters(self.sets, &starts));
        Ok((Space::new(parameters)?, fit.evaluations + 1))
    }

    /// Weights that come near to those of the noise, without its sizes.
    fn plain_weights(&self, noise: &[OfSet]) -> Vec<f64> {
        let mut weights = Vec::with_capacity(self.measured.len());
        for (set, noise) in self.sets.all.iter().zip(noise) {
            let size = scale(set);
            match noise {
                OfSet::PerPoint(deviations) => weights.extend(deviations.iter().map(|s| 1.0 / s)),
                OfSet::Sizes { fraction: None, .. } => {
                    weights.extend(set.values.iter().map(|_| 1.0 / size));
                }
                OfSet::Sizes { .. } => {
                    weights.extend(set.values.iter().map(|m| 1.0 / m.abs().max(LEAST * size)));
                }
            }
        }
        weights
    }

    /// The profiles of all parameters.
    ///
    /// # Errors
    /// Those of the study.
    pub(super) fn profiles(
        &self,
        fit: &Fit,
        level: f64,
        stop: &StopToken,
    ) -> Result<Vec<Profile>, StudyError> {
        let how = profile::Options { level, fit: self.options(), ..profile::Options::default() };
        match self.noise {
            Noise::Plain { weights, .. } => {
                profile::profiles(fit, |x: &[f64]| self.residuals(x, weights), &how, stop)
            }
            Noise::Modelled(noise) => {
                let model = |x: &[f64]| self.expected(noise, x);
                likelihood::profiles(fit, &self.measured, model, &how, stop)
            }
        }
    }
}

/// What a failed evaluation said, without the functions through which it came.
fn words(error: &EvalAltResult) -> String {
    let said = error.to_string();
    let first = said.lines().next().unwrap_or_default();
    first.strip_prefix("Runtime error: ").unwrap_or(first).to_owned()
}

fn wrong(set: Option<&str>, expected: &'static str, got: String) -> Box<EvalAltResult> {
    let name = set.map_or(String::new(), |name| format!(" as `{name}`"));
    let what = format!("what the function given to fit gives{name}");
    raise(LangError::WrongType { what, expected, got })
}
