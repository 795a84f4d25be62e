//! What the genes of a package do to the cell, and it to them.

use bioxen::hypervisor::{HostModel, Hypervisor, Solver, VmState};
use bioxen::network::law::Counting;
use bioxen::network::sbml;

use crate::physiology::after;

use crate::resumed::goes_on_when_loaded;

use super::{cell, install, mrna_and_protein, parsed, run, set};

/// A repressor that an inducer takes off, its target, and an autogenous activator.
pub(super) const CIRCUIT: &str = include_str!("../../data/circuit.toml");

fn with_circuit(solver: Solver) -> Hypervisor {
    let mut hypervisor = cell(solver);
    hypervisor.vm_mut("demo").unwrap().install_package(&parsed(CIRCUIT), &|_| None).unwrap();
    hypervisor
}

/// `m = k / (ln 2 / h + lambda)`, and of the protein the same with translation in place of
/// transcription and growth as the only loss: by hand from the rates.
#[test]
fn a_constitutive_gene_reaches_its_balance() {
    let mut hypervisor = cell(Solver::Deterministic);
    install(&mut hypervisor, "demo", "gfp_reporter").unwrap();
    run(&mut hypervisor, 1200.0);
    let growth = hypervisor.host_rates().growth_per_h;
    let vm = hypervisor.vm("demo").unwrap();
    let relative = growth / vm.expression().unwrap().unburdened_growth_per_h;
    let (mrna, protein) = mrna_and_protein(vm, "gfp");
    // The package says nothing of its mRNA, which lives as the genome's does.
    let decay = vm.expression().unwrap().lifetime_factor() * 60.0 * 2_f64.ln() / 5.2;
    let expected = relative * 60.0 * 1.8 / (decay + growth);
    assert!((mrna / expected - 1.0).abs() < 1e-3, "{mrna}, expected {expected}");
    let rates = hypervisor.host_rates();
    let gene = vm.rates(vm.gene_index("gfp").unwrap()).unwrap();
    let free = hypervisor.chassis().state().ribosomes / rates.d;
    let made = gene.translation(rates.elongation_aa_per_h) * free * mrna;
    assert!((protein / (made / growth) - 1.0).abs() < 1e-3, "{protein}");
    // Its ribosomes are the host's: 238 aa of some ten mRNA are a part of a percent of all.
    let engaged = hypervisor.status("demo").unwrap().engaged_ribosomes;
    assert!(engaged > 10.0 && growth < vm.expression().unwrap().unburdened_growth_per_h);
}

#[test]
fn packaged_genes_are_seen_like_those_of_the_genome() {
    let mut hypervisor = with_circuit(Solver::Stochastic);
    let vm = hypervisor.vm("demo").unwrap();
    assert_eq!(vm.transcribing(), ["tetX", "target", "partner"]);
    // 207 aa and a stop codon, and the length that is stated for the second unit.
    assert!((vm.resident_kb() - (0.624 + 1.3)).abs() < 1e-12);
    let trace = run(&mut hypervisor, 5.0);
    assert!(trace.column("demo.target.mrna").is_some());
    assert!(trace.column("demo.partner.protein").is_some());
    let vm = hypervisor.vm_mut("demo").unwrap();
    vm.stop_transcription(&["partner"]).unwrap();
    assert_eq!(vm.transcribing(), ["tetX"]);
    vm.stop().unwrap();
    assert!(vm.transcribing().is_empty());
    vm.start().unwrap();
    assert_eq!(vm.transcribing(), ["tetX", "target", "partner"]);
}

#[test]
fn a_package_that_does_not_fit_changes_nothing() {
    let mut hypervisor = cell(Solver::Stochastic);
    let vm = hypervisor.vm_mut("demo").unwrap();
    vm.allocate_memory(1.0).unwrap();
    let error = vm.install_package(&parsed(CIRCUIT), &|_| None).unwrap_err().to_string();
    assert!(error.contains("needs 1.924 kb of DNA memory more"), "{error}");
    assert!(vm.packages().is_empty() && vm.gene_index("target").is_err());
    // A VM that is not started yet takes it, and cannot start with too little memory.
    vm.stop().unwrap();
    vm.install_package(&parsed(CIRCUIT), &|_| None).unwrap();
    vm.start().unwrap_err();
    assert_eq!(vm.state(), VmState::Stopped);
    vm.allocate_memory(2.0).unwrap();
    vm.start().unwrap();
}

