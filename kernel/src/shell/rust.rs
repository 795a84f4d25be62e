//! Cells of Rust: `%%rust`.

use std::time::Duration;

use bioxen::engine::Interrupt;
use bioxen::exchange::Value;
use bioxen::lang::output::Answer;
use bioxen::rust::protocol::{End, Forms as RustForms, Stage, Stream as RustStream, Why};
use bioxen::rust::{Host, Line, RustCells, RustError};
use bioxen::session::Session;

use super::Shell;
use super::present::Failure;
use crate::messages::{Completed, CompletionHints, CompletionItem, Forms, Shown, Updated};
use crate::screen::{Screen, Stream};
use crate::wire::random_hex;

/// What takes less time than this says nothing of it.
const PATIENCE: Duration = Duration::from_millis(1500);
/// The kind of the errors.
const ENAME: &str = "RustError";

/// The process of the cells of Rust, which the first of them starts.
#[derive(Debug)]
pub(super) struct Rust {
    allowed: bool,
    cells: Option<RustCells>,
}

impl Rust {
    pub(super) fn new(allowed: bool) -> Self {
        Self { allowed, cells: None }
    }
}

/// What the kernel is for a cell of Rust.
struct Kernel<'a> {
    session: &'a mut Session,
    screen: &'a Screen,
    interrupt: Interrupt,
    /// The name of the line that says what takes so long, once it is there.
    line: Option<String>,
    /// What it says at the end.
    last: Option<(Stage, Duration)>,
}

impl<'a> Kernel<'a> {
    fn new(session: &'a mut Session, screen: &'a Screen) -> Self {
        let interrupt = session.interrupt();
        Self { session, screen, interrupt, line: None, last: None }
    }

    /// Shows the line, or updates it.
    fn say(&mut self, text: String) {
        let known = self.line.is_some();
        let id = self.line.get_or_insert_with(|| format!("rust-{}", random_hex(4))).clone();
        let html = format!("<span class=\"bioxen-run\">{text}</span>");
        let forms = Forms { plain: Some(text), html: Some(html), ..Forms::default() };
        let shown = Shown::new(forms).named(id);
        if known {
            self.screen.show(&Updated(shown));
        } else {
            self.screen.show(&shown);
        }
    }
}

impl Host for Kernel<'_> {
    fn print(&mut self, stream: RustStream, text: &str) {
        let stream = match stream {
            RustStream::Out => Stream::Out,
            RustStream::Err => Stream::Err,
        };
        self.screen.print(stream, text);
    }

    fn show(&mut self, forms: RustForms) {
        self.screen.show_counted(Shown::new(forms_of(forms)));
    }

    fn stage(&mut self, stage: Option<Stage>, taken: Duration) {
        // What runs shows by itself that it does.
        let stage = stage.filter(|stage| *stage != Stage::Running);
        match stage {
            Some(stage) if taken >= PATIENCE => {
                self.last = Some((stage, taken));
                self.say(format!("{} … {} s", stage.text(), taken.as_secs()));
            }
            _ if !taken.is_zero() => {}
            // Another begins, or all is over.
            _ => {
                if let Some((stage, taken)) = self.last.take() {
                    self.say(format!("{}: {:.0} s", stage.text(), taken.as_secs_f64()));
                }
                self.line = None;
            }
        }
    }

    fn get(&mut self, name: &str) -> Result<Value, String> {
        self.session.value_of(name).map_err(|error| error.to_string())
    }

    fn put(&mut self, name: &str, value: Value) -> Result<(), String> {
        self.session.set_value(name, value).map_err(|error| error.to_string())
    }

    fn ask(&mut self, prompt: &str, _password: bool) -> Line {
        self.screen.flush();
        match self.session.ask(prompt) {
            Answer::Line(text) => Line::Text(text),
            _ => Line::Nobody,
        }
    }

    fn is_stopped(&self) -> bool {
        self.interrupt.is_stopped()
    }
}

impl Shell {
    /// Runs a cell of Rust; gives the forms of its value.
    pub(super) fn run_rust(&mut self, code: &str, name: &str) -> Result<Option<Shown>, Failure> {
        if !self.rust.allowed {
            let text = "this kernel runs no cells of Rust: it was started with --no-rust";
            return Err(Failure::new(ENAME, text));
        }
        let mut kernel = Kernel::new(&mut self.session, &self.around.screen);
        let outcome = match self.rust.cells.take() {
            Some(cells) => Ok(cells),
            None => RustCells::start(&mut kernel),
        }
        .and_then(|mut cells| {
            let end = cells.execute(name, code, true, &mut kernel)?;
            // One that has failed is not used again.
            self.rust.cells = Some(cells);
            Ok(end)
        });
        match outcome {
            Ok(End::Done { forms }) if forms.is_empty() => Ok(None),
            Ok(End::Done { forms }) => Ok(Some(Shown::new(forms_of(forms)))),
            Ok(End::Failed { why, message, rendered }) => {
                let ename = if why == Why::Interrupted { Failure::INTERRUPTED } else { ENAME };
                let traceback = rendered.lines().map(str::to_owned).collect();
                Err(Failure { ename, evalue: message, traceback })
            }
            Err(RustError::Interrupted) => Err(Failure::interrupted()),
            Err(error) => Err(Failure::new(ENAME, error.to_string())),
        }
    }

