//! An error as a user sees it.

use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde_json::{Value, json};

/// The most columns of a line of a text that are shown; of a longer one the part around the caret.
const WIDTH: usize = 100;
/// The most calls that are told one by one.
const MOST_CALLS: usize = 5;

/// A function on the way to an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What was called, in words: "the function `grow`", "a closure".
    pub what: String,
    /// What is done with it: "called" or, by an event, "run".
    pub how: &'static str,
    /// In whose text.
    pub source_name: String,
    /// Line and column of the call, from 1; nothing when it has no place.
    pub position: Option<(usize, usize)>,
}

impl Frame {
    /// Which of many calls of one function it was: a row of a table.
    pub(crate) fn of_many(&self) -> Option<&str> {
        let what = self.what.strip_prefix("the function `")?;
        let (_, row) = what.trim_end_matches('`').split_once(", ")?;
        row.starts_with("row ").then_some(row)
    }
}

/// What went wrong, where, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnostic {
    /// What went wrong.
    pub message: String,
    /// Whose text it is.
    pub source_name: String,
    /// Line and column, from 1; nothing when the error has no place.
    pub position: Option<(usize, usize)>,
    /// The line of the text.
    pub line: String,
    /// How many characters are to blame.
    pub length: usize,
    /// What would be right, a sentence each.
    pub help: Vec<String>,
    /// The function that the reference tells more of, and where: `run`, `docs/reference.md#time-run`.
    pub reference: Option<(String, String)>,
    /// The functions through which it came, innermost first.
    pub trace: Vec<Frame>,
    /// Whether a user interrupted.
    pub interrupted: bool,
}

impl Diagnostic {
    /// What is said of a text that was interrupted before it ran.
    pub(super) fn interruption(name: &str) -> Self {
        Self {
            message: "interrupted".to_owned(),
            source_name: name.to_owned(),
            length: 1,
            interrupted: true,
            ..Self::default()
        }
    }

    /// As text for people: the message, the line with a caret under what is to blame, the calls that
    /// led there. With colour for a terminal that has it.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// let wrong = session.eval("run(10)", "example").unwrap_err();
    /// assert!(wrong.render(false).contains("1 | run(10)\n  |     ^^"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let title = Level::ERROR.primary_title(clean(&self.message));
        let mut group = Group::with_title(title);
        let line = clean_line(&self.line);
        let name = clean(&self.source_name);
        if let Some((number, column)) = self.position {
            let byte = |chars: usize| line.char_indices().nth(chars).map_or(line.len(), |(i, _)| i);
            let span = byte(column - 1)..byte(column - 1 + self.length.max(1));
            let annotation = AnnotationKind::Primary.span(span);
            let snippet = Snippet::source(line.as_str()).line_start(number).path(name.as_str());
            group = group.element(snippet.annotation(annotation));
        }
        let help = self.help.iter().map(|text| Level::HELP.message(clean(text)));
        let calls = self.calls().into_iter().map(|text| Level::NOTE.message(clean(&text)));
        let reference = self.reference.iter().map(|(function, link)| {
            Level::HELP.message(format!("`?{function}` tells more ({link})"))
        });
        for message in help.chain(calls).chain(reference) {
            group = group.element(message);
        }
        renderer.term_width(WIDTH).render(&[group])
    }

    /// The calls that led to the error, innermost first, one a sentence; of many the first and last.
    fn calls(&self) -> Vec<String> {
        let mut told: Vec<(String, usize)> = Vec::new();
        for frame in &self.trace {
            let place = match frame.position {
                Some((line, column)) => format!("{}:{line}:{column}", frame.source_name),
                None => frame.source_name.clone(),
            };
            let text = format!("in {}, {} at {place}", frame.what, frame.how);
            match told.last_mut() {
                Some((last, times)) if *last == text => *times += 1,
                _ => told.push((text, 1)),
            }
        }
        let mut calls: Vec<String> = told
            .into_iter()
            .map(|(text, times)| match times {
                1 => text,
                _ => format!("{text}, and so on, {times} times"),
            })
            .collect();
        if calls.len() > MOST_CALLS {
            let left_out = calls.len() - MOST_CALLS + 1;
            let note = format!("… and {left_out} more calls …");
            calls.splice(MOST_CALLS / 2..MOST_CALLS / 2 + left_out, [note]);
        }
        calls
    }

    /// As data for an editor: lines and columns are counted from 1, in characters.
    pub fn json(&self) -> Value {
        let frames: Vec<Value> = self
            .trace
            .iter()
            .map(|f| {
                json!({
                    "what": f.what,
                    "file": f.source_name,
                    "line": f.position.map(|p| p.0),
                    "column": f.position.map(|p| p.1),
                })
            })
            .collect();
        json!({
            "severity": "error",
            "message": self.message,
            "file": self.source_name,
            "line": self.position.map(|p| p.0),
            "column": self.position.map(|p| p.1),
            "length": self.length.max(1),
            "end_column": self.position.map(|p| p.1 + self.length.max(1)),
            "help": self.help,
            "reference": self.reference.as_ref().map(|(_, link)| link),
            "trace": frames,
        })
    }
}

