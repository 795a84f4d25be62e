//! Questions about a shared session, for which Jupyter's protocol has no message: `bioxen_request`.

use std::path::PathBuf;

use bioxen::hypervisor::VmStatus;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::reading::{or_default, whole};
use super::told::State;

/// `bioxen_request`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "lowercase")]
pub enum BioxenRequest {
    /// Who is here, what runs and what waits.
    People,
    /// The last cells with their outputs.
    Log {
        /// How many at most.
        #[serde(default, deserialize_with = "whole")]
        last: Option<i64>,
    },
    /// The VMs as they were between the last two cells.
    Vms,
    /// The VMs and variables now; answered between two cells only.
    State,
    /// A copy of the whole session; made between two cells only.
    Fork,
    /// A value becomes a variable of the session, between two cells.
    Bring {
        /// The name of the variable.
        name: String,
        /// The value, as [`bioxen::session::Session::give`] writes it, in Base64.
        value: String,
    },
    /// A group may come in, too.
    Share {
        /// A connection file that the group can read.
        file: PathBuf,
    },
    /// The group may come in no more, and its members leave.
    Unshare,
}

/// The answer to a wish for a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forked {
    /// The checkpoint, in Base64.
    pub checkpoint: String,
    /// What it does not have, and why.
    pub left_out: Vec<String>,
}

/// The answer about a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unshared {
    /// Whether the session was shared.
    pub was_shared: bool,
}

/// `interrupt_request`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InterruptRequest {
    /// The cell of another person is to end, too.
    #[serde(deserialize_with = "or_default")]
    pub force: bool,
}

/// Who may interrupt whose cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Everyone may interrupt every cell.
    Free,
    /// Everyone may interrupt their own cells, and those of others by force.
    #[default]
    Own,
    /// Everyone may interrupt their own cells; only the owner those of others, by force.
    Owner,
}

/// The session that is shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedSession {
    /// Its name; a kernel of a notebook has none.
    pub session: Option<String>,
    /// Who may interrupt.
    pub policy: Policy,
    /// Whose it is, if anybody's.
    pub owner: Option<String>,
}

/// The process of a kernel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// The version of the kernel.
    pub version: String,
    /// The folder in which it was started: its scripts read what is below.
    pub folder: Option<PathBuf>,
    /// When it began.
    pub started: String,
    /// The memory that it uses [bytes].
    pub memory_bytes: u64,
}

/// The answer about people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct People {
    /// What they share.
    #[serde(flatten)]
    pub shared: SharedSession,
    /// Who asks.
    pub me: String,
    /// The process.
    #[serde(flatten)]
    pub process: Process,
    /// Whether a cell is executed.
    pub execution_state: State,
    /// How many VMs there are.
    pub vms: usize,
    /// Who is connected.
    pub people: Vec<Person>,
    /// The cells.
    #[serde(flatten)]
    pub cells: Cells,
    /// What a durable session goes on from, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<RestoredFrom>,
}

/// The cells that have not ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cells {
    /// The cell that is executed.
    pub running: Option<Running>,
    /// The cells behind it, the next one first.
    pub waiting: Vec<Waiting>,
}

/// What a durable session goes on from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoredFrom {
    /// When the checkpoint was written; nothing if there was none that could be read.
    pub when: Option<String>,
    /// The texts that were evaluated after it, the oldest first.
    pub lost: Vec<String>,
    /// What the checkpoint does not have, and why.
    pub left_out: Vec<String>,
    /// Checkpoints that could not be read, where they are kept, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set_aside: Vec<String>,
}

/// Someone who is connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name in the headers of the person's messages.
    pub name: String,
    /// How many clients say this name.
    pub clients: usize,
    /// Since when.
    pub since: String,
}

/// A cell that is executed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Running {
    /// Whose it is.
    pub who: String,
    /// The name of its request.
    pub msg_id: String,
    /// For how long [s].
    pub since_s: f64,
    /// Its text.
    pub code: String,
}

/// A cell that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Whose it is.
    pub who: String,
    /// Its text.
    pub code: String,
}

/// The answer about the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntries {
    /// The cells, the oldest first.
    pub entries: Vec<LogEntry>,
}

/// A cell and what it showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Its place among all cells of the session, from 1.
    pub seq: u64,
    /// Whose it is.
    pub who: String,
    /// When it began.
    pub when: String,
    /// Its number.
    pub execution_count: i64,
    /// Its text.
    pub code: String,
    /// What it printed and showed, as text.
    pub output: String,
    /// How it ended.
    pub state: CellState,
}

/// How a cell ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CellState {
    /// It has not ended.
    Running,
    /// As it should.
    Ok,
    /// With an error.
    Error,
    /// Someone interrupted it.
    Interrupted,
    /// It was not executed, since an earlier cell of its client failed.
    Aborted,
}

/// The answer about VMs.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Vms {
    /// Cell time [min].
    pub time_min: f64,
    /// The VMs.
    pub vms: Vec<VmStatus>,
}

/// The answer about the state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionState {
    /// The current VM.
    pub vm: Option<String>,
    /// Cell time [min].
    pub time_min: f64,
    /// The seed.
    pub seed: u64,
    /// The VMs.
    pub statuses: Vec<VmStatus>,
    /// The same, name by name, as scripts print it.
    pub rows: Vec<Vec<(&'static str, String)>>,
    /// Names, types and values in short.
    pub variables: Vec<(String, String, String)>,
}

/// What the metadata of `execute_reply` say, for prompts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct After {
    /// The session after the cell.
    pub bioxen: Prompt,
}

/// What a prompt shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prompt {
    /// The current VM.
    pub vm: Option<String>,
    /// Cell time [min].
    pub time_min: f64,
}
