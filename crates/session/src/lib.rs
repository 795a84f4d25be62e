//! One user's session with one world. It has what every front end needs, and nothing that only one needs.
//!
//! Architecture invariant: no terminal, no wire protocol, no printing below or in this layer.

mod check;
mod closures;
mod complete;
mod completeness;
mod conditions;
mod constants;
mod data;
mod diagnostic;
mod execution;
mod explain;
mod gather;
mod history;
mod inspect;
pub mod lex;
pub mod notebook;
mod peek;
mod search;
mod states;
mod texts;
mod tidy;
mod who;

pub use bioxen_lang::display::{Display, escape_html};
pub use complete::{Completion, CompletionItem, CompletionKind};
pub use completeness::Completeness;
pub use diagnostic::{Diagnostic, Frame};
pub use execution::Execution;
pub use gather::{Gatherer, TooLong};
pub use history::{History, Past};
pub use peek::Value;
use peek::figure_of;
use texts::{Definitions, Known, Source, Texts};

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use closures::Closures;
use constants::Constants;
use rhai::{AST, Dynamic, Engine, NativeCallContext, Position, Scope};

use bioxen_cell::hypervisor::{HostModel, HypervisorError, VmFailure, VmStatus};
use bioxen_engine::{StopToken, Trajectory};
use bioxen_lab::LabError;
use bioxen_lang::display::text_of;
use bioxen_lang::imports;
use bioxen_lang::reading::{self, Additions};
use bioxen_lang::stack::roomy;
use bioxen_lang::text::plain;
use bioxen_lang::{
    Catalogue, DisplayHandle, FigureValue, InputHook, LangError, Output, World, WorldOptions,
    engine,
};
use bioxen_network::Network;

