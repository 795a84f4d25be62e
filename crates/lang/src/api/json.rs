//! Values as texts of JSON, and back.

use rhai::plugin::*;
use rhai::{Array, Blob, Dynamic, Map};
use serde_json::Value;

use crate::cells;
use crate::error::raise;
use crate::number::kind;
use crate::value::{EventHandle, Fit, Status};
use crate::{LangError, RhaiResultOf, Table};
use bioxen_base::units::{Concentration, Duration, Kilobases, Percent};

/// How deeply values may hold each other in a text.
const DEPTH: usize = 2_000;

/// A value as JSON; `place` is where it stands, such as `dose.times[2]`.
fn json(value: &Dynamic, place: &str, depth: usize) -> Result<Value, LangError> {
    let none = |what: String| LangError::NoJson { place: place.to_owned(), what };
    if depth == 0 {
        let what = format!("what holds values inside of values more than {DEPTH} deep");
        return Err(LangError::NoJson { place: String::new(), what });
    }
    if value.is_shared() {
        return json(&value.flatten_clone(), place, depth);
    }
    if let Some(map) = value.read_lock::<Map>() {
        let entry = |(key, value): (&rhai::Identifier, &Dynamic)| {
            let dot = if place.is_empty() { "" } else { "." };
            Ok((key.to_string(), json(value, &format!("{place}{dot}{key}"), depth - 1)?))
        };
        return map.iter().map(entry).collect::<Result<_, _>>().map(Value::Object);
    }
    if let Some(array) = value.read_lock::<Array>() {
        let all = array.iter().enumerate();
        return all.map(|(i, v)| json(v, &format!("{place}[{i}]"), depth - 1)).collect();
    }
    if let Some(bytes) = value.read_lock::<Blob>() {
        return Ok(bytes.iter().copied().map(Value::from).collect());
    }
    if value.is_unit() {
        return Ok(Value::Null);
    }
    if let Some(status) = value.read_lock::<Status>() {
        return Ok(of_status(&status));
    }
    if let Some(table) = value.read_lock::<Table>() {
        let (rows, count) = (cells::Rows::new(&table), table.rows());
        return (0..count)
            .map(|i| json(&rows.row(i), &format!("{place}[{i}]"), depth - 1))
            .collect();
    }
    if let Ok(number) = value.as_float() {
        let number = serde_json::Number::from_f64(number).map(Value::Number);
        return number.ok_or_else(|| none(kind(value)));
    }
    let whole = value.as_int().ok().map(Value::from);
    let truth = || value.as_bool().ok().map(Value::from);
    let is_text = value.is_string()
        || value.is_char()
        || value.is::<Duration>()
        || value.is::<Kilobases>()
        || value.is::<Percent>()
        || value.is::<Concentration>();
    let event =
        || value.clone().try_cast::<EventHandle>().map(|e| format!("event {}", e.number).into());
    let text = || value.clone().try_cast::<LangError>().map(|error| error.to_string().into());
    let quantity = || {
        let time = value.clone().try_cast::<Duration>().map(|q| q.to_string());
        let length = || value.clone().try_cast::<Kilobases>().map(|q| q.to_string());
        let share = || value.clone().try_cast::<Percent>().map(|q| q.to_string());
        let amount = || value.clone().try_cast::<Concentration>().map(|q| q.to_string());
        let given = time.or_else(length).or_else(share).or_else(amount);
        given.unwrap_or_else(|| value.to_string()).into()
    };
    let found =
        whole.or_else(truth).or_else(text).or_else(event).or_else(|| is_text.then(quantity));
    found.ok_or_else(|| none(kind(value)))
}

/// A fit as JSON; a number that is none, such as a correlation that is not known, becomes `null`.
pub(super) fn of_fit(fit: &Fit) -> Result<String, LangError> {
    fn finite(value: &Dynamic) -> Dynamic {
        if let Some(array) = value.read_lock::<Array>() {
            return array.iter().map(finite).collect::<Array>().into();
        }
        if let Some(map) = value.read_lock::<Map>() {
            let all: Map = map.iter().map(|(key, value)| (key.clone(), finite(value))).collect();
            return all.into();
        }
        match value.as_float() {
            Ok(x) if !x.is_finite() => Dynamic::UNIT,
            _ => value.clone(),
        }
    }
    json(&finite(&Dynamic::from_map((*fit.told).clone())), "", DEPTH).map(|json| json.to_string())
}

fn of_status(status: &Status) -> Value {
    serde_json::to_value(&status.0).unwrap_or_default()
}

/// What a reader of JSON found wrong, without where.
fn reason(error: &serde_json::Error) -> String {
    let said = error.to_string();
    match error.classify() {
        serde_json::error::Category::Eof => "it ends in the middle".to_owned(),
        _ => said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what).to_owned(),
    }
}

/// Values as texts of JSON, and back.
#[export_module]
pub mod functions {
    /// A map as JSON text. A quantity becomes a string with its unit, as `print` shows it; nothing, `()`,
    /// becomes `null`.
    ///
    /// * `map` - may hold numbers, truth values, strings, quantities, nothing, the status of a VM, events by
    ///   their name, tables as arrays of rows, and arrays and maps of these
    ///
    /// # Errors
    /// If it holds something else, such as a VM, a trace or a closure; the error names its key.
    ///
    /// # Example
    /// ```rhai
    /// #{dose: 50.uM, counts: [1, 2]}.to_json()
    /// ```
    #[rhai_fn(return_raw)]
    pub fn to_json(map: Map) -> RhaiResultOf<String> {
        json(&map.into(), "", DEPTH).map(|json| json.to_string()).map_err(raise)
    }

    /// An array as JSON text, as for a map.
    ///
    /// * `array` - may hold the same values as a map
    ///
    /// # Errors
    /// If it holds something else; the error says where.
    ///
    /// # Example
    /// ```rhai
    /// [1, 2.5, 10.min].to_json()
    /// ```
    #[rhai_fn(name = "to_json", return_raw)]
    pub fn array_to_json(array: Array) -> RhaiResultOf<String> {
        json(&array.into(), "", DEPTH).map(|json| json.to_string()).map_err(raise)
    }

    /// The status of a VM as JSON text, with the same names as in `status.state`.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").status().to_json()
    /// ```
    #[rhai_fn(name = "to_json")]
    pub fn status_to_json(status: Status) -> String {
        super::of_status(&status).to_string()
    }

    /// Reads JSON text and returns its value.
    ///
    /// * `text` - the JSON text
    ///
    /// # Errors
    /// If the text is not JSON; the error says where.
    ///
    /// # Example
    /// ```rhai
    /// parse_json("{\"genes\": [\"lacZ\"], \"count\": 3}").count
    /// ```
    #[rhai_fn(return_raw)]
    pub fn parse_json(text: &str) -> RhaiResultOf<Dynamic> {
        serde_json::from_str(text).map_err(|error| {
            raise(LangError::NotJson {
                reason: reason(&error),
                line: error.line(),
                column: error.column(),
            })
        })
    }
}
