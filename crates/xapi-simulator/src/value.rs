//! Errors of XAPI, and values as its calls carry them.

use serde_json::Value;

/// An error of XAPI: a code with parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: String,
    pub(crate) params: Vec<String>,
}

impl Failure {
    pub(crate) fn new<S: Into<String>>(code: &str, params: impl IntoIterator<Item = S>) -> Self {
        Self { code: code.to_owned(), params: params.into_iter().map(Into::into).collect() }
    }

    /// The code, then the parameters.
    pub(crate) fn list(&self) -> Vec<&str> {
        let params = self.params.iter().map(String::as_str);
        std::iter::once(self.code.as_str()).chain(params).collect()
    }
}

/// The text of a parameter.
pub(crate) fn text(params: &[Value], at: usize) -> Result<&str, Failure> {
    params.get(at).and_then(Value::as_str).ok_or_else(|| wrong(at, "string"))
}

/// The whole number of a parameter: JSON-RPC carries a number, XML-RPC a text.
pub(crate) fn number(params: &[Value], at: usize) -> Result<i64, Failure> {
    let value = params.get(at);
    let number = value.and_then(|v| v.as_i64().or_else(|| v.as_str()?.parse().ok()));
    number.ok_or_else(|| wrong(at, "int"))
}

fn wrong(at: usize, kind: &str) -> Failure {
    Failure::new("FIELD_TYPE_ERROR", [format!("parameter {at}, which is no {kind}")])
}
