//! One kernel, from its connection file to its end.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread;

use bioxen::engine::Interrupt;
use bioxen::lang::{LangError, WorldOptions};

use crate::control::Control;
use crate::end::{watch_parent, watch_signals};
use crate::history::History;
use crate::post::{Inboxes, Post, PostError};
use crate::screen::Screen;
use crate::shell::{Form, Shell, Surroundings};
use crate::wire::Connection;

/// Stack of the session: scripts call each other deeply.
const STACK: usize = 256 << 20;

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
    /// What cells may do and use up.
    pub world: WorldOptions,
}

/// What is said of a kernel whose messages nobody signs.
const UNSIGNED: &str =
    "the connection file has an empty `key`: whoever reaches the ports can run cells";

/// Runs a kernel until someone ends it. `warn` tells what whoever started it should know. Gives the
/// signal that ended it, if one did.
///
/// # Errors
/// When the connection file cannot be used, a port is taken, or the host cell does not settle.
pub fn serve(
    file: &Path,
    settings: &Settings,
    warn: impl FnOnce(&str),
) -> Result<Option<i32>, ServeError> {
    let (shell_sender, shell_inbox) = mpsc::channel();
    let (control_sender, control_inbox) = mpsc::channel();
    let (stdin_sender, stdin_inbox) = mpsc::channel();
    let (end, ended) = mpsc::channel();
    let mut connection = Connection::read(file).map_err(PostError::from)?;
    if connection.key().is_empty() {
        warn(UNSIGNED);
    }
    let inboxes = Inboxes { shell: shell_sender, control: control_sender, stdin: stdin_sender };
    let post = Arc::new(Post::open(&mut connection, &inboxes)?);
    watch_parent(end.clone());
    let screen = Screen::new(post.clone(), settings.output_limit);
    let around = Surroundings { post: post.clone(), screen, inbox: shell_inbox, end: end.clone() };
    let own = settings.clone();
    let path = settings.history.then(History::usual_path).flatten();
    let (ready, started) = mpsc::channel();
    thread::Builder::new().name("session".into()).stack_size(STACK).spawn(move || {
        serve_session(around, stdin_inbox, path.as_deref(), &own, &ready);
    })?;
    let evaluation = started.recv().map_err(|_| ServeError::SessionEnded)??;
    let signal = watch_signals(evaluation.clone(), end.clone())?;
    let control = Control { post: post.clone(), evaluation, end };
    thread::Builder::new().name("control".into()).spawn(move || control.serve(&control_inbox))?;
    // All who could end it are gone if nobody does.
    let _ = ended.recv();
    post.flush();
    post.clean_up();
    Ok(signal.get().copied())
}

fn serve_session(
    around: Surroundings,
    stdin: mpsc::Receiver<crate::wire::Incoming>,
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
