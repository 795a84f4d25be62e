//! What the host lives on.

use bioxen::genome::regulation::Concentrations;
use bioxen::hypervisor::{BiologicalType, GrowthPhase, Hypervisor, Medium, Solver};
use bioxen::units::Time;

use super::{add, live, quality, said};

#[test]
fn without_carbon_nothing_grows_and_everybody_is_told() {
    for solver in [Solver::Deterministic, Solver::Stochastic] {
        let mut hypervisor = Hypervisor::new(quality(0.3)).unwrap();
        hypervisor.set_solver(solver);
        add(&mut hypervisor, BiologicalType::Ecoli).start_transcription(&["lacZ"], 1.0).unwrap();
        hypervisor.set_coupling_step(Time::from_seconds(5.0)).unwrap();
        let full = hypervisor.host_rates().growth_per_h;
        let mut last = f64::INFINITY;
        for glucose in [22.2, 1.0, 0.1, 0.01, 0.0] {
            let mut medium = Medium::default();
            medium.set("glucose", glucose).unwrap();
            hypervisor.set_medium(medium);
            live(&mut hypervisor, 1.0);
            let growth = hypervisor.host_rates().growth_per_h;
            assert!(growth < last, "{glucose} mM: {growth} after {last}");
            last = growth;
        }
        assert!(last < 1e-3 * full, "{last}");
        assert_eq!(hypervisor.growth_phase("cell").unwrap(), GrowthPhase::Stationary);
        let health = hypervisor.status("cell").unwrap().health.join("; ");
        assert!(health.contains("the host starves"), "{health}");
        assert!(health.contains("Not modelled: the slow loss of ribosomes"), "{health}");
        // Another sugar feeds it, and it grows again.
        let mut medium = Medium::empty();
        medium.set("lactose", 10.0).unwrap();
        hypervisor.set_medium(medium);
        live(&mut hypervisor, 24.0);
        let growth = hypervisor.host_rates().growth_per_h;
        assert!((growth / full - 1.0).abs() < 0.1, "{growth} {full}");
        let health = hypervisor.status("cell").unwrap().health.join("; ");
        assert!(!health.contains("starves"), "{health}");
    }
}

/// The same glucose is the same growth, in a vessel that hardly uses any of it and in a medium that is
/// renewed.
#[test]
fn vessel_and_renewed_medium_feel_the_same_glucose() {
    for glucose in [22.2, 5.0, 0.05, 0.0] {
        let of = |vessel: bool| {
            let mut hypervisor = Hypervisor::new(quality(0.3)).unwrap();
            hypervisor.set_solver(Solver::Deterministic);
            let mut medium = Medium::default();
            medium.set("glucose", glucose).unwrap();
            hypervisor.set_medium(medium);
            if vessel {
                hypervisor.start_batch(1e-9).unwrap();
            }
            live(&mut hypervisor, 2.0);
            hypervisor.host_rates().growth_per_h
        };
        let (renewed, vessel) = (of(false), of(true));
        assert!((renewed / vessel - 1.0).abs() < 1e-3, "{glucose}: {renewed} {vessel}");
    }
}

#[test]
fn all_carbon_of_a_vessel_becomes_biomass_and_no_more() {
    for solver in [Solver::Deterministic, Solver::Stochastic] {
        let mut hypervisor = Hypervisor::new(quality(0.3)).unwrap();
        hypervisor.set_solver(solver);
        hypervisor.set_coupling_step(Time::from_seconds(5.0)).unwrap();
        let mut medium = Medium::default();
        medium.set("glucose", 1.0).unwrap();
        medium.set("lactose", 1.0).unwrap();
        hypervisor.set_medium(medium);
        hypervisor.start_batch(0.05).unwrap();
        live(&mut hypervisor, 48.0);
        let grown = hypervisor.culture().unwrap().biomass_g_per_l;
        // 0.09 g for a mmol of glucose, twice that for lactose.
        assert!((grown - (0.05 + 0.09 + 0.18)).abs() < 1e-3, "{grown}");
        // What was put in is what is renewed.
        hypervisor.end_batch();
        assert_eq!(hypervisor.medium().millimolar("lactose"), 1.0);
        assert_eq!(hypervisor.medium().millimolar("glucose"), 1.0);
    }
}

#[test]
fn a_saved_cell_knows_what_it_lives_on() {
    let mut hypervisor = Hypervisor::new(quality(0.3)).unwrap();
    add(&mut hypervisor, BiologicalType::Ecoli);
    hypervisor.set_medium(Medium::empty());
    live(&mut hypervisor, 0.1);
    let back = Hypervisor::load(&hypervisor.save().unwrap()).unwrap();
    assert_eq!(back.full_nutrient(), hypervisor.full_nutrient());
    assert_eq!(back.chassis(), hypervisor.chassis());
    assert_eq!(back.host_rates(), hypervisor.host_rates());
    hypervisor.start_batch(0.1).unwrap();
    let back = Hypervisor::load(&hypervisor.save().unwrap()).unwrap();
    assert_eq!(back.culture(), hypervisor.culture());
}

#[test]
fn a_medium_without_sugar_is_remarked_once() {
    let (printed, remarks) = said(
        "let cell = quick_start_vm(\"ecoli\"); for g in [22.2, 1.0, 0.01, 0.0, 0.0] { \
         medium(#{glucose: g.mM}); print(run(20.min).final(\"host.growth_rate_per_h\")); } \
         add_inducer(\"IPTG\", 1.mM); print(health()); print(get_growth_phase());",
    );
    let starved: Vec<&String> = remarks.iter().filter(|r| r.contains("no carbon source")).collect();
    assert_eq!(starved.len(), 1, "{remarks:?}");
    assert!(starved[0].contains("glycerol"), "{remarks:?}");
    let growth: Vec<f64> = printed[..5].iter().map(|l| l.parse().unwrap()).collect();
    assert!(growth.windows(2).all(|w| w[1] < 1.001 * w[0]) && growth[4] < 1e-4, "{growth:?}");
    assert!(printed[5].contains("starves"), "{printed:?}");
    assert_eq!(printed[6], "stationary");
}

#[test]
fn another_carbon_source_is_remarked_with_its_quality() {
    let (_, remarks) =
        said("quick_start_vm(\"ecoli\"); medium(#{glucose: 0.mM, glycerol: 20.mM});");
    assert_eq!(remarks.len(), 1, "{remarks:?}");
    assert!(remarks[0].contains("lives on glycerol"), "{remarks:?}");
    assert!(remarks[0].contains("set_nutrient(0.19)"), "{remarks:?}");
    // Beside glucose nothing changes.
    let (_, remarks) = said("quick_start_vm(\"ecoli\"); add_inducer(\"lactose\", 5.mM);");
    assert!(remarks.is_empty(), "{remarks:?}");
}

#[test]
fn a_slow_cell_is_no_starved_one_and_a_starved_one_is_not_exponential() {
    let text = "create_chassis(\"poor\", 0.02); use_chassis(\"poor\"); \
                let cell = create_bio_vm(\"a\", \"ecoli\"); cell.start(); \
                print(get_growth_phase()); print(health().len()); \
                medium(#{glucose: 0.mM}); run(30.min); print(get_growth_phase()); \
                print(status().growth_rate < 1e-4);";
    let (printed, _) = said(text);
    assert_eq!(printed, ["exponential", "0", "stationary", "true"]);
}
