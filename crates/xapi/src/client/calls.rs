//! The calls that machines need, each with its types.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use super::handle::{Metrics, Network, Sr, Vbd, Vdi, Vif, Vm};
use super::{Client, Handle, Named, Repeat};
use crate::error::XapiError;
use crate::reply::Typed;
use crate::stop::Stop;

/// Whether a machine runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerState {
    /// It is off.
    Halted,
    /// It runs.
    Running,
    /// It is held, in memory.
    Paused,
    /// It is held, on the disk.
    Suspended,
}

impl PowerState {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "Halted" => Self::Halted,
            "Running" => Self::Running,
            "Paused" => Self::Paused,
            "Suspended" => Self::Suspended,
            _ => return None,
        })
    }
}

impl fmt::Display for PowerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Halted => "halted",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Suspended => "suspended",
        })
    }
}

/// What a machine's record tells of it.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) known: Named,
    pub(crate) nature: Nature,
    pub(crate) power: PowerState,
    pub(crate) bounds: SizeBounds,
    pub(crate) other_config: BTreeMap<String, String>,
    pub(crate) operations: BTreeMap<String, String>,
    disks: Vec<Handle<Vbd>>,
    suspended: Handle<Vdi>,
}

/// What kind of machine a record is of.
#[derive(Debug)]
pub(crate) struct Nature {
    pub(crate) is_template: bool,
    pub(crate) is_snapshot: bool,
    pub(crate) is_control_domain: bool,
}

/// Within which bounds the size of a machine can be set.
#[derive(Debug)]
pub(crate) struct SizeBounds {
    pub(crate) least_memory: u64,
    pub(crate) most_processors: u64,
}

impl Client {
    /// The record of a machine.
    pub(crate) fn record(&self, vm: &Handle<Vm>, stop: &dyn Stop) -> Result<Record, XapiError> {
        let call = "VM.get_record";
        let value: Value = self.ask(call, vec![vm.json()], stop)?;
        self.fields(call, &value)
    }

    fn fields(&self, call: &str, value: &Value) -> Result<Record, XapiError> {
        let missing =
            |field: &str| self.not_xapi(call, &format!("`{field}` is missing or of another type"));
        fn get<T: Typed>(value: &Value, field: &str) -> Option<T> {
            value.get(field).and_then(T::typed)
        }
        let need = |field: &str| get::<bool>(value, field).ok_or_else(|| missing(field));
        let text = |field: &str| get::<String>(value, field).ok_or_else(|| missing(field));
        let number = |field: &str| get::<u64>(value, field).ok_or_else(|| missing(field));
        Ok(Record {
            known: Named { uuid: text("uuid")?, name: text("name_label")? },
            nature: Nature {
                is_template: need("is_a_template")?,
                is_snapshot: need("is_a_snapshot")?,
                is_control_domain: need("is_control_domain")?,
            },
            power: PowerState::of(&text("power_state")?).ok_or_else(|| missing("power_state"))?,
            bounds: SizeBounds {
                least_memory: number("memory_static_min")?,
                most_processors: number("VCPUs_max")?,
            },
            other_config: get(value, "other_config").ok_or_else(|| missing("other_config"))?,
            operations: get(value, "current_operations").unwrap_or_default(),
            disks: get(value, "VBDs").ok_or_else(|| missing("VBDs"))?,
            suspended: get(value, "suspend_VDI").unwrap_or_else(|| Handle::new("")),
        })
    }

    /// A machine by its uuid.
    pub(crate) fn by_uuid(&self, uuid: &str, stop: &dyn Stop) -> Result<Handle<Vm>, XapiError> {
        self.ask("VM.get_by_uuid", vec![json!(uuid)], stop)
    }

    /// The machines of a name.
    pub(crate) fn by_name(
        &self,
        name: &str,
        stop: &dyn Stop,
    ) -> Result<Vec<Handle<Vm>>, XapiError> {
        self.ask("VM.get_by_name_label", vec![json!(name)], stop)
    }