/// A session: a scope of variables, the functions of the language, and a world.
pub struct Session {
    engine: Engine,
    texts: Texts,
    scope: Scope<'static>,
    /// The functions that earlier texts have defined.
    library: AST,
    closures: Closures,
    constants: Constants,
    world: Rc<RefCell<World>>,
    stop: StopToken,
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
        let stop = StopToken::new();
        let world = Rc::new(RefCell::new(World::new(options, stop.clone(), sink)?));
        let imported = world.borrow().imported.clone();
        let (mut engine, catalogue) = engine::build(world.clone());
        who::register(&mut engine);
        let texts = Texts::new(catalogue, imported);
        world.borrow_mut().explain = Some(texts.explain());
        world.borrow_mut().written = Some(texts.written());
        Ok(Self {
            engine,
            texts,
            scope: Scope::new(),
            library: AST::empty(),
            closures: Closures::default(),
            constants: Constants::default(),
            world,
            stop,
            in_turn: false,
            last: Dynamic::UNIT,
            history: History::default(),
        })
    }

    /// What was evaluated, the oldest first; `reset` leaves it.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.eval("6 * 7", "cell 1")?;
    /// let past = session.history().iter().next().ok_or("nothing")?;
    /// assert_eq!((past.text.as_str(), past.value.as_deref()), ("6 * 7", Some("42")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Set it to interrupt what is being evaluated. An evaluation begins by taking back what was asked
    /// before, unless a turn is under way.
    pub fn stop_token(&self) -> StopToken {
        self.stop.clone()
    }

    /// Begins a turn: what is asked to stop from now on is, even where the evaluation has not begun.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.begin_turn();
    /// session.stop_token().stop();
    /// assert!(session.eval("loop {}", "a cell").unwrap_err().interrupted);
    /// assert!(session.eval("loop {}", "more of it").unwrap_err().interrupted);
    /// session.end_turn();
    /// assert!(session.eval("6 * 7", "the next").is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn begin_turn(&mut self) {
        self.stop.reset();
        self.in_turn = true;
    }

    /// Ends a turn.
    pub fn end_turn(&mut self) {
        self.in_turn = false;
    }

    /// Takes back what was asked before.
    fn listen(&self) {
        if !self.in_turn {
            self.stop.reset();
        }
    }

    /// Says how `input(..)` asks the user; nothing makes it an error that says so.
    pub fn set_input(&mut self, hook: Option<InputHook>) {
        self.world.borrow_mut().input = hook;
    }

    /// All functions.
    pub fn catalogue(&self) -> &Catalogue {
        &self.texts.catalogue
    }

    /// Evaluates a text; variables stay. Gives the last value as text, unless it is nothing.
    ///
    /// # Errors
    /// What is wrong with the text, or went wrong in it; `name` says whose text it is.
    pub fn eval(&mut self, text: &str, name: &str) -> Result<Option<String>, Box<Diagnostic>> {
        let outcome = self.safely(name, |session| {
            let value = session.value(text, name)?;
            Ok(is_shown(&value).then(|| session.text_of(&value)))
        });
        self.remember(name, text, &outcome, |value| value);
        outcome
    }

    /// The same, with the last value in every form it has: a trace and a figure as pictures, a
    /// table, a VM and a status as HTML.
    ///
    /// # Errors
    /// As [`Self::eval`].
    pub fn eval_rich(
        &mut self,
        text: &str,
        name: &str,
    ) -> Result<Option<Display>, Box<Diagnostic>> {
        let outcome = self
            .safely(name, |session| session.value(text, name).map(|value| session.display(&value)));
        self.remember(name, text, &outcome, |value| &value.text);
        outcome
    }

    /// Does something with room on the stack. Should it panic, which is a mistake of ours, the session
    /// goes on: whoever talks with it keeps what there is.
    fn safely<T>(
        &mut self,
        name: &str,
        f: impl FnOnce(&mut Self) -> Result<T, Box<Diagnostic>>,
    ) -> Result<T, Box<Diagnostic>> {
        let watch = self.world.borrow().watch.clone();
        self.listen();
        watch.set_busy(true);
        let outcome = catch_unwind(AssertUnwindSafe(|| roomy(|| f(self))));
        watch.set_busy(false);
        outcome.unwrap_or_else(|_| {
            self.last = Dynamic::UNIT;
            Err(Box::new(Diagnostic {
                message: "BioXen itself has failed here, which it never should".to_owned(),
                help: vec!["please report it with the script; what was there before is".to_owned()],
                source_name: name.to_owned(),
                length: 1,
                ..Diagnostic::default()
            }))
        })
    }

    /// A value in every form it has; nothing has none.
    fn display(&self, value: &Dynamic) -> Option<Display> {
        if !is_shown(value) {
            return None;
        }
        let shown = |value: &Dynamic| self.text_of(value);
        Some(Display::of(value, &shown, &self.world.borrow()))
    }

    fn remember<T>(
        &mut self,
        name: &str,
        text: &str,
        outcome: &Result<Option<T>, Box<Diagnostic>>,
        shown: impl Fn(&T) -> &str,
    ) {
        let value = outcome.as_ref().map(|value| value.as_ref().map(shown));
        self.history.add(name, text, value.map_err(|d| d.message.as_str()));
    }

    fn parse(&self, text: &str) -> Result<(AST, Additions), rhai::ParseError> {
        reading::compile(&self.engine, &self.scope, &who::written(text))
    }

    fn value(&mut self, text: &str, name: &str) -> Result<Dynamic, Box<Diagnostic>> {
        self.world.borrow_mut().begin();
        let bare = plain(text);
        let mut text = notebook::script(&bare, name)?;
        self.world.borrow().catches.note(&text);
        if let Some(diagnostic) = explain::open_comment(&text, name) {
            return Err(Box::new(diagnostic));
        }
        let mut parsed = self.parse(&text);
        if parsed.is_err() {
            text = notebook::ended(self, text);
            parsed = self.parse(&text);
        }
        let written = parsed.as_ref().map(|(_, additions)| additions.written(&text));
        let read = written.as_deref().unwrap_or(&text);
        let source = Source { name: name.into(), text: read.into() };
        self.texts.begin(&source, &self.scope);
        let (ast, _) = parsed.map_err(|e| {
            if self.stop.is_stopped() {
                return Box::new(Diagnostic::interruption(name));
            }
            self.explain(&e.into(), &source)
        })?;
        let imports = imports::written(&ast);
        imports::check(self.catalogue(), &imports).map_err(|e| self.explain(&e, &source))?;
        for function in ast.iter_functions() {
            self.texts.define(function.name, &source);
            if hides(self.catalogue(), function.name, function.params.len()) {
                self.world.borrow_mut().show(Output::Remark(hiding(function.name)));
            }
        }
        // Functions stay, and a new one replaces the old one of its name and parameters.
        let whole = self.library.merge(&ast);
        if ast.has_functions() {
            // Closures, too: a value that holds one finds its function here.
            self.library = AST::new_from_module(whole.shared_lib().clone());
        }
        self.world.borrow_mut().functions = Some(whole.shared_lib().clone());
        let outcome = self.constants.evaluate(&self.engine, &mut self.scope, &whole);
        tidy::forget_hidden(&mut self.scope);
        self.last = outcome.as_ref().map_or(Dynamic::UNIT, Clone::clone);
        if outcome.is_ok() {
            // They stay, as variables and functions do.
            for (name, module) in self.texts.imported.borrow().found(&imports) {
                self.engine.register_static_module(name, module);
            }
        }
        let outcome = outcome.map_err(|error| {
            let limit = self.world.borrow_mut().limit.take();
            let limit = limit.filter(|_| error.is_system_exception());
            let error = match limit {
                Some(limit) => {
                    let definitions = self.texts.definitions.borrow();
                    limit.told(error, |closure| definitions.contains_key(closure))
                }
                None => error,
            };
            self.explain(&error, &source)
        });
        if ast.has_functions() {
            self.forget_closures();
        }
        outcome
    }

    /// Forgets closures that nothing can call any more.
    fn forget_closures(&mut self) {
        let world = self.world.borrow();
        let values = self.scope.iter_raw().map(|(_, _, value)| value).chain([&self.last]);
        let events = world.lab.cells().iter().flat_map(|cell| cell.events.iter());
        let functions = events.flat_map(|event| event.action.functions());
        let definitions = &mut self.texts.definitions.borrow_mut();
        self.closures.tidy(&mut self.library, definitions, values, functions);
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

    /// The status of all VMs.
    pub fn statuses(&self) -> Vec<VmStatus> {
        self.world.borrow().lab.statuses()
    }

    /// All chassis with their VMs as the contents of a file, as `save_hypervisor` writes it.
    ///
    /// # Errors
    /// When a number is none, which a live cell has not.
    pub fn saved(&self) -> Result<Vec<u8>, LabError> {
        let world = self.world.borrow();
        world.lab.saved()
    }

    /// Cell time [min] and seed.
    pub fn time_and_seed(&self) -> (f64, u64) {
        let world = self.world.borrow();
        (world.lab.hypervisor().now().minutes(), world.lab.hypervisor().seed())
    }

    /// The host and a VM as they are now, as a reaction network.
    ///
    /// # Errors
    /// When there is no VM of that id.
    pub fn network(&self, id: &str, host: HostModel) -> Result<Network, HypervisorError> {
        let world = self.world.borrow();
        world.lab.hypervisor_of(id)?.to_network(id, host)
    }

    /// What [`Self::network`] leaves out or takes as constant, in words.
    ///
    /// # Errors
    /// When there is no VM of that id.
    pub fn left_out_of_network(
        &self,
        id: &str,
        host: HostModel,
    ) -> Result<Vec<String>, HypervisorError> {
        let world = self.world.borrow();
        world.lab.hypervisor_of(id)?.left_out_of_network(id, host)
    }

    /// The id of the VM on which bare calls act.
    pub fn current_vm(&self) -> Option<String> {
        self.world.borrow().current_vm()
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
            self.constants.clear();
            self.texts.definitions.borrow_mut().clear();
            self.last = Dynamic::UNIT;
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
        self.world.borrow_mut().interrupted.take()
    }

    /// Whether there is something that an interrupted run had recorded; `interrupted_trace()` gives it.
    pub fn has_interrupted_trace(&self) -> bool {
        self.world.borrow().kept.is_some()
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

/// Whether a function of a script takes the place of one of the language.
fn hides(catalogue: &Catalogue, name: &str, parameters: usize) -> bool {
    catalogue.arities(name).contains(&parameters)
}

fn hiding(name: &str) -> String {
    format!(
        "the function `{name}` of this text takes the place of the function `{name}` of the language; \
         with another name, such as `my_{name}`, both can be called"
    )
}

/// Whether a value is a result to be shown: nothing is none, nor is the handle of what `display` has
/// just shown.
fn is_shown(value: &Dynamic) -> bool {
    !value.is_unit() && !value.is::<DisplayHandle>()
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
