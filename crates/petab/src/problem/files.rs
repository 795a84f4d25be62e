//! The files that a problem names.

use crate::report::Report;
use crate::yaml::{self, Node, Value};
use bioxen_base::nearest::{hint, nearest};

/// All files of a problem.
pub(super) struct Files {
    pub(super) parameters: Vec<String>,
    pub(super) problems: Vec<FilesOfPart>,
}

/// The files of one model.
pub(super) struct FilesOfPart {
    pub(super) model: String,
    pub(super) conditions: Vec<String>,
    pub(super) observables: Vec<String>,
    pub(super) measurements: Vec<String>,
}

const KEYS: [&str; 4] = ["format_version", "parameter_file", "problems", "extensions"];
const PART: [&str; 7] = [
    "sbml_files",
    "condition_files",
    "observable_files",
    "measurement_files",
    "visualization_files",
    "simulation_files",
    "mapping_files",
];

/// Reads the text of a YAML file.
pub(super) fn read(file: &str, text: &str, report: &mut Report) -> Option<Files> {
    let root = yaml::read(file, text, report)?;
    let before = report.count();
    keys(file, &root, &KEYS, report);
    let version = root.get("format_version");
    match version.map(|node| (&node.value, node.line)) {
        None => report.file(file, "has no key `format_version`; it must be 1"),
        Some((Value::Text(text), _)) if matches!(text.as_str(), "1" | "1.0" | "1.0.0" | "v1") => {}
        Some((Value::Text(text), line)) => {
            let what = format!("format_version is `{text}`; only version 1 of PEtab is supported");
            report.line(file, line, &what);
        }
        Some((_, line)) => report.line(file, line, "format_version must be 1"),
    }
    if let Some(node) = root.get("extensions")
        && !matches!(&node.value, Value::Text(text) if text.is_empty() || text == "{}" || text == "~")
        && !matches!(&node.value, Value::Map(all) if all.is_empty())
    {
        report.line(file, node.line, "has extensions of PEtab, of which none is supported");
    }
    let parameters = names(file, &root, "parameter_file", report);
    let mut problems = Vec::new();
    match root.get("problems").map(|node| (&node.value, node.line)) {
        Some((Value::List(all), line)) => {
            if all.is_empty() {
                report.line(file, line, "problems is empty");
            }
            for node in all {
                problems.extend(part(file, node, report));
            }
        }
        Some((_, line)) => report.line(file, line, "problems must be a list"),
        None => report.file(file, "has no key `problems`"),
    }
    (report.count() == before).then_some(Files { parameters, problems })
}

fn part(file: &str, node: &Node, report: &mut Report) -> Option<FilesOfPart> {
    keys(file, node, &PART, report);
    if let Some(mapping) = node.get("mapping_files") {
        report.line(
            file,
            mapping.line,
            "mapping_files belong to version 2 of PEtab, which is not supported",
        );
    }
    let models = names(file, node, "sbml_files", report);
    if let [_, second, ..] = models.as_slice() {
        let what = format!(
            "names the models `{}` and `{second}` in one problem; version 1 does not say which conditions are \
             those of which: give each model an entry of its own under problems",
            models[0]
        );
        report.line(file, node.line, &what);
    }
    let conditions = names(file, node, "condition_files", report);
    let observables = names(file, node, "observable_files", report);
    let measurements = names(file, node, "measurement_files", report);
    Some(FilesOfPart { model: models.into_iter().next()?, conditions, observables, measurements })
}

/// The names of files at a key: one, or a list of them.
fn names(file: &str, node: &Node, key: &str, report: &mut Report) -> Vec<String> {
    let Some(found) = node.get(key) else {
        report.line(file, node.line, &format!("has no key `{key}`"));
        return Vec::new();
    };
    let all = match &found.value {
        Value::List(all) => all.iter().collect(),
        _ => vec![found],
    };
    let mut names = Vec::new();
    for node in all {
        match &node.value {
            Value::Text(name) if name.contains("://") => {
                report.line(
                    file,
                    node.line,
                    &format!("names the address `{name}`; files are read from the disk only"),
                );
            }
            Value::Text(name) if !name.is_empty() => names.push(name.clone()),
            _ => report.line(
                file,
                node.line,
                &format!("{key} must be the name of a file, or a list of names"),
            ),
        }
    }
    if names.is_empty() {
        report.line(file, found.line, &format!("{key} names no file"));
    }
    names
}

/// Tells of unknown keys.
fn keys(file: &str, node: &Node, valid: &[&str], report: &mut Report) {
    let Value::Map(pairs) = &node.value else {
        report.line(file, node.line, &format!("must have the keys {}", valid.join(", ")));
        return;
    };
    for (key, node) in pairs.iter().filter(|(key, _)| !valid.contains(&key.as_str())) {
        let near = hint(nearest(key, valid.iter().copied()));
        report.line(file, node.line, &format!("`{key}` is an unknown key{near}"));
    }
}
