//! What is shown.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

use bioxen::lang::{FigureValue, Output};
use bioxen::session::{Diagnostic, Session, Value};
use bioxen::visible::{harmless, visible};

use super::super::output::name;
use super::super::progress::Bar;
use super::super::terminal::{Style, Terminal};
use super::highlight::highlight;
use super::{echo, markdown};

/// Results on standard output, notes and errors on standard error.
pub(super) struct Screen {
    pub(super) terminal: Terminal,
    bar: Bar,
    /// How errors are marked.
    errors: Style,
    /// The figure that was shown last.
    pub(super) figure: Option<FigureValue>,
    /// The first output that could not be written.
    failed: Option<io::Error>,
    /// Whether the line of a run of a shared session is there.
    metered: bool,
    /// Whether what is shown may be that of others.
    guarded: bool,
}

impl Screen {
    pub(super) fn new(terminal: Terminal) -> Self {
        let bar = Bar::new(terminal.rich && io::stderr().is_terminal());
        let errors = Style::new(terminal.style.colour && io::stderr().is_terminal());
        Self { terminal, bar, errors, figure: None, failed: None, metered: false, guarded: false }
    }

    /// The same for a dialogue with others, who must not command this terminal.
    pub(super) fn guarded(self) -> Self {
        Self { guarded: true, ..self }
    }

