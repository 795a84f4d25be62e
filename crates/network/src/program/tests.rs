use super::*;
use crate::{BinaryOp, NaryOp, UnaryOp};
use proptest::prelude::*;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_3, FRAC_PI_4, FRAC_PI_6};

fn q(i: u32) -> Expr {
    Expr::Quantity(QuantityId(i))
}

fn c(x: f64) -> Expr {
    Expr::Const(x)
}

fn at(expr: &Expr, t: f64, q: &[f64]) -> f64 {
    Program::compile(expr).unwrap().eval(t, q, &mut Vec::new())
}

/// Both as folded constants and with operands read from the state.
fn unary(op: UnaryOp, x: f64) -> f64 {
    let folded = at(&Expr::Unary(op, Box::new(c(x))), 0.0, &[]);
    let run = at(&Expr::Unary(op, Box::new(q(0))), 0.0, &[x]);
    assert!(folded == run || (folded.is_nan() && run.is_nan()), "{op:?}({x}): {folded} {run}");
    run
}

fn binary(op: BinaryOp, a: f64, b: f64) -> f64 {
    let form = |l: Expr, r: Expr| Expr::Binary(op, Box::new(l), Box::new(r));
    let run = at(&form(q(0), q(1)), 0.0, &[a, b]);
    for other in [form(c(a), c(b)), form(q(0), c(b)), form(c(a), q(1))] {
        let got = at(&other, 0.0, &[a, b]);
        let same = (got - run).abs() <= 1e-15 * run.abs() || got == run;
        assert!(same || (got.is_nan() && run.is_nan()), "{op:?}({a}, {b}): {got} {run}");
    }
    run
}

fn nary(op: NaryOp, operands: &[f64]) -> f64 {
    let all = (0..operands.len()).map(|i| q(i as u32)).collect();
    let run = at(&Expr::Nary(op, all), 0.0, operands);
    let folded = at(&Expr::Nary(op, operands.iter().map(|&x| c(x)).collect()), 0.0, &[]);
    assert!(folded == run || (folded.is_nan() && run.is_nan()));
    run
}

#[track_caller]
fn near(got: f64, want: f64) {
    assert!((got - want).abs() <= 1e-14 * want.abs().max(1.0), "{got}, expected {want}");
}

#[test]
fn rounding_and_signs() {
    assert_eq!(unary(UnaryOp::Neg, 2.5), -2.5);
    assert_eq!(unary(UnaryOp::Abs, -2.5), 2.5);
    assert_eq!(unary(UnaryOp::Ceil, 2.1), 3.0);
    assert_eq!(unary(UnaryOp::Ceil, -2.1), -2.0);
    assert_eq!(unary(UnaryOp::Floor, 2.9), 2.0);
    assert_eq!(unary(UnaryOp::Floor, -2.1), -3.0);
    assert_eq!(unary(UnaryOp::Not, 0.0), 1.0);
    assert_eq!(unary(UnaryOp::Not, 7.0), 0.0);
}

#[test]
fn powers_and_logarithms() {
    near(unary(UnaryOp::Exp, 1.0), std::f64::consts::E);
    near(unary(UnaryOp::Ln, std::f64::consts::E), 1.0);
    near(unary(UnaryOp::Sqrt, 2.25), 1.5);
    assert!(unary(UnaryOp::Sqrt, -1.0).is_nan());
    near(binary(BinaryOp::Pow, 2.0, 10.0), 1024.0);
    near(binary(BinaryOp::Pow, 2.0, -2.0), 0.25);
    near(binary(BinaryOp::Pow, 2.0, 0.5), std::f64::consts::SQRT_2);
    near(binary(BinaryOp::Pow, 0.0, 0.0), 1.0);
    near(binary(BinaryOp::Pow, 9.0, 1.5), 27.0);
    assert_eq!(binary(BinaryOp::Log, 10.0, 1000.0), 3.0);
    assert_eq!(binary(BinaryOp::Log, 2.0, 8.0), 3.0);
    near(binary(BinaryOp::Log, 3.0, 81.0), 4.0);
    assert_eq!(binary(BinaryOp::Root, 2.0, 9.0), 3.0);
    near(binary(BinaryOp::Root, 3.0, -27.0), -3.0);
    near(binary(BinaryOp::Root, 5.0, -32.0), -2.0);
    near(binary(BinaryOp::Root, 4.0, 81.0), 3.0);
    assert!(binary(BinaryOp::Root, 4.0, -81.0).is_nan());
}

