//! The implicit equations of a step, solved by a modified Newton iteration.

use super::coefficients::Coefficients;
use super::history::{History, LANES, padded};
use super::options::{Options, Stats};
use super::{EngineError, System};

const MAX_ITERATIONS: usize = 3;
/// The iteration's error may be this part of the step's tolerance. With less care the estimate of the
/// step's error becomes noisy, and more steps fail.
const TOLERANCE: f64 = 0.03;
/// The change of `gamma` beyond which the matrix is factored anew.
const MAX_GAMMA_CHANGE: f64 = 0.3;
/// The number of steps after which the matrix, and the Jacobian in it, is renewed in any case.
const MAX_FACTOR_AGE: usize = 20;
const MAX_JACOBIAN_AGE: usize = 50;

/// How a correction ended.
pub(super) enum Outcome {
    /// With a correction of this weighted norm.
    Converged { norm: f64 },
    /// With a matrix that was not up to date; it will be renewed if the step is tried again.
    Stale,
    /// Without a solution, perhaps for a reason that the system has given.
    Failed { error: Option<EngineError> },
}

/// The working space of the corrector. All vectors are padded.
#[derive(Debug, Clone)]
pub(super) struct Corrector {
    dim: usize,
    /// The inverse of the tolerances; 0 in the padding.
    weights: Vec<f64>,
    y: Vec<f64>,
    y_predicted: Vec<f64>,
    hdy: Vec<f64>,
    pub(super) f: Vec<f64>,
    pub(super) b: Vec<f64>,
    /// The correction.
    pub(super) e: Vec<f64>,
    /// `gamma` of the factored matrix, if there is one.
    factored: Option<f64>,
    has_jacobian: bool,
    retry: bool,
    pub(super) steps_since_factor: usize,
    pub(super) steps_since_jacobian: usize,
    convergence_rate: f64,
}

impl Corrector {
    pub(super) fn new(dim: usize) -> Self {
        let zero = vec![0.0; padded(dim)];
        Self {
            dim,
            weights: zero.clone(),
            y: zero.clone(),
            y_predicted: zero.clone(),
            hdy: zero.clone(),
            f: zero.clone(),
            b: zero.clone(),
            e: zero,
            factored: None,
            has_jacobian: false,
            retry: false,
            steps_since_factor: 0,
            steps_since_jacobian: 0,
            convergence_rate: 1.0,
        }
    }

    /// Forgets the matrix, since the equations may have changed.
    pub(super) fn forget(&mut self) {
        self.factored = None;
        self.has_jacobian = false;
        self.retry = false;
    }

    pub(super) fn set_weights(&mut self, y: &[f64], options: &Options) {
        let Options { rtol, atol, .. } = *options;
        // A tolerance of zero would make the weight infinite.
        let weight = |y: f64, atol: f64| (rtol * y.abs() + atol).max(1e-300).recip();
        for (w, y) in self.weights.iter_mut().zip(y) {
            *w = weight(*y, atol);
        }
        for ((w, y), atol) in self.weights.iter_mut().zip(y).zip(&options.atol_components) {
            *w = weight(*y, *atol);
        }
    }

    /// Solves `y = y_predicted + e`, `h f(y) = hdy + l1 e` for `e`.
    pub(super) fn correct<S: System>(
        &mut self,
        system: &mut S,
        history: &History,
        c: &Coefficients,
        t: f64,
        h: f64,
        stats: &mut Stats,
    ) -> Outcome {
        let n = self.dim;
        let gamma = h / c.l[1];
        history.predict(h, &mut self.y_predicted, &mut self.hdy);
        self.y.copy_from_slice(&self.y_predicted);
        self.e.fill(0.0);
        stats.rhs += 1;
        if let Err(error) = system.rhs(t, &self.y[..n], &mut self.f[..n]) {
            return self.failed(false, Some(error));
        }
        let fresh = match self.prepare(system, t, gamma, stats) {
            Ok(fresh) => fresh,
            Err(error) => return Outcome::Failed { error: Some(error) },
        };
        let stale = !fresh;
        // With an outdated gamma the correction overshoots by about this factor.
        let damping = self.factored.map_or(1.0, |old| 2.0 / (1.0 + gamma / old));
        let mut previous = 0.0;
        for iteration in 0..MAX_ITERATIONS {
            self.residual(gamma, c.l[1].recip());
            system.solve(&mut self.b[..n]);
            stats.solves += 1;
            let (change, total) = self.apply(damping);
            if !total.is_finite() {
                return self.failed(stale, None);
            }
            if iteration > 0 {
                self.convergence_rate = (0.3 * self.convergence_rate).max(change / previous);
            }
            if change * self.convergence_rate.min(1.0) * c.error <= TOLERANCE {
                self.retry = false;
                return Outcome::Converged { norm: total };
            }
            if iteration + 1 == MAX_ITERATIONS || (iteration > 0 && change > 2.0 * previous) {
                break;
            }
            previous = change;
            stats.rhs += 1;
            if let Err(error) = system.rhs(t, &self.y[..n], &mut self.f[..n]) {
                return self.failed(stale, Some(error));
            }
        }
        self.failed(stale, None)
    }

    /// A failure with an outdated matrix is no failure yet.
    fn failed(&mut self, stale: bool, error: Option<EngineError>) -> Outcome {
        self.retry = true;
        if stale { Outcome::Stale } else { Outcome::Failed { error } }
    }

