//! Parameters together, and the way between their values and what is varied.

use super::{Parameter, Scale};
use crate::StudyError;
use crate::error::same_length;
use bioxen_base::nearest::{hint, nearest};

/// Parameters that are varied together.
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    parameters: Vec<Parameter>,
}

impl Space {
    /// Checks and takes parameters.
    ///
    /// # Errors
    /// [`StudyError::NoParameters`], [`StudyError::SameName`], [`StudyError::BadRange`],
    /// [`StudyError::BadStart`], [`StudyError::NotPositive`].
    pub fn new(parameters: Vec<Parameter>) -> Result<Self, StudyError> {
        if parameters.is_empty() {
            return Err(StudyError::NoParameters { what: "a fit" });
        }
        for (i, p) in parameters.iter().enumerate() {
            let name = p.name.clone();
            if parameters[..i].iter().any(|q| q.name == p.name) {
                return Err(StudyError::SameName { name });
            }
            let (low, high) = (p.low, p.high);
            if low.is_nan() || high.is_nan() {
                return Err(StudyError::NoBounds { name, low, high });
            }
            if low >= high {
                return Err(StudyError::BadRange { name, low, high });
            }
            if !p.start.is_finite() || p.start < low || p.start > high {
                return Err(StudyError::BadStart { name, value: p.start, low, high });
            }
            // A lower bound of 0 is none on this scale: the value comes as near as it likes.
            if p.scale == Scale::Log && (p.start <= 0.0 || (low < 0.0 && low.is_finite())) {
                return Err(StudyError::NotPositive { name, value: p.start.min(low) });
            }
        }
        Ok(Self { parameters })
    }

    /// The parameters.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.parameters.len()
    }

    /// Never: a space has a parameter.
    pub fn is_empty(&self) -> bool {
        self.parameters.is_empty()
    }

    /// Their names.
    pub fn names(&self) -> Vec<&str> {
        self.parameters.iter().map(|p| p.name.as_str()).collect()
    }

    /// Where they start.
    pub fn starts(&self) -> Vec<f64> {
        self.parameters.iter().map(|p| p.start).collect()
    }

    /// The place of a parameter.
    ///
    /// # Errors
    /// [`StudyError::UnknownParameter`].
    pub fn index(&self, name: &str) -> Result<usize, StudyError> {
        self.parameters.iter().position(|p| p.name == name).ok_or_else(|| {
            StudyError::UnknownParameter {
                name: name.to_owned(),
                hint: hint(nearest(name, self.names())),
                valid: self.names().join(", "),
            }
        })
    }

    /// The same with other starts, which are taken into the bounds.
    ///
    /// # Errors
    /// [`StudyError::Lengths`], and those of [`Self::new`].
    pub fn starting_at(&self, values: &[f64]) -> Result<Self, StudyError> {
        same_length(("the start", values.len()), ("the model's parameters", self.len()))?;
        let with_start = |(p, &v): (&Parameter, &f64)| Parameter {
            start: v.max(p.low).min(p.high),
            ..p.clone()
        };
        Self::new(self.parameters.iter().zip(values).map(with_start).collect())
    }

    /// The same without one parameter.
    pub(crate) fn without(&self, index: usize) -> Result<Self, StudyError> {
        let mut parameters = self.parameters.clone();
        parameters.remove(index);
        Self::new(parameters)
    }

    pub(crate) fn inner(&self, values: &[f64]) -> Vec<f64> {
        self.parameters.iter().zip(values).map(|(p, &v)| p.scale.inner(v)).collect()
    }

    /// Values never leave their bounds, whatever the logarithm rounds.
    pub(crate) fn outer(&self, inner: &[f64]) -> Vec<f64> {
        let outer = |(p, &z): (&Parameter, &f64)| p.scale.outer(z).max(p.low).min(p.high);
        self.parameters.iter().zip(inner).map(outer).collect()
    }

    /// Bounds of what is varied.
    pub(crate) fn inner_bounds(&self) -> Vec<(f64, f64)> {
        let bound = |scale: Scale, v: f64| match scale {
            Scale::Linear => v,
            Scale::Log if v <= 0.0 => f64::NEG_INFINITY,
            Scale::Log => v.ln(),
        };
        self.parameters.iter().map(|p| (bound(p.scale, p.low), bound(p.scale, p.high))).collect()
    }

    /// `k = 2, n = 4`.
    pub(crate) fn describe(&self, values: &[f64]) -> String {
        describe(&self.names(), values)
    }
}

/// `k = 2, n = 4`.
pub(crate) fn describe<S: AsRef<str>>(names: &[S], values: &[f64]) -> String {
    let each = |(n, v): (&S, &f64)| format!("{} = {v}", n.as_ref());
    names.iter().zip(values).map(each).collect::<Vec<_>>().join(", ")
}
