//! Asking the user for a line.

use std::io::{self, BufRead, IsTerminal, Write};

use bioxen::engine::StopToken;
use bioxen::lang::Answer;
use rustyline::config::Behavior;
use rustyline::error::ReadlineError;
use rustyline::{Config, DefaultEditor};

use super::terminal::is_dumb;

/// Somebody who can be asked: at the terminal itself, whatever standard output is, or else by the
/// lines of standard input.
pub(crate) struct Keyboard {
    /// Made when the first question comes.
    editor: Option<DefaultEditor>,
    /// Whether prompts are shown.
    prompting: bool,
    stop: StopToken,
}

impl Keyboard {
    /// Questions end, too, when `stop` is set.
    pub(crate) fn new(stop: StopToken) -> Self {
        Self { editor: None, prompting: io::stdin().is_terminal(), stop }
    }

    /// The answer to a question.
    pub(crate) fn ask(&mut self, prompt: &str) -> Answer {
        if self.prompting && !is_dumb() && self.editor.is_none() {
            let config = Config::builder().behavior(Behavior::PreferTerm).build();
            self.editor = DefaultEditor::with_config(config).ok();
        }
        if let Some(editor) = &mut self.editor {
            return match editor.readline(prompt) {
                Ok(line) => Answer::Line(line),
                Err(ReadlineError::Interrupted) => Answer::Interrupted,
                Err(_) => Answer::End,
            };
        }
        if self.prompting {
            let mut err = io::stderr();
            // A prompt that nobody can read is no reason to fail.
            let _ = write!(err, "{prompt}").and_then(|()| err.flush());
        }
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line) {
            _ if self.stop.is_stopped() => Answer::Interrupted,
            Ok(0) | Err(_) => Answer::End,
            Ok(_) => Answer::Line(line.trim_end_matches(['\n', '\r']).to_owned()),
        }
    }
}
