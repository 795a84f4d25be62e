//! The lac operon: level, induction, catabolite repression, the amount of its repressor. What was fitted and
//! what is predicted is in docs/lac.md.

use std::sync::Arc;

use bioxen::chassis::{Chassis, Nutrient, parameters};
use bioxen::engine::StopToken;
use bioxen::factory::{Config, Infrastructure};
use bioxen::genome::plasmid::shipped_plasmid;
use bioxen::genome::regulation::Cyclase;
use bioxen::hypervisor::expression::Expression;
use bioxen::hypervisor::{
    BiologicalType, Control, Hypervisor, HypervisorError, Limits, Medium, OpenStrength, Solver,
    Strain, Vm,
};
use bioxen::units::Time;

use super::started;

fn cell_in(quality: f64) -> Hypervisor {
    started(quality, Solver::Deterministic, "cell", |limits| {
        limits.max_ribosomes = Limits::HOST.max_ribosomes;
    })
}

fn released() -> Hypervisor {
    let mut hypervisor = cell_in(0.3);
    the(&mut hypervisor).manage_operons(&["lac"], Control::Regulated).unwrap();
    hypervisor
}

fn the(hypervisor: &mut Hypervisor) -> &mut Vm {
    hypervisor.vm_mut("cell").unwrap()
}

fn set(hypervisor: &mut Hypervisor, substances: &[(&str, f64)]) {
    let mut medium = Medium::default();
    for (name, mm) in substances {
        medium.set(name, *mm).unwrap();
    }
    hypervisor.set_medium(medium);
}

fn run(hypervisor: &mut Hypervisor, hours: f64) {
    hypervisor.run(Time::from_hours(hours), &mut |_| {}, &StopToken::new()).unwrap();
}

fn counts(hypervisor: &Hypervisor, gene: &str) -> (f64, f64) {
    let vm = hypervisor.vm("cell").unwrap();
    vm.population().counts(vm.gene_index(gene).unwrap()).unwrap()
}

/// What the regulators make of the promoter now.
fn activity(hypervisor: &Hypervisor) -> f64 {
    hypervisor.vm("cell").unwrap().operons().unwrap()[0].regulated_activity
}

fn close(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() < tolerance, "{found}, expected {expected}");
}

/// A9: 1000 to 1300 at one medium (predicted 1213 in activity), in transcripts and in proteins.
#[test]
fn iptg_induces_a_thousandfold_at_one_medium() {
    let mut cell = released();
    run(&mut cell, 12.0);
    let shut = (counts(&cell, "lacZ"), activity(&cell));
    set(&mut cell, &[("IPTG", 1.0)]);
    run(&mut cell, 12.0);
    let open = (counts(&cell, "lacZ"), activity(&cell));
    close(open.1 / shut.1, 1212.8, 0.005);
    for fold in [open.0.0 / shut.0.0, open.0.1 / shut.0.1] {
        assert!((1000.0..1300.0).contains(&fold), "{fold}");
    }
    // 10 to 20 in an uninduced cell (BioNumbers 106200): 58 100 * 0.2 / 1283 is predicted.
    close(shut.0.1, 9.06, 0.02);
}

/// A9: half of what any amount opens, 74 uM within 2 %.
#[test]
fn half_of_the_induction_is_at_74_micromolar() {
    let mut cell = released();
    let mut at = |um: f64| {
        set(&mut cell, &[("IPTG", um / 1000.0)]);
        activity(&cell)
    };
    let full = at(1e7);
    let (mut low, mut high) = (1.0, 1000.0);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if at(middle) < 0.5 * full { low = middle } else { high = middle }
    }
    close(low, 74.0, 0.02);
}

/// Level by protein: 5 % of it is LacZ when the promoter is fully open, 58 100 subunits; the number of
/// transcripts is predicted, and Y and A follow their ratios (A4).
#[test]
fn the_level_is_that_of_the_protein() {
    let genome = bioxen::genome::shipped("ecoli").unwrap();
    for (quality, low, high) in [(0.08, 50.0, 90.0), (0.3, 50.0, 90.0), (1.0, 50.0, 90.0)] {
        let settled = Chassis::settled(Nutrient::new(quality).unwrap()).unwrap();
        let expression = Expression::calibrate(&genome, BiologicalType::Ecoli, &settled).unwrap();
        let [z, y, a, i] =
            ["lacZ", "lacY", "lacA", "lacI"].map(|gene| genome.index_of(gene).unwrap());
        let unit = expression.unit(z).unwrap();
        let open = unit.rates.transcription_per_h
            / (unit.rates.decay_per_h + expression.unburdened_growth_per_h);
        assert!((low..high).contains(&open), "{open} transcripts at {quality}");
        let native = expression.native_proteins(z).unwrap();
        let proteins = native * open / unit.rates.native_transcripts;
        close(proteins, 0.05 * parameters::CELL_MASS / 1024.0, 1e-9);
        close(proteins, 58_100.0, 0.01);
        close(expression.native_proteins(y).unwrap() / native, 0.5, 1e-9);
        close(expression.native_proteins(a).unwrap() / native, 0.113, 0.01);
        assert!(expression.native_proteins(i).unwrap() > 10.0);
    }
}

