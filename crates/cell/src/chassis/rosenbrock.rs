//! Integration of the host: the L-stable two-stage Rosenbrock method ROS2 (Verwer, Spee, Blom and
//! Hundsdorfer, *SIAM J. Sci. Comput.* 20:1456, 1999), with adaptive steps.
//!
//! tRNA charging relaxes within a tenth of a second while growth takes hours, so the method is
//! implicit; guests change the load every second, so it is a one-step method that does not mind.

use super::host::{DIM, HostState, derivatives, rates};
use super::linear::Factors;
use super::{ChassisError, Competition, Conditions, Tenant};

const GAMMA: f64 = 1.0 - std::f64::consts::FRAC_1_SQRT_2;
/// Tolerated relative error of a step.
const TOLERANCE: f64 = 1e-6;
/// Below this size [molecules] the error of a variable counts as absolute.
const FLOOR: f64 = 1.0;
/// A step this small [h] means that the equations cannot be integrated.
const SMALLEST: f64 = 1e-12;
/// So do so many steps. A host that charges too little tRNA, or oscillates for days, takes a
/// hundredth of it.
const MOST_STEPS: usize = 5_000_000;

/// The right-hand side at fixed medium and tenants.
pub(super) struct Equations<'a> {
    pub(super) conditions: Conditions,
    pub(super) tenants: &'a [Tenant],
    pub(super) competition: Competition,
}

impl Equations<'_> {
    pub(super) fn eval(&mut self, y: &[f64; DIM]) -> [f64; DIM] {
        let s = HostState::from_array(*y);
        let r = rates(&s, self.conditions, self.tenants, &mut self.competition);
        derivatives(&s, &r, &self.conditions.kinetics).to_array()
    }

    /// The Jacobian by forward differences.
    pub(super) fn jacobian(&mut self, y: &[f64; DIM], f: &[f64; DIM]) -> [[f64; DIM]; DIM] {
        let mut j = [[0.0; DIM]; DIM];
        for c in 0..DIM {
            let mut moved = *y;
            moved[c] += 1e-7 * y[c].abs().max(1e-3);
            let h = moved[c] - y[c];
            let g = self.eval(&moved);
            for r in 0..DIM {
                j[r][c] = (g[r] - f[r]) / h;
            }
        }
        j
    }
}

/// Integrates over `hours` [h] with the tenants' weights held fixed.
///
/// # Errors
/// When the step size vanishes, or steps become too many.
pub fn advance(
    state: &HostState,
    hours: f64,
    conditions: Conditions,
    tenants: &[Tenant],
) -> Result<HostState, ChassisError> {
    advance_with(state, hours, conditions, tenants, &mut |_, _, _| {})
}

/// The same; `watch` is told each step: how long it is [h], and the states at its two ends.
pub(super) fn advance_with(
    state: &HostState,
    hours: f64,
    conditions: Conditions,
    tenants: &[Tenant],
    watch: &mut dyn FnMut(f64, &HostState, &HostState),
) -> Result<HostState, ChassisError> {
    let mut equations = Equations { conditions, tenants, competition: Competition::default() };
    let mut y = state.to_array();
    let mut t = 0.0;
    let mut step = hours;
    let mut tries = 0;
    while t < hours {
        tries += 1;
        if tries > MOST_STEPS {
            return Err(ChassisError::Diverged { hours: t, step });
        }
        step = step.min(hours - t);
        match try_step(&mut equations, &y, step) {
            Some((next, error)) if error <= 1.0 => {
                // The last step lands on the end whatever rounding says.
                t = if step >= hours - t { hours } else { t + step };
                watch(step, &HostState::from_array(y), &HostState::from_array(next));
                y = next;
                step *= (0.8 / error.max(1e-4).sqrt()).clamp(0.3, 4.0);
            }
            outcome => {
                let error = outcome.map_or(f64::INFINITY, |(_, e)| e);
                step *= (0.8 / error.sqrt()).clamp(0.1, 0.5);
                if step < SMALLEST {
                    return Err(ChassisError::Diverged { hours: t, step });
                }
            }
        }
    }
    Ok(HostState::from_array(y))
}

fn try_step(equations: &mut Equations<'_>, y: &[f64; DIM], h: f64) -> Option<([f64; DIM], f64)> {
    let f = equations.eval(y);
    let jacobian = equations.jacobian(y, &f);
    let matrix = std::array::from_fn(|r| {
        std::array::from_fn(|c| f64::from(u8::from(r == c)) - GAMMA * h * jacobian[r][c])
    });
    let factors = Factors::new(matrix)?;
    let k1 = factors.solve(&f);
    let middle = std::array::from_fn(|i| y[i] + h * k1[i]);
    let f2 = equations.eval(&middle);
    let k2 = factors.solve(&std::array::from_fn(|i| f2[i] - 2.0 * k1[i]));
    let next: [f64; DIM] = std::array::from_fn(|i| y[i] + h * (1.5 * k1[i] + 0.5 * k2[i]));
    let mut error = 0.0f64;
    for i in 0..DIM {
        if !(next[i].is_finite() && next[i] > 0.0) {
            return None;
        }
        // The difference to the embedded first-order solution y + h k1.
        let difference = 0.5 * h * (k1[i] + k2[i]);
        error = error.max(difference.abs() / (TOLERANCE.sqrt() * (FLOOR + y[i].abs())));
    }
    // The embedded solution is of first order: its square estimates the error of the second.
    Some((next, error * error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chassis::kinetics::Kinetic;
    use crate::chassis::{Kinetics, Nutrient};

    /// The host makes far more ATP than it can use: the pool fills up, but for less than the tolerance.
    #[test]
    fn a_full_pool_of_atp_does_not_hold_up_the_host() {
        let mut kinetics = Kinetics::PUBLISHED;
        for (kinetic, times) in [
            (Kinetic::ElongationMax, 36.0),
            (Kinetic::ChargingMax, 0.028),
            (Kinetic::MrnaDecay, 11.0),
            (Kinetic::AtpCapacity, 51.0),
            (Kinetic::Maintenance, 0.1),
        ] {
            kinetics.set(kinetic, times * kinetic.published()).unwrap();
        }
        let conditions = Conditions { kinetics, ..Nutrient::new(0.8).unwrap().into() };
        let mut steps = 0;
        let mut count = |_: f64, _: &HostState, _: &HostState| steps += 1;
        advance_with(&HostState::start(), 1.0, conditions, &[], &mut count).unwrap();
        assert!(steps < 3000, "{steps}");
    }
}
