//! Whole models: reactions together with rules, delays and events.

mod crossings;
mod deterministic;
mod direct;
mod ensemble;
mod events;
mod history;
mod inline;
mod jump;
mod machine;
mod order;
mod plan;
mod record;
mod stochastic;
mod system;

pub use ensemble::Statistics;
pub use stochastic::Stochastic;

use super::{EngineError, StopToken, Trajectory, ode};
use crate::network::Network;

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
}

/// Simulates a network as differential equations and records all quantities at the times of
/// `grid`, which must ascend.
///
/// Mass action counts as in the limit of many molecules; all other laws are taken as they are.
/// Algebraic rules are solved along the way. Triggers of events are located to the last bit of
/// the time. Of events due at one time and equal in priority, `settings.seed` decides.
///
/// # Errors
/// Rules that need each other in a circle, constructs that have no meaning in an ODE, steps that
/// become too small, and the stop token.
///
/// # Examples
/// ```
/// use bioxen::engine::StopToken;
/// use bioxen::engine::simulate::{Settings, deterministic};
/// use bioxen::network::{Network, RateLaw};
///
/// let mut network = Network::default();
/// let x = network.species("x", 10.0);
/// network.reaction("decay", &[(x, 1)], &[], RateLaw::MassAction { k: 1.0, factors: vec![] });
/// let grid = [0.0, 1.0, 2.0];
/// let run = deterministic(&network, &grid, &Settings::default(), &StopToken::new())?;
/// assert!((run.columns[0].values[1] - 10.0 * (-1f64).exp()).abs() < 1e-4);
/// # Ok::<(), bioxen::engine::EngineError>(())
/// ```
pub fn deterministic(
    network: &Network,
    grid: &[f64],
    settings: &Settings,
    stop: &StopToken,
) -> Result<Trajectory, EngineError> {
    deterministic::run(network, grid, settings, stop)
}
