//! How much protein there is, and where it goes.

use bioxen::chassis::parameters as p;
use bioxen::genome::{self, Genome};
use bioxen::hypervisor::expression::Expression;
use bioxen::hypervisor::{BiologicalType, Hypervisor, Solver};

use super::{add, fresh, live, quality, said};

/// The proteins that the whole genome makes in the unburdened host, all at rest.
fn native_proteins(genome: &Genome, kind: BiologicalType, q: f64) -> f64 {
    let chassis = fresh(q);
    let rates = chassis.rates();
    let expression = Expression::calibrate(genome, kind, &chassis).unwrap();
    let genes = genome.coding().filter_map(|(i, _)| Some((i, expression.gene(i)?)));
    genes
        .map(|(i, g)| {
            let made =
                g.translation(rates.elongation_aa_per_h) * chassis.state().ribosomes / rates.d;
            let mrna = expression.native_transcripts(i).unwrap();
            mrna * made / (g.protein_decay_per_h + rates.growth_per_h)
        })
        .sum()
}

#[test]
fn a_foreign_genome_makes_the_proteins_of_its_own_cell() {
    for (name, kind) in [("syn3a", BiologicalType::Syn3a), ("minimal", BiologicalType::MinimalCell)]
    {
        let genome = genome::shipped(name).unwrap();
        let counted: f64 = genome.coding().filter_map(|(_, g)| g.protein_copies).sum();
        for q in [0.03, 0.3, 1.0] {
            let made = native_proteins(&genome, kind, q);
            assert!((made / counted - 1.0).abs() < 1e-6, "{name}, {q}: {made}, {counted}");
        }
    }
    // All genes at once, in a host that feels them.
    let mut hypervisor = Hypervisor::new(quality(0.3)).unwrap();
    hypervisor.set_solver(Solver::Deterministic);
    let alone = hypervisor.host_rates().growth_per_h;
    let vm = add(&mut hypervisor, BiologicalType::Syn3a);
    let genome = vm.genome().clone();
    let names: Vec<&str> = genome.coding().map(|(_, g)| g.name()).collect();
    assert_eq!(names.len(), 455);
    vm.start_transcription(&names, 1.0).unwrap();
    live(&mut hypervisor, 24.0);
    let made: f64 =
        hypervisor.vm("cell").unwrap().population().genes().iter().map(|g| g.protein).sum();
    assert!((70_000.0..85_000.0).contains(&made), "{made}");
    // 2.5e7 of 1.19e9 aa, of which 0.41 would stop growth.
    let lost = 1.0 - hypervisor.host_rates().growth_per_h / alone;
    assert!((0.03..0.08).contains(&lost), "{lost}");
}

/// Measured half-lives that contradict the slow turnover of all protein in growing cells are no
/// degradation; those of proteins that proteases take are.
#[test]
fn degradation_is_what_can_be_trusted() {
    let genome = genome::shipped("ecoli").unwrap();
    let half_life = |name: &str| genome.gene(name).unwrap().half_lives.protein_min;
    for stable in ["rpsJ", "ompA", "ompF", "rpoB", "rplB", "carB"] {
        assert_eq!(half_life(stable), None, "{stable}");
    }
    assert_eq!(half_life("rpoS"), Some(6.0));
    assert_eq!(half_life("lpxC"), Some(60.0));
    assert_eq!(half_life("groL"), Some(5000.0));
    let (mut mass, mut lost) = (0.0, 0.0);
    for (_, gene) in genome.coding() {
        let (Some(copies), Some(length)) = (gene.protein_copies, gene.protein_length) else {
            continue;
        };
        let aa = copies * f64::from(length);
        mass += aa;
        lost += gene.half_lives.protein_min.map_or(0.0, |h| aa * 60.0 * std::f64::consts::LN_2 / h);
    }
    assert!(lost / mass < 0.02, "{} per hour", lost / mass);
}

/// Protein made is protein there, or diluted, or degraded: at rest host and guests weigh `M`,
/// whatever is degraded.
#[test]
fn the_account_of_protein_closes_with_decay() {
    for gene in ["rpoS", "tufA"] {
        let mut hypervisor = Hypervisor::new(quality(0.3)).unwrap();
        hypervisor.set_solver(Solver::Deterministic);
        let vm = add(&mut hypervisor, BiologicalType::Ecoli);
        vm.start_transcription(&[gene], 100.0).unwrap();
        live(&mut hypervisor, 60.0);
        let (rates, competition) = hypervisor.rates();
        let host = hypervisor.chassis().state();
        let guests = hypervisor.vm("cell").unwrap().population().genes().iter();
        let (mut guest_aa, mut decayed) = (0.0, 0.0);
        for g in guests {
            guest_aa += g.protein * g.rates.length_aa;
            decayed += g.protein * g.rates.length_aa * g.rates.protein_decay_per_h;
        }
        let made = rates.elongation_aa_per_h * rates.translating;
        let growth = rates.growth_per_h;
        assert!((growth * p::CELL_MASS / (made - decayed) - 1.0).abs() < 1e-9, "{gene}");
        let housekeeping = p::HOUSEKEEPING * made / growth;
        let own = p::METABOLIC_LENGTH * host.p_a + p::RIBOSOME_LENGTH * host.ribosomes;
        let whole = (own + guest_aa + housekeeping) / p::CELL_MASS;
        assert!((whole - 1.0).abs() < 1e-3, "{gene}: {whole}, {competition:?}");
        if gene == "rpoS" {
            assert!(decayed > 0.01 * made, "{decayed} of {made}");
        }
    }
}

#[test]
fn essential_genes_alone_are_cheaper_and_that_is_all_that_is_said() {
    let (printed, remarks) = said(
        "let cell = create_bio_vm(\"a\", \"syn3a\", \"basic\", \
         #{resource_limits: #{max_ribosomes: 5000, max_atp: 100, max_memory_kb: 1000}}); cell.start(); \
         solver(\"deterministic\"); start_transcription(coding_genes()); run(1.h); \
         let done = optimize_minimal_metabolism(); print(done.closed.len()); \
         print(done.quasi_essential); print(done.note); print(done.growth_after > done.growth_before);",
    );
    assert_eq!(printed[0], "185", "{printed:?}");
    assert_eq!(printed[1], "113", "{printed:?}");
    assert!(printed[2].contains("no function of any gene is modelled"), "{printed:?}");
    assert_eq!(printed[3], "true", "{printed:?}");
    assert!(remarks.iter().any(|r| r.contains("113 of them quasi-essential")), "{remarks:?}");
}
