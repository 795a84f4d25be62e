//! The loop over events.

use super::Grouped;
use crate::engine::rng::Rng;
use crate::engine::ssa::tree::BLOCK;
use crate::engine::ssa::{COUNT_LIMIT, World};
use crate::engine::{EngineError, StopToken};
use crate::network::Compiled;
use crate::network::compile::{Leaf, Record};

/// Work, in events or the updates of one leaf, between two looks at the stop token: about a
/// millisecond.
const POLL: usize = 8192;
/// So many events at one and the same time are no simulation any more.
const STUCK: u64 = 100_000;

impl Grouped {
    pub(in crate::engine::ssa) fn advance(
        &mut self,
        model: &Compiled,
        world: &mut World,
        rng: &mut Rng,
        t_end: f64,
        stop: &StopToken,
    ) -> Result<(), EngineError> {
        if self.stale {
            self.rebuild_all(model, world)?;
        }
        let mut moved = world.events;
        loop {
            if stop.is_stopped() {
                return Err(EngineError::Stopped { time: world.time });
            }
            let before = world.time;
            if self.run(model, world, rng, t_end)? {
                world.time = t_end;
                return Ok(());
            }
            if world.time > before {
                moved = world.events;
            } else if world.events - moved > STUCK {
                let reason = "events follow each other too fast for the time to advance";
                return Err(EngineError::StepFailure { time: before, step: 0.0, reason });
            }
        }
    }

    /// Some events; whether the end was reached.
    fn run(
        &mut self,
        model: &Compiled,
        world: &mut World,
        rng: &mut Rng,
        t_end: f64,
    ) -> Result<bool, EngineError> {
        let mut work = 0;
        while work < POLL {
            let mut sum = 0.0;
            for (group, cumulative) in self.groups.iter().zip(&mut self.cumulative) {
                sum += group.propensity(&world.x);
                *cumulative = sum;
            }
            if sum == 0.0 {
                return Ok(true);
            }
            if !sum.is_finite() {
                return Err(self.culprit(model, world));
            }
            let time = world.time + rng.exponential() / sum;
            if time > t_end {
                return Ok(true);
            }
            let target = rng.uniform_below_one() * sum;
            let mut group = 0;
            for &cumulative in &self.cumulative {
                group += usize::from(cumulative <= target);
            }
            if group >= self.groups.len() {
                // Rounding took the target to the very end: draw again.
                continue;
            }
            let leaf = self.select(model, group, rng);
            world.time = time;
            world.events += 1;
            work += 1 + self.fire(model, world, leaf)?;
            let mut wrong = false;
            for group in &self.groups {
                wrong |= group.out_of_range();
            }
            if wrong {
                self.stale = true;
                self.mend(model, world)?;
                self.stale = false;
            }
        }
        Ok(false)
    }

    /// A leaf of a group, with the probability of its weight.
    #[inline(always)]
    fn select(&self, model: &Compiled, group: usize, rng: &mut Rng) -> usize {
        let shape = &model.layout.groups[group];
        let mut target = rng.below(self.groups[group].total);
        let mut block = shape.first_block as usize;
        while target >= self.sums[block] {
            target -= self.sums[block];
            block += 1;
        }
        block * BLOCK + self.blocks[block].find(target)
    }

    /// Fires the reaction of a leaf; how many leaves were evaluated the slow way.
    #[inline(always)]
    fn fire(
        &mut self,
        model: &Compiled,
        world: &mut World,
        leaf: usize,
    ) -> Result<usize, EngineError> {
        let record = model.layout.records[leaf];
        if record.changes[0] == Record::WALK {
            return self.walk(model, world, leaf);
        }
        let mut most = 0.0f64;
        for word in record.changes {
            let count = &mut world.x[Record::index(word)];
            *count += f64::from(Record::delta(word));
            most = most.max(*count);
        }
        for word in record.updates {
            let leaf = Record::index(word);
            let each = self.blocks[leaf / BLOCK].each[leaf % BLOCK];
            self.add(leaf, each.wrapping_mul(i64::from(Record::delta(word)) as u64));
        }
        if most >= COUNT_LIMIT {
            return Err(overflow(model, world, leaf));
        }
        Ok(0)
    }

    /// Fires a reaction whose effects do not fit a record.
    fn walk(
        &mut self,
        model: &Compiled,
        world: &mut World,
        leaf: usize,
    ) -> Result<usize, EngineError> {
        let changes = model.changes.row(model.layout.reaction_of[leaf] as usize);
        for change in changes {
            world.x[change.species as usize] += f64::from(change.delta);
        }
        if changes.iter().any(|c| world.x[c.species as usize] >= COUNT_LIMIT) {
            self.stale = true;
            return Err(overflow(model, world, leaf));
        }
        let mut work = 0;
        for change in changes {
            let dependents = model.layout.dependents.row(change.species as usize);
            work += dependents.len();
            for &leaf in dependents {
                let leaf = leaf as usize;
                let linear = matches!(model.layout.leaves[leaf], Leaf::Linear(_));
                if linear && change.delta.unsigned_abs() <= 1 << 10 {
                    let each = self.blocks[leaf / BLOCK].each[leaf % BLOCK];
                    self.add(leaf, each.wrapping_mul(i64::from(change.delta) as u64));
                } else if let Err(error) = self.refresh_leaf(model, world, leaf) {
                    self.stale = true;
                    return Err(error);
                }
            }
        }
        Ok(work)
    }

    /// Which reaction's rate is not finite.
    #[cold]
    fn culprit(&self, model: &Compiled, world: &World) -> EngineError {
        let rates = self.propensities(model, world);
        let (reaction, &rate) = rates
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(b.1))
            .unwrap_or((0, &f64::INFINITY));
        EngineError::BadRate { reaction: model.reactions[reaction].clone(), rate, time: world.time }
    }
}

/// Which species of a reaction has too many molecules.
#[cold]
fn overflow(model: &Compiled, world: &World, leaf: usize) -> EngineError {
    let changes = model.changes.row(model.layout.reaction_of[leaf] as usize);
    let species = changes
        .iter()
        .map(|c| c.species as usize)
        .max_by(|&a, &b| world.x[a].total_cmp(&world.x[b]))
        .unwrap_or(0);
    EngineError::PopulationOverflow {
        quantity: model.quantities[species].clone(),
        value: world.x[species],
        time: world.time,
    }
}
