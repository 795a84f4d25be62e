//! What changes only a number builds nothing anew.

use bioxen::engine::StopToken;
use bioxen::hypervisor::{Control, Hypervisor, Solver};
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
