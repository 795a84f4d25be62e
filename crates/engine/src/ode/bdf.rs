//! The integrator: steps, their acceptance, and the choice of order and step.

use super::coefficients::{Coefficients, MAX_ORDER};
use super::history::{History, padded};
use super::newton::{Corrector, Outcome};
use super::options::{Options, Stats};
use super::{EngineError, System};
use crate::StopToken;

/// Errors are overestimated by these factors when the next step is chosen: for the order below,
/// the present one and the one above. What costs a change of order must promise more.
const BIAS: [f64; 3] = [6.0, 6.0, 10.0];
/// A longer step must be at least this much longer to be worth a new factorisation.
const WORTHWHILE: f64 = 1.5;
/// By how much the step may grow: after the first step, and later.
const GROWTH: [f64; 2] = [1e4, 10.0];
const MAX_ERROR_FAILURES: usize = 12;
const MAX_CONVERGENCE_FAILURES: usize = 12;
const NO_SOLUTION: &str = "the implicit equations have no solution nearby";
/// After how many failures in a row the past is no longer believed.
const FORGET_AFTER: usize = 3;

/// An integration in progress.
///
/// # Examples
/// ```
/// use bioxen_engine::StopToken;
/// use bioxen_engine::ode::{Bdf, DenseSystem, Options};
///
/// // y' = -1000 (y - cos t), stiff: the solution soon follows the cosine.
/// let mut system = DenseSystem::new(1, |t: f64, y: &[f64], dy: &mut [f64]| {
///     dy[0] = -1000.0 * (y[0] - t.cos());
///     Ok(())
/// });
/// let mut bdf = Bdf::new(0.0, &[0.0], Options::default());
/// bdf.integrate_to(&mut system, 1.0, &StopToken::new())?;
/// assert!((bdf.y()[0] - (1f64.cos() + 1e-3 * 1f64.sin())).abs() < 1e-5);
/// # Ok::<(), bioxen_engine::EngineError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Bdf {
    options: Options,
    t: f64,
    /// The accepted state.
    y: Vec<f64>,
    history: Option<History>,
    corrector: Corrector,
    /// The correction of the step before.
    e_before: Vec<f64>,
    scale_before: f64,
    /// The next step.
    h: f64,
    /// How many steps until another order is considered.
    wait: usize,
    max_growth: f64,
    steps_since_start: usize,
    /// Where the last step began.
    t_before: f64,
    /// Why the system has lately failed to answer.
    cause: Option<EngineError>,
    stats: Stats,
}

impl Bdf {
    /// Starts at time `t0` with the state `y0`.
    pub fn new(t0: f64, y0: &[f64], options: Options) -> Self {
        let len = padded(y0.len());
        Self {
            corrector: Corrector::new(y0.len()),
            e_before: vec![0.0; len],
            options,
            t: t0,
            y: y0.to_vec(),
            history: None,
            scale_before: 1.0,
            h: 0.0,
            wait: 0,
            max_growth: GROWTH[0],
            steps_since_start: 0,
            t_before: t0,
            cause: None,
            stats: Stats::default(),
        }
    }

    /// The time reached.
    pub fn t(&self) -> f64 {
        self.t
    }

    /// The state at that time.
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// The time at which the last step began; the present time if none has been made.
    pub fn t_before(&self) -> f64 {
        self.t_before
    }

    /// The order of the next step; 0 before the first.
    pub fn order(&self) -> usize {
        self.history.as_ref().map_or(0, |history| history.order)
    }

    /// What the integration has cost since it was made.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Starts anew at time `t` with the state `y`, as after a discontinuity: what is known of the
    /// past is forgotten.
    ///
    /// A state that is shorter or longer than the present one changes the number of equations.
    pub fn restart(&mut self, t: f64, y: &[f64]) {
        if y.len() != self.y.len() {
            self.corrector = Corrector::new(y.len());
            self.e_before = vec![0.0; padded(y.len())];
        }
        self.corrector.forget();
        self.cause = None;
        self.t = t;
        self.t_before = t;
        self.y.clear();
        self.y.extend_from_slice(y);
        self.history = None;
        self.max_growth = GROWTH[0];
        self.steps_since_start = 0;
    }

