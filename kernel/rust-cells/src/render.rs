//! Errors as the compiler of Rust draws them, at the lines of the cell.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Renderer, Snippet};
use evcxr::CompilationError;

/// The most errors of one cell that are drawn.
const MOST: usize = 20;
/// The width of what is drawn [columns].
const WIDTH: usize = 100;

/// A cell and how its errors are drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page<'a> {
    /// What errors call it.
    pub(crate) name: &'a str,
    /// Its text.
    pub(crate) code: &'a str,
    /// Whether there are colours.
    pub(crate) colour: bool,
    /// Where a line was put in, to be compiled with it [lines before it].
    pub(crate) put_in: Option<usize>,
}

impl Page<'_> {
    /// Errors of the compiler: the first in a line, and all of them.
    pub(crate) fn compilation(&self, errors: &[CompilationError]) -> (String, String) {
        let is_error = |error: &&CompilationError| error.json["level"] != "warning";
        let errors: Vec<&CompilationError> = errors.iter().filter(is_error).collect();
        let message = errors.first().map_or_else(
            || "the cell does not compile".to_owned(),
            |error| match error.code() {
                Some(code) => format!("{} ({code})", error.message()),
                None => error.message(),
            },
        );
        let mut drawn: Vec<String> = errors.iter().take(MOST).map(|e| self.one(e)).collect();
        if errors.len() > MOST {
            drawn.push(format!("… and {} more errors", errors.len() - MOST));
        }
        (clean(&message), if drawn.is_empty() { self.plain(&message) } else { drawn.join("\n\n") })
    }

    fn one(&self, error: &CompilationError) -> String {
        let code = clean_code(self.code);
        let mut title = Level::ERROR.primary_title(clean(&error.message()));
        if let Some(code) = error.code() {
            title = title.id(code.to_owned());
        }
        let mut group = Group::with_title(title);
        let mut snippet = Snippet::source(code.as_str()).path(self.name);
        let (mut seen, mut notes): (Vec<Range<usize>>, Vec<String>) = (Vec::new(), Vec::new());
        for message in error.spanned_messages() {
            let label = clean(&message.label);
            let span = message.span.and_then(|s| {
                let start = self.byte(&code, s.start_line, s.start_column)?;
                Some(start..self.byte(&code, s.end_line, s.end_column)?.max(start))
            });
            let Some(span) = span else {
                // What has no place in the cell says nothing without its text.
                if !label.is_empty() && !label.starts_with("error: ") {
                    notes.push(label);
                }
                continue;
            };
            let kind =
                if message.is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            // The title says what the label would say again.
            let label = Some(label).filter(|l| !l.is_empty() && !l.starts_with("error: "));
            seen.push(span.clone());
            snippet = snippet.annotation(kind.span(span).label(label));
        }
        if !seen.is_empty() {
            group = group.element(snippet);
        }
        let children = error.json["children"].as_array();
        for child in children.into_iter().flatten() {
            let Some(text) = child["message"].as_str() else { continue };
            let offered = child["spans"][0]["suggested_replacement"].as_str();
            let offered = offered.map(str::trim).filter(|text| !text.is_empty());
            let text = match offered {
                Some(offered) => format!("{text}: `{offered}`"),
                None => text.to_owned(),
            };
            group = group.element(match child["level"].as_str() {
                Some("help") => Level::HELP.message(clean(&text)),
                _ => Level::NOTE.message(clean(&text)),
            });
        }
        for note in notes {
            group = group.element(Level::NOTE.message(note));
        }
        if let Some(hint) = error.evcxr_extra_hint() {
            group = group.element(Level::HELP.message(hint));
        }
        if matches!(error.code(), Some("E0384" | "E0596")) {
            let text = "a variable of a cell before becomes mutable by `let mut x = x;`";
            group = group.element(Level::HELP.message(text));
        }
        self.draw(group)
    }

    /// A panic at a line of the cell, if it is one of its lines.
    pub(crate) fn panic(&self, message: &str, line: Option<&str>) -> String {
        let title = Level::ERROR.primary_title(clean(&format!("the cell panicked: {message}")));
        let group = Group::with_title(title);
        let Some(text) = line.map(str::trim).filter(|text| !text.is_empty()) else {
            return self.draw(group);
        };
        let code = clean_code(self.code);
        let mut at = 0;
        let mut places = code.split_inclusive('\n').filter_map(|line| {
            let start = at + (line.len() - line.trim_start().len());
            at += line.len();
            (line.trim() == text).then(|| start..start + line.trim().len())
        });
        let place = places.next().filter(|_| places.next().is_none());
        match place {
            Some(span) => {
                let annotation = AnnotationKind::Primary.span(span);
                let snippet = Snippet::source(code.as_str()).path(self.name);
                self.draw(group.element(snippet.annotation(annotation)))
            }
            // A line of a cell before, or one that stands there twice.
            None => self.draw(group.element(Level::NOTE.message(clean(&format!("at `{text}`"))))),
        }
    }

    /// An error that has no place.
    pub(crate) fn plain(&self, message: &str) -> String {
        self.draw(Group::with_title(Level::ERROR.primary_title(clean(message))))
    }

    /// An error that has no place, with what helps.
    pub(crate) fn with_help(&self, message: &str, help: &[String]) -> String {
        let group = Group::with_title(Level::ERROR.primary_title(clean(message)));
        let elements = help.iter().map(|text| Element::from(Level::HELP.message(clean(text))));
        self.draw(group.elements(elements))
    }

    fn draw(&self, group: Group<'_>) -> String {
        let renderer = if self.colour { Renderer::styled() } else { Renderer::plain() };
        renderer.term_width(WIDTH).render(&[group]).to_string()
    }

    /// The byte of a line and a column of what is compiled, both from 1; nothing if it is not of the cell.
    fn byte(&self, code: &str, line: usize, column: usize) -> Option<usize> {
        let line = match (line.checked_sub(1)?, self.put_in) {
            (line, Some(at)) if line == at => return None,
            (line, Some(at)) if line > at => line - 1,
            (line, _) => line,
        };
        let mut at = 0;
        for (number, text) in code.split_inclusive('\n').enumerate() {
            if number == line {
                let text = text.strip_suffix('\n').unwrap_or(text);
                let chars = text.char_indices().nth(column.checked_sub(1)?);
                return Some(at + chars.map_or(text.len(), |(byte, _)| byte));
            }
            at += text.len();
        }
        Some(code.len())
    }
}

