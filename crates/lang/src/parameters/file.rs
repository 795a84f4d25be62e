//! Values of parameters from the text of a file.

use rhai::Dynamic;
use serde_json::{Map, Value};

use super::error::ParameterError;
use super::{AllGiven, Given};
use crate::error::LangError;

fn wrong(reason: String) -> LangError {
    ParameterError::File { reason }.into()
}

fn all(map: &Map<String, Value>) -> Result<AllGiven, LangError> {
    let one = |(name, value): (&String, &Value)| {
        let value: Dynamic = rhai::serde::to_dynamic(value).map_err(|e| wrong(e.to_string()))?;
        Ok((name.clone(), Given::Value(value)))
    };
    map.iter().map(one).collect()
}

/// Reads names and values from JSON: `{"dose": "1 mM", "n": 3}`.
///
/// # Errors
/// When the text is no JSON, or no map.
///
/// # Examples
/// ```
/// use bioxen_lang::parameters::from_json;
/// assert_eq!(from_json(r#"{"dose": "1 mM", "n": 3}"#)?.len(), 2);
/// assert!(from_json("[1]").is_err());
/// # Ok::<(), bioxen_lang::LangError>(())
/// ```
pub fn from_json(text: &str) -> Result<AllGiven, LangError> {
    match serde_json::from_str(text).map_err(|e| wrong(e.to_string()))? {
        Value::Object(map) => all(&map),
        _ => Err(wrong("it must hold an object, such as {\"dose\": \"1 mM\"}".to_owned())),
    }
}

/// Reads names and values from TOML: `dose = "1 mM"`.
///
/// # Errors
/// When the text is no TOML.
pub fn from_toml(text: &str) -> Result<AllGiven, LangError> {
    let map: Map<String, Value> = toml::from_str(text).map_err(|error| {
        let before = error.span().map(|span| &text[..span.start.min(text.len())]);
        let line = before.map(|before| before.matches('\n').count() + 1);
        let at = line.map(|line| format!("in line {line}: ")).unwrap_or_default();
        wrong(format!("{at}{}", error.message().replace('\n', " ")))
    })?;
    all(&map)
}
