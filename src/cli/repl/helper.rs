//! What the line editor asks the session while a line is being typed.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use bioxen::client::Client;
use bioxen::session::lex::is_word;
use bioxen::session::{Completeness, CompletionKind, Session};
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::line_buffer::LineBuffer;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Changeset, Context, Helper, Result};
use serde_json::json;

use super::super::terminal::Style;
use super::command::{COMMANDS, SHARED, Takes, find};
use super::highlight::highlight;
use super::rust;
use super::shared::Shared;

/// The most completions that are listed.
const MOST: usize = 400;

/// The session, asked from inside of the editor.
pub(super) struct Help {
    /// What knows the language.
    pub(super) session: Rc<RefCell<Session>>,
    pub(super) style: Style,
    /// The shared session, which knows its names.
    pub(super) asked: Option<Arc<Client>>,
    /// Whether a copy of it is talked with, which is here.
    pub(super) apart: Rc<Cell<bool>>,
}

impl Helper for Help {}

fn is_command(line: &str) -> bool {
    line.trim_start().starts_with([':', '?'])
}

/// Where the text begins that is written in the language, and not to the front end.
fn language_from(line: &str) -> Option<usize> {
    if line.starts_with('?') {
        return Some(1);
    }
    let Some(command) = line.strip_prefix(':') else { return Some(0) };
    let name = command.split(char::is_whitespace).next().unwrap_or(command);
    let takes = find(name)?.takes;
    let from = 1 + name.len() + 1;
    let language = matches!(takes, Takes::Name | Takes::Text | Takes::Vm);
    (language && line.len() >= from).then_some(from)
}

impl Help {
    /// Commands, and files after those that take one.
    fn complete_command(&self, line: &str, pos: usize) -> Result<(usize, Vec<Pair>)> {
        let typed = line.get(1..pos).unwrap_or_default();
        let Some((name, _)) = typed.split_once(char::is_whitespace) else {
            let shared = SHARED.iter().filter(|c| self.asked.is_some() && c.name != "detach");
            let all = COMMANDS.iter().chain(shared).filter(|c| c.name.starts_with(typed));
            let pairs = all.map(|c| Pair {
                display: format!(":{} {}", c.name, c.shown).trim_end().to_owned(),
                replacement: c.name.to_owned(),
            });
            return Ok((1, pairs.collect()));
        };
        match find(name).map(|command| command.takes) {
            Some(Takes::File) => FilenameCompleter::new().complete_path(line, pos),
            _ => Ok((pos, Vec::new())),
        }
    }

    /// The shared session, if it is talked with.
    fn shared(&self) -> Option<&Client> {
        self.asked.as_deref().filter(|_| !self.apart.get())
    }

    /// The completions that the shared session knows; nothing if it is busy, or there is none.
    fn ask(&self, text: &str, cursor: usize) -> Option<(usize, Vec<Pair>)> {
        let content = json!({"code": text, "cursor_pos": cursor});
        let answer = Shared::quickly(self.shared()?, "complete_request", content)?;
        let start = usize::try_from(answer["cursor_start"].as_u64()?).ok()?;
        let types = &answer["metadata"]["_jupyter_types_experimental"];
        let pair = |(i, text): (usize, &str)| {
            let kind = types[i]["type"].as_str().unwrap_or_default();
            let signature = types[i]["signature"].as_str().unwrap_or_default();
            let called = matches!(kind, "function" | "method") && !signature.is_empty();
            let display = if called { signature } else { text };
            Pair { display: display.to_owned(), replacement: text.to_owned() }
        };
        let all = answer["matches"].as_array()?.iter().filter_map(|text| text.as_str());
        Some((start, all.take(MOST).enumerate().map(pair).collect()))
    }

    fn vms(&self, line: &str, from: usize, pos: usize) -> (usize, Vec<Pair>) {
        let typed = line.get(from..pos).unwrap_or_default();
        let all: Vec<String> = match self.shared() {
            None => self.session.borrow().statuses().into_iter().map(|status| status.id).collect(),
            Some(client) => {
                let state = Shared::quickly(client, "bioxen_request", json!({"ask": "state"}));
                let all = state.as_ref().and_then(|state| state["statuses"].as_array());
                let id = |status: &serde_json::Value| status["id"].as_str().map(str::to_owned);
                all.into_iter().flatten().filter_map(id).collect()
            }
        };
        let fitting = all.into_iter().filter(|id| id.starts_with(typed));
        (from, fitting.map(|id| Pair { display: id.clone(), replacement: id }).collect())
    }
}

