//! `bioxen repl`: a dialogue with the cell.

mod command;
mod helper;
mod screen;

use std::cell::RefCell;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bioxen::lang::{Answer, WorldOptions};
use bioxen::session::{Completeness, Session};
use clap::Args;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Editor};

use super::failure::Failure;
use command::Next;
use helper::Help;
use screen::Screen;

/// The most lines that history keeps.
const HISTORY: usize = 10_000;

/// Talk to a cell, line by line
///
/// Tab completes, ?name explains, Ctrl-C interrupts what is being evaluated and keeps everything,
/// Ctrl-D leaves. With a pipe as input it reads the lines and prints the results only.
#[derive(Debug, Args, Default)]
#[command(after_help = "Examples:
  bioxen
  bioxen repl --seed 42 --out results
  echo 'run(1.min)' | bioxen repl

Exit codes: 0 all went well, 1 a line of a pipe failed, 2 the call was wrong.")]
pub(crate) struct ReplArgs {
    /// Seed of all random streams; the same seed gives the same result
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Folder into which files go [default: out]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// No colours, no progress bar
    #[arg(long)]
    plain: bool,
    /// Neither read nor write the history of earlier sessions
    #[arg(long)]
    no_history: bool,
}

/// A session at a terminal or a pipe.
struct Repl {
    session: Rc<RefCell<Session>>,
    screen: Rc<RefCell<Screen>>,
    evaluating: Arc<AtomicBool>,
    lines: usize,
    failed: bool,
}

/// Does what the arguments say.
pub(crate) fn run(args: &ReplArgs) -> Result<(), Failure> {
    let terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    let colour =
        terminal && !args.plain && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let out_dir = args.out.clone().unwrap_or_else(|| PathBuf::from("out"));
    if out_dir.exists() && !out_dir.is_dir() {
        let message = format!("`{}` is not a folder; give one with --out", out_dir.display());
        return Err(Failure::Usage { message });
    }
    let screen = Rc::new(RefCell::new(Screen::new(terminal && !args.plain, colour)));
    let options = WorldOptions { out_dir, seed: args.seed, ..WorldOptions::default() };
    let sink = screen.clone();
    let mut session = Session::new(options, Box::new(move |o| sink.borrow_mut().take(o)))?;
    let stop = session.stop_token();
    if terminal {
        session.set_input(Some(Box::new(move |prompt| ask(prompt, &stop))));
    }
    let evaluating = Arc::new(AtomicBool::new(false));
    let (stop, busy) = (session.stop_token(), evaluating.clone());
    // Without a handler Ctrl-C still ends the program, only less cleanly.
    let _ = ctrlc::set_handler(move || {
        if busy.load(Ordering::Relaxed) {
            stop.stop();
        } else {
            std::process::exit(130);
        }
    });
    let session = Rc::new(RefCell::new(session));
    let mut repl = Repl { session, screen, evaluating, lines: 0, failed: false };
    if terminal { repl.talk(args, colour) } else { repl.pipe() }
}

/// Reads a line while a script waits for it.
fn ask(prompt: &str, stop: &bioxen::engine::StopToken) -> Answer {
    let mut out = io::stdout();
    let mut line = String::new();
    let read = write!(out, "{prompt}").and_then(|()| out.flush());
    match read.and_then(|()| io::stdin().read_line(&mut line)) {
        _ if stop.is_stopped() => Answer::Interrupted,
        Ok(0) | Err(_) => Answer::End,
        Ok(_) => Answer::Line(line.trim_end_matches(['\n', '\r']).to_owned()),
    }
}