    /// Sets an entry of `other_config`, whether there is one or not.
    pub(crate) fn tag(
        &self,
        vm: &Handle<Vm>,
        key: &str,
        value: &str,
        stop: &dyn Stop,
    ) -> Result<(), XapiError> {
        self.ask::<()>("VM.remove_from_other_config", vec![vm.json(), json!(key)], stop)?;
        let add = || {
            self.ask::<()>(
                "VM.add_to_other_config",
                vec![vm.json(), json!(key), json!(value)],
                stop,
            )
        };
        match add() {
            // The reply to the first attempt was lost.
            Err(error) if error.code() == Some("MAP_DUPLICATE_KEY") => {
                self.ask::<()>("VM.remove_from_other_config", vec![vm.json(), json!(key)], stop)?;
                add()
            }
            other => other,
        }
    }

    /// Gives a machine its memory [bytes], which neither grows nor shrinks.
    pub(crate) fn set_memory(
        &self,
        vm: &Handle<Vm>,
        bytes: u64,
        least: u64,
        stop: &dyn Stop,
    ) -> Result<(), XapiError> {
        let (low, all) = (json!(least.min(bytes)), json!(bytes));
        let params = vec![vm.json(), low, all.clone(), all.clone(), all];
        self.ask("VM.set_memory_limits", params, stop)
    }

    /// Gives a machine its processors. What it starts with may never be more than the most.
    pub(crate) fn set_processors(
        &self,
        vm: &Handle<Vm>,
        count: u64,
        most: u64,
        stop: &dyn Stop,
    ) -> Result<(), XapiError> {
        let mut order = ["VM.set_VCPUs_max", "VM.set_VCPUs_at_startup"];
        if count < most {
            order.reverse();
        }
        for method in order {
            self.ask::<()>(method, vec![vm.json(), json!(count)], stop)?;
        }
        Ok(())
    }

    /// Replaces all network cards by one.
    pub(crate) fn set_network(
        &self,
        vm: &Handle<Vm>,
        network: &Handle<Network>,
        stop: &dyn Stop,
    ) -> Result<(), XapiError> {
        let cards: Vec<Handle<Vif>> = self.ask("VM.get_VIFs", vec![vm.json()], stop)?;
        for card in cards {
            gone(self.ask("VIF.destroy", vec![card.json()], stop))?;
        }
        let free: Vec<String> = self.ask("VM.get_allowed_VIF_devices", vec![vm.json()], stop)?;
        let device = free.first().map_or("0", String::as_str);
        let card = json!({
            "device": device, "network": network.as_str(), "VM": vm.as_str(), "MAC": "", "MTU": 1500,
            "other_config": {}, "qos_algorithm_type": "", "qos_algorithm_params": {},
        });
        let made = self.call::<Handle<Vif>>(Repeat::Never, "VIF.create", vec![card], stop);
        match made {
            // The reply was lost; the card is there if the call was carried out.
            Err(error) if error.is_link() => {
                let cards: Vec<Handle<Vif>> = self.ask("VM.get_VIFs", vec![vm.json()], stop)?;
                if cards.is_empty() { Err(error) } else { Ok(()) }
            }
            other => other.map(|_| ()),
        }
    }

    /// Adds what the guest can read with `xenstore-read`.
    pub(crate) fn add_guest_data(
        &self,
        vm: &Handle<Vm>,
        data: &BTreeMap<String, String>,
        stop: &dyn Stop,
    ) -> Result<(), XapiError> {
        let mut all: BTreeMap<String, String> =
            self.ask("VM.get_xenstore_data", vec![vm.json()], stop)?;
        all.extend(data.iter().map(|(k, v)| (k.clone(), v.clone())));
        self.ask("VM.set_xenstore_data", vec![vm.json(), json!(all)], stop)
    }

