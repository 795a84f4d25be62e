//! VMs made from other VMs.

use super::super::error::HypervisorError;
use super::plasmids::plasmid_rng;
use super::{Vm, check_id};
use bioxen_engine::rng::{Rng, Seed};

impl Vm {
    /// The same genome, state and molecules under another id, with random numbers of its own.
    pub(in super::super) fn copy_as(
        &self,
        id: &str,
        ordinal: u64,
        seed: Seed,
    ) -> Result<Self, HypervisorError> {
        check_id(id)?;
        let mut copy = Self { id: id.to_owned(), ordinal, ..self.clone() };
        copy.reseed_as(seed);
        Ok(copy)
    }

    /// Continues with the random stream of its own lane of a seed.
    pub(in super::super) fn reseed_as(&mut self, seed: Seed) {
        self.population.reseed(Rng::new(seed.lane(self.ordinal)));
        self.plasmid_rng = plasmid_rng(seed, self.ordinal);
        self.reseed_models();
    }
}
