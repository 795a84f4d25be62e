//! What machines, their cards and their disks do.

use std::time::Instant;

use serde_json::{Value, json};

use super::tasks::Work;
use super::{NULL, Pool};
use crate::dispatch::Outcome;
use crate::value::{Failure, number, text};

/// The messages of machines that change them.
pub(super) const MESSAGES: [&str; 12] = [
    "clone",
    "copy",
    "provision",
    "start",
    "clean_shutdown",
    "hard_shutdown",
    "destroy",
    "pause",
    "unpause",
    "suspend",
    "resume",
    "set_memory_limits",
];

impl Pool {
    /// What a class does for itself; nothing when it has no such message.
    pub(super) fn special(
        &mut self,
        class: &'static str,
        message: &str,
        params: &[Value],
    ) -> Option<Outcome> {
        let outcome = match (class, message) {
            ("VM", "clone" | "copy") => {
                self.clone_machine(message == "copy", params).map(|made| json!(made))
            }
            ("VIF", "create") => self.create_card(params),
            ("task", "cancel") => self.on("task", params, |pool, task| {
                if pool.word(task, "status") == "pending" {
                    pool.set(task, "status", json!("cancelling"));
                    pool.hurry(Some(task));
                }
                Ok(json!(""))
            }),
            ("task", "destroy") => self.on("task", params, |pool, task| {
                let status = pool.word(task, "status");
                if matches!(status.as_str(), "pending" | "cancelling") {
                    let told = [task, "destroy", status.as_str()];
                    return Err(Failure::new("OPERATION_NOT_ALLOWED", told));
                }
                pool.remove(task);
                Ok(json!(""))
            }),
            ("VIF", "destroy") => self.on("VIF", params, |pool, vif| {
                let vm = pool.word(vif, "VM");
                pool.pull(&vm, "VIFs", vif);
                pool.remove(vif);
                Ok(json!(""))
            }),
            ("VDI", "destroy") => self.on("VDI", params, |pool, vdi| {
                if !pool.list(vdi, "VBDs").is_empty() {
                    return Err(Failure::new("VDI_IN_USE", [vdi, "destroy"]));
                }
                let sr = pool.word(vdi, "SR");
                pool.pull(&sr, "VDIs", vdi);
                pool.remove(vdi);
                Ok(json!(""))
            }),
            ("VM", "get_allowed_VIF_devices") => self.on("VM", params, |pool, vm| {
                let cards = pool.list(vm, "VIFs");
                let taken: Vec<String> = cards.iter().map(|v| pool.word(v, "device")).collect();
                let free = (0..7).map(|d| d.to_string()).filter(|d| !taken.contains(d));
                Ok(json!(free.collect::<Vec<_>>()))
            }),
            ("VM", "set_VCPUs_max" | "set_VCPUs_at_startup") => {
                self.set_processors(message, params)
            }
            ("VM", "set_memory_limits") => self.set_memory(params),
            ("VM", "provision") => self.on("VM", params, Self::provision),
            ("VM", "start") => self.on("VM", params, Self::start),
            ("VM", "destroy") => self.on("VM", params, |pool, vm| {
                let operations = pool.get(vm, "current_operations");
                if let Some((task, _)) = operations.as_object().and_then(|all| all.iter().next()) {
                    let told = ["VM", vm, task.as_str()];
                    return Err(Failure::new("OTHER_OPERATION_IN_PROGRESS", told));
                }
                pool.expect(vm, &["Halted"])?;
                pool.forget_machine(vm, false);
                Ok(json!(""))
            }),
            ("VM", "clean_shutdown") => self.on("VM", params, |pool, vm| {
                pool.expect(vm, &["Running"])?;
                if !pool.setup.guest.tools {
                    return Err(Failure::new("VM_LACKS_FEATURE", [vm]));
                }
                pool.halt(vm)
            }),
            ("VM", "hard_shutdown") => self.on("VM", params, |pool, vm| {
                pool.expect(vm, &["Running", "Paused", "Suspended"])?;
                pool.halt(vm)
            }),
            ("VM", "pause") => self.turn(params, "Running", "Paused"),
            ("VM", "unpause") => self.turn(params, "Paused", "Running"),
            ("VM", "suspend") => self.turn(params, "Running", "Suspended"),
            ("VM", "resume") => self.turn(params, "Suspended", "Running"),
            _ => return None,
        };
        Some(outcome)
    }

    /// Does something with the object that is the first parameter.
    fn on(
        &mut self,
        class: &str,
        params: &[Value],
        act: impl FnOnce(&mut Self, &str) -> Outcome,
    ) -> Outcome {
        let reference = text(params, 0)?;
        self.object(class, reference)?;
        act(self, reference)
    }

