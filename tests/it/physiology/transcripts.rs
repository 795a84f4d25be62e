//! Transcription units of *E. coli*: nucleotides are conserved, and the account of the RNA that is made closes.
//!
//! The numbers were computed by independent code from the same tables and equations.

use bioxen::chassis::{Chassis, Nutrient, measured, parameters};
use bioxen::engine::StopToken;
use bioxen::factory::{Config, Infrastructure};
use bioxen::genome::{self, Genome};
use bioxen::hypervisor::expression::{Expression, InternalPromoters};
use bioxen::hypervisor::{BiologicalType, Hypervisor, Promoter, Solver};
use bioxen::package::read;
use bioxen::units::Time;
use std::sync::Arc;

use super::guests::close;
use super::proteins::{correlation, nutrient_for};

fn ecoli(nutrient: Nutrient) -> (Arc<Genome>, Chassis, Expression) {
    let genome = genome::shipped("ecoli").unwrap();
    let chassis = Chassis::settled(nutrient).unwrap();
    let expression = Expression::calibrate(&genome, BiologicalType::Ecoli, &chassis).unwrap();
    (genome, chassis, expression)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    0.5 * (values[(n - 1) / 2] + values[n / 2])
}

/// Proteins per transcript of the genes of units with more than 0.01 transcripts.
fn proteins_per_transcript(expression: &Expression) -> Vec<f64> {
    let there = expression.units().iter().filter(|u| u.rates.native_transcripts > 0.01);
    let genes = there.flat_map(|unit| &unit.genes);
    genes.map(|&gene| expression.proteins_per_transcript(gene).unwrap()).collect()
}

#[test]
fn units_are_those_of_the_genome() {
    let (genome, _, expression) = ecoli(Nutrient::new(0.3).unwrap());
    let coding_of = |genes: &[usize]| {
        let cds = |gene: &&usize| genome.genes()[**gene].kind == genome::GeneKind::Cds;
        genes.iter().filter(cds).count()
    };
    let several: Vec<usize> =
        genome.operons().map(|(_, genes)| coding_of(genes)).filter(|count| *count > 1).collect();
    assert_eq!((several.len(), several.iter().sum::<usize>()), (792, 2525));
    let cds = genome.genes().iter().filter(|gene| gene.kind == genome::GeneKind::Cds).count();
    assert_eq!(cds - 2525 + 792, 2612);
    assert_eq!(expression.units().len(), 2494);
}

#[test]
fn the_account_of_the_rna_closes() {
    // (nutrient, lifetime factor, initiations [1/min], proteins per transcript (median), transcripts, rho_0)
    for (nutrient, factor, made, proteins, transcripts, rho_0) in [
        (0.1, 2.5722, 547.4, 26.665, 1102.3, 32.685),
        (0.3, 2.352, 662.05, 56.771, 1422.0, 70.276),
        (0.5, 2.1373, 671.56, 80.397, 1552.8, 101.31),
    ] {
        let (genome, chassis, expression) = ecoli(Nutrient::new(nutrient).unwrap());
        let growth = chassis.rates().growth_per_h;
        close("lifetimes", expression.lifetime_factor(), factor, 0.005);
        let units = expression.units();
        let native = units.iter().map(|u| u.rates.native_transcripts);
        close("transcripts", native.sum(), transcripts, 0.005);
        let started = units
            .iter()
            .map(|u| u.rates.native_transcripts * (u.rates.decay_per_h + growth) / 60.0);
        close("initiations", started.sum(), made, 0.005);
        close("rho_0", expression.rho_0, rho_0, 0.005);
        close("proteins", median(proteins_per_transcript(&expression)), proteins, 0.01);
        // Nucleotides in the cell: those of genes without a protein are the rest.
        let length = |unit: &bioxen::hypervisor::expression::UnitExpression| -> f64 {
            let all = unit.genes.iter().map(|&g| genome.genes()[g].place.length_nt);
            let long = all.clone().any(|nt| nt >= 150);
            all.filter(|nt| !long || *nt >= 150).map(f64::from).sum()
        };
        let present: f64 = units.iter().map(|u| u.rates.native_transcripts * length(u)).sum();
        let measured_nt = parameters::CELL_MASS * measured::mrna_per_protein(growth);
        assert!((present / measured_nt - 0.9974).abs() < 1e-4, "{}", present / measured_nt);
        // Those that are made in an hour are what was measured.
        let made: f64 = units
            .iter()
            .map(|u| {
                u.rates.native_transcripts * u.rates.length_nt * (u.rates.decay_per_h + growth)
            })
            .sum();
        let measured_nt = parameters::CELL_MASS * measured::mrna_synthesis_per_protein(growth);
        close("RNA made", made, measured_nt, 0.001);
    }
}

