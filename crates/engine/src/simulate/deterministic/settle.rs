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
/// So many times of the fastest part can be foreseen before rounding hides what is conserved.
const ROOM: f64 = 1e-4 / f64::EPSILON;
/// Changes that show how fast the fastest part is: their number, and their size.
const PATTERNS: usize = 4;
const SMALL: f64 = 1e-6;
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
    /// The state at the last one.
    before: Vec<f64>,
    steps: usize,
}

impl Rest {
    fn new(settings: &Settings, dimension: usize) -> Self {
        let ode = &settings.ode;
        let atol = |i: usize| ode.atol_components.get(i).copied().unwrap_or(ode.atol);
        let atol = (0..dimension).map(atol).collect();
        Self { rtol: ode.rtol, atol, next: settings.start, before: Vec::new(), steps: 0 }
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
        let before = std::mem::replace(&mut self.before, state.to_vec());
        // The integrator counts on what its own equations have factored.
        let mut equations = equations.clone();
        let (wanted, most) = (FORESIGHT * passed, ROOM / self.fastest(&mut equations, t, state)?);
        let found = self.corrected(&mut equations, t, wanted.min(most), state)?;
        // What cannot be foreseen must not have changed since the last look, for half of the time.
        Ok(found.filter(|_| wanted <= most || self.is_still(state, &before)))
    }

    /// How fast the fastest part of the state answers to a small change, about.
    fn fastest(
        &self,
        equations: &mut Equations<'_>,
        t: f64,
        state: &[f64],
    ) -> Result<f64, EngineError> {
        let n = state.len();
        let (mut here, mut there) = (vec![0.0; n], vec![0.0; n]);
        equations.rhs(t, state, &mut here)?;
        let mut fastest = f64::MIN_POSITIVE;
        for pattern in 0..PATTERNS {
            let sign = |i: usize| if (i >> pattern).is_multiple_of(2) { SMALL } else { -SMALL };
            let unit = |(i, y): (usize, &f64)| sign(i) * (y.abs() + self.atol[i] / self.rtol);
            let change: Vec<f64> = state.iter().enumerate().map(unit).collect();
            let moved: Vec<f64> = state.iter().zip(&change).map(|(y, c)| y + c).collect();
            equations.rhs(t, &moved, &mut there)?;
            there.iter_mut().zip(&here).for_each(|(there, here)| *there -= here);
            let rate = self.norm(state, &there) / self.norm(state, &change);
            if rate.is_finite() {
                fastest = fastest.max(rate);
            }
        }
        Ok(fastest)
    }

    fn is_still(&self, state: &[f64], before: &[f64]) -> bool {
        let change: Vec<f64> = state.iter().zip(before).map(|(y, before)| y - before).collect();
        before.len() == state.len() && self.norm(state, &change) <= NEAR
    }

    /// The steady state, if the state is near it: one step of the implicit Euler method, much longer than the time that has
    /// passed, leads there. It takes away what decays within it, and leaves what is conserved.
    fn corrected(
        &self,
        equations: &mut Equations<'_>,
        t: f64,
        length: f64,
        state: &[f64],
    ) -> Result<Option<Vec<f64>>, EngineError> {
        let mut y = state.to_vec();
        let mut last = f64::INFINITY;
        for _ in 0..CORRECTIONS {
            let mut step = vec![0.0; y.len()];
            equations.rhs(t, &y, &mut step)?;
            step.iter_mut().for_each(|dy| *dy *= length);
            if equations.factor(t, &y, length).is_err() {
                return Ok(None);
            }
            equations.solve(&mut step);
            let norm = self.norm(&y, &step);
            if norm.is_nan() || last.is_infinite() && norm > NEAR {
                return Ok(None);
            }
            // What no longer falls is rounding.
            if norm >= last {
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

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_network::{
        Assignment, BinaryOp, Event, Expr, Network, QuantityId, RateLaw, Rule, Timing, Trigger,
        UnaryOp,
    };

    fn steady(network: &Network, values: &[(QuantityId, f64)]) -> Result<Vec<f64>, EngineError> {
        let settings = Settings { values: values.to_vec(), ..Settings::default() };
        Deterministic::new(network)?.settle(&settings, &StopToken::new())
    }

    fn mass_action(k: f64) -> RateLaw {
        RateLaw::MassAction { k, factors: Vec::new() }
    }

    /// Rates that differ by twelve orders of magnitude.
    #[test]
    fn slow_and_fast_parts_come_to_rest_together() -> Result<(), EngineError> {
        let mut network = Network::default();
        let (a, b) = (network.species("a", 2.0), network.species("b", 0.0));
        let c = network.species("c", 0.0);
        network.reaction("there", &[(a, 1)], &[(b, 1)], mass_action(3e6));
        network.reaction("back", &[(b, 1)], &[(a, 1)], mass_action(1e6));
        network.reaction("made", &[], &[(c, 1)], mass_action(5e-6));
        network.reaction("gone", &[(c, 1)], &[], mass_action(1e-6));
        let q = steady(&network, &[])?;
        for (found, expected) in q.iter().zip([0.5, 1.5, 5.0]) {
            assert!((found / expected - 1.0).abs() < 1e-7, "{q:?}");
        }
        // The sum is that of the start, which may be given.
        let q = steady(&network, &[(a, 7.0), (b, 1.0)])?;
        assert!((q[0] - 2.0).abs() < 1e-7 && (q[1] - 6.0).abs() < 1e-7, "{q:?}");
        Ok(())
    }

    #[test]
    fn what_grows_or_swings_does_not_settle() {
        let mut growing = Network::default();
        let x = growing.species("x", 1.0);
        growing.reaction("made", &[], &[(x, 1)], mass_action(1.0));
        assert!(matches!(steady(&growing, &[]), Err(EngineError::NotSteady { .. })));
        let mut swinging = Network::default();
        let (x, y) = (swinging.parameter("x", 1.0), swinging.parameter("y", 0.0));
        swinging.rules.push(Rule::Rate(x, Expr::Quantity(y)));
        let back = Expr::Unary(UnaryOp::Neg, Box::new(Expr::Quantity(x)));
        swinging.rules.push(Rule::Rate(y, back));
        let settings = Settings {
            ode: crate::ode::Options { rtol: 1e-4, ..Default::default() },
            ..Settings::default()
        };
        let outcome = Deterministic::new(&swinging)
            .and_then(|model| model.settle(&settings, &StopToken::new()));
        // The integrator damps a little, and so may bring it to rest at zero.
        if let Ok(q) = outcome {
            assert!(q[0].abs() < 1e-3 && q[1].abs() < 1e-3, "{q:?}");
        }
    }

    #[test]
    fn an_event_at_a_known_time_is_waited_for() -> Result<(), EngineError> {
        let mut network = Network::default();
        let (x, k) = (network.species("x", 1.0), network.parameter("k", 1.0));
        let law = RateLaw::MassAction { k: 1.0, factors: vec![k] };
        network.reaction("made", &[], &[(x, 1)], law);
        network.reaction("gone", &[(x, 1)], &[], mass_action(1.0));
        let late = Expr::Binary(BinaryOp::Ge, Box::new(Expr::Time), Box::new(Expr::Const(1e4)));
        network.events.push(Event {
            name: "switch".to_owned(),
            trigger: Trigger::after_start(late),
            timing: Timing::default(),
            assignments: vec![Assignment::new(k, Expr::Const(3.0))],
        });
        let q = steady(&network, &[])?;
        assert!((q[0] - 3.0).abs() < 1e-8 && q[1] == 3.0, "{q:?}");
        Ok(())
    }
}
