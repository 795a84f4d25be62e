//! Means and variances of many series at once, added up in one fixed order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The most times that numbers can be halved.
const LEVELS: u8 = 40;

/// Counts, means and sums of squared deviations of numbers that come from numbered replicates.
///
/// Sums of numbers depend on the order in which they are added, and shards end in any order. So replicates are
/// the leaves of a binary tree over their numbers, and only neighbours are joined (the formula of Chan, Golub &
/// LeVeque 1983, The American Statistician 37, 242). Whoever computes a part of the tree gets the
/// same bits for it. A replicate without numbers is an empty leaf.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Moments {
    /// By level and place.
    nodes: BTreeMap<(u8, u64), Option<Sums>>,
}

/// Of each series.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Sums {
    pub(crate) count: Vec<u32>,
    pub(crate) mean: Vec<f64>,
    /// The sums of squared deviations from the mean.
    pub(crate) squares: Vec<f64>,
}

impl Sums {
    fn of(numbers: &[f64]) -> Self {
        let there = |x: &f64| x.is_finite();
        Self {
            count: numbers.iter().map(|x| u32::from(there(x))).collect(),
            mean: numbers.iter().map(|x| if there(x) { *x } else { 0.0 }).collect(),
            squares: vec![0.0; numbers.len()],
        }
    }

    /// Takes what comes after.
    fn join(&mut self, after: &Self) {
        let (counts, means) = (self.count.iter_mut().zip(&after.count), self.mean.iter_mut());
        let squares = self.squares.iter_mut().zip(&after.squares);
        for (((n, m), (mean, other)), (s, t)) in counts.zip(means.zip(&after.mean)).zip(squares) {
            if *m == 0 {
                continue;
            }
            let (one, two) = (f64::from(*n), f64::from(*m));
            let both = one + two;
            if *n == 0 {
                *mean = *other;
                *s = *t;
            } else {
                let apart = other - *mean;
                *mean += apart * (two / both);
                *s += t + apart * apart * (one * two / both);
            }
            *n = n.saturating_add(*m);
        }
    }

    /// The standard deviation of a sample; nothing of fewer than two numbers.
    pub(crate) fn sd(&self, place: usize) -> Option<f64> {
        let count = *self.count.get(place)?;
        (count > 1).then(|| (self.squares[place] / f64::from(count - 1)).sqrt())
    }

    fn is_of(&self, width: usize) -> bool {
        [self.count.len(), self.mean.len(), self.squares.len()] == [width; 3]
    }
}

/// The one after the other.
fn joined(one: Option<Sums>, after: Option<Sums>) -> Option<Sums> {
    match (one, after) {
        (Some(mut one), Some(after)) => {
            one.join(&after);
            Some(one)
        }
        (one, after) => one.or(after),
    }
}

impl Moments {
    /// Takes a replicate, which may have no numbers.
    pub(crate) fn add(&mut self, replicate: u64, numbers: Option<&[f64]>) {
        self.put(0, replicate, numbers.map(Sums::of));
    }

    /// Takes replicates without numbers, from one number up to another.
    pub(crate) fn skip(&mut self, from: u64, to: u64) {
        let mut at = from;
        while at < to {
            // The largest part of the tree that begins here and ends in time.
            let most = at.trailing_zeros().min(u32::from(LEVELS));
            let level = (0..=most).rev().find(|level| at + (1 << level) <= to).unwrap_or(0);
            self.put(level as u8, at >> level, None);
            at += 1 << level;
        }
    }

    /// Takes all parts of another tree, which has other replicates.
    pub(crate) fn merge(&mut self, other: Self) {
        for ((level, place), sums) in other.nodes {
            self.put(level, place, sums);
        }
    }

    fn put(&mut self, level: u8, place: u64, sums: Option<Sums>) {
        let (mut level, mut place, mut sums) = (level, place, sums);
        while let Some(sibling) = self.nodes.remove(&(level, place ^ 1)) {
            sums = if place & 1 == 0 { joined(sums, sibling) } else { joined(sibling, sums) };
            (level, place) = (level + 1, place >> 1);
        }
        self.nodes.insert((level, place), sums);
    }

    /// All replicates together.
    pub(crate) fn finish(mut self) -> Sums {
        while self.nodes.len() > 1 {
            let Some(((level, place), sums)) = self.nodes.pop_first() else { break };
            let sibling = self.nodes.remove(&(level, place ^ 1)).flatten();
            let sums = if place & 1 == 0 { joined(sums, sibling) } else { joined(sibling, sums) };
            self.nodes.insert((level + 1, place >> 1), sums);
        }
        self.nodes.into_values().next().flatten().unwrap_or_default()
    }

    /// Whether it holds replicates of a range only, each with so many series.
    pub(crate) fn is_within(&self, from: u64, to: u64, width: usize) -> bool {
        self.nodes.iter().all(|(&(level, place), sums)| {
            let end = (level <= LEVELS).then(|| (place + 1).checked_mul(1 << level)).flatten();
            end.is_some_and(|end| end <= to && end - (1 << level) >= from)
                && sums.as_ref().is_none_or(|sums| sums.is_of(width))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_mean_and_a_deviation_by_hand() {
        let mut moments = Moments::default();
        for (replicate, x) in [2.0, 4.0, f64::NAN, 9.0].iter().enumerate() {
            moments.add(replicate as u64, Some(&[*x, 1.0]));
        }
        let sums = moments.finish();
        assert_eq!(
            (sums.count.as_slice(), sums.mean.as_slice()),
            ([3, 4].as_slice(), [5.0, 1.0].as_slice())
        );
        assert!((sums.sd(0).unwrap() - 13f64.sqrt()).abs() < 1e-12);
        assert_eq!((sums.sd(1), Moments::default().finish().sd(0)), (Some(0.0), None));
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same_bits(
            numbers in prop::collection::vec(prop::option::of(-1e6..1e6f64), 0..200),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
            backwards in any::<bool>(),
        ) {
            let add = |moments: &mut Moments, from: usize, to: usize| {
                for (at, x) in (from..to).zip(&numbers[from..to]) {
                    match x {
                        Some(x) => moments.add(at as u64, Some(&[*x])),
                        None => moments.skip(at as u64, at as u64 + 1),
                    }
                }
            };
            let mut whole = Moments::default();
            add(&mut whole, 0, numbers.len());
            let mut ends: Vec<usize> = cuts.iter().map(|c| c.index(numbers.len() + 1)).collect();
            ends.extend([0, numbers.len()]);
            ends.sort_unstable();
            let mut parts: Vec<Moments> = ends.windows(2).map(|ends| {
                let mut part = Moments::default();
                add(&mut part, ends[0], ends[1]);
                prop_assert!(part.is_within(ends[0] as u64, ends[1] as u64, 1));
                Ok(part)
            }).collect::<Result<_, TestCaseError>>()?;
            if backwards {
                parts.reverse();
            }
            let mut merged = Moments::default();
            parts.into_iter().for_each(|part| merged.merge(part));
            prop_assert_eq!(merged.finish(), whole.finish());
        }

        #[test]
        fn what_is_skipped_at_once_is_skipped_one_by_one(from in 0..300u64, long in 0..300u64) {
            let (mut one, mut other) = (Moments::default(), Moments::default());
            one.skip(from, from + long);
            (from..from + long).for_each(|at| other.skip(at, at + 1));
            prop_assert_eq!(one, other);
        }
    }
}
