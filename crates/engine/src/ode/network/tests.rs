use super::*;
use bioxen_network::{
    Assignment, BinaryOp, Event, Expr, NaryOp, RateLaw, Reaction, Stoichiometry, Term, Timing,
    Trigger,
};
use proptest::prelude::*;

fn mass_action(k: f64) -> RateLaw {
    RateLaw::MassAction { k, factors: Vec::new() }
}

fn q(id: QuantityId) -> Expr {
    Expr::Quantity(id)
}

fn add(terms: Vec<Expr>) -> Expr {
    Expr::Nary(NaryOp::Add, terms)
}

fn mul(factors: Vec<Expr>) -> Expr {
    Expr::Nary(NaryOp::Mul, factors)
}

fn rhs(network: &Network, t: f64, y: &[f64]) -> Vec<f64> {
    let mut system = NetworkOde::new(network).unwrap();
    let mut dy = vec![f64::NAN; system.dim()];
    system.rhs(t, y, &mut dy).unwrap();
    dy
}

fn initial(network: &Network) -> Vec<f64> {
    NetworkOde::new(network).unwrap().initial_state().to_vec()
}

#[test]
fn mass_action_counts_combinations() {
    let mut network = Network::default();
    let (a, b, factor) =
        (network.species("a", 3.0), network.species("b", 5.0), network.parameter("f", 10.0));
    let law = RateLaw::MassAction { k: 2.0, factors: vec![factor] };
    network.reaction("pair", &[(a, 2), (b, 1)], &[(b, 3)], law);
    // 2 * 10 * 3^2/2! * 5 = 450 events, each -2 a and +2 b.
    assert_eq!(rhs(&network, 0.0, &[3.0, 5.0]), [-900.0, 900.0]);
    // The same species twice is the same as a stoichiometry of two.
    let one = |quantity| Term { quantity, stoichiometry: Stoichiometry::Const(1.0) };
    network.reactions[0].reactants = vec![one(a), one(b), one(a)];
    assert_eq!(rhs(&network, 0.0, &[3.0, 5.0]), [-900.0, 900.0]);
}

#[test]
fn every_rate_law_is_evaluated() {
    let mut network = Network::default();
    let (s, p) = (network.species("s", 2.0), network.species("p", 0.0));
    let k = network.parameter("k", 7.0);
    let laws = [
        (RateLaw::MichaelisMenten { vmax: 6.0, km: 4.0, substrate: s }, 2.0),
        (RateLaw::Hill { basal: 1.0, vmax: 11.0, k: 2.0, n: 3.0, regulator: s }, 6.0),
        (RateLaw::Expr(add(vec![q(s), Expr::Time])), 5.0),
        (RateLaw::Expr(mul(vec![q(k), q(s)])), 14.0),
        (mass_action(0.5), 1.0),
    ];
    let mut total = 0.0;
    for (number, (law, rate)) in laws.into_iter().enumerate() {
        network.reaction(format!("r{number}"), &[(s, 1)], &[(p, 1)], law);
        total += rate;
        assert_eq!(rhs(&network, 3.0, &[2.0, 0.0]), [-total, total]);
    }
    let mut rates = [0.0; 5];
    NetworkOde::new(&network).unwrap().reaction_rates(3.0, &[2.0, 0.0], &mut rates);
    assert_eq!(rates, [2.0, 6.0, 5.0, 14.0, 1.0]);
}

#[test]
fn reactions_change_neither_parameters_nor_ruled_species() {
    let mut network = Network::default();
    let (a, b, c) =
        (network.species("a", 1.0), network.species("b", 1.0), network.species("c", 1.0));
    let d = network.parameter("d", 4.0);
    network.rules.push(Rule::Rate(b, Expr::Const(-0.5)));
    network.rules.push(Rule::Assignment(c, mul(vec![q(a), q(d)])));
    network.reaction("all", &[(a, 1), (d, 1)], &[(b, 1), (c, 1), (d, 5)], mass_action(3.0));
    // a goes at 3 * a * d, b by its rule alone.
    assert_eq!(rhs(&network, 0.0, &[2.0, 1.0]), [-24.0, -0.5]);
    let mut system = NetworkOde::new(&network).unwrap();
    let mut all = [0.0; 4];
    system.quantities(0.0, &[2.0, 1.0], &mut all);
    assert_eq!(all, [2.0, 1.0, 8.0, 4.0]);
    assert_eq!((system.component(b), system.component(c)), (Some(1), None));
}

