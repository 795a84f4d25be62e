//! The operons of the shipped table against what was measured. Numbers that were computed apart carry
//! their tolerance; what was fitted and what is predicted is said with each.

use super::*;

struct Only(&'static [(&'static str, f64)]);

impl Concentrations for Only {
    fn millimolar(&self, substance: &str) -> f64 {
        self.0.iter().find(|(name, _)| *name == substance).map_or(0.0, |(_, c)| *c)
    }
}

/// IPTG alone [uM].
struct Iptg(f64);

impl Concentrations for Iptg {
    fn millimolar(&self, substance: &str) -> f64 {
        if substance == "IPTG" { self.0 / 1000.0 } else { 0.0 }
    }
}

fn operon(name: &str) -> &'static RegulatedOperon {
    shipped_regulation().unwrap().iter().find(|o| o.name == name).unwrap()
}

fn close(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() < tolerance, "{found}, expected {expected}");
}

/// What LacI makes of the lac promoter: full cAMP, so that CRP makes nothing of it.
fn by_repressor(iptg_um: f64, change: impl Fn(&mut Circumstances)) -> f64 {
    let medium = Iptg(iptg_um);
    let mut around = Circumstances { growth: 0.0, ..Circumstances::of_wild_type(&medium) };
    change(&mut around);
    operon("lac").activity("lacZ", &around)
}

/// The concentration at which the promoter has half of what it has with any amount of inducer [uM],
/// with a permease that follows it; from below or from above.
fn half_point(gain: f64, rising: bool, change: impl Fn(&mut Circumstances)) -> f64 {
    let full = by_repressor(1e9, &change);
    let settled = |um: f64| {
        let mut permease = if rising { 0.0 } else { 1.0 };
        for _ in 0..3000 {
            let now = by_repressor(um, |around| {
                change(around);
                around.uptake = gain * permease;
            });
            permease = now / full;
        }
        permease
    };
    let (mut low, mut high) = (0.1, 1000.0);
    for _ in 0..40 {
        let middle = f64::sqrt(low * high);
        if settled(middle) < 0.5 { low = middle } else { high = middle }
    }
    low
}

#[test]
fn iptg_opens_the_lac_promoter_at_the_published_energies() {
    // L2: predicted from energies and constants of simple repression and one fitted loop.
    let expected = [(0.0, 0.00077914), (10.0, 0.0058941), (50.0, 0.26858), (100.0, 0.63829)];
    for (um, f) in expected.into_iter().chain([(1000.0, 0.94494)]) {
        close(by_repressor(um, |_| ()), f, 0.005);
    }
}

#[test]
fn the_fold_and_the_half_point_follow_the_amount_of_repressor() {
    // L3 and A9: fold of all repression, half-point, what 1 mM opens.
    for (lac_i, fold, half, opened) in
        [(1.0, 1283.5, 73.49, 0.9449), (10.0, 1687.7, 191.16, 0.6385)]
    {
        let change = |around: &mut Circumstances| around.repressor = lac_i;
        close(1.0 / by_repressor(0.0, change), fold, 0.005);
        close(half_point(0.0, true, change), half, 0.005);
        close(by_repressor(1000.0, change), opened, 0.005);
    }
    let at_one_medium = by_repressor(1000.0, |_| ()) / by_repressor(0.0, |_| ());
    assert!((1000.0..1300.0).contains(&at_one_medium), "{at_one_medium}");
    close(half_point(0.0, true, |_| ()), 74.0, 0.02);
}

#[test]
fn operators_on_plasmids_titrate_the_repressor() {
    // L4.
    for (operators, fold) in [(10.0, 839.49), (50.0, 96.72), (200.0, 22.0)] {
        close(1.0 / by_repressor(0.0, |around| around.operators = operators), fold, 0.005);
    }
}

#[test]
fn a_permease_with_gain_makes_two_thresholds() {
    // L5: for a given gain, which has no source.
    close(half_point(0.0, false, |_| ()), 73.99, 0.02);
    close(half_point(10.0, true, |_| ()), 16.16, 0.02);
    close(half_point(10.0, false, |_| ()), 12.25, 0.02);
}

#[test]
fn catabolite_repression_of_the_wild_type_is_linear_in_growth() {
    // L6 and A9: two- to fivefold between carbon sources. IPTG has no part in it.
    let at = |growth: f64| {
        let medium = Iptg(1000.0);
        operon("lac")
            .activity("lacZ", &Circumstances { growth, ..Circumstances::of_wild_type(&medium) })
    };
    for (growth, f) in [(0.0, 1.0), (0.25, 0.8), (0.5, 0.6), (0.75, 0.4), (1.0, 0.2)] {
        close(at(growth) / at(0.0), f, 0.005);
    }
    assert!((2.0..=5.0).contains(&(at(0.7) / at(1.0))));
    close(at(0.0) / at(3.0), 18.0, 1e-9);
}

