use super::*;
use crate::rng::Seed;
use bioxen_network::{Arrangement, Network, RateLaw};

fn mass_action(k: f64, factors: &[QuantityId]) -> RateLaw {
    RateLaw::MassAction { k, factors: factors.to_vec() }
}

fn start(network: &Network, seed: u64) -> Ssa {
    let model = Compiled::new(network).expect("compiles");
    Ssa::new(Arc::new(model), Rng::new(Seed::new(seed))).expect("starts")
}

/// Twelve genes on one polymerase pool, with losses that a factor scales.
fn shared_pool() -> (Network, QuantityId, QuantityId) {
    let mut n = Network::default();
    let pool = n.species("pool", 7.0);
    let lambda = n.parameter("lambda", 0.5);
    for i in 0..12 {
        let gene = n.species(format!("g{i}"), 1.0);
        let bound = n.species(format!("b{i}"), 0.0);
        let m = n.species(format!("m{i}"), 0.0);
        let on = 0.3 + 0.1 * f64::from(i);
        n.reaction(format!("on{i}"), &[(pool, 1), (gene, 1)], &[(bound, 1)], mass_action(on, &[]));
        n.reaction(
            format!("off{i}"),
            &[(bound, 1)],
            &[(pool, 1), (gene, 1), (m, 3)],
            mass_action(1.0, &[]),
        );
        n.reaction(format!("lose{i}"), &[(m, 1)], &[], mass_action(1.0, &[lambda]));
    }
    (n, pool, lambda)
}

fn assert_sums_hold(ssa: &Ssa) {
    for (held, direct) in ssa.held_propensities().iter().zip(ssa.propensities()) {
        assert!((held - direct).abs() <= 1e-7 * direct, "{held} is held for {direct}");
    }
}

#[test]
fn hubs_and_factors_are_found() {
    let (network, pool, _) = shared_pool();
    let model = Compiled::new(&network).expect("compiles");
    // By the pool, by lambda, and neither.
    assert_eq!(model.group_count(), 3);
    assert!(model.layout.groups.iter().any(|g| g.a == pool.0));
    let plain = Compiled::arranged(&network, Arrangement::Ungrouped).expect("compiles");
    assert_eq!(plain.group_count(), 1);
}

#[test]
fn sums_follow_the_state() {
    let (network, pool, lambda) = shared_pool();
    let mut ssa = start(&network, 1);
    let stop = StopToken::new();
    for step in 1..60 {
        ssa.advance(f64::from(step), &stop).expect("runs");
        ssa.set(lambda, 0.5 + 0.01 * f64::from(step)).expect("is valid");
        if step % 10 == 0 {
            ssa.set(pool, f64::from(step)).expect("is valid");
            ssa.set_rates(&[ReactionId(3), ReactionId(5)], &[0.7, 0.2]).expect("is valid");
        }
        assert_sums_hold(&ssa);
    }
    assert!(ssa.events() > 500);
}

#[test]
fn the_same_seed_gives_the_same_run_in_two_parts_or_from_a_snapshot() {
    let (network, ..) = shared_pool();
    let stop = StopToken::new();
    let mut a = start(&network, 2);
    a.advance(10.0, &stop).expect("runs");
    let mut b = a.clone();
    a.advance(20.0, &stop).expect("runs");
    b.advance(20.0, &stop).expect("runs");
    assert_eq!((a.state(), a.events()), (b.state(), b.events()));
}

