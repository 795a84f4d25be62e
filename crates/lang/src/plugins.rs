//! Plug-ins in a session: their functions as functions of the language, and what they bring beside.
//!
//! The functions of a plug-in are read without being run: a text of a plug-in has definitions of functions and
//! nothing else. They call each other and the language, and see nothing of the script that calls them. While one of
//! them is under way, no file is read or written and nobody is asked, whatever it calls; what would reach files by
//! its name is refused when the plug-in is read.

mod call;
mod check;
mod shelf;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rhai::{AST, Engine, Module, Scope, ScriptFuncDef, Shared};

use super::catalogue::{Catalogue, FnDoc, FnForm, Parameter, plain};
use super::error::LangError;
use super::imports;
use super::look::Look;
use super::reading;
use super::text::into_plain;
pub(crate) use call::of_call;
pub use call::register;
pub(crate) use shelf::of_configuration;
pub use shelf::{Shelf, begin, bring, found, tell_texts, written};

use bioxen_cell::hypervisor::PluginType;
use bioxen_plugin::{Bundle, Plugin, PluginError};

/// The most functions of a plug-in.
const MOST_FUNCTIONS: usize = 1_000;
/// How the id of a library begins that has the functions of a plug-in; the name follows.
const LIBRARY: &str = "plug-in ";
/// What a parameter is called that takes a VM.
const VM: &str = "vm";

/// A function of a plug-in.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its declaration, as the language's own have one.
    pub doc: FnDoc,
    definition: Shared<ScriptFuncDef>,
    /// The text in which it stands, as errors name it.
    source: String,
}

/// A plug-in that a session can have.
#[derive(Debug)]
pub struct Loaded {
    /// What it is.
    pub plugin: Arc<Plugin>,
    /// Its functions, by name.
    pub functions: Vec<Function>,
    /// Where it was found; nothing for one that came from a checkpoint.
    pub folder: Option<PathBuf>,
    /// Its texts, with the names that errors give them.
    pub texts: Vec<(String, Arc<str>)>,
    /// All of its functions, those that are its own among them.
    library: Shared<Module>,
    /// Its biological type, once it is wanted.
    biological_type: OnceLock<Option<PluginType>>,
    /// Its closures, which may be called when their function has ended.
    closures: Shared<Module>,
}

impl Loaded {
    /// Reads the functions of a plug-in, and checks its styles; nothing is run.
    ///
    /// # Errors
    /// When a text has something else than functions, a function has the name of one of the language or
    /// reaches for files, or a style has an option that figures do not have.
    pub fn of(
        engine: &Engine,
        plugin: Arc<Plugin>,
        folder: Option<PathBuf>,
    ) -> Result<Self, LangError> {
        let mut whole = AST::empty();
        let (mut texts, mut functions) = (Vec::new(), Vec::new());
        for script in plugin.functions() {
            let source = format!("plug-in {}: {}", plugin.name(), script.path);
            let text = into_plain(script.text.to_string());
            let (ast, additions) =
                reading::compile(engine, &Scope::new(), &text).map_err(|error| {
                    wrong(&plugin, &script.path, &format!("cannot be read: {error}"))
                })?;
            check::only_functions(&ast).map_err(|what| wrong(&plugin, &script.path, &what))?;
            for definition in ast.iter_fn_def().cloned() {
                functions.push(Function {
                    doc: declared(plugin.name(), &definition),
                    definition,
                    source: source.clone(),
                });
            }
            let again = whole.iter_functions().find(|f| {
                ast.iter_functions().any(|g| f.name == g.name && f.params.len() == g.params.len())
            });
            if let Some(again) = again.filter(|f| !f.name.starts_with(super::later::CLOSURE)) {
                let what = format!("defines `{}` a second time", again.name);
                return Err(wrong(&plugin, &script.path, &what));
            }
            texts.push((source, additions.written(&text).into()));
            whole = whole.merge(&ast);
        }
        functions.retain(|f| {
            f.definition.access.is_public() && !f.doc.name.starts_with(super::later::CLOSURE)
        });
        functions.sort_by(|a, b| {
            (&a.doc.name, a.doc.parameters.len()).cmp(&(&b.doc.name, b.doc.parameters.len()))
        });
        if functions.len() > MOST_FUNCTIONS {
            let what = format!("has more than {MOST_FUNCTIONS} functions");
            return Err(wrong(&plugin, "functions", &what));
        }
        check::names(&plugin, &functions)?;
        for style in plugin.styles() {
            let options = shelf::options(&style.options);
            if let Err(error) = Look::read("figure_style", &options, &[]) {
                return Err(wrong(
                    &plugin,
                    &format!("styles/{}.toml", style.name),
                    &format!("cannot be used: {error}"),
                ));
            }
        }
        whole.set_source(format!("{LIBRARY}{}", plugin.name()));
        let mut closures = Module::eval_ast_as_new(Scope::new(), &whole, engine)
            .map_err(|error| wrong(&plugin, "functions", &format!("cannot be read: {error}")))?;
        imports::show_closures(&whole, &mut closures);
        Ok(Self {
            biological_type: OnceLock::new(),
            functions,
            folder,
            texts,
            library: whole.shared_lib().clone(),
            closures: closures.into(),
            plugin,
        })
    }

    /// The same of packed contents, such as a checkpoint has.
    ///
    /// # Errors
    /// As [`Self::of`]; and when the contents are no plug-in.
    pub fn unpack(engine: &Engine, packed: &[u8]) -> Result<Self, LangError> {
        let plugin = Bundle::unpack(packed).and_then(|bundle| Plugin::of(bundle, "packed"))?;
        Self::of(engine, Arc::new(plugin), None)
    }

    /// Its biological type, which the process keeps from now on.
    ///
    /// # Errors
    /// When the process keeps too many.
    pub fn biological_type(&self) -> Result<Option<PluginType>, LangError> {
        if let Some(known) = self.biological_type.get() {
            return Ok(*known);
        }
        let kept = self.plugin.biological_type()?;
        Ok(*self.biological_type.get_or_init(|| kept))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.plugin.name()
    }

    /// Adds its functions to a catalogue.
    pub fn tell(&self, catalogue: &mut Catalogue) {
        catalogue.learn(self.functions.iter().map(|function| function.doc.clone()));
    }
}

/// What is wrong in a file of a plug-in.
fn wrong(plugin: &Plugin, file: &str, what: &str) -> LangError {
    let problem = bioxen_base::problem::Problem::new(file, what);
    PluginError::Invalid { name: plugin.name().to_owned(), problems: vec![problem] }.into()
}

/// A function as the language's own are declared.
fn declared(plugin: &str, definition: &ScriptFuncDef) -> FnDoc {
    let any = |name: &_| Parameter { name: ToString::to_string(name), of: "any".to_owned() };
    let mut parameters: Vec<Parameter> = definition.params.iter().map(any).collect();
    let vm = parameters.first_mut().filter(|first| first.name == VM);
    let of_vm = vm.map(|first| first.of = "Vm".to_owned()).is_some();
    let comments: Vec<&str> = definition.comments.iter().map(|c| c.as_str()).collect();
    let mut documentation = plain(&comments);
    if documentation.trim().is_empty() {
        documentation = format!("A function of the plug-in `{plugin}`.");
    }
    FnDoc {
        name: definition.name.to_string(),
        topic: plugin.to_owned(),
        form: FnForm::Function,
        parameters,
        returns: "any".to_owned(),
        fallible: true,
        of_vm,
        documentation,
    }
}
