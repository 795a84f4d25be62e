//! Groups of reactions with hubs and shared factors taken out, each with its own sum tree.
//!
//! The weight of a reaction within its group is its rate constant times the combinations of its
//! local reactants. The trees hold weights as whole numbers of `1/scale`, so that they cannot drift.
//! Each group has a scale of its own, which is chosen anew when its total leaves its range:
//!
//! * With few molecules and rate constants within 2^20 of each other, the greatest constant is 2^44
//!   units, so that each constant is right to 2^-25 of itself, and equal ones exactly.
//! * Else the total is kept between 2^50 and 2^59 units, so that the probability of an event is
//!   right to 2^-51 for each molecule that may undergo it.

mod build;
mod rates;
mod run;

use super::tree::{BLOCK, Block};
use super::{World, check_rate};
use crate::EngineError;
use bioxen_network::Compiled;
use bioxen_network::compile::Leaf;

/// All groups of a network in one state.
#[derive(Debug, Clone)]
pub(super) struct Grouped {
    /// Of all groups, and one more that takes updates which mean nothing.
    blocks: Vec<Block>,
    /// The sums of the blocks; then as many zeros as a node has children.
    sums: Vec<u64>,
    /// All groups, and one more like the blocks.
    groups: Vec<GroupSum>,
    /// Working space: propensities of the groups, each added to those before.
    cumulative: Vec<f64>,
    stack: Vec<f64>,
    /// Working space: groups that have to be summed up.
    touched: Vec<bool>,
    /// Weights are too great for their sums to be below 2^64.
    saturated: bool,
    /// The sums do not belong to the state.
    stale: bool,
}

/// The state of a group.
#[derive(Debug, Clone)]
#[repr(align(64))]
struct GroupSum {
    /// What a unit of weight contributes for each combination of hub molecules.
    unit: f64,
    shift: f64,
    a: u32,
    b: u32,
    first_block: u32,
    blocks: u32,
    total: u64,
    /// Below this the total is too coarse.
    low: u64,
    scale: f64,
    /// Whether the constants are close enough to each other for the finest scale.
    narrow: bool,
    /// That may no longer be so.
    suspect: bool,
}

impl GroupSum {
    #[inline(always)]
    fn propensity(&self, x: &[f64]) -> f64 {
        // The total is below 2^63.
        self.unit
            * x[self.a as usize]
            * (x[self.b as usize] - self.shift)
            * (self.total as i64) as f64
    }

    #[inline(always)]
    fn out_of_range(&self) -> bool {
        self.total.wrapping_sub(self.low) > HIGH - self.low
    }
}

/// Units of the greatest rate constant of a group at its finest scale.
const FINEST: u64 = 1 << 44;
/// It may fall to this before the group is scaled anew.
const COARSE: u64 = 1 << 41;
/// Units of the least rate constant of a group at its finest scale.
const LEAST: u64 = 1 << 24;
/// Above this, a total has to be scaled down.
const HIGH: u64 = 1 << 59;
/// No single weight is above this: one is enough to leave the range, and what one event adds to a
/// total stays below 2^64.
const TOP: u64 = 1 << 60;

impl Grouped {
    /// Updates what depends on a quantity.
    pub(super) fn refresh(
        &mut self,
        model: &Compiled,
        world: &World,
        id: usize,
    ) -> Result<(), EngineError> {
        if self.stale {
            return self.rebuild_all(model, world);
        }
        for &group in model.layout.users.row(id) {
            self.rescale_unit(model, world, group as usize)?;
        }
        for &leaf in model.layout.dependents.row(id) {
            self.refresh_leaf(model, world, leaf as usize)?;
        }
        self.mend(model, world)
    }

    /// Brings one leaf and its sums up to date.
    #[inline]
    fn refresh_leaf(
        &mut self,
        model: &Compiled,
        world: &World,
        leaf: usize,
    ) -> Result<(), EngineError> {
        let block = leaf / BLOCK;
        let group = self.blocks[block].group as usize;
        let weight = self.weigh(model, world, leaf, self.groups[group].scale)?;
        self.saturated |= weight == TOP;
        let change = weight.wrapping_sub(self.blocks[block].leaves[leaf % BLOCK]);
        self.add(leaf, change);
        Ok(())
    }

