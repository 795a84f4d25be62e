//! Other scripts: `import "lib/genes" as genes`, from the folder of the script and below.

mod again;

pub(crate) use again::kept_module;
pub(super) use again::register;
use again::{AGAIN, TELL, inner_of};

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rhai::{
    AST, Dynamic, Engine, EvalAltResult, Expr, FnNamespace, ImmutableString, Module,
    ModuleResolver, ParseError, Position, Scope, Shared, Stmt,
};

use super::RhaiResultOf;
use super::catalogue::Catalogue;
use super::caught::Catches;
use super::error::{LangError, raise};
use super::files;
use super::later::CLOSURE;
use super::reading;
use super::shared::Common;

type SharedModule = Shared<Module>;

/// How the files of scripts end.
const ENDING: &str = "rhai";
/// How deeply scripts may import scripts.
const DEPTH: usize = 64;
/// The most scripts that a session may import.
const MOST: usize = 1_000;
/// The most modules that can be named by way of one. Where scripts import each other by many ways
/// there would be more names than memory has room for.
const NAMES: usize = 1_000;

/// A script that was imported.
#[derive(Clone)]
pub(crate) struct Imported {
    /// The name that errors give it.
    pub(crate) name: String,
    pub(crate) text: Arc<str>,
    pub(crate) module: SharedModule,
    /// What it imports itself.
    pub(crate) imports: Vec<PathBuf>,
    /// How many modules can be named by way of it: itself, `a`, `a::b`, and so on.
    pub(crate) names: usize,
    /// Its constants, which its functions see.
    pub(crate) constants: Vec<(String, Dynamic)>,
    /// What its functions name, under these names.
    pub(crate) inner: Inner,
    /// Whether the names that lead to what it imports are hidden.
    pub(crate) is_hidden: bool,
}

/// Imported modules under their names.
pub(crate) type Inner = Vec<(ImmutableString, SharedModule)>;

/// What is known of imported scripts; the session and its engine share it.
#[derive(Default)]
pub struct Library {
    /// By real path.
    modules: BTreeMap<PathBuf, Imported>,
    /// Texts by the name that errors give them, which is their path from the folder.
    texts: BTreeMap<String, Arc<str>>,
    /// Real paths by what a text, not one that was imported, has written.
    meant: BTreeMap<String, PathBuf>,
    /// The last script that could not be read as one.
    broken: Option<(String, ParseError)>,
    /// What is being imported, the outermost first.
    under_way: Vec<(PathBuf, Vec<PathBuf>)>,
    /// What the present text has imported or found unchanged: it is not read again, however many
    /// scripts import it.
    fresh: BTreeSet<PathBuf>,
    /// The constants of the script that was run last.
    constants: Vec<(String, Dynamic)>,
    /// What a module that is made again imports.
    again: Vec<SharedModule>,
}

impl Library {
    /// All imported scripts by their real paths.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&PathBuf, &Imported)> {
        self.modules.iter()
    }

    /// Real paths by what texts have written.
    pub(crate) fn meant(&self) -> &BTreeMap<String, PathBuf> {
        &self.meant
    }

    /// Texts mean these paths.
    pub(crate) fn learn(&mut self, meant: Vec<(String, PathBuf)>) {
        self.meant.extend(meant);
    }

    /// A script was imported in a session that goes on here.
    pub(crate) fn put(&mut self, path: PathBuf, written: Arc<str>, imported: Imported) {
        self.texts.insert(imported.name.clone(), written);
        self.modules.insert(path, imported);
    }

    /// Learns a text of a plug-in, by the name that errors give it.
    pub(crate) fn note(&mut self, name: String, text: Arc<str>) {
        self.texts.insert(name, text);
    }

    /// The text of an imported script, by the name that errors give it.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(|text| &**text)
    }

    /// The last script that could not be read as one, and why.
    pub fn broken(&self) -> Option<&(String, ParseError)> {
        self.broken.as_ref()
    }

    /// The texts of all imported scripts, with the names that errors give them.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &Arc<str>)> {
        self.texts.iter().map(|(name, text)| (name.as_str(), text))
    }

    /// What was imported under which name.
    pub fn found<'a>(
        &'a self,
        imports: &'a [Written],
    ) -> impl Iterator<Item = (&'a str, SharedModule)> {
        imports.iter().filter_map(|import| {
            let real = self.meant.get(&import.path)?;
            Some((import.name.as_str(), self.modules.get(real)?.module.clone()))
        })
    }

    /// A text begins: files may have changed since the last, and what an import that failed has left
    /// open is forgotten.
    pub fn begin(&mut self) {
        self.under_way.clear();
        self.fresh.clear();
    }

    /// Whether a script and all that it imports are as they were when it was imported.
    fn is_current(&mut self, path: &Path) -> bool {
        if self.fresh.contains(path) {
            return true;
        }
        let Some(known) = self.modules.get(path).cloned() else { return false };
        let current = files::read_script(path).is_ok_and(|text| *known.text == *text)
            && known.imports.iter().all(|inner| self.is_current(inner));
        if current {
            self.fresh.insert(path.to_owned());
        }
        current
    }
}