    fn expect(&self, vm: &str, states: &[&str]) -> Result<(), Failure> {
        let state = self.word(vm, "power_state");
        if states.contains(&state.as_str()) {
            return Ok(());
        }
        let told = [vm.to_owned(), states[0].to_lowercase(), state.to_lowercase()];
        Err(Failure::new("VM_BAD_POWER_STATE", told))
    }

    fn turn(&mut self, params: &[Value], from: &str, to: &str) -> Outcome {
        self.on("VM", params, |pool, vm| {
            pool.expect(vm, &[from])?;
            pool.set(vm, "power_state", json!(to));
            Ok(json!(""))
        })
    }

    fn halt(&mut self, vm: &str) -> Outcome {
        let metrics = self.word(vm, "guest_metrics");
        self.remove(&metrics);
        self.set(vm, "guest_metrics", json!(NULL));
        self.set(vm, "resident_on", json!(NULL));
        self.set(vm, "power_state", json!("Halted"));
        Ok(json!(""))
    }

    fn start(&mut self, vm: &str) -> Outcome {
        if self.get(vm, "is_a_template") == json!(true) {
            return Err(Failure::new("VM_IS_TEMPLATE", [vm]));
        }
        self.expect(vm, &["Halted"])?;
        let memory = |vm: &str| self.get(vm, "memory_static_max").as_u64().unwrap_or(0);
        let running: u64 = self
            .of_class("VM")
            .filter(|(r, _)| self.get(r, "is_control_domain") != json!(true))
            .filter(|(r, _)| self.word(r, "power_state") == "Running")
            .map(|(r, _)| memory(r))
            .sum();
        let (wanted, free) = (memory(vm), self.setup.free_memory.saturating_sub(running));
        if wanted > free {
            let told = [wanted.to_string(), free.to_string()];
            return Err(Failure::new("HOST_NOT_ENOUGH_FREE_MEMORY", told));
        }
        if !self.setup.guest.stale {
            self.halt(vm)?;
        }
        let host = self.of_class("host").next().map(|(r, _)| r.clone()).unwrap_or_default();
        self.set(vm, "resident_on", json!(host));
        self.set(vm, "power_state", json!("Running"));
        let now = Instant::now();
        for (at, last) in
            [(now + self.setup.guest.boot / 2, false), (now + self.setup.guest.boot, true)]
        {
            self.work.push((at, Work::Guest { vm: vm.to_owned(), last }));
        }
        Ok(json!(""))
    }

    pub(crate) fn switch_off(&mut self, machine: &str) {
        if let Some(vm) = self.named("VM", machine) {
            // To halt a machine never fails.
            let _ = self.halt(&vm);
        }
    }

    /// No template any more; and its declared disks are made.
    fn provision(&mut self, vm: &str) -> Outcome {
        self.expect(vm, &["Halted"])?;
        self.set(vm, "is_a_template", json!(false));
        let declared = self.get(vm, "other_config");
        let Some(declared) = declared.get("disks").and_then(Value::as_str) else {
            return Ok(json!(""));
        };
        let mut places = Vec::new();
        if let Ok(document) = roxmltree::Document::parse(declared) {
            for disk in document.descendants().filter(|n| n.has_tag_name("disk")) {
                places.push(disk.attribute("sr").unwrap_or_default().to_owned());
            }
        }
        for place in places {
            let sr =
                self.of_class("SR").map(|(r, _)| r.clone()).find(|r| self.word(r, "uuid") == place);
            let sr = sr.ok_or_else(|| Failure::new("UUID_INVALID", ["SR", place.as_str()]))?;
            self.add_disk(vm, "declared disk", &sr, true);
        }
        Ok(json!(""))
    }

