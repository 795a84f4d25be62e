//! Whole models: reactions together with rules, delays and events.

mod crossings;
mod deterministic;
mod ensemble;
mod events;
mod history;
mod inline;
mod jump;
mod lows;
mod machine;
mod missing;
mod order;
mod plan;
mod record;
mod stochastic;
mod switches;
mod system;
mod tolerances;
mod waves;

pub use deterministic::Deterministic;
pub use ensemble::{Row, Statistics, pool};
pub use stochastic::Stochastic;

use super::{EngineError, StopToken, Trajectory, ode};
use bioxen_network::{Network, QuantityId};

/// How to simulate.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// The time at which the simulation begins.
    pub start: f64,
    /// What all random choices follow from.
    pub seed: u64,
    /// Whether the rates of the reactions are recorded too.
    pub rates: bool,
    /// The accuracy of the integrator.
    pub ode: ode::Options,
    /// Values of quantities at the start in the place of those of the network. What an initial
    /// assignment or a rule computes stays computed, from these values.
    pub values: Vec<(QuantityId, f64)>,
}

/// Simulates a network as differential equations: [`Deterministic::new`] and
/// [`Deterministic::run`] in one.
///
/// # Errors
/// Those of both.
pub fn deterministic(
    network: &Network,
    grid: &[f64],
    settings: &Settings,
    stop: &StopToken,
) -> Result<Trajectory, EngineError> {
    Deterministic::new(network)?.run(grid, settings, stop)
}
