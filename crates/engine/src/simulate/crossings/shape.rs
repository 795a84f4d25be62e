//! How expressions depend on time.

use bioxen_network::{BinaryOp, Expr, NaryOp, UnaryOp};

/// An expression that consists of lines in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Shape {
    /// 0 if it stands still, 1 if it goes up or down.
    degree: u32,
    /// Whether it is one line up to some time only, and then another.
    pub(in super::super) pieces: bool,
}

impl Shape {
    /// What does not depend on time.
    pub(in super::super) const CONSTANT: Shape = Shape { degree: 0, pieces: false };
    const STEPS: Shape = Shape { degree: 0, pieces: true };

    /// The shape of an expression; none for all else.
    pub(in super::super) fn of(expr: &Expr, moving: &[bool]) -> Option<Shape> {
        let of = |expr: &Expr| Shape::of(expr, moving);
        match expr {
            Expr::Const(_) => Some(Shape::CONSTANT),
            Expr::Time => Some(Shape { degree: 1, pieces: false }),
            Expr::Quantity(q) => (moving.get(q.index()) == Some(&false)).then_some(Shape::CONSTANT),
            Expr::Unary(UnaryOp::Neg, a) => of(a),
            Expr::Unary(UnaryOp::Floor | UnaryOp::Ceil, a) => Some(of(a)?.stepped()),
            Expr::Binary(BinaryOp::Quotient, a, b) if of(b)? == Shape::CONSTANT => {
                Some(of(a)?.stepped())
            }
            Expr::Binary(BinaryOp::Rem, a, b) if of(b)? == Shape::CONSTANT => {
                let a = of(a)?;
                Some(Shape { pieces: a != Shape::CONSTANT, ..a })
            }
            Expr::Binary(op, a, b) if op.compares() => Some(of(a)?.beside(of(b)?).stepped()),
            Expr::Binary(BinaryOp::Sub, a, b) => Some(of(a)?.beside(of(b)?)),
            Expr::Binary(BinaryOp::Div, a, b) if of(b)?.degree == 0 => Some(of(a)?.times(of(b)?)),
            Expr::Nary(NaryOp::Add, all) => {
                all.iter().try_fold(Shape::CONSTANT, |shape, e| Some(shape.beside(of(e)?)))
            }
            Expr::Nary(NaryOp::Mul, all) => {
                let product =
                    all.iter().try_fold(Shape::CONSTANT, |shape, e| Some(shape.times(of(e)?)))?;
                (product.degree <= 1).then_some(product)
            }
            Expr::Piecewise(pieces, otherwise) => {
                let mut shape = Shape::CONSTANT;
                for (value, condition) in pieces {
                    let condition = of(condition).filter(|c| c.degree == 0)?;
                    shape = shape.beside(of(value)?).beside(condition);
                }
                otherwise.as_ref().map_or(Some(shape), |e| Some(shape.beside(of(e)?)))
            }
            Expr::Delay(..) | Expr::RateOf(_) => None,
            _ => {
                let mut shape = Some(Shape::CONSTANT);
                expr.for_each_child(|child| {
                    let child = of(child).filter(|c| c.degree == 0);
                    shape = shape.zip(child).map(|(shape, child)| shape.beside(child));
                });
                shape
            }
        }
    }

    /// Whether it is one line at all times that goes up or down.
    pub(in super::super) fn is_line(self) -> bool {
        self.degree == 1 && !self.pieces
    }

    /// What jumps where this reaches certain values, and stands still between.
    fn stepped(self) -> Shape {
        if self == Shape::CONSTANT { self } else { Shape::STEPS }
    }

    /// A sum.
    fn beside(self, other: Shape) -> Shape {
        Shape { degree: self.degree.max(other.degree), pieces: self.pieces || other.pieces }
    }

    /// A product.
    fn times(self, other: Shape) -> Shape {
        Shape { degree: self.degree + other.degree, pieces: self.pieces || other.pieces }
    }
}

pub(in super::super) fn reads_time(expr: &Expr) -> bool {
    let mut todo = vec![expr];
    while let Some(expr) = todo.pop() {
        if matches!(expr, Expr::Time) {
            return true;
        }
        expr.for_each_child(|child| todo.push(child));
    }
    false
}
