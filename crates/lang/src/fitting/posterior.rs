//! Samples of what the data leave possible.

use super::model::Model;
use super::parameters::Fitted;
use super::told::unit_of;
use crate::{LangError, Table};
use bioxen_engine::StopToken;
use bioxen_study::Space;
use bioxen_study::least_squares::Fit;
use bioxen_study::linear::Matrix;
use bioxen_study::mcmc::{self, Samples};
use bioxen_table::Column;

/// Chains disagree above this (Vehtari et al., *Bayesian Analysis* 16:667, 2021, whose diagnostics these are).
const AGREED: f64 = 1.01;

/// Independent samples of each chain below which nothing is to be trusted (the same).
const ENOUGH: f64 = 100.0;

/// What sampling gave.
pub(super) struct Posterior {
    /// A row for each parameter.
    pub(super) table: Table,
    /// A row for each sample.
    pub(super) samples: Table,
    /// What there is to say.
    pub(super) told: Vec<String>,
}

/// Samples the parameters of a fit, from its best values.
///
/// # Errors
/// Those of the study, and when the density has no best value.
pub(super) fn sample(
    model: &Model<'_>,
    fit: &Fit,
    options: &mcmc::Options,
    level: f64,
    stop: &StopToken,
) -> Result<Posterior, LangError> {
    let space = fit.space.starting_at(&fit.values)?;
    if fit.sigma.is_nan() || fit.sigma == 0.0 {
        return Err(LangError::Noticed {
            message: "the noise cannot be estimated, so there is nothing to sample: the model meets the data exactly, or has as many parameters as there are data".to_owned(),
            help: vec!["give the standard deviation of the data as `sigma`".to_owned()],
        });
    }
    let options = mcmc::Options { covariance: covariance(fit, &space), ..options.clone() };
    model.pool.expect(options.chains.saturating_mul(options.steps.saturating_add(options.warm_up)));
    let density = |x: &[f64]| model.log_posterior(&space, x);
    let samples = mcmc::sample(&space, density, &options, stop)?;
    model.pool.expect(0);
    if samples.stopped || stop.is_stopped() {
        return Err(LangError::Stopped);
    }
    Ok(Posterior {
        table: summary(model, &samples, level)?,
        samples: all(model, &samples)?,
        told: told(&samples, &options),
    })
}

/// The covariance of what is varied, if all of it is known.
fn covariance(fit: &Fit, space: &Space) -> Option<Matrix> {
    let slopes: Vec<f64> =
        space.parameters().iter().zip(&fit.values).map(|(p, v)| p.scale.slope(*v)).collect();
    let mut inner = fit.errors.covariance.clone();
    for i in 0..slopes.len() {
        for j in 0..slopes.len() {
            inner[(i, j)] /= slopes[i] * slopes[j];
        }
    }
    let is_some = (0..slopes.len()).all(|i| inner[(i, i)] > 0.0);
    (inner.is_finite() && is_some).then_some(inner)
}

fn summary(model: &Model<'_>, samples: &Samples, level: f64) -> Result<Table, LangError> {
    let found = &samples.diagnostics;
    let ends: Vec<(f64, f64)> =
        samples.names.iter().map(|n| samples.interval(n, level)).collect::<Result<_, _>>()?;
    let column = |name: &str, of: &dyn Fn(&mcmc::Diagnostics) -> f64| {
        Column::new(name, found.iter().map(of).collect::<Vec<f64>>())
    };
    let columns = vec![
        Column::new("parameter", samples.names.clone()),
        column("mean", &|d| d.mean),
        column("sd", &|d| d.sd),
        column("median", &|d| d.median),
        Column::new("low", ends.iter().map(|e| e.0).collect::<Vec<f64>>()),
        Column::new("high", ends.iter().map(|e| e.1).collect::<Vec<f64>>()),
        Column::new(
            "unit",
            (0..found.len()).map(|i| unit_of(model, i).to_owned()).collect::<Vec<String>>(),
        ),
        column("r_hat", &|d| d.r_hat),
        column("ess", &|d| d.ess_bulk),
        column("ess_tail", &|d| d.ess_tail),
    ];
    Ok(Table::new(columns)?)
}

fn all(model: &Model<'_>, samples: &Samples) -> Result<Table, LangError> {
    let chains = || samples.chains.iter().zip(0_i64..);
    let numbers: Vec<i64> =
        chains().flat_map(|(chain, i)| chain.points.iter().map(move |_| i)).collect();
    let mut columns = vec![Column::new("chain", numbers)];
    for (i, name) in samples.names.iter().enumerate() {
        let unit = model.fitted.get(i).map_or("", |f: &Fitted| f.unit.symbol());
        let unit = if unit.is_empty() { unit_of(model, i) } else { unit };
        // A parameter may be called like one of our columns.
        let taken = columns.iter().any(|c| c.name() == name) || name == "log_density";
        let name = if taken { format!("{name} (parameter)") } else { name.clone() };
        columns.push(Column::new(&name, samples.of(&samples.names[i])?).in_unit(unit));
    }
    let density: Vec<f64> =
        samples.chains.iter().flat_map(|c| c.log_density.iter().copied()).collect();
    columns.push(Column::new("log_density", density));
    Ok(Table::new(columns)?)
}

fn told(samples: &Samples, options: &mcmc::Options) -> Vec<String> {
    let mut told = Vec::new();
    for (name, d) in samples.names.iter().zip(&samples.diagnostics) {
        if d.r_hat.is_nan() || d.r_hat > AGREED {
            told.push(format!(
                "the chains do not agree on `{name}` (R-hat {:.3}): take more samples",
                d.r_hat
            ));
        } else if d.ess_bulk.min(d.ess_tail) < ENOUGH * options.chains as f64 {
            told.push(format!(
                "the samples of `{name}` are worth {:.0} independent ones; that is few",
                d.ess_bulk.min(d.ess_tail)
            ));
        }
    }
    if options.chains < 2 {
        told.push("one chain does not say whether others would agree: take four".to_owned());
    }
    if let Some((_, reason)) = &samples.failures.first {
        told.push(format!(
            "at {} samples the function failed, and had no probability; first: {reason}",
            samples.failures.failed
        ));
    }
    told
}
