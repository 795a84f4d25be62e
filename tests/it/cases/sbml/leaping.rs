//! Tau-leaping without bias, and net rates as two directions.

use bioxen::engine::StopToken;
use bioxen::engine::rng::{Rng, Seed};
use bioxen::engine::simulate::Stochastic;
use bioxen::engine::tau::{Options, Tau};
use bioxen::network::{Compiled, Network};

use crate::engine::models::{birth_death, mass_action as law};

use super::{math, model, refusal, run, table};

/// Mean and variance of a species at the end of leaping runs, and how many leaps there were.
fn leaped(network: &Network, until: f64, runs: u64) -> (f64, f64, u64) {
    let model = std::sync::Arc::new(Compiled::new(network).unwrap());
    let mut leaps = 0;
    let values: Vec<f64> = (0..runs)
        .map(|run| {
            let rng = Rng::new(Seed::new(7).replicate(run));
            let mut tau = Tau::new(model.clone(), rng, Options::default()).unwrap();
            tau.advance(until, &StopToken::new()).unwrap();
            leaps += tau.leaps();
            tau.state()[0]
        })
        .collect();
    let mean = values.iter().sum::<f64>() / runs as f64;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (runs - 1) as f64;
    (mean, variance, leaps)
}

/// A mean is right to 0.2 %, and to five standard errors beside.
fn assert_mean(mean: f64, exact: f64, variance: f64, runs: u64) {
    let allowed = 0.002 * exact + 5.0 * (variance / runs as f64).sqrt();
    assert!((mean - exact).abs() <= allowed, "{mean}, not {exact} within {allowed}");
}

#[test]
fn a_large_pool_decays_as_fast_as_it_should() {
    for (until, k) in [(3.0, 1.0), (0.5, 6.0), (5.0, 1.0)] {
        let mut network = Network::default();
        let x = network.species("x", 1e8);
        network.reaction("lose", &[(x, 1)], &[], law(k));
        let (mean, variance, leaps) = leaped(&network, until, 60);
        let left = (-k * until).exp();
        let exact = 1e8 * left * (1.0 - left);
        assert!(leaps > 60);
        assert_mean(mean, 1e8 * left, exact, 60);
        // The standard error of a variance of 60 values is 18 %.
        assert!((variance / exact - 1.0).abs() < 0.9, "{variance}, not {exact}");
    }
}

#[test]
fn births_and_deaths_come_to_their_level() {
    let (network, _) = birth_death(1e4, 0.1);
    for until in [1.0, 10.0, 50.0] {
        let exact = 1e5 * (1.0 - (-0.1_f64 * until).exp());
        let (mean, variance, leaps) = leaped(&network, until, 200);
        assert!(leaps > 200);
        assert_mean(mean, exact, exact, 200);
        // The standard error is 10 %.
        assert!((variance / exact - 1.0).abs() < 0.5, "{variance}, not {exact}");
    }
}

#[test]
fn pairs_are_made_at_their_rate() {
    // 2 A -> B: dA/dt = -k A (A - 1), so that A = 1 / (1/A0 + k t) for many.
    let mut network = Network::default();
    let a = network.species("a", 1e7);
    network.reaction("pair", &[(a, 2)], &[], law(1e-7));
    let (mean, variance, leaps) = leaped(&network, 4.0, 60);
    assert!(leaps > 60);
    assert_mean(mean, 1e7 / 5.0, variance, 60);
}

#[test]
fn what_grows_from_a_few_leaps_once_there_are_many() {
    let mut network = Network::default();
    let x = network.species("x", 10.0);
    network.reaction("grow", &[(x, 1)], &[(x, 2)], law(1.0));
    let model = std::sync::Arc::new(Compiled::new(&network).unwrap());
    let mut tau = Tau::new(model, Rng::new(Seed::new(3)), Options::default()).unwrap();
    // 10^10 events, which one by one would take minutes.
    tau.advance(21.0, &StopToken::new()).unwrap();
    assert!(tau.leaps() > 0 && tau.events() > 10_000 * tau.leaps(), "{}", tau.leaps());
    // A mean from more, whose chance is small enough to see a bias.
    let mut network = Network::default();
    let x = network.species("x", 1e5);
    network.reaction("grow", &[(x, 1)], &[(x, 2)], law(1.0));
    let grown = 6_f64.exp();
    let (mean, _, _) = leaped(&network, 6.0, 100);
    assert_mean(mean, 1e5 * grown, 1e5 * grown * (grown - 1.0), 100);
}

#[test]
fn a_net_rate_counts_the_events_of_both_directions() {
    let arguments = ["--t-end", "0.8", "--points", "2", "--runs", "20000"];
    let out = table("reversible_net_rate.xml", &arguments);
    // Each molecule is A with this probability, by itself: binomial.
    let p = 1.0 / 3.0 + 2.0 / 3.0 * (-1.5_f64 * 0.8).exp();
    let sd = (100.0 * p * (1.0 - p)).sqrt();
    assert!((sd - 4.99).abs() < 0.01);
    assert!((out.last("A-mean") - 100.0 * p).abs() < 5.0 * sd / 20_000_f64.sqrt());
    // The standard error of a standard deviation is sd / sqrt(2 n) = 0.025.
    assert!((out.last("A-sd") - sd).abs() < 0.125, "{}", out.last("A-sd"));
    // Long after, it does not stop for a rate below zero.
    let late =
        table("reversible_net_rate.xml", &["--t-end", "50", "--points", "2", "--runs", "2000"]);
    let sd = (100.0 * 2.0 / 9.0_f64).sqrt();
    assert!((late.last("A-mean") - 100.0 / 3.0).abs() < 5.0 * sd / 2000_f64.sqrt());
    assert!((late.last("A-sd") - sd).abs() < 5.0 * sd / 4000_f64.sqrt());
}

