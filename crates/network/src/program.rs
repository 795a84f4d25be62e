//! Expressions compiled to a flat program, so that a solver does not walk a tree at every step.

mod compile;
mod op;

#[cfg(test)]
mod tests;

use super::NetworkError;
use super::expr::Expr;
use super::model::QuantityId;
use compile::Compiler;
use op::Op;

/// A part of an expression that depends on more than the present quantities and time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum External<'a> {
    /// The value of an expression some time ago.
    Delay {
        /// Of what.
        value: &'a Expr,
        /// How long ago.
        lag: &'a Expr,
    },
    /// The present rate of change of a quantity.
    RateOf(QuantityId),
}

/// An expression ready to be evaluated many times.
///
/// The operators mean what MathML means in SBML Level 3 Version 2: truth values are 1 and 0, any
/// number but 0 counts as true, a piecewise without a holding condition and the factorial of
/// anything but a natural number are NaN. `rem` has the sign of the dividend and `quotient` is
/// cut towards zero. `min` and `max` of something that is not a number are not a number.
///
/// # Examples
/// ```
/// use bioxen_network::{Expr, NaryOp, Network, Program};
///
/// let mut network = Network::default();
/// let a = network.species("a", 3.0);
/// let b = network.species("b", 4.0);
/// let product = Expr::Nary(NaryOp::Mul, vec![Expr::Quantity(a), Expr::Quantity(b)]);
/// let program = Program::compile(&product)?;
/// assert_eq!(program.eval(0.0, &[3.0, 4.0], &mut Vec::new()), 12.0);
/// # Ok::<(), bioxen_network::NetworkError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    code: Code,
    inputs: Vec<QuantityId>,
    time: bool,
}

/// How a program is stored.
#[derive(Debug, Clone, PartialEq)]
enum Code {
    /// `coefficient * product of quantities`, the most frequent rate law by far.
    Product { coefficient: f64, factors: Vec<u32> },
    /// A program for a machine with an accumulator and a stack.
    Ops(Vec<Op>),
}

impl Program {
    /// Compiles an expression over the quantities of a network and time.
    ///
    /// # Errors
    /// [`NetworkError::NotEvaluable`] for `delay` and `rateOf`, [`NetworkError::TooDeep`] for
    /// nesting beyond [`Expr::MAX_DEPTH`].
    pub fn compile(expr: &Expr) -> Result<Self, NetworkError> {
        Self::compile_with("expression", expr, &mut |_| None)
    }

    /// Compiles an expression that may contain `delay` and `rateOf`: `external` gives for each of
    /// them the index into [`Program::eval`]'s `q` from which it is to be read. The caller makes
    /// `q` longer than the network's quantities and fills these places before each evaluation.
    ///
    /// `context` says in an error where the expression stands.
    ///
    /// # Errors
    /// [`NetworkError::NotEvaluable`] where `external` gives none, and
    /// [`NetworkError::TooDeep`] for nesting beyond [`Expr::MAX_DEPTH`].
    pub fn compile_with(
        context: &str,
        expr: &Expr,
        external: &mut dyn FnMut(External<'_>) -> Option<u32>,
    ) -> Result<Self, NetworkError> {
        Compiler::new(context, external).compile(expr, Expr::MAX_DEPTH)
    }

    /// Compiles what has been derived from an expression of allowed depth, which is deeper by a
    /// few levels for each of the expression's own.
    pub fn compile_derived(expr: &Expr) -> Result<Self, NetworkError> {
        Compiler::new("derivative", &mut |_| None).compile(expr, 8 * Expr::MAX_DEPTH)
    }

    /// The same program over quantities with other numbers.
    pub fn renumber(mut self, number: impl Fn(u32) -> u32) -> Self {
        match &mut self.code {
            Code::Product { factors, .. } => factors.iter_mut().for_each(|i| *i = number(*i)),
            Code::Ops(ops) => {
                ops.iter_mut().filter_map(Op::input_mut).for_each(|i| *i = number(*i));
            }
        }
        self.inputs.iter_mut().for_each(|id| id.0 = number(id.0));
        self.inputs.sort_unstable();
        self
    }

    /// The coefficient and the quantities, if the program is nothing but their product.
    pub fn as_product(&self) -> Option<(f64, &[u32])> {
        match &self.code {
            Code::Product { coefficient, factors } => Some((*coefficient, factors)),
            Code::Ops(_) => None,
        }
    }

    /// The value at time `t` with the quantities `q`.
    ///
    /// `stack` is working space: what it held is lost, and once it has grown nothing is allocated.
    /// A quantity beyond the end of `q` is NaN.
    pub fn eval(&self, t: f64, q: &[f64], stack: &mut Vec<f64>) -> f64 {
        match &self.code {
            Code::Product { coefficient, factors } => {
                factors.iter().fold(*coefficient, |product, &i| product * op::load(q, i))
            }
            Code::Ops(ops) => op::run(ops, t, q, stack),
        }
    }

    /// The quantities which are read, each once, in ascending order; with those places of `q`
    /// that stand for externals.
    pub fn inputs(&self) -> &[QuantityId] {
        &self.inputs
    }

    /// Whether time itself is read.
    pub fn depends_on_time(&self) -> bool {
        self.time
    }

    /// The value, if it is the same whatever the quantities and the time.
    pub fn constant(&self) -> Option<f64> {
        match &self.code {
            Code::Product { coefficient, factors } if factors.is_empty() => Some(*coefficient),
            _ => None,
        }
    }
}
