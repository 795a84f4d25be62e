//! What a checkpoint has in it: plain data, with numbers bit for bit.
//!
//! Values are a list of nodes that name each other by their places. So nothing here is nested, and what
//! several values share is there once.

use serde::{Deserialize, Serialize};

use super::data::{FitPartRecord, NoteRecord, StatusRecord, TableRecord, TrajectoryRecord};
use crate::parameters::Asked;

/// The place of a node among all.
pub(crate) type Place = u32;

/// Values of a script.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Heap {
    /// What a node holds comes behind it.
    pub(super) nodes: Vec<Node>,
    /// Variables that closures share, by their numbers.
    pub(super) shared: Vec<SharedRecord>,
    /// What runs have recorded, once for all values that have it.
    pub(super) trajectories: Vec<TrajectoryRecord>,
}

/// A variable that closures have caught.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SharedRecord {
    pub(super) content: Place,
    pub(super) is_constant: bool,
}

/// One value.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Node {
    /// Nothing.
    Unit,
    /// What cannot be kept.
    LeftOut,
    Truth(bool),
    Whole(i64),
    Number(f64),
    Letter(char),
    Text(String),
    Bytes(Vec<u8>),
    Range(i64, i64),
    RangeInclusive(i64, i64),
    Array(Vec<Place>),
    /// An array of numbers, of which there may be many.
    Numbers(Vec<f64>),
    Map(Vec<(String, Place)>),
    /// The number of a shared variable.
    Shared(u32),
    Function {
        name: String,
        caught: Vec<Place>,
    },
    Time(i64, Option<u8>),
    Kilobases(f64),
    Percent(f64),
    Concentration(f64, u8),
    Vm(String),
    Event {
        number: u64,
        of_population: bool,
    },
    Display(u64),
    /// The number of a trajectory.
    Trace(u32),
    Table(TableRecord),
    Grouped {
        table: TableRecord,
        keys: Vec<String>,
        count: u64,
    },
    Status(Box<StatusRecord>),
    Ensemble {
        runs: Vec<u32>,
        notes: Vec<NoteRecord>,
    },
    Fit {
        told: Vec<(String, Place)>,
        text: String,
        markdown: String,
        html: String,
        parts: Vec<FitPartRecord>,
    },
    Population(PopulationRecord),
    Moment(Box<LabRecord>),
}

/// A laboratory or a moment of one.
#[derive(Debug, Serialize, Deserialize)]
pub struct LabRecord {
    /// The contents of the file of all cells.
    pub(super) archive: Vec<u8>,
    pub(super) current: u32,
    pub(super) attached: Option<String>,
    pub(super) seed: u64,
    /// The names of the cells, and what each has beside its state.
    pub(super) cells: Vec<(String, EventsRecord)>,
}

/// A population of cells.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PopulationRecord {
    /// The contents of its file.
    pub(super) cells: Vec<u8>,
    pub(super) events: EventsRecord,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct EventRecord {
    pub(super) number: u64,
    pub(super) trigger: TriggerRecord,
    pub(super) condition: Option<LaterRecord>,
    pub(super) action: LaterRecord,
    /// The line and the place of the call that set it; nothing where that is unknown.
    pub(super) position: Option<(u16, u16)>,
}

/// The events of a cell or of a population.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct EventsRecord {
    pub(super) numbered: u64,
    pub(super) all: Vec<EventRecord>,
}

/// Times are in us.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum TriggerRecord {
    At(i64),
    Every { interval: i64, next: i64 },
    When { held: bool },
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LaterRecord {
    pub(super) function: Place,
    /// How many values it is given.
    pub(super) values: u32,
    pub(super) imports: Vec<(String, u32)>,
    pub(super) origin: Option<OnVmRecord>,
}

/// The text on a VM from which a function comes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OnVmRecord {
    pub(super) vm: String,
    /// The number of the text.
    pub(super) text: u32,
    pub(super) imports: Vec<(String, u32)>,
}

/// A text that has defined functions.
#[derive(Debug, Serialize, Deserialize)]
pub struct TextRecord {
    /// Whose text it was.
    pub name: String,
    /// The text.
    pub text: String,
    /// What it is.
    pub kind: TextKind,
    /// The names of its closures by their places in it, since the names depend on the build.
    pub closures: Vec<String>,
}

/// Whose functions a text has defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextKind {
    /// Those of the session.
    Session,
    /// Its own, on a VM.
    OnVm,
    /// Those of an imported script.
    Module,
}

/// The parameters of a session.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ParametersRecord {
    pub(crate) given: Vec<(String, GivenRecord)>,
    pub(crate) asked: Vec<Asked<Place>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum GivenRecord {
    Text(String),
    Value(Place),
}

/// What a world has beside its laboratory.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct WorldRecord {
    pub(super) interrupted: Option<u32>,
    pub(super) kept: Option<u32>,
    pub(super) last_trace: Option<u32>,
    /// The columns and the rows of the sweep that was interrupted.
    pub(super) points: Option<(Vec<String>, Vec<Place>)>,
    pub(super) parameters: ParametersRecord,
    /// VM, time [us] and reason.
    pub(super) failures: Vec<(String, i64, String)>,
    pub(super) catches: Vec<String>,
    pub(super) displays: u64,
    pub(super) exited: bool,
    pub(super) script: Option<String>,
}