/// Opened by hand, LacI is off and CRP is as the medium says: a fifth on glucose, 1 % of protein.
#[test]
fn what_is_opened_by_hand_still_feels_glucose() {
    let mut cell = cell_in(0.3);
    the(&mut cell).start_transcription(&["lacZ"], 1.0).unwrap();
    run(&mut cell, 12.0);
    let (mrna, protein) = counts(&cell, "lacZ");
    assert!((11.0..16.0).contains(&mrna), "{mrna}");
    let part = protein * 1024.0 / parameters::CELL_MASS;
    assert!((0.008..0.0105).contains(&part), "{part}");
    let growth = cell.host_rates().growth_per_h
        / cell.vm("cell").unwrap().expression().unwrap().unburdened_growth_per_h;
    assert!((0.95..0.985).contains(&growth), "{growth}");
    let (_, y) = counts(&cell, "lacY");
    close(y / protein, 0.5, 0.2);
    let lac = the(&mut cell).operons().unwrap().remove(0);
    close(lac.activity.unwrap(), 0.2, 1e-9);
    assert_eq!(lac.strength, OpenStrength::Protein);
}

/// What is known of the open strength of an operon is said: that of ara and mal is noise.
#[test]
fn an_open_strength_that_was_not_measured_is_said() {
    let mut cell = cell_in(0.3);
    let operons = the(&mut cell).operons().unwrap();
    let of = |name: &str| operons.iter().find(|o| o.name == name).unwrap().strength;
    assert_eq!(of("lac"), OpenStrength::Protein);
    assert_eq!(of("trp"), OpenStrength::Transcripts);
    assert_eq!(of("ara"), OpenStrength::Noise);
}

/// A9: in the wild type two- to fivefold between carbon sources, on a line that falls with unburdened growth.
#[test]
fn catabolite_repression_follows_unburdened_growth() {
    let glucose = activity_at(0.3);
    for quality in [0.05, 0.1, 0.2, 0.3] {
        let growth = |q: f64| Chassis::settled(Nutrient::new(q).unwrap()).unwrap().rates();
        let relative = growth(quality).growth_per_h / growth(0.3).growth_per_h;
        close(activity_at(quality) / glucose, (1.0 - 0.8 * relative) / 0.2, 1e-6);
    }
    // The limit of an 18-fold range.
    close(activity_at(1.0) / glucose, 5.0 / 18.0, 1e-6);
    let mut cell = released();
    set(&mut cell, &[("IPTG", 1.0)]);
    let on_glucose = activity(&cell);
    for source in ["glycerol", "acetate", "succinate", "galactose", "xylose"] {
        set(&mut cell, &[("glucose", 0.0), (source, 20.0), ("IPTG", 1.0)]);
        let fold = activity(&cell) / on_glucose;
        assert!((1.5..5.0).contains(&fold), "{source}: {fold}");
        set(&mut cell, &[(source, 20.0), ("IPTG", 1.0)]);
        close(activity(&cell), on_glucose, 1e-12);
    }
    set(&mut cell, &[("glucose", 0.0), ("IPTG", 1.0)]);
    close(activity(&cell) / on_glucose, 5.0, 1e-9);
}

fn activity_at(quality: f64) -> f64 {
    let mut hypervisor = cell_in(quality);
    set(&mut hypervisor, &[("IPTG", 1.0)]);
    activity(&hypervisor)
}

/// A burden slows growth but is no poor medium: cAMP does not rise.
#[test]
fn a_burden_does_not_lift_catabolite_repression() {
    let mut cell = released();
    set(&mut cell, &[("IPTG", 1.0)]);
    let alone = activity(&cell);
    the(&mut cell).start_transcription(&["tufA"], 5.0).unwrap();
    run(&mut cell, 4.0);
    let vm = cell.vm("cell").unwrap();
    assert!(
        cell.host_rates().growth_per_h < 0.9 * vm.expression().unwrap().unburdened_growth_per_h
    );
    assert_eq!(activity(&cell), alone);
}

/// A9: without cyclase 50-fold between none and much cAMP, and growth has no part in it.
#[test]
fn without_cyclase_camp_opens_fiftyfold() {
    let mut cell = released();
    let deleted = Strain { cyclase: Cyclase::Deleted, permease_gain: 0.0 };
    the(&mut cell).set_strain(deleted).unwrap();
    set(&mut cell, &[("IPTG", 1.0)]);
    let none = activity(&cell);
    set(&mut cell, &[("IPTG", 1.0), ("cAMP", 1000.0)]);
    close(activity(&cell) / none, 50.0, 0.01);
    set(&mut cell, &[("glucose", 0.0), ("glycerol", 20.0), ("IPTG", 1.0)]);
    assert_eq!(activity(&cell), none);
    the(&mut cell).set_strain(Strain::default()).unwrap();
    assert!(activity(&cell) > 10.0 * none);
}

