//! What is chosen by name or uuid: exactly one, or an error that says what there is.

use std::collections::BTreeMap;

use bioxen_base::nearest::nearest;
use serde_json::{Value, json};

use super::handle::{Host, Network, Pool, Sr, Vm};
use super::{Client, Handle};
use crate::config::{Config, Template};
use crate::error::{Class, XapiError};
use crate::reply::Typed;
use crate::stop::Stop;

/// A name with its uuid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The uuid.
    pub uuid: String,
}

/// What a pool is, and what a configuration chooses in it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct About {
    /// The host that is the master, with its port unless that is 443.
    pub host: String,
    /// The pool.
    pub pool: Named,
    /// The product with its version, such as `XCP-ng 8.3.0`.
    pub product: String,
    /// The version of XAPI's interface, such as `2.21`.
    pub api: String,
    /// The template.
    pub template: Named,
    /// The network, if one is chosen.
    pub network: Option<Named>,
    /// The storage repository, if one is chosen.
    pub storage: Option<Named>,
}

/// What a machine is made of.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) template: Handle<Vm>,
    pub(crate) network: Option<Handle<Network>>,
    pub(crate) storage: Option<Handle<Sr>>,
}

impl Client {
    /// What the pool is, and whether all is there that a configuration names. Nothing is changed.
    ///
    /// # Errors
    /// When the template, the network or the storage is not there, or a name stands for several.
    pub fn about(&self, config: &Config, stop: &dyn Stop) -> Result<About, XapiError> {
        let pool = self.pool(stop)?;
        let master: Handle<Host> = self.ask("pool.get_master", vec![pool.json()], stop)?;
        let host: Value = self.ask("host.get_record", vec![master.json()], stop)?;
        let software = host.get("software_version").and_then(BTreeMap::<String, String>::typed);
        let software = software.unwrap_or_default();
        let word = |key: &str| software.get(key).map_or("", String::as_str);
        let number = |key: &str| host.get(key).and_then(u64::typed).unwrap_or(0);
        let chosen = self.choose(config, stop)?;
        let named = |kind: &str, reference: &str| self.named(kind, reference, stop);
        Ok(About {
            host: self.host(),
            pool: named("pool", pool.as_str())?,
            product: format!("{} {}", word("product_brand"), word("product_version"))
                .trim()
                .to_owned(),
            api: format!("{}.{}", number("API_version_major"), number("API_version_minor")),
            template: named("VM", chosen.template.as_str())?,
            network: chosen.network.map(|n| named("network", n.as_str())).transpose()?,
            storage: chosen.storage.map(|s| named("SR", s.as_str())).transpose()?,
        })
    }

    fn pool(&self, stop: &dyn Stop) -> Result<Handle<Pool>, XapiError> {
        let all: Vec<Handle<Pool>> = self.ask("pool.get_all", Vec::new(), stop)?;
        all.into_iter().next().ok_or_else(|| self.not_xapi("pool.get_all", "there is no pool"))
    }

    /// What tells this pool from others.
    pub(crate) fn pool_uuid(&self, stop: &dyn Stop) -> Result<String, XapiError> {
        let pool = self.pool(stop)?;
        self.ask("pool.get_uuid", vec![pool.json()], stop)
    }

    /// All that a configuration names.
    pub(crate) fn choose(&self, config: &Config, stop: &dyn Stop) -> Result<Chosen, XapiError> {
        let template = self.template(&config.template, stop)?;
        let network = config.network.name.as_deref();
        let network = network.map(|n| self.one(Class::Network, "network", n, stop)).transpose()?;
        let storage = config.storage_repository.as_deref();
        let storage = storage.map(|s| self.one(Class::Storage, "SR", s, stop)).transpose()?;
        Ok(Chosen {
            template,
            network: network.map(Handle::new),
            storage: storage.map(Handle::new),
        })
    }

    /// The template, which is no snapshot.
    pub(super) fn template(
        &self,
        wanted: &Template,
        stop: &dyn Stop,
    ) -> Result<Handle<Vm>, XapiError> {
        let class = Class::Template;
        let name = match wanted {
            Template::Uuid(uuid) => {
                let vm = self.by_uuid(uuid, stop).map_err(|error| match error.code() {
                    Some("UUID_INVALID") => XapiError::None {
                        class,
                        name: uuid.clone(),
                        nearest: None,
                        valid: Vec::new(),
                    },
                    _ => error,
                })?;
                let record = self.record(&vm, stop)?;
                let found = match (record.nature.is_snapshot, record.nature.is_template) {
                    (true, _) => "a snapshot",
                    (_, false) => {
                        "a machine; make a template of it first: xe vm-param-set is-a-template=true"
                    }
                    _ => return Ok(vm),
                };
                return Err(XapiError::NoTemplate { uuid: uuid.clone(), found });
            }
            Template::Name(name) => name,
        };
        let mut found = Vec::new();
        for vm in self.by_name(name, stop)? {
            let record = self.record(&vm, stop)?;
            if record.nature.is_template && !record.nature.is_snapshot {
                found.push((vm, record.known.uuid));
            }
        }
        if found.len() > 1 {
            let uuids = found.into_iter().map(|(_, uuid)| uuid).collect();
            return Err(XapiError::Many { class, name: name.clone(), uuids });
        }
        let one = found.pop().map(|(vm, _)| vm);
        one.ok_or_else(|| self.none(class, name, self.template_names(stop)))
    }

    /// The names of all templates, for a message; none when the pool does not tell them.
    fn template_names(&self, stop: &dyn Stop) -> Vec<String> {
        let query = r#"field "is_a_template"="true" and field "is_a_snapshot"="false""#;
        let all = self.ask::<Value>("VM.get_all_records_where", vec![json!(query)], stop);
        names(all.ok().as_ref())
    }

    fn none(&self, class: Class, name: &str, mut valid: Vec<String>) -> XapiError {
        valid.sort();
        valid.dedup();
        let near = nearest(name, valid.iter().map(String::as_str)).map(str::to_owned);
        XapiError::None { class, name: name.to_owned(), nearest: near, valid }
    }

    /// The reference of the one object with a uuid or name.
    pub(super) fn one(
        &self,
        class: Class,
        kind: &str,
        wanted: &str,
        stop: &dyn Stop,
    ) -> Result<String, XapiError> {
        match self.ask::<String>(&format!("{kind}.get_by_uuid"), vec![json!(wanted)], stop) {
            Ok(reference) => return Ok(reference),
            Err(error) if error.code() == Some("UUID_INVALID") => {}
            Err(error) => return Err(error),
        }
        let method = format!("{kind}.get_by_name_label");
        let mut found: Vec<String> = self.ask(&method, vec![json!(wanted)], stop)?;
        if found.len() > 1 {
            let uuid = |r: &String| self.ask(&format!("{kind}.get_uuid"), vec![json!(r)], stop);
            let uuids: Result<Vec<String>, XapiError> = found.iter().map(uuid).collect();
            return Err(XapiError::Many { class, name: wanted.to_owned(), uuids: uuids? });
        }
        found.pop().ok_or_else(|| {
            let all = self.ask::<Value>(&format!("{kind}.get_all_records"), Vec::new(), stop);
            self.none(class, wanted, names(all.ok().as_ref()))
        })
    }
}

/// The names in a table of records.
fn names(records: Option<&Value>) -> Vec<String> {
    let records = records.and_then(Value::as_object);
    let named = records.into_iter().flat_map(|all| all.values());
    named.filter_map(|r| r.get("name_label")?.as_str()).map(str::to_owned).collect()
}
