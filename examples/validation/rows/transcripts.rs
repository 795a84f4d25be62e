//! Transcription units: their nucleotides, lifetimes, and what each transcript makes.

use std::sync::Arc;

use super::{Origin, Outcome, Row, Section, line};
use bioxen::chassis::{Chassis, Nutrient, measured, parameters};
use bioxen::engine::StopToken;
use bioxen::factory::{Config, Infrastructure};
use bioxen::genome::{self, GeneKind, Genome};
use bioxen::hypervisor::expression::{Expression, UnitExpression};
use bioxen::hypervisor::{BiologicalType, Hypervisor};
use bioxen::package::read;
use bioxen::units::Time;
use std::f64::consts::LN_2;

pub(crate) const SECTION: Section = Section {
    title: "Transcription units",
    about: "Operons of *E. coli* as transcripts that carry all their genes. Where a row gives no source it compares the program with other code that solves the \
            same equations from the same tables. One factor on all half-lives closes the account of RNA that is made (Dennis and Bremer, *EcoSal \
            Plus* 2008); the pseudo-count of 5 TPM was chosen, weakly, on the proteins of Schmidt et al., *Nat. Biotechnol.* 34:104 (2016). Nothing else was fitted.",
    rows,
    figures: &[],
    quick: true,
};

pub(crate) const TOGETHER: Section = Section {
    title: "Genes of one transcript",
    about: "Two genes of one transcript in 2000 cells after 6 h, exact runs, beside the law of bursts with a geometric number of transcripts: with `b` the \
            burst, `M` the mean number of transcripts, `g` the losses and `r` the translation of each gene, \
            `cov(i, j) = r_i r_j M (1 + b) (1 / (g_m + g_i) + 1 / (g_m + g_j)) / (g_i + g_j)`. Accepted are four standard errors.",
    rows: together,
    figures: &[],
    quick: false,
};

struct Native {
    genome: Arc<Genome>,
    growth: f64,
    expression: Expression,
}

fn native(quality: f64) -> Outcome<Native> {
    let genome = genome::shipped("ecoli")?;
    let chassis = Chassis::settled(Nutrient::new(quality)?)?;
    let expression = Expression::calibrate(&genome, BiologicalType::Ecoli, &chassis)?;
    Ok(Native { genome, growth: chassis.rates().growth_per_h, expression })
}

/// The middle of some numbers; of an even number of them the mean of the two.
fn middle(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    let n = all.len();
    if n == 0 { f64::NAN } else { 0.5 * (all[(n - 1) / 2] + all[n / 2]) }
}

/// Proteins per transcript of the genes of units with more than 0.01 transcripts.
fn made(expression: &Expression) -> Vec<f64> {
    let there = expression.units().iter().filter(|u| u.rates.native_transcripts > 0.01);
    let genes = there.flat_map(|unit| &unit.genes);
    genes.filter_map(|&gene| expression.proteins_per_transcript(gene)).collect()
}

fn units(native: &Native) -> Vec<Row> {
    let Native { genome, expression, .. } = native;
    let cds = |&gene: &usize| genome.genes()[gene].kind == GeneKind::Cds;
    let of = |genes: &[usize]| genes.iter().filter(|gene| cds(gene)).count();
    let several: Vec<usize> = genome.operons().map(|(_, all)| of(all)).filter(|n| *n > 1).collect();
    let all = (0..genome.genes().len()).filter(cds).count();
    let inside = several.iter().sum::<usize>();
    let exact = |what: &str, expected: f64, found: usize| {
        Row::near("U1", what, expected, found as f64, 0.0).of(Origin::Exact)
    };
    vec![
        exact(
            "units of the genome, operons and single genes",
            2612.0,
            all - inside + several.len(),
        ),
        exact("units of more than one gene", 792.0, several.len()),
        exact("genes in them", 2525.0, inside),
        exact("units with a known abundance", 2494.0, expression.units().len()),
    ]
}

