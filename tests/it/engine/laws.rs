//! Laws other than mass action, and what is refused.

use super::*;
use bioxen::engine::EngineError;
use bioxen::network::{BinaryOp, Expr, NaryOp, Stoichiometry, Term};

fn quotient(a: Expr, b: Expr) -> Expr {
    Expr::Binary(BinaryOp::Div, Box::new(a), Box::new(b))
}

fn sum(terms: Vec<Expr>) -> Expr {
    Expr::Nary(NaryOp::Add, terms)
}

fn product(factors: Vec<Expr>) -> Expr {
    Expr::Nary(NaryOp::Mul, factors)
}

/// Births at `birth(n)` and deaths at `death(n)`: detailed balance gives the stationary
/// distribution. One run against it, for every arrangement.
fn check_stationary(network: &Network, birth: impl Fn(f64) -> f64, death: impl Fn(f64) -> f64) {
    let mut p = vec![1.0f64];
    for n in 1..400 {
        let next = p[n - 1] * birth(n as f64 - 1.0) / death(n as f64);
        p.push(next);
    }
    let total: f64 = p.iter().sum();
    for arrangement in [Arrangement::Automatic, Arrangement::Grouped] {
        let mut ssa = start(network, arrangement, 1);
        let stop = StopToken::new();
        let values: Vec<f64> = (1..=6000)
            .map(|i| {
                ssa.advance(20.0 * f64::from(i), &stop).unwrap();
                ssa.state()[0]
            })
            .collect();
        assert_distributed(&values[10..], |n| p[n] / total);
    }
}

#[test]
fn michaelis_menten_degradation_has_its_stationary_state() {
    let mut n = Network::default();
    let x = n.species("x", 0.0);
    n.reaction("make", &[], &[(x, 1)], law(3.0));
    let degraded = RateLaw::MichaelisMenten { vmax: 6.0, km: 4.0, substrate: x };
    n.reaction("degrade", &[(x, 1)], &[], degraded);
    check_stationary(&n, |_| 3.0, |x| 6.0 * x / (4.0 + x));
}

#[test]
fn hill_repression_has_its_stationary_state() {
    let mut n = Network::default();
    let x = n.species("x", 0.0);
    let made = RateLaw::Hill { basal: 0.5, vmax: 12.0, k: 5.0, n: -2.0, regulator: x };
    n.reaction("make", &[], &[(x, 1)], made);
    n.reaction("lose", &[(x, 1)], &[], law(1.0));
    check_stationary(&n, |x| 0.5 + 11.5 / (1.0 + (x / 5.0f64).powi(2)), |x| x);
}

#[test]
fn an_expression_follows_species_and_parameters() {
    // Births at a / (1 + x / 8), with the parameter set after the start.
    let mut n = Network::default();
    let x = n.species("x", 0.0);
    let a = n.parameter("a", 0.0);
    let q = Expr::Quantity;
    let rate = quotient(q(a), sum(vec![Expr::Const(1.0), quotient(q(x), Expr::Const(8.0))]));
    n.reaction("make", &[], &[(x, 1)], RateLaw::Expr(rate));
    n.reaction("lose", &[(x, 1)], &[], law(1.0));
    for arrangement in [Arrangement::Automatic, Arrangement::Grouped] {
        let mut ssa = start(&n, arrangement, 2);
        let stop = StopToken::new();
        ssa.advance(10.0, &stop).unwrap();
        assert_eq!(ssa.events(), 0);
        ssa.set(a, 10.0).unwrap();
        let values: Vec<f64> = (1..=6000)
            .map(|i| {
                ssa.advance(10.0 + 20.0 * f64::from(i), &stop).unwrap();
                ssa.state()[0]
            })
            .collect();
        let mut p = vec![1.0f64];
        for n in 1..200 {
            p.push(p[n - 1] * 10.0 / (1.0 + (n as f64 - 1.0) / 8.0) / n as f64);
        }
        let total: f64 = p.iter().sum();
        assert_distributed(&values, |n| p[n] / total);
    }
}

#[test]
fn a_rate_that_becomes_negative_names_its_reaction() {
    let mut n = Network::default();
    let x = n.species("x", 0.0);
    // 3 - x: negative once there are four.
    let rate = sum(vec![Expr::Const(3.0), product(vec![Expr::Const(-1.0), Expr::Quantity(x)])]);
    n.reaction("falling", &[], &[(x, 2)], RateLaw::Expr(rate));
    for arrangement in [Arrangement::Automatic, Arrangement::Grouped] {
        let mut ssa = start(&n, arrangement, 3);
        for _ in 0..2 {
            match ssa.advance(100.0, &StopToken::new()) {
                Err(EngineError::BadRate { reaction, rate, .. }) => {
                    assert_eq!((reaction.as_str(), rate), ("falling", -1.0));
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((ssa.state()[0], ssa.events()), (4.0, 2));
        // A valid state heals it.
        ssa.set(x, 3.0).unwrap();
        ssa.advance(200.0, &StopToken::new()).unwrap();
        assert_eq!(ssa.time(), 200.0);
    }
}

#[test]
fn what_is_no_jump_process_is_refused_by_name() {
    let refused = |n: &Network, part: &str| match Ssa::new(
        Arc::new(Compiled::new(n).unwrap()),
        Rng::new(Seed::new(0)),
    ) {
        Err(EngineError::Unsupported { construct, name, .. }) => {
            assert!(construct.contains(part), "{construct}");
            assert_eq!(name, "odd");
        }
        other => panic!("{other:?}"),
    };
    let mut n = Network::default();
    let x = n.species("x", 1.0);
    n.reaction("odd", &[(x, 1)], &[], RateLaw::Expr(Expr::Time));
    refused(&n, "time");

    let mut n = Network::default();
    let x = n.species("x", 1.0);
    n.reaction("odd", &[], &[(x, 1)], law(1.0));
    n.reactions[0].products = vec![Term { quantity: x, stoichiometry: Stoichiometry::Const(0.5) }];
    refused(&n, "whole number");

    n.reactions[0].products = vec![Term { quantity: x, stoichiometry: Stoichiometry::Quantity(x) }];
    refused(&n, "variable");
    n.reactions[0].products = vec![];
    n.reaction("other", &[(x, u32::MAX)], &[], law(1.0));
    n.reactions.swap(0, 1);
    n.reactions[0].name = "odd".into();
    refused(&n, "");

    let mut n = Network::default();
    n.species("x", 0.5);
    let model = Arc::new(Compiled::new(&n).unwrap());
    let started = Ssa::new(model, Rng::new(Seed::new(0)));
    assert!(matches!(started, Err(EngineError::NotACount { .. })));
}

#[test]
fn rates_that_are_no_rates_are_refused_at_the_start() {
    for k in [-1.0, f64::NAN, f64::INFINITY] {
        let mut n = Network::default();
        let x = n.species("x", 1.0);
        n.reaction("bad", &[(x, 1)], &[], law(k));
        let model = Arc::new(Compiled::new(&n).unwrap());
        match Ssa::new(model, Rng::new(Seed::new(0))) {
            Err(EngineError::BadRate { reaction, .. }) => assert_eq!(reaction, "bad"),
            other => panic!("{other:?}"),
        }
    }
}
