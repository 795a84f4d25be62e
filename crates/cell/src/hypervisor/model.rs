//! Models in SBML that run beside a VM, in the same cell time.
//!
//! A model takes nothing from the host, and the cell does not act on it. It is simulated in pieces of
//! [`PIECE`] of its own time. Under the stochastic solvers it is a jump process if it can be one and
//! counts molecules, otherwise a system of differential equations. Between two pieces only the values
//! of its quantities and the states of its event triggers are kept, so models with more memory are
//! refused. A state within a piece is computed from the beginning of the piece, along the same path as
//! the whole piece. So the times of sampling do not matter.

use std::sync::Arc;

use super::Solver;
use super::error::HypervisorError;
use crate::package::{Model, Package, PackageError};
use bioxen_base::units::Time;
use bioxen_engine::ode::Options;
use bioxen_engine::rng::{Rng, Seed};
use bioxen_engine::simulate::{Deterministic, Settings, Stochastic};
use bioxen_engine::{EngineError, StopToken};
use bioxen_network::sbml::is_a_molecule;
use bioxen_network::{Expr, NaryOp, Network, Program, Role, Rule};

/// Relative tolerance of the integration, which begins anew with each piece.
const RELATIVE: f64 = 1e-8;
/// Cell time that a model lives in one piece.
const PIECE: Time = Time::from_micros(60_000_000);

/// A model of a package, at one moment.
#[derive(Debug, Clone)]
pub struct RunningModel {
    package: Arc<Package>,
    /// The network from where it is now.
    network: Network,
    /// Whether it can be a jump process.
    jumps: bool,
    /// What is to be known of its unit of substance where chance counts molecules.
    unit: Option<String>,
    /// Uptime of the VM when it was installed.
    begun: Time,
    /// At the beginning of the present piece.
    state: ModelState,
    /// What was seen of it last.
    seen: Seen,
}

/// Where a model was when somebody looked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen {
    /// Cell time that it had lived.
    pub(super) lived: Time,
    /// The values of all quantities.
    pub(super) values: Vec<f64>,
    /// Whether it was simulated as a jump process.
    pub(super) jumping: bool,
}

/// What a model is made of that cannot be made anew.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ModelState {
    /// Cell time that it has lived.
    pub(super) lived: Time,
    /// The values of all quantities.
    pub(super) values: Vec<f64>,
    pub(super) rng: Rng,
}

impl RunningModel {
    /// The model of a package from its beginning; none if it has no model.
    pub(super) fn new(
        package: &Arc<Package>,
        begun: Time,
        rng: Rng,
    ) -> Result<Option<Self>, HypervisorError> {
        let Some(model) = &package.model else { return Ok(None) };
        check(package, model)?;
        let stop = StopToken::new();
        let unsound = |source: EngineError| PackageError::Model {
            package: package.label(),
            reason: source.to_string(),
        };
        let first = Deterministic::new(&model.network)
            .and_then(|ready| ready.run(&[0.0], &Settings::default(), &stop))
            .map_err(unsound)?;
        let values: Vec<f64> =
            first.columns.iter().filter_map(|c| c.values.first().copied()).collect();
        let could = Stochastic::new(&model.network).is_ok();
        let (jumps, unit) = counting(model, &values);
        let mut model = Self {
            package: Arc::clone(package),
            network: model.network.clone(),
            jumps: could && jumps,
            unit: unit.filter(|_| could || !jumps),
            begun,
            seen: Seen { lived: Time::ZERO, values: values.clone(), jumping: false },
            state: ModelState { lived: Time::ZERO, values, rng },
        };
        model.stand_at_state();
        Ok(Some(model))
    }

    /// The package that it came with.
    pub fn package(&self) -> &Arc<Package> {
        &self.package
    }

    /// What is recorded of it: `(name, present value)`.
    pub fn observed(&self) -> impl Iterator<Item = (&str, f64)> {
        let observed = self.package.model.iter().flat_map(|model| &model.observed);
        observed.filter_map(|(name, at)| Some((name.as_str(), *self.seen.values.get(*at)?)))
    }

    /// What its user should know of how it is simulated, in words.
    pub fn remarks(&self, solver: Solver) -> Vec<String> {
        let name = &self.package.name;
        let read = self.package.model.iter().flat_map(|model| &model.remarks);
        let unit = self.unit.iter().filter(|_| solver != Solver::Deterministic);
        read.chain(unit).map(|remark| format!("the model {name}: {remark}")).collect()
    }

    /// Uptime of the VM when it was installed, the state at the beginning of the present piece, and
    /// what was seen last.
    pub(super) fn saved(&self) -> (Time, &ModelState, &Seen) {
        (self.begun, &self.state, &self.seen)
    }

    /// Goes on from what was saved; whether it is of this model.
    pub(super) fn restore(&mut self, begun: Time, state: ModelState, seen: Seen) -> bool {
        let quantities = self.network.quantities.len();
        if state.values.len() != quantities || seen.values.len() != quantities {
            return false;
        }
        (self.begun, self.state, self.seen) = (begun, state, seen);
        self.stand_at_state();
        true
    }