/// The account of RNA at a quality of the medium: lifetimes, starts [1/min], proteins per transcript, transcripts,
/// and the translation that closes the account of ribosomes.
fn account(quality: f64, expected: [f64; 5]) -> Outcome<Vec<Row>> {
    let Native { genome, growth, expression } = native(quality)?;
    let of = |what: &str| format!("{what}, quality {quality}");
    let units = expression.units();
    let transcripts: f64 = units.iter().map(|u| u.rates.native_transcripts).sum();
    let lost = |u: &UnitExpression| u.rates.native_transcripts * (u.rates.decay_per_h + growth);
    let starts: f64 = units.iter().map(lost).sum();
    let length = |unit: &UnitExpression| -> f64 {
        let all = unit.genes.iter().map(|&g| genome.genes()[g].place.length_nt);
        // Leaders are too short to be sequenced.
        let long = all.clone().any(|nt| nt >= 150);
        all.filter(|nt| !long || *nt >= 150).map(f64::from).sum()
    };
    let there: f64 = units.iter().map(|u| u.rates.native_transcripts * length(u)).sum();
    let there = there / (parameters::CELL_MASS * measured::mrna_per_protein(growth));
    let made_nt: f64 = units.iter().map(|u| lost(u) * u.rates.length_nt).sum();
    let made_nt = made_nt / (parameters::CELL_MASS * measured::mrna_synthesis_per_protein(growth));
    let closure = |id, what: &str, expected, found, tolerance| {
        Row::near(id, of(what), expected, found, tolerance).of(Origin::Exact)
    };
    Ok(vec![
        closure("T1", "factor on lifetimes", expected[0], expression.lifetime_factor(), 0.005)
            .of(Origin::Fitted),
        closure("T2", "starts of transcripts [1/min]", expected[1], starts / 60.0, 0.005),
        closure(
            "T3",
            "proteins of a transcript, median",
            expected[2],
            middle(made(&expression)),
            0.01,
        ),
        closure("T4", "transcripts", expected[3], transcripts, 0.005),
        closure(
            "T5",
            "translation for each unit of efficiency",
            expected[4],
            expression.rho_0,
            0.005,
        )
        .of(Origin::Fitted),
        closure("A1", "nucleotides in the cell over those of all mRNA", 0.9974, there, 1e-4),
        closure("A1", "RNA that is made over the measured", 1.0, made_nt, 0.001),
    ])
}

/// Transcripts, half-life [min] and starts [1/min] of a unit.
const UNITS: [(&str, f64, f64, f64); 3] =
    [("thrA", 2.505, 1.261, 1.423), ("tufA", 15.39, 2.58, 4.414), ("leuA", 1.871, 0.8629, 1.536)];

fn single(native: &Native) -> Outcome<Vec<Row>> {
    let Native { genome, growth, expression } = native;
    let index = |gene: &str| genome.index_of(gene).ok_or_else(|| format!("no gene {gene}"));
    let mut rows = Vec::new();
    for (gene, transcripts, half_life, starts) in UNITS {
        let rates = expression.unit(index(gene)?).ok_or("no unit")?.rates;
        let minutes = 60.0 * LN_2 / rates.decay_per_h;
        let started = rates.native_transcripts * (rates.decay_per_h + growth) / 60.0;
        let mut add = |what: &str, expected, found| {
            let what = format!("{what} of the unit of {gene}");
            rows.push(Row::near("U4", what, expected, found, 0.005).of(Origin::Exact));
        };
        add("transcripts", transcripts, rates.native_transcripts);
        add("half-life [min]", half_life, minutes);
        add("starts [1/min]", starts, started);
    }
    for line in include_str!("../../../tests/data/native_genes.tsv").lines().skip(2) {
        let [gene, share, proteins] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("not three cells: {line}").into());
        };
        let (share, proteins) = (share.parse()?, proteins.parse()?);
        let at = index(gene)?;
        let found = expression.gene(at).ok_or("no gene")?.share;
        let made = expression.proteins_per_transcript(at).ok_or("no transcript")?;
        let mut add = |what: &str, expected, found| {
            rows.push(
                Row::near("U5", format!("{what} of {gene}"), expected, found, 0.005)
                    .of(Origin::Exact),
            );
        };
        add("share in the translation of its unit", share, found);
        add("proteins of a transcript", proteins, made);
    }
    Ok(rows)
}

/// Native proteins beside those of Schmidt et al., with all measured half-lives of proteins, as the other code took
/// them, also those that growing cells contradict.
fn proteins(native: &Native) -> Outcome<Vec<Row>> {
    let Native { genome, growth, expression } = native;
    let column = genome.extra_columns().iter().position(|c| c == "x-protein_half_life_silac");
    let silac = |index: usize| -> Option<f64> {
        let text = genome.genes()[index].extra.get(column?)?.as_deref();
        let decay = match text {
            Some(minutes) => 60.0 * LN_2 / minutes.parse::<f64>().ok()?,
            None => 0.0,
        };
        let known = expression.gene(index)?.protein_decay_per_h;
        Some(expression.native_proteins(index)? * (known + growth) / (decay + growth))
    };
    let both = genome.coding().filter_map(|(i, gene)| Some((silac(i)?, gene.protein_copies?)));
    let both = both.filter(|(model, measured)| *model > 0.0 && *measured > 0.0);
    let points: Vec<(f64, f64)> = both.map(|(model, seen)| (model.ln(), seen.ln())).collect();
    let r = line(&points).2.sqrt();
    let ratios: Vec<f64> =
        points.iter().map(|(model, measured)| (model - measured).exp()).collect();
    let near = ratios.iter().filter(|ratio| (1.0 / 3.0..=3.0).contains(*ratio)).count();
    let near = near as f64 / ratios.len() as f64;
    let what = "correlation with the proteins of Schmidt et al., logarithms";
    Ok(vec![
        Row::near("U6", what, 0.7614, r, 0.005 / 0.7614),
        Row::within("A2", what, "at least 0.76", r, (0.76, 1.0)),
        Row::near(
            "U6",
            "proteins of Schmidt et al. that are compared",
            2163.0,
            points.len() as f64,
            0.0,
        )
        .of(Origin::Exact),
        Row::near("U6", "median of predicted over measured", 1.418, middle(ratios), 0.01),
        Row::near("U6", "within a factor of three [fraction]", 0.582, near, 0.005 / 0.582),
    ])
}

