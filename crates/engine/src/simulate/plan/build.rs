//! Finds a place in the vector for each value, and the order in which the places are filled in.

mod rewriting;

use rewriting::{check_references, scaled, with_time_as, with_time_back};

use std::collections::HashMap;

use super::super::order::order;
use super::moments::tolerant;
use super::{Delay, Factor, Happening, Plan, Step};
use crate::EngineError;
use bioxen_network::derivative::gradient;
use bioxen_network::{
    Counting, Event, Expr, External, NaryOp, Network, NetworkError, Program, QuantityId, Rule,
    Stoichiometry, Trigger,
};

/// How many rules that build on each other rateOf is followed through.
const MAX_CHAIN: usize = 60;

/// Which places are computed, and the formulas met so far.
pub(super) struct Builder<'n> {
    network: &'n Network,
    places: usize,
    /// For each quantity with a rate rule: the place of its rate.
    rate_rules: HashMap<usize, usize>,
    /// For each species asked for: the place of its net rate.
    nets: HashMap<usize, usize>,
    flows: Vec<Vec<(Factor, usize)>>,
    assigned: Vec<bool>,
    fixed: Vec<bool>,
    delays: Vec<Delay>,
    steps: Vec<Step>,
    asks_for_rates: bool,
    timed: bool,
    /// How many rules the chain rule is going through.
    depth: usize,
}

impl<'n> Builder<'n> {
    pub(super) fn new(network: &'n Network) -> Self {
        let count = network.quantities.len();
        let first_rate = count;
        let mut places = count + network.reactions.len();
        let mut rate_rules = HashMap::new();
        let mut assigned = vec![false; count];
        for rule in &network.rules {
            match rule {
                Rule::Rate(q, _) => {
                    rate_rules.insert(q.index(), places);
                    places += 1;
                }
                Rule::Assignment(q, _) => {
                    if let Some(flag) = assigned.get_mut(q.index()) {
                        *flag = true;
                    }
                }
                Rule::Algebraic(_) => {}
            }
        }
        let mut flows = vec![Vec::new(); count];
        for (number, reaction) in network.reactions.iter().enumerate() {
            for (terms, sign) in [(&reaction.reactants, -1.0), (&reaction.products, 1.0)] {
                for term in terms {
                    let factor = match term.stoichiometry {
                        Stoichiometry::Const(n) => Factor::Const(sign * n),
                        Stoichiometry::Quantity(q) => Factor::Place(q.index(), sign),
                    };
                    if let Some(flows) = flows.get_mut(term.quantity.index()) {
                        flows.push((factor, first_rate + number));
                    }
                }
            }
        }
        Builder {
            network,
            places,
            rate_rules,
            nets: HashMap::new(),
            flows,
            assigned,
            fixed: network.fixed(),
            delays: Vec::new(),
            steps: Vec::new(),
            asks_for_rates: false,
            timed: false,
            depth: 0,
        }
    }

    pub(super) fn build(mut self) -> Result<Plan, EngineError> {
        let network = self.network;
        check_references(network)?;
        let count = network.quantities.len();
        for (number, reaction) in network.reactions.iter().enumerate() {
            let law = reaction.law.to_expr(&reaction.reactants, Counting::Continuous)?;
            let program = self.compile(&reaction.name, &law)?;
            self.steps.push(Step::Value { place: count + number, program });
        }
        let mut residuals = Vec::new();
        for rule in &network.rules {
            match rule {
                Rule::Assignment(q, expr) => {
                    let program = self.compile(&self.name(*q), expr)?;
                    self.steps.push(Step::Value { place: q.index(), program });
                }
                Rule::Rate(q, expr) => {
                    let program = self.compile(&self.name(*q), expr)?;
                    let place = self.rate_rules[&q.index()];
                    self.steps.push(Step::Value { place, program });
                }
                Rule::Algebraic(expr) => residuals.push(self.compile("algebraic rule", expr)?),
            }
        }
        let mut firsts = Vec::new();
        for assignment in &network.initial_assignments {
            let name = self.name(assignment.quantity);
            let program = self.compile(&name, &scaled(assignment))?;
            firsts.push(Step::Value { place: assignment.quantity.index(), program });
        }
        let events = network.events.iter().map(|e| self.event(e)).collect::<Result<Vec<_>, _>>()?;
        self.nets();
        let mut initial: Vec<f64> = network.quantities.iter().map(|q| q.initial).collect();
        initial.resize(self.places, 0.0);
        let states = self.states();
        let steps = self.sorted(self.steps.clone())?;
        let first = self.sorted(firsts.into_iter().chain(self.steps.iter().cloned()).collect())?;
        Ok(Plan {
            initial,
            first,
            rules: steps.iter().filter(|s| s.place() < count).cloned().collect(),
            steps,
            states,
            first_change: count + network.reactions.len(),
            unknowns: network.unknowns.iter().map(|q| q.index()).collect(),
            residuals,
            delays: self.delays,
            events,
            nets: self.asks_for_rates,
            timed: self.timed,
        })
    }

