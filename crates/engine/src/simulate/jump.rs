//! A whole model as a jump process, in the form that a stochastic solver needs.

use super::inline::{Inliner, visit};
use super::machine::Machine;
use super::plan::Plan;
use crate::EngineError;
use bioxen_network::directions::{Directions, Splitter};
use bioxen_network::recognise::Finder;
use bioxen_network::{
    Counting, Expr, Network, QuantityId, RateLaw, Reaction, Role, Rule, Stoichiometry,
};

/// How far from a whole number, relative to its size, an amount at the start may be by rounding.
const ROUNDING: f64 = 1e-9;

/// A model in the form of a jump process.
#[derive(Debug)]
pub(super) struct Jumps {
    /// The reactions, with all rules put into their laws; those that go both ways as two.
    pub(super) network: Network,
    /// The same quantities with the rules and events, and without the reactions.
    pub(super) plan: Plan,
    /// Quantities that reactions change.
    pub(super) moving: Vec<bool>,
    /// The triggers, with all rules put into them.
    pub(super) triggers: Vec<Expr>,
    /// Whether a trigger depends on what reactions change.
    pub(super) watches_state: bool,
    /// Whether a trigger depends on time.
    pub(super) watches_time: bool,
}

impl Jumps {
    /// Prepares a network.
    ///
    /// # Errors
    /// [`EngineError::Unsupported`] for what has no place in a jump process: rate rules,
    /// algebraic rules, `delay`, `rateOf`, and net rates that cannot be taken apart into the two
    /// directions of a reaction.
    pub(super) fn new(network: &Network) -> Result<Self, EngineError> {
        refuse(network)?;
        let mut rest = Network {
            quantities: network.quantities.clone(),
            initial_assignments: network.initial_assignments.clone(),
            rules: network.rules.clone(),
            events: network.events.clone(),
            ..Network::default()
        };
        let start = Plan::new(&rest)?;
        let machine = Machine::start(&start, 0.0)?;
        rest.initial_assignments.clear();
        for (quantity, &value) in rest.quantities.iter_mut().zip(&machine.q) {
            let near = value.round();
            let rounded = (value - near).abs() <= ROUNDING * near.abs();
            let count = quantity.role == Role::Species && rounded;
            quantity.initial = if count { near } else { value };
        }
        let fixed = network.fixed_after_start();
        let finder = Finder::new(&rest, fixed.clone());
        let splitter = Splitter::new(&rest, &fixed);
        let mut inliner = Inliner::new(network)?;
        let mut reactions = Vec::with_capacity(network.reactions.len());
        for reaction in &network.reactions {
            let mut changed = inline(reaction, &mut inliner)?;
            if varies(reaction) {
                let changed = changed.get_or_insert_with(|| reaction.clone());
                fix(changed, &rest, &inliner, &fixed);
            }
            let reaction = changed.as_ref().unwrap_or(reaction);
            if let Some(found) = finder.find(reaction) {
                reactions.push(found);
                continue;
            }
            match splitter.split(reaction) {
                Directions::One => reactions.push(reaction.clone()),
                Directions::Both(both) => {
                    reactions.extend(both.map(|way| finder.find(&way).unwrap_or(way)));
                }
                Directions::Unknown => {
                    return Err(EngineError::Unsupported {
                        solver: "stochastic",
                        construct: "a net rate that falls below zero and is no difference of a \
                                    rate forwards and a rate backwards; write it as two reactions",
                        name: reaction.name.clone(),
                    });
                }
            }
        }
        let plan = Plan::new(&rest)?;
        let jumps = Network { quantities: rest.quantities, reactions, ..Network::default() };
        let mut moving = vec![false; jumps.quantities.len()];
        let terms = jumps.reactions.iter().flat_map(|r| r.reactants.iter().chain(&r.products));
        terms.for_each(|t| moving[t.quantity.index()] = true);
        let mut triggers = Vec::new();
        for event in &network.events {
            triggers.push(inliner.apply(&event.name, &event.trigger.condition)?);
        }
        let (mut watches_state, mut watches_time) = (false, false);
        for trigger in &triggers {
            visit(trigger, |q| watches_state |= moving.get(q.index()) == Some(&true));
            watches_time |= mentions(trigger, |e| matches!(e, Expr::Time));
        }
        Ok(Jumps { network: jumps, plan, moving, triggers, watches_state, watches_time })
    }
}

/// The reaction with all rules put into its law, if that changes it.
fn inline(reaction: &Reaction, inliner: &mut Inliner) -> Result<Option<Reaction>, EngineError> {
    let written;
    let expr = match &reaction.law {
        RateLaw::Expr(expr) => expr,
        law if reads(law, |q| inliner.formula(q).is_some()) => {
            written = law.to_expr(&reaction.reactants, Counting::Molecules)?;
            &written
        }
        _ => return Ok(None),
    };
    if inliner.is_empty() {
        return Ok(None);
    }
    let law = RateLaw::Expr(inliner.apply(&reaction.name, expr)?);
    Ok(Some(Reaction { law, ..reaction.clone() }))
}

