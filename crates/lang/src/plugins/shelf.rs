//! The plug-ins of a session, and how it finds them.

use std::path::Path;
use std::sync::Arc;

use rhai::{AST, ASTNode, Dynamic, Engine, Expr, Map, Stmt};
use serde_json::Value;

use super::{Loaded, check};
use crate::files;
use crate::{LangError, Output, World, WorldOptions};
use bioxen_cell::factory::config_file::VmConfig;
use bioxen_cell::hypervisor::{HypervisorError, PluginName, PluginType, TypeFacts};
use bioxen_cell::package::{Given, Package, PackageError};
use bioxen_genome::plasmid::PlasmidFacts;
use bioxen_plugin::{Plugin, PluginError, with_required};

/// The function that loads a plug-in.
const LOAD: &str = "load_plugin";
/// The function that makes a VM from a configuration, which may name some.
const CONFIGURED: &str = "create_from_config";
/// The most plug-ins of a session.
const MOST: usize = 64;

/// The plug-ins of a session, in the order in which they were loaded.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    loaded: Vec<Arc<Loaded>>,
    /// How many the front end has loaded; they stay.
    first: usize,
    /// Those whose functions the engine of the session has.
    met: Vec<Arc<Loaded>>,
}

impl Shelf {
    /// All of them.
    pub fn all(&self) -> &[Arc<Loaded>] {
        &self.loaded
    }

    /// Whether a plug-in is loaded, with these contents.
    pub fn has(&self, plugin: &Loaded) -> bool {
        self.loaded.iter().any(|known| known.plugin.sha256() == plugin.plugin.sha256())
    }

    /// The engine of the session has the functions of a plug-in now. Gives whether that is new.
    pub fn meet(&mut self, plugin: &Arc<Loaded>) -> bool {
        let new = !self.is_met(plugin);
        if new {
            self.met.push(Arc::clone(plugin));
        }
        new
    }

    /// Those whose functions an engine of this world needs: they are loaded, or may be by the text that runs.
    pub fn known(&self) -> impl Iterator<Item = &Arc<Loaded>> {
        self.loaded.iter().chain(self.met.iter().filter(|met| !self.has(met)))
    }

    /// Whether the engine of the session has the functions of a plug-in.
    pub fn is_met(&self, plugin: &Loaded) -> bool {
        self.met.iter().any(|known| known.plugin.sha256() == plugin.plugin.sha256())
    }

    /// The biological types that they bring.
    pub fn types(&self) -> Vec<PluginType> {
        // Each was kept when it was added.
        self.loaded.iter().filter_map(|loaded| loaded.biological_type().ok().flatten()).collect()
    }

    /// Refuses a biological type whose plug-in is not loaded as it was.
    ///
    /// # Errors
    /// When the plug-in is not there, or has other contents.
    pub fn expect(&self, facts: &TypeFacts) -> Result<(), HypervisorError> {
        let needed = Box::new(facts.plugin_name());
        match self.loaded.iter().find(|loaded| loaded.name() == facts.plugin) {
            Some(there) if there.plugin.sha256() == facts.sha256 => Ok(()),
            Some(there) => {
                let version = there.plugin.manifest().version.to_string();
                let found = PluginName::new(there.name(), &version, there.plugin.sha256());
                Err(HypervisorError::PluginChanged { needed, found: Box::new(found) })
            }
            None => Err(HypervisorError::PluginMissing { needed }),
        }
    }

    /// A package of one of them, with values of its parameters.
    pub fn package(&self, name: &str, given: &Given) -> Option<Result<Arc<Package>, PackageError>> {
        self.loaded.iter().find_map(|loaded| loaded.plugin.package_with(name, given))
    }

    /// All their packages.
    pub fn packages(&self) -> impl Iterator<Item = &Arc<Package>> {
        self.loaded.iter().flat_map(|loaded| loaded.plugin.packages())
    }