    /// Renews the matrix where it is out of date, and says whether it did.
    fn prepare<S: System>(
        &mut self,
        system: &mut S,
        t: f64,
        gamma: f64,
        stats: &mut Stats,
    ) -> Result<bool, EngineError> {
        let change = self.factored.map_or(f64::INFINITY, |old| (gamma / old - 1.0).abs());
        if !self.retry && change <= MAX_GAMMA_CHANGE && self.steps_since_factor < MAX_FACTOR_AGE {
            return Ok(false);
        }
        let y = &self.y[..self.dim];
        // After a failure it is the change of gamma that is to blame, if it was large.
        let blame_jacobian = self.retry && change < 0.2;
        let renew =
            !self.has_jacobian || blame_jacobian || self.steps_since_jacobian >= MAX_JACOBIAN_AGE;
        self.factored = None;
        self.retry = true;
        stats.factorisations += 1;
        if renew {
            stats.jacobians += 1;
            self.has_jacobian = false;
            system.factor(t, y, gamma)?;
            self.has_jacobian = true;
            self.steps_since_jacobian = 0;
        } else {
            system.refactor(t, y, gamma)?;
        }
        self.retry = false;
        self.factored = Some(gamma);
        self.steps_since_factor = 0;
        self.convergence_rate = 1.0;
        Ok(true)
    }

    /// `b = gamma f - hdy / l1 - e`.
    fn residual(&mut self, gamma: f64, inverse_l1: f64) {
        for (((b, f), hdy), e) in self.b.iter_mut().zip(&self.f).zip(&self.hdy).zip(&self.e) {
            *b = gamma * f - inverse_l1 * hdy - e;
        }
    }

    /// Adds `b` to the correction, and gives the norms of the change and of the correction.
    fn apply(&mut self, damping: f64) -> (f64, f64) {
        let (mut change, mut total) = ([0.0; LANES], [0.0; LANES]);
        let (b, _) = self.b.as_chunks::<LANES>();
        let (e, _) = self.e.as_chunks_mut::<LANES>();
        let (y, _) = self.y.as_chunks_mut::<LANES>();
        let (predicted, _) = self.y_predicted.as_chunks::<LANES>();
        let (weights, _) = self.weights.as_chunks::<LANES>();
        for ((((b, e), y), predicted), w) in b.iter().zip(e).zip(y).zip(predicted).zip(weights) {
            for i in 0..LANES {
                let step = damping * b[i];
                e[i] += step;
                y[i] = predicted[i] + e[i];
                change[i] += (step * w[i]) * (step * w[i]);
                total[i] += (e[i] * w[i]) * (e[i] * w[i]);
            }
        }
        (self.root_mean(&change), self.root_mean(&total))
    }

    fn root_mean(&self, sums: &[f64; LANES]) -> f64 {
        (sums.iter().sum::<f64>() / self.dim.max(1) as f64).sqrt()
    }

    fn norm(&self, value: impl Fn(usize, usize) -> f64) -> f64 {
        let mut sums = [0.0; LANES];
        for (at, w) in self.weights.as_chunks::<LANES>().0.iter().enumerate() {
            for i in 0..LANES {
                let x = value(at, i) * w[i];
                sums[i] += x * x;
            }
        }
        self.root_mean(&sums)
    }

    /// The weighted norm of the working vector `b`.
    pub(super) fn norm_of_b(&self) -> f64 {
        let (b, _) = self.b.as_chunks::<LANES>();
        self.norm(|at, i| b[at][i])
    }

    /// The weighted norm of `e - factor * before`.
    pub(super) fn norm_of_change(&self, before: &[f64], factor: f64) -> f64 {
        let (e, _) = self.e.as_chunks::<LANES>();
        let (before, _) = before.as_chunks::<LANES>();
        self.norm(|at, i| e[at][i] - factor * before[at][i])
    }

    /// A first step of about half the tolerance's error, from an estimate of the second
    /// derivative (Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, II.4).
    pub(super) fn first_step<S: System>(
        &mut self,
        system: &mut S,
        t: f64,
        y: &[f64],
        dy: &[f64],
        longest: Option<f64>,
        stats: &mut Stats,
    ) -> f64 {
        let n = self.dim;
        let longest = longest.unwrap_or(f64::INFINITY);
        self.e.fill(0.0);
        self.e[..n].copy_from_slice(dy);
        let slope = self.norm(|at, i| self.e[at * LANES + i]);
        let mut probe = if slope > 1e-10 { 0.1 / slope } else { 1e-6 * t.abs().max(1.0) };
        probe = probe.min(0.1 * longest).max(1e-14 * t.abs());
        let mut curvature = f64::NAN;
        for _ in 0..4 {
            for ((trial, y), dy) in self.y.iter_mut().zip(y).zip(dy) {
                *trial = y + probe * dy;
            }
            stats.rhs += 1;
            if system.rhs(t + probe, &self.y[..n], &mut self.f[..n]).is_ok() {
                let change = |i: usize| (self.f[i] - self.e[i]) / probe;
                curvature = self.norm(|at, i| change(at * LANES + i));
                if curvature.is_finite() {
                    break;
                }
            }
            probe *= 0.1;
        }
        self.e.fill(0.0);
        let step =
            if curvature.is_finite() { 0.5 * (2.0 / curvature.max(1e-20)).sqrt() } else { probe };
        step.min(1e3 * probe.max(1.0 / slope.max(1e-300))).min(0.1 * longest).max(1e-14 * t.abs())
    }
}
