//! A repressor of two heads that loops the DNA between a main and an auxiliary operator.
//!
//! With `p` the fraction of heads that can bind and `rho` the repressor relative to the wild type's:
//!
//! ```text
//! F = (1 + RA p rho) / ((1 + RA p rho)(1 + R1 p rho) + RL p^2 rho)
//! R1 = 2 R / N e^-E1     RA = 2 R / N e^-EA
//! ```
//!
//! The promoter is open while no head sits on the main operator. A looped repressor needs both of its
//! heads, hence `p^2`, but it is one molecule, hence `rho`. Binding energies `E` [kT] are relative to
//! `N` nonspecific sites and are those of a head; `R` tetramers have `2 R` heads. (Factor of heads and
//! energies: Garcia and Phillips, *PNAS* 108:12173, 2011; Razo-Mejia et al., *Cell Syst.* 6:456, 2018.)
//! `RL` is set so that the whole fold is the measured one at `p = rho = 1`.
//!
//! Operators on plasmids take repressor away. With `w` the binding of a tetramer to one of them,
//! `R_total = R + M w R / (1 + w R)` for `M` operators. The bound repressor of the operon itself is not
//! subtracted.

/// Binding of such a repressor in the wild type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loops {
    /// Tetramers of the wild type [molecules].
    pub tetramers: f64,
    /// Weight of a head on the main operator.
    pub main: f64,
    /// Weight of a head on the auxiliary operator.
    pub auxiliary: f64,
    /// Weight of one tetramer on both.
    pub both: f64,
}

impl Loops {
    /// From the tetramers of the wild type, the binding energies to the main and the auxiliary operator
    /// [kT], the number of nonspecific sites and the fold of all repression. Nothing when the numbers
    /// cannot be: a fold that is not above that of the main operator alone leaves no loop.
    pub fn new(
        tetramers: f64,
        main_kt: f64,
        auxiliary_kt: f64,
        sites: f64,
        fold: f64,
    ) -> Option<Self> {
        let weight = |energy_kt: f64| 2.0 * tetramers / sites * (-energy_kt).exp();
        let (main, auxiliary) = (weight(main_kt), weight(auxiliary_kt));
        let both = (fold - 1.0 - main) * (1.0 + auxiliary);
        let numbers = [tetramers, main, auxiliary, both];
        numbers.iter().all(|x| *x > 0.0 && x.is_finite()).then_some(Self {
            tetramers,
            main,
            auxiliary,
            both,
        })
    }

    /// What it makes of the promoter, 1 being open.
    ///
    /// # Examples
    /// ```
    /// use bioxen_genome::regulation::Loops;
    /// let lac = Loops::new(11.0, -15.3, -13.9, 4.6e6, 1300.0).ok_or("no loops")?;
    /// assert!((1.0 / lac.activity(1.0, 1.0) - 1300.0).abs() < 1e-9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn activity(&self, active: f64, relative: f64) -> f64 {
        let relative = relative.max(0.0);
        let free = 1.0 + self.auxiliary * active * relative;
        let loops = self.both * active * active * relative;
        free / (free * (1.0 + self.main * active * relative) + loops)
    }

    /// The same if there were only the main operator.
    pub fn main_alone(&self, active: f64, relative: f64) -> f64 {
        (1.0 + self.main * active * relative.max(0.0)).recip()
    }

    /// Weight of one tetramer on one main operator.
    pub fn weight(&self) -> f64 {
        self.main / self.tetramers
    }

    /// Repressor, relative to the wild type's, that operators on plasmids leave free. `affinity` is the
    /// fraction of heads that can bind relative to that without inducer.
    pub fn free(&self, relative: f64, operators: f64, affinity: f64) -> f64 {
        let total = relative.max(0.0) * self.tetramers;
        let weight = self.weight() * affinity;
        if operators <= 0.0 || weight <= 0.0 {
            return relative.max(0.0);
        }
        let b = 1.0 + weight * (operators - total);
        2.0 * total / (b + (b * b + 4.0 * weight * total).sqrt()) / self.tetramers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lac() -> Loops {
        Loops::new(11.0, -15.3, -13.9, 4.6e6, 1300.0).unwrap()
    }

    fn close(found: f64, expected: f64, tolerance: f64) {
        assert!((found / expected - 1.0).abs() < tolerance, "{found}, expected {expected}");
    }

    #[test]
    fn weights_and_the_main_operator_alone_are_those_of_the_literature() {
        // By hand: 22/4.6e6 e^15.3 and e^13.9; (1300 - 22.104) times 6.204.
        close(lac().main, 21.104, 1e-3);
        close(lac().auxiliary, 5.204, 1e-3);
        close(lac().both, 7928.4, 1e-3);
        // Measured: 18 (Oehler et al. 1990).
        let alone = 1.0 / lac().main_alone(1.0, 1.0);
        close(alone, 22.104, 1e-3);
        assert!((alone - 18.0).abs() < 0.25 * 18.0);
    }

    #[test]
    fn operators_on_plasmids_take_repressor_away() {
        // Tetramers left of 11, computed apart.
        for (operators, left) in [(10.0, 2.6458), (50.0, 0.1445), (200.0, 0.0302)] {
            let free = lac().free(1.0, operators, 1.0) * 11.0;
            close(free, left, 0.005);
            // The account closes.
            let bound = operators * lac().weight() * free / (1.0 + lac().weight() * free);
            close(free + bound, 11.0, 1e-9);
        }
        assert_eq!(lac().free(1.0, 0.0, 1.0), 1.0);
        // Inducer frees the operators of the plasmid as well.
        assert!(lac().free(1.0, 50.0, 0.01) > lac().free(1.0, 50.0, 1.0));
        close(lac().free(1.0, 50.0, 1e-12), 1.0, 1e-6);
    }

    #[test]
    fn numbers_that_cannot_be_are_refused() {
        assert!(Loops::new(11.0, -15.3, -13.9, 4.6e6, 20.0).is_none());
        assert!(Loops::new(f64::NAN, -15.3, -13.9, 4.6e6, 1300.0).is_none());
        assert!(Loops::new(-1.0, -15.3, -13.9, 4.6e6, 1300.0).is_none());
    }

    #[test]
    fn more_repressor_and_more_active_heads_always_shut_more() {
        let mut last = f64::INFINITY;
        for relative in [0.0, 0.1, 1.0, 10.0, 1e4] {
            let f = lac().activity(0.9, relative);
            assert!(f > 0.0 && f <= 1.0 && f < last);
            last = f;
        }
        assert_eq!(lac().activity(0.9, 0.0), 1.0);
        assert_eq!(lac().activity(0.0, 10.0), 1.0);
    }
}
