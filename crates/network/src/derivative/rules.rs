//! The rules of differentiation, one operator at a time.

use std::collections::BTreeSet;

use super::Gradient;
use super::build::{Budget, add, binary, div, mul, neg, num, pow, square, sub, unary};
use crate::NetworkError;
use crate::expr::{BinaryOp, Expr, NaryOp, UnaryOp};
use crate::model::QuantityId;

/// The gradient of an expression from those of its operands, which are in the order in which they
/// are written.
pub(super) fn combine(
    expr: &Expr,
    mut inner: Vec<Gradient>,
    by: &dyn Fn(QuantityId) -> bool,
    budget: &mut Budget,
) -> Result<Gradient, NetworkError> {
    if let Expr::Quantity(id) = expr {
        return Ok(by(*id).then(|| (*id, num(1.0))).into_iter().collect());
    }
    if inner.iter().all(Gradient::is_empty) {
        return Ok(Gradient::new());
    }
    match expr {
        Expr::Unary(op, x) => {
            let dx = inner.pop().unwrap_or_default();
            match outer(*op, x, budget)? {
                Some(outer) => scale(dx, &outer, budget),
                None => Ok(Gradient::new()),
            }
        }
        Expr::Binary(op, a, b) => {
            let db = inner.pop().unwrap_or_default();
            let da = inner.pop().unwrap_or_default();
            combine_binary(*op, (a, da), (b, db), budget)
        }
        Expr::Nary(NaryOp::Add, _) => Ok(inner.into_iter().fold(Gradient::new(), sum)),
        Expr::Nary(NaryOp::Mul, factors) => product(factors, inner, budget),
        Expr::Nary(op @ (NaryOp::Min | NaryOp::Max), operands) => {
            extreme(*op, operands, inner, budget)
        }
        Expr::Piecewise(pieces, otherwise) => piecewise(pieces, otherwise.is_some(), inner, budget),
        _ => Ok(Gradient::new()),
    }
}