#[test]
fn an_inducer_takes_the_repressor_off() {
    for solver in [Solver::Deterministic, Solver::Stochastic] {
        let mut hypervisor = with_circuit(solver);
        run(&mut hypervisor, 300.0);
        let activity = |h: &Hypervisor| {
            let vm = h.vm("demo").unwrap();
            vm.population().unit(vm.gene_index("target").unwrap()).unwrap().drive.activity
        };
        let repressor = mrna_and_protein(hypervisor.vm("demo").unwrap(), "tetX").1;
        let by_hand = |active: f64| 0.01 + 0.99 / (1.0 + (active * repressor / 200.0).powi(2));
        assert!((activity(&hypervisor) - by_hand(1.0)).abs() < 1e-12);
        assert!(activity(&hypervisor) < 0.5, "{}", activity(&hypervisor));
        set(&mut hypervisor, "aTc", 0.0002);
        // 0.2 uM at 0.02 uM: an eleventh of the sites stays free, so 1/121 of the pairs.
        assert!((activity(&hypervisor) - by_hand(1.0 / 121.0)).abs() < 1e-12);
        let before = mrna_and_protein(hypervisor.vm("demo").unwrap(), "target").0;
        run(&mut hypervisor, 30.0);
        let after = mrna_and_protein(hypervisor.vm("demo").unwrap(), "target").0;
        assert!(after > 1.5 * before + 3.0, "{before} to {after}");
    }
}

/// Chance around the same mean. The activator of its own is left out: it lets cells choose between
/// two states, so that their mean is none of them.
#[test]
fn both_solvers_tell_the_same() {
    let own = "activator = [{ protein = \"tetX\", half = 300, n = 2 }]";
    let simple = parsed(&CIRCUIT.replace(own, ""));
    let start = |solver| {
        let mut hypervisor = cell(solver);
        hypervisor.vm_mut("demo").unwrap().install_package(&simple, &|_| None).unwrap();
        hypervisor
    };
    let course = run(&mut start(Solver::Deterministic), 120.0);
    let expected = |name: &str| *course.column(name).unwrap().values.last().unwrap();
    let stochastic = start(Solver::Stochastic);
    let cells = 100;
    let names = ["demo.tetX.protein", "demo.partner.protein"];
    let mut sums = [(0.0, 0.0); 2];
    for replicate in 0..cells {
        let mut cell = stochastic.clone();
        cell.set_replicate(replicate);
        let trace = run(&mut cell, 120.0);
        for (name, sum) in names.iter().zip(&mut sums) {
            let x = *trace.column(name).unwrap().values.last().unwrap();
            *sum = (sum.0 + x, sum.1 + x * x);
        }
    }
    for (name, (sum, squares)) in names.iter().zip(sums) {
        let n = cells as f64;
        let mean = sum / n;
        let error = ((squares / n - mean * mean) / (n - 1.0)).sqrt();
        let expected = expected(name);
        // The target is steeper than a line in its repressor: half of a percent is allowed for that.
        let most = 3.0 * error + 0.005 * expected;
        assert!((mean - expected).abs() < most, "{name}: {mean} +- {error}, expected {expected}");
    }
}

#[test]
fn a_saved_circuit_goes_on_bit_for_bit() {
    for solver in [Solver::Stochastic, Solver::Deterministic] {
        let mut first = with_circuit(solver);
        install(&mut first, "demo", "gfp_reporter").unwrap();
        run(&mut first, 20.0);
        let loaded = goes_on_when_loaded(&mut first, |cell| drop(run(cell, 20.0)));
        let names: Vec<&str> =
            loaded.vm("demo").unwrap().packages().iter().map(|p| p.name.as_str()).collect();
        assert_eq!(names, ["circuit", "gfp_reporter"]);
    }
}

#[test]
fn copies_and_snapshots_keep_packages() {
    let mut hypervisor = with_circuit(Solver::Stochastic);
    run(&mut hypervisor, 20.0);
    let kept = hypervisor.vm("demo").unwrap().clone();
    hypervisor.clone_vm("demo", "other").unwrap();
    let other = hypervisor.vm("other").unwrap();
    assert_eq!(mrna_and_protein(other, "target"), mrna_and_protein(&kept, "target"));
    let vm = hypervisor.vm_mut("demo").unwrap();
    vm.remove_package("circuit").unwrap();
    assert!(vm.gene_index("target").is_err() && vm.resident_kb() == 0.0);
    hypervisor.restore_vm(&kept).unwrap();
    let vm = hypervisor.vm("demo").unwrap();
    assert_eq!(mrna_and_protein(vm, "target"), mrna_and_protein(&kept, "target"));
    run(&mut hypervisor, 1.0);
}

