//! Finding cells and VMs, and making one of them the current one.

use std::sync::Arc;

use bioxen_base::nearest::nearest;
use bioxen_cell::chassis::Nutrient;
use bioxen_cell::factory::OTHER_HOSTS;
use bioxen_cell::hypervisor::{Hypervisor, HypervisorError, Vm, VmStatus};

use super::error::LabError;
use super::events::Events;
use super::lab::{Cell, Lab};
use super::place::{Place, Whereabouts, here};

/// The most cells of a laboratory.
const MOST: usize = 100;
/// The longest name of a cell [letters].
const LONGEST: usize = 64;

impl<A> Cell<A> {
    /// What a VM tells about itself, and where it runs.
    ///
    /// # Errors
    /// When there is none of that id; the error names the nearest.
    pub fn status(&self, id: &str) -> Result<VmStatus, HypervisorError> {
        Ok(self.located(self.hypervisor.status(id)?))
    }

    /// The same of all VMs.
    pub fn statuses(&self) -> Vec<VmStatus> {
        self.hypervisor.statuses().into_iter().map(|status| self.located(status)).collect()
    }

    fn located(&self, status: VmStatus) -> VmStatus {
        let Whereabouts { address, link, uuid } = self.place.whereabouts();
        let vm_type = self.place.infrastructure().name().to_owned();
        VmStatus { vm_type, address, link, uuid, ..status }
    }
}

impl<A> Lab<A> {
    /// The VMs of all cells, cell by cell, in the order in which they were made.
    pub fn all_vms(&self) -> impl Iterator<Item = &Vm> {
        self.cells.iter().flat_map(|cell| cell.hypervisor.vms())
    }

    /// Refuses an id that a VM of any cell has.
    ///
    /// # Errors
    /// When it is taken.
    pub fn free(&self, id: &str) -> Result<(), HypervisorError> {
        if self.all_vms().any(|vm| vm.id() == id) {
            return Err(HypervisorError::DuplicateVm { id: id.to_owned() });
        }
        Ok(())
    }

    fn place_of(&self, id: &str) -> Result<usize, HypervisorError> {
        // Usually it is the current one.
        let has = |cell: &Cell<A>| cell.hypervisor.vms().iter().any(|vm| vm.id() == id);
        if has(self.cell()) {
            return Ok(self.current);
        }
        self.cells.iter().position(has).ok_or_else(|| {
            let nearest = nearest(id, self.all_vms().map(Vm::id)).map(str::to_owned);
            HypervisorError::UnknownVm { id: id.to_owned(), nearest }
        })
    }

    /// A VM of any cell.
    ///
    /// # Errors
    /// When there is none of that id; the error names the nearest.
    pub fn find(&self, id: &str) -> Result<&Vm, HypervisorError> {
        self.hypervisor_of(id)?.vm(id)
    }

    /// The hypervisor of a VM.
    ///
    /// # Errors
    /// When there is none of that id; the error names the nearest.
    pub fn hypervisor_of(&self, id: &str) -> Result<&Hypervisor, HypervisorError> {
        Ok(&self.cells[self.place_of(id)?].hypervisor)
    }

    /// What a VM tells about itself.
    ///
    /// # Errors
    /// When there is none of that id; the error names the nearest.
    pub fn status(&self, id: &str) -> Result<VmStatus, LabError> {
        Ok(self.cells[self.place_of(id)?].status(id)?)
    }

    /// The status of the VMs of all cells.
    pub fn statuses(&self) -> Vec<VmStatus> {
        let of = |cell: &Cell<A>| cell.statuses();
        self.cells.iter().flat_map(of).collect()
    }

    /// Makes the cell of a VM the current one for a while. Gives what [`Self::go_home`] needs.
    ///
    /// # Errors
    /// When there is none of that id; the error names the nearest.
    pub fn visit(&mut self, id: &str) -> Result<usize, HypervisorError> {
        let place = self.place_of(id)?;
        Ok(std::mem::replace(&mut self.current, place))
    }