    /// Continues with another random stream.
    pub(super) fn reseed(&mut self, rng: Rng) {
        self.state.rng = rng;
    }

    /// How much of the present piece is left when the VM has run for so long.
    pub(super) fn left(&self, uptime: Time) -> Time {
        let into = (uptime - self.begun).micros().rem_euclid(PIECE.micros());
        Time::from_micros(PIECE.micros() - into)
    }

    /// What it has lived at the end of the present piece.
    fn piece_end(&self) -> Time {
        Time::from_micros((self.state.lived.micros() / PIECE.micros() + 1) * PIECE.micros())
    }

    /// Lives through all pieces that have passed when the VM has run for so long.
    ///
    /// # Errors
    /// When the model cannot be simulated there, or the stop token is set.
    pub(super) fn advance(&mut self, uptime: Time, stop: &StopToken) -> Result<(), EngineError> {
        loop {
            let end = self.piece_end();
            if end > uptime - self.begun {
                return Ok(());
            }
            let (values, rng) = self.piece((end, end), stop)?;
            self.state = ModelState { lived: end, values, rng };
            self.see(end, self.state.values.clone());
            self.stand_at_state();
        }
    }

    /// Looks where it is when the VM has run for so long. Where it cannot be found, that shows at the
    /// end of the piece.
    ///
    /// # Errors
    /// When the stop token is set.
    pub(super) fn look(&mut self, uptime: Time, stop: &StopToken) -> Result<(), EngineError> {
        let to = uptime - self.begun;
        if to <= self.seen.lived {
            return Ok(());
        }
        let end = self.piece_end();
        let found = match self.piece((to, end.max(to)), stop) {
            // The rest of the piece may be what fails.
            Err(error) if !matches!(error, EngineError::Stopped { .. }) => {
                self.piece((to, to), stop)
            }
            found => found,
        };
        match found {
            Ok((values, _)) => self.see(to, values),
            Err(stopped @ EngineError::Stopped { .. }) => return Err(stopped),
            Err(_) => {}
        }
        Ok(())
    }

    /// Forgets where it was seen within the present piece, unless it is simulated otherwise from there.
    pub(super) fn forget_look(&mut self, solver: Solver) {
        self.take_solver(solver);
        self.see(self.state.lived, self.state.values.clone());
    }

    fn see(&mut self, lived: Time, values: Vec<f64>) {
        self.seen = Seen { lived, values, jumping: self.seen.jumping };
    }

    /// Is simulated otherwise from what was seen last, if another way is asked for.
    pub(super) fn take_solver(&mut self, solver: Solver) {
        let jumping = self.jumps && solver != Solver::Deterministic;
        if self.seen.jumping == jumping {
            return;
        }
        self.seen.jumping = jumping;
        if self.seen.lived > self.state.lived {
            let mut rng = self.state.rng.clone();
            rng.next_u64();
            let Seen { lived, values, .. } = self.seen.clone();
            self.state = ModelState { lived, values, rng };
            self.stand_at_state();
        }
    }

    /// The values at a time within the present piece, and the random stream after the whole of it.
    fn piece(
        &self,
        (to, piece_end): (Time, Time),
        stop: &StopToken,
    ) -> Result<(Vec<f64>, Rng), EngineError> {
        let mut rng = self.state.rng.clone();
        let Some(model) = &self.package.model else {
            return Ok((self.state.values.clone(), rng));
        };
        let unit = model.minutes_per_time_unit;
        let at = |time: Time| time.minutes() / unit;
        let (start, end) = (at(self.state.lived), at(to));
        let seed = rng.next_u64();
        if self.seen.jumping {
            let mut last = Vec::new();
            let network = counted(&self.network, start);
            let seed = Seed::new(seed);
            // What happens later takes its chance later.
            Stochastic::new(&network)?.run(seed, &[end - start], stop, &mut |_, values| {
                last = values.to_vec();
            })?;
            return Ok((last, rng));
        }
        let ready = Deterministic::new(&self.network)?;
        let atol_components = ready.tolerances(start, &model.sizes)?;
        let ode = Options { rtol: RELATIVE, atol_components, ..Options::default() };
        let settings = Settings { start, seed, ode, ..Settings::default() };
        let mut grid = vec![end];
        if piece_end > to {
            grid.push(at(piece_end));
        }
        let run = ready.run_in_parts(&grid, &settings, stop)?;
        let values = run.columns.iter().filter_map(|c| c.values.first().copied()).collect();
        Ok((values, rng))
    }

    /// Makes the network begin where the state is.
    fn stand_at_state(&mut self) {
        let Some(model) = &self.package.model else { return };
        let now = self.state.lived.minutes() / model.minutes_per_time_unit;
        self.network.initial_assignments.clear();
        for (quantity, value) in self.network.quantities.iter_mut().zip(&self.state.values) {
            quantity.initial = *value;
        }
        for event in &mut self.network.events {
            if let Ok(trigger) = Program::compile(&event.trigger.condition) {
                event.trigger.initial_value =
                    trigger.eval(now, &self.state.values, &mut Vec::new()) != 0.0;
            }
        }
    }
}

