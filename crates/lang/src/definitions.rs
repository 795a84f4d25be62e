//! The language for editors: definition files (`.d.rhai`) of Rhai's language server.
//!
//! A file is `module static;` and then declarations, each after its documentation:
//! `fn name(parameter: type) -> type;`, `fn get property(value: type) -> type;` and
//! `op + (type, type) -> type;`.

use std::fmt::Write;

use super::catalogue::{Catalogue, FnDoc, FnForm, Parameter};

/// The name of the file.
pub const FILE: &str = "bioxen.d.rhai";

/// The declarations of everything that is documented, methods of a VM in their bare form, too.
pub fn definitions(catalogue: &Catalogue) -> String {
    let mut text = String::from(
        "/// The process language of BioXen; written by `bioxen docs --definitions`.\nmodule static;\n",
    );
    for function in catalogue.functions().iter().filter(|f| !f.documentation.is_empty()) {
        let Some(head) = head(function) else { continue };
        for line in function.documentation.lines() {
            // Writing to a string cannot fail.
            let _ = write!(text, "\n{}", format!("/// {line}").trim_end());
        }
        let _ = writeln!(text, "\n{head}");
        if function.of_vm && function.form == FnForm::Function {
            let bare = list(&function.parameters[1..]);
            let gives = kind(&function.returns, "()");
            let _ = writeln!(
                text,
                "\n/// The same on the current VM.\nfn {}({bare}) -> {gives};",
                function.name
            );
        }
    }
    text
}

/// The declaration itself; none of what the files have no form for, which are indexers.
fn head(function: &FnDoc) -> Option<String> {
    let FnDoc { name, parameters, .. } = function;
    let gives = kind(&function.returns, "()");
    Some(match function.form {
        FnForm::Operator if name.contains('$') => return None,
        FnForm::Operator => {
            let of: Vec<&str> = function.types().map(|t| kind(t, "?")).collect();
            format!("op {name} ({}) -> {gives};", of.join(", "))
        }
        FnForm::Property => format!("fn get {name}({}) -> {gives};", list(parameters)),
        FnForm::Function => format!("fn {name}({}) -> {gives};", list(parameters)),
    })
}

fn list(parameters: &[Parameter]) -> String {
    let written = parameters.iter().map(|p| format!("{}: {}", p.name, kind(&p.of, "?")));
    written.collect::<Vec<_>>().join(", ")
}

/// A type as these files name it.
fn kind<'a>(of: &'a str, empty: &'a str) -> &'a str {
    match of {
        "" => empty,
        "any" => "?",
        "integer" => "int",
        "number" => "float",
        "string" => "String",
        "array" => "Array",
        "map" => "Map",
        "function" => "FnPtr",
        "character" => "char",
        other => other,
    }
}
