//! Reading the parts of a message, and saying which field is wrong.

use serde::de::{DeserializeOwned, Deserializer, Error};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Why a message that someone with the key sent cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {part} of the message is not usable: {reason}")]
pub struct Fault {
    /// Which part: `header`, `metadata` or `content`.
    pub part: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads a part of a message.
///
/// # Errors
/// When it is no object, or a field is missing or of the wrong kind; the error names the field.
pub fn object<T: DeserializeOwned>(part: &'static str, bytes: &[u8]) -> Result<T, Fault> {
    // Types are read from arrays as well, which the protocol does not know.
    if !bytes.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<Value>(bytes).is_ok()
    {
        return Err(Fault { part, reason: "it is no object".to_owned() });
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let field = error.is_data().then(|| wrong_field::<T>(bytes)).flatten();
        let reason = match field {
            Some((field, reason)) => format!("`{field}`: {reason}"),
            None => bare(&error),
        };
        Fault { part, reason }
    })
}

/// The field that is of the wrong kind: alone it is as wrong as among others.
fn wrong_field<T: DeserializeOwned>(bytes: &[u8]) -> Option<(String, String)> {
    let fields: Map<String, Value> = serde_json::from_slice(bytes).ok()?;
    fields.into_iter().find_map(|(field, value)| {
        let alone = Value::Object(Map::from_iter([(field.clone(), value)]));
        let error = serde_json::from_value::<T>(alone).err()?.to_string();
        (!error.starts_with("missing field")).then_some((field, error))
    })
}

/// An error without its place, which is none that a user sees.
fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((reason, _)) if error.is_data() => reason.to_owned(),
        _ => text,
    }
}

/// What is `null` is as good as missing.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// The same of a switch that is usually on.
pub(super) fn or_true<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(true))
}

/// A switch that is usually on.
pub(super) fn yes() -> bool {
    true
}

/// A whole number, which some front ends write with a point; one that is too large is the largest.
pub(super) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let number = Option::<serde_json::Number>::deserialize(deserializer)
        .map_err(|_| D::Error::custom("a whole number is expected"))?;
    Ok(number.and_then(|n| n.as_i64().or_else(|| n.as_f64().map(|x| x as i64))))
}

/// As bytes. There is no type here that cannot be written: all keys are texts.
pub(crate) fn written<T: Serialize + ?Sized>(content: &T) -> Vec<u8> {
    serde_json::to_vec(content).unwrap_or_else(|_| b"{}".to_vec())
}

#[cfg(test)]
mod tests {
    use super::super::{ExecuteRequest, HistoryRequest};
    use super::*;

    #[test]
    fn the_field_that_is_wrong_is_named() {
        for (text, reason) in [
            ("{}", "missing field `code`"),
            (r#"{"silent":1}"#, "`silent`: invalid type: integer `1`, expected a boolean"),
            (r#"{"code":null}"#, "`code`: invalid type: null, expected a string"),
            (r#"["1"]"#, "it is no object"),
            (r#"{"code":"1","user_expressions":[1]}"#, "`user_expressions`: "),
        ] {
            let fault = object::<ExecuteRequest>("content", text.as_bytes()).unwrap_err();
            assert!(fault.reason.starts_with(reason), "{text}: {fault}");
        }
        let wrong = object::<HistoryRequest>("content", br#"{"n":"x"}"#).unwrap_err();
        assert_eq!(wrong.reason, "`n`: a whole number is expected");
    }

    #[test]
    fn what_is_not_known_and_what_is_null_is_passed_over() {
        let text = br#" {"code":"1","silent":null,"user_expressions":null,"cellId":[1]}"#;
        let read: ExecuteRequest = object("content", text).unwrap();
        assert!(!read.silent && read.allow_stdin && read.user_expressions.is_empty());
        let read: HistoryRequest = object("content", br#"{"n":3.0,"session":1e300}"#).unwrap();
        assert_eq!((read.n, read.session), (Some(3), Some(i64::MAX)));
    }
}
