//! The likelihood of a measurement.
//!
//! The densities are those of the PEtab data format, version 1, section "Noise distributions".

use crate::prior::{SMOOTH, smooth_abs};
use crate::tables::{Distribution, Transformation};
use std::f64::consts::{FRAC_1_SQRT_2, LN_10, PI, SQRT_2};

/// How a measurement is compared with what is simulated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Noise {
    pub(crate) transformation: Transformation,
    pub(crate) distribution: Distribution,
}

impl Noise {
    /// A value as it is compared.
    pub(crate) fn transformed(self, value: f64) -> f64 {
        match self.transformation {
            Transformation::Lin => value,
            Transformation::Log => value.ln(),
            Transformation::Log10 => value.log10(),
        }
    }

    /// What is simulated less what was measured, both transformed, in units of the noise.
    pub(crate) fn residual(self, simulated: f64, measured: f64, sigma: f64) -> f64 {
        (self.transformed(simulated) - self.transformed(measured)) / sigma
    }

    /// The negative logarithm of the density at a measurement, without that of the residual.
    fn constant(self, measured: f64, sigma: f64) -> f64 {
        let size = match self.transformation {
            Transformation::Lin => 0.0,
            Transformation::Log => measured.ln(),
            Transformation::Log10 => measured.ln() + LN_10.ln(),
        };
        let whole = match self.distribution {
            Distribution::Normal => 0.5 * (2.0 * PI).ln(),
            Distribution::Laplace => 2f64.ln(),
        };
        size + whole + sigma.ln()
    }

    /// The logarithm of the density; not a number where the noise is none.
    pub(crate) fn log_likelihood(self, simulated: f64, measured: f64, sigma: f64) -> f64 {
        let r = self.residual(simulated, measured, sigma);
        let off = match self.distribution {
            Distribution::Normal => 0.5 * r * r,
            Distribution::Laplace => r.abs(),
        };
        -off - self.constant(measured, sigma)
    }

    /// Its negative as a fit takes it: smooth.
    pub(crate) fn objective(self, r: f64, measured: f64, sigma: f64) -> f64 {
        let off = match self.distribution {
            Distribution::Normal => 0.5 * r * r,
            Distribution::Laplace => smooth_abs(r),
        };
        off + self.constant(measured, sigma)
    }

    /// The rows of a residual: for each, the value, and by what the slopes of the transformed simulation in units of the noise
    /// or those of the logarithm of the noise are multiplied.
    ///
    /// Values times slopes give the slope of [`Self::objective`]; the squares of the slopes are the Fisher information for
    /// normal noise, and for Laplace noise the second derivative of the parabola that touches an absolute value from above.
    pub(crate) fn rows(self, r: f64) -> [(f64, f64); 2] {
        match self.distribution {
            Distribution::Normal => [(r, 1.0), ((1.0 - r * r) * FRAC_1_SQRT_2, SQRT_2)],
            Distribution::Laplace => {
                let bend = (1.0 / r.abs().max(SMOOTH)).sqrt();
                [(r * bend, bend), (1.0 - r * r * bend * bend, 1.0)]
            }
        }
    }
}

#[cfg(test)]
mod tests;
