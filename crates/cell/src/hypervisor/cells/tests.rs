use super::*;
use crate::cells::{Mode, Noise, Preset, Quantity};
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

/// A change that changes nothing leaves the cells the same life; one that fails, too.
#[test]
fn what_changes_nothing_changes_no_life() {
    let cell = cell(&["lacZ", "dnaK"]);
    for hosts in Hosts::ALL {
        let life = |change: &dyn Fn(&mut Cells)| {
            let mut cells = cell.cells(plan(60, Preset::Snapshot), hosts).unwrap();
            live(&mut cells, 0.2);
            change(&mut cells);
            live(&mut cells, 0.2);
            let all: Vec<Vec<u32>> =
                (0..60).map(|place| cells.population().counts(place).to_vec()).collect();
            (all, cells.growth_per_h())
        };
        let alone = life(&|_| {});
        assert!(alone == life(&|cells| cells.change(|_| Ok::<_, HypervisorError>(())).unwrap()));
        let failing = life(&|cells| {
            let outcome = cells.change(|host| {
                host.vm_mut("a")?.start_transcription(&["adk"], 1.0)?;
                host.vm_mut("a")?.start_transcription(&["nothing"], 1.0).map(drop)
            });
            assert!(outcome.is_err());
        });
        assert!(alone == failing);
        let destroyed = life(&|cells| {
            let outcome = cells.change(|host| host.destroy("a").map(drop));
            let error = outcome.unwrap_err().to_string();
            assert!(error.contains("there were a, and now there are"), "{error}");
        });
        assert!(alone == destroyed);
    }
}

/// Genes that are opened later begin with no molecule and come to the mean of the cell; those that were there go on.
#[test]
fn genes_are_opened_and_shut_in_a_population_that_lives() {
    let both = cell(&["dnaK", "adk"]);
    let rest = |gene: &str| {
        let vm = both.vm("a").unwrap();
        vm.population().gene(vm.genome().index_of(gene).unwrap()).unwrap().protein
    };
    let mut cells = cell(&["dnaK"]).cells(plan(800, Preset::Off), Hosts::Shared).unwrap();
    let find = |cells: &Cells, name: &str| cells.find(name).unwrap().quantity;
    let before = cells.population().values(find(&cells, "dnaK"));
    cells.change(|host| host.vm_mut("a")?.start_transcription(&["adk"], 1.0).map(drop)).unwrap();
    assert_eq!(cells.population().values(find(&cells, "dnaK")), before);
    let adk = find(&cells, "adk");
    assert!(cells.population().values(adk).iter().all(|&n| n == 0.0));
    let size =
        |cells: &Cells| cells.population().values(Quantity::Size).iter().sum::<f64>() / 800.0;
    let mean =
        |cells: &Cells, of| cells.population().values(of).iter().sum::<f64>() / 800.0 / size(cells);
    live(&mut cells, 4.0);
    let ratio = mean(&cells, adk) / rest("adk");
    assert!((ratio - 1.0).abs() < 0.05, "{ratio}");
    // Shut, its protein is diluted by growth alone.
    cells.change(|host| host.vm_mut("a")?.stop_transcription(&["adk"]).map(drop)).unwrap();
    live(&mut cells, 3.0);
    let left = mean(&cells, adk) / rest("adk");
    let diluted = (-3.0 * cells.growth_per_h()).exp();
    // Transcripts that are left make some more.
    assert!(left > diluted && left < 1.3 * diluted, "{left} beside {diluted}");
}

/// Proteins of a gene that several transcripts carry are counted together, and their mean is that of the cell.
#[test]
fn promoters_inside_of_operons_are_those_of_the_cell() {
    let mut cell = Hypervisor::new(Nutrient::new(0.5).unwrap()).unwrap();
    let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    let limits = crate::hypervisor::Limits::HOST;
    cell.create(crate::hypervisor::VmSpec { limits, ..config.spec("a").unwrap() }).unwrap();
    cell.set_internal_promoters("a", crate::hypervisor::expression::InternalPromoters::Separate)
        .unwrap();
    let vm = cell.vm_mut("a").unwrap();
    vm.start().unwrap();
    vm.start_transcription(&["gapA", "tufA"], 1.0).unwrap();
    cell.set_solver(Solver::Deterministic);
    cell.run(Time::from_hours(24.0), &mut |_| {}, &StopToken::new()).unwrap();
    let vm = cell.vm("a").unwrap();
    let genes = vm.population().genes().len();
    assert!(vm.population().indices().count() < genes);
    let mut cells = cell.cells(plan(600, Preset::Off), Hosts::Shared).unwrap();
    let lived = live(&mut cells, 3.0);
    let size = late(&lived, Quantity::Size);
    for (index, mrna, protein) in vm.population().all_counts() {
        let name = vm.gene(index).name();
        let of = cells.find(name).unwrap().quantity;
        let ratio = late(&lived, of) / size / protein;
        // Some 60 proteins come from one transcript.
        let scatter = 0.005 + 3.0 * (60.0 / (600.0 * protein)).sqrt();
        assert!((ratio - 1.0).abs() < scatter, "{name}: {ratio}");
        let of = cells.find(&format!("{name}.mrna")).unwrap().quantity;
        let ratio = late(&lived, of) / size / mrna;
        let scatter = 0.01 + 3.0 / (600.0 * mrna).sqrt();
        assert!((ratio - 1.0).abs() < scatter, "{name}.mrna: {ratio}");
    }
}

