//! Simulation of all conditions, and the likelihood of what was measured.

use crate::form::{Experiment, Form, Place, Source};
use crate::likelihood::Noise;
use crate::{Petab, PetabError};
use bioxen_engine::simulate::Settings;
use bioxen_engine::{EngineError, StopToken, ode};
use bioxen_network::QuantityId;
use rayon::prelude::*;
use std::sync::Arc;

/// How to simulate.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The relative tolerance.
    pub rtol: f64,
    /// The absolute tolerance, in units of what a model counts in (see
    /// [`bioxen_engine::simulate::Deterministic::tolerances`]).
    pub atol: f64,
    /// The most steps between two events.
    pub most_steps: usize,
}

impl Default for Options {
    fn default() -> Self {
        // Models that grow without bounds for a while multiply what a coarser tolerance lets go.
        Self { rtol: 1e-11, atol: 1e-12, most_steps: 100_000 }
    }
}

/// The relative tolerance with which a simulation is tried again where a smaller one has failed.
const ATTAINABLE: f64 = 1e-8;

/// What a model says of a measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// What was measured.
    pub measurement: f64,
    /// What is simulated.
    pub simulation: f64,
    /// The size of the noise.
    pub sigma: f64,
    /// What is simulated less what was measured, both transformed, in units of the noise.
    pub residual: f64,
    /// The logarithm of the likelihood.
    pub log_likelihood: f64,
}

/// A whole problem at some values of its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    /// The measurements, in the order of the tables.
    pub points: Vec<Point>,
    /// The logarithm of the likelihood of all of them.
    pub log_likelihood: f64,
    /// The sum of the squares of the residuals.
    pub chi2: f64,
    /// The logarithm of the density of the priors.
    pub log_prior: f64,
}

/// The values of all quantities at the times of an experiment, and in its steady state.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    times: Vec<Vec<f64>>,
    steady: Vec<f64>,
}

/// All that was simulated.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    settled: Vec<Arc<Vec<f64>>>,
    rows: Vec<Arc<Rows>>,
}

/// What a measurement is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Value {
    pub(crate) simulation: f64,
    pub(crate) sigma: f64,
}

impl Petab {
    /// Simulates all conditions with values of all parameters of the table.
    ///
    /// # Errors
    /// [`PetabError::Simulation`], [`PetabError::WrongCount`]. What cannot be compared, such as the logarithm of a
    /// negative number, gives a likelihood that is no number.
    pub fn evaluate(
        &self,
        values: &[f64],
        options: &Options,
        stop: &StopToken,
    ) -> Result<Evaluated, PetabError> {
        let (expected, found) = (self.parameters.len(), values.len());
        if expected != found {
            return Err(PetabError::WrongCount { expected, found });
        }
        let raw = self.simulate(values, None, options, stop)?;
        let mut points = Vec::with_capacity(self.forms.count);
        let observed = self.observe(values, &raw);
        self.each_place(|_, place, noise, measurement| {
            let Value { simulation, sigma } = observed[place.numbers.overall];
            points.push((
                place.numbers.overall,
                Point {
                    measurement,
                    simulation,
                    sigma,
                    residual: noise.residual(simulation, measurement, sigma),
                    log_likelihood: noise.log_likelihood(simulation, measurement, sigma),
                },
            ));
        });
        points.sort_by_key(|(number, _)| *number);
        let points: Vec<Point> = points.into_iter().map(|(_, point)| point).collect();
        let estimated = self.parameters.iter().zip(values).filter(|(p, _)| p.estimate);
        let log_prior: f64 = estimated
            .filter_map(|(p, &x)| p.prior.map(|prior| -prior.negative_log_density(x, p.scale)))
            .sum();
        Ok(Evaluated {
            log_likelihood: points.iter().map(|p| p.log_likelihood).sum(),
            chi2: points.iter().map(|p| p.residual * p.residual).sum(),
            // A sum of nothing is minus zero.
            log_prior: log_prior + 0.0,
            points,
        })
    }

    /// Calls a function for each measurement, experiment by experiment.
    pub(crate) fn each_place(&self, mut f: impl FnMut(&Experiment, &Place, Noise, f64)) {
        for experiment in &self.forms.experiments {
            let part = &self.parts[self.forms.forms[experiment.case.form].part];
            for place in &experiment.points {
                let measurement = &part.measurements[place.numbers.in_part];
                let observable = &part.observables[measurement.of.observable];
                f(experiment, place, observable.scatter.kind, measurement.reading.value);
            }
        }
    }

