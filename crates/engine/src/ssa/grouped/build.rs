//! Setting up the sums, and choosing the unit of their weights.

use super::{COARSE, FINEST, GroupSum, Grouped, LEAST};
use crate::EngineError;
use crate::ssa::tree::{BLOCK, Block, LANES};
use crate::ssa::{World, check_rate};
use bioxen_network::Compiled;

/// The scale of a group that has no finest one while all its weights are 0: the first that is not
/// leaves the range and so brings a scale of its own.
const UNBOUNDED: f64 = 8.452_712_498_170_644e270; // 2^900
/// The total of a group that has been scaled, at most.
const GOAL: f64 = (1u64 << 56) as f64;
/// The total of a group whose unit could be finer, at least.
const LOW: u64 = 1 << 50;

impl Grouped {
    pub(in crate::ssa) fn new(model: &Compiled, world: &World) -> Result<Self, EngineError> {
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
            narrow: false,
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
            saturated: false,
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
        self.saturated = false;
        Ok(())
    }

    /// Rebuilds the groups whose totals have left their range.
    pub(super) fn mend(&mut self, model: &Compiled, world: &World) -> Result<(), EngineError> {
        if self.saturated {
            return self.rebuild_all(model, world);
        }
        for group in 0..model.layout.groups.len() {
            if self.groups[group].out_of_range() || self.misfits(model, world, group) {
                self.rebuild(model, world, group)?;
            }
        }
        Ok(())
    }

    /// Whether the rate constants of a group no longer suit its scale.
    fn misfits(&mut self, model: &Compiled, world: &World, group: usize) -> bool {
        let state = &mut self.groups[group];
        // Where the scale follows the total, that is looked after.
        if !std::mem::take(&mut state.suspect) || !state.narrow || state.low > 0 {
            return false;
        }
        let mut greatest = 0;
        for leaf in leaves(model, group) {
            let each = self.blocks[leaf / BLOCK].each[leaf % BLOCK];
            greatest = greatest.max(each);
            if each < LEAST && world.k[leaf] > 0.0 {
                return true;
            }
        }
        !(COARSE..=2 * FINEST).contains(&greatest)
    }

    /// Scales a group and fills its tree.
    #[cold]
    fn rebuild(
        &mut self,
        model: &Compiled,
        world: &World,
        group: usize,
    ) -> Result<(), EngineError> {
        let mut total = 0.0;
        let (mut least, mut greatest) = (f64::INFINITY, 0.0f64);
        for leaf in leaves(model, group) {
            total += self.weight(model, world, leaf)?;
            let k = self.constant(model, world, leaf)?;
            greatest = greatest.max(k);
            least = least.min(if k > 0.0 { k } else { f64::INFINITY });
        }
        let narrow = model.layout.groups[group].mass_action
            && greatest > 0.0
            && greatest * LEAST as f64 <= least * FINEST as f64;
        self.choose_scale(group, narrow.then_some(greatest), total);
        let scale = self.groups[group].scale;
        for leaf in leaves(model, group) {
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

    /// Chooses how many units a weight of 1 is. Where one constant is the greatest, it is a power
    /// of two times what makes that a power of two, so that equal constants stay exact.
    fn choose_scale(&mut self, group: usize, greatest: Option<f64>, total: f64) {
        let state = &mut self.groups[group];
        let finest = greatest.map_or(UNBOUNDED, |k| (FINEST as f64 / k).min(UNBOUNDED));
        let mut scale = finest;
        if total * finest > GOAL {
            let excess = (total / GOAL).log2() + finest.log2();
            scale = finest * (-excess.ceil()).exp2();
        }
        state.scale = scale;
        state.narrow = greatest.is_some();
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
        let first = model.layout.leaves.reactions[shape.first_block as usize * BLOCK] as usize;
        check_rate(model, first, factors, world.time)?;
        let state = &mut self.groups[group];
        state.unit = factors * shape.half / state.scale;
        Ok(())
    }
}

/// The leaves of a group at which a reaction stands.
fn leaves(model: &Compiled, group: usize) -> impl Iterator<Item = usize> + use<> {
    let shape = &model.layout.groups[group];
    let first = shape.first_block as usize * BLOCK;
    first..first + shape.members as usize
}
