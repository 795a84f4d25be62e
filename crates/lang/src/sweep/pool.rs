//! Threads that evaluate one function of the script, as often as somebody asks.

use std::sync::{Mutex, PoisonError, mpsc};

use rhai::{Dynamic, EvalAltResult};

use super::worker::{Beginning, Worker};
use crate::error::raise;
use crate::{LangError, RhaiResultOf};
use bioxen_cell::hypervisor::Hypervisor;

/// A question about the function with a value.
enum Question {
    /// What it gives.
    Value(Dynamic, mpsc::Sender<RhaiResultOf<Dynamic>>),
    /// What it makes of the current cell.
    Cell(Dynamic, mpsc::Sender<RhaiResultOf<Hypervisor>>),
}

/// Threads that wait for questions.
pub(crate) struct Pool {
    ask: mpsc::Sender<Question>,
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
        let gone = || -> Box<EvalAltResult> {
            raise(LangError::Noticed {
                message: "the threads that evaluate the function have ended".to_owned(),
                help: Vec::new(),
            })
        };
        self.ask.send(question(answer)).map_err(|_| gone())?;
        given.recv().map_err(|_| gone())?
    }
}

/// Does something with threads that evaluate a function.
///
/// # Errors
/// When the threads cannot be started; and those of `f`.
pub(super) fn with_pool<T>(
    beginning: &Beginning,
    threads: usize,
    f: impl FnOnce(&Pool) -> RhaiResultOf<T>,
) -> RhaiResultOf<T> {
    let (ask, asked) = mpsc::channel::<Question>();
    let asked = Mutex::new(asked);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let asked = &asked;
            let work = move || live(beginning, asked);
            let named = std::thread::Builder::new().name("fit".to_owned());
            if let Err(error) = named.spawn_scoped(scope, work) {
                let message = format!("a thread for the function: {error}");
                return Err(raise(LangError::Noticed { message, help: Vec::new() }));
            }
        }
        f(&Pool { ask })
    })
}

/// One thread: answers until nobody can ask any more.
fn live(beginning: &Beginning, asked: &Mutex<mpsc::Receiver<Question>>) {
    let worker = Worker::new(beginning);
    loop {
        let next = asked.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(question) = next else { return };
        let worker = worker.as_ref().map_err(|error| raise(error.clone()));
        // The same chance each time: what differs comes from the argument alone. Whoever has asked may have
        // given up.
        match question {
            Question::Value(argument, answer) => {
                let _ = answer.send(worker.and_then(|worker| worker.run(&argument, 0).value));
            }
            Question::Cell(argument, answer) => {
                let _ = answer.send(worker.and_then(|worker| worker.cell(&argument)));
            }
        }
    }
}
