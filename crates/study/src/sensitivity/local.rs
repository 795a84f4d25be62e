//! Derivatives at one point.

use crate::StudyError;
use crate::design::Design;
use crate::error::{check_part, same_length};
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
pub fn local<E: Display>(
    names: &[&str],
    at: &[f64],
    model: impl Fn(&[f64]) -> Result<Vec<f64>, E> + Sync,
) -> Result<Local, StudyError> {
    check(names, at)?;
    let model = |p: &[f64]| all_finite(model(p));
    let here = || describe(names, at);
    let outputs = model(at).map_err(|reason| StudyError::StartFails { at: here(), reason })?;
    // A parameter that is 0 has no size of its own.
    let typical: Vec<f64> = at.iter().map(|v| if *v == 0.0 { 1e-3 } else { 0.0 }).collect();
    let unscaled = differences(&model, at, &typical)
        .map_err(|reason| StudyError::NoDerivative { at: here(), reason })?;
    Ok(Local::new(names, at, outputs, unscaled))
}

impl Local {
    fn new(names: &[&str], at: &[f64], outputs: Vec<f64>, unscaled: Matrix) -> Self {
        let mut scaled = unscaled.clone();
        for (i, y) in outputs.iter().enumerate() {
            for (j, p) in at.iter().enumerate() {
                scaled[(i, j)] = if *y == 0.0 { f64::NAN } else { unscaled[(i, j)] * p / y };
            }
        }
        let names = names.iter().map(|&n| n.to_owned()).collect();
        Self { names, outputs, unscaled, scaled }
    }
}

/// The points of central differences with steps of a given size, for who evaluates them on their own: first the
/// point itself, then, for each parameter, the points above and below it.
///
/// The error of a central difference is of the order of the square of the step, and of the model's own relative error
/// divided by the step.
///
/// # Examples
/// ```
/// use bioxen_study::sensitivity::Stencil;
/// let stencil = Stencil::new(&["a", "b"], &[2.0, 3.0], 1e-3)?;
/// let area: Vec<_> = stencil.design().points.iter().map(|p| vec![p[0] * p[1] * p[1]]).collect();
/// assert!((stencil.local(&area)?.scaled[(0, 1)] - 2.0).abs() < 1e-6);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Stencil {
    design: Design,
}

impl Stencil {
    /// Around a point. Steps are relative to the values; that of a value of 0 is the step itself.
    ///
    /// # Errors
    /// [`StudyError::NoParameters`], [`StudyError::Lengths`], [`StudyError::BadSetting`] for a step that is not above 0 and
    /// below 1, or a value that is none.
    pub fn new(names: &[&str], at: &[f64], step: f64) -> Result<Self, StudyError> {
        check(names, at)?;
        check_part("the step", step)?;
        if let Some(&value) = at.iter().find(|v| !v.is_finite()) {
            let setting = "the value of a parameter";
            return Err(StudyError::BadSetting { setting, value, rule: "it must be finite" });
        }
        let mut points = vec![at.to_vec()];
        for (j, value) in at.iter().enumerate() {
            let h = if *value == 0.0 { step } else { step * value.abs() };
            for moved in [value + h, value - h] {
                let mut point = at.to_vec();
                point[j] = moved;
                points.push(point);
            }
        }
        let names = names.iter().map(|&n| n.to_owned()).collect();
        Ok(Self { design: Design { names, points } })
    }

    /// Where to evaluate the model.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The sensitivities, by what the model gave at each point.
    ///
    /// # Errors
    /// [`StudyError::Lengths`] where a point has no values, or another number of them than the first;
    /// [`StudyError::NoDerivative`] where one is not finite.
    pub fn local(&self, values: &[Vec<f64>]) -> Result<Local, StudyError> {
        let points = &self.design.points;
        let count = values.first().map_or(0, Vec::len);
        let odd = values.iter().find(|v| v.len() != count);
        if values.len() != points.len() || odd.is_some() {
            return Err(StudyError::Lengths {
                left: "what the model gives".into(),
                left_length: odd.map_or(values.len(), Vec::len),
                right: "the stencil".into(),
                right_length: odd.map_or(points.len(), |_| count),
            });
        }
        let column = |j: usize| -> Vec<f64> {
            let (up, down) = (2 * j + 1, 2 * j + 2);
            let width = points[up][j] - points[down][j];
            values[up].iter().zip(&values[down]).map(|(u, d)| (u - d) / width).collect()
        };
        let columns: Vec<Vec<f64>> = (0..self.design.names.len()).map(column).collect();
        let unscaled = Matrix::from_columns(&columns);
        if !unscaled.is_finite() {
            let (at, reason) = (self.design.describe(0), "a derivative is not a number".to_owned());
            return Err(StudyError::NoDerivative { at, reason });
        }
        let names: Vec<&str> = self.design.names.iter().map(String::as_str).collect();
        Ok(Local::new(&names, &points[0], values[0].clone(), unscaled))
    }
}

fn check(names: &[&str], at: &[f64]) -> Result<(), StudyError> {
    if names.is_empty() {
        return Err(StudyError::NoParameters { what: "a sensitivity" });
    }
    same_length(("the names", names.len()), ("the values", at.len()))?;
    Ok(())
}
