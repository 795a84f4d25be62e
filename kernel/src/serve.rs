//! One kernel, from its connection file to its end.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use bioxen::engine::Interrupt;
use bioxen::lang::{LangError, WorldOptions};

use crate::control::Control;
use crate::end::{HangUp, leave_terminal, watch_parent, watch_signals};
use crate::history::History;
use crate::keep::{Durable, KeepError, Keeper};
use crate::post::{Inboxes, Post, PostError};
use crate::screen::Screen;
use crate::shell::{Comms, Form, Shell, Surroundings};
use crate::together::{Hold, HoldError, Shared, Together};
use crate::wire::Connection;
use crate::zmtp::Endpoint;

/// Stack of the session: scripts call each other deeply.
const STACK: usize = 256 << 20;
/// How long a durable session that ends may take for its last checkpoint.
const LAST_CHECKPOINT: Duration = Duration::from_secs(60);
/// Time between two looks at whether it has been made.
const LOOK: Duration = Duration::from_millis(100);

/// Why a kernel cannot run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// It cannot be reached.
    #[error(transparent)]
    Post {
        /// Why not.
        #[from]
        source: PostError,
    },
    /// It cannot be a session.
    #[error(transparent)]
    Hold {
        /// Why not.
        #[from]
        source: HoldError,
    },
    /// It cannot be durable.
    #[error(transparent)]
    Keep {
        /// Why not.
        #[from]
        source: KeepError,
    },
    /// The host cell does not settle.
    #[error(transparent)]
    Session {
        /// Why not.
        #[from]
        source: LangError,
    },
    /// The system gives no thread or no signals.
    #[error("the system does not let the kernel start: {source}")]
    System {
        /// Why not.
        #[from]
        source: std::io::Error,
    },
    /// The session's thread is gone.
    #[error("the session ended unexpectedly")]
    SessionEnded,
}

/// How a kernel runs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Text that a cell may print [bytes].
    pub output_limit: usize,
    /// Whether cells are remembered in a file.
    pub history: bool,
    /// How figures are sent.
    pub figures: Form,
    /// Whether cells may be of Rust.
    pub rust: bool,
    /// What cells may do and use up.
    pub world: WorldOptions,
    /// How it is shared, if it is a session of its own, without a notebook.
    pub shared: Option<Shared>,
    /// Where it is kept, if it outlives its process.
    pub durable: Option<Durable>,
}

/// What is said of a kernel whose messages nobody signs.
const UNSIGNED: &str =
    "warning: the connection file has an empty `key`: whoever reaches the ports can run cells";

/// Runs a kernel until someone ends it. `tell` tells what whoever started it should know. Gives the
/// signal that ended it, if one did.
///
/// # Errors
/// When the connection file cannot be used, a port is taken, or the host cell does not settle.
pub fn serve(file: &Path, settings: &Settings, tell: fn(&str)) -> Result<Option<i32>, ServeError> {
    let (shell_sender, shell_inbox) = mpsc::channel();
    let (control_sender, control_inbox) = mpsc::channel();
    let (stdin_sender, stdin_inbox) = mpsc::channel();
    let (end, ended) = mpsc::channel();
    let hold = settings.shared.as_ref().map(|_| Hold::take(file)).transpose()?;
    let mut connection = Connection::read(file).map_err(PostError::from)?;
    if hold.is_some() {
        check_private(file, &connection)?;
        if let Err(error) = leave_terminal() {
            // It ignores that the terminal is closed all the same.
            tell(&format!("warning: the session stays a process of its terminal: {error}"));
        }
    } else if connection.key().is_empty() {
        tell(UNSIGNED);
    }
    let keeper = settings.durable.as_ref().map(Keeper::open).transpose()?;
    let is_kept = keeper.is_some();
    let together = Arc::new(Together::new(settings.shared.clone()));
    let inboxes = Inboxes { shell: shell_sender, control: control_sender, stdin: stdin_sender };
    let post = Arc::new(Post::open(&mut connection, &inboxes, &together)?);
    if hold.is_none() {
        watch_parent(end.clone());
    }
    let screen = Screen::new(post.clone(), together.clone(), settings.output_limit);
    let comms = Comms::new(post.clone());
    let around = Surroundings {
        post: post.clone(),
        comms: comms.clone(),
        screen,
        together: together.clone(),
        inbox: shell_inbox,
        end: end.clone(),
        keeper,
        tell,
    };
    let own = settings.clone();
    let path = settings.history.then(History::usual_path).flatten();
    let (ready, started) = mpsc::channel();
    let (alive, over) = mpsc::channel();
    thread::Builder::new().name("session".into()).stack_size(STACK).spawn(move || {
        serve_session(around, stdin_inbox, path.as_deref(), &own, &ready);
        drop::<Sender<()>>(alive);
    })?;
    let evaluation = started.recv().map_err(|_| ServeError::SessionEnded)??;
    let hang_up = if hold.is_some() { HangUp::Ignored } else { HangUp::Ends };
    let signal = watch_signals(evaluation.clone(), end.clone(), hang_up)?;
    let stop = evaluation.clone();
    let control =
        Control { post: post.clone(), comms, evaluation, together: together.clone(), end };
    thread::Builder::new().name("control".into()).spawn(move || control.serve(&control_inbox))?;
    // All who could end it are gone if nobody does.
    let _ = ended.recv();
    if is_kept {
        together.end_all();
        wait_for_the_last_checkpoint(&over, &stop);
    }
    post.flush();
    post.clean_up();
    if let Some(hold) = hold {
        hold.end();
    }
    Ok(signal.get().copied())
}

/// Interrupts cells, also one that was about to begin, until the session's thread has ended; one that
/// does not end keeps nobody for ever.
fn wait_for_the_last_checkpoint(over: &Receiver<()>, stop: &Interrupt) {
    let start = Instant::now();
    while start.elapsed() < LAST_CHECKPOINT {
        stop.stop();
        if over.recv_timeout(LOOK) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

/// Whether nobody but the user, and those with the key, can reach a session.
fn check_private(file: &Path, connection: &Connection) -> Result<(), HoldError> {
    let unfit = |expected| HoldError::Unfit { path: file.to_owned(), expected };
    if connection.key().is_empty() {
        return Err(unfit("a `key` with which messages are signed"));
    }
    match connection.endpoints() {
        [Endpoint::Ipc(_), ..] => Ok(()),
        _ => Err(unfit("the `transport` ipc, whose sockets only the user can open,")),
    }
}

fn serve_session(
    around: Surroundings,
    stdin: Receiver<crate::wire::Incoming>,
    history: Option<&Path>,
    settings: &Settings,
    ready: &Sender<Result<Interrupt, LangError>>,
) {
    let end = around.end.clone();
    let outcome = Shell::new(around, stdin, History::open(history), settings);
    match outcome {
        Ok((mut shell, evaluation)) => {
            // Who started the thread waits for it.
            let _ = ready.send(Ok(evaluation));
            shell.serve();
        }
        Err(error) => {
            let _ = ready.send(Err(error));
        }
    }
    let _ = end.send(());
}
