//! A session of variables alone, and a process beside it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bioxen_exchange::Value;
use bioxen_rust::protocol::{End, Forms, Stage, Stream, Why};
use bioxen_rust::{Host, Line, RustCells};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_bioxen-rust-cells");

/// A session of variables alone.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) shown: Vec<Forms>,
    pub(crate) variables: BTreeMap<String, Value>,
    pub(crate) stage: Option<Stage>,
    /// The cell is interrupted once this is so.
    pub(crate) stop: Option<Stop>,
    /// Where values cross.
    values: PathBuf,
    /// How long the longest answer took.
    longest: RefCell<Duration>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Stop {
    /// It is compiled.
    Compiling,
    /// It has printed this.
    Printed(&'static str),
    /// A value is on its way: there is a file with one, which nobody has read to its end.
    Crossing,
}

impl Notes {
    fn timed<T>(&self, since: Instant, value: T) -> T {
        let taken = since.elapsed().max(*self.longest.borrow());
        *self.longest.borrow_mut() = taken;
        value
    }
}

impl Host for Notes {
    fn print(&mut self, stream: Stream, text: &str) {
        match stream {
            Stream::Out => self.out.push_str(text),
            Stream::Err => self.err.push_str(text),
        }
    }

    fn show(&mut self, forms: Forms) {
        self.shown.push(forms);
    }

    fn stage(&mut self, stage: Option<Stage>, _: Duration) {
        self.stage = stage;
    }

    fn get(&mut self, name: &str) -> Result<Value, String> {
        let since = Instant::now();
        let value = self.variables.get(name).cloned();
        self.timed(since, value.ok_or_else(|| format!("there is no variable `{name}`")))
    }

    fn put(&mut self, name: &str, value: Value) -> Result<(), String> {
        if name == "SEED" {
            return Err("`SEED` is a constant".to_owned());
        }
        self.variables.insert(name.to_owned(), value);
        Ok(())
    }

    fn ask(&mut self, prompt: &str, _: bool) -> Line {
        Line::Text(format!("answer to {prompt}"))
    }

    fn is_stopped(&self) -> bool {
        match self.stop {
            None => false,
            Some(Stop::Compiling) => self.stage == Some(Stage::Compiling),
            Some(Stop::Printed(text)) => self.out.contains(text),
            Some(Stop::Crossing) => {
                fs::read_dir(&self.values).is_ok_and(|mut all| all.next().is_some())
            }
        }
    }
}

/// A process and its session.
pub(crate) struct Rust {
    pub(crate) cells: RustCells,
    pub(crate) notes: Notes,
    pub(crate) count: u32,
}

impl Rust {
    pub(crate) fn start() -> Self {
        let mut notes = Notes::default();
        let cells = RustCells::start_program(Path::new(PROGRAM), &mut notes).unwrap();
        notes.values = cells.folder().join("values");
        Self { cells, notes, count: 0 }
    }

    pub(crate) fn run(&mut self, code: &str) -> End {
        self.count += 1;
        self.notes.out.clear();
        self.notes.err.clear();
        let name = format!("In[{}]", self.count);
        self.cells.execute(&name, code, false, &mut self.notes).unwrap()
    }

    /// The text of a value.
    pub(crate) fn value(&mut self, code: &str) -> String {
        match self.run(code) {
            End::Done { forms } => forms.get("text/plain").cloned().unwrap_or_default(),
            End::Failed { rendered, .. } => panic!("{code}\n{rendered}\n{}", self.notes.err),
        }
    }

    pub(crate) fn fails(&mut self, code: &str) -> (Why, String, String) {
        match self.run(code) {
            End::Failed { why, message, rendered } => (why, message, rendered),
            End::Done { forms } => panic!("{code}\n{forms:?}"),
        }
    }

    /// How many values are on their way.
    pub(crate) fn crossing(&self) -> usize {
        fs::read_dir(&self.notes.values).unwrap().count()
    }
}
