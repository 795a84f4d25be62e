//! Rewrites expressions before they are compiled, and checks names.

use bioxen_network::expr::replace;
use bioxen_network::{
    Assignment, Expr, NaryOp, Network, NetworkError, QuantityId, Rule, Stoichiometry,
};

/// The expression with a quantity in the place of time.
pub(super) fn with_time_as(expr: &Expr, time: QuantityId) -> Result<Expr, NetworkError> {
    let depth = expr.depth();
    if depth > Expr::MAX_DEPTH {
        let context = "rateOf".to_owned();
        return Err(NetworkError::TooDeep { context, depth, limit: Expr::MAX_DEPTH });
    }
    let leaf = |e: &Expr| matches!(e, Expr::Time).then_some(Expr::Quantity(time));
    Ok(replace(expr, &leaf))
}

pub(super) fn with_time_back(expr: &Expr, time: QuantityId) -> Expr {
    replace(expr, &|e| (*e == Expr::Quantity(time)).then_some(Expr::Time))
}

pub(super) fn scaled(assignment: &Assignment) -> Expr {
    match assignment.scale {
        None => assignment.value.clone(),
        Some(size) => Expr::Nary(NaryOp::Mul, vec![assignment.value.clone(), Expr::Quantity(size)]),
    }
}

/// Refuses ids that are no quantity of the network outside of formulas; those in formulas give
/// NaN and are found when they are evaluated.
pub(super) fn check_references(network: &Network) -> Result<(), NetworkError> {
    let count = network.quantities.len();
    let check = |q: QuantityId, context: &str| {
        if q.index() < count {
            return Ok(());
        }
        Err(NetworkError::UnknownQuantity { context: context.to_owned(), id: q.index(), count })
    };
    for reaction in &network.reactions {
        for term in reaction.reactants.iter().chain(&reaction.products) {
            check(term.quantity, &reaction.name)?;
            if let Stoichiometry::Quantity(q) = term.stoichiometry {
                check(q, &reaction.name)?;
            }
        }
    }
    for rule in &network.rules {
        if let Rule::Assignment(q, _) | Rule::Rate(q, _) = rule {
            check(*q, "rule")?;
        }
    }
    let events = network.events.iter().flat_map(|e| &e.assignments);
    for assignment in network.initial_assignments.iter().chain(events) {
        check(assignment.quantity, "assignment")?;
        assignment.scale.map_or(Ok(()), |q| check(q, "assignment"))?;
    }
    network.unknowns.iter().try_for_each(|&q| check(q, "algebraic rule"))
}
