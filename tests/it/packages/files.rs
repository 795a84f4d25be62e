//! Packages in files: read strictly, and in order.

use bioxen::factory::{Config, Infrastructure};
use bioxen::hypervisor::{BiologicalType, Solver};
use bioxen::package::{PackageError, read};

use super::mechanism::CIRCUIT;
use super::{cell, install, mrna_and_protein, parsed, run};

fn problems(text: &str) -> Vec<String> {
    match read(text, "test.toml", &|_| Err("there is none".to_owned())) {
        Err(PackageError::Invalid { problems, .. }) => {
            problems.iter().map(ToString::to_string).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let text = r#"
name = "1st"
version = "1.0"
descripton = "none"
licence = ""
sources = ["a", 3]
types = ["e_coli"]
[dependencies]
other = "new"
[[gene]]
name = "gfp"
length_aa = 0.5
colour = "green"
mrna_half_life_min = -1
[[gene]]
name = "gfp"
length_aa = 100
length_nt = 200
proteins_per_mrna = 20
translation_efficiency = 2
[[promoter]]
name = "P"
leak = 2
[[promoter.repressor]]
protein = "lacI"
half = 0
inducer = { substance = "ITPG", half_um = 1 }
[[operon]]
name = "o"
promoter = "Q"
genes = ["gpf"]
"#;
    insta::assert_snapshot!(problems(text).join("\n"));
}

#[test]
fn what_is_no_toml_or_too_large_is_refused() {
    let none = |_: &str| Err(String::new());
    let error = read("name = ", "a.toml", &none).unwrap_err().to_string();
    assert!(
        error.starts_with(
            "a.toml cannot be read: line 1, column 8: after `name =`: a value is missing"
        ),
        "{error}"
    );
    let large = "#".repeat(2 << 20);
    assert!(matches!(read(&large, "a", &none), Err(PackageError::TooLarge { .. })));
    let many = "[[gene]]\nname = \"a\"\nlength_aa = 5\n".repeat(101);
    let text = format!("{}{many}", CIRCUIT.split("[[gene]]").next().unwrap());
    assert!(
        problems(&text)
            .iter()
            .any(|p| p.starts_with("gene must be an array of at most 100 tables"))
    );
}

#[test]
fn genes_without_operon_and_packages_without_genes_are_refused() {
    let text = CIRCUIT.replace("genes = [\"target\", \"partner\"]", "genes = [\"target\"]");
    assert_eq!(
        problems(&text),
        ["gene[2] `partner` stands in no operon, so that nothing transcribes it"]
    );
    let empty = CIRCUIT.split("[[gene]]").next().unwrap();
    assert_eq!(problems(empty), ["a package has either genes or a model, and one of them"]);
}

/// Damaged text is refused or read; it never panics, hangs or takes much memory.
#[test]
fn damaged_packages_do_no_harm() {
    let none = |_: &str| Err("there is none".to_owned());
    let bytes = CIRCUIT.as_bytes();
    let mut state = 12345_u64;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    for _ in 0..3000 {
        let mut text = bytes.to_vec();
        for _ in 0..1 + next() % 4 {
            let at = next() % text.len();
            match next() % 3 {
                0 => text[at] = b" \"[]={}.,0123456789-#\nabnrx"[next() % 27],
                1 => drop(text.remove(at)),
                _ => {
                    let piece: Vec<u8> = text[at..(at + next() % 40).min(text.len())].to_vec();
                    text.splice(at..at, piece);
                }
            }
        }
        let text = String::from_utf8_lossy(&text);
        if let Ok(package) = read(&text, "damaged", &none) {
            assert!(package.construct.genes.iter().all(|g| g.length_aa > 0));
        }
    }
}

#[test]
fn names_types_rules_and_strengths_are_checked() {
    let mut hypervisor = cell(Solver::Stochastic);
    let vm = hypervisor.vm_mut("demo").unwrap();
    let mut refused = |text: &str| {
        let error = vm.install_package(&parsed(text), &|_| None).unwrap_err().to_string();
        assert!(vm.packages().is_empty());
        error
    };
    assert_eq!(
        refused(&CIRCUIT.replace("\"partner\"", "\"lacI\"")),
        "package circuit 1.0.0 has a gene `lacI`, a name that genome ecoli has already"
    );
    assert_eq!(
        refused(&CIRCUIT.replace("[\"ecoli\"]", "[\"syn3a\", \"minimal_cell\"]")),
        "package circuit 1.0.0 is for syn3a and minimal_cell, and this VM is of type ecoli"
    );
    let error = refused(&CIRCUIT.replace("mrna_per_min = 4.0", "native = \"lacz9\"\ntimes = 2"));
    assert!(error.contains("native promoter of `lacz9`"), "{error}");
    let native = CIRCUIT.replace("mrna_per_min = 4.0", "native = \"tufA\"\ntimes = 2");
    vm.install_package(&parsed(&native), &|_| None).unwrap();
    let rates = |name: &str| vm.unit_rates(vm.gene_index(name).unwrap()).unwrap();
    let (target, tuf) = (rates("target"), rates("tufA"));
    assert!((target.transcription_per_h / tuf.transcription_per_h - 2.0).abs() < 1e-12);
}

#[test]
fn what_is_installed_is_not_installed_again_and_what_is_needed_stays() {
    let mut hypervisor = cell(Solver::Stochastic);
    install(&mut hypervisor, "demo", "gfp_reporter").unwrap();
    let error = install(&mut hypervisor, "demo", "gfp_reporter").unwrap_err().to_string();
    assert!(error.contains("installed already"), "{error}");
    let text = CIRCUIT.replace(
        "[[gene]]\nname = \"tetX\"",
        "[dependencies]\ngfp_reporter = \"^1\"\n[[gene]]\nname = \"tetX\"",
    );
    let vm = hypervisor.vm_mut("demo").unwrap();
    vm.install_package(&parsed(&text), &|_| None).unwrap();
    let error = vm.remove_package("gfp_reporter").unwrap_err().to_string();
    assert_eq!(error, "package gfp_reporter 1.0.0 is needed by circuit; remove that first");
    let error = vm.remove_package("circut").unwrap_err().to_string();
    assert!(error.contains("did you mean `circuit`?"), "{error}");
    vm.remove_package("circuit").unwrap();
    vm.remove_package("gfp_reporter").unwrap();
}

#[test]
fn other_types_take_what_suits_them_and_what_their_rules_allow() {
    let mut hypervisor = cell(Solver::Stochastic);
    let minimal = || Config::new(BiologicalType::MinimalCell, Infrastructure::Basic);
    let mut free = minimal();
    free.rules.minimal_functions_only = false;
    let syn3a = Config::new(BiologicalType::Syn3a, Infrastructure::Basic);
    for (id, config) in [("strict", minimal()), ("free", free), ("syn", syn3a)] {
        hypervisor.create(config.spec(id).unwrap()).unwrap().start().unwrap();
    }
    let error = install(&mut hypervisor, "strict", "gfp_reporter").unwrap_err().to_string();
    assert!(error.starts_with("VM `strict` may express genes of dna_replication"), "{error}");
    assert!(hypervisor.vm("strict").unwrap().packages().is_empty());
    for id in ["free", "syn"] {
        install(&mut hypervisor, id, "gfp_reporter").unwrap();
        install(&mut hypervisor, id, "toggle_switch").unwrap_err();
    }
    run(&mut hypervisor, 5.0);
    assert!(mrna_and_protein(hypervisor.vm("syn").unwrap(), "gfp").0 > 0.0);
}

/// The steepest promoter that is accepted stays a number, under both solvers.
#[test]
fn the_steepest_promoters_are_numbers() {
    let steep = CIRCUIT.replace("half = 300, n = 2", "half = 0.000001, n = 20");
    let beyond = steep.replace("half = 0.000001", "half = 1e-300");
    assert!(problems(&beyond)[0].contains("half is 1e-300, and must be a number from 0.000001"));
    for solver in [Solver::Stochastic, Solver::Deterministic] {
        let mut hypervisor = cell(solver);
        hypervisor.vm_mut("demo").unwrap().install_package(&parsed(&steep), &|_| None).unwrap();
        run(&mut hypervisor, 60.0);
        let vm = hypervisor.vm("demo").unwrap();
        assert_eq!(vm.state().name(), "running");
        assert!(mrna_and_protein(vm, "tetX").1 > 100.0);
    }
}
