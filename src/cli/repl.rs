//! `bioxen repl`: a dialogue with the cell.

mod command;
mod echo;
pub(crate) mod files;
mod helper;
mod highlight;
pub(crate) mod markdown;
mod menu;
mod phase;
mod pipe;
mod screen;
mod talk;

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use bioxen::lang::{Answer, FrontEnd, WorldOptions};
use bioxen::permissions::Permissions;
use bioxen::session::{Session, Value};
use clap::Args;

use super::ask::Keyboard;
use super::failure::Failure;
use super::output::name;
use super::terminal::{Pictures, Terminal, is_dumb};
use command::Next;
use files::Entry;
use phase::{Phase, Phases};
use screen::Screen;

/// Start an interactive session with a cell
///
/// Tab completes, ?name explains, Ctrl-R searches the history, Ctrl-C interrupts the evaluation and
/// keeps everything, Ctrl-D leaves, :help lists the commands. If the input is a pipe, only results
/// are printed.
///
/// At a terminal the file bioxen/startup.rhai in your settings folder (~/.config) is evaluated
/// first. NO_COLOR switches colours off.
#[derive(Debug, Args, Default)]
#[command(after_help = "Examples:
  bioxen
  bioxen repl --seed 42 --out results
  bioxen repl --plain --no-history --no-startup
  echo 'run(1.min)' | bioxen repl

Exit codes: 0 all went well, 1 a line of a pipe failed, 2 the call was wrong, 130 interrupted; n after
exit(n).")]
pub(crate) struct ReplArgs {
    /// Seed of all random streams; the same seed gives the same result
    #[arg(long, default_value_t = 0, value_parser = bioxen::options::seed)]
    seed: u64,
    /// Folder for files [default: out]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Show no colours, progress bars or pictures
    #[arg(long)]
    plain: bool,
    /// How to show figures [default: the best form that the terminal supports]
    #[arg(long, value_enum, value_name = "HOW")]
    pictures: Option<Pictures>,
    /// Neither read nor write the history of earlier sessions
    #[arg(long)]
    no_history: bool,
    /// Do not evaluate the startup file
    #[arg(long)]
    no_startup: bool,
    #[command(flatten)]
    permissions: Permissions,
}

/// A session at a terminal or a pipe.
struct Repl {
    session: Rc<RefCell<Session>>,
    screen: Rc<RefCell<Screen>>,
    phase: Phases,
    /// What was evaluated since the beginning.
    transcript: Vec<Entry>,
    /// What was typed, in earlier sessions, too.
    typed: Vec<String>,
    lines: usize,
    /// Whether anything has failed.
    failed: bool,
    /// Whether the last evaluation was interrupted.
    interrupted: bool,
    /// Whether it was said that the history cannot be kept.
    unkept: bool,
    /// Who can be asked, if anybody.
    keyboard: Option<Rc<RefCell<Keyboard>>>,
}

/// Does what the arguments say.
pub(crate) fn run(args: &ReplArgs) -> Result<(), Failure> {
    let terminal = Terminal::find(args.plain, args.pictures);
    let (dialogue, dumb) = (terminal.interactive, is_dumb());
    let out_dir = args.out.clone().unwrap_or_else(|| PathBuf::from("out"));
    if out_dir.exists() && !out_dir.is_dir() {
        let message = format!("`{}` is not a folder; give one with --out", name(&out_dir));
        return Err(Failure::Usage { message });
    }
    let screen = Rc::new(RefCell::new(Screen::new(terminal)));
    let options = WorldOptions {
        out_dir,
        allowed: args.permissions.allowed(FrontEnd::Command),
        seed: args.seed,
        limits: args.permissions.limits(),
        places: Some(args.permissions.places()),
        ..WorldOptions::default()
    };
    let sink = screen.clone();
    let mut session = Session::new(options, Box::new(move |o| sink.borrow_mut().take(o)))?;
    let interrupt = session.interrupt();
    let phase = Phases::new();
    phase.listen(interrupt.clone(), dialogue);
    let keyboard = dialogue.then(|| Rc::new(RefCell::new(Keyboard::new(interrupt))));
    if let Some(keyboard) = keyboard.clone() {
        session.set_input(Some(Box::new(move |prompt| keyboard.borrow_mut().ask(prompt))));
    }
    let session = Rc::new(RefCell::new(session));
    let mut repl = Repl {
        session,
        screen,
        phase,
        transcript: Vec::new(),
        typed: Vec::new(),
        lines: 0,
        failed: false,
        interrupted: false,
        unkept: false,
        keyboard,
    };
    if !dialogue {
        repl.pipe(false)
    } else if dumb {
        repl.greet(true)?;
        if !args.no_startup {
            repl.startup()?;
        }
        repl.pipe(true)
    } else {
        repl.talk(args)
    }
}

