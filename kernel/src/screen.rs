//! The output of a cell for all clients, in order and in blocks of a useful size.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use bioxen::lang::FrontEnd;

use crate::messages::{DisplayData, Forms, StreamText, Told};
use crate::post::Post;
use crate::sync::lock;
use crate::text::beginning;
use crate::together::Together;
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
    together: Arc<Together>,
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
    /// What the cell has printed and shown [bytes].
    printed: usize,
}

impl Screen {
    /// A screen that takes so many bytes of text of a cell, and whose thread sends what waits.
    pub fn new(post: Arc<Post>, together: Arc<Together>, limit: usize) -> Arc<Self> {
        let state = State {
            parent: b"{}".to_vec(),
            quiet: false,
            stream: Stream::Out,
            text: String::new(),
            printed: 0,
        };
        let (state, waiting) = (Mutex::new(state), Condvar::new());
        let screen = Arc::new(Self { post, together, state, waiting, limit });
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
        let left = self.limit - state.printed;
        state.printed += text.len();
        if text.len() > left {
            state.text.push_str(beginning(text, left));
            self.say_full(&mut state);
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
    pub fn show(&self, content: &impl Told) {
        let mut state = lock(&self.state);
        if state.quiet {
            return;
        }
        self.flush_text(&mut state);
        self.publish(&state, content);
    }

    /// Shows a value as [`Self::show`] does, and counts it among what the cell has printed. Of one that
    /// does not fit, the first part of its text is shown, unless it is a picture.
    pub fn show_counted(&self, mut content: impl DisplayData) {
        let mut state = lock(&self.state);
        if state.quiet || state.printed > self.limit {
            return;
        }
        self.flush_text(&mut state);
        let data = &mut content.shown().data;
        let size = data.size();
        let left = self.limit - state.printed;
        state.printed += size;
        let mut fits = size <= left;
        if !fits {
            let picture = data.png.is_some() || data.svg.is_some();
            let text = data.plain.take().unwrap_or_default();
            // The remark says that there is more.
            let text = beginning(&text, left).to_owned();
            fits = !picture && !text.is_empty();
            *data = Forms { plain: Some(text), ..Forms::default() };
        }
        if fits {
            self.publish(&state, &content);
        }
        if state.printed > self.limit {
            self.say_full(&mut state);
        }
    }

    /// Says that the cell may show no more.
    fn say_full(&self, state: &mut State) {
        self.flush_text(state);
        state.stream = Stream::Err;
        let limit = self.limit >> 20;
        state.text = format!(
            "\nThis cell has shown more than {limit} MB; the rest is left out \
             ({} lets more be seen).\n",
            FrontEnd::Kernel.option("--output-limit", "MB")
        );
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
        let content = StreamText { name: state.stream.name().to_owned(), text };
        self.publish(state, &content);
    }

    fn publish(&self, state: &State, content: &impl Told) {
        self.together.shown(content.remains());
        self.post.publish(Outgoing::told(&state.parent, content));
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
