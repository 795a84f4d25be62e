//! Broadcasts about a cell to all clients, and questions to its user.

use serde::{Deserialize, Serialize};

use super::replies::Failed;

/// A content that says of which kind its message is.
pub trait Told: Serialize {
    /// The kind.
    const MSG_TYPE: &'static str;
}

/// Gives contents their kinds.
macro_rules! told {
    ($($content:ty => $kind:literal),* $(,)?) => {
        $(impl Told for $content {
            const MSG_TYPE: &'static str = $kind;
        })*
    };
}

told! {
    Status => "status",
    StreamText => "stream",
    ClearOutput => "clear_output",
    ExecuteInput => "execute_input",
    InputRequest => "input_request",
    Welcome => "iopub_welcome",
    Failed => "error",
}

/// What a kernel is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It begins.
    Starting,
    /// It works on a message.
    Busy,
    /// It has.
    Idle,
}

/// `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// What it is doing.
    pub execution_state: State,
}

/// `stream`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamText {
    /// Which: `stdout` or `stderr`.
    pub name: String,
    /// What is printed.
    pub text: String,
}

/// `clear_output`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClearOutput {
    /// Not before something else is shown.
    pub wait: bool,
}

/// `execute_input`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecuteInput {
    /// The cell.
    pub code: String,
    /// Its number.
    pub execution_count: i64,
}

/// `input_request`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRequest {
    /// The question.
    pub prompt: String,
    /// Nobody is to see the answer.
    pub password: bool,
}

/// `iopub_welcome`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// To what someone has subscribed.
    pub subscription: String,
}
