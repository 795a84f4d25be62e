//! Opens the places that scripts name.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;

use bioxen_cell::factory::Infrastructure;
use bioxen_engine::StopToken;
use bioxen_lab::{LabError, Place, Places, Wanted, here};
use bioxen_xapi::Never;
use serde_json::{Map, Value};

use super::error::RemoteError;
use super::machine::{self, Kept, MachineConfig};
use super::news::News;
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
    journal: Option<PathBuf>,
    open: Mutex<HashMap<String, Weak<RemotePlace>>>,
    machines: Mutex<Vec<Weak<Kept>>>,
    news: News,
}

impl RemotePlaces {
    /// None yet; scripts may reach these hosts.
    pub fn new(allowed: Allowed) -> Self {
        Self { allowed, ..Self::default() }
    }

    /// Machines are made, and written down in a folder before.
    #[must_use]
    pub fn with_journal(mut self, folder: Option<PathBuf>) -> Self {
        self.journal = folder;
        self
    }

    fn allowed(&self, host: String) -> Result<(), RemoteError> {
        if self.allowed.allows(&host) { Ok(()) } else { Err(RemoteError::NotAllowed { host }) }
    }

    fn known(&self, key: &str) -> Option<Arc<RemotePlace>> {
        locked(&self.open).get(key).and_then(Weak::upgrade)
    }

    /// Remembers a place, which closes with its last cell.
    fn keep(&self, key: String, place: RemotePlace) -> Arc<RemotePlace> {
        let place = Arc::new(place);
        let mut open = locked(&self.open);
        open.retain(|_, place| place.strong_count() > 0);
        open.insert(key, Arc::downgrade(&place));
        place
    }

    // Nothing is locked while a place is opened, which may take long.

    fn ssh(&self, map: &Map<String, Value>) -> Result<Arc<RemotePlace>, RemoteError> {
        let config = SshConfig::read(map)?;
        self.allowed(config.host.clone())?;
        let (key, address) = (config.key_of_place(), config.address());
        if let Some(place) = self.known(&key) {
            return Ok(place);
        }
        let names = (key.clone(), address);
        let connect = Box::new(Ssh::new(config).telling(&self.news));
        let place = RemotePlace::open(Infrastructure::Ssh, names, None, connect)?;
        Ok(self.keep(key, place.reached_by(map)))
    }

    fn machine(
        &self,
        wanted: Wanted<'_>,
        tell: &mut dyn FnMut(String),
        stop: &StopToken,
    ) -> Result<Arc<RemotePlace>, RemoteError> {
        let config = MachineConfig::read(wanted.config)?;
        self.allowed(config.host())?;
        let key = config.key_of_place(wanted.chassis);
        if let Some(place) = self.known(&key) {
            return Ok(place);
        }
        let Some(journal) = &self.journal else { return Err(RemoteError::NoJournal) };
        let (place, kept) = machine::make(&config, journal, wanted, &self.news, tell, stop)?;
        let mut machines = locked(&self.machines);
        machines.retain(|machine| machine.strong_count() > 0);
        machines.push(Arc::downgrade(&kept));
        drop(machines);
        Ok(self.keep(key, place.reached_by(wanted.config)))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn told(error: RemoteError) -> LabError {
    LabError::Place(Arc::new(error))
}

impl Places for RemotePlaces {
    fn key(&self, wanted: Wanted<'_>) -> Result<String, LabError> {
        let key = match wanted.infrastructure {
            Infrastructure::Basic => Ok(wanted.infrastructure.name().to_owned()),
            Infrastructure::Ssh => SshConfig::read(wanted.config).map(|c| c.key_of_place()),
            Infrastructure::Xcpng => {
                MachineConfig::read(wanted.config).map(|c| c.key_of_place(wanted.chassis))
            }
        };
        key.map_err(told)
    }

    fn open(
        &self,
        wanted: Wanted<'_>,
        tell: &mut dyn FnMut(String),
        stop: &StopToken,
    ) -> Result<Arc<dyn Place>, LabError> {
        Ok(match wanted.infrastructure {
            Infrastructure::Basic => here(),
            Infrastructure::Ssh => self.ssh(wanted.config).map_err(told)?,
            Infrastructure::Xcpng => self.machine(wanted, tell, stop).map_err(told)?,
        })
    }

    fn news(&self) -> Vec<String> {
        self.news.take()
    }

    fn close(&self, tell: &mut dyn FnMut(String)) {
        let machines: Vec<Arc<Kept>> =
            locked(&self.machines).drain(..).filter_map(|machine| machine.upgrade()).collect();
        let machines: Vec<&Arc<Kept>> = machines.iter().filter(|m| m.is_there()).collect();
        for machine in &machines {
            tell(format!("xcpng: destroying the machine {}", machine.label()));
        }
        let wrong: Vec<String> = thread::scope(|scope| {
            let ends: Vec<_> = machines.iter().map(|m| scope.spawn(|| m.destroy(&Never))).collect();
            ends.into_iter().filter_map(|end| end.join().unwrap_or_default()).collect()
        });
        for line in self.news.take().into_iter().chain(wrong) {
            tell(line);
        }
    }
}
