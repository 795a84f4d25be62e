//! RNA of guests whose promoters take all polymerases.

use crate::chassis::measured::polymerases::mrna_speed;
use crate::chassis::polymerase::Pool;
use crate::chassis::{Chassis, Kinetics, Nutrient, energy};
use crate::factory::{Config, Infrastructure};
use crate::hypervisor::{BiologicalType, Hypervisor, Limits, Solver, VmSpec};
use bioxen_base::units::Time;
use bioxen_engine::StopToken;

/// At rest: the genome's strong promoters at a strength, beside a quota of one ribosome.
fn saturated(quality: f64, genes: usize, strength: f64) -> Hypervisor {
    let mut cell = Hypervisor::new(Nutrient::new(quality).unwrap()).unwrap();
    cell.set_solver(Solver::Deterministic);
    let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    let spec = config.spec("vm").unwrap();
    let limits = Limits { max_ribosomes: 1.0, max_memory_kb: 50_000.0, ..Limits::HOST };
    let strong = spec
        .genome
        .genes()
        .iter()
        .filter(|gene| gene.tpm.is_some_and(|tpm| tpm > 100.0))
        .take(genes);
    let names: Vec<String> = strong.map(|gene| gene.name().to_owned()).collect();
    let vm = cell.create(VmSpec { limits, ..spec }).unwrap();
    vm.start().unwrap();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    vm.start_transcription(&names, strength).unwrap();
    cell.run(Time::from_hours(60.0), &mut |_| {}, &StopToken::new()).unwrap();
    cell
}

/// A8: guests never keep more RNA than all polymerases for mRNA can make, however strong their promoters; many
/// come near it.
#[test]
fn guests_keep_no_more_rna_than_polymerases_can_make() {
    for (quality, genes, least) in
        [(0.08, 200, 0.5), (0.3, 1, 0.0), (0.3, 200, 0.5), (1.0, 200, 0.5)]
    {
        let cell = saturated(quality, genes, 1000.0);
        let units = cell.vm("vm").unwrap().population().units();
        let nt: f64 = units.iter().map(|unit| unit.transcripts * unit.rates.length_nt).sum();
        let lost = units
            .iter()
            .map(|unit| unit.transcripts * unit.rates.length_nt * unit.rates.decay_per_h);
        let decay = lost.sum::<f64>() / nt;
        let alone = Chassis::settled(Nutrient::new(quality).unwrap()).unwrap();
        let alone = alone.rates().growth_per_h;
        let growth = cell.host_rates().growth_per_h;
        let pool = Pool::at(alone);
        let most = 3600.0 * mrna_speed(alone) * pool.for_mrna() / (decay + growth);
        assert!(nt / most <= 1.0 && nt / most > least, "{quality}, {genes}: {}", nt / most);
    }
}

/// A11: ATP for the RNA of guests is that of the nucleotides which replace what decays at the functional rate, not at the
/// chemical one.
#[test]
fn rna_of_guests_is_paid_for_at_the_rate_at_which_it_is_made() {
    for (genes, strength) in [(1, 1.0), (20, 5.0), (200, 1000.0)] {
        let cell = saturated(0.3, genes, strength);
        let host = cell.host_rates();
        let atp = cell.chassis().state().atp;
        let charged = host.atp_use_per_h
            - energy::PER_AMINO_ACID * host.elongation_aa_per_h * host.translating
            - energy::overhead(&Kinetics::PUBLISHED, host.growth_per_h, atp);
        let needed = |chemical: bool| -> f64 {
            let units = cell.vm("vm").unwrap().population().units().iter();
            let kept = units.map(|unit| {
                let rates = unit.rates;
                let decay = if chemical { rates.chemical_decay_per_h } else { rates.decay_per_h };
                unit.transcripts * rates.length_nt * (decay + host.growth_per_h)
            });
            energy::PER_NUCLEOTIDE * kept.sum::<f64>()
        };
        let ratio = charged / needed(false);
        assert!((ratio - 1.0).abs() < 5e-3, "{genes} at {strength}: {ratio}");
        let more = charged / needed(true);
        assert!(more > 1.5 && more < 2.6, "{genes} at {strength}: {more}");
    }
}
