//! One data set, one model: the decay of a messenger RNA after transcription stops, and how far each number can go.
//!
//! cargo run --release -p bioxen-study --example fits

#![allow(clippy::print_stdout)]

use bioxen_engine::StopToken;
use bioxen_study::least_squares::{Options, fit};
use bioxen_study::profile::{Options as Profiles, profiles};
use bioxen_study::{Parameter, Space};

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
    for profile in profiles(&found, residuals, &Profiles::default(), &stop)? {
        let error = found.standard_error(&profile.name)?;
        println!("{} = {:.4} +- {error:.4}", profile.name, profile.value);
        println!("  from {:.4?} to {:.4?}: {}", profile.lower, profile.upper, profile.verdict);
    }
    Ok(())
}
