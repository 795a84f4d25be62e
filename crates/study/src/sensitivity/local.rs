//! Derivatives at one point.

use crate::StudyError;
use crate::evaluate::{all_finite, differences};
use crate::linear::Matrix;
use crate::parameter::describe;
use std::fmt::Display;

/// Sensitivities at one point.
#[derive(Debug, Clone, PartialEq)]
pub struct Local {
    /// The names of the parameters.
    pub names: Vec<String>,
    /// What the model gives there.
    pub outputs: Vec<f64>,
    /// How much each output (row) changes with each parameter (column): `dy / dp`.
    pub unscaled: Matrix,
    /// The same in relative changes, `(p / y) dy / dp`: the control coefficients of metabolic control analysis, and elasticities
    /// of rates. Not a number where an output is 0.
    pub scaled: Matrix,
}

/// The sensitivities of a model's outputs at a point, by central differences.
///
/// # Errors
/// [`StudyError::NoParameters`], [`StudyError::StartFails`], [`StudyError::NoDerivative`], [`StudyError::Lengths`].
///
/// # Examples
/// ```
/// use bioxen_study::sensitivity::local;
/// let area = |p: &[f64]| Ok::<_, String>(vec![p[0] * p[1] * p[1]]);
/// let found = local(&["a", "b"], &[2.0, 3.0], area)?;
/// assert!((found.unscaled[(0, 1)] - 12.0).abs() < 1e-8 && (found.scaled[(0, 1)] - 2.0).abs() < 1e-9);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
pub fn local<E, F>(names: &[&str], at: &[f64], model: F) -> Result<Local, StudyError>
where
    E: Display,
    F: Fn(&[f64]) -> Result<Vec<f64>, E> + Sync,
{
    if names.is_empty() {
        return Err(StudyError::NoParameters { what: "a sensitivity" });
    }
    if names.len() != at.len() {
        return Err(StudyError::Lengths {
            left: "the names".into(),
            left_length: names.len(),
            right: "the values".into(),
            right_length: at.len(),
        });
    }
    let model = |p: &[f64]| all_finite(model(p));
    let here = || describe(names, at);
    let outputs = model(at).map_err(|reason| StudyError::StartFails { at: here(), reason })?;
    // A parameter that is 0 has no size of its own.
    let typical: Vec<f64> = at.iter().map(|v| if *v == 0.0 { 1e-3 } else { 0.0 }).collect();
    let unscaled = differences(&model, at, &typical)
        .map_err(|reason| StudyError::NoDerivative { at: here(), reason })?;
    let mut scaled = unscaled.clone();
    for (i, y) in outputs.iter().enumerate() {
        for (j, p) in at.iter().enumerate() {
            scaled[(i, j)] = if *y == 0.0 { f64::NAN } else { unscaled[(i, j)] * p / y };
        }
    }
    Ok(Local { names: names.iter().map(|&n| n.to_owned()).collect(), outputs, unscaled, scaled })
}