/// A text that cannot command a terminal.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// The same for a line of a script, in which tabs are usual and get their width.
fn clean_line(line: &str) -> String {
    line.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}

impl fmt::Display for Diagnostic {
    /// Without colour.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostic {}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: &str, column: usize, length: usize) -> String {
        let diagnostic = Diagnostic {
            message: "wrong".into(),
            source_name: "p".into(),
            position: Some((3, column)),
            line: line.into(),
            length,
            ..Diagnostic::default()
        };
        diagnostic.to_string()
    }

    #[test]
    fn the_caret_stands_under_the_word_whatever_comes_before_it() {
        assert!(at("let a = b;", 9, 1).ends_with("3 | let a = b;\n  |         ^"));
        // Three characters that are two columns wide each.
        assert!(at("大腸菌 x", 5, 1).ends_with("3 | 大腸菌 x\n  |        ^"));
        assert!(at("\tx", 2, 1).ends_with("3 |     x\n  |     ^"));
        assert!(at("é\u{301} x", 4, 1).ends_with("x\n  |   ^"));
        // Past the end, and where nothing is.
        assert!(at("ab", 3, 1).ends_with("3 | ab\n  |   ^"));
        assert!(at("", 1, 1).contains("3 |"));
    }

    #[test]
    fn of_a_very_long_line_the_part_around_the_caret_is_shown() {
        let line = format!("{}wrong{}", "a ".repeat(5000), " b".repeat(5000));
        let text = at(&line, 10_001, 5);
        assert!(text.lines().all(|l| l.chars().count() < 120), "{text}");
        assert!(text.contains("wrong b b") && text.contains("^^^^^"), "{text}");
    }

    #[test]
    fn nothing_of_a_script_commands_the_terminal() {
        let mut d = Diagnostic { message: "\u{1b}[2J".into(), ..Diagnostic::default() };
        assert!(!d.render(false).contains('\u{1b}'));
        d.help.push("\u{1b}]0;x\u{7}".into());
        (d.line, d.position) = ("\u{1b}[2J".into(), Some((1, 1)));
        assert!(!d.render(false).contains('\u{1b}'));
        assert!(d.render(true).contains("\u{1b}[1m"));
    }

    #[test]
    fn many_calls_are_told_in_few_lines() {
        let frame = |n: usize| Frame {
            what: format!("the function `f{n}`"),
            how: "called",
            source_name: "p".into(),
            position: Some((n, 1)),
        };
        let mut d = Diagnostic { trace: vec![frame(1); 60], ..Diagnostic::default() };
        assert_eq!(d.calls(), ["in the function `f1`, called at p:1:1, and so on, 60 times"]);
        d.trace = (0..20).map(frame).collect();
        let calls = d.calls();
        assert_eq!(calls.len(), MOST_CALLS);
        assert_eq!(calls[2], "… and 16 more calls …");
        assert!(calls[4].contains("f19"));
    }
}
