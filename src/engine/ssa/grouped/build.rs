//! Setting up the sums, and choosing the unit of their weights.

use super::{COARSE, FINEST, GroupSum, Grouped, Leaf};
use crate::engine::EngineError;
use crate::engine::ssa::tree::{BLOCK, Block, LANES};
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
        let one = model.quantity_count() as u32;
        let group = |shift, a, b, first_block, blocks| GroupSum {
            unit: 0.0,
            shift,
            a,
            b,
            first_block,
            blocks,
            total: 0,
            low: 0,
            scale: 1.0,
            suspect: false,
        };
        let mut groups: Vec<GroupSum> = layout
            .groups
            .iter()
            .map(|g| group(g.shift, g.a, g.b, g.first_block, g.blocks))
            .collect();
        groups.push(group(0.0, one, one, 0, 0));
        let mut sums = Self {
            blocks: layout.group_of_block.iter().map(|&g| Block::new(g)).collect(),
            sums: vec![0; layout.group_of_block.len() + LANES],
            touched: vec![false; layout.groups.len()],
            cumulative: vec![0.0; layout.groups.len()],
            groups,
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
        for group in 0..model.layout.groups.len() {
            self.rebuild(model, world, group)?;
        }
        self.stale = false;
        Ok(())
    }

    /// Rebuilds the groups whose totals have left their range.
    pub(super) fn mend(&mut self, model: &Compiled, world: &World) -> Result<(), EngineError> {
        for group in 0..model.layout.groups.len() {
            if self.groups[group].out_of_range() || self.misfits(model, group) {
                self.rebuild(model, world, group)?;
            }
        }
        Ok(())
    }

    /// Whether the greatest rate constant of a group is too far from the unit.
    fn misfits(&mut self, model: &Compiled, group: usize) -> bool {
        if !std::mem::take(&mut self.groups[group].suspect) {
            return false;
        }
        let shape = &model.layout.groups[group];
        let blocks = shape.first_block as usize..(shape.first_block + shape.blocks) as usize;
        let greatest = self.blocks[blocks].iter().flat_map(|b| b.each).max().unwrap_or(0);
        greatest > 2 * FINEST || (greatest < COARSE && self.groups[group].low == 0)
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
        for leaf in leaves {
            // As if there had been no constant before.
            self.blocks[leaf / BLOCK].each[leaf % BLOCK] = 0;
            let weight = self.weigh(model, world, leaf, scale)?;
            self.blocks[leaf / BLOCK].leaves[leaf % BLOCK] = weight;
        }
        self.sum_up(model, group);
        self.groups[group].suspect = false;
        self.rescale_unit(model, world, group)
    }

    /// Sums a group up from its leaves.
    pub(super) fn sum_up(&mut self, model: &Compiled, group: usize) {
        let shape = &model.layout.groups[group];
        let mut total = 0u64;
        for block in shape.first_block..shape.first_block + shape.blocks {
            let sum = self.blocks[block as usize].sum_up();
            self.sums[block as usize] = sum;
            total = total.wrapping_add(sum);
        }
        self.groups[group].total = total;
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