#[test]
fn single_units_are_as_computed_elsewhere() {
    let (genome, chassis, expression) = ecoli(Nutrient::new(0.3).unwrap());
    let growth = chassis.rates().growth_per_h;
    for (gene, transcripts, half_life, made) in [
        ("thrA", 2.505, 1.261, 1.423),
        ("tufA", 15.39, 2.58, 4.414),
        ("leuA", 1.871, 0.8629, 1.536),
    ] {
        let rates = expression.unit(genome.index_of(gene).unwrap()).unwrap().rates;
        close("transcripts", rates.native_transcripts, transcripts, 0.005);
        let minutes = 60.0 * std::f64::consts::LN_2 / rates.decay_per_h;
        close("half-life", minutes, half_life, 0.005);
        let starts = rates.native_transcripts * (rates.decay_per_h + growth) / 60.0;
        close("initiations", starts, made, 0.005);
    }
    let mut seen = 0;
    for line in include_str!("../../data/native_genes.tsv").lines().skip(2) {
        let [gene, share, proteins] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("not three cells: {line}");
        };
        let (share, proteins) = (share.parse().unwrap(), proteins.parse().unwrap());
        seen += 1;
        let index = genome.index_of(gene).unwrap();
        close(gene, expression.gene(index).unwrap().share, share, 0.005);
        close(gene, expression.proteins_per_transcript(index).unwrap(), proteins, 0.005);
    }
    assert_eq!(seen, 12);
}

#[test]
fn native_proteins_meet_the_measured_ones() {
    // Schmidt et al. (2016), glucose. The pseudo-count was chosen on these proteins, weakly; nothing else was.
    let (genome, _, expression) = ecoli(Nutrient::new(0.3).unwrap());
    let column = genome.extra_columns().iter().position(|c| c == "x-protein_half_life_silac");
    let growth = expression.unburdened_growth_per_h;
    let points = |native: &dyn Fn(usize) -> Option<f64>| -> Vec<(f64, f64)> {
        let both = genome.coding().filter_map(|(i, gene)| Some((native(i)?, gene.protein_copies?)));
        let both = both.filter(|(model, measured)| *model > 0.0 && *measured > 0.0);
        both.map(|(model, measured)| (model.ln(), measured.ln())).collect()
    };
    // The reference took all measured half-lives of proteins, also those that growing cells contradict.
    let silac = |index: usize| {
        let text = genome.genes()[index].extra.get(column?)?.as_deref();
        let decay = text.map_or(0.0, |min| 60.0 * 2_f64.ln() / min.parse::<f64>().unwrap());
        let known = expression.gene(index)?.protein_decay_per_h;
        Some(expression.native_proteins(index)? * (known + growth) / (decay + growth))
    };
    let reference = points(&silac);
    assert_eq!(reference.len(), 2163);
    let r = correlation(&reference);
    assert!((r - 0.7614).abs() < 0.001, "{r}");
    let ratios: Vec<f64> =
        reference.iter().map(|(model, measured)| (model - measured).exp()).collect();
    close("median ratio", median(ratios.clone()), 1.418, 0.01);
    let within = ratios.iter().filter(|r| (1.0 / 3.0..=3.0).contains(*r)).count() as f64;
    assert!((within / ratios.len() as f64 - 0.582).abs() < 0.005);
    // With those that are used.
    let r = correlation(&points(&|index| expression.native_proteins(index)));
    assert!((r - 0.769).abs() < 0.001, "{r}");
}

