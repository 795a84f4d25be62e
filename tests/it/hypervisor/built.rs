//! What changes only a number builds nothing anew.

use bioxen::chassis::Nutrient;
use bioxen::engine::StopToken;
use bioxen::factory::{Config, Infrastructure};
use bioxen::hypervisor::{BiologicalType, Control, Hypervisor, Solver, Strain};
use bioxen::package::shipped;
use bioxen::units::Time;

use super::cell;

fn run(hypervisor: &mut Hypervisor, seconds: f64) {
    hypervisor.run(Time::from_seconds(seconds), &mut |_| {}, &StopToken::new()).unwrap();
}

/// A cell whose lac operon follows the medium.
fn released() -> Hypervisor {
    let mut hypervisor = cell();
    let vm = hypervisor.vm_mut("cell").unwrap();
    vm.start().unwrap();
    vm.start_transcription(&["tufA"], 1.0).unwrap();
    vm.manage_operons(&["lac"], Control::Regulated).unwrap();
    hypervisor
}

#[test]
fn an_operon_that_follows_the_medium_compiles_nothing() {
    for solver in [Solver::Stochastic, Solver::TauLeap] {
        let mut hypervisor = released();
        hypervisor.set_solver(solver);
        hypervisor.start_batch(0.5).unwrap();
        run(&mut hypervisor, 90.0);
        assert_eq!(hypervisor.built().simulations, 1, "{solver:?}");
        // A gene more is another simulation.
        hypervisor.vm_mut("cell").unwrap().start_transcription(&["recA"], 1.0).unwrap();
        run(&mut hypervisor, 10.0);
        assert_eq!(hypervisor.built().simulations, 2, "{solver:?}");
    }
}

#[test]
fn a_run_in_parts_begins_one_integration() {
    let mut hypervisor = released();
    hypervisor.set_solver(Solver::Deterministic);
    for seconds in [10.0, 0.5, 9.5, 30.0, 1.25] {
        run(&mut hypervisor, seconds);
    }
    assert_eq!(hypervisor.built().integrations, 1);
    hypervisor.vm_mut("cell").unwrap().start_transcription(&["recA"], 1.0).unwrap();
    run(&mut hypervisor, 10.0);
    assert_eq!(hypervisor.built().integrations, 2);
}

/// A cell whose lac operon answers to the LacI and the permease that it makes, and beside it a repressor whose inducer
/// is in the medium.
fn answering() -> Hypervisor {
    let mut hypervisor = cell();
    let vm = hypervisor.vm_mut("cell").unwrap();
    vm.start().unwrap();
    vm.set_strain(Strain { permease_gain: 50.0, ..Strain::default() }).unwrap();
    vm.install_package(&shipped("toggle_switch").unwrap(), &|_| None).unwrap();
    vm.start_transcription(&["lacI", "lacZ", "lacY"], 1.0).unwrap();
    vm.manage_operons(&["lac"], Control::Regulated).unwrap();
    hypervisor
}

fn molecules(hypervisor: &Hypervisor) -> Vec<(f64, f64)> {
    let vm = hypervisor.vm("cell").unwrap();
    vm.population().genes().iter().map(|gene| vm.population().counts(gene.index).unwrap()).collect()
}

/// The numbers of laws change with the medium, which a culture uses up and hands change. Nothing is compiled for it;
/// and a cell that is saved and compiled anew at every turn lives the same life.
#[test]
fn promoters_that_answer_to_proteins_compile_nothing_in_another_medium() {
    for solver in [Solver::Stochastic, Solver::TauLeap] {
        let mut one = answering();
        one.set_solver(solver);
        one.start_batch(0.5).unwrap();
        let mut saved = Hypervisor::load(&one.save().unwrap()).unwrap();
        for turn in 0..12 {
            let mut medium = one.medium().clone();
            medium.set("IPTG", 0.01 * f64::from(turn)).unwrap();
            medium.set("aTc", 2e-4 * f64::from(turn)).unwrap();
            for hypervisor in [&mut one, &mut saved] {
                hypervisor.set_medium(medium.clone());
                run(hypervisor, 95.0);
            }
            saved = Hypervisor::load(&saved.save().unwrap()).unwrap();
            assert_eq!(molecules(&one), molecules(&saved), "{solver:?}, turn {turn}");
        }
        assert_eq!(one.built().simulations, 1, "{solver:?}");
        let glucose = one.medium().substances().find(|(name, _)| *name == "glucose");
        assert!(glucose.is_some_and(|(_, mm)| mm < 22.0));
    }
}

/// A whole genome in a culture, whose promoters are held open: what opens them changes with the medium. Saved, loaded
/// and so compiled anew every half minute it lives the life of one that is left alone and compiled once.
#[test]
fn a_whole_genome_in_a_culture_lives_one_life_saved_or_not() {
    let mut one = Hypervisor::new(Nutrient::new(0.3).unwrap()).unwrap();
    let mut config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    config.limits.max_ribosomes = 20_000.0;
    config.limits.max_memory_kb = 5000.0;
    let vm = one.create(config.spec("cell").unwrap()).unwrap();
    vm.start().unwrap();
    let genome = vm.genome().clone();
    let names: Vec<&str> = genome
        .coding()
        .filter(|(_, gene)| gene.tpm.is_some())
        .map(|(_, gene)| gene.name())
        .collect();
    vm.start_transcription(&names, 1.0).unwrap();
    one.start_batch(0.05).unwrap();
    let mut saved = one.clone();
    for turn in 0..40 {
        run(&mut one, 30.0);
        run(&mut saved, 30.0);
        saved = Hypervisor::load(&saved.save().unwrap()).unwrap();
        assert!(molecules(&one) == molecules(&saved), "turn {turn}");
    }
    assert_eq!(one.built().simulations, 1);
}
