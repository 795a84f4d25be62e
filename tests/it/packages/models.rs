//! Models in SBML beside a VM.

use std::sync::Arc;

use bioxen::hypervisor::{Hypervisor, Solver};
use bioxen::package::{Package, PackageError, from_sbml};
use bioxen::units::Time;

use crate::resumed::goes_on_when_loaded;

use super::{cell, install, peaks, run};

fn with_model(solver: Solver, name: &str) -> Hypervisor {
    let mut hypervisor = cell(solver);
    hypervisor.set_sample_every(Time::from_minutes(1.0)).unwrap();
    install(&mut hypervisor, "demo", name).unwrap();
    hypervisor
}

/// The equations of Elowitz and Leibler 2000 with their parameters. Integrated apart, with a
/// Runge-Kutta method of fixed step, the dimensionless form gives a period of 43.448 lifetimes of an
/// mRNA, 43.448 * 2 min / ln 2 = 125.4 min, and peaks of 59.24 * 40 = 2370 repressors.
#[test]
fn the_published_repressilator_has_its_period() {
    let mut hypervisor = with_model(Solver::Deterministic, "repressilator_model");
    run(&mut hypervisor, 500.0);
    let trace = run(&mut hypervisor, 600.0);
    let found = peaks(&trace, "demo.repressilator_model.PX");
    assert!(found.len() >= 4, "{found:?}");
    let period = (found[3].0 - found[0].0) / 3.0;
    assert!((period - 125.4).abs() < 0.7, "{period}");
    assert!((found[1].1 / 2369.7 - 1.0).abs() < 0.003, "{found:?}");
}

#[test]
fn the_published_repressilator_oscillates_with_chance() {
    let mut hypervisor = with_model(Solver::Stochastic, "repressilator_model");
    let trace = run(&mut hypervisor, 1000.0);
    let y = &trace.column("demo.repressilator_model.PX").unwrap().values;
    assert!(y.iter().all(|x| x.fract() == 0.0));
    let (low, high) = y[200..].iter().fold((f64::MAX, 0.0_f64), |(l, h), &x| (l.min(x), h.max(x)));
    assert!(low < 100.0 && high > 1500.0, "{low} to {high}");
}

/// Gardner et al. 2000: IPTG from time 10 to 20 turns the switch, and it stays turned. By iteration
/// of the balance by hand: u = 155.8, v = 0.0995 in one state, and in the other v = 15.6/1.3324 = 11.708
/// and u = 156.25/(1 + 11.708^2.5) = 0.3324.
#[test]
fn the_published_toggle_remembers() {
    for solver in [Solver::Deterministic, Solver::Stochastic] {
        let mut hypervisor = with_model(solver, "toggle_model");
        let unit = 55.2;
        let at = |h: &mut Hypervisor, time: f64| {
            let trace = run(h, time * unit);
            ["u", "v"].map(|name| {
                let column = trace.column(&format!("demo.toggle_model.{name}")).unwrap();
                *column.values.last().unwrap()
            })
        };
        let [u, v] = at(&mut hypervisor, 9.5);
        assert!((u - 155.8).abs() < 0.3 && (v - 0.0995).abs() < 0.001, "{u} {v}");
        let [u, v] = at(&mut hypervisor, 9.5);
        assert!(u < 1.0 && v > 14.0, "{u} {v}");
        let [u, v] = at(&mut hypervisor, 41.0);
        assert!((u - 0.3324).abs() < 0.001 && (v - 11.708).abs() < 0.005, "{u} {v}");
    }
}

#[test]
fn a_model_costs_the_host_nothing() {
    let mut with = with_model(Solver::Stochastic, "repressilator_model");
    let mut without = cell(Solver::Stochastic);
    without.set_sample_every(Time::from_minutes(1.0)).unwrap();
    for hypervisor in [&mut with, &mut without] {
        hypervisor.vm_mut("demo").unwrap().start_transcription(&["lacZ"], 1.0).unwrap();
    }
    let (one, other) = (run(&mut with, 20.0), run(&mut without, 20.0));
    for column in &other.columns {
        assert_eq!(one.column(&column.name).unwrap().values, column.values, "{}", column.name);
    }
    assert_eq!(with.vm("demo").unwrap().resident_kb(), without.vm("demo").unwrap().resident_kb());
}

#[test]
fn a_saved_model_goes_on_bit_for_bit() {
    for (solver, name) in [
        (Solver::Stochastic, "repressilator_model"),
        (Solver::Deterministic, "repressilator_model"),
        (Solver::Deterministic, "toggle_model"),
    ] {
        let mut first = with_model(solver, name);
        run(&mut first, 600.0);
        goes_on_when_loaded(&mut first, |cell| drop(run(cell, 600.0)));
        if solver == Solver::Stochastic {
            let mut through = with_model(solver, name);
            run(&mut through, 1200.0);
            assert!(through.save().unwrap() == first.save().unwrap());
        }
    }
}

