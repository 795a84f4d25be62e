//! The requests to the kernel.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bioxen::{BioxenRequest, InterruptRequest};
use super::comm::{CommClose, CommMessage, CommOpen};
use super::reading::{Fault, object, or_default, or_true, whole, yes};

/// A request with what it says.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Request {
    /// Who are you?
    KernelInfo,
    /// A cell.
    Execute(ExecuteRequest),
    /// Is a text complete?
    IsComplete(IsCompleteRequest),
    /// How can a text go on?
    Complete(CompleteRequest),
    /// What is this?
    Inspect(InspectRequest),
    /// What was executed?
    History(HistoryRequest),
    /// A comm begins.
    CommOpen(CommOpen),
    /// Something said over a comm.
    CommMessage(CommMessage),
    /// A comm ends.
    CommClose(CommClose),
    /// Which comms are open?
    CommInfo(CommInfoRequest),
    /// The kernel is to end.
    Shutdown(ShutdownRequest),
    /// The cell is to end.
    Interrupt(InterruptRequest),
    /// Something for a debugger.
    Debug(DebugRequest),
    /// What the user says.
    Input(InputReply),
    /// Something about a shared session.
    Bioxen(BioxenRequest),
    /// Something of which nothing is known.
    Unknown,
}

impl Request {
    /// Reads the content of a message of some kind.
    ///
    /// # Errors
    /// When it is not what a message of that kind says.
    pub fn read(msg_type: &str, content: &[u8]) -> Result<Self, Fault> {
        let part = "content";
        Ok(match msg_type {
            "execute_request" => Self::Execute(object(part, content)?),
            "is_complete_request" => Self::IsComplete(object(part, content)?),
            "complete_request" => Self::Complete(object(part, content)?),
            "inspect_request" => Self::Inspect(object(part, content)?),
            "history_request" => Self::History(object(part, content)?),
            "comm_open" => Self::CommOpen(object(part, content)?),
            "comm_msg" => Self::CommMessage(object(part, content)?),
            "comm_close" => Self::CommClose(object(part, content)?),
            "comm_info_request" => Self::CommInfo(object(part, content)?),
            "shutdown_request" => Self::Shutdown(object(part, content)?),
            "debug_request" => Self::Debug(object(part, content)?),
            "input_reply" => Self::Input(object(part, content)?),
            "interrupt_request" => Self::Interrupt(object(part, content)?),
            "bioxen_request" => Self::Bioxen(object(part, content)?),
            other => {
                object::<Nothing>(part, content)?;
                match other {
                    "kernel_info_request" => Self::KernelInfo,
                    _ => Self::Unknown,
                }
            }
        })
    }
}

/// An object of which nothing is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nothing {}

/// `execute_request`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecuteRequest {
    /// The cell.
    pub code: String,
    /// Nobody is to see anything of it.
    #[serde(default, deserialize_with = "or_default")]
    pub silent: bool,
    /// It is counted and remembered.
    #[serde(default = "yes", deserialize_with = "or_true")]
    pub store_history: bool,
    /// What a front end wants to know beside, by names of its own.
    #[serde(default, deserialize_with = "or_default")]
    pub user_expressions: BTreeMap<String, String>,
    /// The user may be asked.
    #[serde(default = "yes", deserialize_with = "or_true")]
    pub allow_stdin: bool,
    /// What waits behind it is given up if it fails.
    #[serde(default = "yes", deserialize_with = "or_true")]
    pub stop_on_error: bool,
}

/// `is_complete_request`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IsCompleteRequest {
    /// What was typed so far.
    pub code: String,
}

/// `complete_request`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompleteRequest {
    /// The cell.
    pub code: String,
    /// Where the cursor is [characters]; at the end if nobody says where.
    #[serde(default, deserialize_with = "whole")]
    pub cursor_pos: Option<i64>,
}

/// `inspect_request`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectRequest {
    /// The cell.
    pub code: String,
    /// Where the cursor is [characters]; at the end if nobody says where.
    #[serde(default, deserialize_with = "whole")]
    pub cursor_pos: Option<i64>,
    /// Above 0: at length.
    #[serde(default, deserialize_with = "whole")]
    pub detail_level: Option<i64>,
}

/// Which cells of the past are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// The last ones.
    #[default]
    #[serde(alias = "")]
    Tail,
    /// Those of one kernel.
    Range,
    /// Those that a pattern describes.
    Search,
}

/// `history_request`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistoryRequest {
    /// Which.
    #[serde(deserialize_with = "or_default")]
    pub hist_access_type: Access,
    /// With what they gave.
    #[serde(deserialize_with = "or_default")]
    pub output: bool,
    /// Of a range: the kernel; 0 is this one, -1 the one before.
    #[serde(deserialize_with = "whole")]
    pub session: Option<i64>,
    /// Of a range: the first.
    #[serde(deserialize_with = "whole")]
    pub start: Option<i64>,
    /// Of a range: behind the last.
    #[serde(deserialize_with = "whole")]
    pub stop: Option<i64>,
    /// How many at most.
    #[serde(deserialize_with = "whole")]
    pub n: Option<i64>,
    /// Of a search: what they look like.
    pub pattern: Option<String>,
    /// Of a search: the same text once only.
    #[serde(deserialize_with = "or_default")]
    pub unique: bool,
}

/// `comm_info_request`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommInfoRequest {
    /// Those of one target; all if there is none.
    #[serde(deserialize_with = "or_default")]
    pub target_name: String,
}

/// `shutdown_request`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShutdownRequest {
    /// Another kernel comes after this one.
    #[serde(deserialize_with = "or_default")]
    pub restart: bool,
}

/// `debug_request`: a message of the Debug Adapter Protocol.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DebugRequest {
    /// Its number.
    pub seq: Option<Value>,
    /// What is asked.
    #[serde(deserialize_with = "or_default")]
    pub command: String,
}

/// `input_reply`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputReply {
    /// The line.
    pub value: String,
}
