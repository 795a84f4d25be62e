//! Styles of figures: options under a name.

use serde_json::{Map, Value};

use bioxen_base::problem::{Problems, syntax};

use crate::bundle::Bundle;

/// The longest style [bytes].
const LONGEST: usize = 64 << 10;

/// Options of figures under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Style {
    /// Its name, that of its file.
    pub name: String,
    /// The options, which the language checks as those of a call.
    pub options: Map<String, Value>,
}

/// The styles of a bundle: each a table of texts, numbers, truth values and arrays of these.
pub(super) fn read(bundle: &Bundle, found: &mut Problems) -> Vec<Style> {
    let mut all = Vec::new();
    for (path, name) in bundle.in_folder("styles", "toml") {
        let text = match bundle.text(path) {
            Ok(text) if text.len() <= LONGEST => text,
            Ok(_) => {
                found.add(path, &format!("has more than {} KiB", LONGEST >> 10));
                continue;
            }
            Err(what) => {
                found.add(path, &what);
                continue;
            }
        };
        let options: Map<String, Value> = match toml::from_str(&text) {
            Ok(options) => options,
            Err(error) => {
                let at = error.span().map(|span| span.start);
                found.add(path, &syntax(&text, at, error.message()));
                continue;
            }
        };
        let mut own = Problems::default();
        own.printable(&options);
        own.0
            .iter()
            .for_each(|problem| found.add(&format!("{path}: {}", problem.path), &problem.what));
        for (key, value) in &options {
            if !is_plain(value) {
                let what = "must be a text, a number, true, false or an array of these";
                found.add(&format!("{path}: {key}"), what);
            }
        }
        all.push(Style { name: name.to_owned(), options });
    }
    all
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::Array(all) => all.iter().all(|value| !value.is_array() && is_plain(value)),
        Value::Object(_) | Value::Null => false,
        _ => true,
    }
}
