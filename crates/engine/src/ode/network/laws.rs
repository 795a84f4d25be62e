//! The rate laws other than products of two quantities, with their derivatives.

use bioxen_network::Program;

/// A rate law over the places of a layout.
#[derive(Debug, Clone)]
pub(super) enum Law {
    /// `k * product of q^power`.
    Product { k: f64, factors: Vec<(u32, i32)> },
    /// `vmax * s / (km + s)`.
    MichaelisMenten { vmax: f64, km: f64, s: u32 },
    /// `basal + (vmax - basal) / (1 + (k/x)^n)`.
    Hill { basal: f64, vmax: f64, k: f64, n: f64, x: u32 },
    /// Any expression, with its derivatives by the inputs that have one.
    Program { program: Program, slopes: Vec<(u32, Program)> },
}

impl Law {
    /// The rate [1/time].
    pub(super) fn rate(&self, t: f64, q: &[f64], stack: &mut Vec<f64>) -> f64 {
        match self {
            Law::Product { k, factors } => product(*k, factors, q),
            Law::MichaelisMenten { vmax, km, s } => {
                let s = q[*s as usize];
                vmax * s / (km + s)
            }
            Law::Hill { basal, vmax, k, n, x } => {
                // A regulator slightly below zero, as integration errors make it, counts as zero.
                let x = q[*x as usize].max(0.0);
                basal + (vmax - basal) / (1.0 + (k / x).powf(*n))
            }
            Law::Program { program, .. } => program.eval(t, q, stack),
        }
    }

    /// The places by which the law has a derivative, in the order of [`Law::slopes`].
    pub(super) fn inputs(&self) -> Vec<u32> {
        match self {
            Law::Product { factors, .. } => factors.iter().map(|(place, _)| *place).collect(),
            Law::MichaelisMenten { s: place, .. } | Law::Hill { x: place, .. } => vec![*place],
            Law::Program { slopes, .. } => slopes.iter().map(|(place, _)| *place).collect(),
        }
    }

    /// Writes the derivatives into `out`.
    pub(super) fn slopes(&self, t: f64, q: &[f64], stack: &mut Vec<f64>, out: &mut [f64]) {
        match self {
            Law::Product { k, factors } => {
                for (i, (out, &(place, power))) in out.iter_mut().zip(factors).enumerate() {
                    let own = f64::from(power) * q[place as usize].powi(power - 1);
                    *out = product(product(*k * own, &factors[..i], q), &factors[i + 1..], q);
                }
            }
            Law::MichaelisMenten { vmax, km, s } => {
                let below = km + q[*s as usize];
                out[0] = vmax * km / (below * below);
            }
            Law::Hill { basal, vmax, k, n, x } => {
                let x = q[*x as usize];
                let ratio = (k / x).powf(*n);
                let share = 1.0 / (1.0 + ratio);
                // d share / dx = n/x * share * (1 - share)
                let slope = (vmax - basal) * n / x * share * (1.0 - share);
                out[0] = if x > 0.0 { slope } else { 0.0 };
            }
            Law::Program { slopes, .. } => {
                for (out, (_, slope)) in out.iter_mut().zip(slopes) {
                    *out = slope.eval(t, q, stack);
                }
            }
        }
        // An infinite slope, as of a root at zero, is of no use to Newton's method.
        for slope in out.iter_mut().filter(|slope| !slope.is_finite()) {
            *slope = 0.0;
        }
    }
}

fn product(k: f64, factors: &[(u32, i32)], q: &[f64]) -> f64 {
    factors.iter().fold(k, |product, &(place, power)| match power {
        1 => product * q[place as usize],
        _ => product * q[place as usize].powi(power),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_and_slope(law: &Law, x: f64) -> (f64, f64) {
        let mut slope = [0.0];
        law.slopes(0.0, &[x], &mut Vec::new(), &mut slope);
        (law.rate(0.0, &[x], &mut Vec::new()), slope[0])
    }

    #[test]
    fn michaelis_menten_is_half_at_km() {
        let law = Law::MichaelisMenten { vmax: 8.0, km: 4.0, s: 0 };
        assert_eq!(value_and_slope(&law, 4.0), (4.0, 0.5));
        assert_eq!(value_and_slope(&law, 0.0), (0.0, 2.0));
    }

    #[test]
    fn hill_activates_and_represses() {
        let activation = Law::Hill { basal: 1.0, vmax: 9.0, k: 2.0, n: 2.0, x: 0 };
        // x^2/(4 + x^2) is 1/2 at 2 with slope 1/4, and 0 at 0 with slope 0.
        assert_eq!(value_and_slope(&activation, 2.0), (5.0, 2.0));
        assert_eq!(value_and_slope(&activation, 0.0), (1.0, 0.0));
        assert_eq!(value_and_slope(&activation, -1.0), (1.0, 0.0));
        let repression = Law::Hill { basal: 1.0, vmax: 9.0, k: 2.0, n: -2.0, x: 0 };
        assert_eq!(value_and_slope(&repression, 2.0), (5.0, -2.0));
        assert_eq!(value_and_slope(&repression, 0.0), (9.0, 0.0));
    }

    #[test]
    fn products_have_a_slope_for_each_factor() {
        let law = Law::Product { k: 0.5, factors: vec![(0, 2), (1, 1), (2, 1)] };
        let q = [3.0, 4.0, 5.0];
        assert_eq!(law.rate(0.0, &q, &mut Vec::new()), 90.0);
        let mut slopes = [0.0; 3];
        law.slopes(0.0, &q, &mut Vec::new(), &mut slopes);
        assert_eq!(slopes, [60.0, 22.5, 18.0]);
    }
}
