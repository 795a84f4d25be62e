//! The steady state of the host.

use std::sync::{Mutex, PoisonError};

use super::host::{DIM, HostState};
use super::linear::Factors;
use super::rosenbrock::{self, Equations};
use super::{ChassisError, Competition, Conditions, Tenant};

/// A steady state is one in which nothing changes faster than this, relatively [1/h].
const RESIDUAL: f64 = 1e-9;
/// How long the host is given to come close before Newton's method takes over [h].
const APPROACH_HOURS: f64 = 60.0;

/// How many states are remembered.
const REMEMBERED: usize = 64;

/// Conditions, and the state to which a host without guests settles.
type Settled = (Conditions, HostState);

/// Lets a host without guests settle. It is the same each time, and is calculated once: every VM that is
/// made asks for it.
///
/// # Errors
/// When it does not settle.
pub fn settle_alone(conditions: Conditions) -> Result<HostState, ChassisError> {
    static KNOWN: Mutex<Vec<Settled>> = Mutex::new(Vec::new());
    // Whoever panicked while it held the list has left it whole.
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, state)) = known().iter().find(|(same, _)| *same == conditions) {
        return Ok(*state);
    }
    let state = settle(conditions, &[])?;
    let mut known = known();
    if known.len() >= REMEMBERED {
        known.remove(0);
    }
    known.push((conditions, state));
    Ok(state)
}

/// Lets a host settle beside tenants whose weights do not change.
///
/// # Errors
/// When it does not settle.
pub fn settle(conditions: Conditions, tenants: &[Tenant]) -> Result<HostState, ChassisError> {
    let near = rosenbrock::advance(&HostState::start(), APPROACH_HOURS, conditions, tenants)?;
    polish(near, conditions, tenants)
}

/// Newton's method.
fn polish(
    start: HostState,
    conditions: Conditions,
    tenants: &[Tenant],
) -> Result<HostState, ChassisError> {
    let mut equations = Equations { conditions, tenants, competition: Competition::default() };
    let mut y = start.to_array();
    let mut residual = f64::INFINITY;
    for _ in 0..50 {
        let f = equations.eval(&y);
        let jacobian = equations.jacobian(&y, &f);
        residual = (0..DIM).map(|i| (f[i] / y[i]).abs()).fold(0.0, f64::max);
        if residual < RESIDUAL {
            return Ok(HostState::from_array(y));
        }
        let Some(factors) = Factors::new(jacobian) else { break };
        let change = factors.solve(&f);
        for i in 0..DIM {
            y[i] = (y[i] - change[i]).max(0.5 * y[i]);
        }
    }
    Err(ChassisError::Unsettled { nutrient: conditions.nutrient.value(), residual })
}