#[test]
fn factorial_is_of_natural_numbers() {
    assert_eq!(unary(UnaryOp::Factorial, 0.0), 1.0);
    assert_eq!(unary(UnaryOp::Factorial, 1.0), 1.0);
    assert_eq!(unary(UnaryOp::Factorial, 5.0), 120.0);
    near(unary(UnaryOp::Factorial, 170.0) / 7.257_415_615_307_994e306, 1.0);
    assert_eq!(unary(UnaryOp::Factorial, 171.0), f64::INFINITY);
    assert!(unary(UnaryOp::Factorial, 2.5).is_nan());
    assert!(unary(UnaryOp::Factorial, -1.0).is_nan());
    assert!(unary(UnaryOp::Factorial, f64::NAN).is_nan());
    assert_eq!(unary(UnaryOp::Factorial, 1e300), f64::INFINITY);
}

#[test]
fn angles() {
    near(unary(UnaryOp::Sin, FRAC_PI_6), 0.5);
    near(unary(UnaryOp::Cos, FRAC_PI_3), 0.5);
    near(unary(UnaryOp::Tan, FRAC_PI_4), 1.0);
    near(unary(UnaryOp::Sec, FRAC_PI_3), 2.0);
    near(unary(UnaryOp::Csc, FRAC_PI_6), 2.0);
    near(unary(UnaryOp::Cot, FRAC_PI_4), 1.0);
    near(unary(UnaryOp::Asin, 0.5), FRAC_PI_6);
    near(unary(UnaryOp::Acos, 0.5), FRAC_PI_3);
    near(unary(UnaryOp::Atan, 1.0), FRAC_PI_4);
    near(unary(UnaryOp::Asec, 2.0), FRAC_PI_3);
    near(unary(UnaryOp::Acsc, 2.0), FRAC_PI_6);
    near(unary(UnaryOp::Acot, 1.0), FRAC_PI_4);
    near(unary(UnaryOp::Acot, 0.0), FRAC_PI_2);
    assert!(unary(UnaryOp::Asin, 1.5).is_nan());
}

#[test]
fn hyperbolic_angles() {
    // With e^x = 2: sinh = 3/4, cosh = 5/4, tanh = 3/5.
    let x = 2f64.ln();
    near(unary(UnaryOp::Sinh, x), 0.75);
    near(unary(UnaryOp::Cosh, x), 1.25);
    near(unary(UnaryOp::Tanh, x), 0.6);
    near(unary(UnaryOp::Sech, x), 0.8);
    near(unary(UnaryOp::Csch, x), 4.0 / 3.0);
    near(unary(UnaryOp::Coth, x), 5.0 / 3.0);
    near(unary(UnaryOp::Asinh, 0.75), x);
    near(unary(UnaryOp::Acosh, 1.25), x);
    near(unary(UnaryOp::Atanh, 0.6), x);
    near(unary(UnaryOp::Asech, 0.8), x);
    near(unary(UnaryOp::Acsch, 4.0 / 3.0), x);
    near(unary(UnaryOp::Acoth, 5.0 / 3.0), x);
}

#[test]
fn division_with_remainder() {
    assert_eq!(binary(BinaryOp::Sub, 5.0, 3.0), 2.0);
    assert_eq!(binary(BinaryOp::Div, 5.0, 2.0), 2.5);
    assert_eq!(binary(BinaryOp::Div, 1.0, 0.0), f64::INFINITY);
    for (a, b, quotient, rem) in [
        (7.0, 3.0, 2.0, 1.0),
        (-7.0, 3.0, -2.0, -1.0),
        (7.0, -3.0, -2.0, 1.0),
        (-7.0, -3.0, 2.0, -1.0),
    ] {
        assert_eq!(binary(BinaryOp::Quotient, a, b), quotient);
        assert_eq!(binary(BinaryOp::Rem, a, b), rem);
    }
    assert_eq!(binary(BinaryOp::Rem, 5.5, 2.0), 1.5);
    assert!(binary(BinaryOp::Rem, 1.0, 0.0).is_nan());
}

