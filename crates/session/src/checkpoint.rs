//! A whole session as the contents of a file, from which another one goes on bit for bit.

mod rows;
mod written;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use rhai::{AST, Dynamic, Module};
use serde::{Deserialize, Serialize};

use super::texts::Source;
use super::{History, Session, who};
use bioxen_lang::checkpoint::{
    CheckpointError, Heap, LabRecord, LeftOut, LibraryRecord, Reader, TextKind, TextRecord,
    WorldRecord, pack, scope_for, unpack,
};
use bioxen_lang::plugins::Loaded;
use bioxen_lang::reading;
use bioxen_lang::stack::roomy;
use written::Living;

/// A session at a time.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// The contents of a file, which [`Session::restore`] reads.
    pub bytes: Vec<u8>,
    /// What it does not have.
    pub left_out: Vec<LeftOut>,
}

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The version of BioXen that has written the checkpoint.
    pub version: String,
    /// What the checkpoint does not have.
    pub left_out: Vec<LeftOut>,
}

/// What the file has in it.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    version: String,
    left_out: Vec<LeftOut>,
    texts: Vec<TextRecord>,
    /// Name, parameters and the number of the text of each function.
    functions: Vec<(String, u32, u32)>,
    library: LibraryRecord,
    /// The names of imported scripts, and their numbers if they can be made again.
    imports: Vec<(String, Option<u32>)>,
    heap: Heap,
    /// Name, whether it is constant, and value of each variable.
    variables: Vec<(String, bool, u32)>,
    constants: Vec<(String, u32)>,
    last: Option<u32>,
    history: History,
    world: WorldRecord,
    lab: LabRecord,
}

/// Plug-ins as they travel.
fn packed(plugins: &[Arc<Loaded>]) -> Vec<Vec<u8>> {
    plugins.iter().map(|loaded| loaded.plugin.bundle().packed().to_vec()).collect()
}

