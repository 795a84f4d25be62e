use super::*;
use crate::cells::{Noise, Preset, Quantity};
use crate::chassis::Nutrient;
use crate::factory::{Config, Infrastructure};
use crate::hypervisor::{BiologicalType, Solver};
use bioxen_engine::rng::Seed;

/// A cell at rest by the deterministic solver.
fn cell(genes: &[&str]) -> Hypervisor {
    let mut cell = Hypervisor::new(Nutrient::new(0.5).unwrap()).unwrap();
    let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    // At a quota the mean of the cells is not that of the mean cell.
    let limits = crate::hypervisor::Limits::HOST;
    let spec = crate::hypervisor::VmSpec { limits, ..config.spec("a").unwrap() };
    let vm = cell.create(spec).unwrap();
    vm.start().unwrap();
    vm.start_transcription(genes, 1.0).unwrap();
    cell.set_solver(Solver::Deterministic);
    cell.run(Time::from_hours(24.0), &mut |_| {}, &StopToken::new()).unwrap();
    cell
}

fn plan(cells: usize, preset: Preset) -> Plan {
    let noise = Noise::preset(preset);
    Plan { noise, threads: 2, keep_tree: false, ..Plan::new(cells, Seed::new(3)) }
}

fn live(cells: &mut Cells, hours: f64) -> Lived {
    let every = Time::from_minutes(10.0);
    cells.run(Time::from_hours(hours), every, &mut |_, _| {}, &StopToken::new()).unwrap()
}

/// The mean of a protein in all samples after a time.
fn late(lived: &Lived, quantity: Quantity) -> f64 {
    let (_, rows) = lived.course.rows.iter().find(|(of, _)| *of == quantity).unwrap();
    let from = rows.len() / 3;
    rows[from..].iter().map(|row| row.mean).sum::<f64>() / (rows.len() - from) as f64
}

/// The mean of a population is that of the mean cell, whatever the noise.
#[test]
fn means_stay() {
    let cell = cell(&["lacZ", "dnaK", "adk"]);
    let population = cell.vm("a").unwrap().population();
    for preset in Preset::ALL {
        let mut cells = cell.cells(plan(1500, preset), Hosts::Shared).unwrap();
        let growth = cells.growth_per_h();
        let lived = live(&mut cells, 4.0);
        let size = late(&lived, Quantity::Size);
        for (at, gene) in population.genes().iter().enumerate() {
            let ratio = late(&lived, Quantity::Protein(at)) / gene.protein;
            let scatter = 0.01 + 1.5 / gene.protein.sqrt() / 25.0;
            assert!((ratio - 1.0).abs() < 0.015 + scatter, "{}: {at} {ratio}", preset.name());
            let of_size = ratio / size;
            assert!((of_size - 1.0).abs() < scatter, "{}: {at} {of_size}", preset.name());
        }
        assert!((cells.growth_per_h() / growth - 1.0).abs() < 0.002);
    }
}

/// Hosts of their own feel on average what a shared host feels.
#[test]
fn own_hosts_are_on_average_the_shared_one() {
    let cell = cell(&["lacZ", "dnaK"]);
    let of = |hosts| {
        let mut cells = cell.cells(plan(400, Preset::MotherMachine), hosts).unwrap();
        live(&mut cells, 2.0);
        (cells.growth_per_h(), cells.population().per_size())
    };
    let ((shared, one), (own, other)) = (of(Hosts::Shared), of(Hosts::Own));
    assert!((own / shared - 1.0).abs() < 0.01, "{own} beside {shared}");
    for at in one.len() / 2..one.len() {
        assert!((other[at] / one[at] - 1.0).abs() < 0.03, "{at}: {} beside {}", other[at], one[at]);
    }
}

#[test]
fn the_same_on_any_number_of_threads_and_in_one_run_or_two() {
    let cell = cell(&["dnaK"]);
    for hosts in Hosts::ALL {
        let run = |threads, parts: &[f64]| {
            let mut cells = cell.cells(plan(150, Preset::Snapshot), hosts).unwrap();
            cells.set_threads(threads);
            parts.iter().for_each(|&hours| {
                live(&mut cells, hours);
            });
            (cells.population().values(Quantity::Protein(0)), cells.growth_per_h())
        };
        let whole = run(1, &[0.5]);
        assert!(whole == run(3, &[0.5]) && whole == run(2, &[0.25, 0.25]), "{}", hosts.name());
    }
}

#[test]
fn a_population_is_stopped_after_a_whole_step_and_goes_on() {
    let cell = cell(&["dnaK"]);
    let stop = StopToken::new();
    let mut cells = cell.cells(plan(50, Preset::Off), Hosts::Shared).unwrap();
    let minute = Time::from_minutes(1.0);
    let mut steps = 0;
    let mut tell = |_: Time, _: f64| {
        steps += 1;
        if steps == 100 {
            stop.stop();
        }
    };
    let lived = cells.run(Time::from_hours(1.0), minute, &mut tell, &stop).unwrap();
    assert!(!lived.completed);
    assert_eq!(cells.population().clock(), Time::from_seconds(1000.0));
    assert_eq!(lived.course.hours.len(), 1 + 16 + 1);
    assert!(live(&mut cells, 0.1).completed);
}

#[test]
fn quantities_are_found_by_the_names_of_genes() {
    let cell = cell(&["dnaK"]);
    let cells = cell.cells(plan(5, Preset::Off), Hosts::Shared).unwrap();
    for (name, quantity) in [
        ("size", Quantity::Size),
        ("dnaK", Quantity::Protein(0)),
        ("dnak.protein", Quantity::Protein(0)),
        ("dnaK.mrna", Quantity::Transcripts(0)),
    ] {
        assert_eq!(cells.find(name).unwrap().quantity, quantity, "{name}");
    }
    let error = cells.find("dnaQ").unwrap_err().to_string();
    assert!(
        error.starts_with("the population has no quantity `dnaQ` (did you mean `dna"),
        "{error}"
    );
    assert!(error.ends_with("valid: size, dnaK, dnaK.mrna, dnaJ, dnaJ.mrna"), "{error}");
    let small = Plan { memory_limit: 1000, ..plan(500, Preset::Off) };
    let error = cell.cells(small, Hosts::Own).unwrap_err().to_string();
    assert!(error.contains("more than the limit"), "{error}");
}
