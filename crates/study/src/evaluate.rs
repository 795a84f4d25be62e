//! Calling a model that may fail.

use crate::StudyError;
use crate::linear::Matrix;
use crate::parameter::describe;
use rayon::prelude::*;
use std::fmt::Display;

/// The objective of an optimiser: what fails, or is not a number, is worse than anything.
pub(crate) type Objective<'a> = &'a (dyn Fn(&[f64]) -> Result<f64, String> + Sync);

/// Residuals of a model.
pub(crate) type Residuals<'a> = &'a (dyn Fn(&[f64]) -> Result<Vec<f64>, String> + Sync);

/// Residuals, and what is to be the least: their sum of squares, or something else that they lead down.
pub(crate) type Score<'a> = &'a (dyn Fn(&[f64]) -> Result<(Vec<f64>, f64), String> + Sync);

/// What a model that failed said; what it gave where that was no number.
pub(crate) fn finite<E: Display>(result: Result<f64, E>) -> Result<f64, String> {
    match result {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(value) => Err(format!("the result is {value}")),
        Err(error) => Err(error.to_string()),
    }
}

/// The same for many numbers.
pub(crate) fn all_finite<E: Display>(result: Result<Vec<f64>, E>) -> Result<Vec<f64>, String> {
    let values = result.map_err(|error| error.to_string())?;
    match values.iter().position(|v| !v.is_finite()) {
        Some(i) => Err(format!("number {} of the result is {}", i + 1, values[i])),
        None => Ok(values),
    }
}

/// How often a model was evaluated, and how often it failed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Failures {
    /// How often it was evaluated.
    pub tried: usize,
    /// How often it failed.
    pub failed: usize,
    /// Where it failed first, and what it said.
    pub first: Option<(Vec<f64>, String)>,
}

impl Failures {
    /// The value, or infinity.
    pub(crate) fn worst(&mut self, at: &[f64], result: Result<f64, String>) -> f64 {
        self.tried += 1;
        match result {
            Ok(value) => value,
            Err(reason) => {
                self.failed += 1;
                self.first.get_or_insert_with(|| (at.to_vec(), reason));
                f64::INFINITY
            }
        }
    }

    pub(crate) fn error<S: AsRef<str>>(&self, names: &[S]) -> StudyError {
        match &self.first {
            Some((at, reason)) => StudyError::AllFail {
                tried: self.tried,
                at: describe(names, at),
                reason: reason.clone(),
            },
            None => StudyError::Stopped,
        }
    }
}

/// A vector field that may fail.
pub(crate) type Field<'a> = &'a (dyn Fn(&[f64]) -> Result<Vec<f64>, String> + Sync);

/// Derivatives of a field by central differences, side by side. `typical` says what is large where a value is
/// small.
pub(crate) fn differences(f: Field<'_>, x: &[f64], typical: &[f64]) -> Result<Matrix, String> {
    let here = || f(x);
    let column = |j: usize| {
        let at = |step: f64| {
            let mut moved = x.to_vec();
            moved[j] += step;
            f(&moved).map(|v| (v, moved[j] - x[j]))
        };
        let h = f64::EPSILON.cbrt() * x[j].abs().max(typical[j]);
        let (up, a, down, b) = match (at(h), at(-h)) {
            (Ok((up, a)), Ok((down, b))) => (up, a, down, b),
            (Ok((up, a)), Err(_)) => (up, a, here()?, 0.0),
            (Err(_), Ok((down, b))) => (here()?, 0.0, down, b),
            (Err(reason), Err(_)) => return Err(reason),
        };
        Ok(up.iter().zip(&down).map(|(u, d)| (u - d) / (a - b)).collect::<Vec<f64>>())
    };
    let columns: Vec<_> = (0..x.len()).into_par_iter().map(column).collect();
    let matrix = Matrix::from_columns(&columns.into_iter().collect::<Result<Vec<_>, String>>()?);
    match matrix.is_finite() {
        true => Ok(matrix),
        false => Err("a derivative is not a number".into()),
    }
}
