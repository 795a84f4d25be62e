//! Noise between cells, beside what was counted in single cells.

use super::cells::snapshot;
use super::{Origin, Outcome, Picture, Row, Section, line};
use bioxen::cells::{Mode, Moments, Noise, Preset, Quantity};
use bioxen::chassis::Nutrient;
use bioxen::engine::StopToken;
use bioxen::genome;
use bioxen::genome::noise::{MeasuredNoise, shipped_noise};
use bioxen::hypervisor::{BiologicalType, Cells, Hosts, Hypervisor, Limits, Rules, Solver, VmSpec};
use bioxen::plot::{Axis, Figure, Panel, Scale, Series, Style};
use bioxen::units::Time;

pub(crate) const SECTION: Section = Section {
    title: "Noise between cells",
    about: "1018 genes of Taniguchi et al., *Science* 329:533 (2010), 137 of them with counts of mRNA by FISH. First the medians of their noise by abundance, beside \
            a reporter of the same abundance in 5000 cells (0.4 proteins from each transcript; preset *snapshot*, whose capacity noise was fitted to the floor of the genes with even b numbers; those with \
            odd numbers were held out). Then the genome's own genes: the units of the FISH genes with odd b numbers and twelve genes with few proteins, in 800 \
            cells of the preset *snapshot* for 4 h, with single transcripts and with bursts of 0.609, which are fitted to FISH of even b numbers; and their mRNA in 1500 cells of the reference size, \
            which neither grow nor divide, as the fit has them. \
            It is not known here whether the counts were corrected for the size of each cell.",
    rows,
    figures: &[Picture {
        name: "noise",
        caption: "Noise of the counted proteins against their mean, and reporters of 0.4 proteins a transcript in populations of the three presets; the dashed line is chance alone.",
        draw,
    }],
    quick: false,
};

/// Whether the b number is even.
fn even(gene: &MeasuredNoise) -> bool {
    gene.locus_tag.ends_with(['0', '2', '4', '6', '8'])
}

/// A quantile, between the two nearest.
fn quantile(mut all: Vec<f64>, p: f64) -> f64 {
    all.sort_by(f64::total_cmp);
    let at = p * (all.len().max(1) - 1) as f64;
    let of = |at: f64| all.get(at as usize).copied().unwrap_or(f64::NAN);
    let below = of(at.floor());
    below + (at - at.floor()) * (of(at.ceil()) - below)
}

fn middle(all: Vec<f64>) -> f64 {
    quantile(all, 0.5)
}

const BINS: [(f64, f64); 6] =
    [(1.0, 3.0), (3.0, 10.0), (10.0, 30.0), (30.0, 100.0), (100.0, 300.0), (300.0, f64::INFINITY)];

/// Medians by abundance, even and odd b numbers, and the floor.
fn abundance(measured: &[MeasuredNoise]) -> Outcome<Vec<Row>> {
    let mut points = Vec::new();
    for fitted in [true, false] {
        for (low, high) in BINS {
            let all = || {
                let of = measured.iter().filter(|gene| even(gene) == fitted);
                of.filter(|gene| (low..high).contains(&gene.protein.mean))
            };
            let mean = middle(all().map(|gene| gene.protein.mean).collect());
            points.push((fitted, mean, middle(all().map(|gene| gene.protein.noise).collect())));
        }
    }
    let means: Vec<f64> = points.iter().map(|(_, mean, _)| *mean).chain([10_000.0]).collect();
    let found = snapshot(Preset::Snapshot, &means, 31)?;
    let mut rows = Vec::new();
    for (at, (fitted, mean, noise)) in points.into_iter().enumerate() {
        let half = if fitted { "even" } else { "odd" };
        let what =
            format!("median noise of proteins of {} copies, {half} b numbers", super::short(mean));
        let origin = if fitted && mean > 100.0 { Origin::Fitted } else { Origin::Predicted };
        let id = if fitted || mean < 3.0 { "G" } else { "A7" };
        rows.push(Row::factor(id, what, noise, found.of(3 * at + 1), 1.6).of(origin));
    }
    let least = (0..means.len()).map(|at| found.of(3 * at) * found.of(3 * at + 1));
    let least = least.fold(f64::INFINITY, f64::min);
    let what = "least noise × mean of a reporter";
    rows.push(Row::within("D1", what, "at least 1", least, (1.0, f64::INFINITY)));
    let floor = |fitted: bool| {
        let all = measured.iter().filter(|gene| even(gene) == fitted && gene.protein.mean > 100.0);
        quantile(all.map(|gene| gene.protein.noise).collect(), 0.05)
    };
    let simulated = found.of(3 * (means.len() - 1) + 1);
    let what = "floor: 5th percentile of the noise above 100 copies";
    rows.push(
        Row::near("G", format!("{what}, even b numbers"), floor(true), simulated, 0.15)
            .of(Origin::Fitted),
    );
    rows.push(Row::near("D2", format!("{what}, odd b numbers"), floor(false), simulated, 0.15));
    Ok(rows)
}

