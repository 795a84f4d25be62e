//! Texts in Rust: `:rust`.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bioxen::engine::Interrupt;
use bioxen::exchange::Value;
use bioxen::lang::Answer;
use bioxen::rust::protocol::{End, Forms, Stage, Stream, Why};
use bioxen::rust::{Host, Line, RustCells, RustError};
use bioxen::session::Session;

use super::super::failure::Failure;
use super::screen::Screen;
use super::{Phase, Repl};

/// What takes less time than this says nothing of it.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The process of the texts in Rust, which the first of them starts.
#[derive(Debug, Default)]
pub(super) struct Rust {
    /// Whether there may be none.
    pub(super) forbidden: bool,
    cells: Option<RustCells>,
}

/// What the dialogue is for a text in Rust.
struct Dialogue {
    session: Rc<RefCell<Session>>,
    screen: Rc<RefCell<Screen>>,
    interrupt: Interrupt,
    /// Whether the line that says what takes so long is there.
    metered: bool,
    /// The first output that could not be written.
    failed: Option<io::Error>,
}

impl Dialogue {
    fn note(&mut self, outcome: io::Result<()>) {
        if let Err(error) = outcome {
            self.failed.get_or_insert(error);
        }
    }

    fn forms(&mut self, forms: &Forms) {
        let kinds = || forms.keys().cloned().collect::<Vec<_>>().join(", ");
        let plain = forms.get("text/plain").cloned().unwrap_or_else(|| format!("[{}]", kinds()));
        let png = forms.get("image/png").and_then(|png| STANDARD.decode(png.trim()).ok());
        let shown = self.screen.borrow_mut().forms(&plain, png.as_deref());
        self.note(shown);
    }
}

impl Host for Dialogue {
    fn print(&mut self, stream: Stream, text: &str) {
        let shown = self.screen.borrow_mut().stream(stream == Stream::Err, text);
        self.note(shown);
    }

    fn show(&mut self, forms: Forms) {
        self.forms(&forms);
    }

    fn stage(&mut self, stage: Option<Stage>, taken: Duration) {
        let long = stage.filter(|stage| *stage != Stage::Running && taken >= PATIENCE);
        if let Some(stage) = long {
            let text = format!("{} … {} s", stage.text(), taken.as_secs());
            let shown = self.screen.borrow_mut().meter(&text, self.metered);
            self.metered = true;
            self.note(shown);
        } else if self.metered && taken.is_zero() {
            self.metered = false;
            // An empty text takes the line away.
            let shown = self.screen.borrow_mut().stream(false, "");
            self.note(shown);
        }
    }

    fn get(&mut self, name: &str) -> Result<Value, String> {
        self.session.borrow().value_of(name).map_err(|error| error.to_string())
    }

    fn put(&mut self, name: &str, value: Value) -> Result<(), String> {
        self.session.borrow_mut().set_value(name, value).map_err(|error| error.to_string())
    }

    fn ask(&mut self, prompt: &str, _password: bool) -> Line {
        match self.session.borrow().ask(prompt) {
            Answer::Line(text) => Line::Text(text),
            _ => Line::Nobody,
        }
    }

    fn is_stopped(&self) -> bool {
        self.interrupt.is_stopped()
    }
}

