//! Operons under their regulators: the simulated answer against the published one.

use bioxen::engine::StopToken;
use bioxen::factory::{Config, Infrastructure};
use bioxen::hypervisor::{BiologicalType, Control, Hypervisor, HypervisorError, Medium, Solver};
use bioxen::units::Time;

use super::started;

fn cell(operons: &[&str]) -> Hypervisor {
    let mut hypervisor =
        started(0.3, Solver::Deterministic, "cell", |limits| limits.max_ribosomes = 5000.0);
    let vm = hypervisor.vm_mut("cell").unwrap();
    vm.manage_operons(operons, Control::Regulated).unwrap();
    hypervisor
}

fn medium(substances: &[(&str, f64)]) -> Medium {
    let mut medium = Medium::default();
    for (name, mm) in substances {
        medium.set(name, *mm).unwrap();
    }
    medium
}

/// mRNA of a gene after four hours in a medium [molecules]; half-lives are minutes.
fn mrna(hypervisor: &mut Hypervisor, substances: &[(&str, f64)], gene: &str) -> f64 {
    hypervisor.set_medium(medium(substances));
    hypervisor.run(Time::from_hours(4.0), &mut |_| {}, &StopToken::new()).unwrap();
    let vm = hypervisor.vm("cell").unwrap();
    // Where regulators act differently on the genes of a unit, its transcripts follow the mean, and what is left
    // acts on the translation of each.
    let index = vm.gene_index(gene).unwrap();
    vm.population().counts(index).unwrap().0 * vm.population().gene(index).unwrap().fold
}

fn log2_fold(operon: &str, gene: &str, with: &[(&str, f64)], without: &[(&str, f64)]) -> f64 {
    let mut cell = cell(&[operon]);
    let shut = mrna(&mut cell, without, gene);
    (mrna(&mut cell, with, gene) / shut).log2()
}

/// Target C10: TrpR (curated) and attenuation act together once tryptophan is there; his by
/// attenuation alone; MalT from network component analysis. Tolerance 0.3 log2.
#[test]
fn operons_answer_to_their_effectors_as_measured() {
    let mut seen = 0;
    for line in include_str!("../../data/operon_answers.tsv").lines().skip(3) {
        let [operon, gene, effector, first, second] = line.split('\t').collect::<Vec<_>>()[..]
        else {
            panic!("not five cells: {line}");
        };
        let expected = first.parse::<f64>().unwrap() + second.parse::<f64>().unwrap();
        seen += 1;
        let found = log2_fold(operon, gene, &[(effector, 20.0)], &[]);
        assert!((found - expected).abs() < 0.3, "{gene}: {found}, expected {expected}");
    }
    assert_eq!(seen, 10);
}

/// Target C10: lac about 1000-fold between repressed and induced; the wild type lifts catabolite repression by the
/// carbon source two- to fivefold, and added cAMP lifts it as well.
#[test]
fn lac_is_induced_a_thousandfold_and_repressed_by_glucose() {
    let fold = log2_fold("lac", "lacZ", &[("IPTG", 1.0)], &[]).exp2();
    assert!((1000.0..1300.0).contains(&fold), "{fold}");
    let on_glycerol = [("glucose", 0.0), ("glycerol", 20.0), ("IPTG", 1.0)];
    let catabolite = log2_fold("lac", "lacZ", &on_glycerol, &[("IPTG", 1.0)]).exp2();
    assert!((1.9..2.3).contains(&catabolite), "{catabolite}");
    let with_camp = [("IPTG", 1.0), ("cAMP", 5.0)];
    let lifted = log2_fold("lac", "lacZ", &with_camp, &[("IPTG", 1.0)]).exp2();
    assert!((3.5..5.0).contains(&lifted), "{lifted}");
    let lactose = log2_fold("lac", "lacZ", &[("glucose", 0.0), ("lactose", 5.0)], &[]).exp2();
    assert!((1000.0..1300.0).contains(&lactose), "{lactose}");
}

#[test]
fn the_hand_goes_before_the_regulators() {
    let mut cell = cell(&["lac"]);
    let vm = cell.vm_mut("cell").unwrap();
    vm.manage_operons(&["lac"], Control::Open).unwrap();
    let open = |vm: &bioxen::hypervisor::Vm| {
        let lac = vm.operons().unwrap().into_iter().find(|o| o.name == "lac").unwrap();
        lac.activity.unwrap()
    };
    // Glucose is a signal of the whole cell.
    assert!((open(vm) - 0.2).abs() < 1e-9);
    vm.manage_operons(&["lac"], Control::Repressed).unwrap();
    let shut = open(vm);
    assert!(shut < 1e-4, "{shut}");
    cell.set_medium(medium(&[("glucose", 0.0), ("glycerol", 20.0), ("IPTG", 1.0)]));
    assert_eq!(open(cell.vm("cell").unwrap()), shut);
    cell.vm_mut("cell").unwrap().manage_operons(&["lac"], Control::Regulated).unwrap();
    assert!(open(cell.vm("cell").unwrap()) > 0.4);
}