/// Transcripts, protein, and the correlation of both of one gene over cells.
struct Gene {
    name: String,
    fish: bool,
    mrna: Moments,
    protein: Moments,
    together: f64,
}

/// Cells, and how long they live [h].
const CELLS: usize = 800;
const HOURS: f64 = 4.0;

/// A cell at rest that transcribes the genes and twelve with few proteins, with bursts of transcripts of a mean
/// size; and their names.
fn at_rest(fish: &[String], burst: f64) -> Outcome<(Hypervisor, Vec<String>)> {
    let mut cell = Hypervisor::new(Nutrient::default())?;
    cell.set_solver(Solver::Deterministic);
    cell.set_sample_every(Time::from_hours(24.0))?;
    let biological_type = BiologicalType::Ecoli;
    let limits = Limits { max_memory_kb: 5000.0, ..Limits::HOST };
    let (genome, rules) = (genome::shipped("ecoli")?, Rules::of(biological_type));
    let vm = cell.create(VmSpec { id: "vm".to_owned(), biological_type, genome, limits, rules })?;
    vm.start()?;
    vm.set_burst(burst)?;
    let genome = vm.genome().clone();
    let expression = vm.expression().ok_or("the VM has no genes")?.clone();
    let few = genome.coding().filter(|(i, gene)| {
        let there = expression.native_proteins(*i).is_some_and(|n| (0.5..5.0).contains(&n));
        there && genome.operon_of(*i).len() == 1 && !fish.iter().any(|name| name == gene.name())
    });
    let mut names: Vec<String> = few.map(|(_, gene)| gene.name().to_owned()).take(12).collect();
    names.extend(fish.iter().cloned());
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    vm.start_transcription(&all, 1.0)?;
    cell.run(Time::from_hours(24.0), &mut |_| {}, &StopToken::new())?;
    Ok((cell, names))
}

/// Cells of the reference size, and how long they live [h]: many lifetimes of mRNA.
const ALIKE: u32 = 1500;
const LIFE: f64 = 0.5;

/// Mean and variance of the mRNA of the genes in cells of the reference size.
fn alike(fish: &[String], burst: f64) -> Outcome<Vec<Moments>> {
    let (mut template, _) = at_rest(fish, burst)?;
    template.set_solver(Solver::Stochastic);
    template.set_coupling_step(Time::from_seconds(20.0))?;
    let mut all = vec![Vec::new(); fish.len()];
    for seed in 0..ALIKE {
        let mut cell = template.clone();
        cell.set_seed(u64::from(seed));
        cell.run(Time::from_hours(LIFE), &mut |_| {}, &StopToken::new())?;
        let vm = cell.vm("vm")?;
        for (values, gene) in all.iter_mut().zip(fish) {
            let counts = vm.population().counts(vm.gene_index(gene)?);
            values.push(counts.ok_or("a gene is not transcribed")?.0);
        }
    }
    Ok(all.iter().map(|values| Moments::of(values)).collect())
}

