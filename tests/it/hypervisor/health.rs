//! Every reason of ill health, from the state that it is told from.

use bioxen::chassis::Nutrient;
use bioxen::durable;
use bioxen::engine::StopToken;
use bioxen::factory::{Config, Infrastructure};
use bioxen::hypervisor::{BiologicalType, Hypervisor, Solver};
use bioxen::units::Time;

fn run(hypervisor: &mut Hypervisor, hours: f64) {
    hypervisor.run(Time::from_hours(hours), &mut |_| {}, &StopToken::new()).unwrap();
}

fn reasons(hypervisor: &Hypervisor, id: &str) -> String {
    hypervisor.status(id).unwrap().health.join("; ")
}

/// Two tenants that could use the whole host, each allowed all of it.
#[test]
fn quotas_beyond_the_host_and_a_host_that_hardly_grows_are_told() {
    let mut hypervisor = Hypervisor::new(Nutrient::new(0.3).unwrap()).unwrap();
    hypervisor.set_solver(Solver::Deterministic);
    let host = hypervisor.chassis().state().ribosomes;
    for id in ["a", "b"] {
        let mut config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
        config.limits.max_ribosomes = host;
        config.limits.max_atp_percent = 100.0;
        let vm = hypervisor.create(config.spec(id).unwrap()).unwrap();
        vm.start().unwrap();
        assert_eq!(vm.log().entries().len(), 2);
        vm.start_transcription(&["tufA"], 1000.0).unwrap();
        assert!(reasons(&hypervisor, id).is_empty());
    }
    hypervisor.vm_mut("b").unwrap().set_priority(1.0).unwrap();
    // Growth falls as the host's own ribosomes are diluted.
    run(&mut hypervisor, 12.0);
    for id in ["a", "b"] {
        let told = reasons(&hypervisor, id);
        assert!(told.contains("quota unmet"), "{told}");
        assert!(
            told.contains("less than half of the 1.09/h of this medium without guests"),
            "{told}"
        );
    }
    assert!(reasons(&hypervisor, "b").contains("shares shrink by priority (1)"));
    assert!(reasons(&hypervisor, "b").contains("starved of ribosomes"));
}

#[test]
fn a_cell_without_atp_is_told() {
    let mut hypervisor = super::cell();
    assert!(!reasons(&hypervisor, "cell").contains("ATP"));
    // The same cell, a tenth of whose adenylates is ATP.
    let text = String::from_utf8(hypervisor.save().unwrap()).unwrap();
    let body = text.split_once('\n').unwrap().1;
    let mut state: serde_json::Value = serde_json::from_str(body).unwrap();
    let atp = state["host"][6].as_f64().unwrap();
    state["host"][6] = serde_json::json!(atp * 0.1);
    hypervisor = Hypervisor::load(&durable::seal("state", 1, &state.to_string())).unwrap();
    let told = reasons(&hypervisor, "cell");
    assert!(told.contains("short of energy: 9.1 % ATP"), "{told}");
}