#[test]
fn units_keep_the_means_of_their_genes() {
    // Of genes of more than 30 TPM nine in ten keep the protein that their own abundance would give within 5 %.
    let (genome, chassis, expression) = ecoli(Nutrient::new(0.3).unwrap());
    let rates = chassis.rates();
    let abundances: f64 = genome.coding().filter_map(|(_, g)| g.tpm).sum();
    let mut weight = 0.0;
    let mut single = Vec::new();
    for (index, gene) in genome.coding() {
        let (Some(tpm), Some(known)) = (gene.tpm, expression.gene(index)) else { continue };
        // Per unit of rho_0, for a transcript of its own.
        let mut alone = *known;
        alone.rho = gene.translation_efficiency.unwrap_or(1.0);
        let mrna = expression.mrna_molecules * tpm / abundances;
        weight += mrna * alone.weight(rates.elongation_aa_per_h);
        single.push((index, tpm, mrna, alone));
    }
    let rho_0 = (rates.d - 1.0) / weight;
    close("rho_0 of single genes", rho_0, 70.148, 0.001);
    let free = chassis.state().ribosomes / rates.d;
    let (mut all, mut near) = (0, 0);
    for (index, tpm, mrna, alone) in single {
        if tpm > 30.0 && genome.genes()[index].place.length_nt >= 150 {
            let made = rho_0 * alone.translation(rates.elongation_aa_per_h) * free * mrna;
            let proteins = made / (alone.protein_decay_per_h + rates.growth_per_h);
            let ratio = expression.native_proteins(index).unwrap() / proteins;
            (all, near) = (all + 1, near + i32::from((0.95..1.05).contains(&ratio)));
        }
    }
    assert!(near * 10 >= all * 9, "{near} of {all}");
}

/// Dennis & Bremer (2008): mean lifetime times translations of each transcript a minute.
#[test]
fn proteins_per_transcript_follow_growth() {
    for (doubling, measured) in
        [(100.0, 31.0), (60.0, 40.0), (40.0, 63.0), (30.0, 82.0), (24.0, 104.0), (20.0, 138.0)]
    {
        let (_, _, expression) = ecoli(nutrient_for(doubling));
        let found = median(proteins_per_transcript(&expression));
        let off = found / measured;
        println!(
            "doubling {doubling} min: {found:.1} proteins per transcript, measured {measured}"
        );
        assert!((0.65..1.35).contains(&off), "{doubling} min: {found}, measured {measured}");
    }
}

/// Two genes of one transcript.
const PAIR: &str = include_str!("../../data/pair.toml");

/// A unit of two genes with stated rates: 0.1 bursts a minute of 0.6 transcripts, or single events.
fn two_genes(burst: f64) -> Hypervisor {
    let mut hypervisor = Hypervisor::new(Nutrient::new(0.3).unwrap()).unwrap();
    let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    let vm = hypervisor.create(config.spec("a").unwrap()).unwrap();
    vm.start().unwrap();
    vm.set_burst(burst).unwrap();
    let package = Arc::new(read(PAIR, "pair", &|_| Err(String::new())).unwrap());
    vm.install_package(&package, &|_| None).unwrap();
    hypervisor
}

