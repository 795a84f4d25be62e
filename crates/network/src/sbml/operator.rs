//! The operators of SBML's MathML (L3V2 section 3.4), and how many operands each takes.

use crate::{BinaryOp, Expr, NaryOp, UnaryOp};

/// An operator.
#[derive(Debug, Clone, Copy)]
pub(super) enum Operator {
    Unary(UnaryOp),
    Binary(BinaryOp),
    Nary(NaryOp),
    /// A comparison of two or more, each with the next.
    Chain(BinaryOp),
    Minus,
    Log,
    Root,
    Delay,
}

/// The operations on any number of operands.
const NARY: [NaryOp; 7] = {
    use NaryOp::{Add, And, Max, Min, Mul, Or, Xor};
    [Add, Mul, And, Or, Xor, Min, Max]
};

/// The operations on two operands, without those that have elements of their own.
const BINARY: [BinaryOp; 11] = {
    use BinaryOp::{Div, Eq, Ge, Gt, Implies, Le, Lt, Ne, Pow, Quotient, Rem};
    [Div, Pow, Quotient, Rem, Ne, Implies, Eq, Lt, Le, Gt, Ge]
};

/// Names of operations on one operand that MathML does not have.
const OURS: [&str; 2] = ["neg", "sqrt"];

/// The operator of a MathML element.
pub(super) fn named(name: &str) -> Option<Operator> {
    match name {
        "minus" => return Some(Operator::Minus),
        "log" => return Some(Operator::Log),
        "root" => return Some(Operator::Root),
        _ if OURS.contains(&name) => return None,
        _ => {}
    }
    let nary = || NARY.into_iter().find(|&op| nary_name(op) == name).map(Operator::Nary);
    let binary = || {
        let op = BINARY.into_iter().find(|&op| binary_name(op) == name)?;
        // MathML compares any number of operands, each with the next; but only two for inequality.
        let chains = op.compares() && op != BinaryOp::Ne;
        Some(if chains { Operator::Chain(op) } else { Operator::Binary(op) })
    };
    let unary = || {
        let known = UnaryOp::NAMED.iter().find(|(known, _)| *known == name);
        known.map(|&(_, op)| Operator::Unary(op))
    };
    nary().or_else(binary).or_else(unary)
}

/// The MathML element of an operation on one operand; none for negation and the square root.
pub(super) fn unary_name(op: UnaryOp) -> Option<&'static str> {
    UnaryOp::NAMED.iter().find(|(n, o)| *o == op && !OURS.contains(n)).map(|(n, _)| *n)
}

/// The MathML element of an operation on two operands.
pub(super) fn binary_name(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Sub => "minus",
        BinaryOp::Div => "divide",
        BinaryOp::Pow => "power",
        BinaryOp::Quotient => "quotient",
        BinaryOp::Rem => "rem",
        BinaryOp::Eq => "eq",
        BinaryOp::Ne => "neq",
        BinaryOp::Lt => "lt",
        BinaryOp::Le => "leq",
        BinaryOp::Gt => "gt",
        BinaryOp::Ge => "geq",
        BinaryOp::Implies => "implies",
        BinaryOp::Log => "log",
        BinaryOp::Root => "root",
    }
}

/// The MathML element of an operation on any number of operands.
pub(super) fn nary_name(op: NaryOp) -> &'static str {
    match op {
        NaryOp::Add => "plus",
        NaryOp::Mul => "times",
        NaryOp::And => "and",
        NaryOp::Or => "or",
        NaryOp::Xor => "xor",
        NaryOp::Min => "min",
        NaryOp::Max => "max",
    }
}

