//! Guests that hold the host's RNA polymerases.

use super::{Origin, Outcome, Row, Section, growth};
use bioxen::chassis::energy::{self, EnergyCoupling};
use bioxen::chassis::measured::polymerases::mrna_speed;
use bioxen::chassis::polymerase::{Demand, Pool, Sharing, share};
use bioxen::chassis::{Chassis, Kinetics, Nutrient};
use bioxen::engine::StopToken;
use bioxen::genome;
use bioxen::hypervisor::population::GuestUnit;
use bioxen::hypervisor::{BiologicalType, Hypervisor, Limits, Rules, Solver, VmSpec};
use bioxen::units::Time;

pub(crate) const SECTION: Section = Section {
    title: "RNA polymerases",
    about: "RNA polymerases of the reference cell, what holds them (Dennis and Bremer, *EcoSal Plus* 2008), and guests that compete for them. \
            The first rows compare those on mRNA, which are what the measured synthesis needs at the measured speed, with the fractions in the same table. \
            A8 is a bound: the RNA of ever more saturated promoters beside what all polymerases that mRNA may have can keep, at their mean functional decay. A11 is ATP: \
            what guests are charged, beside two for each nucleotide that their transcripts need to stay as many. \
            All others compare the program with closed forms that were computed by other code; the cells of strong promoters were solved in the course of time.",
    rows,
    figures: &[],
    quick: false,
};

fn exact(id: &'static str, what: impl Into<String>, expected: f64, found: f64, within: f64) -> Row {
    Row::near(id, what, expected, found, within).of(Origin::Exact)
}

fn pools() -> Vec<Row> {
    let mut rows = Vec::new();
    for (minutes, [total, mrna, stable, idle, d]) in [
        (100.0, [2818.0, 341.3, 107.5, 2370.0, 1.1894]),
        (40.0, [4136.0, 326.5, 412.6, 3397.0, 1.2176]),
        (24.0, [4958.0, 299.0, 1098.6, 3561.0, 1.3925]),
    ] {
        let pool = Pool::at(growth(minutes));
        let mut add = |what: &str, expected, found| {
            let what = format!("{what}, doubling in {minutes} min");
            rows.push(exact("P1", what, expected, found, 0.005));
        };
        add("RNA polymerases", total, pool.total);
        add("those on mRNA", mrna, pool.on_mrna);
        add("those on stable RNA", stable, pool.on_stable_rna);
        add("those that are idle", idle, pool.idle());
        add("all over those that are idle", d, pool.d());
    }
    rows
}

/// Dennis and Bremer: doubling time [min], active RNA polymerases [fraction], and of these those on stable RNA.
const ACTIVE: [(f64, f64, f64); 3] =
    [(100.0, 0.155, 0.24), (40.0, 0.176, 0.56), (24.0, 0.282, 0.79)];

fn source() -> Vec<Row> {
    let row = |(minutes, active, stable): (f64, f64, f64)| {
        let pool = Pool::at(growth(minutes));
        let what = format!("RNA polymerases on mRNA [fraction], doubling in {minutes} min");
        Row::near("P2", what, active * (1.0 - stable), pool.on_mrna / pool.total, 0.03)
    };
    ACTIVE.into_iter().map(row).collect()
}

fn shared(available: f64, need: f64, quota: f64) -> Sharing {
    let mut out = Sharing::default();
    share(available, std::iter::once(Demand { need, quota, priority: 3.0 }), &mut out);
    out
}

