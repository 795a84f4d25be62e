//! What a world has beside its laboratory.

use std::sync::Arc;

use rhai::{Dynamic, Map};

use super::CheckpointError;
use super::read::Reader;
use super::record::WorldRecord;
use super::write::Writer;
use crate::World;
use crate::sweep::Rows;
use bioxen_base::units::Time;
use bioxen_cell::hypervisor::VmFailure;
use bioxen_engine::Trajectory;

impl Writer<'_> {
    /// Takes in what the points of a sweep know of a world beside its laboratory. Of what came before in a dialogue
    /// nothing is kept, so that the same sweep is the same whenever it is asked for.
    ///
    /// # Errors
    /// When there is too much.
    pub fn world_of_a_sweep(&mut self, world: &World) -> Result<WorldRecord, CheckpointError> {
        Ok(WorldRecord {
            interrupted: None,
            kept: None,
            last_trace: None,
            points: None,
            parameters: self.parameters(&world.parameters)?,
            failures: Vec::new(),
            catches: world.catches.names(),
            displays: 0,
            exited: false,
            script: None,
        })
    }

    /// Takes in what a world has beside its laboratory.
    ///
    /// # Errors
    /// When there is too much.
    pub fn world(&mut self, world: &World) -> Result<WorldRecord, CheckpointError> {
        let mut run = |of: &Option<Trajectory>| of.as_ref().map(|of| self.run(of));
        let interrupted = run(&world.runs.interrupted.run);
        let (kept, last_trace) = (run(&world.runs.kept), run(&world.runs.on_vm));
        let points = match &world.runs.interrupted.points {
            None => None,
            Some(Rows { names, rows }) => {
                let mut places = Vec::new();
                for row in rows {
                    let name = "the points of the interrupted sweep";
                    places.extend(self.named(name, &Dynamic::from(row.clone()))?);
                }
                Some((names.clone(), places))
            }
        };
        let failure =
            |failure: &VmFailure| (failure.vm.clone(), failure.at.micros(), failure.reason.clone());
        Ok(WorldRecord {
            interrupted,
            kept,
            last_trace,
            points,
            parameters: self.parameters(&world.parameters)?,
            failures: world.failures.iter().map(failure).collect(),
            catches: world.catches.names(),
            displays: world.displays(),
            exited: world.exited,
            script: world.script.as_deref().map(str::to_owned),
        })
    }
}

impl Reader<'_> {
    /// Puts into a world what it has beside its laboratory. What is shown next has a number that no display
    /// of it has had, nor one of the world that was here before.
    ///
    /// # Errors
    /// When the contents make no sense.
    pub fn world(&mut self, record: WorldRecord, world: &mut World) -> Result<(), CheckpointError> {
        let run = |number: Option<u32>| -> Result<Option<Trajectory>, CheckpointError> {
            let run = number.map(|number| self.trajectory(number)).transpose()?;
            Ok(run.map(Arc::unwrap_or_clone))
        };
        world.runs.interrupted.run = run(record.interrupted)?;
        world.runs.kept = run(record.kept)?;
        world.runs.on_vm = run(record.last_trace)?;
        world.runs.interrupted.points = None;
        if let Some((names, places)) = record.points {
            let mut rows = Vec::new();
            for place in places {
                let row = self.take(place)?.try_cast::<Map>();
                rows.push(row.ok_or_else(|| CheckpointError::contents("a point that is none"))?);
            }
            world.runs.interrupted.points = Some(Rows { names, rows });
        }
        world.parameters = self.parameters(record.parameters)?;
        let failure = |(vm, at, reason)| VmFailure { vm, at: Time::from_micros(at), reason };
        world.failures = record.failures.into_iter().map(failure).collect();
        world.catches.learn(record.catches);
        world.display_on_from(world.displays().max(record.displays));
        world.exited = record.exited;
        world.script = record.script.map(Into::into);
        Ok(())
    }
}
