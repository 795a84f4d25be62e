//! What a session tells everybody, and how a cell ended.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::connection::Channel;
use super::message::Message;

/// Something that was told.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The person whose request it belongs to; empty if nobody is known.
    pub who: String,
    /// The client of that person.
    pub session: String,
    /// The request.
    pub request: String,
    /// What was told.
    pub news: News,
}

/// What was told.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum News {
    /// A cell begins.
    Input {
        /// Its text.
        code: String,
        /// Its number.
        count: i64,
    },
    /// Something is printed.
    Stream {
        /// As an error or a remark.
        error: bool,
        /// What.
        text: String,
    },
    /// Something is shown, in its forms; by its name it can be replaced.
    Shown {
        /// The forms by their kinds.
        data: BTreeMap<String, Value>,
        /// Its name.
        name: Option<String>,
        /// It takes the place of what had the name.
        again: bool,
        /// It is the value of a cell.
        value: bool,
    },
    /// A cell has failed.
    Failed {
        /// The kind.
        kind: String,
        /// What it says.
        message: String,
        /// The same with its place, in lines.
        trace: Vec<String>,
    },
    /// The session is busy, or idle again.
    State {
        /// Whether it is busy.
        busy: bool,
    },
    /// What was shown last is to be taken away.
    Clear {
        /// Not before something else is shown.
        wait: bool,
    },
    /// The one who runs the cell is asked.
    Ask {
        /// The question.
        prompt: String,
        /// Nobody is to see the answer.
        secret: bool,
    },
    /// A message of a comm.
    Comm {
        /// The name of the comm.
        id: String,
        /// What is said.
        data: Value,
    },
    /// The session ends.
    End,
    /// Whoever subscribed is heard from now on.
    Welcome,
}

/// How a cell ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Well.
    Done,
    /// It failed, as was told.
    Failed {
        /// The kind of the failure.
        kind: String,
        /// What it says.
        message: String,
    },
    /// It was not begun, since another one failed.
    Aborted,
}

#[derive(Deserialize)]
struct Forms {
    #[serde(default)]
    data: BTreeMap<String, Value>,
    #[serde(default)]
    transient: BTreeMap<String, Value>,
}

impl Told {
    /// Of a message; nothing if it tells nothing that is known.
    pub(crate) fn of(channel: Channel, message: Message) -> Option<Self> {
        let news = match channel {
            Channel::Iopub | Channel::Stdin => news(&message)?,
            _ => return None,
        };
        let parent = message.parent_header;
        Some(Self { who: parent.username, session: parent.session, request: parent.msg_id, news })
    }
}

fn news(message: &Message) -> Option<News> {
    let content = &message.content;
    let text = |field: &str| content[field].as_str().unwrap_or_default().to_owned();
    let flag = |field: &str| content[field].as_bool().unwrap_or(false);
    let shown = |again, value| {
        let forms: Forms = serde_json::from_value(content.clone()).ok()?;
        let name = forms.transient.get("display_id").and_then(Value::as_str).map(str::to_owned);
        Some(News::Shown { data: forms.data, name, again, value })
    };
    Some(match message.header.msg_type.as_str() {
        "execute_input" => {
            let count = content["execution_count"].as_i64().unwrap_or_default();
            News::Input { code: text("code"), count }
        }
        "stream" => News::Stream { error: text("name") == "stderr", text: text("text") },
        "display_data" => return shown(false, false),
        "update_display_data" => return shown(true, false),
        "execute_result" => return shown(false, true),
        "error" => {
            let lines = content["traceback"].as_array().into_iter().flatten();
            let trace = lines.filter_map(Value::as_str).map(str::to_owned).collect();
            News::Failed { kind: text("ename"), message: text("evalue"), trace }
        }
        "status" => News::State { busy: text("execution_state") == "busy" },
        "clear_output" => News::Clear { wait: flag("wait") },
        "input_request" => News::Ask { prompt: text("prompt"), secret: flag("password") },
        "comm_msg" => News::Comm { id: text("comm_id"), data: content["data"].clone() },
        "shutdown_reply" => News::End,
        "iopub_welcome" => News::Welcome,
        _ => return None,
    })
}

impl Outcome {
    /// Of the content of a reply.
    pub(crate) fn of(content: &Value) -> Self {
        let text = |field: &str| content[field].as_str().unwrap_or_default().to_owned();
        match content["status"].as_str() {
            Some("ok") => Self::Done,
            Some("aborted") => Self::Aborted,
            _ => Self::Failed { kind: text("ename"), message: text("evalue") },
        }
    }
}
