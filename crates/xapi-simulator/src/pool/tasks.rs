//! Tasks, and what happens by itself: guests that boot.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{NULL, Pool};
use crate::value::Failure;
use crate::xml::escape;

/// How long a task hangs if nobody ends it.
const HANGS: Duration = Duration::from_secs(3600);

/// What is still to happen.
#[derive(Debug)]
pub(crate) enum Work {
    /// A task ends.
    Task {
        task: String,
        method: String,
        params: Vec<Value>,
        begun: Option<String>,
        fails: Option<Failure>,
    },
    /// A guest tells its addresses: first those of the link alone, then its own.
    Guest { vm: String, last: bool },
}

impl Pool {
    /// Lets all happen that is due.
    pub(crate) fn settle(&mut self) {
        let now = Instant::now();
        loop {
            let due = self.work.iter().enumerate().filter(|(_, (at, _))| *at <= now);
            let Some((index, _)) = due.min_by_key(|(_, (at, _))| *at) else { return };
            let (_, work) = self.work.swap_remove(index);
            match work {
                Work::Guest { vm, last } => self.report(&vm, last),
                Work::Task { task, method, params, begun, fails } => {
                    self.end_task(&task, &method, &params, begun, fails);
                }
            }
        }
    }

    /// Begins a task.
    pub(crate) fn begin_task(
        &mut self,
        method: &str,
        params: &[Value],
        fails: Option<Failure>,
    ) -> String {
        let task = self.add(
            "task",
            json!({
                "name_label": format!("Async.{method}"), "name_description": "", "status": "pending",
                "progress": 0.0, "result": "", "error_info": [], "type": "<none/>",
                "created": "20260101T00:00:00Z", "finished": "19700101T00:00:00Z",
                "allowed_operations": ["cancel"], "current_operations": {}, "other_config": {},
                "resident_on": NULL, "subtask_of": NULL, "subtasks": [],
            }),
        );
        // The machine of a clone is there before its task has ended.
        let is_clone = matches!(method, "VM.clone" | "VM.copy");
        let mut fails = fails;
        let mut begun = None;
        if is_clone && fails.is_none() {
            match self.clone_machine(method == "VM.copy", params) {
                Ok(made) => {
                    let operation = method.strip_prefix("VM.").unwrap_or(method);
                    self.set(&made, "current_operations", json!({task.as_str(): operation}));
                    begun = Some(made);
                }
                Err(failure) => fails = Some(failure),
            }
        }
        if method.starts_with("VM.") && !is_clone {
            self.set_operation(params, &task, Some(method));
        }
        let (method, params) = (method.to_owned(), params.to_vec());
        let work = Work::Task { task: task.clone(), method, params, begun, fails };
        let takes = if std::mem::take(&mut self.hangs) { HANGS } else { self.setup.task };
        self.work.push((Instant::now() + takes, work));
        task
    }

    /// Ends the tasks that hang: all, or one.
    pub(crate) fn end_tasks(&mut self) {
        self.hurry(None);
    }

    pub(super) fn hurry(&mut self, wanted: Option<&str>) {
        for (at, work) in &mut self.work {
            if let Work::Task { task, .. } = work
                && wanted.is_none_or(|w| w == task)
            {
                *at = Instant::now();
            }
        }
    }

    fn end_task(
        &mut self,
        task: &str,
        method: &str,
        params: &[Value],
        begun: Option<String>,
        fails: Option<Failure>,
    ) {
        let cancelled = self.word(task, "status") == "cancelling";
        let outcome = match (cancelled, fails, begun) {
            (true, _, Some(made)) => {
                self.forget_machine(&made, true);
                Err(Failure::new("TASK_CANCELLED", [task]))
            }
            (true, _, None) => Err(Failure::new("TASK_CANCELLED", [task])),
            (false, Some(failure), _) => Err(failure),
            (false, None, Some(made)) => {
                self.set(&made, "current_operations", json!({}));
                Ok(json!(made))
            }
            (false, None, None) => {
                self.set_operation(params, task, None);
                self.call(method, params)
            }
        };
        self.set_operation(params, task, None);
        let status = match &outcome {
            Ok(_) => "success",
            Err(_) if cancelled => "cancelled",
            Err(_) => "failure",
        };
        match outcome {
            Ok(value) => {
                let told = value.as_str().unwrap_or_default();
                let told = if told.is_empty() {
                    String::new()
                } else {
                    format!("<value>{}</value>", escape(told))
                };
                self.set(task, "result", json!(told));
            }
            Err(failure) => self.set(task, "error_info", json!(failure.list())),
        }
        self.set(task, "progress", json!(1.0));
        self.set(task, "finished", json!("20260101T00:00:01Z"));
        self.set(task, "status", json!(status));
    }

    /// Notes at a machine what a task does with it, or that the task has ended.
    fn set_operation(&mut self, params: &[Value], task: &str, method: Option<&str>) {
        let Some(vm) = params.first().and_then(Value::as_str) else { return };
        let Some(mut all) = self.get(vm, "current_operations").as_object().cloned() else { return };
        all.remove(task);
        if let Some(operation) = method.and_then(|m| m.strip_prefix("VM.")) {
            all.insert(task.to_owned(), json!(operation));
        }
        self.set(vm, "current_operations", Value::Object(all));
    }

    /// The addresses of a guest that still runs.
    fn report(&mut self, vm: &str, last: bool) {
        let Some(address) = self.setup.guest.address.clone() else { return };
        if self.word(vm, "power_state") != "Running" {
            return;
        }
        let mut networks = json!({"0/ip": "169.254.7.7", "0/ipv4/0": "169.254.7.7", "0/ipv6/0": "fe80::16:3eff:fe00:1"});
        if last && address.contains(':') {
            networks["0/ipv6/1"] = json!(address);
        } else if last {
            networks["0/ip"] = json!(address);
            networks["0/ipv4/0"] = json!(address);
        }
        let old = self.word(vm, "guest_metrics");
        let metrics = self.add_metrics(networks);
        self.set(vm, "guest_metrics", json!(metrics));
        self.remove(&old);
    }

    pub(super) fn add_metrics(&mut self, networks: Value) -> String {
        self.add(
            "VM_guest_metrics",
            json!({
                "networks": networks, "live": true, "os_version": {"distro": "debian"}, "other": {},
                "PV_drivers_detected": true, "last_updated": "20260101T00:00:00Z",
            }),
        )
    }
}
