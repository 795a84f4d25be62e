//! The host and its guests against published numbers.

mod before;
mod culture;
mod export;
mod guests;
mod host;
mod inhibition;
mod lac;
mod leaping;
mod operons;
mod plasmids;
mod polymerases;
mod proteins;
mod transcripts;
mod validation;

use bioxen::chassis::Nutrient;
use bioxen::engine::StopToken;
use bioxen::engine::ode::{NetworkOde, Options};
use bioxen::factory::{Config, Infrastructure};
use bioxen::hypervisor::{BiologicalType, Hypervisor, Limits, Solver};
use bioxen::network::Network;

/// A cell of *E. coli* in which one VM has started, within limits that `limit` changes.
fn started(quality: f64, solver: Solver, id: &str, limit: impl FnOnce(&mut Limits)) -> Hypervisor {
    let mut hypervisor = Hypervisor::new(Nutrient::new(quality).unwrap()).unwrap();
    hypervisor.set_solver(solver);
    let mut config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    limit(&mut config.limits);
    hypervisor.create(config.spec(id).unwrap()).unwrap().start().unwrap();
    hypervisor
}

/// A quantity, by its name, after `hours` of a network's own life.
pub(crate) fn after(network: &Network, hours: f64) -> impl Fn(&str) -> f64 {
    let options = Options { rtol: 1e-8, atol: 1e-8, ..Options::default() };
    let all = NetworkOde::after(network, hours, options, &StopToken::new()).unwrap();
    move |name| {
        let place = network.quantities.iter().position(|q| q.name == name);
        all[place.unwrap_or_else(|| panic!("no {name}"))]
    }
}