/// Genes that follow replication keep their means; one near the origin is there more often than one at the terminus.
#[test]
fn genes_are_as_many_as_replication_makes_them() {
    let cell = cell(&["mioC", "hipA", "dnaK"]);
    let with = Plan { dosage: true, ..plan(1200, Preset::Off) };
    let mut cells = cell.cells(with, Hosts::Shared).unwrap();
    let lived = live(&mut cells, 3.0);
    let size = late(&lived, Quantity::Size);
    let (c, d) = crate::chassis::measured::replication::generations(cells.growth_per_h());
    let find = |name: &str| cells.find(name).unwrap().quantity;
    let copies = |name: &str| late(&lived, find(&format!("{name}.copies")));
    assert!((copies("mioC") / (c + d).exp2() - 1.0).abs() < 0.03, "{}", copies("mioC"));
    assert!((copies("hipA") / d.exp2() - 1.0).abs() < 0.03, "{}", copies("hipA"));
    let vm = cell.vm("a").unwrap();
    let index = vm.genome().index_of("dnaK").unwrap();
    let ratio = late(&lived, find("dnaK")) / size / vm.population().gene(index).unwrap().protein;
    assert!((ratio - 1.0).abs() < 0.02, "{ratio}");
}

/// A change that does nothing leaves the life as it is, also while the host adapts to another medium.
#[test]
fn an_idle_change_changes_nothing() {
    for dosage in [false, true] {
        let with = Plan { dosage, ..plan(40, Preset::Snapshot) };
        let mut cells = cell(&["lacZ", "dnaK"]).cells(with, Hosts::Shared).unwrap();
        live(&mut cells, 0.2);
        let poor = Nutrient::new(0.1).unwrap();
        cells.change(|host| host.set_nutrient(poor)).unwrap();
        live(&mut cells, 0.1);
        let mut other = cells.clone();
        other.change(|_| Ok::<(), HypervisorError>(())).unwrap();
        assert!(other.save().unwrap() == cells.save().unwrap(), "dosage: {dosage}");
        assert!(live(&mut cells, 0.5) == live(&mut other, 0.5), "dosage: {dosage}");
    }
}

/// What was saved goes on bit for bit, its tree too; damaged contents are refused.
#[test]
fn a_population_that_was_saved_lives_the_same_life() {
    let cell = cell(&["lacZ", "dnaK"]);
    for (hosts, mode) in [(Hosts::Shared, Mode::Colony), (Hosts::Own, Mode::Moran)] {
        let with = Plan { mode, keep_tree: true, dosage: true, ..plan(40, Preset::Snapshot) };
        let mut cells = cell.cells(with, hosts).unwrap();
        live(&mut cells, 0.9);
        let bytes = cells.save().unwrap();
        let means = (1 << 30, 1);
        let mut again = Cells::load(&bytes, means, &StopToken::new()).unwrap();
        assert!(again.save().unwrap() == bytes);
        assert_eq!(again.names(), cells.names());
        assert!(live(&mut cells, 0.5) == live(&mut again, 0.5));
        assert!(again.save().unwrap() == cells.save().unwrap());
        let error = Cells::load(&bytes[..bytes.len() / 2], means, &StopToken::new()).unwrap_err();
        assert!(error.to_string().contains("cut off"), "{error}");
        let error = Cells::load(&bytes, (1000, 1), &StopToken::new()).unwrap_err();
        assert!(error.to_string().contains("memory"), "{error}");
        let error = Hypervisor::load(&bytes).unwrap_err().to_string();
        assert!(error.contains("state"), "{error}");
    }
}

/// The followed cell lives on bit for bit as if nobody had looked at a population of it.
#[test]
fn a_population_leaves_the_followed_cell_alone() {
    let mut cell = cell(&["dnaK", "lacZ"]);
    cell.set_solver(Solver::Stochastic);
    let mut other = cell.clone();
    let mut cells = cell.cells(plan(50, Preset::Off), Hosts::Shared).unwrap();
    live(&mut cells, 0.2);
    for cell in [&mut cell, &mut other] {
        cell.run(Time::from_minutes(20.0), &mut |_| {}, &StopToken::new()).unwrap();
    }
    assert!(cell.save().unwrap() == other.save().unwrap());
}

/// A run that stops on its way is the run that does not, with the same rows; what is looked at is so at the same
/// times wherever runs begin.
#[test]
fn a_run_in_stretches_is_one_run() {
    let cell = cell(&["adk"]);
    let minutes = |n: f64| Time::from_minutes(n);
    let whole = cell.cells(plan(20, Preset::Snapshot), Hosts::Shared).unwrap();
    let (mut whole, mut parts) = (whole.clone(), whole);
    let (every, stop) = (minutes(1.0), StopToken::new());
    let lived = whole.run(minutes(30.0), every, &mut |_, _| {}, &stop).unwrap();
    let mut living = parts.begin(minutes(30.0), every).unwrap();
    let looks = Time::from_micros(25_000_000);
    let mut looked = Vec::new();
    while parts.population().clock() < living.end() {
        if parts.is_looked_at(looks) {
            looked.push(parts.population().clock().minutes() * 6.0);
        }
        let until = parts.next_look(looks);
        assert!(parts.go_on(&mut living, until, &mut |_, _| {}, &stop).unwrap());
    }
    assert_eq!(looked[..5], [0.0, 3.0, 5.0, 8.0, 10.0]);
    let again = living.finish(true);
    assert_eq!(lived.course, again.course);
    for found in whole.names() {
        let values = |cells: &Cells| cells.population().values(found.quantity);
        assert_eq!(values(&whole), values(&parts), "{}", found.name);
    }
    // Between two ends of steps nothing is looked at.
    parts.run(Time::from_micros(3_000_000), every, &mut |_, _| {}, &stop).unwrap();
    assert!(!parts.is_looked_at(looks));
    assert_eq!(parts.next_look(looks), Time::from_micros(1_825_000_000 + 5_000_000));
}
