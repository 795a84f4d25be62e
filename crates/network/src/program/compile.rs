//! Compiles the tree to the flat program, without recursion.

use super::op::{Op, truth, two, unary};
use super::{Code, External, Program};
use crate::NetworkError;
use crate::expr::{BinaryOp, Expr, NaryOp, UnaryOp};
use crate::model::QuantityId;

/// The largest exponent for which repeated multiplication is better than a logarithm.
const MAX_INTEGER_POWER: f64 = 64.0;

/// What is still to be done, the next thing last.
enum Task<'a> {
    Visit(&'a Expr, usize),
    Emit(Op),
    Jump(usize),
    JumpIfFalse(usize),
    Label(usize),
}

pub(super) struct Compiler<'c> {
    context: &'c str,
    external: &'c mut dyn FnMut(External<'_>) -> Option<u32>,
    ops: Vec<Op>,
    /// Where each label stands; jumps carry the label's number until the end.
    labels: Vec<usize>,
    /// Instructions before this one may be jumped over and must not be merged with later ones.
    barrier: usize,
}

impl<'c> Compiler<'c> {
    pub(super) fn new(
        context: &'c str,
        external: &'c mut dyn FnMut(External<'_>) -> Option<u32>,
    ) -> Self {
        Self { context, external, ops: Vec::new(), labels: Vec::new(), barrier: 0 }
    }

    pub(super) fn compile(
        mut self,
        expr: &Expr,
        max_depth: usize,
    ) -> Result<Program, NetworkError> {
        let mut tasks = vec![Task::Visit(expr, 1)];
        while let Some(task) = tasks.pop() {
            match task {
                Task::Visit(_, depth) if depth > max_depth => {
                    return Err(NetworkError::TooDeep {
                        context: self.context.to_owned(),
                        depth: expr.depth(),
                        limit: max_depth,
                    });
                }
                Task::Visit(expr, depth) => self.visit(expr, depth + 1, &mut tasks)?,
                Task::Emit(op) => self.emit(op),
                Task::Jump(label) => self.ops.push(Op::Jump(label as u32)),
                Task::JumpIfFalse(label) => self.ops.push(Op::JumpIfFalse(label as u32)),
                Task::Label(label) => {
                    self.labels[label] = self.ops.len();
                    self.barrier = self.ops.len();
                }
            }
        }
        Ok(self.finish())
    }

    fn finish(mut self) -> Program {
        let mut inputs = Vec::new();
        let mut time = false;
        for op in &mut self.ops {
            if let Some(input) = op.input_mut() {
                inputs.push(QuantityId(*input));
            }
            match op {
                Op::Time => time = true,
                Op::Jump(to) | Op::JumpIfFalse(to) => *to = self.labels[*to as usize] as u32,
                _ => {}
            }
        }
        inputs.sort_unstable();
        inputs.dedup();
        let code = product(&self.ops).unwrap_or(Code::Ops(self.ops));
        Program { code, inputs, time }
    }

    /// Replaces an expression by tasks for its operands and its operator.
    fn visit<'a>(
        &mut self,
        expr: &'a Expr,
        depth: usize,
        tasks: &mut Vec<Task<'a>>,
    ) -> Result<(), NetworkError> {
        match expr {
            Expr::Const(x) => self.ops.push(Op::Const(*x)),
            Expr::Quantity(id) => self.ops.push(Op::Load(id.0)),
            Expr::Time => self.ops.push(Op::Time),
            Expr::Unary(op, x) => {
                tasks.push(Task::Emit(Op::Unary(*op)));
                tasks.push(Task::Visit(x, depth));
            }
            Expr::Binary(op, a, b) => {
                tasks.push(Task::Emit(Op::Binary(*op)));
                tasks.push(Task::Visit(b, depth));
                tasks.push(Task::Visit(a, depth));
            }
            Expr::Nary(op, operands) => self.visit_nary(*op, operands, depth, tasks),
            Expr::Piecewise(pieces, otherwise) => {
                let end = self.label();
                tasks.push(Task::Label(end));
                match otherwise {
                    Some(otherwise) => tasks.push(Task::Visit(otherwise, depth)),
                    None => tasks.push(Task::Emit(Op::Const(f64::NAN))),
                }
                for (value, condition) in pieces.iter().rev() {
                    let next = self.label();
                    tasks.push(Task::Label(next));
                    tasks.push(Task::Jump(end));
                    tasks.push(Task::Visit(value, depth));
                    tasks.push(Task::JumpIfFalse(next));
                    tasks.push(Task::Visit(condition, depth));
                }
            }
            Expr::Delay(value, lag) => self.external(External::Delay { value, lag }, "delay")?,
            Expr::RateOf(id) => self.external(External::RateOf(*id), "rateOf")?,
        }
        Ok(())
    }

    fn visit_nary<'a>(
        &mut self,
        op: NaryOp,
        operands: &'a [Expr],
        depth: usize,
        tasks: &mut Vec<Task<'a>>,
    ) {
        let (neutral, op, logical) = match op {
            NaryOp::Add => (0.0, Op::Add, false),
            NaryOp::Mul => (1.0, Op::Mul, false),
            NaryOp::And => (1.0, Op::And, true),
            NaryOp::Or => (0.0, Op::Or, true),
            NaryOp::Xor => (0.0, Op::Xor, true),
            NaryOp::Min => (f64::INFINITY, Op::Min, false),
            NaryOp::Max => (f64::NEG_INFINITY, Op::Max, false),
        };
        match operands {
            [] => self.ops.push(Op::Const(neutral)),
            [only] => {
                if logical {
                    tasks.push(Task::Emit(Op::Truth));
                }
                tasks.push(Task::Visit(only, depth));
            }
            [first, rest @ ..] => {
                for operand in rest.iter().rev() {
                    tasks.push(Task::Emit(op));
                    tasks.push(Task::Visit(operand, depth));
                }
                tasks.push(Task::Visit(first, depth));
            }
        }
    }

    fn label(&mut self) -> usize {
        self.labels.push(0);
        self.labels.len() - 1
    }

    fn external(
        &mut self,
        external: External<'_>,
        construct: &'static str,
    ) -> Result<(), NetworkError> {
        let slot = (self.external)(external).ok_or_else(|| NetworkError::NotEvaluable {
            context: self.context.to_owned(),
            construct,
        })?;
        self.ops.push(Op::Load(slot));
        Ok(())
    }

    /// Appends an operator, merged with its operands where these are numbers or quantities.
    fn emit(&mut self, op: Op) {
        let mergeable = &self.ops[self.barrier.min(self.ops.len())..];
        let (drop, merged) = match (mergeable, op) {
            ([.., Op::Const(x)], Op::Unary(op)) => (1, Op::Const(unary(op, *x))),
            ([.., Op::Const(x)], Op::Truth) => (1, Op::Const(truth(*x != 0.0))),
            (_, Op::Unary(UnaryOp::Neg)) => (0, Op::MulConst(-1.0)),
            (_, Op::Unary(_) | Op::Truth | Op::Const(_)) => (0, op),
            ([.., Op::Const(a), Op::Const(b)], _) => (2, Op::Const(two(op, *a, *b))),
            ([.., Op::Const(b)], Op::Add) => (1, Op::AddConst(*b)),
            ([.., Op::Const(b)], Op::Mul) => (1, Op::MulConst(*b)),
            ([.., Op::Const(b)], Op::Binary(BinaryOp::Sub)) => (1, Op::AddConst(-*b)),
            ([.., Op::Const(b)], Op::Binary(BinaryOp::Pow))
                if b.fract() == 0.0 && b.abs() <= MAX_INTEGER_POWER =>
            {
                (1, Op::PowInt(*b as i32))
            }
            ([.., Op::Load(i)], Op::Add) => (1, Op::AddLoad(*i)),
            ([.., Op::Load(i)], Op::Mul) => (1, Op::MulLoad(*i)),
            ([.., Op::Load(i)], Op::Binary(BinaryOp::Sub)) => (1, Op::SubLoad(*i)),
            ([.., Op::Load(i)], Op::Binary(BinaryOp::Div)) => (1, Op::DivLoad(*i)),
            _ => (0, op),
        };
        self.ops.truncate(self.ops.len() - drop);
        self.ops.push(merged);
    }
}

/// The operations as one product of quantities, if they are nothing else.
fn product(ops: &[Op]) -> Option<Code> {
    let (mut coefficient, mut factors) = (1.0, Vec::new());
    for (at, op) in ops.iter().enumerate() {
        match *op {
            Op::Const(x) if at == 0 => coefficient = x,
            Op::Load(i) if at == 0 => factors.push(i),
            Op::MulConst(x) => coefficient *= x,
            Op::MulLoad(i) => factors.push(i),
            Op::PowInt(n @ 1..=4) if at == 1 && factors.len() == 1 => {
                let base = factors[0];
                factors.extend((1..n).map(|_| base));
            }
            _ => return None,
        }
    }
    Some(Code::Product { coefficient, factors })
}
