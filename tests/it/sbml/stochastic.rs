//! Our models as jump processes, against their distributions.

use bioxen::engine::rng::Seed;
use bioxen::engine::simulate::{Statistics, Stochastic};
use bioxen::engine::{EngineError, StopToken, tau};
use bioxen::network::sbml::Model;

use super::{grid, math, model, read_content};
use crate::desk::with_threads;

const RUNS: u64 = 4000;

fn ensemble(model: &Model, grid: &[f64], seed: u64) -> Statistics {
    let simulation = Stochastic::new(&model.network).unwrap();
    simulation.ensemble(Seed::new(seed), RUNS, grid, &StopToken::new()).unwrap()
}

fn place(model: &Model, name: &str) -> usize {
    model.network.quantities.iter().position(|q| q.name == name).unwrap()
}

/// The mean is within four standard errors, and the variance within five, of what they should be.
fn has(model: &Model, sums: &Statistics, row: usize, name: &str, mean: f64, variance: f64) {
    let quantity = place(model, name);
    let n = RUNS as f64;
    let z = (sums.mean(row, quantity).unwrap() - mean) / (variance / n).sqrt();
    assert!(z.abs() < 4.0, "{name}: Z = {z}");
    let y = (n / 2.0).sqrt() * (sums.sd(row, quantity).unwrap().powi(2) / variance - 1.0);
    assert!(y.abs() < 5.0, "{name}: Y = {y}");
}

#[test]
fn immigration_and_death_are_poisson() {
    let model = model("immigration_death");
    let times = grid(6.0, 3);
    let sums = ensemble(&model, &times, 1);
    for (row, t) in times.iter().enumerate().skip(1) {
        let mean = 20.0 * (1.0 - (-0.5 * t).exp());
        has(&model, &sums, row, "X", mean, mean);
    }
}

#[test]
fn a_pair_meets_after_an_exponential_time() {
    let model = model("dimerisation");
    let sums = ensemble(&model, &[2.0], 2);
    let met = 1.0 - (-0.5_f64).exp();
    has(&model, &sums, 0, "D", met, met * (1.0 - met));
    has(&model, &sums, 0, "A", 2.0 - 2.0 * met, 4.0 * met * (1.0 - met));
}

#[test]
fn rates_may_come_from_rules() {
    let model = model("birth_death_rules");
    let sums = ensemble(&model, &[5.0], 3);
    // Birth at b = 0.1 and death at d = 0.3 each: the variance is that of Bailey (1964), 8.43.
    let (b, d, t): (f64, f64, f64) = (0.1, 0.3, 5.0);
    let decay = ((b - d) * t).exp();
    let variance = 20.0 * (b + d) / (b - d) * decay * (decay - 1.0);
    has(&model, &sums, 0, "X", 20.0 * decay, variance);
    let death = sums.mean(0, place(&model, "death")).unwrap();
    assert!((death - 0.3 * sums.mean(0, place(&model, "X")).unwrap()).abs() < 1e-9);
}

#[test]
fn events_on_time_see_and_set_counts() {
    let model = model("delayed_event");
    let sums = ensemble(&model, &[5.0], 4);
    // Each molecule lives to time 2 with this probability, and is then there three times.
    let p = (-1.0_f64).exp();
    has(&model, &sums, 0, "X", 300.0 * p, 900.0 * p * (1.0 - p));
}

#[test]
fn the_telegraph_is_noisier_than_poisson() {
    let model = model("telegraph");
    let sums = ensemble(&model, &[60.0], 5);
    let quantity = place(&model, "M");
    let z = (sums.mean(0, quantity).unwrap() - 8.0) / (56.0 / RUNS as f64).sqrt();
    let fano = sums.sd(0, quantity).unwrap().powi(2) / 8.0;
    assert!(z.abs() < 4.0 && (fano - 7.0).abs() < 0.7, "Z = {z}, variance/mean = {fano}");
}