fn loads() -> Vec<Row> {
    let pool = Pool::at(growth(40.0));
    let mut rows = Vec::new();
    for (need, kept, sharing) in [
        (100.0, [0.97384, 97.38, 317.99, 412.59, 3308.0], [0.97639, 97.64, 318.82, 402.85, 3316.6]),
        (
            1000.0,
            [0.78829, 788.29, 257.40, 412.59, 2677.7],
            [0.80529, 805.29, 262.95, 332.26, 2735.4],
        ),
        (
            10_000.0,
            [0.27131, 2713.15, 88.59, 412.59, 921.6],
            [0.29258, 2925.83, 95.54, 120.72, 993.9],
        ),
    ] {
        for (shares, expected) in [(false, kept), (true, sharing)] {
            let available = if shares { pool.total } else { pool.for_mrna() };
            let out = shared(available, need, f64::INFINITY);
            let stable = pool.on_stable_rna * if shares { out.speed } else { 1.0 };
            let found = [
                out.speed,
                out.held.engaged[0],
                out.speed * pool.on_mrna,
                stable,
                out.speed * pool.idle(),
            ];
            let names = ["speed", "of the guest", "on native mRNA", "on stable RNA", "idle"];
            for ((name, expected), found) in names.iter().zip(expected).zip(found) {
                let rule = if shares { "shares" } else { "is kept" };
                let what = format!("{name}, load {need}, stable RNA {rule}");
                rows.push(exact("P3", what, expected, found, 0.001));
            }
        }
    }
    let out = shared(pool.for_mrna(), 1000.0, 200.0);
    rows.push(exact("P4", "speed, load 1000 with a quota of 200", 0.94628, out.speed, 0.001));
    rows.push(exact(
        "P4",
        "throttle of the guest, load 1000 with a quota of 200",
        0.21135,
        out.held.throttle[0],
        0.001,
    ));
    rows
}

/// Quality, gene, strength; polymerases that it holds; transcripts at the growth of the host alone; transcripts and
/// growth [1/h] where it may have all ribosomes.
const STRONG: [(f64, &str, f64, [f64; 4]); 3] = [
    (0.3, "tufA", 5.0, [29.22, 69.93, 53.19, 0.8139]),
    (0.3, "tufA", 1000.0, [250.30, 598.99, 160.69, 0.2780]),
    (0.5, "ompA", 100.0, [36.14, 1569.95, 526.51, 0.3783]),
];

/// Polymerases that the promoter holds, its transcripts and growth, after a time with so many ribosomes.
fn strong(
    quality: f64,
    gene: &str,
    strength: f64,
    ribosomes: f64,
    hours: f64,
) -> Outcome<[f64; 3]> {
    let mut cell = Hypervisor::with_energy(Nutrient::new(quality)?, EnergyCoupling::Published)?;
    cell.set_solver(Solver::Deterministic);
    cell.set_sample_every(Time::from_hours(hours))?;
    let biological_type = BiologicalType::Ecoli;
    let limits = Limits { max_ribosomes: ribosomes, max_memory_kb: 5000.0, ..Limits::HOST };
    let (genome, rules) = (genome::shipped("ecoli")?, Rules::of(biological_type));
    let vm = cell.create(VmSpec { id: "vm".to_owned(), biological_type, genome, limits, rules })?;
    vm.start()?;
    vm.start_transcription(&[gene], strength)?;
    let trace = cell.run(Time::from_hours(hours), &mut |_| {}, &StopToken::new())?.trace;
    let last = |name: &str| {
        trace.column(name).and_then(|column| column.values.last().copied()).unwrap_or(f64::NAN)
    };
    let mrna = last(&format!("vm.{gene}.mrna"));
    Ok([last("vm.polymerases"), mrna, last("host.growth_rate_per_h")])
}

