//! The dialogue at a terminal.

use std::path::Path;

use bioxen::durable;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{ColorMode, CompletionType, Config, Editor, ExternalPrinter};

use super::super::failure::Failure;
use super::super::output::name;
use super::command::Next;
use super::files::history_file;
use super::helper::Help;
use super::{Phase, Repl, ReplArgs};

/// The most lines that history keeps.
const HISTORY: usize = 10_000;
/// The longest part of a prompt that is the id of a VM [characters].
const ID: usize = 16;

/// How a dialogue is held.
pub(super) struct Talk {
    help: Help,
    /// Whether the history of earlier ones is read and kept.
    history: bool,
    /// Whether the user's startup file is evaluated.
    startup: bool,
    /// Whether there is a line of welcome.
    greets: bool,
}

impl Talk {
    /// With a session that others have, too: it has begun and greeted already.
    pub(super) fn shared(help: Help, history: bool) -> Self {
        Self { help, history, startup: false, greets: false }
    }
}

impl Repl {
    /// With the session of this process, until the user leaves.
    pub(super) fn talk(&mut self, args: &ReplArgs) -> Result<(), Failure> {
        let style = self.screen.borrow().terminal.style;
        let help =
            Help { session: self.session.clone(), style, asked: None, apart: self.apart.clone() };
        let (history, startup) = (!args.dialogue.no_history, !args.no_startup);
        self.converse(Talk { help, history, startup, greets: true })
    }

    /// Until the user leaves.
    pub(super) fn converse(&mut self, talk: Talk) -> Result<(), Failure> {
        let style = self.screen.borrow().terminal.style;
        let colour = if style.colour { ColorMode::Enabled } else { ColorMode::Disabled };
        let config = Config::builder()
            .max_history_size(HISTORY)
            .map_err(unusable)?
            .completion_type(CompletionType::List)
            .color_mode(colour)
            .build();
        let mut editor: Editor<Help, FileHistory> =
            Editor::with_config(config).map_err(unusable)?;
        editor.set_helper(Some(talk.help));
        if let Some(shared) = self.partner.shared()
            && let Ok(mut printer) = editor.create_external_printer()
        {
            // A line that cannot be printed is no reason to fail.
            shared.hear(Box::new(move |text| drop(printer.print(text))));
        }
        let history = talk.history.then(history_file).flatten();
        // The first session has no history yet.
        let known = history.as_ref().is_some_and(|file| {
            // Of a pipe nobody knows when it ends.
            durable::open(file).is_ok() && editor.load_history(file).is_ok()
        });
        self.typed = editor.history().iter().cloned().collect();
        if talk.greets {
            self.greet(known || !talk.history)?;
        }
        if talk.startup {
            self.startup()?;
        }
        loop {
            let prompt = self.prompt();
            self.phase.set(Phase::Reading);
            let line = match self.partner.typed_ahead() {
                Some(text) => {
                    self.screen.borrow_mut().line(&format!("{prompt}{text}"))?;
                    Ok(text)
                }
                None => editor.readline(&prompt),
            };
            self.phase.set(Phase::Between);
            match line {
                Ok(text) => {
                    if is_farewell(&text) {
                        if self.step_back()? == Next::Leave {
                            return Ok(());
                        }
                        continue;
                    }
                    if !text.trim().is_empty() {
                        editor.add_history_entry(text.as_str()).map_err(unusable)?;
                        self.typed.push(text.clone());
                    }
                    // At once, so that nothing is lost however the session ends.
                    if let Some(file) = &history {
                        self.keep(&mut editor, file)?;
                    }
                    if self.take(&text)? == Next::Leave {
                        return self.left();
                    }
                }
                // What was being typed is given up, as in a shell.
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => {
                    if self.step_back()? == Next::Leave {
                        return Ok(());
                    }
                }
                Err(error) => return Err(unusable(error)),
            }
        }
    }

    /// A line of welcome, and one more for whom it is the first time.
    pub(super) fn greet(&mut self, known: bool) -> Result<(), Failure> {
        let mut screen = self.screen.borrow_mut();
        let (style, narrow) = (screen.terminal.style, screen.terminal.columns() < 80);
        let head = style.bold(&format!("BioXen {}", env!("CARGO_PKG_VERSION")));
        let keys = if narrow {
            "?name explains, :help tells more."
        } else {
            "Tab completes, ?name explains, :help tells more, Ctrl-D leaves."
        };
        screen.line(&format!("{head}. {keys}"))?;
        if !known {
            let first = if narrow {
                "New here? Type :new"
            } else {
                "New here? Try :new, or quick_start_vm(\"ecoli\") and then run(10.min)"
            };
            screen.line(&style.dim(first))?;
        }
        Ok(())
    }

    fn keep(&mut self, editor: &mut Editor<Help, FileHistory>, file: &Path) -> Result<(), Failure> {
        let folder = file.parent().map_or(Ok(()), std::fs::create_dir_all);
        // What was typed is nobody else's business.
        let kept = folder
            .and_then(|()| durable::keep_private(file))
            .is_ok_and(|()| editor.append_history(file).is_ok());
        if !kept && !self.unkept {
            // Once is enough.
            self.unkept = true;
            let note = format!("the history cannot be kept in {}", name(file));
            self.screen.borrow_mut().error(&note)?;
        }
        Ok(())
    }

    /// `demo 10 min> `: the current VM and cell time.
    pub(super) fn prompt(&self) -> String {
        let moment = self.partner.moment();
        let mut vm = moment.vm.unwrap_or_else(|| "bioxen".to_owned());
        if vm.chars().count() > ID {
            vm = vm.chars().take(ID - 1).chain(['…']).collect();
        }
        if self.is_apart() {
            vm.insert_str(0, "scratch: ");
        }
        let minutes = moment.minutes;
        // To the hundredth of a minute: an interrupt may come at any moment.
        let minutes = (100.0 * minutes).round() / 100.0;
        if minutes == 0.0 { format!("{vm}> ") } else { format!("{vm} {minutes} min> ") }
    }
}

/// What one types to leave other dialogues.
fn is_farewell(text: &str) -> bool {
    matches!(text.trim(), "exit" | "quit" | "exit()" | "quit()")
}

fn unusable(error: ReadlineError) -> Failure {
    Failure::Usage { message: format!("the terminal cannot be used: {error}") }
}
