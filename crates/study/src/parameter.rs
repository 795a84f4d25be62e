//! What is varied: names, ranges, starts and scales.

mod space;

pub use space::Space;
pub(crate) use space::describe;

use crate::StudyError;

/// How steps along a parameter are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Scale {
    /// Equal differences.
    #[default]
    Linear,
    /// Equal ratios: the logarithm is varied, so the value stays above 0.
    Log,
}

impl Scale {
    /// A value as it is varied.
    pub fn inner(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log => value.ln(),
        }
    }

    /// The value of what is varied.
    pub fn outer(self, inner: f64) -> f64 {
        match self {
            Self::Linear => inner,
            Self::Log => inner.exp(),
        }
    }

    /// How fast the value grows with what is varied, at that value.
    pub fn slope(self, value: f64) -> f64 {
        match self {
            Self::Linear => 1.0,
            Self::Log => value,
        }
    }
}

/// A parameter between two bounds.
///
/// # Examples
/// ```
/// use bioxen_study::Range;
/// let k = Range::new("k", 0.1, 10.0)?.log()?;
/// assert!((k.at(0.5) - 1.0).abs() < 1e-12);
/// assert_eq!(k.at(1.0), 10.0);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    name: String,
    low: f64,
    high: f64,
    scale: Scale,
}

impl Range {
    /// A range with a linear scale.
    ///
    /// # Errors
    /// [`StudyError::NoBounds`], [`StudyError::BadRange`].
    pub fn new(name: impl Into<String>, low: f64, high: f64) -> Result<Self, StudyError> {
        let name = name.into();
        if !(low.is_finite() && high.is_finite() && (high - low).is_finite()) {
            return Err(StudyError::NoBounds { name, low, high });
        }
        if low >= high {
            return Err(StudyError::BadRange { name, low, high });
        }
        Ok(Self { name, low, high, scale: Scale::Linear })
    }

    /// The same with a logarithmic scale.
    ///
    /// # Errors
    /// [`StudyError::NotPositive`].
    pub fn log(self) -> Result<Self, StudyError> {
        if self.low <= 0.0 {
            return Err(StudyError::NotPositive { name: self.name, value: self.low });
        }
        Ok(Self { scale: Scale::Log, ..self })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its lower bound.
    pub fn low(&self) -> f64 {
        self.low
    }

    /// Its upper bound.
    pub fn high(&self) -> f64 {
        self.high
    }

    /// Its scale.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// The value at a fraction of the way from the lower to the upper bound, by its scale. It is
    /// never outside the bounds, which are reached exactly.
    pub fn at(&self, fraction: f64) -> f64 {
        if fraction <= 0.0 {
            return self.low;
        }
        if fraction >= 1.0 {
            return self.high;
        }
        let (low, high) = (self.scale.inner(self.low), self.scale.inner(self.high));
        self.scale.outer(low + fraction * (high - low)).clamp(self.low, self.high)
    }

    /// Where a value lies: 0 at the lower bound, 1 at the upper one, by its scale.
    pub fn fraction(&self, value: f64) -> f64 {
        let (low, high) = (self.scale.inner(self.low), self.scale.inner(self.high));
        (self.scale.inner(value) - low) / (high - low)
    }
}

/// A parameter to be fitted: where it starts, and the bounds it may have.
///
/// # Examples
/// ```
/// use bioxen_study::{Parameter, Space};
/// let space = Space::new(vec![
///     Parameter::new("k", 1.0).log(),
///     Parameter::new("offset", 0.0).between(-1.0, 1.0),
/// ])?;
/// assert_eq!(space.names(), ["k", "offset"]);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it starts.
    pub start: f64,
    /// Its lower bound, or minus infinity.
    pub low: f64,
    /// Its upper bound, or infinity.
    pub high: f64,
    /// How steps are taken.
    pub scale: Scale,
}

impl Parameter {
    /// A parameter without bounds, on a linear scale.
    pub fn new(name: impl Into<String>, start: f64) -> Self {
        Self {
            name: name.into(),
            start,
            low: f64::NEG_INFINITY,
            high: f64::INFINITY,
            scale: Scale::Linear,
        }
    }

    /// The same with bounds.
    pub fn between(self, low: f64, high: f64) -> Self {
        Self { low, high, ..self }
    }

    /// The same on a logarithmic scale.
    pub fn log(self) -> Self {
        Self { scale: Scale::Log, ..self }
    }

    /// A parameter that starts at a fraction of the way through a range.
    pub fn within(range: &Range, fraction: f64) -> Self {
        Self {
            name: range.name.clone(),
            start: range.at(fraction),
            low: range.low,
            high: range.high,
            scale: range.scale,
        }
    }
}

#[cfg(test)]
mod tests;
