//! Builds expressions with the simplifications that derivatives need.

use crate::NetworkError;
use crate::expr::{BinaryOp, Expr, NaryOp, UnaryOp};

/// How many operators may still be made.
pub(super) struct Budget {
    left: usize,
    limit: usize,
}

impl Budget {
    pub(super) fn new(limit: usize) -> Self {
        Self { left: limit, limit }
    }

    /// A copy of an expression, if the budget allows it.
    pub(super) fn copy(&mut self, expr: &Expr) -> Result<Expr, NetworkError> {
        let mut todo = vec![expr];
        while let Some(expr) = todo.pop() {
            self.left = self.left.checked_sub(1).ok_or_else(|| NetworkError::TooLong {
                context: "derivative".to_owned(),
                limit: self.limit,
            })?;
            expr.for_each_child(|child| todo.push(child));
        }
        Ok(expr.clone())
    }
}

pub(super) fn num(x: f64) -> Expr {
    Expr::Const(x)
}

fn is(expr: &Expr, x: f64) -> bool {
    matches!(expr, Expr::Const(y) if *y == x)
}

pub(super) fn unary(op: UnaryOp, x: Expr) -> Expr {
    Expr::Unary(op, Box::new(x))
}

pub(super) fn neg(x: Expr) -> Expr {
    match x {
        Expr::Const(x) => num(-x),
        x => unary(UnaryOp::Neg, x),
    }
}

pub(super) fn binary(op: BinaryOp, a: Expr, b: Expr) -> Expr {
    Expr::Binary(op, Box::new(a), Box::new(b))
}

pub(super) fn sub(a: Expr, b: Expr) -> Expr {
    match (&a, &b) {
        (Expr::Const(a), Expr::Const(b)) => num(a - b),
        _ if is(&b, 0.0) => a,
        _ if is(&a, 0.0) => neg(b),
        _ => binary(BinaryOp::Sub, a, b),
    }
}

pub(super) fn div(a: Expr, b: Expr) -> Expr {
    if is(&a, 0.0) || is(&b, 1.0) { a } else { binary(BinaryOp::Div, a, b) }
}

pub(super) fn pow(a: Expr, b: Expr) -> Expr {
    if is(&b, 1.0) {
        a
    } else if is(&b, 0.0) {
        num(1.0)
    } else {
        binary(BinaryOp::Pow, a, b)
    }
}

pub(super) fn square(x: Expr) -> Expr {
    pow(x, num(2.0))
}

/// A sum that grows in place, so that a long one is not nested.
pub(super) fn add(a: Expr, b: Expr) -> Expr {
    if is(&a, 0.0) {
        return b;
    }
    if is(&b, 0.0) {
        return a;
    }
    let mut a = a;
    if let Expr::Nary(NaryOp::Add, terms) = &mut a {
        terms.push(b);
        return a;
    }
    Expr::Nary(NaryOp::Add, vec![a, b])
}

/// A product without factors of one; a factor of zero makes it zero.
pub(super) fn mul(factors: impl IntoIterator<Item = Expr>) -> Expr {
    let mut coefficient = 1.0;
    let mut rest = Vec::new();
    for factor in factors {
        match factor {
            Expr::Const(x) => coefficient *= x,
            factor => rest.push(factor),
        }
    }
    if coefficient == 0.0 || rest.is_empty() {
        return num(coefficient);
    }
    if coefficient != 1.0 {
        rest.insert(0, num(coefficient));
    }
    match rest.len() {
        1 => rest.swap_remove(0),
        _ => Expr::Nary(NaryOp::Mul, rest),
    }
}
