//! Inhibition of translation by chloramphenicol, as in the published host model (Sechkar, Perrino and
//! Stan, *Nat. Commun.* 15:1981, 2024; `cell_simulator.m` and `cell_params.m` of
//! github.com/KSechkar/rc_e_coli, MIT).
//!
//! A translating ribosome is inactivated at the rate `k_cm h` [1/h], `h` being the concentration in the
//! medium. With it its mRNA is lost. Inactivated ribosomes stay so and are diluted by growth:
//!
//! ```text
//! k_j    = (k- + eps/n_j + k_cm h) / k+
//! dm_j   = .. - k_cm h (m_j/k_j) R/D
//! dR     = .. - k_cm h B
//! dR_cm  = k_cm h B - lambda R_cm
//! ```
//!
//! What counts as ribosomal protein, and carries RNA, is `R + R_cm`. Without the inhibitor all of it is
//! exactly nothing. **Weakness**: the authors fitted `k_cm`, together with the host's other parameters, to
//! points of Scott et al. (2010) that grow faster than 0.3/h. Up to 4 uM the host is near them; above,
//! growth falls faster and the ribosome content rises more than measured, and near 10 uM the host stops
//! growing where cells grow at 0.1 to 0.3/h. Binding is irreversible here; real chloramphenicol lets go.

use super::HostRates;

/// Rate at which chloramphenicol inactivates a translating ribosome [1/h per uM]: 3.5436e-4 /h/nM,
/// fitted by the authors.
pub const CHLORAMPHENICOL_PER_UM: f64 = 0.354_36;

/// The name of chloramphenicol in a medium.
pub const CHLORAMPHENICOL: &str = "chloramphenicol";

/// The highest concentration that is accepted [mM]: somewhat more than dissolves.
pub const MOST_MM: f64 = 10.0;

/// What inhibits translation in a medium, by names.
pub const INHIBITORS: [&str; 1] = [CHLORAMPHENICOL];

/// How translation is inhibited.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Inhibition {
    inactivation_per_h: f64,
}

impl Inhibition {
    /// By a concentration of chloramphenicol [uM].
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::Inhibition;
    /// assert_eq!(Inhibition::chloramphenicol(0.0), Inhibition::default());
    /// assert!((Inhibition::chloramphenicol(4.0).inactivation_per_h() - 1.417).abs() < 1e-3);
    /// ```
    pub fn chloramphenicol(micromolar: f64) -> Self {
        Self { inactivation_per_h: CHLORAMPHENICOL_PER_UM * micromolar }
    }

    /// Rate at which a translating ribosome is inactivated [1/h].
    pub fn inactivation_per_h(self) -> f64 {
        self.inactivation_per_h
    }
}

impl HostRates {
    /// Inactivated ribosomes at the steady state with these rates.
    pub(crate) fn settled_inactivated(&self) -> f64 {
        self.inactivation_per_h * self.translating / self.growth_per_h
    }
}

