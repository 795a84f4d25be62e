//! Sums of whole numbers over many leaves, with updates and selection in a few steps.
//!
//! Weights are whole numbers in units of `1/scale`, so that no update can make a sum drift from
//! its parts, and a selection finds its leaf without a rounding error. A group's scale follows its
//! total, so that a leaf that matters keeps at least forty significant bits; see
//! [`super::grouped`].

/// Children of a node.
pub(crate) const LANES: usize = 16;
/// Leaves of a block.
pub(crate) const BLOCK: usize = LANES * LANES;

/// 256 leaves and the sums of each 16 of them.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) sums: [u64; LANES],
    pub(crate) leaves: [[u64; LANES]; LANES],
    /// The weight of one molecule, for linear leaves.
    pub(crate) each: [u64; BLOCK],
    pub(crate) group: u32,
}

impl Block {
    pub(crate) fn new(group: u32) -> Self {
        Self { sums: [0; LANES], leaves: [[0; LANES]; LANES], each: [0; BLOCK], group }
    }

    /// Adds to a leaf, in two's complement.
    #[inline(always)]
    pub(crate) fn add(&mut self, leaf: usize, amount: u64) {
        let (row, column) = (leaf / LANES % LANES, leaf % LANES);
        self.leaves[row][column] = self.leaves[row][column].wrapping_add(amount);
        self.sums[row] = self.sums[row].wrapping_add(amount);
    }

    #[inline(always)]
    pub(crate) fn leaf(&self, leaf: usize) -> u64 {
        self.leaves[leaf / LANES % LANES][leaf % LANES]
    }

    /// The leaf in which `target`, below the block's sum, falls.
    #[inline(always)]
    pub(crate) fn find(&self, target: u64) -> usize {
        let (row, rest) = find(&self.sums, target);
        let (column, _) = find(&self.leaves[row], rest);
        row * LANES + column
    }
}

/// The index of the child in which `target` falls, and what is left of it there. Without branches:
/// where it falls is as good as random.
#[inline(always)]
fn find(weights: &[u64; LANES], target: u64) -> (usize, u64) {
    let mut sum = 0u64;
    let mut before = 0u64;
    let mut index = 0usize;
    for &weight in weights {
        sum = sum.wrapping_add(weight);
        let beyond = sum <= target;
        index += usize::from(beyond);
        before = if beyond { sum } else { before };
    }
    (index % LANES, target.wrapping_sub(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_finds_its_leaf() {
        let mut block = Block::new(0);
        block.add(3, 5);
        block.add(16, 1);
        block.add(255, 2);
        block.add(3, 2u64.wrapping_neg());
        let found: Vec<usize> = (0..6).map(|t| block.find(t)).collect();
        assert_eq!(found, [3, 3, 3, 16, 255, 255]);
        assert_eq!(block.leaf(3), 3);
        assert_eq!(block.sums.iter().sum::<u64>(), 6);
    }
}