#[test]
fn a_model_stands_still_with_its_vm() {
    let mut hypervisor = with_model(Solver::Stochastic, "repressilator_model");
    run(&mut hypervisor, 30.0);
    let values = |h: &Hypervisor| -> Vec<f64> {
        h.vm("demo").unwrap().models()[0].observed().map(|(_, x)| x).collect()
    };
    let before = values(&hypervisor);
    hypervisor.vm_mut("demo").unwrap().pause().unwrap();
    run(&mut hypervisor, 30.0);
    assert_eq!(values(&hypervisor), before);
    let kept = hypervisor.vm("demo").unwrap().clone();
    hypervisor.vm_mut("demo").unwrap().resume().unwrap();
    run(&mut hypervisor, 30.0);
    assert_ne!(values(&hypervisor), before);
    hypervisor.restore_vm(&kept).unwrap();
    assert_eq!(values(&hypervisor), before);
    hypervisor.vm_mut("demo").unwrap().remove_package("repressilator_model").unwrap();
    assert!(hypervisor.vm("demo").unwrap().models().is_empty());
}

const DECAY: &str = r#"<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">
<model id="decay"><listOfParameters><parameter id="x" value="8" constant="false"/></listOfParameters>
<listOfRules><rateRule variable="x"><math xmlns="http://www.w3.org/1998/Math/MathML">
<apply><minus/><ci>x</ci></apply></math></rateRule></listOfRules>EVENT</model></sbml>"#;

#[test]
fn a_model_needs_a_unit_of_time_and_may_not_remember() {
    let plain = DECAY.replace("EVENT", "");
    let error = from_sbml("decay", &plain, None).unwrap_err().to_string();
    assert!(error.contains("does not say how long"), "{error}");
    let package: Arc<Package> = Arc::new(from_sbml("decay", &plain, Some(10.0)).unwrap());
    let mut hypervisor = cell(Solver::Stochastic);
    hypervisor.vm_mut("demo").unwrap().install_package(&package, &|_| None).unwrap();
    let trace = run(&mut hypervisor, 20.0);
    let x = *trace.column("demo.decay.x").unwrap().values.last().unwrap();
    assert!((x - 8.0 * (-2_f64).exp()).abs() < 1e-4, "{x}");
    let waits = "<listOfEvents><event id=\"late\" useValuesFromTriggerTime=\"true\"><trigger \
                 initialValue=\"true\" persistent=\"true\"><math \
                 xmlns=\"http://www.w3.org/1998/Math/MathML\"><apply><lt/><ci>x</ci><cn>4</cn>\
                 </apply></math></trigger><delay><math xmlns=\"http://www.w3.org/1998/Math/MathML\">\
                 <cn>1</cn></math></delay></event></listOfEvents>";
    let package = Arc::new(from_sbml("late", &DECAY.replace("EVENT", waits), Some(1.0)).unwrap());
    let refused = hypervisor.vm_mut("demo").unwrap().install_package(&package, &|_| None);
    let error = refused.unwrap_err().to_string();
    assert!(error.contains("event `late` waits before it acts"), "{error}");
    assert!(matches!(from_sbml("x", "<sbml/>", None), Err(PackageError::Sbml { .. })));
}

/// A model that runs into infinity freezes its VM, with the reason; the others go on.
#[test]
fn a_model_that_fails_freezes_its_vm_only() {
    let growth = DECAY.replace(
        "<apply><minus/><ci>x</ci></apply>",
        "<apply><times/><ci>x</ci><ci>x</ci></apply>",
    );
    let package = Arc::new(from_sbml("pole", &growth.replace("EVENT", ""), Some(10.0)).unwrap());
    let mut hypervisor = cell(Solver::Stochastic);
    super::add(&mut hypervisor, "other");
    hypervisor.vm_mut("demo").unwrap().install_package(&package, &|_| None).unwrap();
    // From 8, x' = x^2 is infinite at 1/8 of the unit of time, at 75 s.
    let trace = run(&mut hypervisor, 3.0);
    assert_eq!(trace.times.len(), 19);
    assert_eq!(hypervisor.vm("demo").unwrap().state().name(), "error");
    assert_eq!(hypervisor.vm("other").unwrap().state().name(), "running");
    let health = hypervisor.status("demo").unwrap().health;
    assert!(health[0].contains("model pole"), "{health:?}");
}
