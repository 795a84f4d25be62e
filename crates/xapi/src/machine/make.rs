//! Making a machine step by step.

mod address;
mod undo;

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::IpAddr;

use serde_json::json;

use super::destroy::{wait_for_clone, wait_for_start};
use super::{Event, Machine, MachineError, Step, TAG, Undone};
use crate::client::{Chosen, Client, Handle, Job, Vm};
use crate::config::Config;
use crate::error::XapiError;
use crate::journal::{Entry, Held, Journal, Origin};
use crate::stop::Stop;
use undo::{Undo, error_is_certain};

/// Makes machines of a configuration.
#[derive(Debug, Clone)]
pub struct Maker {
    client: Client,
    journal: Journal,
    config: Config,
    owner: String,
    guest_data: BTreeMap<String, String>,
}

impl Maker {
    /// In a pool, with a journal.
    pub fn new(client: &Client, journal: &Journal, config: &Config) -> Self {
        let (client, journal, config) = (client.clone(), journal.clone(), config.clone());
        let owner = std::env::var("USER").unwrap_or_else(|_| "unknown".to_owned());
        Self { client, journal, config, owner, guest_data: BTreeMap::new() }
    }

    /// Says whose the machines are, for others who find them; the user's name otherwise.
    #[must_use]
    pub fn owner(mut self, owner: &str) -> Self {
        owner.clone_into(&mut self.owner);
        self
    }

    /// Adds what guests can read: `vm-data/KEY` with `xenstore-read`.
    #[must_use]
    pub fn guest_data(mut self, key: &str, value: &str) -> Self {
        self.guest_data.insert(format!("vm-data/{key}"), value.to_owned());
        self
    }

    /// Makes and starts a machine, and waits for its address. When anything fails, or it is to stop, what was
    /// made is destroyed.
    ///
    /// # Errors
    /// With what failed, and what went wrong with undoing it.
    pub fn make(
        &self,
        name: &str,
        stop: &dyn Stop,
        watch: &mut dyn FnMut(Event),
    ) -> Result<Machine, MachineError> {
        let label = label(name);
        let mut making = Making {
            maker: self,
            stop,
            watch,
            name,
            label: label.clone(),
            step: Step::Choose,
            held: None,
            vm: None,
            undo: Vec::new(),
        };
        let failed = match making.all() {
            Ok((vm, uuid, address)) => match making.held.take() {
                Some(held) => {
                    let client = self.client.clone();
                    return Ok(Machine { client, held, vm, uuid, address, is_destroyed: false });
                }
                None => XapiError::Stopped(name.to_owned()),
            },
            Err(error) => error,
        };
        let step = making.step;
        let undo = Undone { label, failures: making.undo() };
        let (name, cause) = (name.to_owned(), Box::new(failed));
        Err(MachineError { name, step, cause, undo })
    }
}

/// A name that nothing else has: the user's, as far as it is plain, and a random number.
fn label(name: &str) -> String {
    let plain = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let plain: String = plain.take(40).collect();
    // The keys of a `RandomState` are random.
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    format!("bioxen-{plain}-{:016x}", hasher.finish())
}

struct Making<'a> {
    maker: &'a Maker,
    stop: &'a dyn Stop,
    watch: &'a mut dyn FnMut(Event),
    name: &'a str,
    label: String,
    step: Step,
    held: Option<Held>,
    vm: Option<Handle<Vm>>,
    undo: Vec<Undo>,
}

type Done<T = ()> = Result<T, XapiError>;

