//! JSON-RPC, 2.0 and 1.0.

use serde_json::{Value, json};

use crate::dispatch::Outcome;
use crate::http::Answer;

/// A call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) params: Vec<Value>,
    pub(crate) id: Value,
    /// Whether it is of version 2.0.
    pub(crate) second: bool,
}

/// Reads a call; none when it is malformed: its id must be there and its parameters a list.
pub(crate) fn read(body: &[u8]) -> Option<Call> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let method = value.get("method")?.as_str()?.to_owned();
    let params = value.get("params")?.as_array()?.clone();
    let id = value.get("id").filter(|id| !id.is_null())?.clone();
    let second = value.get("jsonrpc").and_then(Value::as_str) == Some("2.0");
    Some(Call { method, params, id, second })
}

/// Writes the answer: an error of XAPI is no error of HTTP.
pub(crate) fn write(call: &Call, outcome: &Outcome) -> Answer {
    let body = match (outcome, call.second) {
        (Ok(value), true) => json!({"jsonrpc": "2.0", "result": value, "id": call.id}),
        (Ok(value), false) => json!({"result": value, "error": null, "id": call.id}),
        (Err(failure), true) => json!({
            "jsonrpc": "2.0",
            "error": {"code": 1, "message": failure.code, "data": failure.params},
            "id": call.id,
        }),
        (Err(failure), false) => {
            json!({"result": null, "error": failure.list(), "id": call.id})
        }
    };
    Answer::new(200, "application/json", body.to_string())
}

/// An error that comes before the call is looked at: it is not translated, and there is no id.
pub(crate) fn early(code: &str, params: &[String]) -> Answer {
    let mut list = vec![code.to_owned()];
    list.extend_from_slice(params);
    let body = json!({"jsonrpc": "2.0", "error": list, "id": null});
    Answer::new(200, "application/json", body.to_string())
}

/// An error whose data is one text.
pub(crate) fn bare(id: &Value, code: &str, data: &str) -> Answer {
    let error = json!({"code": 1, "message": code, "data": data});
    let body = json!({"jsonrpc": "2.0", "error": error, "id": id});
    Answer::new(200, "application/json", body.to_string())
}
