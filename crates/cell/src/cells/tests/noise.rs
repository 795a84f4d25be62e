//! What scatters, and what stays.

use super::*;

/// Means of protein, their CV2 as count and as concentration, for each gene; then the mean size.
fn snapshot(noise: Preset, means: &[f64], cells: usize, seed: u64) -> Mean {
    let (guests, rates, start) = genes(means);
    let mut population =
        CellPopulation::new(plan(cells, noise, seed), guests, rates.growth_per_h, &start).unwrap();
    live(&mut population, &rates, 3, |_| ());
    let mut mean = Mean::default();
    live(&mut population, &rates, 7, |population| {
        let mut row = Vec::new();
        for gene in 0..means.len() {
            let count = Moments::of(&population.values(Quantity::Protein(gene)));
            let per_size = Moments::of(&population.concentrations(Quantity::Protein(gene)));
            row.extend([count.mean, count.cv2(), per_size.cv2()]);
        }
        let size = Moments::of(&population.values(Quantity::Size));
        row.extend([size.mean, size.cv2()]);
        mean.add(&row);
    });
    mean
}

fn near(what: &str, value: f64, expected: f64, tolerance: f64) {
    assert!((value / expected - 1.0).abs() < tolerance, "{what}: {value}, not {expected}");
}

/// The ladder of noises: numbers of an independent program with their tolerance of 8 %, and exactly the
/// mean of the reference cell.
#[test]
fn each_noise_gives_its_floor_and_no_noise_moves_a_mean() {
    let off = snapshot(Preset::Off, &[1.0, 1000.0], 2500, 1);
    let mother = snapshot(Preset::MotherMachine, &[1.0, 1.0, 1.0, 10.0, 1000.0], 2500, 2);
    let snap = snapshot(Preset::Snapshot, &[1.0, 1.0, 1.0, 10.0, 1000.0], 2500, 3);
    for (noise, mean) in [("off", &off), ("mother_machine", &mother), ("snapshot", &snap)] {
        let genes = (mean.sum.len() - 2) / 3;
        let abundant = 3 * (genes - 1);
        near(noise, mean.of(abundant), 1000.0, 0.02);
        // What is left of it is the scatter of sizes in so few cells.
        near(noise, mean.of(abundant) / mean.of(mean.sum.len() - 2), 1000.0, 0.012);
        near(noise, mean.of(0), 1.0, 0.04);
    }
    near("sizes without noise", off.of(7), 0.5 / (LN_2 * LN_2) - 1.0, 0.04);
    near("count, off", off.of(4), 0.0405 + 0.0013, 0.08);
    let rare = (mother.of(1) + mother.of(4) + mother.of(7)) / 3.0;
    near("1, mother_machine", rare, 1.39, 0.08);
    near("10, mother_machine", mother.of(10), 0.192, 0.08);
    near("1000, mother_machine", mother.of(13), 0.0598, 0.08);
    near("concentration, mother_machine", mother.of(14), 0.0069, 0.12);
    near("10, snapshot", snap.of(10), 0.237, 0.08);
    near("1000, snapshot", snap.of(13), 0.101, 0.08);
}

/// Without noise, and with transcripts that live for a moment, all is known. The variance beyond that of
/// chance grows by `2 b k v` and is divided by four at division, so it has the mean
/// `2 b n (1 - 1 / (3 ln 2))` in a growing population.
#[test]
fn bursts_and_partition_scatter_as_theory_says() {
    let (mut guests, mut rates, _) = genes(&[10.0; 4]);
    let (decay, burst) = (2000.0, 2.0);
    for unit in &mut guests.units {
        unit.lost_per_h = decay;
    }
    rates.transcription_per_h = vec![10.0 * LN_2 / burst; 4];
    rates.translation_per_h = vec![burst * decay; 4];
    let start = [[0.0; 4], [10.0; 4]].concat();
    let plan = plan(2500, Preset::Off, 24);
    let mut cells = CellPopulation::new(plan, guests, LN_2, &start).unwrap();
    live(&mut cells, &rates, 3, |_| ());
    let mut mean = Mean::default();
    live(&mut cells, &rates, 7, |cells| {
        for gene in 0..4 {
            mean.add(&[Moments::of(&cells.values(Quantity::Protein(gene))).cv2()]);
        }
    });
    let size = 0.5 / (LN_2 * LN_2) - 1.0;
    let excess = 2.0 * burst * (1.0 - 1.0 / (3.0 * LN_2));
    near("10 without noise", mean.of(0), size + (1.0 + excess) / 10.0, 0.03);
}

