//! Arithmetic expressions over the quantities of a network and time.

use super::model::QuantityId;

/// An expression. Truth values are numbers, 1 for true and 0 for false, as in SBML L3V2.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Expr {
    /// A number.
    Const(f64),
    /// The current value of a quantity.
    Quantity(QuantityId),
    /// The simulation time, in the network's own unit of time.
    Time,
    /// One operand.
    Unary(UnaryOp, Box<Expr>),
    /// Two operands.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// Any number of operands; none gives the operation's neutral element.
    Nary(NaryOp, Vec<Expr>),
    /// `(value, condition)` pairs, tried in order, and the value if none holds.
    Piecewise(Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// The value of an expression some time ago.
    Delay(Box<Expr>, Box<Expr>),
    /// The present rate of change of a quantity.
    RateOf(QuantityId),
}

/// Operations on one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum UnaryOp {
    Neg,
    Not,
    Abs,
    Ceil,
    Floor,
    Exp,
    Ln,
    Sqrt,
    Factorial,
    Sin,
    Cos,
    Tan,
    Sec,
    Csc,
    Cot,
    Sinh,
    Cosh,
    Tanh,
    Sech,
    Csch,
    Coth,
    Asin,
    Acos,
    Atan,
    Asec,
    Acsc,
    Acot,
    Asinh,
    Acosh,
    Atanh,
    Asech,
    Acsch,
    Acoth,
}

/// Operations on two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum BinaryOp {
    Sub,
    Div,
    Pow,
    Quotient,
    Rem,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Implies,
    /// `Log(base, x)`.
    Log,
    /// `Root(degree, x)`.
    Root,
}

/// Operations on any number of operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum NaryOp {
    Add,
    Mul,
    And,
    Or,
    Xor,
    Min,
    Max,
}
