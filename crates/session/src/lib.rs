//! One user's session with one world. It has what every front end needs, and nothing that only one needs.
//!
//! Architecture invariant: no terminal, no wire protocol, no printing below or in this layer.

mod bring;
mod check;
mod checkpoint;
mod closures;
mod complete;
mod completeness;
mod conditions;
mod constants;
mod data;
mod defined;
mod diagnostic;
mod evaluate;
mod exchange;
mod execution;
mod explain;
mod gather;
mod history;
mod inspect;
pub mod lex;
mod look;
pub mod notebook;
mod parameters;
mod peek;
mod plugins;
mod search;
mod states;
mod texts;
mod tidy;
mod who;

pub use bioxen_lang::checkpoint::{CheckpointError, LeftOut};
pub use bioxen_lang::display::{Display, escape_html, table_script_digest};
pub use bring::BringError;
pub use checkpoint::{Checkpoint, Restored};
pub use complete::{Completion, CompletionItem, CompletionKind};
pub use completeness::Completeness;
pub use diagnostic::{Diagnostic, Frame};
pub use exchange::CrossError;
pub use execution::Execution;
pub use gather::{Gatherer, TooLong};
pub use history::{History, Outcome, Past};
pub use parameters::{Declared, given};
pub use peek::Value;
use peek::figure_of;
use texts::{Definitions, Known, Source, Texts};

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use closures::Closures;
use constants::Constants;
use defined::Defined;
use rhai::{AST, Dynamic, Engine, Module, NativeCallContext, Position, Scope, Shared};

use bioxen_cell::hypervisor::VmFailure;
use bioxen_engine::{Interrupt, Trajectory};
use bioxen_lang::display::text_of;
use bioxen_lang::stack::roomy;
use bioxen_lang::text::plain;
use bioxen_lang::{
    Answer, Catalogue, FigureValue, InputHook, LangError, Output, World, WorldOptions, engine,
};

/// A session: a scope of variables, the functions of the language, and a world.
pub struct Session {
    engine: Engine,
    texts: Texts,
    scope: Scope<'static>,
    /// The functions that earlier texts have defined.
    library: AST,
    /// The texts that have defined them.
    defined: Rc<Defined>,
    closures: Closures,
    /// The scripts that its texts have imported.
    modules: BTreeMap<String, Shared<Module>>,
    constants: Constants,
    world: Rc<RefCell<World>>,
    interrupt: Interrupt,
    /// Whether a turn is under way, whose texts are all ended by one stop.
    in_turn: bool,
    /// What the last text gave.
    last: Dynamic,
    /// The texts that were evaluated.
    history: History,
}

