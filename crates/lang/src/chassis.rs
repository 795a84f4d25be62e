//! Several chassis in one session: hosts in media of their own, each with its VMs, its cell time and
//! its events. One is the current one, on which a run and all functions of the environment act; the
//! others stand still meanwhile. VMs are found wherever they are.

use rhai::NativeCallContext;

use super::RhaiResultOf;
use super::error::LangError;
use super::events::Events;
use super::world::{World, with};
use bioxen_base::nearest::nearest;
use bioxen_cell::chassis::Nutrient;
use bioxen_cell::factory::OTHER_HOSTS;
use bioxen_cell::hypervisor::{Hypervisor, HypervisorError, Vm, VmStatus};

/// The name of the chassis with which a session begins.
pub const FIRST: &str = "ecoli";
/// The most chassis of a session.
const MOST: usize = 100;

/// A chassis that is not the current one.
#[derive(Debug, Clone)]
pub struct Parked {
    /// Its name.
    pub name: String,
    /// Its host and VMs.
    pub hypervisor: Hypervisor,
    /// What is to happen in its cell time.
    pub events: Events,
}

/// All that a failed call must put back.
#[derive(Clone)]
pub struct Kept {
    chassis: String,
    hypervisor: Hypervisor,
    events: Events,
    parked: Vec<Parked>,
    made: Vec<String>,
    current: Option<String>,
}

impl Kept {
    /// What it is of, in words.
    pub fn told(&self) -> String {
        let current = (self.chassis.as_str(), &self.hypervisor);
        let parked = self.parked.iter().map(|p| (p.name.as_str(), &p.hypervisor));
        let told = std::iter::once(current).chain(parked).map(|(name, hypervisor)| {
            let vms: Vec<&str> = hypervisor.vms().iter().map(Vm::id).collect();
            let vms = if vms.is_empty() { "no VM".to_owned() } else { vms.join(", ") };
            format!("chassis `{name}` at {} with {vms}", hypervisor.now())
        });
        told.collect::<Vec<_>>().join("; ")
    }
}

impl World {
    /// All cells as they are now.
    pub fn keep(&self) -> Kept {
        Kept {
            chassis: self.chassis.clone(),
            hypervisor: self.hypervisor.clone(),
            events: self.events.clone(),
            parked: self.parked.clone(),
            made: self.made.clone(),
            current: self.current.clone(),
        }
    }

    /// Puts all cells back.
    pub fn put_back(&mut self, kept: Kept) {
        (self.chassis, self.hypervisor, self.events) = (kept.chassis, kept.hypervisor, kept.events);
        (self.parked, self.made, self.current) = (kept.parked, kept.made, kept.current);
    }

    /// Puts all cells back to where they were once. Events that are set afterwards take numbers that
    /// no event has had, so that a handle never means another event.
    pub fn go_back(&mut self, kept: &Kept) {
        let mut numbered = vec![(self.chassis.clone(), self.events.numbered())];
        numbered.extend(self.parked.iter().map(|p| (p.name.clone(), p.events.numbered())));
        self.put_back(kept.clone());
        for (name, number) in numbered {
            if name == self.chassis {
                self.events.number_on_from(number);
            } else if let Some(parked) = self.parked.iter_mut().find(|p| p.name == name) {
                parked.events.number_on_from(number);
            }
        }
    }

    /// The chassis in the order in which they were made, each with its name.
    pub fn all_chassis(&self) -> impl Iterator<Item = (&str, &Hypervisor)> {
        self.made.iter().filter_map(|name| {
            if *name == self.chassis {
                return Some((name.as_str(), &self.hypervisor));
            }
            let parked = self.parked.iter().find(|p| p.name == *name)?;
            Some((name.as_str(), &parked.hypervisor))
        })
    }

    /// The VMs of all chassis, chassis by chassis in the order in which they were made.
    pub fn all_vms(&self) -> impl Iterator<Item = &Vm> {
        self.all_chassis().flat_map(|(_, hypervisor)| hypervisor.vms())
    }