    /// The storage of the disks that a template only declares.
    pub(crate) fn place_declared_disks(
        &self,
        vm: &Handle<Vm>,
        declared: &str,
        sr: &str,
        stop: &dyn Stop,
    ) -> Result<(), XapiError> {
        self.tag(vm, "disks", &with_storage(declared, sr), stop)
    }

    /// The object in which a guest's tools report; it is another one after each start.
    pub(crate) fn metrics(
        &self,
        vm: &Handle<Vm>,
        stop: &dyn Stop,
    ) -> Result<Handle<Metrics>, XapiError> {
        self.ask("VM.get_guest_metrics", vec![vm.json()], stop)
    }

    /// The addresses that a guest reports; none if the report is gone meanwhile.
    pub(crate) fn addresses(
        &self,
        metrics: &Handle<Metrics>,
        stop: &dyn Stop,
    ) -> Result<BTreeMap<String, String>, XapiError> {
        match self.ask("VM_guest_metrics.get_networks", vec![metrics.json()], stop) {
            Err(error) if error.is_gone() => Ok(BTreeMap::new()),
            other => other,
        }
    }

    /// Whether a machine runs.
    pub(crate) fn power(&self, vm: &Handle<Vm>, stop: &dyn Stop) -> Result<PowerState, XapiError> {
        let call = "VM.get_power_state";
        let word: String = self.ask(call, vec![vm.json()], stop)?;
        PowerState::of(&word).ok_or_else(|| self.not_xapi(call, "it is in no known state"))
    }

    /// The disks that a machine owns: those that go when it goes.
    pub(crate) fn own_disks(
        &self,
        record: &Record,
        stop: &dyn Stop,
    ) -> Result<Vec<Handle<Vdi>>, XapiError> {
        let mut own = Vec::new();
        for place in &record.disks {
            let value: Value = match self.ask("VBD.get_record", vec![place.json()], stop) {
                Err(error) if error.is_gone() => continue,
                other => other?,
            };
            let is_disk = value.get("type").and_then(Value::as_str) == Some("Disk");
            let is_own = value.get("other_config").is_some_and(|c| c.get("owner").is_some());
            let disk =
                value.get("VDI").and_then(Handle::typed).filter(|d: &Handle<Vdi>| !d.is_null());
            own.extend(disk.filter(|_| is_disk && is_own));
        }
        if !record.suspended.is_null() {
            own.push(record.suspended.clone());
        }
        Ok(own)
    }

    /// The uuid of the storage repository of a name or uuid.
    pub(crate) fn uuid_of_storage(
        &self,
        sr: &Handle<Sr>,
        stop: &dyn Stop,
    ) -> Result<String, XapiError> {
        self.ask("SR.get_uuid", vec![sr.json()], stop)
    }
}

/// What is gone already need not be destroyed.
pub(crate) fn gone(result: Result<(), XapiError>) -> Result<(), XapiError> {
    match result {
        Err(error) if error.is_gone() => Ok(()),
        other => other,
    }
}

/// A declaration of disks, such as `<provision><disk device="0" sr=""/></provision>`, with another storage.
fn with_storage(declared: &str, sr: &str) -> String {
    let mut placed = String::new();
    let mut rest = declared;
    while let Some(at) = rest.find(" sr=\"") {
        let start = at + " sr=\"".len();
        placed.push_str(&rest[..start]);
        placed.push_str(sr);
        rest = &rest[start..];
        rest = &rest[rest.find('"').unwrap_or(rest.len())..];
    }
    placed + rest
}

#[cfg(test)]
mod tests {
    use super::with_storage;

    #[test]
    fn every_declared_disk_gets_the_storage() {
        let declared =
            r#"<provision><disk device="0" sr="" type="system"/><disk sr="old"/></provision>"#;
        let expected =
            r#"<provision><disk device="0" sr="U" type="system"/><disk sr="U"/></provision>"#;
        assert_eq!(with_storage(declared, "U"), expected);
        assert_eq!(with_storage("", "U"), "");
        assert_eq!(with_storage(r#"<disk sr=""#, "U"), r#"<disk sr="U"#);
    }
}