    /// All their plasmids.
    pub fn plasmids(&self) -> impl Iterator<Item = &Arc<PlasmidFacts>> {
        self.loaded.iter().flat_map(|loaded| loaded.plugin.plasmids())
    }

    /// The options of a style of one of them.
    pub fn style(&self, name: &str) -> Option<Map> {
        let mut all = self.loaded.iter().flat_map(|loaded| loaded.plugin.styles());
        all.find(|style| style.name == name).map(|style| options(&style.options))
    }

    /// The names of all their styles.
    pub fn styles(&self) -> Vec<&str> {
        let all = self.loaded.iter().flat_map(|loaded| loaded.plugin.styles());
        all.map(|style| style.name.as_str()).collect()
    }

    /// Those that are there now stay when the session is reset.
    pub fn keep(&mut self) {
        self.first = self.loaded.len();
    }

    /// Forgets all that scripts have loaded.
    pub fn reset(&mut self) {
        self.loaded.truncate(self.first);
        self.met.clear();
    }

    /// Adds plug-ins, all or none; those that are loaded already, with the same contents, are left alone.
    ///
    /// # Errors
    /// When one is there with other contents, or a name of theirs is taken.
    pub fn add(&mut self, new: Vec<Arc<Loaded>>) -> Result<(), LangError> {
        let before = self.loaded.len();
        for loaded in new {
            if self.has(&loaded) {
                continue;
            }
            let fits = self.fits(&loaded).and_then(|()| loaded.biological_type());
            if let Err(error) = fits {
                self.loaded.truncate(before);
                return Err(error);
            }
            self.loaded.push(loaded);
        }
        Ok(())
    }

    /// Whether plug-ins could be added.
    pub fn has_room_for(&self, new: &[Arc<Loaded>]) -> bool {
        let mut there = self.clone();
        new.iter().all(|loaded| {
            let fits = there.has(loaded) || there.fits(loaded).is_ok();
            there.loaded.push(Arc::clone(loaded));
            fits
        })
    }

    /// Refuses a plug-in whose names meet those of others.
    fn fits(&self, new: &Loaded) -> Result<(), LangError> {
        let plugin = &new.plugin;
        if self.loaded.len() >= MOST {
            let path = plugin.name().to_owned();
            let most = format!("{MOST} plug-ins beside it in a session");
            return Err(PluginError::TooMuch { path, most }.into());
        }
        for other in &self.loaded {
            if other.name() == new.name() {
                return Err(PluginError::Other {
                    name: new.name().to_owned(),
                    found: exactly(&other.plugin),
                    given: exactly(plugin),
                }
                .into());
            }
            let owner = format!("one of plug-in {}", other.plugin.label());
            let name = |function: &super::Function| function.doc.name.clone();
            let theirs = |given: &str| other.functions.iter().any(|f| f.doc.name == given);
            if let Some(given) = new.functions.iter().map(name).find(|given| theirs(given)) {
                return Err(check::taken(plugin, &given, owner));
            }
            for (what, ours, theirs) in [
                ("package", names(plugin, 0), names(&other.plugin, 0)),
                ("plasmid", names(plugin, 1), names(&other.plugin, 1)),
                ("style", names(plugin, 2), names(&other.plugin, 2)),
                ("biological type", names(plugin, 3), names(&other.plugin, 3)),
            ] {
                if let Some(given) = ours.into_iter().find(|given| theirs.contains(given)) {
                    let (name, given) = (new.name().to_owned(), given.to_owned());
                    return Err(PluginError::Taken { name, what, given, owner }.into());
                }
            }
        }
        Ok(())
    }
}

/// The names of packages, plasmids, styles or types.
fn names(plugin: &Plugin, of: usize) -> Vec<&str> {
    match of {
        0 => plugin.packages().iter().map(|p| p.name.as_str()).collect(),
        1 => plugin.plasmids().iter().map(|p| p.name()).collect(),
        2 => plugin.styles().iter().map(|s| s.name.as_str()).collect(),
        _ => plugin.type_facts().iter().map(|facts| facts.name.as_str()).collect(),
    }
}