    /// Simulates; of what is known for other values, only what depends on a parameter that has changed.
    pub(crate) fn simulate(
        &self,
        values: &[f64],
        known: Option<(&Raw, usize)>,
        options: &Options,
        stop: &StopToken,
    ) -> Result<Raw, PetabError> {
        let settle = |(number, settling): (usize, &crate::form::Case)| {
            if let Some((raw, changed)) = known
                && !settling.depends[changed]
            {
                return Ok(raw.settled[number].clone());
            }
            let form = &self.forms.forms[settling.form];
            let settle = |options: &Options| {
                let settings = settings(form, values, &settling.columns, &[], options)?;
                form.model.settle(&settings, stop)
            };
            let settled = again(options, settle);
            settled.map(Arc::new).map_err(|source| self.failed(form, settling.condition, source))
        };
        let all: Vec<Result<_, PetabError>> =
            self.forms.settlings.par_iter().enumerate().map(settle).collect();
        let settled: Vec<Arc<Vec<f64>>> = all.into_iter().collect::<Result<_, _>>()?;
        let run = |(number, experiment): (usize, &Experiment)| {
            if let Some((raw, changed)) = known
                && !experiment.case.depends[changed]
            {
                return Ok(raw.rows[number].clone());
            }
            let before = experiment.before.map_or(&[][..], |before| settled[before].as_slice());
            let form = &self.forms.forms[experiment.case.form];
            let rows =
                again(options, |options| rows(form, experiment, values, before, options, stop));
            rows.map(Arc::new)
                .map_err(|source| self.failed(form, experiment.case.condition, source))
        };
        let all: Vec<Result<_, PetabError>> =
            self.forms.experiments.par_iter().enumerate().map(run).collect();
        Ok(Raw { rows: all.into_iter().collect::<Result<_, _>>()?, settled })
    }

    fn failed(&self, form: &Form, condition: usize, source: EngineError) -> PetabError {
        let part = &self.parts[form.part];
        let condition = part.conditions[condition].own.id.clone();
        PetabError::Simulation { file: part.file.name.clone(), condition, source }
    }

    /// What measurements are compared with, by their numbers.
    pub(crate) fn observe(&self, values: &[f64], raw: &Raw) -> Vec<Value> {
        let mut all = vec![Value::default(); self.forms.count];
        let (mut row, mut stack) = (Vec::new(), Vec::new());
        for (experiment, rows) in self.forms.experiments.iter().zip(&raw.rows) {
            let form = &self.forms.forms[experiment.case.form];
            let part = &self.parts[form.part];
            for place in &experiment.points {
                let measurement = &part.measurements[place.numbers.in_part];
                let quantities = place.time.map_or(&rows.steady, |time| &rows.times[time]);
                let Some(Some(formulas)) = form.formulas.get(measurement.of.observable) else {
                    continue;
                };
                row.clear();
                row.extend_from_slice(quantities);
                row.resize(form.names.len(), f64::NAN);
                for source in &form.outer {
                    row.push(number(*source, values, &experiment.case.columns, &[]));
                }
                for source in &place.fills {
                    let value = match source {
                        Source::Value(place) => row.get(*place).copied().unwrap_or(f64::NAN),
                        other => number(*other, values, &experiment.case.columns, &[]),
                    };
                    row.push(value);
                }
                let t = measurement.reading.time;
                all[place.numbers.overall] = Value {
                    simulation: formulas.observable.eval(t, &row, &mut stack),
                    sigma: formulas.noise.eval(t, &row, &mut stack),
                };
            }
        }
        all
    }
}

/// Simulates, and once more with a coarser tolerance where that may help: not every model can be followed so closely.
fn again<T>(
    options: &Options,
    simulate: impl Fn(&Options) -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    match simulate(options) {
        Err(EngineError::StepFailure { .. } | EngineError::NotSteady { .. })
            if options.rtol < ATTAINABLE =>
        {
            simulate(&Options { rtol: ATTAINABLE, ..options.clone() })
        }
        outcome => outcome,
    }
}

/// The number that a source gives.
fn number(source: Source, values: &[f64], columns: &[Source], before: &[f64]) -> f64 {
    let of = |list: &[f64], place: usize| list.get(place).copied().unwrap_or(f64::NAN);
    match source {
        Source::Number(value) => value,
        Source::Parameter(place) => of(values, place),
        Source::Column(place) => match columns.get(place) {
            Some(Source::Number(value)) => *value,
            Some(Source::Parameter(place)) => of(values, *place),
            _ => f64::NAN,
        },
        Source::Before(place, None) => of(before, place),
        Source::Before(place, Some(size)) => of(before, place) / of(before, size),
        Source::Value(_) => f64::NAN,
    }
}

/// How a form is simulated.
fn settings(
    form: &Form,
    values: &[f64],
    columns: &[Source],
    before: &[f64],
    options: &Options,
) -> Result<Settings, EngineError> {
    let set = |&(quantity, source): &(QuantityId, Source)| {
        (quantity, number(source, values, columns, before))
    };
    let mut settings =
        Settings { values: form.sets.iter().map(set).collect(), ..Settings::default() };
    let atol = form.model.tolerances_at(&settings, &form.sizes)?;
    settings.ode = ode::Options {
        rtol: options.rtol,
        atol_components: atol.iter().map(|atol| atol * (options.atol / 1e-12)).collect(),
        max_steps: options.most_steps,
        ..ode::Options::default()
    };
    Ok(settings)
}

/// Simulates an experiment.
fn rows(
    form: &Form,
    experiment: &Experiment,
    values: &[f64],
    before: &[f64],
    options: &Options,
    stop: &StopToken,
) -> Result<Rows, EngineError> {
    let settings = settings(form, values, &experiment.case.columns, before, options)?;
    let mut rows = Rows::default();
    if !experiment.wanted.at.is_empty() {
        let run = form.model.run(&experiment.wanted.at, &settings, stop)?;
        rows.times = (0..experiment.wanted.at.len())
            .map(|at| {
                run.columns.iter().map(|c| c.values.get(at).copied().unwrap_or(f64::NAN)).collect()
            })
            .collect();
    }
    if experiment.wanted.steady {
        rows.steady = form.model.settle(&settings, stop)?;
    }
    Ok(rows)
}