#[test]
fn events_that_watch_a_count_act_at_once() {
    let model = model("reset_counter");
    let simulation = Stochastic::new(&model.network).unwrap();
    let (n, resets) = (place(&model, "N"), place(&model, "resets"));
    let mut sum = 0.0;
    for run in 0..300 {
        let seed = Seed::new(6).replicate(run);
        let mut record = |_: usize, q: &[f64]| {
            assert!(q[n] < 10.0);
            sum += q[n] + 10.0 * q[resets];
        };
        simulation.run(seed, &[50.0], &StopToken::new(), &mut record).unwrap();
    }
    let z = (sum / 300.0 - 100.0) / (100.0_f64 / 300.0).sqrt();
    assert!(z.abs() < 4.0, "Z = {z}");
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let model = model("immigration_death");
    let with = |threads| with_threads(threads, || ensemble(&model, &grid(2.0, 2), 9));
    assert_eq!(with(1), with(2));
    assert_ne!(with(2), ensemble(&model, &grid(2.0, 2), 10));
}

fn refused(model: &Model, what: &str) {
    match Stochastic::new(&model.network) {
        Err(error @ EngineError::Unsupported { .. }) => {
            assert!(error.to_string().contains(what), "{error}");
        }
        other => panic!("{:?}", other.map(|s| s.names().to_vec())),
    }
}

#[test]
fn what_has_no_jumps_is_refused_by_name() {
    refused(&model("growing_cell"), "a rate rule");
    refused(&model("algebraic"), "a rate rule");
    refused(&model("delay_equation"), "a rate rule");
    let time = "<csymbol encoding='text' \
                definitionURL='http://www.sbml.org/sbml/symbols/time'>time</csymbol>";
    let timed = read_content(&format!(
        "<listOfReactions><reaction id='r' reversible='false'><kineticLaw>{}</kineticLaw>\
         </reaction></listOfReactions>",
        math(time)
    ));
    refused(&timed.unwrap(), "depends on time");
    let error = Stochastic::new(&model("hill_switch").network).unwrap_err();
    assert!(matches!(error, EngineError::NotACount { .. }), "{error}");
}

#[test]
fn stoichiometries_may_be_computed_once() {
    // Two of X at each event: 1 by its own attribute, times a factor that is 6 / 3.
    let six = math("<apply><divide/><cn>6</cn><cn>3</cn></apply>");
    let one = math("<cn>1</cn>");
    let model = read_content(&format!(
        "<listOfCompartments><compartment id='c' constant='true'/></listOfCompartments>\
         <listOfSpecies><species id='X' compartment='c' initialAmount='0' conversionFactor='f' \
         hasOnlySubstanceUnits='true' boundaryCondition='false' constant='false'/></listOfSpecies>\
         <listOfParameters><parameter id='f' constant='true'/></listOfParameters>\
         <listOfInitialAssignments><initialAssignment symbol='f'>{six}</initialAssignment>\
         </listOfInitialAssignments><listOfReactions><reaction id='r' reversible='false'>\
         <listOfProducts><speciesReference species='X' stoichiometry='1' constant='true'/>\
         </listOfProducts><kineticLaw>{one}</kineticLaw></reaction></listOfReactions>"
    ))
    .unwrap();
    let simulation = Stochastic::new(&model.network).unwrap();
    let x = place(&model, "X");
    let mut last = 0.0;
    let mut record = |_: usize, q: &[f64]| last = q[x];
    let events = simulation.run(Seed::new(1), &[20.0], &StopToken::new(), &mut record).unwrap();
    assert!(events > 0);
    assert_eq!(last, 2.0 * events as f64);
}

#[test]
fn leaps_have_the_same_means_and_hit_events_in_time() {
    let mut model = model("delayed_event");
    for quantity in &mut model.network.quantities {
        quantity.initial *= if quantity.name == "X" { 1e4 } else { 1.0 };
    }
    let simulation = Stochastic::leaping(&model.network, tau::Options::default()).unwrap();
    let stop = StopToken::new();
    let sums = simulation.ensemble(Seed::new(8), 200, &[2.0, 5.0], &stop).unwrap();
    let p = (-1.0_f64).exp();
    for (row, times) in [(0, 1.0), (1, 3.0)] {
        // The error of the method, at epsilon = 0.03, is a few per cent.
        let mean = sums.mean(row, place(&model, "X")).unwrap();
        assert!((mean / (times * 1e6 * p) - 1.0).abs() < 0.03, "{mean}");
    }
    let watching = super::model("reset_counter").network;
    let error = Stochastic::leaping(&watching, tau::Options::default()).unwrap_err();
    assert!(error.to_string().contains("watches"), "{error}");
}
