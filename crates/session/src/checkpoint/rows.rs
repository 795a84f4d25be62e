//! A sweep as data, of which any session computes any row.

use std::collections::BTreeMap;
use std::rc::Rc;

use bioxen_exchange::Value;
use bioxen_lang::checkpoint::{CheckpointError, Freezer, Frozen, Sent, TextKind, pack};
use bioxen_lang::later::CLOSURE;
use bioxen_lang::stack::roomy;
use rhai::{Module, Shared};

use super::written::Living;
use super::{Record, packed};
use crate::defined::Defined;
use crate::exchange::out_of;
use crate::{Diagnostic, Session};

/// What errors call the texts of a sweep: the number of a cell says nothing elsewhere.
const NAME: &str = "the script of the sweep";
/// What computes a row; the variables are those that `sweep` has sent.
const CALL: &str = "sweep(values, function, options)";

impl Session {
    /// What makes data of a sweep in the text that is evaluated next.
    pub(crate) fn freezer(&self) -> Freezer {
        let (defined, modules) = (Rc::clone(&self.defined), self.modules.clone());
        Rc::new(move |sent| roomy(|| frozen(&defined, &modules, sent)))
    }

    /// What one row of a sweep gives that was sent, by the number of the row. The session holds what was sent, by
    /// [`Session::restore`], and nothing of it changes.
    ///
    /// # Errors
    /// What went wrong at the row.
    pub fn sweep_row(&mut self, number: u64) -> Result<Value, Box<Diagnostic>> {
        self.world.borrow_mut().only_row = Some(number);
        let outcome = self.eval(CALL, NAME);
        let mut world = self.world.borrow_mut();
        world.only_row = None;
        let row = world.row.take();
        drop(world);
        outcome?;
        let wrong = |message: String| {
            Box::new(Diagnostic { message, source_name: NAME.to_owned(), ..Diagnostic::default() })
        };
        let row = row.ok_or_else(|| wrong("the sweep has no such row".to_owned()))?;
        roomy(|| out_of(&row, "the row")).map_err(|error| wrong(error.to_string()))
    }
}

fn frozen(
    defined: &Defined,
    modules: &BTreeMap<String, Shared<Module>>,
    sent: &Sent<'_>,
) -> Result<Frozen, CheckpointError> {
    let mut all = modules.clone();
    all.extend(sent.imports.iter().cloned());
    let living = Living {
        defined,
        engine: sent.engine,
        world: sent.world,
        modules: &all,
        variables: sent.variables.iter().map(|(name, value)| (*name, false, value)).collect(),
        constants: &sent.constants,
        last: None,
    };
    let mut record = living.record(|writer| writer.world_of_a_sweep(sent.world))?;
    for text in &mut record.texts {
        if text.kind == TextKind::Session {
            NAME.clone_into(&mut text.name);
        }
    }
    let left_out = record.left_out.clone();
    let record = with_equal_names(record)?;
    Ok(Frozen { bytes: pack(&packed(sent.world.plugins.all()), &record)?, left_out })
}

/// Gives closures names that are the same in every process. Rhai names them by a hash that is not, and the same
/// sweep has to be the same when it is taken up again.
fn with_equal_names(record: Record) -> Result<Record, CheckpointError> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for closure in record.texts.iter().flat_map(|text| &text.closures) {
        let (number, length) = (names.len(), closure.len().saturating_sub(CLOSURE.len()));
        // As long as the old one, since it stands in the middle of other data.
        names.entry(closure.clone()).or_insert_with(|| format!("{CLOSURE}{number:0length$x}"));
    }
    let mut bytes = postcard::to_allocvec(&record).map_err(CheckpointError::contents)?;
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], CLOSURE.as_bytes()) {
        let start = at + found;
        at = start + CLOSURE.len();
        let new = names.iter().find(|(old, new)| {
            bytes[start..].starts_with(old.as_bytes()) && old.len() == new.len()
        });
        if let Some((old, new)) = new {
            bytes[start..start + old.len()].copy_from_slice(new.as_bytes());
            at = start + old.len();
        }
    }
    let mut record: Record = postcard::from_bytes(&bytes).map_err(CheckpointError::contents)?;
    record
        .functions
        .sort_by(|one, other| (one.2, &one.0, one.1).cmp(&(other.2, &other.0, other.1)));
    Ok(record)
}

/// Where a part stands first.
fn find(all: &[u8], part: &[u8]) -> Option<usize> {
    all.windows(part.len()).position(|window| window == part)
}