impl Making<'_> {
    fn all(&mut self) -> Done<(Handle<Vm>, String, IpAddr)> {
        let chosen = self.step(Step::Choose, Self::choose)?;
        let (vm, uuid) = self.step(Step::Clone, |making| making.clone_template(&chosen))?;
        let client = self.maker.client.clone();
        self.step(Step::Tag, |making| {
            let tag = format!("{} {uuid} {}", making.label, making.maker.owner);
            client.tag(&vm, TAG, &tag, making.stop)?;
            let told = format!("Made by BioXen for {}, as `{}`.", making.maker.owner, making.name);
            client.ask::<()>("VM.set_name_description", vec![vm.json(), json!(told)], making.stop)
        })?;
        let config = &self.maker.config;
        if let Some(bytes) = config.size.memory {
            self.step(Step::Memory, |making| {
                let least = client.record(&vm, making.stop)?.bounds.least_memory;
                client.set_memory(&vm, bytes, least, making.stop)
            })?;
        }
        if let Some(count) = config.size.processors {
            self.step(Step::Processors, |making| {
                let most = client.record(&vm, making.stop)?.bounds.most_processors;
                client.set_processors(&vm, count, most, making.stop)
            })?;
        }
        if let Some(network) = &chosen.network {
            self.step(Step::Network, |making| client.set_network(&vm, network, making.stop))?;
        }
        if !self.maker.guest_data.is_empty() {
            self.step(Step::GuestData, |making| {
                client.add_guest_data(&vm, &making.maker.guest_data, making.stop)
            })?;
        }
        self.step(Step::Provision, |making| making.provision(&vm, &chosen))?;
        let stale = self.step(Step::Start, |making| making.start(&vm))?;
        let address = self.step(Step::Address, |making| making.address(&vm, &stale))?;
        Ok((vm, uuid, address))
    }

    /// Does a step: the journal and whoever watches are told before.
    fn step<T>(&mut self, step: Step, act: impl FnOnce(&mut Self) -> Done<T>) -> Done<T> {
        self.step = step;
        if self.stop.is_stopped() {
            return Err(XapiError::Stopped(step.to_string()));
        }
        (self.watch)(Event::Begin(step));
        if let Some(held) = &mut self.held {
            held.entry.step = Some(step);
            held.save()?;
        }
        let done = act(self)?;
        (self.watch)(Event::Done(step));
        Ok(done)
    }

    /// A task of a step, whose progress is told.
    fn run(&mut self, method: &str, params: Vec<serde_json::Value>) -> Done<String> {
        let Self { maker, stop, watch, step, .. } = self;
        let limit = maker.client.limits().task;
        let job = Job { method, params, limit, key: "task_timeout" };
        maker.client.run(job, *stop, &mut |_, progress| {
            watch(Event::Progress(*step, progress));
            Ok(())
        })
    }

    fn choose(&mut self) -> Done<Chosen> {
        let maker = self.maker;
        let chosen = maker.client.choose(&maker.config, self.stop)?;
        let entry = Entry {
            label: self.label.clone(),
            name: self.name.to_owned(),
            origin: Origin { pool: maker.client.pool_uuid(self.stop)?, host: maker.client.host() },
            step: Some(Step::Choose),
            ..Entry::default()
        };
        self.held = Some(maker.journal.begin(entry)?);
        self.undo.push(Undo::Forget);
        Ok(chosen)
    }

    /// Clones the template, or copies it to a storage. When the reply is lost, the machine is looked up by its
    /// name: to repeat the call would make a second one.
    fn clone_template(&mut self, chosen: &Chosen) -> Done<(Handle<Vm>, String)> {
        let client = &self.maker.client;
        let stop = self.stop;
        let mut params = vec![chosen.template.json(), json!(self.label)];
        let mut method = "VM.clone";
        if let Some(storage) = &chosen.storage {
            params.push(storage.json());
            method = "VM.copy";
        }
        self.undo.push(Undo::Destroy);
        let job = Job { method, params, limit: client.limits().task, key: "task_timeout" };
        let Self { held, watch, step, .. } = self;
        let made = client.run(job, stop, &mut |task, progress| {
            let Some(held) = held.as_mut().filter(|h| h.entry.task.is_none()) else {
                watch(Event::Progress(*step, progress));
                return Ok(());
            };
            held.entry.task = Some(task.as_str().to_owned());
            held.save()?;
            watch(Event::Progress(*step, progress));
            Ok(())
        });
        let lost = match made {
            Ok(reference) if !reference.is_empty() => {
                let vm = Handle::new(reference);
                return self.own(vm);
            }
            Ok(_) => client.not_xapi(method, "its task gives no machine"),
            Err(error) => error,
        };
        let task = held.as_ref().and_then(|h| h.entry.task.clone());
        if error_is_certain(&lost, method, task.is_some()) {
            self.undo.retain(|step| *step != Undo::Destroy);
            return Err(lost);
        }
        if !(lost.is_uncertain() || lost.is_link()) {
            return Err(lost);
        }
        match wait_for_clone(client, &self.label, task.as_deref(), client.limits().task, stop)? {
            Some(vm) => self.own(vm),
            None => Err(lost),
        }
    }

    /// The machine is known from now on, here and in the journal.
    fn own(&mut self, vm: Handle<Vm>) -> Done<(Handle<Vm>, String)> {
        self.vm = Some(vm.clone());
        let record = self.maker.client.record(&vm, self.stop)?;
        if record.known.name != self.label {
            self.vm = None;
            return Err(XapiError::NotOurs { uuid: record.known.uuid });
        }
        if let Some(held) = &mut self.held {
            held.entry.uuid = Some(record.known.uuid.clone());
            held.save()?;
        }
        Ok((vm, record.known.uuid))
    }

    fn provision(&mut self, vm: &Handle<Vm>, chosen: &Chosen) -> Done {
        let client = &self.maker.client;
        if let Some(storage) = &chosen.storage {
            let record = client.record(vm, self.stop)?;
            if let Some(declared) = record.other_config.get("disks") {
                let uuid = client.uuid_of_storage(storage, self.stop)?;
                client.place_declared_disks(vm, declared, &uuid, self.stop)?;
            }
        }
        self.run("VM.provision", vec![vm.json()]).map(|_| ())
    }

    /// Starts the machine, and gives what its guest reported before: a clone has the addresses of its template.
    fn start(&mut self, vm: &Handle<Vm>) -> Done<String> {
        let client = self.maker.client.clone();
        let stale = client.metrics(vm, self.stop)?;
        self.undo.push(Undo::SwitchOff);
        let params = vec![vm.json(), json!(false), json!(false)];
        match self.run("VM.start", params) {
            // It may run although the reply was lost; to start it twice is an error.
            Err(error) if error.is_uncertain() => {
                if !wait_for_start(&client, vm, self.stop)? {
                    return Err(error);
                }
            }
            other => {
                other?;
            }
        }
        Ok(stale.as_str().to_owned())
    }
}
