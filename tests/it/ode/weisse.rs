//! The model of Weiße, Oyarzún, Danos and Swain, *PNAS* 112:E1038 (2015), written as a network:
//! mechanistic links between cellular trade-offs, gene expression and growth. Time in minutes.

use std::collections::BTreeMap;

use bioxen::engine::StopToken;
use bioxen::engine::ode::{Bdf, NetworkOde, Options};
use bioxen::network::{BinaryOp, Expr, Network, QuantityId, RateLaw, Rule, Stoichiometry};

use super::models::{add, c, div, mass_action, mul, q};

/// The paper's constants, with the inputs that the tests vary.
struct Cell {
    /// External nutrient.
    s0: f64,
    /// Nutrient quality.
    n_s: f64,
    /// The length of a ribosome.
    n_r: f64,
    /// The transcription rate of a gratuitous gene.
    w_g: f64,
}

const DEFAULT: Cell = Cell { s0: 1e4, n_s: 0.5, n_r: 7549.0, w_g: 0.0 };
/// The total protein mass.
const M: f64 = 1e8;
const N_X: f64 = 300.0;

struct Protein {
    name: &'static str,
    w: f64,
    theta: f64,
    length: f64,
}

impl Cell {
    fn proteins(&self) -> [Protein; 5] {
        let other = |name, w| Protein { name, w, theta: 4.37973, length: N_X };
        [
            Protein { name: "r", w: 929.968, theta: 426.869, length: self.n_r },
            other("t", 4.13917),
            other("m", 4.13917),
            other("q", 948.935),
            other("g", self.w_g),
        ]
    }

    fn network(&self) -> Network {
        let mut network = Network::default();
        let a = network.species("a", 1000.0);
        let s = network.species("s", 0.0);
        let gamma = network.parameter("gamma", 0.0);
        let lambda = network.parameter("lambda", 0.0);
        let (gamma_max, k_gamma) = (1260.0, 1260.0 / 180.138);
        let elongation = div(mul([c(gamma_max), q(a)]), add([c(k_gamma), q(a)]));
        network.rules.push(Rule::Assignment(gamma, elongation));

        let proteins = self.proteins();
        let mut species =
            |prefix: &str, name: &str, initial| network.species(format!("{prefix}{name}"), initial);
        let p: Vec<QuantityId> = proteins
            .iter()
            .map(|x| species("p_", x.name, if x.name == "r" { 10.0 } else { 0.0 }))
            .collect();
        let m: Vec<QuantityId> = proteins.iter().map(|x| species("m_", x.name, 0.0)).collect();
        let bound: Vec<QuantityId> = proteins.iter().map(|x| species("c_", x.name, 0.0)).collect();
        let r = p[0];
        let total = add(bound.iter().map(|&c| q(c)));
        network.rules.push(Rule::Assignment(lambda, mul([c(1.0 / M), q(gamma), total])));

        let saturating = |v: f64, k: f64, enzyme: QuantityId, x: Expr| {
            RateLaw::Expr(div(mul([c(v), q(enzyme), x.clone()]), add([c(k), x])))
        };
        network.reaction("import", &[], &[(s, 1)], saturating(726.0, 1000.0, p[1], c(self.s0)));
        network.reaction(
            "catabolism",
            &[(s, 1)],
            &[(a, 1)],
            saturating(5800.0, 1000.0, p[2], q(s)),
        );
        // One molecule of nutrient makes n_s of energy.
        network.reactions[1].products[0].stoichiometry = Stoichiometry::Const(self.n_s);
        for (i, x) in proteins.iter().enumerate() {
            let mut transcription = div(mul([c(x.w), q(a)]), add([c(x.theta), q(a)]));
            if x.name == "q" {
                let repression = Expr::Binary(
                    BinaryOp::Pow,
                    Box::new(div(q(p[i]), c(152_219.04))),
                    Box::new(c(4.0)),
                );
                transcription = div(transcription, add([c(1.0), repression]));
            }
            let name = |what: &str| format!("{what}_{}", x.name);
            network.reaction(name("transcribe"), &[], &[(m[i], 1)], RateLaw::Expr(transcription));
            network.reaction(
                name("bind"),
                &[(r, 1), (m[i], 1)],
                &[(bound[i], 1)],
                mass_action(1.0),
            );
            network.reaction(
                name("unbind"),
                &[(bound[i], 1)],
                &[(r, 1), (m[i], 1)],
                mass_action(1.0),
            );
            let made =
                if i == 0 { vec![(r, 2), (m[i], 1)] } else { vec![(r, 1), (m[i], 1), (p[i], 1)] };
            // The energy that is taken does not multiply the rate beyond gamma.
            let translation = RateLaw::Expr(mul([c(1.0 / x.length), q(gamma), q(bound[i])]));
            let taken = [(bound[i], 1), (a, x.length as u32)];
            network.reaction(name("translate"), &taken, &made, translation);
            network.reaction(name("decay"), &[(m[i], 1)], &[], mass_action(0.1));
        }
        let diluted: Vec<QuantityId> = [a, s].into_iter().chain(p).chain(m).chain(bound).collect();
        for x in diluted {
            let law = RateLaw::MassAction { k: 1.0, factors: vec![lambda] };
            network.reaction(format!("dilute_{}", x.0), &[(x, 1)], &[], law);
        }
        network
    }

