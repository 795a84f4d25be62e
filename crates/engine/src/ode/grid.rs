//! Solutions on a grid of times.

use super::{Bdf, EngineError, Options, Stats, System};
use crate::StopToken;

/// A solution at the times of a grid.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Solution {
    /// The number of components.
    pub dim: usize,
    /// The times.
    pub times: Vec<f64>,
    /// The states, one after the other, `dim` numbers each.
    pub values: Vec<f64>,
    /// What it has cost.
    pub stats: Stats,
}

impl Solution {
    /// The state at the grid's point `index`.
    ///
    /// # Panics
    /// If the grid has no such point.
    pub fn row(&self, index: usize) -> &[f64] {
        &self.values[index * self.dim..(index + 1) * self.dim]
    }

    /// One component over the grid.
    pub fn component(&self, component: usize) -> impl Iterator<Item = f64> + '_ {
        self.values.chunks_exact(self.dim.max(1)).filter_map(move |row| row.get(component).copied())
    }
}

/// Takes what a solver finds while it runs.
pub trait Observer {
    /// The state `y` at the grid's point `index`, at time `t`; called in the grid's order.
    fn point(&mut self, index: usize, t: f64, y: &[f64]);

    /// The solver has reached time `t`; called after every step.
    fn progress(&mut self, _t: f64) {}
}

impl<F: FnMut(usize, f64, &[f64])> Observer for F {
    fn point(&mut self, index: usize, t: f64, y: &[f64]) {
        self(index, t, y);
    }
}

/// Integrates from `(t0, y0)` over a grid of ascending times, none before `t0`, and keeps the
/// state at each of them.
///
/// The steps are as long as the tolerances allow; the states between them are interpolated.
///
/// # Errors
/// As [`Bdf::step`]; [`EngineError::Stopped`] if `stop` is set, and
/// [`EngineError::StepFailure`] for a grid that is not ascending.
///
/// # Examples
/// See [`super::DenseSystem`].
pub fn solve<S: System>(
    system: &mut S,
    t0: f64,
    y0: &[f64],
    grid: &[f64],
    options: Options,
    stop: &StopToken,
) -> Result<Solution, EngineError> {
    let mut values = Vec::new();
    let mut keep = |_: usize, _: f64, y: &[f64]| values.extend_from_slice(y);
    let stats = solve_with(system, (t0, y0), grid, options, stop, &mut keep)?;
    Ok(Solution { dim: y0.len(), times: grid.to_vec(), values, stats })
}

/// As [`solve`], but hands the states to an observer and keeps none.
///
/// # Errors
/// As [`solve`]; what was observed before stays with the observer.
pub fn solve_with<S: System, O: Observer + ?Sized>(
    system: &mut S,
    (t0, y0): (f64, &[f64]),
    grid: &[f64],
    options: Options,
    stop: &StopToken,
    observer: &mut O,
) -> Result<Stats, EngineError> {
    let ascending = grid.is_sorted() && grid.iter().all(|t| t.is_finite() && *t >= t0);
    if !ascending {
        let reason = "the times to record are not ascending from the start";
        return Err(EngineError::StepFailure { time: t0, step: 0.0, reason });
    }
    let mut bdf = Bdf::new(t0, y0, options);
    let mut state = y0.to_vec();
    let last = grid.last().copied();
    for (index, &t) in grid.iter().enumerate() {
        while bdf.t() < t {
            if stop.is_stopped() {
                return Err(EngineError::Stopped { time: bdf.t() });
            }
            bdf.step(system, last)?;
            observer.progress(bdf.t());
        }
        if t == bdf.t() {
            observer.point(index, t, bdf.y());
        } else {
            bdf.interpolate(t, &mut state);
            observer.point(index, t, &state);
        }
    }
    Ok(bdf.stats())
}
