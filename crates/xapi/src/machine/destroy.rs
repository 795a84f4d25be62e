//! Ends of machines, and what became of calls whose reply was lost.

use std::time::{Duration, Instant};

use serde_json::json;

use super::TAG;
use crate::client::{Client, Handle, Job, PowerState, Task, Vdi, Vm};
use crate::error::XapiError;
use crate::journal::Held;
use crate::stop::{Stop, pause};

/// Between two looks for what may still come.
const LOOK: Duration = Duration::from_millis(100);

type Done<T = ()> = Result<T, XapiError>;

/// A task that may be run twice, and may find that nothing is left to do.
fn run(client: &Client, method: &str, vm: serde_json::Value, stop: &dyn Stop) -> Done {
    let job =
        |vm| Job { method, params: vec![vm], limit: client.limits().task, key: "task_timeout" };
    let first = client.run(job(vm.clone()), stop, &mut |_, _| Ok(()));
    let ended = match first {
        Err(error) if error.is_link() => client.run(job(vm), stop, &mut |_, _| Ok(())),
        other => other,
    };
    match ended {
        Err(error) if error.is_gone() => Ok(()),
        other => other.map(|_| ()),
    }
}

/// Shuts a machine down: clean, if it is to, and then by switching it off.
pub(super) fn shut_down(client: &Client, vm: &Handle<Vm>, is_clean: bool, stop: &dyn Stop) -> Done {
    let power = match client.power(vm, stop) {
        Ok(PowerState::Halted) => return Ok(()),
        Err(error) if error.is_gone() => return Ok(()),
        other => other?,
    };
    if is_clean && power == PowerState::Running {
        let job = Job {
            method: "VM.clean_shutdown",
            params: vec![vm.json()],
            limit: client.limits().shutdown,
            key: "shutdown_timeout",
        };
        match client.run(job, stop, &mut |_, _| Ok(())) {
            Ok(_) => return Ok(()),
            Err(error @ XapiError::Stopped(_)) => return Err(error),
            // Whatever the guest could not do, to switch it off does.
            Err(_) => {}
        }
    }
    match run(client, "VM.hard_shutdown", vm.json(), stop) {
        Err(error) if is_busy(&error) => match client.power(vm, stop)? {
            PowerState::Halted => Ok(()),
            _ => Err(error),
        },
        other => other,
    }
}

/// Whether a machine is in another state, or does something else.
fn is_busy(error: &XapiError) -> bool {
    matches!(error.code(), Some("VM_BAD_POWER_STATE" | "OTHER_OPERATION_IN_PROGRESS"))
}

/// The machine of a label once the call that makes it has ended; none when no call makes it any more. The task of
/// the call may be known; otherwise any task that makes machines may be it.
pub(crate) fn wait_for_clone(
    client: &Client,
    label: &str,
    task: Option<&str>,
    limit: Duration,
    stop: &dyn Stop,
) -> Done<Option<Handle<Vm>>> {
    let end = Instant::now() + limit;
    let mut looks_without = 0;
    loop {
        let mut is_made = false;
        if let Some(vm) = client.by_name(label, stop)?.into_iter().next() {
            match client.record(&vm, stop) {
                Ok(record) if record.operations.is_empty() => return Ok(Some(vm)),
                Ok(_) => is_made = true,
                Err(error) if error.is_gone() => {}
                Err(error) => return Err(error),
            }
        } else {
            is_made = match task {
                Some(task) => client.is_pending(&Handle::<Task>::new(task), stop)?,
                None => client.runs_any(&["VM.clone", "VM.copy"], stop)?,
            };
        }
        if is_made && Instant::now() >= end {
            let what = "a clone of the template, which still runs,".to_owned();
            return Err(XapiError::Timeout { what, limit, key: "task_timeout" });
        }
        // A call that was just taken may not have its task yet.
        looks_without = if is_made { 0 } else { looks_without + 1 };
        if looks_without > 2 {
            return Ok(None);
        }
        if !pause(LOOK, stop) {
            return Err(XapiError::Stopped("a clone".to_owned()));
        }
    }
}

/// Whether a machine runs, once no call starts machines any more.
pub(super) fn wait_for_start(client: &Client, vm: &Handle<Vm>, stop: &dyn Stop) -> Done<bool> {
    let end = Instant::now() + client.limits().task;
    let mut looks_without = 0;
    loop {
        if client.power(vm, stop)? == PowerState::Running {
            return Ok(true);
        }
        if client.runs_any(&["VM.start"], stop)? {
            looks_without = 0;
        } else {
            looks_without += 1;
        }
        if looks_without > 2 || Instant::now() >= end {
            return Ok(false);
        }
        if !pause(LOOK, stop) {
            return Err(XapiError::Stopped("a start".to_owned()));
        }
    }
}

