use super::super::Arrow;
use crate::chassis::Nutrient;
use crate::chassis::host::DIM;
use crate::factory::{Config, Infrastructure};
use crate::hypervisor::{BiologicalType, Hypervisor};
use crate::package::read;
use bioxen_engine::ode::System;
use std::sync::Arc;

/// A ring of three repressors, an activated pair, and a gene that nobody acts on.
const RING: &str = r#"
name = "ring"
version = "1.0.0"
description = "a test"
licence = "CC0-1.0"
sources = []
types = ["ecoli"]
gene = [
    { name = "a", length_aa = 200, protein_half_life_min = 10 },
    { name = "b", length_aa = 300 },
    { name = "c", length_aa = 250 },
    { name = "d", length_aa = 250 },
    { name = "e", length_aa = 150 },
    # gene
]
promoter = [
    { name = "P1", mrna_per_min = 5, leak = 0.01, repressor = [{ protein = "c", half = 400, n = 2 }] },
    { name = "P2", mrna_per_min = 5, repressor = [{ protein = "a", half = 900, n = 2 }], activator = [{ protein = "b", half = 500, n = 1.5 }] },
    { name = "P3", mrna_per_min = 3 },
    # promoter
]
operon = [
    { name = "one", promoter = "P1", genes = ["a", "b"] },
    { name = "two", promoter = "P2", genes = ["c"] },
    { name = "three", promoter = "P3", genes = ["d", "e"] },
    # operon
]
"#;

/// A protease of proteins in a cluster and beside it, and a small RNA that pairs with a transcript of both.
const LOSSES: &str = r#"
[[protease]]
name = "ClpXP"
molecules = 300
kcat_per_min = 2
km = 500
substrates = ["a", "d", "lacZ"]
[[protease]]
name = "Lon"
molecules = 100
kcat_per_min = 1
km = 50
substrates = ["d", "e"]
[[small_rna]]
rna = "s"
gene = "d"
rate = 0.05
[[small_rna]]
rna = "s"
gene = "c"
rate = 0.02
"#;

/// The ring with these losses, and the gene of the small RNA.
fn losing() -> String {
    let ring = RING
        .replace(
            "# gene",
            r#"{ name = "s", kind = "RNA", length_nt = 90, rna_half_life_min = 5 },"#,
        )
        .replace("# promoter", r#"{ name = "P4", mrna_per_min = 4 },"#)
        .replace("# operon", r#"{ name = "four", promoter = "P4", genes = ["s"] },"#);
    ring + LOSSES
}

fn arrow(text: &str, length: (usize, usize)) -> (Arrow, Vec<f64>) {
    let mut hypervisor = Hypervisor::new(Nutrient::new(0.3).unwrap()).unwrap();
    let package = Arc::new(read(text, "ring", &|_| Err(String::new())).unwrap());
    for id in ["one", "two"] {
        let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
        let vm = hypervisor.create(config.spec(id).unwrap()).unwrap();
        vm.start().unwrap();
        vm.start_transcription(&["lacZ"], 100.0).unwrap();
        vm.install_package(&package, &|_| None).unwrap();
    }
    let mut y = hypervisor.chassis().state().to_array().to_vec();
    for (i, vm) in hypervisor.vms().iter().enumerate() {
        let population = vm.population();
        assert_eq!((population.units().len(), population.genes().len()), length);
        for unit in population.units() {
            y.push((7 + 3 * i + y.len()) as f64);
            for _ in unit.genes() {
                y.push((7 + 3 * i + y.len()) as f64 * 50.0);
            }
        }
    }
    // How far the cell has grown.
    y.push(0.0);
    (Arrow::new(hypervisor.chassis(), hypervisor.vms()), y)
}

/// What `solve` gives fulfils `(I - gamma J) x = b`, with `J x` from differences of the equations.
#[test]
fn newton_systems_with_clusters_are_solved() {
    let (arrow, y) = arrow(RING, (4, 8));
    assert_eq!(arrow.guests[0].clusters.len(), 1);
    assert_eq!(arrow.guests[0].clustered.iter().filter(|c| **c).count(), 2);
    solved(arrow, y);
}

#[test]
fn newton_systems_with_proteases_and_small_rnas_are_solved() {
    let (arrow, y) = arrow(&losing(), (5, 9));
    assert_eq!(arrow.guests[1].losses.queues[0].substrates.len(), 3);
    assert_eq!(arrow.guests[1].losses.paired().len(), 3);
    solved(arrow, y);
}

fn solved(mut arrow: Arrow, y: Vec<f64>) {
    for gamma in [1e-4, 1e-2] {
        arrow.factor(0.0, &y, gamma).unwrap();
        // Of host and growth nothing is asked: they are small beside what rounds off in the rest.
        let asked = |i: usize| (DIM..y.len() - 1).contains(&i);
        let b: Vec<f64> =
            (0..y.len()).map(|i| if asked(i) { (i * 37 % 11) as f64 - 5.0 } else { 0.0 }).collect();
        let mut x = b.clone();
        arrow.solve(&mut x);
        let norm = x.iter().zip(&y).map(|(x, y)| (x / (1.0 + y.abs())).abs()).fold(0.0, f64::max);
        let h = 1e-5 / norm;
        let mut at = |sign: f64| {
            let moved: Vec<f64> = y.iter().zip(&x).map(|(y, x)| y + sign * h * x).collect();
            let mut dy = vec![0.0; y.len()];
            arrow.rhs(0.0, &moved, &mut dy).unwrap();
            dy
        };
        let (above, below) = (at(1.0), at(-1.0));
        for i in 0..y.len() {
            let jx = (above[i] - below[i]) / (2.0 * h);
            let left = x[i] - gamma * jx;
            let scale = 1.0 + b[i].abs() + (gamma * jx).abs();
            // The last variable of the host is ATP, where the cost of RNA is left out.
            assert!(i == DIM - 1 || (left - b[i]).abs() < 2e-4 * scale, "{i}: {left} for {}", b[i]);
        }
    }
}
