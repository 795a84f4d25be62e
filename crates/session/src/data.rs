//! Values as data for programs.

use rhai::{Array, Blob, Dynamic, Map};
use serde_json::{Number, Value};

use super::Session;
use bioxen_lang::Status;

/// Values that hold each other more deeply are told as text, which readers of JSON do not refuse.
const DEEPEST: usize = 100;

impl Session {
    /// What the last text gave, as JSON: numbers, booleans, texts, arrays and maps as such, and the status of
    /// a VM as a map. Nothing, and what is no number, is null. Anything else is its text, such as
    /// `"5 min"`.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.eval("#{a: [1, 2.5, \"2\"], t: 5.min}", "example")?;
    /// assert_eq!(session.last_json().to_string(), r#"{"a":[1,2.5,"2"],"t":"5 min"}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn last_json(&self) -> Value {
        bioxen_lang::stack::roomy(|| self.json_of(&self.last, 0))
    }

    fn json_of(&self, value: &Dynamic, depth: usize) -> Value {
        if depth < DEEPEST {
            if let Some(array) = value.read_lock::<Array>() {
                return array.iter().map(|value| self.json_of(value, depth + 1)).collect();
            }
            if let Some(map) = value.read_lock::<Map>() {
                let entries =
                    map.iter().map(|(key, v)| (key.to_string(), self.json_of(v, depth + 1)));
                return Value::Object(entries.collect());
            }
        }
        if let Some(bytes) = value.read_lock::<Blob>() {
            return bytes.iter().copied().map(Value::from).collect();
        }
        if let Some(status) = value.read_lock::<Status>() {
            return serde_json::to_value(&status.0).unwrap_or_default();
        }
        if !super::evaluate::is_shown(value) {
            return Value::Null;
        }
        if let Ok(x) = value.as_int() {
            return x.into();
        }
        if let Ok(x) = value.as_float() {
            return Number::from_f64(x).map_or(Value::Null, Value::Number);
        }
        if let Ok(x) = value.as_bool() {
            return x.into();
        }
        Value::String(self.text_of(value))
    }
}
