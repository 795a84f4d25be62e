//! Guests that compete for the host's RNA polymerases.

use bioxen::chassis::Nutrient;
use bioxen::chassis::energy::EnergyCoupling;
use bioxen::engine::{StopToken, Trajectory};
use bioxen::genome;
use bioxen::hypervisor::{BiologicalType, HostModel, Hypervisor, Limits, Rules, Solver, VmSpec};
use bioxen::units::Time;

use super::after;

fn close(name: &str, got: f64, expected: f64, relative: f64) {
    assert!((got / expected - 1.0).abs() < relative, "{name}: {got}, expected {expected}");
}

/// A host with VMs of *E. coli* that may hold so many ribosomes, each with an open promoter of some strength.
fn cell(quality: f64, solver: Solver, vms: &[(&str, f64, &str, f64)]) -> Hypervisor {
    let nutrient = Nutrient::new(quality).unwrap();
    let mut cell = Hypervisor::with_energy(nutrient, EnergyCoupling::Published).unwrap();
    cell.set_solver(solver);
    cell.set_sample_every(Time::from_minutes(30.0)).unwrap();
    let biological_type = BiologicalType::Ecoli;
    for (id, max_ribosomes, gene, strength) in vms {
        let limits =
            Limits { max_ribosomes: *max_ribosomes, max_memory_kb: 5000.0, ..Limits::HOST };
        let (genome, rules) = (genome::shipped("ecoli").unwrap(), Rules::of(biological_type));
        let spec = VmSpec { id: (*id).to_owned(), biological_type, genome, limits, rules };
        let vm = cell.create(spec).unwrap();
        vm.start().unwrap();
        vm.start_transcription(&[gene], *strength).unwrap();
    }
    cell
}

fn run(cell: &mut Hypervisor, hours: f64) -> Trajectory {
    let run = cell.run(Time::from_hours(hours), &mut |_| {}, &StopToken::new()).unwrap();
    assert!(run.completed);
    run.trace
}

fn last(trace: &Trajectory, name: &str) -> f64 {
    let column = trace.column(name).unwrap_or_else(|| panic!("no column {name}"));
    column.values[column.values.len() - 1]
}

/// Nutrient, gene, strength; polymerases that it holds; transcripts at the growth of the host alone; transcripts
/// and growth [1/h] where it may have all ribosomes. Computed independently from the same equations.
const REFERENCE: [(f64, &str, f64, f64, f64, f64, f64); 3] = [
    (0.3, "tufA", 5.0, 29.22, 69.93, 53.19, 0.8139),
    (0.3, "tufA", 1000.0, 250.30, 598.99, 160.69, 0.2780),
    (0.5, "ompA", 100.0, 36.14, 1569.95, 526.51, 0.3783),
];

#[test]
fn strong_promoters_hold_what_the_reference_says() {
    for (quality, gene, strength, held, alone, with_ribosomes, growth) in REFERENCE {
        let mrna = format!("demo.{gene}.mrna");
        let vm = |ribosomes| [("demo", ribosomes, gene, strength)];
        let trace = run(&mut cell(quality, Solver::Deterministic, &vm(1.0)), 40.0);
        close("polymerases", last(&trace, "demo.polymerases"), held, 0.005);
        close(&mrna, last(&trace, &mrna), alone, 0.01);
        let most = Limits::HOST.max_ribosomes;
        let trace = run(&mut cell(quality, Solver::Deterministic, &vm(most)), 400.0);
        close(&mrna, last(&trace, &mrna), with_ribosomes, 0.01);
        close("growth", last(&trace, "host.growth_rate_per_h"), growth, 0.01);
    }
}

