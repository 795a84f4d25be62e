//! Nodes become values.

use std::collections::HashMap;
use std::sync::Arc;

use rhai::{AST, Array, Dynamic, Engine, Map, Module, Scope, Shared};

use super::CheckpointError;
use super::data::NoteRecord;
use super::functions::Known;
use super::record::{Heap, Node, Place, PopulationRecord, TextKind, TextRecord};
use super::write::{CONCENTRATION_UNITS, TIME_UNITS};
use crate::reading;
use crate::scripted::Lab;
use crate::{
    DisplayHandle, Ensemble, EventHandle, Fit, Grouped, Moment, Population, Status, Trace, Vm,
};
use bioxen_base::units::{Concentration, Duration, Kilobases, Percent, Time};
use bioxen_cell::hypervisor::Cells;
use bioxen_engine::{Interrupt, Trajectory};
use bioxen_lab::{Events, LabError};

/// What was learned and made of imported scripts.
pub struct Learned {
    known: Known,
    modules: Vec<Shared<Module>>,
    of_modules: HashMap<u32, Arc<str>>,
}

/// Makes the values of a heap again.
pub struct Reader<'a> {
    engine: &'a Engine,
    interrupt: Interrupt,
    /// The most memory of a population [bytes].
    memory: u64,
    known: Known,
    /// The texts on VMs with their functions, by their numbers.
    on_vms: HashMap<u32, (Arc<str>, Shared<Module>)>,
    /// The texts of imported scripts, by their numbers.
    of_modules: HashMap<u32, Arc<str>>,
    modules: Vec<Shared<Module>>,
    /// What was made, until somebody takes it.
    made: Vec<Option<Dynamic>>,
    shared: Vec<Dynamic>,
    trajectories: Vec<Arc<Trajectory>>,
}

impl<'a> Reader<'a> {
    /// One whose functions are those of `engine`. A population may need `memory` [bytes].
    pub fn new(engine: &'a Engine, interrupt: Interrupt, memory: u64) -> Self {
        Self {
            engine,
            interrupt,
            memory,
            known: Known::default(),
            on_vms: HashMap::new(),
            of_modules: HashMap::new(),
            modules: Vec::new(),
            made: Vec::new(),
            shared: Vec::new(),
            trajectories: Vec::new(),
        }
    }

    /// Reads a text again that has defined functions; `again` is how the session reads it.
    ///
    /// # Errors
    /// When it is no text of the language, or is read in another way than it was.
    pub fn learn(
        &mut self,
        number: u32,
        text: &TextRecord,
        again: impl FnOnce(&str) -> Result<AST, rhai::ParseError>,
    ) -> Result<AST, CheckpointError> {
        let wrong = |error: rhai::ParseError| {
            let reason = format!("a text that cannot be read: {}: {error}", text.name);
            CheckpointError::contents(reason)
        };
        let (code, nothing): (Arc<str>, _) = (text.text.as_str().into(), Scope::new());
        let ast = match text.kind {
            TextKind::Session => again(&text.text).map_err(wrong)?,
            TextKind::OnVm => {
                let ast = self.engine.compile_with_scope(&nothing, &text.text).map_err(wrong)?;
                self.on_vms.insert(number, (code, ast.shared_lib().clone()));
                ast
            }
            TextKind::Module => {
                self.of_modules.insert(number, code);
                reading::compile(self.engine, &nothing, &text.text).map_err(wrong)?.0
            }
        };
        self.known.learn(text, &ast)?;
        Ok(ast)
    }

    /// What another one has learned and made of imported scripts.
    pub fn go_on_from(mut self, other: Learned) -> Self {
        Learned { known: self.known, modules: self.modules, of_modules: self.of_modules } = other;
        self
    }

    /// What it has learned and made of imported scripts.
    pub fn learned(self) -> Learned {
        Learned { known: self.known, modules: self.modules, of_modules: self.of_modules }
    }

