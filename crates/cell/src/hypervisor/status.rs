//! The status of a VM.

use serde::Serialize;

use super::held::HeldBack;
use super::limits::Capacity;
use super::vm::Vm;
use crate::chassis::polymerase::Limit;
use crate::chassis::polymerase::{Pool, reserve};
use crate::chassis::share::Portion;
use crate::chassis::{Bound, Chassis, Composition, HostRates, energy};
use bioxen_base::units::{short, some};

/// The state of a VM and of what it feels of the host.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VmStatus {
    /// Its id.
    pub id: String,
    /// What it is.
    pub biological_type: String,
    /// On what infrastructure it runs.
    pub vm_type: String,
    /// The address of the machine on which it runs, if that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The link to that machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The unique id of that machine, if it was made for the VM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
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
    /// RNA polymerases it may hold.
    pub allocated_polymerases: f64,
    /// RNA polymerases it holds.
    pub engaged_polymerases: f64,
    /// Transcription from each promoter of the VM, relative to that without guests and quotas [%].
    pub transcription_percent: f64,
    /// DNA that is mapped [kb].
    pub memory_kb_used: f64,
    /// DNA that may be mapped [kb].
    pub memory_kb_limit: f64,
    /// Growth rate of the host [1/h]; programs get it by the name that scripts know.
    #[serde(rename = "growth_rate")]
    pub growth_rate_per_h: f64,
    /// The fraction of the host's ribosomes that translates, each as fast as was measured [1].
    pub active_ribosome_fraction: f64,
    /// RNA over protein of the host [g/g].
    pub rna_protein_ratio: f64,
    /// Protein of the average cell at this growth over that of the reference cell [1]; molecules are
    /// counted in the reference cell.
    pub cell_size: f64,
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
    /// Its ribosomes.
    pub(super) ribosomes: Portion<Bound>,
    /// Its transcription.
    pub(super) transcription: Transcription,
    /// Whether the medium feeds the host no more.
    pub(super) hungry: bool,
}

/// What a VM has of the host's RNA polymerases.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transcription {
    /// Those that it has for itself.
    pub(super) polymerases: Portion<Limit>,
    /// Transcription from each promoter of host and guests, relative to that without guests.
    pub(super) speed: f64,
}

impl Transcription {
    /// What is wrong with it, where so many may be held and the host alone grows at some rate [1/h].
    fn health(&self, allocated: f64, priority: u8, unburdened: f64) -> Vec<String> {
        let mut health = Vec::new();
        match self.polymerases.limit {
            Some(Limit::Host) => health.push(format!(
                "quota unmet: the quotas of RNA polymerases of all VMs exceed the host, shares shrink by \
                 priority ({priority})"
            )),
            Some(Limit::Quota) => health.push(format!(
                "held back at its quota of {}",
                some(allocated, "RNA polymerase")
            )),
            None => {}
        }
        if self.speed * reserve(unburdened) < 1.0 {
            health.push(format!(
                "guests hold so many RNA polymerases that promoters fire at {} % of what they do without \
                 guests; the reserve of the rRNA promoters in this medium is smaller. Not modelled: the loss \
                 of ribosomes that follows",
                short((1000.0 * self.speed).round() / 10.0)
            ));
        }
        health
    }
}

/// ATP below which a cell is short of energy [%]. An assumption: in the worst medium that can be
/// chosen the host keeps 40 %.
const LOW_ATP: f64 = 30.0;
/// A host that grows by less than this part of what its medium allows is told.
const SLOW: f64 = 0.5;

/// What is wrong with the host.
fn of_the_host(
    growth: f64,
    full: f64,
    atp_percent: f64,
    own: &Own,
    chassis: &Chassis,
) -> Vec<String> {
    let growth_per_h =
        if growth < 0.01 { format!("{growth:.1e}/h") } else { format!("{growth:.2}/h") };
    if own.hungry {
        return vec![format!(
            "the host starves: the medium has no carbon source left that feeds it; it grows at \
             {growth_per_h} and has {atp_percent:.1} % ATP. Not modelled: the slow loss of ribosomes, \
             the lag after it, death"
        )];
    }
    let mut health = Vec::new();
    if atp_percent < LOW_ATP {
        health.push(format!("the host is short of energy: {atp_percent:.1} % ATP"));
    }
    if growth < SLOW * full {
        health.push(format!(
            "the host grows at {growth_per_h}, less than half of the {full:.2}/h of this medium \
             without guests{}",
            if chassis.is_inhibited() { " and inhibitors" } else { "" }
        ));
    }
    health
}

impl VmStatus {
    pub(super) fn new(vm: &Vm, chassis: &Chassis, rates: &HostRates, own: Own) -> Self {
        let Own { ribosomes, transcription, .. } = own;
        let Portion { engaged, throttle, limit: bound, shrunk } = ribosomes;
        let atp_percent = energy::percent(chassis.state());
        let composition = Composition::of(chassis.state(), rates);
        let ribosomes = chassis.state().ribosomes;
        let unburdened = vm.unburdened_growth();
        let host = Capacity { ribosomes, polymerases: Pool::at(unburdened).total };
        let allocation = vm.allocation().on_host(&host);
        let mut health = Vec::new();
        if let Some(failure) = vm.failure() {
            health.push(format!("failed: {}", failure.reason));
        }
        if engaged > 0.999 * allocation.ribosomes {
            let quota = some(allocation.ribosomes, "ribosome");
            health.push(format!("held back at its quota of {quota}"));
        }
        if bound == Some(Bound::Atp) {
            let share = short(allocation.atp_percent);
            health.push(format!("held back at its share of {share} % of the ATP"));
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
        let (polymerases, priority) = (allocation.polymerases, allocation.priority);
        health.extend(transcription.health(polymerases, priority, unburdened));
        for plasmid in vm.plasmids().filter(|p| p.is_lost()) {
            health.push(format!("plasmid {} was lost in a division", plasmid.facts().name()));
        }
        health.extend(of_the_host(rates.growth_per_h, unburdened, atp_percent, &own, chassis));
        Self {
            id: vm.id().to_owned(),
            biological_type: vm.biological_type().name().to_owned(),
            vm_type: "basic".to_owned(),
            address: None,
            link: None,
            uuid: None,
            state: vm.state().name().to_owned(),
            uptime_min: vm.uptime().minutes(),
            atp_percent,
            atp_allocation: allocation.atp_percent,
            allocated_ribosomes: allocation.ribosomes,
            engaged_ribosomes: engaged,
            allocated_polymerases: allocation.polymerases,
            engaged_polymerases: transcription.polymerases.engaged,
            transcription_percent: 100.0 * transcription.speed * transcription.polymerases.throttle,
            memory_kb_used: vm.resident_kb(),
            memory_kb_limit: allocation.memory_kb,
            growth_rate_per_h: rates.growth_per_h,
            active_ribosome_fraction: composition.active_ribosome_fraction,
            rna_protein_ratio: composition.rna_protein_ratio,
            cell_size: composition.cell_size,
            transcribing: vm.transcribing().into_iter().map(str::to_owned).collect(),
            health,
            held_back: Vec::new(),
        }
    }
}