    /// A copy of a machine with its own disks and cards; with the addresses of the old one.
    pub(super) fn clone_machine(
        &mut self,
        copy: bool,
        params: &[Value],
    ) -> Result<String, Failure> {
        let (old, name) = (text(params, 0)?, text(params, 1)?);
        self.object("VM", old)?;
        self.expect(old, &["Halted", "Suspended"])?;
        let mut place = None;
        if copy && text(params, 2)? != NULL {
            let sr = text(params, 2)?;
            self.object("SR", sr)?;
            if self.word(sr, "content_type") == "iso" {
                return Err(Failure::new("OPERATION_NOT_ALLOWED", ["an SR of discs"]));
            }
            place = Some(sr.to_owned());
        }
        let other = self.get(old, "other_config");
        let vm = self.add_machine(name, other);
        for field in [
            "is_a_template",
            "memory_static_min",
            "memory_static_max",
            "memory_dynamic_min",
            "memory_dynamic_max",
            "VCPUs_max",
            "VCPUs_at_startup",
            "xenstore_data",
        ] {
            let value = self.get(old, field);
            self.set(&vm, field, value);
        }
        for vbd in self.list(old, "VBDs") {
            let vdi = self.word(&vbd, "VDI");
            let kind = self.word(&vbd, "type");
            if vdi == NULL || kind == "CD" {
                self.add_place(&vm, &vdi, &kind, json!({}));
            } else {
                let sr = place.clone().unwrap_or_else(|| self.word(&vdi, "SR"));
                let name = self.word(&vdi, "name_label");
                // A clone owns its disks, whoever owned the first ones.
                self.add_disk(&vm, &name, &sr, true);
            }
        }
        for vif in self.list(old, "VIFs") {
            let (device, network) = (self.word(&vif, "device"), self.word(&vif, "network"));
            self.add_card(&vm, &device, &network);
        }
        let networks = self.get(&self.word(old, "guest_metrics"), "networks");
        if !networks.is_null() {
            let metrics = self.add_metrics(networks);
            self.set(&vm, "guest_metrics", json!(metrics));
        }
        Ok(vm)
    }

    /// Takes a machine away; its disks stay, unless they are to go as well.
    pub(super) fn forget_machine(&mut self, vm: &str, disks: bool) {
        for vbd in self.list(vm, "VBDs") {
            let vdi = self.word(&vbd, "VDI");
            self.pull(&vdi, "VBDs", &vbd);
            self.remove(&vbd);
            if disks && vdi != NULL {
                let sr = self.word(&vdi, "SR");
                self.pull(&sr, "VDIs", &vdi);
                self.remove(&vdi);
            }
        }
        for vif in self.list(vm, "VIFs") {
            self.remove(&vif);
        }
        let metrics = self.word(vm, "guest_metrics");
        self.remove(&metrics);
        self.remove(vm);
    }

    fn set_memory(&mut self, params: &[Value]) -> Outcome {
        let vm = text(params, 0)?;
        self.object("VM", vm)?;
        self.expect(vm, &["Halted"])?;
        let limits: Result<Vec<i64>, Failure> = (1..=4).map(|at| number(params, at)).collect();
        let limits = limits?;
        let (low, high, least, most) = (limits[0], limits[1], limits[2], limits[3]);
        if !(0 < low && low <= least && least <= most && most <= high) {
            return Err(Failure::new::<&str>("MEMORY_CONSTRAINT_VIOLATION_ORDER", []));
        }
        let fields =
            ["memory_static_min", "memory_static_max", "memory_dynamic_min", "memory_dynamic_max"];
        for (field, value) in fields.into_iter().zip(limits) {
            self.set(vm, field, json!(value));
        }
        Ok(json!(""))
    }

    fn set_processors(&mut self, message: &str, params: &[Value]) -> Outcome {
        let (vm, wanted) = (text(params, 0)?, number(params, 1)?);
        self.object("VM", vm)?;
        self.expect(vm, &["Halted"])?;
        let field = message.strip_prefix("set_").unwrap_or_default();
        let now = |field: &str| self.get(vm, field).as_i64().unwrap_or(0);
        let (most, at_startup) = match field {
            "VCPUs_max" => (wanted, now("VCPUs_at_startup")),
            _ => (now("VCPUs_max"), wanted),
        };
        if !(0 < at_startup && at_startup <= most) {
            let told = [field.to_owned(), wanted.to_string()];
            return Err(Failure::new("INVALID_VALUE", told));
        }
        self.set(vm, field, json!(wanted));
        Ok(json!(""))
    }

    fn create_card(&mut self, params: &[Value]) -> Outcome {
        let word = |field: &str| {
            let value = params.first().and_then(|r| r.get(field)).and_then(Value::as_str);
            value.map(str::to_owned).ok_or_else(|| Failure::new("FIELD_TYPE_ERROR", [field]))
        };
        let (vm, network, device) = (word("VM")?, word("network")?, word("device")?);
        for field in ["MAC", "qos_algorithm_type"] {
            word(field)?;
        }
        self.object("VM", &vm)?;
        self.object("network", &network)?;
        let taken = self.list(&vm, "VIFs").iter().any(|v| self.word(v, "device") == device);
        if taken {
            return Err(Failure::new("DEVICE_ALREADY_EXISTS", [device]));
        }
        Ok(json!(self.add_card(&vm, &device, &network)))
    }
}
