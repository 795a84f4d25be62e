//! The lac operon and other operons that answer to their medium.

use super::{Origin, Outcome, Row, Section};
use bioxen::chassis::Nutrient;
use bioxen::engine::StopToken;
use bioxen::factory::{Config, Infrastructure};
use bioxen::genome::regulation::{
    Circumstances, Concentrations, Cyclase, Loops, RegulatedOperon, RegulatorKind, Response,
    TwoStates, shipped_regulation,
};
use bioxen::hypervisor::{BiologicalType, Control, Hypervisor, Limits, Medium, Solver};
use bioxen::units::Time;

pub(crate) const SECTION: Section = Section {
    title: "The lac operon",
    about: "LacI by published binding energies of O1 and O2 and two states of its heads (Razo-Mejia et al., *Cell Syst.* 6:456, 2018); one number, the weight of \
            loops, is fitted to the 1300-fold repression by three operators (Oehler et al., *EMBO J.* 9:973, 1990, in BioNumbers 102086). Catabolite \
            repression falls on a line with unburdened growth, whose slope of 0.8 is an assumption ([lac](lac.md)). Rows of L0 to L6 without a measurement compare with other code. \
            L7 is simple repression at one operator by flow cytometry, data of github.com/RPGroup-PBoC/mwc_induction (MIT): the authors took the constants of IPTG from O2 with 130 tetramers.",
    rows,
    figures: &[],
    quick: true,
};

pub(crate) const OPERONS: Section = Section {
    title: "Operons that answer to their medium",
    about: "Transcripts with an effector over those without, by the deterministic solver. Folds of TrpR and of attenuation are the curated ones that the rules were made from, \
            MalT's is from network component analysis (through vEcoli, MIT); together they must come out in a cell. *lac*: about 1000-fold between repressed and induced.",
    rows: operons,
    figures: &[],
    quick: true,
};

/// A medium of IPTG and cAMP [mM].
struct Only {
    iptg: f64,
    camp: f64,
}

impl Concentrations for Only {
    fn millimolar(&self, substance: &str) -> f64 {
        match substance {
            "IPTG" => self.iptg,
            "cAMP" => self.camp,
            _ => 0.0,
        }
    }
}

fn lac() -> Outcome<&'static RegulatedOperon> {
    Ok(shipped_regulation()?.iter().find(|o| o.name == "lac").ok_or("no lac operon")?)
}

/// Activity of the promoter beside so much IPTG [µM]; full cAMP unless changed.
fn activity(iptg_um: f64, change: &dyn Fn(&mut Circumstances)) -> Outcome<f64> {
    let medium = Only { iptg: iptg_um / 1000.0, camp: 0.0 };
    let mut around = Circumstances { growth: 0.0, ..Circumstances::of_wild_type(&medium) };
    change(&mut around);
    Ok(lac()?.activity("lacZ", &around))
}

/// IPTG [µM] at which it has half of what it has with any amount, from below or above, with a permease
/// that concentrates the inducer by a gain.
fn half(gain: f64, rising: bool, change: &dyn Fn(&mut Circumstances)) -> Outcome<f64> {
    let full = activity(1e9, change)?;
    let settled = |um: f64| -> Outcome<f64> {
        let mut permease = if rising { 0.0 } else { 1.0 };
        for _ in 0..3000 {
            let with = |around: &mut Circumstances| {
                change(around);
                around.uptake = gain * permease;
            };
            let next = activity(um, &with)? / full;
            if next == permease {
                break;
            }
            permease = next;
        }
        Ok(permease)
    };
    let (mut low, mut high) = (0.1_f64, 1000.0_f64);
    for _ in 0..40 {
        let middle = (low * high).sqrt();
        if settled(middle)? < 0.5 { low = middle } else { high = middle }
    }
    Ok(low)
}

/// The loops of LacI on *lac*, and its states beside IPTG.
pub(crate) fn loops() -> Outcome<(Loops, TwoStates)> {
    let regulator = lac()?.regulators.first().ok_or("no LacI")?;
    let RegulatorKind::Looping(loops) = regulator.kind else {
        return Err("LacI does not loop".into());
    };
    match regulator.effectors.first() {
        Some((_, Response::TwoStates(states))) => Ok((loops, *states)),
        _ => Err("IPTG is no effector of two states".into()),
    }
}

