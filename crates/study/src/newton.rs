//! Steady states: where nothing changes, and whether it stays so.
//!
//! Newton's method, damped by the natural monotonicity test of Deuflhard (*Newton Methods for Nonlinear Problems*,
//! 2004, section 3.3), which does not depend on the units of the equations. Where it gets stuck, the caller is asked to
//! live through some time from the best point, and the method begins again there.
//!
//! Where sums of values are conserved, no equation says how large they are: a step keeps them as they are.

mod stability;

pub use stability::Stability;

use crate::StudyError;
use crate::error::same_length;
use crate::evaluate::{Field, all_finite, differences};
use crate::linear::{Eigenvalue, Lu, Matrix, dot, eigenvalues, norm, svd};
use bioxen_engine::StopToken;
use std::fmt::Display;

/// How to find a steady state.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How large the last step may be, relative to the values.
    pub tolerance: f64,
    /// The most steps between two calls of the fall-back.
    pub most_iterations: usize,
    /// How often the fall-back is called at most.
    pub most_fallbacks: usize,
    /// What counts as large for a value that is small: values are compared with this at least.
    pub typical: f64,
    /// Whether values below 0 have no meaning.
    pub non_negative: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tolerance: 1e-10,
            most_iterations: 100,
            most_fallbacks: 8,
            typical: 1e-3,
            non_negative: false,
        }
    }
}

/// A steady state.
#[derive(Debug, Clone, PartialEq)]
pub struct SteadyState {
    /// The values.
    pub values: Vec<f64>,
    /// How fast the fastest value still changes.
    pub rest: f64,
    /// The derivatives of the rates there.
    pub jacobian: Matrix,
    /// Their eigenvalues, the largest real part first; none where they were not found.
    pub eigenvalues: Option<Vec<Eigenvalue>>,
    /// How many sums of values are conserved.
    pub conserved: usize,
    /// Whether a small disturbance dies out.
    pub stability: Stability,
    /// Steps taken.
    pub iterations: usize,
    /// How often the fall-back was called.
    pub fallbacks: usize,
}

/// Finds where all rates are 0. The fall-back is given values and returns those some time later, more each time; a
/// caller who has none returns an error, and what it says becomes the reason.
///
/// # Errors
/// [`StudyError::StartFails`], [`StudyError::NoAnswer`], [`StudyError::Stopped`].
///
/// # Examples
/// ```
/// use bioxen_study::newton::{Options, Stability, steady_state};
/// // Made at a rate of 6, lost in pairs.
/// let rates = |x: &[f64]| Ok::<_, String>(vec![6.0 - 1.5 * x[0] * x[0]]);
/// let never = |_: &[f64]| Err("no way to integrate".to_owned());
/// let stop = bioxen_engine::StopToken::new();
/// let state = steady_state(rates, &[1.0], never, &Options::default(), &stop)?;
/// assert!((state.values[0] - 2.0).abs() < 1e-9);
/// assert_eq!(state.stability, Stability::Stable);
/// # Ok::<(), bioxen_study::StudyError>(())
/// ```
pub fn steady_state<E: Display>(
    rates: impl Fn(&[f64]) -> Result<Vec<f64>, E> + Sync,
    start: &[f64],
    mut fallback: impl FnMut(&[f64]) -> Result<Vec<f64>, E>,
    options: &Options,
    stop: &StopToken,
) -> Result<SteadyState, StudyError> {
    let rates = |x: &[f64]| all_finite(rates(x));
    let n = start.len();
    let at = || format!("{start:?}");
    let first = rates(start).map_err(|reason| StudyError::StartFails { at: at(), reason })?;
    same_length(("the start", n), ("the rates there", first.len()))?;
    let (mut x, mut iterations) = (start.to_vec(), 0);
    for fallbacks in 0..=options.most_fallbacks {
        match newton(&rates, &x, options, stop, &mut iterations) {
            Ok(values) => return finish(&rates, values, options, iterations, fallbacks),
            Err(_) if stop.is_stopped() => return Err(StudyError::Stopped),
            Err(reason) if fallbacks == options.most_fallbacks => {
                return Err(StudyError::NoAnswer { what: "the search for a steady state", reason });
            }
            Err(reason) => {
                x = all_finite(fallback(&x)).map_err(|why| StudyError::NoAnswer {
                    what: "the search for a steady state",
                    reason: format!("{reason}; {why}"),
                })?;
            }
        }
    }
    Err(StudyError::Stopped)
}

fn finish(
    rates: Field<'_>,
    values: Vec<f64>,
    options: &Options,
    iterations: usize,
    fallbacks: usize,
) -> Result<SteadyState, StudyError> {
    let failed = |reason| StudyError::NoDerivative { at: format!("{values:?}"), reason };
    let jacobian =
        differences(rates, &values, &vec![options.typical; values.len()]).map_err(failed)?;
    let rest = rates(&values).map_err(failed)?.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let eigenvalues = eigenvalues(&jacobian);
    let conserved = conserved(&jacobian).len();
    let stability = Stability::of(eigenvalues.as_deref(), conserved);
    Ok(SteadyState {
        values,
        rest,
        jacobian,
        eigenvalues,
        conserved,
        stability,
        iterations,
        fallbacks,
    })
}