/// A text that cannot command a terminal.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// The same of code, in which each character keeps its place.
fn clean_code(text: &str) -> String {
    let shown = |c: char| if c.is_control() && !matches!(c, '\n' | '\t') { ' ' } else { c };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(code: &str) -> Page<'_> {
        Page { name: "In[3]", code, colour: false, put_in: Some(1) }
    }

    #[test]
    fn places_are_those_of_the_cell() {
        let page = page("\nlet é = 1;\n");
        assert_eq!(page.byte(page.code, 1, 1), Some(0));
        assert_eq!(page.byte(page.code, 2, 1), None, "what was put in");
        assert_eq!(page.byte(page.code, 3, 6), Some(7));
        assert_eq!(page.byte(page.code, 3, 99), Some(12));
        assert_eq!(page.byte(page.code, 9, 1), Some(13));
    }

    #[test]
    fn panics_stand_at_their_line() {
        let code = "let v = [1];\nlet n = 3;\n  v[n];\n";
        let drawn = page(code).panic("out of bounds", Some("v[n];"));
        assert!(drawn.contains("In[3]:3:3") && drawn.contains("^^^^^"), "{drawn}");
        let elsewhere = page(code).panic("out of bounds", Some("other();"));
        assert!(elsewhere.contains("at `other();`"), "{elsewhere}");
        let twice = page("f();\nf();").panic("no", Some("f();"));
        assert!(twice.contains("at `f();`") && !twice.contains("In[3]"), "{twice}");
    }
}
