//! A network as differential equations, with its rules, delays and events.

mod run;
mod settle;

use run::{Pace, Run, Span, Turns};

use super::crossings::{self, Crossings};
use super::events::Queue;
use super::inline::Inliner;
use super::lows::Lows;
use super::machine::Machine;
use super::missing::{Missing, missing};
use super::plan::Plan;
use super::record::Recorder;
use super::switches::held;
use super::system::Equations;
use super::waves::{self, Waves};
use super::{Settings, Trajectory};
use crate::ode::{self, NetworkOde, System};
use crate::{EngineError, StopToken};
use bioxen_network::{Expr, Network, NetworkError, RateLaw, Role, Rule};

/// Places within a step at which triggers are looked at.
const LOOKS: usize = 10;
/// A time between events that is short, relative to the whole time, and how many such times may
/// follow each other.
const RUSH: f64 = 1e-10;
const MAX_RUSHED: usize = 10_000;
/// Steps over the whole time when nothing but time limits them.
const FREE_STEPS: f64 = 1000.0;

/// A model ready to be integrated.
///
/// # Examples
/// ```
/// use bioxen_engine::StopToken;
/// use bioxen_engine::simulate::{Deterministic, Settings};
/// use bioxen_network::{Network, RateLaw};
///
/// let mut network = Network::default();
/// let x = network.species("x", 10.0);
/// network.reaction("decay", &[(x, 1)], &[], RateLaw::MassAction { k: 1.0, factors: vec![] });
/// let model = Deterministic::new(&network)?;
/// let run = model.run(&[0.0, 1.0, 2.0], &Settings::default(), &StopToken::new())?;
/// assert!((run.columns[0].values[1] - 10.0 * (-1f64).exp()).abs() < 1e-4);
/// # Ok::<(), bioxen_engine::EngineError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Deterministic {
    pub(super) plan: Plan,
    sparse: Option<NetworkOde>,
    missing: Vec<Missing>,
    triggers: Crossings,
    /// Where the right hand side may not be smooth.
    kinks: Crossings,
    waves: Waves,
    quantities: Vec<String>,
    reactions: Vec<String>,
    /// Parameters behind the quantities that hold comparisons.
    switches: usize,
    /// The same with comparisons as they stand, where those that are held turn without end.
    pub(super) plain: Option<Box<Deterministic>>,
}

impl Deterministic {
    /// Prepares a network.
    ///
    /// Mass action counts as in the limit of many molecules; all other laws are taken as they
    /// are. Without algebraic rules, `delay` and `rateOf` the Jacobian is sparse and exact.
    ///
    /// # Errors
    /// Rules that need each other in a circle, and constructs that have no meaning in an ODE.
    pub fn new(network: &Network) -> Result<Self, EngineError> {
        let plain = Self::as_it_stands(network)?;
        let Some(held) = held(network, &plain.plan).ok().flatten() else { return Ok(plain) };
        let Ok(mut ready) = Self::as_it_stands(&held) else { return Ok(plain) };
        ready.switches = held.quantities.len() - network.quantities.len();
        ready.quantities.truncate(network.quantities.len());
        ready.plain = Some(Box::new(plain));
        Ok(ready)
    }

    fn as_it_stands(network: &Network) -> Result<Self, EngineError> {
        let mut plan = Plan::new(network)?;
        let plain = plan.unknowns.is_empty() && plan.delays.is_empty() && !plan.nets;
        let missing = missing(network);
        // The sparse equations have all species as components; one without a value that nothing
        // needs would spoil them.
        let idle = network.quantities.iter().enumerate().any(|(place, q)| {
            let needed = plan.states.iter().any(|(state, _)| *state == place);
            q.role == Role::Species && !needed && !plan.initial_is_set(place)
        });
        let sparse = if plain && !idle { NetworkOde::without_events(network).ok() } else { None };
        if let Some(sparse) = &sparse {
            plan.set_states(sparse.states());
        }
        let (triggers, kinks, waves) = turning_points(network, &plan).unwrap_or_default();
        Ok(Deterministic {
            plan,
            sparse,
            missing,
            triggers,
            kinks,
            waves,
            quantities: network.quantities.iter().map(|q| q.name.clone()).collect(),
            reactions: network.reactions.iter().map(|r| r.name.clone()).collect(),
            switches: 0,
            plain: None,
        })
    }

    /// Integrates over time and records all quantities at the times of `grid`, which must ascend.
    ///
    /// Algebraic rules are solved along the way. Triggers of events are located to the last bit
    /// of the time. Of events due at one time and equal in priority, `settings.seed` decides.
    ///
    /// # Errors
    /// What has no value at the start, algebraic rules without a solution, steps that become too small, events that fire each
    /// other without end, and the stop token.
    pub fn run(
        &self,
        grid: &[f64],
        settings: &Settings,
        stop: &StopToken,
    ) -> Result<Trajectory, EngineError> {
        self.run_watched(grid, settings, stop, None)
    }

    /// The same; `lows` are told of each step.
    pub(super) fn run_watched(
        &self,
        grid: &[f64],
        settings: &Settings,
        stop: &StopToken,
        mut lows: Option<&mut Lows>,
    ) -> Result<Trajectory, EngineError> {
        match (self.integrated(grid, settings, stop, lows.as_deref_mut()), &self.plain) {
            // Where a state slides along a threshold, its comparison turns without end.
            (Err(EngineError::StepFailure { .. }), Some(plain)) => {
                plain.integrated(grid, settings, stop, lows)
            }
            (outcome, _) => outcome,
        }
    }

