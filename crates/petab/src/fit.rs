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
use bioxen_study::least_squares::{self, Criteria, Fit, Sigma};
use bioxen_study::{Parameter as Varied, Scale, Space, StudyError};
use rayon::prelude::*;
use score::Scorer;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Starts whose objective is above the best by no more than this have reached it.
pub const REACHED: f64 = 0.01;

/// The most steps of a short fit: after so many it shows whether it lies on a plateau.
const SHORT: usize = 15;
/// A value this near a bound, relative to its size, stands at it.
const AT: f64 = 1e-9;

/// How to fit.
#[derive(Debug, Clone, PartialEq)]
pub struct FitOptions {
    /// How many fits begin, each elsewhere.
    pub starts: usize,
    /// How many points are tried for each start, with a short fit of each; the start goes on with the best of them.
    pub candidates: usize,
    /// Chooses where.
    pub seed: u64,
    /// Whether the first begins at the nominal values.
    pub from_nominal: bool,
    /// The most steps of each.
    pub most_iterations: usize,
    /// How to simulate while searching.
    pub simulation: Options,
    /// How to simulate at the end: the best fit goes on from where it ended.
    pub polish: Options,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self {
            starts: 20,
            candidates: 5,
            seed: 1,
            from_nominal: false,
            most_iterations: 500,
            simulation: Options { rtol: 1e-8, most_steps: 20_000, ..Options::default() },
            polish: Options::default(),
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

/// How the best fit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Why.
    pub why: String,
    /// Whether it is an optimum.
    pub is_optimum: bool,
}

/// A fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The parameters.
    pub estimates: Estimates,
    /// The problem at the best values.
    pub best: Evaluated,
    /// The negative logarithm of likelihood and priors.
    pub objective: f64,
    /// All starts, the best first.
    pub runs: Vec<Run>,
    /// How many of them came within [`REACHED`] of the best.
    pub reached: usize,
    /// To compare it with fits of other models.
    pub criteria: Criteria,
    /// How the best of them ended.
    pub end: End,
    /// Whether a stop was asked for.
    pub stopped: bool,
}

/// Parameters after a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    /// The values of all parameters of the table.
    pub values: Vec<f64>,
    /// Those that were estimated.
    pub found: Vec<Found>,
    /// What the data do not determine, in words.
    pub undetermined: Vec<String>,
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
        let search = |simulation, stop| Search {
            problem: self,
            estimated: &estimated,
            fixed: &fixed,
            simulation,
            stop,
        };
        let one = |candidates: &Vec<Vec<f64>>| {
            let search = search(&options.simulation, stop);
            let start = search.best_of(candidates, options.most_iterations);
            let fit = match stop.is_stopped() {
                true => Err(StudyError::Stopped),
                false => search.fit_from(&start, options.most_iterations),
            };
            done(count.fetch_add(1, Ordering::Relaxed) + 1);
            fit
        };
        let results: Vec<Result<Fit, StudyError>> = starts.par_iter().map(one).collect();
        let (best, runs) = ranked(results)?;
        // What the coarse simulation could not tell, the fine one may.
        let finer = match stop.is_stopped() || options.polish == options.simulation {
            true => None,
            false => {
                let search = search(&options.polish, stop);
                search.fit_from(&best.values, options.most_iterations).ok()
            }
        };
        self.fitted(finer.unwrap_or(best), runs, fixed.clone(), (options, stop))
    }

    /// Where fits may begin: points of a Latin hypercube for each.
    fn starts(
        &self,
        estimated: &[usize],
        options: &FitOptions,
    ) -> Result<Vec<Vec<Vec<f64>>>, PetabError> {
        let count = options.starts;
        if count == 0 {
            let (setting, value) = ("the number of starts", 0.0);
            let rule = "it must be at least 1";
            return Err(StudyError::BadSetting { setting, value, rule }.into());
        }
        let all = count.saturating_mul(options.candidates.max(1));
        let points = unit_latin_hypercube(all, estimated.len(), options.seed)?;
        let mut starts = vec![Vec::new(); count];
        for (number, point) in points.iter().enumerate() {
            let value = |(&i, &part): (&usize, &f64)| {
                let p = &self.parameters[i];
                p.initialization.quantile(part, p.scale).max(p.low).min(p.high)
            };
            starts[number % count].push(estimated.iter().zip(point).map(value).collect());
        }
        if options.from_nominal {
            let nominal = |&i: &usize| {
                let p = &self.parameters[i];
                let value = p.nominal.map(|value| value.max(p.low).min(p.high));
                value.ok_or_else(|| PetabError::NoNominalValue { parameter: p.id.clone() })
            };
            starts[0] = vec![estimated.iter().map(nominal).collect::<Result<_, _>>()?];
        }
        Ok(starts)
    }

    fn fitted(
        &self,
        best: Fit,
        runs: Vec<Run>,
        mut values: Vec<f64>,
        (options, stop): (&FitOptions, &StopToken),
    ) -> Result<Fitted, PetabError> {
        let estimated = self.estimated();
        estimated.iter().zip(&best.values).for_each(|(&i, &value)| values[i] = value);
        let found = estimated.iter().enumerate().map(|(j, &i)| {
            let (p, value) = (&self.parameters[i], best.values[j]);
            let at = match value {
                _ if value <= p.low + AT * p.low.abs() => Some("lower"),
                _ if value >= p.high - AT * p.high.abs() => Some("upper"),
                _ => None,
            };
            Found { id: p.id.clone(), value, error: best.errors.standard[j], at }
        });
        let found: Vec<Found> = found.collect();
        // A stop that came after the best fit has ended does not take it away.
        let evaluated = self.evaluate(&values, &options.polish, &StopToken::new())?;
        let (k, n) = (estimated.len(), evaluated.points.len());
        let reached =
            runs.iter().filter(|run| run.objective <= runs[0].objective + REACHED).count();
        Ok(Fitted {
            criteria: Criteria::of(-2.0 * evaluated.log_likelihood, k, n),
            objective: -evaluated.log_likelihood - evaluated.log_prior,
            end: End { why: best.ended.to_string(), is_optimum: best.ended.is_optimum() },
            stopped: stop.is_stopped(),
            best: evaluated,
            estimates: Estimates {
                values,
                found,
                undetermined: best
                    .undetermined
                    .degeneracies
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
            },
            runs,
            reached,
        })
    }
}