/// Options of a file as a map of the language.
pub(super) fn options(table: &serde_json::Map<String, Value>) -> Map {
    fn value(of: &Value) -> Dynamic {
        match of {
            Value::Bool(on) => (*on).into(),
            Value::Number(n) => match n.as_i64() {
                Some(whole) => whole.into(),
                None => n.as_f64().unwrap_or(f64::NAN).into(),
            },
            Value::String(text) => text.clone().into(),
            Value::Array(all) => all.iter().map(value).collect::<rhai::Array>().into(),
            Value::Null | Value::Object(_) => Dynamic::UNIT,
        }
    }
    table.iter().map(|(key, of)| (key.as_str().into(), value(of))).collect()
}

/// Finds a plug-in by the path of its folder or by its name, with those that it needs, in the order in which they
/// are to be loaded. Nothing is loaded.
///
/// # Errors
/// When the path leads to where scripts may not read, there is no plug-in, it is wrong, or one that it needs is.
pub fn found(
    engine: &Engine,
    options: &WorldOptions,
    loaded: &Shelf,
    given: &str,
) -> Result<Vec<Arc<Loaded>>, LangError> {
    let read = |given: &str| -> Result<(Arc<Plugin>, std::path::PathBuf), LangError> {
        let folder = files::plugin_folder(options, given)?;
        let plugin = Plugin::read(&folder)?;
        // The same contents again are not read again.
        let known = loaded.all().iter().find(|known| known.plugin.sha256() == plugin.sha256());
        Ok((known.map_or_else(|| Arc::new(plugin), |known| Arc::clone(&known.plugin)), folder))
    };
    let (plugin, folder) = match read(given) {
        Err(LangError::Plugin(error)) if matches!(*error, PluginError::NoPlugin { .. }) => {
            // Who starts the program may have loaded it from elsewhere.
            let known = loaded.all().iter().find(|known| known.name() == given);
            return known.map(|known| vec![Arc::clone(known)]).ok_or(LangError::Plugin(error));
        }
        read => read?,
    };
    let folders = std::cell::RefCell::new(vec![folder]);
    // What it needs lies beside it, or where plug-ins are looked for.
    let beside = Path::new(given).parent().unwrap_or(Path::new(""));
    let find = |name: &str| {
        let near = beside.join(name).display().to_string();
        let tried = [near, name.to_owned()].into_iter().map(|path| read(&path));
        let mut missing = None;
        for outcome in tried {
            match outcome {
                Ok((plugin, folder)) if plugin.name() == name => {
                    folders.borrow_mut().push(folder);
                    return Some(Ok(plugin));
                }
                Ok(_) => {}
                Err(LangError::Plugin(error))
                    if !matches!(*error, PluginError::NoPlugin { .. }) =>
                {
                    missing.get_or_insert(*error);
                }
                Err(_) => {}
            }
        }
        missing.map(Err)
    };
    let there: Vec<Arc<Plugin>> = loaded.all().iter().map(|l| Arc::clone(&l.plugin)).collect();
    let known: Vec<String> = there.iter().map(|plugin| plugin.name().to_owned()).collect();
    let order = with_required(&plugin, &there, &known, &find)?;
    let folders = folders.into_inner();
    let folder_of = |plugin: &Plugin| {
        folders
            .iter()
            .find(|f| f.file_name().is_some_and(|n| n == plugin.name()))
            .or(folders.first())
    };
    let mut all = Vec::new();
    for plugin in order {
        let known = loaded.all().iter().find(|known| Arc::ptr_eq(&known.plugin, &plugin));
        all.push(match known {
            Some(known) => Arc::clone(known),
            None => {
                let folder = folder_of(&plugin).cloned();
                Arc::new(Loaded::of(engine, plugin, folder)?)
            }
        });
    }
    Ok(all)
}

