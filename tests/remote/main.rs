//! VMs on another machine, by a real OpenSSH server on loopback.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![cfg(target_os = "linux")]

mod failures;
mod login;
mod machines;
mod plugins;
mod pool;
mod scripts;
mod sshd;

use std::sync::Arc;

use bioxen::engine::StopToken;
use bioxen::factory::{Config, Infrastructure};
use bioxen::hypervisor::{BiologicalType, Report};
use bioxen::lab::{Lab, LabError, Place, Places, RunResult, Wanted};
use bioxen::remote::{Allowed, RemotePlaces};
use bioxen::units::Time;
use serde_json::{Map, Value};

/// The place of a configuration.
fn open(config: &Map<String, Value>) -> Result<Arc<dyn Place>, String> {
    let places = RemotePlaces::new(Allowed::hosts(["127.0.0.1".to_owned()]));
    let (infrastructure, chassis) = (Infrastructure::Ssh, "ecoli");
    let wanted = Wanted { infrastructure, config, chassis, vm: "demo" };
    let opened = places.open(wanted, &mut |_| {}, &StopToken::new());
    opened.map_err(|error| error.to_string())
}

/// What is wrong with a configuration that cannot be opened.
fn refused(config: &Map<String, Value>) -> String {
    open(config).map(|place| format!("{place:?}")).unwrap_err()
}

/// A laboratory with a VM in a place, or here.
fn lab(place: Option<Arc<dyn Place>>) -> Lab {
    lab_at(place.unwrap_or_else(bioxen::lab::here))
}

fn lab_at(place: Arc<dyn Place>) -> Lab {
    let mut lab = Lab::new(3).unwrap();
    let config = Config::new(BiologicalType::Ecoli, place.infrastructure());
    lab.create_at("demo", config, true, place).unwrap();
    lab.with_vm("demo", |vm| vm.start_transcription(&["lacZ"], 1.0).map(drop)).unwrap();
    lab
}

/// Runs, and does something once a minute has passed.
fn run_and(lab: &mut Lab, hours: f64, act: impl FnOnce()) -> Result<RunResult, LabError> {
    let mut act = Some(act);
    let mut tell = |report: Report| {
        if let Report::Sample(sample) = report
            && sample.now > Time::from_minutes(1.0)
            && let Some(act) = act.take()
        {
            act();
        }
    };
    let outcome = lab.run_with(Time::from_hours(hours), None, &mut tell, &StopToken::new());
    assert!(act.is_none(), "it has not come so far: {outcome:?}");
    outcome
}

/// What the same run gives here.
fn here(minutes: f64) -> RunResult {
    lab(None).run(Time::from_minutes(minutes)).unwrap()
}