/// The noise of the capacity alone: the concentration integrates it over a generation.
#[test]
fn the_capacity_is_filtered_by_growth() {
    let (guests, rates, start) = genes(&[1e5]);
    let capacity = Wander { sd: 0.2, generations: 1.0 };
    let noise = Noise { capacity, ..Noise::OFF };
    let plan = Plan { noise, ..plan(2000, Preset::Off, 4) };
    let mut cells = CellPopulation::new(plan, guests, rates.growth_per_h, &start).unwrap();
    live(&mut cells, &rates, 6, |_| ());
    let mut mean = Mean::default();
    live(&mut cells, &rates, 10, |cells| {
        let of = Moments::of(&cells.concentrations(Quantity::Protein(0)));
        mean.add(&[of.cv2()]);
    });
    // Variance of E(y), times l / (l + 1 / tau) as for small y; a generation takes an hour.
    let expected = ((0.2_f64 * 0.2).exp() - 1.0) * LN_2 / (LN_2 + 1.0);
    near("concentration", mean.of(0), expected, 0.07);
}

/// Two reporters in one cell share all but chance.
#[test]
fn two_reporters_tell_both_noises_apart() {
    let (guests, rates, start) = genes(&[200.0, 200.0]);
    let plan = plan(2000, Preset::MotherMachine, 5);
    let mut cells = CellPopulation::new(plan, guests, rates.growth_per_h, &start).unwrap();
    live(&mut cells, &rates, 5, |_| ());
    let mut mean = Mean::default();
    live(&mut cells, &rates, 8, |cells| {
        let (a, b) = (cells.values(Quantity::Protein(0)), cells.values(Quantity::Protein(1)));
        let parts = Reporters::of(&a, &b);
        mean.add(&[parts.extrinsic, parts.intrinsic, Moments::of(&a).cv2()]);
    });
    near("extrinsic", mean.of(0), 0.0595, 0.08);
    // Births and bursts: (1 + b) / n in the reference cell; halved where partition forgets, so between.
    assert!(mean.of(1) > 0.8 / 200.0 && mean.of(1) < 1.8 / 200.0, "intrinsic {}", mean.of(1));
    near("their sum is all of it", mean.of(0) + mean.of(1), mean.of(2), 0.03);
}

/// Genes of one unit are made from one transcript: what is left is the chance of translation.
#[test]
fn genes_of_a_unit_go_together() {
    let (mut guests, mut rates, _) = genes(&[50.0, 50.0]);
    guests.units.truncate(1);
    guests.units[0].genes = 0..2;
    guests.units[0].burst = 3.0;
    rates.transcription_per_h = vec![10.0];
    rates.translation_per_h = vec![100.0 * (DECAY_PER_H + LN_2); 2];
    let plan = plan(1000, Preset::Off, 6);
    let start = [0.48, 1400.0, 1400.0];
    let mut cells = CellPopulation::new(plan, guests, LN_2, &start).unwrap();
    live(&mut cells, &rates, 6, |_| ());
    let r = cells.correlation(Quantity::Protein(0), Quantity::Protein(1));
    assert!(r > 0.97, "{r}");
    // Bursts of transcripts: Fano 1 + b of those that are born together and die alone.
    let mut fano = Mean::default();
    live(&mut cells, &rates, 20, |cells| {
        let of = Moments::of(&cells.values(Quantity::Transcripts(0)));
        fano.add(&[of.mean, of.variance]);
    });
    near("Fano of the transcripts", fano.of(1) / fano.of(0), 4.0, 0.12);
}

/// A promoter sees concentrations, not counts: a large cell is no reason to shut.
#[test]
fn regulators_act_by_concentration() {
    let (mut guests, rates, start) = genes(&[2000.0, 500.0]);
    // The first protein shuts the second promoter to a half at 2000 a cell of mean size.
    guests.units[1].answer =
        Some(Answer::new(|protein| 1.0 / (1.0 + (protein(0) / 2000.0).powi(4))));
    let plan = plan(2000, Preset::Off, 7);
    let mut cells = CellPopulation::new(plan, guests, LN_2, &start).unwrap();
    live(&mut cells, &rates, 8, |_| ());
    let mean = cells.per_size()[3];
    near("half as much", mean, 250.0, 0.02);
}
