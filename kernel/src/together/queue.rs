//! The cell that runs, and those that wait.

use std::collections::VecDeque;
use std::time::Instant;

use crate::messages::{Request, Running, Waiting};
use crate::text::beginning;
use crate::wire::Incoming;
use crate::zmtp::Caller;

/// What is told of the text of a cell that waits or runs [bytes].
const LONGEST: usize = 4 << 10;

/// The cells that are not done.
#[derive(Debug, Default)]
pub(super) struct Queue {
    running: Option<Cell>,
    /// Who else has interrupted it.
    by_another: Option<String>,
    waiting: VecDeque<Cell>,
}

#[derive(Debug)]
struct Cell {
    caller: Caller,
    msg_id: String,
    who: String,
    code: String,
    since: Instant,
}

impl Cell {
    fn of(message: &Incoming, code: &str) -> Self {
        Self {
            caller: message.caller.clone(),
            msg_id: message.header.msg_id.clone(),
            who: message.who(),
            code: beginning(code, LONGEST).to_owned(),
            since: Instant::now(),
        }
    }
}

impl Queue {
    /// A message has come; a cell waits.
    pub(super) fn arrived(&mut self, message: &Incoming) {
        if let Ok(Request::Execute(request)) = &message.request {
            self.waiting.push_back(Cell::of(message, &request.code));
        }
    }

    /// A cell waits no more.
    pub(super) fn gone(&mut self, message: &Incoming) {
        let is_it = |cell: &Cell| {
            cell.caller.number == message.caller.number && cell.msg_id == message.header.msg_id
        };
        if let Some(place) = self.waiting.iter().position(is_it) {
            self.waiting.remove(place);
        }
    }

    /// A cell begins.
    pub(super) fn begin(&mut self, message: &Incoming, code: &str) {
        self.gone(message);
        self.running = Some(Cell::of(message, code));
    }

    /// It has ended.
    pub(super) fn end(&mut self) {
        self.running = None;
        self.by_another = None;
    }

    /// Somebody interrupts it.
    pub(super) fn interrupted(&mut self, who: &str) {
        if self.whose().is_some_and(|whose| whose != who) {
            self.by_another = Some(who.to_owned());
        }
    }

    /// Who has interrupted the cell of another.
    pub(super) fn by_another(&self) -> Option<&str> {
        self.by_another.as_deref()
    }

    /// Who has sent the cell that runs.
    pub(super) fn caller(&self) -> Option<&Caller> {
        self.running.as_ref().map(|cell| &cell.caller)
    }

    /// Forgets the cells that wait of some callers.
    pub(super) fn forget(&mut self, of: impl Fn(&Caller) -> bool) {
        self.waiting.retain(|cell| !of(&cell.caller));
    }

    /// Whose cell runs.
    pub(super) fn whose(&self) -> Option<&str> {
        self.running.as_ref().map(|cell| cell.who.as_str())
    }

    /// The cell that runs.
    pub(super) fn running(&self) -> Option<Running> {
        self.running.as_ref().map(|cell| Running {
            who: cell.who.clone(),
            msg_id: cell.msg_id.clone(),
            since_s: cell.since.elapsed().as_secs_f64(),
            code: cell.code.clone(),
        })
    }

    /// The cells behind it.
    pub(super) fn waiting(&self) -> Vec<Waiting> {
        let told = |cell: &Cell| Waiting { who: cell.who.clone(), code: cell.code.clone() };
        self.waiting.iter().map(told).collect()
    }
}