#[test]
fn comparisons() {
    for (op, less, same, more) in [
        (BinaryOp::Eq, 0.0, 1.0, 0.0),
        (BinaryOp::Ne, 1.0, 0.0, 1.0),
        (BinaryOp::Lt, 1.0, 0.0, 0.0),
        (BinaryOp::Le, 1.0, 1.0, 0.0),
        (BinaryOp::Gt, 0.0, 0.0, 1.0),
        (BinaryOp::Ge, 0.0, 1.0, 1.0),
    ] {
        assert_eq!(binary(op, 1.0, 2.0), less);
        assert_eq!(binary(op, 2.0, 2.0), same);
        assert_eq!(binary(op, 3.0, 2.0), more);
    }
    assert_eq!(binary(BinaryOp::Lt, f64::NAN, 1.0), 0.0);
}

#[test]
fn logic() {
    for (a, b, implies, xor) in
        [(0.0, 0.0, 1.0, 0.0), (0.0, 2.0, 1.0, 1.0), (2.0, 0.0, 0.0, 1.0), (2.0, 5.0, 1.0, 0.0)]
    {
        assert_eq!(binary(BinaryOp::Implies, a, b), implies);
        assert_eq!(nary(NaryOp::Xor, &[a, b]), xor);
        assert_eq!(nary(NaryOp::And, &[a, b]), f64::from(u8::from(a != 0.0 && b != 0.0)));
        assert_eq!(nary(NaryOp::Or, &[a, b]), f64::from(u8::from(a != 0.0 || b != 0.0)));
    }
    assert_eq!(nary(NaryOp::Xor, &[1.0, 3.0, 2.0]), 1.0);
    assert_eq!(nary(NaryOp::And, &[1.0, 1.0, 0.0]), 0.0);
    assert_eq!(nary(NaryOp::Or, &[4.0]), 1.0);
}

#[test]
fn sums_products_and_extremes() {
    assert_eq!(nary(NaryOp::Add, &[1.0, 2.0, 3.5]), 6.5);
    assert_eq!(nary(NaryOp::Mul, &[2.0, 3.0, 4.0]), 24.0);
    assert_eq!(nary(NaryOp::Min, &[3.0, -1.0, 2.0]), -1.0);
    assert_eq!(nary(NaryOp::Max, &[3.0, -1.0, 2.0]), 3.0);
    assert!(nary(NaryOp::Max, &[3.0, f64::NAN]).is_nan());
    assert!(nary(NaryOp::Min, &[f64::NAN, 3.0]).is_nan());
    assert_eq!(nary(NaryOp::Mul, &[7.0]), 7.0);
}

#[test]
fn no_operands_give_the_neutral_element() {
    assert_eq!(nary(NaryOp::Add, &[]), 0.0);
    assert_eq!(nary(NaryOp::Mul, &[]), 1.0);
    assert_eq!(nary(NaryOp::And, &[]), 1.0);
    assert_eq!(nary(NaryOp::Or, &[]), 0.0);
    assert_eq!(nary(NaryOp::Xor, &[]), 0.0);
    assert_eq!(nary(NaryOp::Min, &[]), f64::INFINITY);
    assert_eq!(nary(NaryOp::Max, &[]), f64::NEG_INFINITY);
}

#[test]
fn piecewise_takes_the_first_that_holds() {
    let lt = |x: Expr, y: f64| Expr::Binary(BinaryOp::Lt, Box::new(x), Box::new(c(y)));
    let pieces = vec![(c(10.0), lt(q(0), 1.0)), (q(1), lt(q(0), 2.0))];
    let with = Expr::Piecewise(pieces.clone(), Some(Box::new(c(30.0))));
    let inner = Expr::Nary(NaryOp::Add, vec![c(1.0), with, c(2.0)]);
    assert_eq!(at(&inner, 0.0, &[0.5, 20.0]), 13.0);
    assert_eq!(at(&inner, 0.0, &[1.5, 20.0]), 23.0);
    assert_eq!(at(&inner, 0.0, &[2.5, 20.0]), 33.0);
    assert!(at(&Expr::Piecewise(pieces, None), 0.0, &[2.5, 20.0]).is_nan());
    assert_eq!(at(&Expr::Piecewise(vec![], Some(Box::new(c(4.0)))), 0.0, &[]), 4.0);
}

