//! The queue of messages for one peer.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use crate::sync::lock;

/// Bytes that are gathered into one write.
const BATCH: usize = 64 << 10;

/// A queue with an end: a peer that does not read must not eat our memory.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Arc<[u8]>>,
    bytes: usize,
    writing: bool,
    closed: bool,
}

impl Outbox {
    /// Adds a message unless more than `limit` bytes would wait; whether it was taken. One is always
    /// taken, however long it is.
    pub(super) fn push(&self, message: Arc<[u8]>, limit: usize) -> bool {
        let mut state = lock(&self.state);
        let full = !state.queue.is_empty() && state.bytes + message.len() > limit;
        if state.closed || full {
            return false;
        }
        state.bytes += message.len();
        state.queue.push_back(message);
        self.changed.notify_all();
        true
    }

    /// How much waits [bytes].
    pub(super) fn bytes(&self) -> usize {
        lock(&self.state).bytes
    }

    /// Ends the writer.
    pub(super) fn close(&self) {
        let mut state = lock(&self.state);
        state.closed = true;
        state.queue.clear();
        state.bytes = 0;
        self.changed.notify_all();
    }

    /// Writes what comes, until closed.
    pub(super) fn write_to(&self, mut writer: impl Write) -> io::Result<()> {
        let mut batch = Vec::new();
        while self.next(&mut batch) {
            writer.write_all(&batch)?;
            batch.clear();
            batch.shrink_to(2 * BATCH);
        }
        Ok(())
    }

    /// Waits for messages and takes some; whether there will ever be more.
    fn next(&self, batch: &mut Vec<u8>) -> bool {
        let mut state = lock(&self.state);
        state.writing = false;
        if state.queue.is_empty() {
            self.changed.notify_all();
        }
        while state.queue.is_empty() && !state.closed {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        while let Some(message) = state.queue.front() {
            if !batch.is_empty() && batch.len() + message.len() > BATCH {
                break;
            }
            batch.extend_from_slice(message);
            state.bytes -= message.len();
            state.queue.pop_front();
        }
        state.writing = true;
        !state.closed
    }

    /// Waits until everything is written; gives up at `deadline`.
    pub(super) fn flush(&self, deadline: Instant) {
        let mut state = lock(&self.state);
        while (state.writing || !state.queue.is_empty()) && !state.closed {
            let Some(left) = deadline.checked_duration_since(Instant::now()) else {
                return;
            };
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_full_queue_takes_no_more() {
        let outbox = Outbox::default();
        assert!(outbox.push(vec![0; 20].into(), 10));
        assert!(!outbox.push(vec![0; 1].into(), 10));
        assert_eq!(outbox.bytes(), 20);
        let start = Instant::now();
        outbox.flush(start + Duration::from_millis(20));
        assert!(start.elapsed() >= Duration::from_millis(20), "nobody writes");
        outbox.close();
        assert!(!outbox.push(vec![0; 1].into(), 10));
    }

    #[test]
    fn everything_is_written_in_order() {
        let outbox = Arc::new(Outbox::default());
        let sent: Vec<u8> = (0..=255).collect();
        for byte in &sent {
            assert!(outbox.push(vec![*byte].into(), 1 << 20));
        }
        let writer = outbox.clone();
        let thread = std::thread::spawn(move || {
            let mut got = Vec::new();
            writer.write_to(&mut got).unwrap();
            got
        });
        outbox.flush(Instant::now() + Duration::from_secs(10));
        outbox.close();
        assert_eq!(thread.join().unwrap(), sent);
    }
}
