//! Opens the places that scripts name.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use bioxen_cell::factory::{FactoryError, Infrastructure};
use bioxen_lab::{LabError, Place, Places, here};
use serde_json::{Map, Value};

use super::error::RemoteError;
use super::place::RemotePlace;
use super::ssh::{Ssh, SshConfig};

/// Hosts that scripts may reach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed(Vec<String>);

impl Allowed {
    /// These; `*` is all.
    pub fn hosts(hosts: impl IntoIterator<Item = String>) -> Self {
        Self(hosts.into_iter().collect())
    }

    fn allows(&self, host: &str) -> bool {
        self.0.iter().any(|allowed| allowed == "*" || allowed == host)
    }
}

/// Places that are open, by their keys. One that no cell lives in any more is closed.
#[derive(Debug, Default)]
pub struct RemotePlaces {
    allowed: Allowed,
    open: Mutex<HashMap<String, Weak<RemotePlace>>>,
}

impl RemotePlaces {
    /// None yet; scripts may reach these hosts.
    pub fn new(allowed: Allowed) -> Self {
        Self { allowed, open: Mutex::default() }
    }

    fn ssh(&self, config: &Map<String, Value>) -> Result<Arc<RemotePlace>, RemoteError> {
        let config = SshConfig::read(config)?;
        if !self.allowed.allows(&config.host) {
            return Err(RemoteError::NotAllowed { host: config.host });
        }
        let (key, address) = (config.key_of_place(), config.address());
        let known = || self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = known().get(&key).and_then(Weak::upgrade) {
            return Ok(place);
        }
        // Nothing is locked while it is opened, which may take long.
        let names = (key.clone(), address.clone());
        let connect = Box::new(Ssh::new(config));
        let place = RemotePlace::open(Infrastructure::Ssh, names, None, connect)?;
        let place = Arc::new(place);
        known().insert(key, Arc::downgrade(&place));
        Ok(place)
    }
}

impl Places for RemotePlaces {
    fn open(
        &self,
        infrastructure: Infrastructure,
        config: &Map<String, Value>,
    ) -> Result<Arc<dyn Place>, LabError> {
        match infrastructure {
            Infrastructure::Basic => Ok(here()),
            Infrastructure::Ssh => {
                let place = self.ssh(config);
                Ok(place.map_err(|error| LabError::Place(Arc::new(error)))?)
            }
            Infrastructure::Xcpng => {
                Err(FactoryError::NotAvailable { name: infrastructure.name() }.into())
            }
        }
    }
}
