//! `bioxen repl`: a dialogue with the cell.

mod attached;
mod command;
mod echo;
pub(crate) mod files;
mod helper;
mod highlight;
pub(crate) mod markdown;
mod menu;
mod partner;
mod phase;
mod pipe;
mod rust;
mod scratch;
mod screen;
mod shared;
mod talk;

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use bioxen::client::ClientError;
use bioxen::lang::{Answer, FrontEnd, WorldOptions};
use bioxen::permissions::{Closing, Permissions};
use bioxen::session::Session;
use clap::Args;

use super::ask::Keyboard;
use super::failure::Failure;
use super::output::name;
use super::terminal::{Pictures, Terminal, is_dumb};
pub(crate) use attached::attach;
use command::Next;
use files::Entry;
use partner::{Came, Local, Partner};
use phase::{Phase, Phases};
use rust::Rust;
use scratch::Around;
use screen::Screen;
pub(crate) use shared::{came_back, foreign_line, log_lines, when};

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
    #[command(flatten)]
    dialogue: DialogueArgs,
    /// Do not evaluate the startup file
    #[arg(long)]
    no_startup: bool,
    /// Run no texts in Rust, which may do all that you may
    #[arg(long, help_heading = "What the script may do")]
    no_rust: bool,
    #[command(flatten)]
    permissions: Permissions,
}

/// What every dialogue shows and remembers.
#[derive(Debug, Default, Args)]
pub(crate) struct DialogueArgs {
    /// Show no colours, progress bars or pictures
    #[arg(long)]
    plain: bool,
    /// How to show figures [default: the best form that the terminal supports]
    #[arg(long, value_enum, value_name = "HOW")]
    pictures: Option<Pictures>,
    /// Neither read nor write the history of earlier sessions
    #[arg(long)]
    no_history: bool,
}

impl DialogueArgs {
    fn terminal(&self) -> Terminal {
        Terminal::find(self.plain, self.pictures)
    }
}

/// A dialogue at a terminal or a pipe.
struct Repl {
    /// Whom it is with.
    partner: Box<dyn Partner>,
    /// The language, as the dialogue knows it: the session of this process.
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
    /// The shared session, while its user works in a copy.
    around: Option<Around>,
    /// Whether its user does; the editor looks, too.
    apart: Rc<Cell<bool>>,
    /// The texts in Rust.
    rust: Rust,
}

/// Does what the arguments say.
pub(crate) fn run(args: &ReplArgs) -> Result<(), Failure> {
    let terminal = args.dialogue.terminal();
    let (dialogue, dumb) = (terminal.interactive, is_dumb());
    let out_dir = args.out.clone().unwrap_or_else(|| PathBuf::from("out"));
    if out_dir.exists() && !out_dir.is_dir() {
        let message = format!("`{}` is not a folder; give one with --out", name(&out_dir));
        return Err(Failure::Usage { message });
    }
    let screen = Rc::new(RefCell::new(Screen::new(terminal)));
    let places = args.permissions.places();
    let _closing = Closing::of(&places);
    let options = WorldOptions {
        out_dir,
        allowed: args.permissions.allowed(FrontEnd::Command),
        seed: args.seed,
        limits: args.permissions.limits(),
        places: Some(Arc::clone(&places)),
        plugins: args.permissions.plugins(),
        load: args.permissions.load(),
        ..WorldOptions::default()
    };
    let sink = screen.clone();
    let mut session = Session::new(options, Box::new(move |o| sink.borrow_mut().take(o)))?;
    let interrupt = session.interrupt();
    let phase = Phases::new();
    let evaluation = interrupt.clone();
    let stop = move |_| {
        evaluation.stop();
        true
    };
    phase.listen(stop, dialogue, Some(places));
    let keyboard = dialogue.then(|| Rc::new(RefCell::new(Keyboard::new(interrupt))));
    if let Some(keyboard) = keyboard.clone() {
        session.set_input(Some(Box::new(move |prompt| keyboard.borrow_mut().ask(prompt))));
    }
    let session = Rc::new(RefCell::new(session));
    let partner = Local { session: session.clone(), screen: screen.clone() };
    let mut repl = Repl::new(Box::new(partner), session, screen, phase, keyboard);
    repl.rust.forbidden = args.no_rust;
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
    fn new(
        partner: Box<dyn Partner>,
        session: Rc<RefCell<Session>>,
        screen: Rc<RefCell<Screen>>,
        phase: Phases,
        keyboard: Option<Rc<RefCell<Keyboard>>>,
    ) -> Self {
        Self {
            partner,
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
            around: None,
            apart: Rc::default(),
            rust: Rust::default(),
        }
    }

    /// Does what was typed.
    fn take(&mut self, text: &str) -> Result<Next, Failure> {
        self.interrupted = false;
        let typed = text.trim();
        if typed.is_empty() {
            return Ok(Next::GoOn);
        }
        match self.command(typed) {
            Ok(Some(next)) => return Ok(next),
            Ok(None) => {}
            // Whoever works in a copy goes on in it.
            Err(Failure::Client(error)) if self.is_apart() => {
                self.wrong(&error.to_string())?;
                return Ok(Next::GoOn);
            }
            // A shared session says so, and goes on.
            Err(Failure::Client(ClientError::Refused { message, .. })) => {
                self.wrong(&message)?;
                return Ok(Next::GoOn);
            }
            Err(failure) => return Err(failure),
        }
        let came = self.evaluate(text)?;
        // In a dialogue only who says so leaves it; a function or an event loses nobody his variables.
        let leaves = self.keyboard.is_none() || typed.starts_with("exit");
        if came.exited && leaves { self.step_back() } else { Ok(Next::GoOn) }
    }

    /// How a session ends that was left.
    fn left(&self) -> Result<(), Failure> {
        match self.partner.exit_code() {
            None | Some(0) => Ok(()),
            Some(code) => Err(Failure::Exit(code)),
        }
    }

    /// Does something that Ctrl-C may end.
    fn busy<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        self.phase.set(Phase::Busy);
        let done = f(self);
        self.phase.set(Phase::Between);
        done
    }

    /// Evaluates and shows.
    fn evaluate(&mut self, text: &str) -> Result<Came, Failure> {
        let name = self.next_name();
        self.evaluate_named(text, &name, true)
    }

    /// What errors call the next text.
    fn next_name(&mut self) -> String {
        self.lines += 1;
        format!("line {}", self.lines)
    }

    fn evaluate_named(&mut self, text: &str, name: &str, shows: bool) -> Result<Came, Failure> {
        self.phase.set(Phase::Busy);
        let came = self.partner.evaluate(text, name, shows);
        self.phase.set(Phase::Between);
        let came = came?;
        let failed = came.failed.clone();
        self.failed |= failed.is_some();
        self.transcript.push(Entry { text: text.to_owned(), failed });
        self.interrupted = came.interrupted;
        if came.failed.is_some() && self.phase.is_ending() {
            return Err(Failure::Interrupted { note: "asked to end".to_owned() });
        }
        Ok(came)
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
