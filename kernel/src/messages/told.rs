//! Broadcasts about a cell to all clients, and questions to its user.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::replies::Failed;
use crate::text::without_colours;

/// A content that says of which kind its message is.
pub trait Told: Serialize {
    /// The kind.
    const MSG_TYPE: &'static str;

    /// What of it remains for those who come later.
    fn remains(&self) -> Remains<'_> {
        Remains::Nothing
    }
}

/// What remains of a broadcast, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remains<'a> {
    /// Nothing.
    Nothing,
    /// A piece of a stream.
    Stream(&'a str),
    /// Lines of its own, in the place of those of the same name if it has one.
    Block(Option<&'a str>, Cow<'a, str>),
    /// What was before is gone.
    Cleared {
        /// Not before something else is shown.
        wait: bool,
    },
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
    ExecuteInput => "execute_input",
    InputRequest => "input_request",
    Welcome => "iopub_welcome",
}

impl Told for StreamText {
    const MSG_TYPE: &'static str = "stream";

    fn remains(&self) -> Remains<'_> {
        Remains::Stream(&self.text)
    }
}

impl Told for ClearOutput {
    const MSG_TYPE: &'static str = "clear_output";

    fn remains(&self) -> Remains<'_> {
        Remains::Cleared { wait: self.wait }
    }
}

impl Told for Failed {
    const MSG_TYPE: &'static str = "error";

    fn remains(&self) -> Remains<'_> {
        Remains::Block(None, without_colours(&self.traceback.join("\n")).into())
    }
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
