//! XML-RPC, in which whole numbers are texts.

use std::fmt::Write as _;

use roxmltree::{Document, Node};
use serde_json::{Map, Number, Value};

use crate::dispatch::Outcome;
use crate::http::Answer;

/// A call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) params: Vec<Value>,
}

/// Reads a call; none when it is malformed.
pub(crate) fn read(body: &[u8]) -> Option<Call> {
    let text = std::str::from_utf8(body).ok()?;
    let document = Document::parse(text).ok()?;
    let root = document.root_element();
    let method = child(root, "methodName")?.text()?.trim().to_owned();
    let mut params = Vec::new();
    if let Some(list) = child(root, "params") {
        for param in elements(list) {
            params.push(value(child(param, "value")?)?);
        }
    }
    Some(Call { method, params })
}

/// Writes the answer: a structure with its status. The list of methods alone has none.
pub(crate) fn write(call: &Call, outcome: &Outcome) -> Answer {
    let told = match outcome {
        Ok(value) if call.method == "system.listMethods" => value.clone(),
        Ok(value) => serde_json::json!({"Status": "Success", "Value": value}),
        Err(failure) => {
            serde_json::json!({"Status": "Failure", "ErrorDescription": failure.list()})
        }
    };
    let mut text = "<?xml version=\"1.0\"?><methodResponse><params><param>".to_owned();
    put(&mut text, "", &told);
    text.push_str("</param></params></methodResponse>");
    Answer::new(200, "text/xml", text)
}

fn elements<'a>(node: Node<'a, 'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(Node::is_element)
}

fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    elements(node).find(|n| n.has_tag_name(name))
}

fn value(node: Node<'_, '_>) -> Option<Value> {
    let Some(inner) = node.children().find(Node::is_element) else {
        return Some(Value::String(node.text().unwrap_or_default().to_owned()));
    };
    let text = inner.text().unwrap_or_default();
    Some(match inner.tag_name().name() {
        "boolean" => Value::Bool(text.trim() == "1"),
        "int" | "i4" | "i8" => Value::Number(text.trim().parse::<i64>().ok()?.into()),
        "double" => Value::Number(Number::from_f64(text.trim().parse().ok()?)?),
        "array" => {
            let data = inner.children().find(|n| n.has_tag_name("data"))?;
            let items: Option<Vec<Value>> =
                data.children().filter(Node::is_element).map(value).collect();
            Value::Array(items?)
        }
        "struct" => {
            let mut map = Map::new();
            for member in inner.children().filter(Node::is_element) {
                let find = |name: &str| member.children().find(|n| n.has_tag_name(name));
                let name = find("name")?.text().unwrap_or_default().to_owned();
                map.insert(name, value(find("value")?)?);
            }
            Value::Object(map)
        }
        "nil" => Value::Null,
        _ => Value::String(text.to_owned()),
    })
}

/// The fields that are moments.
const MOMENTS: [&str; 3] = ["created", "finished", "last_updated"];

fn put(text: &mut String, field: &str, value: &Value) {
    let mut plain = |kind: &str, inner: &str| {
        let _ = write!(text, "<value><{kind}>{}</{kind}></value>", escape(inner));
    };
    match value {
        Value::Null => plain("string", ""),
        Value::Bool(b) => plain("boolean", if *b { "1" } else { "0" }),
        Value::Number(n) if n.is_f64() => plain("double", &n.to_string()),
        Value::Number(n) => plain("string", &n.to_string()),
        Value::String(s) if MOMENTS.contains(&field) => plain("dateTime.iso8601", s),
        Value::String(s) => plain("string", s),
        Value::Array(items) => {
            text.push_str("<value><array><data>");
            for item in items {
                put(text, "", item);
            }
            text.push_str("</data></array></value>");
        }
        Value::Object(map) => {
            text.push_str("<value><struct>");
            for (name, value) in map {
                let _ = write!(text, "<member><name>{}</name>", escape(name));
                put(text, name, value);
                text.push_str("</member>");
            }
            text.push_str("</struct></value>");
        }
    }
}

/// A text as it stands in XML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