impl Operator {
    /// The expression for these operands; `qualifier` is the base of a logarithm or the degree
    /// of a root.
    ///
    /// # Errors
    /// What is wrong with the number of operands.
    pub(super) fn apply(
        self,
        mut operands: Vec<Expr>,
        qualifier: Option<Expr>,
    ) -> Result<Expr, &'static str> {
        let count = operands.len();
        let unary = |op, a| Ok(Expr::Unary(op, Box::new(a)));
        let binary = |op, a, b| Ok(Expr::Binary(op, Box::new(a), Box::new(b)));
        let last = operands.pop();
        let first = if count == 2 { operands.pop() } else { None };
        match (self, first, last) {
            (Operator::Nary(NaryOp::Min | NaryOp::Max), _, None) => {
                Err("it needs at least one operand")
            }
            (Operator::Nary(_), None, Some(only)) if count == 1 && !self.is_logical() => Ok(only),
            (Operator::Nary(op), first, last) => {
                operands.extend(first);
                operands.extend(last);
                Ok(Expr::Nary(op, operands))
            }
            (Operator::Unary(op), None, Some(a)) if count == 1 => unary(op, a),
            (Operator::Minus, None, Some(a)) if count == 1 => unary(UnaryOp::Neg, a),
            (Operator::Minus, Some(a), Some(b)) => binary(BinaryOp::Sub, a, b),
            (Operator::Binary(op), Some(a), Some(b)) => binary(op, a, b),
            (Operator::Delay, Some(a), Some(b)) => Ok(Expr::Delay(Box::new(a), Box::new(b))),
            (Operator::Log, None, Some(a)) if count == 1 => {
                binary(BinaryOp::Log, qualifier.unwrap_or(Expr::Const(10.0)), a)
            }
            (Operator::Root, None, Some(a)) if count == 1 => match qualifier {
                None => unary(UnaryOp::Sqrt, a),
                Some(Expr::Const(2.0)) => unary(UnaryOp::Sqrt, a),
                Some(degree) => binary(BinaryOp::Root, degree, a),
            },
            (Operator::Chain(op), Some(a), Some(b)) => binary(op, a, b),
            (Operator::Chain(_), None, Some(_)) if count == 1 => Ok(Expr::Const(1.0)),
            (Operator::Chain(op), None, Some(b)) if count > 2 => {
                operands.push(b);
                let pairs = operands
                    .windows(2)
                    .map(|w| Expr::Binary(op, Box::new(w[0].clone()), Box::new(w[1].clone())));
                Ok(Expr::Nary(NaryOp::And, pairs.collect()))
            }
            _ => Err("wrong number of operands"),
        }
    }

    fn is_logical(self) -> bool {
        matches!(self, Operator::Nary(NaryOp::And | NaryOp::Or | NaryOp::Xor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_are_counted() {
        let one = || Expr::Const(1.0);
        let minus = named("minus").unwrap();
        assert!(minus.apply(vec![], None).is_err());
        assert_eq!(
            minus.apply(vec![one()], None).unwrap(),
            Expr::Unary(UnaryOp::Neg, Box::new(one()))
        );
        assert!(minus.apply(vec![one(), one(), one()], None).is_err());
        assert!(named("max").unwrap().apply(vec![], None).is_err());
        assert_eq!(
            named("plus").unwrap().apply(vec![], None).unwrap(),
            Expr::Nary(NaryOp::Add, vec![])
        );
    }

    #[test]
    fn comparisons_chain() {
        let operands = (1..=3).map(|i| Expr::Const(f64::from(i))).collect();
        let chain = named("lt").unwrap().apply(operands, None).unwrap();
        assert!(matches!(&chain, Expr::Nary(NaryOp::And, pairs) if pairs.len() == 2), "{chain:?}");
    }

    #[test]
    fn names_go_both_ways() {
        for (name, op) in UnaryOp::NAMED {
            if !OURS.contains(&name) {
                assert_eq!(unary_name(op), Some(name));
            }
        }
        for op in NARY {
            assert!(matches!(named(nary_name(op)), Some(Operator::Nary(found)) if found == op));
        }
        for op in BINARY {
            let found = named(binary_name(op));
            assert!(matches!(found, Some(Operator::Binary(o) | Operator::Chain(o)) if o == op));
        }
        assert_eq!(binary_name(BinaryOp::Ge), "geq");
        assert!(named("sqrt").is_none() && named("foo").is_none());
    }
}
