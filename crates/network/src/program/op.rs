//! The instructions of a compiled expression, and what the operators mean.

use crate::expr::{BinaryOp, UnaryOp};

/// An instruction. The last value is kept in an accumulator, the earlier ones on the stack.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Op {
    /// Pushes a number.
    Const(f64),
    /// Pushes a quantity.
    Load(u32),
    /// Pushes the time.
    Time,
    Unary(UnaryOp),
    /// Makes any number a truth value.
    Truth,
    Binary(BinaryOp),
    Add,
    Mul,
    And,
    Or,
    Xor,
    Min,
    Max,
    AddConst(f64),
    MulConst(f64),
    AddLoad(u32),
    SubLoad(u32),
    MulLoad(u32),
    DivLoad(u32),
    PowInt(i32),
    /// Goes on at another instruction.
    Jump(u32),
    /// Takes a value, and goes on at another instruction if it is false.
    JumpIfFalse(u32),
}

impl Op {
    /// The quantity that the instruction reads.
    pub(super) fn input_mut(&mut self) -> Option<&mut u32> {
        match self {
            Op::Load(i) | Op::AddLoad(i) | Op::SubLoad(i) | Op::MulLoad(i) | Op::DivLoad(i) => {
                Some(i)
            }
            _ => None,
        }
    }
}

/// A quantity; one that does not exist is not a number.
#[inline]
pub(super) fn load(q: &[f64], index: u32) -> f64 {
    q.get(index as usize).copied().unwrap_or(f64::NAN)
}

/// Runs a program from its start to its end.
pub(super) fn run(ops: &[Op], t: f64, q: &[f64], stack: &mut Vec<f64>) -> f64 {
    stack.clear();
    let mut acc = f64::NAN;
    let mut at = 0;
    while let Some(&op) = ops.get(at) {
        at += 1;
        match op {
            Op::Const(x) => push(stack, &mut acc, x),
            Op::Load(i) => push(stack, &mut acc, load(q, i)),
            Op::Time => push(stack, &mut acc, t),
            Op::AddConst(x) => acc += x,
            Op::MulConst(x) => acc *= x,
            Op::AddLoad(i) => acc += load(q, i),
            Op::SubLoad(i) => acc -= load(q, i),
            Op::MulLoad(i) => acc *= load(q, i),
            Op::DivLoad(i) => acc /= load(q, i),
            Op::PowInt(n) => acc = acc.powi(n),
            Op::Unary(op) => acc = unary(op, acc),
            Op::Truth => acc = truth(acc != 0.0),
            Op::Jump(to) => at = to as usize,
            Op::JumpIfFalse(to) => {
                let condition = acc;
                acc = pop(stack);
                if condition == 0.0 {
                    at = to as usize;
                }
            }
            _ => {
                let left = pop(stack);
                acc = two(op, left, acc);
            }
        }
    }
    acc
}

#[inline]
fn push(stack: &mut Vec<f64>, acc: &mut f64, x: f64) {
    stack.push(*acc);
    *acc = x;
}

/// The compiler sees to it that there is a value.
#[inline]
fn pop(stack: &mut Vec<f64>) -> f64 {
    stack.pop().unwrap_or(f64::NAN)
}

/// The instructions with two operands; NaN for the others, which have none.
pub(super) fn two(op: Op, a: f64, b: f64) -> f64 {
    match op {
        Op::Add => a + b,
        Op::Mul => a * b,
        Op::Binary(op) => binary(op, a, b),
        Op::And => truth(a != 0.0 && b != 0.0),
        Op::Or => truth(a != 0.0 || b != 0.0),
        Op::Xor => truth((a != 0.0) != (b != 0.0)),
        // `f64::min` would hide a NaN.
        Op::Min if a.is_nan() || b.is_nan() => f64::NAN,
        Op::Max if a.is_nan() || b.is_nan() => f64::NAN,
        Op::Min => a.min(b),
        Op::Max => a.max(b),
        _ => f64::NAN,
    }
}