#[test]
fn a_failed_call_changes_nothing() {
    let (network, pool, lambda) = shared_pool();
    let mut ssa = start(&network, 3);
    ssa.advance(5.0, &StopToken::new()).expect("runs");
    let before = (ssa.state().to_vec(), ssa.held_propensities());
    assert!(matches!(ssa.set(lambda, -1.0), Err(EngineError::BadRate { .. })));
    assert!(matches!(ssa.set(lambda, f64::NAN), Err(EngineError::BadRate { .. })));
    assert!(matches!(ssa.set(pool, 1.5), Err(EngineError::NotACount { .. })));
    assert!(matches!(ssa.set(pool, -1.0), Err(EngineError::NotACount { .. })));
    assert!(matches!(ssa.set(pool, 1e16), Err(EngineError::PopulationOverflow { .. })));
    assert!(ssa.set(QuantityId(999), 1.0).is_err());
    let bad = [(vec![0], vec![-1.0]), (vec![0, 1], vec![1.0]), (vec![999], vec![1.0])];
    for (reactions, k) in bad {
        let ids: Vec<ReactionId> = reactions.into_iter().map(ReactionId).collect();
        assert!(ssa.set_rates(&ids, &k).is_err());
    }
    assert_eq!((ssa.state().to_vec(), ssa.held_propensities()), before);
}

#[test]
fn populations_stop_at_two_to_the_53() {
    let mut n = Network::default();
    let x = n.species("x", COUNT_LIMIT - 3.0);
    n.reaction("grow", &[], &[(x, 1)], mass_action(1.0, &[]));
    let mut ssa = start(&n, 4);
    match ssa.advance(1e9, &StopToken::new()) {
        Err(EngineError::PopulationOverflow { quantity, .. }) => assert_eq!(quantity, "x"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_weight_that_was_negligible_matters_when_the_rest_is_gone() {
    // Beside 2^52 molecules one molecule of `b` weighs less than a unit; alone it must decay.
    let mut n = Network::default();
    let a = n.species("a", 4_503_599_627_370_496.0);
    let b = n.species("b", 40.0);
    n.reaction("lose_a", &[(a, 1)], &[], mass_action(1e-12, &[]));
    n.reaction("lose_b", &[(b, 1)], &[], mass_action(1e-16, &[]));
    let mut ssa = start(&n, 5);
    ssa.set(a, 0.0).expect("is valid");
    assert_sums_hold(&ssa);
    ssa.advance(1e18, &StopToken::new()).expect("runs");
    assert_eq!(ssa.state()[b.index()], 0.0);
}

#[test]
fn rate_constants_may_come_later_and_span_all_magnitudes() {
    let mut n = Network::default();
    let x = n.species("x", 3.0);
    let ids: Vec<ReactionId> = (0..40)
        .map(|i| n.reaction(format!("r{i}"), &[(x, 1)], &[], mass_action(0.0, &[])))
        .collect();
    let mut ssa = start(&n, 6);
    for magnitude in [1.0, 1e-9, 1e9, 3e-200, 0.0, 7.0] {
        let k: Vec<f64> = (0..40).map(|i| magnitude * (1.0 + f64::from(i))).collect();
        ssa.set_rates(&ids, &k).expect("is valid");
        assert_sums_hold(&ssa);
    }
    ssa.advance(100.0, &StopToken::new()).expect("runs");
    assert_eq!((ssa.state()[0], ssa.events()), (0.0, 3));
}

#[test]
fn sixteen_laws_that_wake_up_at_once_are_all_heard() {
    // While all are 0 any weight saturates, and sixteen of 2^60 are 2^64.
    let mut n = Network::default();
    let key = n.species("key", 0.0);
    let made = n.species("made", 0.0);
    n.reaction("unlock", &[], &[(key, 1)], mass_action(1e-3, &[]));
    for i in 0..16 {
        let law = RateLaw::Hill { basal: 0.0, vmax: 2.0, k: 1.0, n: 1.0, regulator: key };
        n.reaction(format!("make{i}"), &[], &[(made, 1)], law);
    }
    let model = Compiled::arranged(&n, Arrangement::Grouped).expect("compiles");
    let mut ssa = Ssa::new(Arc::new(model), Rng::new(Seed::new(7))).expect("starts");
    let mut set = ssa.clone();
    assert!(ssa.step(f64::INFINITY).expect("runs"));
    assert_sums_hold(&ssa);
    set.set(key, 1.0).expect("is valid");
    assert_sums_hold(&set);
}
