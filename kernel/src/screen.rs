//! What everyone sees of a cell: its output, in order and not in crumbs.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use bioxen::lang::FrontEnd;
use serde_json::{Value, json};

use crate::post::Post;
use crate::sync::lock;
use crate::wire::Outgoing;

/// How long printed text may wait for more of it.
const PATIENCE: Duration = Duration::from_millis(50);
/// How much may wait [bytes].
const CHUNK: usize = 64 << 10;

/// A stream of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// What is printed.
    Out,
    /// What is said about what is printed.
    Err,
}

impl Stream {
    fn name(self) -> &'static str {
        match self {
            Self::Out => "stdout",
            Self::Err => "stderr",
        }
    }
}

/// The output of the cell that is being executed.
#[derive(Debug)]
pub struct Screen {
    post: Arc<Post>,
    state: Mutex<State>,
    waiting: Condvar,
    limit: usize,
}

#[derive(Debug)]
struct State {
    parent: Vec<u8>,
    quiet: bool,
    stream: Stream,
    text: String,
    /// What the cell has printed [bytes].
    printed: usize,
}

impl Screen {
    /// A screen that takes so many bytes of text of a cell, and whose thread sends what waits.
    pub fn new(post: Arc<Post>, limit: usize) -> Arc<Self> {
        let state = State {
            parent: b"{}".to_vec(),
            quiet: false,
            stream: Stream::Out,
            text: String::new(),
            printed: 0,
        };
        let screen =
            Arc::new(Self { post, state: Mutex::new(state), waiting: Condvar::new(), limit });
        let other = screen.clone();
        thread::spawn(move || other.keep_flushing());
        screen
    }

    /// Begins a new cell; a quiet one shows nothing.
    pub fn begin(&self, parent: &[u8], quiet: bool) {
        let mut state = lock(&self.state);
        self.flush_text(&mut state);
        state.parent = parent.to_vec();
        state.quiet = quiet;
        state.printed = 0;
    }

    /// Prints.
    pub fn print(&self, stream: Stream, text: &str) {
        let mut state = lock(&self.state);
        if state.quiet || state.printed > self.limit {
            return;
        }
        if state.stream != stream {
            self.flush_text(&mut state);
            state.stream = stream;
        }
        state.printed += text.len();
        if state.printed > self.limit {
            self.flush_text(&mut state);
            state.stream = Stream::Err;
            let limit = self.limit >> 20;
            state.text = format!(
                "\nThis cell has printed more than {limit} MB; the rest is not shown \
                 ({} lets more be seen).\n",
                FrontEnd::Kernel.option("--output-limit", "MB")
            );
            return;
        }
        state.text.push_str(text);
        if state.text.len() >= CHUNK {
            self.flush_text(&mut state);
        } else if state.text.len() == text.len() {
            self.waiting.notify_one();
        }
    }

    /// Shows something, after what was printed before.
    pub fn show(&self, msg_type: &str, content: Value) {
        let mut state = lock(&self.state);
        if state.quiet {
            return;
        }
        self.flush_text(&mut state);
        self.post.publish(Outgoing::new(msg_type, &state.parent, content));
    }

    /// Sends what waits.
    pub fn flush(&self) {
        self.flush_text(&mut lock(&self.state));
    }

    fn flush_text(&self, state: &mut State) {
        if state.text.is_empty() {
            return;
        }
        let text = std::mem::take(&mut state.text);
        let content = json!({ "name": state.stream.name(), "text": text });
        self.post.publish(Outgoing::new("stream", &state.parent, content));
    }

    fn keep_flushing(&self) {
        let mut state = lock(&self.state);
        loop {
            while state.text.is_empty() {
                state = self.waiting.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            drop(state);
            thread::sleep(PATIENCE);
            state = lock(&self.state);
            self.flush_text(&mut state);
        }
    }
}