fn rows() -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    let mut add = |id, what: &str, expected, found, within| {
        rows.push(Row::near(id, what, expected, found, within));
    };
    let (loops, states) = loops()?;
    add("L0", "weight of the heads on O1", 21.104, loops.main, 0.001);
    add("L0", "weight of the heads on O2", 5.204, loops.auxiliary, 0.001);
    add("L0", "weight of loops", 7928.4, loops.both, 0.001);
    let alone = 1.0 / loops.main_alone(1.0, 1.0);
    add("L1", "repression by O1 alone, measured", 18.0, alone, 0.25);
    for (um, expected) in
        [(0.0, 0.00077914), (10.0, 0.0058941), (50.0, 0.26858), (100.0, 0.63829), (1000.0, 0.94494)]
    {
        let found = activity(um, &|_| ())?;
        add("L2", &format!("activity that LacI leaves at {um} µM IPTG"), expected, found, 0.005);
    }
    for (times, [fold, middle, open]) in
        [(1.0, [1283.5, 73.49, 0.9449]), (10.0, [1687.7, 191.16, 0.6385])]
    {
        let change = |around: &mut Circumstances| around.repressor = times;
        let of = |what: &str| format!("{what}, LacI × {times}");
        add("L3", &of("repression without IPTG"), fold, 1.0 / activity(0.0, &change)?, 0.005);
        add(
            "L3",
            &of("IPTG for half of the induction [µM]"),
            middle,
            half(0.0, true, &change)?,
            0.005,
        );
        add("L3", &of("activity at 1 mM IPTG"), open, activity(1000.0, &change)?, 0.005);
    }
    add("A9", "IPTG for half of the induction [µM]", 74.0, half(0.0, true, &|_| ())?, 0.02);
    for (operators, left, fold) in [(10.0, 2.6458, 839.49), (50.0, 0.1445, 96.72)] {
        let change = |around: &mut Circumstances| around.operators = operators;
        let of = |what: &str| format!("{what} beside {operators} plasmid copies of O1");
        let free = loops.free(1.0, operators, 1.0) * loops.tetramers;
        add("L4", &of("free tetramers of LacI"), left, free, 0.005);
        add("L4", &of("repression"), fold, 1.0 / activity(0.0, &change)?, 0.005);
    }
    for (gain, rising, falling) in [(0.0, 73.99, 73.99), (10.0, 16.16, 12.25)] {
        let of = |what: &str| {
            format!("IPTG for half of the induction [µM], {what}, gain of LacY {gain}")
        };
        add("L5", &of("from below"), rising, half(gain, true, &|_| ())?, 0.02);
        add("L5", &of("from above"), falling, half(gain, false, &|_| ())?, 0.02);
    }
    for (growth, expected) in [(0.0, 1.0), (0.5, 0.6), (1.0, 0.2)] {
        let found =
            activity(1000.0, &|around| around.growth = growth)? / activity(1000.0, &|_| ())?;
        let what = format!("activity of CRP at {growth} of the growth on glucose");
        add("L6", &what, expected, found, 0.005);
    }
    let without = |camp: f64| -> Outcome<f64> {
        let medium = Only { iptg: 1.0, camp };
        let cyclase = Cyclase::Deleted;
        let around = Circumstances { cyclase, ..Circumstances::of_wild_type(&medium) };
        Ok(lac()?.activity("lacZ", &around))
    };
    add(
        "A9",
        "cAMP opens without cyclase, measured [fold]",
        50.0,
        without(1e6)? / without(0.0)?,
        0.02,
    );
    for row in
        rows.iter_mut().filter(|row| row.what.contains("weight of") || row.what.contains("cyclase"))
    {
        row.origin = Origin::Fitted;
    }
    rows.extend(curves(states)?);
    Ok(rows)
}

/// The weight of so many tetramers of LacI on one operator [kT].
pub(crate) fn weight(energy_kt: f64, tetramers: f64) -> f64 {
    2.0 * tetramers / 4.6e6 * f64::exp(-energy_kt)
}