    /// The state at time `t` within the last step, from the polynomial that the step has used.
    ///
    /// Outside of the last step this extrapolates. Before the first step it is the initial state.
    /// Components beyond the end of `out` are left out.
    pub fn interpolate(&self, t: f64, out: &mut [f64]) {
        match &self.history {
            Some(history) if self.steps_since_start > 0 && t != self.t => {
                history.interpolate((t - self.t) / history.h, out);
            }
            _ => out.iter_mut().zip(&self.y).for_each(|(out, y)| *out = *y),
        }
    }

    /// Makes steps until `t_end` is reached exactly; nothing if it is not ahead.
    ///
    /// # Errors
    /// As [`Bdf::step`], and [`EngineError::Stopped`] if `stop` is set, which is looked at
    /// before every step.
    pub fn integrate_to<S: System>(
        &mut self,
        system: &mut S,
        t_end: f64,
        stop: &StopToken,
    ) -> Result<(), EngineError> {
        while self.t < t_end {
            if stop.is_stopped() {
                return Err(EngineError::Stopped { time: self.t });
            }
            self.step(system, Some(t_end))?;
        }
        Ok(())
    }

    /// Makes one step of the length that the tolerances allow, never past `t_stop`. A step that
    /// would come close to `t_stop` ends exactly there.
    ///
    /// # Errors
    /// [`EngineError::StepFailure`] when no step is small enough or too many have been made, and
    /// the error of the system if it gives one at every step size tried, at once if it is
    /// [`EngineError::Stopped`]. The state is then the one before the step.
    pub fn step<S: System>(
        &mut self,
        system: &mut S,
        t_stop: Option<f64>,
    ) -> Result<(), EngineError> {
        if system.dim() != self.y.len() {
            return Err(self.failure("the system and the state differ in their dimension"));
        }
        if t_stop.is_some_and(|t_stop| t_stop <= self.t) {
            return Ok(());
        }
        if self.steps_since_start >= self.options.max_steps {
            return Err(self.failure("the greatest number of steps has been made"));
        }
        self.corrector.set_weights(&self.y, &self.options);
        if self.history.is_none() {
            self.start(system, t_stop)?;
        }
        let (mut error_failures, mut convergence_failures) = (0, 0);
        loop {
            let (h, t_new) = self.next_point(t_stop)?;
            let Some(history) = &self.history else {
                return Err(self.failure("there is no history"));
            };
            let coefficients = Coefficients::new(history.order, &history.distances(h));
            let outcome =
                self.corrector.correct(system, history, &coefficients, t_new, h, &mut self.stats);
            match outcome {
                Outcome::Converged { norm } if norm * coefficients.error <= 1.0 => {
                    self.accept(t_new, h, &coefficients, norm);
                    if convergence_failures == 0 {
                        self.cause = None;
                    }
                    return Ok(());
                }
                Outcome::Converged { norm } => {
                    self.stats.error_failures += 1;
                    error_failures += 1;
                    if error_failures > MAX_ERROR_FAILURES {
                        return Err(self.failure("the error stays above the tolerance"));
                    }
                    self.reject(system, h, norm * coefficients.error, error_failures)?;
                }
                Outcome::Stale => {}
                Outcome::Failed { error: Some(error @ EngineError::Stopped { .. }) } => {
                    return Err(error);
                }
                Outcome::Failed { error } => {
                    self.stats.convergence_failures += 1;
                    convergence_failures += 1;
                    self.h = 0.25 * h;
                    self.max_growth = 1.0;
                    self.cause = error;
                    if convergence_failures > MAX_CONVERGENCE_FAILURES {
                        return Err(self.failure_or_cause(NO_SOLUTION));
                    }
                }
            }
        }
    }

    fn failure(&self, reason: &'static str) -> EngineError {
        EngineError::StepFailure { time: self.t, step: self.h, reason }
    }

    /// Why no step can be made: what the system has said, if it has.
    fn failure_or_cause(&self, reason: &'static str) -> EngineError {
        self.cause.clone().unwrap_or_else(|| self.failure(reason))
    }

    /// The step to try and where it ends.
    fn next_point(&mut self, t_stop: Option<f64>) -> Result<(f64, f64), EngineError> {
        if let Some(max_step) = self.options.max_step {
            self.h = self.h.min(max_step);
        }
        let mut t_new = self.t + self.h;
        if let Some(t_stop) = t_stop {
            let left = t_stop - self.t;
            if self.h >= left * (1.0 - 1e-12) {
                t_new = t_stop;
            } else if self.h > 0.5 * left {
                // Two steps of equal length are better than a long one and a remnant.
                t_new = self.t + 0.5 * left;
            }
        }
        let h = t_new - self.t;
        if !(h > 0.0 && t_new.is_finite()) || self.t + 0.1 * h == self.t && t_stop != Some(t_new) {
            return Err(self.failure_or_cause("the step has become too small"));
        }
        Ok((h, t_new))
    }