/// In the medium of the measurement a released operon is expressed as it was measured.
#[test]
fn a_released_operon_is_native_in_the_reference_medium() {
    for operon in ["lac", "ara", "gal", "malEFG", "mgl", "trp", "thr"] {
        let mut hypervisor = cell(&[operon]);
        hypervisor.run(Time::from_hours(4.0), &mut |_| {}, &StopToken::new()).unwrap();
        let growth = hypervisor.host_rates().growth_per_h;
        for unit in hypervisor.vm("cell").unwrap().population().units() {
            // Transcription follows growth; the rest is exact.
            let r = unit.rates;
            let relative = growth
                / hypervisor.vm("cell").unwrap().expression().unwrap().unburdened_growth_per_h;
            let dilution = r.decay_per_h + growth;
            let at_rest = r.decay_per_h + growth / relative;
            let expected = r.native_transcripts * relative * at_rest / dilution;
            let found = unit.transcripts;
            assert!((found - expected).abs() <= 1e-3 * expected, "{operon}: {unit:?}");
        }
    }
}

#[test]
fn what_is_no_operon_is_refused_and_changes_nothing() {
    let mut hypervisor = cell(&["lac"]);
    let vm = hypervisor.vm_mut("cell").unwrap();
    let before = vm.transcribing().len();
    let error = vm.manage_operons(&["trp", "lacc"], Control::Open).unwrap_err();
    assert!(error.to_string().contains("did you mean `lac`?"), "{error}");
    assert_eq!(vm.transcribing().len(), before);
    let config = Config::new(BiologicalType::Syn3a, Infrastructure::Basic);
    let syn3a = hypervisor.create(config.spec("mini").unwrap()).unwrap();
    let error = syn3a.operons().unwrap_err();
    assert!(matches!(error, HypervisorError::WrongType { .. }), "{error}");
    assert_eq!(error.to_string(), "VM `mini` is of type syn3a; operons is for ecoli only");
}

/// Every row of the table of operons, an operon and its regulator, is in the regulation or among
/// those that genomes/README.md leaves out with a reason.
#[test]
fn every_row_of_the_table_of_operons_is_there_or_explained() {
    let rows = [
        ("lac", "LacI"),
        ("lac", "CRP"),
        ("ara", "AraC"),
        ("ara", "CRP"),
        ("araFGH", "AraC"),
        ("araFGH", "CRP"),
        ("trp", "TrpR"),
        ("trp", "tRNA-Trp"),
        ("gal", "GalR"),
        ("gal", "GalS"),
        ("gal", "CRP"),
        ("malEFG", "MalT"),
        ("malEFG", "CRP"),
        ("malK-lamB-malM", "MalT"),
        ("malK-lamB-malM", "CRP"),
        ("malPQ", "MalT"),
        ("his", "tRNA-His"),
        ("leu", "tRNA-Leu"),
        ("thr", "tRNA-Thr"),
        ("thr", "tRNA-Ile"),
        ("mgl", "GalS"),
        ("mgl", "CRP"),
    ];
    let known = bioxen::genome::regulation::shipped_regulation().unwrap();
    let readme = include_str!("../../../genomes/README.md");
    for (operon, regulator) in rows {
        let found = known.iter().find(|o| o.name == operon).unwrap();
        let there = found.regulators.iter().any(|r| r.name.contains(regulator));
        let explained = readme.contains(&format!("| `{operon}` | {regulator} |"));
        assert!(there || explained, "{operon} {regulator}");
    }
    assert_eq!(known.len(), 12);
}

/// CRP activates one promoter of gal and represses the other: folds as curated, within 0.3 log2.
#[test]
fn cyclic_amp_turns_gal_both_ways() {
    for (gene, expected) in [("galT", -0.71), ("galM", 0.50), ("galE", 0.09)] {
        let with = [("glucose", 22.2), ("cAMP", 50.0), ("galactose", 20.0)];
        let found = log2_fold("gal", gene, &with, &[("galactose", 20.0)]);
        assert!((found - expected).abs() < 0.3, "{gene}: {found}, expected {expected}");
    }
}
