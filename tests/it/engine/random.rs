//! Properties of random networks.

use super::*;
use bioxen::engine::rng::Rng as Stream;
use bioxen::engine::tau::{Options, Tau};
use bioxen::network::{BinaryOp, Expr, NaryOp};
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Part {
    reactants: Vec<(u32, u32)>,
    products: Vec<(u32, u32)>,
    kind: u8,
    k: f64,
    factors: Vec<u32>,
}

const SPECIES: u32 = 6;
const PARAMETERS: u32 = 3;

fn part() -> impl Strategy<Value = Part> {
    let side = || prop::collection::vec((0..SPECIES, 0..4u32), 0..3);
    let k = prop_oneof![Just(0.0), 1e-3..10.0f64, Just(1e-30), Just(1e12)];
    (side(), side(), 0..8u8, k, prop::collection::vec(0..PARAMETERS, 0..3)).prop_map(
        |(reactants, products, kind, k, factors)| Part { reactants, products, kind, k, factors },
    )
}

fn build(parts: &[Part], initial: &[u32], parameters: &[f64]) -> Network {
    let mut n = Network::default();
    let species: Vec<QuantityId> = initial
        .iter()
        .enumerate()
        .map(|(i, &x)| n.species(format!("s{i}"), f64::from(x)))
        .collect();
    let shared: Vec<QuantityId> =
        parameters.iter().enumerate().map(|(i, &v)| n.parameter(format!("p{i}"), v)).collect();
    for (i, part) in parts.iter().enumerate() {
        let side = |side: &[(u32, u32)]| -> Vec<(QuantityId, u32)> {
            side.iter().map(|&(s, count)| (species[s as usize], count)).collect()
        };
        let regulator = species[i % species.len()];
        let law = match part.kind {
            0 => RateLaw::MichaelisMenten { vmax: part.k, km: 2.0, substrate: regulator },
            1 => RateLaw::Hill { basal: 0.1, vmax: part.k, k: 3.0, n: 2.0, regulator },
            2 => RateLaw::Expr(Expr::Nary(
                NaryOp::Mul,
                vec![
                    Expr::Const(part.k),
                    Expr::Quantity(shared[0]),
                    Expr::Binary(
                        BinaryOp::Div,
                        Box::new(Expr::Quantity(regulator)),
                        Box::new(Expr::Const(3.0)),
                    ),
                ],
            )),
            _ => RateLaw::MassAction {
                k: part.k,
                factors: part.factors.iter().map(|&f| shared[f as usize]).collect(),
            },
        };
        n.reaction(format!("r{i}"), &side(&part.reactants), &side(&part.products), law);
    }
    n
}

fn assert_consistent(ssa: &Ssa) {
    let direct = ssa.propensities();
    let sum: f64 = direct.iter().sum();
    for (held, direct) in ssa.held_propensities().iter().zip(&direct) {
        let allowed = 1e-7 * direct + 1e-12 * sum;
        assert!((held - direct).abs() <= allowed, "{held}, not {direct}");
    }
    assert!(ssa.state()[..SPECIES as usize].iter().all(|&x| x >= 0.0 && x.fract() == 0.0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Counts stay whole and not negative, and the sums are those of the rate laws, whatever the
    /// network, the arrangement and the interventions.
    #[test]
    fn sums_and_counts_hold(
        parts in prop::collection::vec(part(), 1..40),
        initial in prop::collection::vec(0..30u32, SPECIES as usize),
        parameters in prop::collection::vec(0.0..3.0f64, PARAMETERS as usize),
        changes in prop::collection::vec((0..40usize, 0.0..5.0f64, 0..9u32), 0..8),
        ungrouped in any::<bool>(),
        flat in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let n = build(&parts, &initial, &parameters);
        let arrangement = match (flat, ungrouped) {
            (true, _) => Arrangement::Automatic,
            (_, true) => Arrangement::Ungrouped,
            _ => Arrangement::Grouped,
        };
        let mut ssa = start(&n, arrangement, seed);
        assert_consistent(&ssa);
        for (number, value, what) in changes {
            for _ in 0..30 {
                // Stopping for good is an answer, too; so is a count beyond 2^53.
                if !matches!(ssa.step(1e6), Ok(true)) {
                    break;
                }
            }
            if ssa.set(QuantityId(what), if what < SPECIES { value.floor() } else { value }).is_ok() {
                assert_consistent(&ssa);
            }
            let reaction = bioxen::network::ReactionId((number % parts.len()) as u32);
            let before = ssa.propensities();
            match ssa.set_rates(&[reaction], &[value]) {
                Ok(()) => assert_consistent(&ssa),
                Err(_) => prop_assert_eq!(before, ssa.propensities()),
            }
        }
    }

    /// The same for leaps.
    #[test]
    fn leaps_keep_counts_whole(
        parts in prop::collection::vec(part(), 1..8),
        initial in prop::collection::vec(0..100_000u32, SPECIES as usize),
        seed in any::<u64>(),
    ) {
        let n = build(&parts, &initial, &[1.0, 0.5, 2.0]);
        let model = Arc::new(Compiled::new(&n).unwrap());
        let Ok(mut tau) = Tau::new(model, Stream::new(Seed::new(seed)), Options::default()) else {
            return Ok(());
        };
        let total: f64 = start(&n, Arrangement::Automatic, 0).propensities().iter().sum();
        // About a thousand events; a run that grows beyond that is cut off from outside.
        let stop = StopToken::new();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(std::time::Duration::from_millis(20));
                stop.stop();
            });
            let _ = tau.advance(1000.0 / total.max(1e-9), &stop);
        });
        prop_assert!(tau.state()[..SPECIES as usize].iter().all(|&x| x >= 0.0 && x.fract() == 0.0));
    }
}
