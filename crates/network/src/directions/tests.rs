use super::*;

struct Case {
    network: Network,
    a: QuantityId,
    b: QuantityId,
    k: QuantityId,
}

fn case() -> Case {
    let mut network = Network::default();
    let a = network.species("a", 100.0);
    let b = network.species("b", 0.0);
    let k = network.parameter("k", 0.5);
    Case { network, a, b, k }
}

impl Case {
    /// The directions of a reaction from `a` to `b`, or from nothing to `b`.
    fn split(&self, from_a: bool, reversible: bool, law: Expr) -> Directions {
        let mut network = self.network.clone();
        let reactants: &[_] = if from_a { &[(self.a, 1)] } else { &[] };
        network.reaction("j", reactants, &[(self.b, 1)], RateLaw::Expr(law));
        network.reactions[0].reversible = reversible;
        let fixed = network.fixed();
        Splitter::new(&network, &fixed).split(&network.reactions[0])
    }

    /// Checks that forth less back is the law, in some states.
    fn both(&self, law: &Expr) {
        let Directions::Both(both) = self.split(true, false, law.clone()) else {
            panic!("{law:?}");
        };
        assert_eq!(both[0].reactants, both[1].products);
        let value =
            |expr: &Expr, x: &[f64]| Program::compile(expr).unwrap().eval(0.0, x, &mut Vec::new());
        let of = |reaction: &Reaction, x: &[f64]| match &reaction.law {
            RateLaw::Expr(expr) => value(expr, x),
            other => panic!("{other:?}"),
        };
        for x in [[100.0, 0.0, 0.5], [0.0, 7.0, 0.5], [3.0, 20.0, 0.5]] {
            let (forth, back) = (of(&both[0], &x), of(&both[1], &x));
            assert!(forth >= 0.0 && back >= 0.0);
            assert!((forth - back - value(law, &x)).abs() < 1e-12 * (forth + back));
        }
    }
}

fn q(id: QuantityId) -> Expr {
    Expr::Quantity(id)
}

fn binary(op: BinaryOp, a: Expr, b: Expr) -> Expr {
    Expr::Binary(op, Box::new(a), Box::new(b))
}

fn sub(a: Expr, b: Expr) -> Expr {
    binary(BinaryOp::Sub, a, b)
}

fn mul(all: Vec<Expr>) -> Expr {
    Expr::Nary(NaryOp::Mul, all)
}

fn add(all: Vec<Expr>) -> Expr {
    Expr::Nary(NaryOp::Add, all)
}

#[test]
fn differences_in_many_forms_are_taken_apart() {
    let c = case();
    let (a, b, k) = (q(c.a), q(c.b), q(c.k));
    let plain = sub(a.clone(), mul(vec![k.clone(), b.clone()]));
    c.both(&plain);
    c.both(&mul(vec![Expr::Const(3.0), k.clone(), plain.clone()]));
    let negative = mul(vec![Expr::Const(-0.5), b.clone()]);
    c.both(&add(vec![a.clone(), negative.clone()]));
    let neg = |e| Expr::Unary(UnaryOp::Neg, Box::new(e));
    c.both(&neg(sub(mul(vec![k.clone(), b.clone()]), a.clone())));
    // Reversible Michaelis-Menten, with both denominators in one.
    let below = add(vec![Expr::Const(1.0), a.clone(), mul(vec![k.clone(), b.clone()])]);
    c.both(&binary(BinaryOp::Div, plain.clone(), below));
    let otherwise = Some(Box::new(Expr::Const(0.0)));
    c.both(&Expr::Piecewise(vec![(plain, Expr::Const(1.0))], otherwise));
}

#[test]
fn rates_that_never_fall_below_zero_stay_one() {
    let c = case();
    let (a, b) = (q(c.a), q(c.b));
    let share = binary(BinaryOp::Div, b.clone(), add(vec![Expr::Const(9.0), b.clone()]));
    // Held back by its product: a difference that is never negative.
    let held = mul(vec![a.clone(), sub(Expr::Const(1.0), share)]);
    assert_eq!(c.split(true, true, held), Directions::One);
    let pair = mul(vec![a.clone(), sub(a.clone(), Expr::Const(1.0))]);
    assert_eq!(c.split(true, true, pair), Directions::One);
    // Whether this may go backwards only the model can tell.
    let logistic = mul(vec![b.clone(), sub(Expr::Const(1.0), mul(vec![Expr::Const(0.01), b]))]);
    assert_eq!(c.split(false, false, logistic.clone()), Directions::One);
    assert!(matches!(c.split(false, true, logistic), Directions::Both(_)));
}

#[test]
fn what_would_take_what_is_missing_is_not_split() {
    let c = case();
    let law = sub(q(c.a), q(c.k));
    assert_eq!(c.split(true, false, law), Directions::Unknown);
    let exp = |e| Expr::Unary(UnaryOp::Exp, Box::new(e));
    let ratio = sub(Expr::Const(1.0), exp(sub(q(c.b), q(c.a))));
    assert_eq!(c.split(true, false, mul(vec![q(c.k), ratio])), Directions::Unknown);
}

/// The thermodynamic forms divide by what the reaction takes.
#[test]
fn what_stands_above_and_below_a_fraction_is_cancelled() {
    let c = case();
    let (a, b, k) = (q(c.a), q(c.b), q(c.k));
    let one = || Expr::Const(1.0);
    let div = |a: Expr, b: Expr| binary(BinaryOp::Div, a, b);
    let pow = |a: Expr, n: f64| binary(BinaryOp::Pow, a, Expr::Const(n));
    let ratio = || div(b.clone(), a.clone());
    let laws = [
        mul(vec![
            k.clone(),
            a.clone(),
            sub(one(), div(b.clone(), mul(vec![a.clone(), k.clone()]))),
        ]),
        mul(vec![k.clone(), a.clone(), sub(one(), ratio())]),
        mul(vec![k.clone(), a.clone(), sub(one(), div(ratio(), k.clone()))]),
        sub(
            mul(vec![k.clone(), a.clone()]),
            div(mul(vec![k.clone(), a.clone(), ratio()]), k.clone()),
        ),
        div(
            sub(
                mul(vec![k.clone(), pow(a.clone(), 2.0)]),
                mul(vec![k.clone(), a.clone(), b.clone()]),
            ),
            a.clone(),
        ),
        div(
            mul(vec![a.clone(), sub(one(), div(ratio(), k.clone()))]),
            add(vec![one(), div(a.clone(), k.clone()), div(b.clone(), k.clone())]),
        ),
    ];
    for law in laws {
        let Directions::Both(both) = c.split(true, true, law.clone()) else { panic!("{law:?}") };
        let rate = |reaction: &Reaction, x: [f64; 3]| match &reaction.law {
            RateLaw::Expr(expr) => Program::compile(expr).unwrap().eval(0.0, &x, &mut Vec::new()),
            other => panic!("{other:?}"),
        };
        // Nothing goes forth without `a`, and the way back is there.
        assert_eq!(rate(&both[0], [0.0, 7.0, 0.5]), 0.0, "{law:?}");
        assert!(rate(&both[1], [0.0, 7.0, 0.5]) > 0.0, "{law:?}");
        assert_eq!(rate(&both[1], [7.0, 0.0, 0.5]), 0.0, "{law:?}");
        let x = [30.0, 20.0, 0.5];
        let whole = Program::compile(&law).unwrap().eval(0.0, &x, &mut Vec::new());
        let (forth, back) = (rate(&both[0], x), rate(&both[1], x));
        assert!((forth - back - whole).abs() < 1e-9 * (forth + back), "{law:?}");
    }
}
