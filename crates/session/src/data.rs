//! Values as data for programs.

use rhai::{Array, Blob, Dynamic, Map};
use serde_json::{Number, Value, json};

use super::Session;
use bioxen_engine::Trajectory;
use bioxen_lang::quantity::{amount, as_json};
use bioxen_lang::{Ensemble, Fit, Population, Status, Table, Trace};
use bioxen_table::{Column, Values};

/// Values that hold each other more deeply are told as text, which readers of JSON do not refuse.
const DEEPEST: usize = 100;

impl Session {
    /// What the last text gave, as JSON: numbers, booleans, texts, arrays and maps as such, and the status of
    /// a VM as a map. A quantity is `{"value": 5.0, "unit": "min"}`. A trace and a table have their columns,
    /// `{"columns": [{"name", "unit", "values"}]}`, the trace with `time` first; an ensemble has its runs,
    /// `{"repetitions": [..]}`, each as a trace. Nothing, and what is no number, is null. Anything else is its
    /// text.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.eval("#{a: [1, 2.5, \"2\"], t: 5.min}", "example")?;
    /// let json = r#"{"a":[1,2.5,"2"],"t":{"unit":"min","value":5.0}}"#;
    /// assert_eq!(session.last_json().to_string(), json);
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
        if let Some(fit) = value.read_lock::<Fit>() {
            let entries =
                fit.told.iter().map(|(key, v)| (key.to_string(), self.json_of(v, depth + 1)));
            return Value::Object(entries.collect());
        }
        if let Some(trace) = value.read_lock::<Trace>() {
            return of_trajectory(&trace.0);
        }
        if let Some(table) = value.read_lock::<Table>() {
            return of_table(&table);
        }
        if let Some(population) = value.read_lock::<Population>() {
            return Value::Object(facts(&population).collect());
        }
        if let Some(ensemble) = value.read_lock::<Ensemble>() {
            let runs: Vec<Value> = ensemble.runs.iter().map(of_trajectory).collect();
            return json!({ "repetitions": runs });
        }
        if amount(value).is_some() {
            return as_json(value);
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

/// A column; what is no number in it is null.
fn column(name: &str, unit: &str, values: impl Iterator<Item = f64>) -> Value {
    let unit = Some(unit).filter(|unit| !unit.is_empty());
    json!({ "name": name, "unit": unit, "values": values.map(Value::from).collect::<Vec<_>>() })
}

/// The facts of a population, in any form of values.
pub(crate) fn facts<T: From<String>>(population: &Population) -> impl Iterator<Item = (String, T)> {
    population.facts().into_iter().map(|(key, value)| (key.to_owned(), value.into()))
}

fn of_trajectory(trace: &Trajectory) -> Value {
    let time = column("time", &trace.time_unit, trace.times.iter().copied());
    let others = trace.columns.iter().map(|c| column(&c.name, &c.unit, c.values.iter().copied()));
    json!({ "columns": std::iter::once(time).chain(others).collect::<Vec<_>>() })
}

fn of_table(table: &Table) -> Value {
    let one = |c: &Column| {
        let unit = c.unit().filter(|unit| !unit.is_empty());
        let values: Vec<Value> = match c.values() {
            Values::Number(numbers) => numbers.iter().map(|x| Value::from(*x)).collect(),
            Values::Whole(numbers) => numbers.iter().map(|n| Value::from(*n)).collect(),
            Values::Text(texts) => texts.iter().map(|text| json!(text.as_deref())).collect(),
            Values::Truth(truths) => truths.iter().map(|truth| json!(truth)).collect(),
        };
        json!({ "name": c.name(), "unit": unit, "values": values })
    };
    json!({ "columns": table.columns().iter().map(one).collect::<Vec<_>>() })
}
