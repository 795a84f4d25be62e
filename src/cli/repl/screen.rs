//! What is shown.

use std::io::{self, IsTerminal, Write};

use bioxen::lang::{FigureValue, Output};

use super::super::progress::Bar;

/// Columns of a picture made of characters.
const WIDTH: usize = 78;
/// Lines of such a picture.
const HEIGHT: usize = 18;

/// Results on standard output, notes and errors on standard error.
pub(super) struct Screen {
    bar: Bar,
    colour: bool,
    /// The first output that could not be written.
    failed: Option<io::Error>,
}

impl Screen {
    pub(super) fn new(bar: bool, colour: bool) -> Self {
        Self { bar: Bar::new(bar && io::stderr().is_terminal()), colour, failed: None }
    }

    /// Shows what a script shows while it is evaluated.
    pub(super) fn take(&mut self, output: Output) {
        let outcome = match output {
            Output::Progress(progress) => {
                self.bar.update(progress);
                Ok(())
            }
            Output::RunEnded => {
                self.bar.clear();
                Ok(())
            }
            Output::Text(text) => self.line(&text),
            Output::Remark(text) => self.error(&text),
            Output::File(path) => self.error(&format!("wrote {}", path.display())),
            Output::Figure(figure) => self.figure(&figure),
            _ => Ok(()),
        };
        if let Err(error) = outcome {
            self.failed.get_or_insert(error);
        }
    }

    /// Takes the bar away; fails if something could not be written.
    pub(super) fn settle(&mut self) -> io::Result<()> {
        self.bar.clear();
        self.failed.take().map_or(Ok(()), Err)
    }

    /// A line of a result.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        self.bar.clear();
        writeln!(io::stdout(), "{text}")
    }

    /// A note or an error.
    pub(super) fn error(&mut self, text: &str) -> io::Result<()> {
        self.bar.clear();
        writeln!(io::stderr(), "{text}")
    }

    /// A figure, made of characters.
    pub(super) fn figure(&mut self, figure: &FigureValue) -> io::Result<()> {
        match figure.figure.to_text(WIDTH, HEIGHT, self.colour) {
            Ok(text) => self.line(text.trim_end()),
            Err(error) => self.error(&format!("the figure cannot be drawn: {error}")),
        }
    }

    /// Markdown, without what a terminal cannot show.
    pub(super) fn markdown(&mut self, text: &str) -> io::Result<()> {
        let mut code = false;
        for line in text.lines() {
            if line.starts_with("```") {
                code = !code;
            } else if code {
                self.line(&format!("    {line}"))?;
            } else if let Some(heading) = line.strip_prefix("# ") {
                self.line(&self.bold(heading))?;
            } else if line.starts_with("|---") || line == "| | |" {
            } else if let Some(row) = line.strip_prefix("| ") {
                let cells: Vec<&str> = row.trim_end_matches('|').split(" | ").collect();
                let (name, value) = (cells[0], cells.get(1..).unwrap_or_default().join("  "));
                self.line(format!("{name:<22}{value}").trim_end())?;
            } else {
                self.line(&line.replace("**", ""))?;
            }
        }
        Ok(())
    }

    fn bold(&self, text: &str) -> String {
        if self.colour { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }
}
