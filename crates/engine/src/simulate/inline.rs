//! Replaces quantities by the assignment rules that determine them.

use std::collections::HashMap;

use super::order::order;
use bioxen_network::expr::replace;
use bioxen_network::{Expr, Network, NetworkError, QuantityId, Rule};

/// The most nodes that all substituted formulas of a network may have together.
const MAX_NODES: usize = 5_000_000;

/// The formulas of a network's assignment rules, free of other such rules' quantities.
#[derive(Debug)]
pub(super) struct Inliner {
    formulas: HashMap<QuantityId, Expr>,
    nodes: usize,
}

impl Inliner {
    /// Prepares the rules of a network.
    ///
    /// # Errors
    /// Rules that need each other in a circle, and formulas that become too deep or too long.
    pub(super) fn new(network: &Network) -> Result<Self, NetworkError> {
        let rules: Vec<(QuantityId, &Expr)> = network
            .rules
            .iter()
            .filter_map(|rule| match rule {
                Rule::Assignment(q, expr) => Some((*q, expr)),
                _ => None,
            })
            .collect();
        let number: HashMap<QuantityId, usize> =
            rules.iter().enumerate().map(|(i, (q, _))| (*q, i)).collect();
        let needs: Vec<Vec<usize>> = rules
            .iter()
            .map(|(_, expr)| {
                let mut needs = Vec::new();
                visit(expr, |q| needs.extend(number.get(&q)));
                needs
            })
            .collect();
        let name = |i: usize| {
            let q = rules[i].0.index();
            network.quantities.get(q).map_or(String::new(), |q| q.name.clone())
        };
        let mut inliner = Inliner { formulas: HashMap::new(), nodes: 0 };
        for rule in order(&needs, name)? {
            let (q, expr) = rules[rule];
            let formula = inliner.apply(&name(rule), expr)?;
            inliner.formulas.insert(q, formula);
        }
        Ok(inliner)
    }

    /// The expression with all rules put in place. `context` says in an error where it stands.
    ///
    /// # Errors
    /// [`NetworkError::TooDeep`] and [`NetworkError::TooLong`].
    pub(super) fn apply(&mut self, context: &str, expr: &Expr) -> Result<Expr, NetworkError> {
        let mut touched = false;
        let mut nodes = 0_usize;
        visit(expr, |q| {
            if let Some(formula) = self.formulas.get(&q) {
                touched = true;
                nodes = nodes.saturating_add(count(formula));
            }
        });
        if !touched {
            return Ok(expr.clone());
        }
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES {
            return Err(NetworkError::TooLong { context: context.to_owned(), limit: MAX_NODES });
        }
        let depth = expr.depth();
        if depth > Expr::MAX_DEPTH {
            return Err(too_deep(context, depth));
        }
        let new = replace(expr, &|leaf| match leaf {
            Expr::Quantity(q) => self.formulas.get(q).cloned(),
            _ => None,
        });
        let depth = new.depth();
        if depth > Expr::MAX_DEPTH { Err(too_deep(context, depth)) } else { Ok(new) }
    }

    /// Whether there are no rules.
    pub(super) fn is_empty(&self) -> bool {
        self.formulas.is_empty()
    }

    /// The formula of the rule that determines a quantity, if there is one.
    pub(super) fn formula(&self, q: QuantityId) -> Option<&Expr> {
        self.formulas.get(&q)
    }
}

fn too_deep(context: &str, depth: usize) -> NetworkError {
    NetworkError::TooDeep { context: context.to_owned(), depth, limit: Expr::MAX_DEPTH }
}

/// Calls `found` for every quantity in an expression.
pub(super) fn visit(expr: &Expr, mut found: impl FnMut(QuantityId)) {
    let mut todo = vec![expr];
    while let Some(expr) = todo.pop() {
        if let Expr::Quantity(q) | Expr::RateOf(q) = expr {
            found(*q);
        }
        expr.for_each_child(|child| todo.push(child));
    }
}

fn count(expr: &Expr) -> usize {
    let mut nodes = 0;
    let mut todo = vec![expr];
    while let Some(expr) = todo.pop() {
        nodes += 1;
        expr.for_each_child(|child| todo.push(child));
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_network::NaryOp;

    #[test]
    fn rules_are_followed_through() {
        let mut network = Network::default();
        let a = network.species("a", 0.0);
        let x = network.parameter("x", 0.0);
        let y = network.parameter("y", 0.0);
        let twice = |q| Expr::Nary(NaryOp::Add, vec![Expr::Quantity(q), Expr::Quantity(q)]);
        network.rules.push(Rule::Assignment(y, twice(x)));
        network.rules.push(Rule::Assignment(x, twice(a)));
        let mut inliner = Inliner::new(&network).unwrap();
        let expr = inliner.apply("law", &Expr::Quantity(y)).unwrap();
        assert_eq!(expr, Expr::Nary(NaryOp::Add, vec![twice(a), twice(a)]));
    }

    #[test]
    fn doubling_without_end_is_refused() {
        let mut network = Network::default();
        let mut last = network.parameter("p", 1.0);
        for i in 0..40 {
            let next = network.parameter(format!("p{i}"), 1.0);
            let twice = vec![Expr::Quantity(last), Expr::Quantity(last)];
            network.rules.push(Rule::Assignment(next, Expr::Nary(NaryOp::Add, twice)));
            last = next;
        }
        let error = Inliner::new(&network).unwrap_err();
        assert!(matches!(error, NetworkError::TooLong { .. }), "{error}");
    }
}