impl Session {
    /// A session whose outputs go to `sink`.
    ///
    /// # Errors
    /// When the host does not settle.
    ///
    /// # Examples
    /// ```
    /// use bioxen_lang::WorldOptions;
    /// use bioxen_session::Session;
    /// let mut session = Session::new(WorldOptions::default(), Box::new(|_| {}))?;
    /// session.eval("create_bio_vm(\"demo\", \"ecoli\").start();", "example")?;
    /// let count = session.eval("list_vms().len()", "example")?;
    /// assert_eq!(count.as_deref(), Some("1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(options: WorldOptions, sink: Box<dyn FnMut(Output)>) -> Result<Self, LangError> {
        Self::interrupted_by(Interrupt::new(), options, sink)
    }

    /// One whose evaluations `interrupt` ends.
    fn interrupted_by(
        interrupt: Interrupt,
        options: WorldOptions,
        sink: Box<dyn FnMut(Output)>,
    ) -> Result<Self, LangError> {
        let world = World::new(options, interrupt.clone(), sink)?;
        let world = Rc::new(RefCell::new(world));
        let imported = world.borrow().imported.clone();
        let mut engine = engine::build(world.clone());
        who::register(&mut engine);
        bioxen_lang::plugins::begin(&engine, &mut world.borrow_mut())?;
        let texts = Texts::new(imported);
        let mut session = Self {
            engine,
            texts,
            scope: Scope::new(),
            library: AST::empty(),
            defined: Rc::default(),
            closures: Closures::default(),
            modules: BTreeMap::new(),
            constants: Constants::default(),
            world,
            interrupt,
            in_turn: false,
            last: Dynamic::UNIT,
            history: History::default(),
        };
        session.tell_texts();
        session.meet_loaded();
        Ok(session)
    }

    /// What was evaluated, the oldest first; `reset` leaves it.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.eval("6 * 7", "cell 1")?;
    /// let past = session.history().iter().next().ok_or("nothing")?;
    /// assert_eq!((past.text.as_str(), past.outcome.value.as_deref()), ("6 * 7", Some("42")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Interrupts what is evaluated at the moment, from any thread. Nothing that was asked before an
    /// evaluation ends it, unless they are of one turn.
    pub fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    /// Begins a turn: what is asked to stop from now on is, even where the evaluation has not begun.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.begin_turn();
    /// session.interrupt().stop();
    /// assert!(session.eval("loop {}", "a cell").unwrap_err().interrupted);
    /// assert!(session.eval("loop {}", "more of it").unwrap_err().interrupted);
    /// session.end_turn();
    /// assert!(session.eval("6 * 7", "the next").is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn begin_turn(&mut self) {
        self.interrupt.begin();
        self.in_turn = true;
    }

    /// Ends a turn.
    pub fn end_turn(&mut self) {
        self.in_turn = false;
    }

    /// Begins an evaluation, which nothing ends that was asked before.
    fn listen(&self) {
        if !self.in_turn {
            self.interrupt.begin();
        }
    }

    /// Says how `input(..)` asks the user; nothing makes it an error that says so.
    pub fn set_input(&mut self, hook: Option<InputHook>) {
        self.world.borrow_mut().input = hook;
    }

    /// Asks the user, as `input(..)` does.
    pub fn ask(&self, prompt: &str) -> Answer {
        // Who answers may look at the session.
        let Some(mut hook) = self.world.borrow_mut().input.take() else { return Answer::Refused };
        let answer = hook(prompt);
        self.world.borrow_mut().input = Some(hook);
        answer
    }

    /// All functions.
    pub fn catalogue(&self) -> &Catalogue {
        self.texts.catalogue()
    }

    fn explain(&self, error: &rhai::EvalAltResult, source: &Source) -> Box<Diagnostic> {
        let definitions = self.texts.definitions.borrow();
        Box::new(explain::explain(error, source, &self.known(&definitions)))
    }

    /// What is known where an error is explained.
    fn known<'a>(&'a self, definitions: &'a Definitions) -> Known<'a> {
        let (engine, texts, scope) = (&self.engine, &self.texts, &self.scope);
        Known { engine, texts, scope, definitions, apart: None }
    }

    /// Parses a text and resolves its names, without running it.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the text.
    pub fn check(&self, text: &str, name: &str) -> Result<(), Vec<Diagnostic>> {
        let bare = plain(text);
        let text = notebook::script(&bare, name).map_err(|wrong| vec![*wrong])?;
        roomy(|| check::check(self, &notebook::ended(self, text), name))
    }

    /// Whether a text can be evaluated, or its writer is in the middle of it.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::{Completeness, Session};
    /// let session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// let next = Completeness::Incomplete { indent: "    ".to_owned() };
    /// assert_eq!(session.is_complete("fn grow(x) {"), next);
    /// assert_eq!(session.is_complete("run(1.min)"), Completeness::Complete);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_complete(&self, text: &str) -> Completeness {
        roomy(|| completeness::judge(&self.engine, &self.scope, &plain(text)))
    }

    /// The last value as a figure, if it is one or, as a trace, has one.
    pub fn last_figure(&self) -> Option<FigureValue> {
        figure_of(&self.last)
    }

    /// Forgets everything: a new host at time zero, without VMs, variables and functions.
    ///
    /// # Errors
    /// When the host does not settle; then nothing has changed.
    pub fn reset(&mut self) -> Result<(), LangError> {
        // Values that are nested deeply need room to go.
        roomy(|| {
            self.world.borrow_mut().reset()?;
            self.scope.clear();
            self.library = AST::empty();
            Rc::make_mut(&mut self.defined).clear();
            self.constants.clear();
            self.texts.definitions.borrow_mut().clear();
            self.last = Dynamic::UNIT;
            self.texts.with_plugins = None;
            self.meet_loaded();
            Ok(())
        })
    }

    /// The VMs that could not be simulated any more since the session began or was reset, in the
    /// order in which that happened.
    pub fn failures(&self) -> Vec<VmFailure> {
        self.world.borrow().failures.clone()
    }

    /// What an interrupted run had recorded; once.
    pub fn take_interrupted(&mut self) -> Option<Trajectory> {
        self.world.borrow_mut().runs.interrupted.run.take()
    }

    /// The points of a sweep that was interrupted, as CSV, if any is done.
    pub fn take_interrupted_points(&mut self) -> Option<String> {
        let rows = self.world.borrow_mut().runs.interrupted.points.take()?;
        let table = bioxen_lang::api::sweeps::points_of(rows).ok()?;
        (table.rows() > 0).then(|| table.to_csv(bioxen_table::CsvStyle::default()))
    }

    /// Whether there is something that an interrupted run had recorded; `interrupted_trace()` gives it.
    pub fn has_interrupted_trace(&self) -> bool {
        self.world.borrow().runs.kept.is_some()
    }

    /// Whether the last text ended by `exit`.
    pub fn exited(&self) -> bool {
        self.world.borrow().exited
    }

    /// The code with which a program ends whose last text ended by `exit`: of a whole number that is one, from
    /// 0 to 255, this number, of any other 1, and of another value 0. Nothing if it did not end so.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.eval("exit(4); print(1)", "example")?;
    /// assert_eq!(session.exit_code(), Some(4));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn exit_code(&self) -> Option<u8> {
        let code = self.last.as_int().map_or(0, |code| u8::try_from(code).unwrap_or(1));
        self.exited().then_some(code)
    }

    fn text_of(&self, value: &Dynamic) -> String {
        shown_by(&self.engine, value)
    }
}

/// The text of a value, as it is printed.
fn shown_by(engine: &Engine, value: &Dynamic) -> String {
    let global = engine.new_global_runtime_state();
    let name = "to_string";
    let context =
        NativeCallContext::new_with_all_fields(engine, name, None, &global, Position::NONE);
    text_of(&context, value)
}

impl Drop for Session {
    /// Values that are nested deeply need as much room to go as they needed to come.
    fn drop(&mut self) {
        roomy(|| {
            self.scope.clear();
            self.last = Dynamic::UNIT;
            if let Ok(mut world) = self.world.try_borrow_mut() {
                world.lab.retain_events(|_| false);
            }
        });
    }
}
