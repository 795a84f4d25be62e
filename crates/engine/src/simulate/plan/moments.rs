//! Triggers that hold for a moment only.

use crate::simulate::crossings::reads_time;
use bioxen_network::{BinaryOp, Expr, NaryOp, UnaryOp};

/// Two sides that differ by so many rounding errors are equal at that moment.
const ROUNDINGS: f64 = 4.0;

/// A trigger in which `t / 0.1 == floor(t / 0.1)` and the like hold at a time whose quotient is a
/// whole number but for rounding: among the numbers of 64 bits there may be no other.
pub(super) fn tolerant(trigger: &Expr) -> Expr {
    let inner = |expr: &Expr| Box::new(tolerant(expr));
    match trigger {
        Expr::Binary(op @ (BinaryOp::Eq | BinaryOp::Ne), a, b) if jumps(a) || jumps(b) => {
            let abs = |expr: Expr| Expr::Unary(UnaryOp::Abs, Box::new(expr));
            let (a, b) = ((**a).clone(), (**b).clone());
            let size = Expr::Nary(NaryOp::Max, vec![abs(a.clone()), abs(b.clone())]);
            let part = Expr::Const(ROUNDINGS * f64::EPSILON);
            let allowed = Expr::Nary(NaryOp::Mul, vec![part, size]);
            let off = abs(Expr::Binary(BinaryOp::Sub, Box::new(a), Box::new(b)));
            let op = if *op == BinaryOp::Eq { BinaryOp::Le } else { BinaryOp::Gt };
            Expr::Binary(op, Box::new(off), Box::new(allowed))
        }
        Expr::Binary(op, a, b) => Expr::Binary(*op, inner(a), inner(b)),
        Expr::Unary(op, a) => Expr::Unary(*op, inner(a)),
        Expr::Nary(op, all) => Expr::Nary(*op, all.iter().map(tolerant).collect()),
        Expr::Piecewise(pieces, otherwise) => Expr::Piecewise(
            pieces.iter().map(|(v, c)| (tolerant(v), tolerant(c))).collect(),
            otherwise.as_ref().map(|expr| inner(expr)),
        ),
        other => other.clone(),
    }
}

/// Whether an expression has a function of time in it that jumps.
fn jumps(expr: &Expr) -> bool {
    let mut todo = vec![expr];
    while let Some(expr) = todo.pop() {
        let stepped = matches!(
            expr,
            Expr::Unary(UnaryOp::Floor | UnaryOp::Ceil, _)
                | Expr::Binary(BinaryOp::Quotient | BinaryOp::Rem, ..)
        );
        if stepped && reads_time(expr) {
            return true;
        }
        expr.for_each_child(|child| todo.push(child));
    }
    false
}