    /// The same for a cell by its name.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn visit_cell(&mut self, name: &str) -> Result<usize, LabError> {
        let place = self.known(name)?;
        Ok(std::mem::replace(&mut self.current, place))
    }

    /// Makes the cell the current one that was it before.
    pub fn go_home(&mut self, home: usize) {
        // What was done meanwhile may have taken cells away.
        if home < self.cells.len() {
            self.current = home;
        }
    }

    /// Does something with the cell of a VM.
    ///
    /// # Errors
    /// When there is none of that id, and those of `f`.
    pub fn on<T, E: Into<LabError>>(
        &mut self,
        id: &str,
        f: impl FnOnce(&mut Cell<A>) -> Result<T, E>,
    ) -> Result<T, LabError> {
        let place = self.place_of(id)?;
        f(&mut self.cells[place]).map_err(Into::into)
    }

    /// Does something with a VM of any cell: all that [`Vm`] can.
    ///
    /// # Errors
    /// When there is none of that id, and those of `f`.
    pub fn with_vm<T>(
        &mut self,
        id: &str,
        f: impl FnOnce(&mut Vm) -> Result<T, HypervisorError>,
    ) -> Result<T, LabError> {
        self.on(id, |cell| f(cell.hypervisor.vm_mut(id)?))
    }

    /// Does something with the hypervisor of each cell.
    ///
    /// # Errors
    /// The first one of `f`.
    pub fn on_all(
        &mut self,
        f: impl FnMut(&mut Hypervisor) -> Result<(), HypervisorError>,
    ) -> Result<(), HypervisorError> {
        self.cells.iter_mut().map(|cell| &mut cell.hypervisor).try_for_each(f)
    }

    /// The VM on which acts what names no VM.
    pub fn attached(&self) -> Option<&str> {
        self.attached.as_deref()
    }

    /// Makes a VM of the current cell the one that is attached to, or none.
    pub fn set_attached(&mut self, id: Option<String>) {
        self.attached = id;
    }

    /// Makes a VM the one that is attached to, and its cell the current one.
    ///
    /// # Errors
    /// When there is no such VM, or it is in another cell than the one that runs.
    pub fn attach(&mut self, id: &str) -> Result<(), LabError> {
        let place = self.place_of(id)?;
        self.change_to(place)?;
        self.attached = Some(id.to_owned());
        Ok(())
    }

    /// Leaves the VM that is attached to as it is.
    pub fn detach(&mut self) {
        self.attached = None;
    }

    fn change_to(&mut self, place: usize) -> Result<(), LabError> {
        if place != self.current && self.running {
            return Err(LabError::ChassisInRun { running: self.cell().name.clone() });
        }
        self.current = place;
        Ok(())
    }

    /// Makes a cell the current one. Its first VM becomes the one that is attached to, if it has one.
    ///
    /// # Errors
    /// When there is none of that name, or a run is under way.
    pub fn use_cell(&mut self, name: &str) -> Result<(), LabError> {
        let place = self.known(name)?;
        if place == self.current {
            return Ok(());
        }
        self.change_to(place)?;
        self.attached = self.hypervisor().vms().first().map(|vm| vm.id().to_owned());
        Ok(())
    }

    /// Where a cell lives, or else the current one; a cell that is not there yet begins here.
    pub fn place(&self, name: Option<&str>) -> Arc<dyn Place> {
        let named = |name: &str| self.cells.iter().find(|cell| cell.name == name);
        let cell = name.map_or(Some(self.cell()), named);
        cell.map_or_else(here, |cell| Arc::clone(&cell.place))
    }

    /// Whether there is a cell of that name.
    pub fn has_cell(&self, name: &str) -> bool {
        self.cells.iter().any(|cell| cell.name == name)
    }

    fn known(&self, name: &str) -> Result<usize, LabError> {
        self.cells.iter().position(|cell| cell.name == name).ok_or_else(|| {
            let names = || self.cells.iter().map(|cell| cell.name.as_str());
            LabError::UnknownChassis {
                given: name.to_owned(),
                nearest: nearest(name, names()).map(str::to_owned),
                valid: names().map(str::to_owned).collect(),
            }
        })
    }

    /// Makes a cell in a medium, at time zero and without VMs, with the seed, the solver and the
    /// interval of samples of the current one, which stays current.
    ///
    /// # Errors
    /// When there is one of that name, the name cannot be, or the host does not settle.
    pub fn make_cell(&mut self, name: &str, nutrient: Nutrient) -> Result<(), LabError> {
        let bad = |reason| Err(LabError::ChassisName { given: name.to_owned(), reason });
        if self.has_cell(name) {
            return bad("there is one of that name already");
        }
        if OTHER_HOSTS.contains(&name) {
            return bad("every chassis is an E. coli; the name would say another");
        }
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(word) {
            return bad("a name begins with a letter and has letters, digits, `_` and `-` only");
        }
        if self.cells.len() >= MOST || name.len() > LONGEST {
            return bad("a session has up to 100 chassis, with names up to 64 letters long");
        }
        let mut hypervisor = Hypervisor::new(nutrient)?;
        hypervisor.set_seed(self.hypervisor().seed());
        hypervisor.set_solver(self.hypervisor().solver());
        hypervisor.set_sample_every(self.hypervisor().sample_every())?;
        let events = Events::numbered_from((self.cells.len() as u64) << 32);
        self.cells.push(Cell { name: name.to_owned(), hypervisor, events, place: here() });
        Ok(())
    }

    /// Takes away the cell that was made last, if it has that name and is not the current one.
    pub(crate) fn unmake_cell(&mut self, name: &str) {
        let last = self.cells.len() - 1;
        if self.cells[last].name == name && self.current != last {
            self.cells.pop();
        }
    }
}
