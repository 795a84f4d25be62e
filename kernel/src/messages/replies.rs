//! The replies of the kernel.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::comm::CommTarget;
use super::display::{Forms, Shown};
use super::requests::Nothing;
use super::told::Told;

/// An answer, which says whether all went well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum Reply<T = Nothing> {
    /// It did.
    Ok(T),
    /// It did not.
    Error(Failed),
    /// It was not done.
    Aborted,
}

impl Reply {
    /// Something of which there is nothing more to say.
    pub fn done() -> Self {
        Self::Ok(Nothing {})
    }

    /// Something that cannot be done.
    pub fn error(ename: &str, evalue: impl Into<String>) -> Self {
        Self::Error(Failed::new(ename, evalue))
    }
}

/// What went wrong; as a message of its own, `error`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// Its kind.
    pub ename: String,
    /// What it says.
    pub evalue: String,
    /// The same with the place, line by line.
    pub traceback: Vec<String>,
}

impl Failed {
    /// Something that has no place.
    pub fn new(ename: &str, evalue: impl Into<String>) -> Self {
        Self { ename: ename.to_owned(), evalue: evalue.into(), traceback: Vec::new() }
    }
}

/// `execute_reply` of a cell that was executed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellReply {
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Reply,
    /// Its number.
    pub execution_count: i64,
    /// What was asked beside.
    pub user_expressions: BTreeMap<String, Expression>,
    /// What the front end is to do.
    pub payload: Vec<Payload>,
}

/// What came of a text that was asked beside a cell.
pub type Expression = Reply<Shown>;

/// What a front end is to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum Payload {
    /// Show a page of help.
    Page {
        /// The page.
        data: Box<Forms>,
        /// The line with which it begins.
        start: u32,
    },
    /// End.
    AskExit {
        /// The kernel goes on.
        keepkernel: bool,
    },
}

/// `is_complete_reply`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum IsCompleteReply {
    /// It is.
    Complete,
    /// Its writer is in the middle of it.
    Incomplete {
        /// With what the next line begins.
        indent: String,
    },
    /// It cannot become a text of the language.
    Invalid,
}

/// `complete_reply`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completed {
    /// What can stand there.
    pub matches: Vec<String>,
    /// Where it would begin [characters].
    pub cursor_start: usize,
    /// Behind what it replaces [characters].
    pub cursor_end: usize,
    /// What is known of the matches.
    pub metadata: CompletionHints,
}

/// What is known of completions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompletionHints {
    /// Of each of them.
    #[serde(rename = "_jupyter_types_experimental", skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<CompletionItem>>,
}

/// One completion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletionItem {
    /// Where it would begin [characters].
    pub start: usize,
    /// Behind what it replaces [characters].
    pub end: usize,
    /// What would stand there.
    pub text: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// How it is called.
    pub signature: String,
}

/// `inspect_reply`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inspected {
    /// Whether there is anything to say.
    pub found: bool,
    /// What there is.
    pub data: Forms,
    /// What is said of it beside.
    pub metadata: Nothing,
}

/// `history_reply`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The cells: kernel, number, and what was written.
    pub history: Vec<(i64, i64, Past)>,
}

/// What was written, and what it gave if that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Past {
    /// Only the first.
    Input(String),
    /// Both.
    WithOutput(String, Option<String>),
}

/// `comm_info_reply`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommInfo {
    /// The comms by their names.
    pub comms: BTreeMap<String, CommTarget>,
}

/// `shutdown_reply`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShutDown {
    /// Another kernel comes after this one.
    pub restart: bool,
}

impl Told for Reply<ShutDown> {
    const MSG_TYPE: &'static str = "shutdown_reply";
}

/// `debug_reply`, which has the form of an answer of a debug adapter, too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Debugged {
    /// How it went.
    #[serde(flatten)]
    pub outcome: Reply,
    /// That it is an answer.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it went well.
    pub success: bool,
    /// Why not.
    pub message: String,
    /// The number of what is answered.
    pub request_seq: Value,
    /// What was asked.
    pub command: String,
}

/// `kernel_info_reply`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KernelInfo {
    /// The version of the protocol.
    pub protocol_version: String,
    /// The kernel.
    pub implementation: String,
    /// Its version.
    pub implementation_version: String,
    /// What cells are written in.
    pub language_info: LanguageInfo,
    /// How a console greets.
    pub banner: String,
    /// Whether there is one.
    pub debugger: bool,
    /// What the kernel can beside.
    pub supported_features: Vec<String>,
    /// Where more is to be read.
    pub help_links: Vec<HelpLink>,
}

/// The language of cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageInfo {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The kind of its files.
    pub mimetype: String,
    /// How their names end.
    pub file_extension: String,
    /// Who colours it in documents.
    pub pygments_lexer: String,
    /// Who colours it in cells.
    pub codemirror_mode: Mode,
    /// Who makes a file of a notebook.
    pub nbconvert_exporter: String,
}

/// A mode of CodeMirror.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mode {
    /// Its name.
    pub name: String,
    /// What it takes the text for.
    pub mime: String,
}

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpLink {
    /// What.
    pub text: String,
    /// Where.
    pub url: String,
}