    /// Refuses an id that a VM of any chassis has.
    ///
    /// # Errors
    /// When it is taken.
    pub fn free(&self, id: &str) -> Result<(), HypervisorError> {
        if self.all_vms().any(|vm| vm.id() == id) {
            return Err(HypervisorError::DuplicateVm { id: id.to_owned() });
        }
        Ok(())
    }

    /// A VM of any chassis.
    ///
    /// # Errors
    /// When there is none of that id; the error names the nearest.
    pub fn find(&self, id: &str) -> Result<&Vm, HypervisorError> {
        self.all_vms().find(|vm| vm.id() == id).ok_or_else(|| {
            let nearest = nearest(id, self.all_vms().map(Vm::id)).map(str::to_owned);
            HypervisorError::UnknownVm { id: id.to_owned(), nearest }
        })
    }

    /// The hypervisor of a VM.
    ///
    /// # Errors
    /// When there is none of that id; the error names the nearest.
    pub fn hypervisor_of(&self, id: &str) -> Result<&Hypervisor, HypervisorError> {
        self.find(id)?;
        let mut all = self.all_chassis().map(|(_, hypervisor)| hypervisor);
        Ok(all.find(|h| h.vm(id).is_ok()).unwrap_or(&self.hypervisor))
    }

    /// The status of the VMs of all chassis.
    pub fn statuses(&self) -> Vec<VmStatus> {
        let of = |(_, h): (&str, &Hypervisor)| -> Vec<VmStatus> {
            h.vms().iter().filter_map(|vm| h.status(vm.id()).ok()).collect()
        };
        self.all_chassis().flat_map(of).collect()
    }

    /// The place among the others of the chassis of a VM; nothing if it is the current one.
    fn away(&self, id: &str) -> Result<Option<usize>, HypervisorError> {
        self.find(id)?;
        let has = |hypervisor: &Hypervisor| hypervisor.vm(id).is_ok();
        Ok(self.parked.iter().position(|p| has(&p.hypervisor)))
    }

    /// Makes one of the others the current one.
    fn change_places(&mut self, with: usize) {
        let parked = &mut self.parked[with];
        std::mem::swap(&mut self.chassis, &mut parked.name);
        std::mem::swap(&mut self.hypervisor, &mut parked.hypervisor);
        std::mem::swap(&mut self.events, &mut parked.events);
    }

