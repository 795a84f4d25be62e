//! One user's dialogue with one world: what every front end needs and nothing that only one does.
//!
//! Architecture invariant: no terminal, no wire protocol, no printing below or in this layer.

mod check;
mod diagnostic;
mod explain;

pub use diagnostic::Diagnostic;

use std::cell::RefCell;
use std::rc::Rc;

use rhai::{Dynamic, Engine, Scope};

use crate::engine::{StopToken, Trajectory};
use crate::hypervisor::{HostModel, HypervisorError, VmStatus};
use crate::lang::{Catalogue, LangError, Output, World, WorldOptions, engine};
use crate::network::Network;

/// A session: a scope of variables, the functions of the language, and a world.
pub struct Session {
    engine: Engine,
    catalogue: Catalogue,
    scope: Scope<'static>,
    world: Rc<RefCell<World>>,
    stop: StopToken,
}

impl Session {
    /// A session whose outputs go to `sink`.
    ///
    /// # Errors
    /// When the host does not settle.
    ///
    /// # Examples
    /// ```
    /// use bioxen::lang::WorldOptions;
    /// use bioxen::session::Session;
    /// let mut session = Session::new(WorldOptions::default(), Box::new(|_| {}))?;
    /// session.eval("create_bio_vm(\"demo\", \"ecoli\").start();", "example")?;
    /// let count = session.eval("list_vms().len()", "example")?;
    /// assert_eq!(count.as_deref(), Some("1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(options: WorldOptions, sink: Box<dyn FnMut(Output)>) -> Result<Self, LangError> {
        let stop = StopToken::new();
        let world = Rc::new(RefCell::new(World::new(options, stop.clone(), sink)?));
        let (engine, catalogue) = engine::build(world.clone());
        Ok(Self { engine, catalogue, scope: Scope::new(), world, stop })
    }

    /// Set it to interrupt what is being evaluated.
    pub fn stop_token(&self) -> StopToken {
        self.stop.clone()
    }

    /// All functions.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Evaluates a text; variables stay. Gives the last value as text, unless it is nothing.
    ///
    /// # Errors
    /// What is wrong with the text, or went wrong in it; `name` says whose text it is.
    pub fn eval(&mut self, text: &str, name: &str) -> Result<Option<String>, Box<Diagnostic>> {
        let known = |e: &rhai::EvalAltResult, scope: &Scope<'_>, catalogue: &Catalogue| {
            Box::new(explain::explain(e, text, name, scope, catalogue))
        };
        self.stop.reset();
        let ast = self
            .engine
            .compile_with_scope(&self.scope, text)
            .map_err(|e| known(&e.into(), &self.scope, &self.catalogue))?;
        let value = self
            .engine
            .eval_ast_with_scope::<Dynamic>(&mut self.scope, &ast)
            .map_err(|e| known(&e, &self.scope, &self.catalogue))?;
        Ok((!value.is_unit()).then(|| self.text_of(&value)))
    }

    /// Parses a text and resolves its names, without running it.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the text.
    pub fn check(&self, text: &str, name: &str) -> Result<(), Vec<Diagnostic>> {
        check::check(&self.engine, &self.scope, &self.catalogue, text, name)
    }

    /// The status of all VMs.
    pub fn statuses(&self) -> Vec<VmStatus> {
        let world = self.world.borrow();
        let hypervisor = &world.hypervisor;
        hypervisor.vms().iter().filter_map(|vm| hypervisor.status(vm.id()).ok()).collect()
    }

    /// Cell time [min] and seed.
    pub fn time_and_seed(&self) -> (f64, u64) {
        let world = self.world.borrow();
        (world.hypervisor.now().minutes(), world.hypervisor.seed())
    }

    /// The host and a VM as they are now, as a reaction network.
    ///
    /// # Errors
    /// When there is no VM of that id.
    pub fn network(&self, id: &str, host: HostModel) -> Result<Network, HypervisorError> {
        self.world.borrow().hypervisor.to_network(id, host)
    }

    /// What an interrupted run had recorded; once.
    pub fn take_interrupted(&mut self) -> Option<Trajectory> {
        self.world.borrow_mut().interrupted.take()
    }

    fn text_of(&self, value: &Dynamic) -> String {
        // The value's own way of printing itself, which our types have as a function.
        let mut scope = Scope::new();
        scope.push_dynamic("value", value.clone());
        self.engine
            .eval_with_scope::<String>(&mut scope, "value.to_string()")
            .unwrap_or_else(|_| value.to_string())
    }
}
