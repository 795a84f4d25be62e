//! Packages: genes beside a genome, in the same cell by the same equations.

mod circuits;
mod command;
mod files;
mod language;
mod mechanism;
mod models;
mod parts;
mod sharing;

use std::sync::Arc;

use bioxen::chassis::Nutrient;
use bioxen::engine::{StopToken, Trajectory};
use bioxen::factory::{Config, Infrastructure};
use bioxen::hypervisor::{BiologicalType, Hypervisor, HypervisorError, Solver, Vm};
use bioxen::package::{Package, read, shipped};
use bioxen::units::Time;

/// A host with one running *E. coli* of wide limits.
fn cell(solver: Solver) -> Hypervisor {
    let mut hypervisor = Hypervisor::new(Nutrient::new(0.3).unwrap()).unwrap();
    hypervisor.set_solver(solver);
    hypervisor.set_seed(3);
    add(&mut hypervisor, "demo");
    hypervisor
}

fn add(hypervisor: &mut Hypervisor, id: &str) {
    let mut config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    config.limits.max_ribosomes = 8000.0;
    config.limits.max_atp_percent = 100.0;
    hypervisor.create(config.spec(id).unwrap()).unwrap().start().unwrap();
}

fn install(hypervisor: &mut Hypervisor, id: &str, name: &str) -> Result<(), HypervisorError> {
    let package = shipped(name).unwrap();
    hypervisor.vm_mut(id).unwrap().install_package(&package, &|n| shipped(n).ok()).map(drop)
}

fn parsed(text: &str) -> Arc<Package> {
    Arc::new(read(text, "test.toml", &|_| Err("there is none".to_owned())).unwrap())
}

fn run(hypervisor: &mut Hypervisor, minutes: f64) -> Trajectory {
    let time = Time::from_minutes(minutes);
    let run = hypervisor.run(time, &mut |_| {}, &StopToken::new()).unwrap();
    assert!(run.completed);
    run.trace
}

fn mrna_and_protein(vm: &Vm, gene: &str) -> (f64, f64) {
    vm.population().counts(vm.gene_index(gene).unwrap()).unwrap()
}

fn set(hypervisor: &mut Hypervisor, substance: &str, millimolar: f64) {
    let mut medium = hypervisor.medium().clone();
    medium.set(substance, millimolar).unwrap();
    hypervisor.set_medium(medium);
}

/// The times of the highest values between two valleys, among values that are smooth.
fn peaks(trace: &Trajectory, column: &str) -> Vec<(f64, f64)> {
    let y = &trace.column(column).unwrap_or_else(|| panic!("no {column}")).values;
    let tops = (1..y.len() - 1).filter(|&i| y[i] > y[i - 1] && y[i] >= y[i + 1]);
    tops.map(|i| (trace.times[i], y[i])).collect()
}
