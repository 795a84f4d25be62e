//! The YAML file of a problem, as a tree of texts with their lines.

use crate::report::Report;
use saphyr_parser::{Event, Parser};

/// How deep lists and maps may be nested.
const DEEPEST: usize = 20;
/// The most values and keys.
const MOST: usize = 100_000;

/// A value with its line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) line: usize,
    pub(crate) value: Value,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The value of a key of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(pairs) => pairs.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
    }
}

/// A list or a map that is not yet complete.
struct Open {
    node: Node,
    key: Option<String>,
}

/// Reads a text.
///
/// # Errors
/// Told in the report: what is no YAML, aliases, several documents, nesting too deep, and keys given twice.
pub(crate) fn read(file: &str, text: &str, report: &mut Report) -> Option<Node> {
    let mut open: Vec<Open> = Vec::new();
    let mut root: Option<Node> = None;
    let mut count = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(found) => found,
            Err(error) => {
                report.line(file, error.marker().line(), &format!("is no YAML: {}", error.info()));
                return None;
            }
        };
        let line = span.start.line();
        count += 1;
        if open.len() > DEEPEST || count > MOST {
            report.line(file, line, "is too large for a PEtab problem");
            return None;
        }
        let value = match event {
            Event::Scalar(text, ..) => Value::Text(text.to_string()),
            Event::SequenceStart(..) => {
                open.push(Open { node: Node { line, value: Value::List(Vec::new()) }, key: None });
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open { node: Node { line, value: Value::Map(Vec::new()) }, key: None });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(done) => {
                    close(file, done.node, &mut open, &mut root, report);
                    continue;
                }
                None => continue,
            },
            Event::Alias(_) => {
                report.line(
                    file,
                    line,
                    "has an alias (`*name`), which is not supported; write out what it stands for",
                );
                return None;
            }
            Event::DocumentStart(_) if root.is_some() => {
                report.line(file, line, "begins a second document; a problem is one");
                return None;
            }
            _ => continue,
        };
        close(file, Node { line, value }, &mut open, &mut root, report);
    }
    if root.is_none() {
        report.file(
            file,
            "is empty; a PEtab problem has the keys format_version, parameter_file and problems",
        );
    }
    root
}

/// Puts a complete value where it belongs.
fn close(file: &str, node: Node, open: &mut [Open], root: &mut Option<Node>, report: &mut Report) {
    let Some(parent) = open.last_mut() else {
        *root = Some(node);
        return;
    };
    match (&mut parent.node.value, parent.key.take()) {
        (Value::List(items), _) => items.push(node),
        (Value::Map(pairs), Some(key)) => {
            if pairs.iter().any(|(name, _)| *name == key) {
                report.line(file, node.line, &format!("gives the key `{key}` a second time"));
            } else {
                pairs.push((key, node));
            }
        }
        (Value::Map(_), None) => match node.value {
            Value::Text(key) => parent.key = Some(key),
            _ => {
                report.line(file, node.line, "has a key that is no text");
                parent.key = Some(String::new());
            }
        },
        (Value::Text(_), _) => {}
    }
}