/// `k A (1 - B / (A Keq))`: the same, divided by what it takes.
#[test]
fn a_thermodynamic_rate_counts_the_events_of_both_directions() {
    for solver in ["ssa", "tau"] {
        let arguments =
            ["--t-end", "10", "--points", "2", "--runs", "2000", "--solver", solver, "--seed", "3"];
        let out = table("thermodynamic_rate.xml", &arguments);
        // Each molecule is B with this probability, by itself: binomial.
        let p = 0.5 * (1.0 - (-0.4_f64 * 10.0).exp());
        let sd = (100.0 * p * (1.0 - p)).sqrt();
        let found = (out.last("B-mean"), out.last("B-sd"));
        assert!((found.0 - 100.0 * p).abs() < 5.0 * sd / 2000_f64.sqrt(), "{solver} {found:?}");
        assert!((found.1 - sd).abs() < 5.0 * sd / 4000_f64.sqrt(), "{solver} {found:?}");
    }
}

#[test]
fn moles_are_not_taken_for_molecules_in_silence() {
    let warns = |solver: &str| {
        let output = run("moles.xml", &["--t-end", "10", "--points", "2", "--solver", solver]);
        assert!(output.status.success());
        String::from_utf8_lossy(&output.stderr).contains("units of 6.0221e23 molecules")
    };
    assert_eq!(["ssa", "tau", "ode"].map(warns), [true, true, false]);
}

/// A model of A and B, 100 and 0 at the start, that turn into each other at a rate.
fn exchange(rate: &str) -> String {
    let species = |id: &str, n: u32| {
        format!(
            "<species id=\"{id}\" compartment=\"c\" initialAmount=\"{n}\" hasOnlySubstanceUnits=\"true\" \
             boundaryCondition=\"false\" constant=\"false\"/>"
        )
    };
    let reference = |id: &str| {
        format!("<speciesReference species=\"{id}\" stoichiometry=\"1\" constant=\"true\"/>")
    };
    format!(
        "<listOfCompartments><compartment id=\"c\" size=\"1\" constant=\"true\"/></listOfCompartments>\
         <listOfSpecies>{}{}</listOfSpecies><listOfParameters><parameter id=\"k\" value=\"0.5\" \
         constant=\"true\"/></listOfParameters><listOfReactions><reaction id=\"J\" reversible=\"true\">\
         <listOfReactants>{}</listOfReactants><listOfProducts>{}</listOfProducts><kineticLaw>{}</kineticLaw>\
         </reaction></listOfReactions>",
        species("A", 100),
        species("B", 0),
        reference("A"),
        reference("B"),
        math(rate)
    )
}

#[test]
fn net_rates_are_taken_apart_in_every_form() {
    let kb = "<apply><times/><ci>k</ci><ci>B</ci></apply>";
    let forms = [
        format!("<apply><minus/><ci>A</ci>{kb}</apply>"),
        format!("<apply><plus/><ci>A</ci><apply><minus/>{kb}</apply></apply>"),
        format!("<apply><times/><ci>c</ci><apply><minus/><ci>A</ci>{kb}</apply></apply>"),
        format!("<apply><divide/><apply><minus/><ci>A</ci>{kb}</apply><ci>c</ci></apply>"),
        "<apply><plus/><ci>A</ci><apply><times/><cn>-0.5</cn><ci>B</ci></apply></apply>".to_owned(),
    ];
    let sd = |rate: &str| {
        let ready = Stochastic::new(&model(&exchange(rate)).network).unwrap();
        let sums = ready.ensemble(Seed::new(5), 4000, &[0.8], &StopToken::new()).unwrap();
        let a = ready.names().iter().position(|name| name == "A").unwrap();
        sums.sd(0, a).unwrap()
    };
    for form in forms {
        let sd = sd(&form);
        assert!((sd - 4.99).abs() < 5.0 * 4.99 / 8000_f64.sqrt(), "{sd}: {form}");
    }
}

#[test]
fn a_net_rate_that_is_no_difference_of_two_is_refused_at_the_start() {
    let content = exchange(
        "<apply><times/><ci>A</ci><apply><minus/><cn>1</cn><apply><exp/><apply><minus/><ci>B</ci><ci>A</ci>\
         </apply></apply></apply></apply>",
    );
    // At A = 0 it is zero: one direction. Without the factor it is not.
    assert!(Stochastic::new(&model(&content).network).is_ok());
    let content = exchange(
        "<apply><minus/><cn>1</cn><apply><exp/><apply><minus/><ci>B</ci><ci>A</ci></apply></apply></apply>",
    );
    let error = Stochastic::new(&model(&content).network).unwrap_err().to_string();
    assert!(error.contains("two reactions") && error.contains("`J`"), "{error}");
    let message = refusal("overshooting.xml", &["--t-end", "10", "--runs", "50"]);
    assert!(message.contains("`J`"), "{message}");
}
