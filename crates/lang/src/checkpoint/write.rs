//! Values become nodes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rhai::{Array, Blob, Dynamic, FnPtr, Map};

use super::data::{FitPartRecord, NoteRecord, StatusRecord, TableRecord, TrajectoryRecord};
use super::functions::Texts;
use super::record::{EventRecord, Heap, Node, Place, PopulationRecord, SharedRecord};
use super::{CheckpointError, LeftOut};
use crate::catalogue::type_of;
use crate::later::NAME;
use crate::{
    DisplayHandle, Ensemble, EventHandle, Fit, Grouped, Moment, Population, Status, Table, Trace,
    Vm,
};
use bioxen_base::units::{
    Concentration, ConcentrationUnit, Duration, Kilobases, Percent, TimeUnit,
};
use bioxen_engine::Trajectory;

/// The most nodes of a checkpoint.
const MOST: u32 = 200_000_000;
/// How many numbers an array has at least that is kept as one node.
const MANY: usize = 4;

/// The units of times and concentrations by their numbers.
pub(super) const TIME_UNITS: [TimeUnit; 3] = [TimeUnit::Second, TimeUnit::Minute, TimeUnit::Hour];
pub(super) const CONCENTRATION_UNITS: [ConcentrationUnit; 3] =
    [ConcentrationUnit::Millimolar, ConcentrationUnit::Micromolar, ConcentrationUnit::Nanomolar];

/// What users call the type of a value.
fn kind_of(value: &Dynamic) -> String {
    let name = type_of(value.type_name());
    let name = name.rsplit("::").next().unwrap_or(name);
    match name {
        "FigureValue" => "Figure",
        "LangError" => "Error",
        other => other,
    }
    .to_owned()
}

/// Takes values into a heap.
pub struct Writer<'a> {
    pub(super) heap: Heap,
    /// The texts whose functions can be made again.
    pub(super) texts: &'a mut Texts,
    /// What cannot be kept, by its place: its type and the reason.
    why: BTreeMap<Place, (String, String)>,
    /// Shared variables by where they lie. They stay there while the session is not used.
    known: HashMap<usize, u32>,
    trajectories: HashMap<usize, u32>,
    /// Holds trajectories so that no other lies in their place.
    held: Vec<Arc<Trajectory>>,
    work: Vec<(Place, Dynamic)>,
    pub(super) left_out: Vec<LeftOut>,
}