    pub(super) fn engine(&self) -> &'a Engine {
        self.engine
    }

    pub(super) fn text_of_module(&self, number: u32) -> Result<Arc<str>, CheckpointError> {
        let text = self.of_modules.get(&number).cloned();
        text.ok_or_else(|| CheckpointError::contents("an import without its text"))
    }

    pub(super) fn set_modules(&mut self, modules: Vec<Shared<Module>>) {
        self.modules = modules;
    }

    /// The name that a function has now.
    pub fn name<'n>(&'n self, old: &'n str) -> &'n str {
        self.known.name(old)
    }

    pub(super) fn on_vm(&self, number: u32) -> Result<(Arc<str>, Shared<Module>), CheckpointError> {
        let known = self.on_vms.get(&number).cloned();
        known.ok_or_else(|| CheckpointError::contents("a function without its text"))
    }

    /// A module that was imported.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn module(&self, number: u32) -> Result<Shared<Module>, CheckpointError> {
        let module = self.modules.get(number as usize).cloned();
        module.ok_or_else(|| CheckpointError::contents("an import that is not there"))
    }

    /// Makes all values.
    ///
    /// # Errors
    /// When the contents make no sense, or the user interrupts.
    pub fn make(&mut self, heap: Heap) -> Result<(), CheckpointError> {
        let Heap { nodes, shared, trajectories } = heap;
        let all = trajectories.into_iter().map(|one| one.again().map(Arc::new));
        self.trajectories = all.collect::<Result<_, _>>()?;
        let one = |constant| {
            let empty = if constant { Dynamic::UNIT.into_read_only() } else { Dynamic::UNIT };
            empty.into_shared()
        };
        self.shared = shared.iter().map(|record| one(record.is_constant)).collect();
        self.made = Vec::new();
        self.made.resize_with(nodes.len(), || None);
        // What a node holds lies behind it, and so is there already.
        for (at, node) in nodes.into_iter().enumerate().rev() {
            if self.interrupt.is_stopped() {
                return Err(LabError::Stopped.into());
            }
            self.made[at] = Some(self.value(at, node)?);
        }
        for (number, record) in shared.into_iter().enumerate() {
            let content = self.take(record.content)?;
            let content = if record.is_constant { content.into_read_only() } else { content };
            if content.is_shared() {
                return Err(CheckpointError::contents("a variable in a variable"));
            }
            if let Some(mut place) = self.shared[number].write_lock::<Dynamic>() {
                *place = content;
            }
        }
        Ok(())
    }

    /// A value, which can be taken once.
    ///
    /// # Errors
    /// When there is none.
    pub fn take(&mut self, place: Place) -> Result<Dynamic, CheckpointError> {
        let value = self.made.get_mut(place as usize).and_then(Option::take);
        value.ok_or_else(|| CheckpointError::contents("a value that is not there"))
    }

    /// What a run has recorded.
    ///
    /// # Errors
    /// When there is nothing of that number.
    pub(super) fn trajectory(&self, number: u32) -> Result<Arc<Trajectory>, CheckpointError> {
        let found = self.trajectories.get(number as usize).cloned();
        found.ok_or_else(|| CheckpointError::contents("a trace that is not there"))
    }

    fn all(&mut self, places: Vec<Place>) -> Result<Array, CheckpointError> {
        places.into_iter().map(|place| self.take(place)).collect()
    }

    fn map(&mut self, entries: Vec<(String, Place)>) -> Result<Map, CheckpointError> {
        let entry = |(key, place): (String, Place)| Ok((key.into(), self.take(place)?));
        entries.into_iter().map(entry).collect()
    }

    fn value(&mut self, at: usize, node: Node) -> Result<Dynamic, CheckpointError> {
        Ok(match node {
            // Nobody takes what was left out.
            Node::Unit | Node::LeftOut => Dynamic::UNIT,
            Node::Truth(x) => x.into(),
            Node::Whole(x) => x.into(),
            Node::Number(x) => x.into(),
            Node::Letter(x) => x.into(),
            Node::Text(x) => x.into(),
            Node::Bytes(x) => Dynamic::from_blob(x),
            Node::Range(from, to) => Dynamic::from(from..to),
            Node::RangeInclusive(from, to) => Dynamic::from(from..=to),
            Node::Array(places) => self.all(places)?.into(),
            Node::Numbers(numbers) => {
                numbers.into_iter().map(Dynamic::from_float).collect::<Array>().into()
            }
            Node::Map(entries) => self.map(entries)?.into(),
            Node::Shared(number) => {
                let found = self.shared.get(number as usize).cloned();
                found.ok_or_else(|| CheckpointError::contents("a variable that is not there"))?
            }
            Node::Function { name, caught } => {
                let mut function = self.known.function(&name)?;
                for place in caught {
                    function.add_curry(self.take(place)?);
                }
                Dynamic::from(function)
            }
            node => self.own(at, node)?,
        })
    }

    /// A value of a type of the language.
    fn own(&mut self, at: usize, node: Node) -> Result<Dynamic, CheckpointError> {
        let unit = || CheckpointError::contents("an unknown unit");
        Ok(match node {
            Node::Time(micros, None) => Dynamic::from(Duration::from(Time::from_micros(micros))),
            Node::Time(micros, Some(number)) => {
                let unit = TIME_UNITS.get(usize::from(number)).ok_or_else(unit)?;
                Dynamic::from(Duration::new(Time::from_micros(micros), *unit))
            }
            Node::Kilobases(x) => Dynamic::from(Kilobases(x)),
            Node::Percent(x) => Dynamic::from(Percent(x)),
            Node::Concentration(x, number) => {
                let unit = CONCENTRATION_UNITS.get(usize::from(number)).ok_or_else(unit)?;
                Dynamic::from(Concentration::new(x, *unit))
            }
            Node::Vm(id) => Dynamic::from(Vm { id }),
            Node::Event { number, of_population } => {
                Dynamic::from(EventHandle { number, of_population })
            }
            Node::Display(number) => Dynamic::from(DisplayHandle { number }),
            Node::Trace(number) => Dynamic::from(Trace(self.trajectory(number)?)),
            Node::Table(table) => Dynamic::from(table.again()?),
            Node::Grouped { table, keys, count } => {
                let count = usize::try_from(count).unwrap_or(usize::MAX);
                Dynamic::from(Grouped { table: table.again()?, keys, count })
            }
            Node::Status(status) => Dynamic::from(Status(status.again()?)),
            Node::Ensemble { runs, notes } => {
                let runs = runs.into_iter().map(|run| self.trajectory(run));
                let runs: Vec<Trajectory> = runs
                    .map(|run| run.map(|run| run.as_ref().clone()))
                    .collect::<Result<_, _>>()?;
                if runs.is_empty() {
                    return Err(CheckpointError::contents("an ensemble without runs"));
                }
                let notes = notes.into_iter().map(NoteRecord::again).collect();
                Dynamic::from(Ensemble::new(runs, notes, self.interrupt.clone()))
            }
            Node::Fit { told, text, markdown, html, parts } => {
                let told = Arc::new(self.map(told)?);
                let parts = parts.into_iter().map(|part| part.again());
                let parts = parts.collect::<Result<Vec<_>, _>>()?.into();
                Dynamic::from(Fit { told, text, markdown, html, parts })
            }
            Node::Population(PopulationRecord { cells, events }) => {
                let threads = std::thread::available_parallelism().map_or(1, usize::from);
                let stop = self.interrupt.token();
                let cells = Cells::load(&cells, (self.memory, threads), &stop);
                let mut population = Population::new(cells.map_err(LabError::from)?);
                let (numbered, events) = self.events(events)?;
                population.events = Events::again(numbered, events)?;
                Dynamic::from(population)
            }
            Node::Moment(record) => {
                let stop = self.interrupt.token();
                let lab: Lab = self.laboratory(*record, &stop)?;
                Dynamic::from(Moment(Arc::new(lab.keep())))
            }
            _ => {
                let reason = format!("a value that is none, the {at}th");
                return Err(CheckpointError::contents(reason));
            }
        })
    }
}
