use super::*;
use crate::{BinaryOp, NaryOp, Program, UnaryOp};
use proptest::prelude::*;

const BINARY: [BinaryOp; 14] = [
    BinaryOp::Sub,
    BinaryOp::Div,
    BinaryOp::Pow,
    BinaryOp::Quotient,
    BinaryOp::Rem,
    BinaryOp::Eq,
    BinaryOp::Ne,
    BinaryOp::Lt,
    BinaryOp::Le,
    BinaryOp::Gt,
    BinaryOp::Ge,
    BinaryOp::Implies,
    BinaryOp::Log,
    BinaryOp::Root,
];

const NARY: [NaryOp; 7] =
    [NaryOp::Add, NaryOp::Mul, NaryOp::And, NaryOp::Or, NaryOp::Xor, NaryOp::Min, NaryOp::Max];

fn q(i: u32) -> Expr {
    Expr::Quantity(QuantityId(i))
}

fn value(expr: &Expr, q: &[f64]) -> f64 {
    Program::compile(expr).unwrap().eval(0.0, q, &mut Vec::new())
}

/// The derivative by quantity 0, beside differences at several distances; none if these show
/// that the expression is not smooth there.
fn compare(expr: &Expr, at: &[f64]) -> Option<(f64, f64)> {
    let got = value(&derivative(expr, QuantityId(0)).unwrap(), at);
    let moved = |by: f64| {
        let mut at = at.to_vec();
        at[0] += by;
        value(expr, &at)
    };
    let slope = |h: f64| (moved(h) - moved(-h)) / (2.0 * h);
    let (nearest, near, far) = (slope(1e-6), slope(1e-5), slope(3e-5));
    let one_sided = (moved(1e-5) - moved(0.0)) / 1e-5;
    let scale = near.abs().max(1e-3 * moved(0.0).abs()).max(1e-3);
    let smooth = near.is_finite()
        && (near - far).abs() < 1e-4 * scale
        && (near - nearest).abs() < 1e-3 * scale
        && (near - one_sided).abs() < 1e-2 * scale;
    smooth.then_some((got, near))
}

fn check(expr: &Expr, at: &[f64]) -> bool {
    let Some((got, want)) = compare(expr, at) else { return false };
    let size = value(expr, at).abs().max(1.0);
    let error = (got - want).abs();
    assert!(error <= 1e-3 * want.abs() + 1e-5 * size, "{expr:?} at {at:?}: {got}, {want}");
    true
}

#[test]
fn every_operator_on_one_operand() {
    for (_, op) in UnaryOp::NAMED {
        let expr = Expr::Unary(op, Box::new(q(0)));
        let points = [-2.3, -0.4, 0.3, 0.8, 1.7, 3.4];
        let checked = points.iter().filter(|x| check(&expr, &[**x])).count();
        assert!(op == UnaryOp::Factorial || checked >= 2, "{op:?} was checked at {checked} points");
    }
}

#[test]
fn every_operator_on_two_operands() {
    for op in BINARY {
        let mut checked = 0;
        for (a, b) in [(0.7, 2.5), (2.2, 1.3), (3.1, 0.4), (1.5, 3.0)] {
            let square = Expr::Binary(BinaryOp::Pow, Box::new(q(0)), Box::new(Expr::Const(2.0)));
            for (left, right) in [(q(0), q(1)), (q(1), q(0)), (square, q(0))] {
                let expr = Expr::Binary(op, Box::new(left), Box::new(right));
                checked += usize::from(check(&expr, &[a, b]));
            }
        }
        assert!(checked >= 8, "{op:?} was checked at {checked} points");
    }
}

#[test]
fn derivatives_are_simple() {
    let x = QuantityId(0);
    let product = Expr::Nary(NaryOp::Mul, vec![Expr::Const(3.0), q(0), q(1)]);
    let want = Expr::Nary(NaryOp::Mul, vec![Expr::Const(3.0), q(1)]);
    assert_eq!(derivative(&product, x).unwrap(), want);
    let sum = Expr::Nary(NaryOp::Add, vec![q(0), q(1), Expr::Const(4.0)]);
    assert_eq!(derivative(&sum, x).unwrap(), Expr::Const(1.0));
    assert_eq!(derivative(&q(1), x).unwrap(), Expr::Const(0.0));
    assert_eq!(derivative(&Expr::RateOf(x), x).unwrap(), Expr::Const(0.0));
}

#[test]
fn the_gradient_has_the_quantities_asked_for() {
    let product = Expr::Nary(NaryOp::Mul, vec![q(0), q(1), q(2)]);
    let gradient = gradient(&product, &|id| id.0 != 1).unwrap();
    assert_eq!(gradient.keys().map(|id| id.0).collect::<Vec<_>>(), [0, 2]);
}

#[test]
fn what_is_too_deep_or_too_long_is_refused() {
    let deep = (0..Expr::MAX_DEPTH).fold(q(0), |x, _| Expr::Unary(UnaryOp::Sin, Box::new(x)));
    assert!(matches!(derivative(&deep, QuantityId(0)), Err(NetworkError::TooDeep { .. })));
    let long = Expr::Nary(NaryOp::Mul, (0..5000).map(q).collect());
    assert!(matches!(gradient(&long, &|_| true), Err(NetworkError::TooLong { .. })));
    let sum = Expr::Nary(NaryOp::Add, (0..100_000).map(q).collect());
    assert_eq!(gradient(&sum, &|_| true).unwrap().len(), 100_000);
}

#[test]
fn a_deep_expression_needs_no_call_stack() {
    let deep = (1..Expr::MAX_DEPTH).fold(q(0), |x, _| Expr::Unary(UnaryOp::Neg, Box::new(x)));
    let slope = std::thread::Builder::new()
        .stack_size(256 * 1024)
        .spawn(move || derivative(&deep, QuantityId(0)).map(|slope| slope.depth()))
        .unwrap();
    assert!(slope.join().unwrap().is_ok());
}

/// Operators that jump so often that differences may agree by chance.
fn jumps(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Unary(UnaryOp::Floor | UnaryOp::Ceil | UnaryOp::Factorial, _)
            | Expr::Binary(BinaryOp::Quotient | BinaryOp::Rem, ..)
    )
}

fn expressions() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        (0u32..3).prop_map(q),
        (-3.0..3.0f64).prop_map(Expr::Const),
        (1.0..3.0f64).prop_map(|x| Expr::Const(x.round())),
    ];
    leaf.prop_recursive(4, 20, 3, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        prop_oneof![
            (0..UnaryOp::NAMED.len(), boxed.clone())
                .prop_map(|(op, x)| Expr::Unary(UnaryOp::NAMED[op].1, x)),
            (0..BINARY.len(), boxed.clone(), boxed.clone())
                .prop_map(|(op, a, b)| Expr::Binary(BINARY[op], a, b)),
            (0..NARY.len(), prop::collection::vec(inner.clone(), 0..4))
                .prop_map(|(op, xs)| Expr::Nary(NARY[op], xs)),
            (prop::collection::vec((inner.clone(), inner), 0..3), prop::option::of(boxed))
                .prop_map(|(pieces, otherwise)| Expr::Piecewise(pieces, otherwise)),
        ]
        .prop_filter("jumps", |expr| !jumps(expr))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_expression_agrees_with_differences(
        expr in expressions(),
        at in prop::collection::vec(-2.5..2.5f64, 3),
    ) {
        // Where an operand is infinite, or the slope of an operator is, the rules say nothing.
        let slope = derivative(&expr, QuantityId(0)).unwrap();
        if value(&slope, &at).is_finite() {
            check(&expr, &at);
        }
    }
}
