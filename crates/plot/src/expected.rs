//! The theoretical distributions of numbers of molecules.

use crate::PlotError;

/// A distribution over whole numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Expected {
    /// Independent births and deaths, as of the mRNA of a gene that is always open.
    Poisson {
        /// The mean [molecules].
        mean: f64,
    },
    /// Births in geometric bursts, as of proteins from short-lived mRNA: Paulsson and Ehrenberg,
    /// *Phys. Rev. Lett.* 84:5447 (2000); Shahrezaei and Swain, *PNAS* 105:17256 (2008).
    NegativeBinomial {
        /// The mean [molecules].
        mean: f64,
        /// The variance [molecules²], above the mean.
        variance: f64,
    },
}

impl Expected {
    /// The Poisson distribution of a mean.
    ///
    /// # Errors
    /// [`PlotError::Distribution`] if the mean is not above zero.
    ///
    /// ```
    /// use bioxen_plot::Expected;
    ///
    /// let two = Expected::poisson(2.0)?;
    /// assert!((two.mass(0.0) - (-2f64).exp()).abs() < 1e-12);
    /// assert!(Expected::poisson(0.0).is_err());
    /// # Ok::<(), bioxen_plot::PlotError>(())
    /// ```
    pub fn poisson(mean: f64) -> Result<Self, PlotError> {
        if mean > 0.0 && mean.is_finite() {
            return Ok(Self::Poisson { mean });
        }
        Err(PlotError::Distribution {
            name: "Poisson",
            needs: "a mean above zero",
            mean,
            variance: mean,
        })
    }

    /// The negative binomial distribution of a mean and a variance.
    ///
    /// # Errors
    /// [`PlotError::Distribution`] if the variance is not above the mean, or the mean not above zero.
    pub fn negative_binomial(mean: f64, variance: f64) -> Result<Self, PlotError> {
        if mean > 0.0 && variance > mean && variance.is_finite() {
            return Ok(Self::NegativeBinomial { mean, variance });
        }
        let needs = "a mean above zero and a variance above the mean";
        Err(PlotError::Distribution { name: "negative binomial", needs, mean, variance })
    }

    /// A short name with the parameter that tells most.
    pub fn name(&self) -> String {
        match self {
            Self::Poisson { mean } => format!("Poisson, mean {}", figures(*mean)),
            Self::NegativeBinomial { mean, variance } => {
                format!("neg. binomial, Fano {}", figures(variance / mean))
            }
        }
    }

    /// The probability of a number [1]; zero below zero.
    pub fn mass(&self, n: f64) -> f64 {
        if !n.is_finite() || n < 0.0 {
            return 0.0;
        }
        match *self {
            Self::Poisson { mean } => (n * mean.ln() - mean - ln_gamma(n + 1.0)).exp(),
            Self::NegativeBinomial { mean, variance } => {
                let size = mean * mean / (variance - mean);
                let choose = ln_gamma(n + size) - ln_gamma(n + 1.0) - ln_gamma(size);
                (choose + size * (mean / variance).ln() + n * (1.0 - mean / variance).ln()).exp()
            }
        }
    }
}

fn figures(value: f64) -> String {
    let text = if value < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The logarithm of the gamma function for a positive number: Stirling's series, after moving up to
/// where it holds to twelve figures (Abramowitz and Stegun, 6.1.41).
fn ln_gamma(x: f64) -> f64 {
    let (mut z, mut below) = (x, 0.0);
    while z < 10.0 {
        below += z.ln();
        z += 1.0;
    }
    let w = 1.0 / (z * z);
    let series = (1.0 / 12.0 - w * (1.0 / 360.0 - w * (1.0 / 1260.0 - w / 1680.0))) / z;
    (z - 0.5) * z.ln() - z + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_of_whole_and_half_numbers() {
        // 0! = 1, 4! = 24, and gamma(1/2) is the root of pi.
        for (x, value) in [(1.0, 1.0), (5.0, 24.0), (0.5, std::f64::consts::PI.sqrt())] {
            assert!((ln_gamma(x) - f64::ln(value)).abs() < 1e-10, "{x}");
        }
        assert!((ln_gamma(171.0) - 706.573_062_245_787).abs() < 1e-8);
    }

    #[test]
    fn masses_add_up_to_one_and_have_their_moments() {
        let all = [
            Expected::poisson(0.3).unwrap(),
            Expected::poisson(60.0).unwrap(),
            Expected::negative_binomial(20.0, 180.0).unwrap(),
            Expected::negative_binomial(0.5, 4.0).unwrap(),
        ];
        for expected in all {
            let sum = |power: i32| -> f64 {
                (0..2_000).map(f64::from).map(|n| n.powi(power) * expected.mass(n)).sum()
            };
            let (mean, variance) = match expected {
                Expected::Poisson { mean } => (mean, mean),
                Expected::NegativeBinomial { mean, variance } => (mean, variance),
            };
            assert!((sum(0) - 1.0).abs() < 1e-9, "{expected:?}");
            assert!((sum(1) - mean).abs() < 1e-7 * mean.max(1.0), "{expected:?}");
            assert!((sum(2) - mean * mean - variance).abs() < 1e-5 * variance, "{expected:?}");
        }
    }

    #[test]
    fn what_cannot_be_distributed_so_is_refused() {
        for (mean, variance) in [(0.0, 1.0), (2.0, 2.0), (f64::NAN, 1.0), (1.0, f64::INFINITY)] {
            let error = Expected::negative_binomial(mean, variance).unwrap_err().to_string();
            assert!(error.contains("variance above the mean"), "{error}");
        }
        let expected = Expected::poisson(3.0).unwrap();
        assert_eq!((expected.mass(-1.0), expected.mass(f64::NAN)), (0.0, 0.0));
    }
}
