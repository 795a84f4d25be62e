//! What killed processes have left in the pool, and its end.

use std::collections::BTreeMap;

use crate::client::{Client, Handle, PowerState, Task, Vm};
use crate::error::XapiError;
use crate::journal::{Found, Held, Journal};
use crate::machine::{Demolition, Step, TAG, wait_for_clone};
use crate::stop::Stop;

/// Who has made something that is left.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Whose {
    /// A process with this journal, which has ended.
    Ended,
    /// A process with this journal, which still has it.
    InUse,
    /// Somebody with another journal: on another computer, or another user. Whether it is in use is not known.
    Elsewhere {
        /// Whose it is, as the pool tells.
        owner: String,
    },
}

/// A machine that was made here, or was about to be.
#[derive(Debug)]
#[non_exhaustive]
pub struct Leftover {
    /// Its name in the pool.
    pub label: String,
    /// What its user called it, if that is known.
    pub name: Option<String>,
    /// Its uuid, if the pool has it.
    pub uuid: Option<String>,
    /// Whether it runs, if the pool has it.
    pub power: Option<PowerState>,
    /// The last step that was begun, if the journal tells.
    pub step: Option<Step>,
    /// Who has made it.
    pub whose: Whose,
    vm: Option<Handle<Vm>>,
    held: Option<Box<Held>>,
}

/// What came of a leftover.
#[derive(Debug)]
#[non_exhaustive]
pub enum Fate {
    /// It is gone, with its disks.
    Removed,
    /// It would be removed.
    WouldRemove,
    /// It is kept: a process has it, or it is of another journal.
    Kept,
    /// It could not be removed; it can be tried again.
    Failed(XapiError),
}

/// A leftover and what came of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Collected {
    /// What it was.
    pub leftover: Leftover,
    /// What came of it.
    pub fate: Fate,
}

/// What is left in the pool, of this journal and of others: machines that are marked, machines that the journal
/// knows by name, and entries whose machine is not there (any more). Entries whose process has ended are held by
/// what is returned: no two processes collect the same.
///
/// # Errors
/// When the pool does not answer, or the journal cannot be read.
pub fn leftovers(
    client: &Client,
    journal: &Journal,
    stop: &dyn Stop,
) -> Result<Vec<Leftover>, XapiError> {
    let pool = client.pool_uuid(stop)?;
    let mut marked = marked(client, stop)?;
    let mut left = Vec::new();
    for found in journal.found()? {
        let (label, entry, held, whose) = match found {
            Found::InUse(entry, label) => (label, entry, None, Whose::InUse),
            Found::Free(held) => {
                (held.entry.label.clone(), Some(held.entry.clone()), Some(held), Whose::Ended)
            }
            Found::Unread(held) => (held.entry.label.clone(), None, Some(held), Whose::Ended),
        };
        if entry.as_ref().is_some_and(|e| e.origin.pool != pool) {
            continue;
        }
        let vm = match marked.remove(&label) {
            Some((vm, _)) => Some(vm),
            None => client.by_name(&label, stop)?.into_iter().next(),
        };
        let mut leftover = Leftover {
            label,
            name: entry.as_ref().map(|e| e.name.clone()),
            uuid: None,
            power: None,
            step: entry.and_then(|e| e.step),
            whose,
            vm,
            held,
        };
        leftover.look(client, stop)?;
        left.push(leftover);
    }
    for (label, (vm, owner)) in marked {
        let whose = Whose::Elsewhere { owner };
        let (name, uuid, power, step, held) = (None, None, None, None, None);
        let mut leftover = Leftover { label, name, uuid, power, step, whose, vm: Some(vm), held };
        leftover.look(client, stop)?;
        if leftover.vm.is_some() {
            left.push(leftover);
        }
    }
    Ok(left)
}

/// All machines of the pool that are marked, by their labels, with their owners. Snapshots and copies, which
/// their users made by hand, have the mark of another machine, and are none.
fn marked(
    client: &Client,
    stop: &dyn Stop,
) -> Result<BTreeMap<String, (Handle<Vm>, String)>, XapiError> {
    let mut all = BTreeMap::new();
    for vm in client.ask::<Vec<Handle<Vm>>>("VM.get_all", Vec::new(), stop)? {
        let config =
            client.ask::<BTreeMap<String, String>>("VM.get_other_config", vec![vm.json()], stop);
        let tag = match config {
            Err(error) if error.is_gone() => continue,
            other => other?.remove(TAG),
        };
        let Some(tag) = tag else { continue };
        let mut words = tag.splitn(3, ' ');
        let (label, uuid) = (words.next().unwrap_or_default(), words.next());
        let owner = words.next().unwrap_or_default().to_owned();
        let label = label.to_owned();
        match client.ask::<String>("VM.get_uuid", vec![vm.json()], stop) {
            Err(error) if error.is_gone() => {}
            found => {
                if uuid == Some(found?.as_str()) {
                    all.insert(label, (vm, owner));
                }
            }
        }
    }
    Ok(all)
}

impl Leftover {
    /// What the pool tells of the machine.
    fn look(&mut self, client: &Client, stop: &dyn Stop) -> Result<(), XapiError> {
        let Some(vm) = &self.vm else { return Ok(()) };
        match client.record(vm, stop) {
            Err(error) if error.is_gone() => self.vm = None,
            other => {
                let record = other?;
                (self.uuid, self.power) = (Some(record.known.uuid), Some(record.power));
            }
        }
        Ok(())
    }
}

/// Destroys leftovers with the disks that they own. Nothing that a process has is touched, and nothing of other
/// journals unless `elsewhere`. A dry run only tells what would be done.
pub fn collect(
    client: &Client,
    left: Vec<Leftover>,
    elsewhere: bool,
    dry_run: bool,
    stop: &dyn Stop,
) -> Vec<Collected> {
    let mut all = Vec::new();
    for mut leftover in left {
        let is_kept = match leftover.whose {
            Whose::InUse => true,
            Whose::Elsewhere { .. } => !elsewhere,
            Whose::Ended => false,
        };
        let fate = if is_kept {
            Fate::Kept
        } else if dry_run {
            Fate::WouldRemove
        } else {
            match remove(client, &mut leftover, stop) {
                Ok(()) => Fate::Removed,
                Err(error) => Fate::Failed(error),
            }
        };
        all.push(Collected { leftover, fate });
    }
    all
}

fn remove(client: &Client, leftover: &mut Leftover, stop: &dyn Stop) -> Result<(), XapiError> {
    let demolition = Demolition { client, is_clean: false, stop };
    let Some(held) = &mut leftover.held else {
        let vm = leftover.vm.as_ref();
        return vm.map_or(Ok(()), |vm| demolition.of_tagged(vm, &leftover.label));
    };
    // The task that makes it may still run; and what it makes is only there then.
    if let Some(task) = held.entry.task.clone().filter(|_| held.entry.uuid.is_none()) {
        let task = Handle::<Task>::new(task);
        if client.is_pending(&task, stop)? {
            client.cancel(&task);
        }
    }
    let vm = match leftover.vm.take() {
        Some(vm) => Some(vm),
        None if held.entry.uuid.is_none() => {
            let (task, limit) = (held.entry.task.as_deref(), client.limits().api);
            wait_for_clone(client, &leftover.label, task, limit, stop)?
        }
        None => None,
    };
    match &vm {
        Some(vm) => demolition.of(vm, held)?,
        None if held.is_damaged => return Err(held.damaged().into()),
        None => demolition.disks(&held.entry.disks)?,
    }
    held.forget()?;
    Ok(())
}