fn rows() -> Outcome<Vec<Row>> {
    let poor = native(0.3)?;
    let mut rows = units(&poor);
    for (quality, expected) in [
        (0.1, [2.5722, 547.4, 26.665, 1102.3, 32.685]),
        (0.3, [2.352, 662.05, 56.771, 1422.0, 70.276]),
        (0.5, [2.1373, 671.56, 80.397, 1552.8, 101.31]),
    ] {
        rows.extend(account(quality, expected)?);
    }
    rows.extend(single(&poor)?);
    rows.extend(proteins(&poor)?);
    Ok(rows)
}

const PAIR: &str = include_str!("../../../tests/data/pair.toml");

fn pair(burst: f64) -> Outcome<Hypervisor> {
    let mut cell = Hypervisor::new(Nutrient::new(0.3)?)?;
    cell.set_coupling_step(Time::from_seconds(30.0))?;
    cell.set_sample_every(Time::from_hours(6.0))?;
    let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    let vm = cell.create(config.spec("vm")?)?;
    vm.start()?;
    vm.set_burst(burst)?;
    let package = Arc::new(read(PAIR, "pair", &|_| Err(String::new()))?);
    vm.install_package(&package, &|_| None)?;
    Ok(cell)
}

fn together() -> Outcome<Vec<Row>> {
    let cells = 2000_u32;
    let n = f64::from(cells);
    let mut rows = Vec::new();
    for burst in [0.0, 0.6] {
        let template = pair(burst)?;
        let mut sums = [0.0; 7];
        for seed in 0..cells {
            let mut cell = template.clone();
            cell.set_seed(u64::from(seed));
            cell.run(Time::from_hours(6.0), &mut |_| {}, &StopToken::new())?;
            let vm = cell.vm("vm")?;
            let counts = |gene: &str| vm.population().counts(vm.gene_index(gene).ok()?);
            let (m, x) = counts("long").ok_or("no gene")?;
            let (_, y) = counts("short").ok_or("no gene")?;
            for (sum, value) in sums.iter_mut().zip([m, m * m, x, x * x, y, y * y, x * y]) {
                *sum += value / n;
            }
        }
        let [m, mm, x, xx, y, yy, xy] = sums;
        let growth = template.host_rates().growth_per_h;
        let lost = 60.0 * LN_2 / 3.0 + growth;
        let mean = 3.6 / lost;
        let (a, b) = (mean * 6.0 * lost / growth, mean * 1.5 * lost / growth);
        let shared = (1.0 + burst) / mean * growth / (lost + growth);
        let of = |what: &str| format!("{what}, bursts of {burst}");
        let error = 4.0 * (2.0 / n).sqrt();
        let (vx, vy) = (xx - x * x, yy - y * y);
        let r = (xy - x * y) / (vx * vy).sqrt();
        let expected = 1.0 / ((1.0 + 1.0 / (a * shared)) * (1.0 + 1.0 / (b * shared))).sqrt();
        let mut add = |what: &str, expected, found, tolerance| {
            rows.push(Row::near("N1", of(what), expected, found, tolerance).of(Origin::Exact));
        };
        add("mean of the transcripts", mean, m, 4.0 * ((1.0 + burst) / mean / n).sqrt());
        // A rare, skewed number: its fourth moment widens the error of its variance.
        add("Fano factor of the transcripts", 1.0 + burst, (mm - m * m) / m, 2.5 * error);
        add("mean of the first protein", a, x, 4.0 * ((1.0 / a + shared) / n).sqrt());
        add("mean of the second protein", b, y, 4.0 * ((1.0 / b + shared) / n).sqrt());
        add("CV² of the first protein", 1.0 / a + shared, vx / (x * x), 1.5 * error);
        add("CV² of the second protein", 1.0 / b + shared, vy / (y * y), 1.5 * error);
        add(
            "correlation of the two",
            expected,
            r,
            4.0 * (1.0 - expected * expected) / (n.sqrt() * expected),
        );
    }
    Ok(rows)
}
