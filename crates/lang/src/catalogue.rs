//! The list of all functions, read back from their declarations.

mod search;

use rhai::{Engine, FuncInfo};

use super::api::collections::BY_NAME;
use super::look::COMMON;
use super::off;

/// The topic of what is in no module.
const COLLECTIONS: &str = "collections";

/// What kind of thing a function is called as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FnForm {
    /// `name(..)`, or `value.name(..)`.
    Function,
    /// `value.name`.
    Property,
    /// `a + b`, `a[b]`.
    Operator,
}

/// A parameter as it was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type, as [`type_of`] names it; `any` where several are taken.
    pub of: String,
}

/// One function as it was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FnDoc {
    /// Its name; an operator's symbol.
    pub name: String,
    /// The topic it belongs to.
    pub topic: String,
    /// How it is called.
    pub form: FnForm,
    /// Its parameters; the first is what it is a method of, if it is one.
    pub parameters: Vec<Parameter>,
    /// The type of what it gives, as [`type_of`] names it; empty for nothing.
    pub returns: String,
    /// Whether a call can fail by itself.
    pub fallible: bool,
    /// Whether its first parameter is a VM, so that there is a bare form for the current VM.
    pub of_vm: bool,
    /// Its documentation, as Markdown.
    pub documentation: String,
}

impl FnDoc {
    /// The types of its parameters.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.parameters.iter().map(|parameter| parameter.of.as_str())
    }

    /// The type of what it is a method of, if it has parameters.
    pub fn first_type(&self) -> Option<&str> {
        self.types().next()
    }

    /// The example of the documentation, if there is one.
    pub fn example(&self) -> Option<&str> {
        let (_, rest) = self.documentation.split_once("```rhai\n")?;
        rest.split_once("```").map(|(example, _)| example)
    }

    /// What stands under a heading of the documentation, such as `Errors`.
    pub fn section(&self, heading: &str) -> Option<String> {
        let mut lines = self.documentation.lines();
        lines.by_ref().find(|line| line.strip_prefix("# ") == Some(heading))?;
        let text: Vec<&str> = lines.take_while(|line| !line.starts_with("# ")).collect();
        Some(text.join("\n").trim().to_owned())
    }

    /// The first paragraph of the documentation, on one line.
    pub fn summary(&self) -> String {
        let lines = self.documentation.lines().take_while(|line| !line.trim().is_empty());
        lines.collect::<Vec<_>>().join(" ")
    }

    /// How it is called: `name(a, b) -> type`; a method of a VM without the VM.
    pub fn signature(&self) -> String {
        let gives =
            if self.returns.is_empty() { String::new() } else { format!(" -> {}", self.returns) };
        match (self.form, self.parameters.as_slice()) {
            (FnForm::Property, _) => format!("{}{gives}", self.name),
            (FnForm::Operator, [a, b]) if self.name.starts_with("index$") => {
                format!("{}[{}]{gives}", a.name, b.name)
            }
            (FnForm::Operator, [a, b]) => format!("{} {} {}{gives}", a.name, self.name, b.name),
            (_, all) => {
                let shown = if self.of_vm { &all[1..] } else { all };
                let names: Vec<&str> = shown.iter().map(|p| p.name.as_str()).collect();
                format!("{}({}){gives}", self.name, names.join(", "))
            }
        }
    }

    /// The documented names in bullets, with what the bullets say: parameters and keys of options.
    pub fn bullets(&self) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        for line in self.documentation.lines() {
            let Some(rest) = line.strip_prefix("* `") else { continue };
            let (names, text) = rest.split_once(" - ").unwrap_or((rest, ""));
            let names = names.split('`').step_by(2);
            found.extend(names.filter(|n| !n.is_empty()).map(|name| (name, text)));
        }
        found
    }

    /// The keys of its map of options: the names in bullets that are no parameters.
    pub fn option_keys(&self) -> Vec<(&str, &str)> {
        let takes_map = self.types().any(|t| t == "map");
        let mut keys = self.bullets();
        keys.retain(|(name, _)| takes_map && !self.parameters.iter().any(|p| p.name == *name));
        keys
    }
}