impl Completer for Help {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> Result<(usize, Vec<Pair>)> {
        let Some(from) = language_from(line).filter(|from| *from <= pos) else {
            return self.complete_command(line, pos);
        };
        let name = line.strip_prefix(':').and_then(|c| c.split(char::is_whitespace).next());
        if name.and_then(find).is_some_and(|c| c.takes == Takes::Vm) {
            return Ok(self.vms(line, from, pos));
        }
        let text = line.get(from..).unwrap_or_default();
        let before = line.get(from..pos).unwrap_or(text);
        let cursor = before.chars().count();
        if let Some((start, pairs)) = self.ask(text, cursor) {
            let start = text.char_indices().nth(start).map_or(text.len(), |(i, _)| i);
            return Ok((from + start, pairs));
        }
        let found = self.session.borrow().complete(text, cursor);
        let start = text.char_indices().nth(found.start).map_or(text.len(), |(i, _)| i);
        let pairs = found.items.into_iter().take(MOST).map(|item| {
            let called = matches!(item.kind, CompletionKind::Function | CompletionKind::Method);
            let display = if called { item.signature } else { item.text.clone() };
            Pair { display, replacement: item.text }
        });
        Ok((from + start, pairs.collect()))
    }

    fn update(&self, line: &mut LineBuffer, start: usize, elected: &str, cl: &mut Changeset) {
        let pos = line.pos();
        // The rest of a word that the completion has, too, is replaced and not doubled.
        let rest: String = line.as_str()[pos..].chars().take_while(|c| is_word(*c)).collect();
        let doubled = !rest.is_empty() && elected.ends_with(&rest);
        let end = if doubled { pos + rest.len() } else { pos };
        line.replace(start..end, elected, cl);
    }
}

/// What stands behind the cursor, in grey.
pub(super) struct Ghost {
    shown: String,
    /// Whether it is what the user would write, so that the right arrow takes it.
    taken: bool,
}

impl Hint for Ghost {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        self.taken.then_some(self.shown.as_str())
    }
}

impl Hinter for Help {
    type Hint = Ghost;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Ghost> {
        if pos < line.len() {
            return None;
        }
        let text = line.get(language_from(line)?..)?;
        let session = self.session.borrow();
        if let Some(called) = text.strip_suffix('(') {
            return parameters(&session, called);
        }
        let found = session.complete(text, text.chars().count());
        let typed: String = text.chars().skip(found.start).collect();
        if typed.chars().count() < 2 {
            return None;
        }
        let rest = found.items.first()?.text.strip_prefix(&typed)?;
        (!rest.is_empty()).then(|| Ghost { shown: rest.to_owned(), taken: true })
    }
}

/// The parameters of the function whose bracket has just been opened.
fn parameters(session: &Session, text: &str) -> Option<Ghost> {
    let before = text.trim_end_matches(is_word);
    let name = &text[before.len()..];
    if let Some(own) = session.own_parameters(name) {
        return Some(Ghost { shown: format!("{})", own.join(", ")), taken: false });
    }
    let mut declared = session.catalogue().named(name);
    let first = declared.first()?;
    // A value may have a method of the same name.
    let (topic, signature) = (first.topic.clone(), first.signature());
    declared.retain(|function| function.topic == topic);
    let (_, rest) = signature.split_once('(')?;
    let shown = match rest.rsplit_once(')') {
        Some(("", gives)) if declared.len() > 1 => format!("..){gives}"),
        Some((inside, gives)) if declared.len() > 1 => format!("{inside}, ..){gives}"),
        _ => rest.to_owned(),
    };
    Some(Ghost { shown, taken: false })
}

impl Validator for Help {
    fn validate(&self, context: &mut ValidationContext<'_>) -> Result<ValidationResult> {
        let text = context.input();
        if rust::goes_on(text) {
            return Ok(ValidationResult::Incomplete);
        }
        if is_command(text) {
            return Ok(ValidationResult::Valid(None));
        }
        Ok(match self.session.borrow().is_complete(text) {
            Completeness::Incomplete { .. } => ValidationResult::Incomplete,
            // What is wrong is explained when it is evaluated.
            _ => ValidationResult::Valid(None),
        })
    }
}

impl Highlighter for Help {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if !self.style.colour || is_command(line) {
            return Cow::Borrowed(line);
        }
        Cow::Owned(highlight(&self.session.borrow(), self.style, line))
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        Cow::Owned(self.style.bold(prompt))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(self.style.dim(hint))
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.style.colour
    }
}
