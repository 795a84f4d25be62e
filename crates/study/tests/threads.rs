//! The same input and seed give the same bytes on any number of threads, and failures do not change that.

#![allow(clippy::unwrap_used)]

use bioxen_engine::StopToken;
use bioxen_study::global::{self, Method, minimise, multi_start};
use bioxen_study::least_squares::{self, fit};
use bioxen_study::sensitivity::{SobolOptions, local, morris, sobol};
use bioxen_study::{Parameter, Range, Space, continuation, design, mcmc, newton, profile};
use std::fmt::Debug;

/// The same on one, two and three threads; its text has all digits.
fn same<T: Debug + Send>(what: &str, study: impl Fn() -> T + Sync + Send) {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        format!("{:?}", pool.install(&study))
    };
    let one = on(1);
    assert!(one.len() > 50, "{what}: {one}");
    for threads in [2, 3] {
        assert!(on(threads) == one, "{what} differs on {threads} threads");
    }
}

fn ranges() -> Vec<Range> {
    vec![
        Range::new("a", 0.1, 10.0).unwrap().log().unwrap(),
        Range::new("b", -2.0, 2.0).unwrap(),
        Range::new("c", 0.0, 1.0).unwrap(),
    ]
}

/// Fails in a corner, as models do.
fn objective(p: &[f64]) -> Result<f64, String> {
    if p[0] > 5.0 && p[1] > 1.0 {
        return Err(format!("no answer at {}", p[0]));
    }
    Ok((p[0].ln() - p[1]).powi(2) + (p[1] - p[2]).powi(2) + 0.1 * (5.0 * p[2]).sin())
}

fn residuals(p: &[f64]) -> Result<Vec<f64>, String> {
    objective(p)?;
    Ok((0..12)
        .map(|i| {
            let t = 0.3 * f64::from(i);
            p[0] * (-t).exp() + p[1] * (-2.5 * t).exp() + p[2]
                - 2.0 * (-t).exp()
                - 0.3
                - 0.01 * (7.0 * t).sin()
        })
        .collect())
}

fn space() -> Space {
    Space::new(vec![
        Parameter::new("a", 1.0).log(),
        Parameter::new("b", 0.5),
        Parameter::new("c", 0.5),
    ])
    .unwrap()
}

#[test]
fn designs_and_sweeps() {
    let stop = StopToken::new();
    same("a Latin hypercube", || {
        let design = design::latin_hypercube(&ranges(), 200, 5).unwrap();
        (design.evaluate(|_, p| objective(p), &stop), design)
    });
    same("a Sobol sequence", || design::sobol(&ranges(), 200, Some(5)).unwrap());
}

#[test]
fn fits_and_profiles() {
    let (stop, options) = (StopToken::new(), least_squares::Options::default());
    same("a fit", || fit(&space(), residuals, &options, &stop));
    same("many starts", || multi_start(&ranges(), residuals, 15, 1, &options, &stop));
    let found = fit(&space(), residuals, &options, &stop).unwrap();
    same("profiles", || profile::profiles(&found, residuals, &profile::Options::default(), &stop));
}

#[test]
fn searches_and_samples() {
    let stop = StopToken::new();
    for method in [Method::DifferentialEvolution, Method::CmaEs] {
        let options =
            global::Options { method, seed: 3, most_evaluations: 3000, ..Default::default() };
        same("a search", || minimise(&ranges(), objective, &options, &stop));
    }
    let options = mcmc::Options { steps: 400, warm_up: 400, seed: 8, ..Default::default() };
    same("samples", || {
        mcmc::sample(&space(), |p: &[f64]| objective(p).map(|v| -v), &options, &stop)
    });
}

#[test]
fn sensitivities() {
    let stop = StopToken::new();
    let options = SobolOptions { samples: 256, bootstrap: 100, ..Default::default() };
    same("Sobol indices", || sobol(&ranges(), objective, &options, &stop));
    same("a screening", || morris(&ranges(), objective, 20, 2, &stop));
    same("derivatives", || local(&["a", "b", "c"], &[1.0, 0.5, 0.2], residuals));
}

#[test]
fn steady_states_and_branches() {
    let stop = StopToken::new();
    let rates = |x: &[f64], p: f64| {
        Ok::<_, String>(vec![p / (1.0 + x[1] * x[1]) - x[0], 3.0 / (1.0 + x[0] * x[0]) - x[1]])
    };
    let never = |_: &[f64]| Err("never".to_owned());
    same("a steady state", || {
        newton::steady_state(
            |x: &[f64]| rates(x, 1.0),
            &[0.5, 2.0],
            never,
            &Default::default(),
            &stop,
        )
    });
    let options = continuation::Options::between(0.1, 20.0);
    same("a branch", || continuation::follow(rates, &[0.1, 3.0], 0.5, &options, &stop));
}
