//! The most likely parameters.
//!
//! Each start is a fit by Fisher's scoring ([`bioxen_study::least_squares::fit_scored`]): estimated noise needs no
//! detour, and standard errors are those of the likelihood. Laplace noise and Laplace priors are absolute values, which have
//! no derivative at zero; within 10^-4 of their scale a parabola takes the place of the tip, and the fit weighs each
//! residual by its size, as iteratively reweighted least squares do. The likelihood that is told is the exact one.

mod score;

use crate::{Evaluated, Options, Petab, PetabError};
use bioxen_engine::StopToken;
use bioxen_study::design::unit_latin_hypercube;
use bioxen_study::least_squares::{self, Fit, Sigma};
use bioxen_study::{Parameter as Varied, Scale, Space, StudyError};
use rayon::prelude::*;
use score::Scorer;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Starts whose objective is above the best by no more than this have reached it.
pub const REACHED: f64 = 0.01;

/// How to fit.
#[derive(Debug, Clone, PartialEq)]
pub struct FitOptions {
    /// How many fits begin, each elsewhere.
    pub starts: usize,
    /// Chooses where.
    pub seed: u64,
    /// Whether the first begins at the nominal values.
    pub from_nominal: bool,
    /// The most steps of each.
    pub most_iterations: usize,
    /// How to simulate.
    pub simulation: Options,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self {
            starts: 20,
            seed: 1,
            from_nominal: false,
            most_iterations: 500,
            simulation: Options { most_steps: 20_000, ..Options::default() },
        }
    }
}

/// What came of one start.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its number, from 0.
    pub start: usize,
    /// The objective that it reached; infinite where it failed.
    pub objective: f64,
    /// How it ended, or why it did not begin.
    pub ended: String,
    /// How often the model was simulated.
    pub evaluations: usize,
}

/// A parameter that was estimated.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its id.
    pub id: String,
    /// The best value.
    pub value: f64,
    /// Its standard error; not a number where the data do not determine it, or it stands at a bound.
    pub error: f64,
    /// The bound at which it stands: `lower` or `upper`.
    pub at: Option<&'static str>,
}

/// A fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The values of all parameters of the table.
    pub values: Vec<f64>,
    /// Those that were estimated.
    pub found: Vec<Found>,
    /// The problem at the best values.
    pub best: Evaluated,
    /// The negative logarithm of likelihood and priors.
    pub objective: f64,
    /// All starts, the best first.
    pub runs: Vec<Run>,
    /// How many of them came within [`REACHED`] of the best.
    pub reached: usize,
    /// Akaike's information criterion, `2 k - 2 ln L`.
    pub aic: f64,
    /// Schwarz' criterion, `k ln n - 2 ln L`.
    pub bic: f64,
    /// What the data do not determine, in words.
    pub undetermined: Vec<String>,
    /// Why the best fit ended.
    pub ended: String,
    /// Whether its end is an optimum.
    pub is_optimum: bool,
    /// Whether a stop was asked for.
    pub stopped: bool,
}

