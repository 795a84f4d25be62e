//! Two VMs share a host; one is induced late, and the run ends when the other feels it:
//! `cargo run -p bioxen-lab --example two_tenants`.

#![allow(clippy::print_stdout)]

use bioxen_base::units::Time;
use bioxen_cell::factory::{Config, Infrastructure};
use bioxen_cell::hypervisor::{BiologicalType, Limits, Solver};
use bioxen_engine::StopToken;
use bioxen_lab::{Lab, LabError, Repetition};

fn main() -> Result<(), LabError> {
    let minutes = Time::from_minutes;
    let mut lab = Lab::new(1)?;
    let mut config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    config.limits = Limits::HOST;
    for id in ["early", "late"] {
        lab.create(id, config.clone(), true)?;
    }
    lab.with_vm("early", |vm| vm.start_transcription(&["lacZ"], 20.0))?;
    lab.at(minutes(20.0), |lab| {
        lab.with_vm("late", |vm| vm.start_transcription(&["tufA"], 50.0)).map(drop)
    })?;

    // Many cells with other chance, and with the event, from where this one stands.
    let own = Repetition { solver: Some(Solver::TauLeap), ..Repetition::default() };
    let (runs, _) = lab.ensemble(8, minutes(30.0), &own, &StopToken::new())?;
    let last = |column: &str| {
        let values = runs.iter().filter_map(|run| run.column(column)?.values.last().copied());
        values.sum::<f64>() / runs.len() as f64
    };
    println!("after 30 min, mean of {}: {:.0} LacZ", runs.len(), last("early.lacZ.protein"));

    let grown = lab.hypervisor().host_rates().growth_per_h;
    let slower = |lab: &Lab| lab.hypervisor().host_rates().growth_per_h < 0.9 * grown;
    let run = lab.run_until(slower, minutes(60.0))?;
    println!("at {} the host grows by a tenth more slowly", lab.hypervisor().now());
    println!("{} samples of {} quantities", run.trace.times.len(), run.trace.columns.len());
    Ok(())
}
