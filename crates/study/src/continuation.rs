//! Steady states along a parameter, round folds.
//!
//! Pseudo-arclength continuation (H. B. Keller, in *Applications of Bifurcation Theory*, 1977, p. 359): a step along the
//! tangent, and Newton's method back to the curve at right angles to it, so that a fold is a point like any other. Folds
//! are where the tangent stands across the parameter; where else the number of growing directions changes, another
//! branch begins (one direction) or an oscillation (two).
//!
//! The steady states must be single points: where sums of values are conserved, one rate of each is to be replaced by the sum
//! less its size. Branches that cross are told and not followed, and nor are cycles.

mod curve;
mod follow;

use crate::StudyError;
use crate::evaluate::all_finite;
use crate::linear::{Eigenvalue, Matrix};
use crate::newton::Stability;
use bioxen_engine::StopToken;
use std::fmt::{self, Display};

/// In which direction of the parameter to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// It grows at first.
    Up,
    /// It falls at first.
    Down,
    /// Both, joined to one branch.
    #[default]
    Both,
}

/// How to follow a branch. Lengths are along the branch, with the parameter in units of its range and each value in
/// units of [`Options::units`].
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Where the parameter ends.
    pub parameter: (f64, f64),
    /// In which direction to go.
    pub direction: Direction,
    /// The first step.
    pub first_step: f64,
    /// The largest step; where a coordinate is more than one unit, so many times as much.
    pub largest_step: f64,
    /// The smallest step; below it the branch ends.
    pub smallest_step: f64,
    /// The most points in each direction.
    pub most_points: usize,
    /// What counts as large for each value; what it is at the start, and at least 1, where none is given.
    pub units: Option<Vec<f64>>,
    /// How large the last step of Newton's method may be.
    pub tolerance: f64,
}

impl Options {
    /// Both directions between two values of the parameter.
    pub fn between(low: f64, high: f64) -> Self {
        Self {
            parameter: (low, high),
            direction: Direction::Both,
            first_step: 1e-3,
            largest_step: 0.05,
            smallest_step: 1e-10,
            most_points: 10_000,
            units: None,
            tolerance: 1e-10,
        }
    }
}

/// A point of a branch.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The parameter.
    pub parameter: f64,
    /// The values.
    pub values: Vec<f64>,
    /// The eigenvalues of the derivatives by the values; none where they were not found.
    pub eigenvalues: Option<Vec<Eigenvalue>>,
    /// Whether a small disturbance dies out.
    pub stability: Stability,
}

/// What happens at a special point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The branch turns round: two steady states meet (saddle-node).
    Fold,
    /// An oscillation begins (Hopf): two eigenvalues cross the imaginary axis.
    Hopf,
    /// Another branch crosses: an eigenvalue passes zero, and the branch goes on. That one is not followed.
    Branch,
}

impl Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fold => "fold",
            Self::Hopf => "Hopf point",
            Self::Branch => "branch point",
        })
    }
}

/// A point at which behaviour changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Special {
    /// What happens.
    pub kind: Kind,
    /// Where.
    pub point: Point,
    /// The number of the point of the branch after which it lies.
    pub after: usize,
}

/// Why a branch ends.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// The parameter has reached the end of its range, exactly.
    Parameter,
    /// It came back to where it began.
    Closed,
    /// As many points as were allowed.
    MostPoints,
    /// No step is small enough; what the model last said.
    SmallestStep(String),
    /// A stop was asked for.
    Stopped,
    /// This direction was not asked for, or the branch is closed.
    NotFollowed,
}

/// Why a branch ends at either side.
#[derive(Debug, Clone, PartialEq)]
pub struct Ends {
    /// At its first point.
    pub first: Ended,
    /// At its last point.
    pub last: Ended,
}