/// An import that a text writes for itself, not inside of a function or a block.
pub struct Written {
    path: String,
    name: String,
    position: Position,
}

/// The imports of a text that give a name to what they import.
pub fn written(ast: &AST) -> Vec<Written> {
    let mut found = Vec::new();
    for statement in ast.statements() {
        if let Stmt::Import(import, position) = statement
            && let (Expr::StringConstant(path, _), name) = &**import
            && !name.name.is_empty()
        {
            let (path, name) = (path.to_string(), name.name.to_string());
            found.push(Written { path, name, position: *position });
        }
    }
    found
}

/// Refuses names that would hide a part of the language.
///
/// # Errors
/// At the first such name.
pub fn check(catalogue: &Catalogue, imports: &[Written]) -> RhaiResultOf<()> {
    let taken = |name: &str| catalogue.functions().iter().any(|f| f.topic == name);
    match imports.iter().find(|import| taken(&import.name)) {
        None => Ok(()),
        Some(import) => {
            let mut error = raise(LangError::ImportName { name: import.name.clone() });
            error.set_position(import.position);
            Err(error)
        }
    }
}

/// Why a script that a text in `folder` imports as `path` cannot be found, if it cannot.
pub fn missing(folder: &Path, path: &str) -> Option<LangError> {
    Confined::new(folder.to_owned(), Common::default(), Catches::default()).find(None, path).err()
}

/// Finds scripts in one folder, and in none outside of it.
#[derive(Clone)]
pub struct Confined {
    folder: PathBuf,
    library: Common<Library>,
    catches: Catches,
}

impl Confined {
    /// Finds scripts in `folder`.
    pub fn new(folder: PathBuf, library: Common<Library>, catches: Catches) -> Self {
        Self { folder, library, catches }
    }

    /// Imports the script that is meant by `path`, written in the script `from`, or takes it as it
    /// was imported before if nothing has changed. A script that is imported is run once.
    fn import(
        &self,
        engine: &Engine,
        from: Option<&str>,
        path: &str,
    ) -> RhaiResultOf<SharedModule> {
        let (real, name) = self.find(from, path).map_err(raise)?;
        let failed = |reason| raise(LangError::Import { path: path.to_owned(), reason });
        let text: Arc<str> = {
            let mut library = self.library.borrow_mut();
            match library.under_way.last_mut() {
                Some((_, imports)) => imports.push(real.clone()),
                None => {
                    library.meant.insert(path.to_owned(), real.clone());
                }
            }
            if let Some(first) = library.under_way.iter().position(|(open, _)| *open == real) {
                let circle = library.under_way[first..].iter().map(|(open, _)| open);
                let names = circle.chain([&real]).map(|open| self.name_of(open)).collect();
                return Err(raise(LangError::ImportCircle { path: path.to_owned(), names }));
            }
            if library.is_current(&real) {
                return Ok(library.modules[&real].module.clone());
            }
            if library.under_way.len() >= DEPTH {
                return Err(failed(format!("scripts import scripts more than {DEPTH} deep")));
            }
            if library.modules.len() >= MOST && !library.modules.contains_key(&real) {
                return Err(failed(format!("more than {MOST} scripts were imported")));
            }
            let text: Arc<str> = files::read_script(&real).map_err(failed)?.into();
            library.under_way.push((real.clone(), Vec::new()));
            self.catches.note(&text);
            library.texts.insert(name.clone(), text.clone());
            text
        };
        let module = self.evaluated(engine, &text, &name);
        let inner = module.as_ref().map(inner_of).unwrap_or_default();
        let mut library = self.library.borrow_mut();
        let imports = library.under_way.pop().map(|(_, imports)| imports).unwrap_or_default();
        let mut module = module?;
        let constants = std::mem::take(&mut library.constants);
        let imported_by_it = imports.iter().filter_map(|path| library.modules.get(path));
        let mut names = imported_by_it.fold(1, |sum: usize, known| sum.saturating_add(known.names));
        let is_hidden = names > NAMES;
        if is_hidden {
            names = 1 + imports.len();
            hide_imports(&mut module);
        }
        let module: SharedModule = module.into();
        let module_of = module.clone();
        let imported =
            Imported { name, text, module: module_of, imports, names, constants, inner, is_hidden };
        library.fresh.insert(real.clone());
        library.modules.insert(real, imported);
        Ok(module)
    }

