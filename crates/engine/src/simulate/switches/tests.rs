use crate::ode::Options;
use crate::simulate::{Deterministic, Settings};
use crate::{EngineError, StopToken};
use bioxen_network::{BinaryOp, Expr, NaryOp, Network, QuantityId, RateLaw, Rule, UnaryOp};

fn binary(op: BinaryOp, a: Expr, b: f64) -> Expr {
    Expr::Binary(op, Box::new(a), Box::new(Expr::Const(b)))
}

fn sine(of: Expr) -> Expr {
    Expr::Unary(UnaryOp::Sin, Box::new(of))
}

fn when(condition: Expr, value: f64) -> Expr {
    Expr::Piecewise(vec![(Expr::Const(value), condition)], Some(Box::new(Expr::Const(0.0))))
}

/// The values at the end of a model, with tolerances near zero as those of SBML models.
fn end(network: &Network, grid: &[f64]) -> Vec<f64> {
    let model = Deterministic::new(network).unwrap();
    let atol_components = model.tolerances(0.0, &[]).unwrap();
    let ode = Options { rtol: 1e-6, atol_components, ..Options::default() };
    let run = model.run(grid, &Settings { ode, ..Settings::default() }, &StopToken::new());
    let run = run.unwrap();
    assert_eq!(run.columns.len(), network.quantities.len());
    run.columns.iter().map(|c| *c.values.last().unwrap()).collect()
}

fn near(found: f64, right: f64, part: f64) {
    assert!((found - right).abs() <= part * right.abs(), "{found}, right is {right}");
}

/// A quantity that grows at this rate from 0.
fn grown(rate: Expr, until: f64) -> f64 {
    let mut network = Network::default();
    let x = network.parameter("x", 0.0);
    network.rules.push(Rule::Rate(x, rate));
    let points: Vec<f64> = (0..=4).map(|i| until * f64::from(i) / 4.0).collect();
    end(&network, &points)[0]
}

#[test]
fn pulses_of_a_wave_are_not_passed_over() {
    let turn = std::f64::consts::TAU;
    for threshold in [0.5, 0.7, 0.9, 0.95, 0.999] {
        let share = 2.0 * (f64::acos(threshold)) / turn;
        let pulse = when(binary(BinaryOp::Gt, sine(Expr::Time), threshold), 1.0);
        near(grown(pulse, 40.0 * turn), share * 40.0 * turn, 1e-4);
    }
    let above = binary(BinaryOp::Sub, sine(Expr::Time), 0.8);
    let wave = Expr::Nary(NaryOp::Max, vec![Expr::Const(0.0), above.clone()]);
    // The integral of sin(t) - 0.8 while it is above zero, over one period.
    let half = f64::acos(0.8);
    let area = 2.0 * (half.sin() - 0.8 * half);
    near(grown(wave, 40.0 * turn), 40.0 * area, 1e-4);
    let size = Expr::Unary(UnaryOp::Abs, Box::new(sine(Expr::Time)));
    near(grown(size, 40.0 * turn), 160.0, 1e-4);
    // A pulse of a tenth of the period, without a corner: the mean of sin^100 is C(100, 50) / 2^100.
    let pulse = binary(BinaryOp::Pow, sine(Expr::Time), 100.0);
    near(grown(pulse, 40.0 * turn), 0.079_589_237 * 40.0 * turn, 1e-3);
}

#[test]
fn comparisons_of_other_functions_of_time_turn_where_they_do() {
    let square = Expr::Nary(NaryOp::Mul, vec![Expr::Time, Expr::Time]);
    for until in [100.0, 200.0, 1000.0] {
        let late = when(binary(BinaryOp::Gt, square.clone(), 2500.0), 1.0);
        near(grown(late, until), until - 50.0, 1e-6);
    }
}

/// A decay that switches something on when little is left.
fn switched(threshold: f64, k: f64, rate: f64) -> Network {
    let mut network = Network::default();
    let (a, b) = (network.species("A", 10.0), network.species("B", 0.0));
    network.reaction("decay", &[(a, 1)], &[], RateLaw::MassAction { k, factors: vec![] });
    let on = binary(BinaryOp::Lt, Expr::Quantity(a), threshold);
    network.reaction("make", &[], &[(b, 1)], RateLaw::Expr(when(on, rate)));
    network
}

#[test]
fn a_rate_that_jumps_at_a_threshold_feeds_what_is_still_zero() {
    for (k, rate) in [(1e-3, 100.0), (1e-4, 3.0), (1e-4, 100.0), (1e-5, 1.0)] {
        for threshold in [0.5, 1.0, 3.0, 9.0] {
            let at = f64::ln(10.0 / threshold) / k;
            let until = 2.0 * at;
            let found = end(&switched(threshold, k, rate), &[0.0, until]);
            near(found[1], rate * (until - at), 1e-4);
        }
    }
}

/// What slides along a threshold turns without end: that is noticed soon, and the comparison is left as it stands.
#[test]
fn a_state_that_slides_along_a_threshold_is_noticed() {
    let mut network = Network::default();
    let x = network.parameter("x", 1.0);
    let above = binary(BinaryOp::Gt, Expr::Quantity(x), 0.25);
    let rate = Expr::Piecewise(vec![(Expr::Const(-1.0), above)], Some(Box::new(Expr::Const(1.0))));
    network.rules.push(Rule::Rate(x, rate));
    let model = Deterministic::new(&network).unwrap();
    assert!(model.plain.is_some());
    let held = model.integrated(&[0.0, 2.0], &Settings::default(), &StopToken::new(), None);
    assert!(
        matches!(held, Err(EngineError::StepFailure { time, .. }) if (time - 0.75).abs() < 1e-6)
    );
}

/// A comparison that an event changes is looked at as soon as the event has happened.
#[test]
fn an_event_turns_a_comparison_at_once() {
    let mut network = switched(1.0, 0.0, 2.0);
    let a = QuantityId(0);
    network.events.push(bioxen_network::Event {
        name: "empty".to_owned(),
        trigger: bioxen_network::Trigger::after_start(binary(BinaryOp::Ge, Expr::Time, 3.0)),
        timing: bioxen_network::Timing::default(),
        assignments: vec![bioxen_network::Assignment::new(a, Expr::Const(0.0))],
    });
    let found = end(&network, &[0.0, 5.0]);
    assert_eq!(found[0], 0.0);
    near(found[1], 4.0, 1e-6);
}

#[test]
fn a_rule_that_an_initial_assignment_reads_is_right_at_the_start() {
    let mut network = switched(20.0, 1.0, 5.0);
    let y = network.parameter("y", 0.0);
    let z = network.parameter("z", 0.0);
    let on = binary(BinaryOp::Lt, Expr::Quantity(QuantityId(0)), 20.0);
    network.rules.push(Rule::Assignment(y, when(on, 7.0)));
    network.initial_assignments.push(bioxen_network::Assignment::new(z, Expr::Quantity(y)));
    let found = end(&network, &[0.0, 1.0]);
    assert_eq!([found[2], found[3]], [7.0, 7.0]);
}