    /// Finds the derivative and a first step.
    fn start<S: System>(&mut self, system: &mut S, t_stop: Option<f64>) -> Result<(), EngineError> {
        let mut dy = vec![0.0; self.y.len()];
        self.stats.rhs += 1;
        system.rhs(self.t, &self.y, &mut dy)?;
        if !dy.iter().all(|dy| dy.is_finite()) {
            return Err(self.failure("the derivative at the start is not finite"));
        }
        self.h = match self.options.initial_step {
            Some(h) => h,
            None => self.corrector.first_step(
                system,
                self.t,
                &self.y,
                &dy,
                t_stop.map(|t_stop| t_stop - self.t),
                &mut self.stats,
            ),
        };
        self.history = Some(History::new(&self.y, &dy, self.h));
        self.wait = 2;
        self.scale_before = 1.0;
        Ok(())
    }

    /// Shortens the step after its error was `dsm` times the tolerance.
    fn reject<S: System>(
        &mut self,
        system: &mut S,
        h: f64,
        dsm: f64,
        failures: usize,
    ) -> Result<(), EngineError> {
        let Some(history) = &mut self.history else { return Ok(()) };
        self.max_growth = 1.0;
        if failures <= FORGET_AFTER {
            let ratio = ratio(BIAS[1], dsm, history.order).max(0.1);
            self.h = h * if failures >= 2 { ratio.min(0.2) } else { ratio };
            return Ok(());
        }
        self.h = 0.1 * h;
        if history.order > 1 {
            history.lower_order();
            self.wait = history.order + 1;
        } else {
            let n = self.y.len();
            self.stats.rhs += 1;
            system.rhs(self.t, &self.y, &mut self.corrector.f[..n])?;
            *history = History::new(&self.y, &self.corrector.f[..n], self.h);
            self.wait = 10;
        }
        Ok(())
    }

    /// Takes over a step and chooses the next one.
    fn accept(&mut self, t_new: f64, h: f64, c: &Coefficients, norm: f64) {
        let Some(history) = &mut self.history else { return };
        let corrector = &mut self.corrector;
        history.advance(h, &c.l, &corrector.e);
        history.value(&mut self.y);
        self.t_before = std::mem::replace(&mut self.t, t_new);
        self.stats.steps += 1;
        self.steps_since_start += 1;
        corrector.steps_since_factor += 1;
        corrector.steps_since_jacobian += 1;

        let q = history.order;
        let mut choice = (ratio(BIAS[1], norm * c.error, q), q);
        self.wait = self.wait.saturating_sub(1);
        if self.wait == 0 {
            self.wait = 2;
            if q > 1 {
                history.highest(&mut corrector.b);
                let norm = corrector.norm_of_b();
                choice = better(choice, (ratio(BIAS[0], norm * c.error_lower, q - 1), q - 1));
            }
            if q < MAX_ORDER {
                let factor =
                    c.scale / self.scale_before * (h / history.step_before()).powi(q as i32 + 1);
                let norm = corrector.norm_of_change(&self.e_before, factor);
                choice = better(choice, (ratio(BIAS[2], norm * c.error_higher, q + 1), q + 1));
            }
        }
        let (growth, order) = choice;
        let growth = growth.min(self.max_growth);
        if growth >= WORTHWHILE {
            if order < q {
                history.lower_order();
            } else if order > q {
                history.raise_order(&corrector.e);
            }
            self.wait = order + 1;
            self.h = h * growth;
        } else {
            self.h = h;
        }
        std::mem::swap(&mut self.e_before, &mut corrector.e);
        self.scale_before = c.scale;
        self.max_growth = GROWTH[1];
    }
}

/// By how much the step may change so that its error is just below the tolerance; `error` is the
/// present one at order `q`, which grows with the power `q + 1` of the step.
fn ratio(bias: f64, error: f64, q: usize) -> f64 {
    1.0 / ((bias * error).powf(1.0 / (q + 1) as f64) + 1e-6)
}

fn better(a: (f64, usize), b: (f64, usize)) -> (f64, usize) {
    if b.0 > a.0 { b } else { a }
}
