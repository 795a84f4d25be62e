//! Copies: of one VM on the same host, and of the whole cell with different random numbers.

use super::error::HypervisorError;
use super::{Hypervisor, LogKind, Vm};
use bioxen_engine::rng::Seed;

impl Hypervisor {
    /// Adds a copy of a VM, with its state and molecules, under another id. Its random numbers are
    /// its own.
    ///
    /// # Errors
    /// When there is no such VM, or the new id is taken or unusable.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_cell::factory::{Config, Infrastructure};
    /// use bioxen_cell::hypervisor::{BiologicalType, Hypervisor};
    /// let mut hypervisor = Hypervisor::new(Nutrient::new(0.5)?)?;
    /// let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    /// hypervisor.create(config.spec("first")?)?.start()?;
    /// let copy = hypervisor.clone_vm("first", "second")?;
    /// assert_eq!(copy.state().name(), "running");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn clone_vm(&mut self, id: &str, new_id: &str) -> Result<&mut Vm, HypervisorError> {
        self.forget_what_has_changed();
        if self.vms.iter().any(|vm| vm.id() == new_id) {
            return Err(HypervisorError::DuplicateVm { id: new_id.to_owned() });
        }
        let seed = Seed::new(self.seed);
        let mut copy = self.vm(id)?.copy_as(new_id, self.vms_created, seed)?;
        copy.set_clock(self.clock);
        copy.note(LogKind::Origin, format!("copied from {id}"));
        self.vms_created += 1;
        self.vms.push(copy);
        let last = self.vms.len() - 1;
        Ok(&mut self.vms[last])
    }

    /// Gives one VM the random stream of a seed of its own, until all begin anew. It follows from that
    /// seed alone, so that two VMs of the same seed live the same stream.
    ///
    /// # Errors
    /// When there is no such VM.
    pub fn seed_vm(&mut self, id: &str, seed: u64) -> Result<(), HypervisorError> {
        self.vm_mut(id)?.reseed_own(seed);
        Ok(())
    }

    /// Gives every VM the random stream of a repetition, counted from 0; the first lives the life of the
    /// cell itself.
    pub fn become_repetition(&mut self, number: u64) {
        if number > 0 {
            self.set_replicate(number);
        }
    }

    /// Gives every VM the random stream of a repetition: the same cell with other chance. The
    /// repetition 0 is what [`Self::set_seed`] begins.
    pub fn set_replicate(&mut self, replicate: u64) {
        self.forget_what_has_changed();
        let seed = Seed::new(self.seed).replicate(replicate);
        for vm in &mut self.vms {
            vm.reseed_as(seed);
        }
    }

    /// Puts a VM into a state that was kept before, as a clone of it.
    ///
    /// # Errors
    /// When there is no VM of its id any more, or its expression cannot be calibrated in the
    /// present medium; then nothing has changed.
    pub fn restore_vm(&mut self, kept: &Vm) -> Result<(), HypervisorError> {
        self.forget_what_has_changed();
        let settled = self.settled(self.full_nutrient())?;
        let mut kept = kept.clone();
        // The medium may be another one than then; in the same one nothing may change.
        if kept.unburdened_growth() != settled.rates().growth_per_h {
            kept.calibrate(&settled)?;
        }
        kept.feel_medium(&self.medium);
        kept.set_clock(self.clock);
        kept.note(LogKind::Origin, "restored from a snapshot".to_owned());
        kept.meet_cell(self.cycle);
        let id = kept.id().to_owned();
        *self.vm_mut(&id)? = kept;
        Ok(())
    }
}
