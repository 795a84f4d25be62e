//! A network as differential equations, with its rules, delays and events.

use super::crossings::{Crossings, instants, same};
use super::events::Queue;
use super::history::SAMPLES;
use super::inline::Inliner;
use super::machine::Machine;
use super::missing::{Missing, missing};
use super::plan::Plan;
use super::record::Recorder;
use super::switches::held;
use super::system::Equations;
use super::waves::Waves;
use super::{Settings, Trajectory};
use crate::ode::{Bdf, NetworkOde, System};
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
        match (self.integrated(grid, settings, stop), &self.plain) {
            // Where a state slides along a threshold, its comparison turns without end.
            (Err(EngineError::StepFailure { .. }), Some(plain)) => {
                plain.integrated(grid, settings, stop)
            }
            (outcome, _) => outcome,
        }
    }

    pub(super) fn integrated(
        &self,
        grid: &[f64],
        settings: &Settings,
        stop: &StopToken,
    ) -> Result<Trajectory, EngineError> {
        let start = settings.start;
        let mut machine = Machine::start(&self.plan, start)?;
        machine.light = self.sparse.is_some() && !settings.rates;
        let mut queue = Queue::new(&machine, settings.seed);
        queue.process(&mut machine, start, stop)?;
        let rates = if settings.rates { self.reactions.as_slice() } else { &[] };
        let mut recorder = Recorder::new(&self.quantities, rates, self.switches, grid);
        recorder.record(start, &machine.q);
        let mut options = settings.ode.clone();
        let end = grid.last().copied().unwrap_or(start);
        if self.plan.timed || !self.plan.events.is_empty() || !self.plan.delays.is_empty() {
            // What happens at a time, and is not announced by the state, must not be stepped over.
            let limit = (end - start) / 50.0;
            options.max_step = Some(options.max_step.map_or(limit, |max| max.min(limit)));
        }
        if let Some(step) = self.waves.longest_step((start, end), &machine.q) {
            options.max_step = Some(options.max_step.map_or(step, |max| max.min(step)));
        }
        let mut equations =
            Equations::new(machine, self.sparse.clone(), self.quantities.len() + self.switches);
        self.check_start(&mut equations, start)?;
        let mut run = Run {
            model: self,
            queue,
            stop,
            start,
            end,
            stack: Vec::new(),
            turn: None,
            crossed: f64::MIN,
            bent: f64::MIN,
            last_event: f64::NEG_INFINITY,
            rushed: 0,
        };
        run.integrate(&mut equations, options, &mut recorder)?;
        Ok(recorder.finish())
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
        triggers.push(inliner.apply(&event.name, &event.trigger)?);
    }
    let mut others = Vec::new();
    for rule in &network.rules {
        let (Rule::Assignment(_, expr) | Rule::Rate(_, expr) | Rule::Algebraic(expr)) = rule;
        others.push(inliner.apply("rule", expr)?);
    }
    for reaction in &network.reactions {
        if let RateLaw::Expr(expr) = &reaction.law {
            others.push(inliner.apply(&reaction.name, expr)?);
        }
    }
    let crossings = |exprs: &[Expr]| Crossings::new(exprs.iter(), &moving);
    let waves = Waves::new(triggers.iter().chain(&others), &moving)?;
    Ok((crossings(&triggers)?, crossings(&others)?, waves))
}

struct Run<'s> {
    model: &'s Deterministic,
    queue: Queue,
    stop: &'s StopToken,
    start: f64,
    end: f64,
    stack: Vec<f64>,
    /// Where a trigger is known to turn within the present step.
    turn: Option<f64>,
    /// The last crossing of a trigger that was gone through, and the last jump of a rate.
    crossed: f64,
    bent: f64,
    last_event: f64,
    /// How many events have followed each other too fast.
    rushed: usize,
}

/// Where the state between two times comes from.
enum Path {
    Steps(Box<Bdf>),
    /// No equations: only time goes on.
    Still,
}

impl Path {
    fn set(&self, equations: &mut Equations<'_>, t: f64) -> Result<(), EngineError> {
        if let Path::Steps(bdf) = self {
            let mut y = vec![0.0; equations.machine.plan.states.len()];
            bdf.interpolate(t, &mut y);
            equations.machine.load(&y);
        }
        equations.machine.update(t)
    }
}

