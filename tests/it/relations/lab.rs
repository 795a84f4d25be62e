//! A session in which programs run, and marks to which it can go back.

use std::collections::BTreeMap;

use bioxen::durable::unseal;
use bioxen::lang::WorldOptions;
use bioxen::session::Session;
use serde_json::Value;

use super::program::{Op, Program};

/// The names of what the program has kept: variables of the session and files.
#[derive(Debug, Clone, Default)]
struct Kept {
    snapshots: BTreeMap<&'static str, String>,
    all: Option<String>,
    vm: Option<String>,
    state: Option<String>,
}

/// A place in a program to which the laboratory can go back.
pub(super) struct Mark {
    name: String,
    kept: Kept,
    /// The state there.
    pub(super) state: Vec<u8>,
}

pub(super) struct Lab {
    session: Session,
    kept: Kept,
    names: u32,
    pub(super) folder: tempfile::TempDir,
}

/// Two VMs on a settled host, one of which lives.
const BASE: &str = "
    let a = create_bio_vm(\"a\", \"ecoli\", \"basic\", #{resource_limits: #{max_ribosomes: 2000}}); a.start();
    a.start_transcription([\"tufA\"]); create_bio_vm(\"b\", \"ecoli\");
    let base = snapshot_all();";

impl Lab {
    pub(super) fn new() -> Self {
        // Files are written to the disk for good, which takes its time.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let options = WorldOptions {
            out_dir: folder.path().to_owned(),
            read_dir: folder.path().to_owned(),
            ..WorldOptions::default()
        };
        let mut session = Session::new(options, Box::new(|_| {})).unwrap();
        session.eval(BASE, "base").unwrap();
        Self { session, kept: Kept::default(), names: 0, folder }
    }

    /// Goes to where a program is to be tried.
    pub(super) fn begin(&mut self, program: &Program) -> Result<(), String> {
        (self.kept, self.names) = (Kept::default(), 0);
        self.must("restore_all(base)")?;
        self.must(&format!("solver(\"{}\"); seed({});", program.solver, program.seed))?;
        self.perform(&program.before).map(|_| ())
    }

    pub(super) fn state(&self) -> Result<Vec<u8>, String> {
        self.session.saved().map_err(|e| e.to_string())
    }

    /// The state as values.
    pub(super) fn values(&self) -> Result<Value, String> {
        values(&self.state()?)
    }

    /// Does what must succeed.
    pub(super) fn must(&mut self, text: &str) -> Result<String, String> {
        let outcome = self.session.eval(text, "program");
        outcome.map(Option::unwrap_or_default).map_err(|e| format!("{text}: {}", e.message))
    }

    /// Does what may fail with something that was kept; nothing if there is none.
    fn attempt_of(
        &mut self,
        name: Option<String>,
        text: impl Fn(&str) -> String,
    ) -> Result<bool, String> {
        name.map_or(Ok(false), |name| self.attempt(&text(&name)))
    }

    /// Does what may fail; whether it did. Then nothing has changed.
    pub(super) fn attempt(&mut self, text: &str) -> Result<bool, String> {
        let before = self.state()?;
        if self.session.eval(text, "program").is_ok() {
            return Ok(true);
        }
        let after = self.state()?;
        if before == after {
            return Ok(false);
        }
        Err(format!("`{text}` fails and changes something:\n{}", difference(&before, &after)))
    }

    fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}_{}", self.names)
    }

    /// Performs operations; gives which succeeded, and the states between them.
    pub(super) fn perform(&mut self, ops: &[Op]) -> Result<Vec<(bool, Vec<u8>)>, String> {
        let mut done = Vec::with_capacity(ops.len());
        for op in ops {
            let succeeded = self.operate(op)?;
            done.push((succeeded, self.state()?));
        }
        Ok(done)
    }

    /// Performs one operation; whether it succeeded.
    pub(super) fn operate(&mut self, op: &Op) -> Result<bool, String> {
        match op {
            Op::On(vm, what) => self.attempt(&format!("vm(\"{vm}\").{what}")),
            Op::Say(what) => self.attempt(what),
            Op::Run(ms) => self.attempt(&format!("run({})", seconds(*ms))),
            Op::Snapshot(vm) => {
                let name = self.name("snapshot");
                let done = self.attempt(&format!("let {name} = vm(\"{vm}\").snapshot();"))?;
                if done {
                    self.kept.snapshots.insert(vm, name);
                }
                Ok(done)
            }
            Op::Restore(vm) => {
                let name = self.kept.snapshots.get(vm).cloned();
                self.attempt_of(name, |name| format!("vm(\"{vm}\").restore({name})"))
            }
            Op::KeepAll => {
                let name = self.name("all");
                let text = format!("let {name} = snapshot_all();");
                self.kept.all = Some(name);
                self.attempt(&text)
            }
            Op::GoBack => {
                let name = self.kept.all.clone();
                self.attempt_of(name, |name| format!("restore_all({name})"))
            }
            Op::SaveVm(vm) => {
                let name = self.name("file");
                let done = self.attempt(&format!("vm(\"{vm}\").save(\"{name}\")"))?;
                if done {
                    self.kept.vm = Some(name);
                }
                Ok(done)
            }
            Op::LoadVm(id) => {
                let name = self.kept.vm.clone();
                self.attempt_of(name, |name| format!("load_vm(\"{name}\", \"{id}\")"))
            }
            Op::SaveAll => {
                let name = self.name("state");
                self.kept.state = Some(name.clone());
                self.attempt(&format!("save_hypervisor(\"{name}\")"))
            }
            Op::LoadAll => {
                let name = self.kept.state.clone();
                self.attempt_of(name, |name| format!("load_hypervisor(\"{name}\")"))
            }
        }
    }

    pub(super) fn mark(&mut self) -> Result<Mark, String> {
        let name = self.name("mark");
        self.must(&format!("let {name} = snapshot_all();"))?;
        Ok(Mark { name, kept: self.kept.clone(), state: self.state()? })
    }

    pub(super) fn go_back(&mut self, mark: &Mark) -> Result<(), String> {
        self.kept = mark.kept.clone();
        self.must(&format!("restore_all({})", mark.name))?;
        same("going back", &mark.state, &self.state()?)
    }

    /// VMs of the current chassis, in order, and their states.
    pub(super) fn vms(&mut self) -> Result<Vec<(String, String)>, String> {
        let text = "let told = \"\"; for id in list_vms() { if vm(id).chassis_of() == current_chassis() \
                    { told += id + \" \" + vm(id).status().state + \"\\n\"; } } told";
        let told = self.must(text)?;
        let pairs = told.lines().filter_map(|line| line.split_once(' '));
        Ok(pairs.map(|(id, state)| (id.to_owned(), state.to_owned())).collect())
    }
}