/// The genes in cells of the preset for snapshots, with bursts of transcripts of a mean size.
fn genes(fish: &[String], burst: f64) -> Outcome<Vec<Gene>> {
    let (cell, names) = at_rest(fish, burst)?;
    let noise = Noise::preset(Preset::Snapshot);
    let mut cells = cell.cells(super::cells::plan(CELLS, noise, Mode::Moran, 32), Hosts::Shared)?;
    let live = |cells: &mut Cells, hours: f64| {
        let time = Time::from_hours(hours);
        cells.run(time, time, &mut |_, _| {}, &StopToken::new()).map(|_| ())
    };
    live(&mut cells, HOURS / 2.0)?;
    // Each quantity at five times, one after the other.
    let places: Vec<(Quantity, Quantity)> = names
        .iter()
        .map(|name| {
            let of = |name: &str| cells.find(name).map(|found| found.quantity);
            Ok((of(&format!("{name}.mrna"))?, of(name)?))
        })
        .collect::<Outcome<_>>()?;
    let mut all = vec![(Vec::new(), Vec::new()); names.len()];
    for _ in 0..5 {
        live(&mut cells, HOURS / 10.0)?;
        for ((mrna, protein), (m, p)) in all.iter_mut().zip(&places) {
            mrna.extend(cells.population().values(*m));
            protein.extend(cells.population().values(*p));
        }
    }
    let genes = names.iter().zip(all).map(|(name, (mrna, protein))| Gene {
        name: name.clone(),
        fish: fish.contains(name),
        mrna: Moments::of(&mrna),
        protein: Moments::of(&protein),
        together: super::cells::slope(&mrna.into_iter().zip(protein).collect::<Vec<_>>()).1,
    });
    Ok(genes.collect())
}

fn rows() -> Outcome<Vec<Row>> {
    let measured = shipped_noise()?;
    let mut rows = abundance(measured)?;
    let genome = genome::shipped("ecoli")?;
    let name =
        |gene: &MeasuredNoise| genome.gene(&gene.locus_tag).map(|known| known.name().to_owned());
    let counted = || measured.iter().filter(|gene| gene.mrna.counted.is_some());
    let fish: Vec<String> = counted().filter(|gene| !even(gene)).filter_map(name).collect();
    let single = genes(&fish, 0.0)?;
    let bursts = genes(&fish, 0.609)?;
    rows.extend(proteins(measured, &single));
    rows.extend(transcripts(measured, [&alike(&fish, 0.0)?, &alike(&fish, 0.609)?]));
    rows.extend(cells_that_grow(measured, &single, &bursts));
    Ok(rows)
}

fn proteins(measured: &[MeasuredNoise], genes: &[Gene]) -> Vec<Row> {
    let least = genes.iter().filter(|g| g.protein.mean > 0.2);
    let least = least.map(|g| g.protein.fano()).fold(f64::INFINITY, f64::min);
    // Five samples of each cell, which remember each other.
    let lowest = 1.0 - 4.0 * (2.0 / CELLS as f64).sqrt();
    let obey = measured.iter().filter(|gene| gene.protein.noise * gene.protein.mean >= 1.0).count();
    let obey = 100.0 * obey as f64 / measured.len() as f64;
    let abundant = || genes.iter().filter(|g| g.protein.mean > 100.0);
    let many = abundant().count();
    let floor = quantile(abundant().map(|g| g.protein.cv2()).collect(), 0.05);
    let typical = middle(abundant().map(|g| g.protein.cv2()).collect());
    let counted = || measured.iter().filter(|gene| gene.protein.mean > 100.0);
    let noise = |p| quantile(counted().map(|gene| gene.protein.noise).collect(), p);
    let rare = genes.iter().filter(|g| g.protein.mean < 5.0 && !g.fish);
    let law = middle(rare.map(|g| g.protein.fano()).collect());
    let low = measured.iter().filter(|gene| gene.protein.mean < 5.0);
    let expected = middle(low.map(|gene| gene.protein.noise * gene.protein.mean).collect());
    let of = |what: &str| format!("{what}, {many} genes of the genome above 100 copies");
    vec![
        Row::within(
            "D1",
            "least noise × mean of a protein",
            format!("at least 1 ({} % of the genes)", super::short(obey)),
            least,
            (lowest, f64::INFINITY),
        ),
        Row::within(
            "D2",
            of("5th percentile of the noise"),
            super::short(noise(0.05)),
            floor,
            (0.05, 0.2),
        ),
        Row::within("D2", of("median noise"), super::short(noise(0.5)), typical, (0.05, 0.2)),
        Row::near("D3", "noise × mean of proteins below 5 copies, median", expected, law, 0.25)
            .because(RARE),
    ]
}

