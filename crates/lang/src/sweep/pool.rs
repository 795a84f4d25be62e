//! Threads that evaluate one function of the script, as often as somebody asks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};

use rhai::{Dynamic, EvalAltResult};

use super::worker::{Beginning, Worker};
use crate::error::raise;
use crate::running::is_exit;
use crate::{LangError, RhaiResultOf};
use bioxen_cell::hypervisor::Hypervisor;

/// A question about the function with a value.
enum Question {
    /// What it gives.
    Value(Dynamic, mpsc::Sender<RhaiResultOf<Dynamic>>),
    /// What it makes of the current cell.
    Cell(Dynamic, mpsc::Sender<RhaiResultOf<Hypervisor>>),
}

/// How far a part of a study is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    /// Evaluations that are done.
    pub(super) done: usize,
    /// How many there may be; 0 if nobody knows.
    pub(super) of: usize,
}

/// Threads that wait for questions.
pub(crate) struct Pool {
    ask: mpsc::Sender<Question>,
    tell: mpsc::Sender<Progress>,
    done: AtomicUsize,
    of: AtomicUsize,
}

impl Pool {
    /// What the function gives for a value, in a laboratory that begins as it was at the call. Can be
    /// called from several threads at once.
    ///
    /// # Errors
    /// Those of the function.
    pub(crate) fn value(&self, argument: Dynamic) -> RhaiResultOf<Dynamic> {
        self.answer(|answer| Question::Value(argument, answer))
    }

    /// What the function makes of the current cell, in a laboratory that begins as it was at the call.
    ///
    /// # Errors
    /// Those of the function.
    pub(crate) fn cell(&self, argument: Dynamic) -> RhaiResultOf<Hypervisor> {
        self.answer(|answer| Question::Cell(argument, answer))
    }

    fn answer<T>(
        &self,
        question: impl FnOnce(mpsc::Sender<RhaiResultOf<T>>) -> Question,
    ) -> RhaiResultOf<T> {
        let (answer, given) = mpsc::channel();
        self.ask.send(question(answer)).map_err(|_| gone())?;
        let value = given.recv().map_err(|_| gone())?;
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        // Whoever listens may have gone.
        let _ = self.tell.send(Progress { done, of: self.of.load(Ordering::Relaxed) });
        value
    }

    /// Begins a part of a study with at most so many evaluations; 0 where nobody knows.
    pub(crate) fn expect(&self, evaluations: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.of.store(evaluations, Ordering::Relaxed);
    }
}

fn gone() -> Box<EvalAltResult> {
    raise(LangError::Noticed {
        message: "the threads that evaluate the function have ended".to_owned(),
        help: Vec::new(),
    })
}

fn no_exit(to: &str) -> Box<EvalAltResult> {
    raise(LangError::Noticed {
        message: format!("exit() cannot end the script from the function given to {to}"),
        help: vec![format!("let the function give a value, and call exit() after {to}")],
    })
}

fn no_thread(error: &dyn std::fmt::Display) -> Box<EvalAltResult> {
    let message = format!("a thread for the function: {error}");
    raise(LangError::Noticed { message, help: Vec::new() })
}

/// Does something with threads that evaluate a function; `listen` learns on this thread how far that is.
///
/// What `f` does side by side it does on threads of its own: those of the process must stay free for the
/// function, which may use them itself.
///
/// # Errors
/// When the threads cannot be started; and those of `f`.
pub(super) fn with_pool<T: Send>(
    beginning: &Beginning,
    threads: usize,
    listen: &mut dyn FnMut(Progress),
    f: impl FnOnce(&Pool) -> RhaiResultOf<T> + Send,
) -> RhaiResultOf<T> {
    let (ask, asked) = mpsc::channel::<Question>();
    let (tell, told) = mpsc::channel::<Progress>();
    let asked = Mutex::new(asked);
    let named = |name: &str| std::thread::Builder::new().name(name.to_owned());
    let own = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let own = own.map_err(|error| no_thread(&error))?;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let asked = &asked;
            let work = move || live(beginning, asked);
            named("fit").spawn_scoped(scope, work).map_err(|error| no_thread(&error))?;
        }
        let pool = Pool { ask, tell, done: AtomicUsize::new(0), of: AtomicUsize::new(0) };
        let study = move || own.install(|| f(&pool));
        let study = named("study").spawn_scoped(scope, study).map_err(|error| no_thread(&error))?;
        told.iter().for_each(listen);
        study.join().unwrap_or_else(|_| Err(gone()))
    })
}

/// One thread: answers until nobody can ask any more.
fn live(beginning: &Beginning, asked: &Mutex<mpsc::Receiver<Question>>) {
    let worker = Worker::new(beginning);
    loop {
        let next = asked.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(question) = next else { return };
        let worker = worker.as_ref().map_err(|error| raise(error.clone()));
        let exits = |error: Box<EvalAltResult>| match is_exit(&error) {
            true => no_exit(beginning.to),
            false => error,
        };
        // The same chance each time: what differs comes from the argument alone. Whoever has asked may have
        // given up.
        match question {
            Question::Value(argument, answer) => {
                let value = worker.and_then(|worker| worker.run(&argument, 0).value);
                let _ = answer.send(value.map_err(exits));
            }
            Question::Cell(argument, answer) => {
                let cell = worker.and_then(|worker| worker.cell(&argument));
                let _ = answer.send(cell.map_err(exits));
            }
        }
    }
}
