//! What the host's own expression weighs, and the proteins that it predicts beside the measured ones.

use bioxen::chassis::{Chassis, Nutrient};
use bioxen::genome;
use bioxen::hypervisor::BiologicalType;
use bioxen::hypervisor::expression::Expression;

use super::guests::close;

/// The nutrient at which the host doubles in so many minutes, by bisection.
pub(super) fn nutrient_for(doubling_min: f64) -> Nutrient {
    let wanted = 60.0 * std::f64::consts::LN_2 / doubling_min;
    let (mut low, mut high) = (0.05, 1.0);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        let growth = Chassis::settled(Nutrient::new(middle).unwrap()).unwrap().rates().growth_per_h;
        if growth < wanted { low = middle } else { high = middle }
    }
    Nutrient::new(0.5 * (low + high)).unwrap()
}

#[test]
fn expression_closes_the_account_of_the_host() {
    // (doubling [min], mRNA molecules, rho_0, ribosomes per mRNA, genes with more than 0.1 mRNA);
    // computed independently, tolerance 1 %.
    let genome = genome::shipped("ecoli").unwrap();
    for (doubling, mrna, rho_0, per_mrna, expressed) in [
        (100.0, 2064.0, 31.7, 5.5, 1907.0),
        (60.0, 2637.0, 43.1, 6.0, 2110.0),
        (40.0, 2678.0, 67.3, 7.7, 2120.0),
        (24.0, 3007.0, 116.7, 10.2, 2202.0),
    ] {
        let chassis = Chassis::settled(nutrient_for(doubling)).unwrap();
        let rates = chassis.rates();
        let expression = Expression::calibrate(&genome, BiologicalType::Ecoli, &chassis).unwrap();
        close("mRNA", expression.mrna_molecules, mrna, 0.01);
        close("rho_0", expression.rho_0, rho_0, 0.01);
        // Genes one by one, as their own abundances have them.
        let abundances: f64 = genome.coding().filter_map(|(_, g)| g.tpm).sum();
        let per_tpm = expression.mrna_molecules / abundances;
        let known = genome.coding().filter(|(i, _)| expression.gene(*i).is_some());
        let count = known.filter(|(_, g)| g.tpm.unwrap() * per_tpm > 0.1).count() as f64;
        close("expressed genes", count, expressed, 0.01);
        let genes = || {
            let all = (0..genome.genes().len()).filter_map(|i| expression.gene(i).map(|g| (i, g)));
            all.map(|(i, g)| (expression.native_transcripts(i).unwrap(), g))
        };
        // The whole native genome weighs what the host's own expression weighs.
        let weight: f64 = genes().map(|(mrna, g)| mrna * g.weight(rates.elongation_aa_per_h)).sum();
        close("weight", weight, rates.d - 1.0, 1e-9);
        let engaged = chassis.state().ribosomes * weight / rates.d / expression.mrna_molecules;
        close("ribosomes per mRNA", engaged, per_mrna, 0.02);
        // Protein at steady state fills the cell.
        let protein: f64 = genes()
            .map(|(mrna, g)| {
                let made =
                    mrna * g.translation(rates.elongation_aa_per_h) * chassis.state().ribosomes
                        / rates.d;
                made / rates.growth_per_h * g.length_aa
            })
            .sum();
        close("protein [aa]", protein, 1.19e9, 0.01);
    }
}

#[test]
fn predicted_protein_copies_meet_the_measured_ones() {
    // Schmidt et al. 2016, glucose, at a doubling time of 40 min; nothing here was fitted to
    // protein counts. Reference: r(ln, ln) = 0.77 over 2163 genes, median ratio 1.57.
    let genome = genome::shipped("ecoli").unwrap();
    let chassis = Chassis::settled(nutrient_for(40.0)).unwrap();
    let rates = chassis.rates();
    let expression = Expression::calibrate(&genome, BiologicalType::Ecoli, &chassis).unwrap();
    let mut points: Vec<(f64, f64)> = Vec::new();
    for (index, gene) in genome.coding() {
        let (Some(rate), Some(copies)) = (expression.gene(index), gene.protein_copies) else {
            continue;
        };
        let made = expression.native_transcripts(index).unwrap()
            * rate.translation(rates.elongation_aa_per_h)
            * chassis.state().ribosomes
            / rates.d;
        let predicted = made / rates.growth_per_h;
        if predicted > 0.0 && copies > 0.0 {
            points.push((predicted.ln(), copies.ln()));
        }
    }
    let r = correlation(&points);
    close("genes", points.len() as f64, 2163.0, 0.01);
    close("correlation", r, 0.77, 0.02);
    let mut ratios: Vec<f64> = points.iter().map(|(p, m)| (p - m).exp()).collect();
    ratios.sort_by(f64::total_cmp);
    close("median ratio", ratios[ratios.len() / 2], 1.57, 0.05);
}

#[test]
fn syn3a_transcripts_say_what_they_can_of_its_proteins() {
    // Measured protein copies are not used anywhere; r(ln, ln) of TPM with protein is 0.51 over
    // 424 genes.
    let genome = genome::shipped("syn3a").unwrap();
    let points: Vec<(f64, f64)> = genome
        .coding()
        .filter_map(|(_, g)| Some((g.tpm?, g.protein_copies?)))
        .filter(|(t, p)| *t > 0.0 && *p > 0.0)
        .map(|(t, p)| (t.ln(), p.ln()))
        .collect();
    close("genes", points.len() as f64, 424.0, 0.01);
    close("correlation", correlation(&points), 0.51, 0.02);
    let chassis = Chassis::settled(Nutrient::default()).unwrap();
    let expression = Expression::calibrate(&genome, BiologicalType::Syn3a, &chassis).unwrap();
    assert_eq!(expression.mrna_molecules, 375.0);
}

pub(super) fn correlation(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let (mx, my) = points.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x / n, b + y / n));
    let (mut sxy, mut sxx, mut syy) = (0.0, 0.0, 0.0);
    for (x, y) in points {
        sxy += (x - mx) * (y - my);
        sxx += (x - mx).powi(2);
        syy += (y - my).powi(2);
    }
    sxy / (sxx * syy).sqrt()
}