/// Means of mRNA between which counts by FISH are compared.
const MRNA: [(f64, f64); 3] = [(0.1, 0.2), (0.2, 0.5), (1.0, 3.0)];

/// Slope of the logarithm of the Fano factor beyond 1 on that of the mean.
fn trend(all: impl Iterator<Item = (f64, f64)>) -> f64 {
    let beyond = all.filter(|(mean, fano)| *mean > 0.05 && *fano > 1.0);
    let points: Vec<(f64, f64)> =
        beyond.map(|(mean, fano)| (mean.ln(), (fano - 1.0).ln())).collect();
    line(&points).1
}

/// Counts of mRNA by FISH: whether the b number is even, the mean and the Fano factor.
fn counted(measured: &[MeasuredNoise]) -> impl Iterator<Item = (bool, f64, f64)> + '_ {
    measured
        .iter()
        .filter_map(|gene| gene.mrna.counted.map(|mrna| (even(gene), mrna.mean, mrna.fano())))
}

/// mRNA in cells of one size, with single transcripts and with bursts.
fn transcripts(measured: &[MeasuredNoise], [single, bursts]: [&[Moments]; 2]) -> Vec<Row> {
    let fano = |genes: &[Moments], (low, high): (f64, f64)| {
        let fits = genes.iter().filter(|mrna| (low..high).contains(&mrna.mean));
        middle(fits.map(Moments::fano).collect())
    };
    let half = |wanted: bool| {
        let of = counted(measured).filter(|(even, ..)| *even == wanted);
        middle(of.map(|(.., fano)| fano).collect())
    };
    let all = (0.05, f64::INFINITY);
    let row = |id, what: &str, expected: f64, found: f64, off: f64| {
        let what = format!("{what}, cells of one size");
        Row::within(id, what, super::short(expected), found, (expected - off, expected + off))
    };
    let (off, on) = (fano(single, all), fano(bursts, all));
    let mut rows = vec![
        row("A6", "Fano factor of mRNAs, median, bursts off", 1.0, off, 0.05),
        row("N2", "Fano factor of mRNAs, median, bursts on; even b numbers", half(true), on, 0.05)
            .of(Origin::Fitted),
        row("A6", "Fano factor of mRNAs, median, bursts on; odd b numbers", half(false), on, 0.1),
    ];
    for (low, high) in MRNA {
        let fits = counted(measured).filter(|(_, mean, _)| (low..high).contains(mean));
        let expected = middle(fits.map(|(.., fano)| fano).collect());
        let what = format!("Fano factor of mRNAs of mean {low} to {high}, median, bursts on");
        rows.push(row("N3", &what, expected, fano(bursts, (low, high)), 0.2));
    }
    let seen = trend(counted(measured).map(|(_, mean, fano)| (mean, fano)));
    let found = trend(bursts.iter().map(|mrna| (mrna.mean, mrna.fano())));
    rows.push(row("A6", SLOPE, seen, found, 0.15));
    rows
}

const SLOPE: &str =
    "slope of the logarithm of the Fano factor beyond 1 on that of the mean, bursts on";

/// mRNA and protein in cells that grow and divide.
fn cells_that_grow(measured: &[MeasuredNoise], single: &[Gene], bursts: &[Gene]) -> Vec<Row> {
    let there = |g: &&Gene| g.fish && g.mrna.mean > 0.05;
    let fano = |genes: &[Gene]| middle(genes.iter().filter(there).map(|g| g.mrna.fano()).collect());
    let together =
        |genes: &[Gene]| middle(genes.iter().filter(there).map(|g| g.together).collect());
    let all = middle(counted(measured).map(|(.., fano)| fano).collect());
    let with = measured.iter().filter_map(|gene| gene.mrna.counted?.with_protein);
    let seen = super::short(middle(with.collect()));
    let mut rows = Vec::new();
    for (name, genes, origin) in
        [("off", single, Origin::Predicted), ("on", bursts, Origin::Fitted)]
    {
        let what = format!("Fano factor of mRNAs, median, bursts {name}, cells that grow");
        rows.push(
            Row::within("D4", what, super::short(all), fano(genes), (1.4, 1.85))
                .of(origin)
                .because(FANO),
        );
        let what = format!("correlation of mRNA and protein of a gene, median, bursts {name}");
        let range = (f64::NEG_INFINITY, 0.1);
        rows.push(Row::within("D5", what, seen.clone(), together(genes), range).because(TOGETHER));
    }
    let expected = trend(counted(measured).map(|(_, mean, fano)| (mean, fano)));
    let found = trend(bursts.iter().filter(|g| g.fish).map(|g| (g.mrna.mean, g.mrna.fano())));
    let what = format!("{SLOPE}, cells that grow");
    let range = (expected - 0.15, expected + 0.15);
    rows.push(Row::within("D4", what, super::short(expected), found, range).because(TREND));
    rows.extend(means(measured, single));
    rows
}