#[test]
fn removing_the_first_of_two_leaves_the_second_as_it_was() {
    let mut hypervisor = with_circuit(Solver::Stochastic);
    install(&mut hypervisor, "demo", "gfp_reporter").unwrap();
    run(&mut hypervisor, 30.0);
    let before = mrna_and_protein(hypervisor.vm("demo").unwrap(), "gfp");
    assert!(before.1 > 0.0);
    hypervisor.vm_mut("demo").unwrap().remove_package("circuit").unwrap();
    let vm = hypervisor.vm("demo").unwrap();
    assert_eq!(mrna_and_protein(vm, "gfp"), before);
    assert_eq!(vm.transcribing(), ["gfp"]);
    assert!((vm.resident_kb() - 0.717).abs() < 1e-12);
    let trace = run(&mut hypervisor, 1.0);
    assert!(trace.column("demo.tetX.protein").is_none());
}

#[test]
fn another_medium_recalibrates_packages_too() {
    let mut hypervisor = cell(Solver::Deterministic);
    install(&mut hypervisor, "demo", "gfp_reporter").unwrap();
    let rates = |h: &Hypervisor| {
        let vm = h.vm("demo").unwrap();
        let index = vm.gene_index("gfp").unwrap();
        assert_eq!(vm.population().gene(index).unwrap().rates, *vm.rates(index).unwrap());
        (vm.unit_rates(index).unwrap(), *vm.rates(index).unwrap())
    };
    let before = rates(&hypervisor);
    hypervisor.set_nutrient(bioxen::chassis::Nutrient::new(0.6).unwrap()).unwrap();
    let after = rates(&hypervisor);
    assert_eq!(before.0.transcription_per_h, after.0.transcription_per_h);
    assert!(after.1.rho > before.1.rho);
}

/// The exported network, through SBML, against the hypervisor.
#[test]
fn the_export_says_the_same() {
    let mut hypervisor = with_circuit(Solver::Deterministic);
    run(&mut hypervisor, 5.0);
    let network = hypervisor.to_network("demo", HostModel::Dynamic).unwrap();
    let style = sbml::Style { id: "demo".into(), counting: Counting::Continuous };
    let network = sbml::read(&sbml::write(&network, &style).unwrap()).unwrap().network;
    let found = after(&network, 1.0);
    run(&mut hypervisor, 60.0);
    let vm = hypervisor.vm("demo").unwrap();
    for (unit, gene) in [("tetX", "tetX"), ("second", "target"), ("second", "partner")] {
        let (mrna, protein) = mrna_and_protein(vm, gene);
        for (of, name, expected) in [(unit, "mrna", mrna), (gene, "protein", protein)] {
            let name = format!("{of}_{name}");
            let found = found(&name);
            assert!((found / expected - 1.0).abs() < 1e-5, "{name}: {found} {expected}");
        }
    }
    let frozen = hypervisor.to_network("demo", HostModel::Frozen).unwrap();
    // Of two units transcription and loss, of three proteins the same.
    assert_eq!(frozen.reactions.len(), 2 * 2 + 3 * 2);
}

/// Plasmids bring genes, too, which lie between those of the chromosome and those of packages.
#[test]
fn plasmids_and_packages_get_along() {
    let mut hypervisor = with_circuit(Solver::Stochastic);
    run(&mut hypervisor, 10.0);
    let before = mrna_and_protein(hypervisor.vm("demo").unwrap(), "target");
    let plasmid = bioxen::genome::plasmid::shipped_plasmid("pBR322").unwrap();
    let vm = hypervisor.vm_mut("demo").unwrap();
    vm.add_plasmid(&plasmid, None).unwrap();
    assert_eq!(mrna_and_protein(vm, "target"), before);
    install(&mut hypervisor, "demo", "gfp_reporter").unwrap();
    run(&mut hypervisor, 30.0);
    goes_on_when_loaded(&mut hypervisor, |cell| drop(run(cell, 10.0)));
    let vm = hypervisor.vm_mut("demo").unwrap();
    let gfp = mrna_and_protein(vm, "gfp");
    vm.remove_package("circuit").unwrap();
    assert_eq!(mrna_and_protein(vm, "gfp"), gfp);
    let plasmid = mrna_and_protein(vm, "bla");
    assert!(plasmid.0 + plasmid.1 > 0.0);
    run(&mut hypervisor, 1.0);
}
