//! The part of a rate law besides its rate constant and its shared factors.

use super::layout::Change;
use crate::Program;

/// The part of a propensity that depends on the counts.
#[derive(Debug, Clone, PartialEq)]
pub enum Kinetics {
    /// The number of distinct combinations of the reactants, each with its order.
    MassAction(Box<[(u32, u32)]>),
    /// `vmax * s / (km + s)`.
    #[allow(missing_docs, reason = "the formula says it")]
    MichaelisMenten { vmax: f64, km: f64, substrate: u32 },
    /// `basal + (vmax - basal) * x^n / (k^n + x^n)`.
    #[allow(missing_docs, reason = "the formula says it")]
    Hill { basal: f64, vmax: f64, k: f64, n: f64, regulator: u32 },
    /// Any expression that does not read the time.
    Program(Program),
}

impl Kinetics {
    /// Its value in a state. 0 where the changes would make a count negative, whatever the law.
    pub fn combinations(&self, x: &[f64], changes: &[Change], stack: &mut Vec<f64>) -> f64 {
        let value = match self {
            Self::MassAction(reactants) => {
                return reactants.iter().map(|&(s, n)| choose(x[s as usize], n)).product();
            }
            _ if changes.iter().any(|c| x[c.species as usize] + f64::from(c.delta) < 0.0) => {
                return 0.0;
            }
            &Self::MichaelisMenten { vmax, km, substrate } => {
                let s = x[substrate as usize];
                vmax * s / (km + s)
            }
            &Self::Hill { basal, vmax, k, n, regulator } => {
                basal + (vmax - basal) * saturation(x[regulator as usize], k, n)
            }
            Self::Program(program) => program.eval(0.0, x, stack),
        };
        // A rounding error must not turn "no rate" into "negative rate".
        if value < 0.0 && value > -1e-12 { 0.0 } else { value }
    }

    /// Whether there is a rate constant to it.
    pub fn is_mass_action(&self) -> bool {
        matches!(self, Self::MassAction(_))
    }

    /// The quantities it reads, each once.
    pub(crate) fn inputs(&self) -> Vec<u32> {
        match self {
            Self::MassAction(reactants) => reactants.iter().map(|&(s, _)| s).collect(),
            Self::MichaelisMenten { substrate, .. } => vec![*substrate],
            Self::Hill { regulator, .. } => vec![*regulator],
            Self::Program(program) => program.inputs().iter().map(|q| q.0).collect(),
        }
    }
}

/// `x^n / (k^n + x^n)` without overflow; for a negative `n` the repression `k^|n| / (k^|n| + x^|n|)`.
fn saturation(x: f64, k: f64, n: f64) -> f64 {
    if x == 0.0 && k != 0.0 {
        return if n > 0.0 {
            0.0
        } else if n < 0.0 {
            1.0
        } else {
            0.5
        };
    }
    1.0 / (1.0 + (k / x).powf(n))
}

/// The binomial coefficient C(x, n) for a count `x` of any size.
#[inline]
pub(crate) fn choose(x: f64, n: u32) -> f64 {
    match n {
        0 => 1.0,
        1 => x,
        2 => 0.5 * x * (x - 1.0),
        _ => {
            let mut product = 1.0;
            for i in 0..n {
                let left = x - f64::from(i);
                if left <= 0.0 {
                    return 0.0;
                }
                product *= left / f64::from(i + 1);
            }
            product
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_are_binomial_coefficients() {
        assert_eq!(choose(5.0, 2), 10.0);
        assert_eq!(choose(5.0, 3), 10.0);
        assert_eq!(choose(2.0, 3), 0.0);
        assert_eq!(choose(1.0, 2), 0.0);
        assert_eq!(choose(0.0, 2), 0.0);
        assert_eq!(choose(0.0, 0), 1.0);
        assert_eq!(choose(40.0, u32::MAX), 0.0);
    }

    #[test]
    fn hill_saturates_in_both_directions() {
        assert!((saturation(3.0, 1.0, 2.0) - 0.9).abs() < 1e-15);
        assert!((saturation(3.0, 1.0, -2.0) - 0.1).abs() < 1e-15);
        assert_eq!(saturation(0.0, 2.0, 4.0), 0.0);
        assert_eq!(saturation(0.0, 2.0, -4.0), 1.0);
        assert_eq!(saturation(1e300, 1.0, 100.0), 1.0);
    }

    #[test]
    fn other_laws_stop_when_a_reactant_is_missing() {
        let law = Kinetics::Hill { basal: 4.0, vmax: 4.0, k: 1.0, n: 1.0, regulator: 0 };
        let takes_two = [Change { species: 1, delta: -2 }];
        assert_eq!(law.combinations(&[1.0, 1.0], &takes_two, &mut Vec::new()), 0.0);
        assert_eq!(law.combinations(&[1.0, 2.0], &takes_two, &mut Vec::new()), 4.0);
        let law = Kinetics::MichaelisMenten { vmax: 3.0, km: 2.0, substrate: 1 };
        assert_eq!(law.combinations(&[0.0, 4.0], &[], &mut Vec::new()), 2.0);
    }
}