#[test]
fn without_cyclase_only_added_camp_opens_and_it_opens_fiftyfold() {
    let at = |camp_mm: f64, growth: f64| {
        let medium: &'static [(&str, f64)] =
            Box::leak(Box::new([("IPTG", 1.0), ("cAMP", camp_mm)]));
        let medium = Only(medium);
        let cyclase = Cyclase::Deleted;
        let around = Circumstances { growth, cyclase, ..Circumstances::of_wild_type(&medium) };
        operon("lac").activity("lacZ", &around)
    };
    close(at(1e6, 1.0) / at(0.0, 1.0), 50.0, 1e-3);
    // Growth has no part in it.
    assert_eq!(at(0.0, 0.1), at(0.0, 1.0));
    // (1 + 49/2)/50 at the dissociation constant.
    close(at(0.052, 1.0) / at(0.0, 1.0), 25.5, 1e-9);
}

/// A10: simple repression at one operator. O2 was used to find the constants; O1 is predicted.
#[test]
fn the_two_states_predict_the_measured_induction_curves() {
    let lac = operon("lac");
    let RegulatorKind::Looping(loops) = lac.regulators[0].kind else { panic!() };
    let weight = |energy_kt: f64, tetramers: f64| 2.0 * tetramers / 4.6e6 * f64::exp(-energy_kt);
    assert!((weight(-15.3, 11.0) - loops.main).abs() < 1e-9);
    let Response::TwoStates(states) = lac.regulators[0].effectors[0].1 else { panic!() };
    let (mut held_out, mut fitted) = (Vec::new(), Vec::new());
    for line in include_str!("../../../../tests/data/lac_fold_changes.tsv").lines().skip(4) {
        let cells: Vec<&str> = line.split('\t').collect();
        let energy = if cells[0] == "O1" { -15.3 } else { -13.9 };
        let number = |at: usize| cells[at].parse::<f64>().unwrap();
        let there = weight(energy, number(1)) * states.active(number(2));
        let error = 1.0 / (1.0 + there) - number(3);
        assert!(error.abs() < 0.15, "{line}: {error}");
        if cells[4] == "fitted" { fitted.push(error) } else { held_out.push(error) }
    }
    assert_eq!((held_out.len(), fitted.len()), (24, 12));
    let rms =
        |errors: &[f64]| (errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64).sqrt();
    assert!(rms(&held_out) <= 0.09, "{}", rms(&held_out));
    assert!(rms(&fitted) <= 0.09, "{}", rms(&fitted));
}

/// A10: all three operators with six amounts of LacI. The means over days of all curves but the one that was fitted.
#[test]
fn the_two_states_predict_seventeen_curves() {
    let lac = operon("lac");
    let Response::TwoStates(states) = lac.regulators[0].effectors[0].1 else { panic!() };
    let mut days: std::collections::BTreeMap<String, (f64, Vec<f64>)> = Default::default();
    let table = include_str!("../../../../tests/data/lac_induction.tsv");
    for line in table.lines().filter(|line| line.starts_with('O')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let energy = match cells[0] {
            "O1" => -15.3,
            "O2" => -13.9,
            "O3" => -9.7,
            _ => panic!("{line}"),
        };
        assert_eq!(cells.len(), 9, "{line}");
        for (tetramers, fold) in [870.0, 610.0, 130.0, 62.0, 30.0, 11.0].iter().zip(&cells[3..]) {
            if (cells[0], *tetramers) == ("O2", 130.0) {
                continue;
            }
            let there = 2.0 * tetramers / 4.6e6 * f64::exp(-energy);
            let there = there * states.active(cells[2].parse().unwrap());
            let key = format!("{} {tetramers} {}", cells[0], cells[2]);
            let mean = days.entry(key).or_insert((1.0 / (1.0 + there), Vec::new()));
            mean.1.push(fold.parse().unwrap());
        }
    }
    assert_eq!(days.len(), 209);
    assert_eq!(days.values().map(|(_, folds)| folds.len()).sum::<usize>(), 684);
    let square = |(there, folds): &(f64, Vec<f64>)| {
        (there - folds.iter().sum::<f64>() / folds.len() as f64).powi(2)
    };
    let rms = (days.values().map(square).sum::<f64>() / days.len() as f64).sqrt();
    assert!(rms <= 0.09, "{rms}");
    // Single days miss the model by little more than they differ among themselves.
    let (mut all, mut among, mut free) = (0.0, 0.0, 0.0);
    for (there, folds) in days.values() {
        let mean = folds.iter().sum::<f64>() / folds.len() as f64;
        all += folds.iter().map(|fold| (there - fold).powi(2)).sum::<f64>();
        among += folds.iter().map(|fold| (mean - fold).powi(2)).sum::<f64>();
        free += folds.len() as f64 - 1.0;
    }
    close((all / 684.0).sqrt(), 0.0977, 1e-3);
    close((among / free).sqrt(), 0.0782, 1e-3);
}

