//! Noise between cells.

use super::{Outcome, Row, Section, median};
use bioxen::chassis::Nutrient;
use bioxen::engine::StopToken;
use bioxen::genome;
use bioxen::hypervisor::{BiologicalType, Hypervisor, Limits, Rules, VmSpec};
use bioxen::units::Time;

pub(crate) const SECTION: Section = Section {
    title: "Noise between cells",
    about: "Genes with promoters of their own, twelve with 0.02 to 0.2 transcripts and six with more than 3, in 1000 cells after 3 h, beside the \
            1018 genes of Taniguchi et al., *Science* 329:533 (2010). These are cells of the reference size, all alike but for \
            chance: they neither grow nor divide.",
    rows,
    figures: &[],
    quick: false,
};

const CELLS: u32 = 1000;

/// Numbers of mRNA and protein of one gene in each cell.
type Sample = Vec<(f64, f64)>;

fn samples() -> Outcome<Vec<Sample>> {
    let mut template = Hypervisor::new(Nutrient::default())?;
    template.set_coupling_step(Time::from_seconds(20.0))?;
    template.set_sample_every(Time::from_hours(3.0))?;
    let biological_type = BiologicalType::Ecoli;
    let limits = Limits { max_ribosomes: 20_000.0, max_memory_kb: 5000.0, ..Limits::HOST };
    let (genome, rules) = (genome::shipped("ecoli")?, Rules::of(biological_type));
    let spec = VmSpec { id: "vm".to_owned(), biological_type, genome, limits, rules };
    let vm = template.create(spec)?;
    vm.start()?;
    let genome = vm.genome().clone();
    let expression = vm.expression().ok_or("the VM has no genes")?.clone();
    let of = |low: f64, high: f64, count: usize| {
        let fits = |i: usize| {
            let long = expression.gene(i).is_some_and(|g| g.length_aa > 100.0);
            long && expression.native_transcripts(i).is_some_and(|m| m > low && m < high)
        };
        let alone = genome.coding().filter(|(i, _)| genome.operon_of(*i).len() == 1 && fits(*i));
        alone.take(count).map(|(_, g)| g.name()).collect::<Vec<_>>()
    };
    let genes = [of(0.02, 0.2, 12), of(3.0, 1e3, 6)].concat();
    vm.start_transcription(&genes, 1.0)?;
    let mut all = vec![Sample::new(); genes.len()];
    for seed in 0..CELLS {
        let mut cell = template.clone();
        cell.set_seed(u64::from(seed));
        cell.run(Time::from_hours(3.0), &mut |_| {}, &StopToken::new())?;
        let population = cell.vm("vm")?.population();
        let genes = population.genes().iter().enumerate();
        for (sample, (at, gene)) in all.iter_mut().zip(genes) {
            sample.push((population.mrna(at), gene.protein));
        }
    }
    Ok(all)
}

/// Means, variances and covariance of a sample.
fn moments(sample: &Sample) -> (f64, f64, f64, f64, f64) {
    let n = sample.len() as f64;
    let (x, y) = sample.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x / n, b + y / n));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (a, b) in sample {
        xx += (a - x).powi(2) / (n - 1.0);
        yy += (b - y).powi(2) / (n - 1.0);
        xy += (a - x) * (b - y) / (n - 1.0);
    }
    (x, y, xx, yy, xy)
}

fn rows() -> Outcome<Vec<Row>> {
    let all: Vec<_> = samples()?.iter().map(moments).collect();
    let error = (2.0 / f64::from(CELLS)).sqrt();
    let least = all.iter().map(|m| m.3 / m.1).fold(f64::INFINITY, f64::min);
    let rare = || all.iter().filter(|m| m.0 < 1.0);
    let fano = median(rare().map(|m| m.2 / m.0).collect());
    let together = median(rare().map(|m| m.4 / (m.2 * m.3).sqrt()).collect());
    let floor = median(all.iter().filter(|m| m.0 >= 1.0).map(|m| m.3 / (m.1 * m.1)).collect());
    let lowest = (1.0 - 4.0 * error, f64::INFINITY);
    Ok(vec![
        Row::within("D1", "least noise × mean of a protein", "at least 1", least, lowest),
        Row::within("D2", "noise of the six abundant proteins, median", "0.1", floor, (0.05, 0.2))
            .because(FLOOR),
        Row::within("D4", "Fano factor of the rare mRNAs, median", "1.62", fano, (1.4, 1.85))
            .because(FANO),
        Row::within(
            "D5",
            "correlation of mRNA and protein of the rare ones, median",
            "0.03",
            together,
            (f64::NEG_INFINITY, 0.1),
        )
        .because(TOGETHER),
    ])
}

const FANO: &str =
    "Transcripts are made one by one, so their number is Poisson; measured are bursts.";
const TOGETHER: &str = "Two products of one random process in one cell are correlated; the measured correlation is near \
    zero, which no model with common transcripts explains.";
const FLOOR: &str = "Cells of one size have no common source of noise; the measured floor comes from size, division and the \
    host.";
