//! Many genes on shared pools: speed of preparation, accuracy, conservation.

use bioxen::engine::StopToken;
use bioxen::engine::ode::{NetworkOde, Options, Solution, System, solve};

use super::models::genes;

fn run(system: &mut NetworkOde, rtol: f64, t_end: f64) -> Solution {
    let start = system.initial_state().to_vec();
    let options = Options { rtol, atol: rtol * 1e-3, ..Options::default() };
    solve(system, 0.0, &start, &[t_end / 10.0, t_end], options, &StopToken::new()).unwrap()
}

#[test]
fn the_global_error_is_of_the_order_of_the_tolerance() {
    let mut system = NetworkOde::new(&genes(100)).unwrap();
    let exact = run(&mut system, 1e-12, 10_000.0);
    let solution = run(&mut system, 1e-6, 10_000.0);
    for (got, want) in solution.values.iter().zip(&exact.values) {
        assert!((got - want).abs() <= 1e-5 * want.abs(), "{got} {want}");
    }
}

#[test]
fn pools_are_conserved() {
    let mut system = NetworkOde::new(&genes(100)).unwrap();
    let solution = run(&mut system, 1e-6, 10_000.0);
    let names: Vec<usize> = system.states().iter().map(|id| id.index()).collect();
    assert_eq!(names, (0..502).collect::<Vec<_>>());
    for row in [solution.row(0), solution.row(1)] {
        let bound = |offset: usize| row[2 + offset..].iter().step_by(5).sum::<f64>();
        assert!((row[0] + bound(1) - 60.0).abs() < 1e-9, "{}", row[0] + bound(1));
        assert!((row[1] + bound(3) - 150.0).abs() < 1e-9, "{}", row[1] + bound(3));
    }
}

#[test]
fn a_large_network_is_as_sparse_as_a_small_one() {
    let mut system = NetworkOde::new(&genes(2000)).unwrap();
    assert_eq!(system.dim(), 10_002);
    let solution = run(&mut system, 1e-6, 1000.0);
    assert!(solution.stats.steps < 500, "{:?}", solution.stats);
    // 10 002 on the diagonal; each gene has 13 entries beside it, of which some fill in.
    assert!(system.factor_entries() < 60_000, "{}", system.factor_entries());
}