#[test]
fn a_stoichiometry_may_be_a_quantity() {
    let mut network = Network::default();
    let a = network.species("a", 2.0);
    let n = network.parameter("n", 0.0);
    network.rules.push(Rule::Assignment(n, add(vec![q(a), Expr::Const(1.0)])));
    network.reactions.push(Reaction {
        name: "make".into(),
        reactants: vec![],
        products: vec![Term { quantity: a, stoichiometry: Stoichiometry::Quantity(n) }],
        law: RateLaw::Expr(mul(vec![q(a), Expr::Const(10.0)])),
        reversible: false,
    });
    // (a + 1) * 10 a with the derivative 20 a + 10.
    assert_eq!(rhs(&network, 0.0, &[2.0]), [60.0]);
    let mut system = NetworkOde::new(&network).unwrap();
    let mut jacobian = [0.0];
    system.dense_jacobian(0.0, &[2.0], &mut jacobian).unwrap();
    assert_eq!(jacobian, [50.0]);
}

#[test]
fn start_values_are_computed_in_any_order() {
    let mut network = Network::default();
    let (x, y) = (network.species("x", 1.0), network.species("y", 1.0));
    let z = network.parameter("z", 5.0);
    let w = network.parameter("w", 0.0);
    let assign = Assignment::new;
    network.initial_assignments.push(assign(x, mul(vec![q(w), Expr::Const(2.0)])));
    network.initial_assignments.push(assign(z, Expr::Const(7.0)));
    network.rules.push(Rule::Assignment(w, add(vec![q(z), q(y)])));
    assert_eq!(initial(&network), [16.0, 1.0]);
    // A concentration of 4 in a volume that is itself computed.
    network.initial_assignments.push(Assignment { scale: Some(z), ..assign(y, Expr::Const(4.0)) });
    assert_eq!(initial(&network), [70.0, 28.0]);
}

#[test]
fn parameters_can_be_set_and_constants_follow() {
    let mut network = Network::default();
    let a = network.species("a", 1.0);
    let (k, twice) = (network.parameter("k", 3.0), network.parameter("twice", 0.0));
    network.rules.push(Rule::Assignment(twice, mul(vec![q(k), Expr::Const(2.0)])));
    network.reaction("r", &[], &[(a, 1)], RateLaw::Expr(q(twice)));
    let mut system = NetworkOde::new(&network).unwrap();
    let mut dy = [0.0];
    system.rhs(0.0, &[1.0], &mut dy).unwrap();
    assert_eq!(dy, [6.0]);
    assert!(system.set(k, 5.0));
    system.rhs(0.0, &[1.0], &mut dy).unwrap();
    assert_eq!(dy, [10.0]);
    assert!(!system.set(a, 1.0) && !system.set(twice, 1.0) && !system.set(QuantityId(9), 1.0));
}

#[test]
fn what_cannot_be_solved_is_named() {
    let mut network = Network::default();
    let (a, b) = (network.species("a", 1.0), network.species("b", 1.0));
    let error = |network: &Network| NetworkOde::new(network).unwrap_err().to_string();

    let mut circle = network.clone();
    circle.rules.push(Rule::Assignment(a, q(b)));
    circle.rules.push(Rule::Assignment(b, q(a)));
    assert_eq!(error(&circle), "these depend on each other in a circle: a -> b -> a");

    let mut twice = network.clone();
    twice.rules.push(Rule::Assignment(a, Expr::Const(1.0)));
    twice.rules.push(Rule::Rate(a, Expr::Const(1.0)));
    assert_eq!(error(&twice), "the name `a` is used twice in this network");

    let mut unknown = network.clone();
    unknown.reaction("r", &[], &[(a, 1)], RateLaw::Expr(q(QuantityId(7))));
    let want = "`r` refers to quantity number 7, and the network has only 2";
    assert_eq!(error(&unknown), want);
    unknown.reactions[0].law = mass_action(1.0);
    unknown.reactions[0].products[0].quantity = QuantityId(7);
    assert_eq!(error(&unknown), want);

    let mut half = network.clone();
    half.reaction("r", &[(a, 1)], &[], mass_action(1.0));
    half.reactions[0].reactants[0].stoichiometry = Stoichiometry::Const(0.5);
    let want = "the ODE solver does not support mass action with a stoichiometry that is no whole \
                number (in `r`)";
    assert_eq!(error(&half), want);

    let mut algebraic = network.clone();
    algebraic.rules.push(Rule::Algebraic(q(a)));
    assert_eq!(error(&algebraic), "the ODE solver does not support algebraic rules (in ``)");

    network.events.push(Event {
        name: "e".into(),
        trigger: Trigger::after_start(Expr::Const(1.0)),
        timing: Timing::default(),
        assignments: vec![],
    });
    assert_eq!(error(&network), "the ODE solver does not support events (in `e`)");
    assert!(NetworkOde::without_events(&network).is_ok());
}