/// Fold changes of simple repression: for each strain the root mean square over concentrations of IPTG.
fn curves(states: TwoStates) -> Outcome<Vec<Row>> {
    let mut strains: Vec<(String, bool, Vec<f64>)> = Vec::new();
    for line in include_str!("../../../tests/data/lac_fold_changes.tsv").lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [operator, tetramers, um, fold, used] = cells[..] else { continue };
        // Garcia and Phillips, PNAS 108:12173 (2011), as the authors cite them.
        let Some((_, energy)) =
            [("O1", -15.3), ("O2", -13.9), ("O3", -9.7)].into_iter().find(|(o, _)| *o == operator)
        else {
            continue;
        };
        let number = tetramers.parse::<f64>()?;
        let there = weight(energy, number) * states.active(um.parse()?);
        let error = 1.0 / (1.0 + there) - fold.parse::<f64>()?;
        let name = format!("{operator}, {tetramers} tetramers");
        match strains.iter_mut().find(|(of, ..)| *of == name) {
            Some((_, _, errors)) => errors.push(error),
            None => strains.push((name, used == "fitted", vec![error])),
        }
    }
    let rms =
        |errors: &[f64]| (errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64).sqrt();
    let mut rows = Vec::new();
    for (name, fitted, errors) in &strains {
        let origin = if *fitted { Origin::Fitted } else { Origin::Predicted };
        let largest = errors.iter().fold(0.0_f64, |most, error| most.max(error.abs()));
        let what = format!("fold changes beside IPTG, largest deviation, {name}");
        rows.push(Row::within("L7", what, "0", largest, (0.0, 0.15)).of(origin).because(CURVES));
    }
    let held: Vec<f64> =
        strains.iter().filter(|strain| !strain.1).flat_map(|strain| strain.2.clone()).collect();
    let curves = strains.iter().filter(|strain| !strain.1).count();
    let what =
        format!("fold changes of {curves} strains, root mean square of {} means", held.len());
    rows.push(Row::within("L7", what, "0", rms(&held), (0.0, 0.09)).because(CURVES));
    Ok(rows)
}

const CURVES: &str = "One set of constants from one strain serves all; the weakest operator with the most repressor deviates most, in \
    the publication as well.";

fn cell(operon: &str) -> Outcome<Hypervisor> {
    let mut cell = Hypervisor::new(Nutrient::new(0.3)?)?;
    cell.set_solver(Solver::Deterministic);
    cell.set_sample_every(Time::from_hours(4.0))?;
    let mut config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    config.limits.max_ribosomes = Limits::HOST.max_ribosomes;
    let vm = cell.create(config.spec("vm")?)?;
    vm.start()?;
    vm.manage_operons(&[operon], Control::Regulated)?;
    Ok(cell)
}

/// mRNA of a gene after four hours in a medium, and its protein after twelve.
fn settled(
    cell: &mut Hypervisor,
    substances: &[(&str, f64)],
    gene: &str,
    hours: f64,
) -> Outcome<[f64; 2]> {
    let mut medium = Medium::default();
    for (name, mm) in substances {
        medium.set(name, *mm)?;
    }
    cell.set_medium(medium);
    cell.run(Time::from_hours(hours), &mut |_| {}, &StopToken::new())?;
    let population = cell.vm("vm")?.population();
    let index = cell.vm("vm")?.gene_index(gene)?;
    let (mrna, protein) = population.counts(index).ok_or("the gene is not transcribed")?;
    // Where regulators act differently on the genes of a unit, the rest acts on translation.
    let own = population.gene(index).map_or(1.0, |gene| gene.fold);
    Ok([mrna * own, protein])
}

fn operons() -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for line in include_str!("../../../tests/data/operon_answers.tsv").lines().skip(3) {
        let [operon, gene, effector, first, second] = line.split('\t').collect::<Vec<_>>()[..]
        else {
            return Err(format!("not five cells: {line}").into());
        };
        let expected = first.parse::<f64>()? + second.parse::<f64>()?;
        let mut cell = cell(operon)?;
        let shut = settled(&mut cell, &[], gene, 4.0)?[0];
        let found = (settled(&mut cell, &[(effector, 20.0)], gene, 4.0)?[0] / shut).log2();
        let what = format!("{gene} with {effector} [log2]");
        let range = (expected - 0.3, expected + 0.3);
        rows.push(
            Row::within("C10", what, super::short(expected), found, range).of(Origin::Fitted),
        );
    }
    let mut cell = cell("lac")?;
    let shut = settled(&mut cell, &[], "lacZ", 12.0)?;
    let open = settled(&mut cell, &[("IPTG", 1.0)], "lacZ", 12.0)?;
    let fold = |at: usize| open[at] / shut[at];
    let range = (1000.0, 1300.0);
    rows.push(Row::within(
        "C10",
        "lacZ mRNA with 1 mM IPTG [fold]",
        "1000 to 1300",
        fold(0),
        range,
    ));
    rows.push(Row::within("A9", "LacZ with 1 mM IPTG [fold]", "1000 to 1300", fold(1), range));
    rows.push(Row::within(
        "L",
        "LacZ of an uninduced cell in glucose",
        "10 to 20",
        shut[1],
        (5.0, 40.0),
    ));
    let glycerol = [("glucose", 0.0), ("glycerol", 20.0), ("IPTG", 1.0)];
    let lifted = settled(&mut cell, &glycerol, "lacZ", 12.0)?[0] / open[0];
    rows.push(Row::within(
        "A9",
        "lacZ mRNA on glycerol over glucose [fold]",
        "2 to 5",
        lifted,
        (2.0, 5.0),
    ));
    Ok(rows)
}
