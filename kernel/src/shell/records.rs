//! The answer to `history_request`.

use super::Shell;
use crate::history::Entry;
use crate::messages::{Access, History, HistoryRequest, Past, Reply};
use crate::wire::Incoming;

/// Cells that are given when nobody says how many.
const USUAL: usize = 1000;

impl Shell {
    /// Finds cells of this kernel and of earlier ones.
    pub(super) fn recall(&self, message: &Incoming, request: &HistoryRequest) {
        let n = request.n.and_then(|n| usize::try_from(n).ok());
        let found = match request.hist_access_type {
            Access::Tail => self.history.tail(n.unwrap_or(USUAL)),
            Access::Range => {
                let (session, start) = (request.session.unwrap_or(0), request.start.unwrap_or(0));
                self.history.range(session, start, request.stop)
            }
            Access::Search => {
                let pattern = request.pattern.as_deref().unwrap_or("*");
                self.history.search(pattern, n, request.unique)
            }
        };
        let row = |entry: Entry| {
            let past = if request.output {
                Past::WithOutput(entry.input, entry.output)
            } else {
                Past::Input(entry.input)
            };
            (entry.session, entry.line, past)
        };
        let history = found.into_iter().map(row).collect();
        self.reply(message, &Reply::Ok(History { history }));
    }
}
