//! VMs made from other VMs.

use std::sync::Arc;

use super::super::error::HypervisorError;
use super::plasmids::plasmid_rng;
use super::{Vm, check_id};
use bioxen_engine::rng::{Rng, Seed};

/// The lane of VMs with a seed of their own; those of VMs that share a seed are their numbers.
const OWN_LANE: u64 = 1 << 62;

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
        Arc::make_mut(&mut copy.made).seed = None;
        copy.reseed_as(seed);
        Ok(copy)
    }

    /// Continues with the random stream of a seed of its own, whichever VM it is.
    pub fn reseed_own(&mut self, seed: u64) {
        Arc::make_mut(&mut self.made).seed = Some(seed);
        let seed = Seed::new(seed);
        self.population.reseed(Rng::new(seed.lane(OWN_LANE)));
        self.plasmid_rng = plasmid_rng(seed, OWN_LANE);
        self.reseed_models();
    }

    /// Continues with the random stream of its own lane of a seed.
    pub(in super::super) fn reseed_as(&mut self, seed: Seed) {
        self.population.reseed(Rng::new(seed.lane(self.ordinal)));
        self.plasmid_rng = plasmid_rng(seed, self.ordinal);
        self.reseed_models();
    }
}
