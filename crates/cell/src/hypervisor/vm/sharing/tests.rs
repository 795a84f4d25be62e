//! Proteases that proteins share, and small RNAs, in a cell.

mod exported;
mod small_rnas;

use super::super::trial::{counts, live, package};
use crate::cells::{Noise, Plan};
use crate::chassis::Nutrient;
use crate::factory::{Config, Infrastructure};
use crate::hypervisor::{BiologicalType, Hosts, Hypervisor, Search, Solver};
use bioxen_base::units::Time;
use bioxen_engine::StopToken;
use bioxen_engine::rng::Seed;

/// Beside each protein that is degraded, one of the same transcript and length that is not.
const PAIR: &str = r#"
name = "NAME"
version = "1.0.0"
description = "a test"
licence = "CC0-1.0"
sources = ["a test"]
types = ["ecoli"]
[[gene]]
name = "NAME_gone"
length_aa = 238
[[gene]]
name = "NAME_kept"
length_aa = 238
[[promoter]]
name = "P"
mrna_per_min = 2.0
[[operon]]
name = "NAME_both"
promoter = "P"
genes = ["NAME_gone", "NAME_kept"]
"#;

fn pair(name: &str) -> String {
    PAIR.replace("NAME", name)
}

fn protease(molecules: f64, substrates: &str) -> String {
    format!(
        "[[protease]]\nname = \"ClpXP\"\nmolecules = {molecules}\nkcat_per_min = 0.5\nkm = 300.0\n\
         substrates = [{substrates}]\n"
    )
}

/// A pair of genes, of which one is degraded.
fn degraded(name: &str, molecules: f64) -> String {
    format!("{}{}", pair(name), protease(molecules, &format!("\"{name}_gone\"")))
}

fn install(cell: &mut Hypervisor, text: &str) -> Result<(), String> {
    let package = package(text).map_err(|error| error.to_string())?;
    let vm = cell.vm_mut("a").unwrap();
    vm.install_package(&package, &|_| None).map(|_| ()).map_err(|error| error.to_string())
}

fn cell(texts: &[String], solver: Solver) -> Hypervisor {
    let mut cell = Hypervisor::new(Nutrient::new(0.3).unwrap()).unwrap();
    cell.set_solver(solver);
    cell.set_seed(5);
    let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    let limits = crate::hypervisor::Limits::HOST;
    let spec = crate::hypervisor::VmSpec { limits, ..config.spec("a").unwrap() };
    cell.create(spec).unwrap().start().unwrap();
    for text in texts {
        install(&mut cell, text).unwrap();
    }
    cell
}

fn lived(texts: &[String], solver: Solver, hours: f64) -> Hypervisor {
    let mut cell = cell(texts, solver);
    live(&mut cell, hours);
    cell
}

fn protein(cell: &Hypervisor, gene: &str) -> f64 {
    counts(cell.vm("a").unwrap(), gene).1
}

/// The bits of all molecules.
fn bits(cell: &Hypervisor) -> Vec<u64> {
    cell.vm("a").unwrap().population().molecules().map(f64::to_bits).collect()
}

/// How many proteins wait where `made` [1/h] of them come: the root of
/// `made = growth S + most S / (km + S)`.
fn waiting(made: f64, growth: f64, most: f64, km: f64) -> f64 {
    let b = made - most - growth * km;
    (b + (b * b + 4.0 * growth * made * km).sqrt()) / (2.0 * growth)
}

/// What is made is what is diluted of the stable protein of the same transcript.
#[test]
fn a_saturated_protease_leaves_what_the_quadratic_says() {
    for molecules in [20.0, 60.0, 500.0] {
        let cell = lived(&[degraded("x", molecules)], Solver::Deterministic, 60.0);
        let growth = cell.host_rates().growth_per_h;
        let made = growth * protein(&cell, "x_kept");
        let expected = waiting(made, growth, 30.0 * molecules, 300.0);
        let found = protein(&cell, "x_gone");
        assert!((found / expected - 1.0).abs() < 1e-4, "{molecules}: {found} {expected}");
        assert!(found < 0.95 * protein(&cell, "x_kept"));
    }
}