impl Repl {
    /// Does what was typed.
    fn take(&mut self, text: &str) -> Result<Next, Failure> {
        self.interrupted = false;
        let typed = text.trim();
        if typed.is_empty() {
            return Ok(Next::GoOn);
        }
        if let Some(next) = self.command(typed)? {
            return Ok(next);
        }
        self.evaluate(text)?;
        let session = self.session.borrow();
        // In a dialogue only who says so leaves it; a function or an event loses nobody his variables.
        let leaves = self.keyboard.is_none() || typed.starts_with("exit");
        Ok(if session.exited() && leaves { Next::Leave } else { Next::GoOn })
    }

    /// How a session ends that was left.
    fn left(&self) -> Result<(), Failure> {
        match self.session.borrow().exit_code() {
            None | Some(0) => Ok(()),
            Some(code) => Err(Failure::Exit(code)),
        }
    }

    /// Evaluates and shows.
    fn evaluate(&mut self, text: &str) -> Result<(), Failure> {
        let Some(value) = self.value_of(text)?.flatten() else { return Ok(()) };
        // What a text is left with is no result.
        if self.session.borrow().exited() {
            return Ok(());
        }
        // A semicolon at the end keeps a value to itself, though not a figure.
        let figure = matches!(self.session.borrow().last_value(), Value::Figure(_));
        if figure || !files::is_ended(text) {
            self.screen.borrow_mut().value(&self.session.borrow(), &value)?;
        }
        Ok(())
    }

    /// Evaluates what somebody else has written, and shows no value.
    fn evaluate_as(&mut self, text: &str, name: &str) -> Result<(), Failure> {
        self.value_named(text, name)?;
        Ok(())
    }

    /// The value of a text, which may be none; nothing if it failed, which is told.
    fn value_of(&mut self, text: &str) -> Result<Option<Option<String>>, Failure> {
        self.lines += 1;
        let name = format!("line {}", self.lines);
        self.value_named(text, &name)
    }

    fn value_named(&mut self, text: &str, name: &str) -> Result<Option<Option<String>>, Failure> {
        self.phase.set(Phase::Busy);
        let outcome = self.session.borrow_mut().eval(text, name);
        self.phase.set(Phase::Between);
        let mut screen = self.screen.borrow_mut();
        screen.settle()?;
        let failed =
            outcome.as_ref().err().map(|d| d.message.lines().collect::<Vec<_>>().join(" "));
        self.transcript.push(Entry { text: text.to_owned(), failed });
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(diagnostic) => {
                self.failed = true;
                self.interrupted = diagnostic.interrupted;
                screen.diagnostic(&diagnostic)?;
                if let Some(figure) = self.session.borrow_mut().interrupted_figure() {
                    screen.recorded(figure)?;
                }
                if self.phase.is_ending() {
                    return Err(Failure::Interrupted { note: "asked to end".to_owned() });
                }
                Ok(None)
            }
        }
    }

    /// Asks the user, who may interrupt; nothing if nobody can be asked.
    fn ask(&self, prompt: &str) -> Option<Answer> {
        let keyboard = self.keyboard.as_ref()?;
        self.session.borrow().interrupt().begin();
        self.phase.set(Phase::Busy);
        let answer = keyboard.borrow_mut().ask(prompt);
        self.phase.set(Phase::Between);
        Some(answer)
    }
}
