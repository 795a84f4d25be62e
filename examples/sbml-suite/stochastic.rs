//! A stochastic case: means and standard deviations of many runs.

use super::case::{Case, Outcome};

/// Runs the case.
pub fn run(_case: &Case) -> Outcome {
    Outcome::Unsupported("wip".to_owned())
}