/// A settled cell whose guest has the promoters of some genes at a strength, and hardly makes a protein.
fn saturated(quality: f64, genes: usize, strength: f64) -> Outcome<Hypervisor> {
    let mut cell = Hypervisor::new(Nutrient::new(quality)?)?;
    cell.set_solver(Solver::Deterministic);
    cell.set_sample_every(Time::from_hours(60.0))?;
    let biological_type = BiologicalType::Ecoli;
    let limits = Limits { max_ribosomes: 1.0, max_memory_kb: 50_000.0, ..Limits::HOST };
    let (genome, rules) = (genome::shipped("ecoli")?, Rules::of(biological_type));
    let names: Vec<String> = genome
        .genes()
        .iter()
        .filter(|gene| gene.tpm.is_some_and(|tpm| tpm > 100.0))
        .map(|gene| gene.name().to_owned())
        .take(genes)
        .collect();
    let vm = cell.create(VmSpec { id: "vm".to_owned(), biological_type, genome, limits, rules })?;
    vm.start()?;
    vm.start_transcription(&names.iter().map(String::as_str).collect::<Vec<_>>(), strength)?;
    cell.run(Time::from_hours(60.0), &mut |_| {}, &StopToken::new())?;
    Ok(cell)
}

/// A8 and A11: the RNA of guests beside what polymerases can keep, and the ATP that it costs beside what
/// it takes to stay as much [ATP/h].
fn rna_of_guests() -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for (quality, genes, strength) in [
        (0.3, 1, 1000.0),
        (0.3, 20, 1000.0),
        (0.3, 200, 1000.0),
        (0.08, 200, 1000.0),
        (1.0, 200, 1000.0),
    ] {
        let cell = saturated(quality, genes, strength)?;
        let units = cell.vm("vm")?.population().units();
        let nt: f64 = units.iter().map(|unit| unit.transcripts * unit.rates.length_nt).sum();
        let lost =
            |unit: &GuestUnit| unit.transcripts * unit.rates.length_nt * unit.rates.decay_per_h;
        let decay = units.iter().map(lost).sum::<f64>() / nt;
        let alone = Chassis::settled(Nutrient::new(quality)?)?.rates().growth_per_h;
        let growth = cell.host_rates().growth_per_h;
        let most = 3600.0 * mrna_speed(alone) * Pool::at(alone).for_mrna() / (decay + growth);
        let genes = if genes == 1 { "1 gene".to_owned() } else { format!("{genes} genes") };
        let of = format!("{genes} at strength 1000, nutrient {quality}");
        let what = format!("RNA of {of}, over the most there can be [fraction]");
        rows.push(Row::within("A8", what, "at most 1", nt / most, (0.0, 1.0)).of(Origin::Exact));
        let host = cell.host_rates();
        let atp = cell.chassis().state().atp;
        let charged = host.atp_use_per_h
            - energy::PER_AMINO_ACID * host.elongation_aa_per_h * host.translating
            - energy::overhead(&Kinetics::PUBLISHED, host.growth_per_h, atp);
        let kept = |unit: &GuestUnit| {
            unit.transcripts * unit.rates.length_nt * (unit.rates.decay_per_h + growth)
        };
        let needed = energy::PER_NUCLEOTIDE * units.iter().map(kept).sum::<f64>();
        let what = format!("ATP for RNA of {of} [1/h]");
        rows.push(exact("A11", what, needed, charged, 0.005));
    }
    Ok(rows)
}

fn rows() -> Outcome<Vec<Row>> {
    let mut rows = source();
    rows.extend(pools());
    rows.extend(loads());
    for (quality, gene, strength, [held, alone, with, slow]) in STRONG {
        let of = |what: &str| format!("{what} of {gene} at strength {strength}");
        let [found, mrna, _] = strong(quality, gene, strength, 1.0, 40.0)?;
        rows.push(exact("P5", of("polymerases"), held, found, 0.005));
        rows.push(exact("P6", of("transcripts beside a quota of one ribosome"), alone, mrna, 0.01));
        let all = Limits::HOST.max_ribosomes;
        let [_, mrna, growth] = strong(quality, gene, strength, all, 400.0)?;
        rows.push(exact("P6", of("transcripts beside free ribosomes"), with, mrna, 0.01));
        rows.push(exact("P6", of("growth [1/h] beside free ribosomes"), slow, growth, 0.01));
    }
    rows.extend(rna_of_guests()?);
    Ok(rows)
}