/// Singular values that differences cannot tell from zero, as a part of the largest.
const SMALLEST: f64 = 1e-10;

/// Combinations of rates that are always 0, so that the same combinations of values are conserved.
pub(crate) fn conserved(jacobian: &Matrix) -> Vec<Vec<f64>> {
    // Each rate in its own unit, since rates of one system differ by many powers of ten.
    let n = jacobian.rows();
    let lengths: Vec<f64> = (0..n).map(|i| norm(jacobian.row(i))).collect();
    let unit = |l: f64| if l > 0.0 { l } else { 1.0 };
    let rows: Vec<Vec<f64>> =
        (0..n).map(|i| jacobian.row(i).iter().map(|v| v / unit(lengths[i])).collect()).collect();
    let d = svd(&Matrix::from_columns(&rows));
    let most = d.values.first().copied().unwrap_or(0.0);
    let small = |s: f64| s <= SMALLEST * n as f64 * most;
    let back = |v: &Vec<f64>| v.iter().zip(&lengths).map(|(v, &l)| v / unit(l)).collect();
    d.values.iter().zip(&d.v).filter(|(s, _)| small(**s)).map(|(_, v)| back(v)).collect()
}

/// Solves `J d = -f`, keeping what is conserved.
struct Solver {
    lu: Lu,
    /// For each row of the system, the rate it takes; none for a row that keeps a sum.
    rows: Vec<Option<usize>>,
}

impl Solver {
    /// None where the matrix is singular, and not since a sum is conserved: then the same sum of rates would be 0.
    fn new(jacobian: &Matrix, x: &[f64], f: &[f64]) -> Option<Self> {
        let n = jacobian.rows();
        let sums = conserved(jacobian);
        let rounding = 1e-9 * (0..n).map(|i| norm(jacobian.row(i))).fold(0.0, f64::max) * norm(x);
        if sums.iter().any(|s| dot(s, f).abs() > norm(s) * (1e-7 * norm(f) + rounding)) {
            return None;
        }
        let mut matrix = jacobian.clone();
        let mut rows: Vec<Option<usize>> = (0..n).map(Some).collect();
        for sum in sums {
            // The rate with the largest part in the combination is the one that says nothing new.
            let size = |i: &usize| sum[*i].abs() * norm(jacobian.row(*i)).max(f64::MIN_POSITIVE);
            let i = (0..n)
                .filter(|&i| rows[i].is_some())
                .max_by(|a, b| size(a).total_cmp(&size(b)).then(b.cmp(a)))?;
            (0..n).for_each(|j| matrix[(i, j)] = sum[j]);
            rows[i] = None;
        }
        Some(Self { lu: Lu::new(&matrix)?, rows })
    }

    fn step(&self, f: &[f64]) -> Vec<f64> {
        let right: Vec<f64> = self.rows.iter().map(|r| r.map_or(0.0, |i| -f[i])).collect();
        self.lu.solve(&right)
    }
}

fn newton(
    rates: Field<'_>,
    start: &[f64],
    options: &Options,
    stop: &StopToken,
    iterations: &mut usize,
) -> Result<Vec<f64>, String> {
    let typical = vec![options.typical; start.len()];
    let mut x = start.to_vec();
    let mut f = rates(&x)?;
    for _ in 0..options.most_iterations {
        if stop.is_stopped() {
            return Err("stopped".into());
        }
        *iterations += 1;
        let jacobian = differences(rates, &x, &typical)?;
        let solver = Solver::new(&jacobian, &x, &f).ok_or("the derivatives are singular")?;
        let step = solver.step(&f);
        // Lengths of steps in units of the values.
        let length = |step: &[f64], x: &[f64]| {
            let parts: Vec<f64> =
                step.iter().zip(x).map(|(s, x)| s / x.abs().max(options.typical)).collect();
            dot(&parts, &parts).sqrt()
        };
        let whole = length(&step, &x);
        let mut part = 1.0;
        let (next, rate) = loop {
            let mut moved: Vec<f64> = x.iter().zip(&step).map(|(x, s)| x + part * s).collect();
            if options.non_negative {
                moved.iter_mut().for_each(|v| *v = v.max(0.0));
            }
            if let Ok(rate) = rates(&moved) {
                let simplified = length(&solver.step(&rate), &x);
                if simplified <= (1.0 - 0.25 * part) * whole || whole <= options.tolerance {
                    break (moved, rate);
                }
            }
            part *= 0.5;
            if part < 1e-6 {
                return Err("Newton's method is stuck".into());
            }
        };
        (x, f) = (next, rate);
        if part == 1.0 && whole <= options.tolerance {
            return Ok(x);
        }
    }
    Err(format!("Newton's method did not converge in {} steps", options.most_iterations))
}

#[cfg(test)]
mod tests;
