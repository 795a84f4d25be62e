//! Where to evaluate a model: grids, samples that fill space, and the evaluation of all points.

mod sample;
mod sobol;
mod sweep;

pub use sample::{latin_hypercube, unit_latin_hypercube};
pub use sobol::{Sobol, sobol};
pub use sweep::{Failure, Sweep};

use crate::StudyError;

/// The most points of a design: more than can be evaluated, and few enough to be held.
pub const MOST_POINTS: usize = 10_000_000;

/// Points at which a model is evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// The names of the coordinates.
    pub names: Vec<String>,
    /// The points, each with one value for each name.
    pub points: Vec<Vec<f64>>,
}

impl Design {
    /// How many points it has.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether it has no point.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// A point in words, such as `k = 2, n = 4`.
    pub fn describe(&self, point: usize) -> String {
        self.points.get(point).map_or(String::new(), |p| crate::parameter::describe(&self.names, p))
    }
}

/// A name and the values it takes.
pub type Axis = (String, Vec<f64>);

/// Every combination; the last name varies fastest.
///
/// # Errors
/// [`StudyError::NoParameters`], [`StudyError::NoValues`], [`StudyError::SameName`],
/// [`StudyError::TooManyPoints`].
///
/// # Examples
/// ```
/// use bioxen_study::design::{grid, linspace};
/// let design = grid(&[("k".into(), linspace(0.0, 1.0, 3)?), ("n".into(), vec![1.0, 2.0])])?;
/// assert_eq!(design.len(), 6);
/// assert_eq!(design.points[1], [0.0, 2.0]);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
pub fn grid(axes: &[Axis]) -> Result<Design, StudyError> {
    check(axes, "a grid")?;
    let points = axes.iter().try_fold(1usize, |n, a| n.checked_mul(a.1.len()));
    within("a grid", points.unwrap_or(usize::MAX))?;
    let mut points = vec![Vec::with_capacity(axes.len())];
    for (_, values) in axes {
        let longer = |p: Vec<f64>| {
            values.iter().map(move |&v| {
                let mut p = p.clone();
                p.push(v);
                p
            })
        };
        points = points.into_iter().flat_map(longer).collect();
    }
    Ok(Design { names: axes.iter().map(|a| a.0.clone()).collect(), points })
}

/// The first values together, the second values together, and so on.
///
/// # Errors
/// [`StudyError::NoParameters`], [`StudyError::NoValues`], [`StudyError::SameName`],
/// [`StudyError::Lengths`].
pub fn zip(axes: &[Axis]) -> Result<Design, StudyError> {
    check(axes, "a design")?;
    let (first, values) = &axes[0];
    if let Some((name, others)) = axes.iter().find(|a| a.1.len() != values.len()) {
        return Err(StudyError::Lengths {
            left: format!("`{first}`"),
            left_length: values.len(),
            right: format!("`{name}`"),
            right_length: others.len(),
        });
    }
    let points = (0..values.len()).map(|i| axes.iter().map(|a| a.1[i]).collect()).collect();
    Ok(Design { names: axes.iter().map(|a| a.0.clone()).collect(), points })
}

/// Numbers at equal distances; both ends are reached exactly. One number is the lower end.
///
/// # Errors
/// [`StudyError::BadSetting`] for ends that are not numbers, [`StudyError::TooManyPoints`].
pub fn linspace(low: f64, high: f64, n: usize) -> Result<Vec<f64>, StudyError> {
    within("a list", n)?;
    for (setting, value) in [("the lower end", low), ("the upper end", high)] {
        if !value.is_finite() {
            return Err(StudyError::BadSetting { setting, value, rule: "it must be a number" });
        }
    }
    let last = n.saturating_sub(1);
    // Each as a weighted mean, which cannot overflow where a difference would.
    let at = |i: usize| match i {
        0 => low,
        _ if i == last => high,
        _ => {
            let f = i as f64 / last as f64;
            low * (1.0 - f) + high * f
        }
    };
    Ok((0..n).map(at).collect())
}

/// Numbers at equal ratios; both ends are reached exactly. One number is the lower end.
///
/// # Errors
/// [`StudyError::NotPositive`], and those of [`linspace`].
pub fn logspace(low: f64, high: f64, n: usize) -> Result<Vec<f64>, StudyError> {
    for (name, value) in [("the lower end", low), ("the upper end", high)] {
        if value <= 0.0 {
            return Err(StudyError::NotPositive { name: name.into(), value });
        }
    }
    let last = n.saturating_sub(1);
    let exact = |(i, v): (usize, f64)| match i {
        0 => low,
        _ if i == last => high,
        _ => v.exp(),
    };
    Ok(linspace(low.ln(), high.ln(), n)?.into_iter().enumerate().map(exact).collect())
}

fn check(axes: &[Axis], what: &'static str) -> Result<(), StudyError> {
    if axes.is_empty() {
        return Err(StudyError::NoParameters { what });
    }
    for (i, (name, values)) in axes.iter().enumerate() {
        if axes[..i].iter().any(|a| a.0 == *name) {
            return Err(StudyError::SameName { name: name.clone() });
        }
        if values.is_empty() {
            return Err(StudyError::NoValues { name: name.clone() });
        }
    }
    Ok(())
}

fn within(what: &'static str, points: usize) -> Result<(), StudyError> {
    match points > MOST_POINTS {
        true => Err(StudyError::TooManyPoints { what, points, most: MOST_POINTS }),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests;
