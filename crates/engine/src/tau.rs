//! Adaptive tau-leaping: many events at once, as long as no propensity changes by much.
//!
//! The step is that of Cao, Gillespie & Petzold, *J. Chem. Phys.* 124:044109 (2006): the bounds on
//! each reactant species, critical reactions that fire at most once per leap, and no leap into
//! negative counts. Where a leap would not pay, which is the rule at the copy numbers of gene
//! expression, the exact simulation goes on instead, for a number of events and not for a time.
//!
//! A leap that holds the rates of its start is late by half its length: a pool that decays would
//! lose 1.5 % too few per e-fold at `epsilon` 0.03. The leap here has two halves, and the second one
//! corrects the rates of the first: the weak trapezoidal method of Anderson & Koyama, *Multiscale
//! Model. Simul.* 10:1493 (2012), in which the errors of means and of variances fall with the square
//! of the step. The rates of critical reactions change evenly along a leap.

mod hazard;
mod leap;
mod select;

#[cfg(test)]
mod tests;

use super::rng::Rng;
use super::ssa::Ssa;
use super::trajectory::simulates;
use super::{EngineError, StopToken};
use bioxen_network::{Compiled, QuantityId};
use select::Bounds;
use std::sync::Arc;

/// How to leap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// How much a propensity may change in a leap, relative to their sum; the paper has 0.03. A pool
    /// that decays or grows alone is off by `epsilon^2 / 6` for each e-fold.
    pub epsilon: f64,
    /// A reaction that could fire fewer times than this before it runs out of a reactant is
    /// critical; 10 in the paper.
    pub critical: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { epsilon: 0.02, critical: 10.0 }
    }
}

/// An approximate stochastic simulation in progress.
///
/// # Examples
/// ```
/// use bioxen_engine::StopToken;
/// use bioxen_engine::rng::{Rng, Seed};
/// use bioxen_engine::tau::{Options, Tau};
/// use bioxen_network::{Compiled, Network, RateLaw};
///
/// let mut network = Network::default();
/// let x = network.species("x", 1e6);
/// network.reaction("lose", &[(x, 1)], &[], RateLaw::MassAction { k: 1.0, factors: vec![] });
/// let model = Compiled::new(&network)?.into();
/// let mut tau = Tau::new(model, Rng::new(Seed::new(1)), Options::default())?;
/// tau.advance(1.0, &StopToken::new())?;
/// assert!(tau.leaps() > 0);
/// assert!((tau.state()[x.index()] / 1e6 - (-1f64).exp()).abs() < 0.002);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tau {
    /// Holds the state, and goes on exactly where leaps do not pay.
    exact: Ssa,
    options: Options,
    bounds: Bounds,
    /// The rates at the start of a leap, and later in it.
    rates: Vec<f64>,
    later: Vec<f64>,
    critical: Vec<bool>,
    /// How often each reaction fires, in the first half of a leap and in the whole.
    first: Vec<f64>,
    firings: Vec<f64>,
    next: Vec<f64>,
    stack: Vec<f64>,
    leaps: u64,
    /// How often in a row a leap did not pay.
    refusals: u32,
}

impl Tau {
    /// A simulation at time 0 in the network's initial state. An `epsilon` or `critical` that is
    /// not positive and finite is replaced by the default.
    ///
    /// # Errors
    /// Those of [`Ssa::new`].
    pub fn new(model: Arc<Compiled>, rng: Rng, options: Options) -> Result<Self, EngineError> {
        Ok(Self::from_exact(Ssa::new(model, rng)?, options))
    }

    /// Goes on from where an exact simulation is.
    pub fn from_exact(exact: Ssa, options: Options) -> Self {
        let positive = |value: f64, default: f64| {
            if value.is_finite() && value > 0.0 { value } else { default }
        };
        let default = Options::default();
        let options = Options {
            epsilon: positive(options.epsilon, default.epsilon).min(1.0),
            critical: positive(options.critical, default.critical),
        };
        let bounds = Bounds::new(exact.model());
        let reactions = exact.model().reaction_count();
        Self {
            exact,
            options,
            bounds,
            rates: vec![0.0; reactions],
            later: vec![0.0; reactions],
            critical: vec![false; reactions],
            first: vec![0.0; reactions],
            firings: vec![0.0; reactions],
            next: Vec::new(),
            stack: Vec::new(),
            leaps: 0,
            refusals: 0,
        }
    }

    /// The network.
    pub fn model(&self) -> &Arc<Compiled> {
        self.exact.model()
    }

    /// The simulation that holds the state.
    pub fn exact(&self) -> &Ssa {
        &self.exact
    }

    /// The simulation that holds the state, to change it.
    pub fn exact_mut(&mut self) -> &mut Ssa {
        &mut self.exact
    }

    /// Forgets that leaps did not pay, so that what follows depends on the state and the random
    /// stream alone.
    pub fn consider_leaping(&mut self) {
        self.refusals = 0;
    }

    /// The present time, in the network's own unit.
    pub fn time(&self) -> f64 {
        self.exact.time()
    }

    /// All quantities in the network's order; species are whole numbers.
    pub fn state(&self) -> &[f64] {
        self.exact.state()
    }

    /// How many reactions have fired.
    pub fn events(&self) -> u64 {
        self.exact.events()
    }

    /// How many leaps were made.
    pub fn leaps(&self) -> u64 {
        self.leaps
    }

    /// The stream of random numbers.
    pub fn rng_mut(&mut self) -> &mut Rng {
        self.exact.rng_mut()
    }

    /// Sets a quantity; see [`Ssa::set`].
    ///
    /// # Errors
    /// Those of [`Ssa::set`].
    pub fn set(&mut self, q: QuantityId, value: f64) -> Result<(), EngineError> {
        self.exact.set(q, value)
    }

    /// Runs until exactly `t_end`; does nothing if that is not later than the present time.
    ///
    /// # Errors
    /// Those of [`Ssa::advance`]. The state is then that of the last leap or event.
    pub fn advance(&mut self, t_end: f64, stop: &StopToken) -> Result<(), EngineError> {
        while t_end > self.time() {
            if stop.is_stopped() {
                return Err(EngineError::Stopped { time: self.time() });
            }
            if !self.leap(t_end)? {
                let events = self.patience();
                self.refusals = (self.refusals + 1).min(16);
                self.exact.advance_events(t_end, events, stop)?;
            }
        }
        Ok(())
    }
}

simulates!(Tau);
