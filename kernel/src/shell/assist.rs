//! Help while typing: completion, inspection, and whether a text is complete.

use bioxen::session::Completeness;
use serde_json::{Value, json};

use super::{Shell, magic};
use crate::wire::Incoming;

/// The cursor [characters]; at the end of the text if nobody says where.
fn cursor(message: &Incoming) -> usize {
    let length = message.text("code").chars().count();
    let given = message.integer("cursor_pos").and_then(|n| usize::try_from(n).ok());
    given.unwrap_or(length).min(length)
}

impl Shell {
    pub(super) fn is_complete(&self, message: &Incoming) {
        let code = message.text("code");
        if magic::writes_file(code) {
            return self.reply(message, json!({ "status": "complete" }));
        }
        let content = match self.session.is_complete(&magic::without(code, true)) {
            Completeness::Complete => json!({ "status": "complete" }),
            Completeness::Incomplete { indent } => {
                json!({ "status": "incomplete", "indent": indent })
            }
            _ => json!({ "status": "invalid" }),
        };
        self.reply(message, content);
    }

    pub(super) fn complete(&self, message: &Incoming) {
        let (code, cursor) = (message.text("code"), cursor(message));
        let names = magic::complete(code, cursor).map(|(start, names)| (start, json!(names)));
        let names = names.or_else(|| {
            let (start, begun) = magic::vm_begun(code, cursor)?;
            let ids = self.session.statuses().into_iter().map(|vm| vm.id);
            Some((start, ids.filter(|id| id.starts_with(&begun)).collect()))
        });
        if let Some((start, names)) = names {
            let content = json!({
                "status": "ok", "matches": names, "metadata": {},
                "cursor_start": start, "cursor_end": cursor,
            });
            return self.reply(message, content);
        }
        let found = self.session.complete(&magic::without(code, false), cursor);
        let matches: Vec<&str> = found.items.iter().map(|i| i.text.as_str()).collect();
        let typed: Vec<Value> = found
            .items
            .iter()
            .map(|item| {
                json!({
                    "start": found.start, "end": found.end, "text": item.text,
                    "type": item.kind.name(), "signature": item.signature,
                })
            })
            .collect();
        let content = json!({
            "status": "ok",
            "matches": matches,
            "cursor_start": found.start,
            "cursor_end": found.end,
            "metadata": { "_jupyter_types_experimental": typed },
        });
        self.reply(message, content);
    }

    pub(super) fn inspect(&self, message: &Incoming) {
        let detail = message.integer("detail_level").unwrap_or(0) > 0;
        let code = magic::without(message.text("code"), false);
        let help = self.session.inspect(&code, cursor(message), detail);
        let found = help.is_some();
        let data = help.map_or_else(|| json!({}), |help| help_bundle(&help));
        let content = json!({ "status": "ok", "found": found, "data": data, "metadata": {} });
        self.reply(message, content);
    }
}

/// Help in both its forms.
pub(super) fn help_bundle(markdown: &str) -> Value {
    let plain: Vec<&str> = markdown.lines().filter(|line| !line.starts_with("```")).collect();
    json!({ "text/markdown": markdown, "text/plain": plain.join("\n").trim() })
}
