use super::*;
use crate::ode::Options;
use bioxen_network::{Network, RateLaw};

fn law(k: f64) -> RateLaw {
    RateLaw::MassAction { k, factors: vec![] }
}

/// Susceptibles are born, one infects another, the infected recover, all die. Between two epidemics the
/// infected fall by twenty decades and more.
fn epidemic(births: f64, contacts: f64, infected: f64) -> Network {
    let mut network = Network::default();
    let s = network.species("S", 1.0 - infected);
    let i = network.species("I", infected);
    network.reaction("birth", &[], &[(s, 1)], law(births));
    network.reaction("infect", &[(s, 1), (i, 1)], &[(i, 2)], law(contacts));
    network.reaction("recover", &[(i, 1)], &[], law(1.0));
    network.reaction("S dies", &[(s, 1)], &[], law(births));
    network.reaction("I dies", &[(i, 1)], &[], law(births));
    network
}

/// Prey that multiply, and predators that live on them.
fn predators(each: f64) -> Network {
    let mut network = Network::default();
    let x = network.species("X", each);
    let y = network.species("Y", each);
    network.reaction("multiply", &[(x, 1)], &[(x, 2)], law(1.0));
    network.reaction("eat", &[(x, 1), (y, 1)], &[(y, 2)], law(1.0));
    network.reaction("die", &[(y, 1)], &[], law(1.0));
    network
}

fn settings(rtol: f64, atol: f64) -> Settings {
    let ode = Options { rtol, atol_components: vec![atol; 2], ..Options::default() };
    Settings { ode, ..Settings::default() }
}

fn grid(end: f64, parts: u32) -> Vec<f64> {
    (0..=parts).map(|i| end * f64::from(i) / f64::from(parts)).collect()
}

/// Followed with relative tolerances alone.
fn exactly(model: &Deterministic, grid: &[f64]) -> Trajectory {
    model.run(grid, &settings(1e-10, 1e-280), &StopToken::new()).unwrap()
}

/// The values go over dozens of decades, and errors of time grow from cycle to cycle.
fn assert_near(have: f64, want: f64) {
    assert!(have > 0.5 * want && have < 2.0 * want, "{have}, not {want}");
}

/// The usual tolerances alone take the infected or the prey below zero: there the integrator gives up, runs away
/// to minus infinity, or passes over the next epidemic, as it happens.
#[test]
fn what_is_left_decides_when_it_comes_again() {
    let models = [
        (epidemic(1e-3, 20.0, 1e-3), 400.0),
        (epidemic(1e-3, 5.0, 1e-3), 600.0),
        (epidemic(2e-4, 15.0, 1e-3), 1500.0),
        (predators(30.0), 80.0),
        (predators(50.0), 250.0),
    ];
    for (network, end) in models {
        let model = Deterministic::new(&network).unwrap();
        for parts in [10, 300] {
            let grid = grid(end, parts);
            let stop = StopToken::new();
            let (course, doubts) =
                model.run_to_scale(&grid, &settings(1e-6, 1e-12), &stop).unwrap();
            assert_eq!(doubts, Vec::<String>::new());
            let want = exactly(&model, &grid);
            for (have, want) in course.columns.iter().zip(&want.columns) {
                let pairs = have.values.iter().zip(&want.values);
                pairs.for_each(|(have, want)| assert_near(*have, *want));
            }
        }
    }
}

#[test]
fn a_life_in_parts_is_the_life_in_one_piece() {
    for (network, end) in [(epidemic(1e-3, 20.0, 1e-3), 400.0), (predators(30.0), 80.0)] {
        let model = Deterministic::new(&network).unwrap();
        let grid = grid(end, 80);
        let want = exactly(&model, &grid);
        let mut values: Vec<f64> = network.quantities.iter().map(|q| q.initial).collect();
        for (row, times) in grid.windows(2).enumerate() {
            let mut settings = settings(1e-6, 1e-12);
            settings.start = times[0];
            settings.values = (0..2).map(|i| (QuantityId(i as u32), values[i])).collect();
            let part = model.run_in_parts(&times[1..], &settings, &StopToken::new()).unwrap();
            values = part.columns.iter().map(|column| column.values[0]).collect();
            for (value, want) in values.iter().zip(&want.columns) {
                assert_near(*value, want.values[row + 1]);
            }
        }
    }
}
