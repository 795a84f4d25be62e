//! What a board shows.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bioxen::client::{Client, ClientError, News, Told};
use serde_json::{Value, json};

use super::super::super::repl::foreign_line;

/// Samples and lines that are kept.
const SAMPLES: usize = 600;
const LINES: usize = 60;
/// Between two questions who is there.
const ASK: Duration = Duration::from_secs(1);

/// What is shown now.
#[derive(Default)]
struct Shown {
    /// Grows with each change.
    number: u64,
    people: Value,
    vms: Value,
    samples: VecDeque<Value>,
    lines: VecDeque<String>,
    ended: bool,
}

/// What a board shows, for all who look at it.
pub(super) struct Board {
    name: String,
    shown: Mutex<Shown>,
    changed: Condvar,
}

impl Board {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), shown: Mutex::default(), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, f: impl FnOnce(&mut Shown)) {
        let mut shown = self.lock();
        f(&mut shown);
        shown.number += 1;
        self.changed.notify_all();
    }

    /// What is shown, and the number of this state, as soon as it is another than `known`; nothing if it is
    /// the same for some time.
    pub(super) fn after(&self, known: u64, wait: Duration) -> Option<(u64, Value)> {
        let shown = self.lock();
        let same = |shown: &mut Shown| shown.number == known;
        let (shown, _) = self
            .changed
            .wait_timeout_while(shown, wait, same)
            .unwrap_or_else(PoisonError::into_inner);
        if shown.number == known {
            return None;
        }
        let value = json!({
            "name": self.name, "people": shown.people, "vms": shown.vms, "samples": shown.samples,
            "lines": shown.lines, "ended": shown.ended,
        });
        Some((shown.number, value))
    }

    /// Takes a line of the log.
    fn line(&self, text: &str) {
        self.change(|shown| {
            shown.lines.extend(text.lines().map(str::to_owned));
            let over = shown.lines.len().saturating_sub(LINES);
            shown.lines.drain(..over);
        });
    }

    fn take(&self, one: &Told) {
        match &one.news {
            News::Comm { data, .. } if data["kind"] == "sample" => self.change(|shown| {
                shown.samples.push_back(data.clone());
                if shown.samples.len() > SAMPLES {
                    shown.samples.pop_front();
                }
            }),
            News::Comm { data, .. } if data["kind"] == "status" => {
                self.change(|shown| shown.vms = data["vms"].clone());
            }
            _ => {
                if let Some(text) = foreign_line(one, "") {
                    self.line(&text);
                }
            }
        }
    }
}

/// Follows a session until it ends.
pub(super) fn follow(
    board: &Board,
    client: &Client,
    told: &Receiver<Told>,
) -> Result<(), ClientError> {
    client.watch()?;
    let mut asked: Option<Instant> = None;
    loop {
        if asked.is_none_or(|at| at.elapsed() >= ASK) {
            let answer = client.people().and_then(|people| Ok((people, client.vms()?)));
            match answer {
                Ok((people, vms)) => board.change(|shown| {
                    shown.people = people;
                    shown.vms = vms["vms"].clone();
                }),
                Err(ClientError::Gone { .. }) => break,
                Err(error) => return Err(error),
            }
            asked = Some(Instant::now());
        }
        match told.recv_timeout(ASK) {
            Ok(one) if one.news == News::End => break,
            Ok(one) => board.take(&one),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    board.change(|shown| shown.ended = true);
    // Whoever looks is told.
    std::thread::sleep(ASK);
    Ok(())
}