pub(super) fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// The operators on one operand.
pub(super) fn unary(op: UnaryOp, x: f64) -> f64 {
    match op {
        UnaryOp::Neg => -x,
        UnaryOp::Not => truth(x == 0.0),
        UnaryOp::Abs => x.abs(),
        UnaryOp::Ceil => x.ceil(),
        UnaryOp::Floor => x.floor(),
        UnaryOp::Exp => x.exp(),
        UnaryOp::Ln => x.ln(),
        UnaryOp::Sqrt => x.sqrt(),
        UnaryOp::Factorial => factorial(x),
        UnaryOp::Sin => x.sin(),
        UnaryOp::Cos => x.cos(),
        UnaryOp::Tan => x.tan(),
        UnaryOp::Sec => 1.0 / x.cos(),
        UnaryOp::Csc => 1.0 / x.sin(),
        UnaryOp::Cot => 1.0 / x.tan(),
        UnaryOp::Sinh => x.sinh(),
        UnaryOp::Cosh => x.cosh(),
        UnaryOp::Tanh => x.tanh(),
        UnaryOp::Sech => 1.0 / x.cosh(),
        UnaryOp::Csch => 1.0 / x.sinh(),
        UnaryOp::Coth => 1.0 / x.tanh(),
        UnaryOp::Asin => x.asin(),
        UnaryOp::Acos => x.acos(),
        UnaryOp::Atan => x.atan(),
        // The principal values of MathML (Abramowitz and Stegun 4.4): through the reciprocal.
        UnaryOp::Asec => x.recip().acos(),
        UnaryOp::Acsc => x.recip().asin(),
        UnaryOp::Acot => x.recip().atan(),
        UnaryOp::Asinh => x.asinh(),
        UnaryOp::Acosh => x.acosh(),
        UnaryOp::Atanh => x.atanh(),
        UnaryOp::Asech => x.recip().acosh(),
        UnaryOp::Acsch => x.recip().asinh(),
        UnaryOp::Acoth => x.recip().atanh(),
    }
}

/// The operators on two operands.
pub(super) fn binary(op: BinaryOp, a: f64, b: f64) -> f64 {
    match op {
        BinaryOp::Sub => a - b,
        BinaryOp::Div => a / b,
        BinaryOp::Pow => a.powf(b),
        BinaryOp::Quotient => quotient(a, b),
        BinaryOp::Rem => remainder(a, b),
        BinaryOp::Eq => truth(a == b),
        BinaryOp::Ne => truth(a != b),
        BinaryOp::Lt => truth(a < b),
        BinaryOp::Le => truth(a <= b),
        BinaryOp::Gt => truth(a > b),
        BinaryOp::Ge => truth(a >= b),
        BinaryOp::Implies => truth(a == 0.0 || b != 0.0),
        BinaryOp::Log => log(a, b),
        BinaryOp::Root => root(a, b),
    }
}

/// How many rounding errors a quotient may be away from a whole number that it stands for.
const ROUNDINGS: f64 = 4.0;

/// The whole number that a quotient is but for rounding, as 3 in the place of 0.3 / 0.1.
fn whole(quotient: f64) -> Option<f64> {
    let near = quotient.round();
    let off = (quotient - near).abs();
    (near != 0.0 && off <= ROUNDINGS * f64::EPSILON * near.abs()).then_some(near)
}

fn quotient(a: f64, b: f64) -> f64 {
    let quotient = a / b;
    whole(quotient).unwrap_or_else(|| quotient.trunc())
}

fn remainder(a: f64, b: f64) -> f64 {
    match whole(a / b) {
        // Beyond this every number is a multiple but for rounding, and what is left is exact.
        Some(near) if near.abs() < MULTIPLES => 0.0_f64.copysign(a),
        _ => a % b,
    }
}

/// Quotients of this size and more have no digits behind the point to speak of.
const MULTIPLES: f64 = 1e12;

/// The two bases that people write have functions which are exact at their powers.
fn log(base: f64, x: f64) -> f64 {
    if base == 10.0 {
        x.log10()
    } else if base == 2.0 {
        x.log2()
    } else {
        x.ln() / base.ln()
    }
}

/// The real root: negative for an odd whole degree of a negative number.
fn root(degree: f64, x: f64) -> f64 {
    if degree == 2.0 {
        x.sqrt()
    } else if degree == 3.0 {
        x.cbrt()
    } else if x < 0.0 && (degree % 2.0).abs() == 1.0 {
        -(-x).powf(degree.recip())
    } else {
        x.powf(degree.recip())
    }
}

/// Beyond 170! a number of 64 bits is infinite.
fn factorial(x: f64) -> f64 {
    if !(x >= 0.0 && x.fract() == 0.0) {
        f64::NAN
    } else if x > 170.0 {
        f64::INFINITY
    } else {
        (2..=x as u32).fold(1.0, |product, i| product * f64::from(i))
    }
}
