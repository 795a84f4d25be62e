//! One data set, one model: the decay of a messenger RNA after transcription stops, fitted, profiled and sampled.
//!
//! cargo run --release -p bioxen-study --example fits

#![allow(clippy::print_stdout)]

use bioxen_engine::StopToken;
use bioxen_study::least_squares::{Options, fit};
use bioxen_study::{Parameter, Space, mcmc, profile};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let minutes = [0.0, 1.0, 2.0, 4.0, 6.0, 9.0, 12.0, 16.0];
    let copies = [101.0, 84.0, 71.5, 52.0, 39.5, 24.5, 18.0, 13.0];
    let residuals = |p: &[f64]| {
        let model = |t: f64| p[0] * (-p[1] * t).exp() + p[2];
        Ok::<_, String>(minutes.iter().zip(&copies).map(|(&t, y)| model(t) - y).collect())
    };
    let space = Space::new(vec![
        Parameter::new("start", 50.0).log(),
        Parameter::new("decay", 1.0).log(),
        Parameter::new("background", 1.0).between(0.0, 50.0),
    ])?;
    let stop = StopToken::new();
    let found = fit(&space, residuals, &Options::default(), &stop)?;
    println!("{} ({} evaluations)", found.ended, found.evaluations);
    for name in space.names() {
        let (value, error) = (found.value(name)?, found.standard_error(name)?);
        let sides = profile::profile(&found, residuals, name, &profile::Options::default(), &stop)?;
        let (low, high) = (sides.lower.end(), sides.upper.end());
        println!(
            "{name:>10} = {value:.4} +- {error:.4}, 95 %: {low:.4?} to {high:.4?}; {}",
            sides.verdict
        );
    }
    let density = |p: &[f64]| {
        residuals(p).map(|r| -0.5 * r.iter().map(|r| r * r).sum::<f64>() / found.sigma.powi(2))
    };
    let samples = mcmc::sample(
        &space.starting_at(&found.values)?,
        density,
        &mcmc::Options::default(),
        &stop,
    )?;
    for (name, d) in samples.names.iter().zip(&samples.diagnostics) {
        println!(
            "{name:>10}: 95 % of samples from {:.4} to {:.4}, R-hat {:.3}",
            d.q025, d.q975, d.r_hat
        );
    }
    Ok(())
}