/// The law of units whose events make a geometric number of transcripts, against exact runs: with `g` the loss of
/// transcripts and of proteins, and `r` the translation of each,
/// `cov(i, j) = r_i r_j M (1 + b) (1 / (g_m + g_i) + 1 / (g_m + g_j)) / (g_i + g_j)`.
#[test]
fn genes_of_a_unit_vary_together_as_the_law_says() {
    for burst in [0.0, 0.6] {
        let template = two_genes(burst);
        let cells = 1500u32;
        let mut sums = [0.0; 8];
        for seed in 0..cells {
            let mut cell = template.clone();
            cell.set_seed(u64::from(seed));
            cell.set_coupling_step(Time::from_seconds(30.0)).unwrap();
            cell.set_sample_every(Time::from_hours(1.0)).unwrap();
            cell.run(Time::from_hours(5.0), &mut |_| {}, &StopToken::new()).unwrap();
            let vm = cell.vm("a").unwrap();
            let counts = |gene: &str| vm.population().counts(vm.gene_index(gene).unwrap()).unwrap();
            let ((m, x), (same, y)) = (counts("long"), counts("short"));
            assert_eq!(m, same);
            for (sum, value) in sums.iter_mut().zip([m, m * m, x, x * x, y, y * y, x * y, 1.0]) {
                *sum += value;
            }
        }
        let n = f64::from(cells);
        let [m, mm, x, xx, y, yy, xy, _] = sums.map(|sum| sum / n);
        let growth = template.host_rates().growth_per_h;
        let lost = 60.0 * 2_f64.ln() / 3.0 + growth;
        let mean = 3.6 / lost;
        let (a, b) = (mean * 6.0 * lost / growth, mean * 1.5 * lost / growth);
        let shared = (1.0 + burst) / mean * growth / (lost + growth);
        let tolerance = 4.0 * (2.0 / n).sqrt();
        close("transcripts", m, mean, 4.0 * ((1.0 + burst) / mean / n).sqrt());
        close("Fano", (mm - m * m) / m, 1.0 + burst, 2.5 * tolerance);
        close("proteins", x, a, 4.0 * ((1.0 / a + shared) / n).sqrt() + 0.005);
        close("proteins", y, b, 4.0 * ((1.0 / b + shared) / n).sqrt() + 0.005);
        close("CV2", (xx - x * x) / (x * x), 1.0 / a + shared, 2.0 * tolerance);
        let r = (xy - x * y) / ((xx - x * x) * (yy - y * y)).sqrt();
        let expected = 1.0 / ((1.0 + 1.0 / (a * shared)) * (1.0 + 1.0 / (b * shared))).sqrt();
        assert!((r - expected).abs() < 0.06, "{burst}: {r}, expected {expected}");
    }
}

#[test]
fn bursts_are_a_mean_size_and_change_no_mean() {
    let mut hypervisor = two_genes(0.0);
    let vm = hypervisor.vm_mut("a").unwrap();
    for wrong in [-0.1, 5.1, f64::NAN, f64::INFINITY] {
        assert!(vm.set_burst(wrong).is_err());
        assert_eq!(vm.burst(), 0.0);
    }
    let made = |burst: f64| {
        let mut hypervisor = two_genes(burst);
        hypervisor.set_solver(Solver::Deterministic);
        hypervisor.run(Time::from_hours(3.0), &mut |_| {}, &StopToken::new()).unwrap();
        let vm = hypervisor.vm("a").unwrap();
        vm.population().counts(vm.gene_index("long").unwrap()).unwrap()
    };
    assert_eq!(made(0.0), made(3.0));
}

fn with_internal(solver: Solver) -> Hypervisor {
    let mut hypervisor = Hypervisor::new(Nutrient::new(0.3).unwrap()).unwrap();
    hypervisor.set_solver(solver);
    let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    let mut spec = config.spec("a").unwrap();
    spec.limits = bioxen::hypervisor::Limits::HOST;
    hypervisor.create(spec).unwrap().start().unwrap();
    hypervisor.set_internal_promoters("a", InternalPromoters::Separate).unwrap();
    hypervisor
}