impl Run<'_> {
    fn integrate(
        &mut self,
        equations: &mut Equations<'_>,
        options: crate::ode::Options,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), EngineError> {
        let mut t = self.start;
        let max_step = options.max_step;
        let mut path = match equations.machine.plan.states.len() {
            0 => Path::Still,
            _ => Path::Steps(Box::new(Bdf::new(t, &equations.machine.state(), options))),
        };
        while t < self.end {
            if self.stop.is_stopped() {
                return Err(EngineError::Stopped { time: t });
            }
            let mut limit = self.queue.next_due().map_or(self.end, |due| due.min(self.end));
            let q = &equations.machine.q;
            // A step may end just before a crossing; one that was gone through does not count again.
            let least = t.max(same(self.crossed));
            let turn = self.model.triggers.next_beyond(t, least, q, &mut self.stack);
            let kink = self.model.kinks.next_bend(t, self.bent, q, &mut self.stack);
            limit = turn.iter().fold(limit, |limit, &at| limit.min(at));
            if let Some(lag) = self.shortest_lag(equations, t)? {
                limit = limit.min((t + lag).max(t + (self.end - t) * 1e-7));
            }
            let kink = kink.filter(|kink| kink.before <= limit);
            let reached = match &mut path {
                // Neither step that ends at a jump nor one that begins there knows both sides.
                Path::Steps(_) if kink.is_some_and(|kink| kink.before <= t) => {
                    kink.map_or(limit, |kink| kink.after)
                }
                Path::Still => {
                    let free = max_step.unwrap_or(f64::INFINITY).min(self.end / FREE_STEPS);
                    let next = t + free.max(self.end * 1e-9);
                    if next < limit { next } else { limit }
                }
                Path::Steps(bdf) => {
                    bdf.step(equations, Some(kink.map_or(limit, |kink| kink.before)))?;
                    match kink.filter(|kink| kink.before == bdf.t()) {
                        Some(kink) => kink.after,
                        None => bdf.t(),
                    }
                }
            };
            self.turn = turn.filter(|&turn| turn <= reached);
            t = self.pass(equations, &mut path, t, reached, recorder)?;
            if let Some(turn) = self.turn.filter(|&turn| same(t) >= turn) {
                self.crossed = turn;
            }
            if let (Path::Steps(bdf), Some(kink)) = (&mut path, kink.filter(|k| k.after <= t)) {
                self.bent = kink.at;
                bdf.restart(t, &equations.machine.state());
            }
        }
        Ok(())
    }

    /// Refuses events that follow each other in ever shorter times.
    fn watch(&mut self, t: f64) -> Result<(), EngineError> {
        let rushed = t - self.last_event < RUSH * (self.end - self.start);
        self.rushed = if rushed { self.rushed + 1 } else { 0 };
        self.last_event = t;
        if self.rushed <= MAX_RUSHED {
            return Ok(());
        }
        let reason = "events follow each other in ever shorter times";
        Err(EngineError::StepFailure { time: t, step: 0.0, reason })
    }

    /// The shortest lag at this time, which no step should exceed.
    fn shortest_lag(
        &self,
        equations: &mut Equations<'_>,
        t: f64,
    ) -> Result<Option<f64>, EngineError> {
        let plan = equations.machine.plan;
        let mut shortest: Option<f64> = None;
        for delay in &plan.delays {
            let lag = equations.machine.lag(delay, t)?;
            if lag > 0.0 {
                shortest = Some(shortest.map_or(lag, |s| s.min(lag)));
            }
        }
        Ok(shortest)
    }

    /// Goes along a step: records, and lets events happen. Gives the time reached, which an
    /// event may have cut short.
    fn pass(
        &mut self,
        equations: &mut Equations<'_>,
        path: &mut Path,
        from: f64,
        to: f64,
        recorder: &mut Recorder<'_>,
    ) -> Result<f64, EngineError> {
        let mut t = from;
        while t < to {
            let limit = self.queue.next_due().map_or(to, |due| due.min(to)).max(t);
            let next = self.change(equations, path, t, limit)?.unwrap_or(limit);
            self.remember(equations, path, t, next)?;
            while let Some(at) = recorder.next().filter(|&at| at < next) {
                path.set(equations, at)?;
                recorder.record(at, &equations.machine.q);
            }
            path.set(equations, next)?;
            let happened = self.queue.process(&mut equations.machine, next, self.stop)?;
            recorder.record(next, &equations.machine.q);
            t = next;
            if happened {
                self.watch(t)?;
                equations.tell();
                if let Path::Steps(bdf) = path {
                    bdf.restart(t, &equations.machine.state());
                }
                return Ok(t);
            }
        }
        Ok(t)
    }

    /// The first time after `from`, up to `to`, at which a trigger has changed.
    fn change(
        &self,
        equations: &mut Equations<'_>,
        path: &Path,
        from: f64,
        to: f64,
    ) -> Result<Option<f64>, EngineError> {
        if equations.machine.plan.events.is_empty() {
            return Ok(None);
        }
        let mut changed = |t: f64| -> Result<bool, EngineError> {
            path.set(equations, t)?;
            Ok(self.queue.has_changed(&mut equations.machine, t))
        };
        let mut before = from;
        let looks = (1..LOOKS).map(|look| from + (to - from) * look as f64 / LOOKS as f64);
        // A trigger such as `rem(time, 12) == 0` holds for a moment only.
        let ends = self.turn.filter(|&turn| turn <= to).into_iter().flat_map(instants).chain([to]);
        for t in looks.chain(ends) {
            if t <= before {
                continue;
            }
            if changed(t)? {
                return super::events::bisect(before, t, &mut changed).map(Some);
            }
            before = t;
        }
        Ok(None)
    }

    /// Keeps what delays will ask for.
    fn remember(
        &self,
        equations: &mut Equations<'_>,
        path: &Path,
        from: f64,
        to: f64,
    ) -> Result<(), EngineError> {
        let plan = equations.machine.plan;
        if plan.delays.is_empty() {
            return Ok(());
        }
        let mut samples = vec![[0.0; SAMPLES]; plan.delays.len()];
        for place in 0..SAMPLES {
            let t = from + (to - from) * place as f64 / (SAMPLES - 1) as f64;
            path.set(equations, t)?;
            for (delay, samples) in plan.delays.iter().zip(&mut samples) {
                samples[place] = equations.machine.eval(&delay.value, t);
            }
        }
        equations.machine.history.push(to, samples);
        Ok(())
    }
}
