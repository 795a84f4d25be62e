//! What is written reads back as the same model.

use bioxen::engine::StopToken;
use bioxen::engine::rng::Seed;
use bioxen::engine::simulate::Stochastic;
use bioxen::network::sbml::{Style, read, write};
use bioxen::network::{Counting, Network, RateLaw};

use super::{column, grid, integrate, model};

const ALL: [&str; 13] = [
    "algebraic",
    "birth_death_rules",
    "delay_equation",
    "delayed_event",
    "dimerisation",
    "growing_cell",
    "hill_switch",
    "immigration_death",
    "michaelis_menten",
    "priorities",
    "reset_counter",
    "stoichiometry",
    "telegraph",
];

#[test]
fn all_models_go_round() {
    for name in ALL {
        let first = model(name);
        let text = write(&first.network, &Style::default()).unwrap();
        let second = read(&text).unwrap_or_else(|e| panic!("{name}: {e}\n{text}"));
        let times = grid(6.0, 12);
        let (a, b) = (integrate(&first, &times, 3), integrate(&second, &times, 3));
        for symbol in &first.symbols {
            let Some(values) = a.column(&symbol.id) else { continue };
            for (x, y) in values.values.iter().zip(column(&b, &symbol.id)) {
                assert!((x - y).abs() <= 1e-7 * x.abs().max(1.0), "{name}.{}: {x} {y}", symbol.id);
            }
        }
    }
}

fn mixed() -> Network {
    let mut network = Network::default();
    let a = network.species("pool.A", 40.0);
    let b = network.species("pool A", 30.0);
    let c = network.species("3'", 0.0);
    let growth = network.parameter("growth", 0.1);
    let mass = |k: f64, factors: &[_]| RateLaw::MassAction { k, factors: factors.to_vec() };
    network.reaction("pair", &[(a, 2)], &[(c, 1)], mass(0.003, &[]));
    network.reaction("meet", &[(a, 1), (b, 1)], &[(c, 1), (b, 1)], mass(1.0 / 3.0e3, &[growth]));
    network.reaction("make", &[], &[(a, 1)], mass(2.5, &[]));
    let hill = RateLaw::Hill { basal: 0.5, vmax: 3.0, k: 7.0, n: -2.0, regulator: c };
    network.reaction("repress", &[], &[(b, 1)], hill);
    let uptake = RateLaw::MichaelisMenten { vmax: 2.0, km: 11.0, substrate: b };
    network.reaction("uptake", &[(b, 1)], &[], uptake);
    network
}

#[test]
fn mass_action_is_found_again_and_runs_the_same() {
    let network = mixed();
    let text = write(&network, &Style::default()).unwrap();
    let mut back = read(&text).unwrap().network;
    assert_eq!(back.recognise_mass_action(), 3);
    for (a, b) in network.reactions.iter().zip(&back.reactions).take(3) {
        match (&a.law, &b.law) {
            // A parameter that nothing changes is put into the constant.
            (RateLaw::MassAction { k, factors }, RateLaw::MassAction { k: found, .. }) => {
                let k = if factors.is_empty() { *k } else { k * 0.1 };
                assert!((k - found).abs() <= 1e-16, "{k} {found}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let mut network = mixed();
    network.reactions.truncate(3);
    network.reactions[1].law = RateLaw::MassAction { k: 1e-3, factors: vec![] };
    let run = |network: &Network| {
        // What is read back has the size of the compartment in front.
        let first = network.quantities.len() - 3;
        let mut rows = Vec::new();
        let mut record = |_: usize, q: &[f64]| rows.push(q[first..].to_vec());
        let simulation = Stochastic::new(network).unwrap();
        let stop = StopToken::new();
        let events = simulation.run(Seed::new(5), &grid(20.0, 20), &stop, &mut record).unwrap();
        (rows, events)
    };
    network.quantities.truncate(3);
    let text = write(&network, &Style::default()).unwrap();
    let (rows, events) = run(&network);
    assert!(events > 20);
    assert_eq!((rows, events), run(&read(&text).unwrap().network));
}

#[test]
fn names_become_ids_and_are_kept() {
    let text = write(&mixed(), &Style { id: "a model".to_owned(), ..Style::default() }).unwrap();
    assert!(text.contains("<model id=\"a_model\""), "{text}");
    for part in ["id=\"pool_A\" name=\"pool.A\"", "id=\"pool_A_2\" name=\"pool A\"", "id=\"_3_\""] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn pairs_are_counted_as_asked() {
    let molecules = write(&mixed(), &Style::default()).unwrap();
    let style = Style { counting: Counting::Continuous, ..Style::default() };
    let continuous = write(&mixed(), &style).unwrap();
    let less = "<apply><minus/><ci> pool_A </ci><cn type=\"integer\"> 1 </cn></apply>";
    assert!(molecules.contains(less) && !continuous.contains(less));
}
