//! Scripts that were imported: their texts, and what was calculated when they were run. They are not run again.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use rhai::{Dynamic, Engine, ImmutableString, Module, Scope, Shared};
use serde::{Deserialize, Serialize};

use super::CheckpointError;
use super::functions::{Texts, closures_of};
use super::read::Reader;
use super::record::{Heap, Place, TextKind};
use super::write::Writer;
use crate::imports::{Imported, Library, hide_imports, kept_module, show_closures};
use crate::reading;
use crate::shared::Common;

/// All imported scripts.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct LibraryRecord {
    heap: Heap,
    /// What is imported by one stands before it.
    modules: Vec<ModuleRecord>,
    /// Real paths by what texts have written.
    meant: Vec<(String, PathBuf)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ModuleRecord {
    path: PathBuf,
    name: String,
    /// The number of its text.
    text: u32,
    /// The real paths of what it imports, and how many modules can be named by way of it.
    imports: Vec<PathBuf>,
    names: u64,
    is_hidden: bool,
    /// The modules that it names, by their numbers.
    inner: Vec<(String, u32)>,
    constants: Vec<(String, Place)>,
    variables: Vec<(String, Place)>,
}

impl LibraryRecord {
    /// Takes in all that was imported.
    ///
    /// # Errors
    /// When there is too much.
    pub fn of(
        library: &Library,
        engine: &Engine,
        texts: &mut Texts,
    ) -> Result<(Self, Vec<super::LeftOut>), CheckpointError> {
        let all = in_order(library);
        let mut numbers: Vec<u32> = Vec::new();
        for (_, imported) in &all {
            let read = reading::compile(engine, &Scope::new(), &imported.text);
            let closures = read.map(|(ast, _)| closures_of(&ast)).unwrap_or_default();
            numbers.push(texts.add(TextKind::Module, &imported.name, &imported.text, closures));
            texts.add_module(&imported.module);
        }
        let mut writer = Writer::new(texts);
        let mut modules = Vec::new();
        for ((path, imported), text) in all.into_iter().zip(numbers) {
            let mut keep = |named: &mut dyn Iterator<Item = (String, Dynamic)>| {
                let mut kept = Vec::new();
                for (name, value) in named {
                    let told = format!("{}::{name}", imported.name);
                    kept.extend(writer.named(&told, &value)?.map(|place| (name, place)));
                }
                Ok::<_, CheckpointError>(kept)
            };
            let constants = keep(&mut imported.constants.iter().cloned())?;
            let variables = imported.module.iter_var();
            let variables =
                keep(&mut variables.map(|(name, value)| (name.to_owned(), value.clone())))?;
            let inner = imported.inner.iter().filter_map(|(name, module)| {
                Some((name.to_string(), writer.texts.module(module)?))
            });
            modules.push(ModuleRecord {
                path: path.clone(),
                name: imported.name.clone(),
                text,
                imports: imported.imports.clone(),
                names: imported.names as u64,
                is_hidden: imported.is_hidden,
                inner: inner.collect(),
                constants,
                variables,
            });
        }
        let (heap, left_out) = writer.finish();
        let meant = library.meant().iter().map(|(text, path)| (text.clone(), path.clone()));
        Ok((Self { heap, modules, meant: meant.collect() }, left_out))
    }
}

/// All imported scripts, each behind those that it imports.
fn in_order(library: &Library) -> Vec<(&PathBuf, &Imported)> {
    let mut order: Vec<(&PathBuf, &Imported)> = Vec::new();
    let mut left: Vec<(&PathBuf, &Imported)> = library.all().collect();
    let mut there: HashMap<usize, ()> = HashMap::new();
    loop {
        let before = left.len();
        left.retain(|(path, imported)| {
            let has = |module: &Shared<Module>| there.contains_key(&Shared::as_ptr(module).addr());
            // A script whose own import was changed since then names a module that is gone.
            let ready = imported.inner.iter().all(|(_, module)| has(module));
            if ready {
                there.insert(Shared::as_ptr(&imported.module).addr(), ());
                order.push((path, imported));
            }
            !ready
        });
        if left.len() == before {
            return order;
        }
    }
}

impl Reader<'_> {
    /// Makes what was imported again; texts of all modules were learned before.
    ///
    /// # Errors
    /// When the contents make no sense.
    pub fn library(
        &mut self,
        record: LibraryRecord,
        library: &Common<Library>,
    ) -> Result<(), CheckpointError> {
        self.make(record.heap)?;
        let mut made: Vec<Shared<Module>> = Vec::new();
        for one in record.modules {
            let inner = one.inner.into_iter().map(|(name, number)| {
                let module = made.get(number as usize).cloned();
                let module = module.ok_or_else(|| CheckpointError::contents("no such import"))?;
                Ok((ImmutableString::from(name), module))
            });
            let inner: Vec<_> = inner.collect::<Result<_, CheckpointError>>()?;
            let mut values = |named: Vec<(String, Place)>| {
                let one = |(name, place)| Ok((name, self.take(place)?));
                named.into_iter().map(one).collect::<Result<Vec<_>, CheckpointError>>()
            };
            let (constants, variables) = (values(one.constants)?, values(one.variables)?);
            let text = self.text_of_module(one.text)?;
            let read = reading::compile(self.engine(), &Scope::new(), &text);
            let (mut ast, additions) = read.map_err(CheckpointError::contents)?;
            ast.set_source(one.name.as_str());
            let module = kept_module(self.engine(), library, &ast, &inner, (&constants, variables));
            let mut module = module.map_err(CheckpointError::contents)?;
            if one.is_hidden {
                hide_imports(&mut module);
            }
            show_closures(&ast, &mut module);
            let module: Shared<Module> = module.into();
            made.push(module.clone());
            let names = usize::try_from(one.names).unwrap_or(usize::MAX);
            let written: Arc<str> = additions.written(&text).into();
            library.borrow_mut().put(
                one.path,
                written,
                Imported {
                    name: one.name,
                    text,
                    module,
                    imports: one.imports,
                    names,
                    constants,
                    inner,
                    is_hidden: one.is_hidden,
                },
            );
        }
        library.borrow_mut().learn(record.meant);
        self.set_modules(made);
        Ok(())
    }
}
