//! What the line editor asks the session while a line is being typed.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use bioxen::session::lex::{Kind, is_word, lex};
use bioxen::session::{Completeness, CompletionKind, Session};
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::line_buffer::LineBuffer;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Changeset, Context, Helper, Result};

/// The most completions that are listed.
const MOST: usize = 400;
/// Words that Rhai reserves, for their colour.
const WORDS: [&str; 22] = [
    "let", "const", "fn", "if", "else", "for", "in", "while", "loop", "do", "until", "break",
    "continue", "return", "switch", "throw", "try", "catch", "true", "false", "import", "as",
];

/// The session, asked from inside of the editor.
pub(super) struct Help {
    pub(super) session: Rc<RefCell<Session>>,
    pub(super) colour: bool,
}

impl Helper for Help {}

fn is_command(line: &str) -> bool {
    line.trim_start().starts_with([':', '?'])
}

impl Completer for Help {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> Result<(usize, Vec<Pair>)> {
        let before = line.get(..pos).unwrap_or(line);
        let found = self.session.borrow().complete(line, before.chars().count());
        let start = line.char_indices().nth(found.start).map_or(line.len(), |(i, _)| i);
        let pairs = found.items.into_iter().take(MOST).map(|item| {
            let called = matches!(item.kind, CompletionKind::Function | CompletionKind::Method);
            let display = if called { item.signature } else { item.text.clone() };
            Pair { display, replacement: item.text }
        });
        Ok((start, pairs.collect()))
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

impl Hinter for Help {
    type Hint = String;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<String> {
        if pos < line.len() || is_command(line) {
            return None;
        }
        let cursor = line.chars().count();
        let found = self.session.borrow().complete(line, cursor);
        let typed: String = line.chars().skip(found.start).collect();
        if typed.chars().count() < 2 {
            return None;
        }
        let first = found.items.first()?;
        first.text.strip_prefix(&typed).filter(|rest| !rest.is_empty()).map(str::to_owned)
    }
}

impl Validator for Help {
    fn validate(&self, context: &mut ValidationContext<'_>) -> Result<ValidationResult> {
        let text = context.input();
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
        if !self.colour {
            return Cow::Borrowed(line);
        }
        let all: Vec<char> = line.chars().collect();
        let session = self.session.borrow();
        let (mut text, mut at) = (String::with_capacity(2 * line.len()), 0);
        for token in lex(&all) {
            text.extend(&all[at..token.start]);
            let word = token.text(&all);
            let colour = match token.kind {
                Kind::Comment { .. } => "90",
                Kind::Text { .. } => "32",
                Kind::Number => "36",
                Kind::Word if WORDS.contains(&word.as_str()) => "35",
                Kind::Word if !session.catalogue().named(&word).is_empty() => "34",
                _ => "",
            };
            if colour.is_empty() {
                text.push_str(&word);
            } else {
                text.push_str(&format!("\x1b[{colour}m{word}\x1b[0m"));
            }
            at = token.end;
        }
        text.extend(&all[at..]);
        Cow::Owned(text)
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        if self.colour {
            Cow::Owned(format!("\x1b[1m{prompt}\x1b[0m"))
        } else {
            Cow::Borrowed(prompt)
        }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if self.colour { Cow::Owned(format!("\x1b[90m{hint}\x1b[0m")) } else { Cow::Borrowed(hint) }
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.colour
    }
}
