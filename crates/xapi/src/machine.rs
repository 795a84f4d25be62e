//! A machine from its making to its end.

mod destroy;
mod make;

pub(crate) use destroy::{Demolition, wait_for_clone};
pub use make::Maker;

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::client::{Client, Handle, PowerState, Vm};
use crate::error::XapiError;
use crate::journal::Held;
use crate::stop::Stop;

/// The entry of a machine's `other_config` that says who made it: its label, its uuid and its owner. A copy that
/// a user makes by hand has another uuid, and so is not taken for ours.
pub(crate) const TAG: &str = "bioxen:run";

/// The steps of making a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// The template, the network and the storage are looked up.
    Choose,
    /// The template is cloned, or copied.
    Clone,
    /// The machine is marked as ours.
    Tag,
    /// It gets its memory.
    Memory,
    /// It gets its processors.
    Processors,
    /// It gets its network card.
    Network,
    /// What its guest can read is written.
    GuestData,
    /// It becomes a machine, with the disks that the template declares.
    Provision,
    /// It is started.
    Start,
    /// Its guest tells its address.
    Address,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Choose => "choosing the template",
            Self::Clone => "cloning the template",
            Self::Tag => "marking the machine",
            Self::Memory => "setting the memory",
            Self::Processors => "setting the processors",
            Self::Network => "setting the network",
            Self::GuestData => "writing the guest's data",
            Self::Provision => "provisioning",
            Self::Start => "starting",
            Self::Address => "waiting for the address",
        })
    }
}

/// What is told while a machine is made.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A step begins.
    Begin(Step),
    /// How far its task is, from 0 to 1.
    Progress(Step, f64),
    /// A step is done.
    Done(Step),
}

/// Why a machine could not be made, and what came of undoing it.
#[derive(Debug, Error, Clone)]
#[error("making the machine `{name}` failed while {step}: {cause}{undo}")]
pub struct MachineError {
    /// What its user calls it.
    pub name: String,
    /// Where it failed.
    pub step: Step,
    /// Why.
    pub cause: Box<XapiError>,
    /// What came of undoing it.
    pub undo: Undone,
}

/// What came of undoing a machine.
#[derive(Debug, Clone)]
pub struct Undone {
    /// The name of the machine in the pool.
    pub label: String,
    /// What went wrong; nothing is left when nothing did.
    pub failures: Vec<XapiError>,
}

impl fmt::Display for Undone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.failures.is_empty() {
            return Ok(());
        }
        let all: Vec<String> = self.failures.iter().map(XapiError::to_string).collect();
        let (all, label) = (all.join("; "), &self.label);
        write!(f, "; undoing it failed as well: {all}; `{label}` may be left and can be collected")
    }
}

/// A machine that runs, or did. One that is dropped goes on; it is then a leftover, which [`collect`](crate::collect)
/// destroys.
#[derive(Debug)]
pub struct Machine {
    client: Client,
    held: Held,
    vm: Handle<Vm>,
    uuid: String,
    address: IpAddr,
    is_destroyed: bool,
}

impl Machine {
    /// What its user calls it.
    pub fn name(&self) -> &str {
        &self.held.entry.name
    }

    /// Its name in the pool, which no other machine has.
    pub fn label(&self) -> &str {
        &self.held.entry.label
    }

    /// Its uuid.
    pub fn uuid(&self) -> &str {
        &self.uuid
    }

    /// The address of its guest.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// The session that it was made in.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Whether it runs; nothing when it is gone.
    ///
    /// # Errors
    /// When the pool does not answer.
    pub fn power(&self, stop: &dyn Stop) -> Result<Option<PowerState>, XapiError> {
        match self.client.power(&self.vm, stop) {
            Err(error) if error.is_gone() => Ok(None),
            other => other.map(Some),
        }
    }

    /// Shuts it down: its guest is asked to, and after `shutdown_timeout` it is switched off. It keeps its disks.
    ///
    /// # Errors
    /// When the pool does not answer or refuses.
    pub fn shut_down(&mut self, stop: &dyn Stop) -> Result<(), XapiError> {
        destroy::shut_down(&self.client, &self.vm, true, stop)
    }

    /// Shuts it down and destroys it with its disks. To destroy it again does nothing.
    ///
    /// # Errors
    /// When the pool does not answer or refuses. Then it can be tried again, or left to [`collect`](crate::collect).
    pub fn destroy(&mut self, stop: &dyn Stop) -> Result<(), XapiError> {
        if self.is_destroyed {
            return Ok(());
        }
        Demolition { client: &self.client, is_clean: true, stop }.of(&self.vm, &mut self.held)?;
        self.held.forget()?;
        self.is_destroyed = true;
        Ok(())
    }
}
