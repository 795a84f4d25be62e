use super::*;
use bioxen_network::{BinaryOp, Expr, NaryOp, RateLaw};

fn mass(k: f64) -> RateLaw {
    RateLaw::MassAction { k, factors: vec![] }
}

/// A parameter that is a rate constant: `k` times the product of amounts.
fn by(network: &Network, k: QuantityId, factors: &[QuantityId]) -> RateLaw {
    let _ = network;
    let all = [k].iter().chain(factors).map(|q| Expr::Quantity(*q)).collect();
    RateLaw::Expr(Expr::Nary(NaryOp::Mul, all))
}

#[test]
fn sums_stay_what_they_are() {
    // A and B turn into each other, k1 one way and 1 the other: B is k1 / (1 + k1) of the sum.
    let mut network = Network::default();
    let (a, b) = (network.species("A", 8.0), network.species("B", 2.0));
    let k = network.parameter("k1", 3.0);
    let law = by(&network, k, &[a]);
    network.reaction("there", &[(a, 1)], &[(b, 1)], law);
    network.reaction("back", &[(b, 1)], &[(a, 1)], mass(1.0));
    let states = NetworkStates::new(&network).unwrap();
    let (found, reached) = states.steady_state(Search::Run, &StopToken::new()).unwrap();
    assert!(reached && found.conserved == 1 && found.stability == Stability::Stable, "{found:?}");
    assert!((found.values[1] - 7.5).abs() < 1e-7, "{found:?}");
    let options = continuation::Options::between(0.1, 10.0);
    let branch = states.branch(k, (3.0, &|p| p), &options, &StopToken::new()).unwrap();
    assert!(branch.specials.is_empty(), "{:?}", branch.specials);
    for point in &branch.points {
        let want = 10.0 * point.parameter / (1.0 + point.parameter);
        assert!((point.values[1] - want).abs() < 1e-6, "{point:?}");
        assert_eq!(point.stability, Stability::Stable);
    }
}

/// Schlögl's model (*Z. Physik* 253:147, 1972): two folds that follow from a cubic.
#[test]
fn schloegl_has_two_folds() {
    let mut network = Network::default();
    let x = network.species("X", 0.0);
    let p = network.parameter("p", 0.5);
    // x' = p - x^3 + 6 x^2 - 11 x: turns where 3 x^2 - 12 x + 11 = 0.
    let power =
        |n: f64| Expr::Binary(BinaryOp::Pow, Box::new(Expr::Quantity(x)), Box::new(Expr::Const(n)));
    let times = |c: f64, e: Expr| Expr::Nary(NaryOp::Mul, vec![Expr::Const(c), e]);
    network.reaction("in", &[], &[(x, 1)], RateLaw::Expr(Expr::Quantity(p)));
    network.reaction("up", &[], &[(x, 1)], RateLaw::Expr(times(6.0, power(2.0))));
    network.reaction("down", &[(x, 1)], &[], RateLaw::Expr(power(3.0)));
    network.reaction("out", &[(x, 1)], &[], RateLaw::Expr(times(11.0, Expr::Quantity(x))));
    let states = NetworkStates::new(&network).unwrap();
    let options = continuation::Options::between(0.5, 12.0);
    let branch = states.branch(p, (0.5, &|p| p), &options, &StopToken::new()).unwrap();
    let at = |x: f64| x * x * x - 6.0 * x * x + 11.0 * x;
    let turns = [2.0 - 1.0 / 3.0_f64.sqrt(), 2.0 + 1.0 / 3.0_f64.sqrt()];
    let folds: Vec<f64> = branch.folds().map(|s| s.point.parameter).collect();
    assert_eq!(folds.len(), 2, "{branch:?}");
    for (fold, turn) in folds.iter().zip(turns) {
        assert!((fold - at(turn)).abs() < 1e-8, "{folds:?} {}", at(turn));
    }
    // Between the folds a run stays in the state of its past.
    let end = |start: f64, value: f64| {
        let mut states = NetworkStates::new(&network).unwrap();
        states.begin_at(&[start]).unwrap();
        assert!(states.set(p, value));
        states.steady_state(Search::Run, &StopToken::new()).unwrap().0.values[0]
    };
    let (low, high) = (folds[1], folds[0]);
    assert!(low < high);
    assert!(end(0.0, 0.99 * high) < 2.0 && end(0.0, 1.01 * high) > 2.0);
    assert!(end(5.0, 1.01 * low) > 2.0 && end(5.0, 0.99 * low) < 2.0);
}