impl FnDoc {
    /// The keys that a bullet names of a parameter that is a map or something else.
    pub fn map_keys(&self) -> Vec<&str> {
        let mut keys = Vec::new();
        let mut inside = false;
        for line in self.documentation.lines() {
            let bullet = line.strip_prefix("* `");
            let text = match bullet {
                Some(rest) => rest.split_once(" - ").map_or("", |(_, text)| text),
                None => line,
            };
            inside = match bullet {
                Some(_) => text.starts_with("a map"),
                None => inside && line.starts_with("  "),
            };
            let is_key = |word: &&str| {
                !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            };
            if inside {
                keys.extend(text.split('`').skip(1).step_by(2).filter(is_key));
            }
        }
        keys
    }
}

/// All functions of the language, those of Rhai's standard library included.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    ours: Vec<FnDoc>,
    standard: Vec<FnDoc>,
    /// Name and number of parameters of everything that can be called.
    callable: Vec<(String, usize)>,
}

impl Catalogue {
    /// The keys of the options of a function in all its forms, with what is said of each: those of every
    /// figure, too, which are told of `plot` alone.
    pub fn option_keys(&self, function: &str) -> Vec<(&str, &str)> {
        let mut keys: Vec<(&str, &str)> = Vec::new();
        let mut add = |(key, doc)| {
            if keys.iter().all(|(known, _)| *known != key) {
                keys.push((key, doc));
            }
        };
        self.named(function).into_iter().flat_map(FnDoc::option_keys).for_each(&mut add);
        if function.starts_with("plot_") {
            let all = self.named("plot");
            let of_plot = all.into_iter().flat_map(FnDoc::option_keys);
            of_plot.filter(|(key, _)| COMMON.contains(key)).for_each(&mut add);
        }
        keys
    }

    /// Reads the functions back from an engine in which they are registered, and before bare forms
    /// are added.
    pub fn read(engine: &Engine) -> Self {
        let mut ours = engine.collect_fn_metadata(None, |info| Some(declared(&info)), false);
        // What takes the place of Rhai's own is in no module.
        ours.iter_mut()
            .filter(|f| f.topic.is_empty())
            .for_each(|f| f.topic = COLLECTIONS.to_owned());
        ours.sort_by(order);
        let mut standard = engine.collect_fn_metadata(None, |info| Some(declared(&info)), true);
        standard.retain(|f| f.form != FnForm::Operator && !replaced(f, &ours));
        standard.sort_by(order);
        standard.dedup_by(|a, b| a.name == b.name && a.types().eq(b.types()) && a.form == b.form);
        let mut callable = engine.collect_fn_metadata(
            None,
            |info| Some((info.metadata.name.to_string(), info.metadata.num_params)),
            true,
        );
        let bare = ours.iter().filter(|f| f.of_vm && f.form == FnForm::Function);
        callable.extend(bare.map(|f| (f.name.clone(), f.parameters.len() - 1)));
        callable.retain(|(name, _)| off::reason(name).is_none());
        callable.sort();
        callable.dedup();
        Self { ours, standard, callable }
    }

    /// Adds functions that are not the language's own, those of plug-ins.
    pub(crate) fn learn(&mut self, docs: impl IntoIterator<Item = FnDoc>) {
        for doc in docs {
            let count = doc.parameters.len();
            let bare = doc.of_vm.then(|| count - 1);
            for count in [Some(count), bare].into_iter().flatten() {
                self.callable.push((doc.name.clone(), count));
            }
            self.ours.push(doc);
        }
        self.ours.sort_by(order);
        self.ours.dedup();
        self.callable.sort();
        self.callable.dedup();
    }

    /// The functions that this project declares and those of plug-ins, by name.
    pub fn functions(&self) -> &[FnDoc] {
        &self.ours
    }

    /// The functions of Rhai's standard library, by name, without operators.
    pub fn standard(&self) -> &[FnDoc] {
        &self.standard
    }

    /// The declarations of one name: ours, or those of the standard library.
    pub fn named(&self, name: &str) -> Vec<&FnDoc> {
        let ours = range(&self.ours, name);
        if ours.is_empty() { range(&self.standard, name) } else { ours }.iter().collect()
    }

    /// The numbers of parameters with which a name can be called; empty when there is none such.
    pub fn arities(&self, name: &str) -> Vec<usize> {
        self.callable.iter().filter(|(n, _)| n == name).map(|(_, arity)| *arity).collect()
    }