#[test]
fn proteins_of_several_packages_wait_in_one_queue() {
    let both = [degraded("x", 250.0), degraded("y", 250.0)];
    let alone = lived(&both[..1], Solver::Deterministic, 60.0);
    let mut shared = lived(&both, Solver::Deterministic, 60.0);
    let growth = shared.host_rates().growth_per_h;
    let made = growth * (protein(&shared, "x_kept") + protein(&shared, "y_kept"));
    let expected = 0.5 * waiting(made, growth, 7500.0, 300.0);
    for gene in ["x_gone", "y_gone"] {
        let found = protein(&shared, gene);
        assert!((found / expected - 1.0).abs() < 1e-4, "{gene}: {found} {expected}");
    }
    // A second kind slows the degradation of the first, beside a protein that does not wait.
    let part = |cell: &Hypervisor| protein(cell, "x_gone") / protein(cell, "x_kept");
    assert!(part(&shared) > 1.3 * part(&alone), "{} {}", part(&shared), part(&alone));
    // Without the second it is alone again.
    shared.vm_mut("a").unwrap().remove_package("y").unwrap();
    live(&mut shared, 60.0);
    assert!((part(&shared) / part(&alone) - 1.0).abs() < 1e-3);
}

/// The amino acids that come back are those of what is degraded.
#[test]
fn amino_acids_are_set_free() {
    let cell = lived(&[degraded("x", 60.0)], Solver::Deterministic, 60.0);
    let vm = cell.vm("a").unwrap();
    let found = vm.population().decayed_aa_per_h();
    let p = protein(&cell, "x_gone");
    let expected = 238.0 * 1800.0 * p / (300.0 + p);
    assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
}

#[test]
fn a_steady_state_is_where_a_run_ends() {
    let cell = lived(&[degraded("x", 60.0), degraded("y", 60.0)], Solver::Deterministic, 3.0);
    let state = cell.steady_state(Search::Run, &StopToken::new()).unwrap();
    assert!(state.reached && state.rest < 1e-6, "{}", state.rest);
    let here = cell.steady_state(Search::Here, &StopToken::new()).unwrap();
    let mut long = cell.clone();
    live(&mut long, 100.0);
    for gene in ["x_gone", "y_gone", "x_kept"] {
        for state in [&state, &here] {
            let name = format!("a.{gene}.protein");
            let column = state.values.columns.iter().find(|column| column.name == name);
            let found = column.unwrap().values[0];
            let expected = protein(&long, gene);
            assert!((found / expected - 1.0).abs() < 1e-4, "{gene}: {found} {expected}");
        }
    }
}

/// A run leads to the steady state from wherever it begins, however many proteins wait there.
#[test]
fn a_steady_state_is_reached_from_nothing() {
    for molecules in [1.0, 20.0, 60.0, 500.0] {
        let cell =
            cell(&[degraded("x", molecules), degraded("y", molecules)], Solver::Deterministic);
        let state = cell.steady_state(Search::Run, &StopToken::new()).unwrap();
        assert!(state.reached, "{molecules}: {} h, {}", state.hours, state.rest);
        assert!(state.hours < 1000.0, "{molecules}: {} h", state.hours);
    }
}

#[test]
fn chance_has_the_same_mean() {
    let texts = [degraded("x", 60.0), degraded("y", 60.0)];
    let rest = lived(&texts, Solver::Deterministic, 60.0);
    keeps_its_mean(&rest, 400, |cell| protein(cell, "x_gone") + protein(cell, "y_gone"));
}

/// Whether chance leaves the mean of a number where it rests, over so many half hours.
fn keeps_its_mean(rest: &Hypervisor, times: u32, number: impl Fn(&Hypervisor) -> f64) {
    for solver in [Solver::Stochastic, Solver::TauLeap] {
        let mut lucky = rest.clone();
        lucky.set_solver(solver);
        let mut sum = 0.0;
        for _ in 0..times {
            live(&mut lucky, 0.5);
            sum += number(&lucky) / f64::from(times);
        }
        let expected = number(rest);
        assert!((sum / expected - 1.0).abs() < 0.04, "{solver:?}: {sum} {expected}");
    }
}

