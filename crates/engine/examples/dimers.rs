//! Network and engine alone, without cells: a protein that pairs, made and lost, by chance and as a mean.
//!
//! cargo run --release -p bioxen-engine --example dimers

#![allow(clippy::print_stdout)]

use bioxen_engine::StopToken;
use bioxen_engine::ensemble::{Plan, ensemble};
use bioxen_engine::rng::{Rng, Seed};
use bioxen_engine::simulate::{Deterministic, Settings};
use bioxen_engine::ssa::Ssa;
use bioxen_network::{Compiled, Network, RateLaw};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let law = |k| RateLaw::MassAction { k, factors: vec![] };
    let mut network = Network::default();
    let (p, pp) = (network.species("P", 0.0), network.species("PP", 0.0));
    network.reaction("make", &[], &[(p, 1)], law(50.0));
    network.reaction("lose", &[(p, 1)], &[], law(1.0));
    network.reaction("pair", &[(p, 2)], &[(pp, 1)], law(0.01));
    network.reaction("part", &[(pp, 1)], &[(p, 2)], law(0.5));

    let (grid, stop) = ([0.0, 1.0, 2.0, 5.0, 10.0], StopToken::new());
    let start = Ssa::new(Compiled::new(&network)?.into(), Rng::new(Seed::default()))?;
    let seed = Seed::new(1);
    let plan =
        Plan { runs: 2000, seed, threads: 0, grid: &grid, quantities: &[p, pp], quantiles: &[] };
    let chance = ensemble(&start, &plan, &stop, &mut |_| {})?;
    let mean = Deterministic::new(&network)?.run(&grid, &Settings::default(), &stop)?;

    println!("time  name  mean of 2000 runs  standard deviation  differential equation");
    for (row, time) in grid.iter().enumerate() {
        for (summary, column) in chance.summaries.iter().zip(&mean.columns) {
            let (mean, sd, ode) = (summary.mean[row], summary.sd[row], column.values[row]);
            println!("{time:>4}  {:<4}  {mean:>17.2}  {sd:>18.2}  {ode:>21.2}", summary.name);
        }
    }
    Ok(())
}
