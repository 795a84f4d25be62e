//! What a front end may know of the laboratory without evaluating anything.

use super::Session;
use bioxen_cell::hypervisor::{HostModel, HypervisorError, VmStatus};
use bioxen_lab::LabError;
use bioxen_network::Network;

impl Session {
    /// The status of all VMs.
    pub fn statuses(&self) -> Vec<VmStatus> {
        self.world.borrow().lab.statuses()
    }

    /// All chassis with their VMs as the contents of a file, as `save_hypervisor` writes it.
    ///
    /// # Errors
    /// When a number is none, which a live cell has not.
    pub fn saved(&self) -> Result<Vec<u8>, LabError> {
        let world = self.world.borrow();
        world.lab.saved()
    }

    /// Cell time [min] and seed.
    pub fn time_and_seed(&self) -> (f64, u64) {
        let world = self.world.borrow();
        (world.lab.hypervisor().now().minutes(), world.lab.hypervisor().seed())
    }

    /// The host and a VM as they are now, as a reaction network.
    ///
    /// # Errors
    /// When there is no VM of that id.
    pub fn network(&self, id: &str, host: HostModel) -> Result<Network, HypervisorError> {
        let world = self.world.borrow();
        world.lab.hypervisor_of(id)?.to_network(id, host)
    }

    /// What [`Self::network`] leaves out or takes as constant, in words.
    ///
    /// # Errors
    /// When there is no VM of that id.
    pub fn left_out_of_network(
        &self,
        id: &str,
        host: HostModel,
    ) -> Result<Vec<String>, HypervisorError> {
        let world = self.world.borrow();
        world.lab.hypervisor_of(id)?.left_out_of_network(id, host)
    }

    /// The id of the VM on which bare calls act.
    pub fn current_vm(&self) -> Option<String> {
        self.world.borrow().current_vm()
    }
}
