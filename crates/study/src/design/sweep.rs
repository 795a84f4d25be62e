//! Evaluating a design.

use super::Design;
use bioxen_engine::StopToken;
use rayon::prelude::*;
use std::fmt::{self, Display};

/// A point at which a model failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The point's number, from 0.
    pub point: usize,
    /// Its values, such as `k = 2, n = 4`.
    pub at: String,
    /// What the model said.
    pub reason: String,
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "point {} ({}): {}", self.point + 1, self.at, self.reason)
    }
}

/// What a model gave at the points of a design.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep<T> {
    /// One for each point; none where the model failed or that were not reached.
    pub values: Vec<Option<T>>,
    /// Where it failed, in the order of the points.
    pub failures: Vec<Failure>,
    /// Whether a stop was asked for before all points were evaluated.
    pub stopped: bool,
}

impl Design {
    /// Evaluates every point, on all threads of the pool that this is called in. The closure is given the number
    /// of the point, which may choose a stream of random numbers, and its values.
    ///
    /// # Examples
    /// ```
    /// use bioxen_study::design::grid;
    /// let design = grid(&[("x".into(), vec![4.0, -1.0])])?;
    /// let root = |_: usize, p: &[f64]| match p[0] < 0.0 {
    ///     true => Err("no root of a negative number"),
    ///     false => Ok(p[0].sqrt()),
    /// };
    /// let sweep = design.evaluate(root, &bioxen_engine::StopToken::new());
    /// assert_eq!(sweep.values, [Some(2.0), None]);
    /// assert_eq!(sweep.failures[0].to_string(), "point 2 (x = -1): no root of a negative number");
    /// # Ok::<(), bioxen_study::StudyError>(())
    /// ```
    pub fn evaluate<T: Send, E: Display>(
        &self,
        model: impl Fn(usize, &[f64]) -> Result<T, E> + Sync,
        stop: &StopToken,
    ) -> Sweep<T> {
        let one = |(i, point): (usize, &Vec<f64>)| match stop.is_stopped() {
            true => None,
            false => Some(model(i, point).map_err(|e| e.to_string())),
        };
        let outcomes: Vec<_> = self.points.par_iter().enumerate().map(one).collect();
        let stopped = outcomes.iter().any(Option::is_none);
        let mut failures = Vec::new();
        let mut values = Vec::with_capacity(outcomes.len());
        for (point, outcome) in outcomes.into_iter().enumerate() {
            values.push(match outcome {
                Some(Ok(value)) => Some(value),
                Some(Err(reason)) => {
                    failures.push(Failure { point, at: self.describe(point), reason });
                    None
                }
                None => None,
            });
        }
        Sweep { values, failures, stopped }
    }
}