#[test]
fn internal_promoters_bring_transcripts_of_their_own() {
    let genome = genome::shipped("ecoli").unwrap();
    let chassis = Chassis::settled(Nutrient::new(0.3).unwrap()).unwrap();
    let apart = |internal| {
        Expression::calibrate_with(&genome, BiologicalType::Ecoli, &chassis, internal).unwrap()
    };
    let (whole, inside) = (apart(InternalPromoters::Ignored), apart(InternalPromoters::Separate));
    // Nucleotides are conserved, operon by operon.
    let nt = |expression: &Expression, operon: &[usize]| -> f64 {
        let long = operon.iter().filter(|&&g| genome.genes()[g].place.length_nt >= 150);
        let of = |&g: &usize| {
            let length = f64::from(genome.genes()[g].place.length_nt);
            expression.native_transcripts(g).map(|m| m * length)
        };
        long.filter_map(of).sum()
    };
    let mut several = 0;
    // The level of lac is that of its protein.
    for (name, operon) in genome.operons().filter(|(name, _)| *name != "lac") {
        let (a, b) = (nt(&whole, operon), nt(&inside, operon));
        assert!((a - b).abs() <= 1e-9 * a, "{name}: {a} {b}");
        several += usize::from(operon.iter().any(|&g| inside.units_of(g).nth(1).is_some()));
    }
    assert!((150..=280).contains(&several), "{several}");
    // Their own promoters explain gapA and tufA: the factor of translation is nearly 1.
    let share = |expression: &Expression, gene: &str| {
        expression.gene(genome.index_of(gene).unwrap()).unwrap().share
    };
    for gene in ["gapA", "tufA"] {
        assert!(share(&whole, gene) > 1.4, "{gene}: {}", share(&whole, gene));
        assert!((share(&inside, gene) - 1.0).abs() < 0.1, "{gene}: {}", share(&inside, gene));
    }
    // The table has no promoter of rplKAJL without rpoBC, so rplJ stays unexplained.
    assert!(share(&inside, "rplJ") > 4.0, "{}", share(&inside, "rplJ"));
    let in_operons = inside.units().iter().filter(|u| genome.operon_of(u.genes[0]).len() > 1);
    assert!((1000..1100).contains(&in_operons.count()));
    // Proteins stay about what they were.
    let ratios: Vec<f64> = genome
        .coding()
        .filter(|(_, gene)| gene.tpm.is_some_and(|tpm| tpm > 30.0) && gene.place.length_nt >= 150)
        .filter_map(|(i, _)| Some(inside.native_proteins(i)? / whole.native_proteins(i)?))
        .collect();
    let near = ratios.iter().filter(|r| (0.95..1.05).contains(*r)).count();
    assert!(near * 10 >= ratios.len() * 9, "{near} of {}", ratios.len());
    close("lifetimes", inside.lifetime_factor(), whole.lifetime_factor(), 0.05);
}

#[test]
fn internal_promoters_live_the_same_life_everywhere() {
    for solver in [Solver::Stochastic, Solver::Deterministic] {
        let mut cell = with_internal(solver);
        let vm = cell.vm_mut("a").unwrap();
        vm.start_transcription(&["gapA", "tufA", "lacZ"], 2.0).unwrap();
        let index = vm.gene_index("gapA").unwrap();
        assert!(vm.population().carried(index).count() > 1);
        assert_eq!(vm.population().carried(vm.gene_index("lacZ").unwrap()).count(), 1);
        let live = |cell: &mut Hypervisor, minutes: f64| {
            cell.run(Time::from_minutes(minutes), &mut |_| {}, &StopToken::new()).unwrap().trace
        };
        let trace = live(&mut cell, 20.0);
        let last = |name: &str| *trace.column(name).unwrap().values.last().unwrap();
        let (mrna, protein) = cell.vm("a").unwrap().population().counts(index).unwrap();
        assert_eq!((last("a.gapA.mrna"), last("a.gapA.protein")), (mrna, protein));
        // Saved and loaded it goes on bit for bit.
        let mut again = Hypervisor::load(&cell.save().unwrap()).unwrap();
        assert_eq!(again.save().unwrap(), cell.save().unwrap());
        assert_eq!(live(&mut again, 5.0).columns, live(&mut cell, 5.0).columns);
        // It is decided once.
        let error = cell.set_internal_promoters("a", InternalPromoters::Ignored).unwrap_err();
        assert!(error.to_string().contains("transcribed genes already"), "{error}");
        // With an abundance for genes of which none is known the operon is one transcript, and keeps its molecules.
        let before = cell.vm("a").unwrap().population().counts(index).unwrap();
        let promoter = Promoter { assumed_tpm: Some(50.0), ..Promoter::NATIVE };
        let vm = cell.vm_mut("a").unwrap();
        vm.open_promoters(&["gapA"], promoter).unwrap();
        assert!((vm.population().counts(index).unwrap().1 - before.1).abs() < 1e-9);
        vm.stop_transcription(&["gapA", "tufA"]).unwrap();
        assert_eq!(vm.transcribing(), ["lacA", "lacY", "lacZ"]);
        live(&mut cell, 1.0);
    }
}