/// Proteins that wait together have more in common than those that do not (Cookson et al. 2011).
#[test]
fn who_waits_together_varies_together() {
    let correlation = |molecules: f64| {
        let texts = [degraded("x", molecules), degraded("y", molecules)];
        let mut lucky = lived(&texts, Solver::Deterministic, 40.0);
        lucky.set_solver(Solver::Stochastic);
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for _ in 0..600 {
            live(&mut lucky, 0.5);
            x.push(protein(&lucky, "x_gone"));
            y.push(protein(&lucky, "y_gone"));
        }
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let (mx, my) = (mean(&x), mean(&y));
        let cov = |a: &[f64], ma: f64, b: &[f64], mb: f64| {
            a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)).sum::<f64>()
        };
        cov(&x, mx, &y, my) / (cov(&x, mx, &x, mx) * cov(&y, my, &y, my)).sqrt()
    };
    let (alone, together) = (correlation(0.0), correlation(550.0));
    assert!(together > alone + 0.2, "{together} {alone}");
}

#[test]
fn a_protease_without_molecules_changes_no_bit() {
    for solver in [Solver::Deterministic, Solver::Stochastic, Solver::TauLeap] {
        let without = lived(&[pair("x")], solver, 2.0);
        let with = lived(&[degraded("x", 0.0)], solver, 2.0);
        assert_eq!(bits(&without), bits(&with), "{solver:?}");
        assert_ne!(bits(&without), bits(&lived(&[degraded("x", 9.0)], solver, 2.0)));
    }
}

#[test]
fn runs_in_parts_and_saved_states_go_on_bit_for_bit() {
    for solver in [Solver::Deterministic, Solver::Stochastic, Solver::TauLeap] {
        let texts = [degraded("x", 60.0), degraded("y", 60.0)];
        let whole = lived(&texts, solver, 3.0);
        let mut parts = lived(&texts, solver, 1.37);
        let mut saved = Hypervisor::load(&parts.save().unwrap()).unwrap();
        for cell in [&mut parts, &mut saved] {
            cell.run(
                Time::from_hours(3.0) - Time::from_hours(1.37),
                &mut |_| {},
                &StopToken::new(),
            )
            .unwrap();
            assert_eq!(bits(cell), bits(&whole), "{solver:?}");
        }
        // A VM by itself keeps its packages, and so its queue.
        let bytes = whole.save_vm("a").unwrap();
        let mut other = cell(&[], solver);
        let vm = other.load_vm(&bytes, Some("b")).unwrap();
        assert_eq!(vm.population().losses(), whole.vm("a").unwrap().population().losses());
    }
}

/// The genes of the genome wait, too.
#[test]
fn proteins_of_the_genome_wait() {
    let text = format!("{}{}", pair("x"), protease(60.0, "\"lacZ\", \"x_gone\""));
    let mut cell = cell(&[text], Solver::Deterministic);
    let vm = cell.vm_mut("a").unwrap();
    vm.start_transcription(&["lacZ"], 1.0).unwrap();
    live(&mut cell, 60.0);
    let sum = protein(&cell, "lacZ") + protein(&cell, "x_gone");
    let growth = cell.host_rates().growth_per_h;
    let each = 1800.0 / (300.0 + sum);
    let expected = growth * protein(&cell, "x_kept") / (growth + each);
    let found = protein(&cell, "x_gone");
    assert!((found / expected - 1.0).abs() < 1e-4, "{found} {expected}");
    // What is degraded stays so when its promoter is shut.
    cell.vm_mut("a").unwrap().stop_transcription(&["lacZ"]).unwrap();
    let vm = cell.vm("a").unwrap();
    let lost = vm.population().gene(vm.gene_index("lacZ").unwrap()).unwrap().lost_per_h();
    assert!((lost / each - 1.0).abs() < 1e-12);
}

/// Each cell of a population has its own queue.
#[test]
fn populations_have_the_same_mean() {
    let rest = lived(&[degraded("x", 60.0)], Solver::Deterministic, 60.0);
    let expected = protein(&rest, "x_gone");
    for hosts in [Hosts::Shared, Hosts::Own] {
        let noise = Noise::OFF;
        let plan = Plan { noise, threads: 2, keep_tree: false, ..Plan::new(300, Seed::new(3)) };
        let mut cells = rest.cells(plan, hosts).unwrap();
        let stop = StopToken::new();
        let (mut sum, mut n) = (0.0, 0.0);
        for _ in 0..8 {
            let every = Time::from_minutes(10.0);
            cells.run(Time::from_hours(0.5), every, &mut |_, _| {}, &stop).unwrap();
            sum += protein(&cells.mean(), "x_gone");
            n += 1.0;
        }
        let found = sum / n;
        assert!((found / expected - 1.0).abs() < 0.04, "{hosts:?}: {found} {expected}");
    }
}

