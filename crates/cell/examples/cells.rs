//! How long a population takes: `cargo run --release -p bioxen-cell --example cells [CELLS [GENERATIONS
//! [GENES [THREADS]]]]`. Steps are of 10 s in a cell that doubles in 38 min, promoters are those of a moderate gene
//! (0.5 transcripts, 40 proteins each).
#![allow(clippy::print_stdout, clippy::expect_used)]

use bioxen_base::units::Time;
use bioxen_cell::cells::{Around, CellPopulation, Guests, Plan, Protein, Rates, Unit};
use bioxen_engine::StopToken;
use bioxen_engine::rng::Seed;

fn main() {
    let mut given = std::env::args().skip(1).map(|arg| arg.parse::<usize>().expect("a number"));
    let cells = given.next().unwrap_or(1000);
    let generations = given.next().unwrap_or(10);
    let genes = given.next().unwrap_or(20);
    let threads = given.next().unwrap_or(1);
    let growth = 60.0 * std::f64::consts::LN_2 / 38.0;
    let lost = 60.0 * std::f64::consts::LN_2 / 2.2;
    let protein =
        |at: usize| Protein { name: format!("g{at}"), lost_per_h: 0.0, acts_as_rna: None };
    let guests = Guests {
        units: (0..genes).map(|at| Unit::of_gene(at, lost)).collect(),
        proteins: (0..genes).map(protein).collect(),
        ..Guests::default()
    };
    let rates = Rates {
        growth_per_h: growth,
        transcription_per_h: vec![0.5 * (lost + growth); genes],
        translation_per_h: vec![40.0 * (lost + growth); genes],
        ..Rates::default()
    };
    let resting = 20.0 * (lost + growth) / growth;
    let means = [vec![0.5; genes], vec![resting; genes]].concat();
    let plan = Plan { threads, ..Plan::new(cells, Seed::new(1)) };
    let bytes = CellPopulation::bytes(cells, &guests);
    let mut population = CellPopulation::new(plan, guests, growth, &means).expect("a population");
    let begun = std::time::Instant::now();
    let stop = StopToken::new();
    let steps = 228 * generations;
    for _ in 0..steps {
        population.step(Time::from_seconds(10.0), &Around::Shared(&rates), &stop).expect("a step");
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{cells} cells x {generations} generations x {genes} genes on {threads} threads: {seconds:.2} s"
    );
    println!("{:.1} us for a cell and step", 1e6 * seconds / (steps * cells) as f64);
    println!("{bytes} bytes of cells, {} of the tree", population.tree_bytes(0.0));
    let mean = population.per_size()[genes];
    println!("mean of a protein: {:.4} of that of the mean cell", mean / resting);
}