#[test]
fn an_oscillator_is_left_and_found() {
    // The Brusselator with A = 1, B = 3.
    let mut network = Network::default();
    let (x, y) = (network.species("X", 1.2), network.species("Y", 2.5));
    let b = network.parameter("B", 3.0);
    network.reaction("in", &[], &[(x, 1)], mass(1.0));
    let square = by(&network, x, &[x, y]);
    network.reaction("auto", &[(y, 1)], &[(x, 1)], square);
    let turn = by(&network, b, &[x]);
    network.reaction("turn", &[(x, 1)], &[(y, 1)], turn);
    network.reaction("out", &[(x, 1)], &[], mass(1.0));
    let states = NetworkStates::new(&network).unwrap();
    let (found, reached) = states.steady_state(Search::Run, &StopToken::new()).unwrap();
    assert!(!reached && found.stability == Stability::Unstable(2), "{found:?}");
    assert!((found.values[0] - 1.0).abs() < 1e-8 && (found.values[1] - 3.0).abs() < 1e-8);
    let options = continuation::Options::between(0.5, 4.0);
    let branch = states.branch(b, (3.0, &|p| p), &options, &StopToken::new()).unwrap();
    let hopf: Vec<f64> = branch.specials.iter().map(|s| s.point.parameter).collect();
    assert!(hopf.len() == 1 && (hopf[0] - 2.0).abs() < 1e-6, "{hopf:?}");
}

#[test]
fn what_has_no_steady_state_says_so() {
    let mut network = Network::default();
    let x = network.species("X", 1.0);
    network.reaction("in", &[], &[(x, 1)], mass(1.0));
    let states = NetworkStates::new(&network).unwrap();
    let error = states.steady_state(Search::Run, &StopToken::new()).unwrap_err();
    assert!(error.to_string().contains("steady state found no answer"), "{error}");
    let mut network = Network::default();
    let x = network.species("X", 1.0);
    network.reaction("in", &[], &[(x, 1)], RateLaw::Expr(Expr::Time));
    let error = NetworkStates::new(&network).unwrap_err();
    assert!(error.to_string().contains("depend on time"), "{error}");
    // Nothing at all stays as it is.
    let states = NetworkStates::new(&Network::default()).unwrap();
    assert!(states.steady_state(Search::Run, &StopToken::new()).unwrap().0.values.is_empty());
    let stop = StopToken::new();
    stop.stop();
    assert_eq!(states.steady_state(Search::Run, &stop).unwrap_err(), StudyError::Stopped);
}

/// Without the flow, A and B are a closed pair; with it their sum follows from the flow. The branch that begins without
/// it would keep the sum.
#[test]
fn a_sum_that_only_the_beginning_keeps_is_none() {
    let mut network = Network::default();
    let (a, b) = (network.species("A", 10.0), network.species("B", 0.0));
    let k = network.parameter("k", 0.0);
    network.reaction("there", &[(a, 1)], &[(b, 1)], mass(1.0));
    network.reaction("back", &[(b, 1)], &[(a, 1)], mass(2.0));
    let (inflow, outflow) = (by(&network, k, &[]), by(&network, k, &[b]));
    network.reaction("in", &[], &[(a, 1)], inflow);
    network.reaction("out", &[(b, 1)], &[], outflow);
    let states = NetworkStates::new(&network).unwrap();
    let follow = |from: f64| {
        let options = continuation::Options::between(from, 10.0);
        states.branch(k, (from, &|p| p), &options, &StopToken::new())
    };
    assert!(follow(0.0).unwrap_err().to_string().contains("begin beside"));
    // B is 1, and A is 2 + k.
    let last = follow(0.5).unwrap().points.last().cloned().unwrap();
    assert!(
        (last.values[0] - 12.0).abs() < 1e-6 && (last.values[1] - 1.0).abs() < 1e-6,
        "{last:?}"
    );
}
