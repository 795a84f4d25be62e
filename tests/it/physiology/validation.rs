//! Published results that host and guests must reproduce together.

use bioxen::chassis::Nutrient;
use bioxen::chassis::energy::EnergyCoupling;
use bioxen::engine::StopToken;
use bioxen::genome;
use bioxen::hypervisor::{BiologicalType, Hypervisor, Limits, Solver, VmSpec};
use bioxen::units::Time;

fn ecoli(solver: Solver) -> Hypervisor {
    let nutrient = Nutrient::new(0.3).unwrap();
    let mut hypervisor = Hypervisor::with_energy(nutrient, EnergyCoupling::Coupled).unwrap();
    hypervisor.set_solver(solver);
    let limits = Limits { max_ribosomes: 20_000.0, max_memory_kb: 5000.0, ..Limits::HOST };
    let genome = genome::shipped("ecoli").unwrap();
    let biological_type = BiologicalType::Ecoli;
    let rules = bioxen::hypervisor::Rules::of(biological_type);
    let spec = VmSpec { id: "vm".to_owned(), biological_type, genome, limits, rules };
    hypervisor.create(spec).unwrap().start().unwrap();
    hypervisor
}

fn live(hypervisor: &mut Hypervisor, hours: f64) {
    hypervisor.set_sample_every(Time::from_hours(hours)).unwrap();
    let time = Time::from_hours(hours);
    assert!(hypervisor.run(time, &mut |_| {}, &StopToken::new()).unwrap().completed);
}

/// Scott et al., *Science* 330:1099 (2010), Fig. 4: growth falls in a straight line with the mass
/// fraction of an unneeded protein, to zero at about 0.48; accepted 0.4 to 0.6, for fractions up
/// to 0.3. Nothing here was fitted to it.
#[test]
fn an_unneeded_protein_slows_growth_as_measured() {
    let unburdened = ecoli(Solver::Deterministic).host_rates().growth_per_h;
    // The strongest gene of its own whose protein is stable, as the unneeded one of the paper was.
    let genome = genome::shipped("ecoli").unwrap();
    let lone = genome.coding().filter(|(i, _)| genome.operon_of(*i).len() == 1);
    let stable = lone.filter(|(_, g)| g.half_lives.protein_min.is_none());
    let (_, gene) = stable.max_by(|(_, a), (_, b)| a.tpm.partial_cmp(&b.tpm).unwrap()).unwrap();
    let mut points = Vec::new();
    for strength in [50.0, 100.0, 200.0, 400.0] {
        let mut hypervisor = ecoli(Solver::Deterministic);
        let vm = hypervisor.vm_mut("vm").unwrap();
        vm.start_transcription(&[gene.name()], strength).unwrap();
        live(&mut hypervisor, 40.0);
        let (rates, competition) = hypervisor.rates();
        // The mass of the guest's proteins, by counting them.
        let vm = hypervisor.vm("vm").unwrap();
        let genes = vm.population().genes().iter();
        let mass: f64 = genes.map(|g| g.protein * g.rates.length_aa).sum();
        let fraction = mass / 1.19e9;
        // At steady state it is also the share of all translation.
        let share = competition.ribosomes.engaged[0] / rates.translating;
        assert!((fraction / share - 1.0).abs() < 0.02, "{fraction} {share}");
        points.push((fraction, rates.growth_per_h / unburdened));
    }
    assert!(points.iter().any(|p| p.0 > 0.1) && points.iter().all(|p| p.0 < 0.4), "{points:?}");
    for (fraction, relative) in points {
        let intercept = fraction / (1.0 - relative);
        assert!((0.4..=0.6).contains(&intercept), "{intercept} at {fraction}");
    }
}

/// Taniguchi et al., *Science* 329:533 (2010): the noise of a protein across cells is at least
/// that of a Poisson process, CV^2 >= 1 / mean. 1000 cells, 12 genes of low to middling
/// expression; the error of a variance from 1000 samples is sqrt(2 / 1000) = 4.5 %, and four of
/// them are allowed for.
#[test]
fn no_gene_is_quieter_than_poisson() {
    let mut template = ecoli(Solver::Stochastic);
    template.set_coupling_step(Time::from_seconds(20.0)).unwrap();
    let vm = template.vm_mut("vm").unwrap();
    let genome = vm.genome().clone();
    let expression = vm.expression().unwrap().clone();
    let single = genome.coding().filter(|(i, _)| genome.operon_of(*i).len() == 1);
    let quiet = single.filter(|(i, _)| {
        expression
            .gene(*i)
            .zip(expression.native_transcripts(*i))
            .is_some_and(|(g, mrna)| mrna > 0.02 && mrna < 0.2 && g.length_aa > 100.0)
    });
    let genes: Vec<&str> = quiet.take(12).map(|(_, g)| g.name()).collect();
    assert_eq!(genes.len(), 12);
    vm.start_transcription(&genes, 1.0).unwrap();
    let cells = 1000u32;
    let mut sums = vec![(0.0, 0.0); genes.len()];
    for seed in 0..cells {
        let mut cell = template.clone();
        cell.set_seed(u64::from(seed));
        live(&mut cell, 3.0);
        for (sum, gene) in sums.iter_mut().zip(cell.vm("vm").unwrap().population().genes()) {
            *sum = (sum.0 + gene.protein, sum.1 + gene.protein * gene.protein);
        }
    }
    let n = f64::from(cells);
    let mut above = 0;
    for (sum, squares) in sums {
        let mean = sum / n;
        let fano = (squares / n - mean * mean) / mean * n / (n - 1.0);
        assert!(mean > 0.5, "{mean}");
        assert!(fano > 1.0 - 4.0 * (2.0 / n).sqrt(), "Fano {fano} at mean {mean}");
        above += u32::from(fano > 1.2);
    }
    // Translation in bursts makes most of them noisier than Poisson.
    assert!(above > 6, "{above} of 12");
}

/// A protein that is made at a constant rate and diluted by growth approaches its steady state as
/// `1 - exp(-lambda t)`: after `ln 2 / lambda` it is halfway.
#[test]
fn dilution_by_growth_sets_the_pace() {
    let mut hypervisor = ecoli(Solver::Deterministic);
    let vm = hypervisor.vm_mut("vm").unwrap();
    let name = "crp";
    assert_eq!(vm.start_transcription(&[name], 0.1).unwrap(), [name]);
    let growth = hypervisor.host_rates().growth_per_h;
    let protein = |h: &Hypervisor| h.vm("vm").unwrap().population().genes()[0].protein;
    // Let the mRNA come to rest first, then forget the protein made meanwhile.
    live(&mut hypervisor, 3.0);
    let early = protein(&hypervisor);
    live(&mut hypervisor, std::f64::consts::LN_2 / growth);
    let later = protein(&hypervisor);
    live(&mut hypervisor, 30.0);
    let settled = protein(&hypervisor);
    let halfway = 0.5 * (early + settled);
    assert!((later / halfway - 1.0).abs() < 1e-3, "{early} {later} {settled}");
}
