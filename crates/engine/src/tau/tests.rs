use super::*;
use crate::rng::Seed;
use bioxen_network::{Network, QuantityId, RateLaw};

fn law(k: f64) -> RateLaw {
    RateLaw::MassAction { k, factors: vec![] }
}

fn start(network: &Network, seed: u64) -> Tau {
    let model = Compiled::new(network).expect("compiles").into();
    Tau::new(model, Rng::new(Seed::new(seed)), Options::default()).expect("starts")
}

/// A species that is born and dies, from none.
fn birth_death(birth: f64, death: f64) -> (Network, QuantityId) {
    let mut n = Network::default();
    let x = n.species("x", 0.0);
    n.reaction("birth", &[], &[(x, 1)], law(birth));
    n.reaction("death", &[(x, 1)], &[], law(death));
    (n, x)
}

/// Two species that turn into each other, all of the first at the start.
fn exchange(start: f64, there: f64, back: f64) -> (Network, QuantityId, QuantityId) {
    let mut n = Network::default();
    let (a, b) = (n.species("a", start), n.species("b", 0.0));
    n.reaction("there", &[(a, 1)], &[(b, 1)], law(there));
    n.reaction("back", &[(b, 1)], &[(a, 1)], law(back));
    (n, a, b)
}

#[test]
fn large_populations_leap_and_keep_their_variance() {
    // Births at 1e5 and deaths at 1 each: Poisson with mean 1e5 (1 - e^-2) after 2 from none.
    let (n, x) = birth_death(1e5, 1.0);
    let expected = 1e5 * (1.0 - (-2f64).exp());
    let stop = StopToken::new();
    let values: Vec<f64> = (0..400)
        .map(|seed| {
            let mut tau = start(&n, seed);
            tau.advance(2.0, &stop).expect("runs");
            assert!(tau.leaps() > 10 && tau.events() > 100 * tau.leaps());
            tau.state()[x.index()]
        })
        .collect();
    let mean = values.iter().sum::<f64>() / 400.0;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 399.0;
    // The standard error of the mean is 0.00017 of it.
    assert!((mean / expected - 1.0).abs() < 0.002, "mean {mean}, not {expected}");
    assert!((variance / expected - 1.0).abs() < 0.35, "variance {variance}, not {expected}");
}

#[test]
fn small_populations_do_not_leap() {
    let (n, _) = birth_death(5.0, 1.0);
    let mut tau = start(&n, 1);
    tau.advance(1000.0, &StopToken::new()).expect("runs");
    assert_eq!(tau.leaps(), 0);
    assert!(tau.events() > 8000);
}

#[test]
fn counts_never_become_negative_and_what_is_conserved_stays() {
    // A fast exchange and a slow pairing that runs out.
    let (mut n, a, b) = exchange(50_000.0, 10.0, 12.0);
    let c = n.species("c", 0.0);
    n.reaction("pair", &[(a, 2)], &[(c, 1)], law(1e-3));
    let mut tau = start(&n, 2);
    let stop = StopToken::new();
    for i in 1..200 {
        tau.advance(f64::from(i) * 0.05, &stop).expect("runs");
        let x = tau.state();
        assert!(x.iter().all(|&v| v >= 0.0 && v.fract() == 0.0));
        assert_eq!(x[a.index()] + x[b.index()] + 2.0 * x[c.index()], 50_000.0);
    }
    assert!(tau.leaps() > 0);
}

#[test]
fn a_rare_reaction_among_frequent_ones_fires_at_its_rate() {
    // 8 switches that turn off at 0.5 each, beside a large pool: 8 e^-1 are left after 2.
    let mut n = Network::default();
    let pool = n.species("pool", 1e6);
    let switch = n.species("switch", 8.0);
    n.reaction("make", &[], &[(pool, 1)], law(1e6));
    n.reaction("lose", &[(pool, 1)], &[], law(1.0));
    n.reaction("off", &[(switch, 1)], &[], law(0.5));
    let stop = StopToken::new();
    let runs = 600;
    let left: f64 = (0..runs)
        .map(|seed| {
            let mut tau = start(&n, seed);
            tau.advance(2.0, &stop).expect("runs");
            assert!(tau.leaps() > 0);
            tau.state()[switch.index()]
        })
        .sum::<f64>()
        / runs as f64;
    // The standard error is sqrt(8 * 0.368 * 0.632 / 600) = 0.056.
    assert!((left - 8.0 / std::f64::consts::E).abs() < 0.25, "{left} are left");
}

#[test]
fn errors_are_those_of_the_exact_simulation() {
    let mut n = Network::default();
    let x = n.species("x", 9e15);
    n.reaction("grow", &[(x, 1)], &[(x, 2)], law(1.0));
    let overflow = start(&n, 3).advance(10.0, &StopToken::new());
    assert!(matches!(overflow, Err(EngineError::PopulationOverflow { .. })));
    let stop = StopToken::new();
    stop.stop();
    assert!(matches!(start(&n, 3).advance(1.0, &stop), Err(EngineError::Stopped { .. })));
}

/// A pool in balance: nothing drifts, and a leap could be longer than what the pool remembers.
#[test]
fn a_pool_in_balance_keeps_its_mean_and_variance() {
    // Births at 2000 and deaths at 0.1 each: Poisson with mean 20 000 (1 - e^-10). And a pair that turns
    // into each other: binomial.
    let (birth_death, _) = birth_death(2000.0, 0.1);
    let (pair, ..) = exchange(100_000.0, 0.2, 0.1);
    let part = 1.0 / 3.0;
    let cases = [
        (&birth_death, 20_000.0 * (1.0 - (-10f64).exp()), 20_000.0),
        (&pair, 1e5 * part, 1e5 * part * (1.0 - part)),
    ];
    for (network, mean, variance) in cases {
        for parts in [1, 7] {
            let ends: Vec<f64> = (0..1000)
                .map(|seed| {
                    let mut tau = start(network, seed);
                    for part in 1..=parts {
                        let end = 100.0 * f64::from(part) / f64::from(parts);
                        tau.advance(end, &StopToken::new()).expect("runs");
                    }
                    assert!(tau.leaps() > 10);
                    tau.state()[0]
                })
                .collect();
            let n = ends.len() as f64;
            let seen = ends.iter().sum::<f64>() / n;
            let spread = ends.iter().map(|x| (x - seen).powi(2)).sum::<f64>() / (n - 1.0);
            let z = (seen - mean) / (variance / n).sqrt();
            assert!(z.abs() < 4.0, "{parts}: {seen} in place of {mean}, z = {z}");
            assert!((spread / variance - 1.0).abs() < 0.18, "{parts}: {}", spread / variance);
        }
    }
}
