//! The last cells with what they showed as text, for those who come later.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::time::SystemTime;

use crate::messages::{CellState, LogEntry, Remains};
use crate::text::beginning;
use crate::wire::timestamp;

/// Cells that are kept.
const MOST: usize = 200;
/// The longest output that is kept of a cell [bytes].
const OUTPUT: usize = 16 << 10;
/// The longest text that is kept of a cell [bytes].
const CODE: usize = 64 << 10;
/// Most parts of an output of which each can be replaced.
const PARTS: usize = 64;
/// What stands where an output is cut.
const CUT: &str = "\n..";

/// The last cells.
#[derive(Debug, Default)]
pub(super) struct Log {
    cells: VecDeque<Cell>,
    seq: u64,
    /// Whether the last cell takes what is shown.
    open: bool,
}

#[derive(Debug)]
struct Cell {
    entry: LogEntry,
    parts: Vec<Part>,
    /// The next part takes the place of all before.
    clear: bool,
}

/// A piece of an output; one with a name can be replaced.
#[derive(Debug)]
struct Part {
    name: Option<String>,
    text: String,
}

impl Log {
    /// A cell begins; one without a number is not kept.
    pub(super) fn begin(&mut self, who: &str, code: &str, count: Option<i64>) {
        self.open = count.is_some();
        let Some(execution_count) = count else { return };
        self.seq += 1;
        if self.cells.len() == MOST {
            self.cells.pop_front();
        }
        let entry = LogEntry {
            seq: self.seq,
            who: who.to_owned(),
            when: timestamp(SystemTime::now()),
            execution_count,
            code: beginning(code, CODE).to_owned(),
            output: String::new(),
            state: CellState::Running,
        };
        self.cells.push_back(Cell { entry, parts: Vec::new(), clear: false });
    }

    /// The cell ends.
    pub(super) fn end(&mut self, state: CellState) {
        if let Some(cell) = self.cells.back_mut().filter(|_| self.open) {
            cell.entry.state = state;
            cell.entry.output = cell.output();
            // They take no memory beside the whole.
            cell.parts = Vec::new();
        }
        self.open = false;
    }

    /// The cell that runs has shown something.
    pub(super) fn note(&mut self, remains: Remains<'_>) {
        if let Some(cell) = self.cells.back_mut().filter(|_| self.open) {
            cell.note(remains);
        }
    }

    /// The last cells, the oldest first.
    pub(super) fn last(&self, most: usize) -> Vec<LogEntry> {
        let told = |cell: &Cell| {
            let mut entry = cell.entry.clone();
            if entry.state == CellState::Running {
                entry.output = cell.output();
            }
            entry
        };
        self.cells.iter().skip(self.cells.len().saturating_sub(most)).map(told).collect()
    }
}

impl Cell {
    fn note(&mut self, remains: Remains<'_>) {
        let (name, text) = match remains {
            Remains::Nothing => return,
            Remains::Cleared { wait } => {
                self.clear = wait;
                if !wait {
                    self.parts.clear();
                }
                return;
            }
            Remains::Stream(text) => (None, Cow::Borrowed(text)),
            Remains::Block(name, text) => (name, text + "\n"),
        };
        if std::mem::take(&mut self.clear) {
            self.parts.clear();
        }
        let used: usize = self.parts.iter().map(|part| part.text.len()).sum();
        if let Some(known) =
            self.parts.iter_mut().find(|p| p.name.is_some() && p.name.as_deref() == name)
        {
            let left = OUTPUT.saturating_sub(used - known.text.len());
            known.text = cut(&text, left);
            return;
        }
        let text = cut(&text, OUTPUT.saturating_sub(used));
        let full = self.parts.len() >= PARTS;
        match self.parts.last_mut() {
            Some(last) if full || (last.name.is_none() && name.is_none()) => {
                last.text.push_str(&text);
                last.name = None;
            }
            _ => self.parts.push(Part { name: name.map(str::to_owned), text }),
        }
    }

    fn output(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect()
    }
}

/// A text that fits into so many bytes; what is left out is marked.
fn cut(text: &str, left: usize) -> String {
    if text.len() <= left {
        return text.to_owned();
    }
    match left.checked_sub(CUT.len()) {
        Some(left) => format!("{}{CUT}", beginning(text, left)),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> Log {
        let mut log = Log::default();
        log.begin("ada", "run()", Some(1));
        log
    }

    fn stream(text: &str) -> Remains<'_> {
        Remains::Stream(text)
    }

    fn block<'a>(name: &'a str, text: &'a str) -> Remains<'a> {
        Remains::Block(Some(name), Cow::Borrowed(text))
    }

    fn output(log: &Log) -> String {
        log.last(1)[0].output.clone()
    }

    #[test]
    fn what_a_cell_shows_is_kept_in_order() {
        let mut log = log();
        log.note(stream("a\n"));
        log.note(block("line", "[=   ]"));
        log.note(stream("b\n"));
        log.note(block("line", "done"));
        assert_eq!(output(&log), "a\ndone\nb\n");
        assert_eq!(log.last(1)[0].state, CellState::Running);
        log.end(CellState::Ok);
        log.note(stream("too late"));
        assert_eq!((output(&log).as_str(), log.last(1)[0].state), ("a\ndone\nb\n", CellState::Ok));
    }

    #[test]
    fn clearing_waits_if_it_is_to_wait() {
        let mut log = log();
        log.note(stream("a"));
        log.note(Remains::Cleared { wait: true });
        assert_eq!(output(&log), "a");
        log.note(stream("b"));
        assert_eq!(output(&log), "b");
        log.note(Remains::Cleared { wait: false });
        assert_eq!(output(&log), "");
    }

    #[test]
    fn memory_has_an_end() {
        let mut log = Log::default();
        let long = "é".repeat(OUTPUT);
        for i in 0..10 * MOST {
            log.begin("ada", &"x".repeat(2 * CODE), Some(i as i64));
            for k in 0..2 * PARTS {
                log.note(block(&k.to_string(), &long));
                log.note(stream(&long));
            }
            assert!(output(&log).len() <= OUTPUT && output(&log).ends_with(CUT));
            log.end(CellState::Ok);
        }
        let all = log.last(usize::MAX);
        assert_eq!((all.len(), all[0].code.len()), (MOST, CODE));
        assert_eq!(all.last().unwrap().seq, 10 * MOST as u64);
        assert!(log.cells.iter().all(|cell| cell.parts.is_empty()));
        assert_eq!(log.last(3).iter().map(|e| e.seq).collect::<Vec<_>>(), [1998, 1999, 2000]);
        assert!(log.last(0).is_empty());
    }

    #[test]
    fn silent_cells_leave_nothing() {
        let mut log = log();
        log.note(stream("a"));
        log.end(CellState::Ok);
        log.begin("ben", "1", None);
        log.note(stream("b"));
        log.end(CellState::Error);
        assert_eq!((log.last(9).len(), output(&log).as_str()), (1, "a"));
        assert_eq!(log.last(1)[0].state, CellState::Ok);
    }
}