    pub(super) fn integrated(
        &self,
        grid: &[f64],
        settings: &Settings,
        stop: &StopToken,
        lows: Option<&mut Lows>,
    ) -> Result<Trajectory, EngineError> {
        let start = settings.start;
        let rates = if settings.rates { self.reactions.as_slice() } else { &[] };
        let mut recorder = Recorder::new(&self.quantities, rates, self.switches, grid);
        let end = grid.last().copied().unwrap_or(start);
        let (mut run, mut equations) = self.begun(settings, end, stop)?;
        recorder.record(start, &equations.machine.q);
        let options = self.options(settings, end, &equations.machine.q);
        run.lows = lows;
        run.integrate(&mut equations, options, &mut recorder)?;
        Ok(recorder.finish())
    }

    /// The integrator's options, with steps that pass over nothing.
    fn options(&self, settings: &Settings, end: f64, q: &[f64]) -> ode::Options {
        let start = settings.start;
        let mut options = settings.ode.clone();
        if self.plan.timed || !self.plan.events.is_empty() || !self.plan.delays.is_empty() {
            // What happens at a time, and is not announced by the state, must not be stepped over.
            let limit = (end - start) / 50.0;
            options.max_step = Some(options.max_step.map_or(limit, |max| max.min(limit)));
        }
        if let Some(step) = self.waves.longest_step((start, end), q) {
            options.max_step = Some(options.max_step.map_or(step, |max| max.min(step)));
        }
        options
    }

    /// An integration at its start, where events have happened.
    fn begun<'s>(
        &'s self,
        settings: &Settings,
        end: f64,
        stop: &'s StopToken,
    ) -> Result<(Run<'s>, Equations<'s>), EngineError> {
        let start = settings.start;
        let mut machine = Machine::start_at(&self.plan, start, &settings.values)?;
        machine.light = self.sparse.is_some() && !settings.rates;
        let mut queue = Queue::new(&machine, settings.seed);
        queue.process(&mut machine, start, stop)?;
        let mut equations =
            Equations::new(machine, self.sparse.clone(), self.quantities.len() + self.switches);
        self.check_start(&mut equations, start)?;
        let run = Run {
            model: self,
            queue,
            stop,
            span: Span { start, end },
            stack: Vec::new(),
            turns: Turns::default(),
            pace: Pace::default(),
            rest: None,
            lows: None,
        };
        Ok((run, equations))
    }

    /// Finds what keeps the integration from beginning, and names it.
    fn check_start(&self, equations: &mut Equations<'_>, start: f64) -> Result<(), EngineError> {
        let y = equations.machine.state();
        let mut dy = vec![0.0; y.len()];
        let begins = equations.rhs(start, &y, &mut dy);
        if y.iter().chain(&dy).all(|value| value.is_finite()) && begins.is_ok() {
            return Ok(());
        }
        let q = &equations.machine.q;
        if let Some(missing) = self.missing.iter().find(|missing| q[missing.quantity].is_nan()) {
            return Err(missing.error());
        }
        let states = self.plan.states.iter().zip(&y);
        match states.map(|((place, _), y)| (*place, *y)).find(|(_, y)| !y.is_finite()) {
            Some((place, value)) => {
                Err(EngineError::BadStart { quantity: self.quantities[place].clone(), value })
            }
            // What has no rate at the start may have one just after it.
            None => Ok(()),
        }
    }
}

/// The outermost parts of an expression that may turn or swing by themselves.
fn turning(expr: &Expr) -> Vec<&Expr> {
    let mut found = Vec::new();
    let mut todo = vec![expr];
    while let Some(expr) = todo.pop() {
        if crossings::may_turn(expr) || waves::may_swing(expr) {
            found.push(expr);
        } else {
            expr.for_each_child(|child| todo.push(child));
        }
    }
    found
}

/// When triggers turn, when rates have a kink, and what swings, as far as that is known in advance.
///
/// # Errors
/// Formulas that become too long when rules are put into each other. One can do without.
fn turning_points(
    network: &Network,
    plan: &Plan,
) -> Result<(Crossings, Crossings, Waves), NetworkError> {
    let mut inliner = Inliner::new(network)?;
    let mut moving = vec![false; network.quantities.len()];
    let states = plan.states.iter().map(|(quantity, _)| *quantity);
    states.chain(plan.unknowns.iter().copied()).for_each(|q| moving[q] = true);
    let mut triggers = Vec::new();
    for event in &network.events {
        triggers.push(inliner.apply(&event.name, &event.trigger.condition)?);
    }
    // Each formula is looked at once, where it stands: only what may turn there is put together with the rules that
    // it needs, not all that reads it.
    let mut others = Vec::new();
    for rule in &network.rules {
        let (Rule::Assignment(_, expr) | Rule::Rate(_, expr) | Rule::Algebraic(expr)) = rule;
        for part in turning(expr) {
            others.push(inliner.apply("rule", part)?);
        }
    }
    for reaction in &network.reactions {
        if let RateLaw::Expr(expr) = &reaction.law {
            for part in turning(expr) {
                others.push(inliner.apply(&reaction.name, part)?);
            }
        }
    }
    let crossings = |exprs: &[Expr]| Crossings::new(exprs.iter(), &moving);
    let waves = Waves::new(triggers.iter().chain(&others), &moving)?;
    Ok((crossings(&triggers)?, crossings(&others)?, waves))
}
