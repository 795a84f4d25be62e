//! Solvers and arrangements agree with each other (target A9).

use super::*;
use bioxen::engine::ensemble::{Plan, ensemble};
use bioxen::engine::ode::{self, NetworkOde};
use bioxen::engine::tau::{Options, Tau};

/// For a linear network the mean of the jump process is the solution of the ODE.
#[test]
fn the_mean_of_a_linear_network_is_its_ode() {
    let mut n = Network::default();
    let lambda = n.parameter("lambda", 0.3);
    let ids: Vec<QuantityId> =
        (0..6).map(|i| n.species(format!("x{i}"), 20.0 * f64::from(i))).collect();
    n.reaction("source", &[], &[(ids[0], 3)], law(4.0));
    for i in 0..6 {
        let next = ids[(i + 1) % 6];
        n.reaction(format!("move{i}"), &[(ids[i], 1)], &[(next, 1)], law(0.5 + 0.2 * i as f64));
        let diluted = RateLaw::MassAction { k: 1.0, factors: vec![lambda] };
        n.reaction(format!("dilute{i}"), &[(ids[i], 1)], &[], diluted);
    }
    n.reaction("copy", &[(ids[2], 1)], &[(ids[2], 1), (ids[5], 2)], law(0.2));

    let grid = [0.0, 0.5, 2.0, 6.0];
    let stop = StopToken::new();
    let mut system = NetworkOde::new(&n).unwrap();
    let first = system.initial_state().to_vec();
    let exact =
        ode::solve(&mut system, 0.0, &first, &grid, ode::Options::default(), &stop).unwrap();
    let plan = Plan {
        runs: 4000,
        seed: Seed::new(1),
        threads: 0,
        grid: &grid,
        quantities: &ids,
        quantiles: &[],
    };
    for arrangement in [Arrangement::Automatic, Arrangement::Grouped] {
        let result = ensemble(&start(&n, arrangement, 0), &plan, &stop, &mut |_| {}).unwrap();
        for (i, summary) in result.summaries.iter().enumerate() {
            for (row, (&mean, &sd)) in summary.mean.iter().zip(&summary.sd).enumerate() {
                let error = (4.0 * sd / 4000f64.sqrt()).max(1e-3);
                let ode = exact.row(row)[i];
                assert!((mean - ode).abs() < error, "{}: {mean}, not {ode}", summary.name);
            }
        }
    }
}

/// The model of A2: tau-leaping stays within 2 % of the exact simulation.
#[test]
fn tau_leaping_agrees_on_two_stage_expression() {
    let (n, [_, p]) = two_stage(0.2, 0.2, 1.0, 0.02);
    let model = Arc::new(Compiled::new(&n).unwrap());
    let tau = Tau::new(Arc::clone(&model), Rng::new(Seed::new(0)), Options::default()).unwrap();
    let exact = Ssa::new(model, Rng::new(Seed::new(0))).unwrap();
    let grid = [150.0, 300.0];
    let plan = Plan {
        runs: 8000,
        seed: Seed::new(2),
        threads: 0,
        grid: &grid,
        quantities: &[p],
        quantiles: &[],
    };
    let stop = StopToken::new();
    let exact = ensemble(&exact, &plan, &stop, &mut |_| {}).unwrap().summaries.remove(0);
    let plan = Plan { seed: Seed::new(3), ..plan };
    let tau = ensemble(&tau, &plan, &stop, &mut |_| {}).unwrap().summaries.remove(0);
    for row in 0..2 {
        // Two standard errors of the difference are 1.1 % of the mean.
        assert!((tau.mean[row] / exact.mean[row] - 1.0).abs() < 0.02);
        assert!((tau.sd[row] / exact.sd[row] - 1.0).abs() < 0.04);
    }
}

/// The same model large enough that leaps pay.
#[test]
fn leaps_agree_where_they_are_made() {
    let (n, [_, p]) = two_stage(4000.0, 2.0, 2.0, 1.0);
    let model = Arc::new(Compiled::new(&n).unwrap());
    let stop = StopToken::new();
    let mut values = Vec::new();
    for seed in 0..300 {
        let rng = Rng::new(Seed::new(4).replicate(seed));
        let mut tau = Tau::new(Arc::clone(&model), rng, Options::default()).unwrap();
        tau.advance(2.0, &stop).unwrap();
        assert!(tau.leaps() > 0 && tau.events() > 10_000);
        values.push(tau.state()[p.index()]);
    }
    // dm = 4000 - 2 m, dp = 2 m - p: p = 4000 (1 - e^-t)^2.
    let expected = 4000.0 * (1.0 - (-2f64).exp()).powi(2);
    assert!((mean(&values) / expected - 1.0).abs() < 0.02, "{} not {expected}", mean(&values));
}

/// Hubs taken out or not: the same means and deviations.
#[test]
fn taking_hubs_out_changes_no_statistics() {
    let n = models::explicit_binding(25);
    let grid = [300.0];
    let stop = StopToken::new();
    let run = |arrangement, seed| {
        let first = start(&n, arrangement, 0);
        let ids: Vec<QuantityId> = ["Ribo", "RNAP", "P0", "P24", "M12", "RM20"]
            .iter()
            .map(|name| first.model().quantity(name).unwrap())
            .collect();
        let plan = Plan {
            runs: 600,
            seed: Seed::new(seed),
            threads: 0,
            grid: &grid,
            quantities: &ids,
            quantiles: &[],
        };
        ensemble(&first, &plan, &stop, &mut |_| {}).unwrap().summaries
    };
    let (with, without) = (run(Arrangement::Grouped, 5), run(Arrangement::Ungrouped, 6));
    for (a, b) in with.iter().zip(&without) {
        let error = ((a.sd[0].powi(2) + b.sd[0].powi(2)) / 600.0).sqrt();
        assert!((a.mean[0] - b.mean[0]).abs() < 4.0 * error, "{}", a.name);
        // Standard error of the ratio of deviations: 1/sqrt(600) and more for skewed ones.
        assert!((a.sd[0] / b.sd[0]).ln().abs() < 0.25, "{}", a.name);
    }
}
