//! An error as a user sees it.

use std::fmt;

use crate::lang::running::EVENT;

/// The name of a function that has none.
pub(super) const CLOSURE: &str = "|..|";

/// What went wrong, where, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// The functions through which it came, innermost first, with their lines.
    pub trace: Vec<(String, usize)>,
    /// Whether a user interrupted.
    pub interrupted: bool,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        if let Some((line, column)) = self.position {
            let gutter = line.to_string().len();
            write!(f, "\n{:gutter$}--> {}:{line}:{column}", "", self.source_name)?;
            write!(f, "\n{:gutter$} |\n{line} | {}", "", self.line)?;
            // Tabs keep their width, so that the caret stands under the word.
            let before = self.line.chars().take(column - 1);
            let indent: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            write!(f, "\n{:gutter$} | {indent}{}", "", "^".repeat(self.length.max(1)))?;
        }
        for (function, line) in &self.trace {
            if function.starts_with(EVENT) {
                write!(f, "\n  in the {function}, during the run in line {line}")?;
            } else if function == CLOSURE {
                write!(f, "\n  in a closure, called in line {line}")?;
            } else {
                write!(f, "\n  in the function `{function}`, called in line {line}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}
