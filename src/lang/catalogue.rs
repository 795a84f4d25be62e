//! The one list of all functions, read back from their declarations.

use rhai::Engine;

/// What kind of thing a function is called as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FnForm {
    /// `name(..)`, or `value.name(..)`.
    Function,
    /// `value.name`.
    Property,
    /// `a + b`, `a[b]`.
    Operator,
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
    /// Names of its parameters; the first is what it is a method of, if it is one.
    pub parameters: Vec<String>,
    /// Whether its first parameter is a VM, so that there is a bare form for the current VM.
    pub of_vm: bool,
    /// Its documentation, as Markdown.
    pub documentation: String,
}

/// All functions of the language, those of Rhai's standard library included.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    ours: Vec<FnDoc>,
    /// Name and number of parameters of everything that can be called.
    callable: Vec<(String, usize)>,
}

impl Catalogue {
    /// Reads the functions back from an engine in which they are registered, and before bare forms
    /// are added.
    pub fn read(engine: &Engine) -> Self {
        let mut ours = engine.collect_fn_metadata(
            None,
            |info| {
                let m = info.metadata;
                let text: Vec<&str> = m.comments.iter().map(|c| c.as_str()).collect();
                let (name, form) = form_of(&m.name);
                let parameters: Vec<String> = m.params_info.iter().map(|p| parameter(p)).collect();
                let of_vm = m.params_info.first().is_some_and(|p| p.trim() == "vm: Vm");
                Some(FnDoc {
                    name: name.to_owned(),
                    topic: info.namespace.to_string(),
                    form,
                    parameters,
                    of_vm,
                    documentation: plain(&text),
                })
            },
            false,
        );
        ours.sort_by(|a, b| (&a.name, a.parameters.len()).cmp(&(&b.name, b.parameters.len())));
        let mut callable = engine.collect_fn_metadata(
            None,
            |info| Some((info.metadata.name.to_string(), info.metadata.num_params)),
            true,
        );
        let bare = ours.iter().filter(|f| f.of_vm && f.form == FnForm::Function);
        callable.extend(bare.map(|f| (f.name.clone(), f.parameters.len() - 1)));
        callable.sort();
        callable.dedup();
        Self { ours, callable }
    }

    /// The functions that this project declares, by name.
    pub fn functions(&self) -> &[FnDoc] {
        &self.ours
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

fn form_of(name: &str) -> (&str, FnForm) {
    if let Some(property) = name.strip_prefix("get$") {
        (property, FnForm::Property)
    } else if name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        (name, FnForm::Function)
    } else {
        (name, FnForm::Operator)
    }
}

/// `genes: Dynamic` without its type.
fn parameter(info: &str) -> String {
    info.split(':').next().unwrap_or_default().trim().to_owned()
}

/// Comment lines without their markers.
fn plain(comments: &[&str]) -> String {
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