#[test]
fn time_and_inputs_are_reported() {
    let expr = Expr::Nary(NaryOp::Add, vec![q(7), Expr::Time, q(2), q(7)]);
    let program = Program::compile(&expr).unwrap();
    assert_eq!(program.inputs(), [QuantityId(2), QuantityId(7)]);
    assert!(program.depends_on_time());
    assert_eq!(program.eval(5.0, &[0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 3.0], &mut vec![]), 12.0);
    assert!(!Program::compile(&q(1)).unwrap().depends_on_time());
}

#[test]
fn constants_are_folded_and_products_are_flat() {
    let sum = Expr::Nary(NaryOp::Add, vec![c(1.0), c(2.0)]);
    let folded = Program::compile(&Expr::Nary(NaryOp::Mul, vec![sum, c(4.0)])).unwrap();
    assert_eq!(folded.constant(), Some(12.0));
    let square = Expr::Binary(BinaryOp::Pow, Box::new(q(1)), Box::new(c(2.0)));
    let product = Program::compile(&Expr::Nary(NaryOp::Mul, vec![square, c(3.0), q(0)])).unwrap();
    assert_eq!(product.code, Code::Product { coefficient: 3.0, factors: vec![1, 1, 0] });
    assert_eq!(product.eval(0.0, &[5.0, 2.0], &mut vec![]), 60.0);
}

#[test]
fn a_quantity_that_is_missing_is_not_a_number() {
    assert!(at(&q(3), 0.0, &[1.0]).is_nan());
    assert!(at(&Expr::Nary(NaryOp::Add, vec![q(3), c(1.0)]), 0.0, &[1.0]).is_nan());
}

#[test]
fn externals_are_refused_or_read_from_their_slots() {
    let delay = Expr::Delay(Box::new(q(0)), Box::new(c(2.0)));
    let expr = Expr::Nary(NaryOp::Add, vec![delay, Expr::RateOf(QuantityId(0))]);
    let refused = Program::compile(&expr).unwrap_err();
    assert_eq!(refused.to_string(), "`expression` uses delay, which cannot be evaluated here");
    let mut hook = |external: External<'_>| match external {
        External::Delay { .. } => Some(1),
        External::RateOf(_) => Some(2),
    };
    let program = Program::compile_with("v", &expr, &mut hook).unwrap();
    assert_eq!(program.eval(0.0, &[1.0, 20.0, 300.0], &mut vec![]), 320.0);
}

#[test]
fn deep_nesting_is_refused_and_dropped_safely() {
    let nest = |levels: usize| {
        (1..levels).fold(q(0), |inner, _| Expr::Unary(UnaryOp::Neg, Box::new(inner)))
    };
    assert_eq!(at(&nest(Expr::MAX_DEPTH), 0.0, &[2.0]), -2.0);
    let error = Program::compile(&nest(1_000_000)).unwrap_err();
    assert_eq!(
        error,
        NetworkError::TooDeep {
            context: "expression".into(),
            depth: 1_000_000,
            limit: Expr::MAX_DEPTH
        }
    );
}

#[test]
fn a_long_sum_needs_no_stack() {
    let expr = Expr::Nary(NaryOp::Add, (0..100_000).map(|i| q(i % 3)).collect());
    let mut stack = Vec::new();
    let program = Program::compile(&expr).unwrap();
    assert_eq!(program.eval(0.0, &[1.0, 2.0, 3.0], &mut stack), 199_999.0);
    assert!(stack.capacity() < 100);
}

