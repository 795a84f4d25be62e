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
    pub(crate) leaves: [u64; BLOCK],
    /// The weight of one molecule, for linear leaves.
    pub(crate) each: [u64; BLOCK],
    pub(crate) sums: [u64; LANES],
    pub(crate) group: u32,
}

impl Block {
    pub(crate) fn new(group: u32) -> Self {
        Self { leaves: [0; BLOCK], each: [0; BLOCK], sums: [0; LANES], group }
    }

    /// Adds to a leaf, in two's complement.
    #[inline(always)]
    pub(crate) fn add(&mut self, leaf: usize, amount: u64) {
        let leaf = leaf % BLOCK;
        self.leaves[leaf] = self.leaves[leaf].wrapping_add(amount);
        self.sums[leaf / LANES] = self.sums[leaf / LANES].wrapping_add(amount);
    }

    /// Sums anew; the sum of all.
    pub(crate) fn sum_up(&mut self) -> u64 {
        let rows = self.leaves.as_chunks::<LANES>().0;
        for (sum, row) in self.sums.iter_mut().zip(rows) {
            *sum = row.iter().fold(0, |sum, &weight| sum.wrapping_add(weight));
        }
        self.sums.iter().fold(0, |sum, &weight| sum.wrapping_add(weight))
    }

    /// The leaf in which `target`, below the block's sum, falls.
    #[inline(always)]
    pub(crate) fn find(&self, target: u64) -> usize {
        let (row, rest) = find(&self.sums, target);
        let (column, _) = find(&self.leaves.as_chunks::<LANES>().0[row % LANES], rest);
        row * LANES + column
    }
}

/// The index of the child in which `target` falls, and what is left of it there. Without branches:
/// where it falls is as good as random. Four sums of four first, since that shortens the chain of
/// additions that wait for each other.
#[inline(always)]
pub(crate) fn find(weights: &[u64; LANES], target: u64) -> (usize, u64) {
    let quads = weights.as_chunks::<4>().0;
    let sum = |q: &[u64; 4]| q[0].wrapping_add(q[1]).wrapping_add(q[2].wrapping_add(q[3]));
    let (quad, rest) = find_of_four(sum(&quads[0]), sum(&quads[1]), sum(&quads[2]), target);
    let [a, b, c, _] = quads[quad % quads.len()];
    let (place, rest) = find_of_four(a, b, c, rest);
    (quad * 4 + place, rest)
}

/// The same for four children, the last of which need not be known.
#[inline(always)]
fn find_of_four(a: u64, b: u64, c: u64, target: u64) -> (usize, u64) {
    let (without_a, below_a) = target.overflowing_sub(a);
    let (without_b, below_b) = target.overflowing_sub(a.wrapping_add(b));
    let (without_c, below_c) = target.overflowing_sub(a.wrapping_add(b).wrapping_add(c));
    let rest = if below_a { target } else { without_a };
    let rest = if below_b { rest } else { without_b };
    let rest = if below_c { rest } else { without_c };
    (3 - usize::from(below_a) - usize::from(below_b) - usize::from(below_c), rest)
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
        assert_eq!(block.leaves[3], 3);
        assert_eq!(block.sums.iter().sum::<u64>(), 6);
    }
}