/// How machines are destroyed.
#[derive(Clone, Copy)]
pub(crate) struct Demolition<'a> {
    pub(crate) client: &'a Client,
    /// Whether guests are asked to shut down first.
    pub(crate) is_clean: bool,
    pub(crate) stop: &'a dyn Stop,
}

impl Demolition<'_> {
    /// Destroys a machine of the journal with its own disks. Before the machine goes, the journal knows the
    /// disks: nothing else tells whose they were.
    pub(crate) fn of(self, vm: &Handle<Vm>, held: &mut Held) -> Done {
        let label = held.entry.label.clone();
        let found = self.disks_of_stopped(vm, &label)?;
        if let Some(disks) = found {
            for uuid in disks {
                if !held.entry.disks.contains(&uuid) {
                    held.entry.disks.push(uuid);
                }
            }
            held.save()?;
            self.machine(vm)?;
        }
        self.disks(&held.entry.disks)
    }

    /// Destroys a machine that only its tag tells of, likewise.
    pub(crate) fn of_tagged(self, vm: &Handle<Vm>, label: &str) -> Done {
        let Some(disks) = self.disks_of_stopped(vm, label)? else { return Ok(()) };
        self.machine(vm)?;
        self.disks(&disks)
    }

    /// Destroys the machine itself. A call of a process that was killed may still be under way, and start it.
    fn machine(self, vm: &Handle<Vm>) -> Done {
        let end = Instant::now() + self.client.limits().api;
        loop {
            match run(self.client, "VM.destroy", vm.json(), self.stop) {
                Err(error) if is_busy(&error) && Instant::now() < end => {}
                other => return other,
            }
            if !pause(LOOK, self.stop) {
                return Err(XapiError::Stopped("the end of a machine".to_owned()));
            }
            shut_down(self.client, vm, false, self.stop)?;
        }
    }

    /// Stops a machine that is ours and gives the uuids of its own disks; none when it is gone.
    fn disks_of_stopped(self, vm: &Handle<Vm>, label: &str) -> Done<Option<Vec<String>>> {
        let Self { client, is_clean, stop } = self;
        let record = match client.record(vm, stop) {
            Err(error) if error.is_gone() => return Ok(None),
            other => other?,
        };
        let tag = record.other_config.get(TAG).map(String::as_str).unwrap_or_default();
        let mut words = tag.split(' ');
        let is_tagged =
            words.next() == Some(label) && words.next() == Some(record.known.uuid.as_str());
        let is_ours = (record.known.name == label || is_tagged)
            && !record.nature.is_control_domain
            && !record.nature.is_snapshot;
        if !is_ours {
            return Err(XapiError::NotOurs { uuid: record.known.uuid });
        }
        for task in record.operations.keys() {
            client.cancel(&Handle::<Task>::new(task.clone()));
        }
        shut_down(client, vm, is_clean, stop)?;
        // A clone that was cancelled is gone now.
        let record = match client.record(vm, stop) {
            Err(error) if error.is_gone() => return Ok(None),
            other => other?,
        };
        let mut uuids = Vec::new();
        for disk in client.own_disks(&record, stop)? {
            match client.ask::<String>("VDI.get_uuid", vec![disk.json()], stop) {
                Err(error) if error.is_gone() => {}
                other => uuids.push(other?),
            }
        }
        Ok(Some(uuids))
    }

    /// Destroys disks, but those that another machine has. The first error is told after all were tried.
    pub(crate) fn disks(self, uuids: &[String]) -> Done {
        let mut failed = Ok(());
        for uuid in uuids {
            if let Err(error) = self.disk(uuid) {
                failed = failed.and(Err(error));
            }
        }
        failed
    }

    fn disk(self, uuid: &str) -> Done {
        let Self { client, stop, .. } = self;
        let found = client.ask::<Handle<Vdi>>("VDI.get_by_uuid", vec![json!(uuid)], stop);
        let disk = match found {
            Err(error) if error.is_gone() => return Ok(()),
            other => other?,
        };
        match client.ask::<Vec<String>>("VDI.get_VBDs", vec![disk.json()], stop) {
            Err(error) if error.is_gone() => Ok(()),
            Err(error) => Err(error),
            Ok(places) if !places.is_empty() => Ok(()),
            Ok(_) => run(client, "VDI.destroy", disk.json(), stop),
        }
    }
}
