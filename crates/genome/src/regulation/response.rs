//! The fraction of a regulator that has bound its effector.

use super::Concentrations;

/// The law by which an effector binds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Response {
    /// Hill's: `c^n / (K^n + c^n)`.
    Hill {
        /// Half of the sites are taken here [uM].
        kd_um: f64,
        /// Sites that bind together.
        n: f64,
        /// By how much the effector is concentrated inside of the cell.
        accumulation: f64,
    },
    /// Two states of Monod, Wyman and Changeux, of which the inactive one binds better.
    TwoStates {
        /// Dissociation constant of the active state [uM].
        active_um: f64,
        /// Dissociation constant of the inactive state [uM].
        inactive_um: f64,
        /// By how much the active state is favoured without effector [kT].
        energy_kt: f64,
        /// Sites.
        n: f64,
    },
    /// cAMP, which the cell makes unless it takes up glucose.
    CatabolitePressure {
        /// Glucose at which half of the activity is lost [uM].
        glucose_um: f64,
        /// Dissociation constant of added cAMP [uM].
        kd_um: f64,
    },
}

impl Response {
    /// The fraction that answers, 0 without effector and 1 with any amount of it.
    pub fn bound(&self, substance: &str, medium: &dyn Concentrations) -> f64 {
        let outside_um = 1000.0 * medium.millimolar(substance);
        match *self {
            Self::Hill { kd_um, n, accumulation } => hill(outside_um * accumulation / kd_um, n),
            Self::TwoStates { active_um, inactive_um, energy_kt, n } => {
                let inactive = |c: f64| {
                    let ratio = ((1.0 + c / inactive_um) / (1.0 + c / active_um)).powf(n);
                    let l = (-energy_kt).exp() * ratio;
                    l / (1.0 + l)
                };
                let most = {
                    let l = (-energy_kt).exp() * (active_um / inactive_um).powf(n);
                    l / (1.0 + l)
                };
                let least = inactive(0.0);
                ((inactive(outside_um) - least) / (most - least)).clamp(0.0, 1.0)
            }
            Self::CatabolitePressure { glucose_um, kd_um } => {
                let glucose = 1000.0 * medium.millimolar("glucose");
                let own = 1.0 / (1.0 + glucose / glucose_um);
                1.0 - (1.0 - own) * (1.0 - hill(outside_um / kd_um, 1.0))
            }
        }
    }
}

fn hill(relative: f64, n: f64) -> f64 {
    let power = relative.powf(n);
    if power.is_finite() { power / (1.0 + power) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Iptg(f64);

    impl Concentrations for Iptg {
        fn millimolar(&self, substance: &str) -> f64 {
            if substance == "IPTG" { self.0 } else { 0.0 }
        }
    }

    #[test]
    fn iptg_works_in_tens_of_micromolar() {
        let law =
            Response::TwoStates { active_um: 139.0, inactive_um: 0.53, energy_kt: 4.5, n: 2.0 };
        let at = |mm: f64| law.bound("IPTG", &Iptg(mm));
        assert_eq!(at(0.0), 0.0);
        // By hand at 10 uM: ((1 + 18.868)/(1 + 0.07194))^2 = 343.5, times e^-4.5 = 3.816;
        // 3.816/4.816 = 0.79237; without 0.010987, at most 0.998692: 0.79113.
        assert!((at(0.01) - 0.7911).abs() < 5e-4, "{}", at(0.01));
        assert!(at(1.0) > 0.999 && at(1e9) <= 1.0);
    }

    #[test]
    fn half_binds_at_the_dissociation_constant() {
        let law = Response::Hill { kd_um: 400.0, n: 1.0, accumulation: 1.0 };
        assert_eq!(law.bound("IPTG", &Iptg(0.4)), 0.5);
        assert_eq!(law.bound("IPTG", &Iptg(f64::MAX)), 1.0);
    }
}