/// Inactivated ribosomes after a step of `hours` [h] at whose ends the rates are these. Nothing in the
/// cell depends on them, so they are no part of the host's own system; second order in the step, and
/// exact where growth and translation are constant.
pub(super) fn step(
    inhibition: Inhibition,
    inactivated: f64,
    hours: f64,
    before: &HostRates,
    after: &HostRates,
) -> f64 {
    let grown = 0.5 * hours * (before.growth_per_h + after.growth_per_h);
    let made = 0.5 * inhibition.inactivation_per_h * (before.translating + after.translating);
    let kept = if grown > 0.0 { -(-grown).exp_m1() / grown } else { 1.0 };
    inactivated * (-grown).exp() + made * hours * kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chassis::measured::growth::SCOTT_CHLORAMPHENICOL;
    use crate::chassis::{Chassis, Conditions, Nutrient, parameters as p};

    fn host(quality: f64, micromolar: f64) -> Chassis {
        let inhibition = Inhibition::chloramphenicol(micromolar);
        let nutrient = Nutrient::new(quality).unwrap();
        Chassis::settled_under(Conditions { inhibition, ..nutrient.into() }).unwrap()
    }

    /// The six media, to which the authors gave qualities from 0.08 to 0.5.
    fn qualities() -> impl Iterator<Item = f64> {
        (0..6).map(|i| 0.08 * (0.5f64 / 0.08).powf(f64::from(i) / 5.0))
    }

    /// Target C5: ribosome content rises in a straight line as the antibiotic slows growth, to where all
    /// of what housekeeping leaves is ribosomes.
    #[test]
    fn ribosomes_rise_in_a_line_as_growth_falls() {
        for quality in qualities() {
            let points: Vec<(f64, f64)> = [0.0, 1.0, 2.0, 3.0, 4.0]
                .map(|dose| host(quality, dose).rates())
                .map(|r| (r.growth_per_h, r.ribosome_fraction))
                .to_vec();
            assert!(points.windows(2).all(|w| w[1].0 < w[0].0 && w[1].1 > w[0].1), "{points:?}");
            let (first, last) = (points[0], points[4]);
            let slope = (last.1 - first.1) / (last.0 - first.0);
            for (growth, fraction) in &points {
                let line = first.1 + slope * (growth - first.0);
                assert!((fraction - line).abs() < 0.003, "{quality}: {points:?}");
            }
            let at_rest = first.1 - slope * first.0;
            assert!((at_rest - (1.0 - p::HOUSEKEEPING)).abs() < 0.03, "{at_rest}");
        }
    }

    /// Up to 4 uM growth and content are near those of Scott et al. (2010). At 8 uM and more they are not,
    /// and at 12 uM the host stops growing where cells do not: that is the model's weakness.
    #[test]
    fn low_doses_are_near_the_measurements_and_high_ones_are_not() {
        let mut squares = [0.0, 0.0];
        for (quality, medium) in qualities().zip(SCOTT_CHLORAMPHENICOL) {
            for (dose, growth, fraction) in medium.points.into_iter().take(3) {
                let rates = host(quality, dose).rates();
                squares[0] += (rates.growth_per_h / growth - 1.0).powi(2);
                squares[1] += (rates.ribosome_fraction - fraction).powi(2);
            }
            let rates = host(quality, 8.0).rates();
            assert!(rates.ribosome_fraction > medium.points[3].2 - 0.01);
        }
        let [growth, fraction] = squares.map(|sum| (sum / 18.0).sqrt());
        assert!(growth < 0.25 && fraction < 0.025, "{growth} {fraction}");
        let inhibition = Inhibition::chloramphenicol(12.0);
        let stopped = Conditions { inhibition, ..Nutrient::default().into() };
        assert!(Chassis::settled_under(stopped).is_err());
    }

    /// All protein is accounted for: metabolic, ribosomal, inactivated, and housekeeping.
    #[test]
    fn protein_is_conserved() {
        for (quality, dose) in [(0.1, 1.0), (0.3, 4.0), (1.0, 6.0)] {
            let host = host(quality, dose);
            let s = host.state();
            let own = p::METABOLIC_LENGTH * s.p_a
                + p::RIBOSOME_LENGTH * (s.ribosomes + host.inactivated());
            assert!((own / (p::CELL_MASS * (1.0 - p::HOUSEKEEPING)) - 1.0).abs() < 1e-8);
        }
    }

    /// A host that meets the inhibitor comes to the same state as one that settled with it, in steps of
    /// any length; and is as before when it is gone.
    #[test]
    fn it_acts_and_is_diluted() {
        let settled = host(0.3, 4.0);
        for steps in [40_u32, 400] {
            let mut living = Chassis::settled(Nutrient::new(0.3).unwrap()).unwrap();
            let before = living.clone();
            living.set_inhibition(Inhibition::chloramphenicol(4.0));
            for _ in 0..steps {
                living.advance(40.0 / f64::from(steps), &[]).unwrap();
            }
            assert!((living.inactivated() / settled.inactivated() - 1.0).abs() < 1e-5);
            let growth = living.rates().growth_per_h / settled.rates().growth_per_h;
            assert!((growth - 1.0).abs() < 1e-6);
            living.set_inhibition(Inhibition::default());
            living.advance(40.0, &[]).unwrap();
            assert!(living.inactivated() < 1e-6 * settled.inactivated());
            let growth = living.rates().growth_per_h / before.rates().growth_per_h;
            assert!((growth - 1.0).abs() < 1e-6);
        }
    }

    /// Without the inhibitor all is as if there were none, to the last bit.
    #[test]
    fn none_is_nothing() {
        let nutrient = Nutrient::new(0.3).unwrap();
        let mut plain = Chassis::settled(Nutrient::new(0.2).unwrap()).unwrap();
        let mut none = plain.clone();
        none.set_inhibition(Inhibition::chloramphenicol(0.0));
        for chassis in [&mut plain, &mut none] {
            chassis.set_nutrient(nutrient);
            chassis.advance(1.0, &[]).unwrap();
        }
        assert_eq!(plain, none);
        assert_eq!(host(0.3, 0.0).rates(), Chassis::settled(nutrient).unwrap().rates());
    }

    /// Whatever the dose, the host is simulated and ends in numbers.
    #[test]
    fn no_dose_breaks_the_host() {
        for dose in [1e-9, 1.0, 12.0, 20.0, 50.0, 100.0, 1e3, 1e3 * MOST_MM] {
            let mut host = Chassis::settled(Nutrient::new(0.5).unwrap()).unwrap();
            host.set_inhibition(Inhibition::chloramphenicol(dose));
            for _ in 0..50 {
                host.advance(1.0, &[]).unwrap();
            }
            let rates = host.rates();
            let all = [rates.growth_per_h, host.inactivated(), host.state().ribosomes];
            assert!(all.iter().all(|x| x.is_finite() && *x >= 0.0), "{dose}: {all:?}");
        }
    }
}
