//! The values at the start.

use crate::EngineError;
use bioxen_network::{Expr, External, NaryOp, Network, NetworkError, Program, Rule};

use super::{layout, order};

/// All quantities at time 0, in the network's order: initial assignments and assignment rules are
/// evaluated, the others have their stated values.
pub(super) fn values(network: &Network) -> Result<Vec<f64>, EngineError> {
    let count = network.quantities.len();
    let mut q: Vec<f64> = network.quantities.iter().map(|q| q.initial).collect();
    let assignments = network.initial_assignments.iter().map(|a| (a.quantity, &a.value, a.scale));
    let rules = network.rules.iter().filter_map(|rule| match rule {
        Rule::Assignment(id, expr) => Some((*id, expr, None)),
        _ => None,
    });
    let mut programs = Vec::new();
    for (id, expr, scale) in assignments.chain(rules) {
        let name = &network.quantities[id.index()].name;
        let scaled =
            scale.map(|scale| Expr::Nary(NaryOp::Mul, vec![expr.clone(), Expr::Quantity(scale)]));
        let expr = scaled.as_ref().unwrap_or(expr);
        let program = Program::compile_with(name, expr, &mut |_: External<'_>| None)?;
        layout::check_inputs(name, &program, count)?;
        programs.push((id.0, program));
    }
    let nodes: Vec<(u32, &Program)> = programs.iter().map(|(id, p)| (*id, p)).collect();
    let sorted = order::sort(count, &nodes).map_err(|circle| {
        let name = |id: u32| network.quantities[id as usize].name.clone();
        NetworkError::Cycle { cycle: circle.into_iter().map(name).collect() }
    })?;
    let mut stack = Vec::new();
    for at in sorted {
        let (id, program) = nodes[at];
        q[id as usize] = program.eval(0.0, &q, &mut stack);
    }
    Ok(q)
}
