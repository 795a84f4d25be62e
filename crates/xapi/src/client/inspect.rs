//! Whether a pool has all that a configuration names, thing by thing.

use serde_json::json;

use super::{Client, Named};
use crate::config::Config;
use crate::error::{Class, XapiError};
use crate::stop::Stop;

/// A thing that a configuration names, as the pool has it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Inspected {
    /// What it is.
    pub class: Class,
    /// What the pool has.
    pub found: Result<Named, XapiError>,
}

/// What is known of the guest tools of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuestTools {
    /// A guest has reported from it before.
    Reported,
    /// None has: whether it has them is seen when a machine starts.
    Unknown,
}

impl Client {
    /// Looks at each thing that a configuration names, whether the others are there or not. Nothing is changed.
    pub fn inspect(&self, config: &Config, stop: &dyn Stop) -> Vec<Inspected> {
        let one = |class: Class, kind: &str, reference: Result<String, XapiError>| Inspected {
            class,
            found: reference.and_then(|reference| self.named(kind, &reference, stop)),
        };
        let template = self.template(&config.template, stop).map(|vm| vm.as_str().to_owned());
        let mut all = vec![one(Class::Template, "VM", template)];
        for (class, kind, wanted) in [
            (Class::Network, "network", config.network.name.as_deref()),
            (Class::Storage, "SR", config.storage_repository.as_deref()),
        ] {
            all.extend(wanted.map(|name| one(class, kind, self.one(class, kind, name, stop))));
        }
        all
    }

    /// What is known of the guest tools of the template, which a guest needs to tell its address.
    ///
    /// # Errors
    /// When there is no such template, or the pool does not answer.
    pub fn guest_tools(&self, config: &Config, stop: &dyn Stop) -> Result<GuestTools, XapiError> {
        let template = self.template(&config.template, stop)?;
        let metrics = self.metrics(&template, stop)?;
        let has_reported = !metrics.is_null() && !self.addresses(&metrics, stop)?.is_empty();
        Ok(if has_reported { GuestTools::Reported } else { GuestTools::Unknown })
    }

    /// The name and the uuid of an object.
    pub(super) fn named(
        &self,
        kind: &str,
        reference: &str,
        stop: &dyn Stop,
    ) -> Result<Named, XapiError> {
        let get = |field: &str| {
            self.ask::<String>(&format!("{kind}.get_{field}"), vec![json!(reference)], stop)
        };
        Ok(Named { name: get("name_label")?, uuid: get("uuid")? })
    }
}
