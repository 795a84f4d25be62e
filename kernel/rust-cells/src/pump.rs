//! What cells print, passed on while they run.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bioxen_rust::protocol::{Stage, Stream, Told};
use evcxr::EvalContextOutputs;

use crate::hex::unhex;
use crate::outlet::Outlet;
use crate::stop::Stop;

/// What marks a line that is for this process, and the end of a text without an end of line.
const MARK: char = '\u{1e}';
/// Time between two looks at what was printed.
const LOOK: Duration = Duration::from_millis(3);
/// How much is told at once [bytes].
const CHUNK: usize = 64 << 10;
/// How long the note that a cell has ended may be on its way; a cell that has closed its standard error sends
/// none.
const PATIENCE: Duration = Duration::from_secs(2);

/// A panic of the thread that runs cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Panic {
    /// The line in its file.
    pub(crate) line: usize,
    /// The file.
    pub(crate) file: String,
    /// What it says.
    pub(crate) message: String,
}

/// What was seen of a cell.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    /// Its number.
    id: u64,
    /// Whether its code has begun.
    pub(crate) begun: bool,
    /// Whether it has ended.
    ended: bool,
    /// The panics, those that were caught among them.
    pub(crate) panics: Vec<Panic>,
    /// The last line on standard error.
    pub(crate) last_line: String,
}

/// Passes on what cells print.
#[derive(Clone)]
pub(crate) struct Pump {
    shared: Arc<Shared>,
}

struct Shared {
    outputs: EvalContextOutputs,
    outlet: Outlet,
    stop: Arc<Stop>,
    /// The present cell. Who holds it passes on.
    seen: Mutex<Option<Seen>>,
    begun: Condvar,
}

impl Pump {
    pub(crate) fn new(outputs: EvalContextOutputs, outlet: Outlet, stop: Arc<Stop>) -> Self {
        let (seen, begun) = (Mutex::new(None), Condvar::new());
        let shared = Arc::new(Shared { outputs, outlet, stop, seen, begun });
        let other = shared.clone();
        thread::spawn(move || other.keep_passing());
        Self { shared }
    }

    /// Begins a cell.
    pub(crate) fn begin(&self, id: u64) {
        *self.shared.lock() = Some(Seen { id, ..Seen::default() });
        self.shared.begun.notify_all();
    }

    /// Passes on what is left of a cell. Of one whose code came to its end, the note of that is waited for.
    pub(crate) fn finish(&self, came_to_its_end: bool) -> Seen {
        let since = Instant::now();
        loop {
            let mut seen = self.shared.lock();
            let Some(present) = seen.as_mut() else { return Seen::default() };
            self.shared.pass_on(present);
            if !came_to_its_end || present.ended || since.elapsed() > PATIENCE {
                return seen.take().unwrap_or_default();
            }
            drop(seen);
            thread::sleep(LOOK);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Option<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep_passing(&self) {
        let mut seen = self.lock();
        loop {
            match seen.as_mut() {
                Some(present) => self.pass_on(present),
                None => {
                    seen = self.begun.wait(seen).unwrap_or_else(PoisonError::into_inner);
                    continue;
                }
            }
            drop(seen);
            thread::sleep(LOOK);
            seen = self.lock();
        }
    }

    /// Passes on what is there.
    fn pass_on(&self, seen: &mut Seen) {
        let EvalContextOutputs { stdout, stderr } = &self.outputs;
        self.pass(Stream::Out, &mut || stdout.try_recv().ok(), seen);
        self.pass(Stream::Err, &mut || stderr.try_recv().ok(), seen);
    }

    fn pass(&self, stream: Stream, next: &mut dyn FnMut() -> Option<String>, seen: &mut Seen) {
        let mut text = String::new();
        while let Some(line) = next() {
            let note = if stream == Stream::Err { line.split_once(MARK) } else { None };
            match note {
                None if stream == Stream::Out && line.ends_with(MARK) => {
                    text.push_str(line.trim_end_matches(MARK));
                }
                None => {
                    text.push_str(&line);
                    text.push('\n');
                    if stream == Stream::Err {
                        seen.last_line = line;
                    }
                }
                Some((before, note)) => {
                    text.push_str(before);
                    self.heed(note, seen);
                }
            }
            if text.len() >= CHUNK {
                self.outlet.tell(&Told::Printed { stream, text: std::mem::take(&mut text) });
            }
        }
        if !text.is_empty() {
            self.outlet.tell(&Told::Printed { stream, text });
        }
    }

    /// Heeds a note of the crate `bioxen`.
    fn heed(&self, note: &str, seen: &mut Seen) {
        let words: Vec<&str> = note.split(' ').collect();
        let is_this = |id: &str| id.parse() == Ok(seen.id);
        match words.as_slice() {
            ["begin", id] if is_this(id) => {
                seen.begun = true;
                self.stop.runs();
                self.outlet.tell(&Told::Stage { stage: Stage::Running });
            }
            ["end", id] if is_this(id) => seen.ended = true,
            ["panic", line, file, message] => {
                if let (Ok(line), Some(file), Some(message)) =
                    (line.parse(), unhex(file), unhex(message))
                {
                    seen.panics.push(Panic { line, file, message });
                }
            }
            _ => {}
        }
    }
}