impl<'a> Writer<'a> {
    /// An empty heap.
    pub fn new(texts: &'a mut Texts) -> Self {
        Self {
            heap: Heap::default(),
            texts,
            why: BTreeMap::new(),
            known: HashMap::new(),
            trajectories: HashMap::new(),
            held: Vec::new(),
            work: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// The heap, and what was left out.
    pub fn finish(self) -> (Heap, Vec<LeftOut>) {
        (self.heap, self.left_out)
    }

    /// Leaves something out.
    pub fn leave_out(&mut self, name: &str, kind: &str, why: &str) {
        let [name, kind, why] = [name, kind, why].map(str::to_owned);
        self.left_out.push(LeftOut { name, kind, why });
    }

    /// Takes a value in that has a name. Nothing if it, or something in it, cannot be kept; that is
    /// noted then.
    ///
    /// # Errors
    /// When there are too many values.
    pub fn named(&mut self, name: &str, value: &Dynamic) -> Result<Option<Place>, CheckpointError> {
        let root = self.add(value.clone())?;
        let Some((at, (kind, why))) = self.reason(root) else { return Ok(Some(root)) };
        let own = kind_of(value);
        let why = if at == root { why } else { format!("it holds a {kind}: {why}") };
        let own = if at == root { kind } else { own };
        self.leave_out(name, &own, &why);
        Ok(None)
    }

    /// Takes a value in. What cannot be kept in it is a node that says so.
    ///
    /// # Errors
    /// When there are too many values.
    pub(super) fn add(&mut self, value: Dynamic) -> Result<Place, CheckpointError> {
        let root = self.place()?;
        self.work.push((root, value));
        while let Some((at, value)) = self.work.pop() {
            let node = self.node(at, value)?;
            self.heap.nodes[at as usize] = node;
        }
        Ok(root)
    }

    fn place(&mut self) -> Result<Place, CheckpointError> {
        let place = u32::try_from(self.heap.nodes.len()).ok().filter(|place| *place < MOST);
        let place = place.ok_or(CheckpointError::TooMuch { most: MOST })?;
        self.heap.nodes.push(Node::Unit);
        Ok(place)
    }

    fn later(&mut self, value: Dynamic) -> Result<Place, CheckpointError> {
        let place = self.place()?;
        self.work.push((place, value));
        Ok(place)
    }

    fn all(
        &mut self,
        values: impl IntoIterator<Item = Dynamic>,
    ) -> Result<Vec<Place>, CheckpointError> {
        values.into_iter().map(|value| self.later(value)).collect()
    }

    fn map(&mut self, map: Map) -> Result<Vec<(String, Place)>, CheckpointError> {
        map.into_iter().map(|(key, value)| Ok((key.to_string(), self.later(value)?))).collect()
    }

    /// Says of a value that was taken in that it cannot be kept.
    pub(super) fn refuse(&mut self, at: Place, kind: &str, why: &str) {
        self.heap.nodes[at as usize] = self.without(at, kind, why);
    }

    fn without(&mut self, at: Place, kind: &str, why: &str) -> Node {
        self.why.insert(at, (kind.to_owned(), why.to_owned()));
        Node::LeftOut
    }

    fn shared(&mut self, at: Place, value: &Dynamic) -> Result<Node, CheckpointError> {
        let Some(inner) = value.read_lock::<Dynamic>() else {
            return Ok(self.without(at, "variable", "it is in use"));
        };
        let lies = std::ptr::from_ref::<Dynamic>(&inner).addr();
        if let Some(known) = self.known.get(&lies) {
            return Ok(Node::Shared(*known));
        }
        let (is_constant, copy) = (inner.is_read_only(), inner.clone());
        let number = self.heap.shared.len() as u32;
        self.known.insert(lies, number);
        let content = self.later(copy)?;
        self.heap.shared.push(SharedRecord { content, is_constant });
        Ok(Node::Shared(number))
    }

    fn node(&mut self, at: Place, value: Dynamic) -> Result<Node, CheckpointError> {
        if value.is_shared() {
            return self.shared(at, &value);
        }
        if let Some(x) = value.read_lock::<i64>() {
            return Ok(Node::Whole(*x));
        }
        if let Some(x) = value.read_lock::<f64>() {
            return Ok(Node::Number(*x));
        }
        if let Some(x) = value.read_lock::<bool>() {
            return Ok(Node::Truth(*x));
        }
        if let Some(x) = value.read_lock::<char>() {
            return Ok(Node::Letter(*x));
        }
        if value.is_unit() {
            return Ok(Node::Unit);
        }
        if value.is_string() {
            return Ok(Node::Text(value.into_string().unwrap_or_default()));
        }
        if value.is_array() {
            let array: Array = value.into_array().unwrap_or_default();
            let numbers = || array.iter().map(|x| x.is::<f64>().then(|| x.as_float().ok())?);
            if array.len() >= MANY
                && !array.iter().any(Dynamic::is_shared)
                && let Some(numbers) = numbers().collect()
            {
                return Ok(Node::Numbers(numbers));
            }
            return Ok(Node::Array(self.all(array)?));
        }
        if value.is_map() {
            let map: Map = value.try_cast().unwrap_or_default();
            return Ok(Node::Map(self.map(map)?));
        }
        if value.is_blob() {
            let bytes: Blob = value.into_blob().unwrap_or_default();
            return Ok(Node::Bytes(bytes));
        }
        if let Some(function) = value.read_lock::<FnPtr>() {
            return self.function(at, &function);
        }
        self.own(at, &value)
    }

    fn function(&mut self, at: Place, function: &FnPtr) -> Result<Node, CheckpointError> {
        let name = function.fn_name();
        // Rhai tells a function of Rust from one of a script in this form only.
        let is_bare = function.iter_curry().next().is_none();
        if name == NAME && is_bare && format!("{function:?}").starts_with("Fn#") {
            return Ok(self.without(at, "function", "it comes out of a text that ran on a VM"));
        }
        if !self.texts.has(name) && FnPtr::new(name).is_err() {
            return Ok(self.without(at, "function", "the text in which it stands is not known"));
        }
        let caught = self.all(function.iter_curry().cloned())?;
        Ok(Node::Function { name: name.to_owned(), caught })
    }

    /// A value of a type of the language.
    fn own(&mut self, at: Place, value: &Dynamic) -> Result<Node, CheckpointError> {
        if let Some(range) = value.read_lock::<std::ops::Range<i64>>() {
            return Ok(Node::Range(range.start, range.end));
        }
        if let Some(range) = value.read_lock::<std::ops::RangeInclusive<i64>>() {
            return Ok(Node::RangeInclusive(*range.start(), *range.end()));
        }
        if let Some(time) = value.read_lock::<Duration>() {
            let unit = TIME_UNITS.iter().position(|unit| time.unit() == Some(*unit));
            return Ok(Node::Time(time.time().micros(), unit.map(|unit| unit as u8)));
        }
        if let Some(length) = value.read_lock::<Kilobases>() {
            return Ok(Node::Kilobases(length.0));
        }
        if let Some(share) = value.read_lock::<Percent>() {
            return Ok(Node::Percent(share.0));
        }
        if let Some(amount) = value.read_lock::<Concentration>() {
            let unit = CONCENTRATION_UNITS.iter().position(|unit| *unit == amount.unit());
            return Ok(Node::Concentration(amount.value(), unit.unwrap_or(0) as u8));
        }
        if let Some(vm) = value.read_lock::<Vm>() {
            return Ok(Node::Vm(vm.id.clone()));
        }
        if let Some(event) = value.read_lock::<EventHandle>() {
            let EventHandle { number, of_population } = *event;
            return Ok(Node::Event { number, of_population });
        }
        if let Some(display) = value.read_lock::<DisplayHandle>() {
            return Ok(Node::Display(display.number));
        }
        if let Some(trace) = value.read_lock::<Trace>() {
            return Ok(Node::Trace(self.trajectory(&trace.0)));
        }
        if let Some(table) = value.read_lock::<Table>() {
            return Ok(Node::Table(TableRecord::of(&table)));
        }
        if let Some(grouped) = value.read_lock::<Grouped>() {
            let (table, keys) = (TableRecord::of(&grouped.table), grouped.keys.clone());
            return Ok(Node::Grouped { table, keys, count: grouped.count as u64 });
        }
        if let Some(status) = value.read_lock::<Status>() {
            return Ok(Node::Status(Box::new(StatusRecord::of(&status.0))));
        }
        if let Some(ensemble) = value.read_lock::<Ensemble>() {
            let runs = ensemble.runs.iter().map(|run| self.run(run)).collect();
            let notes = ensemble.notes.iter().map(NoteRecord::of).collect();
            return Ok(Node::Ensemble { runs, notes });
        }
        if let Some(fit) = value.read_lock::<Fit>() {
            let told = self.map(fit.told.as_ref().clone())?;
            let Fit { text, markdown, html, parts, .. } = fit.clone();
            let parts = parts.iter().map(FitPartRecord::of).collect();
            return Ok(Node::Fit { told, text, markdown, html, parts });
        }
        if let Some(population) = value.read_lock::<Population>() {
            let cells = match population.cells.save() {
                Ok(cells) => cells,
                Err(error) => return Ok(self.without(at, "Population", &error.to_string())),
            };
            let (numbered, events) = (population.events.numbered(), population.events.iter());
            let events = self.events(numbered, events)?;
            return Ok(Node::Population(PopulationRecord { cells, events }));
        }
        if let Some(moment) = value.read_lock::<Moment>() {
            let parts = moment.0.parts()?;
            return Ok(Node::Moment(Box::new(self.lab(parts)?)));
        }
        let kind = kind_of(value);
        Ok(self.without(at, &kind, "a checkpoint has no form for it"))
    }

    /// The number of a trajectory.
    pub(super) fn trajectory(&mut self, trajectory: &Arc<Trajectory>) -> u32 {
        let lies = Arc::as_ptr(trajectory).addr();
        if let Some(known) = self.trajectories.get(&lies) {
            return *known;
        }
        let number = self.run(trajectory);
        self.trajectories.insert(lies, number);
        self.held.push(trajectory.clone());
        number
    }

    pub(super) fn run(&mut self, trajectory: &Trajectory) -> u32 {
        self.heap.trajectories.push(TrajectoryRecord::of(trajectory));
        (self.heap.trajectories.len() - 1) as u32
    }

    /// Why a value cannot be kept whole, and where: the first of its parts that is left out.
    pub(super) fn reason(&self, root: Place) -> Option<(Place, (String, String))> {
        if self.why.is_empty() {
            return None;
        }
        let mut seen = BTreeSet::from([root]);
        let mut open = vec![root];
        while let Some(at) = open.pop() {
            if let Some(why) = self.why.get(&at) {
                return Some((at, why.clone()));
            }
            let mut go = |inner: &Place| {
                if seen.insert(*inner) {
                    open.push(*inner);
                }
            };
            match &self.heap.nodes[at as usize] {
                Node::Array(inner) | Node::Function { caught: inner, .. } => {
                    inner.iter().for_each(&mut go);
                }
                Node::Map(inner) | Node::Fit { told: inner, .. } => {
                    inner.iter().for_each(|(_, inner)| go(inner));
                }
                Node::Shared(number) => go(&self.heap.shared[*number as usize].content),
                Node::Moment(moment) => moment.functions().for_each(&mut go),
                Node::Population(population) => {
                    let functions = population.events.all.iter().flat_map(EventRecord::functions);
                    functions.for_each(&mut go);
                }
                _ => {}
            }
        }
        None
    }
}
