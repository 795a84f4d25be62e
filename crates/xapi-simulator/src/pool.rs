//! The objects of a pool, and what all classes of them can do.

mod life;
mod make;
mod tasks;

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use serde_json::{Map, Value, json};

use crate::Setup;
use crate::dispatch::Outcome;
use crate::value::{Failure, number, text};
use tasks::Work;

/// The reference of nothing.
pub(crate) const NULL: &str = "OpaqueRef:NULL";

/// The classes, as methods name them.
const CLASSES: [&str; 10] =
    ["VM", "VIF", "VBD", "VDI", "SR", "network", "pool", "host", "task", "VM_guest_metrics"];

/// An object.
#[derive(Debug)]
pub(crate) struct Object {
    class: &'static str,
    record: Map<String, Value>,
    /// Whether a client has made it.
    made: bool,
    /// When it was changed last.
    generation: u64,
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Pool {
    pub(crate) setup: Setup,
    /// The sessions with their roles.
    pub(crate) sessions: HashMap<String, String>,
    objects: BTreeMap<String, Object>,
    gone: Vec<(u64, &'static str, String)>,
    work: Vec<(Instant, Work)>,
    generation: u64,
    count: u64,
    ready: bool,
    /// Whether the next task hangs.
    pub(crate) hangs: bool,
}

impl Pool {
    /// The methods that exist.
    pub(crate) fn methods() -> Vec<String> {
        let mut all = Vec::new();
        for class in CLASSES {
            for message in ["get_all", "get_all_records", "get_record", "get_by_uuid"] {
                all.push(format!("{class}.{message}"));
            }
        }
        for message in life::MESSAGES {
            all.push(format!("VM.{message}"));
            all.push(format!("Async.VM.{message}"));
        }
        for method in ["session.login_with_password", "session.logout", "event.from"] {
            all.push(method.to_owned());
        }
        all
    }

    pub(crate) fn log_in(&mut self, user: &str, password: &str) -> Outcome {
        let found = self.setup.users.iter().find(|(u, p, _)| u == user && p == password);
        let Some((_, _, role)) = found.cloned() else {
            let told = "Authentication failure";
            return Err(Failure::new("SESSION_AUTHENTICATION_FAILED", [user, told]));
        };
        self.count += 1;
        let session = format!("OpaqueRef:5e551011-{:012x}", self.count);
        self.sessions.insert(session.clone(), role);
        Ok(json!(session))
    }

    /// Adds an object; its uuid is among its fields from then on.
    fn add(&mut self, class: &'static str, mut record: Value) -> String {
        self.count += 1;
        self.generation += 1;
        let reference = format!("OpaqueRef:{:08x}-0000-4000-8000-{class}", self.count);
        record["uuid"] = json!(format!("{:08x}-0000-4000-8000-{:012x}", self.count, 0xb10));
        let record = record.as_object().cloned().unwrap_or_default();
        let object = Object { class, record, made: self.ready, generation: self.generation };
        self.objects.insert(reference.clone(), object);
        reference
    }

    fn remove(&mut self, reference: &str) {
        if let Some(object) = self.objects.remove(reference) {
            self.generation += 1;
            self.gone.push((self.generation, object.class, reference.to_owned()));
        }
    }

    pub(crate) fn of_class(&self, class: &str) -> impl Iterator<Item = (&String, &Object)> {
        self.objects.iter().filter(move |(_, o)| o.class == class)
    }

    fn object(&self, class: &str, reference: &str) -> Result<&Object, Failure> {
        let found = self.objects.get(reference).filter(|o| o.class == class);
        found.ok_or_else(|| Failure::new("HANDLE_INVALID", [class, reference]))
    }

    /// A field of an object; nothing of one that is gone.
    fn get(&self, reference: &str, field: &str) -> Value {
        let object = self.objects.get(reference);
        object.and_then(|o| o.record.get(field)).cloned().unwrap_or(Value::Null)
    }

    fn word(&self, reference: &str, field: &str) -> String {
        self.get(reference, field).as_str().unwrap_or_default().to_owned()
    }

    /// The references in a field that holds a list of them.
    fn list(&self, reference: &str, field: &str) -> Vec<String> {
        let value = self.get(reference, field);
        let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
        items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    fn set(&mut self, reference: &str, field: &str, value: Value) {
        self.generation += 1;
        let generation = self.generation;
        if let Some(object) = self.objects.get_mut(reference) {
            object.record.insert(field.to_owned(), value);
            object.generation = generation;
        }
    }

    fn push(&mut self, reference: &str, field: &str, item: &str) {
        let mut list = self.list(reference, field);
        list.push(item.to_owned());
        self.set(reference, field, json!(list));
    }

    fn pull(&mut self, reference: &str, field: &str, item: &str) {
        let mut list = self.list(reference, field);
        list.retain(|i| i != item);
        self.set(reference, field, json!(list));
    }

    /// Carries out a call that is no task.
    pub(crate) fn call(&mut self, method: &str, params: &[Value]) -> Outcome {
        let unknown = || Failure::new("MESSAGE_METHOD_UNKNOWN", [method]);
        let (class, message) = method.split_once('.').ok_or_else(unknown)?;
        if method == "event.inject" {
            return Ok(json!(format!("{:020},{:020}", self.generation, 0)));
        }
        let class = *CLASSES.iter().find(|c| **c == class).ok_or_else(unknown)?;
        if let Some(outcome) = self.special(class, message, params) {
            return outcome;
        }
        self.general(class, message, params).unwrap_or_else(|| Err(unknown()))
    }

    /// What every class has.
    fn general(&mut self, class: &'static str, message: &str, params: &[Value]) -> Option<Outcome> {
        let records = |pool: &Self, keep: &dyn Fn(&Object) -> bool| {
            let all = pool.of_class(class).filter(|(_, o)| keep(o));
            let all: Map<String, Value> =
                all.map(|(r, o)| (r.clone(), Value::Object(o.record.clone()))).collect();
            Value::Object(all)
        };
        let refs_with = |pool: &Self, field: &str, value: &str| -> Vec<String> {
            let found = pool.of_class(class);
            let found =
                found.filter(|(_, o)| o.record.get(field).and_then(Value::as_str) == Some(value));
            found.map(|(r, _)| r.clone()).collect()
        };
        let outcome = match message {
            "get_all" => Ok(json!(self.of_class(class).map(|(r, _)| r).collect::<Vec<_>>())),
            "get_all_records" => Ok(records(self, &|_| true)),
            "get_all_records_where" => text(params, 0).map(|query| {
                let wanted = conditions(query);
                records(self, &|o| {
                    wanted.iter().all(|(field, value)| match o.record.get(field) {
                        Some(Value::Bool(b)) => b.to_string() == *value,
                        Some(Value::String(s)) => s == value,
                        _ => false,
                    })
                })
            }),
            "get_record" => text(params, 0)
                .and_then(|r| self.object(class, r))
                .map(|o| Value::Object(o.record.clone())),
            "get_by_uuid" => text(params, 0).and_then(|uuid| {
                let found = refs_with(self, "uuid", uuid).into_iter().next();
                found.map(Value::String).ok_or_else(|| Failure::new("UUID_INVALID", [class, uuid]))
            }),
            "get_by_name_label" => {
                text(params, 0).map(|name| json!(refs_with(self, "name_label", name)))
            }
            _ => return self.fields(class, message, params),
        };
        Some(outcome)
    }

    /// Reading and writing of fields.
    fn fields(&mut self, class: &'static str, message: &str, params: &[Value]) -> Option<Outcome> {
        let missing =
            |field: &str| Failure::new("MESSAGE_METHOD_UNKNOWN", [format!("{class}.{field}")]);
        let reference = match text(params, 0) {
            Ok(reference) => reference,
            Err(failure) => return Some(Err(failure)),
        };
        if let Some(field) = message.strip_prefix("get_") {
            let value = self
                .object(class, reference)
                .and_then(|o| o.record.get(field).cloned().ok_or_else(|| missing(message)));
            return Some(value);
        }
        let (kind, field) = ["set_", "add_to_", "remove_from_"]
            .into_iter()
            .find_map(|kind| Some((kind, message.strip_prefix(kind)?)))?;
        let old = match self.object(class, reference) {
            Ok(object) => object.record.get(field).cloned().unwrap_or(Value::Null),
            Err(failure) => return Some(Err(failure)),
        };
        let mut map = old.as_object().cloned().unwrap_or_default();
        let changed = match kind {
            "set_" => {
                let is_number = old.is_i64();
                params.get(1).cloned().map_or(Err(missing(message)), |value| {
                    if is_number { number(params, 1).map(|n| json!(n)) } else { Ok(value) }
                })
            }
            "add_to_" => text(params, 1).and_then(|key| {
                if map.contains_key(key) {
                    let told = [class, field, reference, key];
                    return Err(Failure::new("MAP_DUPLICATE_KEY", told));
                }
                map.insert(key.to_owned(), json!(text(params, 2)?));
                Ok(Value::Object(map))
            }),
            _ => text(params, 1).map(|key| {
                map.remove(key);
                Value::Object(map)
            }),
        };
        Some(changed.map(|value| {
            self.set(reference, field, value);
            json!("")
        }))
    }

    /// What has changed in some classes after a moment.
    pub(crate) fn events(&self, classes: &[String], after: u64) -> Value {
        let wanted = |class: &str, reference: &str| {
            let class = class.to_lowercase();
            let one = format!("{class}/{}", reference.to_lowercase());
            classes.iter().any(|c| *c == "*" || *c == class || *c == one)
        };
        let mut events = Vec::new();
        let mut add = |id: u64,
                       class: &str,
                       operation: &str,
                       reference: &str,
                       record: Option<&Map<String, Value>>| {
            let mut event = json!({
                "id": id.to_string(), "timestamp": "0.0", "class": class.to_lowercase(),
                "operation": operation, "ref": reference,
            });
            if let Some(record) = record {
                event["snapshot"] = Value::Object(record.clone());
            }
            events.push(event);
        };
        for (reference, object) in &self.objects {
            if object.generation > after && wanted(object.class, reference) {
                let kind = if after == 0 { "add" } else { "mod" };
                add(object.generation, object.class, kind, reference, Some(&object.record));
            }
        }
        for (generation, class, reference) in &self.gone {
            if *generation > after && after > 0 && wanted(class, reference) {
                add(*generation, class, "del", reference, None);
            }
        }
        let counts: Map<String, Value> =
            CLASSES.iter().map(|c| (c.to_lowercase(), json!(self.of_class(c).count()))).collect();
        let token = format!("{:020},{:020}", self.generation, 0);
        json!({"events": events, "valid_ref_counts": counts, "token": token})
    }
}

/// The conditions of a query such as `field "a"="true" and field "b"="c"`.
fn conditions(query: &str) -> Vec<(String, String)> {
    let part = |text: &str| -> Option<(String, String)> {
        let mut quoted = text.split('"');
        let field = quoted.nth(1)?.to_owned();
        Some((field, quoted.nth(1)?.to_owned()))
    };
    query.split(" and ").filter_map(part).collect()
}
