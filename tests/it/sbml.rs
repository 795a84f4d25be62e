//! SBML models: what they mean, what is refused, and what the command prints.

mod command;
mod events;
mod hostile;
mod models;
mod mutations;
mod refusals;
mod stochastic;
mod writing;

use bioxen::engine::simulate::{Settings, deterministic};
use bioxen::engine::{StopToken, Trajectory, ode};
use bioxen::network::sbml::{Model, SbmlError, read};

/// The text of one of our models.
fn text(name: &str) -> String {
    let path = format!("{}/tests/models/{name}.xml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// One of our models.
fn model(name: &str) -> Model {
    read(&text(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// A deterministic run from 0, accurate to about nine digits.
fn integrate(model: &Model, grid: &[f64], seed: u64) -> Trajectory {
    let options = ode::Options { rtol: 1e-9, atol: 1e-12, ..ode::Options::default() };
    let settings = Settings { ode: options, seed, ..Settings::default() };
    deterministic(&model.network, grid, &settings, &StopToken::new()).unwrap()
}

/// The column of a quantity.
fn column<'t>(trajectory: &'t Trajectory, name: &str) -> &'t [f64] {
    &trajectory.column(name).unwrap_or_else(|| panic!("no {name}")).values
}

/// All values agree with a function of time.
fn follows(trajectory: &Trajectory, name: &str, expected: impl Fn(f64) -> f64) {
    for (&t, &value) in trajectory.times.iter().zip(column(trajectory, name)) {
        let want = expected(t);
        assert!(
            (value - want).abs() <= 1e-6 * want.abs().max(1.0),
            "{name}({t}) = {value}, {want}"
        );
    }
}

/// `steps + 1` times from 0 to `end`.
fn grid(end: f64, steps: u32) -> Vec<f64> {
    (0..=steps).map(|i| end * f64::from(i) / f64::from(steps)).collect()
}

/// A Level 3 Version 2 document with this content of its model.
fn document(content: &str) -> String {
    format!(
        "<sbml xmlns=\"http://www.sbml.org/sbml/level3/version2/core\" level=\"3\" version=\"2\">\
         <model>{content}</model></sbml>"
    )
}

/// A `<math>` element.
fn math(content: &str) -> String {
    format!("<math xmlns=\"http://www.w3.org/1998/Math/MathML\">{content}</math>")
}

/// Reads a model with this content.
fn read_content(content: &str) -> Result<Model, SbmlError> {
    read(&document(content))
}
