//! Recorded numbers, tables and records as plain data.

use serde::{Deserialize, Serialize};

use super::CheckpointError;
use crate::Table;
use crate::value::Part;
use bioxen_cell::chassis::Bound;
use bioxen_cell::hypervisor::{HeldBack, VmStatus};
use bioxen_engine::trajectory::{Kind, Subject};
use bioxen_engine::{Column, Note, Trajectory};
use bioxen_table::{Column as Cells, Meta, Values};

/// Numbers of kinds in files; new ones come behind.
const KINDS: [Kind; 12] = [
    Kind::Other,
    Kind::Mrna,
    Kind::Protein,
    Kind::Copies,
    Kind::Model,
    Kind::Engaged,
    Kind::Polymerases,
    Kind::AtpShare,
    Kind::Growth,
    Kind::AtpLevel,
    Kind::Host,
    Kind::Culture,
];

/// The units of a fit.
const UNITS: [&str; 9] = ["", "s", "min", "h", "kb", "%", "mM", "uM", "nM"];

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TrajectoryRecord {
    time_unit: String,
    times: Vec<f64>,
    columns: Vec<ColumnRecord>,
    notes: Vec<NoteRecord>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ColumnRecord {
    name: String,
    kind: u8,
    vm: Option<String>,
    of: Option<String>,
    unit: String,
    values: Vec<f64>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct NoteRecord {
    column: String,
    vm: Option<String>,
    of_a_part: bool,
    text: String,
    advice: String,
}

impl TrajectoryRecord {
    pub(super) fn of(trajectory: &Trajectory) -> Self {
        let column = |c: &Column| ColumnRecord {
            name: c.name.clone(),
            // All kinds have a number; a test says so.
            kind: KINDS.iter().position(|kind| *kind == c.kind).unwrap_or(0) as u8,
            vm: c.subject.vm.as_deref().map(str::to_owned),
            of: c.subject.of.as_deref().map(str::to_owned),
            unit: c.unit.clone(),
            values: c.values.clone(),
        };
        Self {
            time_unit: trajectory.time_unit.clone(),
            times: trajectory.times.clone(),
            columns: trajectory.columns.iter().map(column).collect(),
            notes: trajectory.notes.iter().map(NoteRecord::of).collect(),
        }
    }

    pub(super) fn again(self) -> Result<Trajectory, CheckpointError> {
        let rows = self.times.len();
        let column = |c: ColumnRecord| {
            let kind = KINDS.get(usize::from(c.kind)).copied();
            let kind = kind.filter(|_| c.values.len() == rows);
            let kind = kind.ok_or_else(|| CheckpointError::contents("a column that cannot be"))?;
            let subject = Subject { vm: c.vm.map(Into::into), of: c.of.map(Into::into) };
            Ok::<_, CheckpointError>(Column {
                name: c.name,
                kind,
                subject,
                unit: c.unit,
                values: c.values,
            })
        };
        Ok(Trajectory {
            columns: self.columns.into_iter().map(column).collect::<Result<_, _>>()?,
            time_unit: self.time_unit,
            times: self.times,
            notes: self.notes.into_iter().map(NoteRecord::again).collect(),
        })
    }
}

impl NoteRecord {
    pub(super) fn of(note: &Note) -> Self {
        let Note { column, vm, of_a_part, text, advice } = note.clone();
        Self { column, vm: vm.map(|vm| vm.as_ref().to_owned()), of_a_part, text, advice }
    }

    pub(super) fn again(self) -> Note {
        let Self { column, vm, of_a_part, text, advice } = self;
        Note { column, vm: vm.map(Into::into), of_a_part, text, advice }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TableRecord {
    /// Name, unit and cells.
    columns: Vec<(String, Option<String>, CellsRecord)>,
    seed: Option<u64>,
    version: Option<String>,
    script: Option<String>,
    more: Vec<(String, String)>,
}

#[derive(Debug, Serialize, Deserialize)]
enum CellsRecord {
    Number(Vec<f64>),
    Whole(Vec<i64>),
    Text(Vec<Option<String>>),
    Truth(Vec<Option<bool>>),
}

impl TableRecord {
    pub(super) fn of(table: &Table) -> Self {
        let column = |c: &Cells| {
            let cells = match c.values() {
                Values::Number(all) => CellsRecord::Number(all.to_vec()),
                Values::Whole(all) => CellsRecord::Whole(all.to_vec()),
                Values::Truth(all) => CellsRecord::Truth(all.to_vec()),
                Values::Text(all) => {
                    let own = |text: &Option<_>| -> Option<String> {
                        text.as_ref().map(|text: &std::sync::Arc<str>| text.as_ref().to_owned())
                    };
                    CellsRecord::Text(all.iter().map(own).collect())
                }
            };
            (c.name().to_owned(), c.unit().map(str::to_owned), cells)
        };
        let Meta { seed, version, script, more } = table.meta().clone();
        Self { columns: table.columns().iter().map(column).collect(), seed, version, script, more }
    }

    pub(super) fn again(self) -> Result<Table, CheckpointError> {
        let column = |(name, unit, cells): (String, Option<String>, CellsRecord)| {
            let values = match cells {
                CellsRecord::Number(all) => Values::Number(all.into()),
                CellsRecord::Whole(all) => Values::Whole(all.into()),
                CellsRecord::Truth(all) => Values::Truth(all.into()),
                CellsRecord::Text(all) => {
                    Values::Text(all.into_iter().map(|text| text.map(Into::into)).collect())
                }
            };
            Cells::new(&name, values).with_unit(unit.as_deref())
        };
        let columns = self.columns.into_iter().map(column).collect();
        let table = Table::new(columns).map_err(CheckpointError::contents)?;
        let Self { seed, version, script, more, .. } = self;
        Ok(table.with_meta(Meta { seed, version, script, more }))
    }
}

/// The fields of [`VmStatus`].
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StatusRecord {
    names: [String; 4],
    place: [Option<String>; 3],
    numbers: [f64; 14],
    transcribing: Vec<String>,
    health: Vec<String>,
    held_back: Vec<HeldRecord>,
}

#[derive(Debug, Serialize, Deserialize)]
struct HeldRecord {
    vm: String,
    by: String,
    limit: f64,
    most: f64,
    share: f64,
    speed: f64,
}

impl StatusRecord {
    pub(super) fn of(status: &VmStatus) -> Self {
        let s = status.clone();
        let held = |h: HeldBack| HeldRecord {
            vm: h.vm,
            by: h.by.name().to_owned(),
            limit: h.limit,
            most: h.most,
            share: h.share,
            speed: h.speed,
        };
        Self {
            names: [s.id, s.biological_type, s.vm_type, s.state],
            place: [s.address, s.link, s.uuid],
            numbers: [
                s.uptime_min,
                s.atp_percent,
                s.atp_allocation,
                s.allocated_ribosomes,
                s.engaged_ribosomes,
                s.allocated_polymerases,
                s.engaged_polymerases,
                s.transcription_percent,
                s.memory_kb_used,
                s.memory_kb_limit,
                s.growth_rate_per_h,
                s.active_ribosome_fraction,
                s.rna_protein_ratio,
                s.cell_size,
            ],
            transcribing: s.transcribing,
            health: s.health,
            held_back: s.held_back.into_iter().map(held).collect(),
        }
    }

    pub(super) fn again(self) -> Result<VmStatus, CheckpointError> {
        let held = |h: HeldRecord| {
            let by = Bound::ALL.into_iter().find(|by| by.name() == h.by);
            let by = by.ok_or_else(|| CheckpointError::contents("an unknown quota"))?;
            let HeldRecord { vm, limit, most, share, speed, .. } = h;
            Ok::<_, CheckpointError>(HeldBack { vm, by, limit, most, share, speed })
        };
        let [id, biological_type, vm_type, state] = self.names;
        let [address, link, uuid] = self.place;
        let n = self.numbers;
        Ok(VmStatus {
            id,
            biological_type,
            vm_type,
            address,
            link,
            uuid,
            state,
            uptime_min: n[0],
            atp_percent: n[1],
            atp_allocation: n[2],
            allocated_ribosomes: n[3],
            engaged_ribosomes: n[4],
            allocated_polymerases: n[5],
            engaged_polymerases: n[6],
            transcription_percent: n[7],
            memory_kb_used: n[8],
            memory_kb_limit: n[9],
            growth_rate_per_h: n[10],
            active_ribosome_fraction: n[11],
            rna_protein_ratio: n[12],
            cell_size: n[13],
            transcribing: self.transcribing,
            health: self.health,
            held_back: self.held_back.into_iter().map(held).collect::<Result<_, _>>()?,
        })
    }
}

/// What a figure shows of one data set of a fit.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FitPartRecord {
    name: Option<String>,
    unit: String,
    x_unit: Option<String>,
    points: Vec<(f64, f64)>,
    curve: Vec<(f64, f64)>,
}

impl FitPartRecord {
    pub(super) fn of(part: &Part) -> Self {
        Self {
            name: part.name.clone(),
            unit: part.unit.to_owned(),
            x_unit: part.x_unit.map(str::to_owned),
            points: part.points.clone(),
            curve: part.curve.clone(),
        }
    }

    pub(super) fn again(self) -> Result<Part, CheckpointError> {
        let unit = |symbol: String| {
            let known = UNITS.into_iter().find(|known| *known == symbol);
            known.ok_or_else(|| CheckpointError::contents("an unknown unit"))
        };
        Ok(Part {
            name: self.name,
            unit: unit(self.unit)?,
            x_unit: self.x_unit.map(unit).transpose()?,
            points: self.points,
            curve: self.curve,
        })
    }
}