/// What an expression means, without any of the compiler's rearrangements.
fn walk(expr: &Expr, t: f64, q: &[f64]) -> f64 {
    match expr {
        Expr::Const(x) => *x,
        Expr::Quantity(id) => q[id.index()],
        Expr::Time => t,
        Expr::Unary(op, x) => op::unary(*op, walk(x, t, q)),
        Expr::Binary(op, a, b) => op::binary(*op, walk(a, t, q), walk(b, t, q)),
        Expr::Nary(op, operands) => {
            let (neutral, op) = match op {
                NaryOp::Add => (0.0, Op::Add),
                NaryOp::Mul => (1.0, Op::Mul),
                NaryOp::And => (1.0, Op::And),
                NaryOp::Or => (0.0, Op::Or),
                NaryOp::Xor => (0.0, Op::Xor),
                NaryOp::Min => (f64::INFINITY, Op::Min),
                NaryOp::Max => (f64::NEG_INFINITY, Op::Max),
            };
            let all = operands.iter().map(|x| walk(x, t, q));
            // Not from the neutral element on, which would lose the sign of -0.
            let truth = |x: f64| op::two(Op::And, x, 1.0);
            let logical = operands.len() == 1 && matches!(op, Op::And | Op::Or | Op::Xor);
            let all = all.map(|x| if logical { truth(x) } else { x });
            all.reduce(|a, b| op::two(op, a, b)).unwrap_or(neutral)
        }
        Expr::Piecewise(pieces, otherwise) => {
            match pieces.iter().find(|(_, condition)| walk(condition, t, q) != 0.0) {
                Some((value, _)) => walk(value, t, q),
                None => otherwise.as_ref().map_or(f64::NAN, |x| walk(x, t, q)),
            }
        }
        _ => f64::NAN,
    }
}

fn expressions() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        3 => (0u32..3).prop_map(q),
        1 => (-3.0..3.0f64).prop_map(c),
        1 => (-2i32..4).prop_map(|x| c(f64::from(x))),
        1 => Just(Expr::Time),
    ];
    let unary = prop::sample::select(vec![
        UnaryOp::Neg,
        UnaryOp::Not,
        UnaryOp::Abs,
        UnaryOp::Floor,
        UnaryOp::Exp,
        UnaryOp::Factorial,
        UnaryOp::Atan,
    ]);
    let binary = prop::sample::select(vec![
        BinaryOp::Sub,
        BinaryOp::Div,
        BinaryOp::Root,
        BinaryOp::Quotient,
        BinaryOp::Rem,
        BinaryOp::Lt,
        BinaryOp::Ge,
        BinaryOp::Implies,
    ]);
    let nary = prop::sample::select(vec![
        NaryOp::Add,
        NaryOp::Mul,
        NaryOp::And,
        NaryOp::Or,
        NaryOp::Xor,
        NaryOp::Min,
        NaryOp::Max,
    ]);
    leaf.prop_recursive(6, 60, 4, move |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        prop_oneof![
            (unary.clone(), boxed.clone()).prop_map(|(op, x)| Expr::Unary(op, x)),
            (binary.clone(), boxed.clone(), boxed.clone())
                .prop_map(|(op, a, b)| Expr::Binary(op, a, b)),
            (nary.clone(), prop::collection::vec(inner.clone(), 0..5))
                .prop_map(|(op, xs)| Expr::Nary(op, xs)),
            (prop::collection::vec((inner.clone(), inner), 0..4), prop::option::of(boxed))
                .prop_map(|(pieces, otherwise)| Expr::Piecewise(pieces, otherwise)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn a_program_means_what_its_expression_means(
        expr in expressions(),
        t in 0.0..3.0f64,
        q in prop::collection::vec(-2.0..2.0f64, 3),
    ) {
        let program = Program::compile(&expr).unwrap();
        let (got, want) = (program.eval(t, &q, &mut Vec::new()), walk(&expr, t, &q));
        // Only the constants of a product are taken together, which may change the last digits.
        let same = got == want || (got.is_nan() && want.is_nan());
        prop_assert!(same || (got - want).abs() <= 1e-9 * want.abs(), "{got} {want}");
        let renumbered = program.renumber(|i| 2 - i);
        let moved = renumbered.eval(t, &[q[2], q[1], q[0]], &mut vec![1.0; 9]);
        prop_assert!(moved == got || (moved.is_nan() && got.is_nan()));
    }
}