/// Whether some stoichiometry is not a number.
fn varies(reaction: &Reaction) -> bool {
    let mut terms = reaction.reactants.iter().chain(&reaction.products);
    terms.any(|t| matches!(t.stoichiometry, Stoichiometry::Quantity(_)))
}

/// Makes numbers of the stoichiometries that never change.
fn fix(reaction: &mut Reaction, rest: &Network, inliner: &Inliner, fixed: &[bool]) {
    let is_fixed = |q: QuantityId| fixed.get(q.index()) == Some(&true);
    for term in reaction.reactants.iter_mut().chain(&mut reaction.products) {
        if let Stoichiometry::Quantity(q) = term.stoichiometry
            && (is_fixed(q) || inliner.formula(q).is_some_and(|f| stands(f, is_fixed)))
        {
            term.stoichiometry = Stoichiometry::Const(rest.quantities[q.index()].initial);
        }
    }
}

/// Whether a formula has the same value at all times.
fn stands(formula: &Expr, is_fixed: impl Fn(QuantityId) -> bool) -> bool {
    let mut fixed = !mentions(formula, |e| matches!(e, Expr::Time));
    visit(formula, |q| fixed &= is_fixed(q));
    fixed
}

/// Whether a law that is no expression reads such a parameter.
fn reads(law: &RateLaw, which: impl Fn(QuantityId) -> bool) -> bool {
    match law {
        RateLaw::MassAction { factors, .. } => factors.iter().any(|&q| which(q)),
        RateLaw::MichaelisMenten { substrate, .. } => which(*substrate),
        RateLaw::Hill { regulator, .. } => which(*regulator),
        RateLaw::Expr(_) => false,
    }
}

/// Refuses what a jump process cannot have.
fn refuse(network: &Network) -> Result<(), EngineError> {
    let unsupported = |construct, name: &str| {
        Err(EngineError::Unsupported { solver: "stochastic", construct, name: name.to_owned() })
    };
    let name = |q: QuantityId| {
        network.quantities.get(q.index()).map_or("", |q| q.name.as_str()).to_owned()
    };
    // One list of what is still to be looked at serves all expressions.
    let mut todo = Vec::new();
    for rule in &network.rules {
        match rule {
            Rule::Rate(q, _) => return unsupported("a rate rule", &name(*q)),
            Rule::Algebraic(_) => return unsupported("an algebraic rule", "algebraic rule"),
            Rule::Assignment(q, expr) => check(expr, &name(*q), &mut todo)?,
        }
    }
    for reaction in &network.reactions {
        if let RateLaw::Expr(expr) = &reaction.law {
            check(expr, &reaction.name, &mut todo)?;
        }
    }
    for event in &network.events {
        let values = event.assignments.iter().map(|a| &a.value);
        let others = event
            .timing
            .delay
            .iter()
            .chain(&event.timing.priority)
            .chain([&event.trigger.condition]);
        values.chain(others).try_for_each(|expr| check(expr, &event.name, &mut todo))?;
    }
    let firsts = network.initial_assignments.iter();
    firsts.clone().try_for_each(|a| check(&a.value, &name(a.quantity), &mut todo))
}

/// Refuses a formula that asks for the past or for a rate of change.
fn check<'n>(expr: &'n Expr, name: &str, todo: &mut Vec<&'n Expr>) -> Result<(), EngineError> {
    let forbidden = |expr: &Expr| match expr {
        Expr::Delay(..) => Some("the value of something some time ago"),
        Expr::RateOf(_) => Some("rateOf"),
        _ => None,
    };
    search(expr, todo, forbidden).map_or(Ok(()), |construct| {
        Err(EngineError::Unsupported { solver: "stochastic", construct, name: name.to_owned() })
    })
}

fn mentions(expr: &Expr, what: impl Fn(&Expr) -> bool) -> bool {
    search(expr, &mut Vec::new(), |e| what(e).then_some(())).is_some()
}

/// The first that `what` finds in an expression; `todo` is working space.
fn search<'e, T>(
    expr: &'e Expr,
    todo: &mut Vec<&'e Expr>,
    what: impl Fn(&Expr) -> Option<T>,
) -> Option<T> {
    todo.clear();
    todo.push(expr);
    while let Some(expr) = todo.pop() {
        if let Some(found) = what(expr) {
            return Some(found);
        }
        expr.for_each_child(|child| todo.push(child));
    }
    None
}
