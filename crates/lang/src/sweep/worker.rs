//! One thread of a sweep: an engine and a world of its own, in which one point after the other lives.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use rhai::{
    Dynamic, Engine, FnPtr, ImmutableString, Module, NativeCallContext, Position, Shared, StaticVec,
};

use super::copies::Copies;
use crate::caught::{Catches, Explain};
use crate::given::Given;
use crate::parameters::Parameters;
use crate::plugins::Shelf;
use crate::scripted::Lab;
use crate::shared::Common;
use crate::stack::roomy;
use crate::world::{World, WorldOptions};
use crate::{LangError, Output, RhaiResultOf, engine};
use bioxen_cell::hypervisor::{Held, Hypervisor};
use bioxen_engine::Interrupt;

/// The values of the constants of a script, as Rhai shares them.
type Constants =
    Option<rhai::Shared<rhai::Locked<std::collections::BTreeMap<ImmutableString, Dynamic>>>>;

/// What every point begins with, as it was at the call.
pub(super) struct Beginning {
    /// Our function that calls it.
    pub(super) to: &'static str,
    pub(super) lab: Lab,
    pub(super) function: FnPtr,
    pub(super) functions: StaticVec<Shared<Module>>,
    pub(super) imports: Vec<(ImmutableString, Shared<Module>)>,
    pub(super) constants: Constants,
    pub(super) level: usize,
    pub(super) options: WorldOptions,
    pub(super) interrupt: Interrupt,
    /// The operations that each point may do.
    pub(super) operations: Option<u64>,
    pub(super) imported: Common<crate::imports::Library>,
    pub(super) plugins: Shelf,
    pub(super) catches: Catches,
    pub(super) explain: Option<Explain>,
    pub(super) seed: Option<u64>,
    /// The session's text, for the metadata of files.
    pub(super) script: Option<Arc<str>>,
    pub(super) parameters: Parameters,
    /// The number of what was shown last.
    pub(super) displays: u64,
}

/// What came of a point.
pub(super) struct Outcome {
    pub(super) value: RhaiResultOf<Dynamic>,
    pub(super) shown: Vec<Output>,
    /// What held VMs back.
    pub(super) held: Held,
    /// The parameters that it asked for, if it did.
    pub(super) asked: Option<Parameters>,
}

/// A thread's engine and world.
pub(super) struct Worker<'a> {
    beginning: &'a Beginning,
    engine: Engine,
    world: Rc<RefCell<World>>,
    shown: Rc<RefCell<Vec<Output>>>,
}

impl<'a> Worker<'a> {
    /// One for the points of a sweep.
    ///
    /// # Errors
    /// When the host does not settle.
    pub(super) fn new(beginning: &'a Beginning) -> Result<Self, LangError> {
        let shown = Rc::new(RefCell::new(Vec::new()));
        let sink = shown.clone();
        let sink = move |output| match output {
            // How far a single point is says nothing of the sweep.
            Output::Progress(_) | Output::Sample(_) | Output::RunEnded | Output::Points { .. } => {}
            output => sink.borrow_mut().push(output),
        };
        let options = beginning.options.clone();
        let mut world = World::new(options, beginning.interrupt.clone(), Box::new(sink))?;
        world.imported = beginning.imported.clone();
        world.plugins = beginning.plugins.clone();
        world.catches = beginning.catches.clone();
        world.wording.explain = beginning.explain.clone();
        world.in_sweep = Some(Held::default());
        world.script = beginning.script.clone();
        world.parameters = beginning.parameters.clone();
        let world = Rc::new(RefCell::new(world));
        let engine = engine::build(world.clone());
        Ok(Self { beginning, engine, world, shown })
    }

    /// Evaluates the function at a point. `number` counts points and repeats: of a number come the random
    /// streams, so that the first is the run that the cells themselves would make.
    pub(super) fn run(&self, argument: &Dynamic, number: u64) -> Outcome {
        let value = roomy(|| self.value(argument, number));
        let shown = std::mem::take(&mut *self.shown.borrow_mut());
        // What it gives must not share anything with this thread.
        let value = value.map(|value| Copies::default().of(&value));
        let mut world = self.world.borrow_mut();
        let held = world.in_sweep.replace(Held::default()).unwrap_or_default();
        let before = self.beginning.parameters.asked_for();
        let asked = Some(&world.parameters).filter(|p| p.asked_for() > before).cloned();
        Outcome { value, shown, held, asked }
    }

    /// The current cell as the function leaves it.
    ///
    /// # Errors
    /// Those of the function.
    pub(super) fn cell(&self, argument: &Dynamic) -> RhaiResultOf<Hypervisor> {
        let _ = self.run(argument, 0).value?;
        Ok(self.world.borrow().lab.hypervisor().clone())
    }

    fn value(&self, argument: &Dynamic, number: u64) -> RhaiResultOf<Dynamic> {
        let Beginning { functions, imports, constants, level, seed, .. } = self.beginning;
        let mut copies = Copies::default();
        let mut lab = self.beginning.lab.clone();
        lab.each_action(|action| action.apart(&mut |function| copies.function(function)));
        lab.become_one_of_many(*seed, number);
        {
            let mut world = self.world.borrow_mut();
            world.begin();
            world.display_on_from(self.beginning.displays);
            world.lab = lab;
            world.budget.grant(self.beginning.operations);
            world.functions = functions.last().cloned();
        }
        let mut global = self.engine.new_global_runtime_state();
        global.lib = functions.clone();
        for (name, module) in imports {
            global.push_import(name.clone(), module.clone());
        }
        global.constants = constants.clone();
        global.level = *level;
        let context = NativeCallContext::new_with_all_fields(
            &self.engine,
            self.beginning.to,
            None,
            &global,
            Position::NONE,
        );
        let function = copies.function(&self.beginning.function);
        let row = vec![copies.of(argument), Dynamic::from_int(number as i64)];
        let counts: &[usize] = if self.beginning.to == "sweep" { &[1, 2, 0] } else { &[1, 0] };
        Given::new(&context, self.beginning.to, &function).quietly().call_with(row, counts, None)
    }
}