/// Whether a jump process, which takes each unit of substance for a molecule, can be right; and what is
/// to be said of it.
fn counting(model: &Model, values: &[f64]) -> (bool, Option<String>) {
    let species = model.network.quantities.iter().zip(values);
    let mut species = species.filter(|(quantity, _)| quantity.role == Role::Species);
    let counted = |value: f64| value >= 0.0 && value.fract() == 0.0;
    if let Some((species, value)) = species.find(|(_, value)| !counted(**value))
        && model.molecules_per_unit.is_none_or(is_a_molecule)
    {
        let note = format!(
            "it begins with {value} of `{}`, which is no number of molecules: it is integrated as \
             differential equations, without chance",
            species.name
        );
        return (false, Some(note));
    }
    match model.molecules_per_unit {
        Some(unit) if is_a_molecule(unit) => (true, None),
        Some(unit) => {
            let note = format!(
                "it counts amounts in units of {unit:.4e} molecules, and not in molecules: \
                 it is integrated as differential equations, without chance"
            );
            (false, Some(note))
        }
        None if model.network.reactions.is_empty() => (true, None),
        None => {
            let note = "it does not say in what it counts amounts (substanceUnits): each unit is taken for one \
                 molecule"
            .to_owned();
            (true, Some(note))
        }
    }
}

/// Refuses what one piece would have to know of another.
fn check(package: &Package, model: &Model) -> Result<(), PackageError> {
    let refused = |reason: &str| {
        Err(PackageError::Model { package: package.label(), reason: reason.to_owned() })
    };
    let network = &model.network;
    if let Some(event) = network.events.iter().find(|event| event.timing.delay.is_some()) {
        let what =
            format!("event `{}` waits before it acts, which is not supported here", event.name);
        return refused(&what);
    }
    let rules = network.rules.iter().map(|rule| match rule {
        Rule::Assignment(_, expr) | Rule::Rate(_, expr) | Rule::Algebraic(expr) => expr,
    });
    let laws = network.reactions.iter().filter_map(|reaction| match &reaction.law {
        bioxen_network::RateLaw::Expr(expr) => Some(expr),
        _ => None,
    });
    let triggers = network.events.iter().map(|event| &event.trigger.condition);
    if rules.chain(laws).chain(triggers).any(remembers) {
        return refused("a formula with `delay` is not supported here");
    }
    if network.events.iter().any(|event| Program::compile(&event.trigger.condition).is_err()) {
        return refused("a trigger with `rateOf` is not supported here");
    }
    Ok(())
}

fn remembers(expr: &Expr) -> bool {
    let mut todo = vec![expr];
    while let Some(expr) = todo.pop() {
        if matches!(expr, Expr::Delay(..)) {
            return true;
        }
        expr.for_each_child(|child| todo.push(child));
    }
    false
}

/// The network in whole molecules, with a clock that begins at 0 where that of the model is at
/// `start`.
fn counted(network: &Network, start: f64) -> Network {
    let mut network = network.clone();
    for quantity in network.quantities.iter_mut().filter(|q| q.role == Role::Species) {
        quantity.initial = quantity.initial.round().max(0.0);
    }
    for rule in &mut network.rules {
        let (Rule::Assignment(_, expr) | Rule::Rate(_, expr) | Rule::Algebraic(expr)) = rule;
        *expr = later(expr, start);
    }
    for event in &mut network.events {
        event.trigger.condition = later(&event.trigger.condition, start);
        event.timing.priority = event.timing.priority.as_ref().map(|expr| later(expr, start));
        for assignment in &mut event.assignments {
            assignment.value = later(&assignment.value, start);
        }
    }
    network
}

/// An expression with `time + start` in the place of `time`.
fn later(expr: &Expr, start: f64) -> Expr {
    let go = |expr: &Expr| later(expr, start);
    match expr {
        Expr::Time => Expr::Nary(NaryOp::Add, vec![Expr::Time, Expr::Const(start)]),
        Expr::Const(_) | Expr::Quantity(_) | Expr::RateOf(_) => expr.clone(),
        Expr::Unary(op, x) => Expr::Unary(*op, Box::new(go(x))),
        Expr::Binary(op, a, b) => Expr::Binary(*op, Box::new(go(a)), Box::new(go(b))),
        Expr::Delay(a, b) => Expr::Delay(Box::new(go(a)), Box::new(go(b))),
        Expr::Nary(op, all) => Expr::Nary(*op, all.iter().map(go).collect()),
        Expr::Piecewise(pieces, otherwise) => Expr::Piecewise(
            pieces.iter().map(|(value, condition)| (go(value), go(condition))).collect(),
            otherwise.as_ref().map(|expr| Box::new(go(expr))),
        ),
    }
}
