//! The circuits of the catalogue, in the host: what was published, and what the host makes of it.

use bioxen::chassis::Nutrient;
use bioxen::hypervisor::{Control, Hypervisor, Promoter, Solver};
use bioxen::units::Time;

use super::{add, cell, install, mrna_and_protein, peaks, run, set};

fn protein(hypervisor: &Hypervisor, gene: &str) -> f64 {
    mrna_and_protein(hypervisor.vm("demo").unwrap(), gene).1
}

/// The ring begins with one repressor missing, so that it leaves its unstable balance at once.
fn ring(solver: Solver) -> Hypervisor {
    let mut hypervisor = cell(Solver::Deterministic);
    hypervisor.set_sample_every(Time::from_minutes(1.0)).unwrap();
    install(&mut hypervisor, "demo", "repressilator").unwrap();
    hypervisor.vm_mut("demo").unwrap().stop_transcription(&["cI_lite"]).unwrap();
    run(&mut hypervisor, 30.0);
    let promoter = Promoter { control: Control::Regulated, ..Promoter::NATIVE };
    hypervisor.vm_mut("demo").unwrap().open_promoters(&["cI_lite"], promoter).unwrap();
    hypervisor.set_solver(solver);
    hypervisor
}

/// Elowitz and Leibler 2000 calculate for these parameters oscillations with a period of about 150
/// min; their equations give 125 min (`models`). In the host the repressors are diluted by growth
/// as well, so that they go faster: 104 min.
#[test]
fn the_repressilator_oscillates() {
    let mut hypervisor = ring(Solver::Deterministic);
    run(&mut hypervisor, 600.0);
    let trace = run(&mut hypervisor, 700.0);
    let tet = peaks(&trace, "demo.tetR_lite.protein");
    let periods: Vec<f64> = tet.windows(2).map(|w| w[1].0 - w[0].0).collect();
    assert!(periods.len() >= 4, "{tet:?}");
    for period in &periods {
        assert!((period - 104.0).abs() < 4.0, "{periods:?}");
    }
    let (first, last) = (tet[0].1, tet[tet.len() - 1].1);
    assert!((first / last - 1.0).abs() < 0.02, "a limit cycle: {tet:?}");
    let low = trace.column("demo.tetR_lite.protein").unwrap().values.iter().copied();
    assert!(last > 20.0 * low.fold(f64::INFINITY, f64::min));
    // The three take turns, a third of the period apart.
    let lac = peaks(&trace, "demo.lacI_lite.protein");
    let shift = (lac[1].0 - tet[1].0).rem_euclid(periods[0]) / periods[0];
    assert!((shift - 1.0 / 3.0).abs() < 0.05 || (shift - 2.0 / 3.0).abs() < 0.05, "{shift}");
}

/// With chance it goes on, unevenly, as the cells of the paper did.
#[test]
fn the_repressilator_oscillates_with_chance() {
    let mut hypervisor = ring(Solver::Stochastic);
    let trace = run(&mut hypervisor, 1500.0);
    let y = &trace.column("demo.tetR_lite.protein").unwrap().values;
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    // Passages from low to high, with a gap between the two against noise.
    let (mut passages, mut high) = (0, false);
    for &x in y {
        if !high && x > 1.5 * mean {
            (passages, high) = (passages + 1, true);
        } else if high && x < 0.4 * mean {
            high = false;
        }
    }
    assert!((9..=18).contains(&passages), "{passages} rounds in 1500 min");
}

/// Gardner et al. 2000: two states, each stable without inducers; IPTG makes the high one, aTc the
/// low one.
#[test]
fn the_toggle_switch_turns_and_remembers() {
    for solver in [Solver::Deterministic, Solver::Stochastic] {
        let mut hypervisor = cell(solver);
        install(&mut hypervisor, "demo", "toggle_switch").unwrap();
        run(&mut hypervisor, 400.0);
        let state = |h: &Hypervisor| (protein(h, "lacI_toggle"), protein(h, "gfp_toggle"));
        let is_low = |(lac, gfp): (f64, f64)| lac > 4000.0 && gfp < 150.0;
        let is_high = |(lac, gfp): (f64, f64)| lac < 200.0 && gfp > 500.0;
        assert!(is_low(state(&hypervisor)), "{:?}", state(&hypervisor));
        set(&mut hypervisor, "IPTG", 2.0);
        run(&mut hypervisor, 300.0);
        assert!(is_high(state(&hypervisor)), "{:?}", state(&hypervisor));
        set(&mut hypervisor, "IPTG", 0.0);
        run(&mut hypervisor, 600.0);
        assert!(is_high(state(&hypervisor)), "{:?}", state(&hypervisor));
        set(&mut hypervisor, "aTc", 0.001);
        run(&mut hypervisor, 300.0);
        set(&mut hypervisor, "aTc", 0.0);
        run(&mut hypervisor, 600.0);
        assert!(is_low(state(&hypervisor)), "{:?}", state(&hypervisor));
    }
}

