//! States on disk: a saved VM, or the whole hypervisor, continues bit for bit.
//!
//! What can be recomputed is not saved: a shipped genome, the expression in the medium, compiled
//! simulations, steps of an integration. The positions in random streams are saved, and numbers are
//! written so that they read back to the same bits.

mod ahead;
mod cells;
mod plasmid;
mod record;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::error::HypervisorError;
use super::{Hypervisor, LogKind, Vm};
pub(super) use ahead::Fingerprint;
use ahead::SharedRecord;
use bioxen_base::durable::{SealError, seal, unseal};
use bioxen_engine::{EngineError, StopToken};
use record::{HypervisorRecord, VmRecord};

/// The newest format that is known.
const VERSION: u32 = 3;
/// The same of a file of one VM: 4 has the integration of which the VM was a part.
const VM_VERSION: u32 = 4;
const STATE: &str = "state";
const VM: &str = "vm";
const SESSION: &str = "session";

/// The state of one chassis of several.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
    state: HypervisorRecord,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionRecord {
    current: String,
    chassis: Vec<Named>,
}

/// All chassis of a session, by their names, as the contents of one file.
///
/// # Errors
/// As [`Hypervisor::save`].
pub fn save_all(all: &[(&str, &Hypervisor)], current: &str) -> Result<Vec<u8>, ArchiveError> {
    // Most sessions have one, whose file any reader of a state understands.
    if let [(_, only)] = all {
        return only.save();
    }
    let named = |&(name, h): &(&str, &Hypervisor)| Named {
        name: name.to_owned(),
        state: HypervisorRecord::of(h),
    };
    let chassis = all.iter().map(named).collect();
    let record = SessionRecord { current: current.to_owned(), chassis };
    Ok(seal(SESSION, VERSION, &text(&record)?))
}

/// The chassis that were saved, by their names, and the name of the current one. A file of one
/// hypervisor gives the chassis `ecoli`.
///
/// # Errors
/// As [`Hypervisor::load`]; when it is stopped; and when two chassis have the same name, or two VMs the same id.
pub fn load_all(
    bytes: &[u8],
    stop: &StopToken,
) -> Result<(Vec<(String, Hypervisor)>, String), ArchiveError> {
    if !bytes.starts_with(b"#bioxen-session ") {
        let only = "ecoli".to_owned();
        let (_, text) = unseal(STATE, VERSION, bytes)?;
        let record: HypervisorRecord = parse(text)?;
        return Ok((vec![(only.clone(), record.restore(stop)?)], only));
    }
    let (_, text) = unseal(SESSION, VERSION, bytes)?;
    let record: SessionRecord = parse(text)?;
    let mut all: Vec<(String, Hypervisor)> = Vec::new();
    for Named { name, state } in record.chassis {
        let hypervisor = state.restore(stop)?;
        let mut others = all.iter().flat_map(|(_, h)| h.vms());
        if let Some(vm) = others.find(|vm| hypervisor.vm(vm.id()).is_ok()) {
            return Err(HypervisorError::DuplicateVm { id: vm.id().to_owned() }.into());
        }
        if all.iter().any(|(other, _)| *other == name) {
            return Err(contents(&format!("two chassis are called {name}")));
        }
        all.push((name, hypervisor));
    }
    if all.iter().all(|(name, _)| *name != record.current) {
        return Err(contents(&format!("no chassis is called {}", record.current)));
    }
    Ok((all, record.current))
}

/// Why a state cannot be read or written.
#[derive(Debug, Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The file is cut off, damaged, newer or no such file.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The contents are whole but make no sense.
    #[error("its contents are not those of a state: {reason}")]
    Contents {
        /// What is wrong.
        reason: String,
    },
    /// The state fits nothing here.
    #[error(transparent)]
    Hypervisor(#[from] HypervisorError),
}

