//! The state on which the functions of the language work.

mod call;
mod living;
mod options;
mod places;
mod shown;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

pub use call::{Shared, on, with};
pub use options::WorldOptions;

use super::caught::{Catches, Wording};
use super::checkpoint::Freezer;
use super::error::LangError;
use super::files;
use super::imports::Library;
use super::limits::{Budget, Watch};
use super::output::{InputHook, Output};
use super::parameters::Parameters;
use super::plugins::Shelf;
use super::running::{Interrupted, Limit};
use super::scripted::Lab;
use super::shared::Common;
use bioxen_cell::hypervisor::{Held, VmFailure};
use bioxen_engine::{Interrupt, StopToken, Trajectory};

/// A laboratory, and what a session knows beside it.
pub struct World {
    /// All cells, with their VMs and events.
    pub lab: Lab,
    /// Where scripts write and read.
    pub options: WorldOptions,
    /// What runs and sweeps have left.
    pub runs: Runs,
    /// The event in which a limit has ended the script.
    pub limit: Option<Limit>,
    /// Whether the text of the session has called `exit`.
    pub exited: bool,
    /// Ends what is evaluated.
    pub interrupt: Interrupt,
    /// How many operations are left.
    pub budget: Budget,
    /// What is used up beside them.
    pub watch: Watch,
    /// What texts that run on a VM have printed, the innermost last.
    pub captured: Vec<Vec<String>>,
    /// The VMs on which texts run, or functions that these have left; the innermost last.
    pub texts: Vec<TextOnVm>,
    /// The session's text that is evaluated, as its user wrote it.
    pub script: Option<Arc<str>>,
    /// The functions of the session's text that is evaluated.
    pub functions: Option<rhai::Shared<rhai::Module>>,
    /// The plug-ins that are loaded.
    pub plugins: Shelf,
    /// The scripts that texts have imported.
    pub imported: Common<Library>,
    /// How places and errors are told; the session knows the texts in which they are.
    pub wording: Wording,
    /// The names under which texts catch errors.
    pub catches: Catches,
    /// The parameters of the script, and what is set for them.
    pub parameters: Parameters,
    /// How the user is asked, if anybody can be.
    pub input: Option<InputHook>,
    /// In a world of a sweep, what held its VMs back: it is told once for all points.
    pub in_sweep: Option<Held>,
    /// The scripts that earlier texts of the session have imported, by the names that they gave them.
    pub modules: Vec<(String, rhai::Shared<rhai::Module>)>,
    /// Makes data of the laboratory and of values while a text is evaluated, if the session can.
    pub freezer: Option<Freezer>,
    /// The only row of a sweep that is evaluated; what it gave is kept in [`Self::row`].
    pub only_row: Option<u64>,
    /// What the only row gave.
    pub row: Option<rhai::Dynamic>,
    /// The VMs that could not be simulated any more, in the order in which that happened.
    pub failures: Vec<VmFailure>,
    /// Remarks that were made since the evaluation began, and are not made again.
    told: HashSet<String>,
    /// The number of what was shown last; it goes on when the world is made anew.
    displays: u64,
    sink: Box<dyn FnMut(Output)>,
}

impl World {
    /// A settled host without VMs.
    ///
    /// # Errors
    /// When the host does not settle.
    pub fn new(
        options: WorldOptions,
        interrupt: Interrupt,
        sink: Box<dyn FnMut(Output)>,
    ) -> Result<Self, LangError> {
        Ok(Self {
            lab: Lab::empty(options.seed)?,
            options,
            runs: Runs::default(),
            limit: None,
            exited: false,
            interrupt,
            budget: Budget::default(),
            watch: Watch::default(),
            captured: Vec::new(),
            texts: Vec::new(),
            script: None,
            functions: None,
            plugins: Shelf::default(),
            imported: Common::default(),
            wording: Wording::default(),
            catches: Catches::default(),
            parameters: Parameters::default(),
            input: None,
            in_sweep: None,
            modules: Vec::new(),
            freezer: None,
            only_row: None,
            row: None,
            failures: Vec::new(),
            told: HashSet::new(),
            displays: 0,
            sink,
        })
    }