/// The dimensionless constants of the paper come back from the rates in the host, in the medium for
/// which they were set.
#[test]
fn the_toggle_switch_has_the_published_constants() {
    let mut hypervisor = Hypervisor::new(Nutrient::default()).unwrap();
    add(&mut hypervisor, "demo");
    install(&mut hypervisor, "demo", "toggle_switch").unwrap();
    let vm = hypervisor.vm("demo").unwrap();
    let growth = vm.expression().unwrap().unburdened_growth_per_h;
    for (gene, half, alpha) in [("lacI_toggle", 35.3, 156.25), ("tetR_toggle", 70.7, 15.6)] {
        let rates = vm.unit_rates(vm.gene_index(gene).unwrap()).unwrap();
        let most = rates.transcription_per_h * 20.0 / growth;
        assert!((most / half / alpha - 1.0).abs() < 0.01, "{gene}: {}", most / half);
    }
}

/// Ceroni et al. 2015: a heavy construct lowers the rate at which a monitor is made, and growth. Here
/// the construct is T7 expression in a second VM, switched on by IPTG.
#[test]
fn a_heavy_tenant_lowers_the_capacity_monitor() {
    let mut hypervisor = cell(Solver::Deterministic);
    install(&mut hypervisor, "demo", "capacity_monitor").unwrap();
    add(&mut hypervisor, "heavy");
    run(&mut hypervisor, 300.0);
    // GFP made for each cell [1/h]: what growth takes away while nothing changes.
    let capacity = |h: &Hypervisor| protein(h, "gfp_monitor") * h.host_rates().growth_per_h;
    let (alone, growth) = (capacity(&hypervisor), hypervisor.host_rates().growth_per_h);
    install(&mut hypervisor, "heavy", "t7_expression").unwrap();
    run(&mut hypervisor, 600.0);
    let leaky = capacity(&hypervisor) / alone;
    assert!((0.75..0.99).contains(&leaky), "{leaky}");
    set(&mut hypervisor, "IPTG", 1.0);
    run(&mut hypervisor, 900.0);
    let induced = capacity(&hypervisor) / alone;
    assert!((0.1..0.35).contains(&induced), "{induced}");
    let slower = hypervisor.host_rates().growth_per_h / growth;
    assert!(slower < 0.6, "{slower}");
    // The target is a large part of all protein (Studier and Moffatt 1986).
    let heavy = hypervisor.vm("heavy").unwrap();
    let part = mrna_and_protein(heavy, "mcherry").1 * 236.0 / 1.19e9;
    assert!((0.1..0.41).contains(&part), "{part}");
    // Quotas hold it back: with the default of 100 ribosomes the monitor is nearly as it was.
    hypervisor.vm_mut("heavy").unwrap().allocate_ribosomes(100.0).unwrap();
    run(&mut hypervisor, 900.0);
    let held = capacity(&hypervisor) / alone;
    assert!(held > 0.95, "{held}");
}

#[test]
fn t7_expression_needs_its_polymerase() {
    let mut hypervisor = cell(Solver::Deterministic);
    install(&mut hypervisor, "demo", "t7_expression").unwrap();
    let vm = hypervisor.vm_mut("demo").unwrap();
    let names: Vec<&str> = vm.packages().iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["t7_polymerase", "t7_expression"]);
    vm.remove_package("t7_polymerase").unwrap_err();
    vm.remove_package("t7_expression").unwrap();
    vm.remove_package("t7_polymerase").unwrap();
    install(&mut hypervisor, "demo", "toggle_switch").unwrap();
    let error = install(&mut hypervisor, "demo", "repressilator").unwrap_err().to_string();
    assert!(error.contains("excludes"), "{error}");
}
