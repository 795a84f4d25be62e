//! The likelihood of a measurement.
//!
//! The densities are those of the PEtab data format, version 1, section "Noise distributions".

use crate::prior::{SMOOTH, smooth_abs};
use crate::tables::{Distribution, Transformation};
use std::f64::consts::{LN_10, PI};

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
    /// That of the noise is `curvature`.
    pub(crate) fn rows(self, r: f64, curvature: f64) -> [(f64, f64); 2] {
        let bend = match self.distribution {
            Distribution::Normal => 1.0,
            Distribution::Laplace => (1.0 / r.abs().max(SMOOTH)).sqrt(),
        };
        let root = curvature.sqrt();
        [(r * bend, bend), ((1.0 - r * r * bend * bend) / root, root)]
    }

    /// How much larger residuals are than their noise: its square, or its size, has the mean 1 where the noise is right.
    pub(crate) fn excess(self, r: f64) -> f64 {
        match self.distribution {
            Distribution::Normal => r * r,
            Distribution::Laplace => r.abs(),
        }
    }

    /// The second derivative by the logarithm of the noise to calculate with, where residuals have this mean excess.
    ///
    /// At 1 it is the Fisher information. Elsewhere a step with it leads in one to where the noise is right: it is as long as the
    /// logarithm of the excess says, while the Fisher information would lead far beyond from noise that is too small.
    pub(crate) fn curvature(self, excess: f64) -> f64 {
        let q = excess.clamp(1e-12, 1e12);
        let by_logarithm = if (q - 1.0).abs() < 1e-6 { 1.0 } else { (q - 1.0) / q.ln() };
        match self.distribution {
            Distribution::Normal => 2.0 * by_logarithm,
            Distribution::Laplace => by_logarithm,
        }
    }
}

#[cfg(test)]
mod tests;
