//! Arithmetic expressions over the quantities of a network and time.

use super::model::QuantityId;

/// An expression. Truth values are numbers, 1 for true and 0 for false, as in SBML L3V2.
#[derive(Debug, Clone, PartialEq)]
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

impl Expr {
    /// The deepest nesting that [`crate::Program`] and [`crate::derivative`]
    /// accept, in levels; a lone number has one.
    pub const MAX_DEPTH: usize = 1000;

    /// How many levels are nested in each other; 1 for a number or a quantity.
    ///
    /// Needs no more of the call stack for a deep expression than for a flat one.
    pub fn depth(&self) -> usize {
        let mut deepest = 0;
        let mut todo = vec![(self, 1)];
        while let Some((expr, depth)) = todo.pop() {
            deepest = deepest.max(depth);
            expr.for_each_child(|child| todo.push((child, depth + 1)));
        }
        deepest
    }

    /// Calls `visit` for every direct operand, in the order in which they are written.
    pub fn for_each_child<'a>(&'a self, mut visit: impl FnMut(&'a Expr)) {
        match self {
            Self::Const(_) | Self::Quantity(_) | Self::Time | Self::RateOf(_) => {}
            Self::Unary(_, x) => visit(x),
            Self::Binary(_, a, b) | Self::Delay(a, b) => {
                visit(a);
                visit(b);
            }
            Self::Nary(_, operands) => operands.iter().for_each(visit),
            Self::Piecewise(pieces, otherwise) => {
                for (value, condition) in pieces {
                    visit(value);
                    visit(condition);
                }
                if let Some(otherwise) = otherwise {
                    visit(otherwise);
                }
            }
        }
    }

    /// Moves the direct operands out, leaving empty ones in their places.
    fn take_children(&mut self, into: &mut Vec<Expr>) {
        let take = |child: &mut Expr| std::mem::replace(child, Self::Const(0.0));
        match self {
            Self::Const(_) | Self::Quantity(_) | Self::Time | Self::RateOf(_) => {}
            Self::Unary(_, x) => into.push(take(x)),
            Self::Binary(_, a, b) | Self::Delay(a, b) => into.extend([take(a), take(b)]),
            Self::Nary(_, operands) => into.append(operands),
            Self::Piecewise(pieces, otherwise) => {
                into.extend(std::mem::take(pieces).into_iter().flat_map(|(v, c)| [v, c]));
                if let Some(otherwise) = otherwise.take() {
                    into.push(*otherwise);
                }
            }
        }
    }
}

/// Takes deep expressions apart level by level: the compiler's own drop would call itself once
/// for every level and exhaust the call stack.
impl Drop for Expr {
    fn drop(&mut self) {
        let mut nested = false;
        self.for_each_child(|child| child.for_each_child(|_| nested = true));
        if nested {
            let mut todo = Vec::new();
            self.take_children(&mut todo);
            while let Some(mut expr) = todo.pop() {
                expr.take_children(&mut todo);
            }
        }
    }
}

/// The expression with leaves replaced where `leaf` gives something else.
pub fn replace(expr: &Expr, leaf: &dyn Fn(&Expr) -> Option<Expr>) -> Expr {
    let inner = |e: &Expr| Box::new(replace(e, leaf));
    match expr {
        Expr::Unary(op, a) => Expr::Unary(*op, inner(a)),
        Expr::Binary(op, a, b) => Expr::Binary(*op, inner(a), inner(b)),
        Expr::Nary(op, all) => Expr::Nary(*op, all.iter().map(|e| replace(e, leaf)).collect()),
        Expr::Piecewise(pieces, otherwise) => Expr::Piecewise(
            pieces.iter().map(|(v, c)| (replace(v, leaf), replace(c, leaf))).collect(),
            otherwise.as_ref().map(|e| inner(e)),
        ),
        Expr::Delay(a, b) => Expr::Delay(inner(a), inner(b)),
        Expr::Const(_) | Expr::Quantity(_) | Expr::Time | Expr::RateOf(_) => {
            leaf(expr).unwrap_or_else(|| expr.clone())
        }
    }
}

/// Operations on one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
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

impl UnaryOp {
    /// Every operation with the name that formulas use, which is that of MathML where it has one.
    pub const NAMED: [(&'static str, Self); 33] = [
        ("abs", Self::Abs),
        ("ceiling", Self::Ceil),
        ("floor", Self::Floor),
        ("exp", Self::Exp),
        ("ln", Self::Ln),
        ("factorial", Self::Factorial),
        ("not", Self::Not),
        ("sqrt", Self::Sqrt),
        ("sin", Self::Sin),
        ("cos", Self::Cos),
        ("tan", Self::Tan),
        ("sec", Self::Sec),
        ("csc", Self::Csc),
        ("cot", Self::Cot),
        ("sinh", Self::Sinh),
        ("cosh", Self::Cosh),
        ("tanh", Self::Tanh),
        ("sech", Self::Sech),
        ("csch", Self::Csch),
        ("coth", Self::Coth),
        ("arcsin", Self::Asin),
        ("arccos", Self::Acos),
        ("arctan", Self::Atan),
        ("arcsec", Self::Asec),
        ("arccsc", Self::Acsc),
        ("arccot", Self::Acot),
        ("arcsinh", Self::Asinh),
        ("arccosh", Self::Acosh),
        ("arctanh", Self::Atanh),
        ("arcsech", Self::Asech),
        ("arccsch", Self::Acsch),
        ("arccoth", Self::Acoth),
        ("neg", Self::Neg),
    ];
}

/// Operations on two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
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

impl BinaryOp {
    /// Whether it compares its operands.
    pub fn compares(self) -> bool {
        matches!(self, Self::Eq | Self::Ne | Self::Lt | Self::Le | Self::Gt | Self::Ge)
    }
}

/// Operations on any number of operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum NaryOp {
    Add,
    Mul,
    And,
    Or,
    Xor,
    Min,
    Max,
}
