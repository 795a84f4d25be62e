//! What the files of sessions and of sweeps have alike.

use std::collections::BTreeMap;

use bioxen_lang::World;
use bioxen_lang::checkpoint::{CheckpointError, LibraryRecord, WorldRecord, Writer};
use rhai::{Dynamic, Engine, Module, Shared};

use super::Record;
use crate::History;
use crate::defined::Defined;

/// What lives in a session or in a sweep that is sent.
pub(super) struct Living<'a> {
    pub(super) defined: &'a Defined,
    pub(super) engine: &'a Engine,
    pub(super) world: &'a World,
    pub(super) modules: &'a BTreeMap<String, Shared<Module>>,
    /// Name, whether it is constant, and value of each variable.
    pub(super) variables: Vec<(&'a str, bool, &'a Dynamic)>,
    /// What functions know as `global`.
    pub(super) constants: &'a [(String, Dynamic)],
    /// The value of the last expression.
    pub(super) last: Option<&'a Dynamic>,
}

impl Living<'_> {
    /// All of it as data, with what `of_world` writes of the world.
    pub(super) fn record(
        &self,
        of_world: impl FnOnce(&mut Writer<'_>) -> Result<WorldRecord, CheckpointError>,
    ) -> Result<Record, CheckpointError> {
        let (mut texts, functions) = self.defined.texts();
        let (library, of_library) =
            LibraryRecord::of(&self.world.imported.borrow(), self.engine, &mut texts)?;
        let modules = self.modules.iter();
        let imports: Vec<(String, Option<u32>)> =
            modules.map(|(name, module)| (name.clone(), texts.module(module))).collect();
        let mut writer = Writer::new(&mut texts);
        let lab = writer.laboratory(&self.world.lab)?;
        let mut variables = Vec::new();
        for &(name, is_constant, value) in &self.variables {
            if let Some(place) = writer.named(name, value)? {
                variables.push((name.to_owned(), is_constant, place));
            }
        }
        let mut constants = Vec::new();
        for (name, value) in self.constants {
            if let Some(place) = writer.named(&format!("global::{name}"), value)? {
                constants.push((name.clone(), place));
            }
        }
        let last = match self.last {
            Some(value) => writer.named("the last value", value)?,
            None => None,
        };
        for (name, _) in imports.iter().filter(|(_, number)| number.is_none()) {
            writer.leave_out(name, "Module", "a script that it needs was changed since then");
        }
        let world = of_world(&mut writer)?;
        let (heap, mut left_out) = writer.finish();
        left_out.splice(0..0, of_library);
        Ok(Record {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            left_out,
            texts: texts.finish(),
            functions,
            library,
            imports,
            heap,
            variables,
            constants,
            last,
            history: History::default(),
            world,
            lab,
        })
    }
}
