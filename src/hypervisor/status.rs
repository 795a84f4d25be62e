//! What a VM tells about itself.

use serde::Serialize;

use super::held::HeldBack;
use super::state::VmState;
use super::vm::{LogKind, Vm};
use crate::chassis::{Chassis, HostRates, energy};

/// The state of a VM and of what it feels of the host.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VmStatus {
    /// Its id.
    pub id: String,
    /// What it is.
    pub biological_type: String,
    /// On what infrastructure it runs.
    pub vm_type: String,
    /// Where it is in its life.
    pub state: String,
    /// Cell time for which it has run [min].
    pub uptime_min: f64,
    /// The cell's ATP, in percent of its adenylates: a state.
    pub atp_percent: f64,
    /// The share of ATP production it may use [%]: an allocation.
    pub atp_allocation: f64,
    /// Ribosomes it may hold.
    pub allocated_ribosomes: f64,
    /// Ribosomes it holds.
    pub engaged_ribosomes: f64,
    /// DNA that is mapped [kb].
    pub memory_kb_used: f64,
    /// DNA that may be mapped [kb].
    pub memory_kb_limit: f64,
    /// Growth rate of the host [1/h].
    pub growth_rate_per_h: f64,
    /// Genes whose promoters are open.
    pub transcribing: Vec<String>,
    /// What is wrong; empty when all is well.
    pub health: Vec<String>,
    /// What held it back in the last run.
    pub held_back: Vec<HeldBack>,
}

/// A VM gets less than this part of the ribosomes that its mRNA could hold: it is starved.
const STARVED: f64 = 0.5;

/// What a VM has of the host.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own {
    /// Ribosomes that it holds.
    pub(super) engaged: f64,
    /// By how much it is held back, 1 being not at all.
    pub(super) throttle: f64,
    /// Whether the quotas of all exceed the host.
    pub(super) shrunk: bool,
}

impl VmStatus {
    pub(super) fn new(vm: &Vm, chassis: &Chassis, rates: &HostRates, own: Own) -> Self {
        let Own { engaged, throttle, shrunk } = own;
        let atp_percent = energy::percent(chassis.state());
        let allocation = vm.allocation();
        let mut health = Vec::new();
        if vm.state() == VmState::Error {
            let failures = vm.log().entries().filter(|e| e.kind == LogKind::Failure);
            let last = failures.last().map_or("unknown", |e| e.what.as_str());
            health.push(format!("failed: {last}"));
        }
        if engaged > 0.999 * allocation.ribosomes {
            health.push(format!("held back at its quota of {} ribosomes", allocation.ribosomes));
        }
        if throttle < STARVED {
            health.push(format!(
                "starved of ribosomes: its mRNA could hold {:.1} times as many",
                throttle.recip()
            ));
        }
        if shrunk {
            health.push(format!(
                "quota unmet: the quotas of all VMs exceed the host, shares shrink by priority ({})",
                allocation.priority
            ));
        }
        for plasmid in vm.plasmids().filter(|p| p.is_lost()) {
            health.push(format!("plasmid {} was lost in a division", plasmid.facts().name()));
        }
        if atp_percent < 20.0 {
            health.push(format!("the cell's ATP is down to {atp_percent:.0} %"));
        }
        if rates.growth_per_h < 0.5 * vm.unburdened_growth() {
            health.push(format!(
                "the host grows at {:.2}/h, less than half of the {:.2}/h without guests",
                rates.growth_per_h,
                vm.unburdened_growth()
            ));
        }
        Self {
            id: vm.id().to_owned(),
            biological_type: vm.biological_type().name().to_owned(),
            vm_type: "basic".to_owned(),
            state: vm.state().name().to_owned(),
            uptime_min: vm.uptime().minutes(),
            atp_percent,
            atp_allocation: allocation.atp_percent,
            allocated_ribosomes: allocation.ribosomes,
            engaged_ribosomes: engaged,
            memory_kb_used: vm.resident_kb(),
            memory_kb_limit: allocation.memory_kb,
            growth_rate_per_h: rates.growth_per_h,
            transcribing: vm.transcribing().into_iter().map(str::to_owned).collect(),
            health,
            held_back: Vec::new(),
        }
    }
}
