//! Integration up to a steady state.

use super::super::record::Recorder;
use super::super::system::Equations;
use super::{Deterministic, Settings};
use crate::ode::System;
use crate::{EngineError, StopToken};

/// No simulation goes on longer, in the model's unit of time.
const LATEST: f64 = 1e15;
/// Steps after which what has not settled is taken not to settle.
const MOST_STEPS: usize = 100_000;
/// A state is steady if it would hardly change within so many times the time that has passed.
const FORESIGHT: f64 = 1e6;
/// How far a state may be from the steady one before it is brought there, in units of the tolerances.
const NEAR: f64 = 10.0;
/// How near it is brought.
const THERE: f64 = 1e-3;
/// Corrections that bring it there.
const CORRECTIONS: usize = 5;

/// Looks for a steady state along an integration.
#[derive(Debug, Clone)]
pub(super) struct Rest {
    rtol: f64,
    atol: Vec<f64>,
    /// The time of the next look.
    next: f64,
    steps: usize,
}

impl Rest {
    fn new(settings: &Settings, dimension: usize) -> Self {
        let ode = &settings.ode;
        let atol = |i: usize| ode.atol_components.get(i).copied().unwrap_or(ode.atol);
        let atol = (0..dimension).map(atol).collect();
        Self { rtol: ode.rtol, atol, next: settings.start, steps: 0 }
    }

    /// The size of a change in units of the tolerances.
    fn norm(&self, y: &[f64], change: &[f64]) -> f64 {
        let unit = |(y, atol): (&f64, &f64)| self.rtol * y.abs() + atol.max(f64::MIN_POSITIVE);
        let units = y.iter().zip(&self.atol).map(unit);
        let sum: f64 = change.iter().zip(units).map(|(c, u)| (c / u).powi(2)).sum();
        (sum / y.len().max(1) as f64).sqrt()
    }

    /// The steady state, if this state at time `t` is near it.
    ///
    /// One step of the implicit Euler method, much longer than the time that has passed, leads there from nearby: it takes
    /// away what decays within it, and leaves what is conserved.
    ///
    /// # Errors
    /// When there is none after very many steps.
    pub(super) fn look(
        &mut self,
        equations: &Equations<'_>,
        (start, t): (f64, f64),
        state: &[f64],
    ) -> Result<Option<Vec<f64>>, EngineError> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(EngineError::NotSteady { time: t });
        }
        if t < self.next {
            return Ok(None);
        }
        let passed = t - start;
        self.next = t + passed;
        // The integrator counts on what its own equations have factored.
        let mut equations = equations.clone();
        let gamma = FORESIGHT * passed;
        let mut y = state.to_vec();
        let mut last = f64::INFINITY;
        for _ in 0..CORRECTIONS {
            let mut step = vec![0.0; y.len()];
            equations.rhs(t, &y, &mut step)?;
            step.iter_mut().for_each(|dy| *dy *= gamma);
            if equations.factor(t, &y, gamma).is_err() {
                return Ok(None);
            }
            equations.solve(&mut step);
            let norm = self.norm(&y, &step);
            if last.is_infinite() && !(norm <= NEAR) {
                return Ok(None);
            }
            // What no longer falls is rounding.
            if !(norm < last) {
                break;
            }
            y.iter_mut().zip(&step).for_each(|(y, step)| *y += step);
            if norm <= THERE {
                break;
            }
            last = norm;
        }
        Ok(Some(y))
    }
}

impl Deterministic {
    /// Integrates until nothing changes any more and gives the values of all quantities there, in the network's order.
    ///
    /// What happens at a known time is waited for. Conserved sums keep their values.
    ///
    /// # Errors
    /// Those of [`Deterministic::run`], and [`EngineError::NotSteady`] for what swings or grows without end.
    ///
    /// # Examples
    /// ```
    /// use bioxen_engine::StopToken;
    /// use bioxen_engine::simulate::{Deterministic, Settings};
    /// use bioxen_network::{Network, RateLaw};
    ///
    /// let mut network = Network::default();
    /// let (a, b) = (network.species("a", 3.0), network.species("b", 0.0));
    /// let law = |k| RateLaw::MassAction { k, factors: vec![] };
    /// network.reaction("there", &[(a, 1)], &[(b, 1)], law(2.0));
    /// network.reaction("back", &[(b, 1)], &[(a, 1)], law(1.0));
    /// let model = Deterministic::new(&network)?;
    /// let steady = model.settle(&Settings::default(), &StopToken::new())?;
    /// assert!((steady[0] - 1.0).abs() < 1e-9 && (steady[1] - 2.0).abs() < 1e-9);
    /// # Ok::<(), bioxen_engine::EngineError>(())
    /// ```
    pub fn settle(&self, settings: &Settings, stop: &StopToken) -> Result<Vec<f64>, EngineError> {
        match (self.settled(settings, stop), &self.plain) {
            // As in a run: a state that slides along a threshold.
            (Err(EngineError::StepFailure { .. }), Some(plain)) => plain.settled(settings, stop),
            (outcome, _) => outcome,
        }
    }

    fn settled(&self, settings: &Settings, stop: &StopToken) -> Result<Vec<f64>, EngineError> {
        let (mut run, mut equations) = self.begun(settings, LATEST, stop)?;
        run.rest = Some(Rest::new(settings, equations.dim()));
        let mut nothing = Recorder::new(&[], &[], 0, &[]);
        // Nobody knows yet how long it takes, so no step is limited.
        run.integrate(&mut equations, settings.ode.clone(), &mut nothing)?;
        if run.rest.is_some() {
            return Err(EngineError::NotSteady { time: LATEST });
        }
        let mut values = equations.machine.q;
        values.truncate(self.quantities.len());
        Ok(values)
    }
}
