//! RNAs that are not translated, and guides, in a cell.

use super::super::trial::{counts, live, package};
use crate::chassis::Nutrient;
use crate::factory::{Config, Infrastructure};
use crate::hypervisor::{BiologicalType, Control, Hypervisor, Solver, Vm};
use crate::package::about;

const HEAD: &str = concat!(
    about!("crispri"),
    r#"
gene = [
    { name = "dcas9", length_aa = 1368 },
    { name = "sg1", kind = "RNA", length_nt = 100, rna_half_life_min = 4.0 },
    { name = "sg2", kind = "RNA", length_nt = 100, rna_half_life_min = 4.0 },
    { name = "out", length_aa = 238 },
]
promoter = [
    { name = "Pd", mrna_per_min = 0.5 },
    { name = "P1", mrna_per_min = 8.0 },
    { name = "P2", mrna_per_min = 2.0 },
    { name = "Po", mrna_per_min = 4.0 },
]
operon = [
    { name = "d", promoter = "Pd", genes = ["dcas9"] },
    { name = "s1", promoter = "P1", genes = ["sg1"] },
    { name = "s2", promoter = "P2", genes = ["sg2"] },
    { name = "o", promoter = "Po", genes = ["out"] },
]
"#
);
const GUIDES: &str = r#"
[[guide]]
rna = "sg1"
protein = "dcas9"
promoter = "Po"
max_fold = 100.0
half = 10.0
kd = 20.0
[[guide]]
rna = "sg2"
protein = "dcas9"
gene = "lacZ"
max_fold = 50.0
half = 10.0
kd = 10.0
"#;

/// A cell with lacZ open and a package, at rest or after some hours.
fn cell(text: &str, solver: Solver, hours: f64) -> Hypervisor {
    let mut cell = Hypervisor::new(Nutrient::new(0.3).unwrap()).unwrap();
    cell.set_solver(solver);
    cell.set_seed(5);
    let mut config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    config.limits.max_ribosomes = 8000.0;
    config.limits.max_atp_percent = 100.0;
    let vm = cell.create(config.spec("a").unwrap()).unwrap();
    vm.start().unwrap();
    vm.start_transcription(&["lacZ"], 1.0).unwrap();
    vm.install_package(&package(text).unwrap(), &|_| None).unwrap();
    live(&mut cell, hours);
    cell
}

/// What a guide leaves, by hand from the amounts.
fn left(vm: &Vm, own: (&str, f64), other: (&str, f64), max_fold: f64) -> f64 {
    let of = |(gene, kd): (&str, f64)| counts(vm, gene).0 / kd;
    let free = counts(vm, "dcas9").1 / (1.0 + of(own) + of(other));
    let complexes = free * of(own);
    1.0 / (1.0 + (max_fold - 1.0) * complexes / (complexes + 10.0))
}

#[test]
fn an_rna_is_made_and_lost_and_costs_no_ribosome() {
    let cell = cell(HEAD, Solver::Deterministic, 40.0);
    let vm = cell.vm("a").unwrap();
    let rates = cell.host_rates();
    let (rna, protein) = counts(vm, "sg1");
    // Beside an mRNA of the same cell, which feels the same polymerases and the same growth.
    let at_rest = |per_h: f64, decay: f64| per_h / (decay + rates.growth_per_h);
    let own = at_rest(480.0, std::f64::consts::LN_2 / 4.0 * 60.0);
    let mrna = vm.population().unit(vm.gene_index("out").unwrap()).unwrap().rates;
    let other = at_rest(240.0, mrna.decay_per_h);
    let share = rna / counts(vm, "out").0;
    assert!((share / (own / other) - 1.0).abs() < 1e-3, "{share} {}", own / other);
    assert_eq!(protein, 0.0);
    let gene = vm.population().gene(vm.gene_index("sg1").unwrap()).unwrap();
    assert!(gene.is_rna() && gene.weight(rates.elongation_aa_per_h) == 0.0);
    assert!(!vm.gene(vm.gene_index("sg1").unwrap()).is_coding());
}

#[test]
fn guides_block_promoters_of_packages_and_of_the_genome() {
    let free = cell(HEAD, Solver::Deterministic, 40.0);
    let both = format!("{HEAD}{GUIDES}");
    let led = cell(&both, Solver::Deterministic, 40.0);
    let (a, b) = (free.vm("a").unwrap(), led.vm("a").unwrap());
    // Beside an mRNA that nothing blocks, since a cell with less to do grows otherwise.
    let at = |vm: &Vm, gene: &str| counts(vm, gene).0 / counts(vm, "dcas9").0;
    let blocked = left(b, ("sg1", 20.0), ("sg2", 10.0), 100.0);
    let share = at(b, "out") / at(a, "out");
    assert!(blocked < 0.2 && (share / blocked - 1.0).abs() < 0.01, "{share} {blocked}");
    let blocked = left(b, ("sg2", 10.0), ("sg1", 20.0), 50.0);
    let share = at(b, "lacZ") / at(a, "lacZ");
    assert!(blocked < 0.5 && (share / blocked - 1.0).abs() < 0.01, "{share} {blocked}");
    // The whole operon is one transcript.
    assert_eq!(at(b, "lacZ"), at(b, "lacY"));
}