#[test]
fn a_quota_of_half_of_what_is_held_halves_the_transcripts() {
    let vm = [("demo", 5.0, "tufA", 50.0)];
    let mut cell = cell(0.3, Solver::Deterministic, &vm);
    let free = run(&mut cell, 20.0);
    let held = last(&free, "demo.polymerases");
    cell.allocate_polymerases("demo", 0.5 * held).unwrap();
    let halved = run(&mut cell, 20.0);
    close("polymerases", last(&halved, "demo.polymerases"), 0.5 * held, 1e-9);
    close("mRNA", last(&halved, "demo.tufA.mrna"), 0.5 * last(&free, "demo.tufA.mrna"), 0.001);
    let back = cell.held().list();
    assert!(back.iter().any(|h| h.by.name() == "polymerases" && (h.share - 1.0).abs() < 1e-9));
}

#[test]
fn the_order_of_vms_does_not_matter() {
    let vms = [("a", 50.0, "tufA", 1000.0), ("b", 50.0, "ompA", 100.0), ("c", 50.0, "lacZ", 1.0)];
    let turned = [vms[2], vms[0], vms[1]];
    let [one, other] = [vms, turned].map(|vms| {
        let mut cell = cell(0.3, Solver::Deterministic, &vms);
        cell.allocate_polymerases("a", 90.0).unwrap();
        run(&mut cell, 2.0)
    });
    for name in ["a.polymerases", "b.polymerases", "c.polymerases", "a.tufA.mrna", "c.lacZ.mrna"] {
        close(name, last(&one, name), last(&other, name), 1e-5);
    }
    close("a's quota", last(&one, "a.polymerases"), 90.0, 1e-9);
}

/// What one promoter holds, all others lack; the mean of many transcripts says so in both solvers.
#[test]
fn both_solvers_agree_beside_a_heavy_tenant() {
    let vms = [("heavy", 5.0, "tufA", 1000.0), ("light", 5.0, "ompA", 2.0)];
    let expected = run(&mut cell(0.3, Solver::Deterministic, &vms), 8.0);
    let exact = run(&mut cell(0.3, Solver::Stochastic, &vms), 8.0);
    let later = |name: &str| {
        let values = &exact.column(name).unwrap().values[4..];
        values.iter().sum::<f64>() / values.len() as f64
    };
    close("tufA", later("heavy.tufA.mrna"), last(&expected, "heavy.tufA.mrna"), 0.04);
    close("ompA", later("light.ompA.mrna"), last(&expected, "light.ompA.mrna"), 0.15);
    close("polymerases", later("light.polymerases"), last(&expected, "light.polymerases"), 1e-6);
}

/// Guests that hold polymerases change the growth of the host by what they weigh, not by what they hold.
#[test]
fn the_host_does_not_grow_slower_for_want_of_polymerases() {
    let alone = run(&mut cell(0.3, Solver::Deterministic, &[]), 1.0);
    let vms = [("demo", 1.0, "tufA", 1000.0)];
    let beside = run(&mut cell(0.3, Solver::Deterministic, &vms), 20.0);
    // One ribosome of 20 000 is held.
    let growth = "host.growth_rate_per_h";
    close(growth, last(&beside, growth), last(&alone, growth), 2e-4);
}

/// The exported network says the same, with and without a quota that binds.
#[test]
fn the_exported_network_has_the_same_polymerases() {
    for quota in [None, Some(20.0)] {
        let mut cell = cell(0.3, Solver::Deterministic, &[("demo", 300.0, "tufA", 1000.0)]);
        if let Some(quota) = quota {
            cell.allocate_polymerases("demo", quota).unwrap();
        }
        run(&mut cell, 0.1);
        let network = cell.to_network("demo", HostModel::Dynamic).unwrap();
        let value = after(&network, 0.5);
        let trace = run(&mut cell, 0.5);
        close("tufA", value("tufA.protein"), last(&trace, "demo.tufA.protein"), 1e-5);
        close("host", value("host.m_r"), cell.chassis().state().m_r, 1e-5);
        let speed = cell.host_rates().transcription;
        assert!(speed < 0.998, "{speed}");
        close("transcription", value("host.transcription"), speed, 1e-9);
    }
}