impl Repl {
    /// Compiles and runs a text in Rust, and shows what comes of it.
    pub(super) fn rust(&mut self, code: &str) -> Result<(), Failure> {
        if code.is_empty() {
            return self
                .wrong("what is to be run? :rust CODE, or :rust and lines up to a blank one");
        }
        if self.partner.shared().is_some() {
            // Its kernel runs it, for all to see.
            let cell = format!("%%rust\n{code}");
            return self.evaluate(&cell).map(drop);
        }
        if self.rust.forbidden {
            return self.wrong("texts in Rust are switched off by --no-rust");
        }
        let name = self.next_name();
        let interrupt = self.session.borrow().interrupt();
        interrupt.begin();
        let (session, screen) = (self.session.clone(), self.screen.clone());
        let mut dialogue = Dialogue { session, screen, interrupt, metered: false, failed: None };
        let colour = self.screen.borrow().terminal.rich;
        self.phase.set(Phase::Busy);
        let outcome = match self.rust.cells.take() {
            Some(cells) => Ok(cells),
            None => RustCells::start(&mut dialogue),
        }
        .and_then(|mut cells| {
            let end = cells.execute(&name, code, colour, &mut dialogue)?;
            // One that has failed is not used again.
            self.rust.cells = Some(cells);
            Ok(end)
        });
        self.phase.set(Phase::Between);
        match outcome {
            Ok(End::Done { forms }) if forms.is_empty() => {}
            Ok(End::Done { forms }) => dialogue.forms(&forms),
            Ok(End::Failed { why, rendered, .. }) => {
                self.failed = true;
                self.interrupted = why == Why::Interrupted;
                self.screen.borrow_mut().trace(&rendered)?;
            }
            Err(error) => {
                self.interrupted = matches!(error, RustError::Interrupted);
                self.wrong(&error.to_string())?;
            }
        }
        if self.phase.is_ending() {
            return Err(Failure::Interrupted { note: "asked to end".to_owned() });
        }
        dialogue.failed.map_or(Ok(()), |error| Err(error.into()))
    }
}

/// Whether a text that begins with `:rust` goes on in the next line: code in its first line as long as a bracket
/// is open, and otherwise up to a blank line.
pub(super) fn goes_on(text: &str) -> bool {
    let Some(rest) = text.trim_start().strip_prefix(":rust") else { return false };
    match rest.split_once('\n') {
        None if rest.trim().is_empty() => true,
        Some((first, lines)) if first.trim().is_empty() => {
            lines.trim().is_empty() || !lines.ends_with('\n')
        }
        _ if rest.starts_with(char::is_whitespace) => is_open(rest),
        _ => false,
    }
}

/// Whether a bracket, a text or a comment of Rust is open at the end.
fn is_open(code: &str) -> bool {
    let mut depth = 0_i32;
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '"' => loop {
                match chars.next() {
                    None => return true,
                    Some('"') => break,
                    Some('\\') => drop(chars.next()),
                    Some(_) => {}
                }
            },
            // A letter in quotes, and no lifetime.
            '\'' => {
                let mut ahead = chars.clone();
                let first = ahead.next();
                let second = ahead.next();
                if first == Some('\\') || second == Some('\'') {
                    chars.nth(1);
                    if first == Some('\\') {
                        chars.by_ref().find(|c| *c == '\'');
                    }
                }
            }
            '/' if chars.peek() == Some(&'/') => drop(chars.by_ref().find(|c| *c == '\n')),
            '/' if chars.peek() == Some(&'*') => {
                let mut last = ' ';
                if !chars
                    .by_ref()
                    .skip(1)
                    .any(|c| std::mem::replace(&mut last, c) == '*' && c == '/')
                {
                    return true;
                }
            }
            _ => {}
        }
    }
    depth > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_brackets_go_on_and_a_blank_line_ends() {
        for text in [
            ":rust",
            ":rust ",
            ":rust\nlet x = 1;",
            ":rust\nlet x = 1;\nx",
            ":rust fn f() {",
            ":rust println!(\"a",
            ":rust f(1, /* two",
            ":rust f('(', '\\'', [",
            ":rust let s = \"\\\"(\"; {",
        ] {
            assert!(goes_on(text), "{text}");
        }
        for text in [
            ":rust 1 + 1",
            ":rust fn f<'a>(x: &'a str) -> &'a str {\n  x\n}",
            ":rust let c = '{'; // (",
            ":rust /* ( */ 1",
            ":rust\nlet x = 1;\nx\n",
            ":rust )",
            ":rustic (",
            "let x = (",
        ] {
            assert!(!goes_on(text), "{text}");
        }
    }
}
