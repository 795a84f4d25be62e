//! What the front end is for a Rust cell.

use std::time::Duration;

use bioxen_exchange::Value;

use crate::protocol::{Forms, Stage, Stream};

/// What comes of a question to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A line.
    Text(String),
    /// Nobody can be asked, or nobody answers.
    Nobody,
}

/// The front end and the session of a Rust cell. What a cell shows is told while it runs.
pub trait Host {
    /// The cell has printed.
    fn print(&mut self, stream: Stream, text: &str);

    /// The cell has shown something.
    fn show(&mut self, forms: Forms);

    /// Something takes a while, and has taken so long. Called several times a second, and once with nothing
    /// when it is over.
    fn stage(&mut self, stage: Option<Stage>, taken: Duration);

    /// The value of a variable of the session.
    ///
    /// # Errors
    /// Why there is none.
    fn get(&mut self, name: &str) -> Result<Value, String>;

    /// Gives a variable of the session a value.
    ///
    /// # Errors
    /// Why it cannot have it.
    fn put(&mut self, name: &str, value: Value) -> Result<(), String>;

    /// Asks the user.
    fn ask(&mut self, prompt: &str, password: bool) -> Line;

    /// Whether the user wants the cell to end. Called several times a second.
    fn is_stopped(&self) -> bool;
}