    /// All quantities at the steady state, by name.
    fn steady(&self) -> BTreeMap<String, f64> {
        let network = self.network();
        let mut system = NetworkOde::new(&network).unwrap();
        let options = Options { rtol: 1e-8, atol: 1e-9, ..Options::default() };
        let mut bdf = Bdf::new(0.0, system.initial_state(), options);
        bdf.integrate_to(&mut system, 1e5, &StopToken::new()).unwrap();
        let mut all = vec![0.0; network.quantities.len()];
        system.quantities(bdf.t(), bdf.y(), &mut all);
        let names = network.quantities.iter().map(|quantity| quantity.name.clone());
        names.zip(all).collect()
    }
}

fn total(state: &BTreeMap<String, f64>, prefix: &str) -> f64 {
    state.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, x)| x).sum()
}

#[track_caller]
fn near(got: f64, want: f64, relative: f64) {
    assert!((got / want - 1.0).abs() < relative, "{got}, expected {want}");
}

#[test]
fn the_published_cell_grows_at_its_rate() {
    let state = DEFAULT.steady();
    near(state["lambda"], 0.024115, 0.0002);
    let ribosomes = state["p_r"] + total(&state, "c_");
    near(7549.0 * ribosomes / M, 0.2407, 0.0005);
    near(state["s"], 128.40, 0.0005);
    near(state["p_t"], 7307.4, 0.0005);
    near(state["p_m"], 7307.4, 0.0005);
    near(state["p_q"], 238_481.0, 0.0005);
    near(state["a"], 10.70, 0.001);
    near(state["p_r"], 24.3, 0.005);
}

#[test]
fn shorter_ribosomes_grow_faster() {
    let state = Cell { n_r: 7459.0, ..DEFAULT }.steady();
    near(state["lambda"], 0.024263, 0.0005);
    near(7459.0 * (state["p_r"] + total(&state, "c_")) / M, 0.2394, 0.0005);
}

#[test]
fn the_protein_mass_is_invariant() {
    for cell in [DEFAULT, Cell { n_s: 0.1, ..DEFAULT }, Cell { w_g: 80.0, ..DEFAULT }] {
        let state = cell.steady();
        let others = state["p_t"] + state["p_m"] + state["p_q"] + state["p_g"];
        let mass = cell.n_r * (state["p_r"] + total(&state, "c_")) + N_X * others;
        near(mass, M, 1e-6);
    }
}

#[test]
fn a_better_nutrient_gives_growth_and_ribosomes() {
    for (n_s, lambda, phi) in [
        (0.08, 0.339, 0.157),
        (0.12, 0.479, 0.171),
        (0.19, 0.699, 0.189),
        (0.29, 0.974, 0.209),
        (0.46, 1.366, 0.235),
        (0.70, 1.802, 0.264),
        (1.0, 2.221, 0.293),
    ] {
        let state = Cell { n_s, ..DEFAULT }.steady();
        near(60.0 * state["lambda"], lambda, 0.005);
        near(7549.0 * (state["p_r"] + total(&state, "c_")) / M, phi, 0.005);
    }
}

#[test]
fn growth_saturates_with_the_nutrient() {
    // Monod's law with the fitted constants, from s0 = 100 on.
    for s0 in [100.0, 300.0, 1e3, 1e4, 1e5] {
        let state = Cell { s0, ..DEFAULT }.steady();
        near(state["lambda"], 0.0248 * s0 / (563.0 + s0), 0.05);
    }
}

#[test]
fn a_gratuitous_gene_costs_growth() {
    let unburdened = DEFAULT.steady()["lambda"];
    for (w_g, phi, growth) in [
        (5.0, 0.0246, 0.931),
        (10.0, 0.0462, 0.873),
        (20.0, 0.0828, 0.781),
        (40.0, 0.1390, 0.656),
        (80.0, 0.2162, 0.510),
        (160.0, 0.3103, 0.366),
        (320.0, 0.4125, 0.243),
    ] {
        let state = Cell { w_g, ..DEFAULT }.steady();
        near(N_X * state["p_g"] / M, phi, 0.005);
        near(state["lambda"] / unburdened, growth, 0.005);
    }
}
