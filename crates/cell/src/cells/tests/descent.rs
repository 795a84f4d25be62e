//! Divisions, lines of descent and random numbers.

use super::*;

fn both(mode: Mode, cells: usize, seed: u64) -> (CellPopulation, Rates) {
    let (guests, rates, start) = genes(&[3.0, 40.0, 1000.0]);
    let plan = Plan { mode, keep_tree: true, ..plan(cells, Preset::MotherMachine, seed) };
    (CellPopulation::new(plan, guests, LN_2, &start).unwrap(), rates)
}

/// At each division all that the mother had is in one daughter or the other, by chance with the part of the size.
#[test]
fn daughters_share_all_that_the_mother_had() {
    for mode in Mode::ALL {
        let (mut cells, rates) = both(mode, 300, 14);
        live(&mut cells, &rates, 4, |_| ());
        let tree = cells.tree().unwrap();
        let mut mothers = std::collections::BTreeMap::<u64, Vec<u64>>::new();
        for id in 0..tree.len() as u64 {
            if let Some(mother) = tree.parent(id) {
                mothers.entry(mother).or_default().push(id);
            }
        }
        let (mut chi2, mut n) = (0.0, 0.0);
        for (&mother, daughters) in &mothers {
            assert_eq!(tree.fate(mother), Fate::Divided);
            let [a, b] = daughters[..] else { panic!("{daughters:?}") };
            let size = tree.sizes(mother).1;
            assert!((tree.sizes(a).0 + tree.sizes(b).0 - size).abs() < 1e-12 * size);
            let q = tree.sizes(a).0 / size;
            for gene in 0..3 {
                let all = tree.proteins(mother, gene).1;
                assert_eq!(tree.proteins(a, gene).0 + tree.proteins(b, gene).0, all);
                if gene == 2 {
                    chi2 += (tree.proteins(a, gene).0 - q * all).powi(2) / (all * q * (1.0 - q));
                    n += 1.0;
                }
            }
        }
        assert!(n > 700.0);
        // Its mean is 1 and its variance 2.
        assert!((chi2 / n - 1.0).abs() < 4.0 * f64::sqrt(2.0 / n), "{}: {}", mode.name(), chi2 / n);
    }
}

/// Both are samples of a growing population, and it grows as its host does.
#[test]
fn a_colony_grows_as_a_population_of_constant_number() {
    let grow = |mode, cells, most| {
        let (mut cells, rates) = both(mode, cells, 15);
        cells.plan.most = most;
        live(&mut cells, &rates, 4, |_| ());
        let (number, grown) = (cells.cells().len() as f64 * cells.weight(), cells.grown());
        let mut mean = Mean::default();
        live(&mut cells, &rates, 6, |cells| {
            let size = Moments::of(&cells.values(Quantity::Size));
            mean.add(&[size.mean, size.cv2()]);
        });
        let growth = (cells.grown() - grown) / (6.0 * LN_2);
        let factor = (cells.cells().len() as f64 * cells.weight() / number).ln();
        (growth, factor / (6.0 * LN_2), mean, cells.cells().len())
    };
    let (moran, _, moran_size, _) = grow(Mode::Moran, 2000, 0);
    let (colony, number, colony_size, cells) = grow(Mode::Colony, 400, 3000);
    assert!((moran - 1.0).abs() < 0.012 && (colony - 1.0).abs() < 0.012, "{moran}, {colony}");
    assert!((number - colony).abs() < 1e-3, "the number of cells grew by {number}");
    assert!((1500..=3000).contains(&cells), "{cells}");
    assert!((colony_size.of(0) - moran_size.of(0)).abs() < 0.02, "{}", colony_size.of(0));
    assert!((colony_size.of(1) / moran_size.of(1) - 1.0).abs() < 0.12, "{}", colony_size.of(1));
}

#[test]
fn the_same_seed_gives_the_same_cells_on_any_number_of_threads() {
    for mode in Mode::ALL {
        let run = |threads, seed| {
            let (mut cells, rates) = both(mode, 700, seed);
            cells.set_threads(threads);
            cells.plan.most = 1500;
            live(&mut cells, &rates, 2, |_| ());
            (cells.cells.clone(), cells.counts.clone(), cells.tree.clone().unwrap().len())
        };
        let one = run(1, 18);
        assert!(one == run(2, 18) && one == run(8, 18), "{}", mode.name());
        assert!(one != run(1, 19), "{}", mode.name());
    }
}

