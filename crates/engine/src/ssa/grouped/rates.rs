//! Replacing many rate constants at once.

use super::{Grouped, Leaf, TOP, suspect, units, weight_of};
use crate::EngineError;
use crate::ssa::World;
use crate::ssa::tree::BLOCK;
use bioxen_network::Compiled;

/// From so many on, the groups are summed up once at the end.
const MANY: usize = 64;

impl Grouped {
    /// Exchanges rate constants, which have been checked, with those in the world.
    pub(in crate::ssa) fn exchange_rates(
        &mut self,
        model: &Compiled,
        world: &mut World,
        changing: &mut [(u32, f64)],
    ) -> Result<(), EngineError> {
        for (leaf, k) in &mut *changing {
            std::mem::swap(&mut world.k[*leaf as usize], k);
        }
        if self.stale {
            return self.rebuild_all(model, world);
        }
        let result = if changing.len() < MANY {
            changing.iter().try_for_each(|c| self.refresh_leaf(model, world, c.0 as usize))
        } else {
            self.refresh_many(model, world, changing)
        };
        let result = result.and_then(|()| self.mend(model, world));
        self.stale = result.is_err();
        result
    }

    fn refresh_many(
        &mut self,
        model: &Compiled,
        world: &World,
        changing: &[(u32, f64)],
    ) -> Result<(), EngineError> {
        self.touched.fill(false);
        for &(leaf, _) in changing {
            let leaf = leaf as usize;
            let block = &mut self.blocks[leaf / BLOCK];
            let group = &mut self.groups[block.group as usize];
            self.touched[block.group as usize] = true;
            let weight = match model.layout.leaves.kinds[leaf] {
                Leaf::Linear(species) if !model.layout.folds => {
                    let k = world.k[leaf];
                    let each = units(k * group.scale);
                    let before = std::mem::replace(&mut block.each[leaf % BLOCK], each);
                    group.suspect |= suspect(before, each, k);
                    weight_of(each, world.x[species as usize])
                }
                _ => {
                    let scale = group.scale;
                    self.weigh(model, world, leaf, scale)?
                }
            };
            self.saturated |= weight == TOP;
            self.blocks[leaf / BLOCK].leaves[leaf % BLOCK] = weight;
        }
        for group in 0..self.touched.len() {
            if self.touched[group] {
                self.sum_up(model, group);
            }
        }
        Ok(())
    }
}