/// The best fit, and all of them, the best first.
fn ranked(results: Vec<Result<Fit, StudyError>>) -> Result<(Fit, Vec<Run>), PetabError> {
    use StudyError::{NoDerivative, StartFails};
    let mut all: Vec<(usize, Result<Fit, StudyError>)> = results.into_iter().enumerate().collect();
    let objective = |fit: &Result<Fit, StudyError>| {
        fit.as_ref().map_or(f64::INFINITY, |fit| 0.5 * fit.misfit.rss)
    };
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
    match all.into_iter().next() {
        Some((_, Ok(fit))) => Ok((fit, runs)),
        Some((_, Err(StartFails { at, reason } | NoDerivative { at, reason }))) => {
            Err(StudyError::AllFail { tried: runs.len(), at, reason }.into())
        }
        Some((_, Err(error))) => Err(error.into()),
        None => Err(StudyError::Stopped.into()),
    }
}

/// Fits of a problem from single points.
struct Search<'a> {
    problem: &'a Petab,
    estimated: &'a [usize],
    fixed: &'a [f64],
    simulation: &'a Options,
    stop: &'a StopToken,
}

impl Search<'_> {
    fn scorer(&self) -> Scorer<'_> {
        Scorer::new(self.problem, self.estimated, self.fixed, self.simulation, self.stop)
    }

    /// Where the best of short fits from some points has come to; the first point where none succeeds.
    fn best_of(&self, candidates: &[Vec<f64>], most_iterations: usize) -> Vec<f64> {
        let (mut best, mut least) =
            (candidates.first().cloned().unwrap_or_default(), f64::INFINITY);
        if candidates.len() < 2 {
            return best;
        }
        for candidate in candidates {
            match self.fit_from(candidate, SHORT.min(most_iterations)) {
                Ok(fit) if fit.misfit.rss < least => (best, least) = (fit.values, fit.misfit.rss),
                _ => {}
            }
        }
        best
    }

    fn fit_from(&self, start: &[f64], most_iterations: usize) -> Result<Fit, StudyError> {
        let varied = |(&i, &start): (&usize, &f64)| {
            let p = &self.problem.parameters[i];
            let linear = p.scale == crate::ParameterScale::Lin;
            let scale = if linear { Scale::Linear } else { Scale::Log };
            Varied { name: p.id.clone(), start, low: p.low, high: p.high, scale }
        };
        let space = Space::new(self.estimated.iter().zip(start).map(varied).collect())?;
        let scorer = self.scorer();
        let how = least_squares::Options {
            tolerance: 1e-5,
            most_iterations,
            // Neighbouring simulations differ by a few times their tolerance.
            precision: (10.0 * self.simulation.rtol).clamp(f64::EPSILON, 1e-3),
            sigma: Sigma::Known,
            ..least_squares::Options::default()
        };
        let jacobian = |x: &[f64]| scorer.jacobian(&space, x);
        least_squares::fit_scored(&space, |x| scorer.score(x), jacobian, &how, self.stop)
    }
}