/// Loads a plug-in and those that it needs, all or none. Gives it.
///
/// # Errors
/// As [`found`], and when a name is taken.
pub fn bring(engine: &Engine, world: &mut World, given: &str) -> Result<Arc<Loaded>, LangError> {
    let all = found(engine, &world.options, &world.plugins, given)?;
    let last =
        all.last().cloned().ok_or(LangError::NotAvailable { what: "a plug-in without a name" })?;
    world.plugins.add(all)?;
    tell_texts(world);
    if !last.functions.is_empty() && !world.plugins.is_met(&last) {
        world.show(Output::Remark(format!(
            "the functions of the plug-in {} can be called from the next text on, since its path is not written out \
             in a call of load_plugin",
            last.name()
        )));
    }
    Ok(last)
}

/// Loads the plug-ins that a front end names, before anything else; they stay when the session is reset.
///
/// # Errors
/// As [`bring`].
pub fn begin(engine: &Engine, world: &mut World) -> Result<(), LangError> {
    for folder in world.options.load.clone() {
        // Who starts the program may name any folder.
        let real = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        let (parent, name) = (real.parent(), real.file_name());
        let options = WorldOptions {
            read_dir: parent.map(Path::to_owned).unwrap_or_default(),
            ..world.options.clone()
        };
        let given = name.map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let all = found(engine, &options, &world.plugins, &given)?;
        world.plugins.add(all)?;
    }
    world.plugins.keep();
    tell_texts(world);
    Ok(())
}

/// Errors show the texts of plug-ins.
pub fn tell_texts(world: &World) {
    let texts: Vec<(String, Arc<str>)> =
        world.plugins.all().iter().flat_map(|loaded| loaded.texts.clone()).collect();
    let mut library = world.imported.borrow_mut();
    texts.into_iter().for_each(|(name, text)| library.note(name, text));
}

/// The version of a plug-in and the beginning of its checksum.
fn exactly(plugin: &Plugin) -> String {
    let sum = plugin.sha256().get(..12).unwrap_or_default();
    format!("{} (sha256 {sum})", plugin.manifest().version)
}

/// The plug-ins that a configuration names, as a script would.
///
/// # Errors
/// When it cannot be read, or names them in another way.
pub(crate) fn of_configuration(
    options: &WorldOptions,
    path: &str,
) -> Result<Vec<String>, LangError> {
    let WorldOptions { out_dir, read_dir, allowed, .. } = options;
    let file = files::readable(out_dir, read_dir, allowed, path)?;
    let named = VmConfig::plugins_in(&file)
        .map_err(|error| LangError::Config { path: path.to_owned(), error: Box::new(error) })?;
    let beside = Path::new(path).parent().unwrap_or(Path::new(""));
    let called = |folder: &String| {
        let below = files::below_reading(read_dir, &file, Path::new(folder));
        below.unwrap_or_else(|| beside.join(folder)).display().to_string()
    };
    Ok(named.iter().map(called).collect())
}

/// The plug-ins that a text loads by paths that it writes out, itself or by configurations.
pub fn written(options: &WorldOptions, ast: &AST) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |given: String| {
        if !found.contains(&given) {
            found.push(given);
        }
    };
    ast.walk(&mut |path| {
        let call = match path.last() {
            Some(ASTNode::Stmt(Stmt::FnCall(call, _))) => call,
            Some(ASTNode::Expr(Expr::FnCall(call, _))) => call,
            _ => return true,
        };
        match (call.name.as_str(), call.args.as_slice()) {
            (LOAD, [Expr::StringConstant(given, _)]) => add(given.to_string()),
            (CONFIGURED, [_, Expr::StringConstant(path, _)]) => {
                // What is wrong with it is told where it is used.
                let named = of_configuration(options, path).unwrap_or_default();
                named.into_iter().for_each(&mut add);
            }
            _ => {}
        }
        true
    });
    found
}