impl Session {
    /// Everything that lives in the session, as data. Nothing of the session changes. What is no data is
    /// left out and named, such as a figure; a variable that holds something of the kind is left out as a
    /// whole.
    ///
    /// # Errors
    /// When there is too much of it.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.eval("let n = 20; let double = |x| 2 * x;", "example")?;
    /// let checkpoint = session.checkpoint()?;
    /// let mut another = Session::new(Default::default(), Box::new(|_| {}))?;
    /// another.restore(&checkpoint.bytes)?;
    /// assert_eq!(another.eval("double.call(n) + 2", "example")?.as_deref(), Some("42"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn checkpoint(&self) -> Result<Checkpoint, CheckpointError> {
        roomy(|| self.record()).and_then(|record| {
            Ok(Checkpoint {
                bytes: pack(&packed(&self.plugins()), &record)?,
                left_out: record.left_out,
            })
        })
    }

    fn record(&self) -> Result<Record, CheckpointError> {
        let world = self.world.borrow();
        let mut variables: Vec<_> = self.scope.iter_raw().collect();
        // A scope tells of its newest variable first.
        variables.reverse();
        let living = Living {
            defined: &self.defined,
            engine: &self.engine,
            world: &world,
            modules: &self.modules,
            variables,
            constants: &self.constants.all(),
            last: Some(&self.last),
        };
        let record = living.record(|writer| writer.world(&world))?;
        Ok(Record { history: self.history.clone(), ..record })
    }

    /// A text as it was read when it was evaluated, and as errors show it.
    fn read_again(&self, text: &str) -> Result<(AST, String), rhai::ParseError> {
        let scope = scope_for(text);
        let (ast, additions) = reading::compile(&self.engine, &scope, &who::written(text))?;
        Ok((ast, additions.written(text)))
    }

    /// Puts what a checkpoint has in the place of all that lives in the session. The front end, the folders
    /// and the limits stay those of this session. Figures that were shown keep their numbers.
    ///
    /// # Errors
    /// When it is cut off, damaged, of a later version, or no checkpoint; when it is interrupted. Then
    /// nothing has changed.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<Restored, CheckpointError> {
        self.listen();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            roomy(|| {
                let (plugins, record): (_, Record) = unpack(bytes)?;
                let (mut new, restored) = self.again(&plugins, record)?;
                new.world.borrow_mut().take_over(&mut self.world.borrow_mut());
                new.in_turn = self.in_turn;
                std::mem::swap(self, &mut new);
                Ok(restored)
            })
        }));
        outcome.unwrap_or_else(|_| Err(CheckpointError::contents("something that makes no sense")))
    }

    /// Another session, in which a record lives on.
    fn again(
        &self,
        plugins: &[Vec<u8>],
        record: Record,
    ) -> Result<(Self, Restored), CheckpointError> {
        let (options, memory) = {
            let world = self.world.borrow();
            (world.options.clone(), bioxen_lang::memory::for_cells(&world))
        };
        let interrupt = self.interrupt.clone();
        let new = Self::interrupted_by(interrupt.clone(), options, Box::new(|_| {}));
        let mut new = new.map_err(Box::new)?;
        for packed in plugins {
            let loaded = Loaded::unpack(&new.engine, packed).map_err(Box::new)?;
            let mut world = new.world.borrow_mut();
            // One of that name with other contents, which the front end has loaded, is told.
            world.plugins.add(vec![Arc::new(loaded)]).map_err(Box::new)?;
            bioxen_lang::plugins::tell_texts(&world);
        }
        new.meet_loaded();
        let mut reader = Reader::new(&new.engine, interrupt.clone(), memory);
        for (number, text) in (0..).zip(&record.texts) {
            if text.kind == TextKind::Module {
                reader.learn(number, text, |text| new.read_again(text).map(|(ast, _)| ast))?;
            }
        }
        reader.library(record.library, &new.texts.imported)?;
        for (name, number) in record.imports {
            let module = number.map_or(Ok(Module::new().into()), |number| reader.module(number))?;
            new.modules.insert(name, module);
        }
        let learned = reader.learned();
        for (name, module) in &new.modules {
            new.engine.register_static_module(name, module.clone());
        }
        let mut reader = Reader::new(&new.engine, interrupt, memory).go_on_from(learned);
        let mut library = AST::empty();
        for (number, text) in (0..).zip(&record.texts) {
            if text.kind == TextKind::Module {
                continue;
            }
            let mut written = String::new();
            let ast = reader.learn(number, text, |text| {
                let (ast, as_written) = new.read_again(text)?;
                written = as_written;
                Ok(ast)
            })?;
            if text.kind == TextKind::OnVm {
                continue;
            }
            let own = record.functions.iter().filter(|(.., by)| *by == number);
            let own: BTreeSet<(&str, usize)> =
                own.map(|(name, n, _)| (reader.name(name), *n as usize)).collect();
            let source = Source { name: text.name.as_str().into(), text: written.into() };
            own.iter().for_each(|(name, _)| new.texts.define(name, &source));
            library.combine_filtered(ast.clone_functions_only(), |_, _, _, name, n| {
                own.contains(&(name, n))
            });
            Rc::make_mut(&mut new.defined).note(&ast, &text.name, &text.text);
        }
        Rc::make_mut(&mut new.defined).tidy(&library);
        reader.make(record.heap)?;
        for (name, is_constant, place) in record.variables {
            let value = reader.take(place)?;
            if is_constant {
                new.scope.push_constant_dynamic(name, value);
            } else {
                new.scope.push_dynamic(name, value);
            }
        }
        for (name, place) in record.constants {
            new.constants.learn(name, reader.take(place)?);
        }
        new.last = record.last.map_or(Ok(Dynamic::UNIT), |place| reader.take(place))?;
        let stop = new.interrupt.token();
        {
            let mut world = new.world.borrow_mut();
            world.lab = reader.laboratory(record.lab, &stop)?;
            world.functions = Some(library.shared_lib().clone());
            reader.world(record.world, &mut world)?;
        }
        drop(reader);
        new.library = library;
        new.history = record.history;
        Ok((new, Restored { version: record.version, left_out: record.left_out }))
    }
}
