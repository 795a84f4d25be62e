//! Guests as they were before transcripts carried units, mRNA lived shorter than its sequence, and promoters
//! shared polymerases.

use bioxen::chassis::{Chassis, Nutrient};
use bioxen::engine::Trajectory;
use bioxen::genome::{self, Genome};
use bioxen::hypervisor::expression::Expression;
use bioxen::hypervisor::{BiologicalType, Solver};
use std::sync::Arc;

use super::guests::{add_with, at, close, hypervisor, run, without_clearance};

/// The genome in which some genes have promoters of their own, and mRNA that is lost `slower` times as slowly.
fn with_lone_genes(genes: &[&str], slower: f64) -> Arc<Genome> {
    let text = genome::write(&genome::shipped("ecoli").unwrap());
    let head = text.lines().find(|line| line.starts_with("locus_tag\t")).unwrap();
    let column = |name: &str| head.split('\t').position(|cell| cell == name).unwrap();
    let (symbol, life, operon) =
        (column("symbol"), column("mrna_half_life[min]"), column("operon"));
    let lines = text.lines().map(|line| {
        let mut cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        if cells.get(symbol).is_some_and(|name| genes.contains(&name.as_str())) {
            cells[operon].clear();
            let minutes: f64 = cells[life].parse().unwrap();
            cells[life] = (slower * minutes).to_string();
        }
        cells.join("\t") + "\n"
    });
    let text: String = lines.collect();
    Arc::new(genome::read(text.as_bytes(), "ecoli with lone genes").unwrap())
}

/// Before there were units, functional lifetimes and polymerases, each gene was alone, its mRNA lived as long as its
/// sequence and no promoter was slowed. With all that taken back the references of that time hold. What is new
/// is the level of lac: strengths give its genes the mRNA that they had.
#[test]
fn genes_that_live_as_they_once_did_are_as_they_once_were() {
    let lac = ["lacZ", "lacY", "lacA"];
    let lone = ["lacZ", "lacY", "lacA", "tufA"];
    // The factor on all lifetimes depends a little on what is taken back.
    let factor = |slower: f64| {
        let genome = with_lone_genes(&lone, slower);
        let chassis = Chassis::settled(Nutrient::new(0.3).unwrap()).unwrap();
        let found = Expression::calibrate(&genome, BiologicalType::Ecoli, &chassis).unwrap();
        found.lifetime_factor()
    };
    let slower = factor(factor(factor(2.35)));
    let genome = with_lone_genes(&lone, slower);
    let begin = |strengths: [f64; 3]| {
        let mut hypervisor = hypervisor(Solver::Deterministic);
        let vm = add_with(&mut hypervisor, "a", 20_000.0, Arc::clone(&genome));
        for (gene, strength) in lac.iter().zip(strengths) {
            vm.start_transcription(&[gene], strength).unwrap();
        }
        hypervisor
    };
    // In proportion to their abundances, 1.7, 2.6 and 4.8 TPM, but for what is still missing after an hour.
    let there = |tpm: f64, minutes: f64| {
        let lost = 60.0 * std::f64::consts::LN_2 / minutes + 1.08;
        tpm * (1.0 - (-lost).exp())
    };
    let once = [there(1.7, 10.4), there(2.6, 7.9), there(4.8, 7.1)];
    let once = once.map(|part| 4.579 * part / once[0]);
    let trace = run(&mut begin([1.0; 3]), 1.0);
    let mut strength = [0.0; 3];
    for ((strength, gene), once) in strength.iter_mut().zip(lac).zip(once) {
        *strength = once / at(&trace, &format!("a.{gene}.mrna"), 60.0);
    }
    // Minute, growth, ribosomes, mRNA and protein of lacZ, protein of lacY.
    let check = |trace: &Trajectory, x: f64, row: [f64; 6]| {
        let [minute, growth, engaged, mrna, z, y] = row;
        close("growth", at(trace, "host.growth_rate_per_h", minute), growth, 0.005);
        close("engaged", at(trace, "a.ribosomes", minute), engaged, 0.02);
        close("mRNA", at(trace, "a.lacZ.mrna", minute), x * mrna, 0.01);
        close("LacZ", at(trace, "a.lacZ.protein", minute), z, 0.02);
        close("LacY", at(trace, "a.lacY.protein", minute), y, 0.02);
    };
    let mut alone = begin(strength);
    let trace = run(&mut alone, 1.0);
    let x = alone.host_rates().transcription;
    check(&trace, x, [30.0, 1.08017, 182.3, 4.267, 1051.0, 2496.6]);
    check(&trace, x, [60.0, 1.07337, 190.2, 4.579, 2120.0, 4789.8]);
    let mut beside = begin(strength);
    let tenant = add_with(&mut beside, "b", 20_000.0, genome);
    let heavy = without_clearance(tenant, "tufA", 5.0);
    tenant.start_transcription(&["tufA"], heavy).unwrap();
    let trace = run(&mut beside, 6.0);
    let x = beside.host_rates().transcription;
    check(&trace, x, [360.0, 0.85576, 122.9, 3.832, 3004.4, 6492.4]);
    close("engaged by b", at(&trace, "b.ribosomes", 360.0), 1355.8, 0.02);
}