    fn name(&self, q: QuantityId) -> String {
        self.network.quantities.get(q.index()).map_or(String::new(), |q| q.name.clone())
    }

    fn compile(&mut self, context: &str, expr: &Expr) -> Result<Program, EngineError> {
        let mut failed = None;
        let mut found: Vec<(Expr, Expr, usize)> = Vec::new();
        let program = Program::compile_with(context, expr, &mut |external| match external {
            External::RateOf(q) => match self.rate_of(q, context) {
                Ok(place) => Some(place as u32),
                Err(error) => {
                    failed.get_or_insert(error);
                    Some(0)
                }
            },
            External::Delay { value, lag } => {
                let place = self.places;
                self.places += 1;
                found.push((value.clone(), lag.clone(), place));
                Some(place as u32)
            }
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        for (value, lag, place) in found {
            let value = self.compile(context, &value)?;
            let lag = self.compile(context, &lag)?;
            let number = self.delays.len();
            self.delays.push(Delay { value, lag, name: context.to_owned() });
            self.steps.push(Step::Delay { place, number });
        }
        self.timed |= program.depends_on_time();
        Ok(program)
    }

    /// The place of a quantity's rate of change.
    fn rate_of(&mut self, q: QuantityId, context: &str) -> Result<usize, EngineError> {
        self.asks_for_rates = true;
        let index = q.index();
        let unsupported = |construct| EngineError::Unsupported {
            solver: "ODE",
            construct,
            name: context.to_owned(),
        };
        if self.network.unknowns.contains(&q) {
            return Err(unsupported("rateOf of what an algebraic rule determines"));
        }
        if let Some(&place) = self.rate_rules.get(&index).or(self.nets.get(&index)) {
            return Ok(place);
        }
        let place = self.places;
        self.places += 1;
        self.nets.insert(index, place);
        if self.assigned.get(index) == Some(&true) {
            self.depth += 1;
            let slope = self.slope(q, context)?;
            let program = self.compile(context, &slope)?;
            self.depth -= 1;
            self.steps.push(Step::Value { place, program });
        }
        Ok(place)
    }

    /// The rate of change of what an assignment rule determines, by the chain rule.
    fn slope(&self, q: QuantityId, context: &str) -> Result<Expr, EngineError> {
        let rule = self.network.rules.iter().find_map(|rule| match rule {
            Rule::Assignment(target, expr) if *target == q => Some(expr),
            _ => None,
        });
        let Some(expr) = rule else { return Ok(Expr::Const(0.0)) };
        if self.depth > MAX_CHAIN {
            let context = context.to_owned();
            let (depth, limit) = (self.depth, MAX_CHAIN);
            return Err(NetworkError::TooDeep { context, depth, limit }.into());
        }
        let mut todo = vec![expr];
        while let Some(part) = todo.pop() {
            if matches!(part, Expr::Delay(..) | Expr::RateOf(_)) {
                return Err(EngineError::Unsupported {
                    solver: "ODE",
                    construct: "rateOf of what depends on delay or rateOf itself",
                    name: context.to_owned(),
                });
            }
            part.for_each_child(|child| todo.push(child));
        }
        let time = QuantityId(u32::MAX);
        let formula = with_time_as(expr, time)?;
        let moves = |q: QuantityId| q == time || self.fixed.get(q.index()) != Some(&true);
        let terms = gradient(&formula, &moves)?.into_iter().map(|(by, slope)| {
            let slope = with_time_back(&slope, time);
            match by == time {
                true => slope,
                false => Expr::Nary(NaryOp::Mul, vec![slope, Expr::RateOf(by)]),
            }
        });
        Ok(Expr::Nary(NaryOp::Add, terms.collect()))
    }

    /// The steps for the net rates that were asked for. What no reaction changes has the rate 0.
    fn nets(&mut self) {
        let mut nets: Vec<(usize, usize)> = self.nets.iter().map(|(&q, &p)| (q, p)).collect();
        nets.sort_unstable();
        for (quantity, place) in nets {
            if self.assigned.get(quantity) == Some(&true) {
                continue;
            }
            let flows = self.flows.get(quantity).cloned().unwrap_or_default();
            self.steps.push(Step::Net { place, flows });
        }
    }

    fn states(&self) -> Vec<(usize, Vec<(Factor, usize)>)> {
        let count = self.network.quantities.len();
        (0..count)
            .filter_map(|q| match self.rate_rules.get(&q) {
                Some(&place) => Some((q, vec![(Factor::Const(1.0), place)])),
                None if self.flows[q].is_empty() || self.assigned[q] => None,
                None => Some((q, self.flows[q].clone())),
            })
            .collect()
    }

    fn event(&mut self, event: &Event) -> Result<Happening, EngineError> {
        let name = if event.name.is_empty() { "event" } else { &event.name };
        let mut optional = |e: &Option<Expr>| match e {
            Some(expr) => self.compile(name, expr).map(Some),
            None => Ok(None),
        };
        let (delay, priority) = (optional(&event.timing.delay)?, optional(&event.timing.priority)?);
        let mut assignments = Vec::new();
        for a in &event.assignments {
            let program = self.compile(name, &a.value)?;
            assignments.push((a.quantity.index(), program, a.scale.map(QuantityId::index)));
        }
        Ok(Happening {
            name: name.to_owned(),
            trigger: Trigger {
                condition: self.compile_trigger(name, &event.trigger.condition)?,
                initial_value: event.trigger.initial_value,
                persistent: event.trigger.persistent,
            },
            delay,
            priority,
            early: event.timing.use_values_from_trigger_time,
            assignments,
        })
    }

    /// A trigger, which may hold for a moment only; one that is too deep is told.
    fn compile_trigger(&mut self, name: &str, trigger: &Expr) -> Result<Program, EngineError> {
        match trigger.depth() > Expr::MAX_DEPTH {
            true => self.compile(name, trigger),
            false => self.compile(name, &tolerant(trigger)),
        }
    }

    /// Puts steps into an order in which each comes after what it reads.
    fn sorted(&self, steps: Vec<Step>) -> Result<Vec<Step>, EngineError> {
        let mut maker = vec![None; self.places];
        for (number, step) in steps.iter().enumerate() {
            // An initial assignment comes first and takes precedence.
            maker[step.place()].get_or_insert(number);
        }
        let needs: Vec<Vec<usize>> = steps
            .iter()
            .map(|step| self.inputs(step).into_iter().filter_map(|p| maker[p]).collect())
            .collect();
        let name = |number: usize| match &steps[number] {
            Step::Value { place, .. } | Step::Net { place, .. } => self.place_name(*place),
            Step::Delay { number, .. } => format!("delay in {}", self.delays[*number].name),
        };
        let order = order(&needs, name)?;
        let mut steps: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
        Ok(order.into_iter().filter_map(|number| steps[number].take()).collect())
    }

    /// Whether a lag is the same positive number at all times.
    fn is_past(&self, lag: &Program) -> bool {
        let known = lag.inputs().iter().all(|q| self.fixed.get(q.index()) == Some(&true));
        if !known || lag.depends_on_time() {
            return false;
        }
        let values: Vec<f64> = self.network.quantities.iter().map(|q| q.initial).collect();
        lag.eval(0.0, &values, &mut Vec::new()) > 0.0
    }

    fn place_name(&self, place: usize) -> String {
        let count = self.network.quantities.len();
        if let Some(quantity) = self.network.quantities.get(place) {
            return quantity.name.clone();
        }
        match self.network.reactions.get(place - count) {
            Some(reaction) => reaction.name.clone(),
            None => "a rate of change".to_owned(),
        }
    }

    fn inputs(&self, step: &Step) -> Vec<usize> {
        let indices =
            |p: &Program| -> Vec<usize> { p.inputs().iter().map(|q| q.index()).collect() };
        match step {
            Step::Value { program, .. } => indices(program),
            Step::Net { flows, .. } => flows
                .iter()
                .flat_map(|&(factor, rate)| match factor {
                    Factor::Place(place, _) => [Some(place), Some(rate)],
                    Factor::Const(_) => [None, Some(rate)],
                })
                .flatten()
                .collect(),
            Step::Delay { number, .. } => {
                let delay = &self.delays[*number];
                let mut inputs = indices(&delay.lag);
                // A value that is surely of the past is not needed now.
                if !self.is_past(&delay.lag) {
                    inputs.extend(indices(&delay.value));
                }
                inputs
            }
        }
    }
}