#[test]
fn a_rate_that_is_not_finite_is_named() {
    let mut network = Network::default();
    let a = network.species("a", 0.0);
    network.reaction("fine", &[], &[(a, 1)], mass_action(1.0));
    let inverse = Expr::Binary(BinaryOp::Div, Box::new(Expr::Const(1.0)), Box::new(q(a)));
    network.reaction("bad", &[], &[(a, 1)], RateLaw::Expr(inverse));
    let mut system = NetworkOde::new(&network).unwrap();
    let error = system.rhs(0.0, &[0.0], &mut [0.0]).unwrap_err();
    let want = EngineError::BadRate { reaction: "bad".into(), rate: f64::INFINITY, time: 0.0 };
    assert_eq!(error, want);
}

#[test]
fn a_shared_sum_does_not_fill_the_jacobian() {
    let mut network = Network::default();
    let species: Vec<QuantityId> =
        (0..2000).map(|i| network.species(format!("s{i}"), 1.0)).collect();
    let total = network.parameter("total", 0.0);
    network.rules.push(Rule::Assignment(total, add(species.iter().map(|&s| q(s)).collect())));
    for (i, &s) in species.iter().enumerate() {
        let share = Expr::Binary(BinaryOp::Div, Box::new(q(s)), Box::new(q(total)));
        network.reaction(format!("r{i}"), &[(s, 1)], &[], RateLaw::Expr(share));
    }
    let system = NetworkOde::new(&network).unwrap();
    assert!(system.factor_entries() < 10_000, "{}", system.factor_entries());
}

#[test]
fn a_lumped_reaction_does_not_fill_the_jacobian() {
    let mut network = Network::default();
    let species: Vec<(QuantityId, u32)> =
        (0..1000).map(|i| (network.species(format!("s{i}"), 1.0), 1)).collect();
    let law = RateLaw::Expr(add(species.iter().map(|&(s, _)| q(s)).collect()));
    network.reaction("biomass", &species, &[], law);
    let mut system = NetworkOde::new(&network).unwrap();
    assert!(system.factor_entries() < 4000, "{}", system.factor_entries());
    let mut jacobian = vec![0.0; 1_000_000];
    system.dense_jacobian(0.0, &vec![1.0; 1000], &mut jacobian).unwrap();
    assert!(jacobian.iter().all(|&entry| entry == -1.0));
}

/// A random rate law over species 0 to 4 and the quantities that rules determine.
fn laws() -> impl Strategy<Value = RateLaw> {
    let id = || (0u32..7).prop_map(QuantityId);
    prop_oneof![
        (0.1..3.0f64, prop::collection::vec(id(), 0..2))
            .prop_map(|(k, factors)| RateLaw::MassAction { k, factors }),
        (0.1..3.0f64, 0.1..3.0f64, id())
            .prop_map(|(vmax, km, substrate)| { RateLaw::MichaelisMenten { vmax, km, substrate } }),
        (0.0..1.0f64, 0.1..3.0f64, 0.1..3.0f64, -4.0..4.0f64, id()).prop_map(
            |(basal, vmax, k, n, regulator)| RateLaw::Hill { basal, vmax, k, n, regulator }
        ),
        (id(), id(), id()).prop_map(|(a, b, c)| {
            let below = add(vec![Expr::Const(1.0), q(b), mul(vec![q(c), q(c)])]);
            RateLaw::Expr(Expr::Binary(BinaryOp::Div, Box::new(q(a)), Box::new(below)))
        }),
        (id(), id()).prop_map(|(a, b)| RateLaw::Expr(mul(vec![Expr::Const(0.7), q(a), q(b)]))),
    ]
}