/// What a step tells of places is what has happened: a host of its own follows its cell.
#[test]
fn moves_say_where_daughters_went() {
    for mode in Mode::ALL {
        let (mut cells, rates) = both(mode, 200, 20);
        cells.plan.most = 300;
        // Who keeps the founder of each cell beside it finds it again in the tree.
        let mut founders: Vec<u64> = (0..200).collect();
        let stop = StopToken::new();
        for _ in 0..300 {
            let moves =
                cells.step(Time::from_seconds(36.0), &Around::Shared(&rates), &stop).unwrap();
            for (from, to) in moves.copies {
                let founder = founders[from];
                if to == founders.len() { founders.push(founder) } else { founders[to] = founder }
            }
            if let Some(kept) = moves.kept {
                founders = kept.iter().map(|&place| founders[place]).collect();
            }
        }
        let tree = cells.tree().unwrap();
        let found: Vec<u64> = cells.cells().iter().map(|cell| tree.line(cell.id)[0]).collect();
        assert_eq!(found, founders, "{}", mode.name());
        assert!(cells.divisions() > 400);
    }
}

/// Hosts of their own: a cell whose host grows faster divides more often.
#[test]
fn each_cell_can_have_its_own_host() {
    let (mut cells, rates) = both(Mode::MotherMachine, 100, 21);
    let fill = |place: usize, own: &mut Rates| {
        own.clone_from(&rates);
        if place < 50 {
            own.growth_per_h = 0.0;
        }
    };
    let stop = StopToken::new();
    for _ in 0..200 {
        cells.step(Time::from_seconds(36.0), &Around::Own(&fill), &stop).unwrap();
    }
    let young = cells.cells().iter().map(|cell| cell.id >= 100);
    let divided: Vec<bool> = young.collect();
    assert!(divided[..50].iter().all(|divided| !divided));
    assert!(divided[50..].iter().filter(|&&divided| divided).count() > 45);
}

/// Plasmids are shared out with the size, and keep their mean number.
#[test]
fn plasmids_are_kept_at_their_number() {
    let wanted = 15.0;
    let most = 8.56;
    let replicon =
        Replicon { name: "p".into(), most_per_h: most, half: wanted / (most / LN_2 - 1.0) };
    let guests = Guests { replicons: vec![replicon], ..Guests::default() };
    let rates = Rates { growth_per_h: LN_2, ..Rates::default() };
    let plan = plan(2000, Preset::MotherMachine, 22);
    let mut cells = CellPopulation::new(plan, guests, LN_2, &[wanted]).unwrap();
    let mut mean = Mean::default();
    live(&mut cells, &rates, 8, |cells| mean.add(&[cells.per_size()[0]]));
    // Few copies scatter, so the law of their mean is off by a few percent.
    assert!((mean.of(0) / wanted - 1.0).abs() < 0.05, "{}", mean.of(0));
}

/// Cooper and Helmstetter: a gene replicated `b` generations before division has `2^b` copies in the mean.
#[test]
fn copies_of_a_place_follow_replication() {
    let before: f64 = 1.3;
    let (mut guests, mut rates, start) = genes(&[100.0]);
    // Replicated a third of its arm from the origin: 2/3 of 1.2 generations, and a half, before division.
    guests.units[0].template = Template::Locus(1.0 / 3.0);
    guests.replication = Replication { forks: 1.2, after: 0.5 };
    rates.replication = guests.replication;
    let plan = plan(2000, Preset::Off, 23);
    let mut cells = CellPopulation::new(plan, guests, LN_2, &start).unwrap();
    let mut mean = Mean::default();
    live(&mut cells, &rates, 6, |cells| {
        let copies: Vec<f64> = (0..2000).map(|place| f64::from(cells.counts(place)[2])).collect();
        mean.add(&[Moments::of(&copies).mean, cells.per_size()[1]]);
    });
    assert!((mean.of(0) / before.exp2() - 1.0).abs() < 0.02, "{}", mean.of(0));
    // The measured abundance is that of all copies: the mean of the protein stays.
    assert!((mean.of(1) / 100.0 - 1.0).abs() < 0.02, "{}", mean.of(1));
}