/// Each change of a text makes a package that is refused; what is told of it.
fn refused(good: &str, changes: &[(&str, &str, &str)]) {
    for (from, to, told) in changes {
        let error = package(&good.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(told), "{to}: {error}");
    }
}

/// A cell refuses a package, says why, and keeps nothing of it.
fn not_installed(cell: &mut Hypervisor, text: &str, told: &str) {
    let error = install(cell, text).unwrap_err();
    assert!(error.contains(told), "{error}");
    assert!(cell.vm("a").unwrap().packages().is_empty());
}

#[test]
fn what_is_wrong_is_said() {
    let good = format!(
        "{}[[gene]]\nname = \"r\"\nkind = \"RNA\"\nlength_nt = 50\nrna_half_life_min = 2.0\n[[operon]]\n\
         name = \"o\"\npromoter = \"P\"\ngenes = [\"r\"]\n{}",
        pair("x"),
        protease(60.0, "\"x_gone\"")
    );
    package(&good).unwrap();
    let twice = format!("{good}{}", protease(60.0, "\"x_kept\""));
    let error = package(&twice).unwrap_err().to_string();
    assert!(error.contains("protease[1].name is `ClpXP`, as of another protease"), "{error}");
    refused(
        &good,
        &[
            ("molecules = 60", "molecules = -1", "protease[0].molecules"),
            ("kcat_per_min = 0.5", "kcat_per_min = nan", "protease[0].kcat_per_min"),
            ("kcat_per_min = 0.5", "", "protease[0].kcat_per_min is missing"),
            ("km = 300.0", "km = 0.0", "protease[0].km"),
            ("km = 300.0", "km = 1e-300", "from 0.000001 to a million"),
            ("km = 300.0", "half = 3.0", "unknown key"),
            ("substrates = [\"x_gone\"]", "substrates = []", "has no gene"),
            ("substrates = [\"x_gone\"]", "", "substrates is missing"),
            ("[\"x_gone\"]", "[\"x_gone\", \"x_gone\"]", "stands in this list already"),
            ("[\"x_gone\"]", "[\"r\"]", "makes an RNA and no protein"),
        ],
    );
    let mut cell = cell(&[], Solver::Deterministic);
    for (substrate, told) in [
        ("x_gon", "has (did you mean `x_gone`?)"),
        ("lacZZ", "genome"),
        ("rrsH", "makes no protein"),
    ] {
        let text = good.replace("[\"x_gone\"]", &format!("[\"{substrate}\"]"));
        not_installed(&mut cell, &text, told);
    }
    install(&mut cell, &degraded("x", 60.0)).unwrap();
    let error = install(&mut cell, &degraded("y", 61.0)).unwrap_err();
    for told in
        ["y 1.0.0", "x 1.0.0", "`ClpXP`", "molecules = 61", "molecules = 60", "same numbers"]
    {
        assert!(error.contains(told), "{error}");
    }
    assert_eq!(cell.vm("a").unwrap().packages().len(), 1);
}

/// A protease that is as fast as can be written leaves nothing, and no solver stumbles over it.
#[test]
fn the_fastest_protease_is_a_number() {
    let text = degraded("x", 1e6).replace("kcat_per_min = 0.5", "kcat_per_min = 1e6");
    let text = text.replace("km = 300.0", "km = 1e-6");
    for solver in [Solver::Deterministic, Solver::Stochastic, Solver::TauLeap] {
        let cell = lived(std::slice::from_ref(&text), solver, 1.0);
        let (gone, kept) = (protein(&cell, "x_gone"), protein(&cell, "x_kept"));
        assert!(gone.abs() < 1e-3 && kept > 100.0, "{solver:?}: {gone} {kept}");
    }
}

#[test]
fn its_numbers_may_be_parameters() {
    let text = degraded("x", 60.0).replace("molecules = 60", "molecules = \"2 * n\"");
    let text = format!("{text}[[parameter]]\nname = \"n\"\ndefault = 1.0\n");
    let given = [("n".to_owned(), 30.0)].into();
    let nothing = |_: &str| Err("none".to_owned());
    let package = crate::package::read_with(&text, "x", &given, &nothing).unwrap();
    assert_eq!(
        package.effects.proteases,
        self::package(&degraded("x", 60.0)).unwrap().effects.proteases
    );
}