    /// Ends what is evaluated at the moment.
    pub fn stop(&self) -> StopToken {
        self.interrupt.token()
    }

    /// A new host at time zero, without VMs and events.
    ///
    /// # Errors
    /// When the host does not settle; then nothing has changed.
    pub fn reset(&mut self) -> Result<(), LangError> {
        self.lab.reset()?;
        self.runs = Runs::default();
        self.plugins.reset();
        self.failures.clear();
        // What was told of a file is not told again in a loop that begins anew each time.
        let told = std::mem::take(&mut self.told);
        self.begin();
        self.told = told;
        self.parameters.forget();
        Ok(())
    }

    /// Forgets what an evaluation that failed may have left open.
    pub fn begin(&mut self) {
        self.lab.leave_run();
        self.options.allowed.closed_by = None;
        self.exited = false;
        self.limit = None;
        self.captured.clear();
        self.texts.clear();
        self.told.clear();
        self.parameters.begin();
        self.budget.grant(self.options.limits.operations.text);
        self.watch.begin(self.options.limits);
    }

    /// A text on a VM, or a function that one has left, begins to run.
    pub fn enter_text(&mut self, vm: &str, code: Arc<str>) {
        self.texts.push(TextOnVm { vm: vm.to_owned(), before: self.current_vm(), code });
    }

    /// Writes a file where scripts may write, and tells the front end.
    ///
    /// # Errors
    /// When the path leads elsewhere, or the file cannot be written.
    pub fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), LangError> {
        let WorldOptions { out_dir, allowed, .. } = &self.options;
        let written = files::write(out_dir, allowed, path, bytes)?;
        self.show(Output::File(written));
        Ok(())
    }

    /// Reads a file from where scripts may read.
    ///
    /// # Errors
    /// When the path leads elsewhere, or the file cannot be read.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, LangError> {
        self.options.read(path)
    }

    /// Where a file that scripts may read is.
    ///
    /// # Errors
    /// When the path leads elsewhere, or there is none.
    pub fn readable(&self, path: &str) -> Result<PathBuf, LangError> {
        let WorldOptions { out_dir, read_dir, allowed, .. } = &self.options;
        files::readable(out_dir, read_dir, allowed, path)
    }

    /// What is said of a call that the user has interrupted.
    pub fn interruption(&self) -> LangError {
        LangError::Interrupted { minutes: self.lab.hypervisor().now().minutes() }
    }

    /// The id of the VM on which bare calls act.
    ///
    /// # Errors
    /// When there is none.
    pub fn current(&self) -> Result<&str, LangError> {
        self.lab.attached().ok_or(LangError::NoCurrentVm)
    }

    /// The same, if there is one.
    pub fn current_vm(&self) -> Option<String> {
        self.lab.attached().map(str::to_owned)
    }

    /// Removes a VM, and the events that texts on it have set.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn destroy(&mut self, id: &str) -> Result<(), LangError> {
        self.lab.destroy(id)?;
        self.lab.retain_events(|event| event.action.action.vm() != Some(id));
        self.tell_news();
        Ok(())
    }

    /// Does something with the cell of a VM as the current one.
    ///
    /// # Errors
    /// When there is no such VM, and those of `f`.
    pub fn on<T, E: Into<LangError>>(
        &mut self,
        id: &str,
        f: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, LangError> {
        let home = self.lab.visit(id)?;
        let outcome = f(self);
        self.lab.go_home(home);
        outcome.map_err(Into::into)
    }
}

/// What runs and sweeps have left.
#[derive(Debug, Default)]
pub struct Runs {
    /// What was interrupted.
    pub interrupted: Interrupted,
    /// What the last run that was interrupted recorded, for scripts: it stays.
    pub kept: Option<Trajectory>,
    /// What the last run inside of a text on a VM recorded.
    pub on_vm: Option<Trajectory>,
}

/// A text that runs on a VM.
#[derive(Debug, Clone)]
pub struct TextOnVm {
    /// The id of the VM.
    pub vm: String,
    /// The VM that was current before.
    pub before: Option<String>,
    /// The text.
    pub code: Arc<str>,
}
