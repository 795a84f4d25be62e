//! Comms, in both directions.

use bioxen::hypervisor::VmStatus;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::told::Told;

/// `comm_open`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommOpen {
    /// The name of the comm.
    pub comm_id: String,
    /// To what it leads.
    pub target_name: String,
    /// What is said first.
    #[serde(default = "nothing")]
    pub data: Value,
}

/// `comm_msg`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommMessage {
    /// The name of the comm.
    pub comm_id: String,
    /// What is said.
    #[serde(default = "nothing")]
    pub data: Value,
}

/// `comm_msg` to a dashboard.
#[derive(Debug, Serialize)]
pub struct MonitorMessage<'a> {
    /// The name of the comm.
    pub comm_id: &'a str,
    /// What is said.
    pub data: &'a MonitorData,
}

/// `comm_close`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommClose {
    /// The name of the comm.
    pub comm_id: String,
    /// What is said last.
    #[serde(default = "nothing")]
    pub data: Value,
}

/// What is said of a comm that cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommRefused {
    /// The name of the comm.
    pub comm_id: String,
    /// Why not.
    pub data: Refusal,
}

/// Why a comm cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// In words.
    pub error: String,
}

/// What `comm_info_reply` tells of a comm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommTarget {
    /// To what it leads.
    pub target_name: String,
}

/// What dashboards are told.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum MonitorData {
    /// The resources at a sample of a run, and how far the run is.
    Sample {
        /// Cell time [min].
        time_min: f64,
        /// Where the run began [min].
        start_min: Option<f64>,
        /// Where it ends [min].
        end_min: Option<f64>,
        /// Events so far.
        events: Option<u64>,
        /// Of the host [1/h].
        growth_rate_per_h: f64,
        /// Of the host.
        ribosomes: f64,
        /// Of the host.
        polymerases: f64,
        /// Of the host's adenylates.
        atp_percent: f64,
        /// What VMs hold of it.
        vms: Vec<VmShare>,
    },
    /// All VMs between two cells of a notebook.
    Status {
        /// Cell time [min].
        time_min: f64,
        /// The VMs.
        vms: Vec<VmStatus>,
    },
}

/// What a VM holds of the host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VmShare {
    /// Its id.
    pub id: String,
    /// Its ribosomes.
    pub ribosomes: f64,
    /// Its RNA polymerases.
    pub polymerases: f64,
    /// Its share of the ATP.
    pub atp_share: f64,
}

fn nothing() -> Value {
    Value::Object(Map::new())
}

impl Told for CommMessage {
    const MSG_TYPE: &'static str = "comm_msg";
}

impl Told for MonitorMessage<'_> {
    const MSG_TYPE: &'static str = "comm_msg";
}

impl Told for CommRefused {
    const MSG_TYPE: &'static str = "comm_close";
}
