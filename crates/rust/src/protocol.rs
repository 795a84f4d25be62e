//! The messages between a front end and the process of its Rust cells. Each is one line of JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of the protocol; both ends must have the same.
pub const VERSION: u32 = 1;

/// Forms of a value by their MIME types. Pictures of pixels are in base 64.
pub type Forms = BTreeMap<String, String>;

/// What a front end asks of the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// Compile and run a cell.
    Execute {
        /// Its number.
        id: u64,
        /// What errors call it.
        name: String,
        /// Its text.
        code: String,
        /// Whether errors have colours.
        colour: bool,
    },
    /// What could stand at a place.
    Complete {
        /// The number of the question.
        id: u64,
        /// The text.
        code: String,
        /// The place [bytes].
        position: usize,
    },
    /// What stands at a place.
    Inspect {
        /// The number of the question.
        id: u64,
        /// The text.
        code: String,
        /// The place [bytes].
        position: usize,
    },
    /// End the cell or question of that number.
    Interrupt {
        /// The number.
        id: u64,
    },
    /// Answers a wish.
    Answer {
        /// The number of the wish.
        wish: u64,
        /// The answer.
        answer: Answer,
    },
}

/// What the process tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "snake_case")]
pub enum Told {
    /// The first line.
    Hello {
        /// Its version of the protocol.
        version: u32,
    },
    /// It can take cells.
    Ready,
    /// It cannot take any.
    Unable {
        /// Why not.
        reason: Unable,
    },
    /// What it does, which takes a while.
    Stage {
        /// What it is.
        stage: Stage,
    },
    /// The cell has printed something.
    Printed {
        /// Where.
        stream: Stream,
        /// The text, with the ends of its lines.
        text: String,
    },
    /// The cell has shown something.
    Shown {
        /// In these forms.
        forms: Forms,
    },
    /// The cell wants something, and waits.
    Wish {
        /// The number of the wish.
        wish: u64,
        /// What it wants.
        what: Wish,
    },
    /// A cell has ended.
    Ended {
        /// Its number.
        id: u64,
        /// How.
        end: End,
    },
    /// What could stand at a place.
    Completed {
        /// The number of the question.
        id: u64,
        /// Where the part begins that is replaced [bytes].
        start: usize,
        /// Where it ends [bytes].
        end: usize,
        /// What could stand there.
        items: Vec<Item>,
    },
    /// What stands at a place; nothing if nothing is known.
    Inspected {
        /// The number of the question.
        id: u64,
        /// Text, and the same as a part of a page.
        found: Option<(String, String)>,
    },
}

/// Why the process cannot take cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Unable {
    /// A program is missing with which Rust is compiled.
    Toolchain {
        /// Which.
        program: String,
    },
    /// Something else.
    Other {
        /// What.
        message: String,
    },
}

/// What takes a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The compiler and the analysis of the standard library start.
    Starting,
    /// The crate `bioxen` is compiled for cells.
    Preparing,
    /// `bioxen::engine` is compiled, once in a process.
    Engine,
    /// A cell is compiled.
    Compiling,
    /// A cell runs.
    Running,
}

impl Stage {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Starting => "Rust starts",
            Self::Preparing => "Rust compiles the crate `bioxen` for cells",
            Self::Engine => "Rust compiles `bioxen::engine`, once in this session",
            Self::Compiling => "Rust compiles the cell",
            Self::Running => "the Rust cell runs",
        }
    }
}

/// A stream of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// What a cell wants of the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "wish", rename_all = "snake_case")]
pub enum Wish {
    /// A variable.
    Get {
        /// Its name.
        name: String,
    },
    /// That a variable gets a value.
    Put {
        /// Its name.
        name: String,
        /// The file of the value, in the folder.
        file: String,
    },
    /// A line of the user.
    Input {
        /// What is asked.
        prompt: String,
        /// Whether nobody may see it.
        password: bool,
    },
}

/// The answer to a wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// The file of a value, in the folder.
    Value {
        /// Its name.
        file: String,
    },
    /// It is done.
    Done,
    /// A line.
    Line {
        /// The text.
        text: String,
    },
    /// It cannot be.
    Refused {
        /// Why not.
        message: String,
    },
}

/// How a cell has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "snake_case")]
pub enum End {
    /// Well.
    Done {
        /// The forms of its value.
        forms: Forms,
    },
    /// Not well.
    Failed {
        /// Why.
        why: Why,
        /// In a line.
        message: String,
        /// The same with the place, for a terminal.
        rendered: String,
    },
}

/// Why a cell has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It does not compile.
    Compile,
    /// A line of a command, as `:dep`, is wrong.
    Command,
    /// It has panicked.
    Panic,
    /// A `?` has ended it.
    Early,
    /// Its process has ended.
    Died,
    /// Someone has interrupted it.
    Interrupted,
}

/// What could stand at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What is inserted.
    pub code: String,
    /// What it is, as Jupyter calls it.
    pub kind: String,
    /// The same with its type.
    pub label: String,
}