/// Species 0 to 4, quantity 5 by an assignment rule of 0 and 1, quantity 6 by one of 5 and 2,
/// quantity 7 by a rate rule.
fn networks() -> impl Strategy<Value = Network> {
    let side = || prop::collection::vec((0u32..5, 1u32..3), 0..4);
    let varying = prop::option::of(0u32..5);
    prop::collection::vec((side(), side(), laws(), varying), 1..8).prop_map(|reactions| {
        let mut network = Network::default();
        let ids: Vec<QuantityId> = (0..5).map(|i| network.species(format!("s{i}"), 1.0)).collect();
        let (first, second, third) = (
            network.parameter("first", 0.0),
            network.parameter("second", 0.0),
            network.parameter("third", 1.0),
        );
        let tanh = Expr::Unary(bioxen_network::UnaryOp::Tanh, Box::new(q(first)));
        network.rules.push(Rule::Assignment(second, add(vec![tanh, q(ids[2])])));
        network.rules.push(Rule::Assignment(first, mul(vec![q(ids[0]), q(ids[1])])));
        network.rules.push(Rule::Rate(third, add(vec![q(second), mul(vec![q(third), q(first)])])));
        for (number, (from, to, law, varying)) in reactions.into_iter().enumerate() {
            let terms = |side: Vec<(u32, u32)>| -> Vec<(QuantityId, u32)> {
                side.into_iter().map(|(i, n)| (ids[i as usize], n)).collect()
            };
            network.reaction(format!("r{number}"), &terms(from), &terms(to), law);
            if let Some(i) = varying {
                let stoichiometry = Stoichiometry::Quantity(second);
                let term = Term { quantity: ids[i as usize], stoichiometry };
                network.reactions[number].products.push(term);
            }
        }
        network
    })
}

proptest! {
    #[test]
    fn the_jacobian_agrees_with_differences(
        network in networks(),
        y in prop::collection::vec(0.2..2.0f64, 6),
    ) {
        let mut system = NetworkOde::new(&network).unwrap();
        let n = system.dim();
        let mut jacobian = vec![0.0; n * n];
        system.dense_jacobian(0.0, &y, &mut jacobian).unwrap();
        for j in 0..n {
            let mut moved = |by: f64| {
                let mut y = y.clone();
                y[j] += by;
                let mut dy = vec![0.0; n];
                system.rhs(0.0, &y, &mut dy).unwrap();
                dy
            };
            let (above, below) = (moved(1e-5), moved(-1e-5));
            for i in 0..n {
                let want = (above[i] - below[i]) / 2e-5;
                let got = jacobian[i * n + j];
                prop_assert!((got - want).abs() < 1e-6 * (1.0 + want.abs() + above[i].abs()));
            }
        }
    }

    #[test]
    fn the_bordered_system_is_solved(
        network in networks(),
        y in prop::collection::vec(0.2..2.0f64, 6),
        b in prop::collection::vec(-1.0..1.0f64, 6),
        gamma in 0.001..0.3f64,
    ) {
        let mut system = NetworkOde::new(&network).unwrap();
        let n = system.dim();
        let mut jacobian = vec![0.0; n * n];
        system.dense_jacobian(0.0, &y, &mut jacobian).unwrap();
        if system.factor(0.0, &y, gamma).is_ok() {
            let mut x = b.clone();
            system.solve(&mut x);
            let size = x.iter().fold(1.0f64, |size, x| size.max(x.abs()));
            for i in 0..n {
                let row: f64 = (0..n).map(|j| jacobian[i * n + j] * x[j]).sum();
                let scale = (0..n).map(|j| jacobian[i * n + j].abs()).sum::<f64>() + 1.0;
                prop_assert!((x[i] - gamma * row - b[i]).abs() < 1e-9 * scale * size);
            }
        }
    }
}