impl Repl {
    /// At a terminal.
    fn talk(&mut self, args: &ReplArgs, colour: bool) -> Result<(), Failure> {
        let config = Config::builder()
            .max_history_size(HISTORY)
            .map_err(readline)?
            .completion_type(CompletionType::List)
            .auto_add_history(true)
            .build();
        let mut editor: Editor<Help, FileHistory> =
            Editor::with_config(config).map_err(readline)?;
        editor.set_helper(Some(Help { session: self.session.clone(), colour }));
        let history = if args.no_history { None } else { history_file() };
        if let Some(file) = &history {
            // The first session has no history yet.
            let _ = editor.load_history(file);
        }
        self.screen.borrow_mut().line(&format!(
            "BioXen {}. Tab completes, ?name explains, :help tells more, Ctrl-D leaves.",
            env!("CARGO_PKG_VERSION")
        ))?;
        loop {
            let prompt = self.prompt();
            match editor.readline(&prompt) {
                Ok(text) => {
                    if let Next::Leave = self.take(&text)? {
                        break;
                    }
                }
                // What was being typed is given up, as in a shell.
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => break,
                Err(error) => return Err(readline(error)),
            }
        }
        if let Some(file) = &history {
            let folder = file.parent().map_or(Ok(()), std::fs::create_dir_all);
            if folder.is_err() || editor.save_history(file).is_err() {
                let note = format!("the history could not be kept in {}", file.display());
                self.screen.borrow_mut().error(&note)?;
            }
        }
        Ok(())
    }

    /// From a pipe: statement by statement, results only.
    fn pipe(&mut self) -> Result<(), Failure> {
        let mut text = String::new();
        for line in io::stdin().lock().lines() {
            text.push_str(&line?);
            text.push('\n');
            let complete = text.starts_with([':', '?'])
                || !matches!(
                    self.session.borrow().is_complete(&text),
                    Completeness::Incomplete { .. }
                );
            if complete && let Next::Leave = self.take(&std::mem::take(&mut text))? {
                break;
            }
        }
        self.take(&text)?;
        if self.failed { Err(Failure::Reported) } else { Ok(()) }
    }

    /// `demo 10 min> `: the current VM and cell time.
    fn prompt(&self) -> String {
        let session = self.session.borrow();
        let vm = session.current_vm().unwrap_or_else(|| "bioxen".to_owned());
        let (minutes, _) = session.time_and_seed();
        // To the hundredth of a minute: an interrupt may come at any moment.
        let minutes = (100.0 * minutes).round() / 100.0;
        if minutes == 0.0 { format!("{vm}> ") } else { format!("{vm} {minutes} min> ") }
    }

    /// Does what was typed.
    fn take(&mut self, text: &str) -> Result<Next, Failure> {
        let typed = text.trim();
        if typed.is_empty() {
            return Ok(Next::GoOn);
        }
        if let Some(next) = self.command(typed)? {
            return Ok(next);
        }
        self.evaluate(text)?;
        Ok(Next::GoOn)
    }

    /// Evaluates and shows.
    fn evaluate(&mut self, text: &str) -> Result<(), Failure> {
        self.lines += 1;
        let name = format!("line {}", self.lines);
        self.evaluating.store(true, Ordering::Relaxed);
        let outcome = self.session.borrow_mut().eval(text, &name);
        self.evaluating.store(false, Ordering::Relaxed);
        let mut screen = self.screen.borrow_mut();
        screen.settle()?;
        match outcome {
            Ok(None) => {}
            Ok(Some(value)) => {
                screen.line(&value)?;
                if let Some(figure) = self.session.borrow().last_figure() {
                    screen.figure(&figure)?;
                }
            }
            Err(diagnostic) => {
                self.failed = true;
                screen.error(&diagnostic.to_string())?;
            }
        }
        Ok(())
    }
}

fn readline(error: ReadlineError) -> Failure {
    Failure::Usage { message: format!("the terminal cannot be used: {error}") }
}

/// Where the history of a user is kept: the folder for data of the platform.
fn history_file() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let data = folder("XDG_DATA_HOME")
        .or_else(|| folder("APPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".local/share")))?;
    Some(data.join("bioxen").join("history.txt"))
}
