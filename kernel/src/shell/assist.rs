//! Help while typing: completion, inspection, and whether a text is complete.

use bioxen::session::Completeness;

use super::{Shell, magic};
use crate::messages::{
    CompleteRequest, Completed, CompletionHints, CompletionItem, Forms, InspectRequest, Inspected,
    IsCompleteReply, Nothing, Reply,
};
use crate::wire::Incoming;

/// The cursor [characters]; at the end of the text if nobody says where.
fn cursor(code: &str, cursor_pos: Option<i64>) -> usize {
    let length = code.chars().count();
    cursor_pos.and_then(|n| usize::try_from(n).ok()).unwrap_or(length).min(length)
}

impl Shell {
    pub(super) fn is_complete(&self, message: &Incoming, code: &str) {
        if magic::writes_file(code) {
            return self.reply(message, &IsCompleteReply::Complete);
        }
        if let Some(begins) = magic::rust_begins(code) {
            // A blank line ends it, as in Python.
            let rust: String = code.chars().skip(begins).collect();
            let ends = rust.ends_with('\n') && !rust.trim().is_empty();
            let indent = String::new();
            let content = if ends {
                IsCompleteReply::Complete
            } else {
                IsCompleteReply::Incomplete { indent }
            };
            return self.reply(message, &content);
        }
        let content = match self.session.is_complete(&magic::without(code, true)) {
            Completeness::Complete => IsCompleteReply::Complete,
            Completeness::Incomplete { indent } => IsCompleteReply::Incomplete { indent },
            _ => IsCompleteReply::Invalid,
        };
        self.reply(message, &content);
    }

    pub(super) fn complete(&mut self, message: &Incoming, request: &CompleteRequest) {
        let (code, cursor) = (&request.code, cursor(&request.code, request.cursor_pos));
        let names = magic::complete(code, cursor)
            .map(|(start, names)| (start, names.into_iter().map(str::to_owned).collect()));
        let names = names.or_else(|| {
            let (start, begun) = magic::vm_begun(code, cursor)?;
            let ids = self.session.statuses().into_iter().map(|vm| vm.id);
            Some((start, ids.filter(|id| id.starts_with(&begun)).collect::<Vec<String>>()))
        });
        if let Some((cursor_start, matches)) = names {
            let metadata = CompletionHints::default();
            let content = Completed { matches, cursor_start, cursor_end: cursor, metadata };
            return self.reply(message, &Reply::Ok(content));
        }
        if magic::rust_begins(code).is_some_and(|begins| begins <= cursor) {
            let content = self.complete_rust(&magic::without(code, true), cursor);
            return self.reply(message, &Reply::Ok(content));
        }
        let found = self.session.complete(&magic::without(code, false), cursor);
        let matches = found.items.iter().map(|i| i.text.clone()).collect();
        let item = |item: bioxen::session::CompletionItem| CompletionItem {
            start: found.start,
            end: found.end,
            kind: item.kind.name().to_owned(),
            text: item.text,
            signature: item.signature,
        };
        let types = Some(found.items.into_iter().map(item).collect());
        let content = Completed {
            matches,
            cursor_start: found.start,
            cursor_end: found.end,
            metadata: CompletionHints { types },
        };
        self.reply(message, &Reply::Ok(content));
    }

    pub(super) fn inspect(&mut self, message: &Incoming, request: &InspectRequest) {
        let code = &request.code;
        let place = cursor(code, request.cursor_pos);
        if magic::rust_begins(code).is_some_and(|begins| begins <= place) {
            let data = self.inspect_rust(&magic::without(code, true), place);
            let (found, data) = (data.is_some(), data.unwrap_or_default());
            return self
                .reply(message, &Reply::Ok(Inspected { found, data, metadata: Nothing {} }));
        }
        let detail = request.detail_level.unwrap_or(0) > 0;
        let code = magic::without(code, false);
        let help = self.session.inspect(&code, place, detail);
        let found = help.is_some();
        let data = help.map_or_else(Forms::default, |help| help_bundle(&help));
        self.reply(message, &Reply::Ok(Inspected { found, data, metadata: Nothing {} }));
    }
}

/// Help in both its forms.
pub(super) fn help_bundle(markdown: &str) -> Forms {
    let plain: Vec<&str> = markdown.lines().filter(|line| !line.starts_with("```")).collect();
    Forms {
        markdown: Some(markdown.to_owned()),
        plain: Some(plain.join("\n").trim().to_owned()),
        ..Forms::default()
    }
}