    /// Does something with the chassis of a VM as the current one.
    ///
    /// # Errors
    /// When there is no such VM, and those of `f`.
    pub fn on<T, E: Into<LangError>>(
        &mut self,
        id: &str,
        f: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, LangError> {
        let Some(away) = self.away(id)? else { return f(self).map_err(Into::into) };
        let name = self.parked[away].name.clone();
        self.on_chassis(&name, |world| f(world).map_err(Into::into))
    }

    /// Does something with a chassis as the current one.
    ///
    /// # Errors
    /// When there is none of that name, and those of `f`.
    pub fn on_chassis<T>(
        &mut self,
        name: &str,
        f: impl FnOnce(&mut Self) -> Result<T, LangError>,
    ) -> Result<T, LangError> {
        self.known_chassis(name)?;
        let Some(away) = self.parked.iter().position(|p| p.name == name) else { return f(self) };
        let home = self.chassis.clone();
        self.change_places(away);
        let outcome = f(self);
        if let Some(place) = self.parked.iter().position(|p| p.name == home) {
            self.change_places(place);
        }
        outcome
    }

    /// Makes a VM the current one, and its chassis with it.
    ///
    /// # Errors
    /// When there is no such VM, or it is on another chassis than the one that is running.
    pub fn attach(&mut self, id: &str) -> Result<(), LangError> {
        if let Some(away) = self.away(id)? {
            self.refuse_while_running()?;
            self.change_places(away);
        }
        self.current = Some(id.to_owned());
        Ok(())
    }

    fn refuse_while_running(&self) -> Result<(), LangError> {
        if self.running {
            return Err(LangError::ChassisInRun { running: self.chassis.clone() });
        }
        Ok(())
    }

    /// Makes a chassis the current one. Its first VM becomes the current VM, if it has one.
    ///
    /// # Errors
    /// When there is none of that name, or a run is under way.
    pub fn use_chassis(&mut self, name: &str) -> Result<(), LangError> {
        self.known_chassis(name)?;
        if name == self.chassis {
            return Ok(());
        }
        self.refuse_while_running()?;
        if let Some(place) = self.parked.iter().position(|p| p.name == name) {
            self.change_places(place);
        }
        self.current = self.hypervisor.vms().first().map(|vm| vm.id().to_owned());
        Ok(())
    }

    fn known_chassis(&self, name: &str) -> Result<(), LangError> {
        if self.made.iter().any(|made| made == name) {
            return Ok(());
        }
        Err(LangError::UnknownName {
            kind: "chassis of this session",
            given: name.to_owned(),
            nearest: nearest(name, self.made.iter().map(String::as_str)).map(str::to_owned),
            valid: self.made.clone(),
        })
    }

    /// Makes a chassis in a medium, at time zero and without VMs, with the seed, the solver and the
    /// interval of samples of the current one, which stays current.
    ///
    /// # Errors
    /// When there is one of that name, the name cannot be, or the host does not settle.
    pub fn make_chassis(&mut self, name: &str, nutrient: Nutrient) -> Result<(), LangError> {
        let bad = |reason| Err(LangError::ChassisName { given: name.to_owned(), reason });
        if self.made.iter().any(|made| made == name) {
            return bad("there is one of that name already");
        }
        if OTHER_HOSTS.contains(&name) {
            return bad("every chassis is an E. coli; the name would say another");
        }
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(word) {
            return bad("a name begins with a letter and has letters, digits, `_` and `-` only");
        }
        if self.made.len() >= MOST || name.len() > 64 {
            return bad("a session has up to 100 chassis, with names up to 64 letters long");
        }
        let mut hypervisor = Hypervisor::new(nutrient)?;
        hypervisor.set_seed(self.hypervisor.seed());
        hypervisor.set_solver(self.hypervisor.solver());
        hypervisor.set_sample_every(self.hypervisor.sample_every())?;
        let events = Events::numbered_from((self.made.len() as u64) << 32);
        self.parked.push(Parked { name: name.to_owned(), hypervisor, events });
        self.made.push(name.to_owned());
        Ok(())
    }

    /// Does something with each chassis.
    ///
    /// # Errors
    /// The first one of `f`.
    pub fn on_all(
        &mut self,
        f: impl Fn(&mut Hypervisor) -> Result<(), HypervisorError>,
    ) -> Result<(), HypervisorError> {
        f(&mut self.hypervisor)?;
        self.parked.iter_mut().try_for_each(|p| f(&mut p.hypervisor))
    }

    /// Replaces all chassis; the first becomes the current one.
    pub fn replace_all(&mut self, all: Vec<(String, Hypervisor)>, chassis: &str) {
        self.made = all.iter().map(|(name, _)| name.clone()).collect();
        self.parked.clear();
        for (place, (name, hypervisor)) in all.into_iter().enumerate() {
            let events = Events::numbered_from((place as u64) << 32);
            if name == chassis {
                (self.chassis, self.hypervisor, self.events) = (name, hypervisor, events);
            } else {
                self.parked.push(Parked { name, hypervisor, events });
            }
        }
    }
}

/// Does something with the world of a call, on the chassis of a VM.
///
/// # Errors
/// When there is no such VM, and those of `f`, as errors of the script.
pub fn on<T, E: Into<LangError>>(
    context: &NativeCallContext,
    id: &str,
    f: impl FnOnce(&mut World) -> Result<T, E>,
) -> RhaiResultOf<T> {
    with(context, |world| world.on(id, f))
}