    /// All names that can be called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.callable.iter().map(|(n, _)| n.as_str()).filter(|n| n.starts_with(char::is_alphabetic))
    }
}

/// Whether a function of Rhai's is never called, since one of ours takes the same.
fn replaced(standard: &FnDoc, ours: &[FnDoc]) -> bool {
    let by_name = BY_NAME.contains(&standard.name.as_str())
        && standard.types().take(2).eq(["array", "string"]);
    by_name
        || off::reason(&standard.name).is_some()
        || range(ours, &standard.name).iter().any(|f| f.types().eq(standard.types()))
}

/// Those of one name, of functions that are in order.
fn range<'a>(all: &'a [FnDoc], name: &str) -> &'a [FnDoc] {
    let rest = &all[all.partition_point(|f| f.name.as_str() < name)..];
    &rest[..rest.partition_point(|f| f.name == name)]
}

fn order(a: &FnDoc, b: &FnDoc) -> std::cmp::Ordering {
    // Nothing is left to the order in which Rhai happens to list them.
    let known = |f: &'_ FnDoc| (f.parameters.len(), f.form);
    let ((count, form), (its_count, its_form)) = (known(a), known(b));
    (a.name.cmp(&b.name).then(count.cmp(&its_count)))
        .then_with(|| a.types().cmp(b.types()))
        .then(form.cmp(&its_form))
        .then_with(|| a.documentation.cmp(&b.documentation))
}

fn declared(info: &FuncInfo<'_>) -> FnDoc {
    let m = info.metadata;
    let text: Vec<&str> = m.comments.iter().map(|c| c.as_str()).collect();
    let (name, form) = form_of(&m.name);
    FnDoc {
        name: name.to_owned(),
        topic: info.namespace.to_string(),
        form,
        parameters: m.params_info.iter().map(|info| parameter(info)).collect(),
        returns: type_of(&m.return_type).to_owned(),
        fallible: m.return_type.trim().starts_with("RhaiResultOf<"),
        of_vm: m.params_info.first().is_some_and(|p| p.trim() == "vm: Vm"),
        documentation: plain(&text),
    }
}

/// The language's name of a type, from that of Rust.
pub fn type_of(rust: &str) -> &str {
    let rust = rust.trim();
    let inner = rust.strip_prefix("RhaiResultOf<").or_else(|| rust.strip_prefix("RhaiResult<"));
    let bare = inner.and_then(|r| r.strip_suffix('>')).unwrap_or(rust);
    match bare.trim_start_matches("&mut ").trim_start_matches('&').trim() {
        "()" | "" => "",
        "i64" | "INT" => "integer",
        "f64" | "FLOAT" => "number",
        "str" | "String" | "string" | "ImmutableString" | "&str | ImmutableString | String" => {
            "string"
        }
        "Array" | "array" => "array",
        "Map" | "map" => "map",
        "Dynamic" | "?" | "_" | "RhaiResult" => "any",
        "FnPtr" | "Fn" => "function",
        "FigureValue" => "Figure",
        "EventHandle" => "Event",
        "DisplayHandle" => "Display",
        "LangError" => "Error",
        "Duration" => "Time",
        "CHAR" | "char" => "character",
        "bool" => "bool",
        other => other,
    }
}

fn form_of(name: &str) -> (&str, FnForm) {
    if let Some(property) = name.strip_prefix("get$") {
        (property, FnForm::Property)
    } else if name.starts_with(|c: char| c.is_alphabetic() || c == '_') && !name.contains('$') {
        (name, FnForm::Function)
    } else {
        (name, FnForm::Operator)
    }
}

/// What is written as `genes: Dynamic`.
fn parameter(info: &str) -> Parameter {
    let (name, of) = info.split_once(':').unwrap_or((info, "?"));
    Parameter { name: name.trim().to_owned(), of: type_of(of).to_owned() }
}

/// Comment lines without their markers.
pub(crate) fn plain(comments: &[&str]) -> String {
    let lines: Vec<&str> = comments
        .iter()
        .flat_map(|block| block.lines())
        .map(|line| {
            let line = line.trim_start().strip_prefix("///").unwrap_or(line);
            line.strip_prefix(' ').unwrap_or(line)
        })
        .collect();
    lines.join("\n")
}
