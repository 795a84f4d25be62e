//! What is known of a parameter before anything is measured.
//!
//! The types are those of the PEtab data format, version 1, section "Parameter table". Those whose names begin with
//! `parameterScale` are distributions of the parameter on its scale, all others of its value.

use crate::parameter::ParameterScale;
use bioxen_study::statistics::normal_quantile;
use std::f64::consts::{LN_10, PI};

/// Residuals of absolute values are smooth within this: 1e-4 of their scale.
pub(crate) const SMOOTH: f64 = 1e-4;

/// A type of prior.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum PriorKind {
    Uniform,
    Normal,
    Laplace,
    LogNormal,
    LogLaplace,
    ParameterScaleUniform,
    ParameterScaleNormal,
    ParameterScaleLaplace,
}

impl PriorKind {
    /// All types with their names in tables.
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("uniform", Self::Uniform),
        ("normal", Self::Normal),
        ("laplace", Self::Laplace),
        ("logNormal", Self::LogNormal),
        ("logLaplace", Self::LogLaplace),
        ("parameterScaleUniform", Self::ParameterScaleUniform),
        ("parameterScaleNormal", Self::ParameterScaleNormal),
        ("parameterScaleLaplace", Self::ParameterScaleLaplace),
    ];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// A prior with its two numbers: bounds, or location and scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// Its type.
    pub kind: PriorKind,
    /// The lower bound, the mean or the location.
    pub a: f64,
    /// The upper bound, the standard deviation or the scale.
    pub b: f64,
}

/// The shape of a distribution.
enum Shape {
    Uniform,
    Normal,
    Laplace,
}

/// A residual with its slope by the logarithm of a parameter, or by the parameter itself where it is varied so.
pub(crate) type Row = (f64, f64);

impl Prior {
    /// What is wrong with its numbers.
    pub(crate) fn problem(&self, scale: ParameterScale) -> Option<&'static str> {
        let Self { kind, a, b } = *self;
        match kind {
            _ if !a.is_finite() || !b.is_finite() => Some("both numbers must be finite"),
            PriorKind::Uniform | PriorKind::ParameterScaleUniform if a >= b => {
                Some("the first bound must be below the second")
            }
            PriorKind::Uniform if scale != ParameterScale::Lin && b <= 0.0 => {
                Some("on a logarithmic scale the upper bound must be above 0")
            }
            PriorKind::Uniform | PriorKind::ParameterScaleUniform => None,
            _ if b <= 0.0 => Some("the second number must be above 0"),
            _ => None,
        }
    }

    fn shape(&self) -> Shape {
        match self.kind {
            PriorKind::Uniform | PriorKind::ParameterScaleUniform => Shape::Uniform,
            PriorKind::Normal | PriorKind::LogNormal | PriorKind::ParameterScaleNormal => {
                Shape::Normal
            }
            PriorKind::Laplace | PriorKind::LogLaplace | PriorKind::ParameterScaleLaplace => {
                Shape::Laplace
            }
        }
    }

    /// The value that a part of the distribution is below.
    pub fn quantile(&self, part: f64, scale: ParameterScale) -> f64 {
        let Self { a, b, .. } = *self;
        let x = match self.shape() {
            Shape::Uniform => a + part * (b - a),
            Shape::Normal => a + b * normal_quantile(part.clamp(1e-12, 1.0 - 1e-12)),
            Shape::Laplace => {
                let off = part.clamp(1e-12, 1.0 - 1e-12) - 0.5;
                a - b * off.signum() * (1.0 - 2.0 * off.abs()).ln()
            }
        };
        match self.kind {
            PriorKind::Uniform | PriorKind::Normal | PriorKind::Laplace => x,
            PriorKind::LogNormal | PriorKind::LogLaplace => x.exp(),
            _ => scale.unscaled(x),
        }
    }

    /// The negative logarithm of its density at a value; infinite where it has none.
    pub fn negative_log_density(&self, value: f64, scale: ParameterScale) -> f64 {
        let Self { a, b, .. } = *self;
        let x = self.own(value, scale);
        let size = if self.is_logarithmic() { value.ln() } else { 0.0 };
        size + match self.shape() {
            Shape::Uniform if (a..=b).contains(&x) => (b - a).ln(),
            Shape::Uniform => f64::INFINITY,
            Shape::Normal => 0.5 * ((x - a) / b).powi(2) + b.ln() + 0.5 * (2.0 * PI).ln(),
            Shape::Laplace => (x - a).abs() / b + (2.0 * b).ln(),
        }
    }

    /// The same as a fit takes it: smooth where it is not.
    pub(crate) fn objective(&self, value: f64, scale: ParameterScale) -> f64 {
        let exact = self.negative_log_density(value, scale);
        match self.shape() {
            Shape::Laplace => {
                let r = ((self.own(value, scale) - self.a) / self.b).abs();
                exact - r + smooth_abs(r)
            }
            _ => exact,
        }
    }

    /// A residual and its slope by what is varied, whose product is the slope of [`Self::objective`].
    pub(crate) fn row(&self, value: f64, scale: ParameterScale) -> Row {
        let Self { a, b, .. } = *self;
        let x = self.own(value, scale);
        let slope = self.slope(value, scale);
        let extra = if self.is_logarithmic() { self.log_slope(value, scale) } else { 0.0 };
        let r = (x - a) / b;
        match self.shape() {
            Shape::Uniform => (0.0, 0.0),
            // With the logarithm of the value, its square is still one.
            Shape::Normal => (r + extra * b / if slope == 0.0 { 1.0 } else { slope }, slope / b),
            Shape::Laplace => {
                let weight = 1.0 / r.abs().max(SMOOTH);
                let (steep, bend) = (slope / b, weight.sqrt());
                (r * bend + extra / (steep * bend), steep * bend)
            }
        }
    }

    fn is_logarithmic(&self) -> bool {
        matches!(self.kind, PriorKind::LogNormal | PriorKind::LogLaplace)
    }

    /// A value as the distribution has it.
    fn own(&self, value: f64, scale: ParameterScale) -> f64 {
        match self.kind {
            PriorKind::Uniform | PriorKind::Normal | PriorKind::Laplace => value,
            PriorKind::LogNormal | PriorKind::LogLaplace => value.ln(),
            _ => scale.scaled(value),
        }
    }

    /// The slope of a value's logarithm by what is varied.
    fn log_slope(&self, value: f64, scale: ParameterScale) -> f64 {
        if scale == ParameterScale::Lin { 1.0 / value } else { 1.0 }
    }

    /// The slope of [`Self::own`] by what is varied: the value, or its natural logarithm.
    fn slope(&self, value: f64, scale: ParameterScale) -> f64 {
        match (self.kind, scale) {
            (PriorKind::LogNormal | PriorKind::LogLaplace, _) => self.log_slope(value, scale),
            (PriorKind::Uniform | PriorKind::Normal | PriorKind::Laplace, ParameterScale::Lin) => {
                1.0
            }
            (PriorKind::Uniform | PriorKind::Normal | PriorKind::Laplace, _) => value,
            (_, ParameterScale::Lin | ParameterScale::Log) => 1.0,
            (_, ParameterScale::Log10) => 1.0 / LN_10,
        }
    }
}

/// An absolute value whose tip is round (Huber, *Ann. Math. Stat.* 35:73, 1964).
pub(crate) fn smooth_abs(r: f64) -> f64 {
    let r = r.abs();
    if r < SMOOTH { 0.5 * r * r / SMOOTH + 0.5 * SMOOTH } else { r }
}

#[cfg(test)]
mod tests;