impl Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter => f.write_str("the parameter reached the end of its range"),
            Self::Closed => f.write_str("the branch came back to where it began"),
            Self::MostPoints => f.write_str("as many points as were allowed"),
            Self::SmallestStep(reason) => write!(f, "no step is small enough: {reason}"),
            Self::Stopped => f.write_str("stopped on request"),
            Self::NotFollowed => f.write_str("not followed"),
        }
    }
}

/// A branch of steady states.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// Its points, in their order along it.
    pub points: Vec<Point>,
    /// Where behaviour changes, in the same order.
    pub specials: Vec<Special>,
    /// Why it ends.
    pub ends: Ends,
}

impl Branch {
    /// The folds.
    pub fn folds(&self) -> impl Iterator<Item = &Special> {
        self.specials.iter().filter(|s| s.kind == Kind::Fold)
    }
}

/// Follows the branch through a point at or near a steady state, where the closure gives the rates for values and
/// parameter.
///
/// # Errors
/// [`StudyError::StartFails`], [`StudyError::NoAnswer`] where no steady state is near the start,
/// [`StudyError::BadRange`], [`StudyError::BadStart`], [`StudyError::Lengths`], [`StudyError::BadSetting`].
///
/// # Examples
/// ```
/// use bioxen_study::continuation::{Options, follow};
/// let rates = |x: &[f64], p: f64| Ok::<_, String>(vec![p - x[0] * x[0]]);
/// let stop = bioxen_engine::StopToken::new();
/// let branch = follow(rates, &[1.0], 1.0, &Options::between(-1.0, 2.0), &stop)?;
/// let fold = branch.folds().next().expect("one fold");
/// assert!(fold.point.parameter.abs() < 1e-9);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
pub fn follow<E: Display>(
    rates: impl Fn(&[f64], f64) -> Result<Vec<f64>, E> + Sync,
    start: &[f64],
    parameter: f64,
    options: &Options,
    stop: &StopToken,
) -> Result<Branch, StudyError> {
    follow::run(&checked(rates), (None, None), start, parameter, options, stop)
}

/// Rates that are numbers, or what is wrong with them.
fn checked<E: Display>(
    rates: impl Fn(&[f64], f64) -> Result<Vec<f64>, E> + Sync,
) -> impl Fn(&[f64], f64) -> Result<Vec<f64>, String> + Sync {
    move |x, p| all_finite(rates(x, p))
}

/// The same for a model that gives its derivatives: a row for each rate, a column for each value, and a last column for
/// the parameter.
///
/// # Errors
/// Those of [`follow`].
pub fn follow_with_jacobian<E: Display>(
    rates: impl Fn(&[f64], f64) -> Result<Vec<f64>, E> + Sync,
    jacobian: impl Fn(&[f64], f64) -> Result<Matrix, E> + Sync,
    start: &[f64],
    parameter: f64,
    options: &Options,
    stop: &StopToken,
) -> Result<Branch, StudyError> {
    let jacobian = |x: &[f64], p: f64| jacobian(x, p).map_err(|e| e.to_string());
    follow::run(&checked(rates), (Some(&jacobian), None), start, parameter, options, stop)
}

/// The same for a model that gives its eigenvalues and what they say: one whose equations are those of a larger one, from
/// which all that follows at once has been taken out. Steady states are the same in both, and eigenvalues are not.
///
/// # Errors
/// Those of [`follow`].
pub fn follow_with_eigenvalues<E: Display>(
    rates: impl Fn(&[f64], f64) -> Result<Vec<f64>, E> + Sync,
    eigenvalues: impl Fn(&[f64], f64) -> Result<(Vec<Eigenvalue>, Stability), E> + Sync,
    start: &[f64],
    parameter: f64,
    options: &Options,
    stop: &StopToken,
) -> Result<Branch, StudyError> {
    let known = |x: &[f64], p: f64| eigenvalues(x, p).map_err(|e| e.to_string());
    follow::run(&checked(rates), (None, Some(&known)), start, parameter, options, stop)
}

#[cfg(test)]
mod tests;