const TREND: &str = "Size and capacity add the mean of an mRNA times the floor of noise, so that many copies have a larger Fano factor; measured \
    is no trend. That would follow if the counts were corrected for the size of each cell, which is not known here.";

/// Means of mRNA beside those that were counted: how far the levels of single genes are known.
fn means(measured: &[MeasuredNoise], genes: &[Gene]) -> Option<Row> {
    let genome = genome::shipped("ecoli").ok()?;
    let both = genes.iter().filter_map(|gene| {
        let tag = |m: &&MeasuredNoise| {
            genome.gene(&m.locus_tag).is_some_and(|known| known.name() == gene.name)
        };
        let seen = measured.iter().find(tag)?.mrna.counted?.mean;
        (gene.mrna.mean > 0.0).then(|| (seen.ln(), gene.mrna.mean.ln()))
    });
    let points: Vec<(f64, f64)> = both.collect();
    let what =
        format!("correlation of the mean mRNA with FISH, {} genes, logarithms", points.len());
    Some(Row::within("D4", what, "1", super::cells::slope(&points).1, (0.5, 1.0)).because(LEVELS))
}

const FANO: &str = "Transcripts that are made one by one have a Poisson number; measured are bursts. No source that was reached predicts their size; with bursts on it is fitted.";
const TOGETHER: &str = "Two products of one random process in one cell are correlated, and both share the size of the cell; the measured correlation is near \
    zero, which no model with common transcripts explains.";
const RARE: &str = "Each transcript of the genome's rare proteins makes tens of them, as the account of protein and RNA says (C8); the counted \
    fusions are some fourteen times rarer than the proteins of the genome. Reporters of 0.4 proteins a transcript have the measured noise (A5).";
const LEVELS: &str = "The levels of single genes come from RNA sequencing (through vEcoli); mRNA counted by FISH is several times rarer, and hardly \
    correlated with them. A failure that is not explained.";

fn draw() -> Outcome<Figure> {
    let measured = shipped_noise()?;
    let half = |wanted: bool| {
        let of = measured.iter().filter(|gene| even(gene) == wanted);
        of.map(|gene| (gene.protein.mean, gene.protein.noise)).unzip::<f64, f64, Vec<_>, Vec<_>>()
    };
    let ((x, y), (u, v)) = (half(true), half(false));
    let means = [0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0, 10_000.0];
    let mut series = vec![
        Series::line("even b numbers", x, y).with_style(Style::Points),
        Series::line("odd b numbers", u, v).with_style(Style::Points),
    ];
    for preset in Preset::ALL {
        let found = snapshot(preset, &means, 33)?;
        let noise = (0..means.len()).map(|at| found.of(3 * at + 1)).collect();
        series.push(Series::line(preset.name(), means.to_vec(), noise));
    }
    let poisson = means.iter().map(|mean| 1.0 / mean).collect();
    series.push(Series { dashed: true, ..Series::line("1/mean", means.to_vec(), poisson) });
    let axis = |label: &str, unit: &str| Axis { scale: Scale::Log, ..Axis::new(label, unit) };
    let (x, y) = (axis("Mean protein", "copies per cell"), axis("Noise, variance over mean²", ""));
    Ok(Figure { title: String::new(), panels: vec![Panel { title: None, x, y, series }] })
}
