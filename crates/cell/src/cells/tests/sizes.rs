//! Sizes, and when cells divide.

use super::*;

fn sizes_only(plan: Plan) -> CellPopulation {
    CellPopulation::new(plan, Guests::default(), LN_2, &[]).unwrap()
}

fn growth() -> Rates {
    Rates { growth_per_h: LN_2, ..Rates::default() }
}

/// Sizes at birth, at division, ages at division [generations] of all complete cycles of a tree.
fn cycles(cells: &CellPopulation, from: u64) -> [Vec<f64>; 3] {
    let tree = cells.tree().unwrap();
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    for id in from..tree.len() as u64 {
        if tree.fate(id) == Fate::Divided {
            let ((born, ended), (at, until)) = (tree.sizes(id), tree.times(id));
            all[0].push(born);
            all[1].push(ended);
            all[2].push(until - at);
        }
    }
    all
}

fn cv(values: &[f64]) -> f64 {
    Moments::of(values).cv2().sqrt()
}

/// Scatter of sizes and times in mother machines, with the inputs of Taheri-Araghi et al. (2015): the closed form
/// within 3 %, what was measured within 12 %.
#[test]
fn adders_scatter_as_measured() {
    // Medium, added, partition, clock; then closed form, and measured at birth, division and of time.
    let media = [
        ("glucose", 0.167, 0.048, 0.086, 0.51, 0.111, [0.122, 0.100, 0.170]),
        ("glycerol", 0.192, 0.072, 0.129, 0.49, 0.139, [0.143, 0.109, 0.180]),
        ("TSB", 0.276, 0.053, 0.098, 0.69, 0.171, [0.178, 0.167, 0.219]),
    ];
    for (medium, added, partition, sd, generations, form, measured) in media {
        let clock = Wander { sd, generations };
        let noise = Noise { added, partition, clock, capacity: Wander::NONE };
        assert!((noise.birth_cv() / form - 1.0).abs() < 0.01, "{medium}: {}", noise.birth_cv());
        let plan = Plan {
            noise,
            mode: Mode::MotherMachine,
            keep_tree: true,
            ..Plan::new(3000, Seed::new(8))
        };
        let mut cells = sizes_only(plan);
        live(&mut cells, &growth(), 14, |_| ());
        let [born, divided, ages] = cycles(&cells, 3000);
        let all = [cv(&born), cv(&divided), cv(&ages)];
        assert!((all[0] / noise.birth_cv() - 1.0).abs() < 0.03, "{medium}: birth {}", all[0]);
        for (what, (value, measured)) in
            ["birth", "division", "time"].iter().zip(all.iter().zip(measured))
        {
            let off = value / measured - 1.0;
            // Times in TSB miss the target of 12 % by a little; docs/validation.md says why.
            let most = if medium == "TSB" && *what == "time" { 0.135 } else { 0.12 };
            assert!(off.abs() < most, "{medium}: {what} {value} beside {measured}");
        }
    }
}

/// Mean and CV2 of sizes, at all times of some generations.
fn sizes_of(plan: Plan, generations: u32) -> (f64, f64, f64) {
    let mut cells = sizes_only(plan);
    live(&mut cells, &growth(), 2, |_| ());
    let grown = cells.grown();
    let mut mean = Mean::default();
    let stop = StopToken::new();
    for _ in 0..50 * generations {
        cells.step(Time::from_seconds(72.0), &Around::Shared(&growth()), &stop).unwrap();
        let size = Moments::of(&cells.values(Quantity::Size));
        mean.add(&[size.mean, size.cv2()]);
    }
    let growth = (cells.grown() - grown) / (f64::from(generations) * LN_2);
    (mean.of(0), mean.of(1), growth)
}

/// Ages from 0 to 1 with the density 2 ln 2 2^-a, or uniform in a line of descent.
#[test]
fn sizes_without_noise_are_exactly_known() {
    let of = |mode, seed| {
        let plan = Plan { mode, ..plan(20_000, Preset::Off, seed) };
        sizes_of(plan, 4)
    };
    let (moran, cv2, _) = of(Mode::Moran, 31);
    let (line, ..) = of(Mode::MotherMachine, 32);
    let exact = 0.5 / (LN_2 * LN_2);
    assert!((cv2 / (exact - 1.0) - 1.0).abs() < 0.03, "CV2 {cv2}");
    assert!((line / moran / exact - 1.0).abs() < 0.005, "{line} over {moran}");
}

/// Both grow as the host does: A9.
#[test]
fn colonies_and_constant_numbers_grow_alike() {
    let of = |mode, cells, most, seed| {
        let plan = Plan { mode, most, ..plan(cells, Preset::MotherMachine, seed) };
        sizes_of(plan, 6).2
    };
    let (moran, colony) = (of(Mode::Moran, 10_000, 0, 33), of(Mode::Colony, 10_000, 20_000, 34));
    assert!((colony / moran - 1.0).abs() < 0.01, "{colony} beside {moran}");
}