fn sum(a: Gradient, b: Gradient) -> Gradient {
    let (mut a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    for (id, b) in b {
        let slot = a.entry(id).or_insert(num(0.0));
        *slot = add(std::mem::replace(slot, num(0.0)), b);
    }
    a
}

/// A gradient multiplied by a factor.
fn scale(d: Gradient, factor: &Expr, budget: &mut Budget) -> Result<Gradient, NetworkError> {
    d.into_iter().map(|(id, d)| Ok((id, mul([d, budget.copy(factor)?])))).collect()
}

/// The derivative of an operator by its operand; none where it is zero.
fn outer(op: UnaryOp, x: &Expr, budget: &mut Budget) -> Result<Option<Expr>, NetworkError> {
    let mut x = || budget.copy(x);
    let one = || num(1.0);
    let inverse_square_root = |square: Expr| div(one(), unary(UnaryOp::Sqrt, square));
    Ok(Some(match op {
        UnaryOp::Neg => num(-1.0),
        UnaryOp::Not | UnaryOp::Ceil | UnaryOp::Floor | UnaryOp::Factorial => return Ok(None),
        UnaryOp::Abs => Expr::Piecewise(
            vec![
                (num(-1.0), binary(BinaryOp::Lt, x()?, num(0.0))),
                (one(), binary(BinaryOp::Gt, x()?, num(0.0))),
            ],
            Some(Box::new(num(0.0))),
        ),
        UnaryOp::Exp => unary(UnaryOp::Exp, x()?),
        UnaryOp::Ln => div(one(), x()?),
        UnaryOp::Sqrt => div(num(0.5), unary(UnaryOp::Sqrt, x()?)),
        UnaryOp::Sin => unary(UnaryOp::Cos, x()?),
        UnaryOp::Cos => neg(unary(UnaryOp::Sin, x()?)),
        UnaryOp::Tan => square(unary(UnaryOp::Sec, x()?)),
        UnaryOp::Sec => mul([unary(UnaryOp::Sec, x()?), unary(UnaryOp::Tan, x()?)]),
        UnaryOp::Csc => mul([num(-1.0), unary(UnaryOp::Csc, x()?), unary(UnaryOp::Cot, x()?)]),
        UnaryOp::Cot => neg(square(unary(UnaryOp::Csc, x()?))),
        UnaryOp::Sinh => unary(UnaryOp::Cosh, x()?),
        UnaryOp::Cosh => unary(UnaryOp::Sinh, x()?),
        UnaryOp::Tanh => square(unary(UnaryOp::Sech, x()?)),
        UnaryOp::Sech => mul([num(-1.0), unary(UnaryOp::Sech, x()?), unary(UnaryOp::Tanh, x()?)]),
        UnaryOp::Csch => mul([num(-1.0), unary(UnaryOp::Csch, x()?), unary(UnaryOp::Coth, x()?)]),
        UnaryOp::Coth => neg(square(unary(UnaryOp::Csch, x()?))),
        UnaryOp::Asin => inverse_square_root(sub(one(), square(x()?))),
        UnaryOp::Acos => neg(inverse_square_root(sub(one(), square(x()?)))),
        UnaryOp::Atan => div(one(), add(one(), square(x()?))),
        UnaryOp::Acot => div(num(-1.0), add(one(), square(x()?))),
        // These three contain |x| sqrt(x^2 -+ 1), written as x^2 sqrt(1 -+ 1/x^2).
        UnaryOp::Asec => reciprocal_root(x()?, x()?, num(1.0), -1.0),
        UnaryOp::Acsc => reciprocal_root(x()?, x()?, num(-1.0), -1.0),
        UnaryOp::Acsch => reciprocal_root(x()?, x()?, num(-1.0), 1.0),
        UnaryOp::Asinh => inverse_square_root(add(square(x()?), one())),
        UnaryOp::Acosh => inverse_square_root(sub(square(x()?), one())),
        UnaryOp::Atanh | UnaryOp::Acoth => div(one(), sub(one(), square(x()?))),
        UnaryOp::Asech => {
            let root = unary(UnaryOp::Sqrt, sub(one(), square(x()?)));
            div(num(-1.0), mul([x()?, root]))
        }
    }))
}

/// `sign / (x^2 sqrt(1 + inner / x^2))`.
fn reciprocal_root(x: Expr, again: Expr, sign: Expr, inner: f64) -> Expr {
    let root = unary(UnaryOp::Sqrt, add(num(1.0), div(num(inner), square(x))));
    div(sign, mul([square(again), root]))
}

fn combine_binary(
    op: BinaryOp,
    (a, da): (&Expr, Gradient),
    (b, db): (&Expr, Gradient),
    budget: &mut Budget,
) -> Result<Gradient, NetworkError> {
    let (by_a, by_b) = match op {
        BinaryOp::Sub => (num(1.0), num(-1.0)),
        BinaryOp::Div => {
            let (by_a, by_b) = (div(num(1.0), budget.copy(b)?), square(budget.copy(b)?));
            (by_a, div(neg(budget.copy(a)?), by_b))
        }
        BinaryOp::Rem => {
            (num(1.0), neg(binary(BinaryOp::Quotient, budget.copy(a)?, budget.copy(b)?)))
        }
        BinaryOp::Pow => {
            let lower = pow(budget.copy(a)?, sub(budget.copy(b)?, num(1.0)));
            let log = unary(UnaryOp::Ln, budget.copy(a)?);
            let by_b = mul([log, pow(budget.copy(a)?, budget.copy(b)?)]);
            // 0^b does not change with b, though its logarithm is infinite.
            let positive = binary(BinaryOp::Gt, budget.copy(a)?, num(0.0));
            let by_b = Expr::Piecewise(vec![(by_b, positive)], Some(Box::new(num(0.0))));
            (mul([budget.copy(b)?, lower]), by_b)
        }
        BinaryOp::Log => {
            // Of ln b / ln a.
            let (ln_a, again) =
                (unary(UnaryOp::Ln, budget.copy(a)?), unary(UnaryOp::Ln, budget.copy(a)?));
            let ln_b = unary(UnaryOp::Ln, budget.copy(b)?);
            let by_a = div(neg(ln_b), mul([budget.copy(a)?, square(ln_a)]));
            (by_a, div(num(1.0), mul([budget.copy(b)?, again])))
        }
        BinaryOp::Root => {
            // Of b^(1/a).
            let mut root = || -> Result<Expr, NetworkError> {
                Ok(binary(BinaryOp::Root, budget.copy(a)?, budget.copy(b)?))
            };
            let (first, second) = (root()?, root()?);
            let log = unary(UnaryOp::Ln, budget.copy(b)?);
            let by_a = div(neg(mul([first, log])), square(budget.copy(a)?));
            (by_a, div(second, mul([budget.copy(a)?, budget.copy(b)?])))
        }
        _ => return Ok(Gradient::new()),
    };
    Ok(sum(scale(da, &by_a, budget)?, scale(db, &by_b, budget)?))
}

/// The sum over the factors of each one's derivative times all the others.
fn product(
    factors: &[Expr],
    inner: Vec<Gradient>,
    budget: &mut Budget,
) -> Result<Gradient, NetworkError> {
    let mut total = Gradient::new();
    for (i, d) in inner.into_iter().enumerate() {
        let mut scaled = Gradient::new();
        for (id, d) in d {
            let mut terms = vec![d];
            for (j, factor) in factors.iter().enumerate() {
                if j != i {
                    terms.push(budget.copy(factor)?);
                }
            }
            scaled.insert(id, mul(terms));
        }
        total = sum(total, scaled);
    }
    Ok(total)
}

/// The derivative of the first operand that is the smallest or the largest.
fn extreme(
    op: NaryOp,
    operands: &[Expr],
    inner: Vec<Gradient>,
    budget: &mut Budget,
) -> Result<Gradient, NetworkError> {
    let ids = all_ids(&inner);
    let mut inner = inner;
    let mut gradient = Gradient::new();
    for id in ids {
        let mut pieces = Vec::new();
        for (operand, d) in operands.iter().zip(&mut inner) {
            let all = operands.iter().map(|x| budget.copy(x)).collect::<Result<Vec<_>, _>>()?;
            let chosen = binary(BinaryOp::Eq, budget.copy(operand)?, Expr::Nary(op, all));
            pieces.push((d.remove(&id).unwrap_or(num(0.0)), chosen));
        }
        gradient.insert(id, Expr::Piecewise(pieces, Some(Box::new(num(0.0)))));
    }
    Ok(gradient)
}

/// The operands are value, condition, value, condition, .. and the value otherwise.
fn piecewise(
    pieces: &[(Expr, Expr)],
    has_otherwise: bool,
    inner: Vec<Gradient>,
    budget: &mut Budget,
) -> Result<Gradient, NetworkError> {
    let mut values: Vec<Gradient> = inner.into_iter().step_by(2).collect();
    let ids = all_ids(&values);
    let mut gradient = Gradient::new();
    for id in ids {
        let mut ds = values.iter_mut().map(|d| d.remove(&id).unwrap_or(num(0.0)));
        let mut branches = Vec::with_capacity(pieces.len());
        for ((_, condition), d) in pieces.iter().zip(&mut ds) {
            branches.push((d, budget.copy(condition)?));
        }
        let otherwise = if has_otherwise { ds.next().map(Box::new) } else { None };
        gradient.insert(id, Expr::Piecewise(branches, otherwise));
    }
    Ok(gradient)
}

fn all_ids(gradients: &[Gradient]) -> BTreeSet<QuantityId> {
    gradients.iter().flat_map(Gradient::keys).copied().collect()
}