    fn own<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.guarded { harmless(text) } else { Cow::Borrowed(text) }
    }

    /// Shows what a script shows while it is evaluated.
    pub(super) fn take(&mut self, output: Output) {
        let outcome = match output {
            Output::Progress(progress) => {
                self.bar.update(progress);
                Ok(())
            }
            Output::Points { done, of } => {
                self.bar.points(done, of);
                Ok(())
            }
            Output::RunEnded => {
                self.bar.clear();
                Ok(())
            }
            Output::Text(text) => self.line(&text),
            Output::Remark(text) => self.error(&text),
            Output::File(path) => self.error(&format!("wrote {}", name(&path))),
            Output::Display { value, .. } => match &value.figure {
                Some(figure) => self.figure(figure),
                None => self.line(&value.text),
            },
            _ => Ok(()),
        };
        if let Err(error) = outcome {
            self.failed.get_or_insert(error);
        }
    }

    /// Takes the bar away; fails if something could not be written.
    pub(super) fn settle(&mut self) -> io::Result<()> {
        self.bar.clear();
        self.wipe()?;
        self.failed.take().map_or(Ok(()), Err)
    }

    /// A line of a result.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        let text = self.own(text);
        self.raw(&text)
    }

    /// A line that may be a picture.
    fn raw(&mut self, text: &str) -> io::Result<()> {
        self.bar.clear();
        writeln!(io::stdout(), "{text}")
    }

    pub(super) fn lines(&mut self, lines: &[String]) -> io::Result<()> {
        lines.iter().try_for_each(|line| self.line(line))
    }

    /// A note or an error.
    pub(super) fn error(&mut self, text: &str) -> io::Result<()> {
        self.bar.clear();
        let mut text = self.own(text).into_owned();
        if self.terminal.rich {
            // The message, not the place that follows it.
            let (message, place) = text.split_once('\n').unwrap_or((&text, ""));
            let message = markdown::fold(message, self.terminal.columns()).join("\n");
            text = format!("{message}\n{place}").trim_end().to_owned();
        }
        writeln!(io::stderr(), "{}", self.errors.error(&text))
    }

    /// What is wrong with what was typed.
    pub(super) fn diagnostic(&mut self, diagnostic: &Diagnostic) -> io::Result<()> {
        self.bar.clear();
        let mut shown = diagnostic.clone();
        if self.terminal.rich {
            let columns = self.terminal.columns().saturating_sub("error: ".len());
            shown.message = markdown::fold(&shown.message, columns).join("\n");
        }
        writeln!(io::stderr(), "{}", self.own(&shown.render(self.errors.colour)))
    }

    /// What an interrupted run had recorded.
    pub(super) fn recorded(&mut self, figure: FigureValue) -> io::Result<()> {
        self.figure = Some(figure);
        if self.terminal.rich {
            self.line(&self.terminal.style.dim("  :plot draws what it had recorded"))?;
        }
        Ok(())
    }

    /// How wide it is [characters].
    pub(super) fn width(&self) -> usize {
        self.terminal.columns()
    }

    /// The value of a text, which is nothing that a script printed.
    pub(super) fn value(&mut self, session: &Session, text: &str) -> io::Result<()> {
        let (width, rich) = (self.terminal.columns(), self.terminal.rich);
        match session.last_value() {
            Value::Figure(figure) => self.figure(&figure),
            Value::Trace(trace) => {
                self.figure = session.last_figure();
                self.lines(&echo::trace(&trace, text, width, rich))?;
                if rich && self.figure.is_some() {
                    self.line(&self.terminal.style.dim("  :plot draws it"))?;
                }
                Ok(())
            }
            Value::Table(table) if rich => self.lines(&echo::table(&table, width)),
            Value::List(head, rows) if rich => self.lines(&echo::list(&head, &rows, width)),
            Value::Record(rows) if rich && !rows.is_empty() => {
                self.lines(&echo::record(&rows, width))
            }
            _ if rich => self.lines(&echo::short(text, width)),
            _ => self.line(text),
        }
    }

    /// A figure, as well as the terminal can.
    pub(super) fn figure(&mut self, figure: &FigureValue) -> io::Result<()> {
        self.bar.clear();
        self.figure = Some(figure.clone());
        match self.terminal.figure(figure) {
            Ok(text) => self.raw(&text),
            Err(error) => self.error(&format!("error: the figure cannot be drawn: {error}")),
        }
    }

    /// What a script of a shared session prints, as it comes.
    pub(super) fn stream(&mut self, error: bool, text: &str) -> io::Result<()> {
        self.wipe()?;
        if error {
            return self.error(text.trim_end_matches('\n'));
        }
        let mut out = io::stdout();
        out.write_all(self.own(text).as_bytes())?;
        out.flush()
    }

    /// A line about what others do.
    pub(super) fn note(&mut self, text: &str) -> io::Result<()> {
        if !self.terminal.interactive {
            return Ok(());
        }
        self.wipe()?;
        writeln!(io::stderr(), "{}", self.errors.dim(&self.own(text)))
    }

    /// How far a run of a shared session is: a line that is replaced, on a terminal only.
    pub(super) fn meter(&mut self, text: &str, again: bool) -> io::Result<()> {
        if !self.terminal.rich || !io::stderr().is_terminal() || (again && !self.metered) {
            return Ok(());
        }
        self.metered = true;
        let columns = self.terminal.columns().saturating_sub(1);
        let line: String = visible(text).chars().take(columns).collect();
        let mut err = io::stderr();
        write!(err, "\r\x1b[K{line}")?;
        err.flush()
    }

    /// Takes the line of a run away.
    fn wipe(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.metered) {
            write!(io::stderr(), "\r\x1b[K")?;
        }
        Ok(())
    }

    /// An error of a shared session, which comes with its colours.
    pub(super) fn trace(&mut self, text: &str) -> io::Result<()> {
        self.wipe()?;
        let text = if self.errors.colour { text.to_owned() } else { uncoloured(text) };
        writeln!(io::stderr(), "{}", self.own(&text))
    }

    /// A value of a shared session: as a picture if it is one and the terminal shows pictures.
    pub(super) fn forms(&mut self, plain: &str, png: Option<&[u8]>) -> io::Result<()> {
        self.wipe()?;
        if let Some(shown) = png.and_then(|png| self.terminal.png(png)) {
            return self.raw(&shown);
        }
        if self.terminal.rich && png.is_none() {
            return self.lines(&echo::short(plain, self.terminal.columns()));
        }
        self.line(plain)
    }

    /// Markdown, as far as a terminal can show it.
    pub(super) fn markdown(&mut self, session: &Session, text: &str) -> io::Result<()> {
        let style = self.terminal.style;
        let width = self.terminal.columns().min(100);
        let code = |line: &str| highlight(session, style, line);
        self.lines(&markdown::render(text.trim_end(), width, style, &code))
    }
}

/// A text without colours.
fn uncoloured(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("\x1b[") {
        plain.push_str(&rest[..start]);
        let after = &rest[start + 2..];
        let end = after.find(|c: char| c.is_ascii_alphabetic()).map_or(after.len(), |i| i + 1);
        rest = &after[end..];
    }
    plain.push_str(rest);
    plain
}
