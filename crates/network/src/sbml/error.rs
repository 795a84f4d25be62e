//! What can be wrong with an SBML document.

use std::fmt;

use thiserror::Error;

/// A place in the text of a document; both count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The character in the line.
    pub column: u32,
}

impl Position {
    /// Behind the last character of a text.
    pub(super) fn of_the_end(text: &str) -> Self {
        let last = text.rsplit('\n').next().unwrap_or_default();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let line = count(text.bytes().filter(|&b| b == b'\n').count() + 1);
        Self { line, column: count(last.chars().count() + 1) }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// An error in an SBML document, with the place where it stands.
#[derive(Debug, Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum SbmlError {
    /// The text is not well-formed XML.
    #[error("not well-formed XML at {at}: {reason}")]
    Xml {
        /// What the parser found.
        reason: String,
        /// Where.
        at: Position,
    },
    /// A resource limit of the reader is exceeded.
    #[error("{what} exceeds the reader's limit of {limit} at {at}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// How much is allowed.
        limit: usize,
        /// Where.
        at: Position,
    },
    /// The document is XML, but not a model in SBML Level 2 or 3.
    #[error("not an SBML Level 2 or 3 document: {reason} at {at}")]
    NotSbml {
        /// What is wrong or missing.
        reason: String,
        /// Where.
        at: Position,
    },
    /// An element that cannot stand where it does.
    #[error("<{element}> at {at} {problem}{}", hint(.nearest))]
    Misplaced {
        /// The element.
        element: String,
        /// What is wrong with it.
        problem: String,
        /// The element that comes closest.
        nearest: Option<String>,
        /// Where.
        at: Position,
    },
    /// A construct that SBML defines and this reader does not support.
    #[error("{construct} is not supported (at {at})")]
    Unsupported {
        /// The construct.
        construct: String,
        /// Where it stands.
        at: Position,
    },
    /// An attribute is missing.
    #[error("<{element}> at {at} lacks the attribute `{attribute}`")]
    MissingAttribute {
        /// The element.
        element: String,
        /// The attribute.
        attribute: &'static str,
        /// Where.
        at: Position,
    },
    /// The value of an attribute or the text of an element cannot be understood.
    #[error("`{value}` at {at} is not {expected}")]
    BadValue {
        /// The text.
        value: String,
        /// What should stand there.
        expected: &'static str,
        /// Where.
        at: Position,
    },
    /// Two things carry one id.
    #[error("the id `{id}` at {at} is used twice; ids must be unique in a model")]
    DuplicateId {
        /// The id.
        id: String,
        /// Where it stands for the second time.
        at: Position,
    },
    /// An id that the model does not define, or that means something else.
    #[error("`{id}` at {at} is not {expected} of this model{}", hint(.nearest))]
    UnknownId {
        /// The id.
        id: String,
        /// What was looked for.
        expected: &'static str,
        /// The id that comes closest.
        nearest: Option<String>,
        /// Where.
        at: Position,
    },
    /// A formula is wrong.
    #[error("<{element}> at {at}: {problem}")]
    BadMath {
        /// The MathML element.
        element: String,
        /// What is wrong with it.
        problem: &'static str,
        /// Where.
        at: Position,
    },
    /// Something is determined twice, such as a quantity by two rules.
    #[error("`{id}` at {at} {problem}")]
    Conflict {
        /// The quantity.
        id: String,
        /// What it clashes with.
        problem: &'static str,
        /// Where.
        at: Position,
    },
    /// Nothing says how fast anything goes.
    #[error(
        "none of the {reactions} reactions, the first at {at}, has a kinetic law, and there is no rule \
         or event: nothing says how fast they go, so that the model cannot be simulated in time (models \
         for flux balance analysis are of this kind)"
    )]
    NoKineticLaw {
        /// How many reactions there are.
        reactions: usize,
        /// Where the first stands.
        at: Position,
    },
    /// Functions or rules that depend on themselves.
    #[error("{kind} depend on each other in a circle: {}", .cycle.join(" -> "))]
    Cycle {
        /// What they are.
        kind: &'static str,
        /// Their ids; the first is also the last.
        cycle: Vec<String>,
    },
}

fn hint(nearest: &Option<String>) -> String {
    match nearest {
        Some(name) => format!("; did you mean `{name}`?"),
        None => String::new(),
    }
}
