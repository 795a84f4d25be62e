//! Laboratories and their events.

use std::sync::Arc;

use rhai::{Dynamic, FnPtr, Position};

use super::CheckpointError;
use super::read::Reader;
use super::record::{
    EventRecord, EventsRecord, LabRecord, LaterRecord, OnVmRecord, Place, TriggerRecord,
};
use super::write::Writer;
use crate::later::{Imports, Later, Origin};
use crate::scripted::{Event, Lab, Scripted};
use bioxen_base::units::Time;
use bioxen_engine::StopToken;
use bioxen_lab::{Parts, PartsOfCell, Trigger};

impl LabRecord {
    /// The places of the functions of its events.
    pub(super) fn functions(&self) -> impl Iterator<Item = &Place> {
        self.cells.iter().flat_map(|(_, events)| &events.all).flat_map(EventRecord::functions)
    }
}

impl EventRecord {
    pub(super) fn functions(&self) -> impl Iterator<Item = &Place> {
        self.condition.iter().chain([&self.action]).map(|later| &later.function)
    }
}

impl Writer<'_> {
    /// Takes a laboratory in. Events that cannot be kept are noted and left out.
    ///
    /// # Errors
    /// When there is too much, or a number of it is none.
    pub fn laboratory(&mut self, lab: &Lab) -> Result<LabRecord, CheckpointError> {
        let parts = lab.parts()?;
        for cell in parts.cells.iter().filter(|cell| cell.is_elsewhere) {
            let name = format!("the place of chassis `{}`", cell.name);
            let why = "its machine is not part of a checkpoint: the chassis goes on here";
            self.leave_out(&name, "Place", why);
        }
        let labels: Vec<Vec<String>> =
            parts.cells.iter().map(|cell| cell.events.iter().map(Event::label).collect()).collect();
        let mut record = self.lab(parts)?;
        for ((cell, events), labels) in record.cells.iter_mut().zip(labels) {
            let all = std::mem::take(&mut events.all);
            for (event, label) in all.into_iter().zip(labels) {
                let reason = event.functions().find_map(|place| self.reason(*place));
                match reason {
                    None => events.all.push(event),
                    Some((_, (_, why))) => {
                        let name = format!("event {} of chassis `{cell}`", event.number);
                        self.leave_out(&name, &label, &why);
                    }
                }
            }
        }
        Ok(record)
    }

    pub(super) fn lab(
        &mut self,
        parts: Parts<Arc<Scripted>>,
    ) -> Result<LabRecord, CheckpointError> {
        let Parts { archive, current, attached, seed, cells } = parts;
        let mut kept = Vec::new();
        for cell in cells {
            let events = self.events(cell.numbered, cell.events.iter())?;
            kept.push((cell.name, events));
        }
        Ok(LabRecord { archive, current: current as u32, attached, seed, cells: kept })
    }

    pub(super) fn events<'a>(
        &mut self,
        numbered: u64,
        all: impl Iterator<Item = &'a Event>,
    ) -> Result<EventsRecord, CheckpointError> {
        let all = all.map(|event| self.event(event)).collect::<Result<_, _>>()?;
        Ok(EventsRecord { numbered, all })
    }

    fn event(&mut self, event: &Event) -> Result<EventRecord, CheckpointError> {
        let trigger = match event.trigger {
            Trigger::At { time } => TriggerRecord::At(time.micros()),
            Trigger::Every { interval, next } => {
                TriggerRecord::Every { interval: interval.micros(), next: next.micros() }
            }
            Trigger::When { held } => TriggerRecord::When { held },
        };
        let Scripted { condition, action, position } = &*event.action;
        let condition = condition.as_ref().map(|later| self.later_of(later)).transpose()?;
        let place = |position: &Position| {
            let (line, place) = position.line().zip(position.position())?;
            Some((u16::try_from(line).ok()?, u16::try_from(place).ok()?))
        };
        Ok(EventRecord {
            number: event.number,
            trigger,
            condition,
            action: self.later_of(action)?,
            position: place(position),
        })
    }

    fn later_of(&mut self, later: &Later) -> Result<LaterRecord, CheckpointError> {
        let Later { function, imports, values, origin } = later;
        let origin = match origin {
            None => None,
            Some(Origin { functions, imports, vm, code }) => Some(OnVmRecord {
                vm: vm.clone(),
                text: self.texts.on_vm(code, functions),
                imports: self.imports(imports),
            }),
        };
        let kept = self.imports(imports);
        let place = self.add(Dynamic::from(function.clone()))?;
        if kept.len() < imports.len() {
            self.refuse(place, "function", "its text has imported a script");
        }
        Ok(LaterRecord { function: place, values: *values as u32, imports: kept, origin })
    }

    fn imports(&mut self, imports: &Imports) -> Vec<(String, u32)> {
        let number = |(name, module): &(rhai::ImmutableString, _)| {
            Some((name.to_string(), self.texts.module(module)?))
        };
        imports.iter().filter_map(number).collect()
    }
}

impl Reader<'_> {
    /// A laboratory again.
    ///
    /// # Errors
    /// When the contents make no sense.
    pub fn laboratory(
        &mut self,
        record: LabRecord,
        stop: &StopToken,
    ) -> Result<Lab, CheckpointError> {
        let LabRecord { archive, current, attached, seed, cells } = record;
        let mut all = Vec::new();
        for (name, events) in cells {
            let (numbered, events) = self.events(events)?;
            all.push(PartsOfCell { name, numbered, events, is_elsewhere: false });
        }
        let parts = Parts { archive, current: current as usize, attached, seed, cells: all };
        Ok(Lab::put_together(parts, stop)?)
    }

    /// How many were numbered, and those that are there.
    pub(super) fn events(
        &mut self,
        record: EventsRecord,
    ) -> Result<(u64, Vec<Event>), CheckpointError> {
        let all = record.all.into_iter().map(|event| self.event(event));
        Ok((record.numbered, all.collect::<Result<_, _>>()?))
    }

    fn event(&mut self, event: EventRecord) -> Result<Event, CheckpointError> {
        let time = Time::from_micros;
        let trigger = match event.trigger {
            TriggerRecord::At(at) => Trigger::At { time: time(at) },
            TriggerRecord::Every { interval, next } => {
                Trigger::Every { interval: time(interval), next: time(next) }
            }
            TriggerRecord::When { held } => Trigger::When { held },
        };
        let condition = event.condition.map(|later| self.later(later)).transpose()?;
        let action = self.later(event.action)?;
        let at = event.position.filter(|(line, _)| *line > 0);
        let position = at.map_or(Position::NONE, |(line, place)| Position::new(line, place));
        let action = Arc::new(Scripted { condition, action, position });
        Ok(Event { number: event.number, trigger, action })
    }

    fn later(&mut self, later: LaterRecord) -> Result<Later, CheckpointError> {
        let LaterRecord { function, values, imports, origin } = later;
        let function = self.take(function)?.try_cast::<FnPtr>();
        let function = function.ok_or_else(|| CheckpointError::contents("no function"))?;
        let origin = match origin {
            None => None,
            Some(OnVmRecord { vm, text, imports }) => {
                let (code, functions) = self.on_vm(text)?;
                Some(Origin { functions, imports: self.imports(imports)?, vm, code })
            }
        };
        Ok(Later { function, imports: self.imports(imports)?, values: values as usize, origin })
    }

    fn imports(&self, imports: Vec<(String, u32)>) -> Result<Imports, CheckpointError> {
        imports.into_iter().map(|(name, number)| Ok((name.into(), self.module(number)?))).collect()
    }
}
