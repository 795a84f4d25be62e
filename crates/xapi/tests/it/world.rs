//! A pool, a journal and a configuration for each test.

use std::time::{Duration, Instant};

use bioxen_xapi::{
    Client, Config, Event, Journal, Machine, MachineError, Maker, Never, Stop, XapiError,
};
use bioxen_xapi_simulator::{Setup, Simulator};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

/// The password of the simulator's users.
pub(crate) const PASSWORD: &str = "correct horse";

pub(crate) struct World {
    pub(crate) pool: Simulator,
    pub(crate) folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Setup)) -> Self {
        let mut setup = Setup::default();
        change(&mut setup);
        Self { pool: Simulator::start(setup).unwrap(), folder: tempfile::tempdir().unwrap() }
    }

    /// The keys of a configuration, with some changed; `null` takes one away.
    pub(crate) fn keys(&self, changes: Value) -> Map<String, Value> {
        let mut all = json!({
            "xapi_url": self.pool.url(), "tls_fingerprint_sha256": self.pool.fingerprint(),
            "username": "root", "password": PASSWORD, "template_name": "debian-bioxen",
            "api_timeout": 10, "task_timeout": 20, "address_timeout": 10, "shutdown_timeout": 5,
        });
        let all = all.as_object_mut().unwrap();
        for (key, value) in changes.as_object().unwrap() {
            all.remove(key);
            if !value.is_null() {
                all.insert(key.clone(), value.clone());
            }
        }
        all.clone()
    }

    pub(crate) fn config(&self, changes: Value) -> Config {
        Config::from_map(&self.keys(changes)).unwrap()
    }

    pub(crate) fn connect(&self, changes: Value) -> Result<Client, XapiError> {
        Client::connect(&self.config(changes), &Never)
    }

    pub(crate) fn client(&self) -> Client {
        self.connect(json!({})).unwrap()
    }

    pub(crate) fn journal(&self) -> Journal {
        Journal::open(&self.folder.path().join("machines")).unwrap()
    }

    /// How many files the journal has.
    pub(crate) fn entries(&self) -> usize {
        let folder = self.folder.path().join("machines");
        std::fs::read_dir(folder).map_or(0, Iterator::count)
    }

    pub(crate) fn make(&self, changes: Value) -> Result<Machine, MachineError> {
        self.make_watched(changes, &Never, &mut |_| {})
    }

    pub(crate) fn make_watched(
        &self,
        changes: Value,
        stop: &dyn Stop,
        watch: &mut dyn FnMut(Event),
    ) -> Result<Machine, MachineError> {
        let config = self.config(changes);
        let client = Client::connect(&config, &Never).unwrap();
        Maker::new(&client, &self.journal(), &config).owner("tester").make("iso", stop, watch)
    }

    /// Destroys a machine, which leaves nothing.
    pub(crate) fn ends_clean(&self, mut machine: Machine) {
        machine.destroy(&Never).unwrap();
        drop(machine);
        self.assert_clean();
    }

    /// Nothing is left: no machine, no disk, no task, no entry, and after the last client no session.
    pub(crate) fn assert_clean(&self) {
        assert_eq!(self.pool.machines(), Vec::<String>::new());
        assert_eq!(self.pool.disks(), Vec::<String>::new());
        assert_eq!(self.pool.tasks(), 0);
        assert_eq!(self.pool.sessions(), 0);
        assert_eq!(self.entries(), 0);
    }

    /// How often a method was called.
    pub(crate) fn count(&self, method: &str) -> usize {
        self.pool.calls().iter().filter(|m| *m == method).count()
    }
}

/// Is to stop some time after it was made.
pub(crate) struct After(Instant);

impl After {
    pub(crate) fn millis(count: u64) -> Self {
        Self(Instant::now() + Duration::from_millis(count))
    }
}

impl Stop for After {
    fn is_stopped(&self) -> bool {
        Instant::now() >= self.0
    }
}