#[test]
fn strains_that_cannot_be_are_refused_and_change_nothing() {
    let mut cell = released();
    let before = activity(&cell);
    for gain in [-1.0, f64::NAN, f64::INFINITY, 1e5] {
        let strain = Strain { cyclase: Cyclase::Deleted, permease_gain: gain };
        let error = the(&mut cell).set_strain(strain).unwrap_err();
        assert!(matches!(error, HypervisorError::Gain { .. }), "{error}");
    }
    assert_eq!(activity(&cell), before);
    let config = Config::new(BiologicalType::Syn3a, Infrastructure::Basic);
    let other = cell.create(config.spec("mini").unwrap()).unwrap();
    let error = other.set_strain(Strain::default()).unwrap_err();
    assert!(matches!(error, HypervisorError::WrongType { .. }), "{error}");
}

/// The repressor's own gene: at native strength its mean shuts as the wild type does, more of it more.
#[test]
fn the_repressors_own_gene_decides_once_it_is_expressed() {
    let mut cell = released();
    let wild_type = activity(&cell);
    the(&mut cell).start_transcription(&["lacI"], 1.0).unwrap();
    // There is none of it yet.
    close(activity(&cell), 0.2, 1e-9);
    run(&mut cell, 16.0);
    close(activity(&cell), wild_type, 0.1);
    close(activity(&cell), the(&mut cell).operons().unwrap()[0].activity.unwrap(), 1e-9);
    the(&mut cell).start_transcription(&["lacI"], 10.0).unwrap();
    run(&mut cell, 16.0);
    // LacI tenfold: 1688 in place of 1283.
    close(wild_type / activity(&cell), 1687.7 / 1283.5, 0.05);
    the(&mut cell).stop_transcription(&["lacI"]).unwrap();
    assert_eq!(activity(&cell), wild_type);
}

/// Operators on a plasmid take the repressor away.
#[test]
fn plasmids_with_operators_titrate_the_repressor() {
    let mut cell = released();
    let alone = activity(&cell);
    let puc = shipped_plasmid("pUC19").unwrap();
    the(&mut cell).add_plasmid(&puc, Some(50.0)).unwrap();
    run(&mut cell, 6.0);
    let vm = cell.vm("cell").unwrap();
    let density = vm.plasmid_count() / cell.cycle().size();
    assert!((45.0..55.0).contains(&density), "{density}");
    // 50 operators: 97 in place of 1283.
    let fold = activity(&cell) / alone;
    assert!((11.0..16.0).contains(&fold), "{fold}");
    the(&mut cell).remove_plasmid("pUC19").unwrap();
    assert_eq!(activity(&cell), alone);
    let other = shipped_plasmid("pBR322").unwrap();
    the(&mut cell).add_plasmid(&other, None).unwrap();
    assert_eq!(activity(&cell), alone);
    assert!(Arc::ptr_eq(&other, &shipped_plasmid("pBR322").unwrap()));
}

/// With a gain of 10 the two thresholds are 12 and 16 uM: at 14 uM the cell stays what it was.
#[test]
fn a_permease_with_gain_remembers() {
    let gain = Strain { cyclase: Cyclase::WildType, permease_gain: 10.0 };
    let end = |first_um: f64| {
        let mut cell = released();
        the(&mut cell).set_strain(gain).unwrap();
        for um in [first_um, 14.0] {
            set(&mut cell, &[("IPTG", um / 1000.0)]);
            run(&mut cell, 30.0);
        }
        activity(&cell)
    };
    let (low, high) = (end(1.0), end(200.0));
    assert!(high > 10.0 * low, "{low} {high}");
}

/// Both solvers know the law: the mean of the chances is that of the equations, where repressor is plenty.
#[test]
fn chance_and_equations_agree_on_a_looped_promoter() {
    let settle = |solver: Solver, seed: u64| {
        let mut cell = released();
        cell.set_seed(seed);
        the(&mut cell).start_transcription(&["lacI"], 30.0).unwrap();
        set(&mut cell, &[("IPTG", 1.0)]);
        run(&mut cell, 10.0);
        cell.set_solver(solver);
        let mut mean = 0.0;
        for _ in 0..60 {
            run(&mut cell, 0.5);
            mean += counts(&cell, "lacZ").0 / 60.0;
        }
        mean
    };
    let expected = settle(Solver::Deterministic, 1);
    let found = settle(Solver::Stochastic, 1);
    assert!((found / expected - 1.0).abs() < 0.25, "{found}, expected {expected}");
    assert_eq!(settle(Solver::Stochastic, 1), found);
}
