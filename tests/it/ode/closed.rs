//! Networks whose solutions are known in closed form.

use bioxen::engine::StopToken;
use bioxen::engine::ode::{NetworkOde, Options, Solution, solve};
use bioxen::network::{Expr, Network, RateLaw, Rule, UnaryOp};

use crate::engine::models::two_stage;

use super::models::{add, c, mass_action, mul, q};

fn run(network: &Network, grid: &[f64]) -> Solution {
    let mut system = NetworkOde::new(network).unwrap();
    let start = system.initial_state().to_vec();
    solve(&mut system, 0.0, &start, grid, Options::default(), &StopToken::new()).unwrap()
}

/// Each component at each time of a grid, within thirty times the tolerance; of `least` for
/// smaller values.
fn check(network: &Network, least: f64, exact: impl Fn(f64) -> Vec<f64>) {
    let grid: Vec<f64> = (0..=50).map(|i| 0.2 * f64::from(i)).collect();
    let solution = run(network, &grid);
    for (i, &t) in grid.iter().enumerate() {
        for (got, want) in solution.row(i).iter().zip(exact(t)) {
            assert!((got - want).abs() <= 3e-5 * want.abs().max(least), "t = {t}: {got}, {want}");
        }
    }
}

#[test]
fn a_decay_chain_follows_bateman() {
    let mut network = Network::default();
    let (a, b) = (network.species("a", 100.0), network.species("b", 0.0));
    network.reaction("first", &[(a, 1)], &[(b, 1)], mass_action(2.0));
    network.reaction("second", &[(b, 1)], &[], mass_action(0.5));
    check(&network, 0.1, |t| {
        let (fast, slow) = ((-2.0 * t).exp(), (-0.5 * t).exp());
        vec![100.0 * fast, 100.0 * 2.0 / 1.5 * (slow - fast)]
    });
}

#[test]
fn the_two_stage_gene_expression_relaxes_to_its_means() {
    // Means k/g and k kp/(g gp): 1 and 50.
    let (network, _) = two_stage(0.2, 0.2, 1.0, 0.02);
    check(&network, 0.1, |t| {
        let (fast, slow) = ((-0.2 * t).exp(), (-0.02 * t).exp());
        vec![1.0 - fast, 50.0 * (1.0 - slow) - (slow - fast) / 0.18]
    });
    let late = run(&network, &[2000.0]);
    assert!((late.row(0)[0] - 1.0).abs() < 1e-5 && (late.row(0)[1] - 50.0).abs() < 1e-3);
}

#[test]
fn dimerisation_decays_as_a_hyperbola() {
    // Each event takes two of x at the rate k x^2/2: x = x0/(1 + k x0 t).
    let mut network = Network::default();
    let (x, d) = (network.species("x", 200.0), network.species("d", 0.0));
    network.reaction("dimerise", &[(x, 2)], &[(d, 1)], mass_action(0.01));
    check(&network, 0.1, |t| {
        let x = 200.0 / (1.0 + 2.0 * t);
        vec![x, (200.0 - x) / 2.0]
    });
}

#[test]
fn rules_and_time_make_an_oscillator() {
    // x' = y, y' = -x with y by a rate rule, and z = x^2 + y^2 by assignment.
    let mut network = Network::default();
    let (x, y) = (network.parameter("x", 0.0), network.parameter("y", 1.0));
    let z = network.parameter("z", 0.0);
    let driven = network.species("driven", 0.0);
    network.rules.push(Rule::Rate(x, q(y)));
    network.rules.push(Rule::Rate(y, mul([c(-1.0), q(x), q(z)])));
    network.rules.push(Rule::Assignment(z, add([mul([q(x), q(x)]), mul([q(y), q(y)])])));
    let cosine = Expr::Unary(UnaryOp::Cos, Box::new(Expr::Time));
    network.reaction("drive", &[], &[(driven, 1)], RateLaw::Expr(cosine));
    // Nothing damps the errors of the steps, so that they add up.
    check(&network, 10.0, |t| vec![t.sin(), t.cos(), t.sin()]);
}