    /// What could stand at a place of a cell of Rust [characters]. Before the first cell has run, nothing is
    /// known.
    pub(super) fn complete_rust(&mut self, code: &str, cursor: usize) -> Completed {
        let none = |types| Completed {
            matches: Vec::new(),
            cursor_start: cursor,
            cursor_end: cursor,
            metadata: CompletionHints { types },
        };
        let Some(mut cells) = self.rust.cells.take() else { return none(None) };
        let mut kernel = Kernel::new(&mut self.session, &self.around.screen);
        kernel.interrupt = Interrupt::new();
        let Ok((range, items)) = cells.complete(code, byte(code, cursor), &mut kernel) else {
            return none(None);
        };
        self.rust.cells = Some(cells);
        let (start, end) = (chars(code, range.start), chars(code, range.end));
        let matches = items.iter().map(|item| item.code.clone()).collect();
        let item = |item: bioxen::rust::protocol::Item| CompletionItem {
            start,
            end,
            text: item.code,
            kind: item.kind,
            signature: item.label,
        };
        let types = Some(items.into_iter().map(item).collect());
        let metadata = CompletionHints { types };
        Completed { matches, cursor_start: start, cursor_end: end, metadata }
    }

    /// What stands at a place of a cell of Rust [characters].
    pub(super) fn inspect_rust(&mut self, code: &str, cursor: usize) -> Option<Forms> {
        let mut cells = self.rust.cells.take()?;
        let mut kernel = Kernel::new(&mut self.session, &self.around.screen);
        kernel.interrupt = Interrupt::new();
        let found = cells.inspect(code, byte(code, cursor), &mut kernel).ok()?;
        self.rust.cells = Some(cells);
        let (plain, html) = found?;
        Some(Forms { plain: Some(plain), html: Some(html), ..Forms::default() })
    }
}

/// The forms of a value of Rust. A console shows text alone, so there is one.
fn forms_of(forms: RustForms) -> Forms {
    let kinds: Vec<String> = forms.keys().cloned().collect();
    let mut all = Forms::default();
    for (kind, content) in forms {
        match kind.as_str() {
            "text/plain" => all.plain = Some(content),
            "text/markdown" => all.markdown = Some(content),
            "text/html" => all.html = Some(content),
            "image/svg+xml" => all.svg = Some(content),
            "image/png" => all.png = Some(content),
            "application/pdf" => all.pdf = Some(content),
            // What is JSON is sent as such.
            kind if kind.ends_with("json") => {
                let value = serde_json::from_str(&content).unwrap_or(content.into());
                all.others.insert(kind.to_owned(), value);
            }
            kind => drop(all.others.insert(kind.to_owned(), content.into())),
        }
    }
    if all.plain.is_none() {
        all.plain = Some(format!("[{}]", kinds.join(", ")));
    }
    all
}

/// The byte at which a character begins.
fn byte(code: &str, chars: usize) -> usize {
    code.char_indices().nth(chars).map_or(code.len(), |(byte, _)| byte)
}

/// How many characters begin before a byte.
fn chars(code: &str, byte: usize) -> usize {
    code.char_indices().take_while(|(at, _)| *at < byte).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_keep_their_kinds_and_have_a_text() {
        let forms = RustForms::from(
            [("image/svg+xml", "<svg/>"), ("application/json", "{\"a\":1}"), ("text/latex", "$x$")]
                .map(|(kind, content)| (kind.to_owned(), content.to_owned())),
        );
        let json = serde_json::to_value(forms_of(forms)).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "image/svg+xml": "<svg/>",
                "application/json": {"a": 1},
                "text/latex": "$x$",
                "text/plain": "[application/json, image/svg+xml, text/latex]",
            })
        );
    }

    #[test]
    fn places_are_counted_in_characters_and_bytes() {
        let code = "é = ä";
        for place in 0..=5 {
            assert_eq!(chars(code, byte(code, place)), place);
        }
        assert_eq!(byte(code, 99), code.len());
    }
}
