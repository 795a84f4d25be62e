//! Setting up the sums, and choosing the unit of their weights.

use super::{FINEST, GroupSum, Grouped, Leaf};
use crate::engine::EngineError;
use crate::engine::ssa::tree::{BLOCK, Block};
use crate::engine::ssa::{World, check_rate};
use crate::network::Compiled;

/// The scale of a group of other laws while all its weights are 0: the first that is not leaves the
/// range and so brings a scale of its own.
const UNBOUNDED: f64 = 8.452_712_498_170_644e270; // 2^900
/// The total of a group that has been scaled, at most.
const GOAL: f64 = (1u64 << 54) as f64;
/// The total of a group whose unit could be finer, at least.
const LOW: u64 = 1 << 40;

impl Grouped {
    pub(in crate::engine::ssa) fn new(
        model: &Compiled,
        world: &World,
    ) -> Result<Self, EngineError> {
        let layout = &model.layout;
        let groups = layout.groups.iter().map(|group| GroupSum {
            unit: 0.0,
            shift: group.shift,
            a: group.a,
            b: group.b,
            total: 0,
            low: 0,
            scale: 1.0,
            misfit: false,
        });
        let mut sums = Self {
            blocks: layout.group_of_block.iter().map(|&g| Block::new(g)).collect(),
            sums: vec![0; layout.group_of_block.len()],
            groups: groups.collect(),
            cumulative: vec![0.0; layout.groups.len()],
            stack: Vec::new(),
            stale: true,
        };
        sums.rebuild_all(model, world)?;
        Ok(sums)
    }

    /// Everything anew.
    pub(super) fn rebuild_all(
        &mut self,
        model: &Compiled,
        world: &World,
    ) -> Result<(), EngineError> {
        self.stale = true;
        for group in 0..self.groups.len() {
            self.rebuild(model, world, group)?;
        }
        self.stale = false;
        Ok(())
    }

    /// Rebuilds the groups whose totals have left their range.
    pub(super) fn mend(&mut self, model: &Compiled, world: &World) -> Result<(), EngineError> {
        for group in 0..self.groups.len() {
            if self.groups[group].out_of_range() || self.groups[group].misfit {
                self.rebuild(model, world, group)?;
            }
        }
        Ok(())
    }

    /// Scales a group and fills its tree.
    #[cold]
    fn rebuild(
        &mut self,
        model: &Compiled,
        world: &World,
        group: usize,
    ) -> Result<(), EngineError> {
        let shape = &model.layout.groups[group];
        let blocks = shape.first_block as usize..(shape.first_block + shape.blocks) as usize;
        let leaves = blocks.start * BLOCK..blocks.end * BLOCK;
        let mut total = 0.0;
        let mut greatest = 0.0f64;
        for leaf in leaves.clone() {
            if model.layout.leaves[leaf] != Leaf::Empty {
                total += self.weight(model, world, leaf)?;
                greatest = greatest.max(self.constant(model, world, leaf)?);
            }
        }
        self.choose_scale(group, shape.mass_action.then_some(greatest), total);
        let scale = self.groups[group].scale;
        self.groups[group].total = 0;
        for block in blocks {
            self.blocks[block] = Block::new(group as u32);
            self.sums[block] = 0;
        }
        for leaf in leaves {
            let weight = self.weigh(model, world, leaf, scale)?;
            self.add(leaf, weight);
        }
        self.groups[group].misfit = false;
        self.rescale_unit(model, world, group)
    }

    /// Chooses how many units a weight of 1 is. For mass action it is a power of two times what
    /// makes the greatest rate constant a power of two, so that equal constants stay exact.
    fn choose_scale(&mut self, group: usize, greatest: Option<f64>, total: f64) {
        let state = &mut self.groups[group];
        let finest = match greatest {
            Some(k) if k > 0.0 => (FINEST as f64 / k).min(UNBOUNDED),
            _ => UNBOUNDED,
        };
        let mut scale = finest;
        if total * finest > GOAL {
            let excess = (total / GOAL).log2() + finest.log2();
            scale = finest * (-excess.ceil()).exp2();
        }
        state.scale = scale;
        state.low = if scale < finest { LOW } else { 0 };
    }

    /// Puts the shared factors and the scale together.
    pub(super) fn rescale_unit(
        &mut self,
        model: &Compiled,
        world: &World,
        group: usize,
    ) -> Result<(), EngineError> {
        let shape = &model.layout.groups[group];
        let factors: f64 = shape.factors.iter().map(|&q| world.x[q as usize]).product();
        let first = model.layout.reaction_of[shape.first_block as usize * BLOCK] as usize;
        check_rate(model, first, factors, world.time)?;
        let state = &mut self.groups[group];
        state.unit = factors * shape.half / state.scale;
        Ok(())
    }
}
