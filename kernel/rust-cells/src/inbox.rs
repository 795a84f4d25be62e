//! What the front end asks.

use std::io::stdin;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use bioxen_rust::protocol::{Answer, Ask};

use crate::stop::Stop;

/// What reaches a cell while it runs.
#[derive(Debug)]
pub(crate) struct Control {
    /// Interrupts.
    pub(crate) stop: Arc<Stop>,
    /// Answers to wishes, with the numbers of these.
    pub(crate) answers: Receiver<(u64, Answer)>,
}

/// Begins to read. Gives cells and questions, in order, and what must not wait for them.
pub(crate) fn listen(folder: PathBuf) -> (Receiver<Ask>, Control) {
    let (sender, asked) = mpsc::channel();
    let (answer, answers) = mpsc::channel();
    let stop = Stop::new();
    let other = stop.clone();
    thread::spawn(move || {
        read(&sender, &answer, &other);
        // The front end is gone: nothing of it stays.
        other.end_all();
        let _ = std::fs::remove_dir_all(folder);
        std::process::exit(0);
    });
    (asked, Control { stop, answers })
}

fn read(asked: &Sender<Ask>, answers: &Sender<(u64, Answer)>, stop: &Stop) {
    for line in stdin().lines() {
        let Ok(line) = line else { return };
        // What is no message is nobody's.
        let Ok(ask) = serde_json::from_str(&line) else { continue };
        match ask {
            Ask::Interrupt { id } => stop.interrupt(id),
            Ask::Answer { wish, answer } => drop(answers.send((wish, answer))),
            ask => drop(asked.send(ask)),
        }
    }
}
