//! The loop over events.

use super::{Grouped, TOP, weight_of_pairs};
use crate::EngineError;
use crate::rng::Rng;
use crate::ssa::tree::{BLOCK, LANES, find};
use crate::ssa::{COUNT_LIMIT, World, overflow};
use bioxen_network::Compiled;
use bioxen_network::compile::{Leaf, Record};

/// Weights above this are not added many at a time.
const HEAVY: u64 = 1 << 45;

impl Grouped {
    /// The state was changed from outside.
    pub(in crate::ssa) fn forget(&mut self) {
        self.stale = true;
    }

    /// Some events; whether the end was reached.
    pub(in crate::ssa) fn run(
        &mut self,
        model: &Compiled,
        world: &mut World,
        rng: &mut Rng,
        t_end: f64,
        budget: usize,
    ) -> Result<bool, EngineError> {
        if self.stale {
            self.rebuild_all(model, world)?;
        }
        // A copy that stays in registers.
        let mut stream = rng.clone();
        let done = self.run_with(model, world, &mut stream, t_end, budget);
        *rng = stream;
        done
    }

    #[inline(always)]
    fn run_with(
        &mut self,
        model: &Compiled,
        world: &mut World,
        rng: &mut Rng,
        t_end: f64,
        budget: usize,
    ) -> Result<bool, EngineError> {
        let mut work = 0;
        while work < budget {
            let mut sum = 0.0;
            let mut wrong = false;
            for (group, cumulative) in self.groups.iter().zip(&mut self.cumulative) {
                wrong |= group.out_of_range();
                sum += group.propensity(&world.x);
                *cumulative = sum;
            }
            if wrong {
                self.stale = true;
                self.mend(model, world)?;
                self.stale = false;
                continue;
            }
            let time = world.time + rng.exponential() / sum;
            // Not a number if the sum is neither.
            if !(time <= t_end && sum < f64::INFINITY) {
                return if sum < f64::INFINITY {
                    Ok(true)
                } else {
                    Err(self.culprit(model, world))
                };
            }
            let target = rng.uniform_below_one() * sum;
            let mut group = 0;
            for &cumulative in &self.cumulative {
                group += usize::from(cumulative <= target);
            }
            if group >= self.cumulative.len() {
                // Rounding took the target to the very end, or nothing can happen for ever.
                if sum == 0.0 {
                    return Ok(true);
                }
                continue;
            }
            let leaf = self.select(group, rng);
            world.time = time;
            world.events += 1;
            work += 1 + self.fire(model, world, leaf)?;
        }
        Ok(false)
    }

    /// A leaf of a group, with the probability of its weight.
    #[inline(always)]
    fn select(&self, group: usize, rng: &mut Rng) -> usize {
        let group = &self.groups[group];
        let mut rest = rng.below(group.total);
        let mut block = group.first_block as usize;
        if group.blocks > 1 {
            // Sums of other groups may follow in the node, but no target reaches them.
            for node in self.sums[block..].as_chunks::<LANES>().0 {
                let (within, left) = find(node, rest);
                block += within;
                if within < LANES - 1 || left < node[LANES - 1] {
                    rest = left;
                    break;
                }
                rest = left.wrapping_sub(node[LANES - 1]);
                block += 1;
            }
        }
        block * BLOCK + self.blocks[block].find(rest)
    }

    /// Fires the reaction of a leaf; how many leaves were evaluated the slow way.
    #[inline(always)]
    fn fire(
        &mut self,
        model: &Compiled,
        world: &mut World,
        leaf: usize,
    ) -> Result<usize, EngineError> {
        let record = model.layout.leaves.records[leaf];
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
            return Err(overflow(model, world, model.layout.leaves.reactions[leaf] as usize));
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
        let changes = model.changes.row(model.layout.leaves.reactions[leaf] as usize);
        for change in changes {
            world.x[change.species as usize] += f64::from(change.delta);
        }
        if changes.iter().any(|c| world.x[c.species as usize] >= COUNT_LIMIT) {
            self.stale = true;
            return Err(overflow(model, world, model.layout.leaves.reactions[leaf] as usize));
        }
        let mut work = 0;
        for change in changes {
            let dependents = model.layout.dependents.row(change.species as usize);
            work += dependents.len();
            for &leaf in dependents {
                let leaf = leaf as usize;
                let block = &self.blocks[leaf / BLOCK];
                match model.layout.leaves.kinds[leaf] {
                    // Many heavy leaves at once might go beyond 2^64.
                    Leaf::Linear(_)
                        if block.each[leaf % BLOCK] < HEAVY && change.delta.unsigned_abs() <= 8 =>
                    {
                        let each = block.each[leaf % BLOCK];
                        self.add(leaf, each.wrapping_mul(i64::from(change.delta) as u64));
                    }
                    Leaf::Pair(a, b) if !model.layout.folds => {
                        let each = world.k[leaf] * self.groups[block.group as usize].scale;
                        let weight = weight_of_pairs(each, &world.x, a, b);
                        self.saturated |= weight == TOP;
                        self.add(leaf, weight.wrapping_sub(block.leaves[leaf % BLOCK]));
                    }
                    _ => {
                        if let Err(error) = self.refresh_leaf(model, world, leaf) {
                            self.stale = true;
                            return Err(error);
                        }
                    }
                }
            }
        }
        if self.saturated {
            self.stale = true;
            self.mend(model, world)?;
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
        EngineError::BadRate {
            reaction: model.reactions.names[reaction].clone(),
            rate,
            time: world.time,
        }
    }
}