impl Petab {
    /// Fits the estimated parameters from many starts, side by side. The same seed gives the same result on any number
    /// of threads. `done` is told how many starts are done.
    ///
    /// A simulation that fails is worse than any other.
    ///
    /// # Errors
    /// [`PetabError::NothingToFit`], [`PetabError::NoNominalValue`], and [`PetabError::Study`] where no start succeeds.
    pub fn fit(
        &self,
        options: &FitOptions,
        stop: &StopToken,
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<Fitted, PetabError> {
        let estimated = self.estimated();
        if estimated.is_empty() {
            return Err(PetabError::NothingToFit);
        }
        let fixed = self.parameters.iter().map(|p| match p.estimate {
            true => Ok(f64::NAN),
            false => {
                p.nominal.ok_or_else(|| PetabError::NoNominalValue { parameter: p.id.clone() })
            }
        });
        let fixed: Vec<f64> = fixed.collect::<Result<_, _>>()?;
        let starts = self.starts(&estimated, options)?;
        let count = AtomicUsize::new(0);
        let one = |start: &Vec<f64>| {
            let fit = match stop.is_stopped() {
                true => Err(StudyError::Stopped),
                false => self.fit_from(start, &estimated, &fixed, options, stop),
            };
            done(count.fetch_add(1, Ordering::Relaxed) + 1);
            fit
        };
        let results: Vec<Result<Fit, StudyError>> = starts.par_iter().map(one).collect();
        self.fitted(results, &estimated, fixed, (options, stop))
    }

    /// Where fits begin.
    fn starts(
        &self,
        estimated: &[usize],
        options: &FitOptions,
    ) -> Result<Vec<Vec<f64>>, PetabError> {
        let (setting, value) = ("the number of starts", options.starts as f64);
        if options.starts == 0 {
            return Err(
                StudyError::BadSetting { setting, value, rule: "it must be at least 1" }.into()
            );
        }
        let points = unit_latin_hypercube(options.starts, estimated.len(), options.seed)?;
        let mut starts: Vec<Vec<f64>> = points
            .iter()
            .map(|point| {
                let value = |(&i, &part): (&usize, &f64)| {
                    let p = &self.parameters[i];
                    p.initialization.quantile(part, p.scale).clamp(p.low, p.high)
                };
                estimated.iter().zip(point).map(value).collect()
            })
            .collect();
        if options.from_nominal {
            let nominal = |&i: &usize| {
                let p = &self.parameters[i];
                let value = p.nominal.map(|value| value.clamp(p.low, p.high));
                value.ok_or_else(|| PetabError::NoNominalValue { parameter: p.id.clone() })
            };
            starts[0] = estimated.iter().map(nominal).collect::<Result<_, _>>()?;
        }
        Ok(starts)
    }

    fn fit_from(
        &self,
        start: &[f64],
        estimated: &[usize],
        fixed: &[f64],
        options: &FitOptions,
        stop: &StopToken,
    ) -> Result<Fit, StudyError> {
        let varied = |(&i, &start): (&usize, &f64)| {
            let p = &self.parameters[i];
            let scale =
                if p.scale == crate::ParameterScale::Lin { Scale::Linear } else { Scale::Log };
            Varied { name: p.id.clone(), start, low: p.low, high: p.high, scale }
        };
        let space = Space::new(estimated.iter().zip(start).map(varied).collect())?;
        let scorer = Scorer::new(self, estimated, fixed, &options.simulation, stop);
        let how = least_squares::Options {
            tolerance: 1e-5,
            most_iterations: options.most_iterations,
            // Neighbouring simulations differ by a few times their tolerance.
            precision: (10.0 * options.simulation.rtol).clamp(f64::EPSILON, 1e-3),
            sigma: Sigma::Known,
            ..least_squares::Options::default()
        };
        least_squares::fit_scored(
            &space,
            |x| scorer.score(x),
            |x| scorer.jacobian(&space, x),
            &how,
            stop,
        )
    }

    fn fitted(
        &self,
        results: Vec<Result<Fit, StudyError>>,
        estimated: &[usize],
        mut values: Vec<f64>,
        (options, stop): (&FitOptions, &StopToken),
    ) -> Result<Fitted, PetabError> {
        let mut all: Vec<(usize, Result<Fit, StudyError>)> =
            results.into_iter().enumerate().collect();
        let objective =
            |fit: &Result<Fit, StudyError>| fit.as_ref().map_or(f64::INFINITY, |fit| 0.5 * fit.rss);
        // Stable: of equals the first stays first.
        all.sort_by(|a, b| objective(&a.1).total_cmp(&objective(&b.1)));
        let runs: Vec<Run> = all
            .iter()
            .map(|(start, fit)| Run {
                start: *start,
                objective: objective(fit),
                ended: fit.as_ref().map_or_else(ToString::to_string, |fit| fit.ended.to_string()),
                evaluations: fit.as_ref().map_or(0, |fit| fit.evaluations),
            })
            .collect();
        let best = match all.into_iter().next() {
            Some((_, Ok(fit))) => fit,
            Some((
                _,
                Err(
                    StudyError::StartFails { at, reason } | StudyError::NoDerivative { at, reason },
                ),
            )) => {
                return Err(StudyError::AllFail { tried: runs.len(), at, reason }.into());
            }
            Some((_, Err(error))) => return Err(error.into()),
            None => return Err(StudyError::Stopped.into()),
        };
        estimated.iter().zip(&best.values).for_each(|(&i, &value)| values[i] = value);
        let found = estimated.iter().enumerate().map(|(j, &i)| {
            let (p, value) = (&self.parameters[i], best.values[j]);
            let at = match value {
                _ if value <= p.low => Some("lower"),
                _ if value >= p.high => Some("upper"),
                _ => None,
            };
            Found { id: p.id.clone(), value, error: best.standard_errors[j], at }
        });
        let found: Vec<Found> = found.collect();
        // A stop that came after the best fit has ended does not take it away.
        let evaluated = self.evaluate(&values, &options.simulation, &StopToken::new())?;
        let (k, n) = (estimated.len() as f64, evaluated.points.len() as f64);
        let reached =
            runs.iter().filter(|run| run.objective <= runs[0].objective + REACHED).count();
        Ok(Fitted {
            aic: 2.0 * k - 2.0 * evaluated.log_likelihood,
            bic: k * n.ln() - 2.0 * evaluated.log_likelihood,
            objective: -evaluated.log_likelihood - evaluated.log_prior,
            undetermined: best.degeneracies.iter().map(ToString::to_string).collect(),
            is_optimum: best.ended.is_optimum(),
            ended: best.ended.to_string(),
            stopped: stop.is_stopped(),
            best: evaluated,
            values,
            found,
            runs,
            reached,
        })
    }
}
