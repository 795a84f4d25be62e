//! The fraction of a regulator that has bound its effector.

use super::{Circumstances, Cyclase};

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
    TwoStates(TwoStates),
    /// cAMP, whose activity falls with growth on a line.
    CataboliteLine(CataboliteLine),
}

/// Two states of Monod, Wyman and Changeux: the active one is favoured without inducer, and the
/// inactive one binds the inducer better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoStates {
    /// Dissociation constant of the active state [uM].
    pub active_um: f64,
    /// Dissociation constant of the inactive state [uM].
    pub inactive_um: f64,
    /// By how much the active state is favoured without inducer [kT].
    pub energy_kt: f64,
    /// Sites.
    pub n: f64,
}

impl TwoStates {
    /// The active fraction at a concentration of the inducer inside [uM].
    pub fn active(&self, inside_um: f64) -> f64 {
        let ratio = (1.0 + inside_um / self.inactive_um) / (1.0 + inside_um / self.active_um);
        // The ratio has a limit, the two terms have not.
        let ratio = if ratio.is_nan() { self.active_um / self.inactive_um } else { ratio };
        (1.0 + (-self.energy_kt).exp() * ratio.powf(self.n)).recip()
    }
}

/// The activity of cAMP and its receptor falls with growth: where carbon limits growth, promoters of
/// catabolic genes are on a line (You et al., *Nature* 500:301, 2013),
///
/// ```text
/// F = max(1 - gamma g, 1/limit),    a = (fold F - 1) / (fold - 1)
/// ```
///
/// with `g` the unburdened growth relative to that on glucose and `a` the activity that makes this of a
/// promoter with that fold. Added cAMP acts on what is left: `1 - (1 - a)(1 - c/(K + c))`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CataboliteLine {
    /// `gamma`: part of the full activity that is lost on glucose.
    pub lost: f64,
    /// The promoter never falls below this part of its full activity; as a fold.
    pub limit: f64,
    /// Fold of the promoter on which the line was drawn, without and with all cAMP.
    pub fold: f64,
    /// Dissociation constant of added cAMP [uM].
    pub kd_um: f64,
}

impl CataboliteLine {
    /// The activity at a growth relative to that on glucose, 0 to 1.
    pub fn activity(&self, growth: f64) -> f64 {
        let promoter = (1.0 - self.lost * growth.max(0.0)).max(1.0 / self.limit);
        ((self.fold * promoter - 1.0) / (self.fold - 1.0)).clamp(0.0, 1.0)
    }
}

impl Response {
    /// The fraction that answers, 0 without effector and 1 with any amount of it. Of two states it is
    /// the inactive fraction, which is not quite 0 without inducer nor 1 with any amount.
    pub fn bound(&self, substance: &str, around: &Circumstances) -> f64 {
        let outside_um = 1000.0 * around.medium.millimolar(substance);
        match *self {
            Self::Hill { kd_um, n, accumulation } => hill(outside_um * accumulation / kd_um, n),
            Self::TwoStates(states) => {
                1.0 - states.active(outside_um * (1.0 + around.uptake.max(0.0)))
            }
            Self::CataboliteLine(line) => {
                let own = match around.cyclase {
                    Cyclase::WildType => line.activity(around.growth),
                    Cyclase::Deleted => 0.0,
                };
                1.0 - (1.0 - own) * (1.0 - hill(outside_um / line.kd_um, 1.0))
            }
        }
    }

    /// Whether it is a signal of the whole cell and not of one regulator.
    pub fn is_global(&self) -> bool {
        matches!(self, Self::CataboliteLine(_))
    }
}

fn hill(relative: f64, n: f64) -> f64 {
    let power = relative.powf(n);
    if power.is_finite() { power / (1.0 + power) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::super::Concentrations;
    use super::*;

    struct Iptg(f64);

    impl Concentrations for Iptg {
        fn millimolar(&self, substance: &str) -> f64 {
            if substance == "IPTG" { self.0 } else { 0.0 }
        }
    }

    const LAC: TwoStates =
        TwoStates { active_um: 139.0, inactive_um: 0.53, energy_kt: 4.5, n: 2.0 };

    #[test]
    fn iptg_works_in_tens_of_micromolar() {
        // By hand at 10 uM: ((1 + 18.868)/(1 + 0.07194))^2 = 343.5, times e^-4.5 = 3.816; 1/4.816.
        assert!((LAC.active(10.0) - 0.20763).abs() < 1e-4, "{}", LAC.active(10.0));
        assert!((LAC.active(0.0) - 1.0 / (1.0 + (-4.5f64).exp())).abs() < 1e-15);
        // (139/0.53)^2 e^-4.5 = 764.1.
        assert!((LAC.active(1e12) - 1.0 / 765.1).abs() < 1e-6, "{}", LAC.active(1e12));
        assert!((LAC.active(f64::INFINITY) - 1.0 / 765.1).abs() < 1e-6);
    }

    #[test]
    fn half_binds_at_the_dissociation_constant() {
        let law = Response::Hill { kd_um: 400.0, n: 1.0, accumulation: 1.0 };
        let at = |mm: f64| law.bound("IPTG", &Circumstances::of_wild_type(&Iptg(mm)));
        assert_eq!(at(0.4), 0.5);
        assert_eq!(at(f64::MAX), 1.0);
    }

    #[test]
    fn a_permease_brings_more_inducer_in() {
        let medium = Iptg(0.01);
        let mut around = Circumstances::of_wild_type(&medium);
        around.uptake = 9.0;
        let law = Response::TwoStates(LAC);
        assert!((law.bound("IPTG", &around) - (1.0 - LAC.active(100.0))).abs() < 1e-15);
    }

    #[test]
    fn the_line_of_catabolite_repression() {
        let line = CataboliteLine { lost: 0.8, limit: 18.0, fold: 50.0, kd_um: 52.0 };
        let promoter = |growth: f64| (1.0 + 49.0 * line.activity(growth)) / 50.0;
        for (growth, expected) in [(0.0, 1.0), (0.5, 0.6), (1.0, 0.2), (5.0, 1.0 / 18.0)] {
            assert!((promoter(growth) - expected).abs() < 1e-12, "{growth}");
        }
        assert!((line.activity(1.0) - 9.0 / 49.0).abs() < 1e-12);
        assert_eq!(line.activity(-1.0), 1.0);
    }
}
