//! A saved state that is continued without a script.

use super::Session;
use bioxen_base::units::Time;
use bioxen_cell::hypervisor::{BiologicalType, Hypervisor, Vm};
use bioxen_lab::LabError;
use bioxen_lang::LangError;

impl Session {
    /// Puts a saved state in the place of all chassis and VMs; of a file of one VM, adds it and starts it
    /// if it can be started. `named` is what errors call the file.
    ///
    /// # Errors
    /// When the contents were cut off or damaged, come from a later version, or are something else.
    /// Then nothing has changed.
    pub fn bring_back(&mut self, bytes: &[u8], named: &str) -> Result<(), LangError> {
        let refused = |error: LabError| match error {
            LabError::Archive(error) => LangError::Archive { path: named.to_owned(), error },
            error => error.into(),
        };
        self.listen();
        let mut world = self.world.borrow_mut();
        if Hypervisor::is_saved_vm(bytes) {
            let (id, notes) = world.lab.load_vm(bytes, None).map_err(refused)?;
            notes.into_iter().for_each(|note| world.remark_once(note));
            // One that was running or paused when it was saved is so again.
            let _ = world.lab.with_vm(&id, Vm::start);
            world.lab.set_attached(Some(id));
            Ok(())
        } else {
            let stop = world.stop();
            world.lab.load(bytes, &stop).map_err(refused)?;
            let first = world.lab.hypervisor().vms().first().map(|vm| vm.id().to_owned());
            world.lab.set_attached(first);
            Ok(())
        }
    }

    /// Lets the current chassis live, without events of a script.
    ///
    /// # Errors
    /// When a solver fails, or the user interrupts.
    pub fn live(&mut self, duration: Time) -> Result<(), LangError> {
        self.listen();
        self.world.borrow_mut().live(duration)
    }

    /// In what phase of growth a VM is; only *E. coli* has one.
    pub fn growth_phase(&self, id: &str) -> Option<&'static str> {
        let world = self.world.borrow();
        let hypervisor = world.lab.hypervisor_of(id).ok()?;
        hypervisor.vm(id).ok()?.must_be(&[BiologicalType::Ecoli], "a phase of growth").ok()?;
        Some(hypervisor.growth_phase(id).ok()?.name())
    }
}