    fn evaluated(&self, engine: &Engine, text: &str, name: &str) -> RhaiResultOf<Module> {
        let in_module = |error: Box<EvalAltResult>| -> Box<EvalAltResult> {
            EvalAltResult::ErrorInModule(name.to_owned(), error, Position::NONE).into()
        };
        let (mut ast, additions) =
            reading::compile(engine, &Scope::new(), text).map_err(|error| {
                self.library.borrow_mut().broken = Some((name.to_owned(), error.clone()));
                in_module(error.into())
            })?;
        ast.set_source(name);
        self.library.borrow_mut().texts.insert(name.to_owned(), additions.written(text).into());
        let told = engine.compile(format!("{TELL}();")).map_err(|error| in_module(error.into()))?;
        let mut whole = ast.merge(&told);
        // Two texts together are nobody's for Rhai.
        whole.set_source(name);
        self.library.borrow_mut().constants.clear();
        let module = Module::eval_ast_as_new(Scope::new(), &whole, engine);
        let mut module = module.map_err(in_module)?;
        show_closures(&ast, &mut module);
        Ok(module)
    }

    /// The real path of a script, and the name that errors give it.
    fn find(&self, from: Option<&str>, path: &str) -> Result<(PathBuf, String), LangError> {
        let outside = || LangError::ImportOutside { path: path.to_owned() };
        let mut relative = PathBuf::from(path);
        if relative.extension().is_none_or(|ending| ending != ENDING) {
            let mut name = relative.file_name().ok_or_else(outside)?.to_owned();
            name.push(format!(".{ENDING}"));
            relative.set_file_name(name);
        }
        if !files::stays_inside(&relative) {
            return Err(outside());
        }
        // A script that was imported means its own neighbours; any other name is no path of ours.
        let known = from.filter(|name| self.library.borrow().texts.contains_key(*name));
        let beside = known.and_then(|name| Path::new(name).parent()).unwrap_or(Path::new(""));
        let folder = self.folder.join(beside);
        let missing = |error: std::io::Error| LangError::Import {
            path: path.to_owned(),
            reason: match error.kind() {
                std::io::ErrorKind::NotFound => {
                    let looked = beside.join(&relative);
                    format!("there is no file `{}` beside the script", looked.display())
                }
                _ => error.to_string(),
            },
        };
        let root = self.folder.canonicalize().map_err(missing)?;
        let real = folder.join(&relative).canonicalize().map_err(missing)?;
        // A link inside of the folder may lead out of it.
        if !real.starts_with(&root) {
            return Err(outside());
        }
        let name = self.name_of(&real);
        Ok((real, name))
    }

    fn name_of(&self, real: &Path) -> String {
        let root = self.folder.canonicalize().unwrap_or_default();
        real.strip_prefix(root).unwrap_or(real).display().to_string()
    }
}

/// Takes from a module the names that lead to what it imports. Its own functions go on finding it.
pub(crate) fn hide_imports(module: &mut Module) {
    let inner: Vec<String> = module.iter_sub_modules().map(|(name, _)| name.to_owned()).collect();
    let nothing: SharedModule = Module::new().into();
    for name in inner {
        module.set_sub_module(name, nothing.clone());
    }
    module.build_index();
}

/// Lets the closures of a script be found by whoever imports it, since its functions and what it
/// exports may hand them out. Their names are hashes, which meet no others.
pub(crate) fn show_closures(ast: &AST, module: &mut Module) {
    let mut scratch = Module::new();
    for function in ast.iter_fn_def().filter(|f| f.name.starts_with(CLOSURE)) {
        let hash = scratch.set_script_fn(function.clone());
        #[allow(deprecated, reason = "what Rhai would have instead is for functions of Rust only")]
        module.update_fn_namespace(hash, FnNamespace::Global);
    }
    module.build_index();
}

impl ModuleResolver for Confined {
    fn resolve(
        &self,
        engine: &Engine,
        source: Option<&str>,
        path: &str,
        position: Position,
    ) -> RhaiResultOf<SharedModule> {
        if let Some(number) = path.strip_prefix(AGAIN) {
            let library = self.library.borrow();
            let module = number.parse().ok().and_then(|number: usize| library.again.get(number));
            let missing = || raise(LangError::ImportOutside { path: path.to_owned() });
            return module.cloned().ok_or_else(missing);
        }
        self.import(engine, source, path).map_err(|mut error| {
            if error.position().is_none() {
                error.set_position(position);
            }
            error
        })
    }
}