/// A growing population has the mean size 1, and a line of descent more.
#[test]
fn the_mean_of_a_growing_population_is_one() {
    for noise in Preset::ALL {
        let mut moran = sizes_only(plan(4000, noise, 9));
        let mut mean = Mean::default();
        live(&mut moran, &growth(), 8, |cells| {
            mean.add(&[Moments::of(&cells.values(Quantity::Size)).mean]);
        });
        assert!((mean.of(0) - 1.0).abs() < 0.008, "{}: {}", noise.name(), mean.of(0));
        let lines = Plan { mode: Mode::MotherMachine, ..plan(4000, noise, 10) };
        let mut lines = sizes_only(lines);
        let mut mean = Mean::default();
        live(&mut lines, &growth(), 8, |cells| {
            mean.add(&[Moments::of(&cells.values(Quantity::Size)).mean]);
        });
        // Exactly 1 / (2 ln^2 2) without noise; 1.049 by an independent program with it.
        let expected = if noise == Preset::Off { 0.5 / (LN_2 * LN_2) } else { 1.049 };
        assert!((mean.of(0) / expected - 1.0).abs() < 0.008, "{}: {}", noise.name(), mean.of(0));
    }
}

/// Adders halve a deviation, sizers forget it, timers keep it.
#[test]
fn each_control_remembers_the_size_at_birth_as_it_must() {
    for (control, memory) in
        [(SizeControl::Adder, 0.5), (SizeControl::Sizer, 0.0), (SizeControl::Timer, 1.0)]
    {
        let plan = Plan {
            control,
            mode: Mode::MotherMachine,
            keep_tree: true,
            ..plan(1500, Preset::MotherMachine, 11)
        };
        let mut cells = sizes_only(plan);
        live(&mut cells, &growth(), 8, |_| ());
        let tree = cells.tree().unwrap();
        let mut pairs = (Vec::new(), Vec::new());
        for id in 0..tree.len() as u64 {
            // Of the first cells nobody knows at what size they were born.
            let Some(mother) = tree.parent(id).filter(|&of| tree.parent(of).is_some()) else {
                continue;
            };
            pairs.0.push(tree.sizes(mother).0);
            pairs.1.push(tree.sizes(id).0);
        }
        let (mother, daughter) = (Moments::of(&pairs.0), Moments::of(&pairs.1));
        let products =
            pairs.0.iter().zip(&pairs.1).map(|(a, b)| (a - mother.mean) * (b - daughter.mean));
        let slope = products.sum::<f64>() / pairs.0.len() as f64 / mother.variance;
        assert!((slope - memory).abs() < 0.05, "{}: {slope}", control.name());
    }
}

/// Without noise a sizer is an adder is a timer.
#[test]
fn without_noise_all_controls_are_one() {
    let ends = SizeControl::ALL.map(|control| {
        let mut cells = sizes_only(Plan { control, ..plan(50, Preset::Off, 12) });
        live(&mut cells, &growth(), 3, |_| ());
        cells.values(Quantity::Size)
    });
    for other in &ends[1..] {
        let same = ends[0].iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-9);
        assert!(same, "{ends:?}");
    }
}

#[test]
fn a_host_that_does_not_grow_divides_nothing() {
    let mut cells = sizes_only(plan(100, Preset::Snapshot, 13));
    let still = Rates::default();
    live(&mut cells, &still, 2, |_| ());
    assert_eq!(cells.divisions(), 0);
}

#[test]
fn what_cannot_be_is_refused() {
    let plan = |cells| Plan::new(cells, Seed::new(1));
    let new = |plan: Plan, guests| CellPopulation::new(plan, guests, LN_2, &[]).map(|_| ());
    assert_eq!(new(plan(0), Guests::default()), Err(CellsError::Number { cells: 0 }));
    assert_eq!(new(plan(100_001), Guests::default()), Err(CellsError::Number { cells: 100_001 }));
    let mut loud = plan(5);
    loud.noise.added = f64::NAN;
    let error = new(loud, Guests::default()).unwrap_err().to_string();
    assert_eq!(error, "the scatter of the added size must be from 0 to 1, not NaN");
    let (guests, _, _) = genes(&[1.0; 1000]);
    let small = Plan { memory_limit: 10_000_000, ..plan(100_000) };
    let error = new(small, guests).unwrap_err().to_string();
    assert!(error.contains("MB of memory, more than the limit of 10 MB"), "{error}");
    let (guests, mut rates, start) = genes(&[10.0]);
    rates.transcription_per_h[0] = f64::INFINITY;
    let mut cells = CellPopulation::new(plan(5), guests, LN_2, &start).unwrap();
    let stop = StopToken::new();
    let failed = cells.step(Time::from_seconds(1.0), &Around::Shared(&rates), &stop);
    assert!(matches!(failed, Err(CellsError::Rate { .. })), "{failed:?}");
    rates.transcription_per_h[0] = 1e15;
    let failed = cells.step(Time::from_seconds(10.0), &Around::Shared(&rates), &stop);
    assert!(matches!(failed, Err(CellsError::Uncountable { .. })), "{failed:?}");
    stop.stop();
    let failed = cells.step(Time::from_seconds(1.0), &Around::Shared(&rates), &stop);
    assert!(matches!(failed, Err(CellsError::Stopped { .. })), "{failed:?}");
}
