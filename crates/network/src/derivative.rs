//! Derivatives of expressions, as expressions.
//!
//! Everything here works through an expression with a list of its own in place of recursion, so
//! that a deep expression needs no more of the call stack than a flat one.

mod build;
mod rules;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::NetworkError;
use super::expr::Expr;
use super::model::QuantityId;

/// The partial derivatives that are not zero everywhere.
pub type Gradient = BTreeMap<QuantityId, Expr>;

/// The most operators that a gradient may have altogether. Deep products of sums would otherwise
/// take memory with the square of their length.
pub const MAX_OPERATORS: usize = 2_000_000;

/// The derivative of `expr` by the quantity `by`, all others and time being constant.
///
/// Where an expression jumps or has a kink, this is the derivative of the branch that holds:
/// comparisons, `floor`, `ceil`, `quotient`, `factorial` and logic have derivative 0, a piecewise
/// has the derivatives of its pieces. `delay` and `rateOf` count as given from outside: 0.
///
/// # Errors
/// [`NetworkError::TooDeep`] beyond [`Expr::MAX_DEPTH`], and [`NetworkError::TooLong`] when more
/// than [`MAX_OPERATORS`] would be needed.
///
/// # Examples
/// ```
/// use bioxen_network::{BinaryOp, Expr, Program, QuantityId, derivative};
///
/// // x^3 has the derivative 3 x^2.
/// let x = QuantityId(0);
/// let cube =
///     Expr::Binary(BinaryOp::Pow, Box::new(Expr::Quantity(x)), Box::new(Expr::Const(3.0)));
/// let slope = Program::compile(&derivative::derivative(&cube, x)?)?;
/// assert_eq!(slope.eval(0.0, &[2.0], &mut Vec::new()), 12.0);
/// # Ok::<(), bioxen_network::NetworkError>(())
/// ```
pub fn derivative(expr: &Expr, by: QuantityId) -> Result<Expr, NetworkError> {
    let mut gradient = gradient(expr, &|id| id == by)?;
    Ok(gradient.remove(&by).unwrap_or(Expr::Const(0.0)))
}

/// All partial derivatives of `expr` by those quantities that `by` picks, in one pass.
///
/// # Errors
/// As [`derivative`].
pub fn gradient(expr: &Expr, by: &dyn Fn(QuantityId) -> bool) -> Result<Gradient, NetworkError> {
    enum Task<'a> {
        Visit(&'a Expr, usize),
        Combine(&'a Expr),
    }
    let mut tasks = vec![Task::Visit(expr, 1)];
    let mut done: Vec<Gradient> = Vec::new();
    let mut budget = build::Budget::new(MAX_OPERATORS);
    while let Some(task) = tasks.pop() {
        match task {
            Task::Visit(_, depth) if depth > Expr::MAX_DEPTH => {
                return Err(NetworkError::TooDeep {
                    context: "expression".to_owned(),
                    depth: expr.depth(),
                    limit: Expr::MAX_DEPTH,
                });
            }
            Task::Visit(expr, depth) => {
                tasks.push(Task::Combine(expr));
                let operands = tasks.len();
                expr.for_each_child(|child| tasks.push(Task::Visit(child, depth + 1)));
                tasks[operands..].reverse();
            }
            Task::Combine(expr) => {
                let mut operands = 0;
                expr.for_each_child(|_| operands += 1);
                let inner = done.split_off(done.len().saturating_sub(operands));
                done.push(rules::combine(expr, inner, by, &mut budget)?);
            }
        }
    }
    Ok(done.pop().unwrap_or_default())
}
