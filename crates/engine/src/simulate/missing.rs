//! Quantities without a value at the start of a simulation.

use super::inline::visit;
use crate::EngineError;
use bioxen_network::{Counting, Expr, Network, QuantityId, RateLaw, Rule, Stoichiometry};

/// A quantity that nothing gives a value at the start.
#[derive(Debug, Clone)]
pub(super) struct Missing {
    pub(super) quantity: usize,
    name: String,
    /// What reads it; none if it changes by reactions or rules itself.
    by: Option<String>,
}

impl Missing {
    /// As an error.
    pub(super) fn error(&self) -> EngineError {
        EngineError::NoValue { quantity: self.name.clone(), by: self.by.clone() }
    }
}

/// All such quantities of a network that are needed: those that change first.
pub(super) fn missing(network: &Network) -> Vec<Missing> {
    let mut open: Vec<bool> = network.quantities.iter().map(|q| q.initial.is_nan()).collect();
    let mut set = |q: QuantityId| {
        if let Some(open) = open.get_mut(q.index()) {
            *open = false;
        }
    };
    network.initial_assignments.iter().for_each(|a| set(a.quantity));
    network.unknowns.iter().for_each(|&q| set(q));
    for rule in &network.rules {
        if let Rule::Assignment(q, _) = rule {
            set(*q);
        }
    }
    if !open.contains(&true) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut need = |q: QuantityId, by: Option<&str>| {
        if let Some(open) = open.get_mut(q.index()).filter(|open| **open) {
            *open = false;
            let name = network.quantities[q.index()].name.clone();
            found.push(Missing { quantity: q.index(), name, by: by.map(str::to_owned) });
        }
    };
    for reaction in &network.reactions {
        let terms = reaction.reactants.iter().chain(&reaction.products);
        terms.for_each(|term| need(term.quantity, None));
    }
    for rule in &network.rules {
        if let Rule::Rate(q, _) = rule {
            need(*q, None);
        }
    }
    let name = |q: &QuantityId| network.quantities.get(q.index()).map(|q| q.name.as_str());
    for reaction in &network.reactions {
        let by = Some(reaction.name.as_str());
        for term in reaction.reactants.iter().chain(&reaction.products) {
            if let Stoichiometry::Quantity(q) = term.stoichiometry {
                need(q, by);
            }
        }
        match &reaction.law {
            RateLaw::Expr(expr) => visit(expr, |q| need(q, by)),
            law => {
                if let Ok(expr) = law.to_expr(&reaction.reactants, Counting::Continuous) {
                    visit(&expr, |q| need(q, by));
                }
            }
        }
    }
    let rules = network.rules.iter().map(|rule| match rule {
        Rule::Assignment(q, expr) | Rule::Rate(q, expr) => (name(q), expr),
        Rule::Algebraic(expr) => (Some("an algebraic rule"), expr),
    });
    let firsts = network.initial_assignments.iter().map(|a| (name(&a.quantity), &a.value));
    let all: Vec<(Option<&str>, &Expr)> = rules.chain(firsts).collect();
    for (by, expr) in all {
        visit(expr, |q| need(q, by));
    }
    found
}
