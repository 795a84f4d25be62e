//! Whom a dialogue is with: the session of this process, or one that others share.

use std::cell::RefCell;
use std::rc::Rc;

use bioxen::session::{Session, Value};

use super::super::failure::Failure;
use super::files::is_ended;
use super::screen::Screen;
use super::shared::Printer;

/// What came of a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Came {
    /// Why it failed, in a line.
    pub(super) failed: Option<String>,
    /// Whether it was interrupted.
    pub(super) interrupted: bool,
    /// Whether it ended by `exit`.
    pub(super) exited: bool,
}

/// Where a session is in its time.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Moment {
    /// The VM on which acts what names none.
    pub(super) vm: Option<String>,
    /// Cell time [min].
    pub(super) minutes: f64,
    /// The seed of its random streams.
    pub(super) seed: u64,
}

/// A VM in a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct VmLine {
    pub(super) id: String,
    /// Its biological type.
    pub(super) kind: String,
    pub(super) state: String,
    /// Its status, name by name.
    pub(super) rows: Vec<(String, String)>,
}

/// What a session can do for a dialogue.
pub(super) trait Partner {
    /// Evaluates a text, shows what it shows, and its value if `shows`.
    ///
    /// # Errors
    /// When the output cannot be written, or the session is gone.
    fn evaluate(&mut self, text: &str, name: &str, shows: bool) -> Result<Came, Failure>;

    /// Where it is in its time, as far as is known at once.
    fn moment(&self) -> Moment;

    /// Its VMs, with their status.
    ///
    /// # Errors
    /// When it cannot say.
    fn vms(&self) -> Result<Vec<VmLine>, Failure>;

    /// Its variables: name, type, value.
    ///
    /// # Errors
    /// When it cannot say.
    fn variables(&self) -> Result<Vec<(String, String, String)>, Failure>;

    /// What is known of a name, as Markdown.
    ///
    /// # Errors
    /// When it cannot say.
    fn help(&self, name: &str) -> Result<Option<String>, Failure>;

    /// Shows the newest figure, or that of the last value; whether there is one.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn show_figure(&mut self, of_last_value: bool) -> Result<bool, Failure>;

    /// Forgets everything; whether it may.
    ///
    /// # Errors
    /// When it cannot.
    fn reset(&mut self) -> Result<bool, Failure>;

    /// A text that was typed while another one was evaluated.
    fn typed_ahead(&mut self) -> Option<String> {
        None
    }

    /// The code with which whoever ended it by `exit` wants the program to end.
    fn exit_code(&self) -> Option<u8>;

    /// Who shares it, if it is shared.
    fn shared(&mut self) -> Option<&mut dyn Shares>;
}

/// A copy of a session.
pub(super) struct Copied {
    /// A checkpoint.
    pub(super) checkpoint: Vec<u8>,
    /// What it does not have, and why.
    pub(super) left_out: Vec<String>,
}

/// What only a shared session can do.
pub(super) trait Shares {
    /// Who is there, what runs and what waits, in lines.
    ///
    /// # Errors
    /// When it cannot say.
    fn people(&self) -> Result<Vec<String>, Failure>;

    /// The last cells with what they showed, in lines.
    ///
    /// # Errors
    /// When it cannot say.
    fn log(&self, last: usize) -> Result<Vec<String>, Failure>;

    /// Ends what runs, that of others with `force`; what the session says to it.
    ///
    /// # Errors
    /// When the session is gone.
    fn interrupt(&self, force: bool) -> Result<(), Failure>;

    /// A copy of the session; nothing if the user gives it up.
    ///
    /// # Errors
    /// When the session makes none, or is gone.
    fn fork(&mut self) -> Result<Option<Copied>, Failure>;

    /// Makes a value a variable of the session; `false` if the user gives it up.
    ///
    /// # Errors
    /// When the session refuses, or is gone.
    fn bring(&mut self, name: &str, value: &[u8]) -> Result<bool, Failure>;

    /// Prints what others do by this while somebody types.
    fn hear(&mut self, printer: Printer);
}

/// The session of this process.
pub(super) struct Local {
    pub(super) session: Rc<RefCell<Session>>,
    pub(super) screen: Rc<RefCell<Screen>>,
}

impl Partner for Local {
    fn evaluate(&mut self, text: &str, name: &str, shows: bool) -> Result<Came, Failure> {
        let outcome = self.session.borrow_mut().eval(text, name);
        let mut screen = self.screen.borrow_mut();
        screen.settle()?;
        let exited = self.session.borrow().exited();
        match outcome {
            Ok(value) => {
                let session = self.session.borrow();
                // What a text is left with is no result.
                if let Some(value) = value.filter(|_| shows && !exited) {
                    // A semicolon at the end keeps a value to itself, though not a figure.
                    let figure = matches!(session.last_value(), Value::Figure(_));
                    if figure || !is_ended(text) {
                        screen.value(&session, &value)?;
                    }
                }
                Ok(Came { exited, ..Came::default() })
            }
            Err(diagnostic) => {
                screen.diagnostic(&diagnostic)?;
                if let Some(figure) = self.session.borrow_mut().interrupted_figure() {
                    screen.recorded(figure)?;
                }
                let failed = diagnostic.message.lines().collect::<Vec<_>>().join(" ");
                let interrupted = diagnostic.interrupted;
                Ok(Came { failed: Some(failed), interrupted, exited })
            }
        }
    }

    fn moment(&self) -> Moment {
        let session = self.session.borrow();
        let (minutes, seed) = session.time_and_seed();
        Moment { vm: session.current_vm(), minutes, seed }
    }

    fn vms(&self) -> Result<Vec<VmLine>, Failure> {
        let of = |status: bioxen::hypervisor::VmStatus| {
            let (id, kind) = (status.id.clone(), status.biological_type.clone());
            let state = status.state.clone();
            let rows = bioxen::lang::Status(status).rows().into_iter();
            VmLine { id, kind, state, rows: rows.map(|(n, v)| (n.to_string(), v)).collect() }
        };
        Ok(self.session.borrow().statuses().into_iter().map(of).collect())
    }

    fn variables(&self) -> Result<Vec<(String, String, String)>, Failure> {
        Ok(self.session.borrow().variables())
    }

    fn help(&self, name: &str) -> Result<Option<String>, Failure> {
        Ok(self.session.borrow().help(name, true))
    }

    fn show_figure(&mut self, of_last_value: bool) -> Result<bool, Failure> {
        let session = self.session.borrow();
        let figure = if of_last_value {
            session.last_figure()
        } else {
            let shown = self.screen.borrow().figure.clone();
            shown.or_else(|| session.newest_figure())
        };
        let Some(figure) = figure else { return Ok(false) };
        self.screen.borrow_mut().figure(&figure)?;
        Ok(true)
    }

    fn reset(&mut self) -> Result<bool, Failure> {
        self.session.borrow_mut().reset()?;
        self.screen.borrow_mut().figure = None;
        Ok(true)
    }

    fn exit_code(&self) -> Option<u8> {
        self.session.borrow().exit_code()
    }

    fn shared(&mut self) -> Option<&mut dyn Shares> {
        None
    }
}