/// A time in the words of the language.
pub(super) fn seconds(ms: u32) -> String {
    format!("{:?}.s", f64::from(ms) / 1000.0)
}

pub(super) fn values(state: &[u8]) -> Result<Value, String> {
    let kind = if state.starts_with(b"#bioxen-session ") { "session" } else { "state" };
    let (_, text) = unseal(kind, u32::MAX, state).map_err(|e| e.to_string())?;
    serde_json::from_str(text).map_err(|e| e.to_string())
}

/// A value without what stands under some keys, at any depth.
pub(super) fn without(value: &Value, keys: &[&str]) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, _)| !keys.contains(&key.as_str()));
            Value::Object(kept.map(|(key, value)| (key.clone(), without(value, keys))).collect())
        }
        Value::Array(all) => Value::Array(all.iter().map(|value| without(value, keys)).collect()),
        other => other.clone(),
    }
}

pub(super) fn same(what: &str, one: &[u8], other: &[u8]) -> Result<(), String> {
    if one == other {
        return Ok(());
    }
    Err(format!("{what}:\n{}", difference(one, other)))
}

pub(super) fn same_values(what: &str, one: &Value, other: &Value) -> Result<(), String> {
    if one == other {
        return Ok(());
    }
    Err(format!("{what}:\n{}", first_difference("", one, other)))
}

fn difference(one: &[u8], other: &[u8]) -> String {
    match (values(one), values(other)) {
        (Ok(one), Ok(other)) => first_difference("", &one, &other),
        _ => "the files differ".to_owned(),
    }
}

fn first_difference(path: &str, one: &Value, other: &Value) -> String {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => a
            .iter()
            .filter(|(key, value)| b[key.as_str()] != **value)
            .map(|(key, value)| first_difference(&format!("{path}.{key}"), value, &b[key.as_str()]))
            .collect::<Vec<_>>()
            .join("\n"),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let at = a.iter().zip(b).position(|(a, b)| a != b).unwrap_or_default();
            first_difference(&format!("{path}[{at}]"), &a[at], &b[at])
        }
        _ => {
            let short = |value: &Value| value.to_string().chars().take(300).collect::<String>();
            format!("{path}: {} became {}", short(one), short(other))
        }
    }
}