#[test]
fn trp_answers_as_it_was_measured() {
    // Curated fold changes of TrpR and of attenuation (log2): the table of operons.
    let trp = operon("trp");
    let measured = [("trpE", 2.46, 2.58), ("trpD", 2.08, 2.74), ("trpC", 1.63, 2.84)];
    for (gene, repressed, attenuated) in measured {
        let log2 = |i: usize| -trp.regulators[i].factor(gene, 1.0).log2();
        assert!((log2(0) - repressed).abs() < 1e-9 && (log2(1) - attenuated).abs() < 1e-9);
        let with = Only(&[("tryptophan", 100.0)]);
        let at =
            |medium: &dyn Concentrations| trp.activity(gene, &Circumstances::of_wild_type(medium));
        let both = -(at(&with) / at(&Only(&[]))).log2();
        assert!((both - repressed - attenuated).abs() < 0.01, "{gene}: {both}");
    }
}

/// Folds of all other operons stay those of the table, between the two ends of a regulator's activity.
#[test]
fn all_operons_keep_their_folds() {
    let most = Only(&[
        ("arabinose", 1e4),
        ("tryptophan", 1e4),
        ("galactose", 1e4),
        ("maltose", 1e4),
        ("histidine", 1e4),
        ("leucine", 1e4),
        ("threonine", 1e4),
        ("isoleucine", 1e4),
        ("cAMP", 1e4),
    ]);
    let nothing = Only(&[]);
    let mut seen = 0;
    for operon in shipped_regulation().unwrap().iter().filter(|o| o.name != "lac") {
        for regulator in &operon.regulators {
            for gene in &operon.genes {
                let ends = [&nothing, &most].map(|medium| {
                    let cyclase = Cyclase::Deleted;
                    let around = Circumstances { cyclase, ..Circumstances::of_wild_type(medium) };
                    regulator.factor(gene, regulator.activity(&around))
                });
                let own = regulator.by_gene.iter().find(|(name, _)| name == gene);
                let table = own.map_or(regulator.log2_fold, |(_, log2)| *log2);
                let rises =
                    matches!(regulator.kind, RegulatorKind::Repressor | RegulatorKind::Activator);
                let expected = if rises { table } else { -table };
                let found = (ends[1] / ends[0]).log2();
                assert!((found - expected).abs() < 0.05, "{} {gene}: {found}", operon.name);
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn a_looped_promoter_is_a_law_of_its_repressor() {
    let medium = Iptg(30.0);
    let around = Circumstances { operators: 20.0, ..Circumstances::of_wild_type(&medium) };
    let (law, gene) = operon("lac").looped("lacZ", &around).unwrap();
    assert_eq!(gene, "lacI");
    for repressor in [0.0, 0.5, 1.0, 30.0] {
        for uptake in [0.0, 7.0] {
            let there = Circumstances { repressor, uptake, ..around };
            close(law.activity(repressor, uptake), operon("lac").activity("lacZ", &there), 1e-12);
        }
    }
    // Without any repressor it is what catabolite repression leaves.
    close(law.activity(0.0, 0.0), 0.2, 1e-9);
    close(operon("lac").open("lacZ", &around), 0.2, 1e-9);
    assert!(operon("trp").looped("trpE", &around).is_none());
}

#[test]
fn unregulated_genes_have_no_operon_here() {
    assert!(operon_of_gene("tufA").is_none());
    assert_eq!(operon_of_gene("lacY").unwrap().name, "lac");
    assert!(substances().contains(&"IPTG") && substances().contains(&"glucose"));
    // A repressor is transcribed apart from the operon that it shuts.
    assert!(operon_of_gene("lacI").is_none());
}

#[test]
fn every_activity_lies_between_nothing_and_open() {
    for operon in shipped_regulation().unwrap() {
        for c in [0.0, 1e-3, 1.0, 1e3] {
            let all: Vec<(&str, f64)> = substances().into_iter().map(|s| (s, c)).collect();
            let medium = Only(Box::leak(all.into_boxed_slice()));
            for growth in [0.0, 0.5, 2.0] {
                let around = Circumstances { growth, ..Circumstances::of_wild_type(&medium) };
                for gene in &operon.genes {
                    let f = operon.activity(gene, &around);
                    assert!(f > 0.0 && f <= 1.0, "{} {gene} at {c}: {f}", operon.name);
                    assert!(f <= operon.open(gene, &around) + 1e-12);
                    assert!(operon.shut(gene) <= f + 1e-12, "{} at {c}", operon.name);
                }
            }
        }
    }
}
