//! The progress reports of a run.

use super::super::record::{HOST_COLUMNS, VM_COLUMNS, subject_of_cell};
use bioxen_base::units::Time;
use bioxen_engine::Column;
use bioxen_engine::trajectory::Subject;

/// One thing that a run tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Report {
    /// How far it is; after every coupling step.
    Progress(Progress),
    /// How the resources are shared; at every sample.
    Sample(Sample),
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Cell time.
    pub now: Time,
    /// When the run began.
    pub start: Time,
    /// When it will end.
    pub end: Time,
    /// The host's growth rate [1/h].
    pub growth_per_h: f64,
    /// Reactions of guests that have fired since the run began; none in a deterministic run.
    pub events: u64,
}

/// The resources of the host and how the VMs share them, at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Cell time.
    pub now: Time,
    /// The host's growth rate [1/h].
    pub growth_per_h: f64,
    /// The host's ribosomes.
    pub ribosomes: f64,
    /// The host's RNA polymerases.
    pub polymerases: f64,
    /// The host's ATP [% of its adenylates].
    pub atp_percent: f64,
    /// All VMs, those that do not run with nothing.
    pub vms: Vec<VmSample>,
}

/// What a VM has of the resources.
#[derive(Debug, Clone, PartialEq)]
pub struct VmSample {
    /// Its id.
    pub id: String,
    /// Ribosomes that its mRNA engages.
    pub ribosomes: f64,
    /// RNA polymerases that its genes engage.
    pub polymerases: f64,
    /// Its part of the host's ATP use [%].
    pub atp_share: f64,
}

impl Sample {
    /// As the columns of a trace of one row, under the names that a trace of the run has.
    pub fn columns(&self) -> Vec<Column> {
        let one = |name: String, unit: &str, kind, subject, value| Column {
            name,
            kind,
            subject,
            unit: unit.to_owned(),
            values: vec![value],
        };
        let mut all = Vec::with_capacity(VM_COLUMNS.len() * self.vms.len() + 4);
        for vm in &self.vms {
            let own = Subject { vm: Some(vm.id.as_str().into()), of: None };
            let values = [vm.ribosomes, vm.polymerases, vm.atp_share];
            for ((name, unit, kind), value) in VM_COLUMNS.iter().zip(values) {
                let name = format!("{}.{name}", vm.id);
                all.push(one(name, unit, *kind, own.clone(), value));
            }
        }
        let [growth, ribosomes, _, _, polymerases, atp, ..] = HOST_COLUMNS;
        for ((name, unit, kind), value) in [
            (growth, self.growth_per_h),
            (ribosomes, self.ribosomes),
            (polymerases, self.polymerases),
            (atp, self.atp_percent),
        ] {
            all.push(one(name.to_owned(), unit, kind, subject_of_cell(name), value));
        }
        all
    }
}
