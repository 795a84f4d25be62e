//! Replies of JSON-RPC, in all the shapes that XAPI gives them.

use std::collections::BTreeMap;

use serde_json::Value;

/// What a reply says that is no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// An error of XAPI.
    Api { code: String, params: Vec<String> },
    /// It is no reply.
    Bad(String),
}

/// The result of a reply to the call with an id. An error has one of three shapes: an object with the code as
/// its message and a list (or one text) as its data; a list of the code and its parameters, as of early errors,
/// which have no id; and both with a result of `null`, as in JSON-RPC 1.0.
pub(crate) fn read(body: &[u8], id: u64) -> Result<Value, Refusal> {
    // The reader itself refuses what nests deeper than 128.
    let reply: Value =
        serde_json::from_slice(body).map_err(|error| Refusal::Bad(format!("its JSON: {error}")))?;
    let Value::Object(mut reply) = reply else {
        return Err(Refusal::Bad("the reply is no object".to_owned()));
    };
    match reply.remove("error") {
        None | Some(Value::Null) => {}
        Some(error) => return Err(refusal(&error)),
    }
    let answers = match reply.get("id") {
        Some(Value::Number(number)) => number.as_u64() == Some(id),
        Some(Value::String(text)) => text.parse() == Ok(id),
        _ => false,
    };
    if !answers {
        return Err(Refusal::Bad("the reply is to another call".to_owned()));
    }
    reply.remove("result").ok_or_else(|| Refusal::Bad("there is no result and no error".to_owned()))
}

fn refusal(error: &Value) -> Refusal {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let (code, params) = match error {
        Value::Array(list) => {
            let mut words = list.iter().map(text);
            (words.next().unwrap_or_default(), words.collect())
        }
        Value::Object(map) => {
            let params = match map.get("data") {
                None | Some(Value::Null) => Vec::new(),
                Some(Value::Array(list)) => list.iter().map(text).collect(),
                Some(one) => vec![text(one)],
            };
            (map.get("message").map(text).unwrap_or_default(), params)
        }
        other => (text(other), Vec::new()),
    };
    if code.is_empty() {
        return Refusal::Bad("its error has no code".to_owned());
    }
    Refusal::Api { code, params }
}

/// A value as a type; what it should be otherwise.
pub(crate) trait Typed: Sized {
    const EXPECTED: &'static str;
    fn typed(value: &Value) -> Option<Self>;
}

impl Typed for String {
    const EXPECTED: &'static str = "a text";
    fn typed(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl Typed for bool {
    const EXPECTED: &'static str = "true or false";
    fn typed(value: &Value) -> Option<Self> {
        value.as_bool()
    }
}

/// Whole numbers are numbers in JSON-RPC; old hosts write them as texts.
impl Typed for u64 {
    const EXPECTED: &'static str = "a whole number";
    fn typed(value: &Value) -> Option<Self> {
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    }
}

impl Typed for f64 {
    const EXPECTED: &'static str = "a number";
    fn typed(value: &Value) -> Option<Self> {
        value.as_f64().or_else(|| value.as_str()?.parse().ok())
    }
}

impl<T: Typed> Typed for Vec<T> {
    const EXPECTED: &'static str = "a list";
    fn typed(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(T::typed).collect()
    }
}

impl<T: Typed> Typed for BTreeMap<String, T> {
    const EXPECTED: &'static str = "a table";
    fn typed(value: &Value) -> Option<Self> {
        value.as_object()?.iter().map(|(k, v)| Some((k.clone(), T::typed(v)?))).collect()
    }
}

impl Typed for Value {
    const EXPECTED: &'static str = "a value";
    fn typed(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

/// The result of a call that gives nothing.
impl Typed for () {
    const EXPECTED: &'static str = "nothing";
    fn typed(_: &Value) -> Option<Self> {
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(code: &str, params: &[&str]) -> Result<Value, Refusal> {
        let params = params.iter().map(|p| (*p).to_owned()).collect();
        Err(Refusal::Api { code: code.to_owned(), params })
    }

    #[test]
    fn all_shapes_of_errors_are_understood() {
        let shapes: [(&str, &[&str]); 5] = [
            (
                r#"{"jsonrpc":"2.0","error":{"code":1,"message":"A","data":["b","c"]},"id":5}"#,
                &["b", "c"],
            ),
            (r#"{"jsonrpc":"2.0","error":{"code":1,"message":"A","data":"b"},"id":5}"#, &["b"]),
            (r#"{"jsonrpc":"2.0","error":["A","b"],"id":null}"#, &["b"]),
            (r#"{"result":null,"error":["A","b"],"id":"x"}"#, &["b"]),
            (r#"{"error":"A"}"#, &[]),
        ];
        for (text, params) in shapes {
            assert_eq!(read(text.as_bytes(), 5), api("A", params), "{text}");
        }
    }

    #[test]
    fn replies_to_other_calls_and_deep_ones_are_refused() {
        let good = r#"{"jsonrpc":"2.0","result":"","id":5}"#;
        assert_eq!(read(good.as_bytes(), 5), Ok(Value::String(String::new())));
        let old = r#"{"result":3,"error":null,"id":"5"}"#;
        assert_eq!(read(old.as_bytes(), 5), Ok(Value::from(3)));
        let deep = format!("{{\"result\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
        for bad in [&good.replace('5', "6"), "", "[]", "{}", "<html>", r#"{"error":{}}"#, &deep] {
            assert!(matches!(read(bad.as_bytes(), 5), Err(Refusal::Bad(_))), "{bad:.40}");
        }
    }

    #[test]
    fn whole_numbers_may_be_texts() {
        assert_eq!(u64::typed(&Value::from("4294967296")), Some(4_294_967_296));
        assert_eq!(u64::typed(&Value::from(7)), Some(7));
        assert_eq!(u64::typed(&Value::from(-7)), None);
        assert_eq!(Vec::<String>::typed(&serde_json::json!(["a", 1])), None);
    }
}
