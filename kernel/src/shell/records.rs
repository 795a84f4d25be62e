//! The answer to `history_request`.

use serde_json::{Value, json};

use super::Shell;
use crate::history::Entry;
use crate::info;
use crate::wire::Incoming;

/// Cells that are given when nobody says how many.
const USUAL: usize = 1000;

impl Shell {
    /// Finds cells of this kernel and of earlier ones.
    pub(super) fn recall(&self, message: &Incoming) {
        let n = message.integer("n").and_then(|n| usize::try_from(n).ok());
        let found = match message.text("hist_access_type") {
            "" | "tail" => self.history.tail(n.unwrap_or(USUAL)),
            "range" => {
                let number = |key| message.integer(key);
                let (session, start) = (number("session"), number("start"));
                self.history.range(session.unwrap_or(0), start.unwrap_or(0), number("stop"))
            }
            "search" => {
                let pattern = message.content.get("pattern").and_then(Value::as_str);
                self.history.search(pattern.unwrap_or("*"), n, message.flag("unique", false))
            }
            other => {
                let text = format!(
                    "there is no access to history by `{other}`: tail, range or search is expected"
                );
                self.reply(message, info::error("ProtocolError", &text, &[]));
                return;
            }
        };
        let with_output = message.flag("output", false);
        let row = |entry: &Entry| {
            if with_output {
                json!([entry.session, entry.line, [entry.input, entry.output]])
            } else {
                json!([entry.session, entry.line, entry.input])
            }
        };
        let rows: Vec<Value> = found.iter().map(row).collect();
        self.reply(message, json!({ "status": "ok", "history": rows }));
    }
}