#[test]
fn whoever_controls_the_promoter_guides_block_it() {
    let text = format!("{HEAD}{GUIDES}");
    let mut led = cell(&text, Solver::Deterministic, 1.0);
    let mut free = cell(HEAD, Solver::Deterministic, 1.0);
    for control in [Control::Regulated, Control::Repressed, Control::Open] {
        for cell in [&mut led, &mut free] {
            cell.vm_mut("a").unwrap().manage_operons(&["lac"], control).unwrap();
            live(cell, 30.0);
        }
        let (a, b) = (free.vm("a").unwrap(), led.vm("a").unwrap());
        let blocked = left(b, ("sg2", 10.0), ("sg1", 20.0), 50.0);
        let at = |vm: &Vm| counts(vm, "lacZ").0 / counts(vm, "dcas9").0;
        let share = at(b) / at(a);
        assert!((share / blocked - 1.0).abs() < 0.01, "{control:?}: {share} {blocked}");
    }
    // Without its guides it is as it was.
    led.vm_mut("a").unwrap().remove_package("crispri").unwrap();
    free.vm_mut("a").unwrap().remove_package("crispri").unwrap();
    live(&mut led, 30.0);
    live(&mut free, 30.0);
    let at = |cell: &Hypervisor| counts(cell.vm("a").unwrap(), "lacZ").0;
    assert!((at(&led) / at(&free) - 1.0).abs() < 1e-3, "{} {}", at(&led), at(&free));
}

#[test]
fn chance_has_the_same_mean() {
    let text = format!("{HEAD}{GUIDES}");
    let rest = cell(&text, Solver::Deterministic, 40.0);
    let mut lucky = cell(&text, Solver::Stochastic, 20.0);
    let genes = ["sg1", "sg2", "out", "lacZ"];
    let mut sums = [0.0; 4];
    for _ in 0..1500 {
        live(&mut lucky, 0.2);
        for (sum, gene) in sums.iter_mut().zip(genes) {
            *sum += counts(lucky.vm("a").unwrap(), gene).0 / 1500.0;
        }
    }
    for (mean, gene) in sums.iter().zip(genes) {
        let expected = counts(rest.vm("a").unwrap(), gene).0;
        assert!((mean / expected - 1.0).abs() < 0.15, "{gene}: {mean} {expected}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    let wrong = |from: &str, to: &str| {
        let text = format!("{HEAD}{GUIDES}").replace(from, to);
        package(&text).unwrap_err().to_string()
    };
    for (from, to, told) in [
        ("length_nt = 100", "length_nt = 100, length_aa = 5", "is for genes of proteins"),
        ("rna_half_life_min = 4.0", "mrna_half_life_min = 4.0", "rna_half_life_min is missing"),
        ("kind = \"RNA\"", "kind = \"rna\"", "it is one of: protein, RNA"),
        ("rna = \"sg1\"", "rna = \"out\"", "which is no gene of the kind RNA"),
        ("rna = \"sg1\"", "rna = \"sg3\"", "no such gene of the kind RNA (did you mean `sg1`?)"),
        ("\"dcas9\"\npromoter", "\"sg2\"\npromoter", "which is no gene of a protein"),
        ("promoter = \"Po\"\nmax", "promoter = \"Pq\"\nmax", "there is no such promoter"),
        ("promoter = \"Po\"\nmax", "max", "needs one target"),
        ("max_fold = 50.0", "max_fold = 1.0", "above 1"),
        ("kd = 10.0", "", "kd is missing"),
        ("kd = 10.0", "kd = 0.0", "guide[1].kd"),
    ] {
        let error = wrong(from, to);
        assert!(error.contains(told), "{to}: {error}");
    }
    let apart = "\"s2\", promoter = \"P2\", genes = [\"sg2\"] },\n    { name = \"o\", promoter = \"Po\", genes = [\"out\"]";
    let error = wrong(apart, "\"o\", promoter = \"Po\", genes = [\"out\", \"sg2\"]");
    assert!(error.contains("must stand alone in its operon"), "{error}");
    let mut cell = cell(HEAD, Solver::Deterministic, 0.1);
    let vm = cell.vm_mut("a").unwrap();
    vm.remove_package("crispri").unwrap();
    let text = format!("{HEAD}{GUIDES}").replace("gene = \"lacZ\"", "gene = \"lacQ\"");
    let error = vm.install_package(&package(&text).unwrap(), &|_| None).unwrap_err().to_string();
    assert!(error.contains("leads to `lacQ`, and genome"), "{error}");
    assert!(vm.packages().is_empty());
}

#[test]
fn numbers_of_guides_may_be_formulas() {
    let text = format!("{HEAD}{GUIDES}").replace("kd = 20.0", "kd = \"10 * fold\"");
    let text = format!("{text}[[parameter]]\nname = \"fold\"\ndefault = 2.0\n");
    let plain = package(&format!("{HEAD}{GUIDES}")).unwrap();
    assert_eq!(package(&text).unwrap().effects.guides, plain.effects.guides);
}
