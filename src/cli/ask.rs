//! Asking the user for a line.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use bioxen::engine::Interrupt;
use bioxen::lang::Answer;
use rustyline::config::Behavior;
use rustyline::error::ReadlineError;
use rustyline::{Config, DefaultEditor};

use super::lines::{self, Line};
#[cfg(unix)]
use super::terminal::Modes;
use super::terminal::is_dumb;

/// The longest answer [bytes].
const LONGEST: usize = 16 << 20;
/// Time between two looks whether the question is given up.
const LOOK: Duration = Duration::from_millis(50);

/// What a line editor gave, and the editor.
type Read = (DefaultEditor, Result<String, ReadlineError>);

/// Somebody who can be asked: at the terminal itself, whatever standard output is, or else by the
/// lines of standard input.
pub(crate) struct Keyboard {
    editor: Option<DefaultEditor>,
    /// An editor that still reads, though its question was given up: its line answers the next one.
    reading: Option<Receiver<Read>>,
    /// Whether prompts are shown.
    prompting: bool,
    /// The modes of the terminal before an editor changes them.
    #[cfg(unix)]
    modes: Option<Modes>,
    interrupt: Interrupt,
}

impl Keyboard {
    /// Questions end, too, when `interrupt` says so.
    pub(crate) fn new(interrupt: Interrupt) -> Self {
        Self {
            editor: None,
            reading: None,
            prompting: io::stdin().is_terminal(),
            #[cfg(unix)]
            modes: Modes::now(),
            interrupt,
        }
    }

    /// The answer to a question.
    pub(crate) fn ask(&mut self, prompt: &str) -> Answer {
        if let Some(reading) = self.reading.take() {
            show(prompt);
            return self.edited(reading);
        }
        if self.prompting && !is_dumb() && self.editor.is_none() {
            let config = Config::builder().behavior(Behavior::PreferTerm).build();
            self.editor = DefaultEditor::with_config(config).ok();
        }
        if let Some(mut editor) = self.editor.take() {
            // Nothing wakes an editor but its keys, so it reads on a thread of its own.
            let (sender, reading) = channel();
            let prompt = prompt.to_owned();
            thread::spawn(move || {
                let line = editor.readline(&prompt);
                // Nobody waits any more when the program ends.
                let _ = sender.send((editor, line));
            });
            return self.edited(reading);
        }
        if self.prompting {
            show(prompt);
        }
        match lines::next(LONGEST, Some(&self.interrupt.token())) {
            Ok(Line::Whole(line)) => {
                let line = String::from_utf8_lossy(&line);
                Answer::Line(line.trim_end_matches(['\n', '\r']).to_owned())
            }
            Ok(Line::Stopped) => Answer::Interrupted,
            // A terminal that is gone says so by a signal, too.
            _ if self.interrupt.is_stopped() => Answer::Interrupted,
            _ => Answer::End,
        }
    }

    /// Waits for an editor as long as nobody interrupts.
    fn edited(&mut self, reading: Receiver<Read>) -> Answer {
        loop {
            match reading.recv_timeout(LOOK) {
                Ok((editor, line)) => {
                    self.editor = Some(editor);
                    return match line {
                        Ok(line) => Answer::Line(line),
                        Err(ReadlineError::Interrupted) => Answer::Interrupted,
                        Err(_) if self.interrupt.is_stopped() => Answer::Interrupted,
                        Err(_) => Answer::End,
                    };
                }
                Err(RecvTimeoutError::Disconnected) => return Answer::End,
                Err(RecvTimeoutError::Timeout) if self.interrupt.is_stopped() => {
                    // The editor has its own modes, which nobody else would take back.
                    #[cfg(unix)]
                    if let Some(modes) = &self.modes {
                        modes.restore();
                    }
                    self.reading = Some(reading);
                    // What comes next begins a line of its own.
                    show("\n");
                    return Answer::Interrupted;
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

/// Shows a prompt. One that nobody can read is no reason to fail.
fn show(text: &str) {
    let mut err = io::stderr();
    let _ = write!(err, "{text}").and_then(|()| err.flush());
}