impl Hypervisor {
    /// Everything as the contents of a file, from which [`Hypervisor::load`] goes on.
    ///
    /// # Errors
    /// When a number is none, which a live cell has not.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_cell::hypervisor::Hypervisor;
    /// let hypervisor = Hypervisor::new(Nutrient::new(0.3)?)?;
    /// let again = Hypervisor::load(&hypervisor.save()?)?;
    /// assert_eq!(again.save()?, hypervisor.save()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn save(&self) -> Result<Vec<u8>, ArchiveError> {
        Ok(seal(STATE, VERSION, &text(&HypervisorRecord::of(self))?))
    }

    /// The hypervisor that was saved.
    ///
    /// # Errors
    /// When the contents are cut off, damaged, of a newer version, or make no sense.
    pub fn load(bytes: &[u8]) -> Result<Self, ArchiveError> {
        let (_, text) = unseal(STATE, VERSION, bytes)?;
        let record: HypervisorRecord = parse(text)?;
        record.restore(&StopToken::new())
    }

    /// One VM as the contents of a file.
    ///
    /// # Errors
    /// When there is no such VM.
    pub fn save_vm(&self, id: &str) -> Result<Vec<u8>, ArchiveError> {
        let mut record = VmRecord::of(self.vm(id)?);
        record.shared = SharedRecord::of(self);
        Ok(seal(VM, VM_VERSION, &text(&record)?))
    }

    /// Whether contents say of themselves that they are those of one VM.
    pub fn is_saved_vm(bytes: &[u8]) -> bool {
        bytes.starts_with(b"#bioxen-vm ")
    }

    /// The id of a VM that was saved.
    ///
    /// # Errors
    /// When the contents are not those of a VM.
    pub fn id_of_saved(bytes: &[u8]) -> Result<String, ArchiveError> {
        let (_, text) = unseal(VM, VM_VERSION, bytes)?;
        Ok(parse::<VmRecord>(text)?.id)
    }

    /// Adds a VM that was saved, with its molecules and its place in its random stream, to this
    /// host and its medium; under another id if one is given. Where nothing else has happened since it was saved
    /// and it was the last one, it lives on bit for bit as if it had not been away.
    ///
    /// # Errors
    /// When the contents are not those of a VM, the id is taken, or its limits exceed the host.
    /// Then nothing has changed.
    pub fn load_vm(&mut self, bytes: &[u8], id: Option<&str>) -> Result<&mut Vm, ArchiveError> {
        self.forget_what_has_changed();
        let (_, text) = unseal(VM, VM_VERSION, bytes)?;
        let mut record: VmRecord = parse(text)?;
        if let Some(id) = id {
            id.clone_into(&mut record.id);
        }
        if self.vms.iter().any(|vm| vm.id() == record.id) {
            return Err(HypervisorError::DuplicateVm { id: record.id }.into());
        }
        let shared = record.shared.take();
        let settled = self.settled(self.full_nutrient())?;
        let ribosomes = self.chassis.state().ribosomes;
        let mut vm = record.restore(ribosomes, &settled, &self.medium, self.cycle)?;
        vm.renumber(self.vms_created);
        vm.set_clock(self.clock);
        vm.meet_cell(self.cycle);
        vm.note(LogKind::Origin, "brought back from a file".to_owned());
        self.vms_created += 1;
        self.vms.push(vm);
        if let Some(shared) = shared {
            // A file whose integration makes no sense has a VM that does.
            self.ahead = shared.again(self).ok().flatten();
        }
        let last = self.vms.len() - 1;
        Ok(&mut self.vms[last])
    }
}

fn text(record: &impl serde::Serialize) -> Result<String, ArchiveError> {
    serde_json::to_string(record).map_err(|e| contents(&e))
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ArchiveError> {
    serde_json::from_str(text).map_err(|e| contents(&e))
}

fn contents(reason: &dyn std::fmt::Display) -> ArchiveError {
    ArchiveError::Contents { reason: reason.to_string() }
}

impl HypervisorRecord {
    fn restore(self, stop: &StopToken) -> Result<Hypervisor, ArchiveError> {
        self.check_times()?;
        let energy = self.energy();
        let nutrient = self.nutrient()?;
        let mut hypervisor = Hypervisor::with_energy(nutrient, energy)?;
        if let Some(kinetics) = self.kinetics()? {
            hypervisor.settle_as(kinetics)?;
        }
        let settled = hypervisor.chassis.clone();
        hypervisor.chassis.set_state(self.host_state()?);
        hypervisor.clock = bioxen_base::units::Time::from_micros(self.clock_us);
        hypervisor.solver = super::Solver::parse(&self.solver)?;
        hypervisor.set_coupling_step(bioxen_base::units::Time::from_micros(self.coupling_us))?;
        hypervisor.set_sample_every(bioxen_base::units::Time::from_micros(self.sample_us))?;
        hypervisor.seed = self.seed;
        hypervisor.cycle = self.cycle()?;
        hypervisor.vms_created = self.vms_created;
        hypervisor.medium = record::medium(&self.medium)?;
        if let Some(biomass_g_per_l) = self.biomass {
            if !(biomass_g_per_l > 0.0 && biomass_g_per_l <= super::culture::MOST_BIOMASS) {
                return Err(contents(&"a biomass is more than 0, up to 100 g/L"));
            }
            let fresh = record::medium(self.fresh_medium.as_ref().unwrap_or(&self.medium))?;
            hypervisor.culture = Some(super::Culture { biomass_g_per_l, fresh });
        }
        hypervisor.chassis.set_inactivated(self.inactivated()?);
        hypervisor.feel_medium();
        let ahead = self.ahead;
        for vm in self.vms {
            if hypervisor.vms.iter().any(|other| other.id() == vm.id) {
                return Err(HypervisorError::DuplicateVm { id: vm.id }.into());
            }
            if stop.is_stopped() {
                let time = hypervisor.clock.hours();
                return Err(HypervisorError::from(EngineError::Stopped { time }).into());
            }
            let restored =
                vm.restore(f64::INFINITY, &settled, &hypervisor.medium, hypervisor.cycle)?;
            hypervisor.vms.push(restored);
        }
        if let Some(ahead) = ahead {
            hypervisor.ahead = ahead.restore(&hypervisor, stop)?;
        }
        Ok(hypervisor)
    }
}
