//! The pool as it is set up, and what tests ask of it.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::{NULL, Pool};
use crate::Setup;

impl Pool {
    pub(crate) fn new(setup: &Setup) -> Self {
        let mut pool = Self {
            setup: setup.clone(),
            sessions: HashMap::new(),
            objects: BTreeMap::new(),
            gone: Vec::new(),
            work: Vec::new(),
            generation: 0,
            count: 0,
            ready: false,
            hangs: false,
        };
        let host = pool.add(
            "host",
            json!({
                "name_label": "xcp-sim", "address": "127.0.0.1", "enabled": true,
                "API_version_major": 2, "API_version_minor": 21, "other_config": {},
                "software_version": {
                    "product_brand": "XCP-ng", "product_version": "8.3.0", "xapi": "24.19",
                },
            }),
        );
        let sr = json!({
            "name_label": "Local storage", "type": "ext", "content_type": "user", "VDIs": [], "other_config": {},
        });
        let sr = pool.add("SR", sr);
        pool.add(
            "SR",
            json!({"name_label": "XCP-ng Tools", "type": "iso", "content_type": "iso", "VDIs": [], "other_config": {}}),
        );
        for name in ["Pool-wide network", "Isolated"] {
            let bridge = format!("xenbr{}", pool.count);
            pool.add(
                "network",
                json!({"name_label": name, "bridge": bridge, "VIFs": [], "other_config": {}}),
            );
        }
        pool.add(
            "pool",
            json!({"name_label": "simulated", "name_description": "", "master": host, "default_SR": sr, "other_config": {}}),
        );
        let control = pool.add_machine("Control domain on host: xcp-sim", json!({}));
        pool.set(&control, "is_control_domain", json!(true));
        pool.set(&control, "power_state", json!("Running"));
        for name in setup.templates.clone() {
            let template = pool.add_machine(&name, json!({"bioxen": "template"}));
            pool.set(&template, "is_a_template", json!(true));
            let metrics = pool.add_metrics(json!({"0/ip": "10.9.9.9", "0/ipv4/0": "10.9.9.9"}));
            pool.set(&template, "guest_metrics", json!(metrics));
            pool.add_disk(&template, &format!("{name} disk"), &sr, true);
            pool.add_disc(&template);
            let network =
                pool.of_class("network").next().map(|(r, _)| r.clone()).unwrap_or_default();
            pool.add_card(&template, "0", &network);
        }
        let disks = "<provision><disk device=\"0\" size=\"8589934592\" sr=\"\" bootable=\"true\"/></provision>";
        let stock = pool.add_machine("Other install media", json!({"disks": disks}));
        pool.set(&stock, "is_a_template", json!(true));
        pool.ready = true;
        pool
    }

    pub(super) fn add_machine(&mut self, name: &str, other_config: Value) -> String {
        let memory: u64 = 2 << 30;
        self.add(
            "VM",
            json!({
                "name_label": name, "name_description": "", "is_a_template": false,
                "is_a_snapshot": false, "is_control_domain": false, "is_default_template": false,
                "power_state": "Halted", "memory_static_min": memory / 4, "memory_static_max": memory,
                "memory_dynamic_min": memory, "memory_dynamic_max": memory, "memory_overhead": 20 << 20,
                "VCPUs_max": 2, "VCPUs_at_startup": 2, "VIFs": [], "VBDs": [], "guest_metrics": NULL,
                "other_config": other_config, "xenstore_data": {}, "current_operations": {},
                "allowed_operations": [], "suspend_VDI": NULL, "resident_on": NULL, "affinity": NULL,
                "platform": {}, "tags": [], "snapshots": [], "snapshot_of": NULL, "domid": -1,
            }),
        )
    }

    /// A disk and its place in a machine.
    pub(super) fn add_disk(&mut self, vm: &str, name: &str, sr: &str, own: bool) -> String {
        let vdi = self.add(
            "VDI",
            json!({
                "name_label": name, "name_description": "", "SR": sr, "VBDs": [], "type": "user",
                "virtual_size": 8_i64 << 30, "sharable": false, "read_only": false, "other_config": {},
            }),
        );
        self.push(sr, "VDIs", &vdi);
        let other = if own { json!({"owner": ""}) } else { json!({}) };
        self.add_place(vm, &vdi, "Disk", other);
        vdi
    }

    /// An empty drive for discs.
    fn add_disc(&mut self, vm: &str) {
        self.add_place(vm, NULL, "CD", json!({}));
    }

    pub(super) fn add_place(&mut self, vm: &str, vdi: &str, kind: &str, other: Value) {
        let device = self.list(vm, "VBDs").len().to_string();
        let vbd = self.add(
            "VBD",
            json!({
                "VM": vm, "VDI": vdi, "type": kind, "mode": if kind == "CD" { "RO" } else { "RW" },
                "userdevice": device, "empty": vdi == NULL, "bootable": kind == "Disk",
                "currently_attached": false, "other_config": other,
            }),
        );
        self.push(vm, "VBDs", &vbd);
        if vdi != NULL {
            self.push(vdi, "VBDs", &vbd);
        }
    }

    pub(super) fn add_card(&mut self, vm: &str, device: &str, network: &str) -> String {
        let vif = self.add(
            "VIF",
            json!({
                "VM": vm, "device": device, "network": network, "MAC": "02:00:00:00:00:01", "MTU": 1500,
                "other_config": {}, "currently_attached": false, "qos_algorithm_type": "",
                "qos_algorithm_params": {},
            }),
        );
        self.push(vm, "VIFs", &vif);
        vif
    }

    fn made(&self, class: &str) -> Vec<String> {
        let all = self.of_class(class).filter(|(_, o)| o.made);
        all.map(|(r, _)| self.word(r, "name_label")).collect()
    }

    pub(crate) fn machines(&self) -> Vec<String> {
        self.made("VM")
    }

    pub(crate) fn disks(&self) -> Vec<String> {
        self.made("VDI")
    }

    pub(super) fn named(&self, class: &str, name: &str) -> Option<String> {
        let found = self.of_class(class).map(|(r, _)| r.clone());
        found.filter(|r| self.word(r, "name_label") == name).last()
    }

    pub(crate) fn field(&self, machine: &str, field: &str) -> Option<Value> {
        Some(self.get(&self.named("VM", machine)?, field))
    }

    pub(crate) fn uuid(&self, class: &str, name: &str) -> Option<String> {
        Some(self.word(&self.named(class, name)?, "uuid"))
    }

    pub(crate) fn attach_foreign_disk(&mut self, machine: &str) {
        let Some(vm) = self.named("VM", machine) else { return };
        let sr = self.named("SR", "Local storage").unwrap_or_default();
        self.add_disk(&vm, "data of the user", &sr, false);
    }

    pub(crate) fn copy_by_hand(&mut self, machine: &str, name: &str) {
        let Some(vm) = self.named("VM", machine) else { return };
        let other = self.get(&vm, "other_config");
        self.add_machine(name, other);
    }

    pub(crate) fn add_snapshot(&mut self, template: &str) {
        let snapshot = self.add_machine(template, json!({}));
        self.set(&snapshot, "is_a_template", json!(true));
        self.set(&snapshot, "is_a_snapshot", json!(true));
        if let Some(object) = self.objects.get_mut(&snapshot) {
            object.made = false;
        }
    }
}