    /// Adds to a leaf and to the sums above it.
    #[inline(always)]
    fn add(&mut self, leaf: usize, amount: u64) {
        let index = leaf / BLOCK;
        let block = &mut self.blocks[index];
        block.add(leaf, amount);
        self.sums[index] = self.sums[index].wrapping_add(amount);
        let group = &mut self.groups[block.group as usize];
        group.total = group.total.wrapping_add(amount);
    }

    /// The weight of a leaf in whole units; records what one molecule weighs.
    #[inline]
    fn weigh(
        &mut self,
        model: &Compiled,
        world: &World,
        leaf: usize,
        scale: f64,
    ) -> Result<u64, EngineError> {
        let kind = model.layout.leaves.kinds[leaf];
        let count = match kind {
            Leaf::Empty => return Ok(0),
            Leaf::Law => return Ok(units(self.weight(model, world, leaf)? * scale)),
            Leaf::Constant | Leaf::Product | Leaf::Pair(..) => 1.0,
            Leaf::Linear(species) => world.x[species as usize],
        };
        let k = self.constant(model, world, leaf)?;
        let each = units(k * scale);
        let block = &mut self.blocks[leaf / BLOCK];
        let before = std::mem::replace(&mut block.each[leaf % BLOCK], each);
        self.groups[block.group as usize].suspect |= suspect(before, each, k);
        match kind {
            Leaf::Product => Ok(units(self.weight(model, world, leaf)? * scale)),
            Leaf::Pair(a, b) => Ok(weight_of_pairs(k * scale, &world.x, a, b)),
            _ => Ok(weight_of(each, count)),
        }
    }

    /// The rate constant of a leaf with the factors that stayed with it.
    #[inline]
    fn constant(&self, model: &Compiled, world: &World, leaf: usize) -> Result<f64, EngineError> {
        let reaction = model.layout.leaves.reactions[leaf] as usize;
        let folded = model.layout.folded.row(reaction);
        let mut k = world.k[leaf];
        if !folded.is_empty() {
            k *= folded.iter().map(|&q| world.x[q as usize]).product::<f64>();
            check_rate(model, reaction, k, world.time)?;
        }
        Ok(k)
    }

    /// The weight of a leaf as a number.
    fn weight(&mut self, model: &Compiled, world: &World, leaf: usize) -> Result<f64, EngineError> {
        let reaction = model.layout.leaves.reactions[leaf] as usize;
        let x = &world.x;
        let combinations = match model.layout.leaves.kinds[leaf] {
            Leaf::Empty => return Ok(0.0),
            Leaf::Constant => 1.0,
            Leaf::Linear(species) => x[species as usize],
            Leaf::Product | Leaf::Pair(..) => model.local_combinations(reaction, x),
            Leaf::Law => model.reactions.kinetics[reaction].combinations(
                x,
                model.changes.row(reaction),
                &mut self.stack,
            ),
        };
        let weight = self.constant(model, world, leaf)? * combinations;
        check_rate(model, reaction, weight, world.time)?;
        Ok(weight)
    }

    /// The propensities by reaction.
    pub(super) fn propensities(&self, model: &Compiled, world: &World) -> Vec<f64> {
        model
            .layout
            .leaf_of
            .iter()
            .map(|&leaf| {
                let block = &self.blocks[leaf as usize / BLOCK];
                let group = &self.groups[block.group as usize];
                let hubs = world.x[group.a as usize] * (world.x[group.b as usize] - group.shift);
                group.unit * hubs * block.leaves[leaf as usize % BLOCK] as f64
            })
            .collect()
    }
}

/// Rounds to whole units.
#[inline(always)]
fn units(weight: f64) -> u64 {
    ((weight + 0.5) as u64).min(TOP)
}

/// The weight of a number of molecules.
#[inline(always)]
fn weight_of(each: u64, count: f64) -> u64 {
    // Saturates, and the cast is exact: counts are whole and below 2^53.
    each.saturating_mul(count as u64).min(TOP)
}

/// The weight of all pairs of two species, or of one, each pair of which weighs `each`.
#[inline(always)]
fn weight_of_pairs(each: f64, x: &[f64], a: u32, b: u32) -> u64 {
    let (half, shift) = if a == b { (0.5, 1.0) } else { (1.0, 0.0) };
    units(each * half * x[a as usize] * (x[b as usize] - shift))
}

/// Whether a constant that changes to `k` may leave its group unfit for the finest scale.
#[inline(always)]
fn suspect(before: u64, now: u64, k: f64) -> bool {
    now > 2 * FINEST || (now < COARSE && before >= COARSE) || (now < LEAST && k > 0.0)
}
